package vm

// This file is the short ways of instructions on containers and strs that the loop leaves to step: less than a long way
// costs, more than the loop should hold. Each one does all of the instruction, or nothing and says actSlow. They hold where
// t.Quick does.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// quickStep executes the instruction at t.PC where a short way is known; otherwise actSlow.
func (t *Thread) quickStep(in bytecode.Ins) action {
	switch in.Op {
	case bytecode.OpMulK:
		if act, done := t.fusedMul(in, *t.r(in.B), Value(t.extra(0))); done {
			return act
		}
	case bytecode.OpAdd:
		if a, b := *t.r(in.B), *t.r(in.C); in.Flags&bytecode.FlagInplace == 0 && t.Is(a, KStr) && t.Is(b, KStr) {
			if r := t.concatStrs(a, b); r != Raised {
				return t.quickPut(in, r)
			}
			return actRaise
		}
	case bytecode.OpIndex:
		return t.quickIndex(in, *t.r(in.B), *t.r(in.C))
	case bytecode.OpIndexK:
		return t.quickIndex(in, *t.r(in.B), Value(t.extra(0)))
	case bytecode.OpStoreIndex:
		if d, k, v := *t.r(in.A), *t.r(in.B), *t.r(in.C); t.Is(d, KDict) && v != Unbound {
			if hash, ok := t.quickHash(k); ok {
				if ok, known := t.quickDictSet(d, k, v, hash); known {
					return t.done(in, ok)
				}
			}
		}
	case bytecode.OpIn, bytecode.OpNotIn:
		if k, d := *t.r(in.B), *t.r(in.C); t.Is(d, KDict) {
			if hash, ok := t.quickHash(k); ok {
				if v, known := t.quickDictGet(d, k, hash); known {
					t.Decref(v)
					return t.finish(in, refcount.Bool((v != Unbound) == (in.Op == bytecode.OpIn)))
				}
			}
		}
	case bytecode.OpList:
		items := unsafe.Slice(t.r(in.B), int(in.C))
		l, at := t.QuickList(uint16(KList), len(items))
		if at == nil {
			return actSlow
		}
		for i, v := range items {
			at[i], items[i] = v, Unbound
		}
		t.put(in.A, l)
		return actNext
	case bytecode.OpTuple:
		items := unsafe.Slice(t.r(in.B), int(in.C))
		if len(items) == 0 {
			return actSlow
		}
		v, known := t.QuickTuple(uint16(KTuple), items)
		if !known {
			return actSlow
		}
		for i := range items {
			items[i] = Unbound
		}
		t.put(in.A, v)
		return actNext
	case bytecode.OpDict:
		if d := t.smallDict(in); d != Unbound {
			t.put(in.A, d)
			return actNext
		}
	case bytecode.OpSlice:
		if act, done := t.fusedSlice(in); done {
			return act
		}
	case bytecode.OpUnpack:
		return t.quickUnpack(in)
	case bytecode.OpForIter:
		return t.quickForIter(in)
	case bytecode.OpCallGlobal:
		return t.quickCall(in)
	case bytecode.OpCallAttr:
		if x := *t.r(in.B); x != Unbound {
			if b := t.cachedBuiltin(x, t.extra(1)); b != nil {
				return t.callCached(in, b, x)
			}
		}
	}
	return actSlow
}

// quickPut ends an instruction with the owned result x, as finish does.
func (t *Thread) quickPut(in bytecode.Ins, x Value) action {
	fp := t.frame()
	var b, c Value
	if in.Flags&bytecode.FlagB != 0 {
		p := reg(fp, in.B)
		b, *p = *p, Unbound
	}
	if in.Flags&bytecode.FlagC != 0 {
		p := reg(fp, in.C)
		c, *p = *p, Unbound
	}
	p := reg(fp, in.A)
	old := *p
	*p = x
	if old.IsPtr() {
		t.Decref(old)
	}
	if b.IsPtr() {
		t.Decref(b)
	}
	if c.IsPtr() {
		t.Decref(c)
	}
	return actNext
}

// quickIndex is v[w] for a dict with a plain key, or a list or tuple with an index from the end.
func (t *Thread) quickIndex(in bytecode.Ins, v, w Value) action {
	if !v.IsPtr() {
		return actSlow
	}
	x := Unbound
	switch Kind(t.builtinShape(v)) {
	case KDict:
		if hash, ok := t.quickHash(w); ok {
			x, _ = t.quickDictGet(v, w, hash)
		}
	case KList:
		if w.IsInt() {
			i := int(w.Int())
			if i < 0 {
				i += t.LenOf(v)
			}
			x = t.ListGet(v, i)
		}
	case KTuple:
		if w.IsInt() {
			items := t.Items(v)
			i := int(w.Int())
			if i < 0 {
				i += items.Len()
			}
			if i >= 0 && i < items.Len() {
				x = t.Ref(items.Get(i))
			}
		}
	case KStr:
		if n := t.RawWord(v, strLen); w.IsInt() && n&wideStr == 0 {
			i := int(w.Int())
			if i < 0 {
				i += int(n)
			}
			if b := t.RawBytes(v, strData, int(n)); i >= 0 && i < len(b) {
				x = t.Ref(t.VM.chars[b[i]&0x7F])
			}
		}
	}
	if x == Unbound {
		return actSlow
	}
	return t.quickPut(in, x)
}

// quickHash is the hash of an inline int or an exact str.
func (t *Thread) quickHash(k Value) (hash uint64, ok bool) {
	if k.IsInt() {
		if k == refcount.SmallInt(-1) {
			return ^uint64(1), true
		}
		return uint64(k.Int()), true
	}
	if !t.Is(k, KStr) {
		return 0, false
	}
	return uint64(t.strHashOf(k)), true
}

// quickEntry finds the entry of a key that quickHash knows; known is false when another key with the same hash must be
// compared the long way. d is an exact dict, locked where the strategy has locks.
func (t *Thread) quickEntry(d, key Value, hash uint64) (at *refcount.Pair, slot uint64, payload uint32, known bool) {
	if payload = t.Body(d).Payload; payload == 0 {
		return nil, 0, 0, true
	}
	at, slot = t.QuickFind(payload, hash)
	known = at == nil || at.Key == key || t.Is(at.Key, KStr) && t.Is(key, KStr) && t.sameStr(at.Key, key)
	return at, slot, payload, known
}

// quickDictGet looks a key up (owned): Unbound when it is not there.
func (t *Thread) quickDictGet(d, key Value, hash uint64) (v Value, known bool) {
	if t.LockFree && t.Locks {
		if v, known = t.peek(d, key, hash); known {
			return v, true
		}
	}
	t.Lock(d)
	at, _, _, known := t.quickEntry(d, key, hash)
	v = Unbound
	if known && at != nil {
		v = t.Ref(at.Val)
	}
	t.Unlock(d)
	return v, known
}

// quickDictSet stores v (borrowed) under a key; known is false when it has done nothing.
func (t *Thread) quickDictSet(d, key, v Value, hash uint64) (ok, known bool) {
	t.Incref(v)
	t.Lock(d)
	at, slot, payload, known := t.quickEntry(d, key, hash)
	switch {
	case !known:
		t.Unlock(d)
		t.Decref(v)
		return false, false
	case at == nil:
		return t.dictInsert(d, t.Table(payload), slot, key, v, hash), true
	}
	old := at.Val
	at.Val = v
	t.Unlock(d)
	t.Decref(old)
	return true, true
}

// quickUnpack is Unpack of an exact tuple of the right length, which is no operand's destination.
func (t *Thread) quickUnpack(in bytecode.Ins) action {
	fp := t.frame()
	v, n := *reg(fp, in.A), int(in.C)
	if !t.Is(v, KTuple) || n > 8 || in.A >= in.B && in.A < in.B+in.C {
		return actSlow
	}
	h := header(t.Base, t.Mask, v)
	if *field(h, 0) != refcount.SmallInt(int64(n)) {
		return actSlow
	}
	var old [8]Value
	for i := 0; i < n; i++ {
		x := *field(h, 1+i)
		t.Incref(x)
		p := reg(fp, in.B+uint16(i))
		old[i], *p = *p, x
	}
	if in.Flags&bytecode.FlagA != 0 {
		*reg(fp, in.A) = Unbound
		t.Decref(v)
	}
	for _, x := range old[:n] {
		if x.IsPtr() {
			t.Decref(x)
		}
	}
	return actNext
}

// quickForIter is ForIter of an iterator whose next item comes without toy code.
func (t *Thread) quickForIter(in bytecode.Ins) action {
	it := *t.r(in.A)
	if !t.quiet(it) {
		return actSlow
	}
	v, _ := t.nextKind(Kind(t.ShapeOf(it)), it)
	switch v {
	case Raised:
		return actRaise
	case Unbound:
		t.put(in.A, Unbound)
		return actNext
	}
	p := t.r(in.B)
	old := *p
	*p = v
	t.PC += uint32(in.Op.Size()) + uint32(int32(int16(in.C)))
	if old.IsPtr() {
		t.Decref(old)
	}
	if t.breakerSet() && !t.CheckBreak() {
		return actRaise
	}
	return actJump
}

// quickCall is CallGlobal of a built-in function with as many arguments as it has parameters, and of str and range with ints.
func (t *Thread) quickCall(in bytecode.Ins) action {
	w := t.extra(0)
	if uint32(w>>32) != atomic.LoadUint32(t.epoch) || t.LockReads {
		return actSlow
	}
	f := *(*Value)(unsafe.Add(t.Base, uintptr(uint32(w)&t.Mask)<<3))
	if !f.IsPtr() {
		return actSlow
	}
	if h := header(t.Base, t.Mask, f); t.Locks && (h.Flags()&refcount.FlagImmortal == 0 || h.Gen() != f.Gen()) && f != t.VM.kinds[KStr].Value {
		return actSlow // only what lives for ever can be called without being counted
	}
	n := int(in.C)
	fp := unsafe.Add(t.frame(), uintptr(in.A)<<3)
	args := unsafe.Slice((*Value)(unsafe.Add(fp, argShift*8)), n)
	r := Raised
	switch h := header(t.Base, t.Mask, f); h.Meta >> 48 {
	case uint64(KBuiltin):
		b := t.BuiltinOf(f)
		if n != b.Exact || *field(h, 1) != Unbound || !t.enter() {
			return actSlow
		}
		r = b.Fn(t, args)
		t.depth--
	case uint64(KClass):
		switch {
		case f == t.VM.kinds[KStr].Value && n == 1 && (args[0].IsInt() || t.Is(args[0], KStr)):
			r = t.Str(args[0])
		case f == t.VM.kinds[KRange].Value && (n == 1 && args[0].IsInt() || n == 2 && refcount.BothInt(args[0], args[1])):
			r = t.rangeOf(args)
		default:
			return actSlow
		}
	default:
		return actSlow
	}
	if r == Raised {
		return actRaise
	}
	fp = unsafe.Pointer(t.r(in.A))
	for i := n - 1; i >= 0; i-- {
		p := (*Value)(unsafe.Add(fp, (argShift+i)*8))
		v := *p
		*p = Unbound
		if v.IsPtr() {
			t.Decref(v)
		}
	}
	p := (*Value)(fp)
	old := *p
	*p = r
	if old.IsPtr() {
		t.Decref(old)
	}
	if atomic.LoadUint32(&t.Breaker) != 0 {
		return t.afterBuiltin()
	}
	return actNext
}
