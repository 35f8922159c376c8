package lang

import "github.com/alecthomas/participle/v2/lexer"

// This file parses parameter lists.

// paramParser is the state of one parameter list.
type paramParser struct {
	*parser
	closing           lexer.TokenType // tRparen for a def, tColon for a lambda
	out               Params
	slash, star, done bool // what has been seen; done: **kwargs
	defaults          bool
}

// parameters parses a parameter list up to, but without, the closing token.
func (p *parser) parameters(closing lexer.TokenType) *Params {
	q := &paramParser{parser: p, closing: closing}
	for p.tok.Type != closing {
		q.item()
		if p.tok.Type == closing {
			break
		}
		p.expect(tComma)
	}
	return &q.out
}

// item parses one parameter, or / or *.
func (q *paramParser) item() {
	if q.done {
		switch q.tok.Type {
		case tName, tStar, tDoubleStar, tSlash:
			q.failAt(spanOf(q.tok), "arguments cannot follow var-keyword argument")
		}
		q.invalid()
	}
	switch q.tok.Type {
	case tSlash:
		q.slashItem()
	case tStar:
		q.starItem()
	case tDoubleStar:
		q.next()
		q.out.DoubleStar = q.param(false)
		if q.tok.Type == tAssign {
			q.failAt(spanOf(q.tok), "var-keyword argument cannot have default value")
		}
		q.done = true
	case tLparen:
		q.parenthesized()
	default:
		q.plain()
	}
}

func (q *paramParser) slashItem() {
	at := spanOf(q.tok)
	switch {
	case q.star:
		q.failAt(at, "/ must be ahead of *")
	case q.slash:
		q.failAt(at, "/ may appear only once")
	case len(q.out.Args) == 0:
		if q.after() != tComma {
			q.invalid() // 3.11 has a message only for this:
		}
		q.failAt(at, "at least one argument must precede /")
	}
	q.next()
	q.slash = true
	q.out.PosOnly, q.out.Args = q.out.Args, nil
}

func (q *paramParser) starItem() {
	at := spanOf(q.tok)
	if q.star {
		if q.after() == q.closing {
			q.invalid() // 3.11 has a message only before a name or a comma
		}
		q.failAt(at, "* argument may appear only once")
	}
	q.next()
	q.star = true
	if q.tok.Type == tName {
		q.out.Star = q.param(true)
		if q.tok.Type == tAssign {
			q.failAt(spanOf(q.tok), "var-positional argument cannot have default value")
		}
		return
	}
	if q.closing == tColon {
		at = spanOf(q.tok)
	}
	if q.tok.Type == q.closing || q.tok.Type == tComma && (q.after() == q.closing || q.after() == tDoubleStar) {
		q.failAt(at, "named arguments must follow bare *")
	}
	if q.tok.Type != tComma {
		q.invalid()
	}
}

// plain parses a parameter with its default.
func (q *paramParser) plain() {
	param := q.param(false)
	if q.accept(tAssign) {
		if q.tok.Type == q.closing || q.tok.Type == tComma {
			q.failAt(spanOf(q.prev), "expected default value expression")
		}
		param.Default = q.expression()
		param.End = end(q.prev)
	}
	if q.star {
		q.out.KwOnly = append(q.out.KwOnly, *param)
		return
	}
	if param.Default != nil {
		q.defaults = true
	} else if q.defaults {
		q.failAt(param.Span, "non-default argument follows default argument")
	}
	q.out.Args = append(q.out.Args, *param)
}

// param parses a name and its annotation. Only that of *args may be starred.
func (q *paramParser) param(starred bool) *Param {
	at := q.here()
	param := &Param{Name: q.parser.name().ID}
	if q.closing == tRparen && q.accept(tColon) {
		if starred && q.tok.Type == tStar {
			param.Annotation = q.starExpression()
		} else {
			param.Annotation = q.expression()
		}
	}
	param.Span = q.from(at)
	return param
}

// parenthesized fails for `(a, b)` as a parameter.
func (q *paramParser) parenthesized() {
	at, open := q.here(), q.tok
	if q.try(func() {
		q.next()
		q.expect(tName)
		for q.accept(tComma) && q.tok.Type != tRparen {
			q.expect(tName)
		}
		q.expect(tRparen)
	}) {
		what := "Function"
		if q.closing == tColon {
			what = "Lambda expression"
		}
		q.failAt(q.from(at), "%s parameters cannot be parenthesized", what)
	}
	q.invalidAt(open)
}

// inBrackets parses the parameter list of a def, brackets included.
func (p *parser) inBrackets() *Params {
	if p.tok.Type != tLparen {
		if p.tok.Type == tError {
			p.invalid()
		}
		p.failAt(spanOf(p.tok), "expected '('")
	}
	p.next()
	p.level++
	params := p.parameters(tRparen)
	p.level--
	p.expect(tRparen)
	return params
}
