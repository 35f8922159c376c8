package refcount

// This file defines the header of every object.

import (
	"sync/atomic"
	"unsafe"
)

// Header stands at the start of every object's slot. Count and Shared are the reference count (Shared is the other
// threads' part under the biased discipline). Meta is, from the low end: flags (16), owner (16), generation (16),
// shape (16). Shape and generation share the upper half with a handle's generation and tag, so that one exclusive-or
// checks both: (Meta ^ handle) >> 32 == shape<<16 ^ tag<<16.
// The lower half holds the lock bits: once an object is shared it changes by compare-and-swap only.
type Header struct {
	Count  uint32
	Shared uint32
	Meta   uint64
}

// HeaderSize is the header's length in bytes.
const HeaderSize = 16

// The flags in the lower half of Meta.
const (
	FlagLocked    uint32 = 1 << iota // the object's lock is held
	FlagWaiters                      // threads are parked on it
	FlagCountLock                    // the count is being changed (discipline locked)
	FlagFinal                        // has a finaliser to run when it dies
	FlagFinalized                    // which has run
	FlagWeakref                      // weak references to it exist
	FlagDead                         // freeing has begun: the count was zero
	FlagImmortal                     // lives as long as the VM: never freed
	FlagWarm                         // biased: another thread than its owner was seen counting it
)

// FlagsOfDeath make an object's death more than the freeing of its slot.
const FlagsOfDeath = FlagFinal | FlagWeakref | FlagImmortal

// Key is the upper half that an object of the shape has if the handle is not stale, exclusive-ored with the handle's.
func Key(shape uint16) uint32 { return (uint32(shape) ^ uint32(TagPtr>>48)) << 16 }

// Shape reads the shape.
func (h *Header) Shape() uint16 { return uint16(atomic.LoadUint64(&h.Meta) >> 48) }

// Gen reads the generation.
func (h *Header) Gen() uint16 { return uint16(atomic.LoadUint64(&h.Meta) >> 32) }

// Owner reads the thread that allocated the slot.
func (h *Header) Owner() uint16 { return uint16(atomic.LoadUint64(&h.Meta) >> 16) }

// LockWord is the half of Meta with flags and owner.
func (h *Header) LockWord() *uint32 { return (*uint32)(unsafe.Pointer(&h.Meta)) }

// Flags reads the flags.
func (h *Header) Flags() uint32 { return atomic.LoadUint32(h.LockWord()) & 0xFFFF }

// SetFlag sets flags.
func (h *Header) SetFlag(f uint32) { atomic.OrUint32(h.LockWord(), f) }

// ClearFlag clears flags.
func (h *Header) ClearFlag(f uint32) { atomic.AndUint32(h.LockWord(), ^f) }

// SetShape changes the shape of a live object (an instance gains an attribute). The caller holds the object's lock where
// the strategy has one; the half word is written alone, so the lock bits cannot be lost.
func (h *Header) SetShape(s uint16) {
	hi := (*uint32)(unsafe.Add(unsafe.Pointer(&h.Meta), 4))
	atomic.StoreUint32(hi, atomic.LoadUint32(hi)&0xFFFF|uint32(s)<<16)
}
