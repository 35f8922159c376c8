package vm

// This file is the short ways of calls of built-ins: those that the loop makes by a cached global or method.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

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
	if h := header(t.Base, t.Mask, f); t.Locks && (h.Flags()&refcount.FlagImmortal == 0 || h.Gen() != f.Gen()) && f != t.VM.kinds[KStr].Value && f != t.VM.kinds[KRange].Value {
		return actSlow // only what lives for ever can be called without being counted
	}
	n := int(in.C)
	args := unsafe.Slice(t.r(in.A+argShift), n)
	r := Raised
	switch h := header(t.Base, t.Mask, f); h.Meta >> 48 {
	case uint64(KBuiltin):
		b := t.BuiltinOf(f)
		if b.quick == quickLen && n == 1 && (t.Is(args[0], KList) || t.Is(args[0], KDict)) {
			r = refcount.SmallInt(int64(*field(header(t.Base, t.Mask, args[0]), 0) >> 32))
			break
		}
		if b.quick == quickLen && n == 1 && t.Is(args[0], KTuple) {
			r = *field(header(t.Base, t.Mask, args[0]), 0)
			break
		}
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
			if r = t.quickInstance(f, args); r == Unbound {
				return actSlow
			}
		}
	default:
		return actSlow
	}
	if r == Raised {
		return actRaise
	}
	return t.quickResult(in, argShift, n, r)
}

// quickInstance calls a class whose instances are made by object or BaseException, and set up by these too (an object's without
// arguments). Unbound, and nothing is done, for others; the arguments move out of their registers.
func (t *Thread) quickInstance(f Value, args []Value) Value {
	c := t.ClassFrom(f)
	if c == nil || t.Locks || c.Meta != t.VM.kinds[KClass] || t.depth >= int(atomic.LoadInt64(t.limit)) {
		return Unbound
	}
	switch nw, init := Value(c.slots[SlotNew].Load()), Value(c.slots[SlotInit].Load()); {
	case c.Kind == KException && nw == t.VM.names.excNew && init == t.VM.names.excInit:
		tup := t.VM.names.emptyTuple
		if len(args) == 0 {
			t.Incref(tup)
		} else {
			var known bool
			if tup, known = t.QuickTuple(uint16(KTuple), args); !known {
				return Unbound
			}
			for i := range args {
				args[i] = Unbound
			}
		}
		return t.excOf(c, tup)
	case len(args) == 0 && c.Kind == KInstance && !c.Builtin && c.Wraps == 0 && nw == t.VM.names.objectNew && init == t.VM.names.objectInit:
		return t.objectNew(c)
	}
	return Unbound
}

// quickResult ends a call: the n arguments from R[a+first] are dropped, the last first, and R[a] becomes r (owned).
func (t *Thread) quickResult(in bytecode.Ins, first, n int, r Value) action {
	fp := unsafe.Pointer(t.r(in.A))
	for i := n - 1; i >= 0; i-- {
		p := word(fp, first+i)
		v := *p
		*p = Unbound
		if v.IsPtr() {
			t.quickDrop(v)
		}
	}
	p := (*Value)(fp)
	old := *p
	*p = r
	t.quickDrop(old)
	if atomic.LoadUint32(&t.Breaker) != 0 {
		t.dropDying()
		return t.afterBuiltin()
	}
	return actNext
}

// quickFn names a built-in whose common case quickCall and quickMethod do themselves.
type quickFn uint8

const (
	quickNone quickFn = iota
	quickLen
	quickAppend
	quickPop
	quickGet
)

// quickOf names the built-in function, or the method of the kind of class.
func quickOf(k Kind, name string) quickFn {
	switch {
	case k == KNull && name == "len":
		return quickLen
	case k == KList && name == "append":
		return quickAppend
	case k == KList && name == "pop":
		return quickPop
	case k == KDict && name == "get":
		return quickGet
	}
	return quickNone
}

// quickCallAttr is CallAttr of a method of a built-in type.
func (t *Thread) quickCallAttr(in bytecode.Ins) action {
	x := *t.r(in.B)
	if x == Unbound {
		return actSlow
	}
	b := t.cachedBuiltin(x, t.extra(1))
	if b == nil || t.depth >= int(atomic.LoadInt64(t.limit)) {
		return actSlow
	}
	n := int(in.C)
	if r := t.quickMethod(b.quick, x, unsafe.Slice(t.r(in.A+argShift+1), n)); r != Unbound {
		if in.Flags&bytecode.FlagB != 0 {
			*t.r(in.B) = Unbound
			t.Decref(x)
		}
		return t.quickResult(in, argShift+1, n, r)
	}
	if in.Flags&bytecode.FlagB != 0 {
		*t.r(in.B) = Unbound
	} else {
		t.Incref(x)
	}
	*t.r(in.A + argShift) = x
	return t.quickBuiltin(in, b, n+1)
}

// quickCallMethod is CallMethod of a method of a built-in type; other calls take the long way.
func (t *Thread) quickCallMethod(in bytecode.Ins) action {
	f, x := *t.r(in.A), *t.r(in.A + argShift)
	b := t.BuiltinOf(f)
	if b == nil || x == Unbound || t.Field(f, 1) != Unbound || t.depth >= int(atomic.LoadInt64(t.limit)) {
		return t.slowCall(in)
	}
	n := int(in.B)
	if b.quick != quickNone && b.Owner != nil && t.Is(x, b.Owner.Kind) {
		if r := t.quickMethod(b.quick, x, unsafe.Slice(t.r(in.A+argShift+1), n)); r != Unbound {
			return t.quickResult(in, argShift, n+1, r)
		}
	}
	return t.quickBuiltin(in, b, n+1)
}

// quickBuiltin calls a built-in with the n words from R[in.A+argShift].
func (t *Thread) quickBuiltin(in bytecode.Ins, b *Builtin, n int) action {
	t.depth++
	r := t.callBuiltin(b, unsafe.Slice(t.r(in.A+argShift), n), Unbound)
	t.depth--
	if r == Raised {
		return actRaise
	}
	return t.quickResult(in, argShift, n, r)
}

// quickMethod does what the method fn does to x, an exact instance of its type. Unbound, and nothing is done, where it does
// not know how.
func (t *Thread) quickMethod(fn quickFn, x Value, args []Value) Value {
	switch {
	case fn == quickNone:
	case fn == quickAppend && len(args) == 1:
		h := header(t.Base, t.Mask, x)
		t.Lock(x)
		body := uint64(*field(h, 0))
		if uint32(body) == 0 || body>>32 >= *(*uint64)(unsafe.Add(t.Base, uintptr(uint32(body)&t.Mask)<<3))/8 {
			t.Unlock(x)
			return Unbound
		}
		*item(t.Base, t.Mask, uint32(body), body>>32) = args[0]
		*field(h, 0) = Value(body + 1<<32)
		t.Unlock(x)
		args[0] = Unbound
		return None
	case fn == quickPop && len(args) == 0:
		h := header(t.Base, t.Mask, x)
		t.Lock(x)
		body := uint64(*field(h, 0))
		room := *(*uint64)(unsafe.Add(t.Base, uintptr(uint32(body)&t.Mask)<<3)) / 8
		if body>>32 == 0 || room >= 32 && body>>32-1 < room/4 { // listShrink's business
			t.Unlock(x)
			return Unbound
		}
		body -= 1 << 32
		r := *item(t.Base, t.Mask, uint32(body), body>>32)
		*field(h, 0) = Value(body)
		t.Unlock(x)
		return r
	case fn == quickGet && (len(args) == 1 || len(args) == 2):
		v, known := t.quickDictGet(x, args[0])
		switch {
		case !known || v != Unbound:
			return v
		case len(args) == 2:
			return t.Ref(args[1])
		}
		return None
	}
	return Unbound
}
