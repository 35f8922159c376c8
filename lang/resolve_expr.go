package lang

// This file walks the expressions for resolve.

func (r *resolver) exprs(list []Expr) {
	for _, e := range list {
		r.expr(e)
	}
}

// elements walks the elements of a display, which may be starred.
func (r *resolver) elements(list []Expr) {
	for _, e := range list {
		if s, ok := e.(*Starred); ok {
			e = s.X
		}
		r.expr(e)
	}
}

func (r *resolver) expr(e Expr) {
	if e == nil {
		return
	}
	r.enter(e.At())
	switch e := e.(type) {
	case *Name:
		r.name(e)
	case *FString:
		r.exprs(e.Parts)
	case *Field:
		r.expr(e.X)
		if e.Spec != nil {
			r.expr(e.Spec)
		}
	case *Tuple:
		r.elements(e.Elts)
	case *List:
		r.elements(e.Elts)
	case *Set:
		r.elements(e.Elts)
	case *Dict:
		r.exprs(e.Keys)
		r.exprs(e.Values)
	case *Unary:
		r.expr(e.X)
	case *Binary:
		r.expr(e.L)
		r.expr(e.R)
	case *BoolOp:
		r.exprs(e.Xs)
	case *Compare:
		r.expr(e.First)
		r.exprs(e.Rest)
	case *Call:
		r.expr(e.Func)
		r.args(e.Args)
	case *IfExp:
		r.expr(e.Test)
		r.expr(e.Body)
		r.expr(e.Else)
	case *Attribute:
		e.Name = r.mangle(e.Name)
		r.expr(e.X)
	case *Subscript:
		r.expr(e.X)
		r.expr(e.Index)
	case *Slice:
		r.expr(e.Lo)
		r.expr(e.Hi)
		r.expr(e.Step)
	case *Starred:
		r.failLate(e.Span, "can't use starred expression here")
		r.expr(e.X)
	default:
		r.special(e)
	}
	r.depth--
}

// special walks what opens a scope, binds a name or suspends.
func (r *resolver) special(e Expr) {
	switch e := e.(type) {
	case *Lambda:
		r.outer(&e.Params)
		f := r.open(FuncScope, "<lambda>")
		e.Scope = f.Scope
		r.params(&e.Params)
		r.expr(e.Body)
		r.close()
	case *NamedExpr:
		r.walrus(e)
	case *Comp:
		r.comp(e)
	case *Yield:
		r.expr(e.Value)
		r.yield(e.Span)
		r.asyncGenReturn()
	case *YieldFrom:
		r.expr(e.Value)
		r.yield(e.Span)
		if r.cur.async {
			r.failLate(e.Span, "'yield from' inside async function")
		}
	case *Await:
		r.expr(e.Value)
		r.await(e.Span)
	}
}

// name walks a name that is read.
func (r *resolver) name(e *Name) {
	e.ID = r.mangle(e.ID)
	r.cur.mark(e.ID, symUse)
	if e.ID == "super" && r.cur.inFunction() {
		r.cur.mark("__class__", symUse)
	}
}

func (r *resolver) args(list []Arg) {
	seen := map[string]bool{}
	for i := range list {
		a := &list[i]
		r.expr(a.Value)
		if a.Name == "" {
			continue
		}
		if a.Name == "__debug__" {
			r.failLate(a.Span, "cannot assign to __debug__")
		}
		if seen[a.Name] {
			r.failLate(a.Span, "keyword argument repeated: %s", a.Name)
		}
		seen[a.Name] = true
	}
}

// target walks something that is assigned to or deleted.
func (r *resolver) target(t Expr) {
	if s, ok := t.(*Starred); ok {
		r.failLate(s.Span, "starred assignment target must be in a list or tuple")
		t = s.X
	}
	r.bindTarget(t)
}

func (r *resolver) bindTarget(t Expr) {
	r.enter(t.At())
	switch t := t.(type) {
	case *Name:
		t.ID = r.mangle(t.ID)
		r.store(t.ID, t.Span)
	case *Starred:
		r.bindTarget(t.X)
	case *Tuple:
		r.targets(t.Elts, t.Span)
	case *List:
		r.targets(t.Elts, t.Span)
	default:
		if a, ok := t.(*Attribute); ok && a.Name == "__debug__" && !r.deleting {
			r.failLate(a.Span, "cannot assign to __debug__")
		}
		saved := r.cur.iterTarget
		r.cur.iterTarget = false
		r.expr(t)
		r.cur.iterTarget = saved
	}
	r.depth--
}

func (r *resolver) targets(elts []Expr, at Span) {
	stars := 0
	for i, e := range elts {
		if _, ok := e.(*Starred); ok {
			if stars++; stars == 2 {
				r.failLate(at, "multiple starred expressions in assignment")
			}
			if i >= 1<<8 {
				r.failLate(at, "too many expressions in star-unpacking assignment")
			}
		}
		r.bindTarget(e)
	}
}

// walrus walks `name := value`: in a comprehension it binds the name in the function around it.
func (r *resolver) walrus(e *NamedExpr) {
	if r.cur.iterExpr > 0 {
		r.fail(e.Span, "assignment expression cannot be used in a comprehension iterable expression")
	}
	e.Target.ID = r.mangle(e.Target.ID)
	name := e.Target.ID
	if r.cur.comp == "" {
		r.expr(e.Value)
		r.store(name, e.Target.Span)
		return
	}
	around := r.cur
	for ; around.comp != ""; around = around.parent {
		if around.flags[name]&symIter != 0 {
			r.fail(e.Target.Span, "assignment expression cannot rebind comprehension iteration variable '%s'", name)
		}
	}
	flag := symNonlocal
	switch around.Kind {
	case ClassScope:
		r.fail(e.Target.Span, "assignment expression within a comprehension cannot be used in a class body")
	case ModuleScope:
		flag = symGlobal
	default:
		if around.flags[name]&symGlobal != 0 {
			flag = symGlobal
		}
	}
	if around.flags[name]&(symGlobal|symNonlocal) == 0 {
		around.mark(name, symLocal)
	}
	r.cur.mark(name, flag)
	r.expr(e.Value)
}

var compNames = map[string]string{"list": "<listcomp>", "set": "<setcomp>", "dict": "<dictcomp>", "gen": "<genexpr>"}

var compWords = map[string]string{"list": "list comprehension", "set": "set comprehension", "dict": "dict comprehension",
	"gen": "generator expression"}

// comp walks a comprehension: the first iterable belongs to the scope around it.
func (r *resolver) comp(e *Comp) {
	first := &e.Clauses[0]
	r.cur.iterExpr++
	r.expr(first.Iter)
	r.cur.iterExpr--
	outer := r.cur
	s := r.open(CompScope, compNames[e.Kind])
	s.comp, s.async = e.Kind, true // whether await may stand here is checked below
	s.Generator = e.Kind == "gen"
	s.Params = []string{".0"}
	s.mark(".0", symParam)
	e.Scope = s.Scope
	for i := range e.Clauses {
		c := &e.Clauses[i]
		s.coroutine = s.coroutine || c.Async
		s.iterTarget = true
		r.target(c.Target)
		s.iterTarget = false
		if i > 0 {
			s.iterExpr++
			r.expr(c.Iter)
			s.iterExpr--
		}
		r.exprs(c.Ifs)
	}
	r.expr(e.Value)
	r.expr(e.Elt)
	r.close()
	if s.yields != nil {
		r.fail(*s.yields, "'yield' inside %s", compWords[e.Kind])
	}
	s.Async = s.coroutine
	if s.coroutine && e.Kind != "gen" {
		if !outer.async {
			r.failLate(e.Span, "asynchronous comprehension outside of an asynchronous function")
		}
		outer.coroutine = true
	}
}

func (r *resolver) yield(at Span) {
	if !r.cur.inFunction() {
		r.failLate(at, "'yield' outside function")
	}
	r.cur.Generator = true
	if r.cur.yields == nil {
		r.cur.yields = &at
	}
}

func (r *resolver) await(at Span) {
	switch {
	case r.cur.comp != "":
		r.cur.coroutine = true
	case r.cur.Kind != FuncScope:
		r.failLate(at, "'await' outside function")
	case !r.cur.async:
		r.failLate(at, "'await' outside async function")
	}
}

// match walks a match statement.
func (r *resolver) match(s *Match) {
	r.expr(s.Subject)
	for _, c := range s.Cases {
		r.pattern(c.Pattern)
		r.expr(c.Guard)
		r.stmts(c.Body)
	}
}

func (r *resolver) pattern(p Pattern) {
	r.enter(p.At())
	bind := func(name *string, at Span) {
		if *name != "" {
			*name = r.mangle(*name)
			r.store(*name, at)
		}
	}
	all := func(list []Pattern) {
		for _, p := range list {
			r.pattern(p)
		}
	}
	switch p := p.(type) {
	case *MatchValue:
		r.expr(p.X)
	case *MatchSequence:
		all(p.Patterns)
	case *MatchStar:
		bind(&p.Name, p.Span)
	case *MatchMapping:
		r.exprs(p.Keys)
		all(p.Patterns)
		bind(&p.Rest, p.Span)
	case *MatchClass:
		r.expr(p.Class)
		all(p.Patterns)
		all(p.Keywords)
		for i := range p.Names {
			p.Names[i] = r.mangle(p.Names[i])
		}
	case *MatchAs:
		if p.Pattern != nil {
			r.pattern(p.Pattern)
		}
		bind(&p.Name, p.Span)
	case *MatchOr:
		all(p.Patterns)
	}
	r.depth--
}
