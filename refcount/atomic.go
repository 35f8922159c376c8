package refcount

// This file is the atomic discipline: one atomic add, as in the Gilectomy's first step.

import "sync/atomic"

// IncAtomic adds a reference.
func IncAtomic(h *Header) { atomic.AddUint32(&h.Count, 1) }

// DecAtomic drops a reference and reports whether it was the last.
func DecAtomic(h *Header) bool { return atomic.AddUint32(&h.Count, ^uint32(0)) == 0 }

// TryAtomic adds a reference unless the count is zero.
func TryAtomic(h *Header) bool {
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
