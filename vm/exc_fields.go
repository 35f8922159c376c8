package vm

// This file holds what exception classes keep beside their arguments: names, positions, texts.

import "fmt"

// excFieldOf reads what the class itself keeps in an exception (owned); Unbound when it is not set.
func (t *Thread) excFieldOf(e Value, name string) Value {
	if d := t.memberDict(e, false); d.IsPtr() {
		return t.DictGetStr(d, t.VM.Intern(name))
	}
	return Unbound
}

// setExcField writes it; x is borrowed.
func (t *Thread) setExcField(e Value, name string, x Value) bool {
	d := t.memberDict(e, true)
	return d != Raised && t.DictSetStr(d, t.VM.Intern(name), x)
}

// excField is an attribute that the class itself keeps: None when it is not set.
func excField(name string) Getter {
	return Getter{name, func(t *Thread, v Value) Value {
		if x := t.excFieldOf(v, name); x != Unbound {
			return x
		}
		return None
	}, func(t *Thread, v, x Value) bool {
		if x == Unbound {
			x = None
		}
		return t.setExcField(v, name, x)
	}}
}

// excArg is an attribute that is the first argument, unless it has been set: None when there is none; for SystemExit's
// code all of several.
func excArg(name string) Getter {
	g := excField(name)
	g.Get = func(t *Thread, v Value) Value {
		if x := t.excFieldOf(v, name); x != Unbound {
			return x
		}
		args := t.lockedField(v, ExcArgs)
		defer t.Decref(args)
		x := t.Items(args)
		switch {
		case x.Len() == 0:
			return None
		case x.Len() == 1 || name != "code":
			return t.Ref(x.Get(0))
		}
		return t.Ref(args)
	}
	return g
}

// initWith is the __init__ of a class that takes some keywords into attributes.
func initWith(class string, keys ...string) func(t *Thread, a []Value) Value {
	return func(t *Thread, a []Value) Value {
		t.putLocked(a[0], ExcArgs, t.Ref(a[1]))
		for _, k := range keys {
			if v := t.DictPop(a[2], t.VM.Intern(k)); v != Unbound {
				ok := t.setExcField(a[0], k, v)
				t.Decref(v)
				if !ok {
					return Raised
				}
			}
		}
		if t.DictLen(a[2]) > 0 {
			k, v, _, _ := t.DictNext(a[2], 0)
			defer t.DecrefAll(k, v)
			return t.Raise(t.VM.Exc.TypeError, "'%s' is an invalid keyword argument for %s()", t.GoStr(k), class)
		}
		return None
	}
}

func importStr(t *Thread, a []Value) Value {
	if msg := t.excFieldOf(a[0], "msg"); t.Is(msg, KStr) {
		return msg
	} else {
		t.Decref(msg)
	}
	return t.excStr(a[0])
}

// syntaxInit takes (msg, (filename, lineno, offset, text, end_lineno, end_offset)).
func syntaxInit(t *Thread, a []Value) Value {
	t.putLocked(a[0], ExcArgs, t.Ref(a[1]))
	x := t.Items(a[1])
	if x.Len() != 2 {
		return None
	}
	info := t.TupleOf(x.Get(1))
	if info == Raised {
		return Raised
	}
	m := t.Hold(info)
	defer t.Unhold(m)
	for i, k := range []string{"filename", "lineno", "offset", "text", "end_lineno", "end_offset"} {
		if i < t.Items(info).Len() && !t.setExcField(a[0], k, t.Items(info).Get(i)) {
			return Raised
		}
	}
	return None
}

func syntaxStr(t *Thread, a []Value) Value {
	file, line := t.excFieldOf(a[0], "filename"), t.excFieldOf(a[0], "lineno")
	defer t.DecrefAll(file, line)
	msg := t.GetAttrStr(a[0], "msg")
	if msg == Raised {
		return Raised
	}
	m := t.Hold(msg)
	defer t.Unhold(m)
	s := t.Str(msg)
	if s == Raised {
		return Raised
	}
	n, hasLine := t.Small(line)
	hasFile := t.IsStr(file)
	if !hasFile && !hasLine {
		return s
	}
	out := t.GoStr(s)
	t.Decref(s)
	name := t.GoStr(file)
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			name = name[i+1:]
			break
		}
	}
	switch {
	case !hasLine:
		out += " (" + name + ")"
	case !hasFile:
		out += fmt.Sprintf(" (line %d)", n)
	default:
		out += fmt.Sprintf(" (%s, line %d)", name, n)
	}
	return t.NewStr(out)
}

func unicodeInit(t *Thread, a []Value) Value {
	x := t.Items(a[1])
	if x.Len() != 5 {
		return t.Raise(t.VM.Exc.TypeError, "function takes exactly 5 arguments (%d given)", x.Len())
	}
	if !t.IsStr(x.Get(0)) {
		return t.Raise(t.VM.Exc.TypeError, "argument 1 must be str, not %s", t.TypeName(x.Get(0)))
	}
	t.putLocked(a[0], ExcArgs, t.Ref(a[1]))
	for i, k := range []string{"encoding", "object", "start", "end", "reason"} {
		if !t.setExcField(a[0], k, x.Get(i)) {
			return Raised
		}
	}
	return None
}

func unicodeStr(t *Thread, a []Value) Value {
	args := t.lockedField(a[0], ExcArgs)
	m := t.Hold(args)
	defer t.Unhold(m)
	x := t.Items(args)
	if x.Len() != 5 {
		return t.excStr(a[0])
	}
	start, _ := t.Small(x.Get(2))
	end, _ := t.Small(x.Get(3))
	enc, reason := t.GoStr(x.Get(0)), t.GoStr(x.Get(4))
	if b, ok := t.Bytes(x.Get(1)); ok {
		if end == start+1 && int(start) < len(b) && start >= 0 {
			return t.NewStr(fmt.Sprintf("'%s' codec can't decode byte 0x%02x in position %d: %s", enc, b[start], start, reason))
		}
		return t.NewStr(fmt.Sprintf("'%s' codec can't decode bytes in position %d-%d: %s", enc, start, end-1, reason))
	}
	s := t.Text(x.Get(1))
	if end == start+1 && int(start) < s.Len() && start >= 0 {
		r := s.At(int(start))
		esc := fmt.Sprintf("\\x%02x", r)
		switch {
		case r > 0xFFFF:
			esc = fmt.Sprintf("\\U%08x", r)
		case r > 0xFF:
			esc = fmt.Sprintf("\\u%04x", r)
		}
		return t.NewStr(fmt.Sprintf("'%s' codec can't encode character '%s' in position %d: %s", enc, esc, start, reason))
	}
	return t.NewStr(fmt.Sprintf("'%s' codec can't encode characters in position %d-%d: %s", enc, start, end-1, reason))
}
