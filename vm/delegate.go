package vm

// This file resumes generators that delegate, by yield from, straight at the innermost: what that yields goes to whoever
// resumed the outermost, without a step of those between. They stay suspended at their yield from, and run on when the
// innermost has ended: then the one that delegates to it takes over its frame. Until then they count as running, and towards
// the recursion limit, as if each had its frame.

import (
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// innermost follows a suspended generator's yield from to the generator that is to run (borrowed), n steps away, and leaves a
// way back. It ends at one that handles an exception, since what it delegates to sees that.
func (t *Thread) innermost(g Value) (inner Value, n int) {
	for {
		h := header(t.Base, t.Mask, g)
		if *field(h, GenState) != refcount.SmallInt(genSuspended) || *field(h, GenHandled) != Unbound {
			return g, n
		}
		sub := t.subOf(h)
		if !t.Is(sub, KGenerator) {
			return g, n
		}
		sh := header(t.Base, t.Mask, sub)
		switch *field(sh, GenState) {
		case refcount.SmallInt(genSuspended), refcount.SmallInt(genRunning): // if it runs, the caller sees
			*field(sh, GenOuter) = refcount.SmallInt(int64(g & (1<<48 - 1))) // no reference: who resumed the outermost holds it
			g, n = sub, n+1
		default:
			return g, n
		}
	}
}

// subOf is what the suspended generator at h delegates to (borrowed); Unbound where it does not.
func (t *Thread) subOf(h *refcount.Header) Value {
	in := (*bytecode.Ins)(unsafe.Add(t.code, uintptr((*field(h, GenPC)).Int())<<3))
	if in.Op != bytecode.OpYieldFrom {
		return Unbound
	}
	return *field(header(t.Base, t.Mask, *field(h, GenWindow)), 1+int(in.B))
}

// outerOf is the generator that the one at h runs for.
func outerOf(h *refcount.Header) Value { return refcount.TagPtr | Value((*field(h, GenOuter)).Int()) }

// delegating reports that a generator, though suspended, counts as running: it is among those for which another one runs.
func (t *Thread) delegating(g Value) bool {
	if !t.genQuick() {
		return false // nobody runs for others
	}
	x := g
	h := header(t.Base, t.Mask, x)
	for *field(h, GenState) == refcount.SmallInt(genSuspended) {
		if x = t.subOf(h); !t.Is(x, KGenerator) {
			return false
		}
		h = header(t.Base, t.Mask, x)
	}
	for n := (*field(h, GenChain)).Int(); n > 0 && x != g; n-- {
		x = outerOf(h)
		h = header(t.Base, t.Mask, x)
	}
	return x == g && *field(h, GenState) == refcount.SmallInt(genSuspended)
}

// leaveChain ends the running of a generator for others; it gives for how many it ran.
func (t *Thread) leaveChain(g Value) (chain int) {
	if t.genQuick() {
		h := header(t.Base, t.Mask, g)
		chain = int((*field(h, GenChain)).Int())
		*field(h, GenChain) = refcount.SmallInt(0)
		t.depth -= chain
	}
	return chain
}

// takeOver lays the generator out at fp for which g ran, which has ended there, under g's return word: t.PC is its yield from.
// chain is what leaveChain gave for g.
func (t *Thread) takeOver(fp unsafe.Pointer, g Value, chain int, ret int64) {
	b := outerOf(header(t.Base, t.Mask, g))
	h := header(t.Base, t.Mask, b)
	*field(h, GenState) = refcount.SmallInt(genRunning)
	e := entry(t, *field(header(t.Base, t.Mask, *field(h, GenFunc)), FuncCode))
	t.lay(fp, b, e, chain-1, ret) // fp is below the stack's limit, behind which any window has room
}
