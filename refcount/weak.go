package refcount

// This file counts for weak references: a count that has fallen to zero never rises again.

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
		return (uint32(h.Owner()) != m.Own || h.Count != 0) && m.tryBiased(v)
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
	case m.Disc == Biased && uint32(h.Owner()) == m.Own: // as a dying object is, unless its finaliser gave it to others
		h.Count--
		return h.Count == 0 && m.mergeZero(h)
	case m.Disc == Biased:
		m.decrefBiased(h, v) // which frees it, if it is the last
		return false
	case m.Point != nil:
		return DecPlain(h)
	}
	return disciplines[m.Disc].dec(h)
}
