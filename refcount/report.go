package refcount

// This file defines faults of memory: uses of freed slots, seen when they happen.

import "sync"

// FaultKind names a fault.
type FaultKind uint8

// The faults that a generation shows at once.
const (
	StaleIncref FaultKind = iota // a reference was taken to a freed slot
	StaleDecref                  // a reference to a freed slot was dropped
	StaleUse                     // a freed slot was used
	DoubleFree                   // a freed slot was freed again
	WrongCount                   // an audit found a count that its references do not explain
	NoRight                      // guest memory was used without the right to run
	MissingLock                  // guarded memory was used without the object's lock
	ForgedLock                   // a lock word said that it was held, and nobody held it
)

// String describes the kind in the words of a report.
func (k FaultKind) String() string {
	return [...]string{"use after free (incref)", "use after free (decref)", "use after free", "double free", "wrong count", "use without the right to run",
		"use without the lock", "lock that nobody holds"}[k]
}

// Fault is one use of a freed slot.
type Fault struct {
	Kind  FaultKind
	Value Value
	Use   Site
	Alloc Site // who allocated what stands there now
	Free  Site // who freed it last
	Shape uint16
}

type faultLog struct {
	mu    sync.Mutex
	list  []Fault
	seen  map[Site]bool
	total int64 // uses of freed slots
	other int64
}

const maxFaults = 1000

// fault records a fault, once per site, and tells the vm.
func (m *Mutator) fault(k FaultKind, v Value) {
	f := Fault{Kind: k, Value: v, Use: Site{m.Tid, m.PC}}
	h := m.H
	if s := h.siteOf(v.Off()); s != nil {
		f.Alloc, f.Free = s.alloc.get(), s.free.get()
	}
	f.Shape = m.Header(v).Shape()
	l := &h.faults
	l.mu.Lock()
	if k <= DoubleFree {
		l.total++
	} else {
		l.other++
	}
	if l.seen == nil {
		l.seen = map[Site]bool{}
	}
	key := Site{uint32(k), m.PC}
	first := !l.seen[key] && len(l.list) < maxFaults
	if first {
		l.seen[key] = true
		l.list = append(l.list, f)
	}
	l.mu.Unlock()
	if h.OnFault != nil {
		h.OnFault(m, &f)
	}
}

// Stale records the use of a freed slot that the interpreter's own check found.
func (m *Mutator) Stale(v Value) { m.fault(StaleUse, v) }

// WrongCount records what an audit in the midst of the program found.
func (m *Mutator) WrongCount(v Value) { m.fault(WrongCount, v) }

// Faults gives the faults so far, one for each site, and how many uses of freed slots there were in all.
func (h *Heap) Faults() ([]Fault, int64) {
	l := &h.faults
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Fault(nil), l.list...), l.total
}
