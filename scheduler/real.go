package scheduler

// This file is the real scheduler: toy threads are goroutines, the cores are the machine's.

import (
	"sync"
	"sync/atomic"
	"time"
)

// real is the scheduler for modes OneLock and Free. Its mutex guards the world's state; the GIL has one of its own.
type real struct {
	registry
	counters
	cfg      Config
	interval atomic.Int64
	start    time.Time
	gil      gil
	ticks    ticks
	ledger   *ledger // nil unless Config.Ledger
	lot      lot
	world    *sync.Cond // on registry.mu: changes of stopping and inside
	stopping bool
	nested   int     // stops inside the stop
	stopper  *Thread // who stops the world; nil from outside
	deadlock bool    // found
	told     bool    // and reported
}

// NewReal makes a scheduler that runs threads on the machine's cores.
func NewReal(cfg Config) Scheduler {
	if cfg.SwitchInterval == 0 {
		cfg.SwitchInterval = 5 * time.Millisecond
	}
	r := &real{cfg: cfg, start: time.Now()}
	r.world = sync.NewCond(&r.mu)
	r.interval.Store(int64(cfg.SwitchInterval))
	r.gil.init(r)
	r.ticks.init(r)
	if cfg.Ledger {
		r.ledger = newLedger(r)
	}
	return r
}

func (r *real) Virtual() bool                    { return false }
func (r *real) Point(*Thread, PointKind, uint64) {}
func (r *real) Now() int64                       { return int64(time.Since(r.start)) }
func (r *real) Stats() Stats {
	s := r.stats()
	s.ObjWaits, s.Vain = r.lot.waits.Load(), r.ticks.vain.Load()
	return s
}
func (r *real) SetSwitchInterval(d time.Duration)          { r.interval.Store(int64(max(d, time.Microsecond))) }
func (r *real) SwitchInterval() time.Duration              { return time.Duration(r.interval.Load()) }
func (r *real) NewLock(recursive bool) *Lock               { return &Lock{s: r, Recursive: recursive} }
func (r *real) ObjUnlock(t *Thread, w *uint32, key uint32) { r.lot.unlock(w, key) }

func (r *real) ObjLock(t *Thread, w *uint32, key uint32) (forged bool) {
	t.spend(waitTime)
	forged = r.lot.lock(w, key, r.cfg.Unsafe)
	t.spend(runTime)
	return forged
}

// Spawn counts a thread that is about to attach as one that runs, so that its starter's wait for it is no deadlock.
func (r *real) Spawn(t *Thread) { r.add(t) }

func (r *real) Attach(t *Thread) {
	if !r.has(t) {
		r.add(t)
	}
	r.setTick(t)
	if r.ledger != nil {
		r.ledger.open(t)
	}
	r.enterRun(t)
}

func (r *real) Detach(t *Thread) {
	r.leaveRun(t, Blocked)
	r.remove(t)
	if t.account != nil {
		t.account.close()
	}
	r.mu.Lock()
	t.state.Store(int32(Blocked))
	r.checkDeadlock()
	r.world.Broadcast()
	r.mu.Unlock()
}

// setTick makes all of t's checks of the eval breaker come to Check, or only those that are asked for.
func (r *real) setTick(t *Thread) {
	if r.cfg.Mode == OneLock && r.cfg.Ticks > 0 {
		t.SetBreak(BreakTick)
	} else {
		t.ClearBreak(BreakTick)
	}
}

// enterRun gives t the right to run: the one lock, and no stop of the world in progress.
func (r *real) enterRun(t *Thread) {
	t.spend(waitTime)
	for {
		if r.cfg.Mode == OneLock {
			r.lock().acquire(t)
		}
		r.mu.Lock()
		if !r.stopping || r.stopper == t {
			t.inside = true
			t.state.Store(int32(Running))
			r.mu.Unlock()
			r.enter()
			t.spend(runTime)
			return
		}
		t.state.Store(int32(Stopped))
		if r.cfg.Mode == OneLock {
			r.mu.Unlock()
			r.lock().release(t)
			r.mu.Lock()
		}
		for r.stopping {
			r.world.Wait()
		}
		r.mu.Unlock()
	}
}

// leaveRun takes the right to run from t.
func (r *real) leaveRun(t *Thread, s State) {
	if s == Stopped {
		t.spend(waitTime)
	} else {
		t.spend(blockTime)
	}
	r.leave()
	r.mu.Lock()
	t.inside = false
	t.state.Store(int32(s))
	if r.stopping {
		r.world.Broadcast()
	}
	r.mu.Unlock()
	if r.cfg.Mode == OneLock {
		r.lock().release(t)
	}
}

func (r *real) Check(t *Thread) uint32 {
	bits := atomic.LoadUint32(&t.Breaker)
	if bits&BreakSample != 0 {
		t.ClearBreak(BreakSample)
		t.spend(runTime)
	}
	if bits&BreakStop != 0 {
		t.ClearBreak(BreakStop)
		r.mu.Lock()
		must := r.stopping && r.stopper != t
		r.mu.Unlock()
		if must {
			r.leaveRun(t, Stopped)
			r.enterRun(t)
		}
	}
	if bits&BreakDrop != 0 {
		t.ClearBreak(BreakDrop)
		if r.cfg.Mode == OneLock && r.gil.contended() {
			r.handOver(t)
		}
	}
	if bits&BreakTick != 0 && r.lock().tick() {
		r.handOver(t)
	}
	return atomic.LoadUint32(&t.Breaker) &^ (BreakDrop | BreakStop | BreakTick | BreakSample)
}

// handOver lets another thread have the one lock.
func (r *real) handOver(t *Thread) {
	r.leaveWorld(t)
	r.lock().handOver(t)
	r.enterWorld(t)
}

// leaveWorld and enterWorld are leaveRun and enterRun without the one lock: around a hand-over.
func (r *real) leaveWorld(t *Thread) {
	t.spend(waitTime)
	r.leave()
	r.mu.Lock()
	t.inside = false
	if r.stopping {
		r.world.Broadcast()
	}
	r.mu.Unlock()
}

func (r *real) enterWorld(t *Thread) {
	r.mu.Lock()
	if r.stopping && r.stopper != t {
		r.mu.Unlock()
		r.lock().release(t)
		r.enterRun(t)
		return
	}
	t.inside = true
	r.mu.Unlock()
	r.enter()
	t.spend(runTime)
}

func (r *real) Blocking(t *Thread, what string, fn func()) {
	t.waitsFor(what)
	t.park()
	r.leaveRun(t, Blocked)
	fn()
	r.enterRun(t)
}

func (r *real) Sleep(t *Thread, d time.Duration) (interrupted bool) {
	r.Blocking(t, "sleep", func() {
		if d <= 0 {
			time.Sleep(0)
			return
		}
		timer := time.NewTimer(d)
		defer timer.Stop()
		end := time.Now().Add(d)
		for {
			select {
			case <-timer.C:
				return
			case <-t.wake:
				if t.interrupted() {
					interrupted = true
					return
				}
				if !time.Now().Before(end) {
					return
				}
			}
		}
	})
	return interrupted
}

func (r *real) StopWorld(t *Thread) {
	r.mu.Lock()
	if r.stopping && t != nil && r.stopper == t {
		r.nested++
		r.mu.Unlock()
		return
	}
	for r.stopping {
		if t != nil {
			r.mu.Unlock()
			t.stopping = true
			r.leaveRun(t, Stopped)
			r.enterRun(t) // waits for the other stop
			t.stopping = false
			r.mu.Lock()
			continue
		}
		r.world.Wait()
	}
	r.stopping, r.stopper = true, t
	r.stops.Add(1)
	for _, x := range r.threads {
		if x != t {
			x.SetBreak(BreakStop)
		}
	}
	if t == nil && r.cfg.Mode == OneLock {
		r.mu.Unlock()
		r.lock().ask()
		r.mu.Lock()
	}
	for r.othersInside(t) {
		r.world.Wait()
	}
	r.mu.Unlock()
}

func (r *real) othersInside(t *Thread) bool {
	for _, x := range r.threads {
		if x != t && x.inside {
			return true
		}
	}
	return false
}

func (r *real) StartWorld(t *Thread) {
	r.mu.Lock()
	if r.nested > 0 {
		r.nested--
		r.mu.Unlock()
		return
	}
	r.stopping, r.stopper = false, nil
	for _, x := range r.threads {
		x.ClearBreak(BreakStop)
	}
	r.world.Broadcast()
	r.mu.Unlock()
}

func (r *real) Interrupt() {
	r.mu.Lock()
	m := r.main
	r.mu.Unlock()
	if m != nil {
		m.SetBreak(BreakInterrupt)
		m.signal()
	}
}

// Outside calls fn while x has no right to run.
func (r *real) Outside(x *Thread, fn func()) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.inside {
		return false
	}
	fn()
	return true
}

// Runs reports that t has the right to run.
func (r *real) Runs(t *Thread) bool {
	if r.cfg.Mode == OneLock {
		return r.lock().holds(t)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.inside
}
