package vm

// This file is the short ways of what raises and catches exceptions. They hold where t.Quick does.

import (
	"toylang/lang/bytecode"
	"toylang/refcount"
)

// isExc is Isa KException, which no fault is recorded of.
func (t *Thread) isExc(v Value) bool {
	if !v.IsPtr() {
		return false
	}
	sh := t.VM.Heap.Shapes.Get(t.ShapeOf(v))
	return sh != nil && sh.Kind == KException
}

// quickExc makes an exception of a class without a finaliser; args (owned) moves into it. Unbound, and nothing is done, where
// that takes more.
func (t *Thread) quickExc(c *Class, args Value) Value {
	l := c.layout.Load()
	if l == nil || Value(c.slots[SlotDel].Load()) != Unbound {
		return Unbound
	}
	e, known := t.QuickRecord(l.Shape.ID, []Value{Unbound, Unbound, args, None, None, None, False})
	if known && l.Shape.Heap {
		t.Incref(c.Value)
	}
	return e
}

// quickRaise is Raise of an exception, or of a class whose instances quickInstance makes, without a cause.
func (t *Thread) quickRaise(in bytecode.Ins) action {
	p := t.r(in.A)
	e := *p
	switch {
	case in.C != 1:
		return actSlow
	case t.isExc(e):
		if in.Flags&bytecode.FlagA != 0 {
			*p = Unbound
		} else {
			t.Incref(e)
		}
	default:
		if c := t.ClassFrom(e); c == nil || c.Kind != KException {
			return actSlow
		}
		if e = t.quickInstance(e, nil); e == Unbound {
			return actSlow
		}
	}
	if e != Raised {
		t.RaiseValue(e)
	}
	return actRaise
}

// caught reports that cls is a class of exceptions and e an instance of it; false says nothing.
func (t *Thread) caught(e, cls Value) bool {
	if !e.IsPtr() || !t.Quick() {
		return false
	}
	sh := t.VM.Heap.Shapes.Get(t.ShapeOf(e))
	if sh == nil || sh.Kind != KException {
		return false
	}
	if sh.Class == cls {
		return true
	}
	if l, ok := sh.Any.(*Layout); ok {
		for _, c := range l.Class.MRO() {
			if c.Value == cls {
				return c.Kind == KException
			}
		}
	}
	return false
}

// quickEntry puts a traceback entry in front of the exception's traceback; false, and nothing is done, where that takes more.
func (t *Thread) quickEntry(e Value, c *Code, where int64) bool {
	if t.Locks || !t.Quick() {
		return false
	}
	tb, known := t.QuickRecord(uint16(KTraceback), []Value{t.Field(e, ExcTraceback), refcount.SmallInt(int64(c.ID)), refcount.SmallInt(where), Unbound})
	if known {
		t.SetField(e, ExcTraceback, tb)
	}
	return known
}
