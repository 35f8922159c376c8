package libm

// This file is the error function as glibc has it from fdlibm: its coefficients, and its order of additions.

import "math"

const (
	erx = 8.45062911510467529297e-01
	efx = 1.28379167095512586316e-01
)

var (
	erfPP = [5]float64{1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
		-5.77027029648944159157e-03, -2.37630166566501626084e-05}
	erfQQ = [6]float64{1, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
		1.32494738004321644526e-04, -3.96022827877536812320e-06}
	erfPA = [8]float64{-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
		3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03, 0}
	erfQA = [8]float64{1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
		1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02, 0}
	erfRA = [8]float64{-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
		-6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02, -8.12874355063065934246e+01,
		-9.81432934416914548592e+00}
	erfSA = [9]float64{1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02,
		6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02, 6.57024977031928170135e+00,
		-6.04244152148580987438e-02}
	erfRB = [7]float64{-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
		-1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03, -4.83519191608651397019e+02}
	erfSB = [8]float64{1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03,
		3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02, -2.24409524465858183362e+01}
)

// pairs gives the sum of c[i]*x**i for six, seven or eight coefficients, added up in pairs.
func pairs(c []float64, x float64) float64 {
	two := func(i int) float64 { return c[i] + float64(x*c[i+1]) }
	x2 := float64(x * x)
	x4 := float64(x2 * x2)
	r := two(0) + float64(x2*two(2)) + float64(x4*two(4))
	switch x6 := float64(x4 * x2); len(c) {
	case 7:
		r += float64(x6 * c[6])
	case 8, 9:
		r += float64(x6 * two(6))
	}
	if len(c) == 9 {
		r += float64(float64(x4*x4) * c[8])
	}
	return r
}

// erfSmall is erf(x)/x - 1 for |x| < 0.84375.
func erfSmall(x float64) float64 {
	z := float64(x * x)
	z2 := float64(z * z)
	r := (erfPP[0] + float64(z*erfPP[1])) + float64(z2*(erfPP[2]+float64(z*erfPP[3]))) + float64(float64(z2*z2)*erfPP[4])
	return r / pairs(erfQQ[:], z)
}

// erfMiddle is erf(a) - erx for 0.84375 <= a < 1.25.
func erfMiddle(a float64) float64 { return pairs(erfPA[:7], a-1) / pairs(erfQA[:7], a-1) }

// erfTail is erfc(a) for a >= 1.25. edge is the high word of 1/0.35 from where the second fit holds: it differs by one
// between erf and erfc.
func erfTail(a float64, edge uint32) float64 {
	s := 1 / float64(a*a)
	var q float64
	if uint32(math.Float64bits(a)>>32) < edge {
		q = pairs(erfRA[:], s) / pairs(erfSA[:], s)
	} else {
		q = pairs(erfRB[:], s) / pairs(erfSB[:], s)
	}
	z := math.Float64frombits(math.Float64bits(a) &^ (1<<32 - 1))
	return float64(Exp(float64(-z*z)-0.5625)*Exp(float64((z-a)*(z+a))+q)) / a
}

// Erf is the error function.
func Erf(x float64) float64 {
	switch a := math.Abs(x); {
	case x != x:
		return x
	case a < 0x1p-1015:
		return 0.0625 * (16*x + float64(16*efx*x))
	case a < 0x1p-28:
		return x + float64(efx*x)
	case a < 0.84375:
		return x + float64(x*erfSmall(x))
	case a < 1.25:
		return math.Copysign(erx+erfMiddle(a), x)
	case a >= 6:
		return math.Copysign(1, x)
	default:
		return math.Copysign(1-erfTail(a, 0x4006DB6E), x)
	}
}

// Erfc is its complement.
func Erfc(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return x
	case a < 0x1p-56:
		return 1 - x
	case a < 0.84375:
		y := erfSmall(x)
		if x < 0.25 {
			return 1 - (x + float64(x*y))
		}
		return 0.5 - (float64(x*y) + (x - 0.5))
	case a < 1.25 && x > 0:
		return 1 - erx - erfMiddle(a)
	case a < 1.25:
		return 1 + (erx + erfMiddle(a))
	case x <= -6:
		return 2
	case a >= 28:
		return 0
	case x > 0:
		return erfTail(a, 0x4006DB6D)
	}
	return 2 - erfTail(a, 0x4006DB6D)
}
