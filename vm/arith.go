package vm

// This file dispatches operators: built-in numbers at once, everything else by special methods, reflected and in place,
// in CPython's order.

import (
	"toylang/refcount"
	"toylang/vm/text"
)

// Binary is a op b.
func (t *Thread) Binary(op BinOp, a, b Value) Value {
	switch {
	case a.IsFloat() && b.IsFloat():
		return t.orUnsupported(op, false, a, b, t.floatOp(op, a.Float(), b.Float()))
	case op == Add && a.IsPtr() && b.IsPtr() && t.ShapeOf(a) == t.ShapeOf(b):
		switch Kind(t.builtinShape(a)) {
		case KStr:
			return t.concatStrs(a, b)
		case KList:
			return t.listConcat(a, b)
		case KTuple:
			return t.tupleConcat(a, b)
		}
	}
	if r := t.numOp(op, a, b); r != NotImplemented {
		return r
	}
	return t.orUnsupported(op, false, a, b, t.binarySlots(op, a, b, Unbound))
}

// Inplace is a op= b: it gives what a is to become.
func (t *Thread) Inplace(op BinOp, a, b Value) Value {
	if !a.IsPtr() && !b.IsPtr() {
		return t.inplaceErr(op, a, b, t.numOrSlots(op, a, b))
	}
	if op == Add && a.IsPtr() && b.IsPtr() && t.Is(a, KStr) && t.Is(b, KStr) {
		return t.appendStr(a, b)
	}
	m := Unbound
	if op != DivMod {
		m = t.Special(t.ClassOf(a), SlotIAdd+Slot(op))
	}
	if m == Unbound && op == Mul && (t.Isa(a, KDict) || t.Isa(a, KSet) || t.Isa(a, KFrozenSet) || t.Is(a, KRange)) && t.isPlainSequence(b) && !t.Is(b, KRange) {
		return t.inplaceErr(op, a, b, NotImplemented) // a has a sequence's slots: CPython does not look for b's repetition
	}
	if m == Unbound {
		return t.inplaceErr(op, a, b, t.numOrSlots(op, a, b))
	}
	if t.isSequenceMethod(m) { // list += x: the numbers' way goes first, as in CPython
		if t.isPlainSequence(b) && (op != Mul || t.hasIndex(b)) {
			return t.callSlot(m, a, b)
		}
		return t.inplaceErr(op, a, b, t.binarySlots(op, a, b, m))
	}
	if r := t.callSlot(m, a, b); r != NotImplemented {
		return r
	}
	return t.inplaceErr(op, a, b, t.numOrSlots(op, a, b))
}

// isPlainSequence reports an exact instance of a built-in sequence.
func (t *Thread) isPlainSequence(v Value) bool {
	if !v.IsPtr() {
		return false
	}
	switch Kind(t.builtinShape(v)) {
	case KList, KTuple, KStr, KBytes, KByteArray, KRange:
		return true
	}
	return false
}

func (t *Thread) numOrSlots(op BinOp, a, b Value) Value {
	if r := t.numOp(op, a, b); r != NotImplemented {
		return r
	}
	return t.binarySlots(op, a, b, Unbound)
}

func (t *Thread) inplaceErr(op BinOp, a, b, r Value) Value { return t.orUnsupported(op, true, a, b, r) }

// orUnsupported gives r, or raises the TypeError where r is NotImplemented.
func (t *Thread) orUnsupported(op BinOp, inplace bool, a, b, r Value) Value {
	if r != NotImplemented {
		return r
	}
	word := binWords[op]
	switch {
	case inplace && op == Pow:
		word = "**="
	case inplace:
		word += "="
	}
	hint := ""
	if f := t.BuiltinOf(a); op == RShift && f != nil && f.Name == "print" && f.Owner == nil {
		hint = `. Did you mean "print(<message>, file=<output_stream>)"?`
	}
	return t.Raise(t.VM.Exc.TypeError, "unsupported operand type(s) for %s: '%s' and '%s'%s", word, t.TypeName(a), t.TypeName(b), hint)
}

// numOp applies an operation to exact ints, bools and floats; NotImplemented for other operands.
func (t *Thread) numOp(op BinOp, a, b Value) Value {
	if x, ok := t.word64(a); ok {
		if y, ok := t.word64(b); ok {
			if r := t.wordOp(op, x, y); r != Unbound {
				return r
			}
		}
	}
	if a.IsFloat() || b.IsFloat() {
		if !t.exactNumber(a) || !t.exactNumber(b) {
			return NotImplemented
		}
		return t.mixedOp(op, a, b)
	}
	if !t.exactInteger(a) || !t.exactInteger(b) {
		return NotImplemented
	}
	if a.IsBool() && b.IsBool() {
		switch op {
		case BitAnd:
			return a & b
		case BitOr:
			return a | b
		case BitXor:
			return refcount.Bool(a != b)
		}
	}
	return t.intOp(op, a, b)
}

func (t *Thread) exactInteger(v Value) bool { return v.IsInt() || v.IsBool() || t.Is(v, KInt) }

func (t *Thread) exactNumber(v Value) bool { return v.IsFloat() || t.exactInteger(v) }

// mixedOp applies an operation to numbers of which one is a float; both may be wrapped.
func (t *Thread) mixedOp(op BinOp, a, b Value) Value {
	x, ok, known := t.plainFloat(t.Unwrap(a))
	if !ok || !known {
		return t.numFailed(known)
	}
	y, ok, known := t.plainFloat(t.Unwrap(b))
	if !ok || !known {
		return t.numFailed(known)
	}
	return t.floatOp(op, x, y)
}

func (t *Thread) numFailed(known bool) Value {
	if known {
		return Raised
	}
	return NotImplemented
}

// isSequenceMethod reports a method of a built-in sequence: its + and * come after the operand's own reflected methods.
func (t *Thread) isSequenceMethod(m Value) bool {
	b := t.BuiltinOf(m)
	if b == nil || b.Owner == nil || b.Name == "__mod__" || b.Name == "__rmod__" {
		return false
	}
	switch b.Owner.Kind {
	case KStr, KBytes, KByteArray, KList, KTuple:
		return true
	}
	return false
}

// binarySlots applies the special methods; NotImplemented when none will do. late is an in-place method of a sequence that
// is to be tried before its plain one (stolen), or Unbound.
func (t *Thread) binarySlots(op BinOp, a, b, late Value) Value {
	mark := t.Hold(late)
	r := t.slotOp(op, a, b, late)
	t.Unhold(mark)
	return r
}

func (t *Thread) slotOp(op BinOp, a, b, late Value) Value {
	ca, cb := t.ClassOf(a), t.ClassOf(b)
	slot, rslot := SlotAdd+Slot(op), SlotRAdd+Slot(op)
	m := t.Special(ca, slot)
	mark := t.Hold(m)
	defer t.Unhold(mark)
	seq := t.isSequenceMethod(m)
	ref := Unbound
	if ca != cb {
		ref = t.Special(cb, rslot)
		t.Hold(ref)
		if ref != Unbound && t.isSequenceMethod(ref) {
			ref = Unbound
		}
	}
	if ref != Unbound && cb.Sub(ca) && m != Unbound {
		own := t.Special(ca, rslot)
		same := own == ref
		t.Decref(own)
		if !same {
			if r := t.callSlotHeld(ref, b, a); r != NotImplemented {
				return r
			}
			ref = Unbound
		}
	}
	if m != Unbound && !seq {
		if r := t.callSlotHeld(m, a, b); r != NotImplemented {
			return r
		}
	}
	if ref != Unbound {
		if r := t.callSlotHeld(ref, b, a); r != NotImplemented {
			return r
		}
	}
	switch op {
	case Add:
		if late != Unbound {
			m, seq = late, true
		}
		if seq {
			return t.callSlotHeld(m, a, b)
		}
	case Mul:
		if late != Unbound {
			m, seq = late, true
		}
		if seq {
			return t.repeat(m, a, b)
		}
		if rm := t.Special(cb, SlotRMul); rm != Unbound {
			t.Hold(rm)
			if t.isSequenceMethod(rm) {
				return t.repeat(rm, b, a)
			}
		}
	}
	return NotImplemented
}

// callSlot calls a special method that was found in the class of self; it takes over the reference to the method.
func (t *Thread) callSlot(m, self Value, args ...Value) Value {
	h := t.Hold(m)
	r := t.callSlotHeld(m, self, args...)
	t.Unhold(h)
	return r
}

// callSlotHeld is callSlot for a method that somebody holds.
func (t *Thread) callSlotHeld(m, self Value, args ...Value) Value {
	if !t.Is(m, KFunction) && !t.Is(m, KBuiltin) {
		return t.callSpecial(m, self, t.ClassOf(self), args...)
	}
	if len(args) == 0 {
		return t.Call(m, self)
	}
	return t.Call(m, self, args[0])
}

// repeat is seq * n through the method m.
func (t *Thread) repeat(m, seq, n Value) Value {
	if !t.hasIndex(n) {
		return t.Raise(t.VM.Exc.TypeError, "can't multiply sequence by non-int of type '%s'", t.TypeName(n))
	}
	return t.Call(m, seq, n)
}

// Unary is -v, +v or ~v.
func (t *Thread) Unary(s Slot, v Value) Value {
	switch {
	case v.IsFloat() && s != SlotInvert:
		if s == SlotNeg {
			return t.NewFloat(-v.Float())
		}
		return t.NewFloat(v.Float())
	case t.exactInteger(v):
		return t.intUnary(s, v)
	}
	m := t.Special(t.ClassOf(v), s)
	if m == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "bad operand type for unary %s: '%s'", [...]string{"-", "+", "~"}[s-SlotNeg], t.TypeName(v))
	}
	return t.callSlot(m, v)
}

// concatTexts is concatStrs for any strs.
func (t *Thread) concatTexts(a, b Value) Value {
	x, y := t.Text(a), t.Text(b)
	switch {
	case y.Len() == 0:
		return t.Ref(a)
	case x.Len() == 0:
		return t.Ref(b)
	case x.W == nil && y.W == nil:
		n := len(x.A) + len(y.A)
		v := t.rawStr(KStr, n, n, 0)
		if v != Raised {
			d := t.RawBytes(v, strData, n)
			copy(d[copy(d, x.A):], y.A)
		}
		return v
	}
	n := x.Len() + y.Len()
	v := t.rawStr(KStr, 4*n, n, wideStr)
	if v != Raised {
		d := t.RawInts(v, strData, n)
		copyRunes(d, x)
		copyRunes(d[x.Len():], y)
	}
	return v
}

func copyRunes(d []int32, s text.Str) {
	if s.W != nil {
		copy(d, s.W)
		return
	}
	for i := 0; i < len(s.A) && i < len(d); i++ {
		d[i] = int32(s.A[i])
	}
}

// appendStr is a += b for exact strs. Where nobody else has a, it grows in its own slot: what makes building a str piece
// by piece linear, as in CPython.
func (t *Thread) appendStr(a, b Value) Value {
	x, y := t.Text(a), t.Text(b)
	n := x.Len() + y.Len()
	if x.W != nil || y.W != nil || t.Unsafe || t.Point != nil || !t.Sole(a) || len(y.A) == 0 || n < 64 {
		return t.concatStrs(a, b)
	}
	if d := t.RawBytes(a, strData, n); len(d) == n {
		copy(d[len(x.A):], y.A)
		t.SetRawWord(a, strHash, 0)
		t.SetRawWord(a, strLen, uint64(n))
		return t.Ref(a)
	}
	v := t.rawStr(KStr, n+n/4, n, 0) // room to grow
	if v == Raised {
		return v
	}
	d := t.RawBytes(v, strData, n)
	copy(d[copy(d, x.A):], y.A)
	return v
}
