package lang

import "strings"

// This file finds out which global names cannot change while a call's arguments are evaluated.

// A call of a global loads the callee before the arguments. OpCallGlobal loads it after them, which nobody can tell
// apart unless evaluating an argument rebinds the name, or the callee is unbound and an argument has effects or raises
// something else than the NameError. Neither happens to a name that the module binds with a single def (or, for a
// built-in, never): only setting the module's attribute from outside, or calling a function before its def has run
// and with arguments that have effects, could show the difference. For all other names OpCallGlobal takes only
// arguments made of constants and bound locals, which can rebind nothing.

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

// isStable says whether nothing in the module can rebind the global while an expression is evaluated.
func (c *compiler) isStable(name string) bool {
	if c.star {
		return false
	}
	return c.stable[name] || builtinNames[name] && !c.bound[name]
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
