package vm

// This file holds short ways for pairs of instructions and for displays whose object nobody else can have seen.

import (
	"math"
	mathbits "math/bits"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// sliceParts gives the registers of a Slice's start, stop and step, and what these are (borrowed).
func (t *Thread) sliceParts(in bytecode.Ins) (regs *[3]Value, part [3]Value) {
	regs = (*[3]Value)(unsafe.Pointer(t.r(in.B)))
	part = *regs
	for i := range part {
		if in.Flags&(bytecode.FlagA<<i) != 0 {
			part[i] = None
		}
	}
	return regs, part
}

// fusedSlice executes a Slice together with the Index or StoreIndex behind it that uses it up, without a slice object, when
// the bounds are inline ints or None and the sequence is a list, tuple or str. done is false when it has done nothing.
func (t *Thread) fusedSlice(in bytecode.Ins) (act action, done bool) {
	if t.Unsafe || t.Point != nil || t.careful {
		return 0, false
	}
	regs, part := t.sliceParts(in)
	for _, p := range part {
		if !p.IsInt() && p != None {
			return 0, false
		}
	}
	at := t.PC + uint32(in.Op.Size())
	use := insOf(t.VM.arena[at])
	switch {
	case use.Op == bytecode.OpIndex && use.C == in.A && use.Flags&bytecode.FlagC != 0:
		v := *t.r(use.B)
		if !t.Is(v, KList) && !t.Is(v, KTuple) && !t.Is(v, KStr) || use.B == in.A || part[2] == refcount.SmallInt(0) {
			return 0, false
		}
		n := 0
		if t.Is(v, KList) {
			n = t.LenOf(v)
		} else {
			n, _ = t.Len(v)
		}
		start, _, step, count := sliceOf(&part, n)
		t.PC = at
		var r Value
		switch Kind(t.ShapeOf(v)) {
		case KList:
			r = t.listSlice(v, start, step, count)
		case KTuple:
			r = t.tupleSlice(v, start, step, count)
		default:
			r = t.strSlice(v, start, step, count)
		}
		t.put(in.A, Unbound)
		*regs = [3]Value{Unbound, Unbound, Unbound}
		if act = t.finish(use, r); act != actNext {
			return act, true
		}
	case use.Op == bytecode.OpStoreIndex && use.B == in.A && use.Flags&bytecode.FlagB != 0 && part[2] == None:
		l, x := *t.r(use.A), *t.r(use.C)
		if !t.Is(l, KList) || x == Unbound || use.A == in.A || use.C == in.A {
			return 0, false
		}
		t.PC = at
		start, stop, _, _ := sliceOf(&part, t.ListLen(l))
		seq, ok := t.assignable(l, x, "can only assign an iterable")
		if ok {
			m := t.Hold(seq)
			ok = t.listSplice(l, start, max(stop-start, 0), seq)
			t.Unhold(m)
		}
		regs, _ = t.sliceParts(in)
		t.put(in.A, Unbound)
		*regs = [3]Value{Unbound, Unbound, Unbound}
		if act = t.done(use, ok); act != actNext {
			return act, true
		}
	default:
		return 0, false
	}
	t.PC += uint32(use.Op.Size())
	return actJump, true
}

// sliceOf resolves bounds that are inline ints or None for a sequence of n items; the step is not 0.
func sliceOf(part *[3]Value, n int) (start, stop, step, count int) {
	if part[2] == None || part[2] == refcount.SmallInt(1) {
		start, stop = sliceBound(part[0], 0, n, 0, n), sliceBound(part[1], n, n, 0, n)
		return start, stop, 1, max(stop-start, 0)
	}
	step = int(part[2].Int())
	if step > 0 {
		start, stop = sliceBound(part[0], 0, n, 0, n), sliceBound(part[1], n, n, 0, n)
		if start < stop {
			count = (stop-start-1)/step + 1
		}
		return start, stop, min(step, math.MaxInt32), count
	}
	start, stop = sliceBound(part[0], n-1, n, -1, n-1), sliceBound(part[1], -1, n, -1, n-1)
	switch {
	case stop >= start:
	case step == -1:
		count = start - stop
	default:
		count = (start-stop-1)/-step + 1
	}
	return start, stop, step, count
}

// sliceBound resolves one bound: def where it is None, within low and top.
func sliceBound(v Value, def, n, low, top int) int {
	if v == None {
		return def
	}
	i := int(v.Int())
	if i < 0 {
		return max(i+n, low)
	}
	return min(i, top)
}

// fusedMul executes a multiplication of inline ints together with the additions, masks and remainders by constants behind it, as long as
// each uses up the result of the one before: what lies between is often too large for an inline int, and the end is not.
// done is false when it has done nothing.
func (t *Thread) fusedMul(in bytecode.Ins, x, y Value) (act action, done bool) {
	at := t.PC + uint32(in.Op.Size())
	use := insOf(t.VM.arena[at])
	if !refcount.BothInt(x, y) || use.B != in.A || use.Flags&bytecode.FlagB == 0 || t.Point != nil || t.careful || wordBytes != 8 {
		return 0, false
	}
	a, b := x.Int(), y.Int()
	hi, lo := mathbits.Mul64(uint64(a), uint64(b))
	hi -= uint64(a>>63&b) + uint64(b>>63&a)
	pc, op := t.PC, in
	for {
		k := Value(t.VM.arena[at+1])
		if use.B != op.A || use.Flags&bytecode.FlagB == 0 || !k.IsInt() {
			break
		}
		w, sign := uint64(k.Int()), uint64(k.Int()>>63)
		if use.Op == bytecode.OpAndK {
			lo, hi = lo&w, hi&sign
		} else if use.Op == bytecode.OpAddK {
			var c uint64
			lo, c = mathbits.Add64(lo, w, 0)
			hi, _ = mathbits.Add64(hi, sign, c) // 100 bits at most: it fits
		} else if use.Op == bytecode.OpModK && use.Flags&bytecode.FlagSwap == 0 && int64(hi) >= 0 && int64(w) > 0 {
			_, lo = mathbits.Div64(hi%w, lo, w)
			hi = 0
		} else {
			break
		}
		pc, op = at, use
		at += uint32(use.Op.Size())
		use = insOf(t.VM.arena[at])
	}
	if pc == t.PC {
		return 0, false
	}
	t.PC = pc
	r := Value(0)
	if v := int64(lo); int64(hi) == v>>63 && refcount.FitsSmall(v) {
		r = refcount.SmallInt(v)
	} else if r = t.newWide(fromTwos(hi, lo)); r == Raised {
		return actRaise, true
	}
	if in.Flags&bytecode.FlagB != 0 {
		*t.r(in.B) = Unbound
	}
	if in.Flags&bytecode.FlagC != 0 {
		*t.r(in.C) = Unbound
	}
	t.put(op.A, r)
	t.PC += uint32(op.Op.Size())
	return actJump, true
}

// smallDict makes the dict of a display of a few exact strs; keys and values move out of their registers. Unbound when the
// display needs the long way.
func (t *Thread) smallDict(in bytecode.Ins) Value {
	if in.C == 0 || in.C > dictMinUsable {
		return Unbound
	}
	return t.QuickDict(uint16(KDict), uint16(KStr), strHash, unsafe.Slice(t.r(in.B), 2*in.C))
}
