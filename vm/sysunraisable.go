package vm

// This file is what becomes of exceptions that nobody can catch: sys.unraisablehook.

// initUnraisable makes sys.unraisablehook and the class of its argument.
func (t *Thread) initUnraisable(m Value) {
	args := t.newSeqType("UnraisableHookArgs", "UnraisableHookArgs", "exc_type exc_value exc_traceback err_msg object", "",
		noInstances("UnraisableHookArgs"))
	t.setDict(args.class, "__module__", t.VM.Intern("sys"))
	t.VM.io.hookArg = args
	t.modFuncs(m, []Def{{"unraisablehook(unraisable, /)", func(t *Thread, a []Value) Value {
		if t.ClassOf(a[0]) != args.class {
			return t.Raise(t.VM.Exc.TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs")
		}
		x, msg := t.Items(a[0]), ""
		if t.IsStr(x.Get(3)) {
			msg = t.GoStr(x.Get(3))
		}
		if e := x.Get(1); t.Isa(e, KException) {
			t.writeUnraisable(msg, x.Get(4), e)
		}
		return None
	}}})
	t.modSet(m, "__unraisablehook__", t.DictGetStr(t.Field(m, 0), t.VM.Intern("unraisablehook")))
}

// unraisable hands the exception being raised, which nobody can catch, to sys.unraisablehook. msg is "" for the usual
// message; where is the object that was at work.
func (t *Thread) unraisable(msg string, where Value) {
	e := t.TakeExc()
	if e == Unbound {
		return
	}
	mark := t.Hold(e)
	defer t.Unhold(mark)
	hook := Unbound
	if t.Is(t.VM.io.sys, KDict) && !t.VM.stopping.Load() {
		hook = t.DictGetStr(t.VM.io.sys, t.VM.Intern("unraisablehook"))
	}
	t.Hold(hook)
	if hook == Unbound || hook == None || t.Is(hook, KBuiltin) {
		t.writeUnraisable(msg, where, e)
		return
	}
	said := None
	if msg != "" {
		said = t.NewStr(msg)
	}
	tb := t.lockedField(e, ExcTraceback)
	args := t.VM.io.hookArg.make(t, t.Ref(t.ClassOf(e).Value), t.Ref(e), tb, said, t.Ref(where))
	t.Hold(args)
	if args != Raised {
		if r := t.Call(hook, args); r != Raised {
			t.Decref(r)
			return
		}
	}
	t.writeUnraisable("Exception ignored in sys.unraisablehook", hook, t.Exc)
	t.Decref(t.TakeExc())
}

// writeUnraisable prints what the hook of the machine prints.
func (t *Thread) writeUnraisable(msg string, where, e Value) {
	if msg == "" {
		msg = "Exception ignored in"
	}
	saved := t.TakeExc()
	mark := t.Hold(saved)
	if where != None && where != Unbound {
		s := t.Repr(where)
		if s != Raised {
			msg += ": " + t.GoStr(s)
			t.Decref(s)
		} else {
			t.Decref(t.TakeExc())
			msg += ": <object repr() failed>"
		}
	} else {
		msg += ":"
	}
	t.VM.WriteErr(msg + "\n" + t.FormatException(e))
	t.Exc = t.Release(mark)
}
