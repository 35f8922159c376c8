package vm

// This file is the set itself: an open hash table that follows CPython's setobject.c to the letter, because the order of
// a set of ints can be seen. Its methods on objects are in setmethods.go.
//
// The body word names the table and the number of items; the table's fill counts the slots that are not empty, deleted
// ones included; the state word is the finger, where pop goes on searching. A set without a table is an empty one of the
// smallest size.

import "toylang/refcount"

const (
	setMinLog2  = 3
	linearProbe = 9
)

// isSet reports a set or frozenset, or an instance of a subclass.
func (t *Thread) isSet(v Value) bool {
	k := t.Kind(v)
	return k == KSet || k == KFrozenSet
}

func (t *Thread) setLen(s Value) int { return t.LenOf(s) }

// NewSet makes a set or frozenset of items (borrowed).
func (t *Thread) NewSet(frozen bool, items ...Value) Value {
	k := KSet
	if frozen {
		k = KFrozenSet
	}
	s := t.NewContainer(refcount.PoolSet, uint16(k))
	if s == Raised || len(items) == 0 {
		return s
	}
	m := t.Hold(s)
	for _, v := range items {
		if !t.SetAdd(s, v) {
			t.Unhold(m)
			return Raised
		}
	}
	return t.Release(m)
}

// newSetLike makes an empty set or frozenset as s is one.
func (t *Thread) newSetLike(s Value) Value { return t.NewSet(t.Kind(s) == KFrozenSet) }

// setMask gives the mask and fill of a set's table; a set without a table has the smallest.
func setMask(tab refcount.Table) (mask uint64, fill int) {
	if tab.Empty() {
		return 1<<setMinLog2 - 1, 0
	}
	return uint64(tab.Cap()) - 1, tab.Fill()
}

// setLocate finds the slot of a key, or the free one where it would go (-1 when the set has no table), and leaves the
// set locked, whatever it answers but failed. Comparisons that may run toy code are made without the lock.
func (t *Thread) setLocate(s, key Value, hash uint64) (tab refcount.Table, at int, r found) {
	for tries := 0; tries < 1000; tries++ {
		t.Lock(s)
		payload := t.Body(s).Payload
		tab = t.Table(payload)
		if tab.Empty() {
			return tab, -1, notFound
		}
		at, r, again := t.setProbe(s, key, hash, &tab, payload)
		if !again {
			return tab, at, r
		}
	}
	t.Raise(t.VM.Exc.RuntimeError, "set changed during lookup")
	return tab, -1, failed
}

// setProbe is one walk through the table of a locked set; again says that the set changed while a key was compared (it
// is unlocked then, as it is when the answer is failed).
func (t *Thread) setProbe(s, key Value, hash uint64, tab *refcount.Table, payload uint32) (at int, r found, again bool) {
	mask := uint64(tab.Cap()) - 1
	i, perturb := hash&mask, hash
	free := -1 // the last deleted entry passed: a new key goes there
	for n := uint64(0); n <= mask+16; n++ {
		end := i
		if i+linearProbe <= mask {
			end = i + linearProbe
		}
		for e, k := tab.Scan(int(i), int(end), hash); e <= int(end); e, k = tab.Scan(e+1, int(end), hash) {
			if k == key {
				return e, isFound, false
			}
			if k == Unbound {
				if free >= 0 {
					e = free
				}
				return e, notFound, false
			}
			if k == refcount.Deleted {
				free = e
				continue
			}
			eq, known := t.quickEqual(k, key)
			if !known {
				t.Incref(k)
				t.Unlock(s)
				m := t.Hold(k)
				var ok bool
				if eq, ok = t.Equal(k, key); !ok {
					t.Unhold(m)
					return -1, failed, false
				}
				t.Lock(s)
				if t.Body(s).Payload != payload || tab.Key(e) != k {
					t.Unlock(s)
					t.Unhold(m)
					return -1, notFound, true
				}
				t.Unhold(m) // the set has a reference of its own
			}
			if eq {
				return e, isFound, false
			}
		}
		perturb >>= 5
		i = (i*5 + 1 + perturb) & mask
	}
	return free, notFound, false
}

// insertClean puts an entry into a table that has room and neither that key nor deleted entries.
func insertClean(tab *refcount.Table, hash uint64, key Value) {
	mask := uint64(tab.Cap()) - 1
	i, perturb := hash&mask, hash
	for n := uint64(0); n <= mask+16; n++ {
		end := i
		if i+linearProbe <= mask {
			end = i + linearProbe
		}
		for e := int(i); e <= int(end); e++ {
			if tab.Key(e) == Unbound {
				tab.SetEntry(e, hash, key, Unbound)
				return
			}
		}
		perturb >>= 5
		i = (i*5 + 1 + perturb) & mask
	}
}

// setGrown is the size to ask for when a set has become too full.
func setGrown(used int) int {
	if used > 50000 {
		return used * 2
	}
	return used * 4
}

// setResize gives a set a table for more than min items, without deleted entries. s is locked. false is MemoryError.
func (t *Thread) setResize(s Value, min int) bool {
	log2 := uint8(setMinLog2)
	for 1<<log2 <= min && log2 < 30 {
		log2++
	}
	b := t.Body(s)
	old := t.Table(b.Payload)
	if !old.Empty() && log2 == setMinLog2 && old.Log2() == setMinLog2 && old.Fill() == int(b.Len) {
		return true
	}
	off := t.NewTable(log2, 2, 1<<log2)
	if off == 0 {
		return false
	}
	tab := t.Table(off)
	n := 0
	for i := 0; i < old.Cap() && n < tab.Cap()-1; i++ {
		if k := old.Key(i); k != Unbound && k != refcount.Deleted {
			insertClean(&tab, old.Hash(i), k)
			n++
		}
	}
	tab.SetFill(n)
	t.SetBody(s, refcount.Body{Payload: off, Len: uint32(n)})
	t.FreePayload(b.Payload)
	return true
}

// SetAdd adds v (borrowed).
func (t *Thread) SetAdd(s, v Value) bool {
	h, ok := t.Hash(v)
	return ok && t.setAddHash(s, v, uint64(h))
}

func (t *Thread) setAddHash(s, key Value, hash uint64) bool {
	tab, at, r := t.setLocate(s, key, hash)
	if r == failed {
		return false
	}
	if r == isFound {
		t.Unlock(s)
		return true
	}
	if at < 0 {
		if !t.setResize(s, t.setLen(s)*2) {
			t.Unlock(s)
			return false
		}
		tab = t.Table(t.Body(s).Payload)
		insertClean(&tab, hash, t.Ref(key))
		at = -1
	}
	reused := at >= 0 && tab.Key(at) == refcount.Deleted
	if at >= 0 {
		tab.SetEntry(at, hash, t.Ref(key), Unbound)
	}
	b := t.Body(s)
	b.Len++
	t.SetBody(s, b)
	ok := true
	if !reused {
		fill := tab.Fill() + 1
		tab.SetFill(fill)
		if fill*5 >= (tab.Cap()-1)*3 {
			ok = t.setResize(s, setGrown(int(b.Len)))
		}
	}
	t.Unlock(s)
	return ok
}

// setHas reports whether the set has the key.
func (t *Thread) setHas(s, key Value, hash uint64) (in, ok bool) {
	if t.LenOf(s) == 0 {
		return false, true
	}
	_, _, r := t.setLocate(s, key, hash)
	if r == failed {
		return false, false
	}
	t.Unlock(s)
	return r == isFound, true
}

// setDiscard takes a key out; had says whether it was there.
func (t *Thread) setDiscard(s, key Value, hash uint64) (had, ok bool) {
	tab, at, r := t.setLocate(s, key, hash)
	if r == failed {
		return false, false
	}
	if r == notFound {
		t.Unlock(s)
		return false, true
	}
	k := tab.Key(at)
	t.setKill(s, tab, at)
	t.Unlock(s)
	t.Decref(k)
	return true, true
}

// setKill marks an entry as deleted; its key becomes the caller's. s is locked.
func (t *Thread) setKill(s Value, tab refcount.Table, at int) {
	tab.SetEntry(at, ^uint64(0), refcount.Deleted, Unbound)
	b := t.Body(s)
	if b.Len > 0 {
		b.Len--
	}
	t.SetBody(s, b)
}

// setNext gives the first item at or after slot pos (owned), its hash and the slot after it; ok is false at the end.
func (t *Thread) setNext(s Value, pos int) (key Value, hash uint64, next int, ok bool) {
	t.Lock(s)
	tab := t.Table(t.Body(s).Payload)
	for n := tab.Cap(); pos < n; pos++ {
		if k := tab.Key(pos); k != Unbound && k != refcount.Deleted {
			key, hash = t.Ref(k), tab.Hash(pos)
			t.Unlock(s)
			return key, hash, pos + 1, true
		}
	}
	t.Unlock(s)
	return Unbound, 0, pos, false
}

// setEach calls do for every item (borrowed) until it says false.
func (t *Thread) setEach(s Value, do func(key Value, hash uint64) bool) bool {
	for pos := 0; ; {
		k, h, next, ok := t.setNext(s, pos)
		if !ok {
			return true
		}
		pos = next
		if !k.IsPtr() {
			ok = do(k, h)
		} else {
			m := t.Hold(k)
			ok = do(k, h)
			t.Unhold(m)
		}
		if !ok {
			return false
		}
	}
}

// setClear empties a set.
func (t *Thread) setClear(s Value) {
	t.Lock(s)
	b := t.Body(s)
	t.SetBody(s, refcount.Body{})
	t.Unlock(s)
	t.dropTable(b.Payload)
}

// dropTable drops the items of a table that no set has any more, and the table.
func (t *Thread) dropTable(payload uint32) {
	tab := t.Table(payload)
	for i := 0; i < tab.Cap(); i++ {
		t.Decref(tab.Key(i))
	}
	t.FreePayload(payload)
}

// setMerge adds the items of another set.
func (t *Thread) setMerge(s, other Value) bool {
	if s == other || t.setLen(other) == 0 {
		return true
	}
	t.LockTwo(s, other)
	b, ob := t.Body(s), t.Body(other)
	tab, from := t.Table(b.Payload), t.Table(ob.Payload)
	mask, fill := setMask(tab)
	if (fill+int(ob.Len))*5 >= int(mask)*3 || tab.Empty() {
		want := 0
		if (fill+int(ob.Len))*5 >= int(mask)*3 {
			want = (int(b.Len) + int(ob.Len)) * 2
		}
		if !t.setResize(s, want) {
			t.UnlockTwo(s, other)
			return false
		}
		b = t.Body(s)
		tab = t.Table(b.Payload)
		_, fill = setMask(tab)
	}
	if fill != 0 {
		t.UnlockTwo(s, other)
		return t.setEach(other, func(k Value, h uint64) bool { return t.setAddHash(s, k, h) })
	}
	n := 0
	same := tab.Cap() == from.Cap() && from.Fill() == int(ob.Len)
	for i := 0; i < from.Cap(); i++ {
		k := from.Key(i)
		if k == Unbound || k == refcount.Deleted || n >= tab.Cap()-1 {
			continue
		}
		t.Incref(k)
		n++
		if same {
			tab.SetEntry(i, from.Hash(i), k, Unbound)
		} else {
			insertClean(&tab, from.Hash(i), k)
		}
	}
	tab.SetFill(n)
	b.Len = uint32(n)
	t.SetBody(s, b)
	t.UnlockTwo(s, other)
	return true
}

// SetUpdate adds everything that an iterable gives.
func (t *Thread) SetUpdate(s, other Value) bool {
	switch {
	case t.isSet(other):
		return t.setMerge(s, other)
	case t.Is(other, KDict):
		n := t.DictLen(other)
		t.Lock(s)
		b := t.Body(s)
		mask, fill := setMask(t.Table(b.Payload))
		if (fill+n)*5 >= int(mask)*3 && !t.setResize(s, (int(b.Len)+n)*2) {
			t.Unlock(s)
			return false
		}
		t.Unlock(s)
	}
	return t.EachBrief(other, func(v Value) bool { return t.SetAdd(s, v) })
}

// setOf makes a set of the built-in kind of what an iterable gives.
func (t *Thread) setOf(k Kind, iterable Value) Value {
	s := t.NewSet(k == KFrozenSet)
	if s == Raised || iterable == Unbound {
		return s
	}
	m := t.Hold(s)
	if !t.SetUpdate(s, iterable) {
		t.Unhold(m)
		return Raised
	}
	return t.Release(m)
}

// setPop takes an item out (owned): Unbound when the set is empty.
func (t *Thread) setPop(s Value) Value {
	t.Lock(s)
	defer t.Unlock(s)
	tab := t.Table(t.Body(s).Payload)
	n := tab.Cap()
	if n == 0 || t.setLen(s) == 0 {
		return Unbound
	}
	i := int(t.StateWord(s) & uint64(n-1))
	for tries := 0; tries < n; tries++ {
		if k := tab.Key(i); k != Unbound && k != refcount.Deleted {
			t.setKill(s, tab, i)
			t.SetStateWord(s, uint64(i+1))
			return k
		}
		i = (i + 1) & (n - 1)
	}
	return Unbound
}

// setIter makes the iterator of a set.
func (t *Thread) setIter(s Value) Value {
	n := refcount.SmallInt(int64(t.setLen(s)))
	return t.NewRecord(KSetIter, t.Ref(s), refcount.SmallInt(0), n, n)
}

func (t *Thread) setIterNext(it Value) Value {
	t.Lock(it)
	s, pos, used, left := t.Field(it, 0), t.Field(it, 1), t.Field(it, 2), t.Field(it, 3)
	if !s.IsPtr() || !pos.IsInt() || pos.Int() < 0 {
		t.Unlock(it)
		return Unbound
	}
	if used != refcount.SmallInt(int64(t.setLen(s))) {
		t.SetField(it, 2, refcount.SmallInt(-1))
		t.Unlock(it)
		return t.Raise(t.VM.Exc.RuntimeError, "Set changed size during iteration")
	}
	k, _, next, ok := t.setNext(s, int(pos.Int()))
	t.SetField(it, 1, refcount.SmallInt(int64(next)))
	if ok && left.IsInt() {
		t.SetField(it, 3, refcount.SmallInt(left.Int()-1))
	}
	t.Unlock(it)
	if !ok {
		t.endIter(it)
	}
	return k
}
