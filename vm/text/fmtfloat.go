package text

// This file turns floats to text: repr and the float presentation types.

import (
	"math"
	"strconv"
	"strings"
)

// ReprFloat is repr(f).
func ReprFloat(f float64) string {
	if s, ok := notFinite(f); ok {
		return s
	}
	var buf [32]byte
	if a := math.Abs(f); a == 0 || 1e-4 <= a && a < 1e16 {
		b := strconv.AppendFloat(buf[:0], f, 'f', -1, 64)
		for _, c := range b {
			if c == '.' {
				return string(b)
			}
		}
		return string(append(b, '.', '0'))
	}
	return string(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
}

func notFinite(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return "nan", true
	case math.IsInf(f, 1):
		return "inf", true
	case math.IsInf(f, -1):
		return "-inf", true
	}
	return "", false
}

// floatFlags modify formatDouble.
type floatFlags struct {
	alt, addDot0, noNeg0 bool
}

// formatDouble is PyOS_double_to_string: code is one of e E f F g G or r.
func formatDouble(f float64, code byte, prec int, flags floatFlags) string {
	upper := code >= 'A' && code <= 'Z'
	s, special := notFinite(f)
	if !special {
		switch code | 0x20 {
		case 'e':
			s = formatE(f, prec, flags.alt)
		case 'f':
			s = strconv.FormatFloat(f, 'f', prec, 64)
			if prec == 0 && flags.alt {
				s += "."
			}
		case 'g':
			s = formatG(f, max(prec, 1), flags)
		default:
			s = ReprFloat(f)
			if flags.alt {
				s = altRepr(s)
			}
		}
		if flags.noNeg0 && s[0] == '-' && isZeroText(s[1:]) {
			s = s[1:]
		}
	}
	if upper {
		return strings.ToUpper(s)
	}
	return s
}

// altRepr adds the decimal point # asks for to an exponent form without one.
func altRepr(s string) string {
	if i := strings.IndexByte(s, 'e'); i >= 0 && !strings.Contains(s, ".") {
		return s[:i] + "." + s[i:]
	}
	return s
}

// isZeroText reports whether the digits before any exponent are all zero.
func isZeroText(s string) bool {
	for i := 0; i < len(s) && s[i] != 'e'; i++ {
		if s[i] != '0' && s[i] != '.' {
			return false
		}
	}
	return true
}

func formatE(f float64, prec int, alt bool) string {
	s := strconv.FormatFloat(f, 'e', prec, 64)
	if prec == 0 && alt {
		i := strings.IndexByte(s, 'e')
		return s[:i] + "." + s[i:]
	}
	return s
}

// formatG is the general format with prec significant digits.
func formatG(f float64, prec int, flags floatFlags) string {
	s := strconv.FormatFloat(f, 'e', prec-1, 64)
	e := strings.IndexByte(s, 'e')
	exp, _ := strconv.Atoi(s[e+1:])
	decpt := exp + 1
	limit := prec
	if flags.addDot0 {
		limit--
	}
	if decpt <= -4 || decpt > limit {
		mantissa := s[:e]
		if !flags.alt {
			mantissa = trimFraction(mantissa)
		} else if !strings.Contains(mantissa, ".") {
			mantissa += "."
		}
		return mantissa + s[e:]
	}
	s = strconv.FormatFloat(f, 'f', max(prec-decpt, 0), 64)
	if !flags.alt {
		s = trimFraction(s)
	}
	if !strings.Contains(s, ".") {
		if flags.addDot0 {
			s += ".0"
		} else if flags.alt {
			s += "."
		}
	} else if flags.addDot0 && strings.HasSuffix(s, ".") {
		s += "0"
	}
	return s
}

// trimFraction removes trailing zeros of a fraction and a bare point.
func trimFraction(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// FormatFloat formats a float as format(v, spec) does.
func FormatFloat(v float64, f Spec, typeName string) (Str, error) {
	var flags floatFlags
	code := byte('r')
	defaultPrec := 6
	switch f.Type {
	case 0:
		flags.addDot0 = true
		defaultPrec = 0
	case 'e', 'E', 'f', 'F', 'g', 'G':
		code = byte(f.Type)
	case 'n':
		code = 'g'
	case '%':
		code = 'f'
		v *= 100
	default:
		return Str{}, unknownCode(f.Type, typeName)
	}
	if f.Prec > math.MaxInt32 {
		return Str{}, valueError("precision too big")
	}
	prec := f.Prec
	if prec < 0 {
		prec = defaultPrec
	} else if code == 'r' {
		code = 'g'
	}
	flags.alt, flags.noNeg0 = f.Alt, f.NoNeg0
	s := formatDouble(v, code, prec, flags)
	if f.Type == '%' {
		s += "%"
	}
	if f.Sign != '+' && f.Sign != ' ' && f.Width < 0 && f.Group == 0 {
		return Str{A: s}, nil
	}
	n := number{char: -1}
	if s[0] == '-' {
		n.neg, s = true, s[1:]
	}
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	n.digits, n.remainder = s[:i], s[i:]
	return n.layout(&f)
}
