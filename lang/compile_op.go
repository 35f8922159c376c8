package lang

import "toylang/lang/bytecode"

// This file compiles operators: arithmetic, comparisons, boolean operators, and conditions as jumps.

var binaryOps = map[string]bytecode.Op{
	"+": bytecode.OpAdd, "-": bytecode.OpSub, "*": bytecode.OpMul, "/": bytecode.OpTrueDiv, "//": bytecode.OpFloorDiv,
	"%": bytecode.OpMod, "**": bytecode.OpPow, "@": bytecode.OpMatMul, "<<": bytecode.OpLShift, ">>": bytecode.OpRShift,
	"&": bytecode.OpAnd, "|": bytecode.OpOr, "^": bytecode.OpXor,
}

var binaryKOps = map[string]bytecode.Op{
	"+": bytecode.OpAddK, "-": bytecode.OpSubK, "*": bytecode.OpMulK, "/": bytecode.OpTrueDivK,
	"//": bytecode.OpFloorDivK, "%": bytecode.OpModK, "<<": bytecode.OpLShiftK, ">>": bytecode.OpRShiftK,
	"&": bytecode.OpAndK,
}

var unaryOps = map[string]bytecode.Op{"-": bytecode.OpNeg, "+": bytecode.OpPos, "~": bytecode.OpInvert, "not": bytecode.OpNot}

var compareOps = map[string]bytecode.Op{
	"<": bytecode.OpLt, "<=": bytecode.OpLe, ">": bytecode.OpGt, ">=": bytecode.OpGe, "==": bytecode.OpEq, "!=": bytecode.OpNe,
	"is": bytecode.OpIs, "is not": bytecode.OpIsNot, "in": bytecode.OpIn, "not in": bytecode.OpNotIn,
}

// branch is the fused form of a comparison: against a register, and against a K.
type branch struct{ reg, k bytecode.Op }

var branchOps = map[string]branch{
	"<": {bytecode.OpJLt, bytecode.OpJLtK}, "<=": {bytecode.OpJLe, bytecode.OpJLeK},
	">": {bytecode.OpJGt, bytecode.OpJGtK}, ">=": {bytecode.OpJGe, bytecode.OpJGeK},
	"==": {bytecode.OpJEq, bytecode.OpJEqK}, "!=": {bytecode.OpJNe, bytecode.OpJNeK},
}

func (fc *fn) unary(e *Unary, dst int) {
	x := fc.operand(e.X, dst)
	fc.emit(unaryOps[e.Op], x.flag(bytecode.FlagB), dst, x.reg, 0)
}

func (fc *fn) binary(e *Binary, dst int) {
	if k, ok := fc.fold(e.L); ok && kOperand(k) && (e.Op == "+" || e.Op == "*") {
		r := fc.operand(e.R, dst)
		fc.emit(binaryKOps[e.Op], r.flag(bytecode.FlagB)|bytecode.FlagSwap, dst, r.reg, 0, fc.konst(k))
		return
	}
	l := fc.operand(e.L, dst, e.R)
	fc.arith(e.Op, dst, l, e.R, 0)
}

// arith emits dst = l op r; flags may hold FlagInplace.
func (fc *fn) arith(op string, dst int, l opnd, r Expr, flags uint8) {
	if k, ok := fc.fold(r); ok && kOperand(k) {
		if kop, ok := binaryKOps[op]; ok {
			fc.emit(kop, flags|l.flag(bytecode.FlagB), dst, l.reg, 0, fc.konst(k))
			return
		}
	}
	scratch := -1
	if l.reg != dst {
		scratch = dst
	}
	o := fc.operand(r, scratch)
	fc.emit(binaryOps[op], flags|l.flag(bytecode.FlagB)|o.flag(bytecode.FlagC), dst, l.reg, o.reg)
}

// boolOp evaluates `a and b …` for its value.
func (fc *fn) boolOp(e *BoolOp, dst int) {
	t := dst
	if !fc.isTemp(dst) && !fc.quiet(dst, e.Xs[1:]) {
		t = fc.alloc()
	}
	end := &label{}
	last := len(e.Xs) - 1
	for _, x := range e.Xs[:last] {
		fc.valueJump(x, t, end, e.Op == "or")
	}
	if !fc.dead {
		fc.expr(e.Xs[last], t)
	}
	fc.bind(end)
	fc.move(dst, opnd{t, true})
}

// valueJump evaluates e into t and jumps to end if its truth is want; otherwise it falls through, where t is dead. An and
// inside an or (and the reverse) asks no operand for its truth twice.
func (fc *fn) valueJump(e Expr, t int, end *label, want bool) {
	if fc.dead {
		return
	}
	if k, ok := fc.fold(e); ok {
		if truth(k) == want {
			fc.loadK(t, k)
			fc.jmp(end)
		}
		return
	}
	b, ok := e.(*BoolOp)
	if !ok {
		fc.expr(e, t)
		fc.jumpIf(opnd{t, false}, end, want)
		return
	}
	last := len(b.Xs) - 1
	to, on, past := end, want, &label{}
	if (b.Op == "or") != want {
		to, on = past, !want
	}
	for _, x := range b.Xs[:last] {
		fc.valueJump(x, t, to, on)
	}
	fc.valueJump(b.Xs[last], t, end, want)
	fc.bind(past)
}

// quiet says whether a local may be written before the expressions have been evaluated: they do not read it, and no
// handler of this function could see it after an exception.
func (fc *fn) quiet(local int, rest []Expr) bool {
	return fc.handler == nil && !mentions(fc.out.LocalNames[local], rest...)
}

// jumpIf jumps when the operand's truth is want.
func (fc *fn) jumpIf(x opnd, to *label, want bool) {
	op := bytecode.OpJFalse
	if want {
		op = bytecode.OpJTrue
	}
	fc.jump(op, x.flag(bytecode.FlagA), x.reg, 0, to)
}

// cond jumps to a label when the truth of e is want, and falls through otherwise.
func (fc *fn) cond(e Expr, to *label, want bool) {
	if fc.dead {
		return
	}
	saved, top := fc.span, fc.top
	fc.span = e.At()
	fc.condAt(e, to, want)
	fc.span, fc.top = saved, top
}

func (fc *fn) condAt(e Expr, to *label, want bool) {
	if k, ok := fc.fold(e); ok {
		if truth(k) == want {
			fc.jmp(to)
		}
		return
	}
	switch e := e.(type) {
	case *Unary:
		if e.Op == "not" {
			fc.cond(e.X, to, !want)
			return
		}
	case *BoolOp:
		fc.condBool(e, to, want)
		return
	case *Compare:
		if len(e.Ops) > 1 {
			fc.chain(e, -1, to, want)
			return
		}
		l := fc.operand(e.First, -1, e.Rest...)
		fc.branch(e.Ops[0], l, e.Rest[0], to, want)
		return
	case *IfExp:
		fc.branches(e.Test, func() { fc.cond(e.Body, to, want) }, func() { fc.cond(e.Else, to, want) })
		return
	}
	fc.jumpIf(fc.operand(e, -1), to, want)
}

// condBool compiles and/or as jumps: no truth value is built.
func (fc *fn) condBool(e *BoolOp, to *label, want bool) {
	last := len(e.Xs) - 1
	stop := e.Op == "or" // the truth value that decides early
	early := to
	skip := &label{}
	if stop != want {
		early = skip
	}
	for _, x := range e.Xs[:last] {
		fc.cond(x, early, stop)
	}
	fc.cond(e.Xs[last], to, want)
	fc.bind(skip)
}

// branch jumps when the truth of `l op r` is want.
func (fc *fn) branch(op string, l opnd, r Expr, to *label, want bool) {
	k, isConst := fc.fold(r)
	if isConst && k == nil && (op == "is" || op == "is not") {
		jop := bytecode.OpJNone
		if (op == "is") != want {
			jop = bytecode.OpJNotNone
		}
		fc.jump(jop, l.flag(bytecode.FlagA), l.reg, 0, to)
		return
	}
	b, fused := branchOps[op]
	if fused && isConst && kOperand(k) {
		fc.jump(b.k, l.flag(bytecode.FlagA)|neg(want), l.reg, 0, to, fc.konst(k))
		return
	}
	o := fc.rightOperand(op, r)
	fc.branchReg(op, l, o, to, want)
}

// branchReg jumps when the truth of `l op r` is want, for two registers.
func (fc *fn) branchReg(op string, l, r opnd, to *label, want bool) {
	if b, ok := branchOps[op]; ok {
		fc.jump(b.reg, l.flag(bytecode.FlagA)|r.flag(bytecode.FlagB)|neg(want), l.reg, r.reg, to)
		return
	}
	t := l.reg
	if !l.temp {
		t = fc.alloc()
	}
	fc.emit(compareOps[op], l.flag(bytecode.FlagB)|r.flag(bytecode.FlagC), t, l.reg, r.reg)
	fc.jumpIf(opnd{t, true}, to, want)
}

func neg(want bool) uint8 {
	if want {
		return 0
	}
	return bytecode.FlagNeg
}

// rightOperand evaluates the right side of a comparison; a display of constants after `in` becomes a constant.
func (fc *fn) rightOperand(op string, e Expr, later ...Expr) opnd {
	if op == "in" || op == "not in" {
		if k, ok := fc.foldDisplay(e); ok {
			t := fc.alloc()
			fc.loadK(t, k)
			return opnd{t, true}
		}
	}
	return fc.operand(e, -1, later...)
}

// foldDisplay turns a list or set display of constants, which nobody can get hold of, into a tuple or frozenset constant.
func (fc *fn) foldDisplay(e Expr) (bytecode.Const, bool) {
	switch e := e.(type) {
	case *List:
		if vs, ok := fc.foldAll(e.Elts); ok {
			return bytecode.Tuple(vs), true
		}
	case *Set:
		if vs, ok := fc.foldAll(e.Elts); ok {
			return bytecode.Frozen(vs), true
		}
	}
	return nil, false
}

// compare evaluates a comparison for its value.
func (fc *fn) compare(e *Compare, dst int) {
	if len(e.Ops) == 1 {
		l := fc.operand(e.First, dst, e.Rest...)
		r := fc.rightOperand(e.Ops[0], e.Rest[0])
		fc.emit(compareOps[e.Ops[0]], l.flag(bytecode.FlagB)|r.flag(bytecode.FlagC), dst, l.reg, r.reg)
		return
	}
	t := dst
	if !fc.isTemp(dst) {
		t = fc.alloc()
	}
	fc.chain(e, t, nil, false)
	fc.move(dst, opnd{t, true})
}

// chain compiles `a < b < c`: for its value into the temporary t, or (t < 0) as a jump to a label. The middle operands
// are evaluated once; one in a temporary must be released where the chain stops early.
func (fc *fn) chain(e *Compare, t int, to *label, want bool) {
	type stub struct {
		label *label
		reg   int
	}
	var stubs []stub
	end := &label{}
	stop := end // where an early false goes
	if t < 0 && !want {
		stop = to
	}
	l := fc.operand(e.First, -1, e.Rest[:2]...)
	last := len(e.Ops) - 1
	for i, op := range e.Ops[:last] {
		r := fc.operand(e.Rest[i], -1, e.Rest[i+1]) // not folded: it is compared again
		fail := stop
		if r.temp {
			fail = &label{}
			stubs = append(stubs, stub{fail, r.reg})
		}
		if t < 0 {
			fc.branchReg(op, l, r.keep(), fail, false)
		} else {
			fc.emit(compareOps[op], l.flag(bytecode.FlagB), t, l.reg, r.reg)
			fc.jumpIf(opnd{t, false}, fail, false)
		}
		l = r
	}
	if t < 0 {
		fc.branch(e.Ops[last], l, e.Rest[last], to, want)
	} else {
		r := fc.rightOperand(e.Ops[last], e.Rest[last])
		fc.emit(compareOps[e.Ops[last]], l.flag(bytecode.FlagB)|r.flag(bytecode.FlagC), t, l.reg, r.reg)
	}
	if len(stubs) > 0 {
		fc.jmp(end)
	}
	for _, s := range stubs {
		fc.bind(s.label)
		fc.clear(s.reg)
		fc.jmp(stop)
	}
	fc.bind(end)
}
