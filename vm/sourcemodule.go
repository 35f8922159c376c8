package vm

// This file is the module _toy_source: how the library makes functions of a text of its own, where CPython's has exec, and how
// it learns who called it. Named tuples are made and read here, too, and the machine is told the classes and functions of
// collections that it must know. A program may pass anything to what stands here; it harms at most its own classes.

import (
	"slices"

	"toylang/vm/text"
)

// What the library tells of a class (Class.known).
const (
	knownAsField   = 1 << iota // its instances are a named tuple's fields: slot 1 is the index
	knownAsOrdered             // its views show themselves as odict_keys, and so on
)

func initSource(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"define(source, names, /)", defineSource},
		{"fields(cls, /)", func(t *Thread, a []Value) Value { return t.tellOf(a[0], knownAsField) }},
		{"ordered(cls, /)", func(t *Thread, a []Value) Value { return t.tellOf(a[0], knownAsOrdered) }},
		{"place(file, level, /)", func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) || !a[1].IsInt() {
				return t.Raise(t.VM.Exc.TypeError, "a str and a small int are needed")
			}
			c, pc := t.callerPlace(t.GoStr(a[0]), a[1].Int())
			if c == nil {
				return None
			}
			_, line := t.VM.lineOf(pc)
			return t.NewTuple(t.NewStr(c.File), t.NewInt(int64(line)), t.NewStr(c.Name))
		}},
		{"format_exception(exception, /)", func(t *Thread, a []Value) Value {
			if !t.Isa(a[0], KException) {
				return t.Raise(t.VM.Exc.TypeError, "an exception is needed, not '%s'", t.TypeName(a[0]))
			}
			return t.NewText(text.DecodeWTF8(t.FormatException(a[0])))
		}},
		{"reader(cls, name, member=False, /)", readerOf},
		{"makes_its_class(function, /)", func(t *Thread, a []Value) Value {
			c := t.CodeFrom(a[0])
			if c == nil {
				return t.Raise(t.VM.Exc.TypeError, "a function is needed, not '%s'", t.TypeName(a[0]))
			}
			c.ownClass.Store(true)
			return t.Ref(a[0])
		}},
		{"tuple_of(cls, items, /)", func(t *Thread, a []Value) Value {
			c := t.newClass(t.VM.kinds[KTuple], a[0])
			if c == nil {
				return Raised
			}
			if c.Builtin || c.Wraps != KTuple || !t.Is(a[1], KTuple) {
				return t.Raise(t.VM.Exc.TypeError, "a class that extends tuple and a tuple are needed, not '%s' and '%s'", c.Name, t.TypeName(a[1]))
			}
			return t.Wrap(c, t.Ref(a[1]))
		}},
		{"caller(depth, /)", func(t *Thread, a []Value) Value {
			if !a[0].IsInt() {
				return t.Raise(t.VM.Exc.TypeError, "a small int is needed, not '%s'", t.TypeName(a[0]))
			}
			return t.callerModule(a[0].Int())
		}},
	})
	return true
}

// readerOf gives a class an attribute that reads its slot of the same name with an underscore in front, and cannot be set.
func readerOf(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil || c.Builtin || !t.IsStr(a[1]) || !t.inLibrary() {
		return t.Raise(t.VM.Exc.TypeError, "a class of the library and a str are needed")
	}
	name := t.GoStr(a[1])
	i := slices.Index(c.Slots, "_"+name)
	if i < 0 {
		return t.Raise(t.VM.Exc.ValueError, "no slot for %s", name)
	}
	var set func(t *Thread, v, x Value) bool // a member of CPython's has a message of its own
	if a[2] == True {
		set = readOnlyField
	}
	t.setDict(c, name, t.newGetSet(c, &Getter{name, func(t *Thread, v Value) Value {
		if k := t.ClassOf(v); !k.Sub(c) || i >= len(k.Slots) || k.Slots[i] != "_"+name {
			return t.wrongSelf(name, c.Name, v)
		}
		return t.orNoneOwned(t.lockedField(v, InstFirst+i))
	}, set}))
	return None
}

// orNoneOwned gives v, or None where there is nothing; it takes over v.
func (t *Thread) orNoneOwned(v Value) Value {
	if v == Unbound {
		return None
	}
	return v
}

// tellOf notes what a class written in toy is known as.
func (t *Thread) tellOf(v Value, as uint32) Value {
	c := t.ClassFrom(v)
	if c == nil || c.Builtin || as == knownAsField && (len(c.Slots) != 2 || c.Slots[1] != "index") {
		return t.Raise(t.VM.Exc.TypeError, "a class of the library is needed, not '%s'", t.TypeName(v))
	}
	c.known.Or(as)
	return None
}

// orderedDict reports OrderedDict and what extends it.
func (t *Thread) orderedDict(c *Class) bool {
	if c.Builtin {
		return false
	}
	for _, k := range c.MRO() {
		if k.known.Load()&knownAsOrdered != 0 {
			return true
		}
	}
	return false
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
	if f := t.callerFunc(depth); t.Is(f, KFunction) {
		if n := t.DictGetStr(t.Field(f, FuncGlobals), t.VM.names.name); n != Unbound {
			return n
		}
	}
	return None
}
