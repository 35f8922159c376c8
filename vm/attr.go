package vm

// This file reads attributes.

// GetAttr is v.name; name is an interned str.
func (t *Thread) GetAttr(v, name Value) Value {
	c := t.ClassOf(v)
	if !c.Builtin || c.Kind == KClass {
		t.Cached++ // the loops' caches know that there is none
		ga := t.Special(c, SlotGetAttribute)
		t.Cached--
		if ga != t.VM.names.objectGetAttr && ga != Unbound {
			m := t.Hold(ga)
			r := t.callSpecial(ga, v, c, name)
			t.Unhold(m)
			if r == Raised {
				return t.fallbackAttr(c, v, name)
			}
			return r
		}
		t.Cached++
		t.Decref(ga)
		t.Cached--
	}
	r := t.genericGet(c, v, name)
	if r == Unbound {
		t.raiseAttr(c, v, name)
		r = Raised
	}
	if r == Raised {
		return t.fallbackAttr(c, v, name)
	}
	return r
}

// fallbackAttr asks __getattr__ after an AttributeError.
func (t *Thread) fallbackAttr(c *Class, v, name Value) Value {
	if c.Builtin && c.Kind != KModule {
		return Raised
	}
	var f Value
	if c.Kind == KModule {
		f = t.DictGetStr(t.Field(v, 0), t.VM.slotNames[SlotGetAttr])
	} else {
		f = t.Special(c, SlotGetAttr)
	}
	if f == Unbound || !t.Catch(t.VM.Exc.AttributeError) {
		t.Decref(f)
		return Raised
	}
	m := t.Hold(f)
	defer t.Unhold(m)
	if c.Kind == KModule {
		return t.Call(f, name)
	}
	return t.callSpecial(f, v, c, name)
}

// GetAttrStr is GetAttr by Go string.
func (t *Thread) GetAttrStr(v Value, name string) Value { return t.GetAttr(v, t.VM.Intern(name)) }

// LookupAttr is GetAttr that gives Unbound instead of an AttributeError.
func (t *Thread) LookupAttr(v, name Value) Value {
	c := t.ClassOf(v)
	if c.Builtin && c.Kind != KClass && c.Kind != KModule {
		return t.genericGet(c, v, name)
	}
	if c.Kind != KModule {
		ga, hook := t.Special(c, SlotGetAttribute), t.Special(c, SlotGetAttr)
		t.DecrefAll(ga, hook)
		if (ga == t.VM.names.objectGetAttr || ga == Unbound) && hook == Unbound { // no exception is made to be caught
			r := t.genericGet(c, v, name)
			if r == Raised && t.Catch(t.VM.Exc.AttributeError) {
				return Unbound
			}
			return r
		}
	}
	r := t.GetAttr(v, name)
	if r == Raised && t.Catch(t.VM.Exc.AttributeError) {
		return Unbound
	}
	return r
}

func (t *Thread) raiseAttr(c *Class, v, name Value) {
	n := t.GoStr(name)
	switch {
	case c.Kind == KClass && t.ClassFrom(v) != nil:
		t.Raise(t.VM.Exc.AttributeError, "type object '%s' has no attribute '%s'", t.classNameOf(v), n)
	case c.Kind == KModule:
		mod := "?"
		if x := t.DictGetStr(t.Field(v, 0), t.VM.names.name); t.IsStr(x) {
			mod = t.GoStr(x)
			t.Decref(x)
		}
		t.Raise(t.VM.Exc.AttributeError, "module '%s' has no attribute '%s'", mod, n)
	default:
		t.Raise(t.VM.Exc.AttributeError, "'%s' object has no attribute '%s'", t.TypeName(v), n)
	}
	t.noteAttr(v, name)
}

// noteAttr sets name and obj of the AttributeError being raised.
func (t *Thread) noteAttr(v, name Value) {
	if e := t.Exc; e != Unbound && t.IsInstance(e, t.VM.Exc.AttributeError) {
		t.setExcField(e, "name", name)
		t.setExcField(e, "obj", v)
	}
}

// genericGet is object.__getattribute__: data descriptors of the class, the instance, the class. Unbound: no attribute.
func (t *Thread) genericGet(c *Class, v, name Value) Value {
	if c.Kind == KClass {
		if k := t.ClassFrom(v); k != nil {
			return t.classGet(c, k, v, name)
		}
	}
	if c.Kind == KSuper {
		return t.superGet(v, name)
	}
	d, _ := t.Lookup(c, name)
	if d != Unbound {
		if name == t.VM.names.class && t.Is(d, KGetSet) { // object's own
			t.Decref(d)
			return t.Ref(t.TypeOf(v).Value)
		}
		if r, data := t.dataDescr(d, v, c); data {
			t.Decref(d)
			return r
		}
	}
	if x := t.instanceGet(v, name); x != Unbound {
		t.Decref(d)
		return x
	}
	if d == Unbound {
		switch {
		case name == t.VM.names.class:
			return t.Ref(t.TypeOf(v).Value)
		case c.Kind == KMethod && t.BuiltinOf(t.Field(v, 0)) == nil: // a method has the attributes of its function
			return t.GetAttr(t.Field(v, 0), name)
		case c.Kind == KAlias:
			return t.GetAttr(t.Field(v, AliasOrigin), name)
		}
		return Unbound
	}
	m := t.Hold(d)
	r := t.bind(d, v, c)
	t.Unhold(m)
	return r
}

// dataDescr reads through a data descriptor (borrowed); data is false when d is none.
func (t *Thread) dataDescr(d, v Value, c *Class) (r Value, data bool) {
	if !d.IsPtr() {
		return Unbound, false
	}
	switch t.ShapeOf(d) {
	case uint16(KFunction), uint16(KBuiltin), uint16(KStr), uint16(KInt), uint16(KStaticMethod), uint16(KClassMethod):
		return Unbound, false
	case uint16(KProperty), uint16(KGetSet), uint16(KMember):
		m := t.Hold(t.Ref(d))
		r = t.bind(d, v, c)
		t.Unhold(m)
		return r, true
	}
	dc := t.ClassOf(d)
	if dc.known.Load()&knownAsField != 0 {
		if r = t.tupleField(d, v); r != Unbound {
			return r, true
		}
	}
	if dc.Builtin || !t.Has(dc, SlotGet) || !t.Has(dc, SlotSet) && !t.Has(dc, SlotDelete) {
		return Unbound, false // without __get__ the instance's own attribute goes first
	}
	m := t.Hold(t.Ref(d))
	defer t.Unhold(m)
	return t.bind(d, v, c), true
}

// bind is what the class attribute d (borrowed) gives when it is read through the instance v (owned).
func (t *Thread) bind(d, v Value, c *Class) Value {
	if !d.IsPtr() {
		return d
	}
	switch t.ShapeOf(d) {
	case uint16(KFunction):
		return t.NewRecord(KMethod, t.Ref(d), t.Ref(v))
	case uint16(KBuiltin):
		if b := t.BuiltinOf(d); b != nil && b.Method && t.Field(d, 1) == Unbound {
			return t.NewRecord(KMethod, t.Ref(d), t.Ref(v))
		}
		return t.Ref(d)
	case uint16(KStaticMethod):
		return t.Ref(t.Field(d, 0))
	case uint16(KClassMethod):
		return t.bindTo(t.Field(d, 0), c.Value)
	case uint16(KGetSet):
		return t.Call(t.Field(d, 0), v)
	case uint16(KProperty):
		return t.propertyGet(d, v)
	case uint16(KMember):
		return t.memberGet(d, v)
	}
	dc := t.ClassOf(d)
	if dc.Builtin {
		return t.Ref(d)
	}
	get := t.Special(dc, SlotGet)
	if get == Unbound {
		return t.Ref(d)
	}
	m := t.Hold(get)
	r := t.callSpecial(get, d, dc, v, c.Value)
	t.Unhold(m)
	return r
}

// bindTo binds a callable to a first argument (both borrowed).
func (t *Thread) bindTo(f, self Value) Value {
	if t.Is(f, KFunction) || t.Is(f, KBuiltin) || t.Is(f, KMethod) {
		return t.NewRecord(KMethod, t.Ref(f), t.Ref(self))
	}
	fc := t.ClassOf(f)
	if get := t.Special(fc, SlotGet); get != Unbound {
		m := t.Hold(get)
		r := t.callSpecial(get, f, fc, self, self)
		t.Unhold(m)
		return r
	}
	return t.NewRecord(KMethod, t.Ref(f), t.Ref(self))
}

// classGet reads an attribute of a class: the metaclass's data descriptors, the class's MRO, the metaclass.
func (t *Thread) classGet(meta, k *Class, v, name Value) Value {
	md, _ := t.Lookup(meta, name)
	if md != Unbound {
		if t.Is(md, KGetSet) || t.Is(md, KProperty) || !t.ClassOf(md).Builtin {
			if r, data := t.dataDescr(md, v, meta); data {
				t.Decref(md)
				return r
			}
		}
	}
	m := t.Hold(md)
	defer t.Unhold(m)
	if d, _ := t.Lookup(k, name); d != Unbound {
		h := t.Hold(d)
		defer t.Unhold(h)
		return t.bindClass(d, k)
	}
	if md != Unbound {
		return t.bind(md, v, meta)
	}
	if name == t.VM.names.class {
		return t.Ref(meta.Value)
	}
	return Unbound
}

// bindClass is what the class attribute d gives when it is read through the class.
func (t *Thread) bindClass(d Value, k *Class) Value {
	if !d.IsPtr() {
		return d
	}
	switch t.ShapeOf(d) {
	case uint16(KStaticMethod):
		return t.Ref(t.Field(d, 0))
	case uint16(KClassMethod):
		return t.bindTo(t.Field(d, 0), k.Value)
	}
	dc := t.ClassOf(d)
	if dc.Builtin {
		return t.Ref(d)
	}
	get := t.Special(dc, SlotGet)
	if get == Unbound {
		return t.Ref(d)
	}
	m := t.Hold(get)
	r := t.callSpecial(get, d, dc, None, k.Value)
	t.Unhold(m)
	return r
}

// instanceGet reads an attribute that the instance itself holds (owned); Unbound when it has none.
func (t *Thread) instanceGet(v, name Value) Value {
	if !v.IsPtr() {
		return Unbound
	}
	if l := t.LayoutOf(v); l != nil && l.Class.Kind == KInstance {
		t.LockRead(v)
		l = t.LayoutOf(v) // now that it cannot change
		if l == nil {
			t.UnlockRead(v)
			return Unbound
		}
		r := Unbound
		if f := l.Find(name); f >= 0 {
			r = t.Ref(t.Field(v, f))
		} else if l.Dict {
			d := t.Field(v, InstExtra)
			if t.Isa(d, KDict) {
				t.Incref(d)
				t.UnlockRead(v)
				r = t.DictGetStr(d, name)
				t.Decref(d)
				return r
			}
		}
		t.UnlockRead(v)
		return r
	}
	d := t.attrDict(v, false)
	if d == Unbound || d == Raised {
		return Unbound
	}
	return t.DictGetStr(d, name)
}

// attrDict gives the attribute dict of an object that is not a plain instance (borrowed): Unbound when it has none and
// make is false, or can have none.
func (t *Thread) attrDict(v Value, make bool) Value {
	var get func() Value
	var set func(Value)
	switch t.Kind(v) {
	case KModule:
		return t.Field(v, 0)
	case KClass:
		return t.Field(v, ClassDict)
	case KFunction:
		get, set = func() Value { return t.Field(v, FuncAttrs) }, func(d Value) { t.SetField(v, FuncAttrs, d) }
	case KException:
		get, set = func() Value { return t.Field(v, ExcAttrs) }, func(d Value) { t.SetField(v, ExcAttrs, d) }
	case KWeakref:
		if l := t.LayoutOf(v); l == nil || !l.Class.HasDict {
			return Unbound
		}
		get, set = func() Value { return t.Field(v, WeakAttrs) }, func(d Value) { t.SetField(v, WeakAttrs, d) }
	case KList, KDict, KSet, KFrozenSet, KByteArray:
		if l := t.LayoutOf(v); l == nil || !l.Class.HasDict {
			return Unbound
		}
		get, set = func() Value { return t.Attrs(v) }, func(d Value) { t.SetAttrs(v, d) }
	default:
		return Unbound
	}
	return t.dictIn(v, make, get, set)
}

// dictIn reads the dict that v keeps in a field; where that is empty and make is true, it makes one.
func (t *Thread) dictIn(v Value, make bool, get func() Value, set func(Value)) Value {
	d := get()
	if d.IsPtr() {
		return d
	}
	if !make {
		return Unbound
	}
	d = t.NewDict()
	if d == Raised {
		return Raised
	}
	t.Lock(v)
	if old := get(); old.IsPtr() { // another thread was quicker
		t.Unlock(v)
		t.Decref(d)
		return old
	}
	set(d)
	t.Unlock(v)
	return d
}

// InstanceDict is v.__dict__ (owned): Unbound when v has none.
func (t *Thread) InstanceDict(v Value) Value {
	c := t.ClassOf(v)
	if l := t.LayoutOf(v); l != nil && l.Class.Kind == KInstance {
		if !c.HasDict || !t.toDict(v) {
			return Unbound
		}
		return t.lockedField(v, InstExtra)
	}
	if !v.IsPtr() {
		return Unbound
	}
	if c.Kind == KClass {
		return t.NewRecord(KMapProxy, t.Ref(t.Field(v, ClassDict)))
	}
	return t.Ref(t.attrDict(v, true))
}

// GetMethod is the first half of v.name(…): a function and its self (both owned), or an attribute and Unbound. fn is
// Raised on an error.
func (t *Thread) GetMethod(v, name Value) (fn, self Value) {
	c := t.ClassOf(v)
	if c.Kind == KClass || c.Kind == KModule || c.Kind == KSuper {
		return t.GetAttr(v, name), Unbound
	}
	if !c.Builtin {
		ga := t.Special(c, SlotGetAttribute)
		t.Decref(ga)
		if ga != t.VM.names.objectGetAttr {
			return t.GetAttr(v, name), Unbound
		}
	}
	d, _ := t.Lookup(c, name)
	if d.IsPtr() {
		s := t.ShapeOf(d)
		if s == uint16(KBuiltin) {
			if b := t.BuiltinOf(d); b == nil || !b.Method {
				s = 0
			}
		}
		if s == uint16(KFunction) || s == uint16(KBuiltin) {
			if x := t.instanceGet(v, name); x != Unbound {
				t.Decref(d)
				return x, Unbound
			}
			return d, t.Ref(v)
		}
	}
	t.Decref(d)
	return t.GetAttr(v, name), Unbound
}
