package lang

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// This file prints syntax trees as text, for tests; testdata/dump.py prints CPython's in the same form.

type dumper struct{ b strings.Builder }

func dumpModule(m *Module) string {
	d := &dumper{}
	d.stmts(m.Body)
	return d.b.String()
}

func (d *dumper) open(name string, at Span) {
	fmt.Fprintf(&d.b, "(%s@%d:%d-%d:%d", name, at.Start.Line, at.Start.Col, at.End.Line, at.End.Col)
}

// node prints a node; parts are strings, expressions, lists …
func (d *dumper) node(name string, at Span, parts ...any) {
	d.open(name, at)
	for _, p := range parts {
		d.b.WriteByte(' ')
		d.any(p)
	}
	d.b.WriteByte(')')
}

func (d *dumper) words(list []string) { d.b.WriteString("[" + strings.Join(list, " ") + "]") }

func dumpList[T any](d *dumper, list []T, f func(T)) {
	d.b.WriteByte('[')
	for i, x := range list {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		f(x)
	}
	d.b.WriteByte(']')
}

func (d *dumper) stmts(list []Stmt) { dumpList(d, list, d.stmt) }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (d *dumper) any(p any) {
	switch p := p.(type) {
	case nil:
		d.b.WriteByte('-')
	case string:
		d.b.WriteString(p)
	case []string:
		d.words(p)
	case Expr:
		d.expr(p)
	case []Expr:
		dumpList(d, p, func(e Expr) { d.any(e) })
	case []Stmt:
		d.stmts(p)
	case []Arg:
		dumpList(d, p, d.arg)
	case []Alias:
		dumpList(d, p, func(a Alias) { d.node("alias", a.Span, a.Name, orDash(a.As)) })
	case []*Handler:
		dumpList(d, p, func(h *Handler) { d.node("Handler", h.Span, h.Type, orDash(h.Name), h.Body) })
	case []WithItem:
		dumpList(d, p, func(w WithItem) {
			d.b.WriteString("(item ")
			d.any(w.Ctx)
			d.b.WriteByte(' ')
			d.any(w.Target)
			d.b.WriteByte(')')
		})
	case []CompFor:
		dumpList(d, p, d.clause)
	case *Params:
		d.params(p)
	case Pattern:
		d.pattern(p)
	case []Pattern:
		dumpList(d, p, func(e Pattern) { d.any(e) })
	case []*Case:
		dumpList(d, p, func(c *Case) {
			d.b.WriteString("(case ")
			d.any(c.Pattern)
			d.b.WriteByte(' ')
			d.any(c.Guard)
			d.b.WriteByte(' ')
			d.stmts(c.Body)
			d.b.WriteByte(')')
		})
	default:
		panic(fmt.Sprintf("%T", p))
	}
}

func (d *dumper) stmt(s Stmt) {
	at := s.At()
	async := func(is bool, name string) string {
		if is {
			return "Async" + name
		}
		return name
	}
	switch s := s.(type) {
	case *ExprStmt:
		d.node("ExprStmt", at, s.X)
	case *Assign:
		d.node("Assign", at, s.Targets, s.Value)
	case *AugAssign:
		d.node("AugAssign", at, s.Target, s.Op, s.Value)
	case *AnnAssign:
		simple := "0"
		if s.Simple {
			simple = "1"
		}
		d.node("AnnAssign", at, s.Target, s.Annotation, s.Value, simple)
	case *Delete:
		d.node("Delete", at, s.Targets)
	case *Pass:
		d.node("Pass", at)
	case *Break:
		d.node("Break", at)
	case *Continue:
		d.node("Continue", at)
	case *Return:
		d.node("Return", at, s.Value)
	case *Raise:
		d.node("Raise", at, s.Exc, s.Cause)
	case *Assert:
		d.node("Assert", at, s.Test, s.Msg)
	case *Global:
		d.node("Global", at, s.Names)
	case *Nonlocal:
		d.node("Nonlocal", at, s.Names)
	case *Import:
		d.node("Import", at, s.Names)
	case *ImportFrom:
		d.node("ImportFrom", at, s.Module, strconv.Itoa(s.Level), s.Names)
	case *If:
		d.node("If", at, s.Test, s.Body, s.Else)
	case *While:
		d.node("While", at, s.Test, s.Body, s.Else)
	case *For:
		d.node(async(s.Async, "For"), at, s.Target, s.Iter, s.Body, s.Else)
	case *With:
		d.node(async(s.Async, "With"), at, s.Items, s.Body)
	case *Try:
		name := "Try"
		if s.Star {
			name = "TryStar"
		}
		d.node(name, at, s.Body, s.Handlers, s.Else, s.Finally)
	case *FuncDef:
		d.node(async(s.Async, "FuncDef"), at, s.Name, s.Decorators, &s.Params, s.Returns, s.Body)
	case *ClassDef:
		d.node("ClassDef", at, s.Name, s.Decorators, s.Args, s.Body)
	case *Match:
		d.node("Match", at, s.Subject, s.Cases)
	default:
		panic(fmt.Sprintf("%T", s))
	}
}

func (d *dumper) arg(a Arg) {
	switch {
	case a.Star == "**":
		d.b.WriteString("(** ")
		d.any(a.Value)
		d.b.WriteByte(')')
	case a.Star == "*":
		d.node("Starred", a.Span, a.Value)
	case a.Name != "":
		d.b.WriteString("(kw " + a.Name + " ")
		d.any(a.Value)
		d.b.WriteByte(')')
	default:
		d.any(a.Value)
	}
}

func (d *dumper) clause(c CompFor) {
	d.b.WriteString(map[bool]string{true: "(async ", false: "(for "}[c.Async])
	d.any(c.Target)
	d.b.WriteByte(' ')
	d.any(c.Iter)
	d.b.WriteByte(' ')
	d.any(c.Ifs)
	d.b.WriteByte(')')
}

func (d *dumper) params(p *Params) {
	one := func(p *Param) {
		if p == nil {
			d.b.WriteByte('-')
			return
		}
		d.b.WriteString("(" + p.Name + " ")
		d.any(p.Annotation)
		d.b.WriteByte(' ')
		d.any(p.Default)
		d.b.WriteByte(')')
	}
	list := func(list []Param) { dumpList(d, list, func(p Param) { one(&p) }) }
	d.b.WriteString("(params ")
	list(p.PosOnly)
	d.b.WriteByte(' ')
	list(p.Args)
	d.b.WriteByte(' ')
	one(p.Star)
	d.b.WriteByte(' ')
	list(p.KwOnly)
	d.b.WriteByte(' ')
	one(p.DoubleStar)
	d.b.WriteByte(')')
}

func floatBits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

func (d *dumper) expr(e Expr) {
	at := e.At()
	switch e := e.(type) {
	case *Name:
		d.node("Name", at, e.ID)
	case *NumInt:
		d.node("NumInt", at, e.Digits)
	case *NumFloat:
		d.node("NumFloat", at, floatBits(e.Value))
	case *NumImag:
		d.node("NumImag", at, floatBits(e.Value))
	case *Str:
		d.node("Str", at, fmt.Sprintf("%x", e.Value))
	case *Bytes:
		d.node("Bytes", at, fmt.Sprintf("%x", e.Value))
	case *FString:
		d.open("FString", at)
		d.b.WriteByte(' ')
		d.fparts(e.Parts)
		d.b.WriteByte(')')
	case *Const:
		d.node("Const", at, e.Kind)
	case *Tuple:
		d.node("Tuple", at, e.Elts)
	case *List:
		d.node("List", at, e.Elts)
	case *Set:
		d.node("Set", at, e.Elts)
	case *Dict:
		d.node("Dict", at, e.Keys, e.Values)
	case *Unary:
		d.node("Unary", at, e.Op, e.X)
	case *Binary:
		d.node("Binary", at, e.Op, e.L, e.R)
	case *BoolOp:
		d.node("BoolOp", at, e.Op, e.Xs)
	case *Compare:
		d.node("Compare", at, e.First, e.Ops, e.Rest)
	case *Call:
		d.node("Call", at, e.Func, e.Args)
	case *IfExp:
		d.node("IfExp", at, e.Test, e.Body, e.Else)
	case *Lambda:
		d.node("Lambda", at, &e.Params, e.Body)
	case *Attribute:
		d.node("Attribute", at, e.X, e.Name)
	case *Subscript:
		d.node("Subscript", at, e.X, e.Index)
	case *Slice:
		d.node("Slice", at, e.Lo, e.Hi, e.Step)
	case *Starred:
		d.node("Starred", at, e.X)
	case *NamedExpr:
		d.node("NamedExpr", at, e.Target, e.Value)
	case *Comp:
		d.node("Comp", at, e.Kind, e.Elt, e.Value, e.Clauses)
	case *Yield:
		d.node("Yield", at, e.Value)
	case *YieldFrom:
		d.node("YieldFrom", at, e.Value)
	case *Await:
		d.node("Await", at, e.Value)
	default:
		panic(fmt.Sprintf("%T", e))
	}
}

func (d *dumper) fparts(parts []Expr) {
	for i, p := range parts {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		switch p := p.(type) {
		case *Str:
			fmt.Fprintf(&d.b, "'%x'", p.Value)
		case *Field:
			d.b.WriteByte('{')
			d.any(p.X)
			d.b.WriteByte('!')
			if p.Conv != 0 {
				d.b.WriteByte(p.Conv)
			}
			if p.Spec != nil {
				d.b.WriteByte(':')
				d.fparts(p.Spec.Parts)
			}
			d.b.WriteByte('}')
		}
	}
}

func (d *dumper) pattern(p Pattern) {
	at := p.At()
	switch p := p.(type) {
	case *MatchValue:
		d.node("MatchValue", at, p.X)
	case *MatchSingleton:
		d.node("MatchSingleton", at, p.Kind)
	case *MatchSequence:
		d.node("MatchSequence", at, p.Patterns)
	case *MatchStar:
		d.node("MatchStar", at, p.Name)
	case *MatchMapping:
		d.node("MatchMapping", at, p.Keys, p.Patterns, p.Rest)
	case *MatchClass:
		d.node("MatchClass", at, p.Class, p.Patterns, p.Names, p.Keywords)
	case *MatchAs:
		d.node("MatchAs", at, p.Pattern, p.Name)
	case *MatchOr:
		d.node("MatchOr", at, p.Patterns)
	}
}
