package lang

import "toylang/lang/bytecode"

// This file compiles assignments: to names, attributes, subscripts and unpacking targets, plain and augmented.

// assign stores an operand into a target.
func (fc *fn) assign(target Expr, v opnd) {
	saved, top := fc.span, fc.top
	fc.span = target.At()
	switch t := target.(type) {
	case *Name:
		fc.store(t.ID, v)
	case *Attribute:
		x := fc.operand(t.X, -1)
		fc.span = attrSpan(t)
		fc.emit(bytecode.OpSetAttr, x.flag(bytecode.FlagA)|v.flag(bytecode.FlagB), x.reg, v.reg, fc.name(t.Name))
	case *Subscript:
		x := fc.operand(t.X, -1, t.Index)
		i := fc.operand(t.Index, -1)
		fc.emit(bytecode.OpStoreIndex, x.flag(bytecode.FlagA)|i.flag(bytecode.FlagB)|v.flag(bytecode.FlagC), x.reg, i.reg, v.reg)
	case *Tuple:
		fc.unpack(t.Elts, v)
	case *List:
		fc.unpack(t.Elts, v)
	case *Starred:
		fc.assign(t.X, v)
	default:
		fc.fail(target.At(), "cannot assign to this")
	}
	fc.span, fc.top = saved, top
}

// unpack stores the items of an operand into targets.
func (fc *fn) unpack(targets []Expr, v opnd) {
	star := -1
	for i, t := range targets {
		if _, ok := t.(*Starred); ok {
			star = i
		}
	}
	if first, ok := fc.consecutive(targets); ok && star < 0 && (v.reg < first || v.reg >= first+len(targets)) {
		fc.emit(bytecode.OpUnpack, v.flag(bytecode.FlagA), v.reg, first, len(targets))
		for i, t := range targets {
			fc.markBound(first+i, t.(*Name).ID)
		}
		return
	}
	base := fc.allocN(len(targets))
	if star < 0 {
		fc.emit(bytecode.OpUnpack, v.flag(bytecode.FlagA), v.reg, base, len(targets))
	} else {
		after := len(targets) - star - 1
		if star > 255 || after > 255 {
			fc.fail(targets[star].At(), "too many expressions in star-unpacking assignment")
		}
		fc.emit(bytecode.OpUnpackEx, v.flag(bytecode.FlagA), v.reg, base, star|after<<8)
	}
	for i, t := range targets {
		fc.assign(t, opnd{base + i, true})
	}
}

// consecutive says whether the targets are names in consecutive registers: OpUnpack fills those at once (all or none).
func (fc *fn) consecutive(targets []Expr) (first int, ok bool) {
	for i, t := range targets {
		reg, ok := fc.localTarget(t)
		if !ok || i > 0 && reg != first+i {
			return 0, false
		}
		if i == 0 {
			first = reg
		}
	}
	return first, len(targets) > 0
}

// assignName evaluates a value into a name.
func (fc *fn) assignName(n *Name, value Expr) {
	if reg, ok := fc.register(n.ID); ok {
		fc.expr(value, reg)
		fc.markBound(reg, n.ID)
		return
	}
	top := fc.top
	v := fc.operand(value, -1)
	saved := fc.span
	fc.span = n.At()
	fc.store(n.ID, v)
	fc.span, fc.top = saved, top
}

// assignAll compiles `t1 = t2 = value`.
func (fc *fn) assignAll(s *Assign) {
	if len(s.Targets) == 1 {
		switch t := s.Targets[0].(type) {
		case *Name:
			fc.assignName(t, s.Value)
			return
		case *Tuple:
			if fc.parallel(t.Elts, s.Value) {
				return
			}
		case *List:
			if fc.parallel(t.Elts, s.Value) {
				return
			}
		}
	}
	if k, ok := fc.fold(s.Value); ok {
		for _, t := range s.Targets {
			fc.assignK(t, k)
		}
		return
	}
	v := fc.value(s)
	last := len(s.Targets) - 1
	for i, t := range s.Targets {
		if i < last {
			fc.assign(t, v.keep())
		} else {
			fc.assign(t, v)
		}
	}
}

// value evaluates the right side of an assignment. It stays valid until the last target is reached: a local that an
// earlier one may rebind is copied.
func (fc *fn) value(s *Assign) opnd {
	copied := false
	switch v := s.Value.(type) {
	case *Name:
		copied = anyStores(s.Targets[:len(s.Targets)-1], v.ID)
	case *NamedExpr:
		copied = len(s.Targets) > 1
	}
	if copied {
		return opnd{fc.push(s.Value), true}
	}
	return fc.operand(s.Value, -1, s.Targets...)
}

// assignK assigns a constant.
func (fc *fn) assignK(target Expr, k bytecode.Const) {
	if n, ok := target.(*Name); ok {
		saved := fc.span
		fc.span = target.At()
		fc.storeK(n.ID, k)
		fc.span = saved
		return
	}
	t := fc.alloc()
	fc.loadK(t, k)
	fc.assign(target, opnd{t, true})
	fc.top = t
}

// source is a value of a parallel assignment: a constant, an operand, or done (it is in its target already).
type source struct {
	k     bytecode.Const
	isK   bool
	o     opnd
	isSet bool
}

// parallel compiles `a, b = x, y` without building a tuple: all values are evaluated, then stored from left to right.
func (fc *fn) parallel(targets []Expr, value Expr) bool {
	var values []Expr
	switch v := value.(type) {
	case *Tuple:
		values = v.Elts
	case *List:
		values = v.Elts
	}
	if len(values) != len(targets) || len(values) == 0 || anyStarred(values) || anyStarred(targets) {
		return false
	}
	for _, e := range values {
		if _, ok := e.(*NamedExpr); ok {
			return false
		}
	}
	top := fc.top
	direct := fc.distinctLocals(targets)
	sources := make([]source, len(values))
	for i, e := range values {
		src := &sources[i]
		if src.k, src.isK = fc.fold(e); src.isK {
			continue
		}
		if direct && fc.mayWriteEarly(targets, values, i) {
			reg, _ := fc.localTarget(targets[i])
			fc.expr(e, reg)
			src.isSet = true
			continue
		}
		later := append(append([]Expr{}, values[i+1:]...), targets...)
		if n, ok := e.(*Name); ok && (anyStores(targets[:i], n.ID) || !fc.isPlain(n)) {
			src.o = opnd{fc.push(e), true}
			continue
		}
		src.o = fc.operand(e, -1, later...)
	}
	for i, t := range targets {
		switch src := sources[i]; {
		case src.isK:
			fc.assignK(t, src.k)
		case src.isSet:
			reg, _ := fc.localTarget(t)
			fc.markBound(reg, t.(*Name).ID)
		default:
			fc.assign(t, src.o)
		}
	}
	fc.top = top
	return true
}

// distinctLocals says whether the targets are different names in registers.
func (fc *fn) distinctLocals(targets []Expr) bool {
	seen := map[int]bool{}
	for _, t := range targets {
		reg, ok := fc.localTarget(t)
		if !ok || seen[reg] {
			return false
		}
		seen[reg] = true
	}
	return true
}

// mayWriteEarly says whether value i of a parallel assignment to distinct locals may go into its target before the other
// values have been evaluated and stored: none of them needs the old one, and none that follows can raise where a handler
// of this function would see the difference.
func (fc *fn) mayWriteEarly(targets, values []Expr, i int) bool {
	id := targets[i].(*Name).ID
	if n, ok := values[i].(*Name); ok {
		if reg, ok := fc.register(n.ID); ok && fc.isBound(reg) {
			return false // stays where it is until it is stored
		}
	}
	for _, e := range values[:i] {
		if n, ok := e.(*Name); ok && n.ID == id {
			return false
		}
	}
	if mentions(id, values[i+1:]...) {
		return false
	}
	return fc.handler == nil || fc.allBound(values[i+1:], fc.isPlain)
}

// augAssign compiles `target op= value`: the target's parts are evaluated once.
func (fc *fn) augAssign(s *AugAssign) {
	top := fc.top
	switch t := s.Target.(type) {
	case *Name:
		if reg, ok := fc.register(t.ID); ok {
			l := fc.operand(t, -1, s.Value)
			fc.arith(s.Op, reg, l, s.Value, bytecode.FlagInplace)
			fc.markBound(reg, t.ID)
			break
		}
		v := fc.push(t)
		fc.arith(s.Op, v, opnd{v, true}, s.Value, bytecode.FlagInplace)
		fc.store(t.ID, opnd{v, true})
	case *Attribute:
		x := fc.operand(t.X, -1, s.Value)
		v := fc.alloc()
		at, name := fc.span, fc.name(t.Name)
		fc.span = attrSpan(t)
		fc.emit(bytecode.OpGetAttr, 0, v, x.reg, name)
		fc.span = at
		fc.arith(s.Op, v, opnd{v, true}, s.Value, bytecode.FlagInplace)
		fc.span = attrSpan(t)
		fc.emit(bytecode.OpSetAttr, x.flag(bytecode.FlagA)|bytecode.FlagB, x.reg, v, name)
		fc.span = at
	case *Subscript:
		x := fc.operand(t.X, -1, t.Index, s.Value)
		i := fc.operand(t.Index, -1, s.Value)
		v := fc.alloc()
		at := fc.span
		fc.span = t.At()
		fc.emit(bytecode.OpIndex, 0, v, x.reg, i.reg)
		fc.span = at
		fc.arith(s.Op, v, opnd{v, true}, s.Value, bytecode.FlagInplace)
		fc.span = t.At()
		fc.emit(bytecode.OpStoreIndex, x.flag(bytecode.FlagA)|i.flag(bytecode.FlagB)|bytecode.FlagC, x.reg, i.reg, v)
		fc.span = at
	default:
		fc.fail(s.Target.At(), "illegal target for augmented assignment")
	}
	fc.top = top
}

// del compiles one target of a del statement.
func (fc *fn) del(target Expr) {
	saved, top := fc.span, fc.top
	fc.span = target.At()
	switch t := target.(type) {
	case *Name:
		fc.unbind(t.ID)
	case *Attribute:
		x := fc.operand(t.X, -1)
		fc.span = attrSpan(t)
		fc.emit(bytecode.OpDelAttr, x.flag(bytecode.FlagA), x.reg, 0, fc.name(t.Name))
	case *Subscript:
		x := fc.operand(t.X, -1, t.Index)
		i := fc.operand(t.Index, -1)
		fc.emit(bytecode.OpDelIndex, x.flag(bytecode.FlagA)|i.flag(bytecode.FlagB), x.reg, i.reg, 0)
	case *Tuple:
		for _, e := range t.Elts {
			fc.del(e)
		}
	case *List:
		for _, e := range t.Elts {
			fc.del(e)
		}
	default:
		fc.fail(target.At(), "cannot delete this")
	}
	fc.span, fc.top = saved, top
}
