package vm

// This file defines the types set and frozenset: their methods and operators, each of which adds and removes in the order
// in which CPython does.

import "toylang/refcount"

// setKey hashes a key to look up; a set stands for the frozenset of its items. The key to use is owned.
func (t *Thread) setKey(key Value) (k Value, hash uint64, ok bool) {
	h, ok := t.Hash(key)
	if ok {
		return t.Ref(key), uint64(h), true
	}
	if t.Kind(key) != KSet || !t.Catch(t.VM.Exc.TypeError) {
		return Unbound, 0, false
	}
	k = t.setOf(KFrozenSet, key)
	if k == Raised {
		return Unbound, 0, false
	}
	return k, uint64(t.hashFrozenSet(k)), true
}

// setContains is x in s.
func (t *Thread) setContains(s, x Value) (in, ok bool) {
	if !x.IsPtr() || t.Is(x, KStr) {
		h, _ := t.Hash(x)
		return t.setHas(s, x, uint64(h))
	}
	k, h, ok := t.setKey(x)
	if !ok {
		return false, false
	}
	m := t.Hold(k)
	in, ok = t.setHas(s, k, h)
	t.Unhold(m)
	return
}

// setRemove takes x out if it is there.
func (t *Thread) setRemove(s, x Value) (had, ok bool) {
	k, h, ok := t.setKey(x)
	if !ok {
		return false, false
	}
	m := t.Hold(k)
	had, ok = t.setDiscard(s, k, h)
	t.Unhold(m)
	return
}

// setCopy makes a plain set or frozenset with the items of s.
func (t *Thread) setCopy(s Value) Value { return t.setOf(t.Kind(s), s) }

// building makes a set, lets fill add to it, and gives it.
func (t *Thread) building(s Value, fill func(s Value) bool) Value {
	if s == Raised {
		return s
	}
	m := t.Hold(s)
	if !fill(s) {
		t.Unhold(m)
		return Raised
	}
	return t.Release(m)
}

// setIntersection is s & other.
func (t *Thread) setIntersection(s, other Value) Value {
	if s == other {
		return t.setCopy(s)
	}
	return t.building(t.newSetLike(s), func(r Value) bool {
		if !t.isSet(other) {
			return t.Each(other, func(v Value) bool {
				h, ok := t.Hash(v)
				if !ok {
					return false
				}
				in, ok := t.setHas(s, v, uint64(h))
				return ok && (!in || t.setAddHash(r, v, uint64(h)))
			})
		}
		a, b := s, other
		if t.setLen(b) > t.setLen(a) {
			a, b = b, a
		}
		return t.setEach(b, func(k Value, h uint64) bool {
			in, ok := t.setHas(a, k, h)
			return ok && (!in || t.setAddHash(r, k, h))
		})
	})
}

// setDiffUpdate is s -= other.
func (t *Thread) setDiffUpdate(s, other Value) bool {
	if s == other {
		t.setClear(s)
		return true
	}
	if t.isSet(other) {
		x := t.Ref(other)
		if t.setLen(other)>>3 > t.setLen(s) {
			t.Decref(x)
			if x = t.setIntersection(s, other); x == Raised {
				return false
			}
		}
		m := t.Hold(x)
		ok := t.setEach(x, func(k Value, h uint64) bool {
			_, ok := t.setDiscard(s, k, h)
			return ok
		})
		t.Unhold(m)
		if !ok {
			return false
		}
	} else if !t.Each(other, func(v Value) bool {
		h, ok := t.Hash(v)
		if ok {
			_, ok = t.setDiscard(s, v, uint64(h))
		}
		return ok
	}) {
		return false
	}
	t.Lock(s)
	defer t.Unlock(s)
	n := t.setLen(s)
	mask, fill := setMask(t.Table(t.Body(s).Payload))
	return fill-n <= int(mask)/4 || t.setResize(s, setGrown(n))
}

// setDifference is s - other.
func (t *Thread) setDifference(s, other Value) Value {
	size := -1
	switch {
	case t.isSet(other):
		size = t.setLen(other)
	case t.Is(other, KDict):
		size = t.DictLen(other)
	}
	if size < 0 || t.setLen(s)>>2 > size {
		return t.building(t.setCopy(s), func(r Value) bool { return t.setDiffUpdate(r, other) })
	}
	return t.building(t.newSetLike(s), func(r Value) bool {
		return t.setEach(s, func(k Value, h uint64) bool {
			in, ok := false, true
			if t.Is(other, KDict) {
				in, ok = t.dictHas(other, k, h)
			} else {
				in, ok = t.setHas(other, k, h)
			}
			return ok && (in || t.setAddHash(r, k, h))
		})
	})
}

// setXorUpdate is s ^= other.
func (t *Thread) setXorUpdate(s, other Value) bool {
	if s == other {
		t.setClear(s)
		return true
	}
	flip := func(k Value, h uint64) bool {
		had, ok := t.setDiscard(s, k, h)
		return ok && (had || t.setAddHash(s, k, h))
	}
	switch {
	case t.isSet(other):
		return t.setEach(other, flip)
	case t.Is(other, KDict):
		return t.Each(other, func(v Value) bool {
			h, ok := t.Hash(v)
			return ok && flip(v, uint64(h))
		})
	}
	x := t.setOf(t.Kind(s), other)
	if x == Raised {
		return false
	}
	m := t.Hold(x)
	ok := t.setEach(x, flip)
	t.Unhold(m)
	return ok
}

// setXor is s ^ other.
func (t *Thread) setXor(s, other Value) Value {
	return t.building(t.setOf(t.Kind(s), other), func(r Value) bool { return t.setXorUpdate(r, s) })
}

// setSubset reports whether every item of a is in b; both are sets.
func (t *Thread) setSubset(a, b Value) (sub, ok bool) {
	if t.setLen(a) > t.setLen(b) {
		return false, true
	}
	sub, ok = true, true
	t.setEach(a, func(k Value, h uint64) bool {
		sub, ok = t.setHas(b, k, h)
		return ok && sub
	})
	return sub, ok
}

// setDisjoint reports that s and other have nothing in common.
func (t *Thread) setDisjoint(s, other Value) (apart, ok bool) {
	if s == other {
		return t.setLen(s) == 0, true
	}
	apart, ok = true, true
	check := func(in, done Value, h uint64) bool {
		var has bool
		has, ok = t.setHas(in, done, h)
		apart = !has
		return ok && apart
	}
	if t.isSet(other) {
		a, b := s, other
		if t.setLen(b) > t.setLen(a) {
			a, b = b, a
		}
		t.setEach(b, func(k Value, h uint64) bool { return check(a, k, h) })
		return apart, ok
	}
	if !t.Each(other, func(v Value) bool {
		h, hashed := t.Hash(v)
		ok = hashed
		return ok && check(s, v, uint64(h))
	}) && apart {
		return false, false
	}
	return apart, ok
}

// setCompare compares two sets by inclusion.
func (t *Thread) setCompare(op CmpOp, a, b Value) Value {
	x, y := a, b
	n, k := t.setLen(a), t.setLen(b)
	switch op {
	case Eq, Ne:
		if n != k {
			return refcount.Bool(op == Ne)
		}
	case Lt, Gt:
		if op == Lt && n >= k || op == Gt && n <= k {
			return False
		}
	}
	if op == Gt || op == Ge {
		x, y = b, a
	}
	sub, ok := t.setSubset(x, y)
	if !ok {
		return Raised
	}
	return refcount.Bool(sub == (op != Ne))
}

// setTake gives s the items of x, a set that nobody else has (and which it takes over), and drops its own.
func (t *Thread) setTake(s, x Value) Value {
	if x == Raised {
		return x
	}
	t.LockTwo(s, x)
	a, b := t.Body(s), t.Body(x)
	t.SetBody(s, b)
	t.SetBody(x, a)
	t.UnlockTwo(s, x)
	t.Decref(x)
	return None
}

func isAnySet(t *Thread, v Value) bool { return t.isSet(v) }

// binarySet makes an operator of two sets.
func binarySet(name string, fn func(t *Thread, a, b Value) Value) []Def {
	return []Def{
		{"__" + name + "__(self, value, /)", func(t *Thread, a []Value) Value {
			if !t.isSet(a[1]) {
				return NotImplemented
			}
			return fn(t, a[0], a[1])
		}},
		{"__r" + name + "__(self, value, /)", func(t *Thread, a []Value) Value {
			if !t.isSet(a[1]) {
				return NotImplemented
			}
			return fn(t, a[1], a[0])
		}},
	}
}

// inplaceSet makes an in-place operator.
func inplaceSet(name string, fn func(t *Thread, s, other Value) bool) Def {
	return Def{"__i" + name + "__(self, value, /)", func(t *Thread, a []Value) Value {
		if !t.isSet(a[1]) {
			return NotImplemented
		}
		if !fn(t, a[0], a[1]) {
			return Raised
		}
		return t.Ref(a[0])
	}}
}

// setUnion is a | b.
func setUnion(t *Thread, a, b Value) Value {
	return t.building(t.setCopy(a), func(r Value) bool { return a == b || t.SetUpdate(r, b) })
}

// fold applies a method of one other iterable to all that were given.
func (t *Thread) fold(s, others Value, first func(s, other Value) Value) Value {
	x := t.Items(others)
	if x.Len() == 0 {
		return t.copyMethod(s)
	}
	r := t.Ref(s)
	for i := 0; i < x.Len(); i++ {
		m := t.Hold(r)
		next := first(r, x.Get(i))
		t.Unhold(m)
		if next == Raised {
			return next
		}
		r = next
	}
	return r
}

// copyMethod is s.copy(): an exact frozenset is its own copy.
func (t *Thread) copyMethod(s Value) Value {
	if t.Is(s, KFrozenSet) {
		return t.Ref(s)
	}
	return t.setCopy(s)
}

// anySetMethods are the methods that set and frozenset share.
func anySetMethods() []Def {
	defs := []Def{
		{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
		{"__len__(self, /)", func(t *Thread, a []Value) Value { return refcount.SmallInt(int64(t.setLen(a[0]))) }},
		{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.setIter(a[0]) }},
		{"__contains__(self, key, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.setContains(a[0], a[1])) }},
		{"copy(self, /)", func(t *Thread, a []Value) Value { return t.copyMethod(a[0]) }},
		{"union(self, /, *others)", func(t *Thread, a []Value) Value {
			return t.building(t.setCopy(a[0]), func(r Value) bool { return t.updateAll(r, a[1], a[0], (*Thread).SetUpdate) })
		}},
		{"intersection(self, /, *others)", func(t *Thread, a []Value) Value { return t.fold(a[0], a[1], t.setIntersection) }},
		{"difference(self, /, *others)", func(t *Thread, a []Value) Value {
			x := t.Items(a[1])
			if x.Len() == 0 {
				return t.copyMethod(a[0])
			}
			return t.building(t.setDifference(a[0], x.Get(0)), func(r Value) bool {
				for i := 1; i < x.Len(); i++ {
					if !t.setDiffUpdate(r, x.Get(i)) {
						return false
					}
				}
				return true
			})
		}},
		{"symmetric_difference(self, other, /)", func(t *Thread, a []Value) Value { return t.setXor(a[0], a[1]) }},
		{"isdisjoint(self, other, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.setDisjoint(a[0], a[1])) }},
		{"issubset(self, other, /)", func(t *Thread, a []Value) Value {
			if t.isSet(a[1]) {
				return t.boolOf(t.setSubset(a[0], a[1]))
			}
			x := t.setIntersection(a[0], a[1])
			if x == Raised {
				return x
			}
			n := t.setLen(x)
			t.Decref(x)
			return refcount.Bool(n == t.setLen(a[0]))
		}},
		{"issuperset(self, other, /)", func(t *Thread, a []Value) Value {
			if t.isSet(a[1]) {
				return t.boolOf(t.setSubset(a[1], a[0]))
			}
			all := true
			if !t.Each(a[1], func(v Value) bool {
				in, ok := t.setContains(a[0], v)
				all = !ok || in
				return ok && in
			}) && all {
				return Raised
			}
			return refcount.Bool(all)
		}},
	}
	defs = append(defs, compareWith(isAnySet, (*Thread).setCompare)...)
	defs = append(defs, binarySet("or", setUnion)...)
	defs = append(defs, binarySet("and", (*Thread).setIntersection)...)
	defs = append(defs, binarySet("sub", (*Thread).setDifference)...)
	return append(defs, binarySet("xor", (*Thread).setXor)...)
}

// updateAll applies an update for each of the others but skip.
func (t *Thread) updateAll(s, others, skip Value, update func(t *Thread, s, other Value) bool) bool {
	x := t.Items(others)
	for i := 0; i < x.Len(); i++ {
		if x.Get(i) != skip && !update(t, s, x.Get(i)) {
			return false
		}
	}
	return true
}

var setMethods = []Def{
	{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
		x, ok := t.oneArg("set", a[1], a[2])
		if !ok {
			return Raised
		}
		t.setClear(a[0])
		return okNone(x == Unbound || t.SetUpdate(a[0], x))
	}},
	{"add(self, object, /)", func(t *Thread, a []Value) Value { return okNone(t.SetAdd(a[0], a[1])) }},
	{"discard(self, object, /)", func(t *Thread, a []Value) Value {
		_, ok := t.setRemove(a[0], a[1])
		return okNone(ok)
	}},
	{"remove(self, object, /)", func(t *Thread, a []Value) Value {
		had, ok := t.setRemove(a[0], a[1])
		if ok && !had {
			return t.RaiseArgs(t.VM.Exc.KeyError, t.Ref(a[1]))
		}
		return okNone(ok)
	}},
	{"pop(self, /)", func(t *Thread, a []Value) Value {
		v := t.setPop(a[0])
		if v == Unbound {
			return t.Raise(t.VM.Exc.KeyError, "pop from an empty set")
		}
		return v
	}},
	{"clear(self, /)", func(t *Thread, a []Value) Value {
		t.setClear(a[0])
		return None
	}},
	{"update(self, /, *others)", func(t *Thread, a []Value) Value {
		return okNone(t.updateAll(a[0], a[1], Unbound, (*Thread).SetUpdate))
	}},
	{"intersection_update(self, /, *others)", func(t *Thread, a []Value) Value {
		return t.setTake(a[0], t.own(a[0], t.fold(a[0], a[1], t.setIntersection)))
	}},
	{"difference_update(self, /, *others)", func(t *Thread, a []Value) Value {
		return okNone(t.updateAll(a[0], a[1], Unbound, (*Thread).setDiffUpdate))
	}},
	{"symmetric_difference_update(self, other, /)", func(t *Thread, a []Value) Value {
		return okNone(t.setXorUpdate(a[0], a[1]))
	}},
	inplaceSet("or", (*Thread).SetUpdate),
	inplaceSet("sub", (*Thread).setDiffUpdate),
	inplaceSet("xor", (*Thread).setXorUpdate),
	inplaceSet("and", func(t *Thread, s, other Value) bool {
		return t.setTake(s, t.own(s, t.setIntersection(s, other))) == None
	}),
}

// own makes sure that x (owned) is not s itself.
func (t *Thread) own(s, x Value) Value {
	if x != s {
		return x
	}
	t.Decref(x)
	return t.setCopy(s)
}

func (t *Thread) initSet() {
	methods := append(anySetMethods(), setMethods...)
	set := t.defType(TypeDef{Kind: KSet, Name: "set", Own: true, Methods: checked("set", ofKind(KSet), methods),
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			base := t.VM.kinds[KSet]
			switch c := t.newClass(base, a[0]); c {
			case nil:
				return Raised
			case base:
				return t.NewSet(false)
			default:
				return t.NewInstance(c)
			}
		}}}})
	t.setDict(set, "__hash__", None)
	frozen := append(anySetMethods(), Def{"__hash__(self, /)", func(t *Thread, a []Value) Value {
		return t.NewInt(t.hashFrozenSet(a[0]))
	}})
	t.defType(TypeDef{Kind: KFrozenSet, Name: "frozenset", Own: true, Methods: checked("frozenset", ofKind(KFrozenSet), frozen),
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", frozenNew}}})
}

// frozenNew is frozenset(iterable): a frozenset is its own copy.
func frozenNew(t *Thread, a []Value) Value {
	base := t.VM.kinds[KFrozenSet]
	c := t.newClass(base, a[0])
	if c == nil {
		return Raised
	}
	if c != base && t.DictLen(a[2]) > 0 { // for the subclass's __init__
		t.DictClear(a[2])
	}
	x, ok := t.oneArg("frozenset", a[1], a[2])
	switch {
	case !ok:
		return Raised
	case c == base && x != Unbound && t.Is(x, KFrozenSet):
		return t.Ref(x)
	case c == base:
		return t.setOf(KFrozenSet, x)
	}
	return t.building(t.NewInstance(c), func(s Value) bool { return x == Unbound || t.SetUpdate(s, x) })
}
