package lang

import "github.com/alecthomas/participle/v2/lexer"

// This file parses atoms: names, literals, displays and comprehensions.

func (p *parser) atom() Expr {
	t := p.tok
	switch t.Type {
	case tName:
		p.next()
		return &Name{spanOf(t), normalizeName(t.Value)}
	case tNumber:
		p.next()
		return p.numberNode(t)
	case tString:
		return p.strings()
	case tNone, tTrue, tFalse, tEllipsis:
		p.next()
		return &Const{spanOf(t), t.Value}
	case tLparen:
		return p.paren()
	case tLbrack:
		return p.list()
	case tLbrace:
		return p.brace()
	}
	p.invalid()
	return nil
}

// name parses an identifier.
func (p *parser) name() *Name {
	t := p.expect(tName)
	return &Name{spanOf(t), normalizeName(t.Value)}
}

// paren parses a group, a tuple, a generator expression or a yield expression.
func (p *parser) paren() Expr {
	at := p.here()
	p.next()
	p.level++
	x := p.parenBody(at, tRparen)
	p.level--
	return x
}

// parenBody parses what stands between ( and the closing token, and that token, too.
func (p *parser) parenBody(at Pos, closing lexer.TokenType) Expr {
	if p.accept(closing) {
		return &Tuple{Span: p.from(at)}
	}
	if p.tok.Type == tYield {
		x := p.yield()
		p.expect(closing)
		return x
	}
	if stars := p.tok; stars.Type == tDoubleStar && p.try(func() {
		p.next()
		p.expression()
		p.expect(closing)
	}) {
		p.failAt(spanOf(stars), "cannot use double starred expression here")
	}
	x := p.starNamed()
	switch p.tok.Type {
	case tFor, tAsync:
		p.noStarred(x)
		c := &Comp{Kind: "gen", Elt: x, Clauses: p.clauses()}
		p.expect(closing)
		c.Span = p.from(at)
		return c
	case tComma:
		elts := p.elements([]Expr{x}, closing)
		p.expect(closing)
		return &Tuple{p.from(at), elts}
	}
	if s, ok := x.(*Starred); ok && p.tok.Type == closing {
		p.failAt(s.Span, "cannot use starred expression here")
	}
	p.expect(closing)
	return x
}

// starNamed parses an element of a display.
func (p *parser) starNamed() Expr {
	if p.tok.Type == tStar {
		return p.starExpression()
	}
	return p.namedExpression()
}

// elements parses the rest of a display's elements, from a comma on.
func (p *parser) elements(elts []Expr, closing lexer.TokenType) []Expr {
	for p.accept(tComma) {
		if p.tok.Type == closing {
			break
		}
		elts = append(elts, p.starNamed())
	}
	return elts
}

func (p *parser) noStarred(x Expr) {
	if s, ok := x.(*Starred); ok {
		p.failAt(s.Span, "iterable unpacking cannot be used in comprehension")
	}
}

// noBareTarget fails for `[x, y for …]`.
func (p *parser) noBareTarget(elts []Expr) {
	if p.tok.Type == tFor || p.tok.Type == tAsync {
		at := Span{elts[0].At().Start, elts[len(elts)-1].At().End}
		if p.prev.Type == tComma {
			at.End = end(p.prev)
		}
		p.failAt(at, "did you forget parentheses around the comprehension target?")
	}
}

// list parses a list display or comprehension.
func (p *parser) list() Expr {
	at := p.here()
	p.next()
	if p.accept(tRbrack) {
		return &List{Span: p.from(at)}
	}
	p.level++
	x := p.starNamed()
	if p.tok.Type == tFor || p.tok.Type == tAsync {
		p.noStarred(x)
		c := &Comp{Kind: "list", Elt: x, Clauses: p.clauses()}
		p.level--
		p.expect(tRbrack)
		c.Span = p.from(at)
		return c
	}
	elts := p.elements([]Expr{x}, tRbrack)
	p.level--
	p.noBareTarget(elts)
	p.expect(tRbrack)
	return &List{p.from(at), elts}
}

// brace parses a dict or set display or comprehension.
func (p *parser) brace() Expr {
	at := p.here()
	p.next()
	if p.accept(tRbrace) {
		return &Dict{Span: p.from(at)}
	}
	p.level++
	defer func() { p.level-- }()
	if p.tok.Type == tDoubleStar {
		return p.dict(at, nil)
	}
	first := p.tok
	x := p.starNamed()
	if p.tok.Type == tColon {
		if _, ok := x.(*Starred); !ok {
			if _, ok := x.(*NamedExpr); ok && first.Type == tName {
				p.invalid()
			}
			return p.dict(at, x)
		}
	}
	if p.tok.Type == tFor || p.tok.Type == tAsync {
		p.noStarred(x)
		c := &Comp{Kind: "set", Elt: x, Clauses: p.clauses()}
		p.expect(tRbrace)
		c.Span = p.from(at)
		return c
	}
	elts := p.elements([]Expr{x}, tRbrace)
	p.noBareTarget(elts)
	p.expect(tRbrace)
	return &Set{p.from(at), elts}
}

// dict parses a dict display or comprehension from its first key's colon on, or from its ** if key is nil.
func (p *parser) dict(at Pos, key Expr) Expr {
	d := &Dict{}
	for first := true; ; first = false {
		stars := p.tok
		var value Expr
		switch {
		case key == nil && p.tok.Type == tDoubleStar:
			p.next()
			value = p.climb(precBitOr)
		default:
			if key == nil {
				quiet := p.quiet
				p.quiet = true
				key = p.expression()
				p.quiet = quiet
				if p.tok.Type != tColon {
					keyAt := Pos{key.At().Start.Line, key.At().End.Col - 1}
					p.failAt(Span{keyAt, keyAt}, "':' expected after dictionary key")
				}
			}
			value = p.dictValue()
		}
		if p.tok.Type == tFor || p.tok.Type == tAsync {
			if key == nil {
				if first {
					p.failAt(spanOf(stars), "dict unpacking cannot be used in dict comprehension")
				}
				p.invalid()
			}
			if first {
				c := &Comp{Kind: "dict", Elt: key, Value: value, Clauses: p.clauses()}
				p.expect(tRbrace)
				c.Span = p.from(at)
				return c
			}
		}
		d.Keys, d.Values = append(d.Keys, key), append(d.Values, value)
		key = nil
		if !p.accept(tComma) || p.tok.Type == tRbrace {
			break
		}
	}
	p.expect(tRbrace)
	d.Span = p.from(at)
	return d
}

// dictValue parses `: value` of a dict item.
func (p *parser) dictValue() Expr {
	colon := p.next()
	switch p.tok.Type {
	case tRbrace, tComma:
		p.failAt(spanOf(colon), "expression expected after dictionary key and ':'")
	case tStar:
		star := p.next()
		if !p.try(func() { p.climb(precBitOr) }) {
			p.invalidAt(star)
		}
		p.failAt(p.from(start(star)), "cannot use a starred expression in a dictionary value")
	}
	return p.expression()
}

// clauses parses the for and if clauses of a comprehension.
func (p *parser) clauses() []CompFor {
	var list []CompFor
	for {
		var c CompFor
		if p.tok.Type == tAsync && p.after() == tFor {
			p.next()
			c.Async = true
		}
		if !p.accept(tFor) {
			return list
		}
		c.Target = p.forTarget()
		p.expect(tIn)
		c.Iter = p.climb(precOr)
		for p.accept(tIf) {
			c.Ifs = append(c.Ifs, p.climb(precOr))
		}
		list = append(list, c)
	}
}

// forTarget parses the targets of a for loop or clause, up to the in.
func (p *parser) forTarget() Expr {
	at := p.here()
	point, saved := p.lex.MakeCheckpoint(), *p
	x := p.targetItem()
	if p.tok.Type == tComma {
		elts := []Expr{x}
		for p.accept(tComma) {
			if !startsExpr(p.tok.Type) && p.tok.Type != tStar {
				break
			}
			elts = append(elts, p.targetItem())
		}
		x = &Tuple{p.from(at), elts}
	}
	if p.tok.Type != tIn {
		stranger := p.tok
		p.lex.LoadCheckpoint(point)
		*p = saved
		p.checkTarget(p.starExpressions(), "cannot assign to %s")
		p.invalidAt(stranger)
	}
	p.checkTarget(x, "cannot assign to %s")
	return x
}

// targetItem parses one target; its operators end before an in.
func (p *parser) targetItem() Expr {
	at := p.here()
	if p.accept(tStar) {
		x := p.climb(precBitOr)
		return &Starred{p.from(at), x}
	}
	return p.climb(precBitOr)
}
