package vm

// This file reads, assigns and deletes slices of lists.

import "toylang/refcount"

// listSlice makes a list of the n items at start, start+step, ….
func (t *Thread) listSlice(l Value, start, step, n int) Value {
	if !t.Locks && n > 0 {
		if r := t.quickListSlice(l, start, step, n); r != Unbound {
			return r
		}
	}
	r, out := t.newListFor(n)
	if r == Raised || n <= 0 {
		return r
	}
	t.Lock(l)
	c, have := t.listView(l)
	k := 0
	if step == 1 {
		if start >= 0 && start < have {
			k = min(n, have-start)
			t.copyRefs(out, 0, c, start, k)
		}
	} else {
		for i := start; k < n && i >= 0 && i < have; i += step {
			out.Set(k, t.Ref(c.Get(i)))
			k++
		}
	}
	t.Unlock(l)
	t.setListLen(r, k)
	return r
}

// quickListSlice is listSlice where no other thread can change the list meanwhile; Unbound when it has done nothing.
func (t *Thread) quickListSlice(l Value, start, step, n int) Value {
	src := t.QuickItems(l)
	if last := start + (n-1)*step; start < 0 || start >= len(src) || last < 0 || last >= len(src) {
		return Unbound
	}
	r, at := t.QuickList(uint16(KList), n)
	if at == nil {
		return Unbound
	}
	for k, i := 0, start; k < n; k, i = k+1, i+step {
		v := src[i]
		if v.IsPtr() {
			t.Incref(v)
		}
		at[k] = v
	}
	return r
}

// listSubscript is l[key] for any key.
func (t *Thread) listSubscript(l, key Value) Value {
	if t.Is(key, KSlice) {
		start, _, step, n, ok := t.sliceRange(key, t.ListLen(l))
		if !ok {
			return Raised
		}
		return t.listSlice(l, start, step, n)
	}
	i, ok := t.listIndex(l, key, "list")
	if !ok {
		return Raised
	}
	v := t.ListGet(l, i)
	if v == Unbound {
		return t.Raise(t.VM.Exc.IndexError, "list index out of range")
	}
	return v
}

// listIndex turns a key into an index from the start, perhaps outside the sequence.
func (t *Thread) listIndex(l, key Value, typ string) (i int, ok bool) {
	x := int64(0)
	if key.IsInt() {
		x = key.Int()
	} else {
		if !t.hasIndex(key) {
			t.Raise(t.VM.Exc.TypeError, "%s indices must be integers or slices, not %s", typ, t.TypeName(key))
			return 0, false
		}
		if x, ok = t.seqIndex(key); !ok {
			return 0, false
		}
	}
	if x < 0 {
		x += int64(t.ListLen(l))
	}
	if x < 0 || x > maxList {
		return -1, true
	}
	return int(x), true
}

// listAssign is l[key] = x, or del l[key] where x is Unbound.
func (t *Thread) listAssign(l, key, x Value) bool {
	if t.Is(key, KSlice) {
		return t.listAssignSlice(l, key, x)
	}
	i, ok := t.listIndex(l, key, "list")
	if !ok {
		return false
	}
	if x == Unbound {
		old := t.listTake(l, i)
		t.Decref(old)
		ok = old != Unbound
	} else {
		ok = t.listSet(l, i, x)
	}
	if !ok {
		t.Raise(t.VM.Exc.IndexError, "list assignment index out of range")
	}
	return ok
}

func (t *Thread) listAssignSlice(l, key, x Value) bool {
	start, stop, step, n, ok := t.sliceRange(key, t.ListLen(l))
	if !ok {
		return false
	}
	if x == Unbound {
		if step == 1 {
			return t.listSplice(l, start, n, Unbound)
		}
		t.listDeleteStep(l, start, step, n)
		return true
	}
	message := "must assign iterable to extended slice"
	if step == 1 {
		message = "can only assign an iterable"
	}
	seq, ok := t.assignable(l, x, message)
	if !ok {
		return false
	}
	m := t.Hold(seq)
	defer t.Unhold(m)
	if step == 1 {
		if stop < start {
			stop = start
		}
		return t.listSplice(l, start, stop-start, seq)
	}
	return t.listAssignStep(l, key, seq)
}

// assignable gives the items of x as an exact list or tuple that is not l (owned).
func (t *Thread) assignable(l, x Value, message string) (Value, bool) {
	if t.Is(x, KTuple) || t.Is(x, KList) && x != l {
		return t.Ref(x), true
	}
	if x != l && !t.Isa(x, KList) && !t.iterable(x) {
		t.Raise(t.VM.Exc.TypeError, "%s", message)
		return Raised, false
	}
	if x == l {
		seq := t.listSlice(l, 0, 1, t.ListLen(l))
		return seq, seq != Raised
	}
	seq := t.listOfIter(x)
	return seq, seq != Raised
}

// listSplice replaces the n items at i by those of seq, an exact list or tuple other than l; Unbound stands for none.
func (t *Thread) listSplice(l Value, i, n int, seq Value) bool {
	var ins refcount.Cells
	first, k := 0, 0
	if seq == Unbound {
		t.Lock(l)
	} else {
		t.LockTwo(l, seq)
		first, ins, k = t.seqView(seq)
	}
	c, have := t.listView(l)
	i = min(i, have)
	n = min(n, have-i)
	var space [16]Value
	old := space[:]
	if n > len(old) {
		old = make([]Value, n)
	}
	old = old[:n]
	copy(old, c.Slice(i, i+n))
	ok := true
	if k > n {
		if c, ok = t.listGrow(l, have+k-n); !ok {
			old = nil
		}
	}
	if ok {
		c.Move(i+k, i+n, have-i-n)
		t.copyRefs(c, i, ins, first, k)
		t.setListLen(l, have+k-n)
		t.listShrink(l, have+k-n)
	}
	if seq == Unbound {
		t.Unlock(l)
	} else {
		t.UnlockTwo(l, seq)
	}
	for j := len(old) - 1; j >= 0; j-- {
		t.Decref(old[j])
	}
	return ok
}

// listDeleteStep deletes the n items at start, start+step, ….
func (t *Thread) listDeleteStep(l Value, start, step, n int) {
	if n <= 0 {
		return
	}
	if step < 0 {
		start, step = start+(n-1)*step, -step
	}
	t.Lock(l)
	c, have := t.listView(l)
	var old []Value
	to := start
	for i := start; i < have; i++ {
		v := c.Get(i)
		if k := i - start; k%step == 0 && k/step < n {
			old = append(old, v)
			continue
		}
		c.Set(to, v)
		to++
	}
	if start < have {
		t.setListLen(l, to)
		t.listShrink(l, to)
	}
	t.Unlock(l)
	t.dropAll(old)
}

// listAssignStep is l[start:stop:step] = seq for a step other than one.
func (t *Thread) listAssignStep(l, key, seq Value) bool {
	start, _, step, n, ok := t.sliceRange(key, t.ListLen(l)) // again: making seq may have run toy code
	if !ok {
		return false
	}
	t.LockTwo(l, seq)
	first, ins, k := t.seqView(seq)
	c, have := t.listView(l)
	if k != n {
		t.UnlockTwo(l, seq)
		t.Raise(t.VM.Exc.ValueError, "attempt to assign sequence of size %d to extended slice of size %d", k, n)
		return false
	}
	old := make([]Value, 0, n)
	for j := 0; j < n; j++ {
		if i := start + j*step; i >= 0 && i < have {
			old = append(old, c.Swap(i, t.Ref(ins.Get(first+j))))
		}
	}
	t.UnlockTwo(l, seq)
	t.dropAll(old)
	return true
}
