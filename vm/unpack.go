package vm

// This file takes sequences apart for assignments to several targets.

// Unpack puts the items of v, which must be n, into out (owned).
func (t *Thread) Unpack(v Value, n int, out []Value) bool {
	if t.plainTuple(v) {
		v = t.Field(v, InstFirst)
	}
	if t.Is(v, KTuple) || t.Is(v, KList) {
		t.Lock(v)
		first, c, have := t.seqView(v)
		if have == n {
			for i := 0; i < n; i++ {
				out[i] = t.Ref(c.Get(first + i))
			}
			t.Unlock(v)
			return true
		}
		t.Unlock(v)
		return t.unpackCount(n, have)
	}
	it, ok := t.unpackIter(v)
	if !ok {
		return false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	got, ok := t.takeItems(it, out[:n])
	if !ok {
		return false
	}
	if got < n {
		return t.unpackCount(n, got)
	}
	x, ok := t.Next(it)
	if ok && x == Unbound {
		for _, v := range out[:n] {
			t.Incref(v) // the stack has the other reference
		}
		return true
	}
	if ok {
		t.Decref(x)
		t.unpackCount(n, n+1)
	}
	return false
}

// plainTuple reports an instance of a subclass of tuple that is iterated as a tuple is.
func (t *Thread) plainTuple(v Value) bool {
	c := t.ClassOf(v)
	if c.Builtin || c.Wraps != KTuple {
		return false
	}
	own, its := t.Special(t.VM.kinds[KTuple], SlotIter), t.Special(c, SlotIter)
	t.DecrefAll(own, its)
	return own == its
}

// takeItems reads items into out and holds each; got is how many there were.
func (t *Thread) takeItems(it Value, out []Value) (got int, ok bool) {
	for i := range out {
		v, ok := t.Next(it)
		if !ok || v == Unbound {
			return i, ok
		}
		t.Hold(v)
		out[i] = v
	}
	return len(out), true
}

// unpackCount raises the ValueError for a wrong number of items.
func (t *Thread) unpackCount(want, got int) bool {
	if got > want {
		t.Raise(t.VM.Exc.ValueError, "too many values to unpack (expected %d)", want)
	} else {
		t.Raise(t.VM.Exc.ValueError, "not enough values to unpack (expected %d, got %d)", want, got)
	}
	return false
}

// unpackIter is iter(v) with the words for what cannot be unpacked.
func (t *Thread) unpackIter(v Value) (Value, bool) {
	it := t.Iter(v)
	if it == Raised && t.Exc != Unbound && t.IsInstance(t.Exc, t.VM.Exc.TypeError) && !t.iterable(v) {
		t.Decref(t.TakeExc())
		t.Raise(t.VM.Exc.TypeError, "cannot unpack non-iterable %s object", t.TypeName(v))
	}
	return it, it != Raised
}

// UnpackEx puts the first items of v, a list of the rest, and the last items into out (owned).
func (t *Thread) UnpackEx(v Value, before, after int, out []Value) bool {
	it, ok := t.unpackIter(v)
	if !ok {
		return false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	got, ok := t.takeItems(it, out[:before])
	if !ok {
		return false
	}
	if got < before {
		return t.unpackLeast(before+after, got)
	}
	rest := t.ListOf(it)
	if rest == Raised {
		return false
	}
	n := t.ListLen(rest)
	if n < after {
		t.Decref(rest)
		return t.unpackLeast(before+after, before+n)
	}
	for i := 0; i < before; i++ {
		t.Incref(out[i])
	}
	out[before] = rest
	for i := 0; i < after; i++ {
		x := t.ListGet(rest, n-after+i)
		if x == Unbound {
			x = None
		}
		out[before+1+i] = x
	}
	return t.listSplice(rest, n-after, after, Unbound)
}

// unpackLeast raises the ValueError for too few items where a star takes the rest.
func (t *Thread) unpackLeast(want, got int) bool {
	t.Raise(t.VM.Exc.ValueError, "not enough values to unpack (expected at least %d, got %d)", want, got)
	return false
}
