package vm

// This file is the eval breaker as the machine sees it.

import (
	"sync/atomic"

	"toylang/scheduler"
)

// breakerSet reports that something wants the thread's attention.
func (t *Thread) breakerSet() bool { return atomic.LoadUint32(&t.Breaker) != 0 || t.Point != nil }

// breakEntry checks the eval breaker on entering a function; false when an exception was raised.
func (t *Thread) breakEntry() bool { return !t.breakerSet() || t.CheckBreak() }

// CheckBreak does what the eval breaker asks for: hand the lock over, park for a stop of the world, raise what is
// pending, collect. false means that an exception was raised.
func (t *Thread) CheckBreak() bool {
	if t.Point != nil {
		t.Point(scheduler.Breaker, 0)
	}
	if atomic.LoadUint32(&t.Breaker) == 0 {
		return true
	}
	bits := t.VM.Sched.Check(&t.Thread)
	if bits&scheduler.BreakInterrupt != 0 {
		t.ClearBreak(scheduler.BreakInterrupt)
		t.Raise(t.VM.Exc.KeyboardInterrupt, "")
		t.emptyArgs()
		return false
	}
	if bits&scheduler.BreakAsync != 0 {
		t.ClearBreak(scheduler.BreakAsync)
		if e := t.Async; e != Unbound {
			t.Async = Unbound
			t.RaiseValue(e)
			return false
		}
	}
	if bits&(scheduler.BreakMerge|scheduler.BreakDefer|scheduler.BreakGrace|scheduler.BreakLone) != 0 {
		t.breakBiased(bits)
	}
	if bits&scheduler.BreakGC != 0 {
		t.ClearBreak(scheduler.BreakGC)
		t.autoCollect()
	}
	if bits&scheduler.BreakLimit != 0 && !t.winding() { // the bit stays: whoever catches the exception gets it again
		return t.limitReached()
	}
	return true
}

// breakBiased does what the biased discipline asks for.
func (t *Thread) breakBiased(bits uint32) {
	t.ClearBreak(bits & (scheduler.BreakMerge | scheduler.BreakDefer | scheduler.BreakGrace | scheduler.BreakLone))
	if bits&scheduler.BreakMerge != 0 {
		mark := t.Hold(t.TakeExc()) // finalisers may run
		t.MergeQueued()
		t.Exc = t.Release(mark)
	}
	if bits&scheduler.BreakDefer != 0 {
		t.DeferHot()
	}
	if bits&scheduler.BreakGrace != 0 {
		t.Grace()
	}
	if bits&scheduler.BreakLone != 0 {
		t.VM.threadMu.Lock()
		if len(t.VM.threads) == 1 {
			t.SetLocks(false)
		}
		t.VM.threadMu.Unlock()
		t.Grace()
	}
}

// emptyArgs makes the exception being raised one without arguments.
func (t *Thread) emptyArgs() {
	if t.Exc != Unbound && t.Isa(t.Exc, KException) {
		t.putLocked(t.Exc, ExcArgs, t.Ref(t.VM.names.emptyTuple))
	}
}
