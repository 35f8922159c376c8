package scheduler

// This file is the one lock of strategy ticks, after CPython 2's: the holder releases it every so many ticks, wakes one
// waiter, and may take it again at once. Nothing is handed over: whoever comes first has it, so a woken waiter on another
// core mostly finds it taken (the GIL battle: bpo-7946, and Beazley's "Understanding the Python GIL", 2010).
//
// A tick is a check of the eval breaker: a backward jump, a call, a resume, or with --switch-at every an instruction. CPython
// 2 counted instructions ("every 100 Python virtual instructions", sys.setcheckinterval), except those that its loop took
// without coming by the ticker, down a counter that all threads share, as here.

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// oneLock is what a real scheduler of mode OneLock needs of its lock.
type oneLock interface {
	// acquire returns when t holds the lock, release gives it up if t holds it.
	acquire(t *Thread)
	release(t *Thread)
	// contended reports that somebody waits.
	contended() bool
	// tick counts a check of the eval breaker by the holder; true when it is time for handOver.
	tick() bool
	// handOver lets others have the lock, and returns when t holds it again.
	handOver(t *Thread)
	// ask makes the holder come to its scheduler soon.
	ask()
	// holds reports that t holds the lock.
	holds(t *Thread) bool
}

// lock is the one lock in use.
func (r *real) lock() oneLock {
	if r.cfg.Ticks > 0 {
		return &r.ticks
	}
	return &r.gil
}

// ticks is the lock. The eval breaker of every thread has BreakTick set, so that all its checks come to tick.
type ticks struct {
	r       *real
	holder  atomic.Pointer[Thread]
	left    int          // ticks to the next release; the holder's
	last    *Thread      // who had it last; the holder's
	waiting atomic.Int32 // threads in acquire: queued, or woken and not there yet
	vain    atomic.Int64 // wake-ups that found it taken
	mu      sync.Mutex   // guards queue
	queue   []*Thread    // who is to be woken, in order
}

func (k *ticks) init(r *real) { k.r, k.left = r, r.cfg.Ticks }

func (k *ticks) contended() bool      { return k.waiting.Load() > 0 }
func (k *ticks) holds(t *Thread) bool { return k.holder.Load() == t }
func (k *ticks) ask()                 {} // it comes by itself

func (k *ticks) tick() bool {
	if k.left--; k.left > 0 {
		return false
	}
	k.left = k.r.cfg.Ticks
	return k.contended()
}

// try takes the lock if nobody holds it.
func (k *ticks) try(t *Thread) bool {
	if !k.holder.CompareAndSwap(nil, t) {
		return false
	}
	if k.last != t {
		if k.last != nil {
			k.r.handOvers.Add(1)
		}
		k.last = t
	}
	return true
}

// acquire waits to be woken and tries again, as often as it takes.
func (k *ticks) acquire(t *Thread) {
	if k.try(t) {
		return
	}
	begin := time.Now()
	k.waiting.Add(1)
	defer k.waiting.Add(-1)
	k.join(t)
	for !k.try(t) {
		<-t.wake
		if k.try(t) {
			break
		}
		if k.join(t) {
			k.vain.Add(1)
		}
	}
	k.quit(t)
	k.r.waitNanos.Add(int64(time.Since(begin)))
}

// join queues t if it is not queued: it was woken otherwise than by a release. A release between the last try and join is
// seen by the next try, one after join finds t in the queue: so no wake-up is lost.
func (k *ticks) join(t *Thread) (joined bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, x := range k.queue {
		if x == t {
			return false
		}
	}
	k.queue = append(k.queue, t)
	return true
}

func (k *ticks) quit(t *Thread) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, x := range k.queue {
		if x == t {
			k.queue = append(k.queue[:i], k.queue[i+1:]...)
			return
		}
	}
}

// release frees the lock and wakes the first waiter, to whom it promises nothing.
func (k *ticks) release(t *Thread) {
	if k.holder.Load() != t {
		return
	}
	k.holder.Store(nil)
	if !k.contended() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queue) > 0 {
		n := k.queue[0]
		k.queue = append(k.queue[:0], k.queue[1:]...)
		n.signal()
	}
}

// handOver is CPython 2's: release, acquire. On one core a system wakes a thread by giving it the core, and Go does not:
// there the releaser steps aside, or waiters would starve.
func (k *ticks) handOver(t *Thread) {
	before := k.r.handOvers.Load()
	k.release(t)
	if runtime.GOMAXPROCS(0) == 1 {
		runtime.Gosched()
	}
	k.acquire(t)
	if k.r.handOvers.Load() != before {
		k.r.forced.Add(1)
	}
}
