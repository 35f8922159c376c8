package lang

import (
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file defines the layout layer: line joining, NEWLINE, INDENT and DEDENT, brackets, and the soft keywords.

const (
	maxBrackets = 200 // nested brackets, as in CPython
	maxIndents  = 100 // nested blocks, as in CPython
	tabSize     = 8
)

// layout turns the source into tokens.
type layout struct {
	scanner
	tokens   []lexer.Token
	indents  []indent
	brackets []lexer.Token
	lineTok  int  // index of the first token of the logical line
	match    bool // the logical line before was a match statement's first line
	joined   bool // the source ends in a backslash
}

// indent is an open block: the width of its indentation with tabs of eight columns, and of one.
type indent struct {
	col, alt int
	match    bool // the block of a match statement: its lines start with case
}

func newLayout(src string) *layout {
	l := &layout{scanner: scanner{src: src, line: 1}, indents: []indent{{}}}
	l.tokens = make([]lexer.Token, 0, len(src)/4+16)
	return l
}

// run lexes everything, up to the end or the first error.
func (l *layout) run() {
	for l.err == nil && l.off < len(l.src) {
		if blank := l.indentation(); !blank && l.err == nil {
			l.logicalLine()
		}
	}
	at := l.pos(len(l.src))
	switch {
	case l.err != nil:
		l.add(tError, "", l.err.at.Start)
	case l.joined:
		at = l.pos(len(l.src) - 1)
		l.err = &scanError{kind: "SyntaxError", msg: "unexpected EOF while parsing", at: Span{at, at}, loose: true, more: true}
		l.add(tError, "", at)
	case len(l.brackets) > 0:
		l.err = l.neverClosed()
		l.add(tError, "", at)
	default:
		for range l.indents[1:] {
			l.add(tDedent, "", at)
		}
	}
	l.tokens = append(l.tokens, makeToken(lexer.EOF, "", at, len(l.src)))
}

func (l *layout) neverClosed() *scanError {
	open := l.brackets[len(l.brackets)-1]
	at := start(&open)
	msg := "'" + open.Value + "' was never closed"
	return &scanError{kind: "SyntaxError", msg: msg, at: Span{at, at}, loose: true, more: true}
}

func (l *layout) add(typ lexer.TokenType, text string, at Pos) {
	l.tokens = append(l.tokens, makeToken(typ, text, at, l.off))
}

// indentation measures the blanks at the start of a line and opens and closes blocks. It says whether the line is blank;
// then it has skipped it.
func (l *layout) indentation() (blank bool) {
	var in indent
	joinedCol := -1 // a backslash in the indentation: the first line's width counts
	for {
		switch l.peek(0) {
		case ' ':
			in.col++
			in.alt++
		case '\t':
			in.col = (in.col/tabSize + 1) * tabSize
			in.alt++
		case '\f':
			in = indent{}
		case '\\':
			if joinedCol < 0 {
				joinedCol = in.col
			}
			if !l.join() {
				return l.err == nil
			}
			continue
		case '#', '\n':
			l.skipLine()
			return true
		default:
			if l.off >= len(l.src) {
				return true
			}
			if joinedCol >= 0 {
				in.col, in.alt = joinedCol, joinedCol
			}
			l.block(in)
			return false
		}
		l.off++
	}
}

// join skips a backslash and the newline after it. It says whether the line goes on.
func (l *layout) join() bool {
	if l.peek(1) != '\n' {
		l.off += 2
		l.failHere("unexpected character after line continuation character")
		if l.err != nil {
			l.err.loose = true
		}
		return false
	}
	l.off += 2
	if l.off >= len(l.src) {
		l.joined = true
		return false
	}
	l.newline(l.off)
	return true
}

// skipLine skips the rest of the line, newline included.
func (l *layout) skipLine() {
	if i := strings.IndexByte(l.src[l.off:], '\n'); i >= 0 {
		l.off += i + 1
		l.newline(l.off)
		return
	}
	l.multibyte += continuationBytes(l.src[l.off:])
	l.off = len(l.src)
}

func continuationBytes(text string) int { return len(text) - utf8.RuneCountInString(text) }

// block compares the indentation of a line with the open blocks.
func (l *layout) block(in indent) {
	top := l.indents[len(l.indents)-1]
	at := l.pos(l.off)
	switch {
	case in.col == top.col:
		if in.alt != top.alt {
			l.tabError()
		}
	case in.col > top.col:
		if in.alt <= top.alt {
			l.tabError()
			return
		}
		if len(l.indents) >= maxIndents {
			l.layoutError("IndentationError", "too many levels of indentation", Pos{l.line, 1})
			return
		}
		in.match = l.match
		l.indents = append(l.indents, in)
		l.add(tIndent, "", at)
	default:
		n := len(l.indents)
		for in.col < l.indents[n-1].col {
			n--
		}
		if top = l.indents[n-1]; in.col != top.col {
			rest, _, _ := strings.Cut(l.src[l.off:], "\n")
			l.layoutError("IndentationError", "unindent does not match any outer indentation level",
				Pos{l.line, at.Col + utf8.RuneCountInString(rest)})
			return
		}
		if in.alt != top.alt {
			l.tabError()
			return
		}
		for range l.indents[n:] {
			l.add(tDedent, "", at)
		}
		l.indents = l.indents[:n]
	}
}

func (l *layout) tabError() {
	l.layoutError("TabError", "inconsistent use of tabs and spaces in indentation", Pos{l.line, 1})
}

func (l *layout) layoutError(kind, msg string, at Pos) {
	l.err = &scanError{kind: kind, msg: msg, at: Span{at, at}, loose: true}
}

// logicalLine lexes up to the end of the logical line.
func (l *layout) logicalLine() {
	l.lineTok = len(l.tokens)
	for l.err == nil && l.off < len(l.src) {
		switch c := l.src[l.off]; c {
		case ' ', '\t', '\f':
			l.off++
		case '#':
			if i := strings.IndexByte(l.src[l.off:], '\n'); i >= 0 && len(l.brackets) == 0 {
				l.newlineToken(l.off, l.off+i)
				return
			}
			l.skipLine()
		case '\n':
			if len(l.brackets) == 0 {
				l.newlineToken(l.off, l.off)
				return
			}
			l.off++
			l.newline(l.off)
		case '\\':
			if !l.join() {
				return
			}
		default:
			t := l.token()
			if l.err != nil {
				return
			}
			if t.Type >= tLparen && t.Type <= tRbrace {
				l.bracket(&t)
			}
			l.tokens = append(l.tokens, t)
		}
	}
}

// newlineToken ends the logical line; begin is where its end, or the comment before it, starts.
func (l *layout) newlineToken(begin, nl int) {
	l.softKeyword()
	l.add(tNewline, l.src[begin:nl], l.pos(begin)) // with the comment: errors underline it
	l.off = nl + 1
	l.newline(l.off)
}

// bracket keeps the stack of open brackets.
func (l *layout) bracket(t *lexer.Token) {
	switch t.Type {
	case tLparen, tLbrack, tLbrace:
		if len(l.brackets) >= maxBrackets {
			l.failHere("too many nested parentheses")
			return
		}
		l.brackets = append(l.brackets, *t)
		return
	}
	if len(l.brackets) == 0 {
		l.failHere("unmatched '%s'", t.Value)
		return
	}
	open := l.brackets[len(l.brackets)-1]
	switch {
	case open.Type+1 == t.Type:
		l.brackets = l.brackets[:len(l.brackets)-1]
	case open.Pos.Line != l.line:
		l.failHere("closing parenthesis '%s' does not match opening parenthesis '%s' on line %d",
			t.Value, open.Value, open.Pos.Line)
	default:
		l.failHere("closing parenthesis '%s' does not match opening parenthesis '%s'", t.Value, open.Value)
	}
}

// softKeyword makes a keyword of match at the start of a logical line that ends in a colon (no other statement that
// begins with a name does), and of case at the start of every line in such a line's block.
func (l *layout) softKeyword() {
	line := l.tokens[l.lineTok:]
	l.match = false
	if len(line) < 2 || line[0].Type != tName {
		return
	}
	switch line[0].Value {
	case "match":
		if len(line) > 2 && line[len(line)-1].Type == tColon && line[1].Type != tColon && line[1].Type != tAssign {
			line[0].Type = tSoft
			l.match = true
		}
	case "case":
		if l.indents[len(l.indents)-1].match {
			line[0].Type = tSoft
		}
	}
}
