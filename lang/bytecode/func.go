package bytecode

import "sort"

// This file defines compiled functions: what compile makes and the vm loads.

// Func is the code of a module, class body, function, lambda or comprehension. It is immutable once compiled.
type Func struct {
	Name, Qual, File string
	FirstLine        int
	Code             []uint64
	Consts           []Const
	Names            []string // globals, attributes, imports
	LocalNames       []string // of registers 0..NLocals
	FreeNames        []string // of the closure's cells
	NLocals, NRegs   int
	NPosOnly         int // parameters that are positional-only, of NArgs
	NArgs            int // positional parameters
	NKwOnly          int // keyword-only parameters; they follow the NArgs
	VarArgs, VarKw   bool
	Cells            []int // local registers that hold cells once OpNewCell has run
	Kind             FuncKind
	Doc              string
	HasDoc           bool
	Handlers         []Handler // innermost first
	Spans            []SpanEntry
	LoadSpans        []SpanEntry // by exact PC: where a call that loads its own callee stands when the loading fails
	Inlined          []Inlined   // comprehensions that run in this frame, outer ones before those inside them
}

// Inlined is a comprehension that was compiled into the frame around it. Tracebacks show it as the frame that it has in
// Python 3.11.
type Inlined struct {
	Start, End uint32 // word offsets into Code
	Name       string
	Span       SpanEntry // the whole comprehension
}

// LoadSpanAt gives the range of the callee that the instruction at pc loads.
func (f *Func) LoadSpanAt(pc uint32) (SpanEntry, bool) {
	i := sort.Search(len(f.LoadSpans), func(i int) bool { return f.LoadSpans[i].PC >= pc })
	if i == len(f.LoadSpans) || f.LoadSpans[i].PC != pc {
		return SpanEntry{}, false
	}
	return f.LoadSpans[i], true
}

// FuncKind says how a call of the function behaves.
type FuncKind uint8

// The kinds of function.
const (
	Plain FuncKind = iota
	ModuleBody
	ClassBody // R[0] is the namespace
	Generator
	Coroutine
	AsyncGenerator
)

// Handler is an entry of the exception table: an exception raised by an instruction that starts in [Start, End)
// releases the registers from Depth up and goes on at Target. The first entry that covers the instruction counts.
type Handler struct {
	Start, End, Target uint32 // word offsets into Code
	Depth              uint16
}

// SpanEntry gives the source range of the instructions from PC to the next entry's. Lines and columns count from 1,
// columns in characters, the end is exclusive; zero means unknown.
type SpanEntry struct {
	PC              uint32
	Line, Col       int32
	EndLine, EndCol int32
}

// SpanAt finds the entry for the instruction at word offset pc.
func (f *Func) SpanAt(pc uint32) SpanEntry {
	lo, hi := 0, len(f.Spans)
	for lo < hi {
		mid := (lo + hi) / 2
		if f.Spans[mid].PC <= pc {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return SpanEntry{}
	}
	return f.Spans[lo-1]
}

// Const is a constant: nil (None), bool, int64, *big.Int, float64, Text, Bytes, Tuple, Ellipsis{} or *Func.
type Const any

// Text is a str constant in WTF-8.
type Text string

// Bytes is a bytes constant.
type Bytes string

// Tuple is a tuple constant.
type Tuple []Const

// Frozen is a frozenset constant (the right side of `x in {1, 2}`).
type Frozen []Const

// Ellipsis is the constant `...`.
type Ellipsis struct{}
