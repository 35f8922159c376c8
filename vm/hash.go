package vm

// This file is hash(): CPython's own hashes for numbers, tuples and frozensets, and what user classes define.

import (
	"toylang/vm/text"
)

// noneHash is hash(None): any constant would do.
const noneHash = 0xfca86420

// Hash is hash(v); a TypeError where v is not hashable.
func (t *Thread) Hash(v Value) (h int64, ok bool) {
	switch {
	case v.IsInt():
		if h = v.Int(); h == -1 {
			h = -2
		}
		return h, true
	case v.IsFloat():
		if h, ok = text.HashFloat(v.Float()); !ok {
			h = t.identityHash(v << 8)
		}
		return h, true
	case v.IsBool():
		return int64(v - False), true
	case v == None:
		return noneHash, true
	case !v.IsPtr():
		return t.identityHash(v), true
	}
	switch Kind(t.builtinShape(v)) {
	case KStr:
		return t.strHashOf(v), true
	case KBytes:
		return t.bytesHash(v), true
	case KInt:
		return t.intHash(v), true
	case KTuple:
		return t.hashTuple(v)
	case KFrozenSet:
		return t.hashFrozenSet(v), true
	case KList, KDict, KSet, KByteArray, KSlice:
		return t.unhashable(v)
	case KFunction, KClass, KModule, KGenerator, KObject, KNative, KLock, KException:
		return t.identityHash(v), true
	}
	return t.hashSlow(v)
}

func (t *Thread) unhashable(v Value) (int64, bool) {
	t.Raise(t.VM.Exc.TypeError, "unhashable type: '%s'", t.TypeName(v))
	return 0, false
}

// hashSlow asks the class.
func (t *Thread) hashSlow(v Value) (h int64, ok bool) {
	m := t.Special(t.ClassOf(v), SlotHash)
	switch {
	case m == None || m == Unbound:
		return t.unhashable(v)
	case t.isObjects(m):
		t.Decref(m)
		return t.identityHash(v), true
	}
	r := t.callSlot(m, v)
	if r == Raised {
		return 0, false
	}
	if !t.IsInt(r) {
		t.Decref(r)
		t.Raise(t.VM.Exc.TypeError, "__hash__ method should return an integer")
		return 0, false
	}
	if x, fits := t.Small(r); fits {
		h = x
		if h == -1 {
			h = -2
		}
	} else {
		h = t.intHash(r)
	}
	t.Decref(r)
	return h, true
}

// strHashOf is the hash of a str, kept in the str; never 0.
func (t *Thread) strHashOf(v Value) int64 {
	if h := int64(t.RawWord(v, strHash)); h != 0 {
		return h
	}
	var h int64
	if n := t.RawWord(v, strLen); n&wideStr == 0 && t.Quick() {
		if n-1 < 7 { // 1 to 7
			h = text.HashShort(t.RawWord(v, strData)&(1<<(8*n)-1), int(n))
		} else {
			h = text.HashBytes(t.QuickBytes(v, strData, int(n)))
		}
	} else {
		h = text.HashStr(t.Text(v))
	}
	if h == 0 {
		h = 1
	}
	t.SetRawWord(v, strHash, uint64(h))
	return h
}

func (t *Thread) bytesHash(v Value) int64 {
	if h := int64(t.RawWord(v, strHash)); h != 0 {
		return h
	}
	b, _ := t.Bytes(v)
	h := text.HashBytes(b)
	if h == 0 {
		h = 1
	}
	t.SetRawWord(v, strHash, uint64(h))
	return h
}

// intHash is the hash of an int-like object.
func (t *Thread) intHash(v Value) int64 {
	if x, ok := t.Small(v); ok {
		return text.HashInt(x)
	}
	return text.HashBig(t.Big(v))
}

// hashTuple combines the hashes of a tuple's items.
func (t *Thread) hashTuple(v Value) (h int64, ok bool) {
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
		return 0, false
	}
	acc := text.NewTupleHasher()
	items := t.Items(v)
	ok = true
	for i := 0; ok && i < items.Len(); i++ {
		if h, ok = t.Hash(items.Get(i)); ok {
			acc.Add(h)
		}
	}
	t.depth--
	return acc.Sum(), ok
}

// hashFrozenSet combines the hashes that the set keeps with its items.
func (t *Thread) hashFrozenSet(v Value) int64 {
	var acc text.FrozensetHasher
	t.Lock(v)
	tab := t.Table(t.Body(v).Payload)
	for i := 0; i < tab.Used(); i++ {
		if tab.Key(i) != Unbound {
			acc.Add(int64(tab.Hash(i)))
		}
	}
	t.Unlock(v)
	return acc.Sum()
}
