package text

// This file reads integers as int(str, base) and int(bytes, base) do.

import (
	"math/big"
	"strconv"
	"strings"
)

// ParseInt is int(s, base). The value is in big when it does not fit an int64
// (then small is 0) and big is nil otherwise. limit bounds the digits of bases
// that are not powers of two; 0 means none.
func ParseInt(s Str, base, limit int) (small int64, big *big.Int, err error) {
	if small, big, ok, err := parseIntText(toASCIINumber(s), base, limit); ok || err != nil {
		return small, big, err
	}
	return 0, nil, badInt(base, Repr(s))
}

// ParseIntBytes is int(b, base).
func ParseIntBytes(b []byte, base, limit int) (small int64, big *big.Int, err error) {
	if small, big, ok, err := parseIntText(string(b), base, limit); ok || err != nil {
		return small, big, err
	}
	return 0, nil, badInt(base, ASCII(ReprBytes(b)))
}

func badInt(base int, repr Str) error {
	if repr.Len() > 200 {
		repr = repr.Slice(0, 200)
	}
	return valueError("invalid literal for int() with base %d: %s", base, repr)
}

func digitValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// prefixBase is the base the letter after a leading 0 stands for, or 0.
func prefixBase(c byte) int {
	switch c | 0x20 {
	case 'x':
		return 16
	case 'o':
		return 8
	case 'b':
		return 2
	}
	return 0
}

// parseIntText reads an integer literal with outer spaces; ok is false when it
// is malformed. An invalid base is an error of its own.
func parseIntText(s string, base, limit int) (int64, *big.Int, bool, error) {
	if base != 0 && (base < 2 || base > 36) {
		return 0, nil, false, valueError("int() base must be >= 2 and <= 36, or 0")
	}
	s = trimCSpace(s)
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	zeroOnly := false
	letter := 0
	if len(s) > 1 && s[0] == '0' {
		letter = prefixBase(s[1])
	}
	if base == 0 {
		base = 10
		if letter != 0 {
			base = letter
		} else if s != "" && s[0] == '0' {
			zeroOnly = true
		}
	}
	if letter != 0 && letter == base {
		s = strings.TrimPrefix(s[2:], "_")
	}
	digits, end := 0, 0
	for ; end < len(s); end++ {
		if s[end] == '_' {
			if end == 0 || s[end-1] == '_' {
				return 0, nil, false, nil
			}
		} else if digitValue(s[end]) < base {
			digits++
		} else {
			break
		}
	}
	if digits == 0 || s[end-1] == '_' {
		return 0, nil, false, nil
	}
	if limit > 0 && digits > limit && base&(base-1) != 0 {
		return 0, nil, false, valueError("Exceeds the limit (%d digits) for integer string conversion: "+
			"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", limit, digits)
	}
	if end != len(s) {
		return 0, nil, false, nil
	}
	if digits < len(s) {
		s = strings.ReplaceAll(s, "_", "")
	}
	v, big, ok := convertDigits(s, neg, base)
	if zeroOnly && (v != 0 || big != nil) {
		return 0, nil, false, nil
	}
	return v, big, ok, nil
}

// convertDigits evaluates a non-empty run of digits of the base.
func convertDigits(s string, neg bool, base int) (int64, *big.Int, bool) {
	if neg {
		s = "-" + s
	}
	if v, err := strconv.ParseInt(s, base, 64); err == nil {
		return v, nil, true
	}
	v, ok := new(big.Int).SetString(s, base)
	return 0, v, ok
}
