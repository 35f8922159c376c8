package refcount

// This file holds the short ways to make, fill and find: the same as New, AllocPayload and Table with the least work, for
// strategies under which no handle is stale, and outside the virtual scheduler, whose points they leave out.

import "unsafe"

// QuickFree reports that a loop may free ordinary objects itself: counts are plain, no dead slot is poisoned, and no object is
// being freed.
func (m *Mutator) QuickFree() bool { return m.quickFree && m.depth == 0 }

// CountsPlainly reports that the thread changes the object's Count by a plain add, and that no handle is stale.
func (m *Mutator) CountsPlainly(h *Header) bool {
	return (uint32(h.Meta>>16)&0xFFFF^m.quickOwn)&m.quickMask == 0
}

// DeallocRest frees the tuple or list v, of whose items x and then y have died; those behind y are dropped, and the length
// says how many they are. QuickFree holds.
func (m *Mutator) DeallocRest(v, x, y Value) {
	h := m.Header(v)
	meta := h.Meta
	h.Meta = (meta>>32 + 1) & 0xFFFF << 32
	m.depth++
	m.DeallocDead(x)
	m.DeallocDead(y)
	next := m.dropItems(v, m.shapes[meta>>48].Load())
	m.putSlot(v.Off())
	m.depth--
	if next != Unbound {
		m.Dealloc(next)
	} else if len(m.later) > 0 {
		m.deallocLater()
	}
}

// FreeDict frees the exact dict v, which has died and whose death is nobody's business. QuickFree holds.
func (m *Mutator) FreeDict(v Value) {
	off := v.Off()
	p := m.at(off)
	h := (*Header)(p)
	h.Meta = (h.Meta>>32 + 1) & 0xFFFF << 32 // from here on every handle is stale
	m.depth++
	if pay := uint32(*(*uint64)(unsafe.Add(p, HeaderSize))); pay != 0 {
		m.dropEntries(pay)
		m.putSlot(pay)
	}
	m.putSlot(off)
	m.depth--
	if len(m.later) > 0 {
		m.deallocLater()
	}
}

// Quick reports that the short ways may be used. Under traced and while headers are watched they may not:
// what they make and touch is not noted.
func (m *Mutator) Quick() bool { return m.quick }

// MaxQuick bounds the items of what the short ways make: their slots are of the classes in 16-byte steps.
const MaxQuick = (smallMax - HeaderSize - 8) / 8

// Stock is the thread's magazine of a pool, for a loop that takes slots itself; nil where there is none yet. Quick holds.
func (m *Mutator) Stock(p Pool) *Magazine { return m.mags[p] }

// PoolTuple is the pool of a tuple of one item; that of n is n/2 above.
const PoolTuple = Pool(int(GRecord)*NumClasses + (HeaderSize+8+8+15)/16 - 1)

// PoolItems is the pool of the payload of a list of one item; that of n is n/2 above, and has room for n/2*2+1.
const PoolItems = Pool(int(GValues) * NumClasses)

// PoolAt is the pool of the slot at off, or more than NumPools.
func (m *Mutator) PoolAt(off uint32) Pool { return Pool(m.blocks[off>>blockShift].use.Load()) }

// Give puts a slot into a magazine that has room.
func (mag *Magazine) Give(off uint32) {
	mag.Slots[mag.N&(MagSlots-1)] = off
	mag.N++
}

// Take is the slot that a magazine gives which is not empty; the caller heads it at once.
func (mag *Magazine) Take() uint32 {
	mag.N--
	return mag.Slots[mag.N&(MagSlots-1)]
}

// slot takes a slot; 0 when memory is exhausted.
func (m *Mutator) slot(p Pool) uint32 {
	if mag := m.mags[p]; mag != nil && mag.N > 0 {
		mag.N--
		return mag.Slots[mag.N&(MagSlots-1)]
	}
	return m.allocSlow(p)
}

// smallPool is PoolOf for at most smallMax bytes.
func smallPool(g Group, n int) Pool { return Pool(int(g)*NumClasses + (n+15)/16 - 1) }

// head writes the header of a fresh object with a count of one.
func (m *Mutator) head(p unsafe.Pointer, off uint32, shape uint16) Value {
	h := (*Header)(p)
	gen := uint16(h.Meta >> 32)
	h.Count, h.Shared = 1, 0
	h.Meta = uint64(shape)<<48 | uint64(gen)<<32 | uint64(m.Own)<<16
	return handle(off, gen)
}

// QuickTuple makes an object of the tuple layout; the references move into it. known is false, and nothing is done, when
// there are too many items, Quick does not hold or memory is exhausted (nothing is raised).
func (m *Mutator) QuickTuple(shape uint16, items []Value) (v Value, known bool) {
	n := len(items)
	if n > MaxQuick || !m.Quick() {
		return Unbound, false
	}
	off := m.slot(smallPool(GRecord, HeaderSize+8+8*n))
	if off == 0 {
		return Unbound, false
	}
	p := m.at(off)
	v = m.head(p, off, shape)
	*(*Value)(unsafe.Add(p, HeaderSize)) = SmallInt(int64(n))
	p = unsafe.Add(p, HeaderSize+8)
	for _, x := range items {
		*(*Value)(p) = x
		p = unsafe.Add(p, 8)
	}
	return v, true
}

// QuickRecord makes a record of the fields; the references move into it. known is false, and nothing is done, when there
// are too many fields, Quick does not hold or memory is exhausted (nothing is raised).
func (m *Mutator) QuickRecord(shape uint16, fields []Value) (v Value, known bool) {
	if len(fields) > MaxQuick || !m.Quick() {
		return Unbound, false
	}
	off := m.slot(smallPool(GRecord, HeaderSize+8*len(fields)))
	if off == 0 {
		return Unbound, false
	}
	p := m.at(off)
	v = m.head(p, off, shape)
	for _, x := range fields {
		p = unsafe.Add(p, 8)
		*(*Value)(unsafe.Add(p, HeaderSize-8)) = x
	}
	return v, true
}

// QuickBlank makes a record of n fields, which are Unbound. Unbound, and nothing is done, when there are too many, Quick does
// not hold or memory is exhausted (nothing is raised).
func (m *Mutator) QuickBlank(shape uint16, n int) Value {
	if n > MaxQuick || !m.Quick() {
		return Unbound
	}
	off := m.slot(smallPool(GRecord, HeaderSize+8*n))
	if off == 0 {
		return Unbound
	}
	p := m.at(off)
	v := m.head(p, off, shape)
	for ; n > 0; n-- {
		*(*Value)(unsafe.Add(p, HeaderSize-8+n*8)) = Unbound
	}
	return v
}

// QuickList makes a list with room for n items, and says where they go: the caller fills them, at once. at is nil, and
// nothing is done, when there are too many, Quick does not hold or memory is exhausted (nothing is raised).
func (m *Mutator) QuickList(shape uint16, n int) (v Value, at *[MaxQuick]Value) {
	if n > MaxQuick || !m.Quick() {
		return Unbound, nil
	}
	body := uint64(0)
	if n > 0 {
		pool := smallPool(GValues, 8+8*n)
		pay := m.slot(pool)
		if pay == 0 {
			return Unbound, nil
		}
		p := m.at(pay)
		*(*uint64)(p) = uint64(pool-Pool(GValues)*NumClasses)*16 + 8 // the class's size without this word
		body, at = uint64(n)<<32|uint64(pay), (*[MaxQuick]Value)(unsafe.Add(p, 8))
	}
	off := m.slot(PoolList)
	if off == 0 {
		if n > 0 {
			m.putSlot(uint32(body))
		}
		return Unbound, nil
	}
	p := m.at(off)
	v = m.head(p, off, shape)
	*(*uint64)(unsafe.Add(p, HeaderSize)) = body
	*(*uint64)(unsafe.Add(p, HeaderSize+8)) = 0
	if at == nil {
		at = (*[MaxQuick]Value)(unsafe.Add(p, HeaderSize)) // nothing will be written
	}
	return v, at
}

// QuickRaw makes a raw object of n bytes behind its header, at least 16: the words a and b, and what the caller fills at
// once. known is false, and nothing is done, when n is too large, Quick does not hold or memory is exhausted (nothing is
// raised).
func (m *Mutator) QuickRaw(shape uint16, n int, a, b uint64) (v Value, known bool) {
	if n > smallMax-HeaderSize || !m.Quick() {
		return Unbound, false
	}
	off := m.slot(smallPool(GRaw, HeaderSize+n))
	if off == 0 {
		return Unbound, false
	}
	p := m.at(off)
	*(*uint64)(unsafe.Add(p, HeaderSize)) = a
	*(*uint64)(unsafe.Add(p, HeaderSize+8)) = b
	return m.head(p, off, shape), true
}

// QuickItems is the items of a list, in guest memory; empty when Quick does not hold.
func (m *Mutator) QuickItems(l Value) []Value {
	body := *(*uint64)(m.at(l.Off() + 2))
	if body>>32 == 0 || !m.Quick() {
		return nil
	}
	return unsafe.Slice((*Value)(m.at(uint32(body)+1)), body>>32)
}

// Pair is the key and the value of an entry in a dict's table, in guest memory.
type Pair struct{ Key, Val Value }

// QuickFind gives the first entry of a dict's table that has the hash, or nil and the place in the index where one would
// go. Quick must hold, the dict be locked where the strategy has locks, and payload be its table, not 0.
func (m *Mutator) QuickFind(payload uint32, hash uint64) (at *Pair, slot uint64) {
	p := m.at(payload + 1)
	geo := *(*uint64)(p)
	mask := uint64(1)<<uint8(geo) - 1
	index := unsafe.Add(p, tableHead*8)
	ents := unsafe.Add(index, max((mask+1)/2, 1)*8)
	perturb := hash
	for slot = hash & mask; ; {
		e := *(*int32)(unsafe.Add(index, slot*4))
		if e >= 0 {
			if q := unsafe.Add(ents, uint64(e)*24); *(*uint64)(q) == hash {
				return (*Pair)(unsafe.Add(q, 8)), slot
			}
		} else if e == -1 {
			return nil, slot
		}
		perturb >>= 5
		slot = (slot*5 + perturb + 1) & mask
	}
}

// SmallDict is the geometry of the least dict table: an index of 1<<SmallDictLog2 for SmallDictUsable entries.
const (
	SmallDictLog2   = 3
	SmallDictUsable = 1 << SmallDictLog2 * 2 / 3
)

// QuickDict makes a dict of the shape of n to SmallDictUsable keys and values in turn, which move into it: objects of the
// shape key that bear their hashes in the field hashAt. It gives Unbound, and nothing is done, when a key is something
// else or has no hash yet, a value is missing, two hashes are equal, Quick does not hold or memory is exhausted (nothing
// is raised).
func (m *Mutator) QuickDict(shape, key uint16, hashAt uintptr, pairs []Value) Value {
	const idx = 4 << SmallDictLog2
	const pool = Pool(int(GEntries)*NumClasses + (8+tableHead*8+idx+SmallDictUsable*24+15)/16 - 1)
	if len(pairs) > 2*SmallDictUsable || !m.Quick() {
		return Unbound
	}
	pay := m.slot(pool)
	if pay == 0 {
		return Unbound
	}
	p := m.at(pay)
	*(*[3]uint64)(p) = [3]uint64{uint64(pool-Pool(GEntries)*NumClasses)*16 + 8, SmallDictLog2 | 3<<8 | SmallDictUsable<<32, uint64(len(pairs) / 2)}
	index := unsafe.Add(p, 8+tableHead*8)
	*(*[idx / 8]uint64)(index) = [idx / 8]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	ents := unsafe.Add(index, idx)
	e := ents
	for i := 0; i+1 < len(pairs); i += 2 {
		k, v := pairs[i], pairs[i+1]
		h := m.Header(k)
		hash := *(*uint64)(unsafe.Add(unsafe.Pointer(h), HeaderSize+hashAt*8))
		if !k.IsPtr() || uint16(h.Meta>>48) != key || hash == 0 || v == Unbound {
			m.putSlot(pay)
			return Unbound
		}
		slot, perturb := hash&(1<<SmallDictLog2-1), hash
		for {
			at := (*int32)(unsafe.Add(index, slot*4))
			if *at < 0 {
				*at = int32(i / 2)
				break
			}
			if *(*uint64)(unsafe.Add(ents, uint64(*at)*24)) == hash {
				m.putSlot(pay)
				return Unbound
			}
			perturb >>= 5
			slot = (slot*5 + perturb + 1) & (1<<SmallDictLog2 - 1)
		}
		*(*uint64)(e), *(*Value)(unsafe.Add(e, 8)), *(*Value)(unsafe.Add(e, 16)) = hash, k, v
		e = unsafe.Add(e, 24)
	}
	off := m.slot(PoolDict)
	if off == 0 {
		m.putSlot(pay)
		return Unbound
	}
	for i := range pairs {
		pairs[i] = Unbound
	}
	p = m.at(off)
	d := m.head(p, off, shape)
	*(*[4]uint64)(unsafe.Add(p, HeaderSize)) = [4]uint64{uint64(pay) | uint64(len(pairs)/2)<<32}
	return d
}

// deallocQuick is Dealloc where Quick holds and dead slots are not poisoned; false, and nothing done, when the object's
// death is not an ordinary one. next has died with it and is still to be freed, unless it is Unbound.
func (m *Mutator) deallocQuick(v Value) (next Value, done bool) {
	off := v.Off() & m.Mask
	h := (*Header)(m.at(off))
	meta := h.Meta
	if uint16(meta>>32) != v.Gen() || uint32(meta)&FlagsOfDeath != 0 || uint16(meta>>32) == 0xFFFF {
		return Unbound, false
	}
	sh := m.shapes[meta>>48].Load()
	if sh == nil {
		return Unbound, false
	}
	h.Meta = (meta>>32 + 1) & 0xFFFF << 32 // from here on every handle is stale
	next = m.dropItems(v, sh)
	if sh.Notify || sh.Heap {
		m.dropShape(v, sh)
	}
	m.putSlot(off)
	return next, true
}

// dropItems is drop where nothing can be stale: lengths are what they say, and no step is a scheduling point. What the shape
// wants besides is left. next is the last of what it held, if that has died: the caller frees it, so that a long chain takes
// no recursion.
func (m *Mutator) dropItems(v Value, sh *Shape) (next Value) {
	next = Unbound
	p := m.at(v.Off() + HeaderSize/8)
	n, step, pay := 0, -8, uint32(0)
	switch sh.Layout {
	case LayoutRecord:
		n, step = sh.Fields, 8
	case LayoutTuple:
		n = int((*(*Value)(p)).Int())
		p = unsafe.Add(p, n*8)
	case LayoutList:
		body := *(*uint64)(p)
		n, pay = int(body>>32), uint32(body)
		p = unsafe.Add(m.at(pay), n*8)
	case LayoutDict, LayoutSet:
		if pay = uint32(*(*uint64)(p)); pay != 0 {
			m.dropEntries(pay)
		}
	case LayoutBytes:
		pay = uint32(*(*uint64)(p))
	}
	for ; n > 0; n-- {
		if x := *(*Value)(p); x.IsPtr() {
			h := m.Header(x)
			if !m.CountsPlainly(h) {
				m.decrefSlow(h, x)
			} else if h.Count--; h.Count == 0 {
				if n == 1 && h.Shared == 0 {
					next = x
					break
				}
				m.zero(h, x)
			}
		}
		p = unsafe.Add(p, step)
	}
	if pay != 0 {
		m.putSlot(pay & m.Mask)
	}
	if sh.Layout >= LayoutList {
		m.dropAttrs(v, sh)
	}
	return next
}

// dropEntries drops the keys and values of a table.
func (m *Mutator) dropEntries(payload uint32) {
	p := m.at(payload + 1)
	geo := *(*uint64)(p)
	cells := int(uint8(geo >> 8))
	e := unsafe.Add(p, tableHead*8+8) // behind the first hash
	if cells == 3 {
		e = unsafe.Add(e, max(uint64(4)<<(geo&63)/8, 1)*8)
	}
	for n := *(*uint32)(unsafe.Add(p, 8)); n > 0; n-- {
		for i := 1; i < cells; i++ {
			if x := *(*Value)(e); x.IsPtr() {
				h := m.Header(x)
				if !m.CountsPlainly(h) {
					m.decrefSlow(h, x)
				} else if h.Count--; h.Count == 0 {
					m.zero(h, x)
				}
			}
			e = unsafe.Add(e, 8)
		}
		e = unsafe.Add(e, 8)
	}
}

// putSlot is release where Quick holds.
func (m *Mutator) putSlot(off uint32) {
	m.Frees++
	use := m.blocks[off>>blockShift].use.Load()
	if p := uint16(use); p < uint16(NumPools) {
		if mag := m.mags[p]; mag != nil && mag.N < MagSlots {
			mag.Slots[mag.N&(MagSlots-1)] = off
			mag.N++
			return
		}
	}
	m.releaseSlow(off, uint16(use), uint32(use>>16))
}

// QuickBytes is RawBytes for a length that the object itself says, which under Quick is true.
func (m *Mutator) QuickBytes(v Value, skip, n int) []byte {
	return unsafe.Slice((*byte)(m.at(v.Off()+HeaderSize/8+uint32(skip))), n)
}
