package vm

// This file defines the type slice.

import (
	"math/big"

	"toylang/refcount"
)

// NewSlice makes a slice object; it takes over the references.
func (t *Thread) NewSlice(start, stop, step Value) Value {
	return t.NewRecord(KSlice, start, stop, step)
}

// sliceBig resolves a slice for a sequence of any length.
func (t *Thread) sliceBig(s Value, n *big.Int) (start, stop, step *big.Int, ok bool) {
	arg := func(i int) (*big.Int, bool) {
		v := t.Field(s, i)
		if v == None || v == Unbound {
			return nil, true
		}
		if !t.hasIndex(v) {
			t.Raise(t.VM.Exc.TypeError, "slice indices must be integers or None or have an __index__ method")
			return nil, false
		}
		x := t.IndexValue(v)
		if x == Raised {
			return nil, false
		}
		defer t.Decref(x)
		return t.Big(x), true
	}
	if step, ok = arg(rangeStep); !ok {
		return
	}
	if step == nil {
		step = big.NewInt(1)
	}
	if step.Sign() == 0 {
		t.Raise(t.VM.Exc.ValueError, "slice step cannot be zero")
		return nil, nil, nil, false
	}
	low, high := new(big.Int), new(big.Int).Set(n)
	if step.Sign() < 0 {
		low.SetInt64(-1)
		high.Sub(high, big.NewInt(1))
	}
	clip := func(x, def *big.Int) *big.Int {
		if x == nil {
			return new(big.Int).Set(def)
		}
		if x.Sign() < 0 {
			x.Add(x, n)
			if x.Cmp(low) < 0 {
				return new(big.Int).Set(low)
			}
			return x
		}
		if x.Cmp(high) > 0 {
			return new(big.Int).Set(high)
		}
		return x
	}
	if start, ok = arg(rangeStart); !ok {
		return
	}
	if stop, ok = arg(rangeStop); !ok {
		return
	}
	if step.Sign() > 0 {
		return clip(start, low), clip(stop, high), step, true
	}
	return clip(start, high), clip(stop, low), step, true
}

// sliceCompare compares two slices as tuples of their fields.
func (t *Thread) sliceCompare(op CmpOp, a, b Value) Value {
	if a == b && op >= Eq {
		return refcount.Bool(op == Eq)
	}
	x, y := t.fieldTuple(a), t.fieldTuple(b)
	m := t.Hold(x)
	t.Hold(y)
	defer t.Unhold(m)
	if x == Raised || y == Raised {
		return Raised
	}
	return t.compareTuples(op, x, y)
}

func (t *Thread) fieldTuple(s Value) Value {
	return t.NewTuple(t.Ref(t.Field(s, 0)), t.Ref(t.Field(s, 1)), t.Ref(t.Field(s, 2)))
}

func (t *Thread) initSlice() {
	is := ofKind(KSlice)
	c := t.defType(TypeDef{Kind: KSlice, Name: "slice", Own: true, Final: true,
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			if t.newClass(t.VM.kinds[KSlice], a[0]) == nil {
				return Raised
			}
			x := t.Items(a[1])
			get := func(i int) Value { return t.Ref(x.Get(i)) }
			switch n := x.Len(); {
			case t.DictLen(a[2]) > 0:
				return t.Raise(t.VM.Exc.TypeError, "slice() takes no keyword arguments")
			case n == 0:
				return t.Raise(t.VM.Exc.TypeError, "slice expected at least 1 argument, got 0")
			case n == 1:
				return t.NewSlice(None, get(0), None)
			case n == 2:
				return t.NewSlice(get(0), get(1), None)
			case n == 3:
				return t.NewSlice(get(0), get(1), get(2))
			default:
				return t.Raise(t.VM.Exc.TypeError, "slice expected at most 3 arguments, got %d", n)
			}
		}}},
		Methods: checked("slice", is, append([]Def{
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
			{"indices(self, length, /)", func(t *Thread, a []Value) Value {
				v := t.IndexValue(a[1])
				if v == Raised {
					return v
				}
				n := t.Big(v)
				t.Decref(v)
				if n.Sign() < 0 {
					return t.Raise(t.VM.Exc.ValueError, "length should not be negative")
				}
				start, stop, step, ok := t.sliceBig(a[0], n)
				if !ok {
					return Raised
				}
				return t.tupleOrRaise(t.NewBig(start), t.NewBig(stop), t.NewBig(step))
			}},
		}, compareWith(is, (*Thread).sliceCompare)...)),
		Getters: []Getter{readOnly("start", rangeStart), readOnly("stop", rangeStop), readOnly("step", rangeStep)},
	})
	t.setDict(c, "__hash__", None)
}

// tupleOrRaise is NewTuple for items that may have failed to be made.
func (t *Thread) tupleOrRaise(items ...Value) Value {
	for _, v := range items {
		if v == Raised {
			t.DecrefAll(items...)
			return Raised
		}
	}
	return t.NewTuple(items...)
}
