package refcount

// This file counts for weak references: a count that has fallen to zero never rises again.

import "sync/atomic"

// TryIncref makes a reference to v unless its last one is gone. The caller knows that the slot is v's still, freed or not.
// It is no scheduling point: the caller holds a lock of Go's.
func (m *Mutator) TryIncref(v Value) bool {
	h := m.Header(v)
	if h.Gen() != v.Gen() {
		return false
	}
	switch {
	case m.Disc == Traced:
		m.Keep(v)
		return true
	case m.Point != nil || m.Disc == Plain:
		if h.Count == 0 {
			return false
		}
		h.Count++
		return true
	case m.Disc == Atomic:
		for {
			n := atomic.LoadUint32(&h.Count)
			if n == 0 {
				return false
			}
			if atomic.CompareAndSwapUint32(&h.Count, n, n+1) {
				return true
			}
		}
	}
	countLockSlow(h)
	alive := h.Count != 0
	if alive {
		h.Count++
	}
	atomic.AndUint32(h.LockWord(), ^FlagCountLock)
	return alive
}

// DropCount drops a reference without freeing, and reports whether it was the last.
func (m *Mutator) DropCount(v Value) bool {
	h := m.Header(v)
	switch {
	case m.Disc == Traced:
		return false
	case m.Point != nil || m.Disc == Plain:
		return DecPlain(h)
	case m.Disc == Atomic:
		return DecAtomic(h)
	}
	return DecLocked(h)
}
