package lang

import "toylang/lang/bytecode"

// This file compiles try and with statements.

// A handler's code starts with EnterHandler a: R[a] is the exception, R[a+1] what was being handled before. While it
// runs, an exception in it must first undo that: a second handler, of depth a+2, enters, moves the new exception into
// R[a], drops what it saved itself (the old exception), and re-raises from a, so that what was being handled before the
// first one is what the next handler finds.

func (fc *fn) try(s *Try) {
	if s.Star {
		fc.refuse(s.At(), "'except*'")
	}
	if len(s.Finally) > 0 {
		fc.tryFinally(s)
	} else {
		fc.tryExcept(s)
	}
}

// tryFinally compiles the finally body once for the normal exit, once for exceptions, and (in leave) once per return,
// break or continue.
func (fc *fn) tryFinally(s *Try) {
	outer, a := fc.handler, fc.top
	h := fc.newHandler(outer, a)
	fc.enter(block{kind: blockFinally, body: s.Finally, outer: outer})
	fc.handler = h
	if len(s.Handlers) > 0 {
		fc.tryExcept(s)
	} else {
		fc.stmts(s.Body)
	}
	fc.handler = outer
	fc.exit()
	end := &label{}
	fc.stmts(s.Finally)
	fc.jmp(end)
	if fc.bindHandler(h) {
		undo := fc.enterHandler(outer)
		fc.enter(block{kind: blockFinallyEnd, reg: a, outer: outer})
		fc.stmts(s.Finally)
		fc.exit()
		fc.handler = outer
		fc.emit(bytecode.OpReraise, 0, a, 0, 0)
		fc.undoHandler(undo, a, "")
		fc.top = a
	}
	fc.bind(end)
}

// enterHandler emits the start of a handler at the current top and covers what follows with the handler that undoes it.
func (fc *fn) enterHandler(outer *handler) (undo *handler) {
	a := fc.allocN(2)
	fc.emit(bytecode.OpEnterHandler, 0, a, 0, 0)
	undo = fc.newHandler(outer, fc.top)
	fc.handler = undo
	return undo
}

// undoHandler emits the handler for exceptions in the handler at a; name is what `as` bound.
func (fc *fn) undoHandler(h *handler, a int, name string) {
	if !fc.bindHandler(h) {
		return
	}
	top := fc.top
	fc.top = a + 2
	e := fc.allocN(2)
	fc.emit(bytecode.OpEnterHandler, 0, e, 0, 0)
	fc.unbindException(name)
	fc.emit(bytecode.OpMove, bytecode.FlagB, a, e, 0)
	fc.clear(e + 1)
	fc.emit(bytecode.OpReraise, 0, a, 0, 0)
	fc.top = top
}

// leaveHandler ends the handler at a, on any way out but an exception.
func (fc *fn) leaveHandler(a int, name string) {
	fc.emit(bytecode.OpLeaveHandler, 0, a, 0, 0)
	fc.unbindException(name)
}

// unbindException undoes `as name`. The name may be unbound by now, so it is bound first.
func (fc *fn) unbindException(name string) {
	if name != "" {
		fc.storeK(name, nil)
		fc.unbind(name)
	}
}

func (fc *fn) tryExcept(s *Try) {
	outer, a := fc.handler, fc.top
	end := &label{}
	h := fc.newHandler(outer, a)
	fc.enter(block{kind: blockTry, outer: outer})
	fc.handler = h
	fc.stmts(s.Body)
	fc.handler = outer
	fc.exit()
	fc.stmts(s.Else)
	fc.jmp(end)
	if fc.bindHandler(h) {
		undo := fc.enterHandler(outer)
		for _, clause := range s.Handlers {
			fc.except(clause, a, outer, undo, end)
		}
		fc.handler = outer
		fc.emit(bytecode.OpReraise, 0, a, 0, 0)
		fc.undoHandler(undo, a, "")
		fc.top = a
	}
	fc.bind(end)
}

// except compiles one except clause of the handler at a.
func (fc *fn) except(s *Handler, a int, outer, undo *handler, end *label) {
	saved := fc.span
	defer func() { fc.span = saved }()
	fc.span = s.At()
	next := &label{}
	if s.Type != nil {
		fc.span = s.Type.At()
		t := fc.operand(s.Type, -1)
		fc.span = s.At()
		fc.jump(bytecode.OpMatchExc, t.flag(bytecode.FlagB), a, t.reg, next)
		fc.top = a + 2
	}
	own := undo
	if s.Name != "" {
		fc.store(s.Name, opnd{a, false})
		own = fc.newHandler(outer, a+2)
	}
	fc.handler = own
	fc.enter(block{kind: blockHandler, reg: a, name: s.Name, outer: outer})
	fc.stmts(s.Body)
	fc.exit()
	fc.handler = outer
	if !fc.dead {
		fc.leaveHandler(a, s.Name)
	}
	fc.jmp(end)
	if own != undo {
		fc.undoHandler(own, a, s.Name)
	}
	fc.handler = undo
	fc.bind(next)
}

// with compiles item i of a with statement and all that is inside it. R[a] holds the bound __exit__ throughout.
func (fc *fn) with(s *With, i int) {
	item := s.Items[i]
	outer := fc.handler
	a := fc.alloc()
	ctx := fc.operand(item.Ctx, a)
	v := fc.alloc()
	fc.emit(bytecode.OpWithEnter, ctx.flag(bytecode.FlagB), a, ctx.reg, 0)
	h := fc.newHandler(outer, v)
	fc.enter(block{kind: blockWith, reg: a, outer: outer})
	fc.handler = h
	if item.Target != nil {
		fc.assign(item.Target, opnd{v, true})
	} else {
		fc.clear(v)
	}
	fc.top = v
	if i+1 < len(s.Items) {
		fc.with(s, i+1)
	} else {
		fc.stmts(s.Body)
	}
	fc.handler = outer
	fc.exit()
	end := &label{}
	if !fc.dead {
		fc.emit(bytecode.OpWithExit, 0, a, 0, 0)
	}
	fc.jmp(end)
	if fc.bindHandler(h) {
		fc.withHandler(a, outer, end)
	}
	fc.bind(end)
	fc.top = a
}

// withHandler hands an exception in the body to the __exit__ in R[a], which may swallow it.
func (fc *fn) withHandler(a int, outer *handler, end *label) {
	undo := fc.enterHandler(outer)
	e := a + 1
	swallow := &label{}
	fc.jump(bytecode.OpWithExcept, 0, a, e, swallow)
	fc.handler = outer
	fc.emit(bytecode.OpReraise, 0, e, 0, 0)
	fc.bind(swallow)
	fc.emit(bytecode.OpLeaveHandler, 0, e, 0, 0)
	fc.jmp(end)
	fc.undoHandler(undo, e, "")
}
