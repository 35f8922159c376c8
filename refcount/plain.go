package refcount

// This file is the plain discipline: load, add, store. It is right under one lock; without one, updates get lost.

// IncPlain adds a reference.
func IncPlain(h *Header) { h.Count++ }

// DecPlain drops a reference and reports whether it was the last.
func DecPlain(h *Header) bool {
	h.Count--
	return h.Count == 0
}

// TryPlain adds a reference unless the count is zero.
func TryPlain(h *Header) bool {
	if h.Count == 0 {
		return false
	}
	h.Count++
	return true
}

// IncChecked is IncPlain where handles may be stale: it reports whether the handle's slot is still what it was.
func IncChecked(h *Header, v Value) bool {
	if uint16(h.Meta>>32) != v.Gen() {
		return false
	}
	h.Count++
	return true
}

// DecChecked is DecPlain where handles may be stale.
func DecChecked(h *Header, v Value) (zero, ok bool) {
	if uint16(h.Meta>>32) != v.Gen() {
		return false, false
	}
	h.Count--
	return h.Count == 0, true
}
