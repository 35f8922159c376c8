package vm

// This file holds the built-in descriptors: property, staticmethod, classmethod, slots, and super.

import "toylang/refcount"

// The fields of a property record.
const (
	PropGet = iota
	PropSet
	PropDel
	PropDoc
)

func (t *Thread) propertyGet(p, v Value) Value {
	g := t.Field(p, PropGet)
	if g == None {
		t.Raise(t.VM.Exc.AttributeError, "property%s of '%s' object has no getter", t.propName(t.ClassOf(v), p), t.TypeName(v))
		return Raised
	}
	return t.Call(g, v)
}

// propertySet sets through a property, or deletes with x Unbound.
func (t *Thread) propertySet(p, v, x Value) bool {
	f, word := PropSet, "setter"
	if x == Unbound {
		f, word = PropDel, "deleter"
	}
	s := t.Field(p, f)
	if s == None {
		name := t.propName(t.ClassOf(v), p)
		t.Raise(t.VM.Exc.AttributeError, "property%s of '%s' object has no %s", name, t.TypeName(v), word)
		return false
	}
	var r Value
	if x == Unbound {
		r = t.Call(s, v)
	} else {
		r = t.Call(s, v, x)
	}
	t.Decref(r)
	return r != Raised
}

// propName finds the name under which the class has the property: " 'x'", or nothing.
func (t *Thread) propName(c *Class, p Value) string {
	for _, k := range c.MRO() {
		for pos := 0; ; {
			key, v, next, ok := t.DictNext(k.Dict, pos)
			if !ok {
				break
			}
			pos = next
			name, found := "", v == p
			if found {
				name = " '" + t.GoStr(key) + "'"
			}
			t.DecrefAll(key, v)
			if found {
				return name
			}
		}
	}
	return ""
}

func propertyNew(t *Thread, a []Value) Value {
	f := [4]Value{None, None, None, None}
	for i := range f {
		if a[1+i] != Unbound {
			f[i] = a[1+i]
		}
	}
	if f[PropDoc] == None && t.Is(f[PropGet], KFunction) {
		d := t.GetAttr(f[PropGet], t.VM.names.doc)
		if d == Raised {
			return Raised
		}
		return t.newLike(a[0], KProperty, t.Ref(f[0]), t.Ref(f[1]), t.Ref(f[2]), d)
	}
	return t.newLike(a[0], KProperty, t.Ref(f[0]), t.Ref(f[1]), t.Ref(f[2]), t.Ref(f[3]))
}

// newLike is NewRecord for the kind's own class or one that derives from it.
func (t *Thread) newLike(class Value, k Kind, fields ...Value) Value {
	c := t.ClassFrom(class)
	if c == nil || c.Builtin {
		return t.NewRecord(k, fields...)
	}
	v := Raised
	if c.Kind == k {
		v = t.NewInstance(c)
	} else {
		t.raiseNotSubtype(t.VM.kinds[k].Name, class)
	}
	if v == Raised {
		t.DecrefAll(fields...)
		return v
	}
	for i, x := range fields {
		t.SetField(v, i, x)
	}
	return v
}

// propertyWith makes a copy of a property with one function replaced.
func propertyWith(field int) func(t *Thread, a []Value) Value {
	return func(t *Thread, a []Value) Value {
		var f [4]Value
		for i := range f {
			if f[i] = a[1]; i == field {
				t.Incref(a[1])
			} else {
				f[i] = t.lockedField(a[0], i)
			}
		}
		return t.newLike(t.ClassOf(a[0]).Value, KProperty, f[:]...)
	}
}

func fieldGetter(name string, i int) Getter {
	return Getter{name, func(t *Thread, v Value) Value { return t.lockedField(v, i) }, nil}
}

// memberGet reads a slot.
func (t *Thread) memberGet(d, v Value) Value {
	name := t.Field(d, 0)
	if !t.hasMember(d, v) {
		return Raised
	}
	x := Unbound
	if t.Kind(v) == KInstance {
		x = t.instanceGet(v, name)
	} else if dict := t.memberDict(v, false); dict != Unbound {
		x = t.DictGetStr(dict, name)
	}
	if x == Unbound {
		t.raiseAttr(t.ClassOf(v), v, name)
		return Raised
	}
	return x
}

// memberSet writes a slot, or deletes it with x Unbound.
func (t *Thread) memberSet(d, v, x Value) bool {
	name := t.Field(d, 0)
	if !t.hasMember(d, v) {
		return false
	}
	if t.Kind(v) == KInstance {
		return t.instanceSet(t.ClassOf(v), v, name, x)
	}
	dict := t.memberDict(v, true)
	switch {
	case dict == Raised:
		return false
	case x != Unbound:
		return t.DictSetStr(dict, name, x)
	}
	old := t.DictPop(dict, name)
	if old == Unbound {
		t.Raise(t.VM.Exc.AttributeError, "%s", t.GoStr(name))
		return false
	}
	t.Decref(old)
	return true
}

// hasMember reports that v is an instance of the class whose slot d is; otherwise it raises.
func (t *Thread) hasMember(d, v Value) bool {
	owner := t.ClassFrom(t.Field(d, 1))
	if owner != nil && t.ClassOf(v).Sub(owner) {
		return true
	}
	name := "?"
	if owner != nil {
		name = owner.Name
	}
	t.Raise(t.VM.Exc.TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", t.GoStr(t.Field(d, 0)), name, t.TypeName(v))
	return false
}

// memberDict is where an object that is no plain instance keeps its slots (borrowed).
func (t *Thread) memberDict(v Value, make bool) Value {
	if t.Kind(v) == KException {
		return t.dictIn(v, make, func() Value { return t.Field(v, ExcFields) }, func(d Value) { t.SetField(v, ExcFields, d) })
	}
	return t.dictIn(v, make, func() Value { return t.Attrs(v) }, func(d Value) { t.SetAttrs(v, d) })
}

// The fields of a super record.
const (
	SuperClass = iota // the class behind which the look-up begins
	SuperSelf         // object or class
	SuperType         // whose MRO is searched
)

// superGet reads an attribute through super.
func (t *Thread) superGet(s, name Value) Value {
	k, self, c := t.ClassFrom(t.Field(s, SuperClass)), t.Field(s, SuperSelf), t.ClassFrom(t.Field(s, SuperType))
	d := Unbound
	if k != nil && c != nil && name != t.VM.names.class {
		d = t.lookupAfter(c, k, name)
	}
	if d == Unbound { // the super object's own attributes
		d, _ = t.Lookup(t.VM.kinds[KSuper], name)
		m := t.Hold(d)
		defer t.Unhold(m)
		if d == Unbound {
			return Unbound
		}
		return t.bind(d, s, t.VM.kinds[KSuper])
	}
	m := t.Hold(d)
	defer t.Unhold(m)
	if self == t.Field(s, SuperType) { // through the class: as cls.name
		return t.bindClass(d, c)
	}
	return t.bind(d, self, c)
}

// superNew is super(), super(class) and super(class, obj).
func superNew(t *Thread, a []Value) Value {
	class, self := a[1], a[2]
	if class == Unbound {
		var ok bool
		if class, self, ok = t.superArgs(); !ok {
			return Raised
		}
		m := t.Hold(class)
		t.Hold(self)
		defer t.Unhold(m)
	}
	k := t.ClassFrom(class)
	if k == nil {
		return t.Raise(t.VM.Exc.TypeError, "super() argument 1 must be a type, not %s", t.TypeName(class))
	}
	if self == Unbound || self == None {
		return t.NewRecord(KSuper, t.Ref(class), None, None)
	}
	c := t.ClassOf(self)
	if sc := t.ClassFrom(self); sc != nil && sc.Sub(k) {
		c = sc
	} else if !c.Sub(k) {
		return t.Raise(t.VM.Exc.TypeError, "super(type, obj): obj must be an instance or subtype of type")
	}
	return t.NewRecord(KSuper, t.Ref(class), t.Ref(self), t.Ref(c.Value))
}

// superArgs finds the class and first argument of the running method (owned; Unbound when not ok).
func (t *Thread) superArgs() (class, self Value, ok bool) {
	if t.fp == 0 {
		t.Raise(t.VM.Exc.RuntimeError, "super(): no current frame")
		return
	}
	fp := t.frame()
	c := t.codeOf(fp)
	if c.NArgs == 0 {
		t.Raise(t.VM.Exc.RuntimeError, "super(): no arguments")
		return
	}
	self = t.Ref(*word(fp, 0))
	for _, r := range c.Cells {
		if cell := *word(fp, 0); r == 0 && t.Is(cell, KCell) {
			t.Decref(self)
			self = t.lockedField(cell, 0)
		}
	}
	if self == Unbound {
		t.Raise(t.VM.Exc.RuntimeError, "super(): arg[0] deleted")
		return
	}
	for i, n := range c.FreeNames {
		if n == "__class__" {
			cell := t.freeCell(uint16(i))
			if t.Is(cell, KCell) {
				if class = t.lockedField(cell, 0); class != Unbound {
					return class, self, true
				}
			}
			t.Decref(self)
			t.Raise(t.VM.Exc.RuntimeError, "super(): empty __class__ cell")
			return
		}
	}
	t.Decref(self)
	t.Raise(t.VM.Exc.RuntimeError, "super(): __class__ cell not found")
	return
}

// initDescriptors registers the descriptor types.
func (t *Thread) initDescriptors() {
	t.defType(TypeDef{Kind: KProperty, Name: "property", Own: true, Static: []Def{
		{"__new__(cls, fget=None, fset=None, fdel=None, doc=None)", propertyNew},
	}, Methods: []Def{
		{"getter(self, fget, /)", propertyWith(PropGet)},
		{"setter(self, fset, /)", propertyWith(PropSet)},
		{"deleter(self, fdel, /)", propertyWith(PropDel)},
		{"__get__(self, instance, owner=None, /)", func(t *Thread, a []Value) Value {
			if a[1] == None {
				return t.Ref(a[0])
			}
			return t.propertyGet(a[0], a[1])
		}},
		{"__set__(self, instance, value, /)", func(t *Thread, a []Value) Value { return okNone(t.propertySet(a[0], a[1], a[2])) }},
		{"__delete__(self, instance, /)", func(t *Thread, a []Value) Value { return okNone(t.propertySet(a[0], a[1], Unbound)) }},
	}, Getters: []Getter{fieldGetter("fget", PropGet), fieldGetter("fset", PropSet), fieldGetter("fdel", PropDel), {"__doc__", func(t *Thread, v Value) Value { return t.lockedField(v, PropDoc) }, func(t *Thread, v, x Value) bool {
		if x == Unbound {
			x = None
		}
		t.putLocked(v, PropDoc, t.Ref(x))
		return true
	}}}})
	for _, d := range []struct {
		k    Kind
		name string
	}{{KStaticMethod, "staticmethod"}, {KClassMethod, "classmethod"}} {
		k := d.k
		t.defType(TypeDef{Kind: k, Name: d.name, Own: true, Static: []Def{
			{"__new__(cls, function, /)", func(t *Thread, a []Value) Value { return t.newLike(a[0], k, t.Ref(a[1])) }},
		}, Methods: []Def{
			{"__get__(self, instance, owner=None, /)", func(t *Thread, a []Value) Value {
				if k == KStaticMethod {
					return t.Ref(t.Field(a[0], 0))
				}
				owner := a[2]
				if owner == Unbound || owner == None {
					owner = t.ClassOf(a[1]).Value
				}
				return t.bindTo(t.Field(a[0], 0), owner)
			}},
			{"__repr__(self, /)", func(t *Thread, a []Value) Value {
				r := t.Repr(t.Field(a[0], 0))
				if r == Raised {
					return r
				}
				defer t.Decref(r)
				return t.NewStr("<" + t.TypeName(a[0]) + "(" + t.GoStr(r) + ")>")
			}},
			{"__call__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				if k == KClassMethod {
					return t.Raise(t.VM.Exc.TypeError, "'classmethod' object is not callable")
				}
				var args []Value
				for i, x := 0, t.Items(a[1]); i < x.Len(); i++ {
					args = append(args, x.Get(i))
				}
				return t.callWithDict(t.Field(a[0], 0), args, a[2])
			}},
		}, Getters: []Getter{fieldGetter("__func__", 0), fieldGetter("__wrapped__", 0)}})
	}
	t.defType(TypeDef{Kind: KSuper, Name: "super", Own: true, Static: []Def{
		{"__new__(cls, type=None, obj=None, /)", superNew},
	}, Methods: []Def{
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			name, of := "NULL", "NULL"
			if k := t.ClassFrom(t.Field(a[0], SuperClass)); k != nil {
				name = k.Name
			}
			if c := t.ClassFrom(t.Field(a[0], SuperType)); c != nil {
				of = "<" + c.Name + " object>"
			}
			return t.NewStr("<super: <class '" + name + "'>, " + of + ">")
		}},
	}, Getters: []Getter{fieldGetter("__thisclass__", SuperClass), fieldGetter("__self__", SuperSelf), fieldGetter("__self_class__", SuperType)}})
	t.defType(TypeDef{Kind: KGetSet, Name: "getset_descriptor", Own: true, Final: true, Methods: []Def{
		{"__get__(self, instance, owner=None, /)", func(t *Thread, a []Value) Value {
			if a[1] == None {
				return t.Ref(a[0])
			}
			return t.Call(t.Field(a[0], 0), a[1])
		}},
		{"__set__(self, instance, value, /)", func(t *Thread, a []Value) Value {
			if t.Field(a[0], 1) == Unbound {
				return t.Raise(t.VM.Exc.AttributeError, "readonly attribute")
			}
			return t.Call(t.Field(a[0], 1), a[1], a[2])
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			owner := "?"
			if b := t.BuiltinOf(t.Field(a[0], 0)); b != nil && b.Owner != nil {
				owner = b.Owner.Name
			}
			return t.NewStr("<attribute '" + t.GoStr(t.Field(a[0], 2)) + "' of '" + owner + "' objects>")
		}},
	}, Getters: []Getter{fieldGetter("__name__", 2)}})
	t.defType(TypeDef{Kind: KMember, Name: "member_descriptor", Own: true, Final: true, Methods: []Def{
		{"__get__(self, instance, owner=None, /)", func(t *Thread, a []Value) Value {
			if a[1] == None {
				return t.Ref(a[0])
			}
			return t.memberGet(a[0], a[1])
		}},
		{"__set__(self, instance, value, /)", func(t *Thread, a []Value) Value {
			return okNone(t.memberSet(a[0], a[1], a[2]))
		}},
		{"__delete__(self, instance, /)", func(t *Thread, a []Value) Value {
			return okNone(t.memberSet(a[0], a[1], Unbound))
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			owner := "?"
			if c := t.ClassFrom(t.Field(a[0], 1)); c != nil {
				owner = c.Name
			}
			return t.NewStr("<member '" + t.GoStr(t.Field(a[0], 0)) + "' of '" + owner + "' objects>")
		}},
	}, Getters: []Getter{fieldGetter("__name__", 0)}})
	inside := func(t *Thread, v Value) Value {
		if t.Is(v, KMapProxy) {
			return t.Field(v, 0)
		}
		return v
	}
	proxy := t.defType(TypeDef{Kind: KMapProxy, Name: "mappingproxy", Own: true, Final: true, Static: []Def{
		{"__new__(cls, mapping)", func(t *Thread, a []Value) Value {
			if !t.Isa(a[1], KDict) {
				return t.Raise(t.VM.Exc.TypeError, "mappingproxy() argument must be a mapping, not %s", t.TypeName(a[1]))
			}
			return t.NewRecord(KMapProxy, t.Ref(a[1]))
		}},
	}, Methods: []Def{
		{"__getitem__(self, key, /)", func(t *Thread, a []Value) Value { return t.GetItem(t.Field(a[0], 0), a[1]) }},
		{"__contains__(self, key, /)", func(t *Thread, a []Value) Value {
			b, ok := t.Contains(t.Field(a[0], 0), a[1])
			if !ok {
				return Raised
			}
			return refcount.Bool(b)
		}},
		{"__len__(self, /)", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.DictLen(t.Field(a[0], 0)))) }},
		{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.Iter(t.Field(a[0], 0)) }},
		{"get(self, key, default=None, /)", func(t *Thread, a []Value) Value {
			if a[2] == Unbound {
				a[2] = None
			}
			return t.CallMethod(t.Field(a[0], 0), "get", a[1], a[2])
		}},
		{"keys(self, /)", func(t *Thread, a []Value) Value { return t.CallMethod(t.Field(a[0], 0), "keys") }},
		{"values(self, /)", func(t *Thread, a []Value) Value { return t.CallMethod(t.Field(a[0], 0), "values") }},
		{"items(self, /)", func(t *Thread, a []Value) Value { return t.CallMethod(t.Field(a[0], 0), "items") }},
		{"copy(self, /)", func(t *Thread, a []Value) Value { return t.CallMethod(t.Field(a[0], 0), "copy") }},
		{"__reversed__(self, /)", func(t *Thread, a []Value) Value { return t.CallMethod(t.Field(a[0], 0), "__reversed__") }},
		{"__eq__(self, value, /)", func(t *Thread, a []Value) Value { return t.Compare(Eq, t.Field(a[0], 0), inside(t, a[1])) }},
		{"__ne__(self, value, /)", func(t *Thread, a []Value) Value { return t.Compare(Ne, t.Field(a[0], 0), inside(t, a[1])) }},
		{"__or__(self, value, /)", func(t *Thread, a []Value) Value { return t.Binary(BitOr, inside(t, a[0]), inside(t, a[1])) }},
		{"__ror__(self, value, /)", func(t *Thread, a []Value) Value { return t.Binary(BitOr, inside(t, a[1]), inside(t, a[0])) }},
		{"__str__(self, /)", func(t *Thread, a []Value) Value { return t.Str(t.Field(a[0], 0)) }},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			s := t.Repr(t.Field(a[0], 0))
			if s == Raised {
				return Raised
			}
			defer t.Decref(s)
			return t.NewStr("mappingproxy(" + t.GoStr(s) + ")")
		}},
	}})
	t.setDict(proxy, "__hash__", None)
}

func okNone(ok bool) Value {
	if !ok {
		return Raised
	}
	return None
}
