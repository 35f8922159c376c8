package refcount

// This file defines the mutator: one thread's hand on the heap.

import (
	"sync/atomic"
	"time"
	"unsafe"

	"toylang/scheduler"
)

// magSlots is small because every thread has a magazine for each pool that it has ever used.
const magSlots = 64

// magazine is a thread's stock of free slots of one pool. It lies outside the region: no guest can steer allocation.
type magazine struct {
	n       int32
	refills uint32
	slots   [magSlots]uint32
}

// magazines are a thread's, by pool; nil where it has none yet.
type magazines [NumPools]*magazine

// noMagazines is what a thread has that has allocated nothing since it last parked. Nobody writes it.
var noMagazines magazines

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

	depth  int      // of Dealloc
	later  []Value  // objects whose freeing was put off
	held   []uint32 // check mode: slots whose locks the thread holds
	alone  int      // check mode: see Alone
	scopes scopes   // traced: what Go code holds
	quick  bool     // see Quick
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
	m.quickOwn, m.quickMask = 1<<16, 1<<16 // none
	switch {
	case m.Unsafe || m.Point != nil || m.Watch:
	case m.Disc == Plain:
		m.quickOwn, m.quickMask = 0, 0 // all
	case m.Disc == Biased:
		m.quickOwn, m.quickMask = m.Own, 1<<16|0xFFFF
	}
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

// Shed gives the thread's free slots to the depot: it will not need them for a while.
func (m *Mutator) Shed() {
	if m.mags == &noMagazines {
		return
	}
	m.H.mu.Lock()
	defer m.H.mu.Unlock()
	for p, mag := range m.mags {
		if mag != nil && mag.n > 0 {
			m.H.depot[p] = append(m.H.depot[p], append([]uint32(nil), mag.slots[:mag.n]...))
		}
		if mag != nil {
			*mag, m.mags[p] = magazine{}, nil
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
func (m *Mutator) magazine(p Pool) *magazine {
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
		if (uint32(h.Meta>>16)&0xFFFF^m.quickOwn)&m.quickMask == 0 {
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
		if (uint32(h.Meta>>16)&0xFFFF^m.quickOwn)&m.quickMask == 0 {
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

// alloc takes a slot; 0 when memory is exhausted.
func (m *Mutator) alloc(p Pool) uint32 {
	if m.Point != nil {
		m.Point(scheduler.SlotAlloc, uint64(p))
	}
	if mag := m.mags[p]; mag != nil && mag.n > 0 {
		mag.n--
		return mag.slots[mag.n&(magSlots-1)]
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
		m.took(int64(mag.n) * int64(p.Size()))
	}
	if g := p.Group(); g != GRaw && g != GValues {
		if n, at := m.H.Allocs.Add(int64(mag.n)), m.H.GCAt.Load(); at != 0 && n >= at && m.Self != nil {
			m.Self.SetBreak(scheduler.BreakGC)
		}
	}
	mag.n--
	return mag.slots[mag.n]
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
		if mag := m.mags[p]; mag != nil && mag.n < magSlots {
			mag.slots[mag.n&(magSlots-1)] = off
			mag.n++
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
	if mag.n >= magSlots {
		m.H.spill(Pool(p), mag)
	}
	mag.slots[mag.n&(magSlots-1)] = off
	mag.n++
}

// maxDeallocDepth bounds the recursion of freeing; what lies deeper is put off, as CPython's trashcan does.
const maxDeallocDepth = 50

// Dealloc frees an object whose count has fallen to zero, and drops what it refers to.
func (m *Mutator) Dealloc(v Value) {
	if m.depth >= maxDeallocDepth {
		m.later = append(m.later, v)
		return
	}
	if !m.Quick() || m.H.Poison || !m.deallocQuick(v) {
		m.depth++
		m.dealloc1(v)
		m.depth--
	}
	if m.depth == 0 && len(m.later) > 0 {
		m.deallocLater()
	}
}

// deallocLater frees what was put off.
func (m *Mutator) deallocLater() {
	for len(m.later) > 0 {
		v := m.later[len(m.later)-1]
		m.later = m.later[:len(m.later)-1]
		m.depth++
		m.dealloc1(v)
		m.depth--
	}
}

func (m *Mutator) dealloc1(v Value) {
	h := m.Header(v)
	if h.Gen() != v.Gen() {
		m.fault(DoubleFree, v)
		m.release(v.Off()) // and through it goes: the free list gets the slot twice
		return
	}
	if m.Disc == Biased {
		m.adopt(h)
	}
	if f := h.Flags(); f&(FlagFinal|FlagWeakref|FlagImmortal) != 0 {
		if f&FlagImmortal != 0 {
			h.Count = 1 << 30
			return
		}
		if m.H.Finalize(m, v) {
			return
		}
	}
	sh := m.H.Shapes.Get(h.Shape())
	if m.Unsafe {
		if s := m.H.siteOf(v.Off()); s != nil {
			s.free.set(Site{m.Tid, m.PC})
		}
	}
	gen := h.Gen() + 1
	h.Meta = uint64(gen) << 32 // from here on every handle is stale
	if sh != nil {
		m.drop(v, sh)
	}
	if m.H.Poison {
		m.poison(v.Off(), HeaderSize/8)
	}
	if gen != 0 { // a slot whose generations are used up is retired
		m.release(v.Off())
	}
}

// drop releases what a dead object refers to, in CPython's order, and its payload.
func (m *Mutator) drop(v Value, sh *Shape) {
	if !m.Unsafe && m.Point == nil {
		m.dropSafe(v, sh)
		return
	}
	switch sh.Layout {
	case LayoutRecord:
		c := m.Fields(v)
		for i := 0; i < sh.Fields; i++ {
			m.Decref(c.Get(i))
		}
	case LayoutTuple:
		c := m.Fields(v)
		for i := min(int(c.Get(0).Int()), c.Cap()-1); i > 0; i-- {
			m.Decref(c.Get(i))
		}
	case LayoutList:
		body := m.Body(v)
		c := m.Values(body.Payload)
		for i := min(int(body.Len), c.Cap()) - 1; i >= 0; i-- {
			m.Decref(c.Get(i))
		}
		m.FreePayload(body.Payload)
		m.Decref(m.Attrs(v))
	case LayoutDict, LayoutSet:
		body := m.Body(v)
		t := m.Table(body.Payload)
		for i := 0; i < t.Used(); i++ {
			m.Decref(t.Key(i))
			if sh.Layout == LayoutDict {
				m.Decref(t.Val(i))
			}
		}
		m.FreePayload(body.Payload)
		m.Decref(m.Attrs(v))
	case LayoutBytes:
		m.FreePayload(m.Body(v).Payload)
		m.Decref(m.Attrs(v))
	}
	m.dropShape(v, sh)
}

// dropShape is the end of drop: who must hear of the death hears of it, and an instance lets go of its class.
func (m *Mutator) dropShape(v Value, sh *Shape) {
	if sh.Notify && m.H.OnDealloc != nil {
		m.H.OnDealloc(m, v, sh.ID)
	}
	if sh.Heap {
		m.Decref(sh.Class)
	}
}

// dropSafe is drop where nothing can be stale: lengths are what they say, and no step is a scheduling point.
func (m *Mutator) dropSafe(v Value, sh *Shape) {
	p := m.at(v.Off() + HeaderSize/8)
	switch sh.Layout {
	case LayoutRecord:
		for _, x := range unsafe.Slice((*Value)(p), sh.Fields) {
			if x.IsPtr() {
				m.Decref(x)
			}
		}
	case LayoutTuple:
		for n := (*(*Value)(p)).Int(); n > 0; n-- {
			if x := *(*Value)(unsafe.Add(p, n*8)); x.IsPtr() {
				m.Decref(x)
			}
		}
	case LayoutList:
		body := m.Body(v)
		for n := body.Len; n > 0; n-- {
			if x := *(*Value)(m.at(body.Payload + n)); x.IsPtr() {
				m.Decref(x)
			}
		}
		m.freePayloadSafe(body.Payload)
		m.dropAttrs(v, sh)
	case LayoutDict, LayoutSet:
		body := m.Body(v)
		if body.Payload != 0 {
			t := m.Table(body.Payload)
			for i, n := 0, t.Used(); i < n; i++ {
				for _, x := range unsafe.Slice((*Value)(t.entry(i, 1)), t.cells-1) {
					if x.IsPtr() {
						m.Decref(x)
					}
				}
			}
			m.release(body.Payload)
		}
		m.dropAttrs(v, sh)
	case LayoutBytes:
		m.freePayloadSafe(m.Body(v).Payload)
		m.dropAttrs(v, sh)
	}
	m.dropShape(v, sh)
}

func (m *Mutator) freePayloadSafe(off uint32) {
	if off != 0 {
		m.release(off)
	}
}

// dropAttrs drops the attribute dict that a container may have.
func (m *Mutator) dropAttrs(v Value, sh *Shape) {
	if !sh.NoAttrs {
		m.Decref(m.Attrs(v))
	}
}

// Lock takes the object's lock where the strategy has one. It is a leaf lock: hold it for a few reads and writes, never
// across a call into toy code, a blocking operation, or an eval-breaker check.
func (m *Mutator) Lock(v Value) {
	if m.Locks {
		m.lockSlow(v)
	}
}

// Unlock releases it.
func (m *Mutator) Unlock(v Value) {
	if m.Locks {
		m.unlockSlow(v)
	}
}

func (m *Mutator) lockSlow(v Value) {
	if m.Point != nil {
		m.Point(scheduler.ObjLock, uint64(v.Off()))
	}
	h := m.Header(v)
	if m.Disc == Biased && m.biasedLock(h, v) {
		return
	}
	m.locked++
	if w := h.LockWord(); !LockFast(w) {
		m.lockWait(w, v)
	}
	if m.attentive {
		m.lockNoted(v)
	}
}

// lockWait waits for an object's lock.
func (m *Mutator) lockWait(w *uint32, v Value) {
	var begin time.Time
	if m.Watch {
		begin = time.Now()
	}
	if m.Sched.ObjLock(m.Self, w, v.Off()) {
		m.fault(ForgedLock, v)
	}
	if m.Watch {
		m.NoteWait(v, time.Since(begin))
	}
}

func (m *Mutator) unlockSlow(v Value) {
	if m.attentive {
		m.unlockNoted(v)
	}
	if m.Disc == Biased && m.ownIterator(m.Header(v)) {
		return
	}
	m.locked--
	m.unlock(v)
}

// UnlockTaken is Unlock of a lock that the loop has taken itself.
func (m *Mutator) UnlockTaken(v Value) {
	if m.Locks && (m.Disc != Biased || !m.ownIterator(m.Header(v))) {
		m.unlock(v)
	}
}

func (m *Mutator) unlock(v Value) {
	if m.Point != nil {
		m.Point(scheduler.ObjUnlock, uint64(v.Off()))
	}
	w := m.Header(v).LockWord()
	if !UnlockFast(w) {
		m.Sched.ObjUnlock(m.Self, w, v.Off())
	}
}

// LockTwo takes the locks of two objects in the order of their slots.
func (m *Mutator) LockTwo(a, b Value) {
	if !m.Locks {
		return
	}
	if a.Off() > b.Off() {
		a, b = b, a
	}
	m.lockSlow(a)
	if a.Off() != b.Off() {
		m.lockSlow(b)
	}
}

// UnlockTwo releases them.
func (m *Mutator) UnlockTwo(a, b Value) {
	if !m.Locks {
		return
	}
	m.unlockSlow(a)
	if a.Off() != b.Off() {
		m.unlockSlow(b)
	}
}

// DeallocDead is Dealloc for a loop whose decref cannot tell a count of zero from a stale handle or, under biased, from
// an object that others count too.
func (m *Mutator) DeallocDead(v Value) {
	if m.Disc == Biased {
		switch h := m.Header(v); {
		case uint32(h.Owner()) == m.Own: // Count has become zero
			m.ownZero(h, v)
		case h.Owner() == OwnerDeferred: // the thread's counter has become negative
			m.settle(v)
		default: // not yet counted
			m.decShared(h, v)
		}
		return
	}
	if m.Unsafe {
		if h := m.Header(v); h.Gen() != v.Gen() {
			m.fault(StaleDecref, v)
			return
		}
	}
	m.Dealloc(v)
}
