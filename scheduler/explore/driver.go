package explore

// This file is the policy that leads a run by a schedule and records it.

import (
	"slices"

	"toylang/scheduler"
)

// FairSlice is how many points a thread passes on end before, without a word of the schedule, the next one has its turn:
// so that a loop that waits for another thread ends. Sweeps do not let the thread go on then: what they say holds for
// schedules in which every thread that can go on does so after a while.
const FairSlice = 5000

// Decision is a moment of a run at which more than one thread could go on.
type Decision struct {
	Thread   uint32   // who was asked, and
	Point    int      // the points that it had passed
	Runnable []uint32 // IDs
	Free     bool     // it could not go on itself, or its slice was over: whoever is chosen, it is no preemption
	Slice    bool     // its slice was over
	Rule     uint32   // whom the rule would choose
	Chosen   uint32
	Event    int    // index of the first event after it
	State    uint64 // hash of what had happened before: see hash.go
}

// switched gives what the schedule must say to choose another thread here.
func (d *Decision) switched(to uint32) Switch { return Switch{d.Thread, d.Point, to} }

// Preempts reports that choosing to is a preemption.
func (d *Decision) preempts(to uint32) bool { return !d.Free && to != d.Thread }

// Event is what a thread did.
type Event struct {
	Thread uint32
	Op     scheduler.Op
	Point  int    // how many points it had passed, this one included
	PC     uint32 // where in its code it stood; 0 unknown
}

// Trace is what a driver has recorded of a run.
type Trace struct {
	Decisions []Decision
	Events    []Event
	Steps     int
	Cut       bool    // the run was too long to be recorded whole
	Missed    *Switch // the first switch of the schedule that did not come about: its moment never came or its thread could not run
	ids       []uint32
}

// Schedule gives the switches that were really made: with them the run is the same without chooser.
func (t *Trace) Schedule() (out Schedule) {
	for i := range t.Decisions {
		if d := &t.Decisions[i]; d.Chosen != d.Rule {
			out = append(out, d.switched(d.Chosen))
		}
	}
	return out
}

// Preemptions counts those among the switches.
func (t *Trace) Preemptions() (n int) {
	for i := range t.Decisions {
		if d := &t.Decisions[i]; d.preempts(d.Chosen) {
			n++
		}
	}
	return n
}

// Driver is the policy of one run. It follows a schedule, else a chooser, else the rule: a thread goes on as long as it can;
// then, or when it has passed FairSlice points on end, the next by ID has its turn, the first after the last.
type Driver struct {
	Trace
	// OnEvent, where set, is called with each event before the thread does it.
	OnEvent func(e Event)

	plan   Schedule
	at     int
	choose func(c *scheduler.Choice, rule int) int // nil: the rule
	slice  uint32                                  // whose slice it is
	since  int                                     // since which of its points
	hash   hasher
}

// NewDriver makes the policy that follows a schedule. It serves one run.
func NewDriver(plan Schedule) *Driver { return &Driver{plan: plan} }

// reset makes the driver ready for another run; the trace's memory is used again.
func (d *Driver) reset(plan Schedule, choose func(c *scheduler.Choice, rule int) int) {
	t := Trace{Decisions: d.Decisions[:0], Events: d.Events[:0], ids: d.ids[:0]}
	d.hash.reset()
	*d = Driver{Trace: t, plan: plan, choose: choose, hash: d.hash}
}

// Pick is scheduler.Policy's.
func (d *Driver) Pick(c *scheduler.Choice) int {
	asked, point := c.Asked.ID, c.Points()
	if asked != d.slice {
		d.slice, d.since = asked, point
	}
	free := c.Current < 0
	slice := !free && point-d.since >= FairSlice
	rule := c.Current
	if free || slice {
		free, rule = true, 0
		for i, t := range c.Runnable {
			if t.ID > asked {
				rule = i
				break
			}
		}
	}
	pick := rule
	if d.at < len(d.plan) {
		if s := d.plan[d.at]; s.Thread == asked && s.Point == point {
			d.at++
			pick = -1
			for i, t := range c.Runnable {
				if t.ID == s.To {
					pick = i
				}
			}
			if pick < 0 {
				pick = rule
				d.miss(s)
			}
		}
	} else if d.choose != nil {
		pick = d.choose(c, rule)
	}
	d.Cut = d.Cut || len(d.Decisions) == maxDecisions
	if !d.Cut {
		from := len(d.ids)
		for _, t := range c.Runnable {
			d.ids = append(d.ids, t.ID)
		}
		d.Decisions = append(d.Decisions, Decision{Thread: asked, Point: point, Runnable: d.ids[from:len(d.ids):len(d.ids)], Free: free, Slice: slice, Rule: c.Runnable[rule].ID,
			Chosen: c.Runnable[pick].ID, Event: len(d.Events), State: d.hash.state(c.Now)})
	}
	d.Steps = c.Step
	if next := c.Runnable[pick].ID; next != asked {
		d.slice = 0
	}
	return pick
}

// maxDecisions and maxEvents bound the memory of a trace.
const (
	maxDecisions = 1 << 18
	maxEvents    = 1 << 19
)

// miss notes the first switch that did not come about.
func (d *Driver) miss(s Switch) {
	if d.Missed == nil {
		d.Missed = &s
	}
}

// Done tells the driver that the run is over: what the schedule still says never came about.
func (d *Driver) Done() {
	if d.at < len(d.plan) {
		d.miss(d.plan[d.at])
	}
}

// Did is scheduler.Watcher's.
func (d *Driver) Did(t *scheduler.Thread, op scheduler.Op) {
	e := Event{Thread: t.ID, Op: op, Point: t.Passed()}
	if t.Place != nil {
		e.PC = t.Place()
	}
	if d.OnEvent != nil {
		d.OnEvent(e)
	}
	d.hash.add(e)
	if d.Cut = d.Cut || len(d.Events) == maxEvents; !d.Cut {
		d.Events = append(d.Events, e)
	}
}

// Then makes choose choose once the schedule has ended, instead of the rule.
func (d *Driver) Then(choose func(c *scheduler.Choice, rule int) int) { d.choose = choose }

// Step is the place of a switch in the schedule that the driver follows; -1 when it is not there.
func (d *Driver) Step(s Switch) int { return slices.Index(d.plan, s) }
