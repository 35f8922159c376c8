package text

// This file parses the format-specification mini-language.

import "math"

// SpecKind selects the defaults a specification is parsed with.
type SpecKind uint8

// The kinds of object that have a format specification.
const (
	SpecStr SpecKind = iota
	SpecInt
	SpecFloat
)

// Spec is a parsed format specification. Width and Prec are -1 when absent;
// Type is 0 when a float has none, and defaults to 's' or 'd' otherwise.
type Spec struct {
	Fill   rune
	Align  byte // '<', '>', '^' or '='
	Sign   byte // 0, '+', '-' or ' '
	NoNeg0 bool // z
	Alt    bool // #
	Width  int
	Group  byte // 0, ',' or '_'
	Prec   int
	Type   rune
	// MaxDigits is the limit on decimal digits of an int; 0 means none.
	MaxDigits int
	fourths   bool // '_' groups by four digits
}

func isAlign(c rune) bool { return c == '<' || c == '>' || c == '=' || c == '^' }

// ParseSpec parses a specification for an object of the given kind; typeName
// names its class in error messages.
func ParseSpec(s Str, kind SpecKind, typeName string) (Spec, error) {
	f := Spec{Fill: ' ', Align: '>', Width: -1, Prec: -1, MaxDigits: DefaultMaxStrDigits}
	switch kind {
	case SpecStr:
		f.Type, f.Align = 's', '<'
	case SpecInt:
		f.Type = 'd'
	}
	numeric := kind != SpecStr
	n, pos := s.Len(), 0
	peek := func(c rune) bool { return pos < n && s.At(pos) == c }
	accept := func(c rune) bool {
		if peek(c) {
			pos++
			return true
		}
		return false
	}
	fillGiven, alignGiven := false, false
	if n >= 2 && isAlign(s.At(1)) {
		f.Fill, f.Align = s.At(0), byte(s.At(1))
		fillGiven, alignGiven = true, true
		pos = 2
	} else if n >= 1 && isAlign(s.At(0)) {
		f.Align, alignGiven = byte(s.At(0)), true
		pos = 1
	}
	if peek('+') || peek('-') || peek(' ') {
		f.Sign = byte(s.At(pos))
		pos++
	}
	f.NoNeg0 = accept('z')
	f.Alt = accept('#')
	if !fillGiven && accept('0') {
		f.Fill = '0'
		if !alignGiven && numeric {
			f.Align = '='
		}
	}
	var err error
	if f.Width, pos, err = specInteger(s, pos); err != nil {
		return f, err
	}
	if accept(',') {
		f.Group = ','
	}
	if peek('_') {
		if f.Group != 0 {
			return f, bothGroups()
		}
		f.Group = '_'
		pos++
	}
	if peek(',') && f.Group == '_' {
		return f, bothGroups()
	}
	if accept('.') {
		if f.Prec, pos, err = specInteger(s, pos); err != nil {
			return f, err
		}
		if f.Prec < 0 {
			return f, valueError("Format specifier missing precision")
		}
	}
	if n-pos > 1 {
		return f, valueError("Invalid format specifier '%s' for object of type '%s'", s, typeName)
	}
	if n-pos == 1 {
		f.Type = s.At(pos)
	}
	return f, f.checkGroup()
}

func bothGroups() error { return valueError("Cannot specify both ',' and '_'.") }

// checkGroup rejects thousands separators the type does not take.
func (f *Spec) checkGroup() error {
	if f.Group == 0 {
		return nil
	}
	switch f.Type {
	case 'd', 'e', 'f', 'g', 'E', 'G', '%', 'F', 0:
		return nil
	case 'b', 'o', 'x', 'X':
		if f.Group == '_' {
			f.fourths = true
			return nil
		}
	}
	if f.Type > 32 && f.Type < 128 {
		return valueError("Cannot specify '%c' with '%c'.", f.Group, f.Type)
	}
	return valueError("Cannot specify '%c' with '\\x%x'.", f.Group, f.Type)
}

// specInteger reads decimal digits at pos; the value is -1 when there are none.
func specInteger(s Str, pos int) (v, next int, err error) {
	start := pos
	for ; pos < s.Len(); pos++ {
		d := DecimalValue(s.At(pos))
		if d < 0 {
			break
		}
		if v > (math.MaxInt-d)/10 {
			return 0, pos, valueError("Too many decimal digits in format string")
		}
		v = v*10 + d
	}
	if pos == start {
		return -1, pos, nil
	}
	return v, pos, nil
}

// unknownCode is the error for a presentation type the object does not have.
func unknownCode(t rune, typeName string) error {
	if t > 32 && t < 128 {
		return valueError("Unknown format code '%c' for object of type '%s'", t, typeName)
	}
	return valueError("Unknown format code '\\x%x' for object of type '%s'", t, typeName)
}

// FormatStr formats a str as format(s, spec) does.
func FormatStr(s Str, f Spec, typeName string) (Str, error) {
	if f.Type != 's' {
		return Str{}, unknownCode(f.Type, typeName)
	}
	switch {
	case f.Sign == ' ':
		return Str{}, valueError("Space not allowed in string format specifier")
	case f.Sign != 0:
		return Str{}, valueError("Sign not allowed in string format specifier")
	case f.NoNeg0:
		return Str{}, valueError("Negative zero coercion (z) not allowed in string format specifier")
	case f.Alt:
		return Str{}, valueError("Alternate form (#) not allowed in string format specifier")
	case f.Align == '=':
		return Str{}, valueError("'=' alignment not allowed in string format specifier")
	}
	if f.Prec >= 0 && s.Len() > f.Prec {
		s = s.Slice(0, f.Prec)
	}
	pad := f.Width - s.Len()
	if pad <= 0 {
		return s, nil
	}
	if err := checkLen(f.Width); err != nil {
		return Str{}, err
	}
	left := 0
	switch f.Align {
	case '>':
		left = pad
	case '^':
		left = pad / 2
	}
	return padded(s, left, pad-left, f.Fill), nil
}

// padded surrounds s with fill characters.
func padded(s Str, left, right int, fill rune) Str {
	var b Builder
	b.Grow(left + s.Len() + right)
	b.WriteRepeat(fill, left)
	b.WriteStr(s)
	b.WriteRepeat(fill, right)
	return b.Str()
}
