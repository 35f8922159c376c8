package vm

// This file holds the small pieces of the loops; all of them are inlined.

import (
	"math"
	"sync/atomic"
	"unsafe"

	"toylang/refcount"
)

func header(base unsafe.Pointer, mask uint32, v Value) *refcount.Header {
	return (*refcount.Header)(unsafe.Add(base, uintptr(v)&uintptr(mask)<<3))
}

// field is field i of the record at h.
func field(h *refcount.Header, i int) *Value {
	return (*Value)(unsafe.Add(unsafe.Pointer(h), refcount.HeaderSize+i*8))
}

// item is item i of a payload of values.
func item(base unsafe.Pointer, mask, payload uint32, i uint64) *Value {
	return (*Value)(unsafe.Add(base, uintptr(payload+1+uint32(i))&uintptr(mask)<<3))
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
	t.UnlockTaken(v)
	d := t.drop
	t.drop = 0
	t.Decref(d)
}

// The pieces that differ between the loops.
//
// lockedReadsX says that reads of cells, attributes and items go under the object's lock; lockReadX takes it and unlockReadX
// releases it where that is so. readableX says that the reader may look at a container's payload without its lock: under
// biased the owner must know that it has company. lockIterX is the lock of an iterator. sameLayoutX looks again whether the
// layout that a cached method belongs to still stands, after the method was counted. undoX drops what was counted by mistake, if undoesX.

// slotX is the address that a handle, or a payload, names: cut where a handle may name what is no slot. headerX and itemX are header and item by it.

// Plain: under one lock.

func slotPlain(_ *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w))<<3)
}
func headerPlain(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotPlain(t, base, uint64(v)))
}
func itemPlain(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotPlain(t, base, uint64(payload+1+uint32(i))))
}

func incPlain(h *refcount.Header, _ Value) bool { h.Count++; return true }
func decPlain(h *refcount.Header, _ Value) bool { h.Count--; return h.Count == 0 }
func stalePlain(*refcount.Header, Value) bool   { return false }
func lockPlain(*Thread, *refcount.Header) bool  { return true }
func unlockPlain(*Thread, *refcount.Header) bool {
	return true
}
func fitsPlain(*Thread, unsafe.Pointer, uint32, uint64) bool { return true }
func fitsTuplePlain(*Thread, Value, uint64) bool             { return true }

func lockedReadsPlain(*Thread) bool                          { return false }
func lockReadPlain(*Thread, *refcount.Header) bool           { return true }
func unlockReadPlain(*Thread, *refcount.Header) bool         { return true }
func unlockReadSlowPlain(*Thread, Value)                     {}
func lockIterPlain(*Thread, *refcount.Header) bool           { return true }
func unlockIterPlain(*Thread, *refcount.Header) bool         { return true }
func unlockIterSlowPlain(*Thread, Value)                     {}
func readablePlain(*Thread, *refcount.Header) bool           { return true }
func sameLayoutPlain(*Thread, *refcount.Header, uint64) bool { return true }
func undoesPlain(*Thread) bool                               { return false }
func undoPlain(*Thread)                                      {}

// Atomic: one atomic add; objects may be locked.

func slotAtomic(_ *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w))<<3)
}
func headerAtomic(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotAtomic(t, base, uint64(v)))
}
func itemAtomic(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotAtomic(t, base, uint64(payload+1+uint32(i))))
}
func incAtomic(h *refcount.Header, _ Value) bool              { refcount.IncAtomic(h); return true }
func decAtomic(h *refcount.Header, _ Value) bool              { return refcount.DecAtomic(h) }
func staleAtomic(*refcount.Header, Value) bool                { return false }
func fitsAtomic(*Thread, unsafe.Pointer, uint32, uint64) bool { return true }
func fitsTupleAtomic(*Thread, Value, uint64) bool             { return true }

func lockedReadsAtomic(t *Thread) bool                        { return t.Locks }
func unlockReadSlowAtomic(t *Thread, v Value)                 { t.UnlockTaken(v) }
func unlockIterSlowAtomic(t *Thread, v Value)                 { t.UnlockTaken(v) }
func readableAtomic(*Thread, *refcount.Header) bool           { return true }
func sameLayoutAtomic(*Thread, *refcount.Header, uint64) bool { return true }
func undoesAtomic(*Thread) bool                               { return false }
func undoAtomic(*Thread)                                      {}

// Locked: load, add, store under the header's count lock.

func slotLocked(_ *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w))<<3)
}
func headerLocked(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotLocked(t, base, uint64(v)))
}
func itemLocked(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotLocked(t, base, uint64(payload+1+uint32(i))))
}
func incLocked(h *refcount.Header, _ Value) bool              { refcount.IncLocked(h); return true }
func decLocked(h *refcount.Header, _ Value) bool              { return refcount.DecLocked(h) }
func staleLocked(*refcount.Header, Value) bool                { return false }
func fitsLocked(*Thread, unsafe.Pointer, uint32, uint64) bool { return true }
func fitsTupleLocked(*Thread, Value, uint64) bool             { return true }

func lockedReadsLocked(t *Thread) bool                        { return t.Locks }
func unlockReadSlowLocked(t *Thread, v Value)                 { t.UnlockTaken(v) }
func unlockIterSlowLocked(t *Thread, v Value)                 { t.UnlockTaken(v) }
func readableLocked(*Thread, *refcount.Header) bool           { return true }
func sameLayoutLocked(*Thread, *refcount.Header, uint64) bool { return true }
func undoesLocked(*Thread) bool                               { return false }
func undoLocked(*Thread)                                      {}

// Traced: no counts; reads take no lock.

func slotTraced(_ *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w))<<3)
}
func headerTraced(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotTraced(t, base, uint64(v)))
}
func itemTraced(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotTraced(t, base, uint64(payload+1+uint32(i))))
}
func incTraced(*refcount.Header, Value) bool                  { return true }
func decTraced(*refcount.Header, Value) bool                  { return false }
func staleTraced(*refcount.Header, Value) bool                { return false }
func fitsTraced(*Thread, unsafe.Pointer, uint32, uint64) bool { return true }
func fitsTupleTraced(*Thread, Value, uint64) bool             { return true }

func lockedReadsTraced(t *Thread) bool { return t.LockReads }
func unlockReadSlowTraced(t *Thread, v Value) {
	if t.LockReads {
		t.UnlockTaken(v)
	}
}
func unlockIterSlowTraced(t *Thread, v Value)                 { t.UnlockTaken(v) }
func readableTraced(*Thread, *refcount.Header) bool           { return true }
func sameLayoutTraced(*Thread, *refcount.Header, uint64) bool { return true }
func undoesTraced(*Thread) bool                               { return false }
func undoTraced(*Thread)                                      {}
func quickTraced(*Thread) bool                                { return false }

// Checked: plain counts where handles may be stale and lengths wrong.

func slotChecked(t *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w)&t.Mask)<<3)
}
func headerChecked(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotChecked(t, base, uint64(v)))
}
func itemChecked(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotChecked(t, base, uint64(payload+1+uint32(i))))
}
func incChecked(h *refcount.Header, v Value) bool { return refcount.IncChecked(h, v) }
func decChecked(h *refcount.Header, v Value) bool {
	zero, ok := refcount.DecChecked(h, v)
	return zero || !ok
}
func staleChecked(h *refcount.Header, v Value) bool { return uint16(h.Meta>>32) != v.Gen() }
func fitsChecked(t *Thread, base unsafe.Pointer, payload uint32, i uint64) bool {
	return i < *(*uint64)(slotChecked(t, base, uint64(payload)))/8
}
func fitsTupleChecked(t *Thread, v Value, i uint64) bool { return int(i)+1 < t.Fields(v).Cap() }

func lockedReadsChecked(t *Thread) bool                        { return t.Locks }
func unlockReadSlowChecked(t *Thread, v Value)                 { t.UnlockTaken(v) }
func unlockIterSlowChecked(t *Thread, v Value)                 { t.UnlockTaken(v) }
func readableChecked(*Thread, *refcount.Header) bool           { return true }
func sameLayoutChecked(*Thread, *refcount.Header, uint64) bool { return true }
func undoesChecked(*Thread) bool                               { return false }
func undoChecked(*Thread)                                      {}

// Biased: the owner counts plainly, others atomically; reads take no lock. The counting itself is expanded by genloops.

func slotBiased(t *Thread, base unsafe.Pointer, w uint64) unsafe.Pointer {
	return unsafe.Add(base, uintptr(uint32(w)&t.Mask)<<3)
}
func headerBiased(t *Thread, base unsafe.Pointer, v Value) *refcount.Header {
	return (*refcount.Header)(slotBiased(t, base, uint64(v)))
}
func itemBiased(t *Thread, base unsafe.Pointer, payload uint32, i uint64) *Value {
	return (*Value)(slotBiased(t, base, uint64(payload+1+uint32(i))))
}
func staleBiased(*refcount.Header, Value) bool                { return false }
func fitsBiased(*Thread, unsafe.Pointer, uint32, uint64) bool { return true }
func fitsTupleBiased(*Thread, Value, uint64) bool             { return true }
func lockedReadsBiased(t *Thread) bool                        { return t.LockReads }
func unlockReadSlowBiased(t *Thread, v Value) {
	if t.LockReads {
		t.UnlockTaken(v)
	}
}
func unlockIterSlowBiased(t *Thread, v Value) { t.UnlockTaken(v) }
func sameLayoutBiased(t *Thread, h *refcount.Header, w uint64) bool {
	return atomic.LoadUint32((*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2))) == uint32(w>>32)
}
func undoesBiased(t *Thread) bool { return t.Undo != Unbound }
func undoBiased(t *Thread)        { t.dropUndo() }

// deferred is the thread's counter of a deferred object.
func deferred(t *Thread, h *refcount.Header) *int32 {
	return (*int32)(unsafe.Add(t.Deferred, uintptr(h.Shared&(refcount.MaxDeferred-1))*4))
}

// tenant is the handle of what the slot that v names holds now.
func tenant(h *refcount.Header, v Value) Value {
	return refcount.TagPtr | Value(atomic.LoadUint64(&h.Meta)&(0xFFFF<<32)) | v&0xFFFFFFFF
}

//go:noinline
func (t *Thread) dropUndo() {
	v := t.Undo
	t.Undo = Unbound
	t.Decref(v)
}

// quickX says that no other thread uses a generator, and nothing can be stale.

// freesX says that the loop may free strs, tuples and lists itself, endedX that the count of such a one is zero as a whole.

func freesPlain(t *Thread) bool  { return t.QuickFree() }
func freesAtomic(*Thread) bool   { return false }
func freesLocked(*Thread) bool   { return false }
func freesChecked(*Thread) bool  { return false }
func freesBiased(t *Thread) bool { return t.QuickFree() }
func freesTraced(*Thread) bool   { return false }

func endedPlain(*Thread, *refcount.Header) bool   { return true }
func endedAtomic(*Thread, *refcount.Header) bool  { return true }
func endedLocked(*Thread, *refcount.Header) bool  { return true }
func endedChecked(*Thread, *refcount.Header) bool { return true }
func endedTraced(*Thread, *refcount.Header) bool  { return true }
func endedBiased(t *Thread, h *refcount.Header) bool {
	return uint32(h.Meta>>16)&0xFFFF == t.Own && h.Count|h.Shared == 0
}

func quickPlain(t *Thread) bool   { return true }
func quickAtomic(t *Thread) bool  { return false }
func quickLocked(t *Thread) bool  { return false }
func quickChecked(t *Thread) bool { return false }
func quickBiased(t *Thread) bool  { return !t.Locks }
