package lang

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
	"golang.org/x/text/unicode/norm"
)

// This file defines the entry point of the parser, and the state and the errors of its hand-written part.

// Parse parses a whole file. Errors are *SyntaxError.
func Parse(filename string, src []byte) (*Module, error) {
	text, err := decode(filename, src)
	if err != nil {
		return nil, err
	}
	l := newLayout(text)
	l.run()
	m, perr := parseTokens(l.tokens)
	if perr == nil && l.err == nil {
		m.src = text
		return m, nil
	}
	e := l.choose(perr)
	e.File = filename
	e.AddText(text)
	return nil, e
}

// choose picks the error to report, as CPython does: errors in the characters win wherever they are, and so does a
// bracket that is never closed when the parser failed on a later line.
func (l *layout) choose(perr *parseError) *SyntaxError {
	// CPython reads on after all errors but these.
	misindented := perr != nil && (perr.msg == "unexpected indent" || perr.msg == "unexpected unindent")
	if l.err != nil && (perr == nil || !l.err.loose && !misindented) {
		return l.err.syntaxError()
	}
	if perr.atLexError {
		return l.err.syntaxError()
	}
	if l.err != nil && len(l.brackets) > 0 && perr.line > l.brackets[len(l.brackets)-1].Pos.Line {
		return l.neverClosed().syntaxError()
	}
	e := &SyntaxError{Kind: perr.kind, Msg: perr.msg, Span: perr.at, Text: perr.text}
	if n := strings.Count(l.src, "\n"); e.Start.Line > n && n > 0 && perr.needsBlock {
		e.Span = Span{Pos{n, 0}, Pos{n, 0}} // CPython shows the last line and no place in it
		e.Text = sourceLine(l.src, n) + "\n"
	}
	return e
}

func (e *scanError) syntaxError() *SyntaxError {
	return &SyntaxError{Kind: e.kind, Msg: e.msg, Span: e.at}
}

// parseTokens runs participle over the tokens and lowers what it makes to the syntax tree.
func parseTokens(tokens []lexer.Token) (m *Module, perr *parseError) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*parseError)
			if !ok {
				panic(r)
			}
			m, perr = nil, e
		}
	}()
	peeking, err := lexer.Upgrade(&tokenList{tokens})
	if err != nil {
		return nil, &parseError{kind: "SyntaxError", msg: err.Error()}
	}
	file, err := statements().ParseFromLexer(peeking)
	if err != nil {
		return nil, grammarError(tokens, err)
	}
	return &Module{Body: lowerAll(file.Body)}, nil
}

// grammarError turns participle's error into ours.
func grammarError(tokens []lexer.Token, err error) *parseError {
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		return invalidSyntax(&unexpected.Unexpected)
	}
	var other participle.Error
	if errors.As(err, &other) {
		p := Pos{other.Position().Line, other.Position().Column}
		return &parseError{kind: "SyntaxError", msg: other.Message(), at: Span{p, p}, line: p.Line}
	}
	return &parseError{kind: "SyntaxError", msg: err.Error(), at: spanOf(&tokens[0])}
}

// parseError is what the parser panics with.
type parseError struct {
	kind, msg  string
	at         Span
	line       int    // the line of the last token that was looked at
	atLexError bool   // the parser ran into the place where the layout layer gave up
	needsBlock bool   // a block or handler is missing
	text       string // of the line to show, where that isn't a line of the file
}

// invalidSyntax is the error for a token that fits nowhere.
func invalidSyntax(t *lexer.Token) *parseError {
	e := &parseError{kind: "SyntaxError", msg: "invalid syntax", at: spanOf(t), line: t.Pos.Line}
	switch t.Type {
	case tError:
		e.atLexError = true
	case tIndent:
		at := Pos{t.Pos.Line, max(t.Pos.Column-1, 1)}
		e.kind, e.msg, e.at = "IndentationError", "unexpected indent", Span{at, at}
	case tDedent:
		e.kind, e.msg = "IndentationError", "unexpected unindent"
	}
	return e
}

// parser is the state of one run of the hand-written part over the tokens.
type parser struct {
	lex   *lexer.PeekingLexer
	tok   *lexer.Token // the next token
	prev  *lexer.Token // the last token that was consumed
	depth int          // of recursion
	level int          // of brackets
	reads int          // tokens consumed; a test holds this linear
	// fstring is set in a replacement field of an f-string, whose errors bear a prefix.
	fstring bool
	quiet   bool // look for no hints; set while looking at what follows an error
	// bareGen is the last call's argument if that was a generator expression without brackets; bareFor its for.
	bareGen *Comp
	bareFor *lexer.Token
	// bareTuple is the last tuple without brackets.
	bareTuple *Tuple
	tried     *parseError // why the last try failed
}

// maxDepth limits the parser's recursion and the depth of the tree.
const maxDepth = 2900

func newParser(lex *lexer.PeekingLexer) *parser { return &parser{lex: lex, tok: lex.Peek()} }

// next consumes a token.
func (p *parser) next() *lexer.Token {
	p.prev = p.lex.Next()
	p.tok = p.lex.Peek()
	p.reads++
	return p.prev
}

// accept consumes the next token if it is of the given type.
func (p *parser) accept(typ lexer.TokenType) bool {
	if p.tok.Type == typ {
		p.next()
		return true
	}
	return false
}

// expect consumes a token that must be of the given type.
func (p *parser) expect(typ lexer.TokenType) *lexer.Token {
	if p.tok.Type != typ {
		p.invalid()
	}
	return p.next()
}

// after gives the type of the token after the next one.
func (p *parser) after() lexer.TokenType {
	if p.tok.Type == lexer.EOF {
		return lexer.EOF
	}
	i := p.lex.RawCursor()
	return p.lex.Range(i+1, i+2)[0].Type
}

// from is the span from a place to the end of the last token.
func (p *parser) from(at Pos) Span { return Span{at, end(p.prev)} }

func (p *parser) here() Pos { return start(p.tok) }

// invalid fails at the next token.
func (p *parser) invalid() { p.invalidAt(p.tok) }

func (p *parser) invalidAt(t *lexer.Token) {
	e := invalidSyntax(t)
	if p.fstring && !e.atLexError {
		e.msg = "f-string: " + e.msg
	}
	panic(e)
}

// failAt fails with a message of its own.
func (p *parser) failAt(at Span, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if p.fstring && !strings.HasPrefix(msg, "f-string") {
		msg = "f-string: " + msg
	}
	panic(&parseError{kind: "SyntaxError", msg: msg, at: at, line: p.tok.Pos.Line})
}

// enter guards the recursion; leave undoes it.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.failAt(spanOf(p.tok), "expression is too complex: nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

// try runs parse and takes it back if it fails.
func (p *parser) try(parse func()) (ok bool) {
	saved, point := *p, p.lex.MakeCheckpoint()
	defer func() {
		if r := recover(); r != nil {
			e, is := r.(*parseError)
			if !is {
				panic(r)
			}
			reads := p.reads
			p.lex.LoadCheckpoint(point)
			*p = saved
			p.reads, p.tried, ok = reads, e, false
		}
	}()
	parse()
	return true
}

// decode checks the encoding and gives the source with plain newlines and one at its end.
func decode(filename string, src []byte) (string, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	fail := func(off int, msg string) error {
		line := 1 + bytes.Count(src[:off], []byte("\n"))
		e := newSyntaxError(filename, Span{Pos{line, 1}, Pos{line, 1}}, msg)
		e.AddText(strings.ToValidUTF8(string(src), "\uFFFD"))
		return e
	}
	if !utf8.Valid(src) {
		off := 0
		for {
			r, n := utf8.DecodeRune(src[off:])
			if r == utf8.RuneError && n <= 1 {
				break
			}
			off += n
		}
		return "", fail(off, fmt.Sprintf("Non-UTF-8 code starting with '\\x%02x' in file %s on line %d, but no encoding declared; "+
			"see https://peps.python.org/pep-0263/ for details", src[off], filename, 1+bytes.Count(src[:off], []byte("\n"))))
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		return "", fail(i, "source code cannot contain null bytes")
	}
	return normalizeNewlines(string(src)), nil
}

// normalizeNewlines turns CRLF and CR into LF and adds one at the end if it is missing.
func normalizeNewlines(src string) string {
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	if src != "" && src[len(src)-1] != '\n' {
		src += "\n"
	}
	return src
}

// normalizeName gives an identifier in the form in which names are compared.
func normalizeName(text string) string {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return norm.NFKC.String(text)
		}
	}
	return text
}
