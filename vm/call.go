package vm

// This file calls: from Go code, and the calls of the loop that are not plain functions.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// Call calls f with positional arguments.
func (t *Thread) Call(f Value, args ...Value) Value { return t.CallKw(f, args, Unbound) }

// CallMethod calls a method by name.
func (t *Thread) CallMethod(v Value, name string, args ...Value) Value {
	fn, self := t.GetMethod(v, t.VM.Intern(name))
	if fn == Raised {
		return Raised
	}
	m := t.Hold(fn)
	t.Hold(self)
	defer t.Unhold(m)
	if self == Unbound {
		return t.Call(fn, args...)
	}
	return t.Call(fn, append([]Value{self}, args...)...)
}

// CallKw calls f; the last arguments are named by the tuple names, unless that is Unbound. The arguments are copied onto
// the word stack, so the caller's own references may be anywhere.
func (t *Thread) CallKw(f Value, args []Value, names Value) Value {
	for _, a := range args {
		t.Incref(a)
	}
	return t.callMoved(f, args, names)
}

// CallOwned is Call that takes over the references to the arguments.
func (t *Thread) CallOwned(f Value, args ...Value) Value { return t.callMoved(f, args, Unbound) }

// callMoved moves the arguments onto the word stack and calls.
func (t *Thread) callMoved(f Value, args []Value, names Value) Value {
	at := t.top()
	if uintptr(at)+uintptr(len(args)+argShift)*8 >= t.stackLimit || !t.enter() {
		t.DecrefAll(args...)
		return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
	}
	*(*Value)(at) = t.Ref(f)
	fp := unsafe.Add(at, argShift*8)
	*word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound
	for i, a := range args {
		*word(fp, i) = a
	}
	saved := t.holds
	t.holds += argShift + len(args)
	r := t.callAt(fp, len(args), names)
	t.holds = saved
	t.depth--
	return r
}

// enter counts a call against the recursion limit; false when it is passed (the caller raises).
func (t *Thread) enter() bool {
	if t.depth >= int(atomic.LoadInt64(t.limit)) {
		return false
	}
	t.depth++
	return true
}

// callAt calls the callee at fp[-3] with the n words from fp (all owned by the stack, which it leaves clean) and gives the
// result. It runs toy functions in a loop of their own.
func (t *Thread) callAt(fp unsafe.Pointer, n int, names Value) Value {
	for tries := 0; ; tries++ {
		f := *word(fp, frameFunc)
		switch {
		case tries > 1000: // a __call__ that is the object itself
			t.dropArgs(fp, n)
			return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while calling a Python object")
		case t.Is(f, KFunction):
			c := t.CodeFrom(f)
			if c == nil {
				t.dropArgs(fp, n)
				return t.Raise(t.VM.Exc.SystemError, "bad function object")
			}
			if uintptr(fp)+uintptr(c.NRegs)*8 >= t.stackLimit {
				t.dropArgs(fp, n)
				return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded")
			}
			if c.Kind == bytecode.ClassBody { // its one argument is the namespace
				for i := n; i < c.NLocals; i++ {
					*word(fp, i) = Unbound
				}
			} else if !t.bindArgs(f, c, fp, n, names) {
				t.dropArgs(fp, 0)
				return Raised
			}
			if c.isGenerator() {
				return t.takeResult(fp, t.newGenerator(c, fp))
			}
			return t.runFrame(fp, c)
		case t.Is(f, KBuiltin):
			b := t.BuiltinOf(f)
			if b == nil {
				t.dropArgs(fp, n)
				return t.Raise(t.VM.Exc.SystemError, "bad function object")
			}
			var r Value
			if self := t.Field(f, 1); self != Unbound {
				args := append([]Value{self}, unsafe.Slice((*Value)(fp), n)...)
				r = t.callBuiltin(b, args, names)
			} else {
				r = t.callBuiltin(b, unsafe.Slice((*Value)(fp), n), names)
			}
			return t.takeResult2(fp, n, r)
		case t.Is(f, KMethod):
			copy(unsafe.Slice((*Value)(fp), n+1)[1:], unsafe.Slice((*Value)(fp), n))
			*word(fp, 0) = t.Ref(t.Field(f, 1))
			*word(fp, frameFunc) = t.Ref(t.Field(f, 0))
			t.holds++
			t.Decref(f)
			n++
		case t.Kind(f) == KClass:
			r := Raised
			if c := t.ClassFrom(f); c != nil {
				r = t.Instantiate(c, unsafe.Slice((*Value)(fp), n), names)
			}
			return t.takeResult2(fp, n, r)
		default:
			m := t.Special(t.ClassOf(f), SlotCall)
			if m == Unbound {
				name := t.TypeName(f)
				t.dropArgs(fp, n)
				return t.Raise(t.VM.Exc.TypeError, "'%s' object is not callable", name)
			}
			if !t.Is(m, KFunction) && t.BuiltinOf(m) == nil { // rare: bind by the descriptor
				h := t.Hold(m)
				b := t.bindSpecial(m, f, t.ClassOf(f))
				t.Unhold(h)
				if b == Raised {
					t.dropArgs(fp, n)
					return Raised
				}
				*word(fp, frameFunc) = b
				t.Decref(f)
				continue
			}
			copy(unsafe.Slice((*Value)(fp), n+1)[1:], unsafe.Slice((*Value)(fp), n))
			*word(fp, 0) = f
			*word(fp, frameFunc) = m
			t.holds++
			n++
		}
	}
}

// dropArgs drops the callee and n arguments.
func (t *Thread) dropArgs(fp unsafe.Pointer, n int) {
	for i := n - 1; i >= frameFunc; i-- {
		p := word(fp, i)
		v := *p
		*p = Unbound
		t.Decref(v)
	}
}

func (t *Thread) takeResult2(fp unsafe.Pointer, n int, r Value) Value {
	*word(fp, frameRet) = r // held while the arguments go
	for i := n - 1; i >= 0; i-- {
		p := word(fp, i)
		v := *p
		*p = Unbound
		t.Decref(v)
	}
	return t.takeResult(fp, r)
}

func (t *Thread) takeResult(fp unsafe.Pointer, r Value) Value {
	f := *word(fp, frameFunc)
	*word(fp, frameFunc), *word(fp, frameRet) = Unbound, Unbound
	*word(fp, frameCode) = Unbound
	t.Decref(f)
	return r
}

// runFrame runs a function whose window is laid out at fp until it returns, and gives its result. Nothing of the frame is
// left on the stack.
func (t *Thread) runFrame(fp unsafe.Pointer, c *Code) Value {
	savedFP, savedPC, savedHolds := t.fp, t.PC, t.holds
	*word(fp, frameRet) = refcount.SmallInt(entryFrame)
	*word(fp, frameCode) = refcount.SmallInt(int64(c.ID))
	t.fp = uint32((uintptr(fp) - uintptr(t.stackBase)) >> 3)
	t.PC, t.holds = c.Entry, 0
	var r Value
	t.loops++ // for check mode: Go code stands between this call and the loop below
	ok := t.breakEntry()
	t.loops--
	if !ok {
		t.unwindFrame(fp, c)
		r = Raised
	} else {
		r = t.loop()
	}
	t.fp, t.PC, t.holds = savedFP, savedPC, savedHolds
	return r
}
