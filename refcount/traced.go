package refcount

// This file is the traced discipline: nobody counts, the collector (tracer.go) frees what it cannot reach. What Go code
// holds in variables it could not reach either: so a thread notes every reference that Go code gets hold of, as JNI and V8
// do with their local handles.
//
// A scope is what Go code has got hold of since one loop began; where the loop is between two instructions, all that lives
// is in registers, and the scope is empty again. The scopes of one thread lie one above the other in one list.

import (
	"sync/atomic"

	"toylang/scheduler"
)

// TracedCount is what Count tells under the traced discipline: never "one", because nobody knows that he is alone.
const TracedCount = 1 << 30

// scopes are the references that a thread's Go code has got hold of.
type scopes struct {
	on   bool // the discipline is traced, and the mutator a thread's
	list []Value
	base int // where the innermost scope begins
	n    int // noted so far, where TraceEvery counts them
	full int // the length at which the thread is to come by a place where the scope can be emptied
}

// scopeRoom is how many references a scope may hold before the thread is asked to empty it.
const scopeRoom = 4096

// Keep notes that Go code holds v, a reference that was moved out of guest memory. What New, Incref and Ref give is noted
// already.
func (m *Mutator) Keep(v Value) {
	if m.scopes.on && v.IsPtr() {
		m.note(v)
	}
}

//go:noinline
func (m *Mutator) note(v Value) {
	s := &m.scopes
	s.list = append(s.list, v)
	if every := m.H.TraceEvery; every != 0 {
		if s.n++; s.n%every == 0 {
			m.H.pace.due.Store(0)
			m.askCollect()
		}
	}
	if len(s.list) >= s.full {
		s.full = 2 * len(s.list)
		m.askCollect()
	}
}

// EnterScope begins a scope for a loop and gives what LeaveScope needs.
func (m *Mutator) EnterScope() (outer int) {
	outer = m.scopes.base
	m.scopes.base = len(m.scopes.list)
	m.scopes.full = m.scopes.base + scopeRoom
	return outer
}

// LeaveScope ends it. The result that the loop gave is the outer scope's.
func (m *Mutator) LeaveScope(outer int, result Value) {
	m.scopes.list = m.scopes.list[:m.scopes.base]
	m.scopes.base = outer
	m.Keep(result)
}

// EmptyScope says that no Go code of the innermost scope holds anything now.
func (m *Mutator) EmptyScope() {
	if s := &m.scopes; s.on {
		s.list = s.list[:s.base]
		s.full = s.base + scopeRoom
	}
}

// ScopeMark and ScopeCut take out of the scope what Go code got hold of since the mark, and holds no longer.
func (m *Mutator) ScopeMark() int { return len(m.scopes.list) }

// ScopeCut is the end of what ScopeMark began.
func (m *Mutator) ScopeCut(mark int) {
	if m.scopes.on && mark <= len(m.scopes.list) {
		m.scopes.list = m.scopes.list[:mark]
	}
}

// Scopes calls visit for what the thread's Go code holds, or has held. The thread is the caller, or the world is stopped.
func (m *Mutator) Scopes(visit func(v Value)) {
	for _, v := range m.scopes.list {
		visit(v)
	}
}

func (m *Mutator) initScopes() {
	m.scopes = scopes{on: m.Disc == Traced && m.Self != nil, full: scopeRoom}
}

// pacer says when the next collection is due: when as much has been allocated as the last one left alive.
type pacer struct {
	fresh atomic.Int64 // bytes handed to threads since the last collection
	due   atomic.Int64 // at so many
	again atomic.Int32 // collections that shall follow at once: memory ran out, and a handler may let go of some
}

// traceFirst is the least number of bytes allocated between two collections.
const traceFirst = 4 << 20

// TraceDue reports that a collection is due.
func (h *Heap) TraceDue() bool { return h.Disc == Traced && h.pace.fresh.Load() >= h.pace.due.Load() }

// took counts bytes that a thread has taken, and asks it to collect when that is due.
func (m *Mutator) took(n int64) {
	if h := m.H; h.pace.fresh.Add(n) >= h.pace.due.Load() {
		m.askCollect()
	}
}

func (m *Mutator) askCollect() {
	if m.Self != nil {
		m.Self.SetBreak(scheduler.BreakGC)
	}
}

// exhausted makes a collection due at once: memory has run out.
func (m *Mutator) exhausted() {
	m.H.pace.due.Store(0)
	m.H.pace.again.Store(3)
	m.askCollect()
}

// setPace plans the next collection: after as many bytes as are alive, but before half of what is left has been taken.
func (h *Heap) setPace(live int64) {
	room := max((h.Limit()-h.Bytes())/2, h.Limit()/64)
	h.pace.due.Store(min(max(live, traceFirst), room))
	h.pace.fresh.Store(0)
	if h.pace.again.Load() > 0 {
		h.pace.again.Add(-1)
		h.pace.due.Store(0)
	}
}
