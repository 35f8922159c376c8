package vm

// This file is the short ways of instructions on containers and strs that the loop leaves to step: less than a long way
// costs, more than the loop should hold. Each one does all of the instruction, or nothing and says actSlow. They hold where
// t.Quick does.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// quickOps are the short ways, by instruction: each executes the instruction at t.PC where it can; otherwise actSlow.
var quickOps [256]func(t *Thread, in bytecode.Ins) action

func init() { // what they call comes back to the loop
	quickOps[bytecode.OpMulK] = (*Thread).quickMulK
	quickOps[bytecode.OpAdd] = (*Thread).quickAdd
	for op := bytecode.OpLt; op <= bytecode.OpNe; op++ {
		quickOps[op] = (*Thread).quickRelation
	}
	quickOps[bytecode.OpNot] = (*Thread).quickNot
	quickOps[bytecode.OpNeg] = (*Thread).quickNeg
	quickOps[bytecode.OpGetIter] = (*Thread).quickGetIter
	quickOps[bytecode.OpIndex] = (*Thread).quickIndexOp
	quickOps[bytecode.OpIndexK] = (*Thread).quickIndexK
	quickOps[bytecode.OpStoreIndex] = (*Thread).quickStoreIndex
	quickOps[bytecode.OpIn] = (*Thread).quickIn
	quickOps[bytecode.OpNotIn] = (*Thread).quickIn
	quickOps[bytecode.OpList] = (*Thread).quickList
	quickOps[bytecode.OpListAppend] = (*Thread).quickListAppend
	quickOps[bytecode.OpTuple] = (*Thread).quickTuple
	quickOps[bytecode.OpDict] = (*Thread).quickDict
	quickOps[bytecode.OpSlice] = (*Thread).quickSlice
	quickOps[bytecode.OpUnpack] = (*Thread).quickUnpack
	quickOps[bytecode.OpForIter] = (*Thread).quickForIter
	quickOps[bytecode.OpCallGlobal] = (*Thread).quickCall
	quickOps[bytecode.OpCallAttr] = (*Thread).quickCallAttr
	quickOps[bytecode.OpCallMethod] = (*Thread).quickCallMethod
	for _, op := range []bytecode.Op{bytecode.OpCall, bytecode.OpCallKw, bytecode.OpReturn, bytecode.OpReturnNone, bytecode.OpMakeFunc} {
		quickOps[op] = (*Thread).slowCall
	}
	// These are here to have less of Go's stack below them: a thread that starts and waits needs no more than 4 KiB of it.
	quickOps[bytecode.OpCallEx] = (*Thread).callEx
	quickOps[bytecode.OpWithEnter] = (*Thread).withEnter
	quickOps[bytecode.OpWithExit] = (*Thread).withExit
	quickOps[bytecode.OpEnterHandler] = (*Thread).enterHandlerOp
	quickOps[bytecode.OpLeaveHandler] = (*Thread).leaveHandlerOp
	quickOps[bytecode.OpMatchExc] = (*Thread).matchExcOp
	quickOps[bytecode.OpDelLocal] = (*Thread).delLocalOp
	quickOps[bytecode.OpRaise] = (*Thread).quickRaise
	quickOps[bytecode.OpGetAttr] = (*Thread).quickGetAttr
	for form := bytecode.NumOps; form < bytecode.NumForms; form++ {
		quickOps[form] = quickOps[form.Base()]
	}
}

func (t *Thread) quickMulK(in bytecode.Ins) action {
	if act, done := t.fusedMul(in, *t.r(in.B), Value(t.extra(0))); done {
		return act
	}
	return actSlow
}

func (t *Thread) quickAdd(in bytecode.Ins) action {
	a, b := *t.r(in.B), *t.r(in.C)
	if in.Flags&bytecode.FlagInplace != 0 {
		return actSlow
	}
	if t.Is(a, KList) && t.Is(b, KList) {
		return t.quickOwned(in, t.listConcat(a, b))
	}
	if !t.Is(a, KStr) || !t.Is(b, KStr) {
		return actSlow
	}
	return t.quickOwned(in, t.concatStrs(a, b))
}

// quickRelation is a comparison of numbers whose result is wanted.
func (t *Thread) quickRelation(in bytecode.Ins) action {
	a, b := *t.r(in.B), *t.r(in.C)
	if !t.exactNumber(a) || !t.exactNumber(b) {
		return actSlow
	}
	return t.quickPut(in, t.compareNumbers(CmpOp(in.Op-bytecode.OpLt), a, b))
}

func (t *Thread) quickNot(in bytecode.Ins) action {
	switch v := *t.r(in.B); {
	case v == True || v == None:
		return t.quickPut(in, refcount.Bool(v == None))
	case v == False:
		return t.quickPut(in, True)
	}
	return actSlow
}

func (t *Thread) quickNeg(in bytecode.Ins) action {
	if v := *t.r(in.B); v.IsInt() || v.IsFloat() {
		return t.quickOwned(in, t.Unary(SlotNeg, v))
	}
	return actSlow
}

// quickGetIter is GetIter of an exact list or tuple, of a range or of a generator.
func (t *Thread) quickGetIter(in bytecode.Ins) action {
	v := *t.r(in.B)
	if !v.IsPtr() {
		return actSlow
	}
	switch Kind(t.builtinShape(v)) {
	case KList, KTuple, KRange, KGenerator:
		return t.quickOwned(in, t.Iter(v))
	}
	return actSlow
}

// quickOwned is quickPut of what may be Raised.
func (t *Thread) quickOwned(in bytecode.Ins, x Value) action {
	if x == Raised {
		return actRaise
	}
	return t.quickPut(in, x)
}

func (t *Thread) quickIndexOp(in bytecode.Ins) action {
	return t.quickIndex(in, *t.r(in.B), *t.r(in.C))
}

func (t *Thread) quickIndexK(in bytecode.Ins) action {
	return t.quickIndex(in, *t.r(in.B), Value(t.extra(0)))
}

func (t *Thread) quickStoreIndex(in bytecode.Ins) action {
	if d, k, v := *t.r(in.A), *t.r(in.B), *t.r(in.C); t.Is(d, KDict) && v != Unbound {
		if ok, known := t.quickDictSet(d, k, v); known {
			return t.done(in, ok)
		}
	}
	return actSlow
}

func (t *Thread) quickIn(in bytecode.Ins) action {
	if k, d := *t.r(in.B), *t.r(in.C); t.Is(d, KDict) {
		if v, known := t.quickDictGet(d, k); known {
			t.Decref(v)
			return t.quickPut(in, refcount.Bool((v != Unbound) == (in.Op == bytecode.OpIn)))
		}
	}
	return actSlow
}

func (t *Thread) quickList(in bytecode.Ins) action {
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
}

// quickListAppend is ListAppend to a full list.
func (t *Thread) quickListAppend(in bytecode.Ins) action {
	l, v := *t.r(in.A), *t.r(in.B)
	if t.Locks || !t.Is(l, KList) || v == Unbound || in.Flags&bytecode.FlagA != 0 {
		return actSlow
	}
	if in.Flags&bytecode.FlagB != 0 {
		*t.r(in.B) = Unbound
	} else {
		t.Incref(v)
	}
	if !t.listPush(l, v) {
		return actRaise
	}
	return actNext
}

func (t *Thread) quickTuple(in bytecode.Ins) action {
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
}

func (t *Thread) quickDict(in bytecode.Ins) action {
	d := t.smallDict(in)
	if d == Unbound {
		return actSlow
	}
	p := t.r(in.A)
	old := *p
	*p = d
	t.quickDrop(old)
	return actNext
}

// quickGetAttr is GetAttr of an exception's computed attribute: its class has nothing of its own in the way.
func (t *Thread) quickGetAttr(in bytecode.Ins) action {
	o := *t.r(in.B)
	if t.Locks || !t.Isa(o, KException) {
		return actSlow
	}
	c := t.ClassOf(o)
	if ga := Value(c.slots[SlotGetAttribute].Load()); !c.Builtin && ga != t.VM.names.objectGetAttr {
		return actSlow
	}
	d, _ := t.Lookup(c, t.name(in.C))
	if !t.Is(d, KGetSet) {
		t.Decref(d)
		return actSlow
	}
	t.Decref(d) // it lives for ever
	if d == t.VM.names.excArgs {
		t.cacheAttr(o, t.name(in.C))
	}
	b := t.BuiltinOf(t.Field(d, 0))
	if b == nil || !t.enter() {
		return actSlow
	}
	r := b.Fn(t, unsafe.Slice(t.r(in.B), 1))
	t.depth--
	if r == Raised { // __getattr__ has a say: once more
		t.Decref(t.TakeExc())
		return actSlow
	}
	in.Flags &^= bytecode.FlagC
	return t.quickPut(in, r)
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
	t.quickDrop(old)
	t.quickDrop(b)
	t.quickDrop(c)
	return actNext
}

// quickDrop is Decref at the end of a short way: the loop frees what dies first.
func (t *Thread) quickDrop(v Value) {
	if v.IsPtr() {
		if h := header(t.Base, t.Mask, v); t.CountsPlainly(h) && h.Shared == 0 {
			if h.Count--; h.Count == 0 {
				t.dies(v)
			}
			return
		}
		t.Decref(v)
	}
}

// dies frees v, to which nothing refers any more, or leaves that to the loop. What has died before goes first.
func (t *Thread) dies(v Value) {
	h := header(t.Base, t.Mask, v)
	if t.dyingNext == 0 && h.Flags()&refcount.FlagsOfDeath == 0 {
		if t.dying == 0 {
			t.dying = v
		} else {
			t.dyingNext = v
		}
		return
	}
	h.Count = 1 // it is still ours
	t.dropDying()
	t.Decref(v)
}

// quickIndex is v[w] for a dict with a plain key, or a list or tuple with an index from the end.
func (t *Thread) quickIndex(in bytecode.Ins, v, w Value) action {
	if !v.IsPtr() {
		return actSlow
	}
	x := Unbound
	switch Kind(t.builtinShape(v)) {
	case KDict:
		x, _ = t.quickDictGet(v, w)
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
	if k.IsPtr() {
		h := header(t.Base, t.Mask, k)
		if h.Meta>>48 != uint64(KStr) {
			return 0, false
		}
		if hash = uint64(*field(h, strHash)); hash == 0 {
			hash = uint64(t.strHashOf(k))
		}
		return hash, true
	}
	if k == refcount.SmallInt(-1) {
		return ^uint64(1), true
	}
	return uint64(k.Int()), k.IsInt()
}

// sameKey reports that two keys of one hash are equal strs or the same; otherwise they must be compared the long way.
func (t *Thread) sameKey(a, b Value) bool {
	return a == b || t.Is(a, KStr) && t.Is(b, KStr) && t.sameStr(a, b)
}

// quickDictGet looks a key up in an exact dict (owned): Unbound when it is not there. known is false when the key is none
// that quickHash knows, or another one with its hash must be compared the long way.
func (t *Thread) quickDictGet(d, key Value) (v Value, known bool) {
	hash, known := t.quickHash(key)
	if !known {
		return Unbound, false
	}
	if t.LockFree && t.Locks {
		if v, known = t.peek(d, key, hash); known {
			return v, true
		}
		known = true
	}
	v = Unbound
	t.Lock(d)
	if payload := uint32(*field(header(t.Base, t.Mask, d), 0)); payload != 0 {
		if at, _ := t.QuickFind(payload, hash); at != nil {
			if known = at.Key == key || t.sameKey(at.Key, key); known {
				if v = at.Val; v.IsPtr() {
					t.Incref(v)
				}
			}
		}
	}
	t.Unlock(d)
	return v, known
}

// quickDictSet stores v (borrowed) under a key of an exact dict; known is false when it has done nothing.
func (t *Thread) quickDictSet(d, key, v Value) (ok, known bool) {
	hash, known := t.quickHash(key)
	if !known {
		return false, false
	}
	t.Lock(d)
	payload := uint32(*field(header(t.Base, t.Mask, d), 0))
	var at *refcount.Pair
	slot := uint64(0)
	if payload != 0 {
		at, slot = t.QuickFind(payload, hash)
	}
	switch {
	case at == nil:
		t.Incref(v)
		return t.dictInsert(d, t.Table(payload), slot, key, v, hash), true
	case at.Key != key && !t.sameKey(at.Key, key):
		t.Unlock(d)
		return false, false
	}
	if v.IsPtr() {
		t.Incref(v)
	}
	old := at.Val
	at.Val = v
	t.Unlock(d)
	if old.IsPtr() {
		t.Decref(old)
	}
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
