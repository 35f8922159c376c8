package vm

// This file is the meaning of the instructions that call, return, yield and make functions.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

func (t *Thread) slowCall(in bytecode.Ins) action {
	size := uint32(in.Op.Size())
	switch in.Op {
	case bytecode.OpLoadMethod:
		if !t.bound(in.B) {
			return actRaise
		}
		x, name := *t.r(in.B), t.name(in.C)
		fn, self := t.GetMethod(x, name)
		if fn == Raised {
			return actRaise
		}
		t.cacheAttr(x, name)
		if in.Flags&bytecode.FlagB != 0 {
			old := t.take(in.B)
			t.put(in.A, fn)
			t.put(in.A+argShift, self)
			t.Decref(old)
			return actNext
		}
		t.put(in.A, fn)
		t.put(in.A+argShift, self)
		return actNext
	case bytecode.OpCall:
		return t.call(in.A, int(in.B), Unbound, size)
	case bytecode.OpCallMethod:
		n := int(in.B)
		if t.selfOrShift(in.A, n) {
			n++
		}
		return t.call(in.A, n, Unbound, size)
	case bytecode.OpCallAttr:
		if !t.bound(in.B) {
			return actRaise
		}
		x := *t.r(in.B)
		if b := t.cachedBuiltin(x, t.extra(1)); b != nil {
			return t.callCached(in, b, x)
		}
		name := t.codeOf(t.frame()).NameV[t.extra(0)]
		fn, self := t.GetMethod(x, name)
		if fn == Raised {
			return actRaise
		}
		t.cacheMethod(x, name, 1)
		if in.Flags&bytecode.FlagB != 0 {
			old := t.take(in.B)
			*t.r(in.A) = fn
			*t.r(in.A + argShift) = self
			t.Decref(old)
		} else {
			t.put(in.A, fn)
			*t.r(in.A + argShift) = self
		}
		n := int(in.C)
		if t.selfOrShift(in.A, n) {
			n++
		}
		return t.call(in.A, n, Unbound, size)
	case bytecode.OpCallGlobal:
		f := t.cachedGlobal()
		if f == Unbound {
			if f = t.loadGlobal(t.name(in.B)); f == Raised {
				return actRaise
			}
		}
		t.put(in.A, f)
		return t.call(in.A, int(in.C), Unbound, size)
	case bytecode.OpCallKw:
		n := int(in.B)
		if in.Flags&bytecode.FlagMethod != 0 && t.selfOrShift(in.A, n) {
			n++
		}
		return t.call(in.A, n, t.codeOf(t.frame()).Vals[in.C], size)
	case bytecode.OpCallEx:
		return t.callEx(in)
	case bytecode.OpReturn:
		if !t.bound(in.A) {
			return actRaise
		}
		return t.ret(t.Ref(*t.r(in.A)))
	case bytecode.OpReturnNone:
		return t.ret(None)
	case bytecode.OpReturnK:
		return t.ret(t.Ref(Value(t.extra(0))))
	case bytecode.OpMakeFunc:
		return t.makeFunc(in)
	}
	// OpMakeClass
	c := t.BuildClass(*t.r(in.A), *t.r(in.A + 1), *t.r(in.A + 2), *t.r(in.A + 3))
	if c == Raised {
		return actRaise
	}
	for i := uint16(1); i < 4; i++ {
		t.put(in.A+i, Unbound)
	}
	t.put(in.A, c)
	return actNext
}

// callCached is CallAttr of a method of a built-in type on x. The method is immortal: nobody counts it, so that threads
// with objects of their own do not meet in its count.
func (t *Thread) callCached(in bytecode.Ins, b *Builtin, x Value) action {
	if in.Flags&bytecode.FlagB != 0 {
		*t.r(in.B) = Unbound
	} else {
		t.Incref(x)
	}
	t.put(in.A, Unbound)
	*t.r(in.A + argShift) = x
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
		return actRaise
	}
	n := int(in.C) + 1
	r := t.callBuiltin(b, unsafe.Slice(t.r(in.A+argShift), n), Unbound)
	t.depth--
	if r == Raised {
		return actRaise
	}
	t.dropWords(unsafe.Pointer(t.r(in.A+argShift)), n)
	*t.r(in.A) = r
	return t.afterBuiltin()
}

// dropWords empties n words of the stack, the last first.
func (t *Thread) dropWords(fp unsafe.Pointer, n int) {
	for i := n - 1; i >= 0; i-- {
		p := word(fp, i)
		v := *p
		*p = Unbound
		if v.IsPtr() {
			t.Decref(v)
		}
	}
}

// cachedGlobal reads the global that the instruction's cache names (owned); Unbound when it must be looked up.
func (t *Thread) cachedGlobal() Value {
	w := t.extra(0)
	if uint32(w>>32) != atomic.LoadUint32(t.epoch) || t.LockReads || t.Unsafe || t.Point != nil {
		return Unbound
	}
	v := *(*Value)(unsafe.Add(t.Base, uintptr(uint32(w)&t.Mask)<<3))
	if !t.TryRead(v) {
		return Unbound
	}
	return v
}

// selfOrShift looks at the self word after LoadMethod: true when there is a self; otherwise the n arguments are moved down
// over its place.
func (t *Thread) selfOrShift(a uint16, n int) bool {
	if *t.r(a + argShift) != Unbound {
		return true
	}
	w := unsafe.Slice(t.r(a+argShift), n+1)
	copy(w, w[1:])
	w[n] = Unbound
	return false
}

// call calls R[a] with the n words from R[a+3]. A toy function becomes the running frame.
func (t *Thread) call(a uint16, n int, names Value, size uint32) action {
	fp := unsafe.Pointer(t.r(a + argShift))
	f := *t.r(a)
	if t.Is(f, KMethod) && t.roomFor(fp, n+1) {
		w := unsafe.Slice((*Value)(fp), n+1)
		copy(w[1:], w)
		w[0] = t.Ref(t.Field(f, 1))
		*t.r(a) = t.Ref(t.Field(f, 0))
		t.Decref(f)
		f, n = *t.r(a), n+1
	}
	if t.Is(f, KFunction) {
		c := t.CodeFrom(f)
		if c == nil {
			t.Raise(t.VM.Exc.SystemError, "bad function object")
			return actRaise
		}
		if uintptr(fp)+uintptr(c.NRegs)*8 >= t.stackLimit || !t.enter() {
			t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
			return actRaise
		}
		if !t.bindCall(f, c, fp, n, names) {
			t.depth--
			return actRaise
		}
		if c.isGenerator() {
			t.depth--
			*word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound
			g := t.newGenerator(c, fp)
			if g == Raised {
				return actRaise
			}
			t.put(a, g)
			return t.afterBuiltin()
		}
		return t.push(fp, c, 0, uint16(a)+argShift, t.PC+size)
	}
	if c := t.ClassFrom(f); c != nil {
		if act, ok := t.callClass(c, a, n, names, size); ok {
			return act
		}
	}
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
		return actRaise
	}
	var r Value
	if ctor := t.ctorOf(f); ctor != nil && names == Unbound && n < 4 {
		from := len(t.argSpace)
		t.argSpace = append(append(t.argSpace, f), unsafe.Slice((*Value)(fp), n)...)
		r = t.callBuiltin(ctor, t.argSpace[from:len(t.argSpace):len(t.argSpace)], Unbound)
		t.argSpace = t.argSpace[:from]
	} else if b := t.BuiltinOf(f); b != nil && t.Field(f, 1) == Unbound {
		r = t.callBuiltin(b, unsafe.Slice((*Value)(fp), n), names)
		fp = unsafe.Pointer(t.r(a + argShift))
	} else {
		r = t.callOther(f, fp, n, names)
	}
	t.depth--
	if r == Raised {
		return actRaise
	}
	t.dropWords(fp, n)
	t.put(a, r)
	return t.afterBuiltin()
}

// ctorOf gives the constructor of a built-in class that only has __new__; nil for anything else.
func (t *Thread) ctorOf(f Value) *Builtin {
	if !t.Is(f, KClass) {
		return nil
	}
	c := t.ClassFrom(f)
	if c == nil || !c.Builtin || c.Kind == KClass || c.Kind == KObject || c.Kind == KException {
		return nil
	}
	if b := c.ctor.Load(); b != nil {
		return b
	}
	nw, init := t.Special(c, SlotNew), t.Special(c, SlotInit)
	defer t.DecrefAll(nw, init)
	if init != t.VM.names.objectInit || !t.Is(nw, KStaticMethod) {
		return nil
	}
	b := t.BuiltinOf(t.Field(nw, 0))
	if b != nil {
		c.ctor.Store(b)
	}
	return b
}

// roomFor reports that n words from fp lie within the running frame's window, where they may be written.
func (t *Thread) roomFor(fp unsafe.Pointer, n int) bool {
	return uintptr(fp)+uintptr(n)*8 < t.stackLimit
}

// callOther calls anything by way of CallKw; the arguments stay the frame's.
func (t *Thread) callOther(f Value, fp unsafe.Pointer, n int, names Value) Value {
	args := append([]Value(nil), unsafe.Slice((*Value)(fp), n)...)
	// The arguments may lie above the frame's registers (a bound method's self was put in): hold what does.
	return t.CallKw(f, args, names)
}

// bindCall is bindArgs with the common case done here.
func (t *Thread) bindCall(f Value, c *Code, fp unsafe.Pointer, n int, names Value) bool {
	if names != Unbound || n != c.NArgs || c.NKwOnly != 0 || c.VarArgs || c.VarKw {
		return t.bindArgs(f, c, fp, n, names)
	}
	for i := n; i < c.NLocals; i++ {
		*word(fp, i) = Unbound
	}
	return true
}

// push makes the window at fp the running frame.
func (t *Thread) push(fp unsafe.Pointer, c *Code, flags int64, dist uint16, ret uint32) action {
	*word(fp, frameRet) = refcount.SmallInt(flags | int64(dist)<<retShift | int64(ret))
	*word(fp, frameCode) = refcount.SmallInt(int64(c.ID))
	t.fp += uint32(dist)
	t.PC = c.Entry
	if !t.breakEntry() {
		return actRaise
	}
	return actJump
}

// callClass makes an instance of a class made by a program and runs its __init__ in place, or its __new__ where that is all
// there is; ok is false when the class needs the long way.
func (t *Thread) callClass(c *Class, a uint16, n int, names Value, size uint32) (act action, ok bool) {
	if c.Kind == KException && names == Unbound {
		return t.callException(c, a, n)
	}
	if c.Builtin || c.Kind != KInstance || c.Meta != t.VM.kinds[KClass] {
		return 0, false
	}
	nw := t.Special(c, SlotNew)
	if nw != t.VM.names.objectNew {
		act, ok = t.callNew(c, nw, a, n, names, size)
		t.Decref(nw)
		return act, ok
	}
	t.Decref(nw)
	if c.Wraps != 0 {
		return 0, false
	}
	init := t.Special(c, SlotInit)
	code := t.CodeFrom(init)
	if code == nil || code.isGenerator() {
		t.Decref(init)
		return 0, false
	}
	fp := unsafe.Pointer(t.r(a + 1 + argShift))
	if uintptr(fp)+uintptr(code.NRegs)*8 >= t.stackLimit || !t.enter() {
		t.Decref(init)
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
		return actRaise, true
	}
	obj := t.NewInstance(c)
	if obj == Raised {
		t.depth--
		t.Decref(init)
		return actRaise, true
	}
	// R[a] class, args at a+3 → R[a] object, R[a+1] __init__, args at a+5 after self at a+4
	w := unsafe.Slice(t.r(a+argShift), n+2)
	copy(w[2:], w[:n])
	w[0], w[1] = Unbound, t.Ref(obj)
	class := *t.r(a)
	*t.r(a) = obj
	*t.r(a + 1) = init
	t.Decref(class)
	if !t.bindCall(init, code, fp, n+1, names) {
		t.depth--
		t.put(a+1, Unbound)
		t.put(a, Unbound)
		return actRaise, true
	}
	return t.push(fp, code, initFrame, a+1+argShift, t.PC+size), true
}

// callNew runs a class's __new__ (borrowed) in place, as if it were called with the class: where no __init__ follows, be it that
// of a class below.
func (t *Thread) callNew(c *Class, nw Value, a uint16, n int, names Value, size uint32) (act action, ok bool) {
	init := t.Special(c, SlotInit)
	t.Decref(init)
	if t.Is(nw, KStaticMethod) {
		nw = t.Field(nw, 0)
	}
	code := t.CodeFrom(nw)
	if code == nil || !code.ownClass.Load() || code.isGenerator() || init != t.VM.names.objectInit {
		return 0, false
	}
	fp := unsafe.Pointer(t.r(a + argShift))
	if uintptr(fp)+uintptr(max(code.NRegs, n+1))*8 >= t.stackLimit || !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while calling a Python object")
		return actRaise, true
	}
	w := unsafe.Slice(t.r(a+argShift), n+1)
	copy(w[1:], w[:n])
	w[0] = *t.r(a)
	*t.r(a) = t.Ref(nw)
	if !t.bindCall(nw, code, fp, n+1, names) {
		t.depth--
		return actRaise, true
	}
	return t.push(fp, code, 0, a+argShift, t.PC+size), true
}

// callException makes an exception of a class that takes its arguments as BaseException does; ok is false for other classes.
func (t *Thread) callException(c *Class, a uint16, n int) (act action, ok bool) {
	nw, init := t.Special(c, SlotNew), t.Special(c, SlotInit)
	t.DecrefAll(nw, init)
	if nw != t.VM.names.excNew || init != t.VM.names.excInit || c.Meta != t.VM.kinds[KClass] {
		return 0, false
	}
	w := unsafe.Slice(t.r(a+argShift), n)
	args := t.NewTuple(w...)
	for i := range w {
		w[i] = Unbound
	}
	if args == Raised {
		return actRaise, true
	}
	e := t.excOf(c, args)
	if e == Raised {
		return actRaise, true
	}
	t.put(a, e)
	return t.afterBuiltin(), true
}

// callEx is f(*args, **kw).
func (t *Thread) callEx(in bytecode.Ins) action {
	a := in.A
	if x := *t.r(a + argShift); !t.Is(x, KList) && !t.Is(x, KTuple) && !t.iterable(x) {
		t.Raise(t.VM.Exc.TypeError, "%s argument after * must be an iterable, not %s", t.calleeName(*t.r(a)), t.TypeName(x))
		return actRaise
	}
	args := t.TupleOf(*t.r(a + argShift))
	if args == Raised {
		return actRaise
	}
	m := t.Hold(args)
	items := t.Items(args)
	var all []Value
	for i := 0; i < items.Len(); i++ {
		all = append(all, items.Get(i))
	}
	names := Unbound
	if kw := *t.r(a + argShift + 1); t.Isa(kw, KDict) && t.DictLen(kw) > 0 {
		if all, names = t.spreadDict(kw, all); names == Raised {
			t.Unhold(m)
			return actRaise
		}
	}
	if f := *t.r(a); t.runsHere(f) && t.roomFor(unsafe.Pointer(t.r(a+argShift)), len(all)+1) {
		return t.callSpread(in, m, all, names)
	}
	r := t.CallKw(*t.r(a), all, names)
	t.Unhold(m)
	if r == Raised {
		return actRaise
	}
	t.put(a+argShift, Unbound)
	t.put(a+argShift+1, Unbound)
	t.put(a, r)
	return t.afterBuiltin()
}

// runsHere reports a toy function, or a method of one.
func (t *Thread) runsHere(f Value) bool {
	return t.Is(f, KFunction) || t.Is(f, KMethod) && t.Is(t.Field(f, 0), KFunction)
}

// callSpread is callEx of what runsHere: it becomes the running frame. The arguments and their names are held from m on.
func (t *Thread) callSpread(in bytecode.Ins, m int, all []Value, names Value) action {
	for _, v := range all {
		t.Incref(v)
	}
	t.Incref(names)
	t.Unhold(m)
	t.put(in.A+argShift, Unbound) // these may die with toy code, which runs in windows above
	t.put(in.A+argShift+1, Unbound)
	copy(unsafe.Slice(t.r(in.A+argShift), len(all)), all)
	act := t.call(in.A, len(all), names, uint32(in.Op.Size()))
	t.Decref(names)
	return act
}

// spreadDict appends the values of a dict to the arguments, and makes a tuple of the keys (Raised where one is no str); both are held.
func (t *Thread) spreadDict(kw Value, all []Value) ([]Value, Value) {
	var keys []Value
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(kw, pos)
		if !ok {
			break
		}
		pos = next
		keys = append(keys, k)
		all = append(all, v)
		t.Hold(v)
		if !t.IsStr(k) {
			t.dropAll(keys)
			return all, t.Raise(t.VM.Exc.TypeError, "keywords must be strings")
		}
	}
	names := t.NewTuple(keys...)
	t.Hold(names)
	return all, names
}

// afterBuiltin checks the eval breaker, as CPython does after a call.
func (t *Thread) afterBuiltin() action {
	if t.breakerSet() && !t.CheckBreak() {
		return actRaise
	}
	return actNext
}

func (t *Thread) makeFunc(in bytecode.Ins) action {
	code := t.codeOf(t.frame()).Sub[in.B]
	if code == nil {
		t.Raise(t.VM.Exc.SystemError, "bad code constant")
		return actRaise
	}
	f := t.NewFunction(code, t.Ref(t.Globals()), t.take(in.C), t.take(in.C+1), t.take(in.C+2), t.take(in.C+3))
	if f == Raised {
		return actRaise
	}
	t.put(in.A, f)
	return actNext
}
