package lang

import "toylang/lang/bytecode"

// This file compiles class statements and annotations.

func (fc *fn) classDef(s *ClassDef) {
	fc.decorated(s.Name, s.Decorators, func(dst int) {
		top := fc.top
		base := fc.window(dst)
		fc.makeFunc(base, s, nil, nil, s.Scope, func() *bytecode.Func { return fc.classBody(s) })
		fc.loadK(fc.alloc(), bytecode.Text(s.Scope.Name))
		bases, keywords := splitArgs(s.Args)
		fc.expr(&Tuple{s.Span, bases}, fc.alloc())
		fc.keywords(keywords, fc.alloc(), base)
		fc.emit(bytecode.OpMakeClass, 0, base, 0, 0)
		fc.move(dst, opnd{base, true})
		fc.top = top
	})
}

func (fc *fn) classBody(s *ClassDef) *bytecode.Func {
	in := fc.c.newFn(s.Scope, s.At(), s.Body)
	in.out.Kind = bytecode.ClassBody
	cell := -1
	if s.Scope.NeedsClassCell {
		reg, ok := in.locals["__class__"]
		if !ok {
			in.fail(s.At(), "class cell without a register")
		}
		cell = reg
	}
	in.prologue()
	t := in.alloc()
	in.emit(bytecode.OpLoadGlobal, 0, t, in.name("__name__"), 0)
	in.emit(bytecode.OpStoreName, bytecode.FlagA, t, in.name("__module__"), 0)
	in.top = t
	in.storeName("__qualname__", s.Scope.Qual)
	in.setupAnnotations(s.Body)
	if doc, ok := docstring(s.Body); ok {
		in.out.Doc, in.out.HasDoc = doc, true
		in.storeName("__doc__", doc)
	}
	in.stmts(s.Body)
	if cell >= 0 {
		in.emit(bytecode.OpStoreName, 0, cell, in.name("__classcell__"), 0)
	}
	in.emit(bytecode.OpReturnNone, 0, 0, 0, 0)
	return in.finish()
}

// storeName stores a str constant in the class namespace.
func (fc *fn) storeName(name, value string) {
	t := fc.alloc()
	fc.loadK(t, bytecode.Text(value))
	fc.emit(bytecode.OpStoreName, bytecode.FlagA, t, fc.name(name), 0)
	fc.top = t
}

// setupAnnotations prepares __annotations__ if the body (of a module or class) annotates anything.
func (fc *fn) setupAnnotations(body []Stmt) {
	found := false
	inspect(body, func(n any) {
		if _, ok := n.(*AnnAssign); ok {
			found = true
		}
	})
	if found {
		fc.emit(bytecode.OpSetupAnnot, 0, 0, 0, 0)
	}
}

// annotation evaluates an annotation into dst (its text, under `from __future__ import annotations`).
func (fc *fn) annotation(e Expr, dst int) {
	if fc.c.future {
		fc.loadK(dst, bytecode.Text(fc.unparse(e, powTest)))
		return
	}
	fc.expr(e, dst)
}

// annAssign compiles `target: annotation [= value]`: the value is assigned first. Functions evaluate no annotations of
// their variables; elsewhere those of simple names are recorded.
func (fc *fn) annAssign(s *AnnAssign) {
	if s.Value != nil {
		fc.assignAll(&Assign{s.Span, []Expr{s.Target}, s.Value})
	} else {
		fc.targetParts(s.Target)
	}
	if fc.scope.Kind != ModuleScope && fc.scope.Kind != ClassScope {
		return
	}
	name, isName := s.Target.(*Name)
	if !s.Simple || !isName {
		if !fc.c.future {
			fc.discard(s.Annotation)
		}
		return
	}
	v := fc.alloc()
	fc.annotation(s.Annotation, v)
	d := fc.alloc()
	if fc.scope.Kind == ClassScope {
		fc.emit(bytecode.OpLoadName, 0, d, fc.name("__annotations__"), 0)
	} else {
		fc.emit(bytecode.OpLoadGlobal, 0, d, fc.name("__annotations__"), 0)
	}
	k := fc.alloc()
	fc.loadK(k, bytecode.Text(name.ID))
	fc.emit(bytecode.OpStoreIndex, bytecode.FlagA|bytecode.FlagB|bytecode.FlagC, d, k, v)
	fc.top = v
}

// targetParts evaluates what an annotated target without a value consists of.
func (fc *fn) targetParts(t Expr) {
	switch t := t.(type) {
	case *Attribute:
		fc.discard(t.X)
	case *Subscript:
		fc.discard(t.X)
		if s, ok := t.Index.(*Slice); ok {
			for _, part := range []Expr{s.Lo, s.Hi, s.Step} {
				if part != nil {
					fc.discard(part)
				}
			}
			return
		}
		fc.discard(t.Index)
	}
}
