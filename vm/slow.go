package vm

// This file is what every instruction means, written out in full. The loops in interp.go and its variants know shorter
// ways for the common cases and come here for the rest.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// action is what the loop does after an instruction.
type action uint8

const (
	actNext    action = iota // go on behind the instruction
	actJump                  // t.PC (and t.fp) are set
	actRaise                 // t.Exc is set
	actReraise               // the same, and the frame gets no traceback entry
	actExit                  // the loop's entry frame is gone; t.result is its value
	actSlow                  // nothing was done: there is no short way
)

// r reads a register of the running frame.
func (t *Thread) r(i uint16) *Value { return reg(t.frame(), i) }

// put writes a register; v is owned, the old value is dropped.
func (t *Thread) put(i uint16, v Value) {
	p := t.r(i)
	old := *p
	*p = v
	if old.IsPtr() {
		t.Decref(old)
	}
}

// take empties a register and gives what it owned.
func (t *Thread) take(i uint16) Value {
	p := t.r(i)
	v := *p
	*p = Unbound
	t.Keep(v)
	return v
}

// bound reports that a register holds a value; otherwise the UnboundLocalError is raised.
func (t *Thread) bound(i uint16) bool {
	if *t.r(i) != Unbound {
		return true
	}
	c := t.codeOf(t.frame())
	name := "?"
	if int(i) < len(c.LocalNames) {
		name = c.LocalNames[i]
	}
	t.Raise(t.VM.Exc.UnboundLocalError, "cannot access local variable '%s' where it is not associated with a value", name)
	return false
}

// finish ends an instruction with a result for R[a]: consumed operands are dropped.
func (t *Thread) finish(in bytecode.Ins, r Value) action {
	if r == Raised {
		return actRaise
	}
	var b, c Value
	if in.Flags&bytecode.FlagB != 0 {
		b = t.take(in.B)
	}
	if in.Flags&bytecode.FlagC != 0 {
		c = t.take(in.C)
	}
	t.put(in.A, r)
	t.DecrefAll(b, c)
	return actNext
}

// done ends an instruction without a result.
func (t *Thread) done(in bytecode.Ins, ok bool) action {
	if !ok {
		return actRaise
	}
	if in.Flags&bytecode.FlagA != 0 {
		t.put(in.A, Unbound)
	}
	if in.Flags&bytecode.FlagB != 0 {
		t.put(in.B, Unbound)
	}
	if in.Flags&bytecode.FlagC != 0 {
		t.put(in.C, Unbound)
	}
	return actNext
}

// jump goes to a distance from the end of the instruction; a backward one checks the eval breaker.
func (t *Thread) jump(in bytecode.Ins, off int32) action {
	t.PC += uint32(in.Op.Size()) + uint32(off)
	if off < 0 && t.breakerSet() && !t.CheckBreak() {
		return actRaise
	}
	return actJump
}

// branch jumps by the instruction's c if cond.
func (t *Thread) branch(in bytecode.Ins, cond bool) action {
	if cond {
		return t.jump(in, int32(int16(in.C)))
	}
	return actNext
}

// global says which function's globals the running frame sees (borrowed).
func (t *Thread) frameFunc(fp unsafe.Pointer) Value {
	f := *word(fp, frameFunc)
	if t.Is(f, KGenerator) {
		return t.Field(f, GenFunc)
	}
	return f
}

// Globals is the globals dict of the running frame (borrowed); Unbound when there is none.
func (t *Thread) Globals() Value {
	if t.fp == 0 {
		return Unbound
	}
	f := t.frameFunc(t.frame())
	if !t.Is(f, KFunction) {
		return Unbound
	}
	return t.Field(f, FuncGlobals)
}

// extra reads the word i after the instruction.
func (t *Thread) extra(i uint32) uint64 { return t.VM.arena[t.PC+1+i] }

// slow executes the instruction at t.PC.
func (t *Thread) slow(in bytecode.Ins) action {
	switch op := in.Op; op {
	case bytecode.OpNop:
		return actNext
	case bytecode.OpMove:
		if in.Flags&bytecode.FlagB != 0 {
			t.put(in.A, t.take(in.B))
			return actNext
		}
		if !t.bound(in.B) {
			return actRaise
		}
		t.put(in.A, t.Ref(*t.r(in.B)))
		return actNext
	case bytecode.OpLoadK:
		t.put(in.A, t.Ref(Value(t.extra(0))))
		return actNext
	case bytecode.OpLoadGlobal, bytecode.OpStoreGlobal, bytecode.OpDelGlobal, bytecode.OpLoadName, bytecode.OpStoreName,
		bytecode.OpDelName, bytecode.OpLoadFree, bytecode.OpStoreFree, bytecode.OpDelFree, bytecode.OpLoadClassFree,
		bytecode.OpFreeCell, bytecode.OpNewCell, bytecode.OpLoadCell, bytecode.OpStoreCell, bytecode.OpDelCell,
		bytecode.OpSetupAnnot:
		return t.slowName(in)
	case bytecode.OpDelLocal:
		return t.delLocalOp(in)
	case bytecode.OpClear:
		for i := in.A; i < in.A+in.B; i++ {
			t.put(i, Unbound)
		}
		return actNext

	case bytecode.OpAdd, bytecode.OpSub, bytecode.OpMul, bytecode.OpTrueDiv, bytecode.OpFloorDiv, bytecode.OpMod,
		bytecode.OpPow, bytecode.OpMatMul, bytecode.OpLShift, bytecode.OpRShift, bytecode.OpAnd, bytecode.OpOr,
		bytecode.OpXor:
		if !t.bound(in.B) || !t.bound(in.C) {
			return actRaise
		}
		if op == bytecode.OpMul {
			if act, done := t.fusedMul(in, *t.r(in.B), *t.r(in.C)); done {
				return act
			}
		}
		return t.finish(in, t.binary(in, BinOp(op-bytecode.OpAdd), *t.r(in.B), *t.r(in.C)))
	case bytecode.OpAddK, bytecode.OpSubK, bytecode.OpMulK, bytecode.OpTrueDivK, bytecode.OpFloorDivK, bytecode.OpModK,
		bytecode.OpLShiftK, bytecode.OpRShiftK, bytecode.OpAndK:
		if !t.bound(in.B) {
			return actRaise
		}
		x, k := *t.r(in.B), Value(t.extra(0))
		if op == bytecode.OpMulK {
			if act, done := t.fusedMul(in, x, k); done {
				return act
			}
		}
		if in.Flags&bytecode.FlagSwap != 0 {
			x, k = k, x
		}
		return t.finish(in, t.binary(in, kOps[op-bytecode.OpAddK], x, k))
	case bytecode.OpNeg, bytecode.OpPos, bytecode.OpInvert:
		if !t.bound(in.B) {
			return actRaise
		}
		return t.finish(in, t.Unary(SlotNeg+Slot(op-bytecode.OpNeg), *t.r(in.B)))
	case bytecode.OpNot:
		if !t.bound(in.B) {
			return actRaise
		}
		b, ok := t.Truth(*t.r(in.B))
		if !ok {
			return actRaise
		}
		return t.finish(in, refcount.Bool(!b))
	case bytecode.OpLt, bytecode.OpLe, bytecode.OpGt, bytecode.OpGe, bytecode.OpEq, bytecode.OpNe:
		if !t.bound(in.B) || !t.bound(in.C) {
			return actRaise
		}
		return t.finish(in, t.Compare(CmpOp(op-bytecode.OpLt), *t.r(in.B), *t.r(in.C)))
	case bytecode.OpIs, bytecode.OpIsNot:
		if !t.bound(in.B) || !t.bound(in.C) {
			return actRaise
		}
		return t.finish(in, refcount.Bool((*t.r(in.B) == *t.r(in.C)) == (op == bytecode.OpIs)))
	case bytecode.OpIn, bytecode.OpNotIn:
		if !t.bound(in.B) || !t.bound(in.C) {
			return actRaise
		}
		b, ok := t.Contains(*t.r(in.C), *t.r(in.B))
		if !ok {
			return actRaise
		}
		return t.finish(in, refcount.Bool(b == (op == bytecode.OpIn)))

	case bytecode.OpJmp:
		return t.jump(in, int32(uint32(in.B)|uint32(in.C)<<16))
	case bytecode.OpJTrue, bytecode.OpJFalse:
		if !t.bound(in.A) {
			return actRaise
		}
		b, ok := t.Truth(*t.r(in.A))
		if !ok {
			return actRaise
		}
		if in.Flags&bytecode.FlagA != 0 {
			t.put(in.A, Unbound)
		}
		return t.branch(in, b == (op == bytecode.OpJTrue))
	case bytecode.OpJNone, bytecode.OpJNotNone:
		if !t.bound(in.A) {
			return actRaise
		}
		b := *t.r(in.A) == None
		if in.Flags&bytecode.FlagA != 0 {
			t.put(in.A, Unbound)
		}
		return t.branch(in, b == (op == bytecode.OpJNone))
	case bytecode.OpJLt, bytecode.OpJLe, bytecode.OpJGt, bytecode.OpJGe, bytecode.OpJEq, bytecode.OpJNe:
		if !t.bound(in.A) || !t.bound(in.B) {
			return actRaise
		}
		return t.compareBranch(in, t.Compare(CmpOp(op-bytecode.OpJLt), *t.r(in.A), *t.r(in.B)))
	case bytecode.OpJLtK, bytecode.OpJLeK, bytecode.OpJGtK, bytecode.OpJGeK, bytecode.OpJEqK, bytecode.OpJNeK:
		if !t.bound(in.A) {
			return actRaise
		}
		return t.compareBranch(in, t.Compare(CmpOp(op-bytecode.OpJLtK), *t.r(in.A), Value(t.extra(0))))

	case bytecode.OpGetIter:
		if !t.bound(in.B) {
			return actRaise
		}
		return t.finish(in, t.Iter(*t.r(in.B)))
	case bytecode.OpForIter:
		return t.slowForIter(in)
	case bytecode.OpUnpack:
		if !t.bound(in.A) {
			return actRaise
		}
		n := int(in.C)
		return t.unpackInto(in, n, func(out []Value) bool { return t.Unpack(*t.r(in.A), n, out) })
	case bytecode.OpUnpackEx:
		if !t.bound(in.A) {
			return actRaise
		}
		before, after := int(in.C&0xFF), int(in.C>>8)
		return t.unpackInto(in, before+1+after, func(out []Value) bool { return t.UnpackEx(*t.r(in.A), before, after, out) })

	case bytecode.OpList, bytecode.OpTuple, bytecode.OpSet, bytecode.OpDict, bytecode.OpListAppend, bytecode.OpSetAdd,
		bytecode.OpDictSet, bytecode.OpListExtend, bytecode.OpSetUpdate, bytecode.OpDictUpdate, bytecode.OpDictMerge,
		bytecode.OpListToTuple, bytecode.OpSlice, bytecode.OpConv, bytecode.OpFormat, bytecode.OpBuildStr:
		return t.slowBuild(in)

	case bytecode.OpIndex:
		if !t.bound(in.B) || !t.bound(in.C) {
			return actRaise
		}
		return t.finish(in, t.GetItem(*t.r(in.B), *t.r(in.C)))
	case bytecode.OpIndexK:
		if !t.bound(in.B) {
			return actRaise
		}
		return t.finish(in, t.GetItem(*t.r(in.B), Value(t.extra(0))))
	case bytecode.OpStoreIndex:
		if !t.bound(in.C) || !t.bound(in.A) || !t.bound(in.B) {
			return actRaise
		}
		return t.done(in, t.SetItem(*t.r(in.A), *t.r(in.B), *t.r(in.C)))
	case bytecode.OpDelIndex:
		if !t.bound(in.A) || !t.bound(in.B) {
			return actRaise
		}
		return t.done(in, t.DelItem(*t.r(in.A), *t.r(in.B)))
	case bytecode.OpGetAttr:
		if !t.bound(in.B) {
			return actRaise
		}
		in.Flags &^= bytecode.FlagC
		x, name := *t.r(in.B), t.name(in.C)
		r := t.GetAttr(x, name)
		if r != Raised {
			t.cacheAttr(x, name)
		}
		return t.finish(in, r)
	case bytecode.OpSetAttr:
		if !t.bound(in.B) || !t.bound(in.A) {
			return actRaise
		}
		in.Flags &^= bytecode.FlagC
		x := *t.r(in.A)
		if t.extend(x, *t.r(in.B), t.extra(0)) {
			return t.done(in, true)
		}
		name, was := t.name(in.C), t.LayoutOf(x)
		ok := t.SetAttr(x, name, *t.r(in.B))
		if ok {
			t.cacheStore(x, name, was)
		}
		return t.done(in, ok)
	case bytecode.OpDelAttr:
		if !t.bound(in.A) {
			return actRaise
		}
		return t.done(in, t.DelAttr(*t.r(in.A), t.name(in.C)))

	case bytecode.OpLoadMethod, bytecode.OpCall, bytecode.OpCallMethod, bytecode.OpCallAttr, bytecode.OpCallGlobal,
		bytecode.OpCallKw, bytecode.OpCallEx, bytecode.OpReturn, bytecode.OpReturnNone, bytecode.OpReturnK,
		bytecode.OpMakeFunc, bytecode.OpMakeClass:
		return t.slowCall(in)
	case bytecode.OpYield, bytecode.OpYieldFrom:
		return t.slowYield(in)
	}
	return t.slowRare(in)
}

// kOps are the operations of the K forms.
var kOps = [...]BinOp{Add, Sub, Mul, TrueDiv, FloorDiv, Mod, LShift, RShift, BitAnd}

func (t *Thread) binary(in bytecode.Ins, op BinOp, x, y Value) Value {
	if in.Flags&bytecode.FlagInplace != 0 {
		return t.Inplace(op, x, y)
	}
	return t.Binary(op, x, y)
}

// name reads a name of the running code.
func (t *Thread) name(i uint16) Value { return t.codeOf(t.frame()).NameV[i] }

func (t *Thread) compareBranch(in bytecode.Ins, r Value) action {
	if r == Raised {
		return actRaise
	}
	b, ok := t.Truth(r)
	t.Decref(r)
	if !ok {
		return actRaise
	}
	if in.Flags&bytecode.FlagA != 0 {
		t.put(in.A, Unbound)
	}
	if in.Flags&bytecode.FlagB != 0 {
		t.put(in.B, Unbound)
	}
	return t.branch(in, b == (in.Flags&bytecode.FlagNeg == 0))
}

func (t *Thread) delLocalOp(in bytecode.Ins) action {
	if !t.bound(in.A) {
		return actRaise
	}
	t.put(in.A, Unbound)
	return actNext
}

func (t *Thread) slowForIter(in bytecode.Ins) action {
	it := *t.r(in.A)
	if t.Is(it, KGenerator) && t.Field(it, GenState) != refcount.SmallInt(genDone) {
		if !t.pushGenerator(it, 0, t.PC) {
			return actRaise
		}
		t.feed(None)
		if !t.breakEntry() {
			return actRaise
		}
		return actJump
	}
	v, ok := t.Next(it)
	if !ok {
		return actRaise
	}
	if v == Unbound {
		t.put(in.A, Unbound)
		return actNext
	}
	t.put(in.B, v)
	return t.jump(in, int32(int16(in.C)))
}

// unpackInto unpacks R[a] into the n registers from b.
func (t *Thread) unpackInto(in bytecode.Ins, n int, fill func(out []Value) bool) action {
	if v := *t.r(in.A); !t.Unsafe && t.Is(v, KTuple) && in.Op == bytecode.OpUnpack {
		return t.unpackTuple(in, v, n)
	}
	out := make([]Value, n)
	if !fill(out) {
		return actRaise
	}
	if in.Flags&bytecode.FlagA != 0 && (in.A < in.B || in.A >= in.B+uint16(n)) {
		src := t.take(in.A)
		defer t.Decref(src)
	}
	for i, v := range out {
		t.put(in.B+uint16(i), v)
	}
	return actNext
}

// unpackTuple is unpackInto for an exact tuple, which nobody can change.
func (t *Thread) unpackTuple(in bytecode.Ins, v Value, n int) action {
	items := t.Items(v)
	if have := items.Len(); have != n {
		t.unpackCount(n, have)
		return actRaise
	}
	src := t.Ref(v) // the registers may be all that holds it
	if in.Flags&bytecode.FlagA != 0 && (in.A < in.B || in.A >= in.B+uint16(n)) {
		t.put(in.A, Unbound)
	}
	for i := 0; i < n; i++ {
		t.put(in.B+uint16(i), t.Ref(items.Get(i)))
	}
	t.Decref(src)
	return actNext
}
