package vm

// This file turns ints to bytes and back.

import "math/big"

// byteOrder reads the argument: true for big-endian.
func (t *Thread) byteOrder(v Value) (bigEndian, ok bool) {
	if v == Unbound {
		return true, true
	}
	if !t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "to_bytes() argument 'byteorder' must be str, not %s", t.argTypeName(v))
		return false, false
	}
	switch t.GoStr(v) {
	case "big":
		return true, true
	case "little":
		return false, true
	}
	t.Raise(t.VM.Exc.ValueError, "byteorder must be either 'little' or 'big'")
	return false, false
}

// flag reads an optional truth value.
func (t *Thread) flag(v Value) (b, ok bool) {
	if v == Unbound {
		return false, true
	}
	return t.Truth(v)
}

// intToBytes is int.to_bytes(length, byteorder, signed).
func intToBytes(t *Thread, v Value, a []Value) Value {
	n := int64(1)
	ok := true
	if a[0] != Unbound {
		if n, ok = t.Index(a[0]); !ok {
			return Raised
		}
	}
	bigEndian, ok := t.byteOrder(a[1])
	if !ok {
		return Raised
	}
	signed, ok := t.flag(a[2])
	if !ok {
		return Raised
	}
	x := t.Big(v)
	switch {
	case n < 0:
		return t.Raise(t.VM.Exc.ValueError, "length argument must be non-negative")
	case x.Sign() < 0 && !signed:
		return t.Raise(t.VM.Exc.OverflowError, "can't convert negative int to unsigned")
	case n > t.VM.Heap.Limit():
		t.raiseMemory()
		return Raised
	}
	need := x.BitLen()
	if signed {
		if x.Sign() < 0 { // -2**(8n-1) fits
			need = new(big.Int).Not(x).BitLen()
		}
		need++
	}
	if int64(need) > 8*n && !(n == 0 && x.Sign() == 0) {
		return t.Raise(t.VM.Exc.OverflowError, "int too big to convert")
	}
	if x.Sign() < 0 {
		x.Add(x, new(big.Int).Lsh(big.NewInt(1), uint(8*n)))
	}
	out := make([]byte, n)
	x.FillBytes(out)
	if !bigEndian {
		reverseBytes(out)
	}
	return t.NewBytes(out)
}

func reverseBytes(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// intFromBytes is int.from_bytes(bytes, byteorder, signed).
func intFromBytes(t *Thread, a []Value) Value {
	bigEndian, ok := t.byteOrder(a[2])
	if !ok {
		return Raised
	}
	signed, ok := t.flag(a[3])
	if !ok {
		return Raised
	}
	data, ok := t.bytesOf(a[1])
	if !ok {
		return Raised
	}
	if !bigEndian {
		reverseBytes(data)
	}
	x := new(big.Int).SetBytes(data)
	if signed && len(data) > 0 && data[0] >= 0x80 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(data))))
	}
	r := t.NewBig(x)
	if c := t.ClassFrom(a[0]); r != Raised && c != nil && c != t.VM.kinds[KInt] {
		m := t.Hold(r)
		r = t.Call(c.Value, t.Held(m))
		t.Unhold(m)
	}
	return r
}

// bytesOf copies the bytes of a bytes-like object or of an iterable of ints.
func (t *Thread) bytesOf(v Value) (out []byte, ok bool) {
	if b, ok := t.Bytes(v); ok {
		return append([]byte(nil), b...), true
	}
	if t.IsStr(v) || !t.iterable(v) {
		t.Raise(t.VM.Exc.TypeError, "cannot convert '%s' object to bytes", t.TypeName(v))
		return nil, false
	}
	return t.bytesOfInts(v, "bytes")
}
