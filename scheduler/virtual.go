package scheduler

// This file is the virtual scheduler: one toy thread runs at a time, a policy says who goes on at every point, and time
// jumps. Every thread is a goroutine; the right to run is a token that they pass on, so all state below belongs to the
// holder of the token and needs no lock. A run is a function of the program and the policy's choices.

import (
	"sort"
	"sync/atomic"
	"time"
)

// Op is what a thread is about to do.
type Op struct {
	Kind PointKind
	Addr uint64
}

// virtualThread is the virtual scheduler's part of a thread.
type virtualThread struct {
	pending  Op
	blocked  func() bool // nil: can run; else asked whether it can
	deadline int64       // of a blocked thread; 0: none
	done     bool
	spawned  bool
}

// Policy picks who goes on.
type Policy interface {
	// Pick gives an index into s.Runnable, which is never empty.
	Pick(s *Choice) int
}

// Choice is what a policy sees.
type Choice struct {
	Runnable []*Thread // by ID
	Current  int       // index of the thread that has run so far; -1 when it cannot go on
	Step     int       // points passed
}

// Pending is what runnable thread i is about to do.
func (s *Choice) Pending(i int) Op { return s.Runnable[i].v.pending }

type virtual struct {
	registry
	counters
	cfg    Config
	policy Policy
	cur    *Thread
	clock  int64
	step   int
	dead   bool
	space  []*Thread
}

// NewVirtual makes a scheduler under a policy.
func NewVirtual(cfg Config, p Policy) Scheduler { return &virtual{cfg: cfg, policy: p} }

func (s *virtual) Virtual() bool                           { return true }
func (s *virtual) Runs(t *Thread) bool                     { return s.cur == t }
func (s *virtual) Now() int64                              { return s.clock }
func (s *virtual) Stats() Stats                            { return s.stats() }
func (s *virtual) SetSwitchInterval(time.Duration)         {}
func (s *virtual) SwitchInterval() time.Duration           { return 5 * time.Millisecond }
func (s *virtual) NewLock(recursive bool) *Lock            { return &Lock{s: s, Recursive: recursive} }
func (s *virtual) StopWorld(*Thread)                       { s.stops.Add(1) }
func (s *virtual) Outside(_ *Thread, fn func()) bool       { fn(); return true } // all others stand at points
func (s *virtual) StartWorld(*Thread)                      {}
func (s *virtual) Blocking(_ *Thread, _ string, fn func()) { fn() }
func (s *virtual) ObjUnlock(t *Thread, w *uint32, key uint32) {
	atomic.AndUint32(w, ^(wordLocked | wordWaiters))
}

// Spawn makes the thread runnable; its goroutine comes to Attach when it likes.
func (s *virtual) Spawn(t *Thread) {
	t.v.spawned = true
	t.v.pending = Op{Kind: Begin}
	s.add(t)
}

// Attach waits for the token. The first thread has it at once.
func (s *virtual) Attach(t *Thread) {
	if t.v.spawned {
		<-t.wake
		return
	}
	s.add(t)
	s.cur = t
}

func (s *virtual) Detach(t *Thread) {
	t.v.done = true
	s.remove(t)
	s.switchFrom(t)
}

func (s *virtual) Check(t *Thread) uint32 {
	return atomic.LoadUint32(&t.Breaker) &^ (BreakDrop | BreakStop | BreakTick)
}

// Point lets the policy choose. Under one lock only the points that can hand it over do.
func (s *virtual) Point(t *Thread, kind PointKind, addr uint64) {
	s.step++
	s.points.Add(1)
	t.v.pending = Op{kind, addr}
	if s.cfg.Mode == OneLock && kind < Breaker {
		return
	}
	s.choose(t)
}

// choose asks the policy and passes the token on if it says so; it returns when t has the token again.
func (s *virtual) choose(t *Thread) {
	st := Choice{Runnable: s.runnable(), Current: -1, Step: s.step}
	for i, x := range st.Runnable {
		if x == t {
			st.Current = i
		}
	}
	if len(st.Runnable) == 0 {
		return
	}
	next := st.Runnable[0]
	if len(st.Runnable) > 1 {
		next = st.Runnable[s.policy.Pick(&st)]
	}
	if next != t {
		if st.Current >= 0 {
			s.preemptions.Add(1)
		}
		s.pass(next)
		<-t.wake
	}
}

// pass gives the token to another thread.
func (s *virtual) pass(next *Thread) {
	s.cur = next
	next.wake <- struct{}{}
}

// runnable are the threads that can go on, by ID; time jumps to the next deadline when there is none.
func (s *virtual) runnable() []*Thread {
	for {
		out := s.space[:0]
		soonest := int64(0)
		for _, x := range s.threads {
			switch {
			case x.v.done:
			case x.v.blocked == nil || x.v.blocked() || x.v.deadline != 0 && x.v.deadline <= s.clock:
				out = append(out, x)
			case x.v.deadline != 0 && (soonest == 0 || x.v.deadline < soonest):
				soonest = x.v.deadline
			}
		}
		s.space = out
		if len(out) > 0 || soonest == 0 {
			sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
			return out
		}
		s.clock = soonest
	}
}

// switchFrom passes the token on from a thread that has ended.
func (s *virtual) switchFrom(t *Thread) {
	run := s.runnable()
	if len(run) == 0 {
		if len(s.threads) > 0 {
			s.deadlocked()
			s.switchFrom(t)
		}
		return
	}
	st := Choice{Runnable: run, Current: -1, Step: s.step}
	next := run[0]
	if len(run) > 1 {
		next = run[s.policy.Pick(&st)]
	}
	s.pass(next)
}

// deadlocked reports the deadlock and lets every waiting thread go on with the result Deadlock.
func (s *virtual) deadlocked() {
	s.dead = true
	if s.cfg.OnDeadlock != nil {
		s.cfg.OnDeadlock(deadlockReport(s.threads))
	}
	for _, x := range s.threads {
		x.v.blocked = nil
	}
}

// waitFor blocks t until ready, a jump of time past its timeout, or a deadlock.
func (s *virtual) waitFor(t *Thread, w wait, timeout time.Duration, ready func() bool) LockResult {
	s.lockWaits.Add(1)
	t.wait = w
	t.state.Store(int32(Waiting))
	t.v.pending = Op{Block, 0}
	t.v.deadline = 0
	if timeout >= 0 {
		t.v.deadline = max(s.clock+int64(timeout), 1)
	}
	interrupted := t.interrupted
	t.v.blocked = func() bool { return ready() || interrupted() }
	if len(s.runnable()) == 0 {
		s.deadlocked()
	}
	s.choose(t)
	dead := s.dead && !ready()
	t.v.blocked, t.wait = nil, wait{}
	t.state.Store(int32(Running))
	switch {
	case ready():
		return Acquired
	case interrupted():
		return Interrupted
	case dead && w.forever:
		return Deadlock
	}
	return TimedOut
}

func (s *virtual) wakeUp(*Thread) {}

func (s *virtual) Sleep(t *Thread, d time.Duration) bool {
	return s.waitFor(t, wait{what: "sleep"}, max(d, 0), func() bool { return false }) == Interrupted
}

func (s *virtual) ObjLock(t *Thread, w *uint32, key uint32) (forged bool) {
	s.objWaits.Add(1)
	for {
		old := atomic.LoadUint32(w)
		if old&wordLocked == 0 {
			atomic.StoreUint32(w, old|wordLocked)
			return forged
		}
		t.v.pending = Op{ObjLock, uint64(key)}
		t.v.deadline = 0
		t.v.blocked = func() bool { return atomic.LoadUint32(w)&wordLocked == 0 }
		if len(s.runnable()) == 0 { // a word that was corrupted
			t.v.blocked = nil
			atomic.AndUint32(w, ^wordLocked)
			forged = true
			continue
		}
		s.choose(t)
		t.v.blocked = nil
	}
}

func (s *virtual) Interrupt() {
	if s.main != nil {
		s.main.SetBreak(BreakInterrupt)
	}
}
