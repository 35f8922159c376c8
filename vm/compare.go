package vm

// This file is rich comparison: built-in values at once, everything else by special methods in CPython's order.

import (
	"bytes"

	"toylang/refcount"
	"toylang/vm/text"
)

// Compare is a op b.
func (t *Thread) Compare(op CmpOp, a, b Value) Value {
	if r, known := t.quickCompare(op, a, b); known {
		return r
	}
	return t.compareSlots(op, a, b)
}

// quickCompare compares exact built-in values; known is false for others.
func (t *Thread) quickCompare(op CmpOp, a, b Value) (r Value, known bool) {
	if t.exactNumber(a) && t.exactNumber(b) {
		return t.compareNumbers(op, a, b), true
	}
	if !a.IsPtr() || !b.IsPtr() {
		return 0, false
	}
	s := t.builtinShape(a)
	if s != t.builtinShape(b) {
		return 0, false
	}
	switch Kind(s) {
	case KStr:
		if op >= Eq {
			return refcount.Bool((a == b || t.sameStr(a, b)) == (op == Eq)), true
		}
		return refcount.Bool(holds(op, text.Compare(t.Text(a), t.Text(b)))), true
	case KBytes:
		x, _ := t.Bytes(a)
		y, _ := t.Bytes(b)
		return refcount.Bool(holds(op, bytes.Compare(x, y))), true
	case KTuple:
		return t.compareTuples(op, a, b), true
	case KList:
		return t.compareLists(op, a, b), true
	}
	return 0, false
}

// holds reports whether a comparison is true of two things of which the first is less, equal or greater (c).
func holds(op CmpOp, c int) bool { return ordered(op, int64(c), 0) }

// ordered compares two numbers of the machine's.
func ordered[N int64 | float64](op CmpOp, x, y N) bool {
	switch op {
	case Lt:
		return x < y
	case Le:
		return x <= y
	case Gt:
		return x > y
	case Ge:
		return x >= y
	case Eq:
		return x == y
	}
	return x != y
}

// compareNumbers compares two ints, bools or floats, exact or wrapped.
func (t *Thread) compareNumbers(op CmpOp, a, b Value) Value {
	switch {
	case refcount.BothInt(a, b):
		return refcount.Bool(ordered(op, a.Shifted(), b.Shifted()))
	case a.IsFloat() && b.IsFloat():
		return refcount.Bool(ordered(op, a.Float(), b.Float()))
	case a.IsFloat():
		c, ok := t.compareIntFloat(b, a.Float())
		return refcount.Bool(ok && holds(op, -c) || !ok && op == Ne)
	case b.IsFloat():
		c, ok := t.compareIntFloat(a, b.Float())
		return refcount.Bool(ok && holds(op, c) || !ok && op == Ne)
	}
	return refcount.Bool(holds(op, t.cmpInts(a, b)))
}

// compareSlots compares by special methods.
func (t *Thread) compareSlots(op CmpOp, a, b Value) Value {
	ca, cb := t.ClassOf(a), t.ClassOf(b)
	swapped := cmpSwapped[op]
	tried := false
	if ca != cb && cb.Sub(ca) {
		tried = true
		if r := t.cmpMethod(cb, swapped, b, a); r != NotImplemented {
			return r
		}
	}
	if r := t.cmpMethod(ca, op, a, b); r != NotImplemented {
		return r
	}
	if !tried {
		if r := t.cmpMethod(cb, swapped, b, a); r != NotImplemented {
			return r
		}
	}
	switch op {
	case Eq:
		return refcount.Bool(a == b)
	case Ne:
		return refcount.Bool(a != b)
	}
	return t.Raise(t.VM.Exc.TypeError, "'%s' not supported between instances of '%s' and '%s'", cmpWords[op], t.TypeName(a), t.TypeName(b))
}

// cmpMethod calls one comparison method of the class of a; NotImplemented when it has none but object's.
func (t *Thread) cmpMethod(c *Class, op CmpOp, a, b Value) Value {
	m := t.Special(c, cmpSlots[op])
	if m == Unbound {
		return NotImplemented
	}
	if t.isObjects(m) {
		t.Decref(m)
		if op != Ne {
			return NotImplemented
		}
		return t.defaultNe(c, a, b)
	}
	return t.callSlot(m, a, b)
}

// isObjects reports a method that object itself provides.
func (t *Thread) isObjects(m Value) bool {
	f := t.BuiltinOf(m)
	return f != nil && f.Owner == t.VM.kinds[KObject]
}

// defaultNe is object.__ne__: the opposite of __eq__.
func (t *Thread) defaultNe(c *Class, a, b Value) Value {
	m := t.Special(c, SlotEq)
	if m == Unbound || m == None || t.isObjects(m) {
		t.Decref(m)
		return NotImplemented
	}
	r := t.callSlot(m, a, b)
	if r == Raised || r == NotImplemented {
		return r
	}
	eq, ok := t.Truth(r)
	t.Decref(r)
	if !ok {
		return Raised
	}
	return refcount.Bool(!eq)
}

// Equal reports a is b or a == b, as containers compare.
func (t *Thread) Equal(a, b Value) (eq, ok bool) {
	if a == b {
		return true, true
	}
	return t.isTrue(t.Compare(Eq, a, b))
}

// Less reports a < b.
func (t *Thread) Less(a, b Value) (less, ok bool) {
	if refcount.BothInt(a, b) {
		return a.Shifted() < b.Shifted(), true
	}
	return t.isTrue(t.Compare(Lt, a, b))
}

// isTrue is the truth of a comparison's result, which it takes over.
func (t *Thread) isTrue(r Value) (b, ok bool) {
	switch r {
	case True:
		return true, true
	case False:
		return false, true
	case Raised:
		return false, false
	}
	m := t.Hold(r)
	b, ok = t.Truth(r)
	t.Unhold(m)
	return b, ok
}

// deeper counts a level of comparing nested containers; false raises the RecursionError.
func (t *Thread) deeper() bool {
	if t.enter() {
		return true
	}
	t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded in comparison")
	return false
}

// compareTuples compares two tuples (or instances of subclasses) item by item.
func (t *Thread) compareTuples(op CmpOp, a, b Value) Value {
	x, y := t.Items(a), t.Items(b)
	if !t.deeper() {
		return Raised
	}
	r := t.compareItems(op, x.Len, y.Len, func(i int) (Value, Value) { return t.Ref(x.Get(i)), t.Ref(y.Get(i)) })
	t.depth--
	return r
}

// compareLists compares two lists item by item; they may change meanwhile.
func (t *Thread) compareLists(op CmpOp, a, b Value) Value {
	length := func(l Value) func() int { return func() int { return t.LenOf(l) } }
	if op >= Eq && length(a)() != length(b)() {
		return refcount.Bool(op == Ne)
	}
	if !t.deeper() {
		return Raised
	}
	r := t.compareItems(op, length(a), length(b), func(i int) (Value, Value) { return t.ListGet(a, i), t.ListGet(b, i) })
	t.depth--
	return r
}

// compareItems compares two sequences; at gives the items at an index (owned).
func (t *Thread) compareItems(op CmpOp, alen, blen func() int, at func(i int) (Value, Value)) Value {
	if op >= Eq && alen() != blen() {
		return refcount.Bool(op == Ne)
	}
	for i := 0; i < alen() && i < blen(); i++ {
		x, y := at(i)
		if x == y {
			t.Decref(x)
			t.Decref(y)
			continue
		}
		m := t.Hold(x)
		t.Hold(y)
		eq, ok := t.Equal(x, y)
		if !ok {
			t.Unhold(m)
			return Raised
		}
		if !eq {
			var r Value
			switch op {
			case Eq:
				r = False
			case Ne:
				r = True
			default:
				r = t.Compare(op, x, y)
			}
			t.Unhold(m)
			return r
		}
		t.Unhold(m)
	}
	return refcount.Bool(ordered(op, int64(alen()), int64(blen())))
}
