package vm

// This file is what v[k], v[k] = x, del v[k], x in v and len(v) mean: built-in containers at once, everything else by
// special methods.

// GetItem is c[k].
func (t *Thread) GetItem(c, k Value) Value {
	if c.IsPtr() {
		switch Kind(t.builtinShape(c)) {
		case KList:
			return t.listSubscript(c, k)
		case KTuple:
			return t.tupleSubscript(c, k)
		case KDict:
			v := t.DictGet(c, k)
			if v == Unbound {
				return t.raiseKey(k)
			}
			return v
		case KStr:
			return t.strSubscript(c, k)
		case KBytes, KByteArray:
			return t.bytesSubscript(c, k)
		case KRange:
			return t.rangeSubscript(c, k)
		}
	}
	class := t.ClassOf(c)
	m := t.Special(class, SlotGetItem)
	if m != Unbound {
		return t.callSlot(m, c, k)
	}
	if k2 := t.ClassFrom(c); k2 != nil {
		return t.classItem(k2, c, k)
	}
	return t.Raise(t.VM.Exc.TypeError, "'%s' object is not subscriptable", class.Name)
}

// classItem is C[key]: __class_getitem__, found as a class method.
func (t *Thread) classItem(k *Class, c, key Value) Value {
	f := t.LookupAttr(c, t.VM.slotNames[SlotClassGetItem])
	if f == Raised {
		return Raised
	}
	if f == Unbound {
		switch k.Kind {
		case KList, KTuple, KDict, KSet, KFrozenSet, KClass, KEnumerate, KWeakref:
			return t.newAlias(c, key)
		}
		if k.Wraps == KTuple || k.Sub(t.VM.deque.Load()) {
			return t.newAlias(c, key)
		}
		return t.Raise(t.VM.Exc.TypeError, "type '%s' is not subscriptable", k.Name)
	}
	m := t.Hold(f)
	r := t.Call(f, key)
	t.Unhold(m)
	return r
}

// SetItem is c[k] = v.
func (t *Thread) SetItem(c, k, v Value) bool {
	if c.IsPtr() {
		switch Kind(t.builtinShape(c)) {
		case KList:
			return t.listAssign(c, k, v)
		case KDict:
			return t.DictSet(c, k, v)
		case KByteArray:
			return t.arraySet(c, k, v)
		}
	}
	m := t.Special(t.ClassOf(c), SlotSetItem)
	if m == Unbound || m == None {
		t.Raise(t.VM.Exc.TypeError, "'%s' object does not support item assignment", t.TypeName(c))
		return false
	}
	h := t.Hold(m)
	r := t.callSpecial(m, c, t.ClassOf(c), k, v)
	t.Unhold(h)
	t.Decref(r)
	return r != Raised
}

// DelItem is del c[k].
func (t *Thread) DelItem(c, k Value) bool {
	if c.IsPtr() {
		switch Kind(t.builtinShape(c)) {
		case KList:
			return t.listAssign(c, k, Unbound)
		case KDict:
			return t.dictDelete(c, k)
		case KByteArray:
			return t.arraySet(c, k, Unbound)
		}
	}
	m := t.Special(t.ClassOf(c), SlotDelItem)
	if m == Unbound || m == None {
		word := "does not"
		if t.hasIndex(k) && t.likeSequence(c) {
			word = "doesn't"
		}
		t.Raise(t.VM.Exc.TypeError, "'%s' object %s support item deletion", t.TypeName(c), word)
		return false
	}
	r := t.callSlot(m, c, k)
	t.Decref(r)
	return r != Raised
}

// likeSequence reports an object that CPython would treat as a sequence as far as deleting items goes.
func (t *Thread) likeSequence(v Value) bool {
	if !v.IsPtr() {
		return false
	}
	switch Kind(t.builtinShape(v)) {
	case KNull, KTuple, KStr, KBytes, KRange, KSet, KFrozenSet, KDictKeys, KDictValues, KDictItems:
		return true
	}
	return false
}

// Contains is x in c.
func (t *Thread) Contains(c, x Value) (in, ok bool) {
	if c.IsPtr() {
		switch k := Kind(t.builtinShape(c)); k {
		case KList:
			i, ok := t.listFind(c, x, 0, maxList)
			return i >= 0, ok
		case KTuple:
			i, ok := t.tupleFind(c, x, 0, maxList)
			return i >= 0, ok
		case KDict:
			return t.dictContains(c, x)
		case KSet, KFrozenSet:
			return t.setContains(c, x)
		case KStr:
			return t.strContains(c, x)
		case KRange:
			return t.rangeContains(c, x)
		case KDictKeys, KDictItems, KDictValues:
			return t.viewContains(c, x)
		}
	}
	m := t.Special(t.ClassOf(c), SlotContains)
	switch m {
	case None:
		t.Raise(t.VM.Exc.TypeError, "'%s' object is not a container", t.TypeName(c))
		return false, false
	case Unbound:
		it := t.Iter(c)
		if it == Raised {
			if t.Catch(t.VM.Exc.TypeError) {
				t.Raise(t.VM.Exc.TypeError, "argument of type '%s' is not iterable", t.TypeName(c))
			}
			return false, false
		}
		h := t.Hold(it)
		in, ok = t.searchIter(it, x)
		t.Unhold(h)
		return
	}
	return t.isTrue(t.callSlot(m, c, x))
}

// Len is len(v).
func (t *Thread) Len(v Value) (n int, ok bool) {
	if v.IsPtr() {
		switch Kind(t.builtinShape(v)) {
		case KList, KDict, KSet, KFrozenSet, KByteArray:
			return t.LenOf(v), true
		case KTuple:
			return t.Items(v).Len(), true
		case KStr, KBytes:
			return int(uint32(t.RawWord(v, strLen))), true
		case KRange:
			n, ok := t.rangeSize(v)
			return int(n), ok
		case KDictKeys, KDictValues, KDictItems:
			return t.viewLen(v), true
		}
	}
	m := t.Special(t.ClassOf(v), SlotLen)
	if m == Unbound {
		t.Raise(t.VM.Exc.TypeError, "object of type '%s' has no len()", t.TypeName(v))
		return 0, false
	}
	r := t.callSlot(m, v)
	if r == Raised {
		return 0, false
	}
	return t.lenResult(r)
}

// lenResult checks what __len__ gave, which it takes over.
func (t *Thread) lenResult(r Value) (n int, ok bool) {
	if r.IsInt() && r.Int() >= 0 {
		return int(r.Int()), true
	}
	m := t.Hold(r)
	defer t.Unhold(m)
	x := t.IndexValue(r)
	if x == Raised {
		return 0, false
	}
	defer t.Decref(x)
	i, fits := t.Small(x)
	switch {
	case fits && i >= 0:
		return int(i), true
	case !fits && t.Big(x).Sign() > 0:
		t.Raise(t.VM.Exc.OverflowError, "cannot fit '%s' into an index-sized integer", t.TypeName(r))
	default:
		t.Raise(t.VM.Exc.ValueError, "__len__() should return >= 0")
	}
	return 0, false
}
