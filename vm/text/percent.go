package text

// This file parses printf-style formats, the left side of the % operator.

import "math"

// PercentSpec is one conversion of a printf-style format.
//
// The caller works in this order: look Key up when HasKey (after failing with
// KeyErr if the format ends in it), take an argument for WidthStar and then
// PrecStar, fail with Err, take the value and convert it by Verb.
type PercentSpec struct {
	HasKey    bool
	Key       Str
	KeyErr    error // "incomplete format key"
	Left      bool  // -
	Plus      bool  // +
	Blank     bool  // space
	Alt       bool  // #
	Zero      bool  // 0
	WidthStar bool
	PrecStar  bool
	Width     int // -1 when absent or a star
	Prec      int // -1 when absent or a star
	Verb      rune
	Index     int   // where Verb is in the format
	Err       error // the rest of the conversion is malformed
	bytes     bool
	counted   bool // Verb comes right after the digits of a width or precision
}

// PercentPart is literal text, %% being a character of it, followed by a
// conversion, which is nil at the end.
type PercentPart struct {
	Lit  Str
	Spec *PercentSpec
}

// ParsePercent splits a format of str. Errors are in the last part, since
// they only occur once the conversions before it are done.
func ParsePercent(format Str) []PercentPart { return parsePercent(format, false) }

// ParsePercentBytes splits a format of bytes. Texts and keys of the parts have
// one character per byte, see Latin1Bytes.
func ParsePercentBytes(format []byte) []PercentPart {
	return parsePercent(FromLatin1(format), true)
}

// FromLatin1 makes a string with one character per byte.
func FromLatin1(b []byte) Str {
	var s Builder
	s.Grow(len(b))
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.Str()
}

// Latin1Bytes is the inverse of FromLatin1.
func Latin1Bytes(s Str) Bytes {
	b := make([]byte, s.Len())
	for i := range b {
		b[i] = byte(s.At(i))
	}
	return b
}

func parsePercent(format Str, bytes bool) []PercentPart {
	var parts []PercentPart
	p := percentParser{s: format, bytes: bytes}
	lit := 0
	var b Builder
	for p.pos < format.Len() {
		if format.At(p.pos) != '%' {
			p.pos++
			continue
		}
		b.WriteStr(format.Slice(lit, p.pos))
		p.pos++
		if p.pos < format.Len() && format.At(p.pos) == '%' {
			lit = p.pos
			p.pos++
			continue
		}
		spec := p.conversion()
		lit = p.pos
		parts = append(parts, PercentPart{b.Str(), spec})
		b = Builder{}
		if spec.Err != nil || spec.KeyErr != nil {
			return parts
		}
	}
	b.WriteStr(format.Slice(lit, format.Len()))
	if b.Len() > 0 {
		parts = append(parts, PercentPart{b.Str(), nil})
	}
	return parts
}

type percentParser struct {
	s     Str
	pos   int
	bytes bool
}

// next takes the next character; ok is false at the end of the format.
func (p *percentParser) next() (c rune, ok bool) {
	if p.pos >= p.s.Len() {
		return 0, false
	}
	p.pos++
	return p.s.At(p.pos - 1), true
}

// conversion reads what follows a percent sign.
func (p *percentParser) conversion() *PercentSpec {
	f := &PercentSpec{Width: -1, Prec: -1, bytes: p.bytes}
	if p.pos < p.s.Len() && p.s.At(p.pos) == '(' {
		p.pos++
		if p.key(f); f.KeyErr != nil {
			return f
		}
	}
	c, ok := p.next()
	for ; ok; c, ok = p.next() {
		switch c {
		case '-':
			f.Left = true
			continue
		case '+':
			f.Plus = true
			continue
		case ' ':
			f.Blank = true
			continue
		case '#':
			f.Alt = true
			continue
		case '0':
			f.Zero = true
			continue
		}
		break
	}
	if ok && c == '*' {
		f.WidthStar = true
		c, ok = p.next()
	} else if ok && isDigitRune(c) {
		f.Width, c, ok = p.number(c, math.MaxInt, f, "width too big")
	}
	if f.Err == nil && ok && c == '.' {
		f.Prec, f.counted = 0, false
		c, ok = p.next()
		if ok && c == '*' {
			f.PrecStar, f.Prec = true, -1
			c, ok = p.next()
		} else if ok && isDigitRune(c) {
			msg := "precision too big"
			if p.bytes {
				msg = "prec too big"
			}
			f.Prec, c, ok = p.number(c, math.MaxInt32, f, msg)
		}
	}
	if f.Err != nil {
		return f
	}
	if ok && (c == 'h' || c == 'l' || c == 'L') {
		f.counted = false
		c, ok = p.next()
	}
	if !ok {
		f.Err = valueError("incomplete format")
	}
	f.Verb, f.Index = c, p.pos-1
	return f
}

func isDigitRune(c rune) bool { return '0' <= c && c <= '9' }

// key reads a parenthesized mapping key, which may nest parentheses.
func (p *percentParser) key(f *PercentSpec) {
	f.HasKey = true
	start, depth := p.pos, 1
	for depth > 0 {
		c, ok := p.next()
		if !ok {
			f.KeyErr = valueError("incomplete format key")
			return
		}
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	f.Key = p.s.Slice(start, p.pos-1)
}

// number reads decimal digits of which c is the first, and the character
// after them.
func (p *percentParser) number(c rune, limit int, f *PercentSpec, msg string) (int, rune, bool) {
	f.counted = true
	v := int(c - '0')
	c, ok := p.next()
	for ; ok && isDigitRune(c); c, ok = p.next() {
		if v > (limit-int(c-'0'))/10 {
			f.Err = valueError("%s", msg)
			return v, c, ok
		}
		v = v*10 + int(c-'0')
	}
	return v, c, ok
}

// SetWidth stores the argument taken for WidthStar in a copy of the spec.
func (f PercentSpec) SetWidth(n int) PercentSpec {
	if n < 0 {
		f.Left = true
		n = -n
	}
	f.Width = n
	return f
}

// SetPrec stores the argument taken for PrecStar in a copy of the spec.
func (f PercentSpec) SetPrec(n int) PercentSpec {
	f.Prec = max(n, 0)
	return f
}

// Plain reports a conversion that is only a percent sign and its verb.
func (f *PercentSpec) Plain() bool {
	return f.Err == nil && !f.HasKey && !f.Left && !f.Plus && !f.Blank && !f.Alt && !f.Zero && !f.WidthStar && !f.PrecStar && f.Width < 0 && f.Prec < 0
}
