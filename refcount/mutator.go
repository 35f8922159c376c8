package refcount

// This file defines the mutator: one thread's hand on the heap.

import (
	"sync/atomic"
	"unsafe"

	"toylang/scheduler"
)

// Mutator is the part of a toy thread that makes and drops references. Its methods may only be called by the thread it
// belongs to, while that thread has the right to run.
type Mutator struct {
	H      *Heap
	Base   unsafe.Pointer // the region
	Mask   uint32         // of offsets, in words
	Disc   Discipline
	Tid    uint32
	Locks  bool   // built-ins lock objects
	Unsafe bool   // handles may be stale
	Check  bool   // see Config
	Watch  bool   // see Config
	Cached int    // above 0: what the thread does now the loops' caches spare it, and it is not watched
	PC     uint32 // where the thread is, for sites; kept by the interpreter
	Sched  scheduler.Scheduler
	Self   *scheduler.Thread
	// Point is called before every access of DESIGN's list under the virtual scheduler; nil otherwise.
	Point func(kind scheduler.PointKind, addr uint64)
	Owner any // the vm's thread
	// NoMemory sets the thread's MemoryError.
	NoMemory func()

	mags      *magazines
	attentive bool // Unsafe, Check or Watch: one branch on slow paths
	// The heap's own, at hand for the short ways.
	blocks []block
	shapes *[1 << 16]atomic.Pointer[Shape]

	depth     int      // of Dealloc
	later     []Value  // objects whose freeing was put off
	held      []uint32 // check mode: slots whose locks the thread holds
	alone     int      // check mode: see Alone
	scopes    scopes   // traced: what Go code holds
	quick     bool     // see Quick
	quickFree bool     // Quick, and dead slots are not poisoned
	// The biased discipline (biased.go, deferred.go, grace.go); all but LockFree and LockReads are used under it only.
	Own       uint32 // what the thread's objects bear as their owner: under biased its owner number, else its ID
	quickOwn  uint32 // which objects Incref and Decref count plainly at once: see setQuick
	quickMask uint32
	LockFree  bool           // reads of containers and attributes take no lock
	LockReads bool           // Locks, but for LockFree
	Deferred  unsafe.Pointer // counters of deferred objects, MaxDeferred of 32 bits
	Foreign   int32          // references to other threads' objects to be made before one of them is looked at
	Hot       Value          // the last of these objects; perhaps dead
	Undo      Value          // a reference that the loop has made to the wrong tenant of a slot: to be dropped
	limbo     limbo
	counters  *Trusted
	left      bool    // see Leave
	locked    int     // objects' locks that the thread holds
	unsettled []Value // deferred objects whose counter became negative under a lock
	// Frees counts slots freed, for statistics.
	Frees, Increfs int64
}

// Init makes m ready for a thread.
func (m *Mutator) Init(h *Heap, tid uint32, s scheduler.Scheduler, self *scheduler.Thread) {
	m.H, m.Base, m.Mask, m.mags = h, h.base, h.mask, &noMagazines
	m.blocks, m.shapes = h.blocks, &h.Shapes.table
	m.Disc, m.Locks, m.Unsafe, m.Check = h.Disc, h.Locks, h.Unsafe, h.Config.Check
	m.Watch = h.Config.Watch
	m.Tid, m.Sched, m.Self = tid, s, self
	if s != nil && s.Virtual() {
		m.Point = func(k scheduler.PointKind, addr uint64) { s.Point(self, k, addr) }
	}
	m.Own = tid & 0xFFFF
	if m.Disc == Biased {
		m.becomeBiased()
	}
	m.LockFree = h.LockFree && m.Point == nil && !m.Check
	m.SetLocks(m.Locks)
	m.setQuick()
	m.initScopes()
	h.mutators.Store(m, struct{}{})
}

// setQuick says which objects Incref and Decref count plainly at once: those whose owner agrees with quickOwn in the bits
// of quickMask, and what slow paths attend to.
func (m *Mutator) setQuick() {
	m.attentive = m.Unsafe || m.Check || m.Watch
	m.quick = !m.Unsafe && m.Point == nil && !m.Watch && m.Disc != Traced
	m.quickFree = m.quick && !m.H.Poison
	m.quickOwn, m.quickMask = 1<<16, 1<<16 // none
	switch {
	case m.Unsafe || m.Point != nil || m.Watch:
	case m.Disc == Plain:
		m.quickOwn, m.quickMask = 0, 0 // all
	case m.Disc == Biased:
		m.quickOwn, m.quickMask = m.Own, 1<<16|0xFFFF
	}
}

// Silent runs fn without points: while the machine is being made, and nobody else could come in between.
func (m *Mutator) Silent(fn func()) {
	points := m.Point
	m.Point = nil
	m.setQuick()
	fn()
	m.Point = points
	m.setQuick()
}

// endBiased gives back what becomeBiased took. Nobody counts meanwhile.
func (m *Mutator) endBiased() {
	m.H.owners.leave(m)
	m.closeCounters()
	m.counters, m.Own = nil, m.Tid&0xFFFF
	m.H.deferral.forget()
}

// SetLocks says whether built-ins lock objects: whether others may use them.
func (m *Mutator) SetLocks(on bool) { m.Locks, m.LockReads = on, on && !m.LockFree }

// Leave ends the thread's part in counting: nobody waits for it any more to merge counts. It may free objects, so the
// thread is still whole; it must not count afterwards.
func (m *Mutator) Leave() {
	m.Grace()
	if m.Disc != Biased || m.left {
		return
	}
	m.DeferHot()
	for m.MergeQueued(); !m.H.owners.leave(m); {
		m.MergeQueued()
	}
	m.H.deferral.handIn(m)
	m.left = true
}

// closeCounters gives the thread's counters back once nobody adds them up.
func (m *Mutator) closeCounters() {
	if m.counters != nil {
		m.H.deferral.mu.Lock()
		m.Deferred = nil
		m.H.deferral.mu.Unlock()
		m.counters.Close()
	}
}

// becomeBiased gives the mutator what the biased discipline needs.
func (m *Mutator) becomeBiased() {
	m.H.owners.register(m)
	m.counters = NewTrusted(MaxDeferred / 2)
	m.Deferred = unsafe.Pointer(&m.counters.Words[0])
	*m.deferred(immortals) = 1 << 30
	m.left = false
	m.Foreign, m.Hot, m.Undo = sampleForeign, Unbound, Unbound
}

// Retire gives the thread's free slots to the depot. The mutator must not be used afterwards.
func (m *Mutator) Retire() {
	m.Leave()
	defer m.closeCounters()
	m.Shed()
	m.H.mutators.Delete(m)
}

// Header finds the header of the object that v names, stale or not; always inside the region.
func (m *Mutator) Header(v Value) *Header {
	return (*Header)(unsafe.Add(m.Base, uintptr(uint32(v)&m.Mask)<<3))
}

// ShapeOf gives the shape of the object that v names; 0 when v is stale. v is a handle.
func (m *Mutator) ShapeOf(v Value) uint16 {
	meta := m.Header(v).Meta
	if uint16(meta>>32) != v.Gen() {
		return 0
	}
	return uint16(meta >> 48)
}

// Incref makes a reference: the caller owns one more to v.
func (m *Mutator) Incref(v Value) {
	if v.IsPtr() {
		h := m.Header(v)
		if m.CountsPlainly(h) {
			h.Count++
			return
		}
		m.increfSlow(h, v)
	}
}

// Ref is Incref that gives v back: a borrowed reference becomes an owned one.
func (m *Mutator) Ref(v Value) Value {
	m.Incref(v)
	return v
}

func (m *Mutator) increfSlow(h *Header, v Value) {
	if m.attentive && !m.attend(h, v, StaleIncref) {
		return
	}
	if m.Disc == Traced {
		m.Keep(v)
		return
	}
	if m.Point != nil && m.Disc != Biased {
		m.pointAdd(h, v, 1)
		return
	}
	if m.Disc == Biased {
		if m.Point != nil {
			m.Point(scheduler.CountAdd, uint64(v.Off()))
		}
		m.increfBiased(h, v)
		return
	}
	disciplines[m.Disc].inc(h)
}

// pointAdd changes a count under the virtual scheduler and gives the new count.
func (m *Mutator) pointAdd(h *Header, v Value, d uint32) uint32 {
	addr := uint64(v.Off())
	if m.Disc == Plain {
		m.Point(scheduler.CountLoad, addr)
		n := h.Count + d
		m.Point(scheduler.CountStore, addr)
		h.Count = n
		return n
	}
	m.Point(scheduler.CountAdd, addr)
	h.Count += d
	return h.Count
}

// Decref drops an owned reference; the object dies with its last one.
func (m *Mutator) Decref(v Value) {
	if v.IsPtr() {
		h := m.Header(v)
		if m.CountsPlainly(h) {
			if h.Count--; h.Count == 0 {
				m.zero(h, v)
			}
			return
		}
		m.decrefSlow(h, v)
	}
}

// zero is the end of a decref that has made Count zero.
func (m *Mutator) zero(h *Header, v Value) {
	if m.Disc != Biased || m.mergeZero(h) {
		m.Dealloc(v)
	}
}

func (m *Mutator) decrefSlow(h *Header, v Value) {
	if m.attentive && !m.attend(h, v, StaleDecref) {
		return
	}
	var zero bool
	switch {
	case m.Disc == Traced:
		return
	case m.Disc == Biased:
		if m.Point != nil {
			m.Point(scheduler.CountAdd, uint64(v.Off()))
		}
		m.decrefBiased(h, v)
		return
	case m.Point != nil:
		zero = m.pointAdd(h, v, ^uint32(0)) == 0
	default:
		zero = disciplines[m.Disc].dec(h)
	}
	if zero {
		m.Dealloc(v)
	}
}

// DecrefAll drops an owned reference to each.
func (m *Mutator) DecrefAll(vs ...Value) {
	for _, v := range vs {
		m.Decref(v)
	}
}

// Count reads the reference count of the object that v names; TracedCount where nobody counts.
func (m *Mutator) Count(v Value) uint32 {
	if m.Disc == Traced {
		return TracedCount
	}
	h := m.Header(v)
	if m.Disc == Plain {
		return h.Count
	}
	return m.H.countOf(h)
}

// Sole reports that the caller's reference to v is the only one there is, so that v may be changed in place.
func (m *Mutator) Sole(v Value) bool {
	h := m.Header(v)
	return h.Count == 1 && h.Shared == 0 && h.Flags()&FlagImmortal == 0 && (m.Disc != Biased || uint32(h.Owner()) == m.Own) && m.Disc != Traced
}
