package vm

// This file collects under the traced discipline: when, from which roots, and what becomes of finalisers and weak references.

import (
	"sync"
	"sync/atomic"
	"time"

	"toylang/refcount"
	"toylang/scheduler"
)

// tracing is what the collector of the traced discipline remembers.
type tracing struct {
	mu      sync.Mutex
	pending []ending    // found unreachable, to be finalised; all they reach lives until then
	busy    atomic.Bool // a thread runs finalisers

	collections, freed atomic.Int64
	pause, longest     atomic.Int64 // ns for which the world stood
	live               atomic.Int64 // bytes, after the last collection
}

// ending is what is still to be run for an unreachable object: its finaliser, or the callback of a weak reference to it.
type ending struct {
	object Value // Unbound where only the callback is due
	ref    Value // the weak reference; Unbound where only the finaliser is
}

// eachPending calls visit for what waits to be finalised. The world is stopped.
func (x *tracing) eachPending(visit func(v Value)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.pending {
		visit(e.object)
		visit(e.ref)
	}
}

// traceRoots is roots with what Go code holds between toy code: a collection may come at any eval-breaker check.
func (vm *VM) traceRoots(visit func(v Value, where string)) {
	vm.roots(visit)
	vm.threadMu.Lock()
	defer vm.threadMu.Unlock()
	for _, x := range vm.threads {
		x.Scopes(func(v Value) { visit(v, "Go code of "+x.Name) })
	}
}

// trace collects: it stops the world, frees what is unreachable, and queues finalisers and callbacks. It gives the number of
// objects freed and whether anything was queued.
func (t *Thread) trace() (freed int, queued bool) {
	vm := t.VM
	vm.Sched.StopWorld(&t.Thread)
	defer vm.Sched.StartWorld(&t.Thread)
	defer t.Alone()()
	begin := time.Now()
	x := vm.Heap.Trace(vm.traceRoots)
	ended := x.Special()
	var due []ending
	for _, v := range ended { // as PEP 442 has it: first no weak reference finds what is about to go
		if t.Header(v).Flags()&refcount.FlagWeakref != 0 {
			for _, r := range vm.weak.sever(t, v) {
				if x.Marked(r) {
					due = append(due, ending{Unbound, r})
				}
			}
		}
	}
	for _, v := range ended {
		if f := t.Header(v).Flags(); f&refcount.FlagFinal != 0 && f&refcount.FlagFinalized == 0 {
			due = append(due, ending{v, Unbound})
			t.Header(v).SetFlag(refcount.FlagFinalized)
		}
	}
	for _, e := range due {
		x.Mark(e.object)
	}
	if vm.gcState.debug.Load()&gcSaveAll != 0 {
		for _, v := range x.Unmarked() {
			due = append(due, ending{Unbound, v})
			x.Mark(v)
		}
	}
	s := x.Sweep()
	c := &vm.tracing
	c.mu.Lock()
	c.pending = append(c.pending, due...)
	c.mu.Unlock()
	took := int64(time.Since(begin))
	c.collections.Add(1)
	c.freed.Add(int64(s.Freed))
	c.live.Store(s.Live)
	c.pause.Add(took)
	c.longest.Store(max(c.longest.Load(), took))
	return s.Freed, len(due) > 0
}

// runEndings runs the finalisers and callbacks that are due, unless a thread does so already. Once a limit has been passed
// none of them runs any more: there may be thousands, and each may take its time.
func (t *Thread) runEndings() {
	c := &t.VM.tracing
	if !c.busy.CompareAndSwap(false, true) {
		return
	}
	defer c.busy.Store(false)
	for {
		c.mu.Lock()
		if len(c.pending) == 0 || t.VM.limitWhat.Load() != nil {
			c.pending = nil
			c.mu.Unlock()
			return
		}
		e := c.pending[0]
		mark := t.Hold(e.object)
		t.Hold(e.ref)
		c.pending = c.pending[1:]
		c.mu.Unlock()
		cut := t.ScopeMark()
		switch {
		case e.ref == Unbound:
			t.runFinalizer(e.object)
		case t.Kind(e.ref) == KWeakref:
			t.callBack([]Value{t.Ref(e.ref)})
		default:
			t.saveGarbage([]Value{e.ref})
		}
		t.ScopeCut(cut)
		t.Unhold(mark)
	}
}

// collectTraced is Collect under the traced discipline: what finalisers have let go of is collected too.
func (t *Thread) collectTraced() (found int) {
	for rounds := 0; rounds < 10; rounds++ {
		n, queued := t.trace()
		found += n
		if !queued {
			break
		}
		t.runEndings()
	}
	t.VM.gcState.runs.Add(1)
	t.VM.gcState.found.Add(int64(found))
	return found
}

// autoTrace collects when that is due. gc.disable() does not hinder it: there is no other way in which memory is freed.
func (t *Thread) autoTrace() {
	if !t.VM.Heap.TraceDue() {
		return
	}
	if t.Exc != Unbound { // not now, but soon
		t.SetBreak(scheduler.BreakGC)
		return
	}
	if _, queued := t.trace(); queued {
		t.runEndings()
	}
	if t.VM.Heap.TraceDue() {
		t.SetBreak(scheduler.BreakGC)
	}
}

// references is the number of references to v, for sys.getrefcount: the count, or what a walk finds where nobody counts.
func (t *Thread) references(v Value) int64 {
	if t.Disc != refcount.Traced {
		return int64(t.Count(v))
	}
	t.VM.Sched.StopWorld(&t.Thread)
	defer t.VM.Sched.StartWorld(&t.Thread)
	return int64(t.VM.Heap.References(v, t.VM.roots))
}
