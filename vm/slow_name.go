package vm

// This file is the meaning of the instructions on names: globals, class namespaces, closure cells.

import "toylang/lang/bytecode"

// slowName handles names: globals, class namespaces, cells.
func (t *Thread) slowName(in bytecode.Ins) action {
	switch in.Op {
	case bytecode.OpLoadGlobal:
		v := t.loadGlobal(t.name(in.B))
		if v == Raised {
			return actRaise
		}
		t.put(in.A, v)
		return actNext
	case bytecode.OpStoreGlobal:
		if !t.bound(in.A) {
			return actRaise
		}
		return t.done(in, t.DictSetStr(t.Globals(), t.name(in.B), *t.r(in.A)))
	case bytecode.OpDelGlobal:
		v := t.DictPop(t.Globals(), t.name(in.B))
		if v == Unbound {
			t.raiseName(t.name(in.B))
			return actRaise
		}
		t.Decref(v)
		return actNext
	case bytecode.OpLoadName, bytecode.OpLoadClassFree:
		name := in.B
		if in.Op == bytecode.OpLoadClassFree {
			name = in.C
		}
		v := t.namespaceGet(*t.r(0), t.name(name))
		if v == Unbound {
			if in.Op == bytecode.OpLoadClassFree {
				v = t.loadCell(t.freeCell(in.B), t.freeName(in.B), true)
			} else {
				v = t.loadGlobal(t.name(name))
			}
		}
		if v == Raised {
			return actRaise
		}
		t.put(in.A, v)
		return actNext
	case bytecode.OpStoreName:
		if !t.bound(in.A) {
			return actRaise
		}
		if ns := *t.r(0); t.Is(ns, KDict) {
			return t.done(in, t.DictSetStr(ns, t.name(in.B), *t.r(in.A)))
		}
		return t.done(in, t.SetItem(*t.r(0), t.name(in.B), *t.r(in.A)))
	case bytecode.OpDelName:
		if t.DelItem(*t.r(0), t.name(in.B)) {
			return actNext
		}
		if t.Catch(t.VM.Exc.KeyError) {
			t.raiseName(t.name(in.B))
		}
		return actRaise
	case bytecode.OpLoadFree:
		v := t.loadCell(t.freeCell(in.B), t.freeName(in.B), true)
		if v == Raised {
			return actRaise
		}
		t.put(in.A, v)
		return actNext
	case bytecode.OpStoreFree:
		if !t.bound(in.A) {
			return actRaise
		}
		t.storeCell(t.freeCell(in.B), *t.r(in.A))
		return t.done(in, true)
	case bytecode.OpDelFree:
		return t.delCell(t.freeCell(in.B), t.freeName(in.B), true)
	case bytecode.OpFreeCell:
		t.put(in.A, t.Ref(t.freeCell(in.B)))
		return actNext
	case bytecode.OpNewCell:
		p := t.r(in.A)
		c := t.NewRecord(KCell, *p)
		*p = Unbound
		if c == Raised {
			return actRaise
		}
		*p = c
		return actNext
	case bytecode.OpLoadCell:
		v := t.loadCell(*t.r(in.B), t.localName(in.B), false)
		if v == Raised {
			return actRaise
		}
		t.put(in.A, v)
		return actNext
	case bytecode.OpStoreCell:
		if !t.bound(in.A) {
			return actRaise
		}
		t.storeCell(*t.r(in.B), *t.r(in.A))
		if in.Flags&bytecode.FlagA != 0 {
			t.put(in.A, Unbound)
		}
		return actNext
	case bytecode.OpDelCell:
		return t.delCell(*t.r(in.B), t.localName(in.B), false)
	}
	// OpSetupAnnot
	ns := t.Globals()
	if t.codeOf(t.frame()).Kind == bytecode.ClassBody {
		ns = *t.r(0)
	}
	v := t.namespaceGet(ns, t.VM.names.annotations)
	if v == Unbound {
		if v = t.NewDict(); v == Raised || !t.SetItem(ns, t.VM.names.annotations, v) {
			t.Decref(v)
			return actRaise
		}
	}
	t.Decref(v)
	if v == Raised {
		return actRaise
	}
	return actNext
}

// namespaceGet reads a name of a class namespace (owned): Unbound when it is not there.
func (t *Thread) namespaceGet(ns, name Value) Value {
	if t.Is(ns, KDict) {
		return t.DictGetStr(ns, name)
	}
	v := t.GetItem(ns, name)
	if v == Raised && t.Catch(t.VM.Exc.KeyError) {
		return Unbound
	}
	return v
}

// loadGlobal looks a name up in the running frame's globals, then the built-ins (owned).
func (t *Thread) loadGlobal(name Value) Value {
	if t.Watch {
		t.Cached++
		defer func() { t.Cached-- }()
	}
	g := t.Globals()
	if g != Unbound {
		if v := t.DictGetStr(g, name); v != Unbound {
			t.cacheGlobal(g, name)
			return v
		}
	}
	if v := t.DictGetStr(t.VM.builtins, name); v != Unbound {
		t.cacheGlobal(t.VM.builtins, name)
		return v
	}
	return t.raiseName(name)
}

func (t *Thread) raiseName(name Value) Value {
	t.Raise(t.VM.Exc.NameError, "name '%s' is not defined", t.GoStr(name))
	if t.Exc != Unbound && t.IsInstance(t.Exc, t.VM.Exc.NameError) {
		t.SetAttr(t.Exc, t.VM.Intern("name"), name)
	}
	return Raised
}

func (t *Thread) localName(i uint16) string {
	if c := t.codeOf(t.frame()); int(i) < len(c.LocalNames) {
		return c.LocalNames[i]
	}
	return "?"
}

func (t *Thread) freeName(i uint16) string {
	if c := t.codeOf(t.frame()); int(i) < len(c.FreeNames) {
		return c.FreeNames[i]
	}
	return "?"
}

// freeCell gives closure cell i of the running function (borrowed).
func (t *Thread) freeCell(i uint16) Value {
	f := t.frameFunc(t.frame())
	if !t.Is(f, KFunction) {
		return Unbound
	}
	return t.Items(t.Field(f, FuncClosure)).Get(int(i))
}

// loadCell reads a cell (owned); an empty one raises.
func (t *Thread) loadCell(cell Value, name string, free bool) Value {
	v := Unbound
	if t.Is(cell, KCell) {
		t.Lock(cell)
		v = t.Ref(t.Field(cell, 0))
		t.Unlock(cell)
	}
	if v == Unbound {
		return t.raiseCell(name, free)
	}
	return v
}

func (t *Thread) raiseCell(name string, free bool) Value {
	if free {
		return t.Raise(t.VM.Exc.NameError, "cannot access free variable '%s' where it is not associated with a value in enclosing scope", name)
	}
	return t.Raise(t.VM.Exc.UnboundLocalError, "cannot access local variable '%s' where it is not associated with a value", name)
}

// storeCell writes a cell; v is borrowed.
func (t *Thread) storeCell(cell, v Value) {
	if !t.Is(cell, KCell) {
		return
	}
	t.Incref(v)
	t.Lock(cell)
	old := t.Field(cell, 0)
	t.SetField(cell, 0, v)
	t.Unlock(cell)
	t.Decref(old)
}

func (t *Thread) delCell(cell Value, name string, free bool) action {
	old := Unbound
	if t.Is(cell, KCell) {
		t.Lock(cell)
		old = t.Field(cell, 0)
		t.SetField(cell, 0, Unbound)
		t.Unlock(cell)
	}
	if old == Unbound {
		t.raiseCell(name, free)
		return actRaise
	}
	t.Decref(old)
	return actNext
}
