package vm

// This file defines the type dict on the table of dict.go.

import "toylang/refcount"

// dictHas reports whether the dict has the key.
func (t *Thread) dictHas(d, key Value, hash uint64) (in, ok bool) {
	if t.DictLen(d) == 0 {
		return false, true
	}
	_, _, _, r := t.locate(d, key, hash)
	if r == failed {
		return false, false
	}
	t.Unlock(d)
	return r == isFound, true
}

// dictContains is key in d.
func (t *Thread) dictContains(d, key Value) (in, ok bool) {
	h, ok := t.Hash(key)
	if !ok {
		return false, false
	}
	return t.dictHas(d, key, uint64(h))
}

// dictNextHash is DictNext that gives the hash too.
func (t *Thread) dictNextHash(d Value, pos int) (key, val Value, hash uint64, next int, ok bool) {
	t.Lock(d)
	tab := t.Table(t.Body(d).Payload)
	for n := tab.Used(); pos < n; pos++ {
		if k := tab.Key(pos); k != Unbound {
			key, val, hash = t.Ref(k), t.Ref(tab.Val(pos)), tab.Hash(pos)
			t.Unlock(d)
			return key, val, hash, pos + 1, true
		}
	}
	t.Unlock(d)
	return Unbound, Unbound, 0, pos, false
}

// dictEach calls do for every entry (borrowed) until it says false.
func (t *Thread) dictEach(d Value, do func(key, val Value, hash uint64) bool) bool {
	for pos := 0; ; {
		k, v, h, next, ok := t.dictNextHash(d, pos)
		if !ok {
			return true
		}
		pos = next
		m := t.Hold(k)
		t.Hold(v)
		ok = do(k, v, h)
		t.Unhold(m)
		if !ok {
			return false
		}
	}
}

// dictCopy makes an exact dict with the entries of d.
func (t *Thread) dictCopy(d Value) Value {
	r := t.NewDict()
	if r == Raised {
		return r
	}
	t.Lock(d)
	n := t.Body(d).Len
	if n == 0 {
		t.Unlock(d)
		return r
	}
	log2 := dictMinLog2
	for usable(log2) < n {
		log2++
	}
	off := t.NewTable(uint8(log2), 3, usable(log2))
	if off == 0 {
		t.Unlock(d)
		t.Decref(r)
		return Raised
	}
	tab, from := t.Table(off), t.Table(t.Body(d).Payload)
	k := 0
	for i := 0; i < from.Used() && k < tab.Cap(); i++ {
		key := from.Key(i)
		if key == Unbound {
			continue
		}
		h := from.Hash(i)
		tab.SetEntry(k, h, t.Ref(key), t.Ref(from.Val(i)))
		tab.Place(h, k)
		k++
	}
	t.Unlock(d)
	tab.SetUsed(k)
	t.SetBody(r, refcount.Body{Payload: off, Len: uint32(k)})
	return r
}

// plainDict reports a dict whose iteration is dict's own.
func (t *Thread) plainDict(v Value) bool {
	if t.Is(v, KDict) {
		return true
	}
	if t.Kind(v) != KDict {
		return false
	}
	m := t.Special(t.ClassOf(v), SlotIter)
	b := t.BuiltinOf(m)
	t.Decref(m)
	return b != nil && b.Owner == t.VM.kinds[KDict]
}

// mergeDict stores the entries of a mapping: a dict, or anything with keys(). onKey may refuse a key before it is
// stored.
func (t *Thread) mergeDict(d, other Value, onKey func(key Value, hash uint64) bool) bool {
	if d == other {
		return true
	}
	if t.plainDict(other) {
		n := t.DictLen(other)
		return t.dictEach(other, func(k, v Value, h uint64) bool {
			if onKey != nil && !onKey(k, h) {
				return false
			}
			if !t.DictSetHash(d, k, v, h) {
				return false
			}
			if n != t.DictLen(other) && !t.Unsafe && !t.Locks {
				t.Raise(t.VM.Exc.RuntimeError, "dict mutated during update")
				return false
			}
			return true
		})
	}
	keys := t.CallMethod(other, "keys")
	if keys == Raised {
		return false
	}
	m := t.Hold(keys)
	defer t.Unhold(m)
	return t.Each(keys, func(k Value) bool {
		h, ok := t.Hash(k)
		if !ok || onKey != nil && !onKey(k, uint64(h)) {
			return false
		}
		v := t.GetItem(other, k)
		if v == Raised {
			return false
		}
		hv := t.Hold(v)
		ok = t.DictSetHash(d, k, v, uint64(h))
		t.Unhold(hv)
		return ok
	})
}

// DictUpdate is what a display such as {**other} does.
func (t *Thread) DictUpdate(d, other Value) bool {
	if t.mergeDict(d, other, nil) {
		return true
	}
	if t.Kind(other) != KDict && t.Catch(t.VM.Exc.AttributeError) {
		t.Raise(t.VM.Exc.TypeError, "'%s' object is not a mapping", t.TypeName(other))
	}
	return false
}

// DictMerge adds the entries of other to the keyword arguments of a call of callee.
func (t *Thread) DictMerge(d, other, callee Value) bool {
	repeated := false
	ok := t.mergeDict(d, other, func(k Value, h uint64) bool {
		in, ok := t.dictHas(d, k, h)
		if !ok || !in {
			return ok
		}
		repeated = true
		if t.IsStr(k) {
			t.Raise(t.VM.Exc.TypeError, "%s got multiple values for keyword argument '%s'", t.calleeName(callee), t.GoStr(k))
		} else {
			t.Raise(t.VM.Exc.TypeError, "keywords must be strings")
		}
		return false
	})
	if !ok && !repeated && t.Kind(other) != KDict && t.Catch(t.VM.Exc.AttributeError) {
		t.Raise(t.VM.Exc.TypeError, "%s argument after ** must be a mapping, not %s", t.calleeName(callee), t.TypeName(other))
	}
	return ok
}

// calleeName names a callable as CPython's errors about the arguments of a call do.
func (t *Thread) calleeName(f Value) string {
	q := t.LookupAttr(f, t.VM.names.qualname)
	if q == Unbound || q == Raised {
		t.Decref(t.TakeExc())
		s := t.Str(f)
		name := t.GoStr(s)
		t.Decref(s)
		return name
	}
	name := t.GoStr(q) + "()"
	mod := t.LookupAttr(f, t.VM.names.module)
	if t.IsStr(mod) && t.GoStr(mod) != "builtins" {
		name = t.GoStr(mod) + "." + name
	}
	if mod == Raised {
		t.Decref(t.TakeExc())
	}
	t.DecrefAll(q, mod)
	return name
}

// dictUpdateArg is the positional argument of dict() and update(): a mapping, or an iterable of pairs.
func (t *Thread) dictUpdateArg(d, arg Value) bool {
	if t.Is(arg, KDict) {
		return t.mergeDict(d, arg, nil)
	}
	keys := t.LookupAttr(arg, t.VM.Intern("keys"))
	if keys == Raised {
		return false
	}
	t.Decref(keys)
	if keys != Unbound {
		return t.mergeDict(d, arg, nil)
	}
	i := 0
	return t.Each(arg, func(pair Value) bool {
		seq := Raised
		if t.Is(pair, KTuple) || t.Is(pair, KList) {
			if seq = t.TupleOf(pair); seq == Raised { // a list may change meanwhile
				return false
			}
		} else {
			if seq = t.listOfIter(pair); seq == Raised {
				if t.Catch(t.VM.Exc.TypeError) {
					t.Raise(t.VM.Exc.TypeError, "cannot convert dictionary update sequence element #%d to a sequence", i)
				}
				return false
			}
		}
		m := t.Hold(seq)
		defer t.Unhold(m)
		items := t.sequenceItems(seq)
		if len(items) != 2 {
			t.Raise(t.VM.Exc.ValueError, "dictionary update sequence element #%d has length %d; 2 is required", i, len(items))
			return false
		}
		i++
		k, v := t.Ref(items[0]), t.Ref(items[1])
		t.Hold(k)
		t.Hold(v)
		return t.DictSet(d, k, v)
	})
}

// dictInit is what dict() and update() do with their arguments.
func (t *Thread) dictInit(name string, d, args, kw Value) bool {
	items := t.Items(args)
	if items.Len() > 1 {
		t.Raise(t.VM.Exc.TypeError, "%s expected at most 1 argument, got %d", name, items.Len())
		return false
	}
	if items.Len() == 1 && !t.dictUpdateArg(d, items.Get(0)) {
		return false
	}
	return t.DictLen(kw) == 0 || t.mergeDict(d, kw, nil)
}

// raiseKey raises the KeyError for a key.
func (t *Thread) raiseKey(key Value) Value { return t.RaiseArgs(t.VM.Exc.KeyError, t.Ref(key)) }

// dictSubscript is d[key], with __missing__ for subclasses.
func (t *Thread) dictSubscript(d, key Value) Value {
	v := t.DictGet(d, key)
	if v != Unbound {
		return v
	}
	if !t.Is(d, KDict) {
		if m := t.Special(t.ClassOf(d), SlotMissing); m != Unbound && m != None {
			return t.callSlot(m, d, key)
		}
	}
	return t.raiseKey(key)
}

// dictDelete is del d[key].
func (t *Thread) dictDelete(d, key Value) bool {
	v := t.DictPop(d, key)
	if v == Unbound {
		t.raiseKey(key)
		return false
	}
	t.Decref(v)
	return v != Raised
}

// dictSetDefault gives the value of a key, which is def where it was not there.
func (t *Thread) dictSetDefault(d, key, def Value) Value {
	h, ok := t.Hash(key)
	if !ok {
		return Raised
	}
	tab, e, slot, r := t.locate(d, key, uint64(h))
	switch r {
	case failed:
		return Raised
	case isFound:
		v := t.Ref(tab.Val(e))
		t.Unlock(d)
		return v
	}
	if !t.dictInsert(d, tab, slot, key, t.Ref(def), uint64(h)) {
		return Raised
	}
	return t.Ref(def)
}

// dictPopItem takes the last entry out (owned); ok is false when the dict is empty.
func (t *Thread) dictPopItem(d Value) (key, val Value, ok bool) {
	t.Lock(d)
	defer t.Unlock(d)
	tab := t.Table(t.Body(d).Payload)
	for e := tab.Used() - 1; e >= 0; e-- {
		k := tab.Key(e)
		if k == Unbound {
			continue
		}
		key, val = k, tab.Val(e)
		at, slot := t.probe(tab, tab.Hash(e), func(x Value) bool { return x == k })
		if at != e { // torn by a race
			return Unbound, Unbound, false
		}
		spent := tab.Used() - e
		t.dictRemove(d, tab, e, slot)
		tab.SetUsed(e)
		tab.SetFill(tab.Fill() + spent)
		return key, val, true
	}
	return Unbound, Unbound, false
}

// dictCompare is == and != of two dicts.
func (t *Thread) dictCompare(op CmpOp, a, b Value) Value {
	if op < Eq {
		return NotImplemented
	}
	if t.DictLen(a) != t.DictLen(b) {
		return refcount.Bool(op == Ne)
	}
	if !t.deeper() {
		return Raised
	}
	equal, ok := true, true
	t.dictEach(a, func(k, v Value, h uint64) bool {
		w := t.DictGetHash(b, k, h)
		if w == Raised || w == Unbound {
			equal, ok = false, w != Raised
			return false
		}
		m := t.Hold(w)
		equal, ok = t.Equal(w, v)
		t.Unhold(m)
		return ok && equal
	})
	t.depth--
	if !ok {
		return Raised
	}
	return refcount.Bool(equal == (op == Eq))
}

// dictUnion is a | b.
func (t *Thread) dictUnion(a, b Value) Value {
	if !t.Isa(a, KDict) || !t.Isa(b, KDict) {
		return NotImplemented
	}
	return t.building(t.dictCopy(a), func(r Value) bool { return t.dictUpdateArg(r, b) })
}

// dictFromKeys is cls.fromkeys(iterable, value).
func dictFromKeys(t *Thread, a []Value) Value {
	v := a[2]
	if v == Unbound {
		v = None
	}
	if a[0] == t.VM.kinds[KDict].Value {
		return t.building(t.NewDict(), func(d Value) bool {
			if t.isSet(a[1]) {
				return t.setEach(a[1], func(k Value, h uint64) bool { return t.DictSetHash(d, k, v, h) })
			}
			return t.EachBrief(a[1], func(k Value) bool { return t.DictSet(d, k, v) })
		})
	}
	return t.building(t.Call(a[0]), func(d Value) bool {
		return t.EachBrief(a[1], func(k Value) bool { return t.SetItem(d, k, v) })
	})
}

func (t *Thread) initDict() {
	c := t.defType(TypeDef{Kind: KDict, Name: "dict", Own: true,
		Methods: checked("dict", ofKind(KDict), dictMethods),
		Class:   []Def{{"fromkeys(cls, iterable, value=None, /)", dictFromKeys}},
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			base := t.VM.kinds[KDict]
			switch c := t.newClass(base, a[0]); c {
			case nil:
				return Raised
			case base:
				return t.NewDict()
			default:
				return t.NewInstance(c)
			}
		}}},
	})
	t.setDict(c, "__hash__", None)
}

var dictMethods = append([]Def{
	{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return okNone(t.dictInit("dict", a[0], a[1], a[2])) }},
	{"update(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return okNone(t.dictInit("update", a[0], a[1], a[2])) }},
	{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
	{"__len__(self, /)", func(t *Thread, a []Value) Value { return refcount.SmallInt(int64(t.DictLen(a[0]))) }},
	{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.dictIter(a[0], KDictKeys, false) }},
	{"__reversed__(self, /)", func(t *Thread, a []Value) Value { return t.dictIter(a[0], KDictKeys, true) }},
	{"__contains__(self, key, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.dictContains(a[0], a[1])) }},
	{"__getitem__(self, key, /)", func(t *Thread, a []Value) Value { return t.dictSubscript(a[0], a[1]) }},
	{"__setitem__(self, key, value, /)", func(t *Thread, a []Value) Value { return okNone(t.DictSet(a[0], a[1], a[2])) }},
	{"__delitem__(self, key, /)", func(t *Thread, a []Value) Value { return okNone(t.dictDelete(a[0], a[1])) }},
	{"__or__(self, value, /)", func(t *Thread, a []Value) Value { return t.dictUnion(a[0], a[1]) }},
	{"__ror__(self, value, /)", func(t *Thread, a []Value) Value { return t.dictUnion(a[1], a[0]) }},
	{"__ior__(self, value, /)", func(t *Thread, a []Value) Value {
		if !t.dictUpdateArg(a[0], a[1]) {
			return Raised
		}
		return t.Ref(a[0])
	}},
	{"get(self, key, default=None, /)", func(t *Thread, a []Value) Value {
		v := t.DictGet(a[0], a[1])
		if v != Unbound {
			return v
		}
		return t.orNone(a[2])
	}},
	{"setdefault(self, key, default=None, /)", func(t *Thread, a []Value) Value {
		def := a[2]
		if def == Unbound {
			def = None
		}
		return t.dictSetDefault(a[0], a[1], def)
	}},
	{"pop(self, key, default=None, /)", func(t *Thread, a []Value) Value {
		v := Unbound
		if t.DictLen(a[0]) > 0 || a[2] == Unbound {
			v = t.DictPop(a[0], a[1])
		}
		switch {
		case v != Unbound:
			return v
		case a[2] != Unbound:
			return t.Ref(a[2])
		}
		return t.raiseKey(a[1])
	}},
	{"popitem(self, /)", func(t *Thread, a []Value) Value {
		k, v, ok := t.dictPopItem(a[0])
		if !ok {
			return t.Raise(t.VM.Exc.KeyError, "popitem(): dictionary is empty")
		}
		return t.NewTuple(k, v)
	}},
	{"clear(self, /)", func(t *Thread, a []Value) Value {
		t.DictClear(a[0])
		return None
	}},
	{"copy(self, /)", func(t *Thread, a []Value) Value { return t.dictCopy(a[0]) }},
	{"keys(self, /)", func(t *Thread, a []Value) Value { return t.NewRecord(KDictKeys, t.Ref(a[0])) }},
	{"values(self, /)", func(t *Thread, a []Value) Value { return t.NewRecord(KDictValues, t.Ref(a[0])) }},
	{"items(self, /)", func(t *Thread, a []Value) Value { return t.NewRecord(KDictItems, t.Ref(a[0])) }},
}, compareWith(ofKind(KDict), (*Thread).dictCompare)[Eq:]...)

// orNone gives an optional argument (owned): None where it was not given.
func (t *Thread) orNone(v Value) Value {
	if v == Unbound {
		return None
	}
	return t.Ref(v)
}
