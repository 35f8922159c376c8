package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file parses expressions by precedence climbing.

// The precedences of the binary operators.
const (
	precNone = iota
	precOr
	precAnd
	precNot
	precCompare
	precBitOr
	precBitXor
	precBitAnd
	precShift
	precSum
	precTerm
)

// precedences gives the precedence of a token as a binary operator.
var precedences = [tokenTypes]int8{
	tOr: precOr, tAnd: precAnd,
	tNot: precCompare, tIn: precCompare, tIs: precCompare, tLess: precCompare, tLessEq: precCompare, tGreater: precCompare,
	tGreaterEq: precCompare, tEq: precCompare, tNotEq: precCompare,
	tPipe: precBitOr, tCaret: precBitXor, tAmper: precBitAnd, tLshift: precShift, tRshift: precShift,
	tPlus: precSum, tMinus: precSum,
	tStar: precTerm, tSlash: precTerm, tDoubleSlash: precTerm, tPercent: precTerm, tAt: precTerm,
}

func precedence(typ lexer.TokenType) int8 {
	if typ < 0 {
		return precNone
	}
	return precedences[typ]
}

// startsExpr says whether a token can begin an expression.
func startsExpr(typ lexer.TokenType) bool {
	switch typ {
	case tName, tNumber, tString, tLparen, tLbrack, tLbrace, tEllipsis, tPlus, tMinus, tTilde, tNone, tTrue, tFalse, tNot,
		tLambda, tAwait:
		return true
	}
	return false
}

// expression parses a conditional expression or a lambda.
func (p *parser) expression() Expr {
	p.enter()
	defer p.leave()
	if p.tok.Type == tLambda {
		return p.lambda()
	}
	at, first := p.here(), p.tok
	x := p.climb(precOr)
	if p.tok.Type != tIf {
		if startsExpr(p.tok.Type) {
			p.juxtaposed(x, first)
		}
		return x
	}
	p.next()
	test := p.climb(precOr)
	if p.tok.Type != tElse {
		if p.tok.Type != tColon && p.tok.Type != tError {
			p.failAt(p.from(at), "expected 'else' after 'if' expression")
		}
		p.invalid()
	}
	p.next()
	orelse := p.expression()
	return &IfExp{p.from(at), test, x, orelse}
}

// juxtaposed fails if the two expressions that stand side by side show what was meant.
func (p *parser) juxtaposed(x Expr, first *lexer.Token) {
	if p.quiet {
		return
	}
	stranger := p.tok
	name, isName := x.(*Name)
	legacy := isName && (name.ID == "print" || name.ID == "exec")
	if !legacy && first.Type == tName && (isSoftPrefix(first.Value) || isName && stranger.Type == tString) {
		return
	}
	var second Expr
	point, saved := p.lex.MakeCheckpoint(), *p
	if !p.try(func() {
		p.quiet = true
		if legacy {
			second = p.starExpressions()
		} else {
			second = p.expression()
		}
	}) {
		if p.tried.atLexError {
			panic(p.tried)
		}
		e := invalidSyntax(stranger)
		e.line = max(e.line, p.tried.line)
		panic(e)
	}
	if !legacy && p.level == 0 {
		p.lex.LoadCheckpoint(point)
		*p = saved
		return
	}
	both := Span{x.At().Start, second.At().End}
	if legacy {
		p.failAt(both, "Missing parentheses in call to '%s'. Did you mean %s(...)?", name.ID, name.ID)
	}
	p.failAt(both, "invalid syntax. Perhaps you forgot a comma?")
}

// isSoftPrefix says whether CPython takes a name for a soft keyword here: it compares only as many characters as the
// name has.
func isSoftPrefix(name string) bool {
	return name == "_" || strings.HasPrefix("match", name) || strings.HasPrefix("case", name)
}

// climb parses operators of at least the given precedence.
func (p *parser) climb(min int8) Expr {
	p.enter()
	defer p.leave()
	at := p.here()
	var x Expr
	if p.tok.Type == tNot && min <= precNot {
		p.next()
		operand := p.climb(precNot)
		x = &Unary{p.from(at), "not", operand}
	} else {
		x = p.unary()
	}
	for {
		prec := precedence(p.tok.Type)
		if prec == precNone || prec < min {
			return x
		}
		switch prec {
		case precOr, precAnd:
			x = p.boolOp(at, x, prec)
		case precCompare:
			if x = p.comparison(at, x); p.tok.Type == tNot {
				return x
			}
		default:
			op := p.next().Value
			right := p.climb(prec + 1)
			x = &Binary{p.from(at), op, x, right}
		}
	}
}

// boolOp parses the rest of `x and y and z`.
func (p *parser) boolOp(at Pos, x Expr, prec int8) Expr {
	typ := p.tok.Type
	op := p.tok.Value
	xs := []Expr{x}
	for p.accept(typ) {
		xs = append(xs, p.climb(prec+1))
	}
	return &BoolOp{p.from(at), op, xs}
}

// comparison parses the rest of a comparison chain. A not that is no comparison ends it.
func (p *parser) comparison(at Pos, x Expr) Expr {
	c := &Compare{First: x}
	for precedence(p.tok.Type) == precCompare {
		op := p.tok.Value
		switch p.tok.Type {
		case tNot:
			if p.after() != tIn {
				if p.level == 0 {
					p.next()
					p.invalid()
				}
				return p.endComparison(at, x, c)
			}
			p.next()
			op = "not in"
		case tIs:
			if p.after() == tNot {
				p.next()
				op = "is not"
			}
		}
		p.next()
		right := p.climb(precBitOr)
		c.Ops, c.Rest = append(c.Ops, op), append(c.Rest, right)
	}
	return p.endComparison(at, x, c)
}

func (p *parser) endComparison(at Pos, x Expr, c *Compare) Expr {
	if len(c.Ops) == 0 {
		return x
	}
	c.Span = p.from(at)
	return c
}

// unary parses -x, +x, ~x and what binds tighter.
func (p *parser) unary() Expr {
	switch p.tok.Type {
	case tMinus, tPlus, tTilde:
	default:
		return p.power()
	}
	p.enter()
	defer p.leave()
	at := p.here()
	op := p.next().Value
	x := p.unary()
	return &Unary{p.from(at), op, x}
}

// power parses [await] primary [** factor].
func (p *parser) power() Expr {
	at := p.here()
	var x Expr
	if p.accept(tAwait) {
		operand := p.primary()
		x = &Await{p.from(at), operand}
	} else {
		x = p.primary()
	}
	if !p.accept(tDoubleStar) {
		return x
	}
	p.enter()
	defer p.leave()
	right := p.unary()
	return &Binary{p.from(at), "**", x, right}
}

// primary parses an atom and the calls, subscripts and attributes after it.
func (p *parser) primary() Expr {
	at := p.here()
	x := p.atom()
	for {
		switch p.tok.Type {
		case tDot:
			p.next()
			name := normalizeName(p.expect(tName).Value)
			x = &Attribute{p.from(at), x, name}
		case tLparen:
			p.next()
			args := p.arguments(tRparen)
			x = &Call{p.from(at), x, args}
		case tLbrack:
			p.next()
			p.level++
			index := p.subscript()
			p.level--
			p.expect(tRbrack)
			x = &Subscript{p.from(at), x, index}
		default:
			return x
		}
	}
}

// lambda parses a lambda expression.
func (p *parser) lambda() Expr {
	at := p.here()
	p.next()
	params := p.parameters(tColon)
	if p.tok.Type != tColon {
		p.invalid()
	}
	p.next()
	body := p.expression()
	return &Lambda{Span: p.from(at), Params: *params, Body: body}
}

// namedExpression parses an expression or `name := value`.
func (p *parser) namedExpression() Expr {
	at, first := p.here(), p.tok
	if first.Type == tName && p.after() == tWalrus {
		p.next()
		target := &Name{p.from(at), normalizeName(first.Value)}
		p.next()
		value := p.expression()
		return &NamedExpr{p.from(at), target, value}
	}
	x := p.expression()
	switch p.tok.Type {
	case tWalrus:
		p.badWalrus(x)
	case tAssign:
		p.badEquals(x)
	}
	return x
}

// badWalrus fails for a walrus after something else than a name.
func (p *parser) badWalrus(x Expr) {
	walrus := p.tok
	if !p.try(func() {
		p.next()
		p.expression()
	}) {
		p.invalidAt(walrus)
	}
	p.failAt(x.At(), "cannot use assignment expressions with %s", describe(x))
}

// badEquals fails for a = where only an expression may stand, if what follows shows that a comparison was meant.
func (p *parser) badEquals(x Expr) {
	equals := p.tok
	var value Expr
	fits := p.try(func() {
		p.next()
		value = p.climb(precBitOr)
	}) && p.tok.Type != tAssign && p.tok.Type != tWalrus
	if !fits {
		p.invalidAt(equals)
	}
	if _, ok := x.(*Name); ok {
		p.failAt(Span{x.At().Start, value.At().End}, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
	}
	if !isOperand(x) {
		p.invalidAt(equals)
	}
	p.failAt(x.At(), "cannot assign to %s here. Maybe you meant '==' instead of '='?", describe(x))
}

// starExpression parses an expression or `*x` of a list without brackets.
func (p *parser) starExpression() Expr {
	if p.tok.Type != tStar {
		return p.expression()
	}
	at := p.here()
	p.next()
	x := p.climb(precBitOr)
	return &Starred{p.from(at), x}
}

// starExpressions parses one expression, or a tuple without brackets.
func (p *parser) starExpressions() Expr {
	at := p.here()
	x := p.starExpression()
	if p.tok.Type != tComma {
		return x
	}
	elts := []Expr{x}
	for p.accept(tComma) {
		if !startsExpr(p.tok.Type) && p.tok.Type != tStar {
			break
		}
		elts = append(elts, p.starExpression())
	}
	p.bareTuple = &Tuple{p.from(at), elts}
	return p.bareTuple
}

// starOrYield parses what may stand on the right of an assignment.
func (p *parser) starOrYield() Expr {
	if p.tok.Type == tYield {
		return p.yield()
	}
	return p.starExpressions()
}

// yield parses a yield expression without its brackets.
func (p *parser) yield() Expr {
	at := p.here()
	p.next()
	if p.accept(tFrom) {
		x := p.expression()
		return &YieldFrom{p.from(at), x}
	}
	if !startsExpr(p.tok.Type) && p.tok.Type != tStar {
		return &Yield{Span: p.from(at)}
	}
	x := p.starExpressions()
	return &Yield{p.from(at), x}
}
