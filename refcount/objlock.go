package refcount

// This file locks objects, where the strategy has locks for them.

import (
	"time"

	"toylang/scheduler"
)

// Lock takes the object's lock where the strategy has one. It is a leaf lock: hold it for a few reads and writes, never
// across a call into toy code, a blocking operation, or an eval-breaker check.
func (m *Mutator) Lock(v Value) {
	if m.Locks {
		m.lockSlow(v)
	}
}

// Unlock releases it.
func (m *Mutator) Unlock(v Value) {
	if m.Locks {
		m.unlockSlow(v)
	}
}

func (m *Mutator) lockSlow(v Value) {
	if m.Point != nil {
		m.Point(scheduler.ObjLock, uint64(v.Off()))
	}
	h := m.Header(v)
	if m.Disc == Biased && m.biasedLock(h, v) {
		return
	}
	m.locked++
	if w := h.LockWord(); !LockFast(w) {
		m.lockWait(w, v)
	}
	if m.attentive {
		m.lockNoted(v)
	}
}

// lockWait waits for an object's lock.
func (m *Mutator) lockWait(w *uint32, v Value) {
	var begin time.Time
	if m.Watch {
		begin = time.Now()
	}
	if m.Sched.ObjLock(m.Self, w, v.Off()) {
		m.fault(ForgedLock, v)
	}
	if m.Watch {
		m.NoteWait(v, time.Since(begin))
	}
}

func (m *Mutator) unlockSlow(v Value) {
	if m.attentive {
		m.unlockNoted(v)
	}
	if m.Disc == Biased && m.ownIterator(m.Header(v)) {
		return
	}
	m.locked--
	m.unlock(v)
}

// UnlockTaken is Unlock of a lock that the loop has taken itself.
func (m *Mutator) UnlockTaken(v Value) {
	if m.Locks && (m.Disc != Biased || !m.ownIterator(m.Header(v))) {
		m.unlock(v)
	}
}

func (m *Mutator) unlock(v Value) {
	if m.Point != nil {
		m.Point(scheduler.ObjUnlock, uint64(v.Off()))
	}
	w := m.Header(v).LockWord()
	if !UnlockFast(w) {
		m.Sched.ObjUnlock(m.Self, w, v.Off())
	}
}

// LockTwo takes the locks of two objects in the order of their slots.
func (m *Mutator) LockTwo(a, b Value) {
	if !m.Locks {
		return
	}
	if a.Off() > b.Off() {
		a, b = b, a
	}
	m.lockSlow(a)
	if a.Off() != b.Off() {
		m.lockSlow(b)
	}
}

// UnlockTwo releases them.
func (m *Mutator) UnlockTwo(a, b Value) {
	if !m.Locks {
		return
	}
	m.unlockSlow(a)
	if a.Off() != b.Off() {
		m.unlockSlow(b)
	}
}
