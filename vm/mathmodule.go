package vm

// This file defines the module math: its functions of doubles. Those of ints are in mathint.go, sums in mathsum.go.

import (
	"math"
	"math/big"

	"toylang/refcount"
	"toylang/vm/libm"
)

// initMath fills the module math.
func (t *Thread) initMath(m Value) bool {
	for _, c := range []struct {
		name string
		v    float64
	}{{"pi", math.Pi}, {"e", math.E}, {"tau", 2 * math.Pi}, {"inf", math.Inf(1)}, {"nan", math.NaN()}} {
		t.modSet(m, c.name, t.NewFloat(c.v))
	}
	for _, defs := range [][]Def{mathDoubles, mathOthers, mathInts, mathSums} {
		t.modFuncs(m, defs)
	}
	return true
}

// mathDoubles are the functions of one double: whether an infinite result is an overflow decides the error.
var mathDoubles = []Def{
	math1("acos", libm.Acos, false), math1("acosh", libm.Acosh, false), math1("asin", libm.Asin, false),
	math1("asinh", libm.Asinh, false), math1("atan", libm.Atan, false), math1("atanh", libm.Atanh, false),
	math1("cbrt", libm.Cbrt, false), math1("cos", libm.Cos, false), math1("cosh", libm.Cosh, true),
	math1("erf", libm.Erf, false), math1("erfc", libm.Erfc, false), math1("exp", libm.Exp, true),
	math1("exp2", libm.Exp2, true), math1("expm1", libm.Expm1, true), math1("fabs", math.Abs, false),
	math1("log1p", libm.Log1p, false), math1("sin", libm.Sin, false), math1("sinh", libm.Sinh, true),
	math1("sqrt", math.Sqrt, false), math1("tan", libm.Tan, false), math1("tanh", libm.Tanh, false),
	math1("gamma", libm.Gamma, true), math1("lgamma", libm.Lgamma, true),
}

// math1 makes a function of one double.
func math1(name string, f func(float64) float64, overflows bool) Def {
	return Def{name + "(x, /)", func(t *Thread, a []Value) Value {
		x, ok := t.Float64(a[0])
		if !ok {
			return Raised
		}
		r := f(x)
		switch {
		case r != r && x == x:
			return t.domainError()
		case isInf(r) && !isInf(x) && x == x:
			if overflows && !(name == "lgamma" && x <= 0 && x == math.Floor(x)) {
				return t.rangeError()
			}
			return t.domainError()
		}
		return t.NewFloat(r)
	}}
}

// mathScale makes a function that multiplies by a factor; no result is an error.
func mathScale(name string, by float64) Def {
	return Def{name + "(x, /)", func(t *Thread, a []Value) Value {
		x, ok := t.Float64(a[0])
		if !ok {
			return Raised
		}
		return t.NewFloat(x * by)
	}}
}

// math2 makes a function of two doubles without errors.
func math2(name string, f func(x, y float64) float64) Def {
	return Def{name + "(x, y, /)", func(t *Thread, a []Value) Value {
		x, y, ok := t.twoFloats(a[0], a[1])
		if !ok {
			return Raised
		}
		return t.NewFloat(f(x, y))
	}}
}

func (t *Thread) twoFloats(a, b Value) (x, y float64, ok bool) {
	if x, ok = t.Float64(a); ok {
		y, ok = t.Float64(b)
	}
	return x, y, ok
}

func (t *Thread) domainError() Value { return t.Raise(t.VM.Exc.ValueError, "math domain error") }

func (t *Thread) rangeError() Value { return t.Raise(t.VM.Exc.OverflowError, "math range error") }

// mathTest makes a predicate on a double.
func mathTest(name string, f func(x float64) bool) Def {
	return Def{name + "(x, /)", func(t *Thread, a []Value) Value {
		x, ok := t.Float64(a[0])
		if !ok {
			return Raised
		}
		return refcount.Bool(f(x))
	}}
}

var mathOthers = []Def{
	math2("atan2", libm.Atan2),
	math2("copysign", math.Copysign),
	math2("nextafter", math.Nextafter),
	mathTest("isnan", math.IsNaN),
	mathTest("isinf", isInf),
	mathTest("isfinite", func(x float64) bool { return x == x && !isInf(x) }),
	mathScale("degrees", 180/math.Pi),
	mathScale("radians", math.Pi/180),
	math1("ulp", ulp, false),
	{"pow(x, y, /)", mathPow},
	{"fmod(x, y, /)", func(t *Thread, a []Value) Value {
		x, y, ok := t.twoFloats(a[0], a[1])
		switch {
		case !ok:
			return Raised
		case isInf(y) && !isInf(x):
			return t.NewFloat(x)
		case x != x || y != y:
			return t.NaN()
		case isInf(x) || y == 0:
			return t.domainError()
		}
		return t.NewFloat(math.Mod(x, y))
	}},
	{"remainder(x, y, /)", func(t *Thread, a []Value) Value {
		x, y, ok := t.twoFloats(a[0], a[1])
		switch {
		case !ok:
			return Raised
		case x != x || y != y:
			return t.NaN()
		case isInf(x) || y == 0:
			return t.domainError()
		}
		return t.NewFloat(math.Remainder(x, y))
	}},
	{"frexp(x, /)", func(t *Thread, a []Value) Value {
		x, ok := t.Float64(a[0])
		if !ok {
			return Raised
		}
		f, e := math.Frexp(x)
		return t.NewTuple(t.NewFloat(f), refcount.SmallInt(int64(e)))
	}},
	{"ldexp(x, i, /)", mathLdexp},
	{"modf(x, /)", func(t *Thread, a []Value) Value {
		x, ok := t.Float64(a[0])
		if !ok {
			return Raised
		}
		if isInf(x) {
			return t.NewTuple(t.NewFloat(math.Copysign(0, x)), t.NewFloat(x))
		}
		whole, frac := math.Modf(x)
		return t.NewTuple(t.NewFloat(math.Copysign(frac, x)), t.NewFloat(whole))
	}},
	{"isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)", mathIsClose},
	{"log(*args)", func(t *Thread, a []Value) Value {
		args := t.Items(a[0])
		if n := args.Len(); n < 1 || n > 2 {
			return t.Raise(t.VM.Exc.TypeError, "math.log requires 1 to 2 arguments")
		}
		x := t.logOf(args.Get(0), libm.Log, math.Ln2)
		if x == Raised || args.Len() == 1 {
			return x
		}
		b := t.logOf(args.Get(1), libm.Log, math.Ln2)
		if b == Raised {
			return b
		}
		return t.floatOp(TrueDiv, x.Float(), b.Float())
	}},
	{"log2(x, /)", func(t *Thread, a []Value) Value { return t.logOf(a[0], libm.Log2, 1) }},
	{"log10(x, /)", func(t *Thread, a []Value) Value { return t.logOf(a[0], libm.Log10, math.Ln2/math.Ln10) }},
	{"floor(x, /)", func(t *Thread, a []Value) Value { return t.roundBy(a[0], SlotFloor, math.Floor) }},
	{"ceil(x, /)", func(t *Thread, a []Value) Value { return t.roundBy(a[0], SlotCeil, math.Ceil) }},
	{"trunc(x, /)", func(t *Thread, a []Value) Value {
		if a[0].IsFloat() {
			return t.floatToInt(a[0].Float())
		}
		m := t.Special(t.ClassOf(a[0]), SlotTrunc)
		if m == Unbound {
			return t.Raise(t.VM.Exc.TypeError, "type %s doesn't define __trunc__ method", t.TypeName(a[0]))
		}
		return t.callSlot(m, a[0])
	}},
}

// ulp is the value of the least significant bit.
func ulp(x float64) float64 {
	x = math.Abs(x)
	if x != x || isInf(x) {
		return x
	}
	if up := math.Nextafter(x, math.Inf(1)); !isInf(up) {
		return up - x
	}
	return x - math.Nextafter(x, 0)
}

// roundBy is floor or ceil: of a float at once, else by the special method, else of what __float__ gives.
func (t *Thread) roundBy(v Value, s Slot, f func(float64) float64) Value {
	if v.IsFloat() {
		return t.floatToInt(f(v.Float()))
	}
	if m := t.Special(t.ClassOf(v), s); m != Unbound {
		return t.callSlot(m, v)
	}
	x, ok := t.Float64(v)
	if !ok {
		return Raised
	}
	return t.floatToInt(f(x))
}

// logOf is a logarithm of a float or of an int of any size; ln2 is the same logarithm of 2.
func (t *Thread) logOf(v Value, f func(float64) float64, ln2 float64) Value {
	if t.IsInt(v) {
		x := t.Big(v)
		if x.Sign() <= 0 {
			return t.domainError()
		}
		g, _ := x.Float64()
		if !isInf(g) {
			return t.NewFloat(f(g))
		}
		mant := new(big.Float)
		exp := new(big.Float).SetInt(x).MantExp(mant)
		g, _ = mant.Float64()
		return t.NewFloat(f(g) + ln2*float64(exp))
	}
	x, ok := t.Float64(v)
	switch {
	case !ok:
		return Raised
	case x != x:
		return t.NaN()
	case x <= 0:
		return t.domainError()
	case isInf(x):
		return refcount.Float(x)
	}
	return t.NewFloat(f(x))
}

// mathPow is math.pow, by the rules of C99.
func mathPow(t *Thread, a []Value) Value {
	x, y, ok := t.twoFloats(a[0], a[1])
	if !ok {
		return Raised
	}
	r := libm.Pow(x, y)
	finite := func(f float64) bool { return f == f && !isInf(f) }
	if finite(x) && finite(y) {
		switch {
		case r != r, isInf(r) && x == 0:
			return t.domainError()
		case isInf(r):
			return t.rangeError()
		}
	}
	return t.NewFloat(r)
}

// mathLdexp is x * 2**i.
func mathLdexp(t *Thread, a []Value) Value {
	x, ok := t.Float64(a[0])
	if !ok {
		return Raised
	}
	if !t.IsInt(a[1]) {
		return t.Raise(t.VM.Exc.TypeError, "Expected an int as second argument to ldexp.")
	}
	if x == 0 || x != x || isInf(x) {
		return t.NewFloat(x)
	}
	i, fits := t.Small(a[1])
	if !fits {
		i = int64(t.intSign(a[1])) * 1e6
	}
	r := math.Ldexp(x, int(min(max(i, -1e6), 1e6)))
	if isInf(r) {
		return t.rangeError()
	}
	return t.NewFloat(r)
}

// mathIsClose is math.isclose.
func mathIsClose(t *Thread, a []Value) Value {
	x, y, ok := t.twoFloats(a[0], a[1])
	if !ok {
		return Raised
	}
	rel, abs := 1e-9, 0.0
	if a[2] != Unbound {
		if rel, ok = t.Float64(a[2]); !ok {
			return Raised
		}
	}
	if a[3] != Unbound {
		if abs, ok = t.Float64(a[3]); !ok {
			return Raised
		}
	}
	if rel < 0 || abs < 0 {
		return t.Raise(t.VM.Exc.ValueError, "tolerances must be non-negative")
	}
	if x == y {
		return True
	}
	if isInf(x) || isInf(y) {
		return False
	}
	d := math.Abs(y - x)
	return refcount.Bool(d <= math.Abs(rel*y) || d <= math.Abs(rel*x) || d <= abs)
}
