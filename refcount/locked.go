package refcount

// This file is the locked discipline: load, add, store under a bit of the header, a leaf lock that nothing else uses.

import (
	"runtime"
	"sync/atomic"
)

// IncLocked adds a reference.
func IncLocked(h *Header) {
	w := h.LockWord()
	old := atomic.LoadUint32(w) &^ FlagCountLock
	if !atomic.CompareAndSwapUint32(w, old, old|FlagCountLock) {
		countLockSlow(h)
	}
	h.Count++
	atomic.AndUint32(w, ^FlagCountLock)
}

// DecLocked drops a reference and reports whether it was the last.
func DecLocked(h *Header) bool {
	w := h.LockWord()
	old := atomic.LoadUint32(w) &^ FlagCountLock
	if !atomic.CompareAndSwapUint32(w, old, old|FlagCountLock) {
		countLockSlow(h)
	}
	h.Count--
	zero := h.Count == 0
	atomic.AndUint32(w, ^FlagCountLock)
	return zero
}

// TryLocked adds a reference unless the count is zero.
func TryLocked(h *Header) bool {
	countLockSlow(h)
	alive := h.Count != 0
	if alive {
		h.Count++
	}
	atomic.AndUint32(h.LockWord(), ^FlagCountLock)
	return alive
}

// countLockSlow takes the count lock when another thread has it. It holds nothing while it waits. A holder needs it for
// three instructions: after so many tries (some seconds) the bit has no holder, but was written over a slot that was reused.
//
//go:noinline
func countLockSlow(h *Header) {
	w := h.LockWord()
	for n := 0; n < countLockTries; n++ {
		old := atomic.LoadUint32(w)
		if old&FlagCountLock == 0 && atomic.CompareAndSwapUint32(w, old, old|FlagCountLock) {
			return
		}
		if n > 30 {
			runtime.Gosched()
		}
	}
}

const countLockTries = 1 << 25
