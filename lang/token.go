package lang

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file defines the tokens, and hands them to participle.

// The token types. Every operator and every keyword has a type of its own, so that the expression parser switches on
// integers and no identifier is ever taken for a keyword.
const (
	tName lexer.TokenType = iota + 1
	tNumber
	tString
	tNewline
	tIndent
	tDedent
	tError // the layout layer gave up here
	tSoft  // match or case where they are keywords
	tOther // a character that no construct uses: $ ? ! `

	tLparen
	tRparen
	tLbrack
	tRbrack
	tLbrace
	tRbrace
	tColon
	tComma
	tSemi
	tDot
	tEllipsis
	tArrow
	tAt
	tAssign
	tWalrus
	tPlus
	tMinus
	tStar
	tDoubleStar
	tSlash
	tDoubleSlash
	tPercent
	tPipe
	tAmper
	tCaret
	tTilde
	tLshift
	tRshift
	tLess
	tGreater
	tLessEq
	tGreaterEq
	tEq
	tNotEq
	tAugmented // += and the like

	tFalse
	tNone
	tTrue
	tAnd
	tAs
	tAssert
	tAsync
	tAwait
	tBreak
	tClass
	tContinue
	tDef
	tDel
	tElif
	tElse
	tExcept
	tFinally
	tFor
	tFrom
	tGlobal
	tIf
	tImport
	tIn
	tIs
	tLambda
	tNonlocal
	tNot
	tOr
	tPass
	tRaise
	tReturn
	tTry
	tWhile
	tWith
	tYield
	tokenTypes // how many there are
)

var keywords = func() map[string]lexer.TokenType {
	m := map[string]lexer.TokenType{}
	words := strings.Fields(`False None True and as assert async await break class continue def del elif else except
		finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)
	for i, w := range words {
		m[w] = tFalse + lexer.TokenType(i)
	}
	return m
}()

// operators lists the operators, longest first.
var operators = [][]struct {
	text string
	typ  lexer.TokenType
}{
	3: {{"...", tEllipsis}, {"**=", tAugmented}, {"//=", tAugmented}, {"<<=", tAugmented}, {">>=", tAugmented}},
	2: {{"->", tArrow}, {":=", tWalrus}, {"**", tDoubleStar}, {"//", tDoubleSlash}, {"<<", tLshift}, {">>", tRshift},
		{"<>", tOther}, {"<=", tLessEq}, {">=", tGreaterEq}, {"==", tEq}, {"!=", tNotEq}, {"+=", tAugmented}, {"-=", tAugmented},
		{"*=", tAugmented}, {"/=", tAugmented}, {"%=", tAugmented}, {"@=", tAugmented}, {"&=", tAugmented},
		{"|=", tAugmented}, {"^=", tAugmented}},
	1: {{"(", tLparen}, {")", tRparen}, {"[", tLbrack}, {"]", tRbrack}, {"{", tLbrace}, {"}", tRbrace}, {":", tColon},
		{",", tComma}, {";", tSemi}, {".", tDot}, {"@", tAt}, {"=", tAssign}, {"+", tPlus}, {"-", tMinus}, {"*", tStar},
		{"/", tSlash}, {"%", tPercent}, {"|", tPipe}, {"&", tAmper}, {"^", tCaret}, {"~", tTilde}, {"<", tLess},
		{">", tGreater}, {"$", tOther}, {"?", tOther}, {"!", tOther}, {"`", tOther}},
}

// operatorsByFirst holds the operators by their first byte, longest first.
var operatorsByFirst = func() (table [128][]struct {
	text string
	typ  lexer.TokenType
}) {
	for n := 3; n > 0; n-- {
		for _, op := range operators[n] {
			table[op.text[0]] = append(table[op.text[0]], op)
		}
	}
	return table
}()

// definition is the lexer as participle wants to see it. Parse never asks it for tokens: it lexes by itself and hands
// the tokens over.
type definition struct{}

// Symbols names the token types that the grammar refers to by name; it matches all others by their text.
func (definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Newline": tNewline, "Dedent": tDedent, "Soft": tSoft}
}

// Lex is there to satisfy participle's interface.
func (definition) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	l := newLayout(string(src))
	l.run()
	return &tokenList{l.tokens}, nil
}

// tokenList is a participle lexer over tokens that are already there.
type tokenList struct{ rest []lexer.Token }

// Next gives the next token.
func (t *tokenList) Next() (lexer.Token, error) {
	tok := t.rest[0]
	if len(t.rest) > 1 {
		t.rest = t.rest[1:]
	}
	return tok, nil
}

// start is the place where a token begins.
func start(t *lexer.Token) Pos { return Pos{t.Pos.Line, t.Pos.Column} }

// end is the place after a token.
func end(t *lexer.Token) Pos { return advance(start(t), t.Value) }

// advance is the place after text that begins at p.
func advance(p Pos, text string) Pos {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			p = Pos{p.Line + 1, 1}
		case c&0xC0 != 0x80:
			p.Col++
		}
	}
	return p
}

func spanOf(t *lexer.Token) Span { return Span{start(t), end(t)} }
