package text

// This file defines repr() and ascii() of str, bytes and bytearray.

import "strings"

const hexDigits = "0123456789abcdef"

// Repr is repr(s).
func Repr(s Str) Str {
	if s.W == nil {
		return Str{A: reprASCII(s.A)}
	}
	quote := pickQuote(containsRune(s.W, '\''), containsRune(s.W, '"'))
	var b Builder
	b.Grow(len(s.W) + 2)
	b.WriteRune(rune(quote))
	for _, c := range s.W {
		switch {
		case c < 0x80:
			writeEscapedASCII(&b, byte(c), quote)
		case IsPrintableRune(c):
			b.WriteRune(c)
		default:
			writeRuneEscape(&b, c)
		}
	}
	b.WriteRune(rune(quote))
	return b.Str()
}

// ASCIIRepr is ascii(s).
func ASCIIRepr(s Str) Str {
	return EscapeNonASCII(Repr(s))
}

// EscapeNonASCII replaces every non-ASCII character with its escape, as
// ascii() does to the repr of any object.
func EscapeNonASCII(s Str) Str {
	if s.W == nil {
		return s
	}
	var b Builder
	b.Grow(len(s.W))
	for _, c := range s.W {
		if c < 0x80 {
			b.WriteRune(c)
		} else {
			writeRuneEscape(&b, c)
		}
	}
	return b.Str()
}

func containsRune(w []rune, c rune) bool {
	for _, x := range w {
		if x == c {
			return true
		}
	}
	return false
}

func pickQuote(single, double bool) byte {
	if single && !double {
		return '"'
	}
	return '\''
}

func reprASCII(s string) string {
	quote := pickQuote(strings.IndexByte(s, '\'') >= 0, strings.IndexByte(s, '"') >= 0)
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '\\' || c == quote {
			plain = false
			break
		}
	}
	if plain {
		q := string(quote)
		return q + s + q
	}
	var b Builder
	b.Grow(len(s) + len(s)/4 + 2)
	b.WriteRune(rune(quote))
	for i := 0; i < len(s); i++ {
		writeEscapedASCII(&b, s[i], quote)
	}
	b.WriteRune(rune(quote))
	return b.Str().A
}

// writeEscapedASCII writes an ASCII character as repr shows it.
func writeEscapedASCII(b *Builder, c, quote byte) {
	switch {
	case c == quote || c == '\\':
		b.WriteASCII("\\")
		b.WriteRune(rune(c))
	case c == '\t':
		b.WriteASCII("\\t")
	case c == '\n':
		b.WriteASCII("\\n")
	case c == '\r':
		b.WriteASCII("\\r")
	case c < ' ' || c >= 0x7f:
		b.WriteASCII("\\x")
		b.WriteRune(rune(hexDigits[c>>4]))
		b.WriteRune(rune(hexDigits[c&15]))
	default:
		b.WriteRune(rune(c))
	}
}

// writeRuneEscape writes c as \xhh, \uhhhh or \Uhhhhhhhh.
func writeRuneEscape(b *Builder, c rune) {
	b.WriteASCII(RuneEscape(c))
}

// RuneEscape is the \xhh, \uhhhh or \Uhhhhhhhh escape of c.
func RuneEscape(c rune) string {
	letter, n := byte('x'), 2
	if c > 0xffff {
		letter, n = 'U', 8
	} else if c > 0xff {
		letter, n = 'u', 4
	}
	out := make([]byte, 2+n)
	out[0], out[1] = '\\', letter
	for i := 1 + n; i > 1; i-- {
		out[i] = hexDigits[c&15]
		c >>= 4
	}
	return string(out)
}

// ReprBytes is repr(b) for bytes.
func ReprBytes(b []byte) string { return reprBytes("b", b, false) }

// ReprBytearray is repr(b) for bytearray, which escapes every single quote.
func ReprBytearray(b []byte) string { return reprBytes("bytearray(b", b, true) + ")" }

func reprBytes(prefix string, b []byte, escapeSingle bool) string {
	single, double := false, false
	for _, c := range b {
		single = single || c == '\''
		double = double || c == '"'
	}
	quote := pickQuote(single, double)
	escaped := quote
	if escapeSingle {
		escaped = '\''
	}
	var out Builder
	out.Grow(len(prefix) + len(b) + 2)
	out.WriteASCII(prefix)
	out.WriteRune(rune(quote))
	for _, c := range b {
		writeEscapedASCII(&out, c, escaped)
	}
	out.WriteRune(rune(quote))
	return out.Str().A
}
