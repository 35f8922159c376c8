package lang

// This file defines inspect: a walk over the syntax tree for the compiler's questions about code.

// inspect calls visit for n and every node below it that belongs to the same function: of a nested def or lambda the
// decorators, defaults and annotations, of a class statement the decorators and arguments, but not their bodies.
// Comprehensions are walked as if they were part of the function.
func inspect(n any, visit func(any)) {
	w := inspector{visit}
	switch n := n.(type) {
	case []Stmt:
		w.stmts(n)
	case Stmt:
		w.stmt(n)
	case Expr:
		w.expr(n)
	}
}

type inspector struct{ visit func(any) }

func (w inspector) stmts(list []Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w inspector) stmt(s Stmt) {
	w.visit(s)
	switch s := s.(type) {
	case *ExprStmt:
		w.expr(s.X)
	case *Assign:
		w.exprs(s.Targets)
		w.expr(s.Value)
	case *AugAssign:
		w.exprs([]Expr{s.Target, s.Value})
	case *AnnAssign:
		w.exprs([]Expr{s.Target, s.Annotation, s.Value})
	case *Delete:
		w.exprs(s.Targets)
	case *Return:
		w.expr(s.Value)
	case *Raise:
		w.exprs([]Expr{s.Exc, s.Cause})
	case *Assert:
		w.exprs([]Expr{s.Test, s.Msg})
	case *FuncDef:
		w.exprs(s.Decorators)
		w.params(s.Params)
		w.expr(s.Returns)
	case *ClassDef:
		w.exprs(s.Decorators)
		w.args(s.Args)
	default:
		w.compound(s)
	}
}

func (w inspector) compound(s Stmt) {
	switch s := s.(type) {
	case *If:
		w.expr(s.Test)
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *While:
		w.expr(s.Test)
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *For:
		w.exprs([]Expr{s.Target, s.Iter})
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *Try:
		w.stmts(s.Body)
		for _, h := range s.Handlers {
			w.visit(h)
			w.expr(h.Type)
			w.stmts(h.Body)
		}
		w.stmts(s.Else)
		w.stmts(s.Finally)
	case *With:
		for _, item := range s.Items {
			w.exprs([]Expr{item.Ctx, item.Target})
		}
		w.stmts(s.Body)
	}
}

func (w inspector) params(p Params) {
	for _, list := range [][]Param{p.PosOnly, p.Args, p.KwOnly} {
		for _, param := range list {
			w.exprs([]Expr{param.Default, param.Annotation})
		}
	}
	for _, param := range []*Param{p.Star, p.DoubleStar} {
		if param != nil {
			w.expr(param.Annotation)
		}
	}
}

func (w inspector) args(args []Arg) {
	for _, a := range args {
		w.expr(a.Value)
	}
}

func (w inspector) exprs(list []Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w inspector) expr(e Expr) {
	if e == nil {
		return
	}
	w.visit(e)
	switch e := e.(type) {
	case *FString:
		w.exprs(e.Parts)
	case *Field:
		w.expr(e.X)
		if e.Spec != nil {
			w.expr(e.Spec)
		}
	case *Tuple:
		w.exprs(e.Elts)
	case *List:
		w.exprs(e.Elts)
	case *Set:
		w.exprs(e.Elts)
	case *Dict:
		w.exprs(e.Keys)
		w.exprs(e.Values)
	case *Unary:
		w.expr(e.X)
	case *Binary:
		w.expr(e.L)
		w.expr(e.R)
	case *BoolOp:
		w.exprs(e.Xs)
	case *Compare:
		w.expr(e.First)
		w.exprs(e.Rest)
	case *Call:
		w.expr(e.Func)
		w.args(e.Args)
	case *IfExp:
		w.exprs([]Expr{e.Test, e.Body, e.Else})
	case *Lambda:
		w.params(e.Params)
	case *Comp:
		for _, c := range e.Clauses {
			w.exprs([]Expr{c.Target, c.Iter})
			w.exprs(c.Ifs)
		}
		w.exprs([]Expr{e.Elt, e.Value})
	default:
		w.postfix(e)
	}
}

func (w inspector) postfix(e Expr) {
	switch e := e.(type) {
	case *Attribute:
		w.expr(e.X)
	case *Subscript:
		w.expr(e.X)
		w.expr(e.Index)
	case *Slice:
		w.exprs([]Expr{e.Lo, e.Hi, e.Step})
	case *Starred:
		w.expr(e.X)
	case *NamedExpr:
		w.expr(e.Target)
		w.expr(e.Value)
	case *Yield:
		w.expr(e.Value)
	case *YieldFrom:
		w.expr(e.Value)
	case *Await:
		w.expr(e.Value)
	}
}

// mentions says whether one of the expressions contains the name.
func mentions(name string, list ...Expr) bool {
	found := false
	for _, e := range list {
		inspect(e, func(n any) {
			if id, ok := n.(*Name); ok && id.ID == name {
				found = true
			}
		})
	}
	return found
}

// rebinds says whether evaluating one of the expressions may assign the name (with a walrus).
func rebinds(name string, list []Expr) bool {
	found := false
	for _, e := range list {
		inspect(e, func(n any) {
			if w, ok := n.(*NamedExpr); ok && w.Target.ID == name {
				found = true
			}
		})
	}
	return found
}

// contains says whether a node below e satisfies the condition.
func contains(e Expr, is func(any) bool) bool {
	found := false
	inspect(e, func(n any) { found = found || is(n) })
	return found
}

// storesName says whether assigning to the target binds the name.
func storesName(target Expr, name string) bool {
	switch t := target.(type) {
	case *Name:
		return t.ID == name
	case *Starred:
		return storesName(t.X, name)
	case *Tuple:
		return anyStores(t.Elts, name)
	case *List:
		return anyStores(t.Elts, name)
	}
	return false
}

func anyStores(targets []Expr, name string) bool {
	for _, t := range targets {
		if storesName(t, name) {
			return true
		}
	}
	return false
}
