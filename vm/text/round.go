package text

// This file rounds floats as round() does.

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// RoundFloat is round(f): the nearest integer, ties to even.
func RoundFloat(f float64) (small int64, big *big.Int, err error) {
	return FloatToInt(math.RoundToEven(f))
}

// Digits beyond which rounding changes nothing, or leaves zero.
const (
	maxRoundDigits = 323
	minRoundDigits = -308
)

// RoundFloatDigits is round(f, digits).
func RoundFloatDigits(f float64, digits int64) (float64, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || f == 0 || digits > maxRoundDigits:
		return f, nil
	case digits < minRoundDigits:
		return 0 * f, nil
	case digits >= 0:
		v, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(digits), 64), 64)
		return v, nil
	}
	// Count the digits kept of the exact value.
	s := strconv.FormatFloat(f, 'e', 40, 64)
	exp, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	keep := exp + 1 + int(digits)
	switch {
	case keep < 0:
		return 0 * f, nil
	case keep == 0: // between zero and one unit; half a unit goes to zero
		unit := new(big.Float).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil))
		twice := new(big.Float).SetPrec(2000).SetFloat64(math.Abs(f))
		twice.Mul(twice, big.NewFloat(2))
		if twice.Cmp(unit) <= 0 {
			return 0 * f, nil
		}
		s = "1e" + strconv.FormatInt(-digits, 10)
		if f < 0 {
			s = "-" + s
		}
	default:
		s = strconv.FormatFloat(f, 'e', keep-1, 64)
	}
	v, _ := strconv.ParseFloat(s, 64)
	if math.IsInf(v, 0) {
		return 0, overflowError("rounded value too large to represent")
	}
	return v, nil
}
