package scheduler

// This file is the one lock of strategy gil, after CPython 3.2's: a waiter waits for the switch interval, then asks the
// holder to drop the lock; the holder drops it at its next eval-breaker check and goes on only after another thread has
// had it. The lock is handed over directly to the waiter that has waited longest.

import (
	"sync"
	"sync/atomic"
	"time"
)

type gil struct {
	r      *real
	mu     sync.Mutex
	holder *Thread
	queue  []*Thread // waiting, in order
	nwait  atomic.Int32
	last   *Thread // who had it last
	seq    uint64  // hand-overs so far: tells a waiter whether anything moved during its interval
}

func (g *gil) init(r *real) { g.r = r }

func (g *gil) tick() bool { return false }

func (g *gil) holds(t *Thread) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.holder == t
}

// contended reports that somebody waits.
func (g *gil) contended() bool { return g.nwait.Load() > 0 }

// acquire takes the lock; it returns when t holds it.
func (g *gil) acquire(t *Thread) {
	g.mu.Lock()
	if g.holder == nil && len(g.queue) == 0 {
		g.take(t)
		g.mu.Unlock()
		return
	}
	g.queue = append(g.queue, t)
	g.nwait.Add(1)
	g.mu.Unlock()
	g.await(t)
}

// take makes t the holder. g.mu is held.
func (g *gil) take(t *Thread) {
	g.holder = t
	if g.last != t {
		if g.last != nil {
			g.r.handOvers.Add(1)
		}
		g.last = t
	}
	g.seq++
}

// await waits until the lock was handed to t, asking for it after each switch interval in which it did not move.
func (g *gil) await(t *Thread) {
	begin := time.Now()
	timer := time.NewTimer(time.Duration(g.r.interval.Load()))
	defer timer.Stop()
	g.mu.Lock()
	seq := g.seq
	g.mu.Unlock()
	for {
		select {
		case <-t.wake:
		case <-timer.C:
		}
		g.mu.Lock()
		if g.holder == t {
			g.mu.Unlock()
			g.r.waitNanos.Add(int64(time.Since(begin)))
			return
		}
		if g.holder != nil && g.seq == seq {
			g.holder.SetBreak(BreakDrop)
		}
		seq = g.seq
		g.mu.Unlock()
		timer.Reset(time.Duration(g.r.interval.Load()))
	}
}

// release gives the lock up: to the first waiter, if there is one.
func (g *gil) release(t *Thread) {
	g.mu.Lock()
	if g.holder == t {
		g.pass()
	}
	g.mu.Unlock()
}

// pass hands the lock to the first waiter. g.mu is held.
func (g *gil) pass() {
	if len(g.queue) == 0 {
		g.holder = nil
		return
	}
	n := g.queue[0]
	g.queue = append(g.queue[:0], g.queue[1:]...)
	g.nwait.Add(-1)
	g.take(n)
	n.signal()
}

// handOver gives the lock to the first waiter and waits for its turn again: a forced hand-over.
func (g *gil) handOver(t *Thread) {
	g.mu.Lock()
	if g.holder != t || len(g.queue) == 0 {
		g.mu.Unlock()
		return
	}
	g.r.forced.Add(1)
	g.queue = append(g.queue, t)
	g.nwait.Add(1)
	g.pass()
	g.mu.Unlock()
	g.await(t)
}

// ask sets the holder's drop request.
func (g *gil) ask() {
	g.mu.Lock()
	if g.holder != nil {
		g.holder.SetBreak(BreakDrop)
	}
	g.mu.Unlock()
}
