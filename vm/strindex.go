package vm

// This file indexes and slices strs, and reads the bounds of slices for str and bytes.

import "math"

// strSubscript is s[key].
func (t *Thread) strSubscript(s, key Value) Value {
	if key.IsInt() {
		return t.strItem(s, key.Int())
	}
	if t.Is(key, KSlice) {
		start, _, step, n, ok := t.sliceRange(key, t.Text(s).Len())
		if !ok {
			return Raised
		}
		return t.strSlice(s, start, step, n)
	}
	if !t.IsInt(key) && !t.Has(t.ClassOf(key), SlotIndex) {
		return t.Raise(t.VM.Exc.TypeError, "string indices must be integers, not '%s'", t.TypeName(key))
	}
	i, ok := t.seqIndex(key)
	if !ok {
		return Raised
	}
	return t.strItem(s, i)
}

// seqIndex is Index for subscripts: an int beyond 64 bits is an IndexError.
func (t *Thread) seqIndex(key Value) (int64, bool) {
	v := t.IndexValue(key)
	if v == Raised {
		return 0, false
	}
	defer t.Decref(v)
	if i, ok := t.Small(v); ok {
		return i, true
	}
	t.Raise(t.VM.Exc.IndexError, "cannot fit '%s' into an index-sized integer", t.TypeName(key))
	return 0, false
}

// strItem is s[i].
func (t *Thread) strItem(s Value, i int64) Value {
	x := t.Text(s)
	n := int64(x.Len())
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return t.Raise(t.VM.Exc.IndexError, "string index out of range")
	}
	return t.newRune(x.At(int(i)))
}

// strSlice gives the n characters at start, start+step, …; the range is within the str.
func (t *Thread) strSlice(s Value, start, step, n int) Value {
	x := t.Text(s)
	size := x.Len()
	last := start + (n-1)*step
	switch {
	case n <= 0 || start < 0 || start >= size || last < 0 || last >= size:
		return t.Ref(t.VM.names.emptyStr)
	case n == size && step == 1:
		return t.Ref(t.Unwrap(s))
	case n == 1:
		return t.newRune(x.At(start))
	case x.W == nil:
		v := t.rawStr(KStr, n, n, 0)
		if v == Raised {
			return v
		}
		d := t.RawBytes(v, strData, n)
		if step == 1 {
			copy(d, x.A[start:])
			return v
		}
		for i := range d {
			d[i] = x.A[start+i*step]
		}
		return v
	case step == 1:
		return t.newStrOf(x.Slice(start, start+n))
	}
	return t.newStrOf(x.Stride(start, step, n))
}

// sliceRange resolves a slice object for a sequence of n items: the first index, the end, the step, and the number of
// items.
func (t *Thread) sliceRange(s Value, n int) (start, stop, step, count int, ok bool) {
	step64, ok := t.sliceArg(t.Field(s, 2), 1)
	if !ok {
		return
	}
	if step64 == 0 {
		t.Raise(t.VM.Exc.ValueError, "slice step cannot be zero")
		return 0, 0, 0, 0, false
	}
	lo, hi := int64(0), int64(math.MaxInt64)
	if step64 < 0 {
		lo, hi = math.MaxInt64, math.MinInt64
	}
	if lo, ok = t.sliceArg(t.Field(s, 0), lo); !ok {
		return
	}
	if hi, ok = t.sliceArg(t.Field(s, 1), hi); !ok {
		return
	}
	size := int64(n)
	clip := func(i int64) int64 {
		if i < 0 {
			if i += size; i < 0 {
				if step64 < 0 {
					return -1
				}
				return 0
			}
			return i
		}
		if i >= size {
			if step64 < 0 {
				return size - 1
			}
			return size
		}
		return i
	}
	lo, hi = clip(lo), clip(hi)
	step64 = max(step64, -math.MaxInt64)
	switch {
	case step64 < 0 && hi < lo:
		count = int((lo-hi-1)/-step64) + 1
	case step64 > 0 && lo < hi:
		count = int((hi-lo-1)/step64) + 1
	}
	return int(lo), int(hi), int(step64), count, true
}

// sliceArg reads a slice bound: None or absent gives def; ints beyond 64 bits are clipped.
func (t *Thread) sliceArg(v Value, def int64) (int64, bool) {
	switch {
	case v == None || v == Unbound:
		return def, true
	case v.IsInt():
		return v.Int(), true
	}
	if !t.IsInt(v) && !t.Has(t.ClassOf(v), SlotIndex) {
		t.Raise(t.VM.Exc.TypeError, "slice indices must be integers or None or have an __index__ method")
		return 0, false
	}
	x := t.IndexValue(v)
	if x == Raised {
		return 0, false
	}
	defer t.Decref(x)
	if i, ok := t.Small(x); ok {
		return i, true
	}
	if t.Big(x).Sign() < 0 {
		return math.MinInt64, true
	}
	return math.MaxInt64, true
}
