package vm

// This file holds the small pieces of the loops; all of them are inlined.

import (
	"math"
	"unsafe"

	"toylang/refcount"
)

func header(base unsafe.Pointer, mask uint32, v Value) *refcount.Header {
	return (*refcount.Header)(unsafe.Add(base, uintptr(uint32(v)&mask)<<3))
}

// field is field i of the record at h.
func field(h *refcount.Header, i int) *Value {
	return (*Value)(unsafe.Add(unsafe.Pointer(h), refcount.HeaderSize+i*8))
}

// item is item i of a payload of values.
func item(base unsafe.Pointer, mask, payload uint32, i uint64) *Value {
	return (*Value)(unsafe.Add(base, uintptr((payload+1+uint32(i))&mask)<<3))
}

func entry(t *Thread, ix Value) *codeEntry {
	return (*codeEntry)(unsafe.Add(t.entries, uintptr(uint32(ix)&(maxCodes-1))*unsafe.Sizeof(codeEntry{})))
}

// codeIndex is the word that names the code of an entry: the function itself, which may be gone, is read once.
func codeIndex(t *Thread, e *codeEntry) Value {
	return refcount.SmallInt(int64((uintptr(unsafe.Pointer(e)) - uintptr(t.entries)) / unsafe.Sizeof(codeEntry{})))
}

// reshape gives an object another shape, as Header.SetShape does.
func reshape(h *refcount.Header, s uint16) { *(*uint16)(unsafe.Add(unsafe.Pointer(h), 14)) = s }

func bits(f float64) Value { return Value(math.Float64bits(f)) }

func fits32(x int64) bool { return int64(int32(x)) == x }

// wake releases an object's lock that others wait for.
func (t *Thread) wake(v Value) {
	t.Unlock(v)
	d := t.drop
	t.drop = Unbound
	t.Decref(d)
}

// The pieces that differ between the loops. Plain: under one lock.

func incPlain(h *refcount.Header, _ Value) bool { h.Count++; return true }
func decPlain(h *refcount.Header, _ Value) bool { h.Count--; return h.Count == 0 }
func stalePlain(*refcount.Header, Value) bool   { return false }
func lockPlain(*Thread, *refcount.Header) bool  { return true }
func unlockPlain(*Thread, *refcount.Header) bool {
	return true
}
func fitsPlain(unsafe.Pointer, uint32, uint32, uint64) bool { return true }
func fitsTuplePlain(*Thread, Value, uint64) bool            { return true }

// Atomic: one atomic add; objects may be locked.

func incAtomic(h *refcount.Header, _ Value) bool { refcount.IncAtomic(h); return true }
func decAtomic(h *refcount.Header, _ Value) bool { return refcount.DecAtomic(h) }
func staleAtomic(*refcount.Header, Value) bool   { return false }
func lockAtomic(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.LockFast(h.LockWord())
}
func unlockAtomic(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.UnlockFast(h.LockWord())
}
func fitsAtomic(unsafe.Pointer, uint32, uint32, uint64) bool { return true }
func fitsTupleAtomic(*Thread, Value, uint64) bool            { return true }

// Locked: load, add, store under the header's count lock.

func incLocked(h *refcount.Header, _ Value) bool { refcount.IncLocked(h); return true }
func decLocked(h *refcount.Header, _ Value) bool { return refcount.DecLocked(h) }
func staleLocked(*refcount.Header, Value) bool   { return false }
func lockLocked(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.LockFast(h.LockWord())
}
func unlockLocked(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.UnlockFast(h.LockWord())
}
func fitsLocked(unsafe.Pointer, uint32, uint32, uint64) bool { return true }
func fitsTupleLocked(*Thread, Value, uint64) bool            { return true }

// Traced: no counts.

func incTraced(*refcount.Header, Value) bool   { return true }
func decTraced(*refcount.Header, Value) bool   { return false }
func staleTraced(*refcount.Header, Value) bool { return false }
func lockTraced(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.LockFast(h.LockWord())
}
func unlockTraced(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.UnlockFast(h.LockWord())
}
func fitsTraced(unsafe.Pointer, uint32, uint32, uint64) bool { return true }
func fitsTupleTraced(*Thread, Value, uint64) bool            { return true }

// Checked: plain counts where handles may be stale and lengths wrong.

func incChecked(h *refcount.Header, v Value) bool { return refcount.IncChecked(h, v) }
func decChecked(h *refcount.Header, v Value) bool {
	zero, ok := refcount.DecChecked(h, v)
	return zero || !ok
}
func staleChecked(h *refcount.Header, v Value) bool { return uint16(h.Meta>>32) != v.Gen() }
func lockChecked(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.LockFast(h.LockWord())
}
func unlockChecked(t *Thread, h *refcount.Header) bool {
	return !t.Locks || refcount.UnlockFast(h.LockWord())
}
func fitsChecked(base unsafe.Pointer, mask, payload uint32, i uint64) bool {
	return i < *(*uint64)(unsafe.Add(base, uintptr(payload&mask)<<3))/8
}
func fitsTupleChecked(t *Thread, v Value, i uint64) bool { return int(i)+1 < t.Fields(v).Cap() }
