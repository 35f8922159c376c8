package vm

// This file is the meaning of the instructions for exceptions, with statements, and imports.

import "toylang/lang/bytecode"

func (t *Thread) slowRare(in bytecode.Ins) action {
	switch in.Op {
	case bytecode.OpRaise:
		if in.C == 0 {
			if t.Handled == Unbound || t.Handled == None {
				t.Raise(t.VM.Exc.RuntimeError, "No active exception to reraise")
				return actRaise
			}
			old := t.Exc
			t.Exc = t.Ref(t.Handled)
			t.Decref(old)
			return actReraise
		}
		if !t.bound(in.A) || in.C == 2 && !t.bound(in.B) {
			return actRaise
		}
		cause := Unbound
		if in.C == 2 {
			cause = *t.r(in.B)
		}
		t.raiseFrom(*t.r(in.A), cause)
		return actRaise
	case bytecode.OpEnterHandler:
		return t.enterHandlerOp(in)
	case bytecode.OpLeaveHandler:
		return t.leaveHandlerOp(in)
	case bytecode.OpReraise:
		t.leaveHandler(in.A)
		old := t.Exc
		t.Exc = t.take(in.A)
		t.Decref(old)
		return actReraise
	case bytecode.OpMatchExc:
		return t.matchExcOp(in)
	case bytecode.OpAssertFail:
		var e Value
		if in.A == bytecode.NoReg {
			e = t.Call(t.VM.Exc.AssertionError.Value)
		} else {
			if !t.bound(in.A) {
				return actRaise
			}
			e = t.Call(t.VM.Exc.AssertionError.Value, *t.r(in.A))
		}
		if e != Raised {
			t.RaiseValue(e)
		}
		return actRaise
	case bytecode.OpWithEnter:
		return t.withEnter(in)
	case bytecode.OpWithExit:
		return t.withExit(in)
	case bytecode.OpWithExcept:
		e := *t.r(in.B)
		tb := t.Hold(t.lockedField(e, ExcTraceback))
		r := t.Call(*t.r(in.A), t.ClassOf(e).Value, e, t.Held(tb))
		t.Unhold(tb)
		if r == Raised {
			return actRaise
		}
		b, ok := t.Truth(r)
		t.Decref(r)
		if !ok {
			return actRaise
		}
		t.put(in.A, Unbound)
		return t.branch(in, b)
	case bytecode.OpImport:
		m := t.Import(t.name(in.B), int(in.C), in.Flags&bytecode.FlagFrom != 0, t.Globals())
		if m == Raised {
			return actRaise
		}
		t.put(in.A, m)
		return actNext
	case bytecode.OpImportFrom:
		v := t.ImportFrom(*t.r(in.B), t.name(in.C))
		if v == Raised {
			return actRaise
		}
		in.Flags &^= bytecode.FlagC
		return t.finish(in, v)
	case bytecode.OpImportStar:
		ns := t.Globals()
		if t.codeOf(t.frame()).Kind == bytecode.ClassBody {
			ns = *t.r(0)
		}
		return t.done(in, t.ImportStar(*t.r(in.A), ns))
	case bytecode.OpPrintExpr:
		return t.done(in, t.displayHook(*t.r(in.A)))
	}
	t.Raise(t.VM.Exc.SystemError, "unknown opcode")
	return actRaise
}

func (t *Thread) enterHandlerOp(in bytecode.Ins) action {
	e := t.TakeExc()
	*t.r(in.A) = e
	*t.r(in.A + 1) = t.Handled
	t.Handled = t.Ref(e)
	return actNext
}

func (t *Thread) leaveHandlerOp(in bytecode.Ins) action {
	t.leaveHandler(in.A)
	t.put(in.A, Unbound)
	return actNext
}

func (t *Thread) matchExcOp(in bytecode.Ins) action {
	m, ok := t.MatchExc(*t.r(in.A), *t.r(in.B))
	if !ok {
		return actRaise
	}
	if in.Flags&bytecode.FlagB != 0 {
		t.put(in.B, Unbound)
	}
	return t.branch(in, !m)
}

func (t *Thread) withExit(in bytecode.Ins) action {
	r := t.Call(*t.r(in.A), None, None, None)
	if r == Raised {
		return actRaise
	}
	t.Decref(r)
	t.put(in.A, Unbound)
	return actNext
}

// leaveHandler goes back to what was being handled before the handler whose registers are a and a+1.
func (t *Thread) leaveHandler(a uint16) {
	h := t.Handled
	t.Handled = t.take(a + 1)
	t.Decref(h)
}

func (t *Thread) withEnter(in bytecode.Ins) action {
	if !t.bound(in.B) {
		return actRaise
	}
	x := *t.r(in.B)
	c := t.ClassOf(x)
	enter := t.Special(c, SlotEnter)
	if enter == Unbound {
		t.Raise(t.VM.Exc.TypeError, "'%s' object does not support the context manager protocol", c.Name)
		return actRaise
	}
	m := t.Hold(enter)
	exit := t.Special(c, SlotExit)
	if exit == Unbound {
		t.Unhold(m)
		t.Raise(t.VM.Exc.TypeError, "'%s' object does not support the context manager protocol (missed __exit__ method)", c.Name)
		return actRaise
	}
	t.Hold(exit)
	bound := t.bindSpecial(exit, x, c)
	if bound == Raised {
		t.Unhold(m)
		return actRaise
	}
	t.Hold(bound)
	r := t.callSpecial(enter, x, c)
	if r == Raised {
		t.Unhold(m)
		return actRaise
	}
	bound = t.Release(m + 2)
	t.Unhold(m)
	in.Flags &^= bytecode.FlagC
	old := Unbound
	if in.Flags&bytecode.FlagB != 0 {
		old = t.take(in.B)
	}
	t.put(in.A, bound)
	t.put(in.A+1, r)
	t.Decref(old)
	return actNext
}

// callSpecial calls a special method found in the class c of self.
func (t *Thread) callSpecial(m, self Value, c *Class, args ...Value) Value {
	if t.Is(m, KFunction) || t.BuiltinOf(m) != nil {
		return t.Call(m, append([]Value{self}, args...)...)
	}
	b := t.bindSpecial(m, self, c)
	if b == Raised {
		return Raised
	}
	h := t.Hold(b)
	r := t.Call(b, args...)
	t.Unhold(h)
	return r
}

// bindSpecial binds a special method to self, as attribute access would (owned).
func (t *Thread) bindSpecial(m, self Value, c *Class) Value {
	if t.Is(m, KFunction) || t.BuiltinOf(m) != nil {
		return t.NewRecord(KMethod, t.Ref(m), t.Ref(self))
	}
	get := t.Special(t.ClassOf(m), SlotGet)
	if get == Unbound {
		return t.Ref(m)
	}
	h := t.Hold(get)
	r := t.Call(get, m, self, c.Value)
	t.Unhold(h)
	return r
}
