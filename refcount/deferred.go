package refcount

// This file is deferral, the second half of the biased discipline: an object that threads other than its owner keep
// counting (a shared function, class, module, constant or structure) gets a counter in every thread, so that no count is
// written by two. CPython 3.14 counts its classes and code objects so; PEP 703 leaves them uncounted on the stack and asks
// the collector. Here the count stays exact and zero is found when it happens:
//
// The true count is the heap's base (which is at least one) plus the counters of all threads. As long as no counter is
// negative the object is alive. Who makes its counter negative stops the world and adds up: either the object is dead, or
// the sum becomes the base again, of which the thread gets a share so that this does not happen at once again.

import (
	"math"
	"sync"
	"sync/atomic"

	"toylang/scheduler"
)

// MaxDeferred bounds the objects that are deferred at one time.
const MaxDeferred = 1 << 13

// immortals is the number that all immortal objects share.
const immortals = 1

// sampleForeign is how many references to objects of other threads a thread makes before it looks at one of them.
const sampleForeign = 128

// deferral is the heap's part.
type deferral struct {
	mu   sync.Mutex // the world is stopped, or a thread ends
	base []int64    // by number
	free []uint32
	made atomic.Int64 // objects deferred so far
	sums atomic.Int64 // stops of the world to add counters up
}

// noteForeign counts a reference to another thread's object; now and then it remembers the object as one to be deferred.
func (m *Mutator) noteForeign(v Value) {
	m.Foreign--
	m.Hot = v
	if m.Foreign <= 0 && m.Self != nil {
		m.Self.SetBreak(scheduler.BreakDefer)
	}
}

// DeferHot looks at the last object of another thread that this one made a reference to: the second time that one is found
// so, it is deferred. Called at an eval-breaker check: the thread holds no lock and stops the world.
func (m *Mutator) DeferHot() {
	for len(m.unsettled) > 0 {
		v := m.unsettled[len(m.unsettled)-1]
		m.unsettled = m.unsettled[:len(m.unsettled)-1]
		m.settle(v)
	}
	v := m.Hot
	m.Hot, m.Foreign = Unbound, sampleForeign
	if !m.H.Defer {
		m.Foreign = math.MaxInt32 // as good as never again
	}
	if m.Disc != Biased || !m.H.Defer || !v.IsPtr() {
		return
	}
	h := m.Header(v)
	if h.Gen() != v.Gen() || h.Owner() == OwnerDeferred || uint32(h.Owner()) == m.Own {
		return
	}
	if h.Flags()&FlagWarm == 0 {
		h.SetFlag(FlagWarm) // at worst a new tenant of the slot is warm
		return
	}
	m.Sched.StopWorld(m.Self)
	defer m.Sched.StartWorld(m.Self)
	m.H.makeDeferred(m, h, v)
}

// makeDeferred gives an object counters in every thread. The world is stopped.
func (h *Heap) makeDeferred(m *Mutator, hd *Header, v Value) {
	if hd.Gen() != v.Gen() || hd.Owner() == OwnerDeferred {
		return
	}
	n := h.biasedCount(hd)
	if int32(n) <= 0 {
		return // it waits to be merged
	}
	d := &h.deferral
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.base) == 0 {
		d.base = append(d.base, 0, 1<<60) // 0 is no number, 1 the immortals'
	}
	var id uint32
	if k := len(d.free); k > 0 {
		id = d.free[k-1]
		d.free = d.free[:k-1]
	} else if len(d.base) < MaxDeferred {
		id = uint32(len(d.base))
		d.base = append(d.base, 0)
	} else {
		return
	}
	d.base[id] = int64(n)
	hd.Count = 0
	atomic.StoreUint32(&hd.Shared, id)
	setOwner(hd, OwnerDeferred)
	d.made.Add(1)
}

// immortalDeferred makes an immortal object one that every thread counts for itself, for ever.
func immortalDeferred(hd *Header) {
	hd.Count = 0
	atomic.StoreUint32(&hd.Shared, immortals)
	setOwner(hd, OwnerDeferred)
}

// Immortal marks an object that is never freed.
func (m *Mutator) Immortal(v Value) {
	h := m.Header(v)
	h.SetFlag(FlagImmortal)
	if m.Disc == Biased {
		immortalDeferred(h)
	}
}

// settle adds the counters of a deferred object up after this thread's has become negative, and frees it if nothing is left.
// The thread holds no lock.
func (m *Mutator) settle(v Value) {
	if m.Header(v).Shared == immortals {
		*m.deferred(immortals) = 1 << 30
		return
	}
	if m.locked > 0 { // who waits for that lock would not stop
		m.unsettled = append(m.unsettled, v)
		if m.Self != nil {
			m.Self.SetBreak(scheduler.BreakDefer)
		}
		return
	}
	m.Sched.StopWorld(m.Self)
	dead := m.H.settle(m, v)
	m.Sched.StartWorld(m.Self)
	if dead {
		m.Dealloc(v)
	}
}

// settle is that with the world stopped: true when no reference is left; then the object is the thread's own again.
func (h *Heap) settle(m *Mutator, v Value) bool {
	hd := m.Header(v)
	if hd.Gen() != v.Gen() || hd.Owner() != OwnerDeferred {
		return false
	}
	id := hd.Shared
	h.deferral.sums.Add(1)
	d := &h.deferral
	d.mu.Lock()
	defer d.mu.Unlock()
	sum := d.base[id&(MaxDeferred-1)]
	h.mutators.Range(func(k, _ any) bool {
		if x := k.(*Mutator); x.Deferred != nil {
			sum += int64(*x.deferred(id))
			*x.deferred(id) = 0
		}
		return true
	})
	if sum > 0 {
		share := min(sum/2, 1<<20)
		*m.deferred(id) = int32(share)
		d.base[id] = sum - share
		return false
	}
	d.base[id] = 0
	d.free = append(d.free, id)
	m.adopt(hd)
	return true
}

// deferredCount adds the counters of an object up.
func (h *Heap) deferredCount(id uint32) int64 {
	d := &h.deferral
	d.mu.Lock()
	defer d.mu.Unlock()
	if int(id) >= len(d.base) {
		return 1 << 30
	}
	sum := d.base[id]
	h.mutators.Range(func(k, _ any) bool {
		if m := k.(*Mutator); m.Deferred != nil {
			sum += int64(atomic.LoadInt32(m.deferred(id)))
		}
		return true
	})
	return sum
}

// handIn adds the counters of a thread that ends to the bases.
func (d *deferral) handIn(m *Mutator) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := immortals + 1; id < len(d.base); id++ {
		p := m.deferred(uint32(id))
		d.base[id] += int64(*p)
		*p = 0
	}
}

// forget empties the table: no object is deferred any more.
func (d *deferral) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.base, d.free = nil, nil
}

// DeferStats tells how many objects were deferred so far, and how often their counters were added up.
func (h *Heap) DeferStats() (made, sums int64) { return h.deferral.made.Load(), h.deferral.sums.Load() }
