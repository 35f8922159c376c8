package lang

import (
	"strings"
	"unicode"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file parses f-strings by CPython 3.11's rules: the string is first lexed whole, then its fields are cut out and
// parsed as bracketed expressions.

// maxFieldDepth: fields may stand in the format spec of a field, but not deeper.
const maxFieldDepth = 2

// fparser takes one f-string token apart.
type fparser struct {
	*parser
	lit   *literal
	off   int // in lit.body
	parts []Expr
	text  strings.Builder // of the Str that is being collected
	since Pos
}

// fstrings joins literals of which at least one is an f-string.
func (p *parser) fstrings(list []literal, span Span) Expr {
	out := &FString{Span: span}
	f := &fparser{parser: p, since: span.Start}
	for i := range list {
		l := &list[i]
		if !l.fstring {
			p.unescape(&f.text, l, l.body)
			continue
		}
		f.lit, f.off = l, 0
		f.run(0)
	}
	f.flush()
	out.Parts = f.parts
	return out
}

// flush turns the collected text into a part.
func (f *fparser) flush() {
	if f.text.Len() > 0 {
		f.parts = append(f.parts, &Str{Span{f.since, end(f.prev)}, f.text.String()})
		f.text.Reset()
	}
}

// run reads text and fields up to the end of the literal or, in a format spec, up to the } that ends it.
func (f *fparser) run(depth int) {
	for f.off < len(f.lit.body) {
		c := f.lit.body[f.off]
		switch {
		case c == '}' && depth > 0:
			return
		case c == '{' && (depth > 0 || !f.doubled('{')):
			f.field(depth)
		case c == '}' && !f.doubled('}'):
			f.failAfter("f-string: single '}' is not allowed")
		case c == '{' || c == '}':
			f.text.WriteByte(c)
			f.off += 2
		default:
			f.literalText()
		}
	}
}

func (f *fparser) doubled(c byte) bool {
	return f.off+1 < len(f.lit.body) && f.lit.body[f.off+1] == c
}

// literalText reads text up to a brace.
func (f *fparser) literalText() {
	from, body := f.off, f.lit.body
	for f.off < len(body) && body[f.off] != '{' && body[f.off] != '}' {
		if body[f.off] == '\\' && !f.lit.raw && f.off+1 < len(body) {
			f.off++
			if body[f.off] == 'N' && f.off+1 < len(body) && body[f.off+1] == '{' {
				for f.off < len(body) && body[f.off] != '}' {
					f.off++
				}
			} else if body[f.off] == '{' || body[f.off] == '}' {
				continue // the backslash is text, the brace is not
			}
		}
		if f.off < len(body) {
			f.off++
		}
	}
	f.unescape(&f.text, f.lit, body[from:f.off])
}

// field reads a replacement field.
func (f *fparser) field(depth int) {
	if depth >= maxFieldDepth {
		f.failAfter("f-string: expressions nested too deeply")
	}
	body := f.lit.body
	at := f.lit.pos(f.off)
	f.off++
	from := f.off
	f.skipExpression()
	source := body[from:f.off]
	if f.off >= len(body) {
		f.checkEmpty(source, 0)
		f.expecting()
	}
	f.checkEmpty(source, body[f.off])
	field := &Field{}
	field.X = f.parseField(source, f.lit.pos(from-1))
	debug := false
	if body[f.off] == '=' {
		debug = true
		f.off++
		for f.off < len(body) && isBlank(body[f.off]) {
			f.off++
		}
		f.text.WriteString(body[from:f.off])
	}
	if f.peekIs('!') {
		f.conversion(field)
	}
	f.flush()
	if f.peekIs(':') {
		f.off++
		spec := &fparser{parser: f.parser, lit: f.lit, off: f.off, since: f.lit.pos(f.off)}
		spec.run(depth + 1)
		spec.flush()
		f.off = spec.off
		field.Spec = &FString{Span{spec.since, f.lit.pos(f.off)}, spec.parts}
	} else if debug && field.Conv == 0 {
		field.Conv = 'r'
	}
	if !f.peekIs('}') {
		f.expecting()
	}
	f.off++
	field.Span = Span{at, f.lit.pos(f.off)}
	f.parts = append(f.parts, field)
	f.since = field.End
}

func (f *fparser) peekIs(c byte) bool { return f.off < len(f.lit.body) && f.lit.body[f.off] == c }

func (f *fparser) expecting() { f.failAfter("f-string: expecting '}'") }

func isBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v' || c == '\r'
}

// checkEmpty fails if a field has no expression before what ends it.
func (f *fparser) checkEmpty(source string, ended byte) {
	if strings.TrimFunc(source, unicode.IsSpace) != "" {
		return
	}
	switch ended {
	case '!', ':', '=':
		f.failAfter("f-string: expression required before '%c'", ended)
	case '}':
		f.failAfter("f-string: empty expression not allowed")
	}
}

// conversion reads !r, !s or !a.
func (f *fparser) conversion(field *Field) {
	f.off++
	if f.off >= len(f.lit.body) {
		f.expecting()
	}
	switch c := f.lit.body[f.off]; c {
	case 'r', 's', 'a':
		field.Conv = c
		f.off++
	default:
		f.failAfter("f-string: invalid conversion character: expected 's', 'r', or 'a'")
	}
}

// skipExpression moves to the character that ends the field's expression: = ! : or }.
func (f *fparser) skipExpression() {
	body := f.lit.body
	var stack []byte
	for f.off < len(body) {
		c := body[f.off]
		switch c {
		case '\\':
			f.failAfter("f-string expression part cannot include a backslash")
		case '\'', '"':
			f.skipString(c)
			continue
		case '(', '[', '{':
			if len(stack) >= maxBrackets {
				f.failAfter("f-string: too many nested parenthesis")
			}
			stack = append(stack, c)
		case '#':
			f.failAfter("f-string expression part cannot include '#'")
		case '!', ':', '}', '=', '<', '>':
			if len(stack) == 0 {
				next := byte(0)
				if f.off+1 < len(body) {
					next = body[f.off+1]
				}
				if next == '=' && (c == '!' || c == '=' || c == '<' || c == '>') {
					f.off += 2
					continue
				}
				if c == '<' || c == '>' {
					break
				}
				return
			}
			if c == '}' {
				stack = f.closeBracket(stack, c)
			}
		case ')', ']':
			stack = f.closeBracket(stack, c)
		}
		f.off++
	}
	if len(stack) > 0 {
		f.failAfter("f-string: expecting '}'")
	}
}

func (f *fparser) closeBracket(stack []byte, c byte) []byte {
	if len(stack) == 0 {
		f.failAfter("f-string: unmatched '%c'", c)
	}
	open := stack[len(stack)-1]
	if open == '(' && c != ')' || open == '[' && c != ']' || open == '{' && c != '}' {
		f.failAfter("f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c, open)
	}
	return stack[:len(stack)-1]
}

// skipString moves past a string within an expression.
func (f *fparser) skipString(q byte) {
	body := f.lit.body
	quote := string(q)
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(body[f.off:], triple) {
		quote = triple
	}
	f.off += len(quote)
	i := strings.Index(body[f.off:], quote)
	if j := strings.IndexByte(body[f.off:], '\\'); j >= 0 && (i < 0 || j < i) {
		f.failAfter("f-string expression part cannot include a backslash")
	}
	if i < 0 {
		f.failAfter("f-string: unterminated string")
	}
	f.off += i + len(quote)
}

// parseField parses the source of a field as if it stood in brackets.
func (f *fparser) parseField(source string, at Pos) Expr {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*parseError); ok && e.text == "" {
				e.showField(source, at)
			}
			panic(r)
		}
	}()
	inner := at
	inner.Col++
	l := &layout{scanner: scanner{src: source, line: inner.Line, lineStart: 1 - inner.Col}, indents: []indent{{}}}
	l.brackets = []lexer.Token{makeToken(tLparen, "(", at, 0)}
	l.tokens = append(l.tokens, l.brackets[0])
	l.logicalLine()
	if l.err != nil {
		panic(&parseError{kind: l.err.kind, msg: l.err.msg, at: l.err.at, line: l.line})
	}
	closeAt := advance(inner, source)
	l.tokens = append(l.tokens, makeToken(tRparen, ")", closeAt, len(source)), makeToken(lexer.EOF, "", closeAt, len(source)))
	peeking, err := lexer.Upgrade(&tokenList{l.tokens})
	if err != nil {
		panic(&parseError{kind: "SyntaxError", msg: err.Error(), at: Span{at, at}})
	}
	p := newParser(peeking)
	p.fstring, p.depth = true, f.depth
	x := p.paren()
	if p.tok.Type != lexer.EOF {
		p.invalid()
	}
	f.reads += p.reads
	return x
}

// showField makes an error within a field show the field in brackets instead of a line of the file, as CPython does.
func (e *parseError) showField(source string, at Pos) {
	lines := strings.Split("("+source+")", "\n")
	n := e.at.Start.Line - at.Line
	if n < 0 || n >= len(lines) {
		return
	}
	e.text = lines[n]
	if n == 0 {
		e.at.Start.Col -= at.Col - 1
	}
	if e.at.End.Line == at.Line {
		e.at.End.Col -= at.Col - 1
	}
}
