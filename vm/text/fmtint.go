package text

// This file turns integers to text: decimal conversion with its digit limit,
// and the integer presentation types.

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// DefaultMaxStrDigits is the initial sys.get_int_max_str_digits().
const DefaultMaxStrDigits = 4300

// DecimalBig is str(v), failing when v has more than limit digits; a limit of
// 0 means none.
func DecimalBig(v *big.Int, limit int) (string, error) {
	if limit > 0 {
		// Certainly too long: avoid the work.
		if float64(v.BitLen()-1)*math.Log10(2) > float64(limit)+1 {
			return "", intTooLong(limit)
		}
	}
	s := v.String()
	digits := len(s)
	if v.Sign() < 0 {
		digits--
	}
	if limit > 0 && digits > limit {
		return "", intTooLong(limit)
	}
	return s, nil
}

func intTooLong(limit int) error {
	return valueError("Exceeds the limit (%d digits) for integer string conversion; "+
		"use sys.set_int_max_str_digits() to increase the limit", limit)
}

// FormatInt formats an int as format(v, spec) does.
func FormatInt(v int64, f Spec, typeName string) (Str, error) {
	if f.Type == 'd' && f.Prec < 0 && !f.NoNeg0 {
		if f.Width < 0 && f.Group == 0 && (f.Sign == 0 || f.Sign == '-') {
			return Str{A: strconv.FormatInt(v, 10)}, nil
		}
		s := strconv.FormatInt(v, 10)
		n := number{char: -1, digits: s}
		if v < 0 {
			n.neg, n.digits = true, s[1:]
		}
		return n.layout(&f)
	}
	return FormatBig(big.NewInt(v), f, typeName)
}

// FormatBig formats an int of any size as format(v, spec) does.
func FormatBig(v *big.Int, f Spec, typeName string) (Str, error) {
	switch f.Type {
	case 'b', 'c', 'd', 'o', 'x', 'X', 'n':
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		d, err := BigToFloat(v)
		if err != nil {
			return Str{}, err
		}
		return FormatFloat(d, f, typeName)
	default:
		return Str{}, unknownCode(f.Type, typeName)
	}
	if f.Prec >= 0 {
		return Str{}, valueError("Precision not allowed in integer format specifier")
	}
	if f.NoNeg0 {
		return Str{}, valueError("Negative zero coercion (z) not allowed in integer format specifier")
	}
	if f.Type == 'c' {
		return formatIntChar(v, f)
	}
	n := number{char: -1, neg: v.Sign() < 0}
	base := 10
	switch f.Type {
	case 'b':
		base, n.prefix = 2, "0b"
	case 'o':
		base, n.prefix = 8, "0o"
	case 'x', 'X':
		base, n.prefix = 16, "0"+string(f.Type)
	}
	if !f.Alt {
		n.prefix = ""
	}
	if base == 10 {
		s, err := DecimalBig(v, f.MaxDigits)
		if err != nil {
			return Str{}, err
		}
		n.digits = s
	} else {
		n.digits = v.Text(base)
	}
	n.digits = strings.TrimPrefix(n.digits, "-")
	if f.Type == 'X' {
		n.digits = strings.ToUpper(n.digits)
	}
	return n.layout(&f)
}

// formatIntChar formats with type 'c'.
func formatIntChar(v *big.Int, f Spec) (Str, error) {
	switch {
	case f.Sign != 0:
		return Str{}, valueError("Sign not allowed with integer format specifier 'c'")
	case f.Alt:
		return Str{}, valueError("Alternate form (#) not allowed with integer format specifier 'c'")
	case !v.IsInt64():
		return Str{}, overflowError("Python int too large to convert to C long")
	}
	c := v.Int64()
	if c < 0 || c > 0x10ffff {
		return Str{}, overflowError("%%c arg not in range(0x110000)")
	}
	return number{char: rune(c)}.layout(&f)
}

// BigToFloat is float(v).
func BigToFloat(v *big.Int) (float64, error) {
	f, _ := v.Float64()
	if math.IsInf(f, 0) {
		return 0, overflowError("int too large to convert to float")
	}
	return f, nil
}
