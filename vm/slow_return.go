package vm

// This file is the meaning of the instructions that return and yield.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// ret returns v (owned) from the running frame.
func (t *Thread) ret(v Value) action {
	fp := t.frame()
	c := t.codeOf(fp)
	m := t.Hold(v)
	t.clearFrom(fp, 0, c.NRegs)
	v = t.Release(m)
	ret := word(fp, frameRet).Int()
	if ret&genFrame != 0 {
		t.finishGenerator(fp, c)
		if g := *word(fp, frameFunc); t.Is(g, KGenerator) {
			if chain := t.leaveChain(g); chain > 0 {
				t.takeOver(fp, g, chain, ret)
				t.Decref(g)
				in := insOf(t.VM.arena[t.PC])
				t.put(in.B, Unbound)
				t.put(in.A, v)
				t.PC += uint32(in.Op.Size())
				return actJump
			}
		}
		t.popGenerator(fp, ret)
		if t.returned(v, ret) {
			return actExit
		}
		return actJump
	}
	p := word(fp, frameFunc)
	f := *p
	if ret&entryFrame != 0 {
		t.result = v
		m := t.Hold(v)
		*p = Unbound
		t.Decref(f)
		t.Release(m)
		*word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound
		return actExit
	}
	*p, *word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound, Unbound
	t.depth--
	t.fp -= uint32(ret >> retShift & 0xFFFF)
	t.PC = uint32(ret & retPC)
	if ret&initFrame != 0 {
		t.Decref(f)
		if v != None {
			name := t.TypeName(v)
			t.Decref(v)
			o := word(fp, frameFunc-1)
			x := *o
			*o = Unbound
			t.Decref(x)
			t.PC--
			t.Raise(t.VM.Exc.TypeError, "__init__() should return None, not '%s'", name)
			return actRaise
		}
		return actJump
	}
	*p = v
	t.Decref(f)
	return actJump
}

// popGenerator pops the frame of a generator that is done.
func (t *Thread) popGenerator(fp unsafe.Pointer, ret int64) {
	p := word(fp, frameFunc)
	g := *p
	*p, *word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound, Unbound
	if ret&entryFrame == 0 {
		t.depth--
		t.fp -= uint32(ret >> retShift & 0xFFFF)
	}
	t.Decref(g)
}

func (t *Thread) slowYield(in bytecode.Ins) action {
	if in.Op == bytecode.OpYield {
		if !t.bound(in.B) {
			return actRaise
		}
		var v Value
		if in.Flags&bytecode.FlagB != 0 {
			v = t.take(in.B)
		} else {
			v = t.Ref(*t.r(in.B))
		}
		if t.yielded(v) {
			return actExit
		}
		return t.afterYield()
	}
	it := *t.r(in.B)
	sent := t.take(in.A)
	if t.Is(it, KGenerator) && (sent == None || t.Field(it, GenState) == refcount.SmallInt(genSuspended)) {
		switch t.Field(it, GenState) {
		case refcount.SmallInt(genDone):
			t.Decref(sent)
			t.put(in.B, Unbound)
			t.put(in.A, None)
			return actNext
		}
		if !t.pushGenerator(it, 0, t.PC) {
			t.Decref(sent)
			return actRaise
		}
		t.feed(sent)
		if !t.breakEntry() {
			return actRaise
		}
		return actJump
	}
	var v Value
	if sent == None {
		next, ok := t.Next(it)
		switch {
		case !ok:
			v = Raised
		case next == Unbound:
			v = Raised
			if t.Exc == Unbound {
				t.put(in.B, Unbound)
				t.put(in.A, t.lastStop())
				return actNext
			}
		default:
			v = next
		}
	} else {
		m := t.Hold(sent)
		v = t.CallMethod(it, "send", sent)
		t.Unhold(m)
	}
	if v == Raised {
		if t.Exc != Unbound && t.IsInstance(t.Exc, t.VM.Exc.StopIteration) {
			r := t.stopValue()
			t.put(in.B, Unbound)
			t.put(in.A, r)
			return actNext
		}
		return actRaise
	}
	if t.yielded(v) {
		return actExit
	}
	return t.afterYield()
}

// lastStop is the value of the StopIteration that ended the last Next (owned): None unless the iterator kept one.
func (t *Thread) lastStop() Value {
	v := t.stop
	t.stop = None
	return v
}

// afterYield is a backward jump as far as the eval breaker goes.
func (t *Thread) afterYield() action {
	if t.breakerSet() && !t.CheckBreak() {
		return actRaise
	}
	return actJump
}
