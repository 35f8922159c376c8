package text

// This file holds double-double arithmetic, about 106 bits, for pow.

import (
	"math"
	"math/big"
)

// dd is the unevaluated sum of two floats, lo at most half an ulp of hi.
type dd struct{ hi, lo float64 }

// quickSum is a + b for |a| >= |b|.
func quickSum(a, b float64) dd {
	s := a + b
	return dd{s, b - (s - a)}
}

func twoSum(a, b float64) dd {
	s := a + b
	t := s - a
	return dd{s, (a - (s - t)) + (b - t)}
}

func twoProd(a, b float64) dd {
	p := a * b
	return dd{p, math.FMA(a, b, -p)}
}

func (x dd) add(y dd) dd {
	s, t := twoSum(x.hi, y.hi), twoSum(x.lo, y.lo)
	s = quickSum(s.hi, s.lo+t.hi)
	return quickSum(s.hi, s.lo+t.lo)
}

func (x dd) mul(y dd) dd {
	p := twoProd(x.hi, y.hi)
	return quickSum(p.hi, p.lo+math.FMA(x.hi, y.lo, x.lo*y.hi))
}

func (x dd) scale(f float64) dd {
	p := twoProd(x.hi, f)
	return quickSum(p.hi, math.FMA(x.lo, f, p.lo))
}

// ddOf rounds a big float.
func ddOf(v *big.Float) dd {
	hi, _ := v.Float64()
	rest := new(big.Float).SetPrec(v.Prec()).Sub(v, big.NewFloat(hi))
	lo, _ := rest.Float64()
	return dd{hi, lo}
}
