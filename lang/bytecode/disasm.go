package bytecode

// This file defines the disassembler.

import (
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
)

// Disassemble writes a function's code, then that of the functions inside it. A line is the word offset, the source
// line where it changes, the operation, and its operands: locals by name, temporaries as t0, t1 …, a consumed one with a
// '!', constants and names as they are, and the offset to which a jump goes. The exception table follows.
func Disassemble(w io.Writer, f *Func) {
	fmt.Fprintf(w, "%s: %s, %d parameters, %d locals, %d registers\n", f.Qual, f.Kind, f.params(), f.NLocals, f.NRegs)
	line := int32(-1)
	for pc := 0; pc < len(f.Code); {
		in := Unpack(f.Code[pc])
		at := ""
		if s := f.SpanAt(uint32(pc)); s.Line != line {
			line = s.Line
			at = strconv.Itoa(int(line))
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%5d %5s  %-15s %s", pc, at, in.Op, f.Operands(pc)), " "))
		pc += in.Op.Size()
	}
	for _, h := range f.Handlers {
		fmt.Fprintf(w, "      handler [%d, %d) -> %d, depth %s\n", h.Start, h.End, h.Target, f.regName(int(h.Depth)))
	}
	for _, k := range f.Consts {
		if sub, ok := k.(*Func); ok {
			fmt.Fprintln(w)
			Disassemble(w, sub)
		}
	}
}

func (f *Func) params() int {
	n := f.NArgs + f.NKwOnly
	if f.VarArgs {
		n++
	}
	if f.VarKw {
		n++
	}
	return n
}

// String names the kind.
func (k FuncKind) String() string {
	names := [...]string{"function", "module", "class body", "generator", "coroutine", "async generator"}
	if int(k) < len(names) {
		return names[k]
	}
	return "bad kind"
}

// Operands describes the operands of the instruction at a word offset.
func (f *Func) Operands(pc int) string {
	in := Unpack(f.Code[pc])
	if in.Op >= NumOps {
		return ""
	}
	info := Table[in.Op]
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for i, field := range [...]struct {
		kind  Kind
		value uint16
	}{{info.A, in.A}, {info.B, in.B}, {info.C, in.C}} {
		if in.Op == OpRaise && i >= int(in.C) {
			continue
		}
		switch field.kind {
		case Def, Use, Both, Base:
			name := f.regName(int(field.value))
			if in.Op != OpSlice && in.Flags&(FlagA<<i) != 0 {
				name += "!"
			}
			add("%s", name)
		case Count:
			add("%d", field.value)
		case NameK:
			add("%s", entry(f.Names, int(field.value)))
		case FreeK:
			add("cell %s", entry(f.FreeNames, int(field.value)))
		case ConstK:
			add("%s", f.constText(uint64(field.value)))
		case Off, OffHi:
			add("-> %d", f.target(pc))
		}
	}
	for i, word := range info.Words {
		switch w := f.Code[pc+1+i]; word {
		case WordConst:
			add("%s", f.constText(w))
		case WordName:
			add("%s", entry(f.Names, int(w)))
		}
	}
	for i, name := range [...]string{"no start", "no stop", "no step"} {
		if in.Op == OpSlice && in.Flags&(FlagA<<i) != 0 {
			add("%s", name)
		}
	}
	for i, name := range [...]string{"inplace", "swap", "not", "method", "from"} {
		if in.Flags&(FlagInplace<<i) != 0 {
			add("%s", name)
		}
	}
	return strings.Join(out, ", ")
}

// target gives the word offset to which the jump at pc goes.
func (f *Func) target(pc int) int {
	in := Unpack(f.Code[pc])
	if in.Op == OpJmp {
		return pc + in.Op.Size() + int(int32(uint32(in.B)|uint32(in.C)<<16))
	}
	return pc + in.Op.Size() + int(int16(in.C))
}

func (f *Func) regName(reg int) string {
	switch {
	case reg == NoReg:
		return "-"
	case reg < f.NLocals:
		return entry(f.LocalNames, reg)
	}
	return fmt.Sprintf("t%d", reg-f.NLocals)
}

func entry(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return fmt.Sprintf("bad index %d", i)
}

func (f *Func) constText(i uint64) string {
	if i >= uint64(len(f.Consts)) {
		return fmt.Sprintf("bad constant %d", i)
	}
	return constText(f.Consts[i])
}

func constText(k Const) string {
	switch k := k.(type) {
	case nil:
		return "None"
	case bool:
		if k {
			return "True"
		}
		return "False"
	case float64:
		s := strconv.FormatFloat(k, 'g', -1, 64)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		return s
	case Text:
		return strconv.Quote(string(k))
	case Bytes:
		return "b" + strconv.Quote(string(k))
	case Tuple:
		return "(" + constList(k) + ")"
	case Frozen:
		return "frozenset(" + constList(k) + ")"
	case Ellipsis:
		return "..."
	case *Func:
		return "<code " + k.Qual + ">"
	case *big.Int:
		return k.String()
	}
	return fmt.Sprint(k)
}

func constList(ks []Const) string {
	var out []string
	for _, k := range ks {
		out = append(out, constText(k))
	}
	return strings.Join(out, ", ")
}
