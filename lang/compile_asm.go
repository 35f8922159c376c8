package lang

import (
	"math"
	"sort"

	"toylang/lang/bytecode"
)

// This file defines the assembler: emission, labels, the exception table, and the layout of the final code.

// ins is an instruction on its way into the code.
type ins struct {
	bytecode.Ins
	words   [2]uint64
	target  *label // of a jump
	span    Span
	load    Span     // of a call that loads its own callee: where that stands
	handler *handler // the innermost handler that covers it
	drop    bool     // optimised away
	long    bool     // a conditional jump too far for 16 bits: goes by way of a jmp
}

// label is a place in the code.
type label struct {
	at    int  // index of the instruction it precedes
	used  bool // some reachable jump goes there
	bound bitset
}

// handler is a range of code (whatever was emitted while it was current) whose exceptions go to a label.
type handler struct {
	parent *handler
	level  int
	depth  int
	entry  label
	used   bool
	segs   []bytecode.Handler
}

// newHandler makes a handler that keeps the temporaries below depth; the locals bound now are bound there.
func (fc *fn) newHandler(parent *handler, depth int) *handler {
	h := &handler{parent: parent, depth: depth}
	if parent != nil {
		h.level = parent.level + 1
	}
	h.entry.bound = fc.bound.clone()
	fc.handlers = append(fc.handlers, h)
	return h
}

// emit appends an instruction, unless it cannot be reached.
func (fc *fn) emit(op bytecode.Op, flags uint8, a, b, c int, words ...int) {
	fc.put(ins{Ins: bytecode.Ins{Head: bytecode.Head{Op: op, Flags: flags}, A: uint16(a), B: uint16(b), C: uint16(c)}}, words)
}

func (fc *fn) put(in ins, words []int) {
	if fc.dead {
		return
	}
	if len(fc.code) >= maxCode {
		fc.tooComplex()
	}
	for i, w := range words {
		in.words[i] = uint64(w)
	}
	in.span, in.load, in.handler = fc.span, fc.loadSpan, fc.handler
	for h := fc.handler; h != nil && !h.used; h = h.parent {
		h.used = true
	}
	fc.code = append(fc.code, in)
	switch in.Op {
	case bytecode.OpJmp, bytecode.OpReturn, bytecode.OpReturnNone, bytecode.OpReturnK, bytecode.OpRaise,
		bytecode.OpReraise, bytecode.OpAssertFail:
		fc.dead = true
	}
}

// jump emits a conditional jump (or OpJmp) to a label; a and b are the operands besides the distance.
func (fc *fn) jump(op bytecode.Op, flags uint8, a, b int, to *label, words ...int) {
	if fc.dead {
		return
	}
	if to.used {
		to.bound.intersect(fc.bound)
	} else {
		to.used = true
		to.bound = fc.bound.clone()
	}
	fc.put(ins{Ins: bytecode.Ins{Head: bytecode.Head{Op: op, Flags: flags}, A: uint16(a), B: uint16(b)}, target: to}, words)
}

func (fc *fn) jmp(to *label) { fc.jump(bytecode.OpJmp, 0, 0, 0, to) }

// bind puts a forward label here. Code that only an unused label would make reachable stays dead.
func (fc *fn) bind(l *label) {
	l.at = len(fc.code)
	if !l.used {
		return
	}
	if fc.dead {
		fc.dead = false
		fc.bound = l.bound.clone()
	} else {
		fc.bound.intersect(l.bound)
	}
}

// bindHead puts the label of a loop's body here: the jumps to it come later, and bound is what is bound on entry.
func (fc *fn) bindHead(l *label, bound bitset) {
	l.at = len(fc.code)
	l.used = true
	l.bound = bound.clone()
	fc.bound = bound.clone()
	fc.dead = false
}

// bindHandler starts a handler's code, if anything can raise into it.
func (fc *fn) bindHandler(h *handler) bool {
	if !h.used {
		return false
	}
	h.entry.used = true
	fc.bind(&h.entry)
	return true
}

// assemble lays out the code and fills in the function's tables.
func (fc *fn) assemble() {
	fc.threadJumps()
	at := fc.layout()
	out := fc.out
	out.Code = make([]uint64, 0, at[len(fc.code)])
	var last Span
	for i := range fc.code {
		in := &fc.code[i]
		if in.drop {
			continue
		}
		pc := uint32(len(out.Code))
		if in.span != last || pc == 0 {
			last = in.span
			out.Spans = append(out.Spans, spanEntry(pc, last))
		}
		if in.load != (Span{}) {
			out.LoadSpans = append(out.LoadSpans, spanEntry(pc, in.load))
		}
		fc.encode(in, at, i)
		for h := in.handler; h != nil; h = h.parent {
			h.cover(pc, uint32(len(out.Code)), uint32(at[h.entry.at]))
		}
	}
	sort.SliceStable(fc.handlers, func(i, j int) bool { return fc.handlers[i].level > fc.handlers[j].level })
	for _, h := range fc.handlers {
		out.Handlers = append(out.Handlers, h.segs...)
	}
	for _, r := range fc.inlined {
		if from, to := at[r.from], at[r.to]; from < to {
			out.Inlined = append(out.Inlined, bytecode.Inlined{Start: uint32(from), End: uint32(to), Name: r.name, Span: spanEntry(uint32(from), r.span)})
		}
	}
}

func spanEntry(pc uint32, s Span) bytecode.SpanEntry {
	return bytecode.SpanEntry{PC: pc, Line: int32(s.Start.Line), Col: int32(s.Start.Col), EndLine: int32(s.End.Line), EndCol: int32(s.End.Col)}
}

// inlinedComp is the code of a comprehension within a function's: instructions [from, to).
type inlinedComp struct {
	from, to int
	name     string
	span     Span
}

// cover adds the words [start, end) to the handler's ranges.
func (h *handler) cover(start, end, target uint32) {
	if n := len(h.segs); n > 0 && h.segs[n-1].End == start {
		h.segs[n-1].End = end
		return
	}
	h.segs = append(h.segs, bytecode.Handler{Start: start, End: end, Target: target, Depth: uint16(h.depth)})
}

// encode appends one instruction's words.
func (fc *fn) encode(in *ins, at []int, i int) {
	out := fc.out
	w := in.Ins
	end := at[i] + w.Op.Size()
	if in.target != nil {
		dist := at[in.target.at] - end
		switch {
		case w.Op == bytecode.OpJmp:
			w.B, w.C = uint16(dist), uint16(uint32(dist)>>16)
		case in.long:
			w.C = 1
		default:
			w.C = uint16(dist)
		}
	}
	out.Code = append(out.Code, w.Word())
	out.Code = append(out.Code, in.words[:len(bytecode.Table[w.Op].Words)]...)
	if in.long {
		dist := at[in.target.at] - (end + 2)
		out.Code = append(out.Code, bytecode.Ins{Head: bytecode.Head{Op: bytecode.OpJmp}, B: 1}.Word(),
			bytecode.Ins{Head: bytecode.Head{Op: bytecode.OpJmp}, B: uint16(dist), C: uint16(uint32(dist) >> 16)}.Word())
	}
}

// layout finds every instruction's word offset. A conditional jump that does not reach its target becomes long: it
// jumps over a jmp that skips a second jmp, which goes to the target (so it works for every branching op alike).
func (fc *fn) layout() []int {
	at := make([]int, len(fc.code)+1)
	for again := true; again; {
		again = false
		pc := 0
		for i := range fc.code {
			at[i] = pc
			in := &fc.code[i]
			if in.drop {
				continue
			}
			pc += in.Op.Size()
			if in.long {
				pc += 2
			}
		}
		at[len(fc.code)] = pc
		for i := range fc.code {
			in := &fc.code[i]
			if in.drop || in.long || in.target == nil || in.Op == bytecode.OpJmp {
				continue
			}
			dist := at[in.target.at] - at[i] - in.Op.Size()
			if dist < math.MinInt16 || dist > math.MaxInt16 {
				in.long, again = true, true
			}
		}
	}
	return at
}

// threadJumps sends jumps to a jmp on to where that goes, turns a jmp to a plain return into the return, and drops jmps
// to the next instruction. A jump's direction is kept, because taken backward jumps check the eval breaker.
func (fc *fn) threadJumps() {
	for i := range fc.code {
		in := &fc.code[i]
		if in.target == nil {
			continue
		}
		for hops := 0; hops < 8; hops++ {
			at := in.target.at
			if at >= len(fc.code) || fc.code[at].Op != bytecode.OpJmp || at == i {
				break
			}
			next := fc.code[at].target
			if in.target.at <= i && next.at > i {
				break
			}
			in.target = next
		}
		if in.Op != bytecode.OpJmp || in.target.at >= len(fc.code) {
			continue
		}
		if to := &fc.code[in.target.at]; to.Op == bytecode.OpReturnNone && in.target.at > i {
			in.Ins, in.target, in.span = to.Ins, nil, to.span
		}
	}
	for i := len(fc.code) - 1; i >= 0; i-- {
		in := &fc.code[i]
		if in.Op != bytecode.OpJmp || in.target.at <= i {
			continue
		}
		next := i + 1
		for next < in.target.at && fc.code[next].drop {
			next++
		}
		in.drop = next == in.target.at
	}
}
