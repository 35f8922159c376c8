package vm

// This file chooses the loop: one for each way of counting, made from one template, and one that takes every
// instruction's long way.

import (
	"toylang/lang/bytecode"
	"toylang/refcount"
)

//go:generate go run ../cmd/internal/genloops

// loop runs the thread from t.PC until its entry frame returns (t.result), yields (and t.genYielded), or an exception
// leaves it (Raised).
func (t *Thread) loop() Value {
	if t.Disc == refcount.Traced {
		outer := t.EnterScope()
		r := t.chosenLoop()
		t.LeaveScope(outer, r)
		return r
	}
	return t.chosenLoop()
}

func (t *Thread) chosenLoop() Value {
	if t.Point != nil || t.careful || t.Unsafe && t.Disc != refcount.Plain {
		return t.runCareful() // the last: the loop for stale handles counts plainly
	}
	switch {
	case t.Unsafe:
		return t.runChecked()
	case t.Disc == refcount.Biased:
		return t.runBiased()
	case t.Disc == refcount.Atomic:
		return t.runAtomic()
	case t.Disc == refcount.Locked:
		return t.runLocked()
	case t.Disc == refcount.Traced:
		return t.runTraced()
	case t.Disc == refcount.Plain:
		return t.runPlain()
	}
	return t.runCareful() // a discipline without a loop of its own
}

// step executes the instruction at t.PC by a short way that is not the loop's, or the long way, and sets t.PC for the next.
// It reports false when the loop must return: t.result is its value, or Raised.
func (t *Thread) step(in bytecode.Ins) bool {
	if t.Quick() {
		if f := quickOps[in.Op]; f != nil {
			act := f(t, in)
			t.dropDying()
			return t.follow(act)
		}
	}
	return t.longStep(in)
}

// follow goes on behind the instruction at t.PC as its action says; false as step.
func (t *Thread) follow(act action) bool {
	switch act {
	case actNext:
		t.PC += uint32(bytecode.Op(t.VM.arena[t.PC]).Size())
	case actSlow:
		return t.longStep(insOf(t.VM.arena[t.PC]))
	case actRaise:
		return t.unwind(true) || t.leftLoop()
	case actReraise:
		return t.unwind(false) || t.leftLoop()
	case actExit:
		return false
	}
	return true
}

// longStep is step by the long way.
func (t *Thread) longStep(in bytecode.Ins) bool {
	in.Op = in.Op.Base()
	t.EmptyScope()
	switch in.Op {
	case bytecode.OpForIter:
		if it := *t.r(in.A); t.Is(it, KGenerator) && t.genQuick() && t.genEnter(it, 0, t.PC) {
			return t.breakEntry() || t.unwind(true) || t.leftLoop()
		}
	case bytecode.OpYieldFrom:
		if it, sent := *t.r(in.B), t.r(in.A); *sent == None && t.Is(it, KGenerator) && t.genQuick() {
			*sent = Unbound
			if t.genEnter(it, 0, t.PC) {
				return t.breakEntry() || t.unwind(true) || t.leftLoop()
			}
			*sent = None
		}
	case bytecode.OpYield:
		if t.yieldQuick(in) {
			return t.afterYield() == actJump || t.unwind(true) || t.leftLoop()
		}
	}
	return t.follow(t.slow(in))
}

// dropDying frees what a short way has left to the loop, where that is not on the way.
func (t *Thread) dropDying() {
	for t.dying != 0 {
		v := t.dying
		t.dying, t.dyingNext = t.dyingNext, 0
		t.DeallocDead(v)
	}
}

// bury frees v, which has died, where the loop cannot, and what the loop has put off.
func (t *Thread) bury(v Value) {
	if x := t.drop; x != 0 {
		t.drop = 0
		t.DeallocDead(x)
	}
	t.DeallocDead(v)
	t.dropDying()
}

// freeRest frees the tuple or list v, of whose items t.drop and then t.dropNext have died; those behind are dropped.
func (t *Thread) freeRest(v Value) {
	x, y := t.drop, t.dropNext
	t.drop, t.dropNext = 0, 0
	t.DeallocRest(v, x, y)
	t.dropDying()
}

// leftLoop is the end of an exception that has left the loop's entry frame.
func (t *Thread) leftLoop() bool {
	t.result = Raised
	return false
}

// runCareful takes every instruction's long way: for the virtual scheduler, whose points are in the accesses themselves,
// and for tracing, counting and checking before every instruction.
func (t *Thread) runCareful() Value {
	t.loops++
	defer func() { t.loops-- }()
	for {
		if t.careful && !t.beforeInstr() {
			if !t.unwind(true) {
				return Raised
			}
			continue
		}
		if !t.step(insOf(t.VM.arena[t.PC])) {
			return t.result
		}
	}
}
