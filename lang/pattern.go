package lang

import "github.com/alecthomas/participle/v2/lexer"

// This file defines and parses the patterns of case blocks.

type (
	// MatchValue is a pattern that compares: a literal or a dotted name.
	MatchValue struct {
		Span
		X Expr
	}
	// MatchSingleton is None, True or False.
	MatchSingleton struct {
		Span
		Kind string
	}
	// MatchSequence is `[a, b]`, `(a, b)` or `a, b`.
	MatchSequence struct {
		Span
		Patterns []Pattern
	}
	// MatchStar is `*name` in a sequence; Name is "" for `*_`.
	MatchStar struct {
		Span
		Name string
	}
	// MatchMapping is `{key: pattern, **rest}`; Rest is "" when absent.
	MatchMapping struct {
		Span
		Keys     []Expr
		Patterns []Pattern
		Rest     string
	}
	// MatchClass is `Cls(p, attr=p)`.
	MatchClass struct {
		Span
		Class    Expr
		Patterns []Pattern
		Names    []string
		Keywords []Pattern
	}
	// MatchAs is `pattern as name`, a capture (Pattern nil), or the wildcard (both empty).
	MatchAs struct {
		Span
		Pattern Pattern
		Name    string
	}
	// MatchOr is `a | b`.
	MatchOr struct {
		Span
		Patterns []Pattern
	}
)

func (*MatchValue) pattern()     {}
func (*MatchSingleton) pattern() {}
func (*MatchSequence) pattern()  {}
func (*MatchStar) pattern()      {}
func (*MatchMapping) pattern()   {}
func (*MatchClass) pattern()     {}
func (*MatchAs) pattern()        {}
func (*MatchOr) pattern()        {}

// patterns parses what follows case: one pattern, or a sequence without brackets.
func (p *parser) patterns() Pattern {
	at := p.here()
	x := p.starPattern()
	if p.tok.Type != tComma {
		if s, ok := x.(*MatchStar); ok {
			return &MatchSequence{s.Span, []Pattern{s}}
		}
		return x
	}
	list := []Pattern{x}
	for p.accept(tComma) {
		if p.tok.Type == tColon || p.tok.Type == tIf {
			break
		}
		list = append(list, p.starPattern())
	}
	return &MatchSequence{p.from(at), list}
}

func (p *parser) starPattern() Pattern {
	at := p.here()
	if !p.accept(tStar) {
		return p.asPattern()
	}
	name := p.name().ID
	if name == "_" {
		name = ""
	}
	return &MatchStar{p.from(at), name}
}

// asPattern parses `or_pattern [as name]`.
func (p *parser) asPattern() Pattern {
	p.enter()
	defer p.leave()
	at := p.here()
	x := p.closedPattern()
	if p.tok.Type == tPipe {
		list := []Pattern{x}
		for p.accept(tPipe) {
			list = append(list, p.closedPattern())
		}
		x = &MatchOr{p.from(at), list}
	}
	if !p.accept(tAs) {
		return x
	}
	if p.tok.Type != tName || p.after() == tDot || p.after() == tLparen {
		target := p.primary()
		p.failAt(target.At(), "invalid pattern target")
	}
	name := p.name()
	if name.ID == "_" {
		p.failAt(name.Span, "cannot use '_' as a target")
	}
	return &MatchAs{p.from(at), x, name.ID}
}

func (p *parser) closedPattern() Pattern {
	at := p.here()
	switch p.tok.Type {
	case tNone, tTrue, tFalse:
		kind := p.next().Value
		return &MatchSingleton{p.from(at), kind}
	case tNumber, tMinus:
		x := p.patternNumber()
		return &MatchValue{p.from(at), x}
	case tString:
		x := p.strings()
		if _, ok := x.(*FString); ok {
			p.failAt(x.At(), "patterns may only match literals and attribute lookups")
		}
		return &MatchValue{p.from(at), x}
	case tLparen:
		return p.groupPattern()
	case tLbrack:
		p.next()
		p.level++
		list := p.patternList(nil, tRbrack)
		p.level--
		p.expect(tRbrack)
		return &MatchSequence{p.from(at), list}
	case tLbrace:
		return p.mappingPattern()
	case tName:
		return p.namePattern()
	}
	p.invalid()
	return nil
}

// patternNumber parses [-]number and [-]real ± imaginary.
func (p *parser) patternNumber() Expr {
	at := p.here()
	x := p.signedNumber()
	if p.tok.Type != tPlus && p.tok.Type != tMinus {
		return x
	}
	op := p.next().Value
	imag := p.numberNode(p.expect(tNumber))
	if _, ok := imag.(*NumImag); !ok {
		p.failAt(imag.At(), "imaginary number required in complex literal")
	}
	return &Binary{p.from(at), op, x, imag}
}

func (p *parser) signedNumber() Expr {
	at := p.here()
	if p.accept(tMinus) {
		x := p.numberNode(p.expect(tNumber))
		return &Unary{p.from(at), "-", x}
	}
	return p.numberNode(p.expect(tNumber))
}

// groupPattern parses `(p)` or `(p, q)`.
func (p *parser) groupPattern() Pattern {
	at := p.here()
	p.next()
	p.level++
	if p.accept(tRparen) {
		p.level--
		return &MatchSequence{Span: p.from(at)}
	}
	x := p.starPattern()
	_, star := x.(*MatchStar)
	if p.tok.Type != tComma && !star {
		p.level--
		p.expect(tRparen)
		return x
	}
	list := []Pattern{x}
	if p.accept(tComma) {
		list = p.patternList(list, tRparen)
	} else {
		p.invalid()
	}
	p.level--
	p.expect(tRparen)
	return &MatchSequence{p.from(at), list}
}

func (p *parser) patternList(list []Pattern, closing lexer.TokenType) []Pattern {
	for p.tok.Type != closing {
		list = append(list, p.starPattern())
		if !p.accept(tComma) {
			break
		}
	}
	return list
}

func (p *parser) mappingPattern() Pattern {
	at := p.here()
	p.next()
	p.level++
	m := &MatchMapping{}
	for p.tok.Type != tRbrace {
		if p.accept(tDoubleStar) {
			m.Rest = p.name().ID
			p.accept(tComma)
			break
		}
		m.Keys = append(m.Keys, p.patternKey())
		p.expect(tColon)
		m.Patterns = append(m.Patterns, p.asPattern())
		if !p.accept(tComma) {
			break
		}
	}
	p.level--
	p.expect(tRbrace)
	m.Span = p.from(at)
	return m
}

func (p *parser) patternKey() Expr {
	switch t := p.tok; t.Type {
	case tNumber, tMinus:
		return p.patternNumber()
	case tString:
		return p.strings()
	case tNone, tTrue, tFalse:
		p.next()
		return &Const{spanOf(t), t.Value}
	}
	x := p.dottedName()
	if _, ok := x.(*Attribute); !ok {
		p.invalid()
	}
	return x
}

func (p *parser) dottedName() Expr {
	at := p.here()
	var x Expr = p.name()
	for p.accept(tDot) {
		name := p.name().ID
		x = &Attribute{p.from(at), x, name}
	}
	return x
}

// namePattern parses a capture, the wildcard, a value or a class pattern.
func (p *parser) namePattern() Pattern {
	at := p.here()
	x := p.dottedName()
	if p.tok.Type == tLparen {
		return p.classPattern(at, x)
	}
	name, ok := x.(*Name)
	switch {
	case !ok:
		return &MatchValue{p.from(at), x}
	case name.ID == "_":
		return &MatchAs{Span: name.Span}
	}
	return &MatchAs{name.Span, nil, name.ID}
}

func (p *parser) classPattern(at Pos, class Expr) Pattern {
	p.next()
	p.level++
	m := &MatchClass{Class: class}
	for p.tok.Type != tRparen {
		if p.tok.Type == tName && p.after() == tAssign {
			m.Names = append(m.Names, p.name().ID)
			p.next()
			m.Keywords = append(m.Keywords, p.asPattern())
		} else {
			x := p.asPattern()
			if len(m.Names) > 0 {
				p.failAt(x.At(), "positional patterns follow keyword patterns")
			}
			m.Patterns = append(m.Patterns, x)
		}
		if !p.accept(tComma) {
			break
		}
	}
	p.level--
	p.expect(tRparen)
	m.Span = p.from(at)
	return m
}
