package lang

import "strings"

// This file walks the statements for resolve.

// enter guards the recursion over the tree.
func (r *resolver) enter(at Span) {
	if r.depth++; r.depth > maxDepth {
		r.fail(at, "code is too complex: nested too deeply")
	}
}

func (r *resolver) stmts(list []Stmt) {
	for _, s := range list {
		r.stmt(s)
	}
}

func (r *resolver) stmt(s Stmt) {
	r.enter(s.At())
	switch s := s.(type) {
	case *ExprStmt:
		r.expr(s.X)
	case *Assign:
		for _, t := range s.Targets {
			r.target(t)
		}
		r.expr(s.Value)
	case *AugAssign:
		if a, ok := s.Target.(*Attribute); ok {
			r.expr(a) // 3.11 lets x.__debug__ += 1 pass
		} else {
			r.target(s.Target)
		}
		r.expr(s.Value)
	case *AnnAssign:
		r.annAssign(s)
	case *Delete:
		r.deleting = true
		for _, t := range s.Targets {
			r.target(t)
		}
		r.deleting = false
	case *Return:
		r.returnStmt(s)
	case *Raise:
		r.expr(s.Exc)
		r.expr(s.Cause)
	case *Assert:
		r.expr(s.Test)
		r.expr(s.Msg)
	case *Break:
		if r.cur.loops == 0 {
			r.failLate(s.Span, "'break' outside loop")
		}
	case *Continue:
		if r.cur.loops == 0 {
			r.failLate(s.Span, "'continue' not properly in loop")
		}
	case *Global:
		r.declare(s.Names, s.Span, symGlobal, "global")
	case *Nonlocal:
		r.declare(s.Names, s.Span, symNonlocal, "nonlocal")
	case *Import:
		for i := range s.Names {
			r.alias(&s.Names[i], false)
		}
	case *ImportFrom:
		r.importFrom(s)
	default:
		r.compound(s)
	}
	r.depth--
}

func (r *resolver) compound(s Stmt) {
	switch s := s.(type) {
	case *If:
		r.expr(s.Test)
		r.stmts(s.Body)
		r.stmts(s.Else)
	case *While:
		r.expr(s.Test)
		r.loop(s.Body)
		r.stmts(s.Else)
	case *For:
		r.forStmt(s)
	case *Try:
		r.try(s)
	case *With:
		r.with(s)
	case *FuncDef:
		r.funcDef(s)
	case *ClassDef:
		r.classDef(s)
	case *Match:
		r.match(s)
	}
}

func (r *resolver) loop(body []Stmt) {
	r.cur.loops++
	r.stmts(body)
	r.cur.loops--
}

func (r *resolver) forStmt(s *For) {
	if s.Async && !r.cur.async {
		r.failLate(s.Span, "'async for' outside async function")
	}
	r.target(s.Target)
	r.expr(s.Iter)
	r.loop(s.Body)
	r.stmts(s.Else)
}

func (r *resolver) try(s *Try) {
	r.stmts(s.Body)
	r.stmts(s.Else)
	for i, h := range s.Handlers {
		if h.Type == nil && i < len(s.Handlers)-1 {
			r.failLate(h.Span, "default 'except:' must be last")
		}
		r.expr(h.Type)
		if h.Name != "" {
			h.Name = r.mangle(h.Name)
			r.store(h.Name, h.Span)
		}
		r.stmts(h.Body)
	}
	r.stmts(s.Finally)
}

func (r *resolver) with(s *With) {
	if s.Async && !r.cur.async {
		r.failLate(s.Span, "'async with' outside async function")
	}
	for _, item := range s.Items {
		r.expr(item.Ctx)
		if item.Target != nil {
			r.target(item.Target)
		}
	}
	r.stmts(s.Body)
}

func (r *resolver) annAssign(s *AnnAssign) {
	n, ok := s.Target.(*Name)
	if ok && s.Simple {
		name := r.mangle(n.ID)
		if f := r.cur.flags[name]; f&(symGlobal|symNonlocal) != 0 && r.cur.Kind != ModuleScope {
			what := "global"
			if f&symNonlocal != 0 {
				what = "nonlocal"
			}
			r.fail(s.Span, "annotated name '%s' can't be %s", name, what)
		}
		r.target(n)
		r.cur.mark(name, symAnnotated)
	} else if !ok || s.Value != nil {
		r.target(s.Target)
	} else {
		n.ID = r.mangle(n.ID) // `(x): int` binds nothing
	}
	r.expr(s.Annotation)
	r.expr(s.Value)
}

func (r *resolver) returnStmt(s *Return) {
	if r.cur.Kind != FuncScope {
		r.failLate(s.Span, "'return' outside function")
	}
	if s.Value != nil {
		r.expr(s.Value)
		if r.cur.returns == nil {
			r.cur.returns = &s.Span
		}
		r.asyncGenReturn()
	}
}

// asyncGenReturn fails when an async def both yields and returns a value.
func (r *resolver) asyncGenReturn() {
	if s := r.cur; s.async && s.yields != nil && s.returns != nil {
		r.failLate(*s.returns, "'return' with value in async generator")
	}
}

// declare notes a global or nonlocal declaration.
func (r *resolver) declare(names []string, at Span, flag symFlag, word string) {
	for i := range names {
		names[i] = r.mangle(names[i])
		name := names[i]
		switch f := r.cur.flags[name]; {
		case f&symParam != 0:
			r.fail(at, "name '%s' is parameter and %s", name, word)
		case f&symUse != 0:
			r.fail(at, "name '%s' is used prior to %s declaration", name, word)
		case f&symAnnotated != 0:
			r.fail(at, "annotated name '%s' can't be %s", name, word)
		case f&symLocal != 0:
			r.fail(at, "name '%s' is assigned to before %s declaration", name, word)
		}
		r.cur.mark(name, flag)
		if r.cur.declared == nil {
			r.cur.declared = map[string]Span{}
		}
		if _, ok := r.cur.declared[name]; !ok {
			r.cur.declared[name] = at
		}
	}
}

// alias notes the name that an import binds.
func (r *resolver) alias(a *Alias, from bool) {
	name, dotted := a.Name, false
	if !from {
		name, _, dotted = strings.Cut(a.Name, ".")
	}
	if a.As != "" {
		name = a.As
	}
	private := r.mangle(name)
	if a.As != "" || private != name && !dotted {
		a.As = private
	}
	r.store(private, a.Span)
}

func (r *resolver) importFrom(s *ImportFrom) {
	if s.Module == "__future__" && s.Level == 0 && !r.futures[s] {
		r.failLate(s.Span, "from __future__ imports must occur at the beginning of the file")
	}
	for i := range s.Names {
		a := &s.Names[i]
		if a.Name != "*" {
			r.alias(a, true)
		} else if r.cur.Kind != ModuleScope {
			r.fail(a.Span, "import * only allowed at module level")
		}
	}
}

// futureImports checks the imports from __future__ at the start of the module.
func (r *resolver) futureImports(body []Stmt) {
	for i, s := range body {
		if x, ok := s.(*ExprStmt); ok && i == 0 {
			if _, ok := x.X.(*Str); ok {
				continue
			}
		}
		from, ok := s.(*ImportFrom)
		if !ok || from.Module != "__future__" || from.Level != 0 {
			break
		}
		r.futures[from] = true
		for _, a := range from.Names {
			if a.Name == "braces" {
				r.fail(Span{from.Start, from.Start}, "not a chance")
			}
		}
	}
}

// params opens the scope's parameters.
func (r *resolver) params(p *Params) {
	add := func(list []Param) {
		for i := range list {
			r.param(&list[i])
		}
	}
	add(p.PosOnly)
	add(p.Args)
	add(p.KwOnly)
	if p.Star != nil {
		r.param(p.Star)
	}
	if p.DoubleStar != nil {
		r.param(p.DoubleStar)
	}
}

func (r *resolver) param(p *Param) {
	p.Name = r.mangle(p.Name)
	if r.cur.flags[p.Name]&symParam != 0 {
		r.fail(p.Span, "duplicate argument '%s' in function definition", p.Name)
	}
	if p.Name == "__debug__" {
		r.failLate(p.Span, "cannot assign to __debug__")
	}
	r.cur.mark(p.Name, symParam)
	r.cur.Params = append(r.cur.Params, p.Name)
}

// outer walks what belongs to a parameter list but is evaluated outside the function.
func (r *resolver) outer(p *Params) {
	each := func(f func(*Param)) {
		for _, list := range [][]Param{p.PosOnly, p.Args, p.KwOnly} {
			for i := range list {
				f(&list[i])
			}
		}
	}
	each(func(p *Param) { r.expr(p.Default) })
	each(func(p *Param) { r.expr(p.Annotation) })
	if p.Star != nil {
		if s, ok := p.Star.Annotation.(*Starred); ok {
			r.expr(s.X)
		} else {
			r.expr(p.Star.Annotation)
		}
	}
	if p.DoubleStar != nil {
		r.expr(p.DoubleStar.Annotation)
	}
}

func (r *resolver) funcDef(s *FuncDef) {
	name := s.Name
	s.Name = r.mangle(name) // the scope keeps the name as written
	r.store(s.Name, s.Span)
	r.outer(&s.Params)
	r.expr(s.Returns)
	for _, d := range s.Decorators {
		r.expr(d)
	}
	f := r.open(FuncScope, name)
	f.async = s.Async
	f.Async = s.Async
	s.Scope = f.Scope
	r.params(&s.Params)
	r.stmts(s.Body)
	r.close()
}

func (r *resolver) classDef(s *ClassDef) {
	name := s.Name
	s.Name = r.mangle(name) // the scope keeps the name as written
	r.store(s.Name, s.Span)
	r.args(s.Args)
	for _, d := range s.Decorators {
		r.expr(d)
	}
	c := r.open(ClassScope, name)
	c.class = name
	s.Scope = c.Scope
	r.stmts(s.Body)
	r.close()
}
