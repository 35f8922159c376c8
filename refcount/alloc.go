package refcount

// This file takes slots and gives them back: each thread from magazines of its own.

import (
	"unsafe"

	"toylang/scheduler"
)

// MagSlots is small because every thread has a magazine for each pool that it has ever used.
const MagSlots = 64

// Magazine is a thread's stock of free slots of one pool. It lies outside the region: no guest can steer allocation.
type Magazine struct {
	N       int32 // slots in it
	refills uint32
	Slots   [MagSlots]uint32
}

// magazines are a thread's, by pool; nil where it has none yet.
type magazines [NumPools]*Magazine

// noMagazines is what a thread has that has allocated nothing since it last parked. Nobody writes it.
var noMagazines magazines

// Shed gives the thread's free slots to the depot: it will not need them for a while.
func (m *Mutator) Shed() {
	if m.mags == &noMagazines {
		return
	}
	m.H.mu.Lock()
	defer m.H.mu.Unlock()
	for p, mag := range m.mags {
		if mag != nil && mag.N > 0 {
			m.H.depot[p] = append(m.H.depot[p], append([]uint32(nil), mag.Slots[:mag.N]...))
		}
		if mag != nil {
			*mag, m.mags[p] = Magazine{}, nil
			m.H.spareMags = append(m.H.spareMags, mag)
		}
	}
	m.H.spareSets = append(m.H.spareSets, m.mags)
	m.mags = &noMagazines
}

// spare takes an empty thing from a list, or makes one.
func spare[T any](list *[]*T) *T {
	n := len(*list)
	if n == 0 {
		return new(T)
	}
	x := (*list)[n-1]
	*list = (*list)[:n-1]
	return x
}

// magazine gives the thread's magazine of a pool, made if there is none.
func (m *Mutator) magazine(p Pool) *Magazine {
	if m.mags == &noMagazines || m.mags[p] == nil {
		m.H.mu.Lock()
		defer m.H.mu.Unlock()
		if m.mags == &noMagazines {
			m.mags = spare(&m.H.spareSets)
		}
		m.mags[p] = spare(&m.H.spareMags)
	}
	return m.mags[p]
}

// alloc takes a slot; 0 when memory is exhausted.
func (m *Mutator) alloc(p Pool) uint32 {
	if m.Point != nil {
		m.Point(scheduler.SlotAlloc, uint64(p))
	}
	if mag := m.mags[p]; mag != nil && mag.N > 0 {
		mag.N--
		return mag.Slots[mag.N&(MagSlots-1)]
	}
	return m.allocSlow(p)
}

//go:noinline
func (m *Mutator) allocSlow(p Pool) uint32 {
	mag := m.magazine(p)
	if !m.H.refill(p, mag) {
		if m.Disc == Traced {
			m.exhausted()
		}
		return 0
	}
	if m.Disc == Traced {
		m.took(int64(mag.N) * int64(p.Size()))
	}
	if g := p.Group(); g != GRaw && g != GValues {
		if n, at := m.H.Allocs.Add(int64(mag.N)), m.H.GCAt.Load(); at != 0 && n >= at && m.Self != nil {
			m.Self.SetBreak(scheduler.BreakGC)
		}
	}
	mag.N--
	return mag.Slots[mag.N]
}

// New allocates an object of the pool with the shape and a count of one, which the caller owns. The words after the
// header are what the last tenant left: the caller fills them before the next point. Raised when memory is exhausted.
func (m *Mutator) New(p Pool, shape uint16) Value {
	off := m.alloc(p)
	if off == 0 {
		m.NoMemory()
		return Raised
	}
	return m.header(off, shape)
}

// NewSized is New for an object of n bytes in a group of many sizes.
func (m *Mutator) NewSized(g Group, n int, shape uint16) Value {
	p, ok := PoolOf(g, n)
	if ok {
		return m.New(p, shape)
	}
	off := m.allocLarge(g, n)
	if off == 0 {
		m.NoMemory()
		return Raised
	}
	return m.header(off, shape)
}

func (m *Mutator) allocLarge(g Group, n int) uint32 {
	if int64(n) > m.H.Limit() {
		return 0
	}
	off := m.H.allocRun(g, n)
	if m.Disc == Traced {
		if m.took(int64(n)); off == 0 {
			m.exhausted()
		}
	}
	return off
}

func (m *Mutator) header(off uint32, shape uint16) Value {
	h := (*Header)(unsafe.Add(m.Base, uintptr(off&m.Mask)<<3))
	gen := h.Gen()
	h.Count, h.Shared = 1, 0
	h.Meta = uint64(shape)<<48 | uint64(gen)<<32 | uint64(m.Own)<<16
	if m.Unsafe || m.Watch {
		m.noteAlloc(off)
	}
	if m.scopes.on {
		m.note(handle(off, gen))
	}
	return handle(off, gen)
}

func (m *Mutator) noteAlloc(off uint32) {
	if s := m.H.siteOf(off); s != nil {
		s.alloc.set(Site{m.Tid, m.PC})
	}
	if m.Watch {
		m.watchAlloc(off)
	}
}

// siteOf finds the record of who allocated and freed a slot; nil under safe strategies.
func (h *Heap) siteOf(off uint32) *site {
	if h.shadows == nil || h.blockOf(off) == nil {
		return nil
	}
	sh := h.shadows[(off&h.mask)>>blockShift].Load()
	if sh == nil {
		return nil
	}
	return &sh[off&(blockWords-1)>>1]
}

// release puts a slot into the thread's free stock.
func (m *Mutator) release(off uint32) {
	if m.Point != nil {
		m.Point(scheduler.SlotFree, uint64(off))
	}
	m.Frees++
	b := m.H.blockOf(off)
	if b == nil {
		return
	}
	use := b.use.Load()
	p := uint16(use)
	if p < blockLarge && !m.Unsafe {
		if mag := m.mags[p]; mag != nil && mag.N < MagSlots {
			mag.Slots[mag.N&(MagSlots-1)] = off
			mag.N++
			return
		}
	}
	m.releaseSlow(off, p, uint32(use>>16))
}

// releaseSlow is release for a slot in a block of the pool p and slots of size bytes, whatever these are.
func (m *Mutator) releaseSlow(off uint32, p uint16, size uint32) {
	if p == blockCont || p == blockFree {
		return
	}
	if p >= blockLarge {
		m.H.freeRun(off)
		return
	}
	if m.Unsafe && off&(blockWords-1)%(size/8) != 0 {
		return // a forged offset into the middle of a slot
	}
	mag := m.magazine(Pool(p))
	if mag.N >= MagSlots {
		m.H.spill(Pool(p), mag)
	}
	mag.Slots[mag.N&(MagSlots-1)] = off
	mag.N++
}
