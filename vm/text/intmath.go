package text

// This file defines integer arithmetic that differs from Go's: division that
// rounds down, correctly rounded true division, rounding and powers.

import (
	"math"
	"math/big"
	"math/bits"
)

// Errors of integer division.
var (
	ErrIntDivZero  error = zeroDivision("integer division or modulo by zero")
	ErrIntModZero  error = zeroDivision("integer modulo by zero")
	ErrTrueDivZero error = zeroDivision("division by zero")
)

// FloorDivMod is divmod(a, b) for b not zero; a = minimum and b = -1 overflow
// and are left to FloorDivModBig.
func FloorDivMod(a, b int64) (q, m int64) {
	q, m = a/b, a%b
	if m != 0 && (m < 0) != (b < 0) {
		q--
		m += b
	}
	return q, m
}

// FloorDivModBig is divmod(a, b) for b not zero.
func FloorDivModBig(a, b *big.Int) (q, m *big.Int) {
	q, m = new(big.Int).QuoRem(a, b, new(big.Int))
	if m.Sign() != 0 && (m.Sign() < 0) != (b.Sign() < 0) {
		q.Sub(q, big.NewInt(1))
		m.Add(m, b)
	}
	return q, m
}

// TrueDivInt is a / b.
func TrueDivInt(a, b int64) (float64, error) {
	if b == 0 {
		return 0, ErrTrueDivZero
	}
	const exact = 1 << 53
	if -exact <= a && a <= exact && -exact <= b && b <= exact {
		return float64(a) / float64(b), nil
	}
	return TrueDivBig(big.NewInt(a), big.NewInt(b))
}

// TrueDivBig is a / b, correctly rounded.
func TrueDivBig(a, b *big.Int) (float64, error) {
	switch {
	case b.Sign() == 0:
		return 0, ErrTrueDivZero
	case a.Sign() == 0: // signed as the divisor is
		return math.Copysign(0, float64(b.Sign())), nil
	}
	// A quotient of 64 to 66 bits, the low bit standing for the remainder.
	shift := 65 - (a.BitLen() - b.BitLen())
	num, den := new(big.Int).Abs(a), new(big.Int).Abs(b)
	if shift > 0 {
		if shift > 1200+a.BitLen() { // certainly underflows; avoid huge shifts
			return math.Copysign(0, float64(a.Sign()*b.Sign())), nil
		}
		num.Lsh(num, uint(shift))
	} else {
		den.Lsh(den, uint(-shift))
	}
	q, r := num.QuoRem(num, den, new(big.Int))
	sticky := r.Sign() != 0
	for q.BitLen() > 63 {
		sticky = sticky || q.Bit(0) != 0
		q.Rsh(q, 1)
		shift--
	}
	f := roundLdexp(q.Uint64(), sticky, -shift)
	if math.IsInf(f, 0) {
		return 0, overflowError("integer division result too large for a float")
	}
	if a.Sign() != b.Sign() {
		f = -f
	}
	return f, nil
}

// roundLdexp is m * 2**exp rounded once, half to even; sticky says that the
// exact value is a little more. m is not zero.
func roundLdexp(m uint64, sticky bool, exp int) float64 {
	length := bits.Len64(m)
	drop := length - 53
	if least := -1074 - exp; drop < least { // subnormal
		drop = least
	}
	if drop > 64 {
		return 0
	}
	if drop > 0 {
		half := uint64(1) << (drop - 1)
		var rest uint64
		if drop == 64 {
			rest, m = m, 0
		} else {
			rest = m & (half<<1 - 1)
			m >>= drop
		}
		exp += drop
		if rest > half || rest == half && (sticky || m&1 == 1) {
			m++
		}
	}
	return math.Ldexp(float64(m), exp)
}

// RoundInt is round(v, digits) for negative digits.
func RoundInt(v *big.Int, digits int64) *big.Int {
	if digits >= 0 {
		return v
	}
	if float64(-digits) > float64(v.BitLen())*math.Log10(2)+2 {
		return new(big.Int)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil)
	q, m := FloorDivModBig(v, unit)
	twice := new(big.Int).Lsh(m, 1)
	if c := twice.Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q.Mul(q, unit)
}
