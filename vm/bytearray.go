package vm

// This file defines the type bytearray: bytes that can be changed.
//
// Its contents stand in a payload that may be larger than them. They are changed under the object's lock, by splice.

import (
	"bytes"
	"math"
	"slices"

	"toylang/refcount"
	"toylang/vm/text"
)

// NewByteArray makes a bytearray with a copy of b.
func (t *Thread) NewByteArray(b []byte) Value {
	v := t.NewContainer(refcount.PoolByteArray, uint16(KByteArray))
	if v != Raised && len(b) > 0 && !t.splice(v, 0, 0, b) {
		t.Decref(v)
		return Raised
	}
	return v
}

// splice replaces del bytes at the index at by ins, which is not part of v. The range is cut to what there is.
func (t *Thread) splice(v Value, at, del int, ins []byte) bool {
	t.Lock(v)
	ok := t.spliceLocked(v, at, del, ins)
	t.Unlock(v)
	return ok
}

// atEnd is an index for splice: behind the last byte, however many there are by then.
const atEnd = math.MaxInt

// spliceLocked is splice of a bytearray that the caller has locked.
func (t *Thread) spliceLocked(v Value, at, del int, ins []byte) bool {
	body := t.Body(v)
	old := t.ByteData(body.Payload)
	old = old[:min(int(body.Len), len(old))]
	at = min(max(at, 0), len(old))
	del = min(max(del, 0), len(old)-at)
	n := len(old) - del + len(ins)
	if n > 1<<31-1 {
		t.raiseMemory()
		return false
	}
	if n <= cap(old) {
		d := old[:n]
		copy(d[at+len(ins):], old[at+del:])
		copy(d[at:], ins)
		t.SetBody(v, refcount.Body{Payload: body.Payload, Len: uint32(n)})
		return true
	}
	room := n
	if len(old) > 0 {
		room += n/8 + 16
	}
	off, _ := t.AllocPayload(refcount.GBytes, room)
	if off == 0 {
		return false
	}
	d := t.ByteData(off)
	copy(d, old[:at])
	copy(d[at:], ins)
	copy(d[at+len(ins):n], old[at+del:])
	t.SetBody(v, refcount.Body{Payload: off, Len: uint32(n)})
	t.FreePayload(body.Payload)
	return true
}

// arrayLen is the number of bytes of a bytearray, which is not locked.
func (t *Thread) arrayLen(v Value) int {
	t.Lock(v)
	b := t.Body(v)
	n := min(int(b.Len), len(t.ByteData(b.Payload)))
	t.Unlock(v)
	return n
}

// initByteArray registers the type.
func (t *Thread) initByteArray() {
	c := t.defType(TypeDef{Kind: KByteArray, Name: "bytearray", Own: true,
		Static: []Def{
			{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				cls := t.ClassFrom(a[0])
				switch {
				case cls == nil || !cls.Sub(t.VM.kinds[KByteArray]):
					return t.Raise(t.VM.Exc.TypeError, "bytearray.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
				case cls.Builtin:
					return t.NewByteArray(nil)
				}
				return t.NewInstance(cls)
			}},
			{"maketrans(frm, to, /)", bytesMakeTrans},
		},
		Class: []Def{{"fromhex(cls, string, /)", bytesFromHex}},
	})
	t.defByteMethods(c, byteOperators)
	t.defByteMethods(c, byteMethods)
	t.defByteMethods(c, arrayMethods)
	t.setDict(c, "__hash__", None)
}

// arrayMethods are bytearray's own methods.
var arrayMethods = []byteDef{
	{"__init__(self, source=b'', encoding='utf-8', errors='strict')", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		d, ok := t.bytesFrom(a[0], a[1], a[2], "bytearray")
		return okNone(ok && t.splice(self, 0, t.arrayLen(self), t.apart(self, a[0], d)))
	}},
	{"__repr__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.reprBase(self) }},
	{"__str__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.reprBase(self) }},
	{"__setitem__(self, key, value, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		return okNone(t.arraySet(self, a[0], a[1]))
	}},
	{"__delitem__(self, key, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		return okNone(t.arraySet(self, a[0], Unbound))
	}},
	{"__iadd__(self, value, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		o, ok := t.byteData(a[0])
		if !ok {
			return t.Raise(t.VM.Exc.TypeError, "can't concat %s to %s", t.TypeName(a[0]), t.TypeName(self))
		}
		if a[0] == self && len(o) > 0 {
			return t.Raise(t.VM.Exc.BufferError, "Existing exports of data: object cannot be re-sized")
		}
		if !t.splice(self, atEnd, 0, o) {
			return Raised
		}
		return t.Ref(self)
	}},
	{"__imul__(self, value, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		r := bytesMul(t, self, b, a)
		if r == Raised {
			return r
		}
		d, _ := t.byteData(r)
		ok := t.splice(self, 0, t.arrayLen(self), d)
		t.Decref(r)
		if !ok {
			return Raised
		}
		return t.Ref(self)
	}},
	{"append(self, item, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		c, ok := t.byteValue(a[0])
		return okNone(ok && t.splice(self, atEnd, 0, []byte{c}))
	}},
	{"extend(self, iterable_of_ints, /)", arrayExtend},
	{"insert(self, index, item, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		if !t.IsInt(a[0]) && !t.Has(t.ClassOf(a[0]), SlotIndex) {
			return t.Raise(t.VM.Exc.TypeError, "'%s' object cannot be interpreted as an integer", t.TypeName(a[0]))
		}
		i, ok := t.sliceArg(a[0], 0)
		if !ok {
			return Raised
		}
		c, ok := t.byteValue(a[1])
		if !ok {
			return Raised
		}
		n := int64(t.arrayLen(self))
		if i < 0 {
			i = max(i+n, 0)
		}
		return okNone(t.splice(self, int(min(i, n)), 0, []byte{c}))
	}},
	{"pop(self, index=-1, /)", arrayPop},
	{"remove(self, value, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		c, ok := t.byteValue(a[0])
		if !ok {
			return Raised
		}
		t.Lock(self)
		d, _ := t.Bytes(self)
		i := bytes.IndexByte(d, c)
		ok = i < 0 || t.spliceLocked(self, i, 1, nil)
		t.Unlock(self)
		if i < 0 {
			return t.Raise(t.VM.Exc.ValueError, "value not found in bytearray")
		}
		return okNone(ok)
	}},
	{"reverse(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		t.Lock(self)
		d, _ := t.Bytes(self)
		slices.Reverse(d)
		t.Unlock(self)
		return None
	}},
	{"clear(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		t.Lock(self)
		old := t.Body(self)
		t.SetBody(self, refcount.Body{})
		t.FreePayload(old.Payload)
		t.Unlock(self)
		return None
	}},
	{"copy(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.NewByteArray(b) }},
	{"__sizeof__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		if len(b) == 0 {
			return refcount.SmallInt(56)
		}
		return refcount.SmallInt(int64(57 + len(b)))
	}},
}

// apart gives d, the contents of src, as bytes that a change of v leaves alone.
func (t *Thread) apart(v, src Value, d []byte) []byte {
	if src == v {
		return append([]byte(nil), d...)
	}
	return d
}

func arrayExtend(t *Thread, self Value, b text.Bytes, a []Value) Value {
	d, ok := t.byteData(a[0])
	if ok {
		return okNone(t.splice(self, atEnd, 0, t.apart(self, a[0], d)))
	}
	if !t.iterable(a[0]) {
		return t.Raise(t.VM.Exc.TypeError, "can't extend bytearray with %s", t.TypeName(a[0]))
	}
	d, ok = t.bytesOfInts(a[0], "byte")
	return okNone(ok && t.splice(self, atEnd, 0, d))
}

func arrayPop(t *Thread, self Value, b text.Bytes, a []Value) Value {
	i, ok := t.indexOr(a[0], -1)
	if !ok {
		return Raised
	}
	t.Lock(self)
	d, _ := t.Bytes(self)
	n, c := len(d), byte(0)
	if i < 0 {
		i += n
	}
	found := i >= 0 && i < n
	if found {
		c = d[i]
		ok = t.spliceLocked(self, i, 1, nil)
	}
	t.Unlock(self)
	switch {
	case n == 0:
		return t.Raise(t.VM.Exc.IndexError, "pop from empty bytearray")
	case !found:
		return t.Raise(t.VM.Exc.IndexError, "pop index out of range")
	case !ok:
		return Raised
	}
	return refcount.SmallInt(int64(c))
}

// arraySet is v[key] = x, or del v[key] where x is Unbound.
func (t *Thread) arraySet(v, key, x Value) bool {
	if t.Is(key, KSlice) {
		return t.arraySetSlice(v, key, x)
	}
	if !t.IsInt(key) && !t.Has(t.ClassOf(key), SlotIndex) {
		t.Raise(t.VM.Exc.TypeError, "bytearray indices must be integers or slices, not %s", t.TypeName(key))
		return false
	}
	i, ok := t.seqIndex(key)
	if !ok {
		return false
	}
	n := int64(t.arrayLen(v))
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		t.Raise(t.VM.Exc.IndexError, "bytearray index out of range")
		return false
	}
	if x == Unbound {
		return t.splice(v, int(i), 1, nil)
	}
	c, ok := t.byteValue(x)
	if !ok {
		return false
	}
	t.Lock(v)
	if d, _ := t.Bytes(v); int(i) < len(d) {
		d[i] = c
	}
	t.Unlock(v)
	return true
}

// arraySetSlice is v[slice] = x, or del v[slice] where x is Unbound.
func (t *Thread) arraySetSlice(v, key, x Value) bool {
	var ins []byte
	if x != Unbound {
		d, ok := t.byteData(x)
		switch {
		case ok:
			ins = t.apart(v, x, d)
		case t.IsInt(x) || t.IsStr(x) || x.IsFloat():
			t.Raise(t.VM.Exc.TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)")
			return false
		default:
			if ins, ok = t.bytesFrom(x, Unbound, Unbound, "bytearray"); !ok {
				return false
			}
		}
	}
	start, stop, step, n, ok := t.sliceRange(key, t.arrayLen(v))
	if !ok {
		return false
	}
	if step == 1 {
		return t.splice(v, start, max(stop-start, 0), ins)
	}
	if x == Unbound {
		d, _ := t.byteData(v)
		out := make([]byte, 0, len(d))
		if step < 0 && n > 0 {
			start, step = start+(n-1)*step, -step
		}
		for i, c := range d {
			if k := i - start; k >= 0 && k%step == 0 && k/step < n {
				continue
			}
			out = append(out, c)
		}
		return t.splice(v, 0, len(d), out)
	}
	if len(ins) != n {
		t.Raise(t.VM.Exc.ValueError, "attempt to assign bytes of size %d to extended slice of size %d", len(ins), n)
		return false
	}
	t.Lock(v)
	d, _ := t.Bytes(v)
	for i, c := range ins {
		if at := start + i*step; at >= 0 && at < len(d) {
			d[at] = c
		}
	}
	t.Unlock(v)
	return true
}
