package vm

// This file runs generators: their window is copied in when they are resumed and out when they yield.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// The fields of a generator record.
const (
	GenFunc    = iota // the function
	GenState          // small int, see below
	GenPC             // small int: the yield it stands at, or its entry
	GenWindow         // a tuple of its registers; Unbound while it runs
	GenHandled        // the exception that it is handling, or Unbound
	GenPrev           // what its caller was handling, while it runs
	GenChain          // for how many generators that delegate to it it runs: small int; see delegate.go
	GenOuter          // the next of these: its handle as an int
	GenFieldCount
)

// The states of a generator.
const (
	genCreated = iota
	genSuspended
	genRunning
	genDone
)

// newGenerator makes a generator of the function at fp[-3], whose arguments are laid out in the window at fp: they move
// into the generator.
func (t *Thread) newGenerator(c *Code, fp unsafe.Pointer) Value {
	if g := t.quickGenerator(c, fp); g != Unbound {
		return g
	}
	tup, w := t.newTupleFor(c.NRegs)
	for i := 0; i < c.NRegs; i++ {
		v := Unbound
		if i < c.NLocals {
			p := word(fp, i)
			v = *p
			*p = Unbound
		}
		if tup == Raised {
			t.Decref(v)
		}
		w.Set(1+i, v)
	}
	if tup == Raised {
		return Raised
	}
	g := t.NewRecord(KGenerator, t.Ref(*word(fp, frameFunc)), refcount.SmallInt(genCreated), refcount.SmallInt(int64(c.Entry)), tup, Unbound, Unbound, refcount.SmallInt(0), Unbound)
	return g
}

// genCode gives the code of a generator; nil when the object is broken.
func (t *Thread) genCode(g Value) *Code { return t.CodeFrom(t.Field(g, GenFunc)) }

// pushGenerator lays the generator's window out above the running frame and makes it the running frame. flags and ret
// form the return word. It reports false (and raises) when the generator cannot run.
func (t *Thread) pushGenerator(g Value, flags int64, ret uint32) bool {
	c := t.genCode(g)
	t.Lock(g)
	state := t.Field(g, GenState)
	ok := state == refcount.SmallInt(genCreated) || state == refcount.SmallInt(genSuspended) && !t.delegating(g)
	if ok {
		t.SetField(g, GenState, refcount.SmallInt(genRunning))
	}
	t.Unlock(g)
	if !ok || c == nil {
		t.Raise(t.VM.Exc.ValueError, "generator already executing")
		return false
	}
	at := t.top()
	fp := unsafe.Add(at, argShift*8)
	dist := (uintptr(fp) - uintptr(t.frame())) / 8
	if uintptr(fp)+uintptr(c.NRegs)*8 >= t.stackLimit || dist > 0xFFFF || !t.enter() {
		t.SetField(g, GenState, state)
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
		return false
	}
	w := t.Field(g, GenWindow)
	saved := t.Fields(w).Slice(1, 1+c.NRegs)
	pc := uint32(t.Field(g, GenPC).Int())
	if saved == nil || t.Unsafe && !c.beginsAt(pc) {
		t.Raise(t.VM.Exc.SystemError, "broken generator")
		t.depth--
		return false
	}
	live := int(t.Fields(w).Get(0).Int()) // what lies behind is of earlier times
	for i := range saved {
		v := Unbound
		if i < live {
			v, saved[i] = saved[i], Unbound
		}
		*word(fp, i) = v
	}
	*word(fp, frameFunc) = t.Ref(g)
	*word(fp, frameRet) = refcount.SmallInt(flags | genFrame | int64(dist)<<retShift | int64(ret))
	*word(fp, frameCode) = refcount.SmallInt(int64(c.ID))
	t.fresh = state == refcount.SmallInt(genCreated)
	t.SetField(g, GenPrev, t.Handled)
	if h := t.Field(g, GenHandled); h != Unbound {
		t.SetField(g, GenHandled, Unbound)
		t.Handled = h
	} else {
		t.Incref(t.Handled)
	}
	t.fp = uint32((uintptr(fp) - uintptr(t.stackBase)) >> 3)
	t.PC = pc
	return true
}

// feed gives the value sent (owned by the generator's frame from here on) to the yield that the generator stands at, and
// moves on to the next instruction.
func (t *Thread) feed(v Value) {
	if t.fresh {
		t.Decref(v)
		return
	}
	in := insOf(t.VM.arena[t.PC])
	switch in.Op {
	case bytecode.OpYield:
		*word(t.frame(), int(in.A)) = v
		t.PC += uint32(in.Op.Size())
	case bytecode.OpYieldFrom:
		*word(t.frame(), int(in.A)) = v
	default:
		t.Decref(v)
	}
}

// suspend moves the running generator's window back into it. The frame is popped; the return word is given.
func (t *Thread) suspend() (ret int64) {
	if t.genQuick() {
		return t.genLeave()
	}
	fp := t.frame()
	c := t.codeOf(fp)
	g := *word(fp, frameFunc)
	saved := t.Fields(t.Field(g, GenWindow)).Slice(1, 1+c.NRegs)
	for i := 0; i < c.NRegs; i++ {
		p := word(fp, i)
		v := *p
		*p = Unbound
		if i < len(saved) {
			saved[i] = v
		}
	}
	t.SetField(g, GenPC, refcount.SmallInt(int64(t.PC)))
	if len(c.Handlers) > 0 {
		t.Header(g).SetFlag(refcount.FlagFinal)
	}
	prev := t.Field(g, GenPrev)
	t.SetField(g, GenPrev, Unbound)
	h := t.Handled
	t.Handled = prev
	if h == prev {
		t.Decref(h)
	} else {
		t.SetField(g, GenHandled, h)
	}
	t.SetField(g, GenState, refcount.SmallInt(genSuspended))
	ret = word(fp, frameRet).Int()
	*word(fp, frameFunc), *word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound, Unbound
	t.depth--
	if ret&entryFrame == 0 {
		t.fp -= uint32(ret >> retShift & 0xFFFF)
	}
	t.Decref(g)
	return ret
}

// finishGenerator marks the generator of the frame as done; its window is the caller's to clear.
func (t *Thread) finishGenerator(fp unsafe.Pointer, c *Code) {
	g := *word(fp, frameFunc)
	if !t.Is(g, KGenerator) {
		return
	}
	t.SetField(g, GenState, refcount.SmallInt(genDone))
	t.Header(g).ClearFlag(refcount.FlagFinal)
	prev := t.Field(g, GenPrev)
	t.SetField(g, GenPrev, Unbound)
	h := t.Handled
	t.Handled = prev
	t.Decref(h)
	if t.Exc != Unbound && t.IsInstance(t.Exc, t.VM.Exc.StopIteration) {
		cause := t.TakeExc()
		t.Raise(t.VM.Exc.RuntimeError, "generator raised StopIteration")
		t.putLocked(t.Exc, ExcCause, t.Ref(cause))
		t.putLocked(t.Exc, ExcContext, cause)
		t.SetField(t.Exc, ExcSuppress, True)
	}
}

// yielded hands a yielded value (owned) to whoever resumed the generator whose frame is running; the instruction that
// yields is at t.PC. It reports true when the loop's entry frame was left: then t.result is the value.
func (t *Thread) yielded(v Value) bool {
	for {
		ret := t.suspend()
		if ret&entryFrame != 0 {
			t.result, t.genYielded = v, true
			return true
		}
		t.PC = uint32(ret & retPC)
		in := insOf(t.VM.arena[t.PC])
		if in.Op == bytecode.OpForIter {
			t.put(in.B, v)
			t.PC += uint32(in.Op.Size()) + uint32(int32(int16(in.C)))
			return false
		}
		// OpYieldFrom: the delegating generator yields it in turn
	}
}

// returned hands a generator's result (owned) to whoever resumed it, after its frame is gone; ret is its return word. It
// reports true when the loop's entry frame was left.
func (t *Thread) returned(v Value, ret int64) bool {
	if ret&entryFrame != 0 {
		t.result, t.genYielded = v, false
		return true
	}
	t.PC = uint32(ret & retPC)
	in := insOf(t.VM.arena[t.PC])
	t.PC += uint32(in.Op.Size())
	if in.Op == bytecode.OpForIter {
		t.Decref(v)
		t.put(in.A, Unbound)
	} else {
		t.put(in.B, Unbound)
		t.put(in.A, v)
	}
	return false
}

// leaveLive suspends the generator whose yield has ended the loop.
func (t *Thread) leaveLive() {
	if t.genLive {
		t.genLive = false
		t.suspend()
		t.genYielded = true
	}
}

// resume runs a generator from Go code until it yields (done false), returns (done true) or raises (Raised). v (owned) is
// sent; with exc set (owned) that is raised inside instead.
func (t *Thread) resume(g, v, exc Value) (r Value, done bool) {
	savedFP, savedPC, savedHolds := t.fp, t.PC, t.holds
	mark := t.Hold(t.Ref(g))
	defer t.Unhold(mark)
	inner := t.holds
	if !t.pushGenerator(g, entryFrame, 0) {
		t.DecrefAll(v, exc)
		return Raised, true
	}
	t.holds = 0
	t.genYielded = false
	if exc != Unbound {
		t.Decref(v)
		old := t.Exc
		t.Exc = exc
		t.Decref(old)
		if t.unwind(true) {
			r = t.loop()
		} else {
			r = Raised
		}
	} else {
		t.feed(v)
		r = t.loop()
	}
	t.leaveLive()
	done = !t.genYielded
	if done {
		t.depth--
	}
	t.genYielded = false
	t.fp, t.PC, t.holds = savedFP, savedPC, savedHolds
	_ = inner
	t.holds = mark + 1
	return r, done
}

// GenSend resumes a generator with a value: the value yielded, or (when done) the value returned, or Raised.
func (t *Thread) GenSend(g, v Value) (r Value, done bool) {
	switch t.Field(g, GenState) {
	case refcount.SmallInt(genDone):
		return None, true
	case refcount.SmallInt(genCreated):
		if v != None {
			return t.Raise(t.VM.Exc.TypeError, "can't send non-None value to a just-started generator"), true
		}
	}
	return t.resume(g, t.Ref(v), Unbound)
}

// GenNext is the generator's __next__ for the iteration protocol: (Unbound, true) at the end.
func (t *Thread) GenNext(g Value) (Value, bool) {
	r, done := t.GenSend(g, None)
	switch {
	case r == Raised:
		return Raised, false
	case done:
		t.Decref(r)
		return Unbound, true
	}
	return r, true
}

// GenThrow raises an exception (owned) inside a generator.
func (t *Thread) GenThrow(g, exc Value) (r Value, done bool) { return t.genThrow(g, exc, nil) }

// genThrow is GenThrow with the arguments of throw(), which is what an object gets that the generator delegates to.
func (t *Thread) genThrow(g, exc Value, raw []Value) (r Value, done bool) {
	switch t.Field(g, GenState) {
	case refcount.SmallInt(genDone):
		t.RaiseValue(exc)
		return Raised, true
	case refcount.SmallInt(genCreated):
		if !t.claim(g, genCreated, genDone) {
			return t.genThrow(g, exc, raw) // another thread was quicker
		}
		t.closeWindow(g)
		t.RaiseValue(exc)
		if c := t.genCode(g); c != nil {
			t.addEntry(t.Exc, c, tbStart)
		}
		return Raised, true
	case refcount.SmallInt(genRunning):
		t.Decref(exc)
		return t.Raise(t.VM.Exc.ValueError, "generator already executing"), true
	}
	if t.delegating(g) {
		t.Decref(exc)
		return t.Raise(t.VM.Exc.ValueError, "generator already executing"), true
	}
	in := insOf(t.VM.arena[t.Field(g, GenPC).Int()&(arenaWords-1)])
	if in.Op != bytecode.OpYieldFrom {
		return t.resume(g, None, exc)
	}
	// It delegates: the exception goes to the one it delegates to.
	if !t.claim(g, genSuspended, genRunning) {
		t.Decref(exc)
		return t.Raise(t.VM.Exc.ValueError, "generator already executing"), true
	}
	back := func() { t.SetField(g, GenState, refcount.SmallInt(genSuspended)) }
	if in = insOf(t.VM.arena[t.Field(g, GenPC).Int()&(arenaWords-1)]); in.Op != bytecode.OpYieldFrom {
		back() // another thread has moved it meanwhile
		return t.resume(g, None, exc)
	}
	sub := t.Ref(t.Fields(t.Field(g, GenWindow)).Get(1 + int(in.B)))
	m := t.Hold(sub)
	e := t.Hold(exc)
	if t.IsInstance(exc, t.VM.Exc.GeneratorExit) {
		ok := t.closeSub(sub)
		back()
		x := t.Release(e)
		t.Unhold(m)
		if !ok {
			t.Decref(x)
			x = t.TakeExc()
		}
		return t.resume(g, None, x)
	}
	var subDone bool
	if t.Is(sub, KGenerator) {
		r, subDone = t.genThrow(sub, t.Ref(exc), raw)
	} else {
		th := t.LookupAttr(sub, t.VM.Intern("throw"))
		if th == Unbound {
			back()
			x := t.Release(e)
			t.Unhold(m)
			return t.resume(g, None, x)
		}
		if th != Raised {
			if raw == nil {
				raw = []Value{exc}
			}
			r = t.Call(th, raw...)
			t.Decref(th)
		} else {
			r = Raised
		}
		if r == Raised && t.IsInstance(t.Exc, t.VM.Exc.StopIteration) {
			r, subDone = t.stopValue(), true
		}
	}
	t.Unhold(m)
	if r == Raised || !subDone {
		back()
		if r == Raised {
			return t.resume(g, None, t.TakeExc())
		}
		return r, false
	}
	// the delegate ended: go on after the yield from, with its value
	cells := t.Fields(t.Field(g, GenWindow))
	t.Decref(cells.Swap(1+int(in.B), Unbound))
	t.Decref(cells.Swap(1+int(in.A), r))
	t.SetField(g, GenPC, refcount.SmallInt(t.Field(g, GenPC).Int()+int64(in.Op.Size())))
	back()
	return t.resumeAfter(g)
}

// resumeAfter resumes a generator at its PC without feeding a value.
func (t *Thread) resumeAfter(g Value) (Value, bool) {
	savedFP, savedPC, savedHolds := t.fp, t.PC, t.holds
	mark := t.Hold(t.Ref(g))
	defer t.Unhold(mark)
	if !t.pushGenerator(g, entryFrame, 0) {
		return Raised, true
	}
	t.holds, t.genYielded = 0, false
	r := t.loop()
	t.leaveLive()
	done := !t.genYielded
	if done {
		t.depth--
	}
	t.genYielded = false
	t.fp, t.PC, t.holds = savedFP, savedPC, savedHolds
	t.holds = mark + 1
	return r, done
}

// closeSub closes what a generator delegates to; false when that raised.
func (t *Thread) closeSub(sub Value) bool {
	if t.Is(sub, KGenerator) {
		return t.GenClose(sub)
	}
	c := t.LookupAttr(sub, t.VM.Intern("close"))
	if c == Unbound {
		return true
	}
	if c == Raised {
		return false
	}
	r := t.Call(c)
	t.Decref(c)
	t.Decref(r)
	return r != Raised
}

// stopValue takes the StopIteration being raised and gives its value (owned).
func (t *Thread) stopValue() Value {
	e := t.TakeExc()
	v := None
	if a := t.Items(t.Field(e, ExcArgs)); a.Len() > 0 {
		v = t.Ref(a.Get(0))
	}
	t.Decref(e)
	return v
}

// claim changes a generator's state from one to another; false when it is in none of them or another thread was quicker.
// Who made it running or done owns its fields.
func (t *Thread) claim(g Value, from, to int64) bool {
	t.Lock(g)
	ok := t.Field(g, GenState) == refcount.SmallInt(from)
	if ok {
		t.SetField(g, GenState, refcount.SmallInt(to))
	}
	t.Unlock(g)
	return ok
}

// closeWindow ends a generator that never started, and that the caller has claimed.
func (t *Thread) closeWindow(g Value) {
	w := t.Field(g, GenWindow)
	cells := t.Fields(w)
	for i := 1; i < cells.Cap() && i <= int(cells.Get(0).Int()); i++ {
		t.Decref(cells.Swap(i, Unbound))
	}
}

// GenClose is the generator's close(); false when it raised.
func (t *Thread) GenClose(g Value) bool {
	switch t.Field(g, GenState) {
	case refcount.SmallInt(genDone):
		return true
	case refcount.SmallInt(genCreated):
		if t.claim(g, genCreated, genDone) {
			t.closeWindow(g)
			return true
		}
	}
	exc := t.NewExc(t.VM.Exc.GeneratorExit)
	if exc == Raised {
		return false
	}
	r, done := t.GenThrow(g, exc)
	switch {
	case r == Raised:
		return t.Catch(t.VM.Exc.GeneratorExit) || t.Catch(t.VM.Exc.StopIteration)
	case !done:
		t.Decref(r)
		t.Raise(t.VM.Exc.RuntimeError, "generator ignored GeneratorExit")
		return false
	}
	t.Decref(r)
	return true
}
