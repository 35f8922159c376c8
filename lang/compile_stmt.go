package lang

import (
	"strings"

	"toylang/lang/bytecode"
)

// This file compiles statements: dispatch, the simple ones, and imports.

// stmts compiles a body; what cannot be reached is left out.
func (fc *fn) stmts(body []Stmt) {
	for _, s := range body {
		if fc.dead {
			return
		}
		saved, top := fc.span, fc.top
		fc.span = s.At()
		fc.stmt(s)
		fc.span, fc.top = saved, top
	}
}

func (fc *fn) stmt(s Stmt) {
	switch s := s.(type) {
	case *ExprStmt:
		fc.exprStmt(s)
	case *Assign:
		fc.assignAll(s)
	case *AugAssign:
		fc.augAssign(s)
	case *AnnAssign:
		fc.annAssign(s)
	case *Delete:
		for _, t := range s.Targets {
			fc.del(t)
		}
	case *Pass, *Global, *Nonlocal:
	case *Return:
		fc.returnValue(s.Value)
	case *Raise:
		fc.raise(s)
	case *Assert:
		fc.assert(s)
	case *Import:
		fc.importStmt(s)
	case *ImportFrom:
		fc.importFrom(s)
	default:
		fc.compound(s)
	}
}

func (fc *fn) compound(s Stmt) {
	switch s := s.(type) {
	case *If:
		fc.ifStmt(s)
	case *While:
		fc.while(s)
	case *For:
		fc.forStmt(s)
	case *Break:
		fc.leaveLoop(s.At(), true)
	case *Continue:
		fc.leaveLoop(s.At(), false)
	case *Try:
		fc.try(s)
	case *With:
		if s.Async {
			fc.refuse(s.At(), "'async with'")
		}
		fc.with(s, 0)
	case *FuncDef:
		fc.funcDef(s)
	case *ClassDef:
		fc.classDef(s)
	case *Match:
		fc.refuse(s.At(), "'match'")
	default:
		fc.fail(s.At(), "toy does not support this statement yet")
	}
}

func (fc *fn) exprStmt(s *ExprStmt) {
	if fc.c.opt.Interactive && fc.scope.Kind == ModuleScope {
		v := fc.operand(s.X, -1)
		fc.emit(bytecode.OpPrintExpr, v.flag(bytecode.FlagA), v.reg, 0, 0)
		return
	}
	fc.discard(s.X)
}

func (fc *fn) raise(s *Raise) {
	if s.Exc == nil {
		fc.emit(bytecode.OpRaise, 0, 0, 0, 0)
		return
	}
	if s.Cause == nil {
		x := fc.operand(s.Exc, -1)
		fc.emit(bytecode.OpRaise, x.flag(bytecode.FlagA), x.reg, 0, 1)
		return
	}
	x := fc.operand(s.Exc, -1, s.Cause)
	cause := fc.operand(s.Cause, -1)
	fc.emit(bytecode.OpRaise, x.flag(bytecode.FlagA)|cause.flag(bytecode.FlagB), x.reg, cause.reg, 2)
}

func (fc *fn) assert(s *Assert) {
	ok := &label{}
	fc.cond(s.Test, ok, true)
	msg := opnd{bytecode.NoReg, false}
	if s.Msg != nil && !fc.dead {
		msg = fc.operand(s.Msg, -1)
	}
	if c := lastCompare(s.Test); c != nil {
		fc.span = c.Span
	}
	fc.emit(bytecode.OpAssertFail, msg.flag(bytecode.FlagA), msg.reg, 0, 0)
	fc.bind(ok)
}

// lastCompare is the comparison of a condition that is compiled last: CPython 3.11 takes its place for what follows.
func lastCompare(e Expr) (last *Compare) {
	var parts []Expr
	switch e := e.(type) {
	case *Compare:
		return e
	case *Unary:
		if e.Op == "not" {
			parts = []Expr{e.X}
		}
	case *BoolOp:
		parts = e.Xs
	case *IfExp:
		parts = []Expr{e.Test, e.Body, e.Else}
	}
	for _, x := range parts {
		if c := lastCompare(x); c != nil {
			last = c
		}
	}
	return last
}

func (fc *fn) importStmt(s *Import) {
	for _, a := range s.Names {
		first, _, dotted := strings.Cut(a.Name, ".")
		var flags uint8
		if a.As != "" {
			first = a.As
			if dotted {
				flags = bytecode.FlagFrom
			}
		}
		t := fc.alloc()
		fc.emit(bytecode.OpImport, flags, t, fc.name(a.Name), 0)
		fc.store(first, opnd{t, true})
		fc.top = t
	}
}

// futures are the features that `from __future__ import` knows; all but annotations are the rule in 3.11.
const futures = " nested_scopes generators division absolute_import with_statement print_function unicode_literals " +
	"generator_stop annotations "

func (fc *fn) importFrom(s *ImportFrom) {
	if s.Module == "__future__" && s.Level == 0 {
		for _, a := range s.Names {
			if !strings.Contains(futures, " "+a.Name+" ") {
				fc.fail(Span{s.Start, s.Start}, "future feature %s is not defined", a.Name)
			}
		}
	}
	m := fc.alloc()
	fc.emit(bytecode.OpImport, bytecode.FlagFrom, m, fc.name(s.Module), s.Level)
	if len(s.Names) == 1 && s.Names[0].Name == "*" {
		fc.emit(bytecode.OpImportStar, bytecode.FlagA, m, 0, 0)
		return
	}
	for _, a := range s.Names {
		name := a.Name
		if a.As != "" {
			name = a.As
		}
		t := fc.alloc()
		fc.emit(bytecode.OpImportFrom, 0, t, m, fc.name(a.Name))
		fc.store(name, opnd{t, true})
		fc.top = t
	}
	fc.clear(m)
}
