package vm

// This file is the meaning of the instructions that build displays, slices and strings.

import (
	"unsafe"

	"toylang/lang/bytecode"
)

// slowBuild handles displays and strings.
func (t *Thread) slowBuild(in bytecode.Ins) action {
	n := int(in.C)
	switch in.Op {
	case bytecode.OpList, bytecode.OpTuple, bytecode.OpSet, bytecode.OpBuildStr:
		items := unsafe.Slice(t.r(in.B), n)
		var r Value
		switch in.Op {
		case bytecode.OpList:
			r = t.NewList(items...)
		case bytecode.OpTuple:
			r = t.NewTuple(items...)
		case bytecode.OpSet:
			if r = t.NewSet(false); r == Raised {
				return actRaise
			}
			m := t.Hold(r)
			for _, v := range items {
				if !t.SetAdd(r, v) {
					t.Unhold(m)
					return actRaise
				}
			}
			t.Release(m)
			t.dropAll(items)
		default:
			r = t.JoinStrs(items)
			if r == Raised {
				return actRaise
			}
			t.dropAll(items)
		}
		for i := range items {
			items[i] = Unbound
		}
		if r == Raised {
			return actRaise
		}
		t.put(in.A, r)
		return actNext
	case bytecode.OpDict:
		if d := t.smallDict(in); d != Unbound {
			t.put(in.A, d)
			return actNext
		}
		d := t.NewDict()
		if d == Raised {
			return actRaise
		}
		m := t.Hold(d)
		for i := uint16(0); i < in.C; i++ {
			if !t.DictSet(d, *t.r(in.B + 2*i), *t.r(in.B + 2*i + 1)) {
				t.Unhold(m)
				return actRaise
			}
			t.put(in.B+2*i, Unbound)
			t.put(in.B+2*i+1, Unbound)
		}
		t.put(in.A, t.Release(m))
		return actNext
	case bytecode.OpListAppend:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.ListAppend(a, b) })
	case bytecode.OpSetAdd:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.SetAdd(a, b) })
	case bytecode.OpDictSet:
		return t.operands(in, true, true, true, func(a, b, c Value) bool { return t.DictSet(a, b, c) })
	case bytecode.OpListExtend:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.ListExtend(a, b) })
	case bytecode.OpSetUpdate:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.SetUpdate(a, b) })
	case bytecode.OpDictUpdate:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.DictUpdate(a, b) })
	case bytecode.OpDictMerge:
		return t.operands(in, true, true, false, func(a, b, _ Value) bool { return t.DictMerge(a, b, *t.r(in.C)) })
	case bytecode.OpListToTuple:
		return t.finish(in, t.TupleOf(*t.r(in.B)))
	case bytecode.OpSlice:
		if act, done := t.fusedSlice(in); done {
			return act
		}
		regs, part := t.sliceParts(in)
		*regs = [3]Value{Unbound, Unbound, Unbound}
		r := t.NewSlice(part[0], part[1], part[2])
		if r == Raised {
			return actRaise
		}
		t.put(in.A, r)
		return actNext
	case bytecode.OpConv:
		if !t.bound(in.B) {
			return actRaise
		}
		x := *t.r(in.B)
		switch in.C {
		case 'r':
			return t.finish(in, t.Repr(x))
		case 'a':
			return t.finish(in, t.Ascii(x))
		}
		return t.finish(in, t.Str(x))
	}
	// OpFormat
	if !t.bound(in.B) {
		return actRaise
	}
	spec := Unbound
	if in.C != bytecode.NoReg {
		spec = *t.r(in.C)
	}
	return t.finish(in, t.Format(*t.r(in.B), spec))
}

// operands runs an instruction that only reads registers.
func (t *Thread) operands(in bytecode.Ins, a, b, c bool, fn func(a, b, c Value) bool) action {
	var x, y, z Value
	if a {
		if !t.bound(in.A) {
			return actRaise
		}
		x = *t.r(in.A)
	}
	if b {
		if !t.bound(in.B) {
			return actRaise
		}
		y = *t.r(in.B)
	}
	if c {
		if !t.bound(in.C) {
			return actRaise
		}
		z = *t.r(in.C)
	}
	return t.done(in, fn(x, y, z))
}
