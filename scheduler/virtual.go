package scheduler

// This file is the virtual scheduler: one toy thread runs at a time, a policy says who goes on at every point, and time
// jumps. Every thread is a goroutine; the right to run is a token that they pass on, so all state below belongs to the
// holder of the token and needs no lock. A run is a function of the program and the policy's choices.

import (
	"runtime"
	"slices"
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
	killed   bool
	token    chan struct{} // capacity 1: the right to run
	points   int           // passed, and times it blocked
}

// Policy picks who goes on.
type Policy interface {
	// Pick gives an index into s.Runnable, which is never empty.
	Pick(s *Choice) int
}

// Watcher is a policy that is also told what the threads do, as long as there are at least two.
type Watcher interface {
	Policy
	// Did is called when t goes on to do op: right after the policy chose it at the point, if it was asked. What Spawn, Join
	// and Wake tell has just been done.
	Did(t *Thread, op Op)
}

// Choice is what a policy sees. It is the scheduler's, and valid only during the call.
type Choice struct {
	Runnable []*Thread // by ID
	Asked    *Thread   // the thread that has run so far: it stands at a point, waits or has ended
	Current  int       // index of Asked; -1 when it cannot go on, or sleeps and leaves it to the others
	Step     int       // points passed by all threads
	Now      int64     // virtual time in nanoseconds
}

// Points is how many points the thread that is asked has passed; a wait counts as one, and its end. With the thread it
// names the moment of the choice: no other choice of the run has the same.
func (s *Choice) Points() int { return s.Asked.v.points }

// Pending is what runnable thread i is about to do.
func (s *Choice) Pending(i int) Op { return s.Runnable[i].v.pending }

type virtual struct {
	registry
	counters
	cfg    Config
	policy Policy
	cur    *Thread
	clock  int64
	watch  Watcher // policy, if it is one
	step   int
	still  int // stops of the world that have not ended: nobody else is chosen
	locks  uint64
	dead   bool
	space  []*Thread
	choice Choice
}

// NewVirtual makes a scheduler under a policy.
func NewVirtual(cfg Config, p Policy) Scheduler {
	s := &virtual{cfg: cfg, policy: p}
	s.watch, _ = p.(Watcher)
	return s
}

func (s *virtual) Virtual() bool                           { return true }
func (s *virtual) Runs(t *Thread) bool                     { return s.cur == t }
func (s *virtual) Now() int64                              { return s.clock }
func (s *virtual) Stats() Stats                            { return s.stats() }
func (s *virtual) SetSwitchInterval(time.Duration)         {}
func (s *virtual) SwitchInterval() time.Duration           { return 5 * time.Millisecond }
func (s *virtual) StopWorld(*Thread)                       { s.stops.Add(1); s.still++ }
func (s *virtual) Outside(_ *Thread, fn func()) bool       { fn(); return true } // all others stand at points
func (s *virtual) StartWorld(*Thread)                      { s.still-- }
func (s *virtual) Blocking(_ *Thread, _ string, fn func()) { fn() }
func (s *virtual) ObjUnlock(t *Thread, w *uint32, key uint32) {
	atomic.AndUint32(w, ^(wordLocked | wordWaiters))
}

// NewLock makes a lock, numbered in the order of their making.
func (s *virtual) NewLock(recursive bool) *Lock {
	s.locks++
	return &Lock{s: s, Recursive: recursive, number: s.locks}
}

// Spawn makes the thread runnable; its goroutine comes to Attach when it likes.
func (s *virtual) Spawn(t *Thread) {
	t.v.spawned = true
	t.v.pending = Op{Kind: Begin}
	t.v.token = make(chan struct{}, 1)
	s.add(t)
	s.did(s.cur, Op{Spawn, uint64(t.ID)})
}

// did tells the watcher.
func (s *virtual) did(t *Thread, op Op) {
	if s.watch != nil && t != nil && s.still == 0 && len(s.threads) > 1 {
		s.watch.Did(t, op)
	}
}

// Attach waits for the token. The first thread has it at once.
func (s *virtual) Attach(t *Thread) {
	if t.v.spawned {
		s.await(t)
		s.did(t, t.v.pending)
		return
	}
	t.v.token = make(chan struct{}, 1)
	s.add(t)
	s.cur = t
}

func (s *virtual) Detach(t *Thread) {
	if t.v.killed {
		return
	}
	s.did(t, Op{End, uint64(t.ID)})
	t.v.done = true
	t.v.points++
	s.remove(t)
	s.switchFrom(t)
}

func (s *virtual) Check(t *Thread) uint32 {
	return atomic.LoadUint32(&t.Breaker) &^ (BreakDrop | BreakStop | BreakTick)
}

// Point lets the policy choose. Under one lock only the points that can hand it over do.
func (s *virtual) Point(t *Thread, kind PointKind, addr uint64) {
	if t.v.killed {
		return
	}
	s.step++
	s.points.Add(1)
	t.v.points++
	if s.step == s.cfg.MaxSteps && s.cfg.OnSteps != nil {
		s.cfg.OnSteps()
	}
	if len(s.threads) < 2 || s.still > 0 {
		return
	}
	t.v.pending = Op{kind, addr}
	if s.cfg.Mode == Free || kind == Breaker {
		s.choose(t)
	}
	s.did(t, t.v.pending)
}

// ask lets the policy choose among the runnable threads.
func (s *virtual) ask(t *Thread, run []*Thread) *Thread {
	st := &s.choice
	*st = Choice{Runnable: run, Asked: t, Current: -1, Step: s.step, Now: s.clock}
	for i, x := range run {
		if x == t && t.v.pending.Kind != Block {
			st.Current = i
		}
	}
	if len(run) == 1 {
		return run[0]
	}
	return run[s.policy.Pick(st)]
}

// choose asks the policy and passes the token on if it says so; it returns when t has the token again.
func (s *virtual) choose(t *Thread) {
	run := s.runnable()
	if len(run) == 0 {
		return
	}
	if next := s.ask(t, run); next != t {
		if s.choice.Current >= 0 {
			s.preemptions.Add(1)
		}
		s.pass(next)
		s.await(t)
	}
}

// await returns when t has the token. Where it never will again, the goroutine ends.
func (s *virtual) await(t *Thread) {
	<-t.v.token
	if t.v.killed {
		runtime.Goexit()
	}
}

// Abandon ends the goroutine of a thread that waits under a virtual scheduler, without a further step of the program: what
// it has deferred in Go runs, with no points. The caller has the right to run and waits until the goroutine has gone.
func Abandon(s Scheduler, t *Thread) {
	if v, ok := s.(*virtual); ok && v.cur != t && !t.v.done {
		v.remove(t)
		t.v.killed = true
		t.v.token <- struct{}{}
	}
}

// pass gives the token to another thread.
func (s *virtual) pass(next *Thread) {
	s.cur = next
	next.v.token <- struct{}{}
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
			byID := func(a, b *Thread) int { return int(a.ID) - int(b.ID) }
			if !slices.IsSortedFunc(out, byID) {
				slices.SortFunc(out, byID)
			}
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
	s.pass(s.ask(t, run))
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
	if t.v.killed {
		runtime.Goexit()
	}
	s.lockWaits.Add(1)
	t.v.points++
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
	t.v.points++
	dead := s.dead && !ready()
	t.v.blocked, t.wait = nil, wait{}
	t.state.Store(int32(Running))
	switch {
	case ready():
		if w.lock != nil {
			s.did(t, Op{Wake, w.lock.number})
		}
		return Acquired
	}
	s.did(t, Op{Block, uint64(s.clock)})
	switch {
	case interrupted():
		return Interrupted
	case dead && w.forever:
		return Deadlock
	}
	return TimedOut
}

func (s *virtual) wakeUp(*Thread) {}

// lockPoint is the point before a toy-level lock is taken or given back.
func (s *virtual) lockPoint(t *Thread, k PointKind, l *Lock) { s.Point(t, k, l.number) }

// joined tells that t knows of the end of another thread.
func (s *virtual) joined(t, who *Thread) {
	if s.watch != nil && s.still == 0 { // though it may be alone now
		s.watch.Did(t, Op{Join, uint64(who.ID)})
	}
}

func (s *virtual) Sleep(t *Thread, d time.Duration) bool {
	return s.waitFor(t, wait{what: "sleep"}, max(d, 0), func() bool { return false }) == Interrupted
}

func (s *virtual) ObjLock(t *Thread, w *uint32, key uint32) (forged bool) {
	s.objWaits.Add(1)
	for {
		old := atomic.LoadUint32(w)
		if old&wordLocked == 0 {
			atomic.StoreUint32(w, old|wordLocked)
			s.did(t, Op{ObjLock, uint64(key)})
			return forged
		}
		t.v.points++
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

// Passed is how many points a thread under a virtual scheduler has passed so far; a wait counts as one, and its end.
func (t *Thread) Passed() int { return t.v.points }
