package lang

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file defines the plain lexer: names, operators and strings of one logical line.

// scanner walks over the source. It knows no lines: those are the layout layer's business.
type scanner struct {
	src       string
	off       int // next byte
	line      int // of off
	lineStart int // offset of the first byte of the line
	multibyte int // UTF-8 continuation bytes between lineStart and off: what to take off a column
	err       *scanError
}

// scanError is an error in the characters. A loose error waits until the parser gets there; all others win over
// the parser's own errors wherever they are, as in CPython, which reads on to the end of the file to find them.
type scanError struct {
	kind, msg string
	at        Span
	loose     bool
	more      bool // the source ends too early: more lines could repair it
}

func (s *scanner) pos(off int) Pos { return Pos{s.line, off - s.lineStart - s.multibyte + 1} }

// peek gives the byte at distance n, or 0 at the end.
func (s *scanner) peek(n int) byte {
	if s.off+n < len(s.src) {
		return s.src[s.off+n]
	}
	return 0
}

// newline notes that a line begins at off.
func (s *scanner) newline(off int) {
	s.line++
	s.lineStart, s.multibyte = off, 0
}

// fail records the first error. at is where the caret goes.
func (s *scanner) fail(at Pos, format string, args ...any) {
	if s.err == nil {
		s.err = &scanError{kind: "SyntaxError", msg: fmt.Sprintf(format, args...), at: Span{at, at}}
	}
}

// failHere is fail with the caret at the last byte that was read.
func (s *scanner) failHere(format string, args ...any) {
	p := s.pos(s.off)
	s.fail(Pos{p.Line, max(p.Col-1, 1)}, format, args...)
}

func isIdentStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isIdent(c byte) bool { return isIdentStart(c) || isDigit(c) }

// token scans a token that begins at off; blanks have been skipped.
func (s *scanner) token() lexer.Token {
	c := s.src[s.off]
	at, begin := s.pos(s.off), s.off
	var typ lexer.TokenType
	switch {
	case isIdentStart(c):
		typ = s.name()
	case isDigit(c) || c == '.' && isDigit(s.peek(1)):
		typ = tNumber
		s.number()
	case c == '"' || c == '\'':
		typ = tString
		s.str(0)
	default:
		typ = s.operator(c)
	}
	return makeToken(typ, s.src[begin:s.off], at, begin)
}

func makeToken(typ lexer.TokenType, text string, at Pos, off int) lexer.Token {
	return lexer.Token{Type: typ, Value: text, Pos: lexer.Position{Offset: off, Line: at.Line, Column: at.Col}}
}

// name scans an identifier, a keyword, or a string with a prefix.
func (s *scanner) name() lexer.TokenType {
	begin, ascii := s.off, true
	for s.off < len(s.src) && isIdent(s.src[s.off]) {
		if s.src[s.off] >= utf8.RuneSelf {
			ascii = false
		}
		s.off++
	}
	text := s.src[begin:s.off]
	if c := s.peek(0); (c == '"' || c == '\'') && isStringPrefix(text) {
		s.str(len(text))
		return tString
	}
	if !ascii {
		s.checkName(begin, text)
		return tName
	}
	if len(text) <= len("continue") {
		if typ, ok := keywords[text]; ok {
			return typ
		}
	}
	return tName
}

func isStringPrefix(text string) bool {
	switch strings.ToLower(text) {
	case "r", "b", "f", "u", "rb", "br", "rf", "fr":
		return true
	}
	return false
}

// checkName refuses characters that may not stand in an identifier.
func (s *scanner) checkName(begin int, text string) {
	for i, r := range text {
		if i == 0 && isNameStart(r) || i > 0 && isNameContinue(r) {
			if r >= utf8.RuneSelf {
				s.multibyte += utf8.RuneLen(r) - 1
			}
			continue
		}
		// A name that is one only after normalisation is one, too.
		if norm := normalizeName(string(r)); norm != string(r) && allName(norm, i == 0) {
			s.multibyte += utf8.RuneLen(r) - 1
			continue
		}
		at := s.pos(begin + i)
		if unicode.IsPrint(r) {
			s.fail(at, "invalid character '%c' (U+%04X)", r, r)
		} else {
			s.fail(at, "invalid non-printable character U+%04X", r)
		}
		return
	}
}

func allName(text string, first bool) bool {
	for _, r := range text {
		if first && !isNameStart(r) || !isNameContinue(r) {
			return false
		}
		first = false
	}
	return text != ""
}

func isNameStart(r rune) bool {
	return r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) &&
		!unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space)
}

func isNameContinue(r rune) bool {
	return isNameStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

func (s *scanner) operator(c byte) lexer.TokenType {
	if c < utf8.RuneSelf {
		for _, op := range operatorsByFirst[c] {
			if strings.HasPrefix(s.src[s.off:], op.text) {
				s.off += len(op.text)
				return op.typ
			}
		}
	}
	s.fail(s.pos(s.off), "invalid non-printable character U+%04X", c)
	s.off++
	return tError
}

// str scans a string literal from its opening quote on, which stands after a prefix of so many bytes.
func (s *scanner) str(prefix int) {
	begin, q := s.pos(s.off-prefix), s.src[s.off]
	quotes := 1
	if s.peek(1) == q && s.peek(2) == q {
		quotes = 3
	}
	s.off += quotes
	for n := 0; n < quotes; {
		if s.off >= len(s.src) {
			s.unterminated(begin, quotes)
			return
		}
		c := s.src[s.off]
		s.off++
		switch {
		case c == q:
			n++
			continue
		case c == '\n':
			if quotes == 1 {
				s.off--
				s.unterminated(begin, quotes)
				return
			}
			s.newline(s.off)
		case c == '\\' && s.off < len(s.src):
			if s.src[s.off] == '\n' {
				s.newline(s.off + 1)
			}
			s.off++
		case c&0xC0 == 0x80:
			s.multibyte++
		}
		n = 0
	}
}

func (s *scanner) unterminated(begin Pos, quotes int) {
	if quotes == 1 {
		s.fail(begin, "unterminated string literal (detected at line %d)", s.line)
		return
	}
	line := s.line
	if s.lineStart == len(s.src) {
		line-- // nothing stands on the line after the last newline
	}
	s.fail(begin, "unterminated triple-quoted string literal (detected at line %d)", line)
	if s.err.at.Start == begin {
		s.err.more = true
	}
}
