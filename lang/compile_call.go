package lang

import "toylang/lang/bytecode"

// This file compiles calls. The window of a call is the callee's register, two words for the machine, then the arguments;
// a method call has self as its first argument. The result replaces the callee.

func (fc *fn) call(e *Call, dst int) {
	base := fc.window(dst)
	positional, keywords := splitArgs(e.Args)
	switch {
	case hasStars(e.Args):
		fc.callEx(e, base, positional, keywords)
	case len(keywords) > 0:
		fc.callKw(e, base, positional, keywords)
	default:
		fc.callPlain(e, base, positional)
	}
	fc.move(dst, opnd{base, true})
}

// window gives the first register of a call's window: dst, if nothing stands above it, else a fresh one.
func (fc *fn) window(dst int) int {
	if fc.isTemp(dst) && dst == fc.top-1 {
		return dst
	}
	return fc.alloc()
}

// splitArgs separates positional arguments from keywords: the former are evaluated first.
func splitArgs(args []Arg) (positional []Expr, keywords []Arg) {
	for _, a := range args {
		switch {
		case a.Star == "*":
			positional = append(positional, &Starred{a.Span, a.Value})
		case a.Star == "**" || a.Name != "":
			keywords = append(keywords, a)
		default:
			positional = append(positional, a.Value)
		}
	}
	return positional, keywords
}

func hasStars(args []Arg) bool {
	for _, a := range args {
		if a.Star != "" {
			return true
		}
	}
	return false
}

// callPlain compiles a call with positional arguments only.
func (fc *fn) callPlain(e *Call, base int, args []Expr) {
	at := fc.span
	switch f := e.Func.(type) {
	case *Name:
		if b, _ := fc.lookup(f.ID); b == BindGlobal && fc.loadsLate(f, args) {
			fc.allocN(bytecode.FrameHeader - 1)
			fc.pushAll(args)
			fc.loadSpan = f.At()
			fc.emit(bytecode.OpCallGlobal, 0, base, fc.name(f.ID), len(args))
			fc.loadSpan = Span{}
			return
		}
	case *Attribute:
		name := fc.name(f.Name)
		x := fc.operand(f.X, base)
		if fc.isBound(x.reg) && fc.allBound(args, fc.isPlain) {
			fc.allocN(bytecode.FrameHeader)
			fc.pushAll(args)
			fc.span = methodSpan(at, f)
			fc.loadSpan = attrSpan(f)
			fc.emit(bytecode.OpCallAttr, x.flag(bytecode.FlagB), base, x.reg, len(args), name)
			fc.loadSpan = Span{}
			return
		}
		fc.loadMethod(f, x, base, name)
		fc.pushAll(args)
		fc.span = methodSpan(at, f)
		fc.emit(bytecode.OpCallMethod, 0, base, len(args), 0)
		return
	}
	fc.expr(e.Func, base)
	fc.allocN(bytecode.FrameHeader - 1)
	fc.pushAll(args)
	fc.emit(bytecode.OpCall, 0, base, len(args), 0)
}

func (fc *fn) loadMethod(f *Attribute, x opnd, base, name int) {
	fc.span = attrSpan(f)
	fc.emit(bytecode.OpLoadMethod, x.flag(bytecode.FlagB), base, x.reg, name)
	fc.allocN(bytecode.FrameHeader)
}

// methodSpan is the position of a method call: where the call begins above the line of the method's name, that of the
// name (as in CPython, with the last line of the call).
func methodSpan(at Span, f *Attribute) Span {
	if name := attrSpan(f); at.Start.Line != name.End.Line {
		at.Start, at.End.Col = Pos{name.End.Line, max(1, name.End.Col-len([]rune(f.Name)))}, name.End.Col
	}
	return at
}

func (fc *fn) pushAll(list []Expr) {
	for _, e := range list {
		fc.push(e)
	}
}

// loadsLate says whether the global callee may be loaded after its arguments: see compile_globals.go.
func (fc *fn) loadsLate(f *Name, args []Expr) bool {
	if fc.allBound(args, fc.isPlain) {
		return true
	}
	if !fc.c.isStable(f.ID, f.At().Start) {
		return false
	}
	for _, a := range args {
		if contains(a, suspends) {
			return false
		}
	}
	return true
}

// suspends says whether a node binds names or gives up control in the middle of an expression.
func suspends(n any) bool {
	switch n.(type) {
	case *NamedExpr, *Yield, *YieldFrom, *Await:
		return true
	}
	return false
}

// allBound says whether all the expressions satisfy the condition.
func (fc *fn) allBound(list []Expr, is func(Expr) bool) bool {
	for _, e := range list {
		if !is(e) {
			return false
		}
	}
	return true
}

// isPlain says whether e is a constant or a local that is certainly bound.
func (fc *fn) isPlain(e Expr) bool {
	if n, ok := e.(*Name); ok {
		if reg, ok := fc.register(n.ID); ok {
			return fc.isBound(reg)
		}
	}
	_, ok := fc.fold(e)
	return ok
}

// callKw compiles a call with keywords but no stars.
func (fc *fn) callKw(e *Call, base int, positional []Expr, keywords []Arg) {
	at := fc.span
	var flags uint8
	if f, ok := e.Func.(*Attribute); ok {
		name := fc.name(f.Name)
		fc.loadMethod(f, fc.operand(f.X, base), base, name)
		at = methodSpan(at, f)
		flags = bytecode.FlagMethod
	} else {
		fc.expr(e.Func, base)
		fc.allocN(bytecode.FrameHeader - 1)
	}
	fc.pushAll(positional)
	var names bytecode.Tuple
	for _, k := range keywords {
		names = append(names, bytecode.Text(k.Name))
		fc.push(k.Value)
	}
	fc.span = at
	fc.emit(bytecode.OpCallKw, flags, base, len(positional)+len(keywords), fc.konst(names))
}

// callEx compiles a call with stars: a list or tuple of arguments and a dict of keywords.
func (fc *fn) callEx(e *Call, base int, positional []Expr, keywords []Arg) {
	fc.expr(e.Func, base)
	fc.allocN(bytecode.FrameHeader - 1)
	args := fc.alloc()
	if star, alone := onlyStar(positional); alone {
		fc.expr(star, args) // the call itself takes it apart
	} else if anyStarred(positional) {
		fc.sequence(bytecode.OpList, positional, args)
	} else {
		fc.expr(&Tuple{e.Span, positional}, args)
	}
	kw := fc.alloc()
	fc.keywords(keywords, kw, base)
	fc.emit(bytecode.OpCallEx, 0, base, 0, 0)
}

// onlyStar gives x of the arguments (*x).
func onlyStar(positional []Expr) (x Expr, ok bool) {
	if len(positional) != 1 {
		return nil, false
	}
	s, ok := positional[0].(*Starred)
	if !ok {
		return nil, false
	}
	return s.X, true
}

// keywords builds the dict of a call's keywords in dst, or None; callee is for the message about repeated ones.
func (fc *fn) keywords(keywords []Arg, dst, callee int) {
	if len(keywords) == 0 {
		fc.loadK(dst, nil)
		return
	}
	made := false
	for len(keywords) > 0 {
		top := fc.top
		if keywords[0].Star != "" {
			if !made {
				fc.emit(bytecode.OpDict, 0, dst, fc.top, 0)
			}
			v := fc.operand(keywords[0].Value, -1)
			fc.emit(bytecode.OpDictMerge, v.flag(bytecode.FlagB), dst, v.reg, callee)
			keywords = keywords[1:]
		} else {
			n := 0
			for n < len(keywords) && keywords[n].Star == "" && n < maxRun {
				fc.loadK(fc.alloc(), bytecode.Text(keywords[n].Name))
				fc.push(keywords[n].Value)
				n++
			}
			fc.dictRun(dst, top, n, made, func(t int) { fc.emit(bytecode.OpDictMerge, bytecode.FlagB, dst, t, callee) })
			keywords = keywords[n:]
		}
		made = true
		fc.top = top
	}
}
