package text

// This file defines padding and trimming of str: center, zfill, strip.

import "strings"

// Center is s.center(width, fill).
func (s Str) Center(width int, fill rune) (Str, error) {
	pad := width - s.Len()
	if pad <= 0 {
		return s, nil
	}
	left := pad/2 + pad&width&1
	return s.pad(left, pad-left, fill)
}

// LJust is s.ljust(width, fill).
func (s Str) LJust(width int, fill rune) (Str, error) {
	return s.pad(0, width-s.Len(), fill)
}

// RJust is s.rjust(width, fill).
func (s Str) RJust(width int, fill rune) (Str, error) {
	return s.pad(width-s.Len(), 0, fill)
}

func (s Str) pad(left, right int, fill rune) (Str, error) {
	if left <= 0 && right <= 0 {
		return s, nil
	}
	if left > MaxLen || right > MaxLen {
		return Str{}, &Error{Kind: "MemoryError"}
	}
	return padded(s, left, right, fill), nil
}

// FillRune is the fill character given to center, ljust or rjust.
func FillRune(s Str) (rune, error) {
	if s.Len() != 1 {
		return 0, typeError("The fill character must be exactly one character long")
	}
	return s.At(0), nil
}

// ZFill is s.zfill(width).
func (s Str) ZFill(width int) (Str, error) {
	pad := width - s.Len()
	if pad <= 0 {
		return s, nil
	}
	if err := checkLen(width); err != nil {
		return Str{}, err
	}
	var b Builder
	b.Grow(width)
	if s.Len() > 0 && (s.At(0) == '+' || s.At(0) == '-') {
		b.WriteRune(s.At(0))
		s = s.Slice(1, s.Len())
	}
	b.WriteRepeat('0', pad)
	b.WriteStr(s)
	return b.Str(), nil
}

// ExpandTabs is s.expandtabs(size).
func (s Str) ExpandTabs(size int) (Str, error) {
	if s.W == nil {
		if strings.IndexByte(s.A, '\t') < 0 {
			return s, nil
		}
		b, err := expandTabs(bytesOf(s.A), size)
		return Str{A: string(b)}, err
	}
	r, err := expandTabs(s.W, size)
	return FromRunes(r), err
}

// StripSide selects the ends that stripping applies to.
type StripSide uint8

// The sides of strip, lstrip and rstrip.
const (
	StripLeft  StripSide = 1
	StripRight StripSide = 2
	StripBoth  StripSide = 3
)

// StripSpace is s.strip(), lstrip() or rstrip() of whitespace.
func (s Str) StripSpace(side StripSide) Str {
	return s.stripFunc(side, IsSpaceRune)
}

// Strip is s.strip(chars), lstrip(chars) or rstrip(chars).
func (s Str) Strip(chars Str, side StripSide) Str {
	if chars.W != nil {
		return s.stripFunc(side, func(c rune) bool { return containsRune(chars.W, c) })
	}
	return s.stripFunc(side, func(c rune) bool {
		return c < 0x80 && strings.IndexByte(chars.A, byte(c)) >= 0
	})
}

func (s Str) stripFunc(side StripSide, drop func(rune) bool) Str {
	lo, hi := 0, s.Len()
	if side&StripLeft != 0 {
		for lo < hi && drop(s.At(lo)) {
			lo++
		}
	}
	if side&StripRight != 0 {
		for hi > lo && drop(s.At(hi-1)) {
			hi--
		}
	}
	if lo == 0 && hi == s.Len() {
		return s
	}
	return s.Slice(lo, hi)
}
