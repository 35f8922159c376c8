package vm

// This file defines math's functions of many numbers: fsum, prod, hypot, dist.

import (
	"math"

	"toylang/refcount"
)

var mathSums = []Def{
	{"fsum(seq, /)", mathFsum},
	{"prod(iterable, /, *, start=1)", mathProd},
	{"hypot(*coordinates)", func(t *Thread, a []Value) Value {
		x, ok := t.floatsOf(a[0])
		if !ok {
			return Raised
		}
		return t.norm(x)
	}},
	{"dist(p, q, /)", mathDist},
}

// floatsOf reads the floats in an iterable.
func (t *Thread) floatsOf(v Value) (out []float64, ok bool) {
	ok = t.EachBrief(v, func(item Value) bool {
		f, ok := t.Float64(item)
		out = append(out, f)
		return ok
	})
	return out, ok
}

func mathDist(t *Thread, a []Value) Value {
	points := [2]Value{}
	mark := t.holds
	defer func() { t.Unhold(mark) }()
	for i := range points {
		if points[i] = t.TupleOf(a[i]); points[i] == Raised {
			return Raised
		}
		t.Hold(points[i])
	}
	if t.Items(points[0]).Len() != t.Items(points[1]).Len() {
		return t.Raise(t.VM.Exc.ValueError, "both points must have the same number of dimensions")
	}
	p, ok := t.floatsOf(points[0])
	if !ok {
		return Raised
	}
	q, ok := t.floatsOf(points[1])
	if !ok {
		return Raised
	}
	for i := range p {
		p[i] -= q[i]
	}
	return t.norm(p)
}

// norm is the Euclidean length of a vector, as CPython 3.11 computes it: products split in halves by Veltkamp, compensated
// sums, and one correction of the root. The conversions keep the compiler from fusing.
func (t *Thread) norm(v []float64) Value {
	most, nan := 0.0, false
	for i, x := range v {
		x = math.Abs(x)
		v[i] = x
		nan = nan || x != x
		most = max(most, x)
		if isInf(x) {
			return refcount.Float(x)
		}
	}
	switch {
	case nan:
		return t.NaN()
	case most == 0 || len(v) == 1:
		return refcount.Float(most)
	}
	_, e := math.Frexp(most)
	if e < -1023 {
		csum, frac := 1.0, 0.0
		for _, x := range v {
			x /= most
			add(&csum, &frac, float64(x*x))
		}
		return t.NewFloat(most * math.Sqrt(csum-1+frac))
	}
	scale := math.Ldexp(1, -e)
	csum, frac1, frac2, frac3 := 1.0, 0.0, 0.0, 0.0
	for _, x := range v {
		hi, lo := split(float64(x * scale))
		add(&csum, &frac1, float64(hi*hi))
		add(&csum, &frac2, float64(2*hi*lo))
		frac3 += float64(lo * lo)
	}
	h := math.Sqrt(csum - 1 + (frac1 + frac2 + frac3))
	hi, lo := split(h)
	add(&csum, &frac1, float64(-hi*hi))
	add(&csum, &frac2, float64(-2*hi*lo))
	add(&csum, &frac3, float64(-lo*lo))
	x := csum - 1 + (frac1 + frac2 + frac3)
	return t.NewFloat((h + x/(2*h)) / scale)
}

// add is a step of a compensated sum.
func add(sum, frac *float64, x float64) {
	old := *sum
	*sum += x
	*frac += (old - *sum) + x
}

// split gives the upper and lower half of a double's digits.
func split(x float64) (hi, lo float64) {
	c := float64(x * (1<<27 + 1))
	hi = c - (c - x)
	return hi, x - hi
}

// mathProd is math.prod.
func mathProd(t *Thread, a []Value) Value {
	start := a[1]
	if start == Unbound {
		start = refcount.SmallInt(1)
	}
	acc := t.Hold(t.Ref(start))
	ok := t.Each(a[0], func(item Value) bool {
		old := t.Held(acc)
		r := t.Binary(Mul, old, item)
		if r == Raised {
			return false
		}
		t.SetHeld(acc, r)
		t.Decref(old)
		return true
	})
	if !ok {
		t.Unhold(acc)
		return Raised
	}
	return t.Release(acc)
}

// mathFsum is the correctly rounded sum of floats, by Shewchuk's algorithm.
func mathFsum(t *Thread, a []Value) Value {
	var partials []float64
	special, infs := 0.0, 0.0
	ok := t.Each(a[0], func(item Value) bool {
		x, ok := t.Float64(item)
		if !ok {
			return false
		}
		given := x
		n := 0
		for _, y := range partials {
			if math.Abs(x) < math.Abs(y) {
				x, y = y, x
			}
			hi := x + y
			lo := y - (hi - x)
			if lo != 0 {
				partials[n] = lo
				n++
			}
			x = hi
		}
		partials = partials[:n]
		if x != 0 {
			if x-x != 0 { // not finite
				if given-given == 0 {
					t.Raise(t.VM.Exc.OverflowError, "intermediate overflow in fsum")
					return false
				}
				if isInf(given) {
					infs += given
				}
				special += given
				partials = partials[:0]
				return true
			}
			partials = append(partials, x)
		}
		return true
	})
	switch {
	case !ok:
		return Raised
	case special != 0:
		if infs != infs {
			return t.Raise(t.VM.Exc.ValueError, "-inf + inf in fsum")
		}
		return t.NewFloat(special)
	}
	return refcount.Float(sumPartials(partials))
}

// sumPartials adds partials that do not overlap, smallest first, rounding once, ties to even.
func sumPartials(p []float64) float64 {
	n := len(p)
	if n == 0 {
		return 0
	}
	n--
	hi, lo := p[n], 0.0
	for n > 0 {
		x := hi
		n--
		y := p[n]
		hi = x + y
		lo = y - (hi - x)
		if lo != 0 {
			break
		}
	}
	if n > 0 && (lo < 0 && p[n-1] < 0 || lo > 0 && p[n-1] > 0) {
		y := lo * 2
		if x := hi + y; y == x-hi {
			hi = x
		}
	}
	return hi
}
