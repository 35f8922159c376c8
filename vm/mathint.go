package vm

// This file defines math's functions of ints.

import (
	"math"
	"math/big"
	mathbits "math/bits"
)

var mathInts = []Def{
	{"factorial(x, /)", mathFactorial},
	{"comb(n, k, /)", mathComb},
	{"perm(n, k=None, /)", mathPerm},
	{"isqrt(n, /)", func(t *Thread, a []Value) Value {
		x := t.bigOf(a[0])
		if x == nil {
			return Raised
		}
		if x.Sign() < 0 {
			return t.Raise(t.VM.Exc.ValueError, "isqrt() argument must be nonnegative")
		}
		if x.IsUint64() && x.Uint64() < 1<<52 {
			return t.NewInt(int64(math.Sqrt(float64(x.Uint64()))))
		}
		if !t.affordable(0, x.BitLen()/2, x.BitLen()/2) {
			return Raised
		}
		return t.NewBig(isqrt(x))
	}},
	{"gcd(*integers)", func(t *Thread, a []Value) Value { return t.foldInts(a[0], 0, gcd) }},
	{"lcm(*integers)", func(t *Thread, a []Value) Value { return t.foldInts(a[0], 1, lcm) }},
}

// fold combines any number of ints.
func (t *Thread) foldInts(args Value, start int64, f func(x, y *big.Int) *big.Int) Value {
	acc := big.NewInt(start)
	for i, x := 0, t.Items(args); i < x.Len(); i++ {
		b := t.bigOf(x.Get(i))
		if b == nil {
			return Raised
		}
		acc = f(acc, b)
		if !t.affordable(int64(acc.BitLen()), 0, 0) {
			return Raised
		}
	}
	return t.NewBig(acc.Abs(acc))
}

func gcd(x, y *big.Int) *big.Int {
	x.Abs(x)
	y.Abs(y)
	if x.IsUint64() && y.IsUint64() {
		a, b := x.Uint64(), y.Uint64()
		for b != 0 {
			a, b = b, a%b
		}
		return x.SetUint64(a)
	}
	return x.GCD(nil, nil, x, y)
}

func lcm(x, y *big.Int) *big.Int {
	if x.Sign() == 0 || y.Sign() == 0 {
		return new(big.Int)
	}
	g := gcd(new(big.Int).Set(x), new(big.Int).Set(y))
	return x.Mul(x.Quo(x, g), y)
}

// isqrt is the integer square root of n > 0, with precision that doubles from step to step; big.Int's own works with all
// digits in every step.
func isqrt(n *big.Int) *big.Int {
	c := uint(n.BitLen()-1) / 2
	a, q := big.NewInt(1), new(big.Int)
	for s, d := mathbits.Len(c)-1, uint(0); s >= 0; s-- {
		e := d
		d = c >> s
		q.Rsh(n, 2*c-e-d+1)
		q.Quo(q, a)
		a.Lsh(a, d-e-1)
		a.Add(a, q)
	}
	if q.Mul(a, a).Cmp(n) > 0 {
		a.Sub(a, big.NewInt(1))
	}
	return a
}

// logFactorial is log2(n!), about.
func logFactorial(n float64) float64 {
	l, _ := math.Lgamma(n + 1)
	return l / math.Ln2
}

func mathFactorial(t *Thread, a []Value) Value {
	x := t.bigOf(a[0])
	if x == nil {
		return Raised
	}
	switch {
	case x.Sign() < 0:
		return t.Raise(t.VM.Exc.ValueError, "factorial() not defined for negative values")
	case !x.IsInt64():
		return t.Raise(t.VM.Exc.OverflowError, "factorial() argument should not exceed %d", math.MaxInt64)
	}
	return t.product(1, x.Int64(), logFactorial(float64(x.Int64())))
}

// product gives lo * … * hi, of about so many bits.
func (t *Thread) product(lo, hi int64, bits float64) Value {
	if bits > 1<<50 || !t.affordable(int64(bits), int(bits/2), int(bits/2)) {
		t.raiseMemory()
		return Raised
	}
	return t.NewBig(new(big.Int).MulRange(max(lo, 1), hi))
}

// twoCounts reads the arguments of comb and perm.
func (t *Thread) twoCounts(a, b Value) (n, k *big.Int) {
	if n = t.bigOf(a); n == nil {
		return nil, nil
	}
	if k = t.bigOf(b); k == nil {
		return nil, nil
	}
	for _, x := range []struct {
		name string
		v    *big.Int
	}{{"n", n}, {"k", k}} {
		if x.v.Sign() < 0 {
			t.Raise(t.VM.Exc.ValueError, "%s must be a non-negative integer", x.name)
			return nil, nil
		}
	}
	return n, k
}

func mathComb(t *Thread, a []Value) Value {
	n, k := t.twoCounts(a[0], a[1])
	if n == nil {
		return Raised
	}
	if other := new(big.Int).Sub(n, k); other.Cmp(k) < 0 {
		k = other
	}
	if k.Sign() < 0 {
		return t.NewInt(0)
	}
	if !k.IsInt64() {
		return t.Raise(t.VM.Exc.OverflowError, "min(n - k, k) must not exceed %d", math.MaxInt64)
	}
	bits := float64(n.BitLen()) * float64(k.Int64())
	if n.IsInt64() {
		f, g := float64(n.Int64()), float64(k.Int64())
		bits = min(bits, logFactorial(f)-logFactorial(g)-logFactorial(f-g)+64)
	}
	if bits > 1<<50 || !t.affordable(int64(bits), int(bits), int(min(bits, float64(k.Int64()*64)))) {
		t.raiseMemory()
		return Raised
	}
	if n.IsInt64() {
		return t.NewBig(new(big.Int).Binomial(n.Int64(), k.Int64()))
	}
	r := big.NewInt(1)
	for i := int64(0); i < k.Int64(); i++ {
		r.Mul(r, new(big.Int).Sub(n, big.NewInt(i)))
		r.Quo(r, big.NewInt(i+1))
	}
	return t.NewBig(r)
}

func mathPerm(t *Thread, a []Value) Value {
	if a[1] == Unbound || a[1] == None {
		return mathFactorial(t, a)
	}
	n, k := t.twoCounts(a[0], a[1])
	switch {
	case n == nil:
		return Raised
	case n.Cmp(k) < 0:
		return t.NewInt(0)
	case !k.IsInt64():
		return t.Raise(t.VM.Exc.OverflowError, "k must not exceed %d", math.MaxInt64)
	case n.IsInt64():
		f := float64(n.Int64())
		return t.product(n.Int64()-k.Int64()+1, n.Int64(), logFactorial(f)-logFactorial(f-float64(k.Int64()))+64)
	}
	bits := float64(n.BitLen()) * float64(k.Int64())
	if bits > 1<<50 || !t.affordable(int64(bits), int(bits/2), int(bits/2)) {
		t.raiseMemory()
		return Raised
	}
	r := big.NewInt(1)
	for i := int64(0); i < k.Int64(); i++ {
		r.Mul(r, new(big.Int).Sub(n, big.NewInt(i)))
	}
	return t.NewBig(r)
}
