package lang

import (
	"strings"

	"toylang/lang/bytecode"
)

// This file compiles comprehensions: inlined into the enclosing frame, or as functions of their own.

func (fc *fn) comp(e *Comp, dst int) {
	for _, c := range e.Clauses {
		if c.Async {
			fc.refuse(e.At(), "asynchronous comprehensions")
		}
	}
	if e.Scope.Inline {
		fc.inlineComp(e, dst)
		return
	}
	base := fc.window(dst)
	fc.makeFunc(base, e, nil, nil, e.Scope, func() *bytecode.Func { return fc.compFunc(e) })
	fc.allocN(bytecode.FrameHeader - 1)
	fc.iterator(e.Clauses[0].Iter, fc.alloc())
	fc.emit(bytecode.OpCall, 0, base, 1, 0)
	fc.move(dst, opnd{base, true})
}

// iterator evaluates iter(e) into the temporary it.
func (fc *fn) iterator(e Expr, it int) {
	if k, ok := fc.foldDisplay(e); ok {
		fc.loadK(it, k)
		fc.emit(bytecode.OpGetIter, bytecode.FlagB, it, it, 0)
		return
	}
	src := fc.operand(e, it)
	fc.emit(bytecode.OpGetIter, src.flag(bytecode.FlagB), it, src.reg, 0)
}

// compFunc compiles a comprehension as a function of its first iterator.
func (fc *fn) compFunc(e *Comp) *bytecode.Func {
	in := fc.c.newFn(e.Scope, e.At(), e)
	in.out.NArgs = 1
	in.prologue()
	if e.Kind == "gen" {
		in.out.Kind = bytecode.Generator
		in.clauses(e, 0, 0, func() {
			v := in.operand(e.Elt, -1)
			t := v.reg
			if !v.temp {
				t = in.alloc()
			}
			in.emit(bytecode.OpYield, v.flag(bytecode.FlagB), t, v.reg, 0)
			in.clear(t)
		})
		in.emit(bytecode.OpReturnNone, 0, 0, 0, 0)
		return in.finish()
	}
	t := in.alloc()
	in.collect(e, t, 0)
	in.emit(bytecode.OpReturn, bytecode.FlagA, t, 0, 0)
	return in.finish()
}

// inlineComp runs a comprehension in this frame: its iterator and variables are temporaries.
func (fc *fn) inlineComp(e *Comp, dst int) {
	t := fc.scratch(dst)
	it := fc.alloc()
	fc.iterator(e.Clauses[0].Iter, it)
	vars := map[string]int{}
	first := fc.top
	for _, name := range e.Scope.Locals {
		if reg, ok := fc.hidden[e][name]; ok {
			vars[name] = reg
			fc.forget(reg)
		} else if !strings.HasPrefix(name, ".") {
			vars[name] = fc.alloc()
		}
	}
	n := fc.top - first
	fc.inline = append(fc.inline, vars)
	n0 := len(fc.inlined)
	fc.inlined = append(fc.inlined, inlinedComp{from: len(fc.code), name: e.Scope.Name, span: e.At()})
	fc.collect(e, t, it)
	fc.inlined[n0].to = len(fc.code)
	fc.inline = fc.inline[:len(fc.inline)-1]
	if n > 0 {
		fc.emit(bytecode.OpClear, 0, first, n, 0)
	}
	for _, name := range e.Scope.Locals {
		if reg, ok := fc.hidden[e][name]; ok {
			fc.forget(reg)
		}
	}
	fc.move(dst, opnd{t, true})
}

// forget unbinds a local that may or may not be bound.
func (fc *fn) forget(reg int) {
	fc.loadK(reg, nil)
	fc.emit(bytecode.OpDelLocal, 0, reg, 0, 0)
}

// collect builds a list, set or dict comprehension in the temporary t from the iterator in it.
func (fc *fn) collect(e *Comp, t, it int) {
	op := map[string]bytecode.Op{"list": bytecode.OpList, "set": bytecode.OpSet, "dict": bytecode.OpDict}[e.Kind]
	fc.emit(op, 0, t, fc.top, 0)
	fc.clauses(e, 0, it, func() {
		x := fc.operand(e.Elt, -1, e.Value)
		switch e.Kind {
		case "list":
			fc.emit(bytecode.OpListAppend, x.flag(bytecode.FlagB), t, x.reg, 0)
		case "set":
			fc.emit(bytecode.OpSetAdd, x.flag(bytecode.FlagB), t, x.reg, 0)
		case "dict":
			v := fc.operand(e.Value, -1)
			fc.emit(bytecode.OpDictSet, x.flag(bytecode.FlagB)|v.flag(bytecode.FlagC), t, x.reg, v.reg)
		}
	})
}

// clauses compiles the loops from clause i on; it holds the iterator of clause i, and elt compiles the element.
func (fc *fn) clauses(e *Comp, i, it int, elt func()) {
	top := fc.top
	c := e.Clauses[i]
	body, next := &label{}, &label{}
	fc.jmp(next)
	v := fc.loopBody(c.Target, body, next.bound)
	for _, test := range c.Ifs {
		fc.cond(test, next, false)
	}
	inner := fc.top
	switch {
	case fc.dead:
	case i+1 < len(e.Clauses):
		next := fc.alloc()
		fc.iterator(e.Clauses[i+1].Iter, next)
		fc.clauses(e, i+1, next, elt)
	default:
		elt()
	}
	fc.top = inner
	fc.bind(next)
	fc.jump(bytecode.OpForIter, 0, it, v, body)
	fc.top = top
}

// loopBody starts a loop's body, with the target assigned, and gives the register for OpForIter to fill.
func (fc *fn) loopBody(target Expr, body *label, bound bitset) int {
	fc.bindHead(body, bound)
	saved := fc.span
	fc.span = target.At()
	reg, ok := fc.localTarget(target)
	if ok {
		fc.markBound(reg, target.(*Name).ID)
	} else {
		reg = fc.alloc()
		fc.assign(target, opnd{reg, true})
		fc.top = reg
	}
	fc.span = saved
	return reg
}

// earlyReads lists the variables of an inlined comprehension that may be read before the clause that binds them.
func earlyReads(e *Comp) []string {
	if e.Scope == nil || !e.Scope.Inline {
		return nil
	}
	var early []string
	for _, name := range e.Scope.Locals {
		for i, c := range e.Clauses {
			if i > 0 && mentions(name, c.Iter) {
				early = append(early, name)
				break
			}
			if storesName(c.Target, name) {
				break
			}
			if mentions(name, c.Target) || mentions(name, c.Ifs...) {
				early = append(early, name)
				break
			}
		}
	}
	return early
}
