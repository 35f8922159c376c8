package vm

// This file defines the type bytes, and what bytes and bytearray share: reading arguments and making results.

import (
	"bytes"
	"math"

	"toylang/refcount"
	"toylang/vm/text"
)

// initBytes registers bytes and bytearray.
func (t *Thread) initBytes() {
	c := t.defType(TypeDef{Kind: KBytes, Name: "bytes", Own: true, Wraps: KBytes,
		Static: []Def{
			{"__new__(cls, source=b'', encoding='utf-8', errors='strict')", bytesNew},
			{"maketrans(frm, to, /)", bytesMakeTrans},
		},
		Class: []Def{{"fromhex(cls, string, /)", bytesFromHex}},
	})
	t.defByteMethods(c, byteOperators)
	t.defByteMethods(c, byteMethods)
	t.defByteMethods(c, []byteDef{
		{"__hash__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.NewInt(text.HashBytes(b)) }},
		{"__repr__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.reprBase(self) }},
		{"__str__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.reprBase(self) }},
		{"__bytes__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.Ref(t.Unwrap(self)) }},
		{"__getnewargs__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
			return t.NewTuple(t.Ref(t.Unwrap(self)))
		}},
		{"__sizeof__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
			return refcount.SmallInt(int64(33 + len(b)))
		}},
	})
	t.initByteArray()
}

// byteDef is a method of bytes and bytearray: it gets self as object and as bytes, and its other arguments.
type byteDef struct {
	sig string
	fn  func(t *Thread, self Value, b text.Bytes, a []Value) Value
}

// defByteMethods registers methods that check that self has the class's layout.
func (t *Thread) defByteMethods(c *Class, defs []byteDef) {
	out := make([]Def, len(defs))
	for i, d := range defs {
		name := sigName(d.sig)
		out[i] = Def{d.sig, func(t *Thread, a []Value) Value {
			b, ok := t.byteData(a[0])
			if !ok || t.Kind(t.Unwrap(a[0])) != c.Kind {
				return t.wrongSelf(name, c.Name, a[0])
			}
			return d.fn(t, a[0], b, a[1:])
		}}
	}
	t.defMethods(c, out)
}

// isBytes reports a bytes object or an instance of a subclass.
func (t *Thread) isBytes(v Value) bool { return t.Is(v, KBytes) || t.wraps(v, KBytes) }

// isByteLike reports a bytes or bytearray object.
func (t *Thread) isByteLike(v Value) bool { return t.isBytes(v) || t.Isa(v, KByteArray) }

// byteData reads a bytes or bytearray object. What belongs to a bytearray, or to anything where guest memory may be
// overwritten at any time, is a copy where other threads run at the same time; elsewhere it is good until toy code runs.
func (t *Thread) byteData(v Value) ([]byte, bool) {
	if !v.IsPtr() {
		return nil, false
	}
	if t.Isa(v, KByteArray) {
		t.Lock(v)
		b, ok := t.Bytes(v)
		if t.Locks || t.Unsafe {
			b = append([]byte(nil), b...)
		}
		t.Unlock(v)
		return b, ok
	}
	b, ok := t.Bytes(v)
	if ok && t.Unsafe {
		b = append([]byte(nil), b...)
	}
	return b, ok
}

// byteArg is byteData for an argument; others are a TypeError.
func (t *Thread) byteArg(v Value) (text.Bytes, bool) {
	b, ok := t.byteData(v)
	if !ok {
		t.Raise(t.VM.Exc.TypeError, "a bytes-like object is required, not '%s'", t.TypeName(v))
	}
	return b, ok
}

// byteValue reads an int that is a byte.
func (t *Thread) byteValue(v Value) (byte, bool) {
	if v.IsInt() {
		if x := v.Int(); x >= 0 && x < 256 {
			return byte(x), true
		}
		t.Raise(t.VM.Exc.ValueError, "byte must be in range(0, 256)")
		return 0, false
	}
	n := t.IndexValue(v)
	if n == Raised {
		return 0, false
	}
	x, ok := t.Small(n)
	t.Decref(n)
	if !ok || x < 0 || x > 255 {
		t.Raise(t.VM.Exc.ValueError, "byte must be in range(0, 256)")
		return 0, false
	}
	return byte(x), true
}

// needle reads what find and its like look for: bytes, or one byte as an int.
func (t *Thread) needle(v Value) (text.Bytes, bool) {
	if b, ok := t.byteData(v); ok {
		return b, true
	}
	if !t.IsInt(v) && !t.Has(t.ClassOf(v), SlotIndex) {
		t.Raise(t.VM.Exc.TypeError, "argument should be integer or bytes-like object, not '%s'", t.TypeName(v))
		return nil, false
	}
	c, ok := t.byteValue(v)
	return text.Bytes{c}, ok
}

// newBytesLike makes a bytes or bytearray object, as self is one.
func (t *Thread) newBytesLike(self Value, b []byte) Value {
	if t.Isa(self, KByteArray) {
		return t.NewByteArray(b)
	}
	return t.NewBytes(b)
}

// bytesResult is newBytesLike for the result of a method: self where it is an exact bytes and nothing has changed.
func (t *Thread) bytesResult(self Value, b, r text.Bytes) Value {
	if len(b) == len(r) && t.Is(self, KBytes) && bytes.Equal(b, r) {
		return t.Ref(self)
	}
	return t.newBytesLike(self, r)
}

// bytesNew is bytes(source, encoding, errors).
func bytesNew(t *Thread, a []Value) Value {
	cls := t.ClassFrom(a[0])
	if cls == nil {
		return t.Raise(t.VM.Exc.TypeError, "bytes.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
	}
	base := t.VM.kinds[KBytes]
	if t.Is(a[1], KBytes) && a[2] == Unbound && a[3] == Unbound {
		return t.wrapNew(cls, base, t.Ref(a[1]))
	}
	if a[1] != Unbound && !t.IsStr(a[1]) && !t.isByteLike(a[1]) && a[2] == Unbound && a[3] == Unbound {
		c := t.ClassOf(a[1])
		if m := t.Special(c, SlotBytes); m != Unbound {
			h := t.Hold(m)
			r := t.callSpecial(m, a[1], c)
			t.Unhold(h)
			if r != Raised && !t.isBytes(r) {
				t.Raise(t.VM.Exc.TypeError, "__bytes__ returned non-bytes (type %s)", t.TypeName(r))
				t.Decref(r)
				return Raised
			}
			return t.wrapNew(cls, base, r)
		}
	}
	b, ok := t.bytesFrom(a[1], a[2], a[3], "bytes")
	if !ok {
		return Raised
	}
	return t.wrapNew(cls, base, t.NewBytes(b))
}

// bytesFrom reads the arguments of the constructors of bytes and bytearray.
func (t *Thread) bytesFrom(src, enc, errs Value, typ string) ([]byte, bool) {
	te := t.VM.Exc.TypeError
	fail := func(format string, x ...any) ([]byte, bool) {
		t.Raise(te, format, x...)
		return nil, false
	}
	if src == Unbound && enc == Unbound && errs == Unbound {
		return nil, true
	}
	e, ok := t.codecArg(typ, "encoding", enc, "utf-8")
	if !ok {
		return nil, false
	}
	h, ok := t.codecArg(typ, "errors", errs, "strict")
	if !ok {
		return nil, false
	}
	switch {
	case src != Unbound && t.IsStr(src):
		if enc == Unbound && errs == Unbound {
			return fail("string argument without an encoding")
		}
		return t.encode(src, e, h)
	case enc != Unbound:
		return fail("encoding without a string argument")
	case errs != Unbound:
		return fail("errors without a string argument")
	}
	if b, ok := t.byteData(src); ok {
		return b, true
	}
	if t.IsInt(src) || t.Has(t.ClassOf(src), SlotIndex) {
		n, ok := t.Index(src)
		if !ok {
			return nil, false
		}
		if n < 0 {
			t.Raise(t.VM.Exc.ValueError, "negative count")
			return nil, false
		}
		if n > t.VM.Heap.Limit() {
			t.raiseMemory()
			return nil, false
		}
		return make([]byte, n), true
	}
	if !t.iterable(src) {
		return fail("cannot convert '%s' object to %s", t.TypeName(src), typ)
	}
	word := "byte"
	if typ == "bytes" {
		word = "bytes"
	}
	return t.bytesOfInts(src, word)
}

// bytesOfInts collects the ints of an iterable.
func (t *Thread) bytesOfInts(src Value, word string) ([]byte, bool) {
	var out []byte
	ok := t.Each(src, func(v Value) bool {
		if v.IsInt() && uint64(v.Int()) < 256 {
			out = append(out, byte(v.Int()))
			return true
		}
		n := t.IndexValue(v)
		if n == Raised {
			return false
		}
		x, ok := t.Small(n)
		t.Decref(n)
		if !ok || x < 0 || x > 255 {
			t.Raise(t.VM.Exc.ValueError, "%s must be in range(0, 256)", word)
			return false
		}
		out = append(out, byte(x))
		return true
	})
	return out, ok
}

// bytesFromHex is bytes.fromhex(string) and bytearray.fromhex.
func bytesFromHex(t *Thread, a []Value) Value {
	s, ok := t.strArgOf(a[1], "fromhex", 0)
	if !ok {
		return Raised
	}
	b, err := text.BytesFromHex(s)
	if err != nil {
		return t.RaiseText(err)
	}
	v := t.NewBytes(b)
	if v == Raised || a[0] == t.VM.kinds[KBytes].Value {
		return v
	}
	m := t.Hold(v)
	r := t.Call(a[0], v)
	t.Unhold(m)
	return r
}

func bytesMakeTrans(t *Thread, a []Value) Value {
	x, ok := t.byteArg(a[0])
	if !ok {
		return Raised
	}
	y, ok := t.byteArg(a[1])
	if !ok {
		return Raised
	}
	if len(x) != len(y) {
		return t.Raise(t.VM.Exc.ValueError, "maketrans arguments must have same length")
	}
	table := make([]byte, 256)
	for i := range table {
		table[i] = byte(i)
	}
	for i, c := range x {
		table[c] = y[i]
	}
	return t.NewBytes(table)
}

// byteOperators are the special methods of bytes and bytearray.
var byteOperators = []byteDef{
	{"__len__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return refcount.SmallInt(int64(len(b))) }},
	{"__iter__(self, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		return t.iterBytes(t.Unwrap(self))
	}},
	{"__getitem__(self, key, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.bytesSubscript(self, a[0]) }},
	{"__contains__(self, key, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		in, ok := t.bytesContains(b, a[0])
		if !ok {
			return Raised
		}
		return refcount.Bool(in)
	}},
	{"__add__(self, value, /)", bytesAdd},
	{"__mul__(self, value, /)", bytesMul},
	{"__rmul__(self, value, /)", bytesMul},
	{"__mod__(self, value, /)", func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		var out text.Builder
		if !t.percent(&out, text.ParsePercentBytes(b), a[0], true) {
			return Raised
		}
		return t.newBytesLike(self, text.Latin1Bytes(out.Str()))
	}},
	{"__eq__(self, value, /)", bytesCompare(Eq)},
	{"__ne__(self, value, /)", bytesCompare(Ne)},
	{"__lt__(self, value, /)", bytesCompare(Lt)},
	{"__le__(self, value, /)", bytesCompare(Le)},
	{"__gt__(self, value, /)", bytesCompare(Gt)},
	{"__ge__(self, value, /)", bytesCompare(Ge)},
}

func bytesCompare(op CmpOp) func(t *Thread, self Value, b text.Bytes, a []Value) Value {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		o, ok := t.byteData(a[0])
		if !ok {
			return NotImplemented
		}
		return refcount.Bool(op.holds(bytes.Compare(b, o)))
	}
}

func bytesAdd(t *Thread, self Value, b text.Bytes, a []Value) Value {
	o, ok := t.byteData(a[0])
	if !ok {
		return t.Raise(t.VM.Exc.TypeError, "can't concat %s to %s", t.TypeName(a[0]), t.TypeName(self))
	}
	return t.newBytesLike(self, append(b[:len(b):len(b)], o...))
}

func bytesMul(t *Thread, self Value, b text.Bytes, a []Value) Value {
	n, ok := t.Index(a[0])
	if !ok {
		return Raised
	}
	n = max(n, 0)
	if len(b) > 0 && n > math.MaxInt32/int64(len(b)) {
		if n > math.MaxInt64/int64(len(b)) {
			return t.Raise(t.VM.Exc.OverflowError, "repeated bytes are too long")
		}
		t.raiseMemory()
		return Raised
	}
	if n == 1 {
		return t.bytesResult(self, b, b)
	}
	if len(b) == 0 {
		n = 0
	}
	return t.newBytesLike(self, bytes.Repeat(b, int(n)))
}

// bytesContains is x in b.
func (t *Thread) bytesContains(b text.Bytes, x Value) (in, ok bool) {
	if o, ok := t.byteData(x); ok {
		return bytes.Contains(b, o), true
	}
	if !t.IsInt(x) && !t.Has(t.ClassOf(x), SlotIndex) {
		t.Raise(t.VM.Exc.TypeError, "a bytes-like object is required, not '%s'", t.TypeName(x))
		return false, false
	}
	c, ok := t.byteValue(x)
	return ok && bytes.IndexByte(b, c) >= 0, ok
}

// bytesSubscript is v[key] for bytes and bytearray.
func (t *Thread) bytesSubscript(v, key Value) Value {
	if t.Is(key, KSlice) {
		b, _ := t.byteData(v)
		start, _, step, n, ok := t.sliceRange(key, len(b))
		if !ok {
			return Raised
		}
		if b, _ = t.byteData(v); n > 0 && start+(n-1)*step >= len(b) {
			n = 0 // shrunk meanwhile
		}
		return t.bytesSlice(v, b, start, step, n)
	}
	what := "byte"
	if t.Isa(v, KByteArray) {
		what = "bytearray"
	}
	if !key.IsInt() && !t.IsInt(key) && !t.Has(t.ClassOf(key), SlotIndex) {
		return t.Raise(t.VM.Exc.TypeError, "%s indices must be integers or slices, not %s", what, t.TypeName(key))
	}
	i, ok := t.seqIndex(key)
	if !ok {
		return Raised
	}
	return t.bytesItem(v, i)
}

// bytesItem is v[i] for bytes and bytearray.
func (t *Thread) bytesItem(v Value, i int64) Value {
	array := t.Isa(v, KByteArray)
	if array {
		t.Lock(v)
	}
	b, _ := t.Bytes(v)
	if i < 0 {
		i += int64(len(b))
	}
	r := Raised
	if i >= 0 && i < int64(len(b)) {
		r = refcount.SmallInt(int64(b[i]))
	}
	if array {
		t.Unlock(v)
	}
	switch {
	case r != Raised:
		return r
	case array:
		return t.Raise(t.VM.Exc.IndexError, "bytearray index out of range")
	}
	return t.Raise(t.VM.Exc.IndexError, "index out of range")
}

// bytesSlice makes the n bytes at start, start+step, … of b, the contents of v.
func (t *Thread) bytesSlice(v Value, b []byte, start, step, n int) Value {
	switch {
	case n <= 0:
		return t.newBytesLike(v, nil)
	case step == 1:
		return t.bytesResult(v, b, b[start:start+n])
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = b[start+i*step]
	}
	return t.newBytesLike(v, out)
}
