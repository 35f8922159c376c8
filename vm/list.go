package vm

// This file is the list itself: its payload of items, which grows as CPython's does, and what Go code does with lists.
// Its methods on objects are in listmethods.go.

import "toylang/refcount"

// ListLen is the number of items.
func (t *Thread) ListLen(l Value) int { return t.LenOf(l) }

// listView gives the items of a list as they are now. l is locked or the strategy has no locks.
func (t *Thread) listView(l Value) (c refcount.Cells, n int) {
	b := t.Body(l)
	c = t.Values(b.Payload)
	return c, min(int(b.Len), c.Cap())
}

// ListGet reads item i (owned); Unbound outside the list.
func (t *Thread) ListGet(l Value, i int) Value {
	v := Unbound
	t.LockRead(l)
	if c, n := t.listView(l); i >= 0 && i < n {
		v = t.Ref(c.Get(i))
	}
	t.UnlockRead(l)
	return v
}

// listSet replaces item i by x (borrowed); false when there is no such item.
func (t *Thread) listSet(l Value, i int, x Value) bool {
	t.Incref(x)
	t.Lock(l)
	c, n := t.listView(l)
	if i < 0 || i >= n {
		t.Unlock(l)
		t.Decref(x)
		return false
	}
	old := c.Swap(i, x)
	t.Unlock(l)
	t.Decref(old)
	return true
}

// ListAppend adds v (borrowed) at the end.
func (t *Thread) ListAppend(l, v Value) bool {
	t.Incref(v)
	return t.listPush(l, v)
}

// listPush is ListAppend that takes over the reference.
func (t *Thread) listPush(l, v Value) bool {
	t.Lock(l)
	b := t.Body(l)
	c := t.Values(b.Payload)
	if int(b.Len) >= c.Cap() {
		var ok bool
		if c, ok = t.listGrow(l, int(b.Len)+1); !ok {
			t.Unlock(l)
			t.Decref(v)
			return false
		}
		b = t.Body(l)
	}
	c.Set(int(b.Len), v)
	b.Len++
	t.SetBody(l, b)
	t.Unlock(l)
	return true
}

// maxList bounds the length of a list, which has 32 bits in the body word.
const maxList = 1<<31 - 1

// listGrow makes room for n items and some more; false means MemoryError. l is locked.
func (t *Thread) listGrow(l Value, n int) (refcount.Cells, bool) {
	b := t.Body(l)
	old := t.Values(b.Payload)
	if n <= old.Cap() {
		return old, true
	}
	if n > maxList {
		t.raiseMemory()
		return old, false
	}
	want := (n + n>>3 + 6) &^ 3
	if n-int(b.Len) > want-n {
		want = (n + 3) &^ 3
	}
	off, _ := t.AllocPayload(refcount.GValues, 8*want)
	if off == 0 {
		return old, false
	}
	c := t.Values(off)
	have := min(int(b.Len), old.Cap())
	c.CopyFrom(0, old, 0, have)
	t.SetBody(l, refcount.Body{Payload: off, Len: uint32(have)})
	t.FreeReplaced(l, b.Payload)
	return c, true
}

// newListFor makes an empty list with room for n items, and the view to fill; setListLen tells how many there are.
func (t *Thread) newListFor(n int) (Value, refcount.Cells) {
	l := t.NewList()
	if l == Raised || n <= 0 {
		return l, refcount.Cells{}
	}
	if n > maxList {
		t.Decref(l)
		t.raiseMemory()
		return Raised, refcount.Cells{}
	}
	off, _ := t.AllocPayload(refcount.GValues, 8*n)
	if off == 0 {
		t.Decref(l)
		return Raised, refcount.Cells{}
	}
	t.SetBody(l, refcount.Body{Payload: off})
	return l, t.Values(off)
}

func (t *Thread) setListLen(l Value, n int) {
	b := t.Body(l)
	b.Len = uint32(n)
	t.SetBody(l, b)
}

// copyRefs copies n cells and makes a reference to each.
func (t *Thread) copyRefs(dst refcount.Cells, at int, src refcount.Cells, from, n int) {
	if t.Point != nil {
		for i := 0; i < n; i++ {
			dst.Set(at+i, t.Ref(src.Get(from+i)))
		}
		return
	}
	s, d := src.Slice(from, from+n), dst.Slice(at, at+n)
	for i := 0; i < len(s) && i < len(d); i++ {
		v := s[i]
		if v.IsPtr() {
			t.Incref(v)
		}
		d[i] = v
	}
}

// ListExtend is what a display such as [*a, *b] does.
func (t *Thread) ListExtend(l, iterable Value) bool {
	if !t.Is(iterable, KList) && !t.Is(iterable, KTuple) && !t.iterable(iterable) {
		t.Raise(t.VM.Exc.TypeError, "Value after * must be an iterable, not %s", t.TypeName(iterable))
		return false
	}
	return t.listExtend(l, iterable)
}

// listExtend is l.extend(iterable).
func (t *Thread) listExtend(l, iterable Value) bool {
	if t.Is(iterable, KList) || t.Is(iterable, KTuple) {
		return t.listExtendSeq(l, iterable)
	}
	it := t.Iter(iterable)
	if it == Raised {
		return false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	if _, ok := t.lengthHint(iterable); !ok {
		return false
	}
	mark := t.ScopeMark()
	for {
		t.ScopeCut(mark)
		v, ok := t.Next(it)
		if !ok {
			return false
		}
		if v == Unbound {
			return true
		}
		if !t.listPush(l, v) {
			return false
		}
	}
}

// listExtendSeq appends the items of an exact list or tuple.
func (t *Thread) listExtendSeq(l, seq Value) bool {
	t.LockTwo(l, seq)
	from, c, n := t.seqView(seq)
	old := t.ListLen(l)
	out, ok := t.listGrow(l, old+n)
	if ok {
		if seq == l {
			from, c, n = t.seqView(seq)
		}
		t.copyRefs(out, old, c, from, n)
		t.setListLen(l, old+n)
	}
	t.UnlockTwo(l, seq)
	return ok
}

// seqView gives the items of an exact list or tuple: n cells of c from the first.
func (t *Thread) seqView(seq Value) (first int, c refcount.Cells, n int) {
	if t.Is(seq, KTuple) {
		x := t.Items(seq)
		return 1, x.c, max(x.n, 0)
	}
	c, n = t.listView(seq)
	return 0, c, n
}

// listOfIter makes a list of what iter(v) gives; unlike ListOf it does not ask v for its length.
func (t *Thread) listOfIter(v Value) Value {
	it := t.Iter(v)
	if it == Raised {
		return it
	}
	m := t.Hold(it)
	l := t.ListOf(it)
	t.Unhold(m)
	return l
}

// ListOf makes a list of what an iterable gives.
func (t *Thread) ListOf(iterable Value) Value {
	l := t.NewList()
	if l == Raised {
		return l
	}
	m := t.Hold(l)
	if !t.listExtend(l, iterable) {
		t.Unhold(m)
		return Raised
	}
	return t.Release(m)
}

// listClear empties a list and drops its items, the last first.
func (t *Thread) listClear(l Value) {
	t.Lock(l)
	b := t.Body(l)
	t.SetBody(l, refcount.Body{})
	t.Unlock(l)
	c := t.Values(b.Payload)
	for i := min(int(b.Len), c.Cap()) - 1; i >= 0; i-- {
		t.Decref(c.Get(i))
	}
	t.FreeReplaced(l, b.Payload)
}

// listTake takes item i out (owned); Unbound when there is none.
func (t *Thread) listTake(l Value, i int) Value {
	t.Lock(l)
	defer t.Unlock(l)
	c, n := t.listView(l)
	if i < 0 || i >= n {
		return Unbound
	}
	v := c.Get(i)
	t.Keep(v)
	c.Move(i, i+1, n-i-1)
	t.setListLen(l, n-1)
	t.listShrink(l, n-1)
	return v
}

// listShrink gives back memory that a list no longer needs. l is locked.
func (t *Thread) listShrink(l Value, n int) {
	b := t.Body(l)
	c := t.Values(b.Payload)
	if c.Cap() < 32 || n >= c.Cap()/4 {
		return
	}
	if n == 0 {
		t.SetBody(l, refcount.Body{})
		t.FreeReplaced(l, b.Payload)
		return
	}
	off, _ := t.AllocPayload(refcount.GValues, 8*(n+n>>3+6))
	if off == 0 { // no memory to save memory
		t.Decref(t.TakeExc())
		return
	}
	t.Values(off).CopyFrom(0, c, 0, n)
	t.SetBody(l, refcount.Body{Payload: off, Len: uint32(n)})
	t.FreeReplaced(l, b.Payload)
}

// listInsert puts v (borrowed) before item i, which is clipped to the list.
func (t *Thread) listInsert(l Value, i int64, v Value) bool {
	t.Incref(v)
	t.Lock(l)
	_, n := t.listView(l)
	c, ok := t.listGrow(l, n+1)
	if !ok {
		t.Unlock(l)
		t.Decref(v)
		return false
	}
	if i < 0 {
		i = max(i+int64(n), 0)
	}
	at := int(min(i, int64(n)))
	c.Move(at+1, at, n-at)
	c.Set(at, v)
	t.setListLen(l, n+1)
	t.Unlock(l)
	return true
}

// listFind gives the index of the first item of [lo, hi) that equals x, -1 when there is none.
func (t *Thread) listFind(l, x Value, lo, hi int) (at int, ok bool) {
	t.Lock(l)
	c, n := t.listView(l)
	for i := max(lo, 0); i < min(hi, n); i++ {
		v := c.Get(i)
		eq, known := t.quickEqual(v, x)
		if !known {
			t.Incref(v)
			t.Unlock(l)
			m := t.Hold(v)
			eq, ok = t.Equal(v, x)
			t.Unhold(m)
			if !ok {
				return -1, false
			}
			t.Lock(l)
			c, n = t.listView(l)
		}
		if eq {
			t.Unlock(l)
			return i, true
		}
	}
	t.Unlock(l)
	return -1, true
}

// listRepeat makes a list of the items n times.
func (t *Thread) listRepeat(l Value, n int64) Value {
	size := int64(t.ListLen(l))
	if n <= 0 || size == 0 {
		return t.NewList()
	}
	if n > maxList/size {
		t.raiseMemory()
		return Raised
	}
	r, out := t.newListFor(int(n * size))
	if r == Raised {
		return r
	}
	t.Lock(l)
	c, have := t.listView(l)
	have = min(have, int(size))
	for k := 0; k < int(n); k++ {
		t.copyRefs(out, k*have, c, 0, have)
	}
	t.Unlock(l)
	t.setListLen(r, int(n)*have)
	return r
}

// listConcat is a + b for exact or derived lists.
func (t *Thread) listConcat(a, b Value) Value {
	an, bn := t.ListLen(a), t.ListLen(b)
	r, out := t.newListFor(an + bn)
	if r == Raised {
		return r
	}
	t.LockTwo(a, b)
	c, n := t.listView(a)
	an = min(an, n)
	t.copyRefs(out, 0, c, 0, an)
	c, n = t.listView(b)
	bn = min(bn, n)
	t.copyRefs(out, an, c, 0, bn)
	t.UnlockTwo(a, b)
	t.setListLen(r, an+bn)
	return r
}
