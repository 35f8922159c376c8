package text

// This file reads floats as float(str) and float(bytes) do.

import (
	"math"
	"strconv"
	"strings"
)

// ParseFloat is float(s).
func ParseFloat(s Str) (float64, error) {
	if f, ok := parseFloatText(toASCIINumber(s)); ok {
		return f, nil
	}
	return 0, valueError("could not convert string to float: %s", Repr(s))
}

// ParseFloatBytes is float(b).
func ParseFloatBytes(b []byte) (float64, error) {
	if f, ok := parseFloatText(string(b)); ok {
		return f, nil
	}
	return 0, valueError("could not convert string to float: %s", ReprBytes(b))
}

// toASCIINumber replaces non-ASCII decimal digits and spaces with ASCII ones,
// and other non-ASCII characters with '?'.
func toASCIINumber(s Str) string {
	if s.W == nil {
		return s.A
	}
	b := make([]byte, len(s.W))
	for i, c := range s.W {
		switch {
		case c < 0x7f:
			b[i] = byte(c)
		case IsSpaceRune(c):
			b[i] = ' '
		default:
			if d := DecimalValue(c); d >= 0 {
				b[i] = byte('0' + d)
			} else {
				b[i] = '?'
			}
		}
	}
	return string(b)
}

// cSpace is what C's isspace accepts.
func cSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func trimCSpace(s string) string {
	for s != "" && cSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && cSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// parseFloatText reads a float in ASCII with underscores and outer spaces.
func parseFloatText(s string) (float64, bool) {
	s = trimCSpace(s)
	if strings.IndexByte(s, '_') >= 0 {
		for i := 0; i < len(s); i++ {
			if s[i] == '_' && (i == 0 || i+1 == len(s) || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
				return 0, false
			}
		}
		s = strings.ReplaceAll(s, "_", "")
	}
	if !isFloatSyntax(s) {
		return parseNonFinite(s)
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity
	return f, true
}

// isFloatSyntax matches sign? (digits [. digits?] | . digits) (e sign? digits)?.
func isFloatSyntax(s string) bool {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := 0
	skip := func() (n int) {
		for i < len(s) && isDigit(s[i]) {
			i++
			n++
		}
		return n
	}
	digits = skip()
	if i < len(s) && s[i] == '.' {
		i++
		digits += skip()
	}
	if digits == 0 {
		return false
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if skip() == 0 {
			return false
		}
	}
	return i == len(s)
}

// parseNonFinite reads inf, infinity and nan in any case.
func parseNonFinite(s string) (float64, bool) {
	sign := 1
	if s != "" && (s[0] == '+' || s[0] == '-') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	switch strings.ToLower(s) {
	case "inf", "infinity":
		return math.Inf(sign), true
	case "nan":
		return math.NaN(), true
	}
	return 0, false
}
