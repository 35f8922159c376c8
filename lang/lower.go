package lang

import "github.com/alecthomas/participle/v2/lexer"

// This file turns what participle makes of the statement grammar into the syntax tree.

// spanTokens is the span of the tokens of a statement, without the layout tokens at its end.
func spanTokens(tokens []lexer.Token) Span {
	last := len(tokens) - 1
	for last > 0 {
		if typ := tokens[last].Type; typ != tNewline && typ != tDedent {
			break
		}
		last--
	}
	return Span{start(&tokens[0]), end(&tokens[last])}
}

func lowerAll(list []gStmt) []Stmt {
	out := make([]Stmt, 0, len(list))
	for _, s := range list {
		out = s.lower(out)
	}
	return out
}

func (g gLine) lower(out []Stmt) []Stmt {
	out = append(out, g.First.simple())
	for _, s := range g.Rest {
		out = append(out, s.simple())
	}
	return out
}

func (g gBlock) stmts() []Stmt {
	if g.Line != nil {
		return g.Line.lower(nil)
	}
	return lowerAll(g.Body)
}

func (g *gElse) stmts() []Stmt {
	if g == nil {
		return nil
	}
	return g.Body.stmts()
}

func (g *gFinally) stmts() []Stmt {
	if g == nil {
		return nil
	}
	return g.Body.stmts()
}

// exprOrNil drops the leaf's type, so that an absent expression is a plain nil.
func exprOrNil(x Expr) Expr {
	if x == nil {
		return nil
	}
	return x
}

func identName(x ident) string {
	if x == nil {
		return ""
	}
	return x.(*Name).ID
}

func (g gExpr) simple() Stmt { return g.X }

func (g gFlow) simple() Stmt {
	at := spanTokens(g.Tokens)
	switch g.Kind {
	case "pass":
		return &Pass{at}
	case "break":
		return &Break{at}
	}
	return &Continue{at}
}

func (g gReturn) simple() Stmt { return &Return{spanTokens(g.Tokens), exprOrNil(g.Value)} }

func (g gRaise) simple() Stmt {
	return &Raise{spanTokens(g.Tokens), exprOrNil(g.Exc), exprOrNil(g.Cause)}
}

func (g gAssert) simple() Stmt {
	return &Assert{spanTokens(g.Tokens), exprOrNil(g.Test), exprOrNil(g.Msg)}
}

func (g gDelete) simple() Stmt { return &Delete{spanTokens(g.Tokens), g.Targets.targets()} }

func (g gScope) simple() Stmt {
	names := []string{identName(g.First)}
	for _, x := range g.Rest {
		names = append(names, identName(x))
	}
	if g.Kind == "global" {
		return &Global{spanTokens(g.Tokens), names}
	}
	return &Nonlocal{spanTokens(g.Tokens), names}
}

func (g gImport) simple() Stmt {
	s := &Import{Span: spanTokens(g.Tokens), Names: []Alias{g.First.alias()}}
	for _, a := range g.Rest {
		s.Names = append(s.Names, a.alias())
	}
	return s
}

func (g gAlias) alias() Alias {
	n := g.Name.dotted()
	a := Alias{n.at, n.name, identName(g.As)}
	if g.As != nil {
		a.End = g.As.At().End
	}
	return a
}

func (g gFrom) simple() Stmt {
	level, name := g.Module.module()
	return &ImportFrom{spanTokens(g.Tokens), name, level, g.Names.aliases()}
}

func (g gIf) lower(out []Stmt) []Stmt {
	at := spanTokens(g.Tokens)
	orelse := g.Else.stmts()
	for i := len(g.Elifs) - 1; i >= 0; i-- {
		e := g.Elifs[i]
		span := Span{start(&e.Tokens[0]), at.End}
		orelse = []Stmt{&If{span, exprOrNil(e.Test), e.Body.stmts(), orelse}}
	}
	return append(out, &If{at, exprOrNil(g.Test), g.Body.stmts(), orelse})
}

func (g gWhile) lower(out []Stmt) []Stmt {
	return append(out, &While{spanTokens(g.Tokens), exprOrNil(g.Test), g.Body.stmts(), g.Else.stmts()})
}

func (g gFor) stmt() *For {
	return &For{Span: spanTokens(g.Tokens), Target: exprOrNil(g.Target), Iter: exprOrNil(g.Iter),
		Body: g.Body.stmts(), Else: g.Else.stmts()}
}

func (g gFor) lower(out []Stmt) []Stmt { return append(out, g.stmt()) }

func (g gTry) lower(out []Stmt) []Stmt {
	s := &Try{Span: spanTokens(g.Tokens), Body: g.Body.stmts(), Else: g.Else.stmts(), Finally: g.Finally.stmts()}
	if g.Only != nil {
		s.Finally = g.Only.stmts()
	}
	for i, h := range g.Handlers {
		kind := h.Type.(exceptKind)
		at := spanTokens(h.Tokens)
		if i == 0 {
			s.Star = kind.star
		} else if kind.star != s.Star {
			at.End = end(&h.Tokens[0])
			if kind.star {
				at.End = end(&h.Tokens[1])
			}
			panic(&parseError{kind: "SyntaxError", msg: "cannot have both 'except' and 'except*' on the same 'try'", at: at,
				line: at.End.Line})
		}
		s.Handlers = append(s.Handlers, &Handler{at, kind.typ, identName(h.As), h.Body.stmts()})
	}
	return append(out, s)
}

func (g gWith) stmt() *With {
	return &With{Span: spanTokens(g.Tokens), Items: g.Items.items(), Body: g.Body.stmts()}
}

func (g gWith) lower(out []Stmt) []Stmt { return append(out, g.stmt()) }

func (g gDef) stmt() *FuncDef {
	return &FuncDef{Span: spanTokens(g.Tokens), Name: identName(g.Name), Params: *g.Params.params(),
		Returns: exprOrNil(g.Returns), Body: g.Body.stmts()}
}

func (g gDef) lower(out []Stmt) []Stmt { return append(out, g.stmt()) }

func (g gClass) stmt() *ClassDef {
	c := &ClassDef{Span: spanTokens(g.Tokens), Name: identName(g.Name), Body: g.Body.stmts()}
	if g.Args != nil {
		c.Args = g.Args.args()
	}
	return c
}

func (g gClass) lower(out []Stmt) []Stmt { return append(out, g.stmt()) }

func (g gAsync) lower(out []Stmt) []Stmt {
	at := start(&g.Tokens[0])
	switch {
	case g.Def != nil:
		return append(out, asyncDef(g.Def, at))
	case g.For != nil:
		s := g.For.stmt()
		s.Async, s.Start = true, at
		return append(out, s)
	}
	s := g.With.stmt()
	s.Async, s.Start = true, at
	return append(out, s)
}

func asyncDef(g *gDef, at Pos) *FuncDef {
	f := g.stmt()
	f.Async, f.Start = true, at
	return f
}

func (g gDecorated) lower(out []Stmt) []Stmt {
	var list []Expr
	for _, d := range g.Decorators {
		list = append(list, exprOrNil(d))
	}
	if g.Class != nil {
		c := g.Class.stmt()
		c.Decorators = list
		return append(out, c)
	}
	var f *FuncDef
	if g.Async != nil {
		f = asyncDef(g.Async.Def, start(&g.Async.Tokens[0]))
	} else {
		f = g.Def.stmt()
	}
	f.Decorators = list
	return append(out, f)
}

func (g gMatch) lower(out []Stmt) []Stmt {
	m := &Match{Span: spanTokens(g.Tokens), Subject: exprOrNil(g.Subject)}
	for _, c := range g.Cases {
		m.Cases = append(m.Cases, &Case{spanTokens(c.Tokens), c.Pattern, exprOrNil(c.Guard), c.Body.stmts()})
	}
	return append(out, m)
}
