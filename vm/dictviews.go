package vm

// This file defines the views of dicts, with their set operations, and the iterators of dicts.

import "toylang/refcount"

// The fields of a dict iterator.
const (
	dictIterDict = iota
	dictIterPos
	dictIterUsed
	dictIterWhat
	dictIterLeft
)

const dictIterBack = 4

// dictIter makes an iterator of a dict's keys, values or items (by the kind of view).
func (t *Thread) dictIter(d Value, what Kind, back bool) Value {
	if !t.Isa(d, KDict) {
		return t.Raise(t.VM.Exc.SystemError, "bad dict view")
	}
	w, pos := int64(what-KDictKeys), int64(0)
	kind := [...]Kind{KDictIter, KDictValueIter, KDictItemIter}[w]
	t.Lock(d)
	b := t.Body(d)
	if back {
		tab := t.Table(b.Payload)
		w, pos = w|dictIterBack, int64(tab.Used()-1)
		kind = KDictRevKeyIter + what - KDictKeys
	}
	t.Unlock(d)
	n := refcount.SmallInt(int64(b.Len))
	return t.NewRecord(kind, t.Ref(d), refcount.SmallInt(pos), n, refcount.SmallInt(w), n)
}

func (t *Thread) dictIterNext(it Value) Value {
	t.Lock(it)
	d, at, used := t.Field(it, dictIterDict), t.Field(it, dictIterPos), t.Field(it, dictIterUsed)
	what, left := t.Field(it, dictIterWhat), t.Field(it, dictIterLeft)
	if !d.IsPtr() || !at.IsInt() || !what.IsInt() || !left.IsInt() {
		t.Unlock(it)
		return Unbound
	}
	t.Lock(d)
	b := t.Body(d)
	if used != refcount.SmallInt(int64(b.Len)) {
		t.SetField(it, dictIterUsed, refcount.SmallInt(-1))
		t.Unlock(d)
		t.Unlock(it)
		return t.Raise(t.VM.Exc.RuntimeError, "dictionary changed size during iteration")
	}
	tab := t.Table(b.Payload)
	back := what.Int()&dictIterBack != 0
	pos, step := int(at.Int()), 1
	if back {
		pos, step = min(pos, tab.Used()-1), -1
	}
	k, n := Unbound, tab.Used()
	for ; pos >= 0 && pos < n; pos += step {
		if k = tab.Key(pos); k != Unbound {
			break
		}
	}
	if k == Unbound || left == refcount.SmallInt(0) && !back {
		t.Unlock(d)
		t.Unlock(it)
		t.endIter(it)
		if k == Unbound {
			return Unbound
		}
		return t.Raise(t.VM.Exc.RuntimeError, "dictionary keys changed during iteration")
	}
	v := Unbound
	switch Kind(what.Int()&3) + KDictKeys {
	case KDictKeys:
		t.Incref(k)
	case KDictValues:
		v = t.Ref(tab.Val(pos))
	default:
		v = t.Ref(tab.Val(pos))
		t.Incref(k)
	}
	t.Unlock(d)
	t.SetField(it, dictIterPos, refcount.SmallInt(int64(pos+step)))
	t.SetField(it, dictIterLeft, refcount.SmallInt(left.Int()-1))
	t.Unlock(it)
	switch Kind(what.Int()&3) + KDictKeys {
	case KDictKeys:
		return k
	case KDictValues:
		return v
	}
	return t.twoTuple(k, v)
}

// isView reports a view of keys or items, which are sets.
func (t *Thread) isView(v Value) bool {
	k := t.Kind(v)
	return k == KDictKeys || k == KDictItems
}

func (t *Thread) viewLen(v Value) int { return t.DictLen(t.Field(v, 0)) }

// viewContains is x in view.
func (t *Thread) viewContains(view, x Value) (in, ok bool) {
	d := t.Field(view, 0)
	switch t.Kind(view) {
	case KDictKeys:
		return t.dictContains(d, x)
	case KDictValues:
		return t.searchIter(view, x)
	}
	if !isTuple(t, x) || t.Items(x).Len() != 2 {
		return false, true
	}
	v := t.DictGet(d, t.Items(x).Get(0))
	if v == Raised || v == Unbound {
		return false, v != Raised
	}
	m := t.Hold(v)
	in, ok = t.Equal(v, t.Items(x).Get(1))
	t.Unhold(m)
	return
}

// viewSet makes a set of a view's or another iterable's items.
func (t *Thread) viewSet(v Value) Value {
	if t.Is(v, KDictKeys) {
		if d := t.Field(v, 0); t.Is(d, KDict) {
			return t.setOf(KSet, d)
		}
	}
	return t.setOf(KSet, v)
}

// viewAnd is a & b where one is a view.
func (t *Thread) viewAnd(a, b Value) Value {
	if !t.isView(a) {
		a, b = b, a
	}
	if t.Is(b, KSet) && t.viewLen(a) <= t.setLen(b) {
		return t.setIntersection(b, a)
	}
	if t.isView(b) && t.viewLen(b) > t.viewLen(a) {
		a, b = b, a
	}
	return t.building(t.NewSet(false), func(r Value) bool {
		return t.Each(b, func(x Value) bool {
			in, ok := t.viewContains(a, x)
			return ok && (!in || t.SetAdd(r, x))
		})
	})
}

func (t *Thread) viewSub(a, b Value) Value {
	return t.building(t.viewSet(a), func(r Value) bool { return t.setDiffUpdate(r, b) })
}

func (t *Thread) viewOr(a, b Value) Value {
	return t.building(t.viewSet(a), func(r Value) bool { return t.SetUpdate(r, b) })
}

func (t *Thread) viewXor(a, b Value) Value {
	if t.Is(a, KDictItems) && t.Is(b, KDictItems) {
		return t.itemsXor(t.Field(a, 0), t.Field(b, 0))
	}
	return t.building(t.viewSet(a), func(r Value) bool { return t.setXorUpdate(r, b) })
}

// itemsXor is the items that only one of two dicts has.
func (t *Thread) itemsXor(a, b Value) Value {
	if t.DictLen(a) > t.DictLen(b) {
		a, b = b, a
	}
	rest := t.dictCopy(a)
	if rest == Raised {
		return rest
	}
	m := t.Hold(rest)
	defer t.Unhold(m)
	return t.building(t.NewSet(false), func(r Value) bool {
		add := func(k, v Value, _ uint64) bool {
			pair := t.NewTuple(t.Ref(k), t.Ref(v))
			if pair == Raised {
				return false
			}
			h := t.Hold(pair)
			ok := t.SetAdd(r, pair)
			t.Unhold(h)
			return ok
		}
		return t.dictEach(b, func(k, v Value, hash uint64) bool {
			w := t.DictGetHash(rest, k, hash)
			if w == Raised {
				return false
			}
			if w != Unbound {
				h := t.Hold(w)
				eq, ok := t.Equal(w, v)
				t.Unhold(h)
				if !ok {
					return false
				}
				if eq {
					return t.dictDelete(rest, k)
				}
			}
			return add(k, v, hash)
		}) && t.dictEach(rest, add)
	})
}

// contained reports whether every item of a is in b.
func (t *Thread) contained(a, b Value) (all, ok bool) {
	all, ok = true, true
	if !t.Each(a, func(x Value) bool {
		all, ok = t.Contains(b, x)
		return ok && all
	}) && all {
		ok = false
	}
	return
}

// viewCompare compares a view with a set or a view by inclusion.
func (t *Thread) viewCompare(op CmpOp, a, b Value) Value {
	if !t.isSet(b) && !t.isView(b) {
		return NotImplemented
	}
	n, k := t.viewLen(a), 0
	if t.isSet(b) {
		k = t.setLen(b)
	} else {
		k = t.viewLen(b)
	}
	fits := [...]bool{Lt: n < k, Le: n <= k, Gt: n > k, Ge: n >= k, Eq: n == k, Ne: n == k}[op]
	if fits {
		if op == Gt || op == Ge {
			a, b = b, a
		}
		var ok bool
		if fits, ok = t.contained(a, b); !ok {
			return Raised
		}
	}
	return refcount.Bool(fits == (op != Ne))
}

func anything(*Thread, Value) bool { return true }

// viewDisjoint is view.isdisjoint(other).
func viewDisjoint(t *Thread, a []Value) Value {
	self, other := a[0], a[1]
	if self == other {
		return refcount.Bool(t.viewLen(self) == 0)
	}
	if (t.isSet(other) || t.isView(other)) && t.isView(other) && t.viewLen(other) > t.viewLen(self) {
		self, other = other, self
	}
	apart, ok := true, true
	if !t.Each(other, func(x Value) bool {
		var in bool
		in, ok = t.Contains(self, x)
		apart = !in
		return ok && apart
	}) && apart {
		return Raised
	}
	if !ok {
		return Raised
	}
	return refcount.Bool(apart)
}

func (t *Thread) initDictViews() {
	for _, d := range []struct {
		kind Kind
		name string
	}{{KDictKeys, "dict_keys"}, {KDictValues, "dict_values"}, {KDictItems, "dict_items"}} {
		is := ofKind(d.kind)
		methods := []Def{
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
			{"__len__(self, /)", func(t *Thread, a []Value) Value { return refcount.SmallInt(int64(t.viewLen(a[0]))) }},
			{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.dictIter(t.Field(a[0], 0), d.kind, false) }},
			{"__reversed__(self, /)", func(t *Thread, a []Value) Value { return t.dictIter(t.Field(a[0], 0), d.kind, true) }},
		}
		if d.kind != KDictValues {
			methods = append(methods,
				Def{"__contains__(self, key, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.viewContains(a[0], a[1])) }},
				Def{"isdisjoint(self, other, /)", viewDisjoint})
			methods = append(methods, compareWith(anything, (*Thread).viewCompare)...)
			for _, op := range []struct {
				name string
				fn   func(t *Thread, a, b Value) Value
			}{{"and", (*Thread).viewAnd}, {"or", (*Thread).viewOr}, {"sub", (*Thread).viewSub}, {"xor", (*Thread).viewXor}} {
				methods = append(methods,
					Def{"__" + op.name + "__(self, value, /)", func(t *Thread, a []Value) Value { return op.fn(t, a[0], a[1]) }},
					Def{"__r" + op.name + "__(self, value, /)", func(t *Thread, a []Value) Value { return op.fn(t, a[1], a[0]) }})
			}
		}
		c := t.defType(TypeDef{Kind: d.kind, Name: d.name, Own: true, Final: true, Methods: checked(d.name, is, methods),
			Getters: []Getter{{"mapping", func(t *Thread, v Value) Value { return t.NewRecord(KMapProxy, t.Ref(t.Field(v, 0))) }, nil}}})
		if d.kind != KDictValues {
			t.setDict(c, "__hash__", None)
		}
	}
}
