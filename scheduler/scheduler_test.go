package scheduler

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// run starts n threads under s and waits for them.
func run(s Scheduler, n int, work func(t *Thread, i int)) {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		t := &Thread{ID: uint32(i + 1), Name: fmt.Sprint("T", i+1)}
		s.Spawn(t)
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.Attach(t)
			work(t, i)
			s.Detach(t)
		}()
	}
	wg.Wait()
}

// kinds are the real schedulers: the two kinds of one lock, and none.
var kinds = []Config{{Mode: OneLock, SwitchInterval: 100 * time.Microsecond}, {Mode: OneLock, Ticks: 7}, {Mode: Free}}

// Under the one lock a plain counter is exact, and spinning threads are made to hand the lock over.
func TestGILExact(t *testing.T) {
	for _, cfg := range kinds[:2] {
		s := NewReal(cfg)
		total := 0
		run(s, 4, func(th *Thread, _ int) {
			for i := 0; i < 200000; i++ {
				total++
				if atomic.LoadUint32(&th.Breaker) != 0 {
					s.Check(th)
				}
			}
		})
		if total != 800000 {
			t.Errorf("%+v: total %d, want 800000", cfg, total)
		}
	}
}

// A thread that spins is made to hand over: the other's flag is seen though nobody blocks.
func TestForcedHandOver(t *testing.T) {
	for _, cfg := range kinds[:2] {
		s := NewReal(cfg)
		turn := 0
		run(s, 2, func(th *Thread, i int) {
			for n := 0; n < 3; n++ {
				for turn%2 != i {
					if atomic.LoadUint32(&th.Breaker) != 0 {
						s.Check(th)
					}
				}
				turn++
			}
		})
		if s.Stats().Forced == 0 {
			t.Errorf("%+v: no forced hand-over", cfg)
		}
	}
}

// On one core too the releaser of the ticks' lock lets the others have it.
func TestTicksOneCore(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	TestForcedHandOver(t)
	TestGILExact(t)
}

// A stop of the world keeps everybody out, under both modes.
func TestStopWorld(t *testing.T) {
	for _, cfg := range kinds {
		s := NewReal(cfg)
		var inside atomic.Int32
		var stopped atomic.Bool
		run(s, 4, func(th *Thread, i int) {
			for n := 0; n < 2000; n++ {
				inside.Add(1)
				if stopped.Load() {
					t.Error("a thread ran while the world was stopped")
				}
				inside.Add(-1)
				if i == 0 && n%50 == 0 {
					s.StopWorld(th)
					stopped.Store(true)
					if inside.Load() != 0 {
						t.Error("a thread is inside")
					}
					stopped.Store(false)
					s.StartWorld(th)
				}
				if i == 1 && n%100 == 0 {
					s.Blocking(th, "test", func() {})
				}
				if atomic.LoadUint32(&th.Breaker) != 0 {
					s.Check(th)
				}
			}
		})
	}
}

func TestLocks(t *testing.T) {
	for _, cfg := range kinds {
		s := NewReal(cfg)
		l := s.NewLock(false)
		total := 0
		run(s, 4, func(th *Thread, _ int) {
			for i := 0; i < 500; i++ {
				if l.Acquire(th, -1, "test") != Acquired {
					t.Error("not acquired")
				}
				total++
				if err := l.Release(th); err != nil {
					t.Error(err)
				}
			}
		})
		if total != 2000 || l.Locked() {
			t.Errorf("total %d, locked %v", total, l.Locked())
		}
	}
}

func TestLockTimeoutAndErrors(t *testing.T) {
	s := NewReal(Config{Mode: Free})
	l, r := s.NewLock(false), s.NewLock(true)
	run(s, 1, func(th *Thread, _ int) {
		if l.Release(th) != ErrNotHeld || r.Release(th) != ErrNotOwner {
			t.Error("released what was not held")
		}
		l.Acquire(th, -1, "")
		if l.Acquire(th, 0, "") != TimedOut || l.Acquire(th, time.Millisecond, "") != TimedOut {
			t.Error("acquired twice")
		}
		r.Acquire(th, -1, "")
		r.Acquire(th, -1, "")
		if r.Count() != 2 || r.ReleaseAll(th) != 2 || r.Locked() {
			t.Error("recursion is not counted")
		}
	})
}

// Two threads that take two locks in opposite orders, until both wait.
func TestDeadlock(t *testing.T) {
	var rep atomic.Pointer[Report]
	s := NewReal(Config{Mode: Free, OnDeadlock: func(r Report) { rep.Store(&r) }})
	locks := []*Lock{s.NewLock(false), s.NewLock(false)}
	var both sync.WaitGroup
	both.Add(2)
	run(s, 2, func(th *Thread, i int) {
		locks[i].Acquire(th, -1, "")
		s.Blocking(th, "barrier", func() { both.Done(); both.Wait() })
		if res := locks[1-i].Acquire(th, -1, ""); res != Deadlock {
			t.Errorf("thread %d: %v, want Deadlock", i, res)
		}
	})
	r := rep.Load()
	if r == nil || len(r.Lines) != 3 || r.Lines[2] != "cycle: T1 → T2 → T1" {
		t.Errorf("report %+v", r)
	}
}

func TestInterrupt(t *testing.T) {
	s := NewReal(Config{Mode: OneLock})
	l := s.NewLock(false)
	l.held = true
	run(s, 1, func(th *Thread, _ int) {
		go func() { time.Sleep(5 * time.Millisecond); s.Interrupt() }()
		if res := l.Acquire(th, -1, ""); res != Interrupted && res != Deadlock {
			t.Errorf("%v, want Interrupted", res)
		}
		s.Interrupt()
		if !s.Sleep(th, time.Hour) {
			t.Error("sleep was not interrupted")
		}
	})
}

// Object locks exclude each other, and a word that is reset under the waiters hangs nobody.
func TestLot(t *testing.T) {
	s := NewReal(Config{Mode: Free})
	var w uint32 = 0xABCD0010
	total := 0
	run(s, 4, func(th *Thread, _ int) {
		for i := 0; i < 5000; i++ {
			if old := atomic.LoadUint32(&w); old&1 != 0 || !atomic.CompareAndSwapUint32(&w, old, old|1) {
				s.ObjLock(th, &w, 7)
			}
			total++
			if old := atomic.LoadUint32(&w); old&2 != 0 || !atomic.CompareAndSwapUint32(&w, old, old&^1) {
				s.ObjUnlock(th, &w, 7)
			}
		}
	})
	if total != 20000 || w&^3 != 0xABCD0010 {
		t.Errorf("total %d, word %#x", total, w)
	}
}

func TestLotReset(t *testing.T) {
	s := NewReal(Config{Mode: Free, Unsafe: true})
	var w uint32
	run(s, 3, func(th *Thread, i int) {
		for n := 0; n < 300; n++ {
			s.ObjLock(th, &w, 3)
			if i == 0 {
				atomic.StoreUint32(&w, 0)
			}
			s.ObjUnlock(th, &w, 3)
		}
	})
}

// A word that says it is locked, and that nobody holds, hangs nobody where words may change under us: it is taken and
// told of.
func TestLotForged(t *testing.T) {
	s := NewReal(Config{Mode: Free, Unsafe: true})
	w := wordLocked
	run(s, 1, func(th *Thread, _ int) {
		if !s.ObjLock(th, &w, 5) {
			t.Error("not told of")
		}
		s.ObjUnlock(th, &w, 5)
		if s.ObjLock(th, &w, 5) {
			t.Error("told of a lock that was free")
		}
	})
}

// Two threads copy and drop one shared reference once: load, store, load, store each. C(8,4) = 70 schedules. The count
// starts at 2 (one reference for each thread's own variable); a schedule that loses an increment ends below, one that
// loses a decrement above. By hand: T1's four accesses L1 S1 L2 S2 (inc, dec) interleave with T2's; the final count is 2
// plus what lost updates add, and every value from 1 to 3 occurs.
func TestSeventy(t *testing.T) {
	e := &Enumerator{}
	runs, finals := 0, map[int]int{}
	for e.Next() {
		s := NewVirtual(Config{Mode: Free}, e)
		count := 2
		main := &Thread{ID: 1}
		s.Attach(main)
		var wg sync.WaitGroup
		for i := 0; i < 2; i++ {
			th := &Thread{ID: uint32(i + 2)}
			s.Spawn(th)
			wg.Add(1)
			go func() {
				defer wg.Done()
				s.Attach(th)
				for _, d := range []int{1, -1} {
					s.Point(th, CountLoad, 1)
					n := count + d
					s.Point(th, CountStore, 1)
					count = n
				}
				s.Detach(th)
			}()
		}
		s.Detach(main)
		wg.Wait()
		finals[count]++
		runs++
	}
	if runs != 70 {
		t.Errorf("%d schedules, want 70", runs)
	}
	for c := range finals {
		if c < 1 || c > 3 {
			t.Errorf("final count %d", c)
		}
	}
	if len(finals) != 3 {
		t.Errorf("finals %v", finals)
	}
}

// Virtual time jumps, and sleepers wake in the order of their deadlines.
func TestVirtualSleep(t *testing.T) {
	s := NewVirtual(Config{Mode: OneLock}, NewRandom(1, 0.5))
	main := &Thread{ID: 1}
	s.Attach(main)
	var order []int
	var wg sync.WaitGroup
	for i := 3; i > 0; i-- {
		th := &Thread{ID: uint32(10 - i)}
		s.Spawn(th)
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.Attach(th)
			s.Sleep(th, time.Duration(i)*time.Hour)
			order = append(order, i)
			s.Detach(th)
		}()
	}
	s.Detach(main)
	wg.Wait()
	if fmt.Sprint(order) != "[1 2 3]" || s.Now() != int64(3*time.Hour) {
		t.Errorf("order %v, time %v", order, time.Duration(s.Now()))
	}
}

func TestVirtualDeadlock(t *testing.T) {
	var rep *Report
	s := NewVirtual(Config{Mode: OneLock, OnDeadlock: func(r Report) { rep = &r }}, NewRandom(1, 0.5))
	th := &Thread{ID: 1, Name: "T"}
	s.Attach(th)
	l := s.NewLock(false)
	l.Acquire(th, -1, "")
	if res := l.Acquire(th, -1, ""); res != Deadlock || rep == nil {
		t.Errorf("%v %v", res, rep)
	}
	s.Detach(th)
}

func BenchmarkHandOver(b *testing.B) {
	s := NewReal(Config{Mode: OneLock})
	r := s.(*real)
	run(s, 2, func(th *Thread, _ int) {
		for i := 0; i < b.N; i++ {
			if r.gil.contended() {
				r.gil.handOver(th)
			}
		}
	})
}
