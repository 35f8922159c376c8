package explore

// This file is the explorer: it runs schedules, and remembers what threads share.

import (
	"math/rand/v2"
	"time"

	"toylang/scheduler"
)

// Outcome is how a run ended.
type Outcome struct {
	Key     string // what can be seen of it: runs with the same key ended alike
	Fault   string // which fault it shows; "" none. Minimising keeps to runs with the same
	Limited bool   // the run was cut off
	Info    any    // the caller's own
}

// Run runs the program once under the policy and tells how it ended. It may only use the policy while it runs.
type Run func(p scheduler.Policy) Outcome

// Limits bound a search.
type Limits struct {
	Runs  int       // 0: any number
	Until time.Time // zero: any time
	Stop  func() bool
}

// Explorer explores one program. It is for one goroutine at a time.
type Explorer struct {
	Run Run
	// OneLock says that threads change only at eval-breaker checks.
	OneLock bool
	// Plain switches off what makes a search shorter: then sweeps run every schedule, each once.
	Plain bool
	// Each is called after every run that is not part of minimising; false ends the search. The trace is the explorer's, and
	// valid only during the call.
	Each func(o Outcome, t *Trace) bool
	// Rank orders the places of the program that race-directed search starts from, by what stands at a PC: lower first.
	// nil: all alike.
	Rank func(pc uint32) int
	Limits

	Runs    int   // so far
	Steps   int64 // points passed in them
	Limited int   // runs that were cut off

	driver Driver
	use    map[addr]use
	grown  bool // an address has become shared since this was cleared
	ended  bool // Each or a limit ended the search
}

// use is who has used an address.
type use struct {
	thread  uint32
	several bool
	write   bool
}

func (u use) shared() bool { return u.several && u.write }

// over reports that the search has come to a limit.
func (e *Explorer) over() bool {
	if !e.ended && (e.Limits.Runs > 0 && e.Runs >= e.Limits.Runs || !e.Until.IsZero() && !time.Now().Before(e.Until) || e.Stop != nil && e.Stop()) {
		e.ended = true
	}
	return e.ended
}

// run runs a schedule and reports whether the search is to go on.
func (e *Explorer) run(plan Schedule, choose func(c *scheduler.Choice, rule int) int) bool {
	if e.use == nil {
		e.use = map[addr]use{}
	}
	d := &e.driver
	d.hash.oneLock, d.hash.use = e.OneLock, e.use
	d.reset(plan, choose)
	o := e.Run(d)
	d.Done()
	e.Runs++
	e.Steps += int64(d.Steps)
	if o.Limited || d.Cut {
		e.Limited++
	}
	e.learn()
	if e.Each != nil && !e.Each(o, &d.Trace) {
		e.ended = true
	}
	return !e.over()
}

// learn notes who uses what.
func (e *Explorer) learn() {
	for i := range e.driver.Events {
		ev := &e.driver.Events[i]
		where, write := target(ev.Op)
		if where.space == private || where.space == ends { // a thread's end is a choice of its own
			continue
		}
		write = write && !counting(ev.Op.Kind, e.OneLock)
		was, known := e.use[where]
		is := was
		if !known {
			is.thread = ev.Thread
		}
		is.several = is.several || is.thread != ev.Thread
		is.write = is.write || write
		if is != was || !known {
			e.use[where] = is
			e.grown = e.grown || is.shared() != was.shared()
		}
	}
}

// visible tells of each decision whether it can matter to preempt there: whether what its thread does up to its next
// decision touches anything that several threads touch. Elsewhere a preemption may as well come later.
func (e *Explorer) visible() []bool {
	out := make([]bool, len(e.driver.Decisions))
	last := map[uint32]int{} // by thread: its latest decision
	next := 0
	for i := range e.driver.Events {
		for next < len(e.driver.Decisions) && e.driver.Decisions[next].Event <= i {
			last[e.driver.Decisions[next].Thread] = next
			next++
		}
		ev := &e.driver.Events[i]
		if at, ok := last[ev.Thread]; ok && !out[at] {
			if where, _ := target(ev.Op); where.space != private && e.use[where].shared() {
				out[at] = true
			}
		}
	}
	return out
}

// Follow runs one schedule outside of the search and gives the outcome and the trace, which is the explorer's.
func (e *Explorer) Follow(plan Schedule) (Outcome, *Trace) {
	d := &e.driver
	d.reset(plan, nil)
	o := e.Run(d)
	d.Done()
	return o, &d.Trace
}

// Random runs schedules in which a thread is switched away from with a small probability, at every point and seed another.
func (e *Explorer) Random(seed uint64) {
	for n := uint64(0); !e.over(); n++ {
		r := rand.New(rand.NewPCG(seed+n, 0x9E3779B97F4A7C15))
		p := []float64{0.3, 0.1, 0.03, 0.01}[n%4]
		e.run(nil, func(c *scheduler.Choice, rule int) int {
			if c.Current >= 0 && r.Float64() >= p {
				return rule
			}
			return r.IntN(len(c.Runnable))
		})
	}
}

// PCT runs schedules by random priorities that change at depth−1 random moments: Burckhardt, Kothari, Musuvathi and
// Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010). A bug that needs depth
// orderings among n threads and k moments is found with probability at least 1/(n·k^(depth−1)) by each run.
func (e *Explorer) PCT(seed uint64, depth int) {
	length := 1 // the most choices seen in a run
	for n := uint64(0); !e.over(); n++ {
		r := rand.New(rand.NewPCG(seed+n, 0xD1B54A32D192ED03))
		change := map[int]int{}
		for i := 1; i < depth; i++ {
			change[r.IntN(length)] = i
		}
		prio := map[uint32]float64{}
		of := func(t *scheduler.Thread) float64 {
			p, ok := prio[t.ID]
			if !ok {
				p = float64(depth) + r.Float64()
				prio[t.ID] = p
			}
			return p
		}
		at := 0
		if !e.run(nil, func(c *scheduler.Choice, rule int) int {
			for _, t := range c.Runnable {
				of(t)
			}
			if low, ok := change[at]; ok && c.Current >= 0 {
				prio[c.Asked.ID] = float64(depth - low)
			}
			at++
			best := 0
			for i, t := range c.Runnable {
				if of(t) > of(c.Runnable[best]) {
					best = i
				}
			}
			if c.Current == best && rule != best { // its slice is over: it waits for the others
				prio[c.Asked.ID] = -float64(at)
				best = rule
			}
			return best
		}) {
			return
		}
		length = max(length, at)
	}
}

// Again lets another search begin after one that came to its limits.
func (e *Explorer) Again() { e.ended = false }
