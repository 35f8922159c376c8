package vm

// This file unpacks iterables into a fixed number of targets.

// Unpack fills out with exactly n items of v (owned); false when v has more or fewer, or raised.
func (t *Thread) Unpack(v Value, n int, out []Value) bool {
	switch t.exactKind(v) {
	case KTuple:
		x := t.Items(v)
		if x.Len() != n {
			return t.unpackCount(n, x.Len(), n)
		}
		for i := range out {
			out[i] = t.Ref(x.Get(i))
		}
		return true
	case KList:
		if got := t.ListLen(v); got != n {
			return t.unpackCount(n, got, n)
		}
		for i := range out {
			if out[i] = t.ListGet(v, i); out[i] == Unbound { // it shrank meanwhile
				t.dropAll(out[:i])
				return t.unpackCount(n, i, n)
			}
		}
		return true
	}
	it, ok := t.unpackIter(v)
	if !ok {
		return false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	for i := 0; i <= n; i++ {
		x, ok := t.Next(it)
		switch {
		case !ok:
			t.dropAll(out[:min(i, n)])
			return false
		case x == Unbound && i == n:
			return true
		case x == Unbound:
			t.dropAll(out[:i])
			return t.unpackCount(n, i, n)
		case i == n:
			t.Decref(x)
			t.dropAll(out)
			t.Raise(t.VM.Exc.ValueError, "too many values to unpack (expected %d)", n)
			return false
		}
		out[i] = x
	}
	return true
}

// unpackIter is iter(v) with the words of an unpacking.
func (t *Thread) unpackIter(v Value) (Value, bool) {
	it := t.Iter(v)
	if it == Raised {
		if t.IsInstance(t.Exc, t.VM.Exc.TypeError) && !t.Has(t.ClassOf(v), SlotIter) && t.Catch(t.VM.Exc.TypeError) {
			t.Raise(t.VM.Exc.TypeError, "cannot unpack non-iterable %s object", t.TypeName(v))
		}
		return it, false
	}
	return it, true
}

// unpackCount raises the ValueError for a wrong number of items.
func (t *Thread) unpackCount(want, got, least int) bool {
	if got > want {
		t.Raise(t.VM.Exc.ValueError, "too many values to unpack (expected %d)", want)
	} else {
		t.Raise(t.VM.Exc.ValueError, "not enough values to unpack (expected %d, got %d)", least, got)
	}
	return false
}

// UnpackEx fills out with before items, a list of those between, and after items (owned).
func (t *Thread) UnpackEx(v Value, before, after int, out []Value) bool {
	it, ok := t.unpackIter(v)
	if !ok {
		return false
	}
	l := t.ListOf(it)
	t.Decref(it)
	if l == Raised {
		return false
	}
	n := t.ListLen(l)
	if n < before+after {
		t.Decref(l)
		t.Raise(t.VM.Exc.ValueError, "not enough values to unpack (expected at least %d, got %d)", before+after, n)
		return false
	}
	for i := 0; i < before; i++ {
		out[i] = t.ListGet(l, i)
	}
	for i := 0; i < after; i++ {
		out[before+1+i] = t.ListGet(l, n-after+i)
	}
	var mid []Value
	for i := before; i < n-after; i++ {
		mid = append(mid, t.ListGet(l, i))
	}
	t.Decref(l)
	if out[before] = t.NewList(mid...); out[before] == Raised {
		for i, x := range out {
			if i != before {
				t.Decref(x)
			}
		}
		return false
	}
	return true
}
