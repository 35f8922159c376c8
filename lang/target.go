package lang

// This file parses expression statements and assignments, and refuses illegal targets.

// describe names an expression as CPython's messages do.
func describe(x Expr) string {
	switch x := x.(type) {
	case *Attribute:
		return "attribute"
	case *Subscript:
		return "subscript"
	case *Starred:
		return "starred"
	case *Name:
		return "name"
	case *List:
		return "list"
	case *Tuple:
		return "tuple"
	case *Lambda:
		return "lambda"
	case *Call:
		return "function call"
	case *Yield, *YieldFrom:
		return "yield expression"
	case *Await:
		return "await expression"
	case *Comp:
		return map[string]string{"gen": "generator expression", "list": "list comprehension", "set": "set comprehension",
			"dict": "dict comprehension"}[x.Kind]
	case *Dict:
		return "dict literal"
	case *Set:
		return "set display"
	case *FString, *Field:
		return "f-string expression"
	case *Const:
		if x.Kind == "..." {
			return "ellipsis"
		}
		return x.Kind
	case *Compare:
		return "comparison"
	case *IfExp:
		return "conditional expression"
	case *NamedExpr:
		return "named expression"
	case *NumInt, *NumFloat, *NumImag, *Str, *Bytes:
		return "literal"
	}
	return "expression"
}

// illegalTarget finds the first part of a target that cannot be assigned to.
func illegalTarget(x Expr) Expr {
	var elts []Expr
	switch x := x.(type) {
	case *Name, *Attribute, *Subscript:
		return nil
	case *Starred:
		return illegalTarget(x.X)
	case *Tuple:
		elts = x.Elts
	case *List:
		elts = x.Elts
	default:
		return x
	}
	for _, e := range elts {
		if bad := illegalTarget(e); bad != nil {
			return bad
		}
	}
	return nil
}

// checkTarget fails unless x can be assigned to.
func (p *parser) checkTarget(x Expr, format string) {
	if bad := illegalTarget(x); bad != nil {
		p.failAt(bad.At(), format, describe(bad))
	}
}

// statement parses an expression statement or an assignment.
func (p *parser) statement() Stmt {
	at, first := p.here(), p.tok
	x := p.starOrYield()
	switch p.tok.Type {
	case tNewline, tSemi:
		return &ExprStmt{p.from(at), x}
	case tAssign:
		return p.assignment(at, x)
	case tAugmented:
		return p.augmented(at, x)
	case tColon:
		return p.annotated(at, x, first.Type == tLparen)
	case tWalrus:
		if t, ok := x.(*Tuple); ok && t == p.bareTuple && p.prev.Type != tComma {
			x = t.Elts[len(t.Elts)-1]
		}
		switch x.(type) {
		case *Name, *Starred:
		default:
			if p.prev.Type != tComma {
				p.badWalrus(x)
			}
		}
	}
	p.invalid()
	return nil
}

// assignment parses `= t2 = value` after the first target.
func (p *parser) assignment(at Pos, x Expr) Stmt {
	s := &Assign{Value: x}
	for p.tok.Type == tAssign {
		switch s.Value.(type) {
		case *Yield, *YieldFrom:
			if p.prev.Type != tRparen {
				p.failAt(s.Value.At(), "assignment to yield expression not possible")
			}
		}
		if bad := illegalTarget(s.Value); bad != nil {
			if len(s.Targets) == 0 {
				p.meantComparison(s.Value)
			}
			p.failAt(bad.At(), "cannot assign to %s", describe(bad))
		}
		s.Targets = append(s.Targets, s.Value)
		p.next()
		s.Value = p.starOrYield()
	}
	s.Span = p.from(at)
	return s
}

// meantComparison fails with a hint if an illegal target is an operand that may have been meant for ==.
func (p *parser) meantComparison(x Expr) {
	if t, ok := x.(*Tuple); ok && t == p.bareTuple {
		x = t.Elts[len(t.Elts)-1]
	}
	name, isName := x.(*Name)
	if !isName && (!isOperand(x) || illegalTarget(x) == nil) {
		return
	}
	var value Expr
	p.next()
	ok := p.try(func() { value = p.climb(precBitOr) })
	if !ok || p.tok.Type == tAssign || p.tok.Type == tWalrus || p.tok.Type == tError {
		return
	}
	if isName {
		p.failAt(Span{name.Start, value.At().End}, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
	}
	p.failAt(x.At(), "cannot assign to %s here. Maybe you meant '==' instead of '='?", describe(x))
}

// isOperand says whether CPython's hint about = and == applies to x: an operand of a comparison that does not begin
// with one of some atoms.
func isOperand(x Expr) bool {
	switch n := x.(type) {
	case *Tuple, *List, *IfExp, *Lambda, *BoolOp, *Compare, *Starred:
		return false
	case *Comp:
		return n.Kind != "gen"
	case *Const:
		return n.Kind == "..."
	case *Unary:
		return n.Op != "not"
	case *Binary:
		return isOperand(n.L)
	case *Call:
		return isOperand(n.Func)
	case *Attribute:
		return isOperand(n.X)
	case *Subscript:
		return isOperand(n.X)
	}
	return true
}

// augmented parses `op= value`.
func (p *parser) augmented(at Pos, x Expr) Stmt {
	switch x.(type) {
	case *Name, *Attribute, *Subscript:
	case *Yield, *YieldFrom:
		if p.prev.Type != tRparen {
			p.invalid()
		}
		p.failAt(x.At(), "'%s' is an illegal expression for augmented assignment", describe(x))
	default:
		p.failAt(x.At(), "'%s' is an illegal expression for augmented assignment", describe(x))
	}
	op := p.next().Value
	value := p.starOrYield()
	return &AugAssign{p.from(at), x, op[:len(op)-1], value}
}

// annotated parses `: annotation [= value]`.
func (p *parser) annotated(at Pos, x Expr, bracketed bool) Stmt {
	colon := p.tok
	_, isName := x.(*Name)
	s := &AnnAssign{Target: x, Simple: isName && !bracketed}
	p.next()
	s.Annotation = p.expression()
	switch t := x.(type) {
	case *Name, *Attribute, *Subscript:
	case *List:
		p.failAt(t.Span, "only single target (not list) can be annotated")
	case *Tuple:
		if t != p.bareTuple {
			p.failAt(t.Span, "only single target (not tuple) can be annotated")
		}
		p.failAt(t.Elts[0].At(), "only single target (not tuple) can be annotated")
	case *Yield, *YieldFrom:
		p.invalidAt(colon)
	default:
		p.failAt(x.At(), "illegal target for annotation")
	}
	if p.accept(tAssign) {
		s.Value = p.starOrYield()
	}
	s.Span = p.from(at)
	return s
}
