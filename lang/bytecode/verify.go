package bytecode

// This file defines the verifier: it checks that code keeps the contract of the package comment.

import "fmt"

// Verify checks a function and those inside it: operands in range, jumps onto instructions, handlers that begin with
// EnterHandler, consume flags on temporaries only. It follows every path and checks that each temporary read is live,
// that nothing is live in or above a call's window but its arguments, and that no temporary is live at a return. What it accepts, the machine can run without looking.
func Verify(f *Func) error {
	v := verifier{f: f, starts: make([]bool, len(f.Code)+1)}
	if err := v.run(); err != nil {
		return fmt.Errorf("%s: %w", f.Qual, err)
	}
	for _, k := range f.Consts {
		if sub, ok := k.(*Func); ok {
			if err := Verify(sub); err != nil {
				return err
			}
		}
	}
	return nil
}

type verifier struct {
	f      *Func
	starts []bool // word offsets where instructions start
	flow   flow
}

func (v *verifier) run() error {
	f := v.f
	if f.NLocals != len(f.LocalNames) || f.NRegs < f.NLocals || f.NRegs >= NoReg || f.params() > f.NLocals {
		return fmt.Errorf("%d locals with %d names, %d registers, %d parameters", f.NLocals, len(f.LocalNames), f.NRegs, f.params())
	}
	for pc := 0; pc < len(f.Code); {
		in := Unpack(f.Code[pc])
		if in.Op >= NumOps || pc+in.Op.Size() > len(f.Code) {
			return fmt.Errorf("pc %d: bad instruction %#x", pc, f.Code[pc])
		}
		v.starts[pc] = true
		pc += in.Op.Size()
	}
	for pc := range f.Code {
		if !v.starts[pc] {
			continue
		}
		if err := v.instruction(pc); err != nil {
			return v.at(pc, err)
		}
	}
	if err := v.tables(); err != nil {
		return err
	}
	v.flow = flow{v: v}
	return v.flow.run()
}

func (v *verifier) at(pc int, err error) error {
	in := Unpack(v.f.Code[pc])
	return fmt.Errorf("pc %d: %s %s: %w", pc, in.Op, v.f.Operands(pc), err)
}

// instruction checks the operands of one instruction.
func (v *verifier) instruction(pc int) error {
	f := v.f
	in := Unpack(f.Code[pc])
	info := Table[in.Op]
	for i, field := range [...]struct {
		kind  Kind
		value uint16
	}{{info.A, in.A}, {info.B, in.B}, {info.C, in.C}} {
		consumed := in.Flags&(FlagA<<i) != 0
		if consumed && in.Op != OpSlice && (field.kind != Use || int(field.value) < f.NLocals) {
			return fmt.Errorf("consumes what is not a temporary")
		}
		if err := v.operand(in, field.kind, int(field.value)); err != nil {
			return err
		}
	}
	for i, word := range info.Words {
		if err := v.word(in.Op, word, f.Code[pc+1+i]); err != nil {
			return err
		}
	}
	if t := f.target(pc); info.C == Off || info.C == OffHi {
		if t < 0 || t >= len(f.Code) || !v.starts[t] {
			return fmt.Errorf("jump into nowhere")
		}
	}
	return v.special(in)
}

func (v *verifier) operand(in Ins, kind Kind, value int) error {
	f := v.f
	ok := true
	switch kind {
	case Def, Both:
		ok = value < f.NRegs
	case Use:
		ok = value < f.NRegs || value == NoReg && (in.Op == OpFormat || in.Op == OpAssertFail) || in.Op == OpRaise
	case Base:
		ok = value <= f.NRegs
	case NameK:
		ok = value < len(f.Names)
	case ConstK:
		ok = value < len(f.Consts)
	case FreeK:
		ok = value < len(f.FreeNames)
	}
	if !ok {
		return fmt.Errorf("operand %d out of range", value)
	}
	return nil
}

func (v *verifier) word(op Op, kind Word, w uint64) error {
	f := v.f
	switch kind {
	case WordName:
		if w >= uint64(len(f.Names)) {
			return fmt.Errorf("name %d out of range", w)
		}
	case WordCache:
		if w != 0 {
			return fmt.Errorf("cache not empty")
		}
	case WordConst:
		if w >= uint64(len(f.Consts)) {
			return fmt.Errorf("constant %d out of range", w)
		}
		if _, isInt := f.Consts[w].(int64); op != OpLoadK && op != OpReturnK && !small(f.Consts[w]) || op == OpIndexK && !isInt {
			return fmt.Errorf("not a small number")
		}
	}
	return nil
}

// small says whether a constant may stand in a K instruction.
func small(k Const) bool {
	switch k := k.(type) {
	case int64:
		return k > -1<<48 && k < 1<<48
	case float64:
		return true
	}
	return false
}

// special checks what single operations ask for.
func (v *verifier) special(in Ins) error {
	f := v.f
	ok := true
	switch in.Op {
	case OpMakeFunc:
		_, ok = f.Consts[in.B].(*Func)
	case OpCallKw:
		var names Tuple
		names, ok = f.Consts[in.C].(Tuple)
		ok = ok && len(names) <= int(in.B)
	case OpDelLocal, OpNewCell:
		ok = int(in.A) < f.NLocals
	case OpClear:
		ok = int(in.A) >= f.NLocals && int(in.A)+int(in.B) <= f.NRegs
	case OpYield, OpYieldFrom:
		ok = f.Kind >= Generator
	case OpLoadName, OpStoreName, OpDelName, OpLoadClassFree:
		ok = f.Kind == ClassBody
	case OpConv:
		ok = in.C == 's' || in.C == 'r' || in.C == 'a'
	case OpRaise:
		ok = in.C <= 2
	}
	if !ok {
		return fmt.Errorf("wrong operand")
	}
	return nil
}

// tables checks the exception and span tables.
func (v *verifier) tables() error {
	f := v.f
	n := uint32(len(f.Code))
	for _, h := range f.Handlers {
		if h.Start >= h.End || h.End > n || h.Target >= n || !v.starts[h.Start] || h.End < n && !v.starts[h.End] || !v.starts[h.Target] {
			return fmt.Errorf("handler [%d, %d) -> %d off the instructions", h.Start, h.End, h.Target)
		}
		if in := Unpack(f.Code[h.Target]); in.Op != OpEnterHandler || in.A != h.Depth || int(h.Depth) < f.NLocals {
			return fmt.Errorf("handler [%d, %d) -> %d does not enter at its depth %d", h.Start, h.End, h.Target, h.Depth)
		}
	}
	for i, s := range f.Spans {
		if s.PC >= n || !v.starts[s.PC] || i > 0 && s.PC <= f.Spans[i-1].PC {
			return fmt.Errorf("span %d at %d out of order", i, s.PC)
		}
	}
	for i, s := range f.LoadSpans {
		if s.PC >= n || !v.starts[s.PC] || i > 0 && s.PC <= f.LoadSpans[i-1].PC {
			return fmt.Errorf("load span %d at %d out of order", i, s.PC)
		}
	}
	for _, r := range f.Inlined {
		if r.Start >= r.End || r.End > n {
			return fmt.Errorf("comprehension [%d, %d) off the instructions", r.Start, r.End)
		}
	}
	for _, c := range f.Cells {
		if c >= f.NLocals {
			return fmt.Errorf("cell register %d is not a local", c)
		}
	}
	return nil
}
