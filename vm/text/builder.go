package text

// This file defines Builder, which accumulates a Str and widens on demand.

import "unsafe"

// Builder accumulates a Str. The zero value is ready for use; it must not be
// copied after the first write.
type Builder struct {
	a []byte
	w []rune
}

// Len is the number of code points written so far.
func (b *Builder) Len() int { return len(b.a) + len(b.w) }

// Grow reserves room for n more code points.
func (b *Builder) Grow(n int) {
	if b.w != nil {
		b.w = append(b.w, make([]rune, n)...)[:len(b.w)]
	} else {
		b.a = append(b.a, make([]byte, n)...)[:len(b.a)]
	}
}

func (b *Builder) widen(extra int) {
	if b.w != nil {
		return
	}
	b.w = make([]rune, len(b.a), cap(b.a)+extra)
	for i, c := range b.a {
		b.w[i] = rune(c)
	}
	b.a = nil
}

// WriteRune appends one code point.
func (b *Builder) WriteRune(c rune) {
	if b.w == nil {
		if c < 0x80 {
			b.a = append(b.a, byte(c))
			return
		}
		b.widen(8)
	}
	b.w = append(b.w, c)
}

// WriteASCII appends an ASCII string.
func (b *Builder) WriteASCII(s string) {
	if b.w == nil {
		b.a = append(b.a, s...)
		return
	}
	b.w = appendRunes(b.w, Str{A: s})
}

// WriteStr appends s.
func (b *Builder) WriteStr(s Str) {
	if s.W == nil {
		b.WriteASCII(s.A)
		return
	}
	b.WriteRunes(s.W)
}

// WriteRunes appends code points.
func (b *Builder) WriteRunes(r []rune) {
	if b.w == nil {
		for i, c := range r {
			if c >= 0x80 {
				b.widen(len(r) - i)
				b.w = append(b.w, r[i:]...)
				return
			}
			b.a = append(b.a, byte(c))
		}
		return
	}
	b.w = append(b.w, r...)
}

// WriteRepeat appends c n times; nothing when n is not positive.
func (b *Builder) WriteRepeat(c rune, n int) {
	if n <= 0 {
		return
	}
	if b.w == nil && c < 0x80 {
		for range n {
			b.a = append(b.a, byte(c))
		}
		return
	}
	b.widen(n)
	for range n {
		b.w = append(b.w, c)
	}
}

// Str returns what was written; the builder must not be used afterwards.
func (b *Builder) Str() Str {
	if b.w != nil {
		return FromRunes(b.w)
	}
	if len(b.a) == 0 {
		return Str{}
	}
	return Str{A: unsafe.String(&b.a[0], len(b.a))}
}
