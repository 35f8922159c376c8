package libm

// This file is trigonometric functions and their inverses.

import (
	"math"
	"math/big"
)

var halfPi = [3]float64{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110}

// halfPiBits is pi/2 * 2**1216.
const halfPiBits = "1921fb54442d18469898cc51701b839a252049c1114cf98e804177d4c76273644a29410f31c6809bbdf2a33679a748636605614dbe4be286e9fc26adadaa3848bc90b6aecc4bcfd8de89885d34c6fdad617feb96de80d6fdbdc70d7f6b5133f4b5d3e4822f8963fcc9250cca3d9c8b67b8400f97142c77e0b31b4906c38aba734d22c7f51fa499ebf06caba47b9475b2c38c5e6ac410aa577"

// reduce gives x - n*pi/2, of at most pi/4, and n modulo 4.
func reduce(x float64) (r dd, n int) {
	a := math.Abs(x)
	if a <= math.Pi/4 {
		return dd{h: x}, 0
	}
	if a > 1<<20 {
		return reduceLarge(x)
	}
	k := math.RoundToEven(x * (2 / math.Pi))
	p, q := prod(k, halfPi[0]), prod(k, halfPi[1])
	s := sum(x, -p.h) // exact
	r = s.addF(-p.l).add(q.neg()).addF(-k * halfPi[2])
	return r, int(int64(k) & 3)
}

// reduceLarge is reduce with as many digits of pi as a double can ask for.
func reduceLarge(x float64) (r dd, n int) {
	const scale = 1216
	h, _ := new(big.Int).SetString(halfPiBits, 16)
	m, e := math.Frexp(math.Abs(x))
	a := big.NewInt(int64(math.Ldexp(m, 53)))
	a.Lsh(a, uint(e-53+scale))
	q, rem := new(big.Int).QuoRem(a, h, new(big.Int))
	if new(big.Int).Lsh(rem, 1).Cmp(h) > 0 {
		rem.Sub(rem, h)
		q.Add(q, big.NewInt(1))
	}
	f := new(big.Float).SetInt(rem)
	f.SetMantExp(f, -scale)
	r.h, _ = f.Float64()
	r.l, _ = f.Sub(f, big.NewFloat(r.h)).Float64()
	n = int(q.Bit(0) | q.Bit(1)<<1)
	if x < 0 {
		return r.neg(), -n & 3
	}
	return r, n
}

// sincosSmall gives sine and cosine of |r| <= pi/4 (a little more does not hurt) by their series.
func sincosSmall(r dd) (s, c dd) {
	z := r.mul(r)
	x := z.h
	tail := -x * (1.0/39916800 - x*(1.0/6227020800-x*(1.0/1307674368000-x*(1.0/355687428096000))))
	s = dd{0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73}.addF(tail)
	s = s.mul(z).add(dd{-0x1.a01a01a01a01ap-13, -0x1.a01a01a01a01ap-73})
	s = s.mul(z).add(dd{0x1.1111111111111p-7, 0x1.1111111111111p-63})
	s = s.mul(z).add(dd{-0x1.5555555555555p-3, -0x1.5555555555555p-57})
	s = s.mul(z).mul(r).add(r)
	tail = -x * (1.0/3628800 - x*(1.0/479001600-x*(1.0/87178291200-x*(1.0/20922789888000))))
	c = dd{0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76}.addF(tail)
	c = c.mul(z).add(dd{-0x1.6c16c16c16c17p-10, 0x1.f49f49f49f49fp-65})
	c = c.mul(z).add(dd{0x1.5555555555555p-5, 0x1.5555555555555p-59})
	c = c.mul(z).addF(-0.5)
	c = c.mul(z).addF(1)
	return s, c
}

// sincos gives sine and cosine of a finite x.
func sincos(x float64) (s, c dd) {
	r, n := reduce(x)
	s, c = sincosSmall(r)
	switch n {
	case 1:
		return c, s.neg()
	case 2:
		return s.neg(), c.neg()
	case 3:
		return c.neg(), s
	}
	return s, c
}

func notFinite(x float64) bool { return x-x != 0 }

// Sin is the sine.
func Sin(x float64) float64 {
	switch {
	case notFinite(x):
		return math.NaN()
	case x == 0:
		return x
	case math.Abs(x) < 0x1p-27:
		return x - x*x*x/6
	}
	s, _ := sincos(x)
	return s.value()
}

// Cos is the cosine.
func Cos(x float64) float64 {
	if notFinite(x) {
		return math.NaN()
	}
	_, c := sincos(x)
	return c.value()
}

// Tan is the tangent.
func Tan(x float64) float64 {
	switch {
	case notFinite(x):
		return math.NaN()
	case math.Abs(x) < 0x1p-27:
		return x + x*x*x/3
	}
	s, c := sincos(x)
	return s.div(c).value()
}

// atan2 gives the angle of the point (x, y), finite numbers neither tiny nor huge: math's result and one step of Newton's
// method.
func atan2(y, x dd) float64 {
	a := math.Atan2(y.h, x.h)
	s, c := sincos(a)
	num := y.mul(c).add(x.mul(s).neg())
	den := x.h*c.h + y.h*s.h
	return norm(a, num.h/den).value()
}

// Atan2 is the angle of the point (x, y).
func Atan2(y, x float64) float64 {
	if x == 0 || y == 0 || notFinite(x) || notFinite(y) {
		return math.Atan2(y, x)
	}
	_, ey := math.Frexp(y)
	_, ex := math.Frexp(x)
	if ey-ex < -900 || ey-ex > 900 {
		if ey < ex && x > 0 {
			return y / x
		}
		return math.Atan2(y, x)
	}
	e := max(ex, ey)
	return atan2(dd{h: math.Ldexp(y, -e)}, dd{h: math.Ldexp(x, -e)})
}

// Atan is the inverse tangent.
func Atan(x float64) float64 {
	switch a := math.Abs(x); {
	case x == 0:
		return x
	case a < 0x1p-27 || x != x:
		return x - x*x*x/3
	case a > 0x1p60:
		return math.Copysign(math.Pi/2, x)
	}
	return atan2(dd{h: x}, dd{h: 1})
}

// rest is the root of 1 - x*x.
func rest(x float64) dd {
	if math.Abs(x) == 1 {
		return dd{}
	}
	return sum(1, -x).mul(sum(1, x)).sqrt()
}

// Asin is the inverse sine.
func Asin(x float64) float64 {
	switch {
	case x > 1 || x < -1 || x != x:
		return math.NaN()
	case math.Abs(x) < 0x1p-27:
		return x + x*x*x/6
	}
	return atan2(dd{h: x}, rest(x))
}

// Acos is the inverse cosine.
func Acos(x float64) float64 {
	switch {
	case x > 1 || x < -1 || x != x:
		return math.NaN()
	case x == 1:
		return 0
	}
	return atan2(rest(x), dd{h: x})
}
