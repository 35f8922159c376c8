package vm

// This file defines the type int: its constructor, special methods and methods.

import (
	"math/big"
	mathbits "math/bits"

	"toylang/refcount"
	"toylang/vm/text"
)

// initNumbers registers the numeric types, the constants' types, the built-in functions about numbers, and module math.
func (t *Thread) initNumbers() {
	intClass := t.initInt()
	t.initBool(intClass)
	t.initFloat()
	t.initConstants()
	t.initNumberFuncs()
	t.VM.goModules["math"] = (*Thread).initMath
}

func (t *Thread) initInt() *Class {
	methods := []Def{
		{"__repr__(self, /)", intMethod("__repr__", intRepr)},
		{"__hash__(self, /)", intMethod("__hash__", func(t *Thread, v Value, _ []Value) Value { return t.NewInt(t.intHash(v)) })},
		{"__bool__(self, /)", intMethod("__bool__", func(t *Thread, v Value, _ []Value) Value { return refcount.Bool(t.intSign(v) != 0) })},
		{"__neg__(self, /)", intMethod("__neg__", func(t *Thread, v Value, _ []Value) Value { return t.intUnary(SlotNeg, v) })},
		{"__pos__(self, /)", intMethod("__pos__", intSelf)},
		{"__invert__(self, /)", intMethod("__invert__", func(t *Thread, v Value, _ []Value) Value { return t.intUnary(SlotInvert, v) })},
		{"__abs__(self, /)", intMethod("__abs__", func(t *Thread, v Value, _ []Value) Value { return t.intAbs(v) })},
		{"__int__(self, /)", intMethod("__int__", intSelf)},
		{"__index__(self, /)", intMethod("__index__", intSelf)},
		{"__trunc__(self, /)", intMethod("__trunc__", intSelf)},
		{"__floor__(self, /)", intMethod("__floor__", intSelf)},
		{"__ceil__(self, /)", intMethod("__ceil__", intSelf)},
		{"__float__(self, /)", intMethod("__float__", intToFloat)},
		{"__round__(self, ndigits=None, /)", intMethod("__round__", intRound)},
		{"__pow__(self, value, mod=None, /)", intMethod("__pow__", func(t *Thread, v Value, a []Value) Value { return t.intPow3(v, a[0], a[1]) })},
		{"__rpow__(self, value, mod=None, /)", intMethod("__rpow__", func(t *Thread, v Value, a []Value) Value { return t.intPow3(a[0], v, a[1]) })},
		{"__getnewargs__(self, /)", intMethod("__getnewargs__", func(t *Thread, v Value, _ []Value) Value { return t.NewTuple(t.IndexValue(v)) })},
		{"__sizeof__(self, /)", intMethod("__sizeof__", intSizeof)},
		{"conjugate(self, /)", intMethod("conjugate", intSelf)},
		{"bit_length(self, /)", intMethod("bit_length", intBitLength)},
		{"bit_count(self, /)", intMethod("bit_count", intBitCount)},
		{"as_integer_ratio(self, /)", intMethod("as_integer_ratio", func(t *Thread, v Value, _ []Value) Value {
			return t.pair(t.IndexValue(v), refcount.SmallInt(1))
		})},
		{"to_bytes(self, /, length=1, byteorder='big', *, signed=False)", intMethod("to_bytes", intToBytes)},
	}
	for op := Add; op <= DivMod; op++ {
		if op == Pow || op == MatMul {
			continue
		}
		methods = append(methods, binaryMethods(op, "int", (*Thread).IsInt, (*Thread).intOpOr)...)
	}
	methods = append(methods, compareMethods("int", (*Thread).IsInt, (*Thread).IsInt)...)
	one := func(*Thread, Value) Value { return refcount.SmallInt(1) }
	zero := func(*Thread, Value) Value { return refcount.SmallInt(0) }
	real := func(t *Thread, v Value) Value { return t.IndexValue(v) }
	return t.defType(TypeDef{Kind: KInt, Name: "int", Own: true, Wraps: KInt, Methods: methods,
		Static:  []Def{{"__new__(cls, x=0, /, base=10)", intNew}},
		Class:   []Def{{"from_bytes(cls, /, bytes, byteorder='big', *, signed=False)", intFromBytes}},
		Getters: []Getter{{"real", real, nil}, {"imag", zero, nil}, {"numerator", real, nil}, {"denominator", one, nil}},
	})
}

// intMethod makes a method of int, which checks that self is one.
func intMethod(name string, f func(t *Thread, v Value, a []Value) Value) func(*Thread, []Value) Value {
	return func(t *Thread, a []Value) Value {
		if !t.IsInt(a[0]) {
			return t.wrongNumber(name, "int", a[0])
		}
		return f(t, a[0], a[1:])
	}
}

// wrongNumber raises the TypeError of a method called on an object of another type.
func (t *Thread) wrongNumber(name, typ string, v Value) Value {
	return t.wrongSelf(name, typ, v)
}

// binaryMethods makes the methods of a binary operation, plain and reflected.
func binaryMethods(op BinOp, typ string, is func(*Thread, Value) bool, f func(t *Thread, op BinOp, a, b Value) Value) []Def {
	name, rname := slotWords[SlotAdd+Slot(op)], slotWords[SlotRAdd+Slot(op)]
	return []Def{
		{name + "(self, value, /)", func(t *Thread, a []Value) Value {
			if !is(t, a[0]) {
				return t.wrongNumber(name, typ, a[0])
			}
			return f(t, op, a[0], a[1])
		}},
		{rname + "(self, value, /)", func(t *Thread, a []Value) Value {
			if !is(t, a[0]) {
				return t.wrongNumber(rname, typ, a[0])
			}
			return f(t, op, a[1], a[0])
		}},
	}
}

// compareMethods makes the six comparison methods of a numeric type.
func compareMethods(typ string, is, operand func(*Thread, Value) bool) []Def {
	var defs []Def
	for op := Lt; op <= Ne; op++ {
		name := slotWords[cmpSlots[op]]
		defs = append(defs, Def{name + "(self, value, /)", func(t *Thread, a []Value) Value {
			switch {
			case !is(t, a[0]):
				return t.wrongNumber(name, typ, a[0])
			case !operand(t, a[1]):
				return NotImplemented
			}
			return t.compareNumbers(op, t.Unwrap(a[0]), t.Unwrap(a[1]))
		}})
	}
	return defs
}

// intOpOr is intOp, or NotImplemented when an operand is no int.
func (t *Thread) intOpOr(op BinOp, a, b Value) Value {
	if !t.IsInt(a) || !t.IsInt(b) {
		return NotImplemented
	}
	return t.intOp(op, a, b)
}

// intPow3 is a ** b, or pow(a, b, mod) where mod is given.
func (t *Thread) intPow3(a, b, mod Value) Value {
	switch {
	case !t.IsInt(a) || !t.IsInt(b):
		return NotImplemented
	case mod == Unbound || mod == None:
		return t.intOp(Pow, a, b)
	case !t.IsInt(mod):
		return NotImplemented
	}
	return t.intPowMod(a, b, mod)
}

func intSelf(t *Thread, v Value, _ []Value) Value { return t.IndexValue(v) }

func intToFloat(t *Thread, v Value, _ []Value) Value {
	f, ok, _ := t.plainFloat(t.Unwrap(v))
	if !ok {
		return Raised
	}
	return refcount.Float(f)
}

func (t *Thread) intSign(v Value) int {
	if x, ok := t.Small(v); ok {
		return signOf(x)
	}
	return t.Big(v).Sign()
}

func signOf(x int64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

func intSizeof(t *Thread, v Value, _ []Value) Value {
	digits := 0
	if w, ok := t.wideOf(v); ok {
		digits = (w.bitLen() + 29) / 30
	} else {
		digits = (t.Big(v).BitLen() + 29) / 30
	}
	return refcount.SmallInt(int64(24 + 4*max(digits, 1)))
}

func intBitLength(t *Thread, v Value, _ []Value) Value {
	if w, ok := t.wideOf(v); ok {
		return refcount.SmallInt(int64(w.bitLen()))
	}
	return refcount.SmallInt(int64(t.Big(v).BitLen()))
}

func intBitCount(t *Thread, v Value, _ []Value) Value {
	n := 0
	for _, w := range t.Big(v).Bits() {
		n += mathbits.OnesCount(uint(w))
	}
	return refcount.SmallInt(int64(n))
}

// intRepr is the decimal form.
func intRepr(t *Thread, v Value, _ []Value) Value {
	v = t.Unwrap(v)
	if v.IsBool() {
		v = refcount.SmallInt(int64(v - False))
	}
	return t.Repr(v)
}

// intRound rounds to a multiple of a power of ten, ties to even.
func intRound(t *Thread, v Value, a []Value) Value {
	if a[0] == Unbound || a[0] == None {
		return t.IndexValue(v)
	}
	n := t.IndexValue(a[0])
	if n == Raised {
		return Raised
	}
	digits, fits := t.Small(n)
	neg := t.intSign(n) < 0
	t.Decref(n)
	if !neg {
		return t.IndexValue(v)
	}
	x := t.Big(v)
	if !fits || digits < -int64(x.BitLen()) {
		return refcount.SmallInt(0)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil)
	q, r := new(big.Int).DivMod(x, scale, new(big.Int))
	c := r.Lsh(r, 1).Cmp(scale)
	if c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return t.NewBig(q.Mul(q, scale))
}

// intNew is int.__new__.
func intNew(t *Thread, a []Value) Value {
	c, ok := t.numClass(a[0], KInt)
	if !ok {
		return Raised
	}
	var v Value
	switch {
	case a[1] == Unbound && a[2] != Unbound:
		return t.Raise(t.VM.Exc.TypeError, "int() missing string argument")
	case a[1] == Unbound:
		v = refcount.SmallInt(0)
	case a[2] == Unbound:
		v = t.toInt(a[1])
	default:
		v = t.intFromText(a[1], a[2])
	}
	return t.wrapNew(c, t.VM.kinds[KInt], v)
}

// numClass checks the class that a __new__ of a built-in type gets.
func (t *Thread) numClass(v Value, k Kind) (*Class, bool) {
	base, c := t.VM.kinds[k], t.ClassFrom(v)
	x := t.VM.Exc.TypeError
	switch {
	case c == nil:
		t.Raise(x, "%s.__new__(X): X is not a type object (%s)", base.Name, t.TypeName(v))
	case !c.Sub(base):
		t.Raise(x, "%s.__new__(%s): %s is not a subtype of %s", base.Name, c.Name, c.Name, base.Name)
	case c.Builtin && c != base:
		t.Raise(x, "%s.__new__(%s) is not safe, use %s.__new__()", base.Name, c.Name, c.Name)
	default:
		return c, true
	}
	return nil, false
}

// toInt is int(v).
func (t *Thread) toInt(v Value) Value {
	switch {
	case v.IsInt():
		return v
	case v.IsBool():
		return refcount.SmallInt(int64(v - False))
	case v.IsFloat():
		return t.floatToInt(v.Float())
	case t.Is(v, KInt):
		return t.Ref(v)
	case t.Is(v, KStr):
		return t.intFromText(v, Unbound)
	}
	c := t.ClassOf(v)
	if m := t.Special(c, SlotInt); m != Unbound {
		return t.exactInt(t.callSlot(m, v), "__int__ returned non-int (type %s)")
	}
	if t.Has(c, SlotIndex) {
		return t.IndexValue(v)
	}
	if m := t.Special(c, SlotTrunc); m != Unbound {
		r := t.callSlot(m, v)
		if r == Raised || t.IsInt(r) {
			return t.exactInt(r, "")
		}
		if !t.Has(t.ClassOf(r), SlotIndex) {
			name := t.TypeName(r)
			t.Decref(r)
			return t.Raise(t.VM.Exc.TypeError, "__trunc__ returned non-Integral (type %s)", name)
		}
		h := t.Hold(r)
		x := t.IndexValue(r)
		t.Unhold(h)
		return x
	}
	if _, bytes := t.Bytes(v); t.IsStr(v) || bytes {
		return t.intFromText(v, Unbound)
	}
	return t.Raise(t.VM.Exc.TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'", t.TypeName(v))
}

// intFromText is int(v, base) for text; base Unbound is 10.
func (t *Thread) intFromText(v, base Value) Value {
	b := int64(10)
	if base != Unbound {
		var ok bool
		r := t.IndexValue(base)
		if r == Raised {
			return Raised
		}
		if b, ok = t.Small(r); !ok {
			b = -1
		}
		t.Decref(r)
	}
	limit := t.maxStrDigits()
	var small int64
	var large *big.Int
	var err error
	if data, ok := t.Bytes(v); ok {
		small, large, err = text.ParseIntBytes(append([]byte(nil), data...), int(clamp(b)), limit)
	} else if t.IsStr(v) {
		small, large, err = text.ParseInt(t.Text(v), int(clamp(b)), limit)
	} else {
		return t.Raise(t.VM.Exc.TypeError, "int() can't convert non-string with explicit base")
	}
	switch {
	case err != nil:
		return t.RaiseText(err)
	case large != nil:
		return t.NewBig(large)
	}
	return t.NewInt(small)
}

func clamp(x int64) int64 { return min(max(x, -1), 1000) }
