package vm

// This file is the class statement: the metaclass, the namespace, the body, bases that stand for others.

// BuildClass is the class statement: body is run in a new namespace, the metaclass makes the class.
func (t *Thread) BuildClass(body, name, bases, kwds Value) Value {
	mark := t.holds
	defer t.Unhold(mark)
	given := bases
	bases, ok := t.resolveBases(bases)
	if !ok {
		return Raised
	}
	t.Hold(bases)
	kw := Unbound
	meta := t.VM.kinds[KClass].Value
	if kwds != None && kwds != Unbound {
		if kw = t.NewDict(); kw == Raised || !t.DictUpdate(kw, kwds) {
			return Raised
		}
		t.Hold(kw)
		if mv := t.DictPop(kw, t.VM.Intern("metaclass")); mv != Unbound {
			t.Hold(mv)
			meta = mv
		} else if items := t.Items(bases); items.Len() > 0 {
			meta = t.ClassOf(items.Get(0)).Value
		}
	} else if items := t.Items(bases); items.Len() > 0 {
		meta = t.ClassOf(items.Get(0)).Value
	}
	if mc := t.ClassFrom(meta); mc != nil {
		if mc = t.winner(mc, bases); mc == nil {
			return Raised
		}
		meta = mc.Value
	}
	var ns Value
	if meta == t.VM.kinds[KClass].Value {
		ns = t.NewDict()
	} else if p := t.LookupAttr(meta, t.VM.slotNames[SlotPrepare]); p == Unbound {
		ns = t.NewDict()
	} else {
		if p == Raised {
			return Raised
		}
		t.Hold(p)
		ns = t.callWithDict(p, []Value{name, bases}, kw)
	}
	if ns == Raised {
		return Raised
	}
	t.Hold(ns)
	if given != bases && !t.SetItem(ns, t.VM.Intern("__orig_bases__"), given) {
		return Raised
	}
	r := t.Call(body, ns)
	if r == Raised {
		return Raised
	}
	t.Decref(r)
	if meta == t.VM.kinds[KClass].Value && t.Is(ns, KDict) {
		return t.makeClass(t.VM.kinds[KClass], name, bases, ns, kw)
	}
	return t.callWithDict(meta, []Value{name, bases, ns}, kw)
}

// callWithDict calls f with positional arguments and the keywords in a dict (or Unbound).
func (t *Thread) callWithDict(f Value, args []Value, kw Value) Value {
	if kw == Unbound || t.DictLen(kw) == 0 {
		return t.Call(f, args...)
	}
	mark := t.holds
	defer t.Unhold(mark)
	var keys []Value
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(kw, pos)
		if !ok {
			break
		}
		pos = next
		keys = append(keys, k)
		args = append(args, v)
		t.Hold(v)
	}
	names := t.NewTuple(keys...)
	t.Hold(names)
	return t.CallKw(f, args, names)
}

// resolveBases replaces bases that are not classes by what their __mro_entries__ give (owned).
func (t *Thread) resolveBases(bases Value) (Value, bool) {
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		if t.ClassFrom(items.Get(i)) == nil {
			if f := t.LookupAttr(items.Get(i), t.VM.Intern("__mro_entries__")); f != Unbound {
				return t.mroEntries(bases, f)
			}
		}
	}
	return t.Ref(bases), true
}

func (t *Thread) mroEntries(bases, f Value) (Value, bool) {
	t.Decref(f)
	var out []Value
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		b := items.Get(i)
		if t.ClassFrom(b) != nil {
			out = append(out, t.Ref(b))
			continue
		}
		r := t.CallMethod(b, "__mro_entries__", bases)
		if r == Raised {
			t.dropAll(out)
			return Raised, false
		}
		x := t.Items(r)
		for j := 0; j < x.Len(); j++ {
			out = append(out, t.Ref(x.Get(j)))
		}
		t.Decref(r)
	}
	return t.NewTuple(out...), true
}
