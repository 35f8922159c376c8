package lang

import "github.com/alecthomas/participle/v2/lexer"

// This file parses call arguments, subscripts and parameter lists.

// arguments parses call arguments from after the opening bracket up to and with the closing one.
func (p *parser) arguments(closing lexer.TokenType) []Arg {
	open := start(p.prev)
	p.level++
	p.bareGen = nil
	var args []Arg
	keywords, doubleStars := false, false
	for p.tok.Type != closing {
		a := p.argument(closing, len(args) == 0)
		switch {
		case a.Name != "":
			keywords = true
		case a.Star == "**":
			doubleStars = true
		case a.Star == "*" && doubleStars:
			star := Span{a.Start, Pos{a.Start.Line, a.Start.Col + 1}}
			p.failAt(star, "iterable argument unpacking follows keyword argument unpacking")
		case a.Star == "" && (keywords || doubleStars):
			p.misplaced(a, closing, doubleStars)
		}
		args = append(args, a)
		if !p.accept(tComma) {
			break
		}
	}
	p.level--
	p.expect(closing)
	if len(args) == 1 && p.bareGen != nil && args[0].Value == Expr(p.bareGen) {
		p.bareGen.Span = p.from(open) // as in CPython, it takes the call's brackets as its own
		return args
	}
	p.bareGen = nil
	return args
}

// misplaced fails for a positional argument after a keyword. The place is after the arguments, as in CPython.
func (p *parser) misplaced(a Arg, closing lexer.TokenType, doubleStars bool) {
	p.try(func() {
		for p.accept(tComma) && p.tok.Type != closing {
			b := p.argument(closing, false)
			doubleStars = doubleStars || b.Star == "**"
		}
	})
	at := spanOf(p.tok)
	if doubleStars {
		p.failAt(at, "positional argument follows keyword argument unpacking")
	}
	p.failAt(at, "positional argument follows keyword argument")
}

// argument parses one argument. A generator expression without brackets must be the only one.
func (p *parser) argument(closing lexer.TokenType, first bool) Arg {
	at := p.here()
	switch p.tok.Type {
	case tStar:
		p.next()
		x := p.expression()
		return Arg{Span: p.from(at), Star: "*", Value: x}
	case tDoubleStar:
		p.next()
		x := p.expression()
		return Arg{Span: p.from(at), Star: "**", Value: x}
	case tName, tTrue, tFalse, tNone:
		if p.after() == tAssign {
			return p.keyword(at)
		}
	}
	x := p.argumentValue()
	if p.tok.Type != tFor && p.tok.Type != tAsync {
		return Arg{Span: p.from(at), Value: x}
	}
	loop := p.tok
	c := &Comp{Kind: "gen", Elt: x, Clauses: p.clauses()}
	c.Span = p.from(at)
	if !first || p.tok.Type != closing {
		if p.tok.Type == closing || p.tok.Type == tComma {
			p.failAt(c.Span, "Generator expression must be parenthesized")
		}
		p.invalid()
	}
	p.bareGen, p.bareFor = c, loop
	return Arg{Span: c.Span, Value: c}
}

// argumentValue parses a positional argument.
func (p *parser) argumentValue() Expr {
	first := p.tok
	if first.Type == tName && p.after() == tWalrus {
		return p.namedExpression()
	}
	x := p.expression()
	switch p.tok.Type {
	case tAssign:
		p.failAt(Span{x.At().Start, end(p.tok)}, `expression cannot contain assignment, perhaps you meant "=="?`)
	}
	return x
}

// keyword parses `name=value`.
func (p *parser) keyword(at Pos) Arg {
	name := p.next()
	equals := p.next()
	if name.Type != tName {
		p.failAt(Span{at, end(equals)}, "cannot assign to %s", name.Value)
	}
	value := p.expression()
	if p.tok.Type == tFor || p.tok.Type == tAsync {
		p.failAt(Span{at, end(equals)}, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
	}
	return Arg{Span: p.from(at), Name: normalizeName(name.Value), Value: value}
}

// subscript parses what stands between [ and ].
func (p *parser) subscript() Expr {
	at := p.here()
	x := p.slice()
	if p.tok.Type != tComma {
		if s, ok := x.(*Starred); ok {
			return &Tuple{s.Span, []Expr{s}}
		}
		return x
	}
	elts := []Expr{x}
	for p.accept(tComma) {
		if p.tok.Type == tRbrack {
			break
		}
		elts = append(elts, p.slice())
	}
	return &Tuple{p.from(at), elts}
}

// slice parses one item of a subscript.
func (p *parser) slice() Expr {
	at := p.here()
	s := &Slice{}
	if p.tok.Type != tColon {
		first := p.tok
		x := p.starNamed()
		if p.tok.Type != tColon {
			return x
		}
		if _, named := x.(*NamedExpr); first.Type == tStar || named && first.Type == tName {
			p.invalid()
		}
		s.Lo = x
	}
	p.next()
	if startsExpr(p.tok.Type) {
		s.Hi = p.expression()
	}
	if p.accept(tColon) && startsExpr(p.tok.Type) {
		s.Step = p.expression()
	}
	s.Span = p.from(at)
	return s
}
