package scheduler

// This file is the toy-level lock (threading.Lock and RLock), the event that join waits for, and the detection of
// deadlocks.

import (
	"errors"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// The errors of Release.
var (
	ErrNotHeld  = errors.New("release unlocked lock")
	ErrNotOwner = errors.New("cannot release un-acquired lock")
)

// Lock is a toy-level lock. A plain one may be released by any thread. Waiters get it in the order in which they came.
type Lock struct {
	Name      string
	Recursive bool
	number    uint64 // virtual: which lock of the machine it is
	s         waiter
	mu        sync.Mutex
	held      bool
	owner     *Thread
	count     int
	queue     []*Thread
}

// waiter is what a lock needs of its scheduler.
type waiter interface {
	// waitFor parks t until ready says so (it is asked whenever t is signalled), the timeout passes or t is interrupted.
	waitFor(t *Thread, w wait, timeout time.Duration, ready func() bool) LockResult
	// wakeUp signals a thread that may be parked.
	wakeUp(t *Thread)
	// lockPoint is the point before t takes or gives back a lock.
	lockPoint(t *Thread, k PointKind, l *Lock)
	// joined tells that t knows of the end of another thread.
	joined(t, who *Thread)
}

// Acquire takes the lock. timeout < 0 waits for ever, 0 only tries.
func (l *Lock) Acquire(t *Thread, timeout time.Duration, what string) LockResult {
	l.s.lockPoint(t, LockTake, l)
	l.mu.Lock()
	if l.Recursive && l.held && l.owner == t {
		l.count++
		l.mu.Unlock()
		return Acquired
	}
	if !l.held {
		l.take(t)
		l.mu.Unlock()
		return Acquired
	}
	if timeout == 0 {
		l.mu.Unlock()
		return TimedOut
	}
	t.notified.Store(false)
	l.queue = append(l.queue, t)
	l.mu.Unlock()
	res := l.s.waitFor(t, wait{what: what, lock: l, forever: timeout < 0}, timeout, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.owner == t && !l.queued(t)
	})
	if res != Acquired {
		l.mu.Lock()
		if l.owner == t && !l.queued(t) { // it was handed over at the last moment
			l.mu.Unlock()
			return Acquired
		}
		l.unqueue(t)
		l.mu.Unlock()
	}
	return res
}

// take makes t the holder. l.mu is held.
func (l *Lock) take(t *Thread) { l.held, l.owner, l.count = true, t, 1 }

func (l *Lock) queued(t *Thread) bool {
	for _, x := range l.queue {
		if x == t {
			return true
		}
	}
	return false
}

func (l *Lock) unqueue(t *Thread) {
	for i, x := range l.queue {
		if x == t {
			l.queue = append(l.queue[:i], l.queue[i+1:]...)
			return
		}
	}
}

// Release gives the lock up: to the first waiter, if there is one.
func (l *Lock) Release(t *Thread) error {
	l.s.lockPoint(t, LockGive, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.Recursive && (!l.held || l.owner != t):
		return ErrNotOwner
	case !l.held:
		return ErrNotHeld
	}
	if l.count--; l.count == 0 {
		l.pass()
	}
	return nil
}

// pass gives the lock to the first waiter, or to nobody. l.mu is held.
func (l *Lock) pass() {
	if len(l.queue) == 0 {
		l.held, l.owner, l.count = false, nil, 0
		return
	}
	n := l.queue[0]
	l.queue = l.queue[1:]
	l.take(n)
	l.s.wakeUp(n)
}

// Locked reports whether somebody holds the lock.
func (l *Lock) Locked() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

// Owner is the ID of the holder; 0 when there is none.
func (l *Lock) Owner() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owner == nil {
		return 0
	}
	return l.owner.ID
}

// Count is the depth of a recursive lock.
func (l *Lock) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// ReleaseAll gives a recursive lock up whatever its depth, and tells the depth.
func (l *Lock) ReleaseAll(t *Thread) (saved int) {
	l.s.lockPoint(t, LockGive, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.held || l.owner != t {
		return 0
	}
	saved = l.count
	l.pass()
	return saved
}

// AcquireRestore takes it again to that depth.
func (l *Lock) AcquireRestore(t *Thread, saved int) LockResult {
	res := l.Acquire(t, -1, "lock")
	if res == Acquired {
		l.mu.Lock()
		l.count = saved
		l.mu.Unlock()
	}
	return res
}

// Done is an event that happens once: the end of a thread.
type Done struct {
	set   atomic.Bool
	mu    sync.Mutex
	queue []*Thread
}

// Set makes it happen.
func (d *Done) Set(s Scheduler) {
	d.mu.Lock()
	d.set.Store(true)
	q := d.queue
	d.queue = nil
	d.mu.Unlock()
	for _, t := range q {
		s.(waiter).wakeUp(t)
	}
}

// IsSet reports whether it has happened.
func (d *Done) IsSet() bool { return d.set.Load() }

// Wait waits for it; who is the thread that will bring it about, for the report of a deadlock.
func (d *Done) Wait(s Scheduler, t *Thread, timeout time.Duration, who *Thread) (res LockResult) {
	defer func() {
		if res == Acquired {
			s.(waiter).joined(t, who)
		}
	}()
	d.mu.Lock()
	if d.set.Load() {
		d.mu.Unlock()
		return Acquired
	}
	if timeout == 0 {
		d.mu.Unlock()
		return TimedOut
	}
	t.notified.Store(false)
	d.queue = append(d.queue, t)
	d.mu.Unlock()
	res = s.(waiter).waitFor(t, wait{what: "the end of a thread", who: who, forever: timeout < 0}, timeout, d.set.Load)
	if res != Acquired {
		d.mu.Lock()
		for i, x := range d.queue {
			if x == t {
				d.queue = append(d.queue[:i], d.queue[i+1:]...)
				break
			}
		}
		d.mu.Unlock()
	}
	return res
}

// waitFor parks t without the right to run.
func (r *real) waitFor(t *Thread, w wait, timeout time.Duration, ready func() bool) (res LockResult) {
	r.lockWaits.Add(1)
	var timer *time.Timer
	var expired <-chan time.Time
	if timeout > 0 {
		timer = time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	t.waitsFor(w.kind())
	t.park()
	r.leaveRun(t, Waiting)
	r.mu.Lock()
	t.wait = w
	r.checkDeadlock()
	r.mu.Unlock()
	res = TimedOut
loop:
	for {
		if ready() {
			res = Acquired
			break
		}
		if r.isDead(t) {
			res = Deadlock
			break
		}
		if t.interrupted() {
			res = Interrupted
			break
		}
		select {
		case <-t.wake:
		case <-expired:
			break loop
		}
	}
	r.mu.Lock()
	t.wait = wait{}
	t.state.Store(int32(Running))
	r.mu.Unlock()
	r.enterRun(t)
	return res
}

func (r *real) lockPoint(*Thread, PointKind, *Lock) {}

func (r *real) joined(*Thread, *Thread) {}

// wakeUp may be called with a lock's mutex held: it takes no other.
func (r *real) wakeUp(t *Thread) {
	t.notified.Store(true) // it has what it waits for: no deadlock
	t.signal()
}

func (r *real) isDead(t *Thread) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told && t.State() == Waiting && t.wait.forever
}

// checkDeadlock reports a deadlock when every thread waits for ever. r.mu is held.
func (r *real) checkDeadlock() {
	if r.deadlock || len(r.threads) == 0 {
		return
	}
	for _, t := range r.threads {
		if t.State() != Waiting || !t.wait.forever || t.notified.Load() || t.interrupted() {
			return
		}
	}
	r.deadlock = true
	rep := deadlockReport(r.threads)
	threads := append([]*Thread(nil), r.threads...)
	go func() {
		if r.cfg.OnDeadlock != nil {
			r.cfg.OnDeadlock(rep)
		}
		r.mu.Lock()
		r.told = true
		r.mu.Unlock()
		for _, t := range threads {
			t.signal()
		}
	}()
}

// deadlockReport tells who waits for what, and the cycle.
func deadlockReport(threads []*Thread) Report {
	threads = append([]*Thread(nil), threads...)
	sort.Slice(threads, func(i, j int) bool { return threads[i].ID < threads[j].ID })
	var rep Report
	next := map[*Thread]*Thread{}
	for _, t := range threads {
		spot := "?"
		if t.Spot != nil {
			spot = t.Spot()
		}
		line := fmt.Sprintf("%s (thread %d) at %s waits for ", t.Name, t.ID, spot)
		switch {
		case t.wait.lock != nil:
			l := t.wait.lock
			name := l.Name
			if name == "" {
				name = "a lock"
			}
			l.mu.Lock()
			o := l.owner
			l.mu.Unlock()
			if o != nil {
				line += fmt.Sprintf("%s held by %s (thread %d)", name, o.Name, o.ID)
				next[t] = o
			} else {
				line += name
			}
		case t.wait.who != nil:
			line += fmt.Sprintf("%s (thread %d) to end", t.wait.who.Name, t.wait.who.ID)
			next[t] = t.wait.who
		default:
			line += t.wait.what
		}
		rep.Lines = append(rep.Lines, line)
	}
	for _, t := range threads {
		if c := cycleFrom(t, next); c != "" {
			rep.Lines = append(rep.Lines, "cycle: "+c)
			break
		}
	}
	return rep
}

// cycleFrom follows who waits for whom from t; "" when that does not lead back to t.
func cycleFrom(t *Thread, next map[*Thread]*Thread) string {
	s := t.Name
	x := next[t]
	for n := 0; x != nil && n <= len(next); n++ {
		s += " → " + x.Name
		if x == t {
			return s
		}
		x = next[x]
	}
	return ""
}
