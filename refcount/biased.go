package refcount

// This file is the biased discipline, after PEP 703 (Sam Gross) and "Biased Reference Counting" (Choi, Shull, Torrellas,
// PACT 2018): the thread that made an object counts plainly in Count, all others atomically in Shared, and the two are
// merged on the way to zero. Objects that many threads count are deferred instead: see deferred.go.
//
// Owner (in the header) names whose Count is: a thread's owner number, OwnerNone once the two are merged, OwnerDeferred.
// Shared's upper 30 bits are the other threads' part, which may be negative; its two low bits say what is known of it:
//
//	SharedSeen    another thread has held the object: a count of zero is to be settled by compare-and-swap
//	SharedMerged  Shared is the whole count
//
// Where PEP 703 has a state "queued", a negative part says so here: the object is in its owner's merge queue. An entry of
// the queue is a handle, so one that has died meanwhile is recognised by its generation.

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"toylang/scheduler"
)

// The parts of a header's Shared under biased.
const (
	SharedSeen   = 1
	SharedMerged = 2
	SharedOne    = 4 // a reference
)

// The owner numbers that are no thread's.
const (
	OwnerNone     = 0
	OwnerDeferred = 0xFFFF
)

// sharedCount is the other threads' part of a count.
func sharedCount(s uint32) int32 { return int32(s) >> 2 }

// owners is the table of the threads that own objects, with the objects that they are asked to merge.
type owners struct {
	mu    sync.Mutex
	of    []*Mutator         // by owner number; nil: no such thread now
	free  []uint16           // numbers given back
	queue map[uint16][]Value // by owner number (each with one reference less than its counts say)
}

// register gives the mutator an owner number. Objects of a dead thread that had the number are its own from now on.
func (o *owners) register(m *Mutator) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.of) == 0 {
		o.of = append(o.of, nil) // OwnerNone
	}
	if n := len(o.free); n > 0 {
		m.Own = uint32(o.free[n-1])
		o.free = o.free[:n-1]
		o.of[m.Own] = m
		return
	}
	m.Own = uint32(len(o.of))
	o.of = append(o.of, m)
}

// leave takes the mutator out; false while its queue has something in it.
func (o *owners) leave(m *Mutator) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue[uint16(m.Own)]) > 0 {
		return false
	}
	o.of[m.Own] = nil
	o.free = append(o.free, uint16(m.Own))
	return true
}

// take empties a queue.
func (o *owners) take(own uint16) []Value {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queue[own]
	delete(o.queue, own)
	return q
}

// increfBiased makes a reference to an object that is alive.
func (m *Mutator) increfBiased(h *Header, v Value) {
	switch o := h.Owner(); {
	case uint32(o) == m.Own:
		h.Count++
	case o == OwnerDeferred:
		*m.deferred(h.Shared)++
	default:
		incShared(h)
		m.noteForeign(v)
	}
}

// incShared makes a reference to an object of another thread, which is alive.
func incShared(h *Header) {
	if atomic.AddUint32(&h.Shared, SharedOne)&SharedSeen == 0 {
		atomic.OrUint32(&h.Shared, SharedSeen)
	}
}

// MarkSeen says that threads other than the owner hold the object: from here on the owner takes care. The caller holds a
// reference.
func (m *Mutator) MarkSeen(v Value) {
	if h := m.Header(v); m.Disc == Biased && h.Owner() != OwnerDeferred && atomic.LoadUint32(&h.Shared)&SharedSeen == 0 {
		atomic.OrUint32(&h.Shared, SharedSeen)
	}
}

// seen reports that threads other than the owner may hold v. While the owner does not know of others it may skip what
// protects these; who would be the first other one calls MarkSeen under v's lock.
func (m *Mutator) seen(v Value) bool {
	if m.Disc == Traced {
		return true // nobody knows
	}
	h := m.Header(v)
	return uint32(h.Owner()) != m.Own || atomic.LoadUint32(&h.Shared) != 0
}

// tryBiased makes a reference to an object read without a lock, which may be gone: false when it is, or when nobody but
// its owner has held it so far (then the caller reads again under the lock, which keeps it alive). The generation makes
// sure that it is the object that was read, also when the slot has a new tenant.
func (m *Mutator) tryBiased(v Value) bool {
	h := m.Header(v)
	meta := atomic.LoadUint64(&h.Meta)
	if uint16(meta>>32) != v.Gen() {
		return false
	}
	switch o := uint16(meta >> 16); {
	case uint32(o) == m.Own:
		h.Count++ // nobody frees it while this thread owns it
		return true
	case o == OwnerDeferred:
		*m.deferred(h.Shared)++
		return true
	}
	for {
		s := atomic.LoadUint32(&h.Shared)
		if s&(SharedSeen|SharedMerged) == 0 || s&^SharedSeen == SharedMerged {
			return false
		}
		if atomic.CompareAndSwapUint32(&h.Shared, s, s+SharedOne) {
			break
		}
	}
	if g := h.Gen(); g != v.Gen() { // a new tenant: it got the reference, and loses it again
		m.Decref(handle(v.Off(), g))
		return false
	}
	m.noteForeign(v)
	return true
}

// TryRead makes a reference to a value read from a place that others may write meanwhile, without its lock; false: read it
// again under the lock. The caller has made sure that reads need no lock (LockReads is false).
func (m *Mutator) TryRead(v Value) bool {
	if !v.IsPtr() {
		return true
	}
	if !m.Locks || m.Disc == Traced { // which frees nothing while threads run
		m.Incref(v)
		return true
	}
	return m.tryBiased(v)
}

// Readable reports that the container at h may be read without its lock: where others than its owner hold it, the owner
// knows and gives replaced payloads a grace period.
func (m *Mutator) Readable(h *Header) bool {
	return m.Disc == Traced || uint32(h.Owner()) == m.Own || h.Shared != 0
}

// decrefBiased drops a reference.
func (m *Mutator) decrefBiased(h *Header, v Value) {
	switch o := h.Owner(); {
	case uint32(o) == m.Own:
		if h.Count--; h.Count == 0 {
			m.ownZero(h, v)
		}
	case o == OwnerDeferred:
		p := m.deferred(h.Shared)
		if *p--; *p < 0 {
			m.settle(v)
		}
	default:
		m.decShared(h, v)
	}
}

// ownZero merges the counts of an object whose owner's part has fallen to zero, and frees it if that was all.
func (m *Mutator) ownZero(h *Header, v Value) {
	if m.mergeZero(h) {
		m.Dealloc(v)
	}
}

// mergeZero is the owner's way to zero: Shared becomes the whole count. It reports that it is zero.
func (m *Mutator) mergeZero(h *Header) bool {
	if atomic.LoadUint32(&h.Shared) == 0 {
		return true // no other thread has ever held it
	}
	return mergeInto(h, 0)
}

// mergeInto makes Shared the whole count, n being the owner's part, and reports that it is zero. The owner does it, or
// somebody who keeps the owner from running.
func mergeInto(h *Header, n uint32) bool {
	h.Count = 0
	setOwner(h, OwnerNone)
	for {
		s := atomic.LoadUint32(&h.Shared)
		w := (s + n*SharedOne) | SharedSeen | SharedMerged
		if atomic.CompareAndSwapUint32(&h.Shared, s, w) {
			return sharedCount(w) == 0
		}
	}
}

// setOwner changes the owner. The lock bits beside it may change meanwhile.
func setOwner(h *Header, o uint16) {
	w := h.LockWord()
	for {
		old := atomic.LoadUint32(w)
		if atomic.CompareAndSwapUint32(w, old, old&0xFFFF|uint32(o)<<16) {
			return
		}
	}
}

// decShared drops a reference to an object of another thread.
func (m *Mutator) decShared(h *Header, v Value) {
	s := atomic.AddUint32(&h.Shared, ^uint32(SharedOne-1))
	switch n := sharedCount(s); {
	case s&SharedMerged != 0:
		if n == 0 {
			m.Dealloc(v)
		}
	case n == -1: // it just went below zero: the owner has counted what this thread dropped
		m.H.askMerge(m, v)
	}
}

// askMerge has the owner of v merge its counts: at its next eval-breaker check, or here and now if it does not run.
func (h *Heap) askMerge(m *Mutator, v Value) {
	o := &h.owners
	o.mu.Lock()
	own := m.Header(v).Owner()
	if own == OwnerNone { // it has merged meanwhile
		o.mu.Unlock()
		return
	}
	if o.queue == nil {
		o.queue = map[uint16][]Value{}
	}
	o.queue[own] = append(o.queue[own], v)
	var x *Mutator
	if int(own) < len(o.of) {
		x = o.of[own]
	}
	var dead []Value
	if x == nil { // its thread has ended
		dead = h.mergeAll(m, own, o.queue[own])
		delete(o.queue, own)
	}
	o.mu.Unlock()
	if x != nil && x.Self != nil {
		x.Self.SetBreak(scheduler.BreakMerge)
		m.Sched.Outside(x.Self, func() { dead = h.mergeAll(m, own, o.take(own)) })
	}
	m.freeMerged(dead)
}

// mergeAll merges objects of a queue, whose owner does not run meanwhile or is the caller, and gives those without
// references. What has another owner now was merged meanwhile and is perhaps dying in another thread's hands.
func (h *Heap) mergeAll(m *Mutator, own uint16, vs []Value) (dead []Value) {
	for _, v := range vs {
		if hd := m.Header(v); hd.Gen() == v.Gen() && hd.Owner() == own && mergeInto(hd, hd.Count) {
			dead = append(dead, v)
		}
	}
	return dead
}

func (m *Mutator) freeMerged(dead []Value) {
	for _, v := range dead {
		m.Dealloc(v)
	}
}

// MergeQueued merges the objects that other threads have asked this one to merge.
func (m *Mutator) MergeQueued() {
	if m.Disc == Biased {
		own := uint16(m.Own)
		m.freeMerged(m.H.mergeAll(m, own, m.H.owners.take(own)))
	}
}

// adopt makes the dying v the thread's own, with a count of zero, so that finalisers count it like any other.
func (m *Mutator) adopt(h *Header) {
	if uint32(h.Owner()) != m.Own {
		h.Count = 0
		atomic.StoreUint32(&h.Shared, 0)
		setOwner(h, uint16(m.Own))
	} else if h.Shared != 0 {
		atomic.StoreUint32(&h.Shared, 0)
	}
}

// biasedCount is the whole count of an object. It is exact while the world is stopped or no other thread counts the object.
func (h *Heap) biasedCount(hd *Header) uint32 {
	if hd.Owner() == OwnerDeferred {
		return uint32(h.deferredCount(hd.Shared))
	}
	return uint32(int32(hd.Count) + sharedCount(atomic.LoadUint32(&hd.Shared)))
}

// countOf is the whole count of an object under any discipline.
func (h *Heap) countOf(hd *Header) uint32 {
	if h.Disc == Biased {
		return h.biasedCount(hd)
	}
	return hd.Count + hd.Shared
}

// deferred finds the thread's own counter for the deferred object number n.
func (m *Mutator) deferred(n uint32) *int32 {
	return (*int32)(unsafe.Add(m.Deferred, uintptr(n&(MaxDeferred-1))*4))
}

// biasedLock is what biased does before it takes v's lock: true when it need not take it.
//
// An iterator is as a rule one thread's only: its maker takes no lock of it until another thread wants it, which stops the
// world to say so (as biased locking does: Kawachiya, Koseki, Onodera, OOPSLA 2002). No iterator is locked while another
// lock is held, and nobody passes an eval-breaker check between Lock and Unlock.
func (m *Mutator) biasedLock(h *Header, v Value) bool {
	if h.Owner() == OwnerDeferred || atomic.LoadUint32(&h.Shared) != 0 {
		return false
	}
	sh := m.H.Shapes.Get(h.Shape())
	solo := sh != nil && sh.Solo
	if uint32(h.Owner()) == m.Own {
		return solo && m.Point == nil
	}
	if solo && m.Point == nil {
		m.Sched.StopWorld(m.Self)
		defer m.Sched.StartWorld(m.Self)
	}
	m.MarkSeen(v)
	return false
}

// ownIterator reports that the thread has locked h without taking the lock.
func (m *Mutator) ownIterator(h *Header) bool {
	if uint32(h.Owner()) != m.Own || h.Shared != 0 || m.Point != nil {
		return false
	}
	sh := m.H.Shapes.Get(h.Shape())
	return sh != nil && sh.Solo
}
