package lang

import "toylang/lang/bytecode"

// This file compiles the flow of control: if, loops, return, and what leaving blocks early has to clean up.

// blockKind says what a block needs when it is left by return, break or continue.
type blockKind uint8

const (
	blockWhile      blockKind = iota
	blockFor                  // release the iterator in reg
	blockTry                  // nothing
	blockFinally              // run body
	blockHandler              // leave the handler at reg, unbind name
	blockFinallyEnd           // leave the handler at reg
	blockWith                 // call the __exit__ in reg
	blockValue                // a finally body on the way of a return: drop the value to return, in reg
)

// block is a statement whose body is being compiled.
type block struct {
	kind      blockKind
	reg       int
	brk, cont *label
	body      []Stmt
	name      string
	span      Span
	outer     *handler // what covers the code around it
}

// maxBlocks is CPython's limit of nested blocks.
const maxBlocks = 20

func (fc *fn) enter(b block) {
	if len(fc.blocks) >= maxBlocks {
		fc.fail(fc.span, "too many statically nested blocks")
	}
	b.span = fc.span
	fc.blocks = append(fc.blocks, b)
}

func (fc *fn) exit() { fc.blocks = fc.blocks[:len(fc.blocks)-1] }

// leave emits the cleaning up of all blocks from index limit on, innermost first; restore must be called once the jump
// that leaves them has been emitted. The value to return, if that is a temporary, is live meanwhile.
func (fc *fn) leave(limit int, value opnd) (restore func()) {
	blocks, h, span := fc.blocks, fc.handler, fc.span
	for i := len(blocks) - 1; i >= limit && !fc.dead; i-- {
		b := blocks[i]
		fc.blocks, fc.handler = blocks[:i:i], b.outer
		switch b.kind {
		case blockFor, blockValue:
			fc.clear(b.reg)
		case blockHandler:
			fc.leaveHandler(b.reg, b.name)
		case blockFinallyEnd:
			fc.emit(bytecode.OpLeaveHandler, 0, b.reg, 0, 0)
		case blockFinally:
			if value.temp {
				fc.enter(block{kind: blockValue, reg: value.reg, outer: b.outer})
			}
			fc.stmts(b.body)
		case blockWith:
			fc.span = b.span
			fc.emit(bytecode.OpWithExit, 0, b.reg, 0, 0)
			fc.span = span
		}
	}
	return func() { fc.blocks, fc.handler, fc.span = blocks, h, span }
}

// needsLeave says whether leaving one of the blocks takes any instruction.
func needsLeave(blocks []block) bool {
	for _, b := range blocks {
		if b.kind != blockWhile && b.kind != blockTry {
			return true
		}
	}
	return false
}

// mayRebind says whether leaving one of the blocks may assign local variables.
func mayRebind(blocks []block) bool {
	for _, b := range blocks {
		if b.kind == blockFinally || b.kind == blockHandler {
			return true
		}
	}
	return false
}

// returnValue compiles `return e`; a nil e returns None. No temporary may be live when it returns.
func (fc *fn) returnValue(e Expr) {
	var k bytecode.Const
	isK := true
	if e != nil {
		k, isK = fc.fold(e)
	}
	if isK {
		restore := fc.leave(0, opnd{})
		if k == nil {
			fc.emit(bytecode.OpReturnNone, 0, 0, 0, 0)
		} else {
			fc.emit(bytecode.OpReturnK, 0, 0, 0, 0, fc.konst(k))
		}
		restore()
		return
	}
	v := fc.operand(e, -1)
	restore := func() {}
	if needsLeave(fc.blocks) {
		if !v.temp && (mayRebind(fc.blocks) || !fc.isBound(v.reg)) {
			t := fc.alloc()
			fc.move(t, v)
			v = opnd{t, true}
		}
		restore = fc.leave(0, v)
	}
	fc.emit(bytecode.OpReturn, v.flag(bytecode.FlagA), v.reg, 0, 0)
	restore()
}

// loop finds the innermost loop: its index in blocks, or -1.
func (fc *fn) loop() int {
	for i := len(fc.blocks) - 1; i >= 0; i-- {
		if fc.blocks[i].kind == blockWhile || fc.blocks[i].kind == blockFor {
			return i
		}
	}
	return -1
}

// leaveLoop compiles break and continue.
func (fc *fn) leaveLoop(at Span, brk bool) {
	i := fc.loop()
	if i < 0 {
		fc.fail(at, "'break' or 'continue' outside loop")
	}
	b := fc.blocks[i]
	restore := fc.leave(i+1, opnd{})
	switch {
	case !brk:
		fc.jmp(b.cont)
	default:
		if b.kind == blockFor {
			fc.clear(b.reg)
		}
		fc.jmp(b.brk)
	}
	restore()
}

// exitLabel gives the label that a body consisting of a lone break or continue jumps to, if leaving takes only a jump.
func (fc *fn) exitLabel(body []Stmt) *label {
	i := fc.loop()
	if len(body) != 1 || i < 0 || needsLeave(fc.blocks[i+1:]) {
		return nil
	}
	switch body[0].(type) {
	case *Continue:
		return fc.blocks[i].cont
	case *Break:
		if fc.blocks[i].kind == blockWhile {
			return fc.blocks[i].brk
		}
	}
	return nil
}

func (fc *fn) ifStmt(s *If) {
	if to := fc.exitLabel(s.Body); to != nil {
		fc.cond(s.Test, to, true)
		fc.stmts(s.Else)
		return
	}
	els, end := &label{}, &label{}
	fc.cond(s.Test, els, false)
	fc.stmts(s.Body)
	if len(s.Else) > 0 {
		fc.jmp(end)
	}
	fc.bind(els)
	fc.stmts(s.Else)
	fc.bind(end)
}

// while puts the test below the body: one jump per round.
func (fc *fn) while(s *While) {
	body, test, end := &label{}, &label{}, &label{}
	k, isK := fc.fold(s.Test)
	if isK && !truth(k) {
		fc.stmts(s.Else)
		return
	}
	if !isK {
		fc.jmp(test)
	}
	fc.bindHead(body, fc.bound)
	fc.enter(block{kind: blockWhile, brk: end, cont: test, outer: fc.handler})
	fc.stmts(s.Body)
	fc.exit()
	fc.bind(test)
	fc.cond(s.Test, body, true)
	fc.stmts(s.Else)
	fc.bind(end)
}

func (fc *fn) forStmt(s *For) {
	if s.Async {
		fc.refuse(s.At(), "'async for'")
	}
	body, next, end := &label{}, &label{}, &label{}
	it := fc.alloc()
	fc.iterator(s.Iter, it)
	fc.jmp(next)
	v := fc.loopBody(s.Target, body, next.bound)
	fc.enter(block{kind: blockFor, reg: it, brk: end, cont: next, outer: fc.handler})
	fc.stmts(s.Body)
	fc.exit()
	fc.bind(next)
	fc.jump(bytecode.OpForIter, 0, it, v, body)
	fc.stmts(s.Else)
	fc.bind(end)
}
