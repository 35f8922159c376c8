package scheduler

// This file is the ledger: where each thread's time goes. A thread's life is cut where it gets or gives up the right to
// run, waits or blocks, and about every millisecond at its next eval-breaker check. Each piece is booked, whole, under what
// the thread did and the place where it stands at the piece's end: so times by thread are exact and add up to its life, and
// what lies between two cuts of a running thread is attributed by sampling.

import (
	"sync"
	"time"
)

type spending uint8

const (
	waitTime  spending = iota // for the right to run
	runTime                   // with the right to run
	blockTime                 // asleep, in a blocking call, waiting for a lock or another thread
	spendings
)

// Spent is time by what a thread did.
type Spent struct {
	Waited  time.Duration // for the right to run: the one lock, an object's lock, the end of a stop of the world
	Held    time.Duration // with the right to run
	Blocked time.Duration // asleep, in a blocking call, waiting for a lock or another thread
}

// Total is the sum.
func (s Spent) Total() time.Duration { return s.Waited + s.Held + s.Blocked }

func (s *Spent) add(k spending, d time.Duration) {
	*[...]*time.Duration{&s.Waited, &s.Held, &s.Blocked}[k] += d
}

// Account is one thread's part of the ledger.
type Account struct {
	ID     uint32
	Name   string
	Life   time.Duration // from Attach to Detach, or until now: a difference of two clock readings
	Spent  Spent
	Causes map[string]time.Duration // Blocked by what it waited for
	Places map[uint32]Spent         // by where it stood, as Thread.Place tells
}

// Ledger is what LedgerOf gives.
type Ledger struct {
	Wall    time.Duration // since the first thread was attached
	Busy    time.Duration // some thread had the right to run
	Threads []Account     // in the order in which they were attached
}

// ledger is a scheduler's. Its mutex is a leaf, held for a few steps.
type ledger struct {
	r       *real
	mu      sync.Mutex
	begin   time.Time
	busy    time.Duration
	since   time.Time // of running > 0
	running int
	stopped bool // no more samples
	all     []*account
}

// account is a thread's, under the ledger's mutex.
type account struct {
	l          *ledger
	t          *Thread
	begin, end time.Time // end: zero while it lives
	since      time.Time
	now        spending
	why        string // of blockTime
	place      uint32
	spent      Spent
	causes     map[string]time.Duration
	places     map[uint32]*Spent
}

// sampleEvery is how often running threads are asked where they are.
const sampleEvery = time.Millisecond

func newLedger(r *real) *ledger { return &ledger{r: r} }

// open begins t's account; the first one begins the ledger and its sampling.
func (l *ledger) open(t *Thread) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.all == nil {
		l.begin = now
		go l.sample()
	}
	a := &account{l: l, t: t, begin: now, since: now, causes: map[string]time.Duration{}, places: map[uint32]*Spent{}}
	t.account = a
	l.all = append(l.all, a)
}

// sample asks running threads to come by, until somebody has read the ledger or no thread is left.
func (l *ledger) sample() {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for range tick.C {
		threads := l.r.Threads()
		for _, t := range threads {
			if t.State() == Running {
				t.SetBreak(BreakSample)
			}
		}
		if len(threads) == 0 || l.ended() {
			return
		}
	}
}

func (l *ledger) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopped
}

// spend books the time since the last cut and begins a piece of another kind, or the same.
func (t *Thread) spend(k spending) {
	if t.account != nil {
		t.account.cut(k)
	}
}

// waitsFor says what the next blockTime is for.
func (t *Thread) waitsFor(what string) {
	if t.account != nil {
		t.account.why = what
	}
}

// kind names what is waited for.
func (w *wait) kind() string {
	switch {
	case w.lock != nil:
		return "lock"
	case w.who != nil:
		return "join"
	}
	return w.what
}

func (a *account) cut(k spending) {
	l := a.l
	if a.t.Place != nil {
		a.place = a.t.Place()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	a.book(now)
	switch {
	case a.now != runTime && k == runTime:
		if l.running++; l.running == 1 {
			l.since = now
		}
	case a.now == runTime && k != runTime:
		if l.running--; l.running == 0 {
			l.busy += now.Sub(l.since)
		}
	}
	a.now = k
}

// book adds the piece that ends now. l.mu is held.
func (a *account) book(now time.Time) {
	d := now.Sub(a.since)
	a.since = now
	a.spent.add(a.now, d)
	if a.now == blockTime {
		a.causes[a.why] += d
	}
	p := a.places[a.place]
	if p == nil {
		p = &Spent{}
		a.places[a.place] = p
	}
	p.add(a.now, d)
}

// close ends the account.
func (a *account) close() {
	a.l.mu.Lock()
	defer a.l.mu.Unlock()
	a.end = time.Now()
	a.book(a.end)
}

// LedgerOf gives the ledger as it stands, and ends the sampling; nil when the scheduler keeps none.
func LedgerOf(s Scheduler) *Ledger {
	r, ok := s.(*real)
	if !ok || r.ledger == nil {
		return nil
	}
	l := r.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	now := time.Now()
	out := &Ledger{Wall: now.Sub(l.begin), Busy: l.busy}
	if l.running > 0 {
		out.Busy += now.Sub(l.since)
	}
	for _, a := range l.all {
		end := a.end
		if end.IsZero() {
			end = now
			a.book(now)
		}
		x := Account{ID: a.t.ID, Name: a.t.Name, Life: end.Sub(a.begin), Spent: a.spent, Causes: map[string]time.Duration{}, Places: map[uint32]Spent{}}
		for k, d := range a.causes {
			x.Causes[k] = d
		}
		for pc, s := range a.places {
			x.Places[pc] = *s
		}
		out.Threads = append(out.Threads, x)
	}
	return out
}
