package bytecode

// This file follows the paths through a function for the verifier: which temporaries are live where.

import "fmt"

// A temporary's state at an instruction: which of the paths to there leave it dead, which live.
const (
	dead  uint8 = 1
	live  uint8 = 2
	maybe       = dead | live
)

// flow is an abstract interpretation over the states of the temporaries.
type flow struct {
	v    *verifier
	in   [][]uint8 // by word offset, the state on entry; nil if not reached yet
	work []int
	err  error

	cur []uint8 // the state while an instruction is applied
	pc  int
}

func (w *flow) run() error {
	f := w.v.f
	if len(f.Code) == 0 {
		return fmt.Errorf("no code")
	}
	w.in = make([][]uint8, len(f.Code))
	entry := make([]uint8, f.NRegs-f.NLocals)
	for i := range entry {
		entry[i] = dead
	}
	w.join(0, entry)
	for len(w.work) > 0 && w.err == nil {
		w.pc = w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.step()
	}
	if w.err != nil {
		return w.v.at(w.pc, w.err)
	}
	return nil
}

// join merges a state into the entry of the instruction at pc.
func (w *flow) join(pc int, state []uint8) {
	if pc >= len(w.in) {
		w.fail("runs off the end")
		return
	}
	if w.in[pc] == nil {
		w.in[pc] = append(make([]uint8, 0, len(state)), state...)
		w.work = append(w.work, pc)
		return
	}
	changed := false
	for i, s := range state {
		if w.in[pc][i]|s != w.in[pc][i] {
			w.in[pc][i] |= s
			changed = true
		}
	}
	if changed {
		w.work = append(w.work, pc)
	}
}

func (w *flow) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

// raise sends a state to the handler that covers the instruction.
func (w *flow) raise(state []uint8) {
	f := w.v.f
	for _, h := range f.Handlers {
		if uint32(w.pc) < h.Start || uint32(w.pc) >= h.End {
			continue
		}
		at := append([]uint8(nil), state...)
		for i := int(h.Depth) - f.NLocals; i < len(at); i++ {
			at[i] = dead
		}
		w.join(int(h.Target), at)
		return
	}
}

// step applies one instruction and passes the states on.
func (w *flow) step() {
	f := w.v.f
	in := Unpack(f.Code[w.pc])
	before := w.in[w.pc]
	w.cur = append([]uint8(nil), before...)
	w.reads(in)
	w.raise(before)
	w.raise(w.cur)
	next := w.pc + in.Op.Size()
	switch in.Op {
	case OpReturn, OpReturnNone, OpReturnK:
		for i, s := range w.cur {
			if s != dead {
				w.fail("t%d is still live", i)
			}
		}
		return
	case OpRaise, OpReraise, OpAssertFail:
		return
	case OpForIter:
		after := append([]uint8(nil), w.cur...)
		w.write(int(in.B))
		w.join(f.target(w.pc), w.cur)
		w.cur = after
		w.kill(int(in.A))
	default:
		w.writes(in)
		if c := Table[in.Op].C; c == Off || c == OffHi {
			w.join(f.target(w.pc), w.cur)
		}
		if in.Op == OpJmp {
			return
		}
	}
	if w.err == nil {
		w.join(next, w.cur)
	}
}

// reads checks what an instruction reads and takes out what it consumes.
func (w *flow) reads(in Ins) {
	a, b, c := int(in.A), int(in.B), int(in.C)
	switch in.Op {
	case OpRaise:
		if c > 0 {
			w.use(a, in.Flags&FlagA != 0)
		}
		if c > 1 {
			w.use(b, in.Flags&FlagB != 0)
		}
	case OpList, OpTuple, OpSet, OpBuildStr:
		w.takeRange(b, c)
	case OpDict:
		w.takeRange(b, 2*c)
	case OpSlice:
		for i := range 3 {
			if in.Flags&(FlagA<<i) == 0 {
				w.take(b + i)
			}
		}
	case OpMakeFunc:
		w.takeRange(c, 4)
	case OpMakeClass:
		w.takeRange(a, 4)
	case OpCall:
		w.take(a)
		w.window(a, a+FrameHeader, b)
	case OpCallMethod:
		w.take(a)
		w.window(a, a+FrameHeader, b+1)
	case OpCallKw:
		w.take(a)
		if in.Flags&FlagMethod != 0 {
			b++
		}
		w.window(a, a+FrameHeader, b)
	case OpCallEx:
		w.take(a)
		w.window(a, a+FrameHeader, 2)
	case OpCallGlobal:
		w.window(a, a+FrameHeader, c)
	case OpCallAttr:
		w.use(b, in.Flags&FlagB != 0)
		w.window(a, a+FrameHeader+1, c)
	case OpLeaveHandler, OpReraise:
		w.takeRange(a, 2)
	case OpWithExit:
		w.take(a)
	case OpWithExcept:
		w.use(b, false)
		w.take(a)
	case OpYield:
		w.use(b, in.Flags&FlagB != 0)
		w.yields(a)
	case OpYieldFrom:
		w.take(a)
		w.take(b)
		w.yields(a)
		if b != a+1 {
			w.fail("the iterator is not behind its value")
		}
	case OpClear:
		for i := range b {
			w.kill(a + i)
		}
	default:
		w.readFields(in)
	}
}

// readFields reads the operands of an ordinary instruction.
func (w *flow) readFields(in Ins) {
	info := Table[in.Op]
	for i, field := range [...]struct {
		kind  Kind
		value uint16
	}{{info.A, in.A}, {info.B, in.B}, {info.C, in.C}} {
		if (field.kind == Use || field.kind == Both) && field.value != NoReg {
			w.use(int(field.value), in.Flags&(FlagA<<i) != 0)
		}
	}
}

// writes marks what an instruction leaves in registers.
func (w *flow) writes(in Ins) {
	a, b, c := int(in.A), int(in.B), int(in.C)
	switch in.Op {
	case OpUnpack:
		w.writeRange(b, c)
	case OpUnpackEx:
		w.writeRange(b, c&0xFF+1+c>>8)
	case OpEnterHandler, OpWithEnter:
		w.writeRange(a, 2)
	case OpLoadMethod:
		w.mustBeDead(a+1, a+FrameHeader-1)
		w.write(a)
		w.write(a + FrameHeader)
	case OpLeaveHandler, OpWithExit, OpWithExcept:
	default:
		if k := Table[in.Op].A; k == Def || k == Both {
			w.write(a)
		}
	}
}

// window checks a call's window: n arguments from first on, nothing else live between the callee and the end.
func (w *flow) window(a, first, n int) {
	w.takeRange(first, n)
	w.mustBeDead(a+1, w.v.f.NRegs-1)
}

// yields checks a yield into register a: what is live stands below.
func (w *flow) yields(a int) {
	if a < w.v.f.NLocals {
		w.fail("yields into a local")
	}
	for r := a; r < w.v.f.NRegs; r++ {
		if s := w.state(r); s != nil && *s != dead {
			w.fail("t%d is live at a yield", r-w.v.f.NLocals)
		}
	}
}

func (w *flow) mustBeDead(from, to int) {
	for r := from; r <= to && r < w.v.f.NRegs; r++ {
		if s := w.state(r); s != nil && *s != dead {
			w.fail("t%d is live in the call's window", r-w.v.f.NLocals)
		}
	}
}

// state finds a temporary's state; nil for a local.
func (w *flow) state(reg int) *uint8 {
	f := w.v.f
	if reg >= f.NRegs {
		w.fail("register %d out of range", reg)
		return nil
	}
	if reg < f.NLocals {
		return nil
	}
	return &w.cur[reg-f.NLocals]
}

func (w *flow) use(reg int, consume bool) {
	s := w.state(reg)
	if s == nil {
		return
	}
	if *s != live {
		w.fail("t%d is read but not live on every path", reg-w.v.f.NLocals)
	}
	if consume {
		*s = dead
	}
}

func (w *flow) take(reg int) {
	if reg < w.v.f.NLocals {
		w.fail("takes a local")
		return
	}
	w.use(reg, true)
}

func (w *flow) takeRange(first, n int) {
	for i := range n {
		w.take(first + i)
	}
}

func (w *flow) kill(reg int) {
	if s := w.state(reg); s != nil {
		*s = dead
	}
}

func (w *flow) write(reg int) {
	if s := w.state(reg); s != nil {
		*s = live
	}
}

func (w *flow) writeRange(first, n int) {
	for i := range n {
		w.write(first + i)
	}
}
