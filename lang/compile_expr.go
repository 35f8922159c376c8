package lang

import "toylang/lang/bytecode"

// This file compiles expressions in general: dispatch, attributes, subscripts, conditional and assignment expressions.

// expr evaluates e into dst.
func (fc *fn) expr(e Expr, dst int) {
	saved, top := fc.span, fc.top
	fc.span = e.At()
	if v, ok := fc.fold(e); ok {
		fc.loadK(dst, v)
	} else {
		fc.exprAt(e, dst)
	}
	fc.span, fc.top = saved, top
}

func (fc *fn) exprAt(e Expr, dst int) {
	switch e := e.(type) {
	case *Name:
		fc.load(e.ID, dst)
	case *Unary:
		fc.unary(e, dst)
	case *Binary:
		fc.binary(e, dst)
	case *BoolOp:
		fc.boolOp(e, dst)
	case *Compare:
		fc.compare(e, dst)
	case *Call:
		fc.call(e, dst)
	case *IfExp:
		fc.ifExp(e, dst)
	case *Attribute:
		x := fc.operand(e.X, dst)
		fc.span = attrSpan(e)
		fc.emit(bytecode.OpGetAttr, x.flag(bytecode.FlagB), dst, x.reg, fc.name(e.Name))
	case *Subscript:
		fc.subscript(e, dst)
	case *Slice:
		fc.slice(e, dst)
	case *NamedExpr:
		fc.assignName(e.Target, e.Value)
		fc.load(e.Target.ID, dst)
	case *Lambda:
		fc.lambda(e, dst)
	case *Comp:
		fc.comp(e, dst)
	case *FString:
		fc.fstring(e, dst)
	case *Yield:
		fc.yield(e, dst)
	case *YieldFrom:
		fc.yieldFrom(e, dst)
	default:
		fc.display(e, dst)
	}
}

// display compiles tuple, list, set and dict displays, and refuses what toy lacks.
func (fc *fn) display(e Expr, dst int) {
	switch e := e.(type) {
	case *Tuple:
		fc.tuple(e.Elts, dst)
	case *List:
		fc.sequence(bytecode.OpList, e.Elts, dst)
	case *Set:
		fc.sequence(bytecode.OpSet, e.Elts, dst)
	case *Dict:
		fc.dict(e, dst)
	case *NumImag:
		fc.refuse(e.At(), "complex numbers")
	case *Await:
		fc.refuse(e.At(), "'await'")
	case *Starred:
		fc.fail(e.At(), "can't use starred expression here")
	default:
		fc.fail(e.At(), "toy does not support this expression yet")
	}
}

// discard evaluates e for its effects.
func (fc *fn) discard(e Expr) {
	if _, ok := fc.fold(e); ok {
		return
	}
	saved, top := fc.span, fc.top
	fc.span = e.At()
	switch e := e.(type) {
	case *Name:
		if reg, ok := fc.register(e.ID); ok && fc.isBound(reg) {
			break
		}
		fc.clear(fc.push(e))
	case *NamedExpr:
		fc.assignName(e.Target, e.Value)
	case *BoolOp:
		end := &label{}
		for _, x := range e.Xs[:len(e.Xs)-1] {
			fc.cond(x, end, e.Op == "or")
		}
		fc.discard(e.Xs[len(e.Xs)-1])
		fc.bind(end)
	case *IfExp:
		fc.branches(e.Test, func() { fc.discard(e.Body) }, func() { fc.discard(e.Else) })
	default:
		fc.clear(fc.push(e))
	}
	fc.span, fc.top = saved, top
}

// branches compiles two alternatives.
func (fc *fn) branches(test Expr, yes, no func()) {
	els, end := &label{}, &label{}
	fc.cond(test, els, false)
	if !fc.dead {
		yes()
		fc.jmp(end)
	}
	fc.bind(els)
	if !fc.dead {
		no()
	}
	fc.bind(end)
}

func (fc *fn) ifExp(e *IfExp, dst int) {
	fc.branches(e.Test, func() { fc.expr(e.Body, dst) }, func() { fc.expr(e.Else, dst) })
}

// attrSpan is the position of an attribute access: when the whole spans several lines, that of the name.
func attrSpan(e *Attribute) Span {
	at := e.At()
	if at.Start.Line != at.End.Line {
		at.Start = Pos{at.End.Line, max(1, at.End.Col-len([]rune(e.Name)))}
	}
	return at
}

func (fc *fn) subscript(e *Subscript, dst int) {
	x := fc.operand(e.X, dst, e.Index)
	if k, ok := fc.fold(e.Index); ok {
		if _, isInt := k.(int64); isInt && kOperand(k) {
			fc.emit(bytecode.OpIndexK, x.flag(bytecode.FlagB), dst, x.reg, 0, fc.konst(k))
			return
		}
	}
	scratch := -1
	if x.reg != dst {
		scratch = dst
	}
	i := fc.operand(e.Index, scratch)
	fc.emit(bytecode.OpIndex, x.flag(bytecode.FlagB)|i.flag(bytecode.FlagC), dst, x.reg, i.reg)
}

func (fc *fn) slice(e *Slice, dst int) {
	base, flags := fc.top, uint8(0)
	for i, part := range []Expr{e.Lo, e.Hi, e.Step} {
		if part == nil {
			flags |= bytecode.FlagA << i
			fc.alloc()
		} else {
			fc.push(part)
		}
	}
	fc.emit(bytecode.OpSlice, flags, dst, base, 0)
}

func (fc *fn) yield(e *Yield, dst int) {
	t := dst
	if !fc.isTemp(dst) {
		t = fc.alloc()
	}
	var v opnd
	if e.Value == nil {
		fc.loadK(t, nil)
		v = opnd{t, true}
	} else {
		v = fc.operand(e.Value, t)
	}
	fc.emit(bytecode.OpYield, v.flag(bytecode.FlagB), t, v.reg, 0)
	fc.move(dst, opnd{t, true})
}

func (fc *fn) yieldFrom(e *YieldFrom, dst int) {
	t := dst
	if !fc.isTemp(dst) {
		t = fc.alloc()
	}
	it := fc.alloc()
	v := fc.operand(e.Value, it)
	fc.emit(bytecode.OpGetIter, v.flag(bytecode.FlagB), it, v.reg, 0)
	fc.loadK(t, nil)
	fc.emit(bytecode.OpYieldFrom, 0, t, it, 0)
	fc.move(dst, opnd{t, true})
}

// fstring joins literal parts and formatted fields.
func (fc *fn) fstring(e *FString, dst int) {
	parts := fc.literalParts(e.Parts)
	switch len(parts) {
	case 0:
		fc.loadK(dst, bytecode.Text(""))
		return
	case 1:
		fc.fpart(parts[0], dst)
		return
	}
	base := fc.top
	for _, p := range parts {
		fc.fpart(p, fc.alloc())
	}
	fc.emit(bytecode.OpBuildStr, 0, dst, base, len(parts))
}

// literalParts merges neighbouring literals and turns plain fields of string constants into literals.
func (fc *fn) literalParts(parts []Expr) []Expr {
	var out []Expr
	for _, p := range parts {
		if f, ok := p.(*Field); ok && f.Conv == 0 && f.Spec == nil {
			if v, ok := fc.fold(f.X); ok {
				if s, ok := v.(bytecode.Text); ok {
					p = &Str{f.Span, string(s)}
				}
			}
		}
		s, ok := p.(*Str)
		if ok && s.Value == "" {
			continue
		}
		if ok && len(out) > 0 {
			if last, ok := out[len(out)-1].(*Str); ok {
				out[len(out)-1] = &Str{Span{last.Start, s.End}, last.Value + s.Value}
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

func (fc *fn) fpart(p Expr, dst int) {
	f, ok := p.(*Field)
	if !ok {
		fc.expr(p, dst)
		return
	}
	saved, top := fc.span, fc.top
	spec := specParts(f)
	x := fc.operand(f.X, dst, spec...)
	if f.Conv != 0 {
		t := dst
		if !fc.isTemp(dst) && len(spec) > 0 {
			t = fc.alloc()
		}
		fc.emit(bytecode.OpConv, x.flag(bytecode.FlagB), t, x.reg, int(f.Conv))
		x = opnd{t, true}
	}
	switch {
	case len(spec) > 0:
		t := fc.alloc()
		fc.fstring(f.Spec, t)
		fc.emit(bytecode.OpFormat, x.flag(bytecode.FlagB)|bytecode.FlagC, dst, x.reg, t)
	case f.Conv == 0:
		fc.emit(bytecode.OpFormat, x.flag(bytecode.FlagB), dst, x.reg, bytecode.NoReg)
	}
	fc.span, fc.top = saved, top
}

// specParts lists what is evaluated after a field's value and before it is formatted.
func specParts(f *Field) []Expr {
	if f.Spec == nil {
		return nil
	}
	return f.Spec.Parts
}
