package lang

import "toylang/lang/bytecode"

// This file compiles modules, functions and lambdas, and the code that makes function objects.

// module compiles the whole module.
func (c *compiler) module(m *Module) *bytecode.Func {
	at := Span{Pos{1, 1}, Pos{1, 1}}
	fc := c.newFn(m.Scope, at, m.Body)
	fc.out.Kind = bytecode.ModuleBody
	fc.setupAnnotations(m.Body)
	if doc, ok := docstring(m.Body); ok && !c.opt.Interactive {
		fc.out.Doc, fc.out.HasDoc = doc, true
		fc.storeK("__doc__", bytecode.Text(doc))
	}
	fc.stmts(m.Body)
	fc.emit(bytecode.OpReturnNone, 0, 0, 0, 0)
	return fc.finish()
}

// docstring gives the string literal that a body starts with.
func docstring(body []Stmt) (string, bool) {
	if len(body) > 0 {
		if s, ok := body[0].(*ExprStmt); ok {
			if s, ok := s.X.(*Str); ok {
				return s.Value, true
			}
		}
	}
	return "", false
}

// funcDef compiles a def statement.
func (fc *fn) funcDef(s *FuncDef) {
	if s.Async {
		fc.refuse(s.At(), "'async def'")
	}
	build := func() *bytecode.Func {
		in := fc.c.newFn(s.Scope, s.At(), s.Body)
		if len(s.Decorators) > 0 {
			in.out.FirstLine = s.Decorators[0].At().Start.Line
		}
		in.out.Doc, in.out.HasDoc = docstring(s.Body)
		in.params(s.Params)
		in.stmts(s.Body)
		in.emit(bytecode.OpReturnNone, 0, 0, 0, 0)
		return in.finish()
	}
	fc.decorated(s.Name, s.Decorators, func(dst int) {
		fc.makeFunc(dst, s, &s.Params, fc.annotations(&s.Params, s.Returns), s.Scope, build)
	})
}

func (fc *fn) lambda(e *Lambda, dst int) {
	fc.makeFunc(dst, e, &e.Params, nil, e.Scope, func() *bytecode.Func {
		in := fc.c.newFn(e.Scope, e.At(), e.Body)
		in.params(e.Params)
		in.returnValue(e.Body)
		return in.finish()
	})
}

// params describes the parameters and makes their cells.
func (fc *fn) params(p Params) {
	out := fc.out
	out.NPosOnly = len(p.PosOnly)
	out.NArgs = len(p.PosOnly) + len(p.Args)
	out.NKwOnly = len(p.KwOnly)
	out.VarArgs, out.VarKw = p.Star != nil, p.DoubleStar != nil
	if fc.scope.Generator {
		out.Kind = bytecode.Generator
	}
	fc.prologue()
}

// decorated evaluates the decorators, makes the thing, applies them, innermost first, and binds the name. The windows of
// the decorators' calls overlap: the result of one is the argument of the one before.
func (fc *fn) decorated(name string, decorators []Expr, build func(dst int)) {
	if len(decorators) == 0 {
		if reg, ok := fc.register(name); ok {
			build(reg)
			fc.markBound(reg, name)
			return
		}
	}
	top := fc.top
	var calls []int
	for _, d := range decorators {
		calls = append(calls, fc.push(d))
		fc.allocN(bytecode.FrameHeader - 1)
	}
	t := fc.alloc()
	build(t)
	saved := fc.span
	for i := len(calls) - 1; i >= 0; i-- {
		fc.span = decorators[i].At()
		t = calls[i]
		fc.emit(bytecode.OpCall, 0, t, 1, 0)
	}
	fc.span = saved
	fc.store(name, opnd{t, true})
	fc.top = top
}

// annotation is an entry of a function's __annotations__.
type annotation struct {
	name string
	x    Expr
}

// annotations lists a function's annotations in the order in which they are evaluated.
func (fc *fn) annotations(p *Params, returns Expr) []annotation {
	var out []annotation
	add := func(list ...Param) {
		for _, param := range list {
			if param.Annotation != nil {
				out = append(out, annotation{param.Name, param.Annotation})
			}
		}
	}
	add(p.Args...)
	add(p.PosOnly...)
	if p.Star != nil {
		add(*p.Star)
	}
	add(p.KwOnly...)
	if p.DoubleStar != nil {
		add(*p.DoubleStar)
	}
	if returns != nil {
		out = append(out, annotation{"return", returns})
	}
	return out
}

// makeFunc makes a function object in dst: node identifies it, build compiles it.
func (fc *fn) makeFunc(dst int, node any, p *Params, annotations []annotation, scope *Scope, build func() *bytecode.Func) {
	top := fc.top
	c := fc.allocN(4)
	fc.defaults(p, c)
	fc.kwDefaults(p, c+1)
	fc.annotationDict(annotations, c+3)
	fc.closure(scope.Free, c+2)
	k, ok := fc.funcs[node]
	if !ok {
		k = fc.addConst(build())
		fc.funcs[node] = k
	}
	fc.emit(bytecode.OpMakeFunc, 0, dst, k, c)
	fc.top = top
}

// defaults puts the tuple of positional defaults into dst, or None.
func (fc *fn) defaults(p *Params, dst int) {
	var list []Expr
	if p != nil {
		for _, params := range [][]Param{p.PosOnly, p.Args} {
			for _, param := range params {
				if param.Default != nil {
					list = append(list, param.Default)
				}
			}
		}
	}
	if len(list) == 0 {
		fc.loadK(dst, nil)
		return
	}
	fc.expr(&Tuple{fc.span, list}, dst)
}

// kwDefaults puts the dict of keyword-only defaults into dst, or None.
func (fc *fn) kwDefaults(p *Params, dst int) {
	base, n := fc.top, 0
	if p != nil {
		for _, param := range p.KwOnly {
			if param.Default != nil {
				fc.loadK(fc.alloc(), bytecode.Text(param.Name))
				fc.push(param.Default)
				n++
			}
		}
	}
	fc.dictOrNone(dst, base, n)
}

func (fc *fn) annotationDict(list []annotation, dst int) {
	base := fc.top
	for _, a := range list {
		fc.loadK(fc.alloc(), bytecode.Text(a.name))
		fc.annotation(a.x, fc.alloc())
	}
	fc.dictOrNone(dst, base, len(list))
}

func (fc *fn) dictOrNone(dst, base, n int) {
	if n == 0 {
		fc.loadK(dst, nil)
	} else {
		fc.emit(bytecode.OpDict, 0, dst, base, n)
	}
	fc.top = base
}

// closure puts the tuple of captured cells into dst, or None.
func (fc *fn) closure(free []string, dst int) {
	if len(free) == 0 {
		fc.loadK(dst, nil)
		return
	}
	base := fc.top
	for _, name := range free {
		t := fc.alloc()
		if reg, ok := fc.locals[name]; ok {
			fc.emit(bytecode.OpMove, 0, t, reg, 0)
		} else {
			fc.emit(bytecode.OpFreeCell, 0, t, fc.free[name], 0)
		}
	}
	fc.emit(bytecode.OpTuple, 0, dst, base, len(free))
	fc.top = base
}
