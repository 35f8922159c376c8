// Package refcount is toy's guest heap: values, slots, reference counts, and the truth about them.
//
// Every guest-visible object lives in one region of address space outside Go's heap, in a slot of a size class, behind
// a 16-byte header with its count. A slot whose count falls to zero is freed at once and used again. How a count is
// changed is the discipline (one file each); who may run when is the scheduler's business.
package refcount

// This file defines the value: one NaN-boxed 64-bit word.

import "math"

// Value is a guest value: a double as it is, a small int inline (50 bits), a special constant, or a handle to a slot.
// A handle is the slot's offset in the region in 8-byte units (bits 0–31) and the generation that the slot had when
// the handle was made (bits 32–47).
type Value uint64

// The tags, in the upper 16 bits (14 for ints).
const (
	TagSpec Value = 0xFFF9 << 48
	TagPtr  Value = 0xFFFA << 48
	TagInt  Value = 0xFFFC << 48
)

// The special constants.
const (
	None           = TagSpec | 1
	False          = TagSpec | 2
	True           = TagSpec | 3
	Ellipsis       = TagSpec | 4
	NotImplemented = TagSpec | 5
	Unbound        = TagSpec | 6 // no value: an unbound local, an empty cell, a missing argument
	Raised         = TagSpec | 7 // returned instead of a result: the thread's exception is set
	Deleted        = TagSpec | 8 // the key of a deleted dict entry
)

// The range of ints that a value holds inline.
const (
	MaxSmall = 1<<49 - 1
	MinSmall = -1 << 49
)

// IsInt reports an inline int.
func (v Value) IsInt() bool { return v >= TagInt }

// IsPtr reports a handle.
func (v Value) IsPtr() bool { return v>>48 == TagPtr>>48 }

// IsFloat reports a double.
func (v Value) IsFloat() bool { return v < TagSpec }

// IsBool reports True or False.
func (v Value) IsBool() bool { return v|1 == True }

// IsSpecial reports one of the special constants.
func (v Value) IsSpecial() bool { return v>>48 == TagSpec>>48 }

// BothInt reports that a and b are inline ints.
func BothInt(a, b Value) bool { return a&b >= TagInt }

// SmallInt makes an inline int; the caller knows that x is within MinSmall..MaxSmall.
func SmallInt(x int64) Value { return Value(x)&(1<<50-1) | TagInt }

// FitsSmall reports whether x can stand inline.
func FitsSmall(x int64) bool { return x<<14>>14 == x }

// Int gives the inline int's value.
func (v Value) Int() int64 { return int64(v<<14) >> 14 }

// Shifted gives the inline int shifted to the top of the word: sums of such words overflow exactly when the ints do.
func (v Value) Shifted() int64 { return int64(v << 14) }

// FromShifted is the inverse of Shifted.
func FromShifted(r int64) Value { return Value(uint64(r)>>14) | TagInt }

// Float makes a double. Doubles whose bits would read as a tag (negative NaNs) are made the default NaN first.
func Float(f float64) Value {
	v := Value(math.Float64bits(f))
	if v >= TagSpec {
		return Value(0x7FF8 << 48)
	}
	return v
}

// Float gives the double.
func (v Value) Float() float64 { return math.Float64frombits(uint64(v)) }

// Bool makes True or False.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Off is the handle's slot, in 8-byte units.
func (v Value) Off() uint32 { return uint32(v) }

// Gen is the generation in the handle.
func (v Value) Gen() uint16 { return uint16(v >> 32) }

// handle makes a handle.
func handle(off uint32, gen uint16) Value { return TagPtr | Value(gen)<<32 | Value(off) }
