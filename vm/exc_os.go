package vm

// This file holds OSError: its fields, and the subclass that an error number chooses.

// errnoClasses maps error numbers (Linux's) to the subclass of OSError that is raised for them.
var errnoClasses = map[int64]string{
	11: "BlockingIOError", 115: "BlockingIOError", 114: "BlockingIOError", 32: "BrokenPipeError", 108: "BrokenPipeError",
	10: "ChildProcessError", 103: "ConnectionAbortedError", 111: "ConnectionRefusedError", 104: "ConnectionResetError",
	17: "FileExistsError", 2: "FileNotFoundError", 4: "InterruptedError", 21: "IsADirectoryError",
	20: "NotADirectoryError", 13: "PermissionError", 1: "PermissionError", 3: "ProcessLookupError", 110: "TimeoutError",
}

// osUsesInit reports a subclass that has its own __init__ but not its own __new__: then __init__ reads the arguments.
func (t *Thread) osUsesInit(c *Class) bool {
	nw, init := t.Special(c, SlotNew), t.Special(c, SlotInit)
	own, _ := t.Lookup(t.VM.Exc.OSError, t.VM.slotNames[SlotNew])
	first, _ := t.Lookup(t.VM.Exc.OSError, t.VM.slotNames[SlotInit])
	t.DecrefAll(nw, init, own, first)
	return init != first && nw == own
}

func osErrorNew(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil || !c.Sub(t.VM.Exc.OSError) {
		return t.raiseNotSubtype("OSError", a[0])
	}
	late := t.osUsesInit(c)
	args := t.Items(a[1])
	if !late {
		if t.DictLen(a[2]) > 0 {
			return t.Raise(t.VM.Exc.TypeError, "%s() takes no keyword arguments", c.Name)
		}
		if c == t.VM.Exc.OSError && args.Len() >= 2 && args.Len() <= 5 {
			if n, ok := t.Small(args.Get(0)); ok && errnoClasses[n] != "" {
				v := t.DictGetStr(t.VM.builtins, t.VM.Intern(errnoClasses[n]))
				if k := t.ClassFrom(v); k != nil && k.Builtin && k.Sub(c) {
					c = k
				}
				t.Decref(v)
			}
		}
	}
	e := t.NewExc(c)
	if e == Raised || late {
		return e
	}
	m := t.Hold(e)
	if !t.osFill(e, a[1]) {
		t.Unhold(m)
		return Raised
	}
	return t.Release(m)
}

func osErrorInit(t *Thread, a []Value) Value {
	c := t.ClassOf(a[0])
	if !t.osUsesInit(c) {
		return None
	}
	if t.DictLen(a[2]) > 0 {
		return t.Raise(t.VM.Exc.TypeError, "%s() takes no keyword arguments", c.Name)
	}
	return okNone(t.osFill(a[0], a[1]))
}

// osFill reads the arguments: two to five are errno, strerror, filename, winerror and filename2.
func (t *Thread) osFill(e, args Value) bool {
	x := t.Items(args)
	t.putLocked(e, ExcArgs, t.Ref(args))
	if x.Len() < 2 || x.Len() > 5 {
		return true
	}
	for i, k := range []string{"errno", "strerror", "filename", "", "filename2"} {
		if i < x.Len() && k != "" && (i < 2 || x.Get(i) != None) && !t.setExcField(e, k, x.Get(i)) {
			return false
		}
	}
	if x.Len() > 2 && x.Get(2) != None {
		short := t.NewTuple(t.Ref(x.Get(0)), t.Ref(x.Get(1)))
		if short == Raised {
			return false
		}
		t.putLocked(e, ExcArgs, short)
	}
	return true
}

func osErrorStr(t *Thread, a []Value) Value {
	get := func(name string, repr bool) (string, bool) {
		v := t.excFieldOf(a[0], name)
		if v == Unbound {
			return "None", false
		}
		m := t.Hold(v)
		defer t.Unhold(m)
		s := Raised
		if repr {
			s = t.Repr(v)
		} else {
			s = t.Str(v)
		}
		if s == Raised {
			return "", false
		}
		defer t.Decref(s)
		return t.GoStr(s), !repr || v != None
	}
	before := t.Exc
	no, hasNo := get("errno", false)
	msg, hasMsg := get("strerror", false)
	file, hasFile := get("filename", true)
	file2, hasFile2 := get("filename2", true)
	switch {
	case t.Exc != before:
		return Raised
	case hasFile && hasFile2:
		return t.NewStr("[Errno " + no + "] " + msg + ": " + file + " -> " + file2)
	case hasFile:
		return t.NewStr("[Errno " + no + "] " + msg + ": " + file)
	case hasNo && hasMsg:
		return t.NewStr("[Errno " + no + "] " + msg)
	}
	return t.excStr(a[0])
}
