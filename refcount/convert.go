package refcount

// This file changes the discipline of a heap that is in use. The world is stopped, and its only thread holds no object's
// lock.

import "sync/atomic"

// Convert makes every count one of the discipline that to names, m's, and tells the heap and its mutators (after the traced
// one, see Recount). Lock bits that a race left behind go. m is the only thread's; others may exist that allocate immortals
// for it.
func (h *Heap) Convert(m *Mutator, to Config) {
	m.Grace()
	m.MergeQueued()
	w := &Walk{h: h}
	w.m = Mutator{H: h, Base: h.base, Mask: h.mask}
	w.eachLive(func(off uint32) {
		hd := w.header(off)
		n := h.countOf(hd)
		if hd.Flags()&FlagImmortal != 0 {
			n = 1 << 30
		}
		hd.Count, hd.Shared = n, 0
		hd.ClearFlag(FlagLocked | FlagWaiters | FlagCountLock | FlagWarm)
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	disc, unsafe, locks := to.Disc, to.Unsafe, to.Locks
	h.pace.due.Store(0) // traced: how much lives is not known yet
	h.Disc, h.Unsafe, h.Locks, h.Defer, h.LockFree, h.Lone = disc, unsafe, locks, to.Defer, to.LockFree, to.Lone
	switch {
	case !unsafe:
		h.shadows = nil
	case h.shadows == nil:
		h.shadows = make([]atomic.Pointer[shadow], len(h.blocks))
		for i := uint32(1); i < h.nblocks.Load(); i++ {
			h.shadows[i].Store(new(shadow))
		}
	}
	h.mutators.Range(func(k, _ any) bool {
		x := k.(*Mutator)
		if x.Disc == Biased {
			x.endBiased()
		}
		x.Disc, x.Unsafe = disc, unsafe
		if disc == Biased {
			x.becomeBiased()
		}
		x.LockFree = to.LockFree && x.Point == nil && !x.Check
		x.SetLocks(locks && !(to.Lone && x == m))
		x.setQuick()
		x.initScopes()
		return true
	})
	w.eachLive(func(off uint32) {
		hd := w.header(off)
		if setOwner(hd, uint16(m.Own)); disc == Biased && hd.Flags()&FlagImmortal != 0 {
			immortalDeferred(hd)
		}
	})
}

// Sound reports whether what the safe disciplines take for granted holds: every object's payload is its own, in use and
// as large as the object says, and no slot is both live and free. Races under an unsafe discipline can break it without
// any count being wrong. The world is stopped.
func (h *Heap) Sound() bool {
	s := &soundness{Walk: Walk{h: h}, free: map[uint32]bool{}, owned: map[uint32]bool{}, ok: true}
	s.m = Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: true} // its views trust nothing
	s.freeSlots()
	s.eachLive(s.object)
	return s.ok
}

// soundness is what a check has seen.
type soundness struct {
	Walk
	free  map[uint32]bool // slots in the threads' stocks and the depot
	owned map[uint32]bool // payloads of live objects
	ok    bool
}

// freeSlots collects the slots that the next allocations will take; one that stands there twice would be given twice.
func (s *soundness) freeSlots() {
	add := func(slots []uint32) {
		for _, off := range slots {
			s.ok = s.ok && !s.free[off]
			s.free[off] = true
		}
	}
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	for _, stocks := range s.h.depot {
		for _, d := range stocks {
			add(d)
		}
	}
	s.h.mutators.Range(func(k, _ any) bool {
		for _, mag := range k.(*Mutator).mags {
			if mag != nil {
				add(mag.Slots[:mag.N])
			}
		}
		return true
	})
}

// object checks one live object.
func (s *soundness) object(off uint32) {
	v := s.value(off)
	sh := s.h.Shapes.Get(s.header(off).Shape())
	if sh == nil || s.free[off] {
		s.ok = false
		return
	}
	switch sh.Layout {
	case LayoutRecord:
		s.ok = s.ok && sh.Fields <= s.m.Fields(v).Cap()
	case LayoutTuple:
		c := s.m.Fields(v)
		n := c.Get(0)
		s.ok = s.ok && n.IsInt() && n.Int() >= 0 && n.Int() < int64(c.Cap())
	case LayoutList:
		b := s.m.Body(v)
		s.ok = s.ok && int64(b.Len) <= s.payload(b.Payload, GValues)/8
	case LayoutBytes:
		b := s.m.Body(v)
		s.ok = s.ok && int64(b.Len) <= s.payload(b.Payload, GBytes)
	case LayoutDict, LayoutSet:
		b := s.m.Body(v)
		if s.payload(b.Payload, GEntries) > 0 {
			s.table(s.m.Table(b.Payload), sh.Layout == LayoutDict)
		} else {
			s.ok = s.ok && b.Len == 0
		}
	}
}

// payload checks that a payload is a slot of the group, in use, and nobody else's; it gives how many bytes it holds.
func (s *soundness) payload(off uint32, g Group) int64 {
	if off == 0 {
		return 0
	}
	b := s.h.blockOf(off)
	switch {
	case b == nil || b.size() == 0 || s.free[off] || s.owned[off]:
		s.ok = false
		return 0
	case b.pool() >= blockLarge && (Group(b.pool()-blockLarge) != g || off&(blockWords-1) != 0),
		b.pool() < blockLarge && (Pool(b.pool()).Group() != g || off&(blockWords-1)%(b.size()/8) != 0):
		s.ok = false
		return 0
	}
	s.owned[off] = true
	n := int64(*(*uint64)(s.m.at(off)))
	s.ok = s.ok && n <= int64(b.size())-8
	return n
}

// table checks a hash table: its geometry, and that the index names entries in use.
func (s *soundness) table(t Table, dict bool) {
	if t.Empty() || t.indexed != dict {
		s.ok = false
		return
	}
	if !dict {
		return
	}
	used := t.Used()
	for i := uint64(0); i < 1<<t.log2; i++ {
		s.ok = s.ok && t.Index(i) < used
	}
}
