package text

// This file defines float arithmetic that differs from Go's: division,
// comparison with big integers, and conversion to integers.

import (
	"math"
	"math/big"
)

// TrueDivFloat is a / b.
func TrueDivFloat(a, b float64) (float64, error) {
	if b == 0 {
		return 0, zeroDivision("float division by zero")
	}
	return a / b, nil
}

// FloorDivFloat is a // b.
func FloorDivFloat(a, b float64) (float64, error) {
	if b == 0 {
		return 0, zeroDivision("float floor division by zero")
	}
	q, _ := divModFloat(a, b)
	return q, nil
}

// ModFloat is a % b.
func ModFloat(a, b float64) (float64, error) {
	if b == 0 {
		return 0, zeroDivision("float modulo")
	}
	_, m := divModFloat(a, b)
	return m, nil
}

// DivModFloat is divmod(a, b).
func DivModFloat(a, b float64) (q, m float64, err error) {
	if b == 0 {
		return 0, 0, zeroDivision("float divmod()")
	}
	q, m = divModFloat(a, b)
	return q, m, nil
}

func divModFloat(a, b float64) (q, m float64) {
	m = math.Mod(a, b)
	div := (a - m) / b
	if m != 0 {
		if (b < 0) != (m < 0) {
			m += b
			div--
		}
	} else {
		m = math.Copysign(0, b)
	}
	if div == 0 {
		return math.Copysign(0, a/b), m
	}
	q = math.Floor(div)
	if div-q > 0.5 {
		q++
	}
	return q, m
}

// FloatToInt truncates f; the value is in big when it does not fit an int64.
func FloatToInt(f float64) (small int64, big *big.Int, err error) {
	switch {
	case math.IsInf(f, 0):
		return 0, nil, overflowError("cannot convert float infinity to integer")
	case math.IsNaN(f):
		return 0, nil, valueError("cannot convert float NaN to integer")
	case -1<<63 <= f && f < 1<<63:
		return int64(f), nil, nil
	}
	return 0, truncBig(f), nil
}

// truncBig is the integer part of a finite float.
func truncBig(f float64) *big.Int {
	v, _ := new(big.Float).SetFloat64(math.Trunc(f)).Int(nil)
	return v
}

// CompareFloatBig orders f against v exactly; ok is false for a NaN.
func CompareFloatBig(f float64, v *big.Int) (order int, ok bool) {
	switch {
	case math.IsNaN(f):
		return 0, false
	case math.IsInf(f, 1):
		return 1, true
	case math.IsInf(f, -1):
		return -1, true
	}
	whole := math.Trunc(f)
	if c := truncBig(whole).Cmp(v); c != 0 {
		return c, true
	}
	switch {
	case f > whole:
		return 1, true
	case f < whole:
		return -1, true
	}
	return 0, true
}

// CompareFloatInt orders f against v exactly; ok is false for a NaN.
func CompareFloatInt(f float64, v int64) (order int, ok bool) {
	switch {
	case math.IsNaN(f):
		return 0, false
	case f >= 1<<63:
		return 1, true
	case f < -1<<63:
		return -1, true
	}
	whole := math.Trunc(f)
	switch w := int64(whole); {
	case w > v || w == v && f > whole:
		return 1, true
	case w < v || f < whole:
		return -1, true
	}
	return 0, true
}

// AsIntegerRatio is f.as_integer_ratio().
func AsIntegerRatio(f float64) (num, den *big.Int, err error) {
	switch {
	case math.IsInf(f, 0):
		return nil, nil, overflowError("cannot convert Infinity to integer ratio")
	case math.IsNaN(f):
		return nil, nil, valueError("cannot convert NaN to integer ratio")
	}
	r := new(big.Rat).SetFloat64(f)
	return r.Num(), r.Denom(), nil
}

// Pow is a ** b of floats. needComplex is set when the result is not real.
func Pow(a, b float64) (v float64, needComplex bool, err error) {
	odd := math.Abs(math.Mod(b, 2)) == 1
	switch {
	case b == 0:
		return 1, false, nil
	case math.IsNaN(a):
		return a, false, nil
	case math.IsNaN(b):
		if a == 1 {
			return 1, false, nil
		}
		return b, false, nil
	case math.IsInf(b, 0):
		switch a = math.Abs(a); {
		case a == 1:
			return 1, false, nil
		case (b > 0) == (a > 1):
			return math.Inf(1), false, nil
		}
		return 0, false, nil
	case math.IsInf(a, 0):
		v = math.Inf(1)
		if b < 0 {
			v = 0
		}
		if odd {
			v = math.Copysign(v, a)
		}
		return v, false, nil
	case a == 0:
		if b < 0 {
			return 0, false, zeroDivision("0.0 cannot be raised to a negative power")
		}
		if odd {
			return a, false, nil
		}
		return 0, false, nil
	}
	negate := false
	if a < 0 {
		if b != math.Floor(b) {
			return 0, true, nil
		}
		a, negate = -a, odd
	}
	v = 1
	if a != 1 {
		v = powPositive(a, b)
	}
	if negate {
		v = -v
	}
	if math.IsInf(v, 0) {
		return 0, false, overflowError("(34, 'Numerical result out of range')")
	}
	return v, false, nil
}
