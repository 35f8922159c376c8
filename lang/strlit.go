package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file parses string and bytes literals: prefixes, escapes, implicit concatenation.

// literal is one string token taken apart.
type literal struct {
	tok                 *lexer.Token
	raw, bytes, fstring bool
	body                string // between the quotes
	begin               int    // offset of body in the token
	lastOff             int    // pos's last argument and answer: it is asked in ascending order
	lastPos             Pos
}

func splitLiteral(t *lexer.Token) literal {
	l := literal{tok: t}
	i := 0
	for ; t.Value[i] != '"' && t.Value[i] != '\''; i++ {
		switch t.Value[i] | 0x20 {
		case 'r':
			l.raw = true
		case 'b':
			l.bytes = true
		case 'f':
			l.fstring = true
		}
	}
	quotes := 1
	if strings.HasPrefix(t.Value[i:], `"""`) || strings.HasPrefix(t.Value[i:], `'''`) {
		quotes = 3
	}
	l.begin = i + quotes
	l.body = t.Value[l.begin : len(t.Value)-quotes]
	return l
}

// pos is the place of an offset in the body.
func (l *literal) pos(off int) Pos {
	if l.lastPos.Line == 0 || off < l.lastOff {
		l.lastOff, l.lastPos = 0, advance(start(l.tok), l.tok.Value[:l.begin])
	}
	l.lastPos = advance(l.lastPos, l.body[l.lastOff:off])
	l.lastOff = off
	return l.lastPos
}

// strings parses adjacent string literals.
func (p *parser) strings() Expr {
	at := p.here()
	var list []literal
	for p.tok.Type == tString {
		list = append(list, splitLiteral(p.next()))
	}
	formatted := false
	for i := range list {
		if list[i].bytes != list[0].bytes {
			p.failAfter("cannot mix bytes and nonbytes literals")
		}
		formatted = formatted || list[i].fstring
	}
	span := p.from(at)
	if formatted {
		return p.fstrings(list, span)
	}
	var b strings.Builder
	for i := range list {
		l := &list[i]
		if l.bytes {
			p.checkASCII(l)
		}
		p.unescape(&b, l, l.body)
	}
	if list[0].bytes {
		return &Bytes{span, b.String()}
	}
	return &Str{span, b.String()}
}

// failAfter fails at the token after the literals, where CPython puts errors within strings.
func (p *parser) failAfter(format string, args ...any) {
	at := p.here()
	panic(&parseError{kind: "SyntaxError", msg: fmt.Sprintf(format, args...), at: Span{at, at}, line: at.Line})
}

func (p *parser) checkASCII(l *literal) {
	for i := 0; i < len(l.body); i++ {
		if l.body[i] >= utf8.RuneSelf {
			p.failAt(spanOf(l.tok), "bytes can only contain ASCII literal characters")
		}
	}
}

// unescape appends part of a literal's body, with its escapes replaced unless it is raw.
func (p *parser) unescape(b *strings.Builder, l *literal, text string) {
	if l.raw {
		b.WriteString(text)
		return
	}
	done := 0 // in code points, as CPython's messages count
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			b.WriteString(text)
			return
		}
		b.WriteString(text[:i])
		n := p.escape(b, l, text[i:], done+i)
		done += i + n
		text = text[i+n:]
	}
}

// escape replaces the escape sequence that text begins with, and gives its length.
func (p *parser) escape(b *strings.Builder, l *literal, text string, at int) int {
	if len(text) < 2 {
		b.WriteByte('\\')
		return 1
	}
	switch c := text[1]; c {
	case '\n':
	case '\\', '\'', '"':
		b.WriteByte(c)
	case 'a':
		b.WriteByte('\a')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'v':
		b.WriteByte('\v')
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n, v := 1, rune(0)
		for ; n < len(text) && n < 4 && text[n] >= '0' && text[n] <= '7'; n++ {
			v = v*8 + rune(text[n]-'0')
		}
		writeChar(b, l, v)
		return n
	case 'x':
		return p.hexEscape(b, l, text, 2, at)
	case 'u':
		if !l.bytes {
			return p.hexEscape(b, l, text, 4, at)
		}
		b.WriteString(text[:2])
	case 'U':
		if !l.bytes {
			return p.hexEscape(b, l, text, 8, at)
		}
		b.WriteString(text[:2])
	case 'N':
		if !l.bytes {
			return p.nameEscape(b, text, at)
		}
		b.WriteString(text[:2])
	default: // CPython warns and keeps the backslash
		_, n := utf8.DecodeRuneInString(text[1:])
		b.WriteString(text[:1+n])
		return 1 + n
	}
	return 2
}

// hexEscape replaces \x, \u or \U with the given number of digits.
func (p *parser) hexEscape(b *strings.Builder, l *literal, text string, digits, at int) int {
	v := rune(0)
	n := 2
	for ; n < len(text) && n < 2+digits; n++ {
		d := hexDigit(text[n])
		if d < 0 {
			break
		}
		v = v<<4 | d
	}
	switch {
	case n < 2+digits && l.bytes:
		p.failAfter("(value error) invalid \\x escape at position %d", at)
	case n < 2+digits:
		p.failAfter("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: truncated \\%c%s escape",
			at, at+n-1, text[1], strings.Repeat("X", digits))
	case v > utf8.MaxRune || v < 0:
		p.failAfter("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: illegal Unicode character",
			at, at+n-1)
	}
	writeChar(b, l, v)
	return n
}

func hexDigit(c byte) rune {
	switch {
	case isDigit(c):
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// nameEscape replaces \N{name}.
func (p *parser) nameEscape(b *strings.Builder, text string, at int) int {
	if len(text) > 2 && text[2] == '{' {
		if i := strings.IndexByte(text, '}'); i > 3 {
			if s, ok := characterNamed(text[3:i]); ok {
				b.WriteString(s)
				return i + 1
			}
			p.failAfter("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: unknown Unicode character name",
				at, at+i)
		}
	}
	end := at + 1
	if len(text) > 2 && text[2] == '{' {
		end++
	}
	p.failAfter("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: malformed \\N character escape",
		at, end)
	return 0
}

// writeChar appends a character; in bytes, a byte. A surrogate is written as the three bytes it would have.
func writeChar(b *strings.Builder, l *literal, v rune) {
	switch {
	case l.bytes:
		b.WriteByte(byte(v))
	case v >= 0xD800 && v <= 0xDFFF:
		b.WriteByte(0xE0 | byte(v>>12))
		b.WriteByte(0x80 | byte(v>>6)&0x3F)
		b.WriteByte(0x80 | byte(v)&0x3F)
	default:
		b.WriteRune(v)
	}
}
