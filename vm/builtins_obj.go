package vm

// This file holds the built-in functions about objects: isinstance, getattr, vars and their like.

import (
	"fmt"
	"sort"
	"strings"

	"toylang/refcount"
)

func (t *Thread) initObjects() {
	t.initDescriptors()
	t.initTraceback()
	t.initAliases()
	vm := t.VM
	for _, k := range []Kind{KObject, KClass, KProperty, KStaticMethod, KClassMethod, KSuper} {
		t.DictSetStr(vm.builtins, vm.Intern(vm.kinds[k].Name), vm.kinds[k].Value)
	}
	for _, c := range []struct {
		name string
		v    Value
	}{{"None", None}, {"True", True}, {"False", False}, {"Ellipsis", Ellipsis}, {"NotImplemented", NotImplemented}, {"__debug__", True}} {
		t.DictSetStr(vm.builtins, vm.Intern(c.name), c.v)
	}
	t.DictSetStr(vm.builtins, vm.names.name, vm.Intern("builtins"))
	t.defFuncs([]Def{
		{"isinstance(obj, class_or_tuple, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.IsInstanceOf(a[0], a[1])) }},
		{"issubclass(cls, class_or_tuple, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.IsSubclassOf(a[0], a[1])) }},
		{"callable(obj, /)", func(t *Thread, a []Value) Value { return refcount.Bool(t.callable(a[0])) }},
		{"getattr(object, name, default=None, /)", func(t *Thread, a []Value) Value {
			n, ok := t.attrName(a[1])
			if !ok {
				return Raised
			}
			if a[2] == Unbound {
				return t.GetAttr(a[0], n)
			}
			r := t.LookupAttr(a[0], n)
			if r == Unbound || r == Raised && t.Catch(t.VM.Exc.AttributeError) {
				return t.Ref(a[2])
			}
			return r
		}},
		{"hasattr(obj, name, /)", func(t *Thread, a []Value) Value {
			n, ok := t.attrName(a[1])
			if !ok {
				return Raised
			}
			r := t.LookupAttr(a[0], n)
			if r == Raised {
				if t.Catch(t.VM.Exc.AttributeError) {
					return False
				}
				return Raised
			}
			t.Decref(r)
			return refcount.Bool(r != Unbound)
		}},
		{"setattr(obj, name, value, /)", func(t *Thread, a []Value) Value {
			n, ok := t.attrName(a[1])
			return okNone(ok && t.SetAttr(a[0], n, a[2]))
		}},
		{"delattr(obj, name, /)", func(t *Thread, a []Value) Value {
			n, ok := t.attrName(a[1])
			return okNone(ok && t.DelAttr(a[0], n))
		}},
		{"id(obj, /)", func(t *Thread, a []Value) Value { return t.NewInt(t.identityHash(a[0])) }},
		{"vars(object=None, /)", func(t *Thread, a []Value) Value {
			if a[0] == Unbound {
				return t.localsDict()
			}
			d := t.LookupAttr(a[0], t.VM.names.dict)
			if d == Unbound || d == Raised && t.Catch(t.VM.Exc.AttributeError) {
				return t.Raise(t.VM.Exc.TypeError, "vars() argument must have __dict__ attribute")
			}
			return d
		}},
		{"globals()", func(t *Thread, a []Value) Value { return t.Ref(t.Globals()) }},
		{"locals()", func(t *Thread, a []Value) Value { return t.localsDict() }},
		{"dir(object=None, /)", func(t *Thread, a []Value) Value {
			if a[0] == Unbound {
				d := t.localsDict()
				if d == Raised {
					return d
				}
				defer t.Decref(d)
				return t.sortedNames(t.dictNames(d))
			}
			return t.dirOf(a[0])
		}},
		{"eval(source, /, *args)", refused("eval")},
		{"exec(source, /, *args, **kwargs)", refused("exec")},
		{"compile(source, /, *args, **kwargs)", refused("compile")},
	})
}

func refused(name string) func(t *Thread, a []Value) Value {
	return func(t *Thread, a []Value) Value {
		return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support %s()", name)
	}
}

func (t *Thread) boolOf(b, ok bool) Value {
	if !ok {
		return Raised
	}
	return refcount.Bool(b)
}

// instanceOf is isinstance(v, c) without __instancecheck__: what v.__class__ claims counts too. When asking raises, the
// exception is left in t.Exc.
func (t *Thread) instanceOf(v Value, c *Class) bool {
	k := t.TypeOf(v)
	if k.Sub(c) {
		return true
	}
	if t.ClassOf(v).Builtin {
		return false
	}
	x := t.LookupAttr(v, t.VM.names.class)
	if x == Raised || x == Unbound {
		return false
	}
	claimed := t.ClassFrom(x)
	t.Decref(x)
	return claimed != nil && claimed != k && claimed.Sub(c)
}

// IsInstanceOf is isinstance(v, cls).
func (t *Thread) IsInstanceOf(v, cls Value) (yes, ok bool) {
	if t.Is(cls, KTuple) {
		return t.anyOf(cls, "__instancecheck__", func(k Value) (bool, bool) { return t.IsInstanceOf(v, k) })
	}
	if t.Is(cls, KUnion) {
		return t.unionHas(cls, "isinstance", func(k Value) (bool, bool) { return t.IsInstanceOf(v, k) })
	}
	failed := false
	yes, ok = t.check(cls, v, SlotInstanceCheck, func(c *Class) bool {
		before := t.Exc
		is := t.instanceOf(v, c)
		failed = t.Exc != before
		return is
	}, "isinstance() arg 2 must be a type, a tuple of types, or a union")
	return yes && !failed, ok && !failed
}

// anyOf asks about each class of a tuple, which may hold tuples.
func (t *Thread) anyOf(tuple Value, what string, is func(k Value) (yes, ok bool)) (yes, ok bool) {
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded in %s", what)
		return false, false
	}
	defer func() { t.depth-- }()
	x := t.Items(tuple)
	for i := 0; i < x.Len(); i++ {
		if yes, ok = is(x.Get(i)); yes || !ok {
			return
		}
	}
	return false, true
}

// IsSubclassOf is issubclass(sub, cls).
func (t *Thread) IsSubclassOf(sub, cls Value) (yes, ok bool) {
	if t.Is(cls, KTuple) {
		return t.anyOf(cls, "__subclasscheck__", func(k Value) (bool, bool) { return t.IsSubclassOf(sub, k) })
	}
	s := t.ClassFrom(sub)
	if s == nil {
		t.Raise(t.VM.Exc.TypeError, "issubclass() arg 1 must be a class")
		return false, false
	}
	if t.Is(cls, KUnion) {
		return t.unionHas(cls, "issubclass", func(k Value) (bool, bool) { return t.IsSubclassOf(sub, k) })
	}
	return t.check(cls, sub, SlotSubclassCheck, func(c *Class) bool { return s.Sub(c) },
		"issubclass() arg 2 must be a class, a tuple of classes, or a union")
}

// check asks the class, or its metaclass where a program made one.
func (t *Thread) check(cls, v Value, s Slot, plain func(c *Class) bool, complaint string) (yes, ok bool) {
	c := t.ClassFrom(cls)
	if c != nil && c.Meta.Builtin {
		return plain(c), true
	}
	mc := t.ClassOf(cls)
	if t.Is(cls, KAlias) {
		name, _, _ := strings.Cut(complaint, "(")
		t.Raise(t.VM.Exc.TypeError, "%s() argument 2 cannot be a parameterized generic", name)
		return false, false
	}
	if !mc.Builtin {
		if f := t.Special(mc, s); f != Unbound {
			m := t.Hold(f)
			defer t.Unhold(m)
			r := t.callSpecial(f, cls, mc, v)
			if r == Raised {
				return false, false
			}
			yes, ok = t.Truth(r)
			t.Decref(r)
			return
		}
	}
	if c != nil {
		return plain(c), true
	}
	t.Raise(t.VM.Exc.TypeError, "%s", complaint)
	return false, false
}

// localsDict is what locals() gives: the globals at module level, the namespace in a class body, else a new dict.
func (t *Thread) localsDict() Value {
	if t.fp == 0 {
		return t.NewDict()
	}
	fp := t.frame()
	c := t.codeOf(fp)
	switch c.Kind {
	case 1: // bytecode.ModuleBody
		return t.Ref(t.Globals())
	case 2: // bytecode.ClassBody
		return t.Ref(*word(fp, 0))
	}
	d := t.NewDict()
	if d == Raised {
		return d
	}
	for i, n := range c.LocalNames {
		if i >= c.NLocals || n == "" || n[0] == '.' {
			continue
		}
		v := *word(fp, i)
		if t.Is(v, KCell) && c.isCell(i) {
			v = t.lockedField(v, 0)
		} else {
			t.Incref(v)
		}
		if v != Unbound {
			t.DictSetStr(d, c.LocalV[i], v)
			t.Decref(v)
		}
	}
	for i, n := range c.FreeNames {
		if cell := t.freeCell(uint16(i)); t.Is(cell, KCell) {
			if v := t.lockedField(cell, 0); v != Unbound {
				t.DictSetStr(d, t.VM.Intern(n), v)
				t.Decref(v)
			}
		}
	}
	return d
}

func (c *Code) isCell(i int) bool {
	for _, r := range c.Cells {
		if r == i {
			return true
		}
	}
	return false
}

// objectRepr is the repr of an object that has none of its own.
func (t *Thread) objectRepr(v Value) string {
	c := t.ClassOf(v)
	name := c.Name
	if !c.Builtin {
		m, q := t.classAttr(c.Value, "__module__", -1), t.classQual(c.Value)
		name = t.GoStr(q)
		if t.IsStr(m) && t.GoStr(m) != "builtins" {
			name = t.GoStr(m) + "." + name
		}
		t.DecrefAll(m, q)
	}
	return fmt.Sprintf("<%s object at %#x>", name, uint64(t.identityHash(v)))
}

// dirOf is dir(v).
func (t *Thread) dirOf(v Value) Value {
	c := t.ClassOf(v)
	if f := t.Special(c, SlotDir); f != Unbound {
		m := t.Hold(f)
		defer t.Unhold(m)
		r := t.callSpecial(f, v, c)
		if r == Raised {
			return r
		}
		l := t.ListOf(r)
		t.Decref(r)
		if l != Raised {
			s := t.CallMethod(l, "sort")
			t.Decref(s)
			if s == Raised {
				t.Decref(l)
				return Raised
			}
		}
		return l
	}
	return t.objectDir(v)
}

// objectDir is object.__dir__.
func (t *Thread) objectDir(v Value) Value {
	var names []string
	if l := t.LayoutOf(v); l != nil && l.Class.Kind == KInstance {
		for _, n := range l.Names {
			if s := t.GoStr(n); !strings.HasPrefix(s, " ") {
				names = append(names, s)
			}
		}
		if l.Dict {
			d := t.lockedField(v, InstExtra)
			names = append(names, t.dictNames(d)...)
			t.Decref(d)
		}
	} else if d := t.attrDict(v, false); d.IsPtr() {
		names = t.dictNames(d)
	}
	if t.Kind(v) != KModule {
		names = append(names, t.classNames(t.ClassOf(v))...)
	}
	return t.sortedNames(names)
}

func (t *Thread) classNames(c *Class) []string {
	var names []string
	for _, k := range c.MRO() {
		names = append(names, t.dictNames(k.Dict)...)
	}
	return names
}

func (t *Thread) classDir(v Value) Value {
	c := t.ClassFrom(v)
	if c == nil {
		return t.NewList()
	}
	return t.sortedNames(t.classNames(c))
}

func (t *Thread) sortedNames(names []string) Value {
	sort.Strings(names)
	l := t.NewList()
	if l == Raised {
		return l
	}
	for i, n := range names {
		if i > 0 && n == names[i-1] {
			continue
		}
		s := t.NewStr(n)
		if s == Raised || !t.ListAppend(l, s) {
			t.Decref(l)
			return Raised
		}
		t.Decref(s)
	}
	return l
}
