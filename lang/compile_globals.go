package lang

import "strings"

// This file finds out which global names cannot change while a call's arguments are evaluated.

// A call of a global loads the callee before the arguments. OpCallGlobal loads it after them, which nobody can tell
// apart unless evaluating an argument rebinds the name, or the callee is unbound and an argument has effects or raises
// something else than the NameError. Neither happens to a built-in's name that the module never binds, nor to a name that
// it binds with a single def of its top level, where that def has certainly run: see scanBound. Only setting the module's
// attribute from outside could show the difference. For all other names OpCallGlobal takes only arguments that are
// constants and bound locals, whose evaluation does nothing.

// scanGlobals fills in stable, bound and star from the module's body.
func (c *compiler) scanGlobals(body []Stmt) {
	c.stable, c.bound = map[string]bool{}, map[string]bool{}
	defs := map[string]int{}
	others := map[string]bool{}
	inspect(body, func(n any) {
		switch n := n.(type) {
		case *FuncDef:
			defs[n.Name]++
		case *ClassDef:
			others[n.Name] = true
		case *Handler:
			others[n.Name] = true
		case *Import:
			for _, a := range n.Names {
				name, _, _ := strings.Cut(a.Name, ".")
				if a.As != "" {
					name = a.As
				}
				others[name] = true
			}
		case *ImportFrom:
			c.scanImportFrom(n, others)
		case *AugAssign:
			markTargets(n.Target, others)
		case *Assign:
			for _, t := range n.Targets {
				markTargets(t, others)
			}
		case *AnnAssign:
			markTargets(n.Target, others)
		case *Delete:
			for _, t := range n.Targets {
				markTargets(t, others)
			}
		case *For:
			markTargets(n.Target, others)
		case *With:
			for _, item := range n.Items {
				markTargets(item.Target, others)
			}
		case *NamedExpr:
			others[n.Target.ID] = true
		}
	})
	scanDeclared(body, others)
	for name := range others {
		c.bound[name] = true
	}
	for name, n := range defs {
		c.bound[name] = true
		c.stable[name] = n == 1 && !others[name]
	}
	c.scanBound(body)
}

// scanBound fills in from: for each name that a def of the module's top level binds, the first position from which on a
// use finds it bound. That is the def itself and, before it, the code of functions that nothing calls yet: the statements
// in between only make functions, classes and constants.
func (c *compiler) scanBound(body []Stmt) {
	c.from = map[string]Pos{}
	quiet, first := false, Pos{} // whether the statements from first on do nothing but bind
	for _, s := range body {
		if !c.isQuiet(s) {
			quiet = false
			if d, ok := s.(*FuncDef); ok {
				c.from[d.Name] = d.At().End
			}
			continue
		}
		if !quiet {
			quiet, first = true, s.At().Start
		}
		if d, ok := s.(*FuncDef); ok {
			c.from[d.Name] = first
		}
	}
}

// isQuiet says whether executing the statement runs no function of the module.
func (c *compiler) isQuiet(s Stmt) bool {
	switch s := s.(type) {
	case *Pass:
		return true
	case *ExprStmt:
		return isPassive(s.X)
	case *Assign:
		for _, t := range s.Targets {
			if !isName(t) {
				return false
			}
		}
		return isPassive(s.Value)
	case *FuncDef:
		q := s.Returns == nil || isPassive(s.Returns)
		for _, d := range s.Decorators {
			q = q && c.isQuietDecorator(d)
		}
		p := s.Params
		for _, list := range [][]Param{p.PosOnly, p.Args, p.KwOnly} {
			for _, a := range list {
				q = q && (a.Default == nil || isPassive(a.Default)) && (a.Annotation == nil || isPassive(a.Annotation))
			}
		}
		for _, a := range []*Param{p.Star, p.DoubleStar} {
			q = q && (a == nil || a.Annotation == nil || isPassive(a.Annotation))
		}
		return q
	case *ClassDef:
		if len(s.Decorators) > 0 || len(s.Args) > 0 {
			return false // of the bases one may have an __init_subclass__
		}
		for _, b := range s.Body {
			if a, ok := b.(*Assign); ok && isName(a.Value) || !c.isQuiet(b) {
				return false // the value may have a __set_name__
			}
		}
		return true
	}
	return false
}

// isPassive says whether evaluating e runs no code but the machine's.
func isPassive(e Expr) bool {
	switch e := e.(type) {
	case *Name, *NumInt, *NumFloat, *Str, *Bytes, *Const:
		return true
	case *Tuple:
		return allPassive(e.Elts)
	case *List:
		return allPassive(e.Elts)
	case *Dict:
		return len(e.Keys) == 0
	}
	return false
}

func isName(e Expr) bool {
	_, ok := e.(*Name)
	return ok
}

func allPassive(list []Expr) bool {
	for _, e := range list {
		if !isPassive(e) {
			return false
		}
	}
	return true
}

// isQuietDecorator knows the built-in decorators, where the module leaves their names alone.
func (c *compiler) isQuietDecorator(d Expr) bool {
	n, ok := d.(*Name)
	if !ok || c.star || c.bound[n.ID] {
		return false
	}
	return n.ID == "property" || n.ID == "staticmethod" || n.ID == "classmethod"
}

func (c *compiler) scanImportFrom(n *ImportFrom, bound map[string]bool) {
	for _, a := range n.Names {
		switch {
		case a.Name == "*":
			c.star = true
		case a.As != "":
			bound[a.As] = true
		default:
			bound[a.Name] = true
		}
		if n.Module == "__future__" && n.Level == 0 && a.Name == "annotations" {
			c.future = true
		}
	}
}

// markTargets marks the names that an assignment target binds.
func markTargets(t Expr, bound map[string]bool) {
	switch t := t.(type) {
	case *Name:
		bound[t.ID] = true
	case *Starred:
		markTargets(t.X, bound)
	case *Tuple:
		for _, e := range t.Elts {
			markTargets(e, bound)
		}
	case *List:
		for _, e := range t.Elts {
			markTargets(e, bound)
		}
	}
}

// scanDeclared marks what nested functions and classes declare global: they may assign it.
func scanDeclared(body []Stmt, bound map[string]bool) {
	inspect(body, func(n any) {
		switch n := n.(type) {
		case *Global:
			for _, name := range n.Names {
				bound[name] = true
			}
		case *FuncDef:
			scanDeclared(n.Body, bound)
		case *ClassDef:
			scanDeclared(n.Body, bound)
		}
	})
}

// isStable says whether at this position the global is bound, and nothing in the module can rebind it while an expression
// is evaluated.
func (c *compiler) isStable(name string, at Pos) bool {
	if c.star {
		return false
	}
	if c.stable[name] {
		from, ok := c.from[name]
		return ok && (at.Line > from.Line || at.Line == from.Line && at.Col >= from.Col)
	}
	return builtinNames[name] && !c.bound[name]
}

// builtinNames are the built-in functions and types that programs call often.
var builtinNames = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`abs all any ascii bin bool bytearray bytes callable chr classmethod delattr dict
		dir divmod enumerate filter float format frozenset getattr globals hasattr hash hex id input int isinstance
		issubclass iter len list locals map max min next object oct open ord pow print property range repr reversed round
		set setattr slice sorted staticmethod str sum super tuple type vars zip
		ArithmeticError AssertionError AttributeError BaseException Exception IndexError KeyError LookupError NameError
		NotImplementedError OSError OverflowError RuntimeError StopIteration TypeError ValueError ZeroDivisionError`) {
		m[name] = true
	}
	return m
}()
