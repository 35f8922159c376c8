package vm

// This file registers the type of classes and its attributes.

import (
	"strings"

	"toylang/refcount"
)

// initType registers type's own methods.
func (t *Thread) initType(c *Class) {
	t.VM.kinds[KClass] = c
	c.HasDict = true
	t.fill(c, TypeDef{
		Methods: []Def{
			{"__call__(self, /, *args, **kwargs)", typeCall},
			{"mro(self, /)", func(t *Thread, a []Value) Value { return t.ListOf(t.Field(a[0], ClassMRO)) }},
			{"__subclasses__(self, /)", typeSubclasses},
			{"__instancecheck__(self, instance, /)", func(t *Thread, a []Value) Value {
				c := t.ClassFrom(a[0])
				is := c != nil && t.instanceOf(a[1], c)
				if t.Exc != Unbound {
					return Raised
				}
				return refcount.Bool(is)
			}},
			{"__subclasscheck__(self, subclass, /)", func(t *Thread, a []Value) Value {
				c, s := t.ClassFrom(a[0]), t.ClassFrom(a[1])
				return refcount.Bool(c != nil && s != nil && s.Sub(c))
			}},
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.NewStr(t.classRepr(a[0])) }},
			{"__dir__(self, /)", func(t *Thread, a []Value) Value { return t.classDir(a[0]) }},
			{"__or__(self, other, /)", func(t *Thread, a []Value) Value { return t.union(a[0], a[1]) }},
			{"__ror__(self, other, /)", func(t *Thread, a []Value) Value { return t.union(a[1], a[0]) }},
			{"__init__(self, /, *args, **kwargs)", func(*Thread, []Value) Value { return None }},
		},
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", typeNew}},
		Class: []Def{
			{"__prepare__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return t.NewDict() }},
		},
		Getters: []Getter{
			{"__name__", func(t *Thread, v Value) Value { return t.lockedField(v, ClassName) }, setClassName},
			{"__qualname__", func(t *Thread, v Value) Value { return t.classQual(v) }, setClassQual},
			{"__module__", func(t *Thread, v Value) Value { return t.classAttr(v, "__module__", -1) }, setClassModule},
			{"__bases__", func(t *Thread, v Value) Value { return t.lockedField(v, ClassBases) }, setBases},
			{"__base__", func(t *Thread, v Value) Value {
				if c := t.ClassFrom(v); c != nil && c.Base() != nil {
					return t.Ref(c.Base().Value)
				}
				return None
			}, nil},
			{"__mro__", func(t *Thread, v Value) Value { return t.lockedField(v, ClassMRO) }, nil},
			{"__dict__", func(t *Thread, v Value) Value { return t.NewRecord(KMapProxy, t.Ref(t.Field(v, ClassDict))) }, nil},
			{"__doc__", func(t *Thread, v Value) Value {
				if d := t.DictGetStr(t.Field(v, ClassDict), t.VM.names.doc); d != Unbound {
					return d
				}
				return None
			}, nil},
			{"__annotations__", func(t *Thread, v Value) Value {
				d := t.DictGetStr(t.Field(v, ClassDict), t.VM.names.annotations)
				if d == Unbound {
					if d = t.NewDict(); d != Raised {
						t.DictSetStr(t.Field(v, ClassDict), t.VM.names.annotations, d)
					}
				}
				return d
			}, nil},
		},
	})
}

// classAttr reads a name of the class's own dict; a fallback field, or builtins, where it has none.
func (t *Thread) classAttr(v Value, name string, field int) Value {
	if d := t.DictGetStr(t.Field(v, ClassDict), t.VM.Intern(name)); d != Unbound {
		if !t.Is(d, KGetSet) { // a descriptor for the instances says nothing of the class
			return d
		}
		t.Decref(d)
	}
	if field < 0 {
		return t.VM.Intern("builtins")
	}
	return t.lockedField(v, field)
}

func setClassName(t *Thread, v, x Value) bool {
	c := t.ClassFrom(v)
	if c == nil || c.Builtin {
		t.Raise(t.VM.Exc.TypeError, "cannot set '__name__' attribute of immutable type '%s'", t.classNameOf(v))
		return false
	}
	if x == Unbound {
		t.Raise(t.VM.Exc.TypeError, "cannot delete '__name__' attribute of immutable type '%s'", t.classNameOf(v))
		return false
	}
	if !t.IsStr(x) {
		t.Raise(t.VM.Exc.TypeError, "can only assign string to %s.__name__, not '%s'", t.classNameOf(v), t.TypeName(x))
		return false
	}
	if strings.IndexByte(t.GoStr(x), 0) >= 0 {
		t.Raise(t.VM.Exc.ValueError, "type name must not contain null characters")
		return false
	}
	t.putLocked(v, ClassName, t.Ref(x))
	return true
}

func setClassQual(t *Thread, v, x Value) bool {
	c := t.ClassFrom(v)
	switch {
	case c == nil || c.Builtin:
		t.Raise(t.VM.Exc.TypeError, "cannot set '__qualname__' attribute of immutable type '%s'", t.classNameOf(v))
		return false
	case x == Unbound:
		t.Raise(t.VM.Exc.TypeError, "cannot delete '__qualname__' attribute of immutable type '%s'", t.classNameOf(v))
		return false
	case !t.IsStr(x):
		t.Raise(t.VM.Exc.TypeError, "can only assign string to %s.__qualname__, not '%s'", t.classNameOf(v), t.TypeName(x))
		return false
	}
	t.putLocked(v, ClassQual, t.Ref(x))
	return true
}

func setClassModule(t *Thread, v, x Value) bool {
	return t.DictSetStr(t.Field(v, ClassDict), t.VM.names.module, x)
}

// lockedField reads a field that may be assigned meanwhile (owned).
func (t *Thread) lockedField(v Value, i int) Value {
	t.Lock(v)
	x := t.Ref(t.Field(v, i))
	t.Unlock(v)
	return x
}

// putLocked is PutField under the object's lock.
func (t *Thread) putLocked(v Value, i int, x Value) {
	t.Lock(v)
	old := t.Field(v, i)
	t.SetField(v, i, x)
	t.Unlock(v)
	t.Decref(old)
}

// classQual is the class's __qualname__ (owned).
func (t *Thread) classQual(v Value) Value {
	if q := t.lockedField(v, ClassQual); q != Unbound {
		return q
	}
	return t.lockedField(v, ClassName)
}

func (t *Thread) qualOf(v Value) string {
	q := t.classQual(v)
	defer t.Decref(q)
	return t.GoStr(q)
}

func (t *Thread) classNameOf(v Value) string {
	if n := t.Field(v, ClassName); t.IsStr(n) {
		return t.GoStr(n)
	}
	return "?"
}

// classRepr is <class 'module.qualname'>.
func (t *Thread) classRepr(v Value) string {
	m, q := t.classAttr(v, "__module__", -1), t.classQual(v)
	defer t.DecrefAll(m, q)
	if t.IsStr(m) && t.GoStr(m) != "builtins" {
		return "<class '" + t.GoStr(m) + "." + t.GoStr(q) + "'>"
	}
	return "<class '" + t.GoStr(q) + "'>"
}

// addSub lists c, which is alive, among the direct subclasses of b. The list holds no reference: see typeSubclasses.
func (t *Thread) addSub(b, c *Class) {
	t.MarkSeen(c.Value) // other threads may take one from it
	b.subMu.Lock()
	b.subs = append(b.subs, c)
	b.subMu.Unlock()
}

func typeSubclasses(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil {
		return t.Raise(t.VM.Exc.TypeError, "descriptor '__subclasses__' requires a 'type' object")
	}
	var out []Value
	c.subMu.Lock()
	for _, s := range c.subs {
		if t.TryIncref(s.Value) { // it is not dying
			out = append(out, s.Value)
		}
	}
	c.subMu.Unlock()
	return t.NewList(out...)
}
