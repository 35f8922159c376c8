package vm

// This file resumes and suspends generators where nothing can be stale and no step is a scheduling point: the same as
// pushGenerator, feed(None) and suspend, in one piece.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// genEnter makes the generator's window, or that of the one that it delegates to in the end, the running frame and lets its
// yield give None. False when it needs the long way, which also says why: it runs already, is done, or there is no room.
func (t *Thread) genEnter(g Value, flags int64, ret uint32) bool {
	chain := 0
	if t.Locks {
		if t.delegating(g) { // since there was one thread only
			return false
		}
	} else if g, chain = t.innermost(g); t.depth+chain >= int(*t.limit) {
		return false
	}
	h := header(t.Base, t.Mask, g)
	t.Lock(g)
	state := *field(h, GenState)
	if state != refcount.SmallInt(genSuspended) && state != refcount.SmallInt(genCreated) {
		t.Unlock(g)
		return false
	}
	*field(h, GenState) = refcount.SmallInt(genRunning)
	t.Unlock(g)
	e := entry(t, *field(header(t.Base, t.Mask, *field(h, GenFunc)), FuncCode))
	fp := unsafe.Add(t.top(), argShift*8)
	dist := (uintptr(fp) - uintptr(t.frame())) / 8
	if uintptr(fp)+uintptr(e.nregs)*8 >= t.stackLimit || dist > 0xFFFF || !t.enter() {
		*field(h, GenState) = state
		return false
	}
	t.fp = uint32((uintptr(fp) - uintptr(t.stackBase)) >> 3)
	t.lay(fp, g, e, chain, flags|genFrame|int64(dist)<<retShift|int64(ret))
	if state == refcount.SmallInt(genSuspended) {
		t.feedNone()
	}
	return true
}

// lay lays the window of a generator, which has become running, out at fp under a return word. The generator runs for chain
// others.
func (t *Thread) lay(fp unsafe.Pointer, g Value, e *codeEntry, chain int, ret int64) {
	h := header(t.Base, t.Mask, g)
	*field(h, GenChain) = refcount.SmallInt(int64(chain))
	t.depth += chain
	w := header(t.Base, t.Mask, *field(h, GenWindow))
	for i := int((*field(w, 0)).Int()); i > 0; i-- {
		*word(fp, i-1) = *field(w, i)
	}
	*field(w, 0) = refcount.SmallInt(0)
	t.Incref(g)
	*word(fp, frameFunc) = g
	*word(fp, frameRet) = refcount.SmallInt(ret)
	*word(fp, frameCode) = codeIndex(t, e)
	*field(h, GenPrev) = t.Handled
	if x := *field(h, GenHandled); x != Unbound {
		*field(h, GenHandled) = Unbound
		t.Handled = x
	} else if t.Handled.IsPtr() {
		t.Incref(t.Handled)
	}
	t.PC = uint32((*field(h, GenPC)).Int())
}

// feedNone gives None to the yield, or the yield from, that the running generator stands at.
func (t *Thread) feedNone() {
	switch in := insOf(t.VM.arena[t.PC]); in.Op {
	case bytecode.OpYield:
		*word(t.frame(), int(in.A)) = None
		t.PC++
	case bytecode.OpYieldFrom: // which is executed again
		*word(t.frame(), int(in.A)) = None
	}
}

// dropsSent is the flag that the loader gives to a Yield whose result the next instruction clears.
const dropsSent = bytecode.FlagA

// genLeave moves the running generator's window back into it and pops its frame; the return word is given. Registers from the
// yield's own on are dead.
func (t *Thread) genLeave() (ret int64) {
	fp := t.frame()
	g := *word(fp, frameFunc)
	h := header(t.Base, t.Mask, g)
	e := entry(t, *word(fp, frameCode))
	w := header(t.Base, t.Mask, *field(h, GenWindow))
	n := int(e.nregs)
	switch in := insOf(t.VM.arena[t.PC]); in.Op {
	case bytecode.OpYield:
		n = int(in.A)
	case bytecode.OpYieldFrom:
		n = int(in.A) + 2
	}
	for i := 0; i < n; i++ {
		p := word(fp, i)
		*field(w, 1+i) = *p
		*p = Unbound
	}
	*field(w, 0) = refcount.SmallInt(int64(n))
	*field(h, GenPC) = refcount.SmallInt(int64(t.PC))
	if e.handlers != 0 {
		h.SetFlag(refcount.FlagFinal)
	}
	prev, now := *field(h, GenPrev), t.Handled
	*field(h, GenPrev) = Unbound
	if t.Handled = prev; now != prev {
		*field(h, GenHandled) = now
	} else if now.IsPtr() {
		t.Decref(now)
	}
	*field(h, GenState) = refcount.SmallInt(genSuspended)
	t.leaveChain(g)
	ret = (*word(fp, frameRet)).Int()
	*word(fp, frameFunc), *word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound, Unbound
	t.depth--
	if ret&entryFrame == 0 {
		t.fp -= uint32(ret >> retShift & 0xFFFF)
	}
	t.Decref(g)
	return ret
}

// genQuick reports that generators may be resumed and suspended the short way.
func (t *Thread) genQuick() bool { return !t.Unsafe && t.Point == nil }

// genStep resumes a generator from Go code, as GenNext does; known is false when that must do it. The caller holds g.
func (t *Thread) genStep(g Value) (v Value, known bool) {
	return t.drive(g, func(Value) bool { return false })
}

// drive resumes a generator from Go code again and again, and leaves its frame where it is as long as take accepts what it
// yields (owned by take then): take runs no toy code, and lets no other thread run. The last value is given, not accepted;
// Unbound at the generator's end, Raised. known is false when nothing was done. The caller holds g.
func (t *Thread) drive(g Value, take func(v Value) bool) (last Value, known bool) {
	fp, pc, holds := t.fp, t.PC, t.holds
	if !t.genQuick() || !t.genEnter(g, entryFrame, 0) {
		return Unbound, false
	}
	t.holds, t.genYielded = 0, false
	v := t.loop()
	for t.genLive {
		t.genLive = false
		if t.breakerSet() || !take(v) {
			t.genLeave()
			t.genYielded = true
			break
		}
		t.feedNone()
		v = t.loop()
	}
	if !t.genYielded {
		t.depth--
		if v != Raised {
			t.Decref(v)
			v = Unbound
		}
	}
	t.genYielded = false
	t.fp, t.PC, t.holds = fp, pc, holds
	return v, true
}

// yieldQuick is Yield to a for loop of toy code; false when it needs the long way.
func (t *Thread) yieldQuick(in bytecode.Ins) bool {
	fp := t.frame()
	ret := (*word(fp, frameRet)).Int()
	if in.Flags&bytecode.FlagB == 0 || ret&entryFrame != 0 || !t.genQuick() {
		return false
	}
	to := insOf(t.VM.arena[ret&retPC])
	v := *reg(fp, in.B)
	if to.Op != bytecode.OpForIter || v == Unbound {
		return false
	}
	*reg(fp, in.B) = Unbound
	t.genLeave()
	t.put(to.B, v)
	t.PC = uint32(ret&retPC) + 1 + uint32(int32(int16(to.C)))
	return true
}

// quickGenerator is newGenerator where small objects are made the short way; Unbound when it has done nothing.
func (t *Thread) quickGenerator(c *Code, fp unsafe.Pointer) Value {
	if c.NRegs == 0 {
		return Unbound
	}
	for i := c.NLocals; i < c.NRegs; i++ {
		*word(fp, i) = Unbound
	}
	w, known := t.QuickTuple(uint16(KTuple), unsafe.Slice((*Value)(fp), c.NRegs))
	if !known {
		return Unbound
	}
	for i := 0; i < c.NLocals; i++ {
		*word(fp, i) = Unbound
	}
	f := *word(fp, frameFunc)
	t.Incref(f)
	return t.NewRecord(KGenerator, f, refcount.SmallInt(genCreated), refcount.SmallInt(int64(c.Entry)), w, Unbound, Unbound, refcount.SmallInt(0), Unbound)
}
