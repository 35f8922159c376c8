package vm

// This file defines the type range. Its bounds may be ints of any size; those inside 50 bits take the short way.

import (
	"math/big"

	"toylang/refcount"
)

// The fields of a range, and of a slice.
const (
	rangeStart = iota
	rangeStop
	rangeStep
)

// rangeSmall gives the bounds of a range of inline ints and its length.
func (t *Thread) rangeSmall(r Value) (start, step, n int64, ok bool) {
	a, b, c := t.Field(r, rangeStart), t.Field(r, rangeStop), t.Field(r, rangeStep)
	if !a.IsInt() || !b.IsInt() || !c.IsInt() {
		return 0, 0, 0, false
	}
	start, step = a.Int(), c.Int()
	return start, step, rangeLen(start, b.Int(), step), true
}

func rangeLen(start, stop, step int64) int64 {
	switch {
	case step > 0 && start < stop:
		return (stop-start-1)/step + 1
	case step < 0 && start > stop:
		return (start-stop-1)/-step + 1
	}
	return 0
}

// rangeBig gives the bounds of any range and its length.
func (t *Thread) rangeBig(r Value) (start, step, n *big.Int) {
	var stop *big.Int
	for i, p := range []**big.Int{&start, &stop, &step} {
		*p = t.Big(t.Field(r, i))
	}
	n = new(big.Int)
	switch {
	case step.Sign() > 0 && start.Cmp(stop) < 0:
		n.Sub(stop, start)
		n.Sub(n, big.NewInt(1)).Quo(n, step)
	case step.Sign() < 0 && start.Cmp(stop) > 0:
		n.Sub(start, stop)
		n.Sub(n, big.NewInt(1)).Quo(n, new(big.Int).Neg(step))
	default:
		return start, step, n
	}
	return start, step, n.Add(n, big.NewInt(1))
}

// NewRange makes a range from index-like objects (borrowed).
func (t *Thread) NewRange(start, stop, step Value) Value {
	var f [3]Value
	for i, v := range []Value{start, stop, step} {
		if f[i] = t.IndexValue(v); f[i] == Raised {
			t.DecrefAll(f[:i]...)
			return Raised
		}
	}
	if f[2] == refcount.SmallInt(0) {
		t.DecrefAll(f[:]...)
		return t.Raise(t.VM.Exc.ValueError, "range() arg 3 must not be zero")
	}
	return t.NewRecord(KRange, f[:]...)
}

// rangeOf is range(*args).
func (t *Thread) rangeOf(args []Value) Value {
	zero, one := refcount.SmallInt(0), refcount.SmallInt(1)
	switch len(args) {
	case 0:
		return t.Raise(t.VM.Exc.TypeError, "range expected at least 1 argument, got 0")
	case 1:
		if args[0].IsInt() {
			return t.NewRecord(KRange, zero, args[0], one)
		}
		return t.NewRange(zero, args[0], one)
	case 2:
		return t.NewRange(args[0], args[1], one)
	case 3:
		return t.NewRange(args[0], args[1], args[2])
	}
	return t.Raise(t.VM.Exc.TypeError, "range expected at most 3 arguments, got %d", len(args))
}

// rangeIter makes the iterator of a range, from its end where back is set. A range of larger ints counts what is left
// below zero, so that the loop's short way leaves it alone.
func (t *Thread) rangeIter(r Value, back bool) Value {
	if start, step, n, ok := t.rangeSmall(r); ok {
		if back {
			start, step = start+(n-1)*step, -step
		}
		if refcount.FitsSmall(start) && refcount.FitsSmall(step) && refcount.FitsSmall(n) {
			return t.NewRecord(KRangeIter, refcount.SmallInt(start), refcount.SmallInt(step), refcount.SmallInt(n))
		}
	}
	start, step, n := t.rangeBig(r)
	if back {
		start.Add(start, new(big.Int).Mul(step, new(big.Int).Sub(n, big.NewInt(1))))
		step.Neg(step)
	}
	return t.newRecordOf(KLongRangeIter, t.NewBig(start), t.NewBig(step), t.NewBig(n.Neg(n)))
}

// newRecordOf is NewRecord for fields that may have failed to be made.
func (t *Thread) newRecordOf(k Kind, fields ...Value) Value {
	for _, f := range fields {
		if f == Raised {
			for _, g := range fields {
				t.Decref(g)
			}
			return Raised
		}
	}
	return t.NewRecord(k, fields...)
}

// rangeNext advances a range iterator.
func (t *Thread) rangeNext(it Value) Value {
	t.Lock(it)
	next, step, left := t.Field(it, 0), t.Field(it, 1), t.Field(it, 2)
	if left.IsInt() && left.Int() > 0 && next.IsInt() && step.IsInt() {
		t.SetField(it, 2, left-1)
		t.SetField(it, 0, refcount.SmallInt(next.Int()+step.Int()))
		t.Unlock(it)
		return next
	}
	if left == refcount.SmallInt(0) {
		t.Unlock(it)
		return Unbound
	}
	x, d, n := t.Big(next), t.Big(step), t.Big(left)
	after, rest := t.NewBig(x.Add(x, d)), t.NewBig(n.Add(n, big.NewInt(1)))
	if after == Raised || rest == Raised {
		t.Unlock(it)
		t.DecrefAll(after, rest)
		return Raised
	}
	t.SetField(it, 0, after)
	t.SetField(it, 2, rest)
	t.Unlock(it)
	t.Decref(left)
	return next
}

// rangeLeft is what a range iterator has still to give.
func (t *Thread) rangeLeft(it Value) Value {
	left := t.Big(t.Field(it, 2))
	if left == nil {
		return refcount.SmallInt(0)
	}
	return t.NewBig(left.Abs(left))
}

// rangeItem is r[i] for an index from the start or the end.
func (t *Thread) rangeItem(r, key Value) Value {
	if start, step, n, ok := t.rangeSmall(r); ok && key.IsInt() {
		i := key.Int()
		if i < 0 {
			i += n
		}
		if i < 0 || i >= n {
			return t.Raise(t.VM.Exc.IndexError, "range object index out of range")
		}
		return t.NewInt(start + i*step)
	}
	ix := t.IndexValue(key)
	if ix == Raised {
		return Raised
	}
	i := t.Big(ix)
	t.Decref(ix)
	start, step, n := t.rangeBig(r)
	if i.Sign() < 0 {
		i.Add(i, n)
	}
	if i.Sign() < 0 || i.Cmp(n) >= 0 {
		return t.Raise(t.VM.Exc.IndexError, "range object index out of range")
	}
	return t.NewBig(start.Add(start, i.Mul(i, step)))
}

// rangeSubscript is r[key].
func (t *Thread) rangeSubscript(r, key Value) Value {
	if t.Is(key, KSlice) {
		return t.rangeSlice(r, key)
	}
	if !t.hasIndex(key) {
		return t.Raise(t.VM.Exc.TypeError, "range indices must be integers or slices, not %s", t.TypeName(key))
	}
	return t.rangeItem(r, key)
}

func (t *Thread) rangeSlice(r, key Value) Value {
	start, step, n := t.rangeBig(r)
	lo, hi, by, ok := t.sliceBig(key, n)
	if !ok {
		return Raised
	}
	at := func(i *big.Int) *big.Int { return new(big.Int).Add(start, new(big.Int).Mul(i, step)) }
	return t.newRecordOf(KRange, t.NewBig(at(lo)), t.NewBig(at(hi)), t.NewBig(by.Mul(by, step)))
}

// rangeFind gives the index of an exact int in a range; ok is false when it is not there.
func (t *Thread) rangeFind(r, x Value) (i *big.Int, ok bool) {
	if start, step, n, small := t.rangeSmall(r); small && x.IsInt() {
		d := x.Int() - start
		if step == 0 || d%step != 0 || d/step < 0 || d/step >= n {
			return nil, false
		}
		return big.NewInt(d / step), true
	}
	start, step, n := t.rangeBig(r)
	d := t.Big(x)
	if d == nil || step.Sign() == 0 {
		return nil, false
	}
	q, m := new(big.Int).QuoRem(d.Sub(d, start), step, new(big.Int))
	return q, m.Sign() == 0 && q.Sign() >= 0 && q.Cmp(n) < 0
}

// rangeContains is x in r.
func (t *Thread) rangeContains(r, x Value) (in, ok bool) {
	if t.exactInteger(x) {
		_, in = t.rangeFind(r, x)
		return in, true
	}
	return t.searchIter(r, x)
}

// rangeCompare is == and != of two ranges: the same numbers.
func (t *Thread) rangeCompare(op CmpOp, a, b Value) Value {
	if op < Eq {
		return NotImplemented
	}
	as, ad, an := t.rangeBig(a)
	bs, bd, bn := t.rangeBig(b)
	eq := an.Cmp(bn) == 0
	if eq && an.Sign() > 0 {
		eq = as.Cmp(bs) == 0 && (an.Cmp(big.NewInt(1)) == 0 || ad.Cmp(bd) == 0)
	}
	return refcount.Bool(eq == (op == Eq))
}

func (t *Thread) initRange() {
	is := ofKind(KRange)
	t.defType(TypeDef{Kind: KRange, Name: "range", Own: true, Final: true,
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			if t.newClass(t.VM.kinds[KRange], a[0]) == nil {
				return Raised
			}
			if t.DictLen(a[2]) > 0 {
				return t.Raise(t.VM.Exc.TypeError, "range() takes no keyword arguments")
			}
			return t.rangeOf(t.sequenceItems(a[1]))
		}}},
		Methods: checked("range", is, append([]Def{
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
			{"__hash__(self, /)", rangeHash},
			{"__bool__(self, /)", func(t *Thread, a []Value) Value {
				_, _, n := t.rangeBig(a[0])
				return refcount.Bool(n.Sign() != 0)
			}},
			{"__len__(self, /)", func(t *Thread, a []Value) Value {
				n, ok := t.rangeSize(a[0])
				if !ok {
					return Raised
				}
				return t.NewInt(n)
			}},
			{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.rangeIter(a[0], false) }},
			{"__reversed__(self, /)", func(t *Thread, a []Value) Value { return t.rangeIter(a[0], true) }},
			{"__getitem__(self, key, /)", func(t *Thread, a []Value) Value { return t.rangeSubscript(a[0], a[1]) }},
			{"__contains__(self, key, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.rangeContains(a[0], a[1])) }},
			{"index(self, value, /)", func(t *Thread, a []Value) Value {
				if !t.exactInteger(a[1]) {
					return t.indexIter(a[0], a[1])
				}
				if i, ok := t.rangeFind(a[0], a[1]); ok {
					return t.NewBig(i)
				}
				return t.raiseRepr(t.VM.Exc.ValueError, a[1], "%s is not in range")
			}},
			{"count(self, value, /)", func(t *Thread, a []Value) Value {
				if !t.exactInteger(a[1]) {
					return t.countIter(a[0], a[1])
				}
				_, in := t.rangeFind(a[0], a[1])
				return refcount.SmallInt(int64(in2int(in)))
			}},
		}, compareWith(is, (*Thread).rangeCompare)...)),
		Getters: []Getter{readOnly("start", rangeStart), readOnly("stop", rangeStop), readOnly("step", rangeStep)},
	})
}

// readOnly is an attribute that shows a field, as CPython's members do.
func readOnly(name string, i int) Getter {
	g := fieldGetter(name, i)
	g.Set = func(t *Thread, v, x Value) bool {
		t.Raise(t.VM.Exc.AttributeError, "readonly attribute")
		return false
	}
	return g
}

func in2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rangeSize is len(r).
func (t *Thread) rangeSize(r Value) (n int64, ok bool) {
	if _, _, n, ok := t.rangeSmall(r); ok {
		return n, true
	}
	_, _, b := t.rangeBig(r)
	if !b.IsInt64() {
		t.Raise(t.VM.Exc.OverflowError, "Python int too large to convert to C ssize_t")
		return 0, false
	}
	return b.Int64(), true
}

// rangeHash is the hash of (length, start, step), without what an empty or one-item range does not show.
func rangeHash(t *Thread, a []Value) Value {
	_, _, n := t.rangeBig(a[0])
	f := []Value{t.NewBig(n), None, None}
	if n.Sign() > 0 {
		f[1] = t.Ref(t.Field(a[0], rangeStart))
		if n.Cmp(big.NewInt(1)) > 0 {
			f[2] = t.Ref(t.Field(a[0], rangeStep))
		}
	}
	x := t.NewTuple(f...)
	if x == Raised {
		return x
	}
	h, ok := t.hashTuple(x)
	t.Decref(x)
	if !ok {
		return Raised
	}
	return t.NewInt(h)
}
