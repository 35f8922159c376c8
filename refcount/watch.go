package refcount

// This file watches who uses the header of which object: where a thread's count or lock operation follows another
// thread's, the header's cache line had to move from core to core. Only the machine's contention mode does this.
//
// A word for each slot, outside the region, holds the last thread. The slot gets a record when a second thread comes.
// False sharing, of objects in one cache line, is not seen.

import (
	"sync"
	"sync/atomic"
	"time"
)

// Contended is an object, or all that were allocated at one place and have died, that several threads used.
type Contended struct {
	Value   Value // the object; Unbound for the dead
	Shape   uint16
	Alloc   Site
	Objects int64            // one, or the number of the dead
	Bounces int64            // operations on its count or lock by another thread than the last one
	Waits   int64            // how often a thread waited for its lock
	Waited  time.Duration    // how long, over all threads
	Lines   map[uint32]int64 // bounces and waits by PC
	Threads map[uint32]bool
}

func (c *Contended) add(d *Contended) {
	c.Objects += d.Objects
	c.Bounces += d.Bounces
	c.Waits += d.Waits
	c.Waited += d.Waited
	for pc, n := range d.Lines {
		c.Lines[pc] += n
	}
	for tid := range d.Threads {
		c.Threads[tid] = true
	}
}

// lastUsers are the threads that last used the headers in a block, one for each 16 bytes.
type lastUsers [blockWords / 2]atomic.Uint32

type deadKey struct {
	shape uint16
	pc    uint32
}

// watch is a heap's; its mutex is Go's own and held for a few steps.
type watch struct {
	last []atomic.Pointer[lastUsers] // by block
	mu   sync.Mutex
	live map[uint32]*Contended // by slot
	dead map[deadKey]*Contended
}

func newWatch(blocks int) *watch {
	return &watch{last: make([]atomic.Pointer[lastUsers], blocks), live: map[uint32]*Contended{}, dead: map[deadKey]*Contended{}}
}

func (w *watch) user(off uint32) *atomic.Uint32 {
	p := &w.last[off>>blockShift]
	u := p.Load()
	if u == nil {
		p.CompareAndSwap(nil, new(lastUsers))
		u = p.Load()
	}
	return &u[off&(blockWords-1)>>1]
}

// watchAlloc begins the life of an object: what its slot has seen so far was another's.
func (m *Mutator) watchAlloc(off uint32) {
	w := m.H.watch
	if w.user(off).Swap(m.Tid) == 0 { // nobody has used the slot
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.live[off]
	if c == nil {
		return
	}
	delete(w.live, off)
	k := deadKey{c.Shape, c.Alloc.PC}
	d := w.dead[k]
	if d == nil {
		c.Value = Unbound
		w.dead[k] = c
		return
	}
	d.add(c)
}

// attend does before a change of v's count what Unsafe and Watch ask for; false when v's slot is no longer v's.
func (m *Mutator) attend(h *Header, v Value, stale FaultKind) bool {
	if m.Unsafe && h.Gen() != v.Gen() {
		m.fault(stale, v)
		return false
	}
	if m.Watch && m.Disc != Traced && (m.Disc != Biased || h.Owner() != OwnerDeferred) {
		m.touch(v)
	}
	return true
}

// lockNoted and unlockNoted do what Check and Watch ask for: after v's lock was taken, and before it is released.
func (m *Mutator) lockNoted(v Value) {
	if m.Check {
		m.lockTaken(v)
	}
	if m.Watch {
		m.touch(v)
	}
}

func (m *Mutator) unlockNoted(v Value) {
	if m.Check {
		m.lockGone(v)
	}
	if m.Watch {
		m.touch(v)
	}
}

// touch records an operation on the count or the lock of v.
func (m *Mutator) touch(v Value) {
	if m.Cached > 0 {
		return
	}
	off := v.Off() & m.Mask
	last := m.H.watch.user(off).Swap(m.Tid)
	if last == m.Tid || last == 0 || m.Tid == 0 {
		return
	}
	m.H.watch.note(m, v, func(c *Contended) {
		c.Bounces++
		c.Threads[last] = true
	})
}

// NoteWait records that the thread has waited for v's lock: the header's, or that of a lock object.
func (m *Mutator) NoteWait(v Value, d time.Duration) {
	if m.Watch && m.Cached == 0 {
		m.H.watch.note(m, v, func(c *Contended) { c.Waits++; c.Waited += d })
	}
}

func (w *watch) note(m *Mutator, v Value, fn func(*Contended)) {
	off := v.Off() & m.Mask
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.live[off]
	if c == nil {
		c = &Contended{Value: v, Objects: 1, Lines: map[uint32]int64{}, Threads: map[uint32]bool{}}
		if s := m.H.siteOf(off); s != nil {
			c.Alloc = s.alloc.get()
		}
		w.live[off] = c
	}
	if s := m.Header(v).Shape(); s != 0 {
		c.Shape = s
	}
	fn(c)
	c.Lines[m.PC]++
	c.Threads[m.Tid] = true
}

// LockRead and UnlockRead are Lock and Unlock on the long way of a read for which the loops take no lock where reads are
// lock-free: there nobody is to be blamed for the lock.
func (m *Mutator) LockRead(v Value) {
	if m.Watch && m.LockFree {
		m.Cached++
		defer func() { m.Cached-- }()
	}
	m.Lock(v)
}

// UnlockRead releases what LockRead took.
func (m *Mutator) UnlockRead(v Value) {
	if m.Watch && m.LockFree {
		m.Cached++
		defer func() { m.Cached-- }()
	}
	m.Unlock(v)
}

// Contended gives the records so far, in no order. The world is stopped.
func (h *Heap) Contended() (all []*Contended) {
	if h.watch == nil {
		return nil
	}
	h.watch.mu.Lock()
	defer h.watch.mu.Unlock()
	for _, c := range h.watch.live {
		all = append(all, c)
	}
	for _, c := range h.watch.dead {
		all = append(all, c)
	}
	return all
}
