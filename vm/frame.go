package vm

// This file defines frames on the word stack and the code arena that they run.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// A frame's window starts at fp. Below it stand three words (bytecode.FrameHeader):
//
//	fp[-3]  the function (owned); the caller's result register
//	fp[-2]  return address (offset in the arena, 28 bits), distance to the caller's fp in words (16 bits) and flags, as
//	        a small int
//	fp[-1]  index of the code, as a small int
//
// All words of the stack are values, and every handle among them is an owned reference: the audit reads the stack from
// end to end. Words above the top hold no handles.
const (
	frameFunc = -3
	frameRet  = -2
	frameCode = -1

	retPC      = 1<<28 - 1 // return address in fp[-2]
	retShift   = 28        // the distance follows, 16 bits
	entryFrame = 1 << 44   // Go code called: return to it
	initFrame  = 1 << 45   // __init__ of an object being made: its result is dropped, the object stands below
	genFrame   = 1 << 46   // a generator's window

	argShift = bytecode.FrameHeader
)

// codeEntry is what a call needs to know of a code, kept outside the region so that no guest can write it.
type codeEntry struct {
	entry  uint32 // offset in the arena, in words
	nargs  uint16 // exact positional arguments of a simple function
	nregs  uint16
	nloc   uint16
	simple uint16 // 1: plain function of positional parameters

	handlers uint32 // exception handlers, 0 or 1: none or some
}

const (
	maxCodes   = 1 << 18
	arenaWords = 1 << 24
)

// Code is a loaded function body.
type Code struct {
	*bytecode.Func
	ID     uint32
	NRegs  int      // Func.NRegs and room for a bound method's self and an object under construction
	Entry  uint32   // offset of the first instruction in the arena, in words
	Vals   []Value  // Consts as values (owned by the code)
	NameV  []Value  // Names, interned
	Sub    []*Code  // by constant index; nil for other constants
	LocalV []Value  // local names, interned
	begins []uint64 // a bit for each word where an instruction begins

	ownClass atomic.Bool // a __new__ whose result is always an instance of the very class that it was given
}

// beginsAt reports that an instruction of the code begins at an arena offset: what a place read from guest memory is held
// against.
func (c *Code) beginsAt(pc uint32) bool {
	i := pc - c.Entry
	return uint64(i) < uint64(len(c.Code)) && c.begins[i/64]>>(i%64)&1 != 0
}

// reg is the address of R[i].
func reg(fp unsafe.Pointer, i uint16) *Value { return (*Value)(unsafe.Add(fp, uintptr(i)<<3)) }

// word is the address of a word relative to fp.
func word(fp unsafe.Pointer, i int) *Value { return (*Value)(unsafe.Add(fp, i*8)) }

// load gives a function body its place in the arena and its constants their values; nested functions too.
func (vm *VM) load(t *Thread, f *bytecode.Func) (*Code, bool) {
	c := &Code{Func: f, NRegs: f.NRegs + 3}
	c.Vals = make([]Value, len(f.Consts))
	c.Sub = make([]*Code, len(f.Consts))
	for i, k := range f.Consts {
		if sub, ok := k.(*bytecode.Func); ok {
			s, ok := vm.load(t, sub)
			if !ok {
				return nil, false
			}
			c.Sub[i], c.Vals[i] = s, refcount.SmallInt(int64(s.ID))
			continue
		}
		if c.Vals[i] = t.constant(k); c.Vals[i] == Raised {
			return nil, false
		}
	}
	for _, n := range f.Names {
		c.NameV = append(c.NameV, vm.Intern(n))
	}
	for _, n := range f.LocalNames {
		c.LocalV = append(c.LocalV, vm.Intern(n))
	}
	vm.codeMu.Lock()
	defer vm.codeMu.Unlock()
	if len(vm.codes) >= maxCodes || vm.arenaUsed+len(f.Code) > len(vm.arena) {
		t.Raise(vm.Exc.MemoryError, "too much code")
		return nil, false
	}
	c.ID, c.Entry = uint32(len(vm.codes)), uint32(vm.arenaUsed)
	out := vm.arena[vm.arenaUsed : vm.arenaUsed+len(f.Code)]
	vm.arenaUsed += len(f.Code)
	c.begins = make([]uint64, len(f.Code)/64+1)
	for pc := 0; pc < len(f.Code); {
		c.begins[pc/64] |= 1 << (pc % 64)
		in := bytecode.Unpack(f.Code[pc])
		switch in.Op {
		case bytecode.OpReturn, bytecode.OpReturnNone, bytecode.OpReturnK:
			in.B = uint16(f.NLocals)
		case bytecode.OpYield:
			if clear := (bytecode.Ins{Head: bytecode.Head{Op: bytecode.OpClear}, A: in.A, B: 1}); f.Code[pc+1] == clear.Word() {
				in.Flags |= dropsSent
			}
		}
		out[pc] = in.Word()
		for i, w := range bytecode.Table[in.Op].Words {
			x := f.Code[pc+1+i]
			if w == bytecode.WordConst {
				x = uint64(c.Vals[x])
			}
			out[pc+1+i] = x
		}
		pc += in.Op.Size()
	}
	c.chooseForms(out)
	e := codeEntry{entry: c.Entry, nargs: uint16(f.NArgs), nregs: uint16(c.NRegs), nloc: uint16(f.NLocals)}
	if f.Kind == bytecode.Plain && f.NKwOnly == 0 && !f.VarArgs && !f.VarKw {
		e.simple = 1
	}
	e.handlers = uint32(min(len(f.Handlers), 1))
	vm.entries[c.ID] = e
	vm.codes = append(vm.codes, c)
	vm.byEntry = append(vm.byEntry, c)
	vm.codeTable[c.ID].Store(c)
	return c, true
}

// frame is R[0] of the running frame.
func (t *Thread) frame() unsafe.Pointer { return unsafe.Add(t.stackBase, uintptr(t.fp)<<3) }

// codeOf finds the code of a frame.
func (t *Thread) codeOf(fp unsafe.Pointer) *Code {
	return t.VM.codeAt(uint32(word(fp, frameCode).Int()))
}

// codeAt finds a code by its index; nil for an index that none has.
func (vm *VM) codeAt(id uint32) *Code {
	if id >= maxCodes {
		return nil
	}
	return vm.codeTable[id].Load()
}

// top is the first word that neither a frame nor a hold uses. The thread is in Go code.
func (t *Thread) top() unsafe.Pointer {
	if t.fp == 0 {
		return unsafe.Add(t.stackBase, uintptr(t.holds)<<3)
	}
	fp := t.frame()
	n := t.holds
	if w := *word(fp, frameCode); w.IsInt() { // otherwise the frame is being popped and holds nothing any more
		n += int(entry(t, w).nregs)
	}
	return unsafe.Add(fp, uintptr(n)<<3)
}

// holdRoom is the number of words behind stackLimit that Hold may use.
const holdRoom = 60000

// Hold puts an owned reference on the word stack, so that the audit and the collector see it while Go code that may call
// back into toy code or block keeps it; it gives the mark for Unhold. Raised and plain numbers may be held too. There is room for
// holdRoom beyond where frames end, so that raising there can hold; what finds none is dropped, with a MemoryError.
func (t *Thread) Hold(v Value) int {
	p := t.top()
	if uintptr(p) >= t.stackLimit+holdRoom*8 {
		t.raiseMemory()
		t.Decref(v)
		return t.holds
	}
	*(*Value)(p) = v
	t.holds++
	return t.holds - 1
}

// Held reads what was held at a mark (borrowed).
func (t *Thread) Held(mark int) Value {
	return *(*Value)(unsafe.Add(t.top(), (mark-t.holds)*8))
}

// SetHeld replaces it; the old reference is the caller's.
func (t *Thread) SetHeld(mark int, v Value) {
	*(*Value)(unsafe.Add(t.top(), (mark-t.holds)*8)) = v
}

// Unhold drops everything held since the mark, the mark's own included.
func (t *Thread) Unhold(mark int) {
	if t.holds <= mark {
		return
	}
	for p := unsafe.Add(t.top(), -8); t.holds > mark; p = unsafe.Add(p, -8) {
		v := *(*Value)(p)
		*(*Value)(p) = 0
		t.holds--
		if v.IsPtr() {
			t.Decref(v)
		}
	}
}

// Release takes what was held at the mark off the stack and gives its reference to the caller; what was held later is
// dropped.
func (t *Thread) Release(mark int) Value {
	t.Unhold(mark + 1)
	p := (*Value)(unsafe.Add(t.top(), -8))
	v := *p
	*p = 0
	t.holds--
	t.Keep(v)
	return v
}

// Stack gives every word of the thread's stack that may hold a reference. The thread must be in Go code or parked.
func (t *Thread) Stack() []Value {
	n := (uintptr(t.top()) - uintptr(t.stackBase)) / 8
	return t.stack[:n]
}

type codeTable = [maxCodes]atomic.Pointer[Code]

// callerFunc is the function of a running frame (borrowed): 0 is the innermost, 1 its caller. It is Unbound where Go code stands
// between them.
func (t *Thread) callerFunc(depth int64) Value {
	fp := t.fp
	for ; depth > 0 && fp != 0; depth-- {
		ret := (*word(unsafe.Add(t.stackBase, uintptr(fp)<<3), frameRet)).Int()
		dist := uint32(ret >> retShift & 0xFFFF)
		if ret&entryFrame != 0 || dist == 0 || dist >= fp {
			return Unbound
		}
		fp -= dist
	}
	if fp == 0 {
		return Unbound
	}
	return t.frameFunc(unsafe.Add(t.stackBase, uintptr(fp)<<3))
}

// callerPlace is the code and the place in the arena of a running frame whose code is of another file than the one given: with
// level 1 the innermost of these, with 2 the next, and so on; the last that there is where Go code stands between them.
func (t *Thread) callerPlace(file string, level int64) (c *Code, pc uint32) {
	at := t.PC
	for fp := t.fp; fp != 0; {
		p := unsafe.Add(t.stackBase, uintptr(fp)<<3)
		if k := t.codeOf(p); k != nil && k.File != file {
			if c, pc = k, at; level <= 1 {
				return c, pc
			}
			level--
		}
		ret := word(p, frameRet).Int()
		dist := uint32(ret >> retShift & 0xFFFF)
		if ret&entryFrame != 0 || dist == 0 || dist >= fp {
			break
		}
		at = uint32(ret&retPC) - 1
		fp -= dist
	}
	return c, pc
}
