package lang

import (
	"fmt"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// This file defines the hand-written leaves of the statement grammar. A leaf that may be absent declines with
// participle.NextMatch; all others panic with the error, so that participle never has to guess which of its attempts
// came closest.

// Each leaf has an interface type of its own, since participle finds the function to call by its type.
type (
	statementLeaf interface{ Stmt } // an expression statement or assignment
	anyExpr       interface{ Expr }
	maybeExpr     interface{ Expr }
	anyExprs      interface{ Expr } // a tuple without brackets, too
	maybeExprs    interface{ Expr }
	test          interface{ Expr } // a walrus, too
	forTargets    interface{ Expr }
	exceptType    interface{ isStar() bool }
	decorator     interface{ Expr }
	subject       interface{ Expr }
	ident         interface{ Expr }
	casePattern   interface{ Pattern }
	dotted        interface{ dotted() nameList }
	fromModule    interface{ module() (int, string) }
	fromNames     interface{ aliases() []Alias }
	deleteTargets interface{ targets() []Expr }
	withItems     interface{ items() []WithItem }
	defParams     interface{ params() *Params }
	classArgs     interface{ args() []Arg }

	colon      interface{ colon() }      // in most places, only a missing line end makes "expected ':'"
	mustColon  interface{ mustColon() }  // in some, anything else does
	indentLeaf interface{ indentLeaf() } // the start of an indented block
	lineEnd    interface{ lineEnd() }
	noHandler  interface{ noHandler() }
	notAsync   interface{ notAsync() }
	notDef     interface{ notDef() }
)

// none is what leaves give that only check.
type none struct{}

func (none) colon()      {}
func (none) mustColon()  {}
func (none) indentLeaf() {}
func (none) lineEnd()    {}
func (none) noHandler()  {}
func (none) notAsync()   {}
func (none) notDef()     {}

type (
	nameList struct {
		at   Span
		name string
	}
	moduleName struct {
		level int
		name  string
	}
	aliasList  []Alias
	exprList   []Expr
	itemList   []WithItem
	argList    []Arg
	exceptKind struct {
		typ  Expr
		star bool
	}
)

func (n nameList) dotted() nameList        { return n }
func (m moduleName) module() (int, string) { return m.level, m.name }
func (a aliasList) aliases() []Alias       { return a }
func (e exprList) targets() []Expr         { return e }
func (w itemList) items() []WithItem       { return w }
func (a argList) args() []Arg              { return a }
func (e exceptKind) isStar() bool          { return e.star }
func (p *Params) params() *Params          { return p }

// leaf makes a participle option of a method of parser.
func leaf[T any](parse func(*parser) T) participle.Option {
	return participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (T, error) {
		return parse(newParser(lex)), nil
	})
}

// optional is leaf for a production that declines unless the next token satisfies begins.
func optional[T any](begins func(lexer.TokenType) bool, parse func(*parser) T) participle.Option {
	return participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (T, error) {
		if !begins(lex.Peek().Type) {
			var zero T
			return zero, participle.NextMatch
		}
		return parse(newParser(lex)), nil
	})
}

func notEnd(typ lexer.TokenType) bool { return typ != tNewline && typ != tSemi }

// startsStatement says whether an expression statement may begin here; a token that begins no statement at all counts,
// so that the error is the leaf's.
func startsStatement(typ lexer.TokenType) bool {
	switch typ {
	case tPass, tBreak, tContinue, tReturn, tRaise, tImport, tFrom, tAssert, tDel, tGlobal, tNonlocal, tIf, tFor, tDef,
		tWhile, tTry, tWith, tClass, tAsync, tAt, tSoft, tDedent, tNewline, lexer.EOF:
		return false
	}
	return true
}

func leaves() []participle.Option {
	return []participle.Option{
		optional(startsStatement, func(p *parser) statementLeaf { return p.statement() }),
		leaf(func(p *parser) anyExpr { return p.expression() }),
		optional(notEnd, func(p *parser) maybeExpr { return p.expression() }),
		leaf(func(p *parser) anyExprs { return p.starExpressions() }),
		optional(notEnd, func(p *parser) maybeExprs { return p.starExpressions() }),
		leaf(func(p *parser) test { return p.namedExpression() }),
		leaf(func(p *parser) forTargets { return p.forTarget() }),
		leaf((*parser).exceptType),
		optional(func(t lexer.TokenType) bool { return t == tAt }, (*parser).decorator),
		leaf((*parser).subject),
		leaf(func(p *parser) ident { return p.name() }),
		leaf(func(p *parser) casePattern { return p.patterns() }),
		leaf((*parser).dotted),
		leaf((*parser).fromModule),
		leaf((*parser).fromNames),
		leaf((*parser).deleteTargets),
		leaf((*parser).withItems),
		leaf(func(p *parser) defParams { return p.inBrackets() }),
		optional(func(t lexer.TokenType) bool { return t == tLparen }, (*parser).classArgs),
		leaf((*parser).colon),
		leaf((*parser).mustColon),
		leaf((*parser).indent),
		leaf((*parser).lineEnd),
		leaf((*parser).noHandler),
		leaf(func(p *parser) notAsync { p.invalid(); return nil }),
		leaf(func(p *parser) notDef { p.invalid(); return nil }),
	}
}

func (p *parser) colon() colon {
	if p.tok.Type == tNewline {
		p.failAt(Span{p.here(), p.here()}, "expected ':'")
	}
	p.expect(tColon)
	return none{}
}

func (p *parser) mustColon() mustColon {
	if p.tok.Type != tColon && p.tok.Type != tError {
		p.failAt(spanOf(p.tok), "expected ':'")
	}
	p.expect(tColon)
	return none{}
}

// indent wants the start of a block, and names the statement that misses it.
func (p *parser) indent() indentLeaf {
	if p.tok.Type == tIndent {
		p.next()
		return none{}
	}
	if p.tok.Type == tError {
		p.invalid()
	}
	line := p.lex.Range(0, p.lex.RawCursor()-1)
	i := len(line)
	for i > 0 && line[i-1].Type != tNewline && line[i-1].Type != tIndent && line[i-1].Type != tDedent {
		i--
	}
	head := &line[i]
	if head.Type == tAsync && i+1 < len(line) {
		head = &line[i+1]
	}
	what := "'" + head.Value + "' statement"
	switch head.Type {
	case tDef:
		what = "function definition"
	case tClass:
		what = "class definition"
	case tExcept:
		if i+1 < len(line) && line[i+1].Type == tStar {
			what = "'except*' statement"
		}
	}
	panic(&parseError{kind: "IndentationError", at: Span{start(p.tok), start(p.tok)}, line: p.tok.Pos.Line, needsBlock: true,
		msg: fmt.Sprintf("expected an indented block after %s on line %d", what, head.Pos.Line)})
}

func (p *parser) lineEnd() lineEnd {
	p.accept(tSemi)
	p.expect(tNewline)
	return none{}
}

// noHandler fails for a try statement without except and finally.
func (p *parser) noHandler() noHandler {
	if p.tok.Type == tError {
		p.invalid()
	}
	panic(&parseError{kind: "SyntaxError", at: spanOf(p.tok), line: p.tok.Pos.Line, needsBlock: true,
		msg: "expected 'except' or 'finally' block"})
}

// exceptType parses what may follow except.
func (p *parser) exceptType() exceptType {
	e := exceptKind{star: p.accept(tStar)}
	if p.tok.Type == tColon || p.tok.Type == tNewline {
		if e.star {
			if p.tok.Type == tNewline {
				p.failAt(spanOf(p.tok), "expected ':'")
			}
			p.failAt(spanOf(p.tok), "expected one or more exception types")
		}
		return e
	}
	at := p.here()
	e.typ = p.expression()
	if p.tok.Type == tComma {
		p.badExcept(at, e.typ)
	}
	return e
}

// badExcept fails for `except A, B:`.
func (p *parser) badExcept(at Pos, first Expr) {
	comma := p.tok
	var last Expr
	if p.try(func() {
		p.next()
		last = p.starExpressions()
		if p.accept(tAs) {
			p.expect(tName)
		}
		p.expect(tColon)
	}) {
		p.failAt(Span{at, last.At().End}, "multiple exception types must be parenthesized")
	}
	p.invalidAt(comma)
}

func (p *parser) decorator() decorator {
	p.next()
	x := p.namedExpression()
	p.expect(tNewline)
	return x
}

// subject parses what a match statement matches.
func (p *parser) subject() subject {
	at := p.here()
	x := p.starNamed()
	if p.tok.Type != tComma {
		if _, ok := x.(*Starred); ok {
			p.invalid()
		}
		return x
	}
	elts := p.elements([]Expr{x}, tColon)
	return &Tuple{p.from(at), elts}
}

func (p *parser) dotted() dotted {
	at := p.here()
	parts := []string{p.name().ID}
	for p.accept(tDot) {
		parts = append(parts, p.name().ID)
	}
	return nameList{p.from(at), strings.Join(parts, ".")}
}

// fromModule parses the dots and the name after from.
func (p *parser) fromModule() fromModule {
	var m moduleName
	for p.tok.Type == tDot || p.tok.Type == tEllipsis {
		m.level += len(p.next().Value)
	}
	if m.level == 0 || p.tok.Type != tImport {
		m.name = p.dotted().dotted().name
	}
	if p.tok.Type != tImport {
		p.invalid()
	}
	return m
}

// fromNames parses the names after from … import.
func (p *parser) fromNames() fromNames {
	if t := p.tok; p.accept(tStar) {
		return aliasList{{Span: spanOf(t), Name: "*"}}
	}
	bracketed := p.accept(tLparen)
	var list aliasList
	for {
		at := p.here()
		a := Alias{Name: p.name().ID}
		if p.accept(tAs) {
			a.As = p.name().ID
		}
		a.Span = p.from(at)
		list = append(list, a)
		if !p.accept(tComma) {
			break
		}
		if p.tok.Type == tNewline && !bracketed {
			p.failAt(Span{p.here(), p.here()}, "trailing comma not allowed without surrounding parentheses")
		}
		if bracketed && p.tok.Type == tRparen {
			break
		}
	}
	if bracketed {
		p.expect(tRparen)
	}
	return list
}

// deleteTargets parses what del deletes.
func (p *parser) deleteTargets() deleteTargets {
	list := exprList{p.starExpression()}
	for p.accept(tComma) && notEnd(p.tok.Type) {
		list = append(list, p.starExpression())
	}
	if notEnd(p.tok.Type) {
		p.invalid()
	}
	for _, x := range list {
		p.checkDelete(x)
	}
	return list
}

func (p *parser) checkDelete(x Expr) {
	var elts []Expr
	switch x := x.(type) {
	case *Name, *Attribute, *Subscript:
		return
	case *Tuple:
		elts = x.Elts
	case *List:
		elts = x.Elts
	default:
		p.failAt(x.At(), "cannot delete %s", describe(x))
	}
	for _, e := range elts {
		p.checkDelete(e)
	}
}

// classArgs parses the bases of a class.
func (p *parser) classArgs() classArgs {
	p.next()
	args := p.arguments(tRparen)
	if p.bareGen != nil {
		p.invalidAt(p.bareFor)
	}
	return argList(args)
}

// withItems parses the items of a with statement, with or without brackets.
func (p *parser) withItems() withItems {
	if p.tok.Type == tLparen && p.bracketsEndLine() {
		var list itemList
		if p.try(func() {
			p.next()
			p.level++
			list = p.itemList(tRparen)
			p.expect(tRparen)
			p.level--
		}) {
			return list
		}
		if p.tried.msg != "invalid syntax" {
			panic(p.tried)
		}
	}
	return p.itemList(tColon)
}

// itemList parses items up to the closing token.
func (p *parser) itemList(closing lexer.TokenType) itemList {
	var list itemList
	for {
		item := WithItem{Ctx: p.expression()}
		if p.accept(tAs) {
			item.Target = p.targetItem()
			if p.tok.Type != tComma && p.tok.Type != closing {
				if p.tok.Type == tNewline {
					return append(list, item) // the colon is missing
				}
				p.invalid()
			}
			p.checkTarget(item.Target, "cannot assign to %s")
		}
		list = append(list, item)
		if !p.accept(tComma) || closing == tRparen && p.tok.Type == tRparen {
			return list
		}
	}
}

// bracketsEndLine says whether the bracket that opens here is closed right before a colon or the line's end.
func (p *parser) bracketsEndLine() bool {
	depth := 0
	for i := p.lex.RawCursor(); ; i++ {
		t := &p.lex.Range(i, i+1)[0]
		switch t.Type {
		case tLparen, tLbrack, tLbrace:
			depth++
		case tRparen, tRbrack, tRbrace:
			if depth--; depth == 0 {
				next := &p.lex.Range(i+1, i+2)[0]
				return next.Type == tColon || next.Type == tNewline
			}
		case tNewline, tError, lexer.EOF:
			return false
		}
	}
}
