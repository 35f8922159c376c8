package lang

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file scans number literals and works out their values.

// number scans a number literal, with CPython's errors.
func (s *scanner) number() {
	if s.src[s.off] == '0' {
		switch s.peek(1) {
		case 'x', 'X':
			s.radix("hexadecimal", func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' })
			return
		case 'o', 'O':
			s.radix("octal", func(c byte) bool { return c >= '0' && c <= '7' })
			return
		case 'b', 'B':
			s.radix("binary", func(c byte) bool { return c == '0' || c == '1' })
			return
		}
		if s.zeros() {
			return
		}
	} else if s.src[s.off] != '.' && !s.digits() {
		return
	}
	s.fraction()
}

// radix scans the digits after 0x, 0o or 0b.
func (s *scanner) radix(name string, ok func(byte) bool) {
	s.off += 2
	for {
		if s.peek(0) == '_' {
			s.off++
		}
		if c := s.peek(0); !ok(c) {
			if isDigit(c) {
				s.off++
				s.failHere("invalid digit '%c' in %s literal", c, name)
			} else {
				s.failHere("invalid %s literal", name)
			}
			return
		}
		for ok(s.peek(0)) {
			s.off++
		}
		if s.peek(0) != '_' {
			break
		}
	}
	if c := s.peek(0); isDigit(c) {
		s.off++
		s.failHere("invalid digit '%c' in %s literal", c, name)
		return
	}
	s.endOfNumber(name)
}

// zeros scans a literal that starts with 0 and says whether it is done with it.
func (s *scanner) zeros() bool {
	begin := s.off
	for s.peek(0) == '0' || s.peek(0) == '_' {
		if s.peek(0) == '_' && !isDigit(s.peek(1)) {
			s.off++
			s.failHere("invalid decimal literal")
			return true
		}
		s.off++
	}
	zeros := s.off
	if isDigit(s.peek(0)) {
		if !s.digits() {
			return true
		}
		switch s.peek(0) {
		case '.', 'e', 'E', 'j', 'J':
			return false
		}
		s.fail(s.pos(begin), "leading zeros in decimal integer literals are not permitted; "+
			"use an 0o prefix for octal integers")
		s.err.at.End = s.pos(zeros)
		return true
	}
	return false
}

// digits scans decimal digits with single underscores between them.
func (s *scanner) digits() bool {
	for {
		for isDigit(s.peek(0)) {
			s.off++
		}
		if s.peek(0) != '_' {
			return true
		}
		s.off++
		if !isDigit(s.peek(0)) {
			s.failHere("invalid decimal literal")
			return false
		}
	}
}

// fraction scans what may follow the whole part.
func (s *scanner) fraction() {
	if s.peek(0) == '.' {
		s.off++
		if isDigit(s.peek(0)) && !s.digits() {
			return
		}
	}
	if c := s.peek(0); c == 'e' || c == 'E' {
		n := 1
		if c := s.peek(1); c == '+' || c == '-' {
			n = 2
		}
		if isDigit(s.peek(n)) {
			s.off += n
			if !s.digits() {
				return
			}
		} else if n == 2 {
			s.off += 2
			s.failHere("invalid decimal literal")
			return
		}
	}
	if c := s.peek(0); c == 'j' || c == 'J' {
		s.off++
		s.endOfNumber("imaginary")
		return
	}
	s.endOfNumber("decimal")
}

// endOfNumber refuses a name that touches a number, except the keywords that CPython still lets pass.
func (s *scanner) endOfNumber(kind string) {
	c := s.peek(0)
	if !isIdent(c) {
		return
	}
	for _, word := range []string{"and", "else", "for", "if", "in", "is", "not", "or"} {
		if strings.HasPrefix(s.src[s.off:], word) {
			return
		}
	}
	if c >= utf8.RuneSelf {
		begin := s.off
		end := begin
		for end < len(s.src) && isIdent(s.src[end]) {
			end++
		}
		s.checkName(begin, s.src[begin:end])
		if s.err != nil {
			return
		}
	}
	s.failHere("invalid %s literal", kind)
}

// maxDigits is CPython's limit on decimal int literals.
const maxDigits = 4300

// numberNode gives the value of a number literal.
func (p *parser) numberNode(t *lexer.Token) Expr {
	at := spanOf(t)
	text := strings.ReplaceAll(t.Value, "_", "")
	if len(text) > 2 && text[0] == '0' && (text[1]|0x20 == 'x' || text[1]|0x20 == 'o' || text[1]|0x20 == 'b') {
		if n, err := strconv.ParseUint(text, 0, 64); err == nil {
			return &NumInt{at, strconv.FormatUint(n, 10)}
		}
		n, _ := new(big.Int).SetString(text, 0)
		return &NumInt{at, n.String()}
	}
	if last := text[len(text)-1] | 0x20; last == 'j' {
		f, _ := strconv.ParseFloat(text[:len(text)-1], 64) // out of range gives infinity, as it should
		return &NumImag{at, f}
	}
	if strings.ContainsAny(text, ".eE") {
		f, _ := strconv.ParseFloat(text, 64)
		return &NumFloat{at, f}
	}
	if len(text) > maxDigits {
		p.failAt(at, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
			"use sys.set_int_max_str_digits() to increase the limit - "+
			"Consider hexadecimal for huge integer literals to avoid decimal conversion limits.", maxDigits, len(text))
	}
	if text = strings.TrimLeft(text, "0"); text == "" {
		text = "0"
	}
	return &NumInt{at, text}
}
