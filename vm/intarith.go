package vm

// This file is arithmetic on ints of any size: machine words first, 128 bits next, math/big last, and never a result that
// the guest heap could not hold.

import (
	"math"
	"math/big"
	mathbits "math/bits"

	"toylang/refcount"
)

// intOp applies a binary operation to two int-like objects (ints, bools, instances of subclasses).
func (t *Thread) intOp(op BinOp, a, b Value) Value {
	x, xok := t.wideOf(a)
	y, yok := t.wideOf(b)
	if xok && yok {
		if r, done := t.wideOp(op, x, y); done {
			return r
		}
	}
	switch op {
	case LShift, RShift:
		return t.shift(op, a, b)
	case TrueDiv:
		return t.trueDiv(t.Big(a), t.Big(b))
	case Pow:
		return t.intPow(a, b)
	}
	return t.bigOp(op, t.Big(a), t.Big(b))
}

// word64 reads an exact int of one word; ok is false for anything else.
func (t *Thread) word64(v Value) (x int64, ok bool) {
	if v.IsInt() {
		return v.Int(), true
	}
	if !t.Is(v, KInt) || wordBytes != 8 {
		return 0, false
	}
	head, w := t.RawWord(v, 0), t.RawWord(v, 1)
	if uint32(head) != 1 || int64(w) < 0 {
		return 0, false
	}
	if head&negInt != 0 {
		return -int64(w), true
	}
	return int64(w), true
}

// wordOp is intOp on machine words; Unbound where the result is none or the operation is not one of the most common.
func (t *Thread) wordOp(op BinOp, x, y int64) Value {
	var r int64
	switch op {
	case Add:
		if r = x + y; (x^r)&(y^r) < 0 {
			return Unbound
		}
	case Sub:
		if r = x - y; (x^y)&(x^r) < 0 {
			return Unbound
		}
	case Mul:
		hi, lo := mathbits.Mul64(uint64(x), uint64(y))
		if x < 0 {
			hi -= uint64(y)
		}
		if y < 0 {
			hi -= uint64(x)
		}
		if r = int64(lo); int64(hi) != r>>63 {
			return Unbound
		}
	case BitAnd:
		r = x & y
	case BitOr:
		r = x | y
	case BitXor:
		r = x ^ y
	case FloorDiv, Mod:
		if y == 0 || y == -1 {
			return Unbound
		}
		q, m := x/y, x%y
		if m != 0 && m^y < 0 {
			q, m = q-1, m+y
		}
		if r = q; op == Mod {
			r = m
		}
	case RShift:
		if y < 0 || y > 63 {
			return Unbound
		}
		r = x >> uint(y)
	default:
		return Unbound
	}
	if refcount.FitsSmall(r) {
		return refcount.SmallInt(r)
	}
	return t.newWide(wide64(r))
}

// wideOp is intOp on numbers up to 128 bits; done is false when the result needs more.
func (t *Thread) wideOp(op BinOp, x, y wide) (v Value, done bool) {
	var r wide
	ok := true
	switch op {
	case Add:
		r, ok = x.add(y)
	case Sub:
		r, ok = x.add(y.negated())
	case Mul:
		r, ok = x.mul(y)
	case BitAnd, BitOr, BitXor:
		r, ok = x.bitwise(op, y)
	case FloorDiv, Mod, DivMod:
		if y.zero() {
			return t.zeroDivide(op), true
		}
		q, rem, fits := x.divmod(y)
		switch {
		case !fits:
			return 0, false
		case op == Mod:
			return t.newWide(rem), true
		case op == FloorDiv:
			return t.newWide(q), true
		}
		return t.pair(t.newWide(q), t.newWide(rem)), true
	case TrueDiv:
		if y.zero() {
			return t.zeroDivide(op), true
		}
		if x.hi|y.hi != 0 || x.lo|y.lo > 1<<53 {
			return 0, false
		}
		f := float64(x.lo) / float64(y.lo)
		if x.neg != y.neg {
			f = -f
		}
		return t.NewFloat(f), true
	case LShift:
		if y.neg || y.hi != 0 || y.lo > 127 {
			return 0, false
		}
		r, ok = x.lsh(uint(y.lo))
	case RShift:
		if y.neg || y.hi != 0 || y.lo > 127 {
			return 0, false
		}
		r = x.rsh(uint(y.lo))
	case Pow:
		if y.neg || y.hi != 0 {
			return 0, false
		}
		r, ok = x.pow(y.lo)
	default:
		return t.Ref(NotImplemented), true
	}
	if !ok {
		return 0, false
	}
	return t.newWide(r), true
}

// pow gives w ** n; ok is false when it does not fit.
func (w wide) pow(n uint64) (r wide, ok bool) {
	r = wide{lo: 1}
	if w.hi == 0 && w.lo <= 1 {
		if n == 0 || w.lo == 1 && (!w.neg || n&1 == 0) {
			return r, true
		}
		return w, true
	}
	if n > 128 {
		return r, false
	}
	for {
		if n&1 != 0 {
			if r, ok = r.mul(w); !ok {
				return r, false
			}
		}
		if n >>= 1; n == 0 {
			return r, true
		}
		if w, ok = w.mul(w); !ok {
			return r, false
		}
	}
}

// pair makes a tuple of two; either may be Raised.
func (t *Thread) pair(a, b Value) Value {
	if a == Raised || b == Raised {
		t.Decref(a)
		t.Decref(b)
		return Raised
	}
	return t.NewTuple(a, b)
}

// zeroDivide raises the ZeroDivisionError of an int operation.
func (t *Thread) zeroDivide(op BinOp) Value {
	msg := "integer division or modulo by zero"
	switch op {
	case TrueDiv:
		msg = "division by zero"
	case Mod:
		msg = "integer modulo by zero"
	}
	return t.Raise(t.VM.Exc.ZeroDivisionError, "%s", msg)
}

// bigOp applies the operations whose result is not much larger than the operands.
func (t *Thread) bigOp(op BinOp, x, y *big.Int) Value {
	r := new(big.Int)
	switch op {
	case Add:
		r.Add(x, y)
	case Sub:
		r.Sub(x, y)
	case Mul:
		if !t.affordable(int64(x.BitLen())+int64(y.BitLen()), x.BitLen(), y.BitLen()) {
			return Raised
		}
		r.Mul(x, y)
	case BitAnd:
		r.And(x, y)
	case BitOr:
		r.Or(x, y)
	case BitXor:
		r.Xor(x, y)
	case FloorDiv, Mod, DivMod:
		if y.Sign() == 0 {
			return t.zeroDivide(op)
		}
		if !t.affordable(0, x.BitLen()-y.BitLen(), y.BitLen()) {
			return Raised
		}
		m := new(big.Int)
		r.QuoRem(x, y, m)
		if m.Sign() != 0 && m.Sign() != y.Sign() {
			r.Sub(r, big.NewInt(1))
			m.Add(m, y)
		}
		switch op {
		case Mod:
			r = m
		case DivMod:
			return t.pair(t.NewBig(r), t.NewBig(m))
		}
	default:
		return NotImplemented
	}
	return t.NewBig(r)
}

// maxWork bounds one operation on large ints, in word multiplications: some seconds. CPython would take many times as long,
// and nothing can interrupt either.
const maxWork = 5e9

// affordable reports whether a result of so many bits fits the guest heap, and whether multiplying numbers of m and n bits
// ends in reasonable time; otherwise MemoryError is raised.
func (t *Thread) affordable(bits int64, m, n int) bool {
	if bits/8 <= t.VM.Heap.Limit()/16 { // the temporary copies are in Go's heap
		lo, hi := float64(min(m, n))/64, float64(max(m, n))/64
		if lo < 100 || hi/lo*math.Pow(lo, 1.585) <= maxWork {
			return true
		}
	}
	t.raiseMemory()
	return false
}

// shift gives a << b or a >> b.
func (t *Thread) shift(op BinOp, a, b Value) Value {
	n, fits := t.Small(b)
	y := t.Big(b)
	if y.Sign() < 0 {
		return t.Raise(t.VM.Exc.ValueError, "negative shift count")
	}
	x := t.Big(a)
	if op == RShift {
		if !fits || n > int64(x.BitLen()) {
			n = int64(x.BitLen()) + 1
		}
		return t.NewBig(x.Rsh(x, uint(n)))
	}
	if x.Sign() == 0 {
		return t.NewInt(0)
	}
	if !fits {
		if y.BitLen() > 64 {
			return t.Raise(t.VM.Exc.OverflowError, "too many digits in integer")
		}
		n = math.MaxInt64 / 2
	}
	if n > 8*t.VM.Heap.Limit() || !t.affordable(n+int64(x.BitLen()), 0, 0) {
		t.raiseMemory()
		return Raised
	}
	return t.NewBig(x.Lsh(x, uint(n)))
}

// intPow gives a ** b.
func (t *Thread) intPow(a, b Value) Value {
	x, y := t.Big(a), t.Big(b)
	if y.Sign() < 0 {
		f, ok, _ := t.plainFloat(t.Unwrap(a))
		if !ok {
			return Raised
		}
		g, ok, _ := t.plainFloat(t.Unwrap(b))
		if !ok {
			return Raised
		}
		return t.floatPow(f, g)
	}
	if x.BitLen() <= 1 { // -1, 0, 1
		if y.Sign() == 0 || x.Sign() < 0 && y.Bit(0) == 0 {
			x.SetInt64(1)
		}
		return t.NewBig(x)
	}
	tz := x.TrailingZeroBits()
	odd := new(big.Int).Rsh(x, tz)
	if !y.IsInt64() || y.Int64() > 1<<40 {
		t.raiseMemory()
		return Raised
	}
	n := y.Int64()
	bits := float64(x.BitLen()) * float64(n)
	if bits > 8e15 || !t.affordable(int64(bits), 0, 0) {
		t.raiseMemory()
		return Raised
	}
	if ob := odd.BitLen(); ob > 1 {
		half := int(min(float64(ob)*float64(n)/2, math.MaxInt32*64))
		if !t.affordable(0, half, half) {
			return Raised
		}
		odd.Exp(odd, y, nil)
	} else if odd.Sign() < 0 && y.Bit(0) == 0 {
		odd.SetInt64(1)
	}
	return t.NewBig(odd.Lsh(odd, uint(int64(tz)*n)))
}

// intPowMod gives pow(a, b, c) for int-like objects.
func (t *Thread) intPowMod(a, b, c Value) Value {
	x, y, m := t.Big(a), t.Big(b), t.Big(c)
	if m.Sign() == 0 {
		return t.Raise(t.VM.Exc.ValueError, "pow() 3rd argument cannot be 0")
	}
	neg := m.Sign() < 0
	abs := new(big.Int).Abs(m)
	if y.Sign() < 0 {
		x.Mod(x, abs)
		if x.ModInverse(x, abs) == nil {
			return t.Raise(t.VM.Exc.ValueError, "base is not invertible for the given modulus")
		}
		y.Neg(y)
	}
	words := float64(abs.BitLen())/64 + 1
	if float64(y.BitLen())*math.Pow(words, 1.585) > maxWork {
		t.raiseMemory()
		return Raised
	}
	r := x.Mod(x, abs)
	if abs.IsUint64() && y.IsUint64() {
		r.SetUint64(powMod64(r.Uint64(), y.Uint64(), abs.Uint64()))
	} else {
		r.Exp(r, y, abs)
	}
	if neg && r.Sign() != 0 {
		r.Add(r, m)
	}
	return t.NewBig(r)
}

func powMod64(x, y, m uint64) uint64 {
	r := uint64(1) % m
	for ; y != 0; y >>= 1 {
		if y&1 != 0 {
			hi, lo := mathbits.Mul64(r, x)
			_, r = mathbits.Div64(hi, lo, m)
		}
		hi, lo := mathbits.Mul64(x, x)
		_, x = mathbits.Div64(hi, lo, m)
	}
	return r
}

// trueDiv gives the double nearest to x / y.
func (t *Thread) trueDiv(x, y *big.Int) Value {
	if y.Sign() == 0 {
		return t.zeroDivide(TrueDiv)
	}
	f, ok := quoFloat(x, y)
	if !ok {
		return t.Raise(t.VM.Exc.OverflowError, "integer division result too large for a float")
	}
	return t.NewFloat(f)
}

// quoFloat gives the double nearest to x / y, ties to even; ok is false when it overflows.
func quoFloat(x, y *big.Int) (f float64, ok bool) {
	neg := (x.Sign() < 0) != (y.Sign() < 0)
	if x.Sign() == 0 {
		if neg {
			f = math.Copysign(0, -1)
		}
		return f, true
	}
	a, b := new(big.Int).Abs(x), new(big.Int).Abs(y)
	// A quotient of 66 bits or more with a sticky bit rounds as the exact one does.
	s := 66 - (a.BitLen() - b.BitLen())
	switch {
	case s < -2000:
		return 0, false
	case s > 2000:
		return 0, true
	}
	if s > 0 {
		a.Lsh(a, uint(s))
	} else {
		b.Lsh(b, uint(-s))
	}
	r := new(big.Int)
	a.QuoRem(a, b, r)
	if r.Sign() != 0 {
		a.SetBit(a, 0, 1)
	}
	q := new(big.Float).SetInt(a)
	q.SetMantExp(q, -s)
	f, _ = q.Float64()
	if neg {
		f = -f
	}
	return f, !math.IsInf(f, 0)
}

// intUnary gives -v, +v or ~v of an int-like object.
func (t *Thread) intUnary(s Slot, v Value) Value {
	if s == SlotPos {
		return t.IndexValue(v)
	}
	if x, ok := t.wideOf(v); ok && x.hi == 0 {
		if s == SlotNeg {
			return t.newWide(x.negated())
		}
		r, _ := x.negated().add(wide{lo: 1, neg: true})
		return t.newWide(r)
	}
	x := t.Big(v)
	if s == SlotNeg {
		return t.NewBig(x.Neg(x))
	}
	return t.NewBig(x.Not(x))
}

// intAbs is abs of an int-like object.
func (t *Thread) intAbs(v Value) Value {
	if x, ok := t.wideOf(v); ok {
		x.neg = false
		return t.newWide(x)
	}
	x := t.Big(v)
	return t.NewBig(x.Abs(x))
}

// cmpInts compares two int-like objects.
func (t *Thread) cmpInts(a, b Value) int {
	x, xok := t.wideOf(a)
	y, yok := t.wideOf(b)
	if xok && yok {
		return x.cmp(y)
	}
	return t.Big(a).Cmp(t.Big(b))
}
