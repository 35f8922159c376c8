package text

// This file defines float.hex and float.fromhex.

import (
	"fmt"
	"math"
	"strconv"
)

// HexFloat is f.hex().
func HexFloat(f float64) string {
	if s, ok := notFinite(f); ok {
		return s
	}
	sign := ""
	if math.Signbit(f) {
		sign = "-"
	}
	b := math.Float64bits(f)
	frac, exp := b&(1<<52-1), int(b>>52&0x7ff)
	switch {
	case f == 0:
		return sign + "0x0.0p+0"
	case exp == 0:
		return fmt.Sprintf("%s0x0.%013xp-1022", sign, frac)
	}
	return fmt.Sprintf("%s0x1.%013xp%+d", sign, frac, exp-1023)
}

// FloatFromHex is float.fromhex(s).
func FloatFromHex(s Str) (float64, error) {
	text := s.EncodeWTF8()
	for text != "" && cSpace(text[0]) {
		text = text[1:]
	}
	for text != "" && cSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	if f, ok := parseNonFinite(text); ok {
		return f, nil
	}
	norm, garbage, ok := normalHexFloat(text)
	if !ok {
		return 0, valueError("invalid hexadecimal floating-point string")
	}
	f, err := strconv.ParseFloat(norm, 64)
	if err != nil && math.IsInf(f, 0) {
		return 0, overflowError("hexadecimal value too large to represent as a float")
	}
	if garbage {
		return 0, valueError("invalid hexadecimal floating-point string")
	}
	return f, nil
}

// normalHexFloat adds the parts of a hexadecimal float that Go requires, and
// leaves out any garbage after it.
func normalHexFloat(s string) (norm string, garbage, ok bool) {
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	if len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	i, digits, point := 0, 0, false
	for ; i < len(s); i++ {
		if s[i] == '.' && !point {
			point = true
		} else if digitValue(s[i]) < 16 {
			digits++
		} else {
			break
		}
	}
	if digits == 0 {
		return "", false, false
	}
	norm = sign + "0x" + s[:i]
	exp := s[i:]
	if exp == "" || exp[0]|0x20 != 'p' {
		return norm + "p0", exp != "", true
	}
	n := 1
	if n < len(exp) && (exp[n] == '+' || exp[n] == '-') {
		n++
	}
	first := n
	for n < len(exp) && isDigit(exp[n]) {
		n++
	}
	if n == first {
		return "", false, false
	}
	return norm + exp[:n], n < len(exp), true
}
