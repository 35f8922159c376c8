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
	case m.Disc == Biased:
		return h.Flags()&FlagDead == 0 && (uint32(h.Owner()) != m.Own || h.Count != 0) && m.TryBiased(v)
	case m.Point != nil:
		return TryPlain(h)
	}
	return disciplines[m.Disc].try(h)
}

// DropCount drops a reference without freeing, and reports whether it was the last.
func (m *Mutator) DropCount(v Value) bool {
	h := m.Header(v)
	switch {
	case m.Disc == Traced:
		return false
	case m.Disc == Biased: // v is dying, hence the thread's own, unless its finaliser has given it to others
		switch {
		case uint32(h.Owner()) == m.Own:
			h.Count--
			return h.Count == 0 && m.mergeZero(h)
		case h.Owner() == OwnerDeferred:
			*m.deferred(h.Shared)--
			return false
		}
		s := atomic.AddUint32(&h.Shared, ^uint32(sharedOne-1))
		if s&sharedMerged == 0 && sharedCount(s) == -1 {
			m.H.askMerge(m, v)
			return false
		}
		return s&sharedMerged != 0 && sharedCount(s) == 0
	case m.Point != nil:
		return DecPlain(h)
	}
	return disciplines[m.Disc].dec(h)
}
