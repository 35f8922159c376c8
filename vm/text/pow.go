package text

// This file computes powers of positive floats, rounded correctly but for
// cases closer to a tie than about 2**-70: Go's math.Pow is off too often for
// results to print as those of the C library do.

import (
	"math"
	"math/big"
	"sync"
)

const (
	logTableBits = 7 // log table: one entry per 2**-7 of the mantissa
	expTableBits = 6 // exp table: powers of 2**(1/64)
)

// powTables are the tables powPositive looks up.
type powTables struct {
	invc  [1 << logTableBits]float64 // about 1/c for the middle c of an interval
	logc  [1 << logTableBits]dd      // -log(invc)
	exp2  [1 << expTableBits]dd      // 2**(i/64)
	ln2   dd
	ln2hi float64 // ln2/64 to 38 bits, so that small multiples are exact
	ln2lo dd      // the rest of ln2/64
}

const tablePrec = 200

var getPowTables = sync.OnceValue(func() *powTables {
	t := new(powTables)
	ln2 := bigLog(new(big.Float).SetPrec(tablePrec).SetInt64(2))
	t.ln2 = ddOf(ln2)
	step := new(big.Float).SetMantExp(ln2, -expTableBits)
	hi, _ := step.Float64()
	t.ln2hi = math.Float64frombits(math.Float64bits(hi) &^ (1<<15 - 1))
	t.ln2lo = ddOf(new(big.Float).SetPrec(tablePrec).Sub(step, big.NewFloat(t.ln2hi)))
	for i := range t.invc {
		// The mantissa is in [1, 2); its upper part is halved by powPositive.
		c := 1 + (float64(i)+0.5)/(1<<logTableBits)
		if c > math.Sqrt2 {
			c /= 2
		}
		t.invc[i] = math.Round(0x1p10/c) / 0x1p10
		if i == 0 || i == len(t.invc)-1 { // log is small here: no cancellation
			t.invc[i] = 1
		}
		l := bigLog(new(big.Float).SetPrec(tablePrec).SetFloat64(t.invc[i]))
		t.logc[i] = ddOf(l.Neg(l))
	}
	root := new(big.Float).SetPrec(tablePrec).SetInt64(2)
	for range expTableBits {
		root.Sqrt(root)
	}
	v := new(big.Float).SetPrec(tablePrec).SetInt64(1)
	for i := range t.exp2 {
		t.exp2[i] = ddOf(v)
		v.Mul(v, root)
	}
	return t
})

// bigLog is the logarithm of x in [0.5, 2] by the series of atanh.
func bigLog(x *big.Float) *big.Float {
	num := func(n int64) *big.Float { return new(big.Float).SetPrec(tablePrec).SetInt64(n) }
	z := num(0).Quo(num(0).Sub(x, num(1)), num(0).Add(x, num(1)))
	square, power, sum := num(0).Mul(z, z), num(0).Set(z), num(0)
	for k := int64(1); k < 140; k += 2 {
		sum.Add(sum, num(0).Quo(power, num(k)))
		power.Mul(power, square)
	}
	return sum.Mul(sum, num(2))
}

// ddLog is the logarithm of a positive finite float.
func (t *powTables) ddLog(x float64) dd {
	k := 0
	if x < 0x1p-1022 {
		x *= 0x1p54
		k = -54
	}
	b := math.Float64bits(x)
	k += int(b>>52) - 1023
	i := int(b >> (52 - logTableBits) & (1<<logTableBits - 1))
	m := math.Float64frombits(b&(1<<52-1) | 1023<<52)
	if 1+(float64(i)+0.5)/(1<<logTableBits) > math.Sqrt2 {
		m /= 2
		k++
	}
	p := twoProd(m, t.invc[i])
	z := quickSum(p.hi-1, p.lo) // p.hi-1 is exact
	// log1p(z) = z - z*z/2 + z**3/3 - ..., the later terms in one float.
	h := z.hi
	tail := 1./7 - h*(1./8-h*(1./9-h*(1./10-h*(1./11-h*(1./12-h*(1./13))))))
	s := z.scale(tail).add(dd{-1. / 6, -oneSixthLo})
	for _, c := range logSeries {
		s = s.mul(z).add(c)
	}
	s = s.mul(z)
	return t.ln2.scale(float64(k)).add(t.logc[i]).add(s)
}

// The parts of thirds, fifths and sixths that a float leaves out.
const (
	oneThirdLo = 0x1.5555555555555p-56
	oneFifthLo = -0x1.999999999999ap-57
	oneSixthLo = oneThirdLo / 2
)

// logSeries is the start of the series of log1p, from the fifth term down.
var logSeries = [...]dd{{0.2, oneFifthLo}, {-0.25, 0}, {1. / 3, oneThirdLo}, {-0.5, 0}, {1, 0}}

// expSeries is the start of the series of exp, from the fifth term down.
var expSeries = [...]dd{ratio(120), ratio(24), ratio(6), {0.5, 0}, {1, 0}, {1, 0}}

// ratio is 1/n.
func ratio(n int64) dd {
	one := new(big.Float).SetPrec(tablePrec).SetInt64(1)
	return ddOf(one.Quo(one, new(big.Float).SetPrec(tablePrec).SetInt64(n)))
}

// powExact handles the powers that need no logarithm.
func powExact(a, b float64) (v float64, ok bool) {
	switch b {
	case 1:
		return a, true
	case 2:
		return a * a, true
	case 0.5:
		return math.Sqrt(a), true
	case -1:
		return 1 / a, true
	}
	if a == math.Floor(a) && b == math.Floor(b) && 2 < b && b <= 53 {
		v = a
		for n := int(b); n > 1 && v < 1<<53; n-- {
			v *= a
		}
		return v, v < 1<<53
	}
	return 0, false
}

// powPositive is a**b for positive finite a and finite b.
func powPositive(a, b float64) float64 {
	if v, ok := powExact(a, b); ok {
		return v
	}
	t := getPowTables()
	l := t.ddLog(a)
	if e := l.hi * b; e > 710 {
		return math.Inf(1)
	} else if e < -746 {
		return 0
	} else if math.Abs(e) < 0x1p-60 {
		return 1
	}
	y := l.scale(b)
	n := math.Round(y.hi / (t.ln2hi + t.ln2lo.hi))
	r := y.add(dd{-n * t.ln2hi, 0}).add(t.ln2lo.scale(-n))
	h := r.hi
	tail := 1./720 + h*(1./5040+h*(1./40320+h*(1./362880)))
	s := r.scale(tail).add(expSeries[0])
	for _, c := range expSeries[1:] {
		s = s.mul(r).add(c)
	}
	i := int(n)
	s = s.mul(t.exp2[i&(1<<expTableBits-1)])
	exp := i >> expTableBits
	if exp > -1020 {
		return math.Ldexp(s.hi, exp)
	}
	// A subnormal result must be rounded once, from both parts.
	m := uint64(s.hi*0x1p62) + uint64(int64(s.lo*0x1p62))
	return roundLdexp(m, true, exp-62)
}
