package refcount

// This file is the check mode: freed memory is filled with stale handles, and whoever touches what a lock guards is asked
// for the lock.

import (
	"sync/atomic"
)

// GuardBody is the bit of Shape.Guard that stands for a container's body; bit i stands for field i of a record, the bit
// below GuardBody for all fields from there on.
const GuardBody = 1 << 63

const guardLast = 62

// nowhere is a handle that is always stale, whatever is asked: no object lies at offset 0, so its generation stays 0.
const nowhere = TagPtr | 0xDEAD<<32

// poison fills words with handles that are stale, and that name the slot: a report can tell who freed it.
func (m *Mutator) poison(off, first uint32) {
	n := uint32(m.H.slotBytes(off) / 8)
	if n == 0 || uint64(off)+uint64(n) > uint64(len(m.H.words)) {
		return
	}
	v := nowhere
	if first == 1 { // a payload: its second word is nobody's generation
		*(*Value)(m.at(off + 1)) = nowhere
		first, v = 2, handle(off, 0xBEEF)
	} else {
		v = handle(off, uint16(uint32(uint64(*(*uint64)(m.at(off + 1)))>>32))-1)
	}
	for i := first; i < n; i++ {
		atomic.StoreUint64((*uint64)(m.at(off+i)), uint64(v))
	}
}

// Alone says that until the function it returns is called no other thread can reach what this one works on.
func (m *Mutator) Alone() func() {
	m.alone++
	return func() { m.alone-- }
}

// lockTaken and lockGone keep the list of the locks that the thread holds.
func (m *Mutator) lockTaken(v Value) { m.held = append(m.held, v.Off()) }

func (m *Mutator) lockGone(v Value) {
	for i := len(m.held) - 1; i >= 0; i-- {
		if m.held[i] == v.Off() {
			m.held = append(m.held[:i], m.held[i+1:]...)
			return
		}
	}
}

// guarded faults an access to a guarded field (or GuardBody) of v without what the strategy demands: the right to run,
// and the object's lock where objects have locks. What has one reference only is its holder's own.
func (m *Mutator) guarded(v Value, field int) {
	if m.Self == nil || m.alone > 0 {
		return
	}
	if !m.Sched.Runs(m.Self) {
		m.fault(NoRight, v)
		return
	}
	if !m.Locks || !v.IsPtr() {
		return
	}
	h := m.Header(v)
	if h.Gen() != v.Gen() || int32(m.H.countOf(h)) <= 1 || h.Flags()&FlagImmortal != 0 {
		return
	}
	sh := m.H.Shapes.Get(h.Shape())
	if sh == nil {
		return
	}
	bit := uint64(GuardBody)
	if field >= 0 {
		bit = 1 << min(field, guardLast)
	}
	if sh.Guard&bit == 0 {
		return
	}
	for _, off := range m.held {
		if off == v.Off() {
			return
		}
	}
	m.fault(MissingLock, v)
}

// LenOf is the length in a container's body, which may be read without a lock.
func (m *Mutator) LenOf(v Value) int {
	c := m.Check
	m.Check = false
	n := int(m.Body(v).Len)
	m.Check = c
	return n
}
