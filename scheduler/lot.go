package scheduler

// This file is the parking lot of the objects' header locks (after WebKit's): a thread that does not get a lock parks in
// the bucket of the object's slot.
//
// The holder of an object's lock never checks the eval breaker, blocks or calls toy code, so it always comes to the
// release: a stop of the world waits for the holder's next check, and the waiter takes the lock before it, so neither
// waits for the other.

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	wordLocked  uint32 = 1
	wordWaiters uint32 = 2
	lotBuckets         = 64
	lotRecheck         = 5 * time.Millisecond // a word that was reset under us costs at most this
	lotForged          = 200                  // rechecks after which a word that may change under us has no holder
)

type lot struct {
	waits   atomic.Int64
	buckets [lotBuckets]bucket
}

type bucket struct {
	mu   sync.Mutex
	cond map[uint32][]chan struct{} // the parked, by slot
}

// lock takes the lock in w, which another thread holds. Bits that are not ours are kept. Where lock words may change under
// us, one that stays locked for a whole second, which no holder needs, is taken as it is: forged.
func (l *lot) lock(w *uint32, key uint32, unsafe bool) (forged bool) {
	l.waits.Add(1)
	parked := 0
	for spin := 0; ; spin++ {
		old := atomic.LoadUint32(w)
		if old&wordLocked == 0 {
			if atomic.CompareAndSwapUint32(w, old, old|wordLocked) {
				return false
			}
			continue
		}
		if spin < 40 {
			continue
		}
		if spin < 60 {
			runtime.Gosched()
			continue
		}
		if old&wordWaiters == 0 && !atomic.CompareAndSwapUint32(w, old, old|wordWaiters) {
			continue
		}
		if l.park(w, key) {
			parked = 0 // it was released meanwhile
		} else if parked++; unsafe && parked >= lotForged {
			return true
		}
	}
}

// park waits until the lock is released (true), or for the recheck time.
func (l *lot) park(w *uint32, key uint32) (released bool) {
	b := &l.buckets[key%lotBuckets]
	ch := make(chan struct{}, 1)
	b.mu.Lock()
	if old := atomic.LoadUint32(w); old&(wordLocked|wordWaiters) != wordLocked|wordWaiters {
		b.mu.Unlock()
		return true
	}
	if b.cond == nil {
		b.cond = map[uint32][]chan struct{}{}
	}
	b.cond[key] = append(b.cond[key], ch)
	b.mu.Unlock()
	timer := time.NewTimer(lotRecheck)
	select {
	case <-ch:
		timer.Stop()
		return true
	case <-timer.C:
	}
	b.mu.Lock()
	q := b.cond[key]
	for i, c := range q {
		if c == ch {
			b.set(key, append(q[:i], q[i+1:]...))
			break
		}
	}
	b.mu.Unlock()
	return false
}

func (b *bucket) set(key uint32, q []chan struct{}) {
	if len(q) == 0 {
		delete(b.cond, key)
	} else {
		b.cond[key] = q
	}
}

// unlock releases the lock in w and wakes one waiter; the mark stays while others wait.
func (l *lot) unlock(w *uint32, key uint32) {
	b := &l.buckets[key%lotBuckets]
	b.mu.Lock()
	q := b.cond[key]
	for {
		old := atomic.LoadUint32(w)
		now := old &^ (wordLocked | wordWaiters)
		if len(q) > 1 {
			now |= wordWaiters
		}
		if atomic.CompareAndSwapUint32(w, old, now) {
			break
		}
	}
	if len(q) > 0 {
		q[0] <- struct{}{}
		b.set(key, q[1:])
	}
	b.mu.Unlock()
}
