package lang

import "toylang/lang/bytecode"

// This file compiles names: where they live, loading, storing and unbinding them, and operands.

// opnd is a register to read: a temporary is consumed at its last use, a local (or the variable of an inlined
// comprehension) stays.
type opnd struct {
	reg  int
	temp bool
}

// flag is the consume flag of the operand's position, if the operand is to be consumed.
func (o opnd) flag(f uint8) uint8 {
	if o.temp {
		return f
	}
	return 0
}

// keep is the operand read without consuming it.
func (o opnd) keep() opnd { return opnd{o.reg, false} }

// lookup finds a name: its binding, and for BindLocal and BindCell its register, for BindFree its cell.
func (fc *fn) lookup(id string) (Binding, int) {
	for i := len(fc.inline) - 1; i >= 0; i-- {
		if reg, ok := fc.inline[i][id]; ok {
			return BindLocal, reg
		}
	}
	switch b := fc.scope.Names[id]; b {
	case BindLocal, BindCell:
		if reg, ok := fc.locals[id]; ok {
			return b, reg
		}
		return BindName, 0
	case BindFree:
		return b, fc.free[id]
	case BindName:
		if fc.scope.Kind == ClassScope {
			return b, 0
		}
	}
	return BindGlobal, 0
}

// register gives the register of a name that lives directly in one.
func (fc *fn) register(id string) (int, bool) {
	b, reg := fc.lookup(id)
	return reg, b == BindLocal
}

// localTarget gives the register of a target that is a name living directly in one.
func (fc *fn) localTarget(t Expr) (int, bool) {
	if n, ok := t.(*Name); ok {
		return fc.register(n.ID)
	}
	return 0, false
}

// operand evaluates e for reading: a local stays where it is, all else goes into a temporary (scratch, if that is one).
// later lists what is evaluated before the operand is read: if that could rebind the local, or should not run when the
// local is unbound, the local is copied.
func (fc *fn) operand(e Expr, scratch int, later ...Expr) opnd {
	if w, ok := e.(*NamedExpr); ok {
		if reg, ok := fc.register(w.Target.ID); ok {
			fc.assignName(w.Target, w.Value)
			if !rebinds(w.Target.ID, later) {
				return opnd{reg, false}
			}
			e = w.Target
		}
	}
	if n, ok := e.(*Name); ok {
		if reg, ok := fc.register(n.ID); ok && fc.stays(reg, n.ID, later) {
			return opnd{reg, false}
		}
	}
	if scratch < 0 || !fc.isTemp(scratch) {
		scratch = fc.alloc()
	}
	fc.expr(e, scratch)
	return opnd{scratch, true}
}

// stays says whether a local may be read where it is after later has been evaluated.
func (fc *fn) stays(reg int, id string, later []Expr) bool {
	if rebinds(id, later) {
		return false
	}
	if fc.isBound(reg) {
		return true
	}
	for _, e := range later {
		if !fc.trivial(e) {
			return false
		}
	}
	return true
}

// isBound says whether the register certainly holds a value here.
func (fc *fn) isBound(reg int) bool { return fc.isTemp(reg) || fc.bound.has(reg) }

func (fc *fn) markBound(reg int, id string) {
	if !fc.unbinds[id] {
		fc.bound.set(reg)
	}
}

// trivial says whether evaluating e is reading a constant or a local.
func (fc *fn) trivial(e Expr) bool {
	if e == nil {
		return true
	}
	if n, ok := e.(*Name); ok {
		_, ok := fc.register(n.ID)
		return ok
	}
	_, ok := fc.fold(e)
	return ok
}

// push evaluates e into a fresh temporary.
func (fc *fn) push(e Expr) int {
	t := fc.alloc()
	fc.expr(e, t)
	return t
}

// move puts an operand into a register.
func (fc *fn) move(dst int, o opnd) {
	if o.reg != dst {
		fc.emit(bytecode.OpMove, o.flag(bytecode.FlagB), dst, o.reg, 0)
	}
}

func (fc *fn) loadK(dst int, v bytecode.Const) {
	fc.emit(bytecode.OpLoadK, 0, dst, 0, 0, fc.konst(v))
}

// clear releases a temporary.
func (fc *fn) clear(reg int) { fc.emit(bytecode.OpClear, 0, reg, 1, 0) }

// load reads a name into dst.
func (fc *fn) load(id string, dst int) {
	switch b, i := fc.lookup(id); b {
	case BindLocal:
		if i != dst {
			fc.emit(bytecode.OpMove, 0, dst, i, 0)
		} else if !fc.isBound(i) {
			fc.discard(&Name{fc.span, id})
		}
	case BindCell:
		fc.emit(bytecode.OpLoadCell, 0, dst, i, 0)
	case BindFree:
		if fc.scope.Kind == ClassScope {
			fc.emit(bytecode.OpLoadClassFree, 0, dst, i, fc.name(id))
		} else {
			fc.emit(bytecode.OpLoadFree, 0, dst, i, 0)
		}
	case BindName:
		fc.emit(bytecode.OpLoadName, 0, dst, fc.name(id), 0)
	default:
		fc.emit(bytecode.OpLoadGlobal, 0, dst, fc.name(id), 0)
	}
}

// store binds a name to an operand.
func (fc *fn) store(id string, v opnd) {
	switch b, i := fc.lookup(id); b {
	case BindLocal:
		fc.move(i, v)
		fc.markBound(i, id)
	case BindCell:
		fc.emit(bytecode.OpStoreCell, v.flag(bytecode.FlagA), v.reg, i, 0)
	case BindFree:
		fc.emit(bytecode.OpStoreFree, v.flag(bytecode.FlagA), v.reg, i, 0)
	case BindName:
		fc.emit(bytecode.OpStoreName, v.flag(bytecode.FlagA), v.reg, fc.name(id), 0)
	default:
		fc.emit(bytecode.OpStoreGlobal, v.flag(bytecode.FlagA), v.reg, fc.name(id), 0)
	}
}

// storeK binds a name to a constant.
func (fc *fn) storeK(id string, v bytecode.Const) {
	if reg, ok := fc.register(id); ok {
		fc.loadK(reg, v)
		fc.markBound(reg, id)
		return
	}
	t := fc.alloc()
	fc.loadK(t, v)
	fc.store(id, opnd{t, true})
	fc.top = t
}

// unbind deletes a name.
func (fc *fn) unbind(id string) {
	switch b, i := fc.lookup(id); b {
	case BindLocal:
		fc.emit(bytecode.OpDelLocal, 0, i, 0, 0)
	case BindCell:
		fc.emit(bytecode.OpDelCell, 0, 0, i, 0)
	case BindFree:
		fc.emit(bytecode.OpDelFree, 0, 0, i, 0)
	case BindName:
		fc.emit(bytecode.OpDelName, 0, 0, fc.name(id), 0)
	default:
		fc.emit(bytecode.OpDelGlobal, 0, 0, fc.name(id), 0)
	}
}
