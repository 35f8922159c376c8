package vm

// This file makes instances: type.__call__, object's own methods, and values inside instances of subclasses of immutable
// built-in types.

import (
	"sort"
	"strings"

	"toylang/refcount"
)

// typeCall is type.__call__(cls, *args, **kwargs).
func typeCall(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil {
		return t.Raise(t.VM.Exc.TypeError, "descriptor '__call__' requires a 'type' object but received a '%s'", t.TypeName(a[0]))
	}
	var args, keys []Value
	for i, x := 0, t.Items(a[1]); i < x.Len(); i++ {
		args = append(args, x.Get(i))
	}
	mark := t.holds
	defer t.Unhold(mark)
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(a[2], pos)
		if !ok {
			break
		}
		pos = next
		keys, args = append(keys, k), append(args, v)
		t.Hold(v)
	}
	names := Unbound
	if keys != nil {
		names = t.NewTuple(keys...)
		t.Hold(names)
	}
	return t.construct(c, args, names)
}

// Instantiate calls a class: by its metaclass's __call__ where a program has made one, else __new__ and __init__.
func (t *Thread) Instantiate(c *Class, args []Value, names Value) Value {
	if !c.Meta.Builtin {
		f := t.Special(c.Meta, SlotCall)
		if t.Is(f, KFunction) {
			m := t.Hold(f)
			defer t.Unhold(m)
			return t.CallKw(f, append([]Value{c.Value}, args...), names)
		}
		t.Decref(f)
	}
	return t.construct(c, args, names)
}

// construct calls __new__ and then __init__.
func (t *Thread) construct(c *Class, args []Value, names Value) Value {
	vm := t.VM
	if c == vm.kinds[KClass] {
		n := len(args)
		if names != Unbound {
			n -= t.Items(names).Len()
		}
		switch {
		case n == 1 && names == Unbound:
			return t.Ref(t.TypeOf(args[0]).Value)
		case n != 3:
			return t.Raise(vm.Exc.TypeError, "type() takes 1 or 3 arguments")
		}
	}
	if c == vm.kinds[KStr] && len(args) == 1 && names == Unbound {
		return t.Str(args[0])
	}
	if c.Builtin && names == Unbound {
		if r := t.quickNew(c, args); r != Unbound {
			return r
		}
	}
	nw := t.Special(c, SlotNew)
	init := t.Special(c, SlotInit)
	m := t.Hold(nw)
	t.Hold(init)
	defer t.Unhold(m)
	var obj Value
	if nw == vm.names.objectNew {
		if len(args) > 0 && init == vm.names.objectInit {
			return t.Raise(vm.Exc.TypeError, "%s() takes no arguments", c.Name)
		}
		obj = t.objectNew(c)
	} else {
		f := nw
		if t.Is(nw, KStaticMethod) {
			f = t.Field(nw, 0)
		}
		if b := t.BuiltinOf(f); b != nil {
			obj = t.callBuiltin(b, append([]Value{c.Value}, args...), names)
		} else {
			obj = t.CallKw(f, append([]Value{c.Value}, args...), names)
		}
	}
	if obj == Raised || !t.ClassOf(obj).Sub(c) {
		return obj
	}
	if oc := t.ClassOf(obj); oc != c { // __new__ gave an instance of a subclass: its __init__ counts
		init = t.Special(oc, SlotInit)
		t.Hold(init)
	}
	if init == vm.names.objectInit || init == Unbound {
		return obj
	}
	t.Hold(obj)
	var r Value
	if b := t.BuiltinOf(init); b != nil {
		r = t.callBuiltin(b, append([]Value{obj}, args...), names)
	} else if t.Is(init, KFunction) {
		r = t.CallKw(init, append([]Value{obj}, args...), names)
	} else {
		bound := t.bindSpecial(init, obj, c)
		if bound == Raised {
			return Raised
		}
		h := t.Hold(bound)
		r = t.CallKw(bound, args, names)
		t.Unhold(h)
	}
	if r == Raised {
		return Raised
	}
	if r != None {
		name := t.TypeName(r)
		t.Decref(r)
		return t.Raise(vm.Exc.TypeError, "__init__() should return None, not '%s'", name)
	}
	return t.Ref(obj)
}

// objectNew is object.__new__ for the class.
func (t *Thread) objectNew(c *Class) Value {
	if c == t.VM.kinds[KObject] {
		return t.NewRecord(KObject)
	}
	if c.Builtin && c.Kind != KException {
		return t.Raise(t.VM.Exc.TypeError, "cannot create '%s' instances", c.Name)
	}
	if !c.Meta.Builtin && t.abstract(c) {
		return Raised
	}
	return t.NewInstance(c)
}

// abstract raises for a class whose metaclass has found abstract methods.
func (t *Thread) abstract(c *Class) bool {
	v := t.DictGetStr(c.Dict, t.VM.Intern("__abstractmethods__"))
	defer t.Decref(v)
	if v == Unbound || !t.Isa(v, KFrozenSet) || t.LenOf(v) == 0 {
		return false
	}
	var names []string
	if t.Each(v, func(n Value) bool { names = append(names, t.GoStr(n)); return true }) {
		sort.Strings(names)
		t.Raise(t.VM.Exc.TypeError, "Can't instantiate abstract class %s with abstract method%s %s", c.Name, plural(len(names)),
			strings.Join(names, ", "))
	}
	return true
}

// Wrap makes an instance of c, a subclass of an immutable built-in type, around a value of that type (which it takes
// over); the value itself where c is the built-in type.
func (t *Thread) Wrap(c *Class, v Value) Value {
	if c.Builtin || v == Raised {
		return v
	}
	m := t.Hold(v)
	obj := t.NewInstance(c)
	v = t.Release(m)
	if obj == Raised {
		t.Decref(v)
		return Raised
	}
	t.SetField(obj, InstFirst, v)
	return obj
}

// initObject registers object's methods.
func (t *Thread) initObject(c *Class) {
	vm := t.VM
	vm.kinds[KObject] = c
	t.fill(c, TypeDef{
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			k := t.ClassFrom(a[0])
			if k == nil {
				return t.Raise(t.VM.Exc.TypeError, "object.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
			}
			if t.Items(a[1]).Len()+t.DictLen(a[2]) > 0 {
				nw, init := t.Special(k, SlotNew), t.Special(k, SlotInit)
				t.DecrefAll(nw, init)
				if nw != t.VM.names.objectNew {
					return t.Raise(t.VM.Exc.TypeError, "object.__new__() takes exactly one argument (the type to instantiate)")
				}
				if init == t.VM.names.objectInit {
					return t.Raise(t.VM.Exc.TypeError, "%s() takes no arguments", k.Name)
				}
			}
			b := k
			for !b.Builtin {
				b = b.Base()
			}
			if b.Kind != KObject {
				return t.Raise(t.VM.Exc.TypeError, "object.__new__(%s) is not safe, use %s.__new__()", k.Name, b.Name)
			}
			return t.objectNew(k)
		}}},
		Methods: []Def{
			{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				if t.Items(a[1]).Len()+t.DictLen(a[2]) > 0 {
					k := t.ClassOf(a[0])
					nw, init := t.Special(k, SlotNew), t.Special(k, SlotInit)
					t.DecrefAll(nw, init)
					if init != t.VM.names.objectInit {
						return t.Raise(t.VM.Exc.TypeError, "object.__init__() takes exactly one argument (the instance to initialize)")
					}
					if nw == t.VM.names.objectNew {
						return t.Raise(t.VM.Exc.TypeError, "%s.__init__() takes exactly one argument (the instance to initialize)", k.Name)
					}
				}
				return None
			}},
			{"__getattribute__(self, name, /)", func(t *Thread, a []Value) Value {
				n, ok := t.attrName(a[1])
				if !ok {
					return Raised
				}
				r := t.genericGet(t.ClassOf(a[0]), a[0], n)
				if r == Unbound {
					t.raiseAttr(t.ClassOf(a[0]), a[0], n)
					return Raised
				}
				return r
			}},
			{"__setattr__(self, name, value, /)", func(t *Thread, a []Value) Value {
				n, ok := t.attrName(a[1])
				return okNone(ok && t.genericSet(t.ClassOf(a[0]), a[0], n, a[2]))
			}},
			{"__delattr__(self, name, /)", func(t *Thread, a []Value) Value {
				n, ok := t.attrName(a[1])
				return okNone(ok && t.genericSet(t.ClassOf(a[0]), a[0], n, Unbound))
			}},
			{"__eq__(self, other, /)", func(t *Thread, a []Value) Value {
				if a[0] == a[1] {
					return True
				}
				return NotImplemented
			}},
			{"__ne__(self, other, /)", func(t *Thread, a []Value) Value {
				c := t.ClassOf(a[0])
				f := t.Special(c, SlotEq)
				m := t.Hold(f)
				r := t.callSpecial(f, a[0], c, a[1])
				t.Unhold(m)
				if r == NotImplemented || r == Raised {
					return r
				}
				b, ok := t.Truth(r)
				t.Decref(r)
				if !ok {
					return Raised
				}
				return refcount.Bool(!b)
			}},
			{"__lt__(self, other, /)", notImplemented}, {"__le__(self, other, /)", notImplemented},
			{"__gt__(self, other, /)", notImplemented}, {"__ge__(self, other, /)", notImplemented},
			{"__hash__(self, /)", func(t *Thread, a []Value) Value { return t.NewInt(t.identityHash(a[0])) }},
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.NewStr(t.objectRepr(a[0])) }},
			{"__str__(self, /)", func(t *Thread, a []Value) Value { return t.Repr(a[0]) }},
			{"__format__(self, format_spec, /)", func(t *Thread, a []Value) Value {
				if !t.IsStr(a[1]) {
					return t.Raise(t.VM.Exc.TypeError, "__format__() argument must be str, not %s", t.argTypeName(a[1]))
				}
				if t.Text(a[1]).Len() > 0 {
					return t.Raise(t.VM.Exc.TypeError, "unsupported format string passed to %s.__format__", t.TypeName(a[0]))
				}
				return t.Str(a[0])
			}},
			{"__dir__(self, /)", func(t *Thread, a []Value) Value { return t.objectDir(a[0]) }},
			{"__sizeof__(self, /)", func(t *Thread, a []Value) Value { return t.NewInt(16) }},
			{"__reduce_ex__(self, protocol, /)", func(t *Thread, a []Value) Value {
				return t.Raise(t.VM.Exc.TypeError, "cannot pickle '%s' object", t.TypeName(a[0]))
			}},
		},
		Class: []Def{
			{"__init_subclass__(cls, /, **kwargs)", func(t *Thread, a []Value) Value {
				if t.DictLen(a[1]) > 0 {
					return t.Raise(t.VM.Exc.TypeError, "%s.__init_subclass__() takes no keyword arguments", t.qualOf(a[0]))
				}
				return None
			}},
			{"__subclasshook__(cls, subclass, /)", notImplemented},
		},
		Getters: []Getter{
			{"__class__", func(t *Thread, v Value) Value { return t.Ref(t.TypeOf(v).Value) }, func(t *Thread, v, x Value) bool { return t.setClass(v, x) }},
			{"__dict__", func(t *Thread, v Value) Value {
				d := t.InstanceDict(v)
				if d == Unbound {
					t.raiseAttr(t.ClassOf(v), v, t.VM.names.dict)
					return Raised
				}
				return d
			}, setInstanceDict},
			{"__doc__", func(t *Thread, v Value) Value { return None }, nil},
		},
	})
	get := func(s Slot) Value { v, _ := t.Lookup(c, vm.slotNames[s]); return v }
	vm.names.objectNew, vm.names.objectInit = get(SlotNew), get(SlotInit)
	vm.names.objectGetAttr, vm.names.objectSetAttr = get(SlotGetAttribute), get(SlotSetAttr)
	vm.names.objectDelAttr = get(SlotDelAttr)
	t.DictPop(c.Dict, vm.names.doc)
}

func notImplemented(*Thread, []Value) Value { return NotImplemented }

// setInstanceDict is v.__dict__ = d.
func setInstanceDict(t *Thread, v, d Value) bool {
	if !t.Isa(d, KDict) {
		t.Raise(t.VM.Exc.TypeError, "__dict__ must be set to a dictionary, not a '%s'", t.TypeName(d))
		return false
	}
	if l := t.LayoutOf(v); l == nil || l.Class.Kind != KInstance || !t.toDict(v) {
		t.Raise(t.VM.Exc.AttributeError, "'%s' object has no attribute '__dict__'", t.TypeName(v))
		return false
	}
	t.putLocked(v, InstExtra, t.Ref(d))
	return true
}

// attrName gives the interned str of an attribute name; a TypeError when it is none.
func (t *Thread) attrName(v Value) (Value, bool) {
	if !t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "attribute name must be string, not '%s'", t.TypeName(v))
		return Unbound, false
	}
	return t.VM.Intern(t.GoStr(v)), true
}

// identityHash is the hash of an object that is only equal to itself.
func (t *Thread) identityHash(v Value) int64 { return int64(uint64(v) >> 1 & (1<<46 - 1)) }
