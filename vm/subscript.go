package vm

// This file is the protocol of subscripts: len, item access, membership.

import "toylang/refcount"

// Len is len(v).
func (t *Thread) Len(v Value) (n int, ok bool) {
	switch t.exactKind(v) {
	case KList:
		return t.ListLen(v), true
	case KTuple:
		return t.Items(v).Len(), true
	case KDict:
		return t.DictLen(v), true
	case KStr:
		return t.Text(v).Len(), true
	case KSet, KFrozenSet:
		return t.setLen(v), true
	}
	c := t.ClassOf(v)
	f := t.Special(c, SlotLen)
	if f == Unbound {
		t.Raise(t.VM.Exc.TypeError, "object of type '%s' has no len()", c.Name)
		return 0, false
	}
	m := t.Hold(f)
	r := t.callSpecial(f, v, c)
	t.Unhold(m)
	if r == Raised {
		return 0, false
	}
	h := t.Hold(r)
	defer t.Unhold(h)
	x, ok := t.Index(r)
	if ok && x < 0 {
		t.Raise(t.VM.Exc.ValueError, "__len__() should return >= 0")
		return 0, false
	}
	return int(x), ok
}

// exactKind is the kind of an exact instance of a built-in type; KNull for anything else.
func (t *Thread) exactKind(v Value) Kind {
	if !v.IsPtr() {
		return KNull
	}
	s := t.ShapeOf(v)
	if s >= refcount.FirstHeapShape {
		return KNull
	}
	return Kind(s)
}

// GetItem is c[k].
func (t *Thread) GetItem(c, key Value) Value {
	switch t.exactKind(c) {
	case KList:
		if key.IsInt() {
			i, n := key.Int(), int64(t.ListLen(c))
			if i < 0 {
				i += n
			}
			if i >= 0 && i < n {
				if v := t.ListGet(c, int(i)); v != Unbound {
					return v
				}
			}
			return t.Raise(t.VM.Exc.IndexError, "list index out of range")
		}
		return t.listSubscript(c, key)
	case KTuple:
		return t.tupleSubscript(c, key)
	case KDict:
		return t.dictSubscript(c, key)
	case KStr:
		return t.strSubscript(c, key)
	}
	cls := t.ClassOf(c)
	f := t.Special(cls, SlotGetItem)
	if f == Unbound {
		if k := t.ClassFrom(c); k != nil {
			return t.classItem(k, c, key)
		}
		return t.Raise(t.VM.Exc.TypeError, "'%s' object is not subscriptable", cls.Name)
	}
	m := t.Hold(f)
	r := t.callSpecial(f, c, cls, key)
	t.Unhold(m)
	return r
}

// SetItem is c[k] = v.
func (t *Thread) SetItem(c, k, v Value) bool {
	switch t.exactKind(c) {
	case KList:
		return t.listAssign(c, k, v)
	case KDict:
		return t.DictSet(c, k, v)
	}
	cls := t.ClassOf(c)
	f := t.Special(cls, SlotSetItem)
	if f == Unbound {
		t.Raise(t.VM.Exc.TypeError, "'%s' object does not support item assignment", cls.Name)
		return false
	}
	m := t.Hold(f)
	r := t.callSpecial(f, c, cls, k, v)
	t.Unhold(m)
	t.Decref(r)
	return r != Raised
}

// DelItem is del c[k].
func (t *Thread) DelItem(c, k Value) bool {
	switch t.exactKind(c) {
	case KList:
		return t.listAssign(c, k, Unbound)
	case KDict:
		return t.dictDelete(c, k)
	}
	cls := t.ClassOf(c)
	f := t.Special(cls, SlotDelItem)
	if f == Unbound {
		t.Raise(t.VM.Exc.TypeError, "'%s' object doesn't support item deletion", cls.Name)
		return false
	}
	m := t.Hold(f)
	r := t.callSpecial(f, c, cls, k)
	t.Unhold(m)
	t.Decref(r)
	return r != Raised
}

// classItem is C[key]: __class_getitem__, found as a class method.
func (t *Thread) classItem(k *Class, c, key Value) Value {
	f := t.LookupAttr(c, t.VM.slotNames[SlotClassGetItem])
	if f == Raised {
		return Raised
	}
	if f == Unbound {
		if k.Builtin {
			return t.Raise(t.VM.Exc.TypeError, "toy does not support generic types such as %s[...]", k.Name)
		}
		return t.Raise(t.VM.Exc.TypeError, "type '%s' is not subscriptable", k.Name)
	}
	m := t.Hold(f)
	r := t.Call(f, key)
	t.Unhold(m)
	return r
}

// Contains is x in c.
func (t *Thread) Contains(c, x Value) (in, ok bool) {
	switch t.exactKind(c) {
	case KDict:
		return t.dictContains(c, x)
	case KSet, KFrozenSet:
		return t.setContains(c, x)
	case KRange:
		return t.rangeContains(c, x)
	}
	cls := t.ClassOf(c)
	f := t.Special(cls, SlotContains)
	switch f {
	case None:
		t.Raise(t.VM.Exc.TypeError, "'%s' object is not a container", cls.Name)
		return false, false
	case Unbound:
		return t.searchIter(c, x)
	}
	m := t.Hold(f)
	r := t.callSpecial(f, c, cls, x)
	t.Unhold(m)
	if r == Raised {
		return false, false
	}
	in, ok = t.Truth(r)
	t.Decref(r)
	return in, ok
}
