package text

// This file formats the values of printf-style conversions.

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Errors of the % operator that concern its right operand.
var (
	ErrPercentFew     error = &Error{"TypeError", "not enough arguments for format string"}
	ErrPercentMany    error = &Error{"TypeError", "not all arguments converted during string formatting"}
	ErrPercentManyB   error = &Error{"TypeError", "not all arguments converted during bytes formatting"}
	ErrPercentMapping error = &Error{"TypeError", "format requires a mapping"}
	ErrPercentStar    error = &Error{"TypeError", "* wants int"}
	ErrPercentChar    error = &Error{"TypeError", "%c requires int or char"}
	ErrPercentCharB   error = &Error{"TypeError", "%c requires an integer in range(256) or a single byte"}
)

// Unsupported is the error for a Verb that is not a conversion.
func (f PercentSpec) Unsupported() error {
	c := f.Verb
	if f.bytes && c >= 0x80 && !f.counted { // CPython fails to format its message
		return valueError("")
	}
	if !f.bytes && (c < 31 || c > 126) {
		c = '?'
	}
	return valueError("unsupported format character '%c' (0x%x) at index %d", c, f.Verb, f.Index)
}

// WrongType is the error for an argument of the class typeName that does not
// suit a numeric Verb or, in a bytes format, %s and %b.
func (f PercentSpec) WrongType(typeName string) error {
	switch f.Verb {
	case 'o', 'x', 'X':
		return typeError("%%%c format: an integer is required, not %s", f.Verb, typeName)
	case 'd', 'i', 'u':
		verb := f.Verb
		if f.bytes && verb == 'i' {
			verb = 'd'
		}
		return typeError("%%%c format: a real number is required, not %s", verb, typeName)
	case 's', 'b':
		return typeError("%%b requires a bytes-like object, "+
			"or an object that implements __bytes__, not '%s'", typeName)
	}
	if f.bytes {
		return typeError("float argument required, not %s", typeName)
	}
	return typeError("must be real number, not %s", typeName)
}

// FormatText formats the text of a %s, %r, %a or %b conversion.
func (f PercentSpec) FormatText(s Str) (Str, error) {
	if f.Prec >= 0 && s.Len() > f.Prec {
		s = s.Slice(0, f.Prec)
	}
	return f.output(s, false, ' ')
}

// FormatChar formats a %c conversion of a character code.
func (f PercentSpec) FormatChar(c int64) (Str, error) {
	switch {
	case f.bytes && (c < 0 || c > 0xff):
		return Str{}, overflowError("%%c arg not in range(256)")
	case c < 0 || c > 0x10ffff:
		return Str{}, overflowError("%%c arg not in range(0x110000)")
	}
	return f.output(FromRune(rune(c)), false, ' ')
}

// FormatFloat formats an e, E, f, F, g or G conversion.
func (f PercentSpec) FormatFloat(v float64) (Str, error) {
	prec := f.Prec
	if prec < 0 {
		prec = 6
	}
	s := formatDouble(v, byte(f.Verb), prec, floatFlags{alt: f.Alt})
	return f.output(ASCII(s), true, f.zeroFill())
}

func (f PercentSpec) zeroFill() rune {
	if f.Zero {
		return '0'
	}
	return ' '
}

// FormatInt formats a d, i, u, o, x or X conversion.
func (f PercentSpec) FormatInt(v int64) (Str, error) {
	base := f.base()
	if base == 10 && f.Width < 0 && f.Prec < 0 && !f.Plus && !f.Blank {
		return ASCII(strconv.FormatInt(v, 10)), nil
	}
	return f.formatDigits(strconv.FormatInt(v, base))
}

// FormatBig is FormatInt of any size; limit bounds decimal digits, 0 is none.
func (f PercentSpec) FormatBig(v *big.Int, limit int) (Str, error) {
	base := f.base()
	if base != 10 {
		return f.formatDigits(v.Text(base))
	}
	s, err := DecimalBig(v, limit)
	if err != nil {
		return Str{}, err
	}
	return f.formatDigits(s)
}

func (f PercentSpec) base() int {
	switch f.Verb {
	case 'o':
		return 8
	case 'x', 'X':
		return 16
	}
	return 10
}

// formatDigits adds the precision and prefix to digits with their sign.
func (f PercentSpec) formatDigits(s string) (Str, error) {
	if f.Prec > math.MaxInt32-3 {
		return Str{}, overflowError("precision too large")
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if f.Prec > len(s) {
		s = strings.Repeat("0", f.Prec-len(s)) + s
	}
	if f.Verb == 'X' {
		s = strings.ToUpper(s)
	}
	if f.Alt && f.base() != 10 {
		s = "0" + string(f.Verb) + s
	}
	return f.output(ASCII(sign+s), true, f.zeroFill())
}

// output pads s; signed texts may start with a sign, which goes before zeros.
func (f PercentSpec) output(s Str, signed bool, fill rune) (Str, error) {
	if err := checkLen(f.Width + 1); err != nil {
		return Str{}, err
	}
	sign := rune(0)
	if signed {
		switch c := s.At(0); {
		case c == '-' || c == '+':
			sign = c
			s = s.Slice(1, s.Len())
		case f.Plus:
			sign = '+'
		case f.Blank:
			sign = ' '
		}
	}
	width := max(f.Width, s.Len())
	var b Builder
	b.Grow(width + 1)
	if sign != 0 {
		if fill != ' ' {
			b.WriteRune(sign)
		}
		if width > s.Len() {
			width--
		}
	}
	prefix := Str{}
	if f.Alt && (f.Verb == 'x' || f.Verb == 'X' || f.Verb == 'o' && !f.bytes) {
		prefix, s = s.Slice(0, 2), s.Slice(2, s.Len())
		if fill != ' ' {
			b.WriteStr(prefix)
		}
		width = max(width-2, 0)
	}
	if width > s.Len() && !f.Left {
		b.WriteRepeat(fill, width-s.Len())
		width = s.Len()
	}
	if fill == ' ' {
		if sign != 0 {
			b.WriteRune(sign)
		}
		b.WriteStr(prefix)
	}
	b.WriteStr(s)
	b.WriteRepeat(' ', width-s.Len())
	return b.Str(), nil
}
