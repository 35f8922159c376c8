package vm

// This file is arithmetic on doubles.

import (
	"math"
	"math/big"
	"strconv"

	"toylang/refcount"
	"toylang/vm/libm"
)

// floatOp applies a binary operation to two doubles.
func (t *Thread) floatOp(op BinOp, x, y float64) Value {
	switch op {
	case Add:
		return t.NewFloat(x + y)
	case Sub:
		return t.NewFloat(x - y)
	case Mul:
		return t.NewFloat(x * y)
	case TrueDiv:
		if y == 0 {
			return t.Raise(t.VM.Exc.ZeroDivisionError, "float division by zero")
		}
		return t.NewFloat(x / y)
	case Pow:
		return t.floatPow(x, y)
	case FloorDiv, Mod, DivMod:
		if y == 0 {
			msg := "float floor division by zero"
			switch op {
			case Mod:
				msg = "float modulo"
			case DivMod:
				msg = "float divmod()"
			}
			return t.Raise(t.VM.Exc.ZeroDivisionError, "%s", msg)
		}
		q, m := floatDivMod(x, y)
		switch op {
		case Mod:
			return t.NewFloat(m)
		case FloorDiv:
			return t.NewFloat(q)
		}
		return t.NewTuple(t.NewFloat(q), t.NewFloat(m))
	}
	return NotImplemented
}

// floatDivMod is CPython's divmod of doubles.
func floatDivMod(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	q = (x - m) / y
	if m != 0 {
		if (y < 0) != (m < 0) {
			m += y
			q--
		}
	} else {
		m = math.Copysign(0, y)
	}
	if q == 0 {
		return math.Copysign(0, x/y), m
	}
	f := math.Floor(q)
	if q-f > 0.5 {
		f++
	}
	return f, m
}

// floatPow gives x ** y with Python's errors.
func (t *Thread) floatPow(x, y float64) Value {
	switch {
	case y == 0 || x == 1:
		return refcount.Float(1)
	case x != x || y != y:
		return t.NaN()
	case x == 0 && y < 0:
		return t.Raise(t.VM.Exc.ZeroDivisionError, "0.0 cannot be raised to a negative power")
	case x < 0 && !isInf(x) && !isInf(y) && y != math.Floor(y):
		return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support complex numbers")
	}
	r := libm.Pow(x, y)
	if isInf(r) && !isInf(x) && !isInf(y) {
		return t.RaiseArgs(t.VM.Exc.OverflowError, t.NewInt(34), t.NewStr("Numerical result out of range"))
	}
	return t.NewFloat(r)
}

// compareIntFloat orders an int and a double exactly; ok is false for a NaN.
func (t *Thread) compareIntFloat(a Value, f float64) (c int, ok bool) {
	switch {
	case f != f:
		return 0, false
	case math.IsInf(f, 1):
		return -1, true
	case math.IsInf(f, -1):
		return 1, true
	}
	if x, ok := t.Small(a); ok && x > -1<<53 && x < 1<<53 {
		g := float64(x)
		switch {
		case g < f:
			return -1, true
		case g > f:
			return 1, true
		}
		return 0, true
	}
	x := new(big.Float).SetInt(t.Big(a))
	return x.Cmp(big.NewFloat(f)), true
}

// floatToInt truncates a double to an int object.
func (t *Thread) floatToInt(f float64) Value {
	switch {
	case f != f:
		return t.Raise(t.VM.Exc.ValueError, "cannot convert float NaN to integer")
	case isInf(f):
		return t.Raise(t.VM.Exc.OverflowError, "cannot convert float infinity to integer")
	case math.Abs(f) < 1<<62:
		return t.NewInt(int64(f))
	}
	x, _ := big.NewFloat(f).Int(nil)
	return t.NewBig(x)
}

// roundFloat rounds a double to n decimals, ties to even on the exact decimal value.
func (t *Thread) roundFloat(f float64, n int64) Value {
	switch {
	case f != f || isInf(f) || n > 323 || f == 0:
		return t.NewFloat(f)
	case n < -308:
		return refcount.Float(math.Copysign(0, f))
	}
	r := roundDecimal(f, int(n))
	if isInf(r) {
		return t.Raise(t.VM.Exc.OverflowError, "rounded value too large to represent")
	}
	return refcount.Float(r)
}

// roundDecimal rounds a finite double to n decimals.
func roundDecimal(f float64, n int) float64 {
	if n >= 0 {
		return roundFraction(f, n)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil)
	whole, frac := math.Modf(math.Abs(f))
	x, _ := big.NewFloat(whole).Int(nil)
	q, r := new(big.Int).QuoRem(x, scale, new(big.Int))
	r.Lsh(r, 1)
	c := r.Cmp(scale)
	if c == 0 && frac > 0 {
		c = 1
	}
	if c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	g, _ := new(big.Float).SetInt(q.Mul(q, scale)).Float64()
	return math.Copysign(g, f)
}

// roundFraction rounds to n >= 0 decimals.
func roundFraction(f float64, n int) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', n, 64), 64)
	return r
}
