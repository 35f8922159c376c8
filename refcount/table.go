package refcount

// This file defines the payload of dicts and sets: hash entries in one payload that is replaced whole when it grows.

import (
	"sync/atomic"
	"unsafe"

	"toylang/scheduler"
)

// Table is a bounded view of a hash payload. Its words: capacity in bytes; geometry (index size as a power of two, entry
// words), written once; used entries (an ordered dict appends) and fill; then the index (uint32 each, dicts only), then
// the entries: hash, key and, for dicts, value.
type Table struct {
	p       unsafe.Pointer // first word after the capacity
	ents    unsafe.Pointer // first entry
	m       *Mutator
	off     uint32
	log2    uint8 // size of the index, or of the open table of a set
	cells   uint8 // words per entry: 3 for dicts, 2 for sets
	entries uint32
	indexed bool
}

const tableHead = 2 // words before the index: geometry, state

// NewTable makes the payload of a dict (cells 3, an index of 1<<log2 and n entries) or set (cells 2, an open table of
// 1<<log2 entries). Index and keys are empty. Offset 0 when memory is exhausted.
func (m *Mutator) NewTable(log2, cells uint8, n uint32) uint32 {
	idx := 0
	if cells == 3 {
		idx = 4 << log2
		if idx < 8 {
			idx = 8
		}
	}
	off, _ := m.AllocPayload(GEntries, tableHead*8+idx+int(n)*int(cells)*8)
	if off == 0 {
		return 0
	}
	*(*uint64)(m.at(off + 1)) = uint64(log2) | uint64(cells)<<8 | uint64(n)<<32
	*(*uint64)(m.at(off + 2)) = 0
	// Built from what was asked for, not from what now stands in guest memory: under nolock that may be another's already.
	t := Table{p: m.at(off + 1), m: m, off: off + 1, log2: log2, cells: cells, entries: n, indexed: cells == 3}
	t.ents = unsafe.Add(t.p, (tableHead+t.indexWords())*8)
	if cells == 3 {
		ix := unsafe.Slice((*uint64)(unsafe.Add(t.p, tableHead*8)), idx/8)
		for i := range ix {
			ix[i] = ^uint64(0)
		}
	} else {
		for i := 0; i < int(n); i++ {
			*(*Value)(t.entry(i, 1)) = Unbound
			*(*Value)(t.entry(i, 0)) = 0
		}
		*(*uint64)(m.at(off + 2)) = uint64(n)
	}
	return off
}

// Table gives the view of a hash payload; an empty one when the geometry does not fit the slot.
func (m *Mutator) Table(off uint32) Table {
	if !m.Unsafe && off != 0 { // nothing can be stale: the geometry is right
		p := m.at(off + 1)
		geo := *(*uint64)(p)
		t := Table{p: p, m: m, off: off + 1, log2: uint8(geo), cells: uint8(geo >> 8), entries: uint32(geo >> 32), indexed: uint8(geo>>8) == 3}
		t.ents = unsafe.Add(p, (tableHead+t.indexWords())*8)
		return t
	}
	p, n := m.payload(off, 8)
	if p == nil || n < tableHead {
		return Table{m: m}
	}
	geo := *(*uint64)(p)
	t := Table{p: p, m: m, off: off + 1, log2: uint8(geo), cells: uint8(geo >> 8), entries: uint32(geo >> 32), indexed: uint8(geo>>8) == 3}
	if t.log2 > 31 || t.cells < 2 || t.cells > 3 || t.words() > uint64(n) || !t.indexed && uint64(t.entries)>>t.log2 == 0 {
		return Table{m: m} // the last: who takes a set's table for a dict's may look for an index of that size
	}
	t.ents = unsafe.Add(p, (tableHead+t.indexWords())*8)
	return t
}

func (t *Table) indexWords() uint64 {
	if !t.indexed {
		return 0
	}
	return max(uint64(4)<<t.log2/8, 1)
}

func (t *Table) words() uint64 {
	return tableHead + t.indexWords() + uint64(t.entries)*uint64(t.cells)
}

func (t *Table) entry(i int, word uint64) unsafe.Pointer {
	return unsafe.Add(t.ents, (uint64(i)*uint64(t.cells)+word)*8)
}

// Log2 is the size of the index (or of a set's open table) as a power of two.
func (t *Table) Log2() int { return int(t.log2) }

// Cap is the number of entries that the table can hold.
func (t *Table) Cap() int { return int(t.entries) }

// Empty reports a view without a table.
func (t *Table) Empty() bool { return t.p == nil }

// Used is the number of entries in use, deleted ones included, never more than Cap.
func (t *Table) Used() int {
	if t.p == nil {
		return 0
	}
	return int(min(uint32(atomic.LoadUint64((*uint64)(unsafe.Add(t.p, 8)))), t.entries))
}

// SetUsed writes it.
func (t *Table) SetUsed(n int) {
	w := (*uint64)(unsafe.Add(t.p, 8))
	*w = *w&^0xFFFFFFFF | uint64(uint32(n))
}

// Fill is a number that a set keeps about its table: slots that are not empty.
func (t *Table) Fill() int {
	if t.p == nil {
		return 0
	}
	return int(*(*uint64)(unsafe.Add(t.p, 8)) >> 32)
}

// SetFill writes it.
func (t *Table) SetFill(n int) {
	if t.p == nil { // what another thread has spoilt
		return
	}
	w := (*uint64)(unsafe.Add(t.p, 8))
	*w = *w&0xFFFFFFFF | uint64(uint32(n))<<32
}

// Index reads slot i of the index, taken modulo its size: an entry number, or negative: -1 empty, -2 deleted.
func (t *Table) Index(i uint64) int {
	return int(int32(atomic.LoadUint32((*uint32)(unsafe.Add(t.p, tableHead*8+(i&(1<<t.log2-1))*4)))))
}

// SetIndex writes it.
func (t *Table) SetIndex(i uint64, n int) {
	*(*uint32)(unsafe.Add(t.p, tableHead*8+(i&(1<<t.log2-1))*4)) = uint32(int32(n))
}

// Search is a walk through the index of a dict's table for a hash; it ends, whatever stands in the index.
type Search struct{ hash, i, perturb, left uint64 }

// Search begins one.
func (t *Table) Search(hash uint64) Search {
	mask := uint64(1)<<t.log2 - 1
	return Search{hash, hash & mask, hash, mask + 64}
}

// Next gives the next entry with the hash and its place in the index; -1 and the place where an entry would go at the end.
func (t *Table) Next(w *Search) (entry int, slot uint64) {
	mask := uint64(1)<<t.log2 - 1
	index := unsafe.Add(t.p, tableHead*8)
	for w.left > 0 {
		w.left--
		slot = w.i & mask
		e := int(int32(atomic.LoadUint32((*uint32)(unsafe.Add(index, slot*4)))))
		w.perturb >>= 5
		w.i = (slot*5 + w.perturb + 1) & mask
		if e == -1 {
			return -1, slot
		}
		if e >= 0 && e < int(t.entries) && atomic.LoadUint64((*uint64)(t.entry(e, 0))) == w.hash {
			return e, slot
		}
	}
	return -1, 0
}

// Place writes entry number n into the first free place of the index for the hash.
func (t *Table) Place(hash uint64, n int) {
	mask := uint64(1)<<t.log2 - 1
	index := unsafe.Add(t.p, tableHead*8)
	i, perturb := hash&mask, hash
	for left := mask + 64; left > 0; left-- {
		p := (*uint32)(unsafe.Add(index, i*4))
		if int32(*p) == -1 {
			*p = uint32(int32(n))
			return
		}
		perturb >>= 5
		i = (i*5 + perturb + 1) & mask
	}
}

// Hash reads entry i's hash; 0 outside the table.
func (t *Table) Hash(i int) uint64 {
	if uint(i) >= uint(t.entries) {
		return 0
	}
	return atomic.LoadUint64((*uint64)(t.entry(i, 0)))
}

// Key reads entry i's key (borrowed): Unbound where there is none.
func (t *Table) Key(i int) Value { return t.cell(i, 1) }

// Val reads entry i's value (borrowed).
func (t *Table) Val(i int) Value { return t.cell(i, 2) }

func (t *Table) cell(i int, word uint64) Value {
	if uint(i) >= uint(t.entries) || word >= uint64(t.cells) {
		return Unbound
	}
	if t.m.Point != nil {
		t.m.Point(scheduler.CellRead, t.point(i, word))
	}
	return Value(atomic.LoadUint64((*uint64)(t.entry(i, word))))
}

// Scan walks a set's entries from i to end and gives the first that is empty, deleted or has the hash, and its key; end+1
// when none is or has.
func (t *Table) Scan(i, end int, hash uint64) (at int, key Value) {
	if i < 0 || end >= int(t.entries) || t.cells != 2 {
		return end + 1, Unbound
	}
	if t.m.Point == nil {
		for p := t.entry(i, 0); i <= end; i, p = i+1, unsafe.Add(p, 16) {
			k := Value(atomic.LoadUint64((*uint64)(unsafe.Add(p, 8))))
			if k == Unbound || k == Deleted || *(*uint64)(p) == hash {
				return i, k
			}
		}
		return i, Unbound
	}
	for ; i <= end; i++ {
		if k := t.Key(i); k == Unbound || k == Deleted || t.Hash(i) == hash {
			return i, k
		}
	}
	return i, Unbound
}

// SetEntry writes entry i's hash, value and key, the key last; the references move into the table.
func (t *Table) SetEntry(i int, hash uint64, k, v Value) {
	if uint(i) >= uint(t.entries) {
		return
	}
	*(*uint64)(t.entry(i, 0)) = hash
	if t.cells == 3 {
		t.SetVal(i, v)
	}
	t.SetKey(i, k)
}

// SetKey writes entry i's key.
func (t *Table) SetKey(i int, k Value) { t.set(i, 1, k) }

// SetVal writes entry i's value.
func (t *Table) SetVal(i int, v Value) { t.set(i, 2, v) }

func (t *Table) set(i int, word uint64, v Value) {
	if uint(i) >= uint(t.entries) || word >= uint64(t.cells) {
		return
	}
	if t.m.Point != nil {
		t.m.Point(scheduler.CellWrite, t.point(i, word))
	}
	*(*Value)(t.entry(i, word)) = v
}

// point is the address of an entry's key or value at its point: of its own, as an entry moves when its neighbours go.
func (t *Table) point(i int, word uint64) uint64 { return uint64(t.off)<<32 | uint64(i)*4 + word }

// ValOffset is the distance in words from the payload's offset to entry i's value: what an inline cache remembers.
func (t *Table) ValOffset(i int) uint32 {
	return uint32(1 + tableHead + t.indexWords() + uint64(i)*uint64(t.cells) + 2)
}

// StateWord reads the state word of a dict or set (a version, or a count), beside its body.
func (m *Mutator) StateWord(v Value) uint64 { return atomic.LoadUint64((*uint64)(m.at(v.Off() + 3))) }

// SetStateWord writes it.
func (m *Mutator) SetStateWord(v Value, w uint64) { *(*uint64)(m.at(v.Off() + 3)) = w }
