package vm

// This file is the module _source: how the library makes functions of a text of its own, where CPython's has exec, and how it
// learns who called it. Named tuples are made and read here, too, and the machine is told the classes of collections that it
// must know.

func initSource(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"define(source, names, /)", defineSource},
		{"fields(cls, /)", func(t *Thread, a []Value) Value {
			if c := t.ClassFrom(a[0]); c != nil && !c.Builtin && len(c.Slots) == 2 && c.Slots[1] == "index" {
				t.VM.tupleGetter = c
			}
			return None
		}},
		{"ordered(cls, /)", func(t *Thread, a []Value) Value { t.VM.ordered = t.ClassFrom(a[0]); return None }},
		{"tuple_of(cls, items, /)", func(t *Thread, a []Value) Value {
			c := t.newClass(t.VM.kinds[KTuple], a[0])
			if c == nil || !t.Is(a[1], KTuple) {
				return Raised
			}
			return t.Wrap(c, t.Ref(a[1]))
		}},
		{"caller(depth, /)", func(t *Thread, a []Value) Value { return t.callerModule(a[0].Int()) }},
	})
	return true
}

// defineSource runs a text as a module's whose names are at first those of a dict, and gives its names.
func defineSource(t *Thread, a []Value) Value {
	if !t.IsStr(a[0]) || !t.Isa(a[1], KDict) || t.VM.Load == nil {
		return t.Raise(t.VM.Exc.TypeError, "a str and a dict are needed")
	}
	f, err := t.VM.Load.Text([]byte(t.GoStr(a[0])))
	if err != nil {
		return t.Raise(t.VM.Exc.SyntaxError, "%s", err.Error())
	}
	c, ok := t.VM.load(t, f)
	if !ok {
		return Raised
	}
	ns := t.NewNamespace()
	if ns == Raised {
		return ns
	}
	mark := t.Hold(ns)
	m := Raised
	if t.DictUpdate(ns, a[1]) {
		m = t.NewRecord(KModule, t.Ref(ns))
	}
	if m == Raised {
		t.Unhold(mark)
		return m
	}
	t.Hold(m)
	if !t.RunModule(c, m) {
		t.Unhold(mark)
		return Raised
	}
	return t.Release(mark)
}

// tupleField is what a named tuple's field d is in v; Unbound where the __get__ of d's class has to tell.
func (t *Thread) tupleField(d, v Value) Value {
	i, items := t.lockedField(d, InstFirst+1), t.Items(v)
	if i.IsInt() && uint64(i.Int()) < uint64(items.Len()) {
		return t.Ref(items.Get(int(i.Int())))
	}
	t.Decref(i)
	return Unbound
}

// callerModule is the __name__ of the module of a function that is running: 0 is the one that asks, 1 its caller. It is None
// where Go code stands between them.
func (t *Thread) callerModule(depth int64) Value {
	g := t.callerGlobals(depth)
	if g == Unbound {
		return None
	}
	if n := t.DictGetStr(g, t.VM.names.name); n != Unbound {
		return n
	}
	return None
}
