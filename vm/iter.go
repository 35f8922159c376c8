package vm

// This file is the iteration protocol: iter and next as Go code uses them, and the iterators of the built-in containers.

import "toylang/refcount"

// Iter is iter(v).
func (t *Thread) Iter(v Value) Value {
	if !v.IsPtr() {
		return t.iterSlow(v)
	}
	switch Kind(t.builtinShape(v)) {
	case KList:
		return t.iterOver(KListIter, v)
	case KTuple:
		return t.iterOver(KTupleIter, v)
	case KRange:
		return t.rangeIter(v, false)
	case KStr:
		return t.iterStr(v)
	case KBytes, KByteArray:
		return t.iterBytes(v)
	case KDict:
		return t.dictIter(v, KDictKeys, false)
	case KDictKeys, KDictValues, KDictItems:
		return t.dictIter(t.Field(v, 0), t.Kind(v), false)
	case KSet, KFrozenSet:
		return t.setIter(v)
	case KGenerator, KListIter, KTupleIter, KRangeIter, KStrIter, KBytesIter, KDictIter, KSetIter, KSeqIter, KCallIter,
		KEnumerate, KZip, KMap, KFilter, KReversed, KStrWideIter, KByteArrayIter, KDictValueIter, KDictItemIter,
		KDictRevKeyIter, KDictRevValueIter, KDictRevItemIter, KListRevIter, KLongRangeIter:
		return t.Ref(v)
	}
	return t.iterSlow(v)
}

// iterOver makes an iterator that remembers a sequence and an index.
func (t *Thread) iterOver(k Kind, v Value) Value {
	return t.NewRecord(k, t.Ref(v), refcount.SmallInt(0))
}

// iterStr and iterBytes make the iterators of an exact str, bytes or bytearray.
func (t *Thread) iterStr(v Value) Value {
	if t.Text(v).W != nil {
		return t.iterOver(KStrWideIter, v)
	}
	return t.iterOver(KStrIter, v)
}

func (t *Thread) iterBytes(v Value) Value {
	if t.Kind(v) == KByteArray {
		return t.iterOver(KByteArrayIter, v)
	}
	return t.iterOver(KBytesIter, v)
}

func (t *Thread) iterSlow(v Value) Value {
	c := t.ClassOf(v)
	m := t.Special(c, SlotIter)
	switch {
	case m == Unbound && t.Has(c, SlotGetItem) && t.Kind(v) != KDict && t.Kind(v) != KClass && t.Kind(v) != KMapProxy:
		return t.iterOver(KSeqIter, v)
	case m == Unbound || m == None:
		return t.Raise(t.VM.Exc.TypeError, "'%s' object is not iterable", c.Name)
	}
	it := t.callSlot(m, v)
	if it == Raised || t.isIterator(it) {
		return it
	}
	t.Raise(t.VM.Exc.TypeError, "iter() returned non-iterator of type '%s'", t.TypeName(it))
	t.Decref(it)
	return Raised
}

// isIterator reports an object with __next__.
func (t *Thread) isIterator(v Value) bool { return t.Has(t.ClassOf(v), SlotNext) }

// Next gives the next item of an iterator: (item, true), (Unbound, true) at the end, (Raised, false).
func (t *Thread) Next(it Value) (Value, bool) {
	if it.IsPtr() {
		if v, known := t.nextKind(Kind(t.builtinShape(it)), it); known {
			if v == Raised && t.IsInstance(t.Exc, t.VM.Exc.StopIteration) { // a callable under map or filter ends the iteration
				t.setStop(t.stopValue())
				return Unbound, true
			}
			return v, v != Raised
		}
	}
	c := t.ClassOf(it)
	m := t.Special(c, SlotNext)
	if m == Unbound || m == None {
		return t.Raise(t.VM.Exc.TypeError, "'%s' object is not an iterator", c.Name), false
	}
	v := t.callSlot(m, it)
	if v != Raised {
		return v, true
	}
	if t.Exc == Unbound || !t.IsInstance(t.Exc, t.VM.Exc.StopIteration) {
		return Raised, false
	}
	t.setStop(t.stopValue())
	return Unbound, true
}

// setStop keeps the value that ended an iteration (owned), for yield from.
func (t *Thread) setStop(v Value) {
	old := t.stop
	t.stop = v
	t.Decref(old)
}

// nextKind is Next for an object with the layout of a built-in iterator; known is false for other kinds.
func (t *Thread) nextKind(k Kind, it Value) (v Value, known bool) {
	switch k {
	case KRangeIter, KLongRangeIter:
		v = t.rangeNext(it)
	case KListIter:
		v = t.stepIter(it, func(l Value, i int) Value { return t.ListGet(l, i) })
	case KTupleIter:
		v = t.stepIter(it, func(x Value, i int) Value {
			items := t.Items(x)
			if i >= items.Len() {
				return Unbound
			}
			return t.Ref(items.Get(i))
		})
	case KStrIter:
		v = t.stepIter(it, func(s Value, i int) Value {
			if n := int(uint32(t.RawWord(s, strLen))); i < n {
				if b := t.RawBytes(s, strData, n); i < len(b) {
					return t.Ref(t.VM.chars[b[i]&0x7F])
				}
			}
			return Unbound
		})
	case KStrWideIter:
		v = t.stepIter(it, func(s Value, i int) Value {
			if x := t.Text(s); i < x.Len() {
				return t.newRune(x.At(i))
			}
			return Unbound
		})
	case KBytesIter, KByteArrayIter:
		v = t.stepIter(it, func(s Value, i int) Value {
			t.Lock(s)
			defer t.Unlock(s)
			if b, _ := t.Bytes(s); i < len(b) {
				return refcount.SmallInt(int64(b[i]))
			}
			return Unbound
		})
	case KDictIter, KDictValueIter, KDictItemIter, KDictRevKeyIter, KDictRevValueIter, KDictRevItemIter:
		v = t.dictIterNext(it)
	case KSetIter:
		v = t.setIterNext(it)
	case KGenerator:
		var quick bool
		if v, quick = t.genStep(it); !quick {
			v, _ = t.GenNext(it)
		}
	case KSeqIter, KCallIter, KReversed, KListRevIter, KEnumerate, KZip, KMap, KFilter:
		if t.nested >= maxNested {
			return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded"), true
		}
		t.nested++
		v = t.nextNested(k, it)
		t.nested--
	default:
		return Unbound, false
	}
	if v == Unbound && t.stop != None {
		t.setStop(None)
	}
	return v, true
}

// maxNested bounds how deep iterators may stand in iterators: Go's stack is not endless. CPython has no bound and crashes.
const maxNested = 20000

// nextNested is Next for the iterators that ask others.
func (t *Thread) nextNested(k Kind, it Value) Value {
	switch k {
	case KSeqIter:
		return t.seqIterNext(it)
	case KCallIter:
		return t.callIterNext(it)
	case KReversed, KListRevIter:
		return t.reversedNext(it)
	case KEnumerate:
		return t.enumerateNext(it)
	case KZip:
		return t.zipNext(it)
	case KMap:
		return t.mapNext(it)
	}
	return t.filterNext(it)
}

// stepIter advances an iterator of a sequence and an index. at gives the item at an index (owned), Unbound at the end.
func (t *Thread) stepIter(it Value, at func(seq Value, i int) Value) Value {
	t.Lock(it)
	seq, ix := t.Field(it, 0), t.Field(it, 1)
	if !seq.IsPtr() || !ix.IsInt() || ix.Int() < 0 || ix.Int() > maxList {
		t.Unlock(it)
		return Unbound
	}
	v := at(seq, int(ix.Int()))
	if v != Unbound {
		t.SetField(it, 1, ix+1)
		t.Unlock(it)
		return v
	}
	t.Unlock(it)
	t.endIter(it)
	return Unbound
}

// endIter makes an iterator forget what it goes through: it has come to the end for good.
func (t *Thread) endIter(it Value) {
	t.Lock(it)
	old := t.Field(it, 0)
	t.SetField(it, 0, Unbound)
	t.Unlock(it)
	t.Decref(old)
}

// source gives what an iterator goes through (owned) and its second field; Unbound when it has come to the end.
func (t *Thread) source(it Value) (src, second Value) {
	t.Lock(it)
	src, second = t.Ref(t.Field(it, 0)), t.Ref(t.Field(it, 1))
	t.Unlock(it)
	return
}

// outOfItems says whether the exception being raised is what ends the iteration of a sequence, and drops it.
func (t *Thread) outOfItems() bool {
	return t.Catch(t.VM.Exc.IndexError) || t.Catch(t.VM.Exc.StopIteration)
}

func (t *Thread) seqIterNext(it Value) Value {
	seq, ix := t.source(it)
	if seq == Unbound {
		return Unbound
	}
	m := t.Hold(seq)
	v := t.GetItem(seq, ix)
	t.Unhold(m)
	if v != Raised {
		if ix.IsInt() {
			t.Lock(it)
			t.SetField(it, 1, ix+1)
			t.Unlock(it)
		}
		return v
	}
	if t.outOfItems() {
		t.endIter(it)
		return Unbound
	}
	return Raised
}

func (t *Thread) callIterNext(it Value) Value {
	fn, sentinel := t.source(it)
	if fn == Unbound {
		t.Decref(sentinel)
		return Unbound
	}
	m := t.Hold(fn)
	t.Hold(sentinel)
	defer t.Unhold(m)
	v := t.Call(fn)
	if v == Raised {
		if t.Catch(t.VM.Exc.StopIteration) {
			t.endIter(it)
			return Unbound
		}
		return Raised
	}
	h := t.Hold(v)
	eq, ok := t.Equal(sentinel, v)
	if !ok {
		return Raised
	}
	v = t.Release(h)
	if eq {
		t.Decref(v)
		t.endIter(it)
		return Unbound
	}
	return v
}

// reversedSeq makes the iterator that goes from the last of n items to the first.
func (t *Thread) reversedSeq(v Value, n int) Value {
	k := KReversed
	if t.Kind(v) == KList {
		k = KListRevIter
	}
	return t.NewRecord(k, t.Ref(v), refcount.SmallInt(int64(n)-1))
}

func (t *Thread) reversedNext(it Value) Value {
	t.Lock(it)
	seq, ix := t.Ref(t.Field(it, 0)), t.Field(it, 1)
	if ix.IsInt() && ix.Int() >= 0 {
		t.SetField(it, 1, refcount.SmallInt(ix.Int()-1))
	}
	t.Unlock(it)
	if seq == Unbound {
		return Unbound
	}
	m := t.Hold(seq)
	v := Unbound
	if ix.IsInt() && ix.Int() >= 0 {
		if t.Is(seq, KList) {
			v = t.ListGet(seq, int(ix.Int()))
		} else if v = t.GetItem(seq, ix); v == Raised && t.outOfItems() {
			v = Unbound
		}
	}
	t.Unhold(m)
	if v == Unbound {
		t.endIter(it)
	}
	return v
}

// Each calls do for every item (borrowed) that an iterable gives, until it says false; false when do or the iteration
// failed.
func (t *Thread) Each(iterable Value, do func(item Value) bool) bool {
	it := t.Iter(iterable)
	if it == Raised {
		return false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	for {
		v, ok := t.Next(it)
		if !ok {
			return false
		}
		if v == Unbound {
			return true
		}
		h := t.Hold(v)
		ok = do(v)
		t.Unhold(h)
		if !ok {
			return false
		}
	}
}

// EachBrief is Each for a do that leaves no reference in Go variables: what the iteration has let go of may be collected
// while it goes on.
func (t *Thread) EachBrief(iterable Value, do func(item Value) bool) bool {
	mark := -1
	return t.Each(iterable, func(item Value) bool {
		if mark < 0 { // the iterator is held, and so is the item
			mark = t.ScopeMark()
		}
		ok := do(item)
		t.ScopeCut(mark)
		return ok
	})
}

// lengthHint asks an object of a class made by a program for its length, as list() does before it begins.
func (t *Thread) lengthHint(v Value) (n int, ok bool) {
	if !v.IsPtr() {
		return 0, true
	}
	switch Kind(t.builtinShape(v)) {
	case KNull:
	case KReversed, KSeqIter: // they ask what they go through
		src := t.lockedField(v, 0)
		m := t.Hold(src)
		defer t.Unhold(m)
		if src.IsPtr() && t.builtinShape(src) == uint16(KNull) && t.Has(t.ClassOf(src), SlotLen) {
			return t.Len(src)
		}
		return 0, true
	default:
		return 0, true
	}
	c := t.ClassOf(v)
	if t.Has(c, SlotLen) {
		if n, ok = t.Len(v); ok || !t.Catch(t.VM.Exc.TypeError) {
			return n, ok
		}
	}
	m := t.Special(c, SlotLengthHint)
	if m == Unbound || m == None {
		return 0, true
	}
	r := t.callSlot(m, v)
	switch {
	case r == Raised:
		return 0, t.Catch(t.VM.Exc.TypeError)
	case r == NotImplemented:
		return 0, true
	}
	defer t.Decref(r)
	if !t.IsInt(r) {
		t.Raise(t.VM.Exc.TypeError, "__length_hint__ must be an integer, not %s", t.TypeName(r))
		return 0, false
	}
	x, fits := t.Small(r)
	if !fits {
		t.Raise(t.VM.Exc.OverflowError, "Python int too large to convert to C ssize_t")
		return 0, false
	}
	if x < 0 {
		t.Raise(t.VM.Exc.ValueError, "__length_hint__() should return >= 0")
		return 0, false
	}
	return int(min(x, maxList)), true
}

// searchIter is x in v by iteration.
func (t *Thread) searchIter(v, x Value) (in, ok bool) {
	i, ok := t.findIter(v, x)
	return i >= 0, ok
}

// findIter gives the position of the first item equal to x, -1 when there is none.
func (t *Thread) findIter(v, x Value) (at int64, ok bool) {
	it := t.Iter(v)
	if it == Raised {
		return -1, false
	}
	m := t.Hold(it)
	defer t.Unhold(m)
	mark := t.ScopeMark()
	for i := int64(0); ; i++ {
		t.ScopeCut(mark)
		y, ok := t.Next(it)
		if !ok || y == Unbound {
			return -1, ok
		}
		h := t.Hold(y)
		eq, ok := t.Equal(y, x)
		t.Unhold(h)
		if !ok {
			return -1, false
		}
		if eq {
			return i, true
		}
	}
}

// indexIter and countIter are the methods index and count by iteration.
func (t *Thread) indexIter(v, x Value) Value {
	i, ok := t.findIter(v, x)
	if !ok {
		return Raised
	}
	if i < 0 {
		return t.Raise(t.VM.Exc.ValueError, "sequence.index(x): x not in sequence")
	}
	return refcount.SmallInt(i)
}

func (t *Thread) countIter(v, x Value) Value {
	n := int64(0)
	if !t.EachBrief(v, func(y Value) bool {
		eq, ok := t.Equal(y, x)
		n += int64(in2int(eq))
		return ok
	}) {
		return Raised
	}
	return refcount.SmallInt(n)
}
