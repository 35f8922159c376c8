package vm

// This file is the short way of slices of lists by steps of one, forwards and backwards: a Slice together with the Index
// or StoreIndex behind it, without a slice object.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// quickSlice executes a Slice and its user where the bounds are inline ints or None, the sequence is an exact list, and no
// other thread can change it meanwhile. What it stores is a list that dies behind it, as long as what it replaces.
func (t *Thread) quickSlice(in bytecode.Ins) action {
	if t.Locks || t.careful {
		return actSlow
	}
	fp := t.frame()
	regs := (*[3]Value)(unsafe.Pointer(reg(fp, in.B)))
	lo, hi, step := regs[0], regs[1], regs[2]
	if in.Flags&bytecode.FlagA != 0 {
		lo = None
	}
	if in.Flags&bytecode.FlagB != 0 {
		hi = None
	}
	if in.Flags&bytecode.FlagC != 0 {
		step = None
	}
	at := t.PC + 1
	use := *(*bytecode.Ins)(unsafe.Add(t.code, uintptr(at)<<3))
	back := step == refcount.SmallInt(-1)
	if !back && step != None {
		return actSlow
	}
	switch {
	case use.Op == bytecode.OpIndex && use.C == in.A && use.B != in.A && use.Flags&bytecode.FlagC != 0:
		v := *reg(fp, use.B)
		if !t.Is(v, KList) {
			return actSlow
		}
		r := t.cut(t.QuickItems(v), lo, hi, back)
		if r == Unbound {
			return actSlow
		}
		slot := reg(fp, in.A)
		old := *slot
		regs[0], regs[1], regs[2], *slot = Unbound, Unbound, Unbound, Unbound
		t.PC = at
		t.quickDrop(old)
		use.Flags &^= bytecode.FlagC
		t.quickPut(use, r)
	case use.Op == bytecode.OpStoreIndex && use.B == in.A && use.A != in.A && use.C != in.A && !back &&
		use.Flags&(bytecode.FlagB|bytecode.FlagC) == bytecode.FlagB|bytecode.FlagC:
		l, x := *reg(fp, use.A), *reg(fp, use.C)
		if !t.Is(l, KList) || !t.swapPart(l, lo, hi, x) {
			return actSlow
		}
		slot := reg(fp, in.A)
		old := *slot
		regs[0], regs[1], regs[2], *slot, *reg(fp, use.C) = Unbound, Unbound, Unbound, Unbound, Unbound
		t.PC = at
		t.quickDrop(old)
		t.quickDrop(x)
		if use.Flags&bytecode.FlagA != 0 {
			t.put(use.A, Unbound)
		}
	default:
		return actSlow
	}
	t.PC++
	return actJump
}

// cut makes a list of items[lo:hi], or of items[lo:hi:-1]; Unbound when it has done nothing.
func (t *Thread) cut(items []Value, lo, hi Value, back bool) Value {
	n := len(items)
	if back {
		i, ok := quickBound(lo, n-1, n, -1, n-1)
		end, ok2 := quickBound(hi, -1, n, -1, n-1)
		if !ok || !ok2 || end >= i {
			return Unbound
		}
		r, out := t.QuickList(uint16(KList), i-end)
		if out == nil {
			return Unbound
		}
		for k := 0; i > end; i, k = i-1, k+1 {
			v := items[i]
			if v.IsPtr() {
				t.Incref(v)
			}
			out[k] = v
		}
		return r
	}
	i, ok := quickBound(lo, 0, n, 0, n)
	end, ok2 := quickBound(hi, n, n, 0, n)
	if !ok || !ok2 || end <= i {
		return Unbound
	}
	r, out := t.QuickList(uint16(KList), end-i)
	if out == nil {
		return Unbound
	}
	for k, v := range items[i:end] {
		if v.IsPtr() {
			t.Incref(v)
		}
		out[k] = v
	}
	return r
}

// swapPart is l[lo:hi] = x for a list x that dies behind it and is as long as what it replaces: the items change places.
// false when it has done nothing.
func (t *Thread) swapPart(l, lo, hi, x Value) bool {
	if !t.Is(x, KList) || x == l || !t.Sole(x) {
		return false
	}
	to, from := t.QuickItems(l), t.QuickItems(x)
	n := len(to)
	i, ok := quickBound(lo, 0, n, 0, n)
	end, ok2 := quickBound(hi, n, n, 0, n)
	if !ok || !ok2 || end-i != len(from) {
		return false
	}
	part := to[i:end]
	for k, v := range part {
		part[k], from[k] = from[k], v
	}
	return true
}

// quickBound is sliceBound for a bound that may be of any type; ok is false for one that is neither None nor an inline int.
func quickBound(v Value, def, n, low, top int) (i int, ok bool) {
	if v.IsInt() {
		i = int(v.Int())
		if i < 0 {
			return max(i+n, low), true
		}
		return min(i, top), true
	}
	return def, v == None
}
