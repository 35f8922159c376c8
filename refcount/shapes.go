package refcount

// This file defines shapes: what a slot's 16-bit shape number means.

import "sync/atomic"

// Layout says how an object's references are found.
type Layout uint8

// The layouts.
const (
	LayoutNone   Layout = iota // not an object
	LayoutRaw                  // no references
	LayoutRecord               // Fields values after the header
	LayoutTuple                // a small int n after the header, then n values
	LayoutList                 // body word: payload of values and length
	LayoutDict                 // body word: payload of entries
	LayoutSet
	LayoutBytes // body word: payload of bytes
)

// Shape describes what the objects that bear its number are. It lives on the Go side and is immutable but for Next.
type Shape struct {
	ID      uint16
	Kind    uint8 // the vm's built-in type
	Layout  Layout
	Fields  int    // values in a record
	Class   Value  // the class (borrowed: its instances hold it)
	NoAttrs bool   // a container that never has an attribute dict: an exact instance of a built-in type
	Heap    bool   // instances hold a reference to Class
	Solo    bool   // an iterator: as a rule one thread's only; see Mutator.Lock
	Notify  bool   // the vm is told when an instance dies
	Guard   uint64 // what the object's lock guards: see GuardBody
	Any     any    // the vm's own description of the attributes
}

// Shapes is the table of shapes. Reading is lock-free; adding is the vm's business, under its own lock.
type Shapes struct {
	table [1 << 16]atomic.Pointer[Shape]
	next  atomic.Uint32
}

// FirstHeapShape is the first number that is not a built-in type's own.
const FirstHeapShape = 256

func newShapes() *Shapes {
	s := &Shapes{}
	s.next.Store(FirstHeapShape)
	return s
}

// Get finds a shape; nil for a number that is not in use.
func (s *Shapes) Get(id uint16) *Shape { return s.table[id].Load() }

// Put registers a built-in shape under its own number.
func (s *Shapes) Put(sh *Shape) { s.table[sh.ID].Store(sh) }

// Add registers a shape under a new number; false when all are taken.
func (s *Shapes) Add(sh *Shape) bool {
	id := s.next.Add(1) - 1
	if id >= 1<<16 {
		s.next.Store(1 << 16)
		return false
	}
	sh.ID = uint16(id)
	s.table[id].Store(sh)
	return true
}

// Len is the first number not yet given.
func (s *Shapes) Len() int { return int(min(s.next.Load(), 1<<16)) }
