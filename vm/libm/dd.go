// Package libm computes the functions of C's libm to the last bit, or nearly so.
//
// A program's floats print with 17 digits, so the last bit shows. Go's math package is off by it in one result of ten,
// glibc in one of a hundred or fewer. Here the common functions are computed with some 80 bits and rounded once, which
// gives the double nearest to the true value; that is what glibc gives but for rare cases near a tie. Functions that glibc
// has from fdlibm, with errors of their own, follow the same formulas.
package libm

// This file is arithmetic on pairs of doubles whose sum is the value: about 106 bits.

import (
	"math"
	"math/big"
)

// dd is the number h + l, where l is at most half a unit in the last place of h.
type dd struct{ h, l float64 }

// sum gives a + b exactly.
func sum(a, b float64) dd {
	s := a + b
	x := s - a
	return dd{s, (a - (s - x)) + (b - x)}
}

// norm gives a + b exactly, for |a| >= |b|.
func norm(a, b float64) dd {
	s := a + b
	return dd{s, b - (s - a)}
}

// prod gives a * b exactly.
func prod(a, b float64) dd {
	p := float64(a * b)
	return dd{p, math.FMA(a, b, -p)}
}

func (a dd) add(b dd) dd {
	s, e := sum(a.h, b.h), sum(a.l, b.l)
	s = norm(s.h, s.l+e.h)
	return norm(s.h, s.l+e.l)
}

func (a dd) addF(b float64) dd {
	s := sum(a.h, b)
	return norm(s.h, s.l+a.l)
}

func (a dd) mul(b dd) dd {
	p := prod(a.h, b.h)
	return norm(p.h, p.l+(a.h*b.l+a.l*b.h))
}

func (a dd) mulF(b float64) dd {
	p := prod(a.h, b)
	return norm(p.h, p.l+a.l*b)
}

func (a dd) neg() dd { return dd{-a.h, -a.l} }

func (a dd) div(b dd) dd {
	q := a.h / b.h
	r := a.add(b.mulF(-q))
	q2 := r.h / b.h
	r = r.add(b.mulF(-q2))
	s := norm(q, q2)
	return norm(s.h, s.l+r.h/b.h)
}

// scaled gives a * 2**n, exactly unless it overflows or underflows.
func (a dd) scaled(n int) dd { return dd{math.Ldexp(a.h, n), math.Ldexp(a.l, n)} }

// sqrt gives the root of a > 0.
func (a dd) sqrt() dd {
	x := math.Sqrt(a.h)
	r := a.add(prod(x, x).neg())
	return norm(x, r.h/(2*x))
}

// value rounds to the nearest double.
func (a dd) value() float64 { return a.h + a.l }

// ldexp gives the double nearest to a * 2**n, also where that is subnormal.
func (a dd) ldexp(n int) float64 {
	f := a.value()
	if _, e := math.Frexp(f); e+n > -1021 || f == 0 {
		return math.Ldexp(f, n)
	}
	x := new(big.Float).SetPrec(200).SetFloat64(a.h)
	x.Add(x, big.NewFloat(a.l))
	f, _ = x.SetMantExp(x, n).Float64()
	return f
}
