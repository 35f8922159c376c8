package refcount

// This file walks the heap from its roots: the ground of the audit and of the cycle collector. The world is stopped.

import "unsafe"

// Roots calls visit for every reference that is held outside the heap; where says by what.
type Roots func(visit func(v Value, where string))

// slotInfo is what a walk knows of a slot.
type slotInfo struct {
	found   uint32 // references seen, from roots and from all live objects
	inner   uint32 // of these, from objects that no root reaches
	off     uint32
	live    bool
	reached bool
	leaked  bool // see markLeaked
}

// blockSlots says where a walk has the slots of a block.
type blockSlots struct{ first, size uint32 } // their place in Walk.slots; words in each, 0: none are objects

// Dangling is a reference to a slot that was freed.
type Dangling struct {
	Value Value
	From  Value  // the object that holds it; Unbound for a root
	Where string // the root, in words
}

// Walk is the result of a walk.
type Walk struct {
	h        *Heap
	m        Mutator
	slots    []slotInfo // those that may hold objects, by offset
	blocks   []blockSlots
	live     int
	Dangling []Dangling
	work     []Value
	mapped   []uint64 // what slots and work lie in, where that is much
}

// walkMapped is how many slots a heap has at least for whose walk memory is mapped, and given back to the system at its end.
const walkMapped = 1 << 12

// Close gives the walk's memory back; what it found is gone.
func (w *Walk) Close() {
	if w.mapped != nil {
		unmapWords(w.mapped)
	}
	w.mapped, w.slots, w.work = nil, nil, nil
}

// WalkFrom walks the heap. The world is stopped.
func (h *Heap) WalkFrom(roots Roots) *Walk {
	w := &Walk{h: h, blocks: make([]blockSlots, h.nblocks.Load())}
	w.m = Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe}
	n := 0
	w.eachBlock(func(_, carved, size uint32) { n += int(carved / size) })
	if n >= walkMapped {
		w.mapped, _ = mapWords(3 * n)
	}
	if w.mapped != nil { // two words for a slot, and one for the list of those to be looked at, which names each once
		w.slots = unsafe.Slice((*slotInfo)(unsafe.Pointer(&w.mapped[0])), n)[:0]
		w.work = unsafe.Slice((*Value)(unsafe.Pointer(&w.mapped[2*n])), n)[:0]
	} else {
		w.slots = make([]slotInfo, 0, n)
	}
	w.eachBlock(func(i, carved, size uint32) {
		w.blocks[i] = blockSlots{uint32(len(w.slots)), size}
		for at := uint32(0); at+size <= carved; at += size {
			off := i<<blockShift + at
			live := w.header(off).Shape() != 0
			w.slots = append(w.slots, slotInfo{off: off, live: live})
			if live {
				w.live++
			}
		}
	})
	roots(func(v Value, where string) { w.reach(v, Unbound, where) })
	for len(w.work) > 0 {
		v := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.refs(v, func(x Value) { w.reach(x, v, "") })
	}
	for i := range w.slots { // what the unreached hold counts too
		if s := &w.slots[i]; s.live && !s.reached {
			v := w.value(s.off)
			w.refs(v, func(x Value) {
				if t := w.target(x, v, ""); t != nil {
					t.found++
					t.inner++
				}
			})
		}
	}
	return w
}

// eachBlock calls f for every block, or run of blocks, whose slots are objects: what of it is carved, and the size of its
// slots, in words; a run's only slot counts as one block.
func (w *Walk) eachBlock(f func(i, carved, size uint32)) {
	h := w.h
	n := h.nblocks.Load()
	for i := uint32(1); i < n; i++ {
		b := &h.blocks[i]
		switch {
		case b.pool() == blockFree || b.pool() == blockCont:
		case b.pool() >= blockLarge:
			if g := Group(b.pool() - blockLarge); g == GRecord || g == GRaw {
				f(i, blockWords, blockWords)
			}
		default:
			if g := Pool(b.pool()).Group(); g != GValues && g != GEntries && g != GBytes {
				f(i, b.carved, uint32(Pool(b.pool()).Size()/8))
			}
		}
	}
}

// eachLive calls f for the offset of every live object.
func (w *Walk) eachLive(f func(off uint32)) {
	w.eachBlock(func(i, carved, size uint32) {
		for at := uint32(0); at+size <= carved; at += size {
			if w.header(i<<blockShift+at).Shape() != 0 {
				f(i<<blockShift + at)
			}
		}
	})
}

func (w *Walk) header(off uint32) *Header { return w.m.Header(Value(off)) }

// value makes the handle of a live slot.
func (w *Walk) value(off uint32) Value { return handle(off, w.header(off).Gen()) }

// at gives what is known of the live slot at off; nil where there is none.
func (w *Walk) at(off uint32) *slotInfo {
	i, at := off>>blockShift, off&(blockWords-1)
	if int(i) >= len(w.blocks) || w.blocks[i].size == 0 || at%w.blocks[i].size != 0 {
		return nil
	}
	j := w.blocks[i].first + at/w.blocks[i].size
	if int(j) >= len(w.slots) || !w.slots[j].live || w.slots[j].off != off {
		return nil
	}
	return &w.slots[j]
}

// target finds the slot that a reference names; nil (and noted) when it dangles.
func (w *Walk) target(v, from Value, where string) *slotInfo {
	if !v.IsPtr() {
		return nil
	}
	s := w.at(v.Off())
	if s == nil || w.header(v.Off()).Gen() != v.Gen() {
		if len(w.Dangling) < 10000 {
			w.Dangling = append(w.Dangling, Dangling{v, from, where})
		}
		return nil
	}
	return s
}

func (w *Walk) reach(v, from Value, where string) {
	s := w.target(v, from, where)
	if s == nil {
		return
	}
	s.found++
	if !s.reached {
		s.reached = true
		w.work = append(w.work, v)
	}
}

// refs calls f for every counted reference that an object holds.
func (w *Walk) refs(v Value, f func(Value)) {
	m := &w.m
	sh := w.h.Shapes.Get(w.header(v.Off()).Shape())
	if sh == nil {
		return
	}
	switch sh.Layout {
	case LayoutRecord:
		c := m.Fields(v)
		for i := 0; i < sh.Fields && i < c.Cap(); i++ {
			f(c.Get(i))
		}
	case LayoutTuple:
		c := m.Fields(v)
		for i := 1; i < c.Cap() && i <= int(c.Get(0).Int()); i++ {
			f(c.Get(i))
		}
	case LayoutList:
		b := m.Body(v)
		c := m.Values(b.Payload)
		for i := 0; i < int(b.Len) && i < c.Cap(); i++ {
			f(c.Get(i))
		}
		f(m.Attrs(v))
	case LayoutDict, LayoutSet:
		t := m.Table(m.Body(v).Payload)
		for i := 0; i < t.Used(); i++ {
			f(t.Key(i))
			if sh.Layout == LayoutDict {
				f(t.Val(i))
			}
		}
		f(m.Attrs(v))
	case LayoutBytes:
		f(m.Attrs(v))
	}
	if sh.Heap {
		f(sh.Class)
	}
}

// Refs calls f for every counted reference that an object holds (borrowed). The world is stopped, or the object is the
// caller's alone.
func (h *Heap) Refs(v Value, f func(Value)) {
	w := &Walk{h: h}
	w.m = Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe}
	w.refs(v, f)
}

// Garbage gives the objects that nothing outside them holds: the counts of each are explained by the others. What an
// unexplained count keeps alive (a leak) is not among them.
func (w *Walk) Garbage() []Value {
	w.markLeaked()
	var out []Value
	for i := range w.slots {
		if s := &w.slots[i]; s.live && !s.reached && !s.leaked && w.header(s.off).Flags()&FlagImmortal == 0 {
			out = append(out, w.value(s.off))
		}
	}
	return out
}

// markLeaked marks the unreached slots whose counts are too high for what refers to them, and all that these keep alive.
func (w *Walk) markLeaked() {
	if w.h.Disc == Traced { // what nothing reaches is the collector's
		return
	}
	var work []Value
	for i := range w.slots {
		s := &w.slots[i]
		if !s.live || s.reached {
			continue
		}
		if h := w.header(s.off); int64(int32(w.h.countOf(h))) > int64(s.inner) || h.Flags()&FlagImmortal != 0 {
			s.leaked = true
			work = append(work, w.value(s.off))
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		w.refs(v, func(x Value) {
			if !x.IsPtr() {
				return
			}
			if s := w.at(x.Off()); s != nil && !s.reached && !s.leaked && w.header(x.Off()).Gen() == x.Gen() {
				s.leaked = true
				work = append(work, x)
			}
		})
	}
}
