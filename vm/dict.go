package vm

// This file is the dict itself: an ordered hash table with open addressing, after CPython's compact dict. Its methods on
// objects are in dictmethods.go.
//
// The body word names the table and the number of live entries; the state word is the dict's version, which changes when
// its keys do (low 32 bits), and whether it is a namespace (bit 32), whose changes retire the caches of LoadGlobal.
//
// A probe compares keys, and comparing may run toy code: it is done without the dict's lock, and the probe starts again
// when the table or its keys have changed in between.

import (
	"sync/atomic"

	"toylang/refcount"
)

const namespaceDict = 1 << 32

const dictMinLog2 = refcount.SmallDictLog2

// dictMinUsable is its usable.
const dictMinUsable = refcount.SmallDictUsable

// usable is the number of entries for an index of 1<<log2.
func usable(log2 int) uint32 { return uint32(1<<log2) * 2 / 3 }

// NewDict makes an empty dict.
func (t *Thread) NewDict() Value { return t.newDict(uint16(KDict)) }

func (t *Thread) newDict(shape uint16) Value {
	return t.NewContainer(refcount.PoolDict, shape)
}

// NewNamespace makes the dict of a module.
func (t *Thread) NewNamespace() Value {
	d := t.NewDict()
	if d != Raised {
		t.SetStateWord(d, namespaceDict)
	}
	return d
}

// DictLen is the number of keys.
func (t *Thread) DictLen(d Value) int { return t.LenOf(d) }

// changedKeys notes that d's keys have changed. d is locked.
func (t *Thread) changedKeys(d Value) {
	s := t.StateWord(d)
	t.SetStateWord(d, s&^0xFFFFFFFF|uint64(uint32(s)+1))
	if s&namespaceDict != 0 {
		atomic.AddUint32(&t.VM.epoch, 1)
	}
}

// probe finds the entry of a key: its number and place in the index, or -1. same says how to compare; it is asked only
// where the hashes are equal. The dict is locked or the strategy has no locks.
func (t *Thread) probe(tab refcount.Table, hash uint64, same func(k Value) bool) (entry int, slot uint64) {
	if tab.Empty() {
		return -1, 0
	}
	for w := tab.Search(hash); ; {
		e, slot := tab.Next(&w)
		if e < 0 {
			return -1, slot
		}
		if k := tab.Key(e); k != Unbound && same(k) {
			return e, slot
		}
	}
}

// found is the answer of a look-up whose comparison had to leave the dict's lock.
type found int

const (
	notFound found = iota
	isFound
	failed // an exception was raised
)

// locate finds the entry of a key and leaves the dict locked, whatever it answers but failed. Comparisons that may run
// toy code are made without the lock.
func (t *Thread) locate(d, key Value, hash uint64) (tab refcount.Table, entry int, slot uint64, r found) {
	if simpleKey(t, key) {
		t.Lock(d)
		tab = t.Table(t.Body(d).Payload)
		if tab.Empty() {
			return tab, -1, 0, notFound
		}
		hard := false
		for w := tab.Search(hash); ; {
			if entry, slot = tab.Next(&w); entry < 0 {
				break
			}
			k := tab.Key(entry)
			if k == key {
				return tab, entry, slot, isFound
			}
			if k == Unbound {
				continue
			}
			eq, known := t.quickEqual(k, key)
			if eq {
				return tab, entry, slot, isFound
			}
			hard = hard || !known
		}
		if !hard {
			return tab, -1, slot, notFound
		}
		t.Unlock(d)
	}
	return t.locateHard(d, key, hash)
}

// probeStr is probe for an exact str, whose comparison runs no toy code.
func (t *Thread) probeStr(tab refcount.Table, key Value, hash uint64) (entry int, slot uint64) {
	if tab.Empty() {
		return -1, 0
	}
	for w := tab.Search(hash); ; {
		e, slot := tab.Next(&w)
		if e < 0 {
			return -1, slot
		}
		if k := tab.Key(e); k == key || t.Is(k, KStr) && t.sameStr(k, key) {
			return e, slot
		}
	}
}

// locateHard is locate where comparing may run toy code.
func (t *Thread) locateHard(d, key Value, hash uint64) (tab refcount.Table, entry int, slot uint64, r found) {
	for tries := 0; ; tries++ {
		t.Lock(d)
		tab = t.Table(t.Body(d).Payload)
		version, payload := t.StateWord(d), t.Body(d).Payload
		var different []Value // keys found unequal in this round (owned)
		for {
			var ask Value = Unbound
			entry, slot = t.probe(tab, hash, func(k Value) bool {
				if k == key {
					return true
				}
				if eq, known := t.quickEqual(k, key); known {
					return eq
				}
				for _, x := range different {
					if x == k {
						return false
					}
				}
				ask = k
				return true
			})
			if ask == Unbound {
				t.dropAll(different)
				if entry >= 0 {
					return tab, entry, slot, isFound
				}
				return tab, -1, slot, notFound
			}
			t.Incref(ask)
			t.Unlock(d)
			m := t.Hold(ask)
			eq, ok := t.Equal(ask, key)
			if !ok {
				t.Unhold(m)
				t.dropAll(different)
				return tab, -1, 0, failed
			}
			t.Lock(d)
			if t.Body(d).Payload != payload || t.StateWord(d) != version {
				t.Unlock(d)
				t.Unhold(m)
				t.dropAll(different)
				break // changed meanwhile: start again
			}
			if eq {
				t.dropAll(different)
				t.Unlock(d)
				t.Unhold(m)
				t.Lock(d)
				if t.Body(d).Payload == payload && t.StateWord(d) == version {
					return tab, entry, slot, isFound
				}
				t.Unlock(d)
				break
			}
			different = append(different, t.Release(m))
		}
		if tries > 1000 {
			t.Raise(t.VM.Exc.RuntimeError, "dictionary changed during lookup")
			return tab, -1, 0, failed
		}
	}
}

func (t *Thread) dropAll(vs []Value) {
	for _, v := range vs {
		t.Decref(v)
	}
}

// simpleKey reports a key whose comparison with other simple keys runs no toy code.
func simpleKey(t *Thread, k Value) bool { return !k.IsPtr() || t.Is(k, KStr) || t.Is(k, KInt) }

// quickEqual compares two keys without running toy code; known is false when it cannot.
func (t *Thread) quickEqual(a, b Value) (eq, known bool) {
	if a == b {
		return true, true
	}
	if a.IsPtr() && b.IsPtr() {
		as, bs := t.ShapeOf(a), t.ShapeOf(b)
		if as == uint16(KStr) && bs == uint16(KStr) {
			return t.sameStr(a, b), true
		}
		if as == uint16(KInt) && bs == uint16(KInt) {
			return t.cmpInts(a, b) == 0, true
		}
		return false, as == uint16(KStr) && bs == uint16(KInt) || as == uint16(KInt) && bs == uint16(KStr)
	}
	if a.IsPtr() {
		a, b = b, a
	}
	if b.IsPtr() { // a number or constant against an object
		s := t.ShapeOf(b)
		return false, s == uint16(KStr) || s == uint16(KBytes) || s == uint16(KTuple) || s == uint16(KInt) && !a.IsFloat()
	}
	x, aok := numeric(a)
	y, bok := numeric(b)
	return aok && bok && x == y, true
}

// numeric gives the value of an inline number; small ints are exact as doubles.
func numeric(v Value) (float64, bool) {
	switch {
	case v.IsInt():
		return float64(v.Int()), true
	case v.IsFloat():
		return v.Float(), true
	case v == True:
		return 1, true
	case v == False:
		return 0, true
	}
	return 0, false
}

// DictGet looks a key up (owned): Unbound when it is not there, Raised when hashing or comparing raised.
func (t *Thread) DictGet(d, key Value) Value {
	if t.Quick() {
		if v, known := t.quickDictGet(d, key); known {
			return v
		}
	}
	h, ok := t.Hash(key)
	if !ok {
		return Raised
	}
	return t.DictGetHash(d, key, uint64(h))
}

// DictGetHash is DictGet with the key's hash at hand.
func (t *Thread) DictGetHash(d, key Value, hash uint64) Value {
	if t.LenOf(d) == 0 {
		return Unbound
	}
	if t.LockFree && t.Locks {
		if v, known := t.peek(d, key, hash); known {
			return v
		}
	}
	tab, e, _, r := t.locate(d, key, hash)
	if r == failed {
		return Raised
	}
	v := Unbound
	if r == isFound {
		v = t.Ref(tab.Val(e))
	}
	t.Unlock(d)
	return v
}

// DictGetStr looks an interned str up (owned); Unbound when it is not there. It runs no toy code.
func (t *Thread) DictGetStr(d, name Value) Value {
	if t.LenOf(d) == 0 {
		return Unbound
	}
	hash := uint64(t.strHashOf(name))
	if t.LockFree && t.Locks {
		if v, known := t.peek(d, name, hash); known {
			return v
		}
	}
	t.Lock(d)
	tab := t.Table(t.Body(d).Payload)
	e, _ := t.probeStr(tab, name, hash)
	v := Unbound
	if e >= 0 {
		v = t.Ref(tab.Val(e))
	}
	t.Unlock(d)
	return v
}

// DictSet stores a value under a key; both are borrowed (the dict takes references of its own).
func (t *Thread) DictSet(d, key, val Value) bool {
	if t.Quick() {
		if ok, known := t.quickDictSet(d, key, val); known {
			return ok
		}
	}
	h, ok := t.Hash(key)
	return ok && t.DictSetHash(d, key, val, uint64(h))
}

// DictSetStr stores a value under an interned str.
func (t *Thread) DictSetStr(d, name, val Value) bool {
	return t.DictSetHash(d, name, val, uint64(t.strHashOf(name)))
}

// DictSetHash is DictSet with the key's hash at hand.
func (t *Thread) DictSetHash(d, key, val Value, hash uint64) bool {
	tab, e, slot, r := t.locate(d, key, hash)
	if r == failed {
		return false
	}
	t.Incref(val)
	if r == isFound {
		old := tab.Val(e)
		tab.SetVal(e, val)
		t.Unlock(d)
		t.Decref(old)
		return true
	}
	return t.dictInsert(d, tab, slot, key, val, hash)
}

// dictInsert adds an entry at the place in the index where a look-up has ended; val moves into the dict. d is locked, and
// is not afterwards. The table's fill counts the entries that popitem has taken from the end: their places in the index
// are used up.
func (t *Thread) dictInsert(d Value, tab refcount.Table, slot uint64, key, val Value, hash uint64) bool {
	if tab.Empty() || tab.Used()+tab.Fill() >= tab.Cap() {
		grown := t.dictResize(d, tab, 0)
		if grown.Empty() {
			t.Unlock(d)
			t.Decref(val)
			return false
		}
		tab = grown
		w := tab.Search(hash)
		for e := 0; e >= 0; {
			e, slot = tab.Next(&w)
		}
	}
	n := tab.Used()
	tab.SetEntry(n, hash, t.Ref(key), val)
	tab.SetIndex(slot, n)
	tab.SetUsed(n + 1)
	b := t.Body(d)
	b.Len++
	t.SetBody(d, b)
	t.changedKeys(d)
	t.Unlock(d)
	return true
}

// dictResize replaces the table by one with room for more (or without the deleted entries), and for room entries in all. d is
// locked. An empty table is returned when memory is exhausted (MemoryError is set).
func (t *Thread) dictResize(d Value, old refcount.Table, room uint32) refcount.Table {
	b := t.Body(d)
	log2 := dictMinLog2
	for usable(log2) < max(b.Len*2+1, room) || log2 == dictMinLog2 && usable(log2) <= b.Len {
		log2++
	}
	off := t.NewTable(uint8(log2), 3, usable(log2))
	if off == 0 {
		return refcount.Table{}
	}
	tab := t.Table(off)
	n := 0
	for i := 0; i < old.Used() && n < tab.Cap(); i++ {
		k := old.Key(i)
		if k == Unbound {
			continue
		}
		h := old.Hash(i)
		tab.SetEntry(n, h, k, old.Val(i))
		tab.Place(h, n)
		n++
	}
	tab.SetUsed(n)
	t.SetBody(d, refcount.Body{Payload: off, Len: uint32(n)})
	t.freeTable(d, b.Payload)
	t.changedKeys(d)
	return tab
}

// dictReserve makes room for room entries in a dict that nobody else has yet; without memory, none.
func (t *Thread) dictReserve(d Value, room int) {
	if tab := t.Table(t.Body(d).Payload); tab.Empty() || tab.Cap() < room {
		t.dictResize(d, tab, uint32(room))
	}
}

// DictPop takes a key out and gives its value (owned): Unbound when it is not there, Raised on an error.
func (t *Thread) DictPop(d, key Value) Value {
	h, ok := t.Hash(key)
	if !ok {
		return Raised
	}
	if t.LenOf(d) == 0 {
		return Unbound
	}
	tab, e, slot, r := t.locate(d, key, uint64(h))
	if r == failed {
		return Raised
	}
	if r == notFound {
		t.Unlock(d)
		return Unbound
	}
	k, v := tab.Key(e), tab.Val(e)
	t.dictRemove(d, tab, e, slot)
	t.Unlock(d)
	t.Decref(k)
	return v
}

// dictRemove takes an entry out; its key and value become the caller's. d is locked.
func (t *Thread) dictRemove(d Value, tab refcount.Table, e int, slot uint64) {
	t.Keep(tab.Key(e))
	t.Keep(tab.Val(e))
	tab.SetIndex(slot, -2)
	tab.SetKey(e, Unbound)
	tab.SetVal(e, Unbound)
	b := t.Body(d)
	if b.Len > 0 {
		b.Len--
	}
	t.SetBody(d, b)
	t.changedKeys(d)
}

// DictClear empties the dict.
func (t *Thread) DictClear(d Value) {
	t.Lock(d)
	b := t.Body(d)
	tab := t.Table(b.Payload)
	t.SetBody(d, refcount.Body{})
	t.changedKeys(d)
	t.Unlock(d)
	for i := 0; i < tab.Used(); i++ {
		t.Decref(tab.Key(i))
		t.Decref(tab.Val(i))
	}
	t.freeTable(d, b.Payload)
}

// freeTable frees a table that d no longer has. The caches of global names read a namespace's without looking at the dict.
func (t *Thread) freeTable(d Value, payload uint32) {
	if t.StateWord(d)&namespaceDict != 0 {
		t.FreeLater(payload)
	} else {
		t.FreeReplaced(d, payload)
	}
}

// DictNext gives the first entry at or after position pos (owned key and value) and the position after it; ok is false
// at the end.
func (t *Thread) DictNext(d Value, pos int) (key, val Value, next int, ok bool) {
	t.Lock(d)
	defer t.Unlock(d)
	tab := t.Table(t.Body(d).Payload)
	for n := tab.Used(); pos < n; pos++ {
		if k := tab.Key(pos); k != Unbound {
			return t.Ref(k), t.Ref(tab.Val(pos)), pos + 1, true
		}
	}
	return Unbound, Unbound, pos, false
}
