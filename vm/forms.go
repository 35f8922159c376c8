package vm

// This file puts forms in the place of instructions.

import (
	"toylang/lang/bytecode"
	"toylang/refcount"
)

// insOf takes a word of the arena apart; a form is the instruction that it stands for.
func insOf(w uint64) bytecode.Ins {
	in := bytecode.Unpack(w)
	in.Op = in.Op.Base()
	return in
}

// baseOf is the word of an instruction without its form. What has met once what it has no short way for, an int where it knows
// floats, goes without from then on; any thread may store the word at any time.
func baseOf(w uint64) uint64 { return w&^0xFF | uint64(bytecode.Op(w).Base()) }

// chooseForms puts forms into code that is being loaded, its constants in place.
func (c *Code) chooseForms(code []uint64) {
	for pc := 0; pc < len(code); {
		in := bytecode.Unpack(code[pc])
		next := pc + in.Op.Size()
		if form := c.form(in, code[pc:], code[next:]); form != in.Op {
			in.Op = form
			code[pc] = in.Word()
		}
		pc = next
	}
}

// form chooses the form of an instruction, whose words and whose successors' are given; its own op when there is none.
func (c *Code) form(in bytecode.Ins, words, after []uint64) bytecode.Op {
	to, then := int(in.A) >= c.NLocals, bytecode.Ins{}
	if len(after) > 0 {
		then = bytecode.Unpack(after[0])
	}
	onB := then.B == in.A && then.Flags&bytecode.FlagB != 0 // the successor uses the result up
	onC := then.C == in.A && then.Flags&bytecode.FlagC != 0
	switch in.Op {
	case bytecode.OpMove:
		switch {
		case !to || in.Flags != 0:
		case then.Op == bytecode.OpMove && then.Flags == 0 && int(then.A) >= c.NLocals:
			return bytecode.OpMoveMove
		default:
			return bytecode.OpMoveT
		}
	case bytecode.OpGetAttr:
		switch {
		case !to || in.Flags != 0 || in.A == in.B:
		case then.Op == bytecode.OpGetAttr && then.Flags == 0 && int(then.A) >= c.NLocals && then.A != then.B:
			return bytecode.OpGetAttr2
		default:
			return bytecode.OpGetAttrT
		}
	case bytecode.OpModK:
		k, test := Value(words[1]), then.A == in.A && then.Flags&bytecode.FlagA != 0
		switch {
		case !to || !k.IsInt() || k.Int() <= 0 || k.Int()&(k.Int()-1) != 0 || in.Flags&bytecode.FlagSwap != 0:
		case test && then.Op == bytecode.OpJEqK && Value(after[1]).IsInt():
			return bytecode.OpMod2JEq
		case test && then.Op == bytecode.OpJFalse:
			return bytecode.OpMod2JFalse
		default:
			return bytecode.OpMod2
		}
	case bytecode.OpMul:
		switch {
		case !to:
		case then.Op == bytecode.OpAdd && onB != onC:
			return bytecode.OpMulAdd
		case then.Op == bytecode.OpSub && onC && !onB:
			return bytecode.OpMulSub
		}
	case bytecode.OpAdd, bytecode.OpSub:
		if to && then.Op == bytecode.OpSetAttr && onB && then.Flags&bytecode.FlagA == 0 {
			if in.Op == bytecode.OpAdd {
				return bytecode.OpAddSet
			}
			return bytecode.OpSubSet
		}
	case bytecode.OpLoadK:
		k := Value(words[1])
		if to && then.Op == bytecode.OpStoreIndex && onC && !onB && then.Flags&bytecode.FlagA == 0 && then.B != in.A && !k.IsPtr() && k != refcount.Unbound {
			return bytecode.OpLoadStore
		}
	}
	return in.Op
}
