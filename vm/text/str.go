// Package text holds the string, number-formatting and codec semantics of the
// guest language as pure functions that agree byte for byte with CPython 3.11.
package text

// This file defines Str, the immutable guest string, and its basic operations.

import (
	"cmp"
	"slices"
	"strings"
	"unsafe"
)

// Str is an immutable guest string. When every code point is ASCII it is held
// in A and W is nil; otherwise W holds the code points (which may include lone
// surrogates) and A is empty. The zero value is the empty string.
type Str struct {
	A string
	W []rune
}

// ASCII wraps s, which must hold ASCII bytes only.
func ASCII(s string) Str { return Str{A: s} }

// FromRunes makes a string of code points, taking ownership of r.
func FromRunes(r []rune) Str {
	for _, c := range r {
		if c >= 0x80 {
			return Str{W: r}
		}
	}
	return Str{A: asciiOf(r)}
}

// FromRune makes a string of one code point.
func FromRune(c rune) Str {
	if c < 0x80 {
		return Str{A: asciiChars[c : c+1]}
	}
	return Str{W: []rune{c}}
}

// asciiChars backs all one-character ASCII strings.
var asciiChars = func() string {
	var b [0x80]byte
	for i := range b {
		b[i] = byte(i)
	}
	return string(b[:])
}()

// asciiOf narrows code points known to be ASCII.
func asciiOf(r []rune) string {
	if len(r) == 0 {
		return ""
	}
	b := make([]byte, len(r))
	for i, c := range r {
		b[i] = byte(c)
	}
	return unsafe.String(&b[0], len(b))
}

// bytesOf views an ASCII string as bytes that must not be written.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// Len is the number of code points.
func (s Str) Len() int { return len(s.A) + len(s.W) }

// At is the code point at index i, which must be in range.
func (s Str) At(i int) rune {
	if s.W != nil {
		return s.W[i]
	}
	return rune(s.A[i])
}

// IsASCII reports whether every code point is below 0x80.
func (s Str) IsASCII() bool { return s.W == nil }

// Runes returns the code points; the result must not be modified.
func (s Str) Runes() []rune {
	if s.W != nil {
		return s.W
	}
	r := make([]rune, len(s.A))
	for i := 0; i < len(s.A); i++ {
		r[i] = rune(s.A[i])
	}
	return r
}

// Slice is s[i:j] for 0 <= i <= j <= s.Len().
func (s Str) Slice(i, j int) Str {
	if s.W == nil {
		return Str{A: s.A[i:j]}
	}
	if i >= j {
		return Str{}
	}
	return FromRunes(s.W[i:j:j])
}

// Stride returns the n code points at start, start+step, and so on, all of
// which must be in range.
func (s Str) Stride(start, step, n int) Str {
	if step == 1 && n > 0 {
		return s.Slice(start, start+n)
	}
	if n <= 0 {
		return Str{}
	}
	if s.W == nil {
		b := make([]byte, n)
		for i := range b {
			b[i] = s.A[start+i*step]
		}
		return Str{A: unsafe.String(&b[0], n)}
	}
	r := make([]rune, n)
	for i := range r {
		r[i] = s.W[start+i*step]
	}
	return FromRunes(r)
}

// Concat is a + b.
func Concat(a, b Str) Str {
	if a.W == nil && b.W == nil {
		return Str{A: a.A + b.A}
	}
	if a.Len() == 0 {
		return b
	}
	if b.Len() == 0 {
		return a
	}
	r := make([]rune, 0, a.Len()+b.Len())
	return Str{W: appendRunes(appendRunes(r, a), b)}
}

// appendRunes appends the code points of s to r.
func appendRunes(r []rune, s Str) []rune {
	if s.W != nil {
		return append(r, s.W...)
	}
	for i := 0; i < len(s.A); i++ {
		r = append(r, rune(s.A[i]))
	}
	return r
}

// Repeat is s * n, the empty string when n is not positive.
func (s Str) Repeat(n int) Str {
	switch {
	case n <= 0 || s.Len() == 0:
		return Str{}
	case n == 1:
		return s
	case s.W == nil:
		return Str{A: strings.Repeat(s.A, n)}
	}
	return Str{W: slices.Repeat(s.W, n)}
}

// Equal reports a == b.
func Equal(a, b Str) bool {
	if a.W == nil || b.W == nil {
		return a.W == nil && b.W == nil && a.A == b.A
	}
	return slices.Equal(a.W, b.W)
}

// Compare orders strings by code point: -1, 0 or 1.
func Compare(a, b Str) int {
	switch {
	case a.W == nil && b.W == nil:
		return strings.Compare(a.A, b.A)
	case a.W != nil && b.W != nil:
		return slices.Compare(a.W, b.W)
	case a.W == nil:
		return compareMixed(a.A, b.W)
	}
	return -compareMixed(b.A, a.W)
}

func compareMixed(a string, w []rune) int {
	for i := 0; i < len(a) && i < len(w); i++ {
		if c := cmp.Compare(rune(a[i]), w[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(w))
}
