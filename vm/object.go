package vm

// This file makes and reads the objects that everything else is built from: strs, bytes, ints, tuples, lists, records.

import (
	"math/big"

	"toylang/refcount"
	"toylang/vm/text"
)

// A str is raw: word 0 its hash (0: not yet computed), word 1 its length in characters (low 32 bits) and wideStr, then its
// characters: bytes when all are ASCII, else 32-bit code points. A bytes object is the same with bytes.
const (
	strHash = 0
	strLen  = 1
	strData = 2
	wideStr = 1 << 32
)

// An int above the inline range is raw: word 0 its length in machine words (low 32 bits) and negInt, then its magnitude,
// low word first.
const negInt = 1 << 32

// NewStr makes a str from WTF-8.
func (t *Thread) NewStr(s string) Value { return t.NewText(text.DecodeWTF8(s)) }

// NewText makes a str.
func (t *Thread) NewText(x text.Str) Value {
	if x.W == nil {
		v := t.rawStr(KStr, len(x.A), len(x.A), 0)
		if v != Raised {
			copy(t.RawBytes(v, strData, len(x.A)), x.A)
		}
		return v
	}
	v := t.rawStr(KStr, 4*len(x.W), len(x.W), wideStr)
	if v != Raised {
		copy(t.RawInts(v, strData, len(x.W)), x.W)
	}
	return v
}

func (t *Thread) rawStr(k Kind, bytes, n int, flag uint64) Value {
	if int64(bytes) > t.VM.Heap.Limit() || n > 1<<31-1 {
		t.raiseMemory()
		return Raised
	}
	if v, known := t.QuickRaw(uint16(k), strData*8+bytes, 0, uint64(n)|flag); known {
		return v
	}
	v := t.NewSized(refcount.GRaw, refcount.HeaderSize+strData*8+bytes, uint16(k))
	if v != Raised {
		t.SetRawWord(v, strHash, 0)
		t.SetRawWord(v, strLen, uint64(n)|flag)
	}
	return v
}

// internNew makes an immortal str. The intern table's lock is held.
func (t *Thread) internNew(s string) Value {
	v := t.NewStr(s)
	if v == Raised { // no memory for a name: the machine cannot go on sensibly, but it must go on
		t.Decref(t.TakeExc())
		return t.VM.interned[""]
	}
	t.Immortal(v)
	return v
}

// IsStr reports a str or an instance of a subclass.
func (t *Thread) IsStr(v Value) bool { return t.Is(v, KStr) || t.wraps(v, KStr) }

// wraps reports an instance of a class that derives from the immutable built-in kind.
func (t *Thread) wraps(v Value, k Kind) bool {
	l := t.LayoutOf(v)
	return l != nil && l.Class.Wraps == k
}

// Unwrap gives the built-in value inside an instance of a subclass of int, float, str, bytes or tuple (borrowed), or v
// itself.
func (t *Thread) Unwrap(v Value) Value {
	if l := t.LayoutOf(v); l != nil && l.Class.Wraps != 0 {
		return t.Field(v, InstFirst)
	}
	return v
}

// Text reads a str (or an instance of a subclass). An ASCII Str's bytes are guest memory: copy what you keep beyond the
// next call.
func (t *Thread) Text(v Value) text.Str {
	if !t.Is(v, KStr) {
		if v = t.Unwrap(v); !t.Is(v, KStr) {
			return text.Str{}
		}
	}
	w := t.RawWord(v, strLen)
	n := int(uint32(w))
	if w&wideStr != 0 {
		return text.Str{W: t.RawInts(v, strData, n)}
	}
	if !t.Unsafe {
		return text.Str{A: bytesToString(t.QuickBytes(v, strData, n))}
	}
	return text.Str{A: bytesToString(t.RawBytes(v, strData, n))}
}

// GoStr copies a str as WTF-8.
func (t *Thread) GoStr(v Value) string {
	x := t.Text(v)
	if x.W == nil {
		return string([]byte(x.A))
	}
	return x.EncodeWTF8()
}

// NewBytes makes a bytes object.
func (t *Thread) NewBytes(b []byte) Value {
	v := t.rawStr(KBytes, len(b), len(b), 0)
	if v != Raised {
		copy(t.RawBytes(v, strData, len(b)), b)
	}
	return v
}

// Bytes reads a bytes or bytearray object (or an instance of a subclass) as guest memory: copy what you keep.
func (t *Thread) Bytes(v Value) (b []byte, ok bool) {
	v = t.Unwrap(v)
	switch t.Kind(v) {
	case KBytes:
		return t.RawBytes(v, strData, int(uint32(t.RawWord(v, strLen)))), true
	case KByteArray:
		body := t.Body(v)
		d := t.ByteData(body.Payload)
		return d[:min(int(body.Len), len(d))], true
	}
	return nil, false
}

// NewInt makes an int.
func (t *Thread) NewInt(x int64) Value {
	if refcount.FitsSmall(x) {
		return refcount.SmallInt(x)
	}
	return t.newWide(wide64(x))
}

// NewBig makes an int of any size.
func (t *Thread) NewBig(x *big.Int) Value {
	if x.IsInt64() && refcount.FitsSmall(x.Int64()) {
		return refcount.SmallInt(x.Int64())
	}
	w := x.Bits()
	size := len(w) * wordBytes
	if int64(size) > t.VM.Heap.Limit() {
		t.raiseMemory()
		return Raised
	}
	v := t.NewSized(refcount.GRaw, refcount.HeaderSize+8+size, uint16(KInt))
	if v == Raised {
		return v
	}
	n := uint64(len(w))
	if x.Sign() < 0 {
		n |= negInt
	}
	t.SetRawWord(v, 0, n)
	out := t.RawWords(v, 1, len(w))
	for i := range out {
		out[i] = uint(w[i])
	}
	return v
}

const wordBytes = 4 << (^uint(0) >> 63)

// IsInt reports an int, bool, or an instance of a subclass.
func (t *Thread) IsInt(v Value) bool {
	return v.IsInt() || v.IsBool() || t.Is(v, KInt) || t.wraps(v, KInt)
}

// Small gives the value of an int-like object that fits an int64; ok is false for others.
func (t *Thread) Small(v Value) (x int64, ok bool) {
	switch {
	case v.IsInt():
		return v.Int(), true
	case v == True:
		return 1, true
	case v == False:
		return 0, true
	}
	v = t.Unwrap(v)
	if v.IsInt() || v.IsBool() {
		return t.Small(v)
	}
	if !t.Is(v, KInt) {
		return 0, false
	}
	w, ok := t.wideOf(v)
	return w.int64(ok)
}

// Big gives the value of an int-like object; 0 for others, also for one that is freed while it is looked at. It is the
// caller's own copy.
func (t *Thread) Big(v Value) *big.Int {
	v = t.Unwrap(v)
	switch {
	case v.IsInt():
		return big.NewInt(v.Int())
	case v == True:
		return big.NewInt(1)
	case v == False:
		return new(big.Int)
	case !t.Is(v, KInt):
		return new(big.Int)
	}
	n := t.RawWord(v, 0)
	src := t.RawWords(v, 1, int(uint32(n)))
	w := make([]big.Word, len(src))
	for i, d := range src {
		w[i] = big.Word(d)
	}
	x := new(big.Int).SetBits(w)
	if n&negInt != 0 {
		x.Neg(x)
	}
	return x
}

// NewTuple makes a tuple; it takes over the references.
func (t *Thread) NewTuple(items ...Value) Value {
	if len(items) == 0 {
		return t.Ref(t.VM.names.emptyTuple)
	}
	if v, known := t.QuickTuple(uint16(KTuple), items); known {
		return v
	}
	v := t.NewSized(refcount.GRecord, refcount.HeaderSize+8*(1+len(items)), uint16(KTuple))
	if v == Raised {
		t.DecrefAll(items...)
		return v
	}
	c := t.Fields(v)
	c.Set(0, refcount.SmallInt(int64(len(items))))
	c.Fill(1, items)
	return v
}

// Items is the view of a tuple's items (or of an instance of a subclass of tuple).
func (t *Thread) Items(v Value) TupleItems {
	if !t.Is(v, KTuple) {
		if v = t.Unwrap(v); !t.Is(v, KTuple) {
			return TupleItems{}
		}
	}
	c := t.Fields(v)
	return TupleItems{c, min(int(c.Get(0).Int()), c.Cap()-1)}
}

// TupleItems is a bounded view of a tuple's items, which do not change while somebody holds the tuple.
type TupleItems struct {
	c refcount.Cells
	n int
}

// Len is the number of items.
func (x TupleItems) Len() int { return x.n }

// Get reads item i (borrowed from the tuple).
func (x TupleItems) Get(i int) Value { return x.c.Get(1 + i) }

// NewList makes a list; it takes over the references.
func (t *Thread) NewList(items ...Value) Value {
	if v, at := t.QuickList(uint16(KList), len(items)); at != nil {
		copy(at[:], items)
		return v
	}
	v := t.NewContainer(refcount.PoolList, uint16(KList))
	if v == Raised {
		t.DecrefAll(items...)
		return v
	}
	if len(items) == 0 {
		return v
	}
	off, _ := t.AllocPayload(refcount.GValues, 8*len(items))
	if off == 0 {
		t.DecrefAll(items...)
		t.Decref(v)
		return Raised
	}
	t.Values(off).Fill(0, items)
	t.SetBody(v, refcount.Body{Payload: off, Len: uint32(len(items))})
	return v
}

// NewRecord makes a record of a built-in kind; it takes over the references.
func (t *Thread) NewRecord(k Kind, fields ...Value) Value {
	if v, known := t.QuickRecord(uint16(k), fields); known {
		return v
	}
	v := t.NewSized(refcount.GRecord, refcount.HeaderSize+8*len(fields), uint16(k))
	if v == Raised {
		t.DecrefAll(fields...)
		return v
	}
	for i, x := range fields {
		t.SetField(v, i, x)
	}
	return v
}

// NewInstance makes an instance of a class made by a program, without attributes.
func (t *Thread) NewInstance(c *Class) Value {
	l := t.VM.root(c)
	if l == nil {
		return t.Raise(t.VM.Exc.MemoryError, "too many classes")
	}
	if l.Shape.Heap {
		t.Incref(c.Value)
	}
	var v Value
	switch l.Shape.Layout {
	case refcount.LayoutList:
		v = t.NewContainer(refcount.PoolList, l.Shape.ID)
	case refcount.LayoutDict:
		v = t.newDict(l.Shape.ID)
	case refcount.LayoutSet:
		v = t.NewContainer(refcount.PoolSet, l.Shape.ID)
	case refcount.LayoutBytes:
		v = t.NewContainer(refcount.PoolByteArray, l.Shape.ID)
	default:
		n := InstFirst + l.Inline
		if c.Kind != KInstance {
			n = l.Shape.Fields
		}
		if v = t.QuickBlank(l.Shape.ID, n); v != Unbound {
			break
		}
		v = t.NewSized(refcount.GRecord, refcount.HeaderSize+8*n, l.Shape.ID)
		if v != Raised {
			for i := 0; i < n; i++ {
				t.SetField(v, i, Unbound)
			}
		}
	}
	if v == Raised {
		if l.Shape.Heap {
			t.Decref(c.Value)
		}
		return v
	}
	if t.Has(c, SlotDel) {
		t.Header(v).SetFlag(refcount.FlagFinal)
	}
	return v
}
