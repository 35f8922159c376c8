package vm

// This file unwinds frames: what an exception does on its way to a handler.

import "unsafe"

// unwind takes the exception being raised from the instruction at t.PC to the nearest handler of the frames that this
// loop runs. It reports false when it has left the loop's entry frame; trace says that the frame at hand gets a traceback
// entry (a re-raise does not).
func (t *Thread) unwind(trace bool) bool {
	for {
		fp := t.frame()
		c := t.codeOf(fp)
		at := t.PC - c.Entry
		if trace {
			if t.Exc == t.VM.names.memoryError {
				t.ownMemoryError()
			}
			t.addTraceback(t.Exc, c, at)
		}
		trace = true
		for i := range c.Handlers {
			if t.limitOver() { // no handler is asked any more
				break
			}
			if h := &c.Handlers[i]; at >= h.Start && at < h.End {
				t.clearFrom(fp, int(h.Depth), c.NRegs)
				t.PC = c.Entry + h.Target
				return true
			}
		}
		ret := word(fp, frameRet).Int()
		t.keepLocals(fp, c)
		if ret&genFrame != 0 {
			t.finishGenerator(fp, c)
			if g := *word(fp, frameFunc); t.Is(g, KGenerator) {
				if chain := t.leaveChain(g); chain > 0 {
					t.unwindFrame(fp, c) // g lives on as what the other one delegates to
					t.takeOver(fp, g, chain, ret)
					continue
				}
			}
		}
		t.unwindFrame(fp, c)
		if ret&entryFrame != 0 {
			return false
		}
		if ret&initFrame != 0 {
			p := word(fp, frameFunc-1)
			v := *p
			*p = Unbound
			t.Decref(v)
		}
		t.depth--
		t.fp -= uint32(ret >> retShift & 0xFFFF)
		t.PC = uint32(ret&retPC) - 1 // inside the call
		if ret&genFrame != 0 {
			t.PC++ // a generator's return address is the instruction that resumed it
		}
	}
}

// keepLocals moves the locals of a frame that an exception leaves into its traceback entry: in CPython the traceback holds
// the frame, so they die with the traceback.
func (t *Thread) keepLocals(fp unsafe.Pointer, c *Code) {
	if !t.holdsPtr(fp, c.NLocals) || !t.Isa(t.Exc, KException) {
		return
	}
	tb := t.lockedField(t.Exc, ExcTraceback) // another thread that raises the same exception may replace it
	defer t.Decref(tb)
	if !t.Is(tb, KTraceback) || t.Field(tb, TbLocals) != Unbound || t.Field(tb, TbCode).Int() != int64(c.ID) {
		return
	}
	var room [8]Value
	held := room[:0]
	for i := 0; i < c.NLocals; i++ {
		if p := word(fp, i); p.IsPtr() {
			held = append(held, *p)
			*p = Unbound
		}
	}
	if len(held) == 0 {
		return
	}
	saved := t.Exc
	tup := t.NewTuple(held...)
	if tup == Raised { // no memory: they die now
		if t.Exc != saved {
			x := t.Exc
			t.Exc = saved
			t.Decref(x)
		}
		return
	}
	t.Lock(tb)
	taken := t.Field(tb, TbLocals) != Unbound
	if !taken {
		t.SetField(tb, TbLocals, tup)
	}
	t.Unlock(tb)
	if taken {
		t.Decref(tup)
	}
}

// holdsPtr reports that one of the first n registers holds a reference.
func (t *Thread) holdsPtr(fp unsafe.Pointer, n int) bool {
	for i := 0; i < n; i++ {
		if word(fp, i).IsPtr() {
			return true
		}
	}
	return false
}

// clearFrom drops the references in registers [from, to).
func (t *Thread) clearFrom(fp unsafe.Pointer, from, to int) {
	for i := from; i < to; i++ {
		p := word(fp, i)
		if v := *p; v.IsPtr() {
			*p = Unbound
			t.Decref(v)
		}
	}
}

// unwindFrame drops everything that a frame holds, its function included. The thread's exception is set aside meanwhile.
func (t *Thread) unwindFrame(fp unsafe.Pointer, c *Code) {
	t.clearFrom(fp, 0, c.NRegs)
	p := word(fp, frameFunc)
	f := *p
	*p = Unbound
	t.Decref(f)
	*word(fp, frameCode), *word(fp, frameRet) = Unbound, Unbound
}
