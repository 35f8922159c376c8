package libm

// This file is the cube root with the errors that glibc's has: cbrt(27) is not 3.

import "math"

const (
	cbrt2    = 1.2599210498948731648
	sqrCbrt2 = 1.5874010519681994748
)

// cbrtFactor is 2**(i/3) for i from -2 to 2, as the quotients of doubles come out.
var cbrtFactor = [5]float64{0x1.428a2f98d728ap-1, 0x1.965fea53d6e3cp-1, 1, cbrt2, sqrCbrt2}

// Cbrt is the cube root: a polynomial, then one step of Halley's method.
func Cbrt(x float64) float64 {
	if x == 0 || x != x || math.IsInf(x, 0) {
		return x
	}
	m, e := math.Frexp(math.Abs(x))
	u := 1.83469277483613086 - float64((0.784932344976639262-float64(0.145263899385486367*m))*m)
	u = 0x1.39350adad51ecp+1 - float64(u*m)
	u = 2.11499494167371287 - float64(u*m)
	u = 1.50819193781584896 - float64(u*m)
	u = 0.354895765043919860 + float64(u*m)
	t := float64(float64(u*u) * u)
	y := float64(float64(u*(t+2*m))/(2*t+m)) * cbrtFactor[2+e%3]
	return math.Copysign(math.Ldexp(y, e/3), x)
}
