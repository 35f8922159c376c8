// Package scheduler decides which toy thread runs: for real, on the machine's cores under one lock or none, or virtually,
// one thread at a time as a policy says. It knows nothing of the guest.
//
// The right to run: a toy thread runs guest code between Attach and Detach, except inside Blocking, Sleep and lock waits.
// Under one lock at most one thread has the right; under a free scheduler all have it. A stop of the world takes it from
// everybody but the one who stopped.
package scheduler

import (
	"sync"
	"sync/atomic"
	"time"
)

// The bits of the eval breaker. Drop, Stop and Tick are the scheduler's; Check returns the others for the vm to handle.
const (
	BreakDrop      uint32 = 1 << iota // another thread waits for the one lock
	BreakStop                         // somebody stops the world
	BreakInterrupt                    // Ctrl-C
	BreakAsync                        // an exception is to be raised
	BreakTrace                        // tracing was switched
	BreakGC                           // many containers were allocated
	BreakLimit                        // a limit was reached
	BreakSample                       // the ledger asks where the thread is
	BreakMerge                        // other threads ask for counts to be merged
	BreakDefer                        // many references to other threads' objects were made
	BreakGrace                        // payloads wait for a grace period
	BreakLone                         // the other threads have ended
	BreakTick                         // always set under a lock that counts ticks
)

// State is what a thread is doing.
type State int32

// The states.
const (
	Running State = iota // has, or waits for, the right to run
	Blocked              // in a blocking call; it will come back by itself
	Waiting              // for a lock or another thread
	Stopped              // parked for a stop of the world
)

// Thread is the scheduler's part of a toy thread; the vm embeds it by value.
type Thread struct {
	Breaker uint32 // through sync/atomic
	ID      uint32 // from 1; unique within a machine
	Name    string
	Daemon  bool
	OnPark  func()        // called by the thread before it gives up the right to run for a while: to wait, sleep or block
	Spot    func() string // where it stands (file:line); called only while it is parked

	Place func() uint32 // where in its code it stands, as a number for the ledger; called by the thread itself

	account  *account      // nil unless Config.Ledger
	wake     chan struct{} // capacity 1: signals to the parked thread
	state    atomic.Int32
	stopping bool        // see Stopping
	wait     wait        // what it waits for; the scheduler's mutex
	notified atomic.Bool // it has what it queued for
	inside   bool        // attached, and neither blocked nor waiting nor stopped
	v        virtualThread
}

// wait describes what a thread waits for.
type wait struct {
	what    string
	lock    *Lock
	who     *Thread
	forever bool
}

// SetBreak sets bits of the eval breaker.
func (t *Thread) SetBreak(bits uint32) { atomic.OrUint32(&t.Breaker, bits) }

// ClearBreak clears bits of the eval breaker.
func (t *Thread) ClearBreak(bits uint32) { atomic.AndUint32(&t.Breaker, ^bits) }

// State tells what the thread is doing.
func (t *Thread) State() State { return State(t.state.Load()) }

// Stopping reports that t stands in StopWorld and waits for another thread's stop to end: unlike a thread that was stopped
// at an eval-breaker check, it stands within an instruction. The caller has stopped the world.
func (t *Thread) Stopping() bool { return t.stopping }

// Waits tells what the thread waits for, in words; "" when it does not wait. The world is stopped, or the answer is a
// guess.
func (t *Thread) Waits() string { return t.wait.what }

// breakWaits are the bits that end a wait or a sleep early.
const breakWaits = BreakInterrupt | BreakLimit

// interrupted reports that a wait is to end early.
func (t *Thread) interrupted() bool { return atomic.LoadUint32(&t.Breaker)&breakWaits != 0 }

// Prepare makes the thread ready for Poke, before others can see it.
func (t *Thread) Prepare() { t.wake = make(chan struct{}, 1) }

// Poke makes a waiting or sleeping thread look at its eval breaker.
func (t *Thread) Poke() { t.signal() }

// park tells the thread's owner that it is about to give up the right to run.
func (t *Thread) park() {
	if t.OnPark != nil {
		t.OnPark()
	}
}

// signal wakes the parked thread; a signal that comes early is kept.
func (t *Thread) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// PointKind says what a thread is about to do: the points at which an interleaving can matter.
type PointKind uint8

// The points.
const (
	CountLoad PointKind = iota
	CountStore
	CountAdd
	SlotFree
	SlotAlloc
	ObjLock
	ObjUnlock
	CellRead
	CellWrite
	Breaker
	Block
	Wake
	Begin // the thread has not run yet
	// What follows matters to who follows a run, and is no point of its own under one lock.
	LockTake // a toy-level lock is asked for
	LockGive // and given back
	Spawn    // a thread was started: the address is its ID
	End      // the thread ends
	Join     // the thread knows of another's end: the address is its ID
	Output   // something is printed
)

// Scheduler decides who runs. All methods that take a Thread are called by that thread itself.
type Scheduler interface {
	// Spawn announces a thread that its starter is about to start: from here on it can be chosen. Called by the starter.
	Spawn(t *Thread)
	// Attach returns when t may run guest code; the first thread attached is the main thread.
	Attach(t *Thread)
	// Detach ends t.
	Detach(t *Thread)
	// Check is the slow path of the eval breaker: hand-over, and parking for a stop of the world. It returns the bits that
	// the vm must handle and clear.
	Check(t *Thread) uint32
	// Blocking runs fn, which may block, without the right to run.
	Blocking(t *Thread, what string, fn func())
	// Sleep waits; it reports whether it was interrupted.
	Sleep(t *Thread, d time.Duration) bool
	// Now is the time in nanoseconds since some moment: real or virtual.
	Now() int64
	// StopWorld returns when every other thread is parked or blocked; t may be nil. One stop at a time: a second stopper
	// parks like the others until the first has ended. Stops of one thread nest.
	StopWorld(t *Thread)
	// StartWorld ends the stop.
	StartWorld(t *Thread)
	// NewLock makes a toy-level lock.
	NewLock(recursive bool) *Lock
	// Interrupt is Ctrl-C: the main thread's breaker is set, and it is woken from waits and sleeps.
	Interrupt()
	// Threads gives the attached threads.
	Threads() []*Thread
	// Stats gives the counters so far.
	Stats() Stats
	// ObjLock is the contended path of an object's header lock, ObjUnlock its release when somebody waits. forged says that
	// nobody held it: the word had changed under us.
	ObjLock(t *Thread, w *uint32, key uint32) (forged bool)
	ObjUnlock(t *Thread, w *uint32, key uint32)
	// Point is a point of the virtual scheduler; real schedulers never get it.
	Point(t *Thread, kind PointKind, addr uint64)
	// Outside calls fn if x, another thread, does not have the right to run, and keeps it from getting it meanwhile. fn must
	// not call the scheduler. It reports whether it did.
	Outside(x *Thread, fn func()) bool
	// Runs reports that t has the right to run. Slow: for check mode.
	Runs(t *Thread) bool
	// Virtual reports a virtual scheduler.
	Virtual() bool
	// SetSwitchInterval changes how long a waiter for the one lock waits before it asks.
	SetSwitchInterval(d time.Duration)
	// SwitchInterval reads it.
	SwitchInterval() time.Duration
}

// Mode says who may run under a real scheduler.
type Mode uint8

// The modes.
const (
	OneLock Mode = iota
	Free
)

// Config describes a scheduler.
type Config struct {
	Mode           Mode
	SwitchInterval time.Duration // 0: 5 ms
	Ticks          int           // above 0: the one lock is released every so many ticks, whatever the interval
	Ledger         bool          // where threads' time goes is noted: see LedgerOf
	Unsafe         bool          // header lock words may change under us
	OnDeadlock     func(Report)
	MaxSteps       int    // virtual: OnSteps is called when so many points have been passed; 0: never
	OnSteps        func() // by the thread that stands there
}

// Stats are counters of what the scheduler did.
type Stats struct {
	HandOvers   int64 // the one lock went to another thread
	Forced      int64 // of these, on a drop request or after a number of ticks
	Vain        int64 // wake-ups of waiters for the one lock that found it taken: only where it is fought for
	LockWaits   int64 // waits for toy-level locks and joins
	ObjWaits    int64 // waits for objects' header locks
	WaitNanos   int64 // time spent waiting for the one lock
	Stops       int64 // stops of the world
	Parallel    int64 // most threads that had the right to run at once
	Points      int64 // virtual: points passed
	Preemptions int64 // virtual: switches away from a thread that could go on
}

// Report tells of a deadlock.
type Report struct {
	Lines []string // one for each thread, then the cycle if there is one
}

// LockResult is how a wait ended.
type LockResult uint8

// The results.
const (
	Acquired LockResult = iota
	TimedOut
	Interrupted
	Deadlock
)

// counters are the Stats as they are counted.
type counters struct {
	handOvers, forced, lockWaits, objWaits, waitNanos, stops, parallel, running, points, preemptions atomic.Int64
}

func (c *counters) stats() Stats {
	return Stats{c.handOvers.Load(), c.forced.Load(), 0, c.lockWaits.Load(), c.objWaits.Load(), c.waitNanos.Load(), c.stops.Load(),
		c.parallel.Load(), c.points.Load(), c.preemptions.Load()}
}

// enter and leave count the threads that have the right to run.
func (c *counters) enter() {
	n := c.running.Add(1)
	for {
		old := c.parallel.Load()
		if n <= old || c.parallel.CompareAndSwap(old, n) {
			return
		}
	}
}

func (c *counters) leave() { c.running.Add(-1) }

// registry is the list of attached threads, common to all schedulers.
type registry struct {
	mu      sync.Mutex
	threads []*Thread
	main    *Thread
}

func (r *registry) add(t *Thread) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.wake == nil {
		t.wake = make(chan struct{}, 1)
	}
	if r.main == nil {
		r.main = t
	}
	r.threads = append(r.threads, t)
}

func (r *registry) has(t *Thread) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.threads {
		if x == t {
			return true
		}
	}
	return false
}

func (r *registry) remove(t *Thread) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, x := range r.threads {
		if x == t {
			r.threads = append(r.threads[:i], r.threads[i+1:]...)
			return
		}
	}
}

// Threads gives the attached threads.
func (r *registry) Threads() []*Thread {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*Thread(nil), r.threads...)
}
