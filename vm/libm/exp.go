package libm

// This file is exponentials, logarithms and powers.

import "math"

var (
	ln2    = [3]float64{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111}
	invLn2 = dd{0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56}
)

// expSplit gives e**x as m * 2**k, with m near 1: 2**(i/64) from a table times a series for what is left.
func expSplit(x dd) (m dd, k int) {
	n := math.RoundToEven(x.h * (64 / math.Ln2))
	r := x
	if n != 0 {
		r = x.add(prod(-n, ln2[0]/64)).add(dd{-n * (ln2[1] / 64), 0})
	}
	i := int(n)
	y := r.h
	tail := y * (1.0/24 + y*(1.0/120+y*(1.0/720+y*(1.0/5040+y*(1.0/40320)))))
	p := dd{0x1.5555555555555p-3, 0x1.5555555555555p-57}.addF(tail) // 1/6 + …
	p = p.mul(r).addF(0.5)
	p = p.mul(r).mul(r).add(r)
	t := exp2Table[i&63]
	return t.add(t.mul(p)), i >> 6
}

func exp(x dd) float64 {
	switch {
	case x.h > 710:
		return math.Inf(1)
	case x.h < -746:
		return 0
	}
	m, k := expSplit(x)
	return m.ldexp(k)
}

// Exp is e**x.
func Exp(x float64) float64 {
	if x != x || math.IsInf(x, 0) {
		return math.Exp(x)
	}
	return exp(dd{h: x})
}

// Exp2 is 2**x.
func Exp2(x float64) float64 {
	switch {
	case x != x || math.IsInf(x, 0) || x > 1025 || x < -1080:
		return math.Exp2(x)
	}
	n := math.RoundToEven(x)
	m, k := expSplit(dd{ln2[0], ln2[1]}.mulF(x - n))
	return m.ldexp(int(n) + k)
}

// logDD gives the logarithm of a finite x > 0.
func logDD(x float64) dd {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	l := logMant(m)
	if e == 0 {
		return l
	}
	n := float64(e)
	return prod(n, ln2[0]).add(prod(n, ln2[1])).add(l)
}

// logMant gives the logarithm of m, which is near 1: a series very near to it, else one step of Newton's method.
func logMant(m float64) dd {
	f := m - 1 // exact
	if f == 0 {
		return dd{}
	}
	if math.Abs(f) < 1.0/1024 {
		s := dd{h: f}.div(sum(2, f))
		z := s.mul(s)
		t := dd{0x1.5555555555555p-2, 0x1.5555555555555p-56}.addF(z.h * (1.0/5 + z.h*(1.0/7+z.h*(1.0/9))))
		return s.add(s.mul(z).mul(t)).scaled(1)
	}
	y := math.Log(m)
	e, k := expSplit(dd{h: -y})
	d := e.scaled(k).mulF(m).addF(-1)
	d = d.add(d.mulF(-0.5 * d.h))
	return dd{h: y}.add(d)
}

// special reports arguments of a logarithm that need no computing.
func logSpecial(x float64) bool { return x != x || x <= 0 || math.IsInf(x, 1) }

// Log is the natural logarithm.
func Log(x float64) float64 {
	if logSpecial(x) {
		return math.Log(x)
	}
	return logDD(x).value()
}

// Log2 is the logarithm to base 2.
func Log2(x float64) float64 {
	if logSpecial(x) {
		return math.Log(x)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	return logMant(m).mul(invLn2).addF(float64(e)).value()
}

// Log10 is the logarithm to base 10, by fdlibm's formula.
func Log10(x float64) float64 {
	if logSpecial(x) {
		return math.Log(x)
	}
	const (
		invLn10 = 4.34294481903251816668e-01
		hi      = 3.01029995663611771306e-01 // log10(2)
		lo      = 3.69423907715893078616e-13
	)
	m, e := math.Frexp(x)
	m, e = m*2, e-1
	if e < 0 {
		m, e = m/2, e+1
	}
	k := float64(e)
	z := float64(k*lo) + float64(invLn10*Log(m))
	return z + float64(k*hi)
}

// Pow is x**y.
func Pow(x, y float64) float64 {
	switch {
	case x == 0 || y == 0 || x == 1 || x != x || y != y || math.IsInf(x, 0) || math.IsInf(y, 0) || math.Abs(y) > 1e100:
		return math.Pow(x, y)
	case y == 1:
		return x
	}
	sign := 1.0
	if x < 0 {
		whole, frac := math.Modf(y)
		if frac != 0 {
			return math.NaN()
		}
		if math.Mod(whole, 2) != 0 {
			sign = -1
		}
		x = -x
	}
	if x == 1 {
		return sign
	}
	l := logDD(x)
	if p := l.h * y; p > 1000 || p < -1000 {
		return sign * math.Exp(p)
	}
	return sign * exp(l.mulF(y))
}
