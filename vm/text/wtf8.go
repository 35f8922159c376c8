package text

// This file converts between Str and Go strings in WTF-8 (UTF-8 that also
// admits lone surrogates).

import (
	"strings"
	"unicode/utf8"
)

// DecodeWTF8 makes a Str of a Go string. Three-byte surrogate encodings become
// surrogates, and bytes that are not WTF-8 become U+FFFD.
func DecodeWTF8(s string) Str {
	i := 0
	for i < len(s) && s[i] < 0x80 {
		i++
	}
	if i == len(s) {
		return Str{A: s}
	}
	r := make([]rune, 0, len(s))
	for j := 0; j < i; j++ {
		r = append(r, rune(s[j]))
	}
	for i < len(s) {
		c, n := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && n == 1 && surrogateAt(s, i) {
			c = rune(s[i]&0xf)<<12 | rune(s[i+1]&0x3f)<<6 | rune(s[i+2]&0x3f)
			n = 3
		}
		r = append(r, c)
		i += n
	}
	return Str{W: r}
}

// surrogateAt reports whether an encoded surrogate starts at s[i].
func surrogateAt(s string, i int) bool {
	return i+2 < len(s) && s[i] == 0xed && s[i+1]&0xe0 == 0xa0 && s[i+2]&0xc0 == 0x80
}

// EncodeWTF8 returns s as a Go string, surrogates as three bytes each.
func (s Str) EncodeWTF8() string {
	if s.W == nil {
		return s.A
	}
	var b strings.Builder
	b.Grow(len(s.W) + len(s.W)/2)
	for _, c := range s.W {
		if isSurrogate(c) {
			b.Write([]byte{0xed, byte(0x80 | c>>6&0x3f), byte(0x80 | c&0x3f)})
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// String is EncodeWTF8, so a Str prints sensibly in Go messages.
func (s Str) String() string { return s.EncodeWTF8() }

// isSurrogate reports whether c is a surrogate code point.
func isSurrogate(c rune) bool { return 0xd800 <= c && c <= 0xdfff }

// isLowSurrogate reports whether c is the second half of a surrogate pair.
func isLowSurrogate(c rune) bool { return 0xdc00 <= c && c <= 0xdfff }
