package explore

// This file is race-directed search: the happens-before order of one run proposes where to preempt.

import (
	"fmt"
	"sort"

	"toylang/scheduler"
)

// clock is a vector clock (Mattern 1989), by thread ID.
type clock []int32

func (c *clock) at(t uint32) int32 {
	if int(t) < len(*c) {
		return (*c)[t]
	}
	return 0
}

func (c *clock) set(t uint32, n int32) {
	for int(t) >= len(*c) {
		*c = append(*c, 0)
	}
	(*c)[t] = n
}

func (c *clock) join(o clock) {
	for t, n := range o {
		if n > c.at(uint32(t)) {
			c.set(uint32(t), n)
		}
	}
}

// order follows the happens-before order of a run: what starting, ending and joining order, and where asked toy-level locks
// and objects' locks.
type order struct {
	objects bool
	locks   bool
	threads map[uint32]*clock
	syncs   map[addr]*clock
}

func newOrder(locks, objects bool) *order {
	return &order{locks: locks, objects: objects, threads: map[uint32]*clock{}, syncs: map[addr]*clock{}}
}

func (o *order) of(t uint32) *clock {
	c := o.threads[t]
	if c == nil {
		c = &clock{}
		c.set(t, 1)
		o.threads[t] = c
	}
	return c
}

func (o *order) sync(a addr) *clock {
	c := o.syncs[a]
	if c == nil {
		c = &clock{}
		o.syncs[a] = c
	}
	return c
}

// step takes an event in and gives its thread's clock.
func (o *order) step(e *Event) *clock {
	c := o.of(e.Thread)
	release := func(a addr) {
		o.sync(a).join(*c)
		c.set(e.Thread, c.at(e.Thread)+1)
	}
	switch where, _ := target(e.Op); e.Op.Kind {
	case scheduler.Spawn:
		o.of(uint32(e.Op.Addr)).join(*c)
		c.set(e.Thread, c.at(e.Thread)+1)
	case scheduler.End:
		release(where)
	case scheduler.Join:
		c.join(*o.sync(where))
	case scheduler.LockGive:
		if o.locks {
			release(where)
		}
	case scheduler.LockTake, scheduler.Wake:
		if o.locks {
			c.join(*o.sync(where))
		}
	case scheduler.ObjLock:
		if o.objects {
			c.join(*o.sync(where))
		}
	case scheduler.ObjUnlock:
		if o.objects {
			release(where)
		}
	}
	return c
}

// before reports that what thread t did at its time n happened before a moment.
func (c *clock) before(t uint32, n int32) bool { return n <= c.at(t) }

// past is an access that was made.
type past struct {
	event int
	time  int32
	write bool
	locks uint64 // held, as a set
}

// pair is two accesses to the same address that nothing orders, the first of which the run made first.
type pair struct{ first, second int }

// maxPairs bounds the proposals of one run.
const maxPairs = 2000

// lockBit is a lock's place in a set; two locks may share one, which hides a race between what they guard.
func lockBit(number uint64) uint64 { return 1 << (mix(number) & 63) }

// races finds pairs of accesses that could perhaps come in the other order, one for each two places in the code: starting and
// joining does not order them, and no toy-level lock is held at both (Savage et al., "Eraser", 1997). That the one happened to
// give back a lock that the other took later does not count: it might have come the other way round.
func (e *Explorer) races(t *Trace) (out []pair) {
	o := newOrder(false, false)
	held := map[uint32]uint64{}
	byAddr := map[addr]map[uint32][]past{}
	type sign struct {
		a, b   uint32
		ka, kb scheduler.PointKind
		ta, tb uint32
	}
	known := map[sign]bool{}
	for i := range t.Events {
		ev := &t.Events[i]
		where, write := target(ev.Op)
		take := ev.Op.Kind == scheduler.LockTake
		mine := o.step(ev)
		if ev.Op.Kind == scheduler.LockGive {
			held[ev.Thread] &^= lockBit(ev.Op.Addr)
		}
		if where.space == cells || where.space == toyLocks && take || where.space == counts && !e.OneLock {
			all := byAddr[where]
			if all == nil {
				all = map[uint32][]past{}
				byAddr[where] = all
			}
			for _, thread := range sortedKeys(all) {
				for _, p := range all[thread] {
					if thread == ev.Thread || !p.write && !write || p.locks&held[ev.Thread] != 0 || mine.before(thread, p.time) || len(out) >= maxPairs {
						continue
					}
					f := &t.Events[p.event]
					if f.Op.Kind == scheduler.CountAdd && ev.Op.Kind == scheduler.CountAdd {
						continue
					}
					if s := (sign{f.PC, ev.PC, f.Op.Kind, ev.Op.Kind, f.Thread, ev.Thread}); !known[s] {
						known[s] = true
						out = append(out, pair{p.event, i})
					}
				}
			}
			own := append(all[ev.Thread], past{i, mine.at(ev.Thread), write, held[ev.Thread]})
			if len(own) > 8 { // the first and the latest
				own = append(own[:4], own[5:]...)
			}
			all[ev.Thread] = own
		}
		if take {
			held[ev.Thread] |= lockBit(ev.Op.Addr)
		}
	}
	return out
}

func sortedKeys(m map[uint32][]past) []uint32 {
	out := make([]uint32, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// choice reports that the policy is asked before an operation.
func (e *Explorer) choice(k scheduler.PointKind) bool {
	if e.OneLock {
		return k == scheduler.Breaker
	}
	return k <= scheduler.Breaker || k == scheduler.LockTake || k == scheduler.LockGive || k == scheduler.Output
}

// proposal says how to reverse a race: follow the switches, keep the first thread from going on at its point, and run the
// second until it has passed a point of its own.
type proposal struct {
	prefix        Schedule
	first, second uint32
	hold          int // point of the first thread
	until         int // point of the second at which the first goes on; -1: when it must
	rank          int
}

// chooser carries the proposal out behind its prefix. While the first thread is held, the second runs wherever it can, else
// another: perhaps the one that is to start it.
func (p proposal) chooser() func(c *scheduler.Choice, rule int) int {
	held, over := false, false
	return func(c *scheduler.Choice, rule int) int {
		id := func(i int) uint32 { return c.Runnable[i].ID }
		asked, point := c.Asked.ID, c.Points()
		held = held || asked == p.first && point == p.hold
		if !held || over {
			return rule
		}
		if over = p.until >= 0 && asked == p.second && point >= p.until; over {
			for i := range c.Runnable {
				if id(i) == p.first {
					return i
				}
			}
			return rule
		}
		for i := range c.Runnable {
			if id(i) == p.second {
				return i
			}
		}
		if id(rule) != p.first {
			return rule
		}
		for i := range c.Runnable {
			if id(i) != p.first {
				return i
			}
		}
		return rule
	}
}

// Races runs the program as it is, and then for each pair of accesses that nothing orders the other way round: the first
// thread is preempted before its access and the second runs through its own; then the first goes on, or the second does. It
// reports whether it came to its end. What those runs show is followed up likewise for as long as limits allow, but no more
// than rounds times.
func (e *Explorer) Races(rounds int) bool {
	tried := map[string]bool{}
	if e.over() || !e.run(nil, nil) {
		return false
	}
	queue := e.proposals(&e.driver.Trace)
	for round := 1; round <= rounds && len(queue) > 0; round++ {
		var found []proposal
		for _, p := range queue {
			if k := fmt.Sprint(p); tried[k] || len(tried) >= maxNodes {
				continue
			} else {
				tried[k] = true
			}
			if e.over() || !e.run(p.prefix, p.chooser()) {
				return false
			}
			if round < rounds && len(found) < maxPairs {
				found = append(found, e.proposals(&e.driver.Trace)...)
			}
		}
		queue = found
	}
	return true
}

// sections gives for each event the first event of the critical section of objects' locks that it stands in, and the last;
// itself outside of one. In the midst of one a preemption brings nothing but a wait.
func sections(t *Trace) (first, last []int) {
	first, last = make([]int, len(t.Events)), make([]int, len(t.Events))
	held, from := map[uint32]map[uint64]bool{}, map[uint32]int{}
	for i := range t.Events {
		e := &t.Events[i]
		h := held[e.Thread]
		if e.Op.Kind == scheduler.ObjLock {
			if h == nil {
				h = map[uint64]bool{}
				held[e.Thread] = h
			}
			if len(h) == 0 {
				from[e.Thread] = i
			}
			h[e.Op.Addr] = true
		}
		first[i], last[i] = i, i
		if len(h) > 0 {
			first[i] = from[e.Thread]
		}
		if e.Op.Kind == scheduler.ObjUnlock {
			delete(h, e.Op.Addr)
		}
	}
	end := map[[2]uint32]int{} // of the section of a thread that begins at
	for i := len(t.Events) - 1; i >= 0; i-- {
		k := [2]uint32{t.Events[i].Thread, uint32(first[i])}
		if _, ok := end[k]; !ok {
			end[k] = i
		}
		last[i] = end[k]
	}
	return first, last
}

// proposals are the ways to reverse a run's races, the most promising first.
func (e *Explorer) proposals(t *Trace) (out []proposal) {
	made := t.Schedule()
	begins, ends := sections(t)
	for _, r := range e.races(t) {
		a, b := &t.Events[r.first], &t.Events[r.second]
		rank := 0
		if e.Rank != nil {
			rank = e.Rank(a.PC) + e.Rank(b.PC)
		}
		i := begins[r.first]
		for i >= 0 && !(t.Events[i].Thread == a.Thread && e.choice(t.Events[i].Op.Kind)) {
			i--
		}
		if i < 0 {
			continue
		}
		var prefix Schedule // the switches that the run made before
		for _, s := range made {
			if k := t.eventOf(s); k >= 0 && k <= i {
				prefix = append(prefix, s)
			}
		}
		p := proposal{prefix, a.Thread, b.Thread, t.Events[i].Point, -1, rank*2 + 1}
		j := ends[r.second] + 1
		for j < len(t.Events) && !(t.Events[j].Thread == b.Thread && e.choice(t.Events[j].Op.Kind)) {
			j++
		}
		if j < len(t.Events) {
			back := p
			back.until, back.rank = t.Events[j].Point, rank*2
			out = append(out, back)
		}
		out = append(out, p)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].rank < out[j].rank })
	return out
}

// eventOf is the first event behind a switch that the run made; -1 when it made none there.
func (t *Trace) eventOf(s Switch) int {
	for i := range t.Decisions {
		if d := &t.Decisions[i]; d.Thread == s.Thread && d.Point == s.Point {
			return d.Event
		}
	}
	return -1
}
