package refcount

// This file is the one place where guest memory is reached: bounded views of fields, payloads and bytes. Every view is
// cut to the slot's size as the block table knows it, never to a length that guest memory claims.

import (
	"sync/atomic"
	"unsafe"

	"toylang/scheduler"
)

// LockFast tries to take an object's lock.
func LockFast(w *uint32) bool {
	old := atomic.LoadUint32(w)
	return old&FlagLocked == 0 && atomic.CompareAndSwapUint32(w, old, old|FlagLocked)
}

// UnlockFast tries to release it; false when somebody waits.
func UnlockFast(w *uint32) bool {
	old := atomic.LoadUint32(w)
	return old&FlagWaiters == 0 && atomic.CompareAndSwapUint32(w, old, old&^FlagLocked)
}

// at is the address of a word; always inside the region.
func (m *Mutator) at(off uint32) unsafe.Pointer {
	return unsafe.Add(m.Base, uintptr(off&m.Mask)<<3)
}

// Cells is a bounded view of values in guest memory.
type Cells struct {
	p   unsafe.Pointer
	n   uint32
	m   *Mutator
	off uint32
}

// Cap is the number of cells in the view.
func (c Cells) Cap() int { return int(c.n) }

// Get reads cell i (borrowed); Unbound outside the view.
func (c Cells) Get(i int) Value {
	if uint(i) >= uint(c.n) {
		return Unbound
	}
	if c.m.Point != nil {
		c.m.Point(scheduler.CellRead, uint64(c.off)+uint64(i))
	}
	return Value(atomic.LoadUint64((*uint64)(unsafe.Add(c.p, uintptr(i)<<3))))
}

// Set writes cell i; the cell owns the reference that is stored. Nothing happens outside the view. What stood there is
// the caller's to drop.
func (c Cells) Set(i int, v Value) {
	if uint(i) >= uint(c.n) {
		return
	}
	if c.m.Point != nil {
		c.m.Point(scheduler.CellWrite, uint64(c.off)+uint64(i))
	}
	*(*Value)(unsafe.Add(c.p, uintptr(i)<<3)) = v
}

// Swap writes cell i and gives what stood there, whose reference the caller now owns.
func (c Cells) Swap(i int, v Value) Value {
	old := c.Get(i)
	c.m.Keep(old)
	c.Set(i, v)
	return old
}

// Move copies n cells within the view, as copy does; references move with them.
func (c Cells) Move(dst, src, n int) {
	if dst < 0 || src < 0 || n <= 0 || dst+n > int(c.n) || src+n > int(c.n) {
		return
	}
	w := unsafe.Slice((*Value)(c.p), c.n)
	copy(w[dst:dst+n], w[src:src+n])
}

// CopyFrom copies n cells of another view, from src there to dst here; references are not counted.
func (c Cells) CopyFrom(dst int, from Cells, src, n int) {
	if n <= 0 || dst < 0 || src < 0 || dst+n > int(c.n) || src+n > int(from.n) {
		return
	}
	copy(unsafe.Slice((*Value)(c.p), c.n)[dst:dst+n], unsafe.Slice((*Value)(from.p), from.n)[src:src+n])
}

// Fill writes items to the cells from at on; the references move into the view.
func (c Cells) Fill(at int, items []Value) {
	if c.m.Point != nil {
		for i, v := range items {
			c.Set(at+i, v)
		}
		return
	}
	if at >= 0 && at+len(items) <= int(c.n) {
		copy(unsafe.Slice((*Value)(c.p), c.n)[at:], items)
	}
}

// Slice gives cells [lo,hi) as a Go slice over guest memory, for reading in bulk: under strategies without one lock its
// contents may change at any time, its length never.
func (c Cells) Slice(lo, hi int) []Value {
	if lo < 0 || hi < lo || hi > int(c.n) {
		return nil
	}
	return unsafe.Slice((*Value)(c.p), c.n)[lo:hi]
}

// Fields is the view of a record's or tuple's values: everything after the header.
func (m *Mutator) Fields(v Value) Cells {
	off := v.Off() & m.Mask
	if !m.Unsafe {
		return Cells{m.at(off + 2), m.H.blockSize(off)/8 - HeaderSize/8, m, off + 2}
	}
	n := (m.H.slotBytes(off) - HeaderSize) / 8
	if n < 0 || uint64(off)+2+uint64(n) > uint64(len(m.H.words)) {
		n = 0
	}
	return Cells{m.at(off + 2), uint32(n), m, off + 2}
}

// Field reads field i of a record whose shape the caller has checked (borrowed).
func (m *Mutator) Field(v Value, i int) Value {
	if m.Check {
		m.guarded(v, i)
	}
	if m.Point != nil {
		m.Point(scheduler.CellRead, uint64(v.Off())+2+uint64(i))
	}
	return Value(atomic.LoadUint64((*uint64)(m.at(v.Off() + 2 + uint32(i)))))
}

// SetField writes field i of a record whose shape the caller has checked; the old value is the caller's to drop.
func (m *Mutator) SetField(v Value, i int, x Value) {
	if m.Check {
		m.guarded(v, i)
	}
	if m.Point != nil {
		m.Point(scheduler.CellWrite, uint64(v.Off())+2+uint64(i))
	}
	*(*Value)(m.at(v.Off() + 2 + uint32(i))) = x
}

// PutField is SetField that drops the old value and takes over the reference to x.
func (m *Mutator) PutField(v Value, i int, x Value) {
	old := m.Field(v, i)
	m.SetField(v, i, x)
	m.Decref(old)
}

// Body is the word of a list, dict, set or bytearray that names its payload and length; it never tears.
type Body struct{ Payload, Len uint32 }

// bodyPoint is its address at points: apart from those of values, which alone end in 2 above 1<<32 (see Table.point).
func bodyPoint(v Value) uint64 { return 1<<63 | uint64(v.Off())<<2 }

// Body reads it.
func (m *Mutator) Body(v Value) Body {
	if m.Check {
		m.guarded(v, -1)
	}
	if m.Point != nil {
		m.Point(scheduler.CellRead, bodyPoint(v))
	}
	w := atomic.LoadUint64((*uint64)(m.at(v.Off() + 2)))
	if n := uint32(w >> 32); m.Unsafe && n > 64 { // no loop over a length that the payload cannot have
		return Body{uint32(w), min(n, uint32(m.H.slotBytes(uint32(w)&m.Mask)))}
	}
	return Body{uint32(w), uint32(w >> 32)}
}

// SetBody publishes it, after what the payload holds.
func (m *Mutator) SetBody(v Value, b Body) {
	if m.Check {
		m.guarded(v, -1)
	}
	if m.Point != nil {
		m.Point(scheduler.CellWrite, bodyPoint(v))
	}
	*(*uint64)(m.at(v.Off() + 2)) = uint64(b.Len)<<32 | uint64(b.Payload)
}

// bodyAttrs is the word of a container that holds the attribute dict of an instance of a subclass: the last in its slot.
func (m *Mutator) attrsCell(v Value) *Value {
	k := uint32(3)
	if b := m.H.blockOf(v.Off()); b != nil && (b.pool() == uint16(PoolDict) || b.pool() == uint16(PoolSet)) {
		k = 5
	}
	return (*Value)(m.at(v.Off() + k))
}

// Attrs reads a container's attribute dict (borrowed); not a handle when there is none.
func (m *Mutator) Attrs(v Value) Value { return *m.attrsCell(v) }

// SetAttrs writes it; the container takes over the reference.
func (m *Mutator) SetAttrs(v, d Value) { *m.attrsCell(v) = d }

// NewContainer makes a list, dict, set or bytearray without a payload.
func (m *Mutator) NewContainer(p Pool, shape uint16) Value {
	v := m.New(p, shape)
	if v == Raised {
		return v
	}
	for i := uint32(2); i < uint32(p.Size()/8); i++ {
		*(*uint64)(m.at(v.Off() + i)) = 0
	}
	return v
}

// AllocPayload takes a payload of the group for n bytes beside its capacity word; it gives its offset and how many bytes
// it really holds; 0 and MemoryError when memory is exhausted. The bytes are not cleared.
func (m *Mutator) AllocPayload(g Group, n int) (off uint32, capacity int) {
	if n < 0 || int64(n) > m.H.Limit() {
		m.NoMemory()
		return 0, 0
	}
	p, ok := PoolOf(g, n+8)
	if ok {
		off, capacity = m.alloc(p), p.Size()-8
	} else if off = m.allocLarge(g, n+8); off != 0 {
		capacity = (n+8+blockBytes-1)/blockBytes*blockBytes - 8
	}
	if off == 0 {
		m.NoMemory()
		return 0, 0
	}
	*(*uint64)(m.at(off)) = uint64(capacity)
	return off, capacity
}

// FreePayload gives a payload back; what it refers to is the caller's business.
func (m *Mutator) FreePayload(off uint32) {
	if off == 0 {
		return
	}
	if b := m.H.blockOf(off); b != nil && b.pool() < blockLarge {
		if g := Pool(b.pool()).Group(); g != GValues && g != GEntries && g != GBytes {
			return // a forged link
		}
	}
	if m.H.Poison {
		if s := m.H.siteOf(off); s != nil {
			s.free.set(Site{m.Tid, m.PC})
		}
		m.poison(off, 1)
	}
	m.release(off)
}

// payload gives the address and size of a payload, cut to its slot.
func (m *Mutator) payload(off uint32, size int) (unsafe.Pointer, int) {
	off &= m.Mask
	if off == 0 {
		return nil, 0
	}
	n := m.H.slotBytes(off) - 8
	if n < 0 || uint64(off)*8+8+uint64(n) > uint64(len(m.H.words))*8 {
		return nil, 0
	}
	return m.at(off + 1), n / size
}

// Values is the view of a payload of values. Where nothing can be stale the payload's own word gives its size.
func (m *Mutator) Values(off uint32) Cells {
	if !m.Unsafe && off != 0 {
		return Cells{m.at(off + 1), uint32(*(*uint64)(m.at(off)) / 8), m, off + 1}
	}
	p, n := m.payload(off, 8)
	return Cells{p, uint32(n), m, off + 1}
}

// ByteData is a payload of bytes, as a Go slice over guest memory.
func (m *Mutator) ByteData(off uint32) []byte {
	p, n := m.payload(off, 1)
	if p == nil {
		return nil
	}
	return unsafe.Slice((*byte)(p), n)
}

// RawWord reads word i after the header of a raw object (hash, length).
func (m *Mutator) RawWord(v Value, i int) uint64 {
	return atomic.LoadUint64((*uint64)(m.at(v.Off() + 2 + uint32(i))))
}

// SetRawWord writes it: a plain store, which is a word's on every machine, and much cheaper than an ordered one.
func (m *Mutator) SetRawWord(v Value, i int, w uint64) {
	*(*uint64)(m.at(v.Off() + 2 + uint32(i))) = w
}

// RawBytes gives n bytes after the first skip words of a raw object, cut to its slot.
func (m *Mutator) RawBytes(v Value, skip, n int) []byte {
	off := v.Off() & m.Mask
	most := m.H.slotBytes(off) - HeaderSize - 8*skip
	if n > most {
		n = most
	}
	if n <= 0 || uint64(off)*8+HeaderSize+8*uint64(skip)+uint64(n) > uint64(len(m.H.words))*8 {
		return nil
	}
	return unsafe.Slice((*byte)(m.at(off+2+uint32(skip))), n)
}

// RawInts is RawBytes as 32-bit code points.
func (m *Mutator) RawInts(v Value, skip, n int) []int32 {
	b := m.RawBytes(v, skip, 4*n)
	if len(b) < 4 {
		return nil
	}
	return unsafe.Slice((*int32)(unsafe.Pointer(&b[0])), len(b)/4)
}

// RawWords is RawBytes as machine words.
func (m *Mutator) RawWords(v Value, skip, n int) []uint {
	const w = int(unsafe.Sizeof(uint(0)))
	b := m.RawBytes(v, skip, w*n)
	if len(b) < w {
		return nil
	}
	return unsafe.Slice((*uint)(unsafe.Pointer(&b[0])), len(b)/w)
}
