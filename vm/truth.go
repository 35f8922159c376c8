package vm

// This file decides what counts as true, and turns objects into indices and doubles.

import (
	"math"

	"toylang/refcount"
	"toylang/vm/text"
)

// Truth is bool(v).
func (t *Thread) Truth(v Value) (b, ok bool) {
	switch {
	case v.IsBool():
		return v == True, true
	case v.IsInt():
		return v.Int() != 0, true
	case v.IsFloat():
		return v.Float() != 0, true
	case !v.IsPtr():
		return v != None, true
	}
	switch Kind(t.builtinShape(v)) {
	case KStr, KBytes:
		return uint32(t.RawWord(v, strLen)) != 0, true
	case KInt, KFunction, KBuiltin, KMethod, KGenerator, KModule:
		return true, true
	case KTuple:
		return t.Items(v).Len() != 0, true
	case KList, KDict, KSet, KFrozenSet, KByteArray:
		return t.LenOf(v) != 0, true
	}
	return t.truthSlow(v)
}

// builtinShape gives the kind of an exact instance of a built-in type, KNull for instances of other classes.
func (t *Thread) builtinShape(v Value) uint16 {
	s := t.ShapeOf(v)
	if s >= refcount.FirstHeapShape {
		return uint16(KNull)
	}
	return s
}

func (t *Thread) truthSlow(v Value) (b, ok bool) {
	c := t.ClassOf(v)
	if m := t.Special(c, SlotBool); m != Unbound {
		r := t.callSlot(m, v)
		if r == Raised {
			return false, false
		}
		if r.IsBool() {
			return r == True, true
		}
		t.Raise(t.VM.Exc.TypeError, "__bool__ should return bool, returned %s", t.TypeName(r))
		t.Decref(r)
		return false, false
	}
	if !t.Has(c, SlotLen) {
		return true, true
	}
	n, ok := t.Len(v)
	return n != 0, ok
}

// IndexValue is v.__index__() as an int object (owned).
func (t *Thread) IndexValue(v Value) Value {
	switch {
	case v.IsInt():
		return v
	case v.IsBool():
		return refcount.SmallInt(int64(v - False))
	case t.Is(v, KInt):
		return t.Ref(v)
	case t.IsInt(v):
		return t.Ref(t.Unwrap(v))
	}
	m := t.Special(t.ClassOf(v), SlotIndex)
	if m == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "'%s' object cannot be interpreted as an integer", t.TypeName(v))
	}
	r := t.callSlot(m, v)
	return t.exactInt(r, "__index__ returned non-int (type %s)")
}

// exactInt takes the result of a conversion and makes it an exact int; format is the error when it is no int at all.
func (t *Thread) exactInt(r Value, format string) Value {
	if r == Raised || r.IsInt() || t.Is(r, KInt) {
		return r
	}
	var x Value
	if t.IsInt(r) {
		x = t.IndexValue(r)
	} else {
		x = t.Raise(t.VM.Exc.TypeError, format, t.TypeName(r))
	}
	t.Decref(r)
	return x
}

// hasIndex reports that v can be an index.
func (t *Thread) hasIndex(v Value) bool { return t.IsInt(v) || t.Has(t.ClassOf(v), SlotIndex) }

// Index is v.__index__() as a machine number; OverflowError beyond 64 bits.
func (t *Thread) Index(v Value) (x int64, ok bool) {
	if v.IsInt() {
		return v.Int(), true
	}
	r := t.IndexValue(v)
	if r == Raised {
		return 0, false
	}
	x, ok = t.Small(r)
	t.Decref(r)
	if !ok {
		t.Raise(t.VM.Exc.OverflowError, "cannot fit '%s' into an index-sized integer", t.TypeName(v))
	}
	return x, ok
}

// Float64 gives v as a double: a float, an int, or what __float__ or __index__ make of it.
func (t *Thread) Float64(v Value) (f float64, ok bool) {
	return t.toFloat(v, "must be real number, not %s")
}

// toFloat is Float64 with the words for an object that is no number.
func (t *Thread) toFloat(v Value, format string) (f float64, ok bool) {
	if u := t.Unwrap(v); u == v || !t.overrides(v, SlotFloat) {
		if f, ok, known := t.plainFloat(u); known {
			return f, ok
		}
	}
	c := t.ClassOf(v)
	if m := t.Special(c, SlotFloat); m != Unbound {
		r := t.callSlot(m, v)
		if r == Raised {
			return 0, false
		}
		u := t.Unwrap(r)
		if !u.IsFloat() {
			t.Raise(t.VM.Exc.TypeError, "%s.__float__ returned non-float (type %s)", c.Name, t.TypeName(r))
		}
		t.Decref(r)
		return u.Float(), u.IsFloat()
	}
	if t.Has(c, SlotIndex) {
		r := t.IndexValue(v)
		if r == Raised {
			return 0, false
		}
		f, ok, _ = t.plainFloat(r)
		t.Decref(r)
		return f, ok
	}
	t.Raise(t.VM.Exc.TypeError, format, t.TypeName(v))
	return 0, false
}

// overrides reports that the class of v has a special method that was written in toy.
func (t *Thread) overrides(v Value, s Slot) bool {
	m := t.Special(t.ClassOf(v), s)
	b := t.BuiltinOf(m)
	t.Decref(m)
	return b == nil && m != Unbound
}

// plainFloat converts exact floats and ints; known is false for others.
func (t *Thread) plainFloat(v Value) (f float64, ok, known bool) {
	switch {
	case v.IsFloat():
		return v.Float(), true, true
	case v.IsInt():
		return float64(v.Int()), true, true
	case v.IsBool():
		return float64(v - False), true, true
	case !t.Is(v, KInt):
		return 0, false, false
	}
	f, err := text.BigToFloat(t.Big(v))
	if err != nil {
		t.RaiseText(err)
		return 0, false, true
	}
	return f, true, true
}

// NewFloat makes a float; every NaN is a new object.
func (t *Thread) NewFloat(f float64) Value {
	if f != f {
		return t.NaN()
	}
	return refcount.Float(f)
}

// NaN makes a NaN unlike every other in its payload, which is its identity.
func (t *Thread) NaN() Value {
	t.nanSeq++
	return Value(0x7FF8<<48 | uint64(t.Tid&0x3FFF)<<34 | (t.nanSeq & (1<<34 - 1)))
}

// isInf reports an infinity of either sign.
func isInf(f float64) bool { return math.IsInf(f, 0) }
