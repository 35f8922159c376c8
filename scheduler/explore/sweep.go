package explore

// This file enumerates schedules by depth-first search, bounded by the number of preemptions or not at all.

// Unbounded is the bound of a search that is not bounded.
const Unbounded = 1 << 30

// visit is a choice at a state.
type visit struct {
	state uint64
	to    uint32
}

// node is a schedule to be run.
type node struct {
	plan Schedule
	used int // preemptions in it
	last visit
}

// maxVisits bounds the memory of a sweep: what is visited beyond it is not remembered, and perhaps visited again.
// maxNodes bounds the schedules that wait for the next number of preemptions.
const (
	maxVisits = 4 << 20
	maxNodes  = 1 << 20
)

// Sweep is the result of a search through all schedules.
type Sweep struct {
	Complete  bool // nothing was left out within the bound
	Unbounded bool // the bound left nothing out
	Runs      int  // schedules run, all inequivalent ones among them
	Bound     int  // the number of preemptions up to which it is complete; -1: none
}

// Sweep runs the schedules with at most bound preemptions: first those without, then those with one, and so on. Without
// Plain it leaves out those that are equivalent to others: preemptions before what no other thread touches, and choices at
// states that have been seen. Both rest on what threads touch as far as runs have shown; when a run shows more, all begins
// again. States are compared by a 64-bit hash.
func (e *Explorer) Sweep(bound int) (res Sweep) {
	for {
		e.grown = false
		before := e.Runs
		res = e.sweepOnce(bound)
		res.Runs = e.Runs - before
		if !res.Complete || e.Plain || !e.grown {
			return res
		}
	}
}

func (e *Explorer) sweepOnce(bound int) Sweep {
	seen := map[visit]struct{}{}
	res := Sweep{Bound: -1, Unbounded: true}
	whole := true // no node was dropped
	limited := e.Limited
	now, later := []node{{}}, []node(nil)
	for level := 0; len(now) > 0; level++ {
		for len(now) > 0 {
			if e.over() {
				return res
			}
			n := now[len(now)-1]
			now = now[:len(now)-1]
			if _, was := seen[n.last]; was && len(n.plan) > 0 { // by another way, since it was put here
				continue
			}
			if !e.run(n.plan, nil) {
				return res
			}
			if len(n.plan) == 0 { // nothing has been left out yet
				e.grown = false
			}
			e.expand(n, seen, func(child node) {
				switch {
				case child.used > bound:
					res.Unbounded = false
				case bound == Unbounded || child.used == n.used:
					now = append(now, child)
				case len(later) < maxNodes:
					later = append(later, child)
				default:
					whole = false
				}
			})
		}
		if whole && e.Limited == limited {
			res.Bound = level
		}
		if e.grown && !e.Plain { // what was left out so far may matter
			res.Complete = whole && e.Limited == limited
			res.Bound = -1
			return res
		}
		now, later = later, nil
	}
	if whole && e.Limited == limited {
		res.Complete, res.Bound = true, bound
	}
	return res
}

// expand gives the schedules that follow on the run just made: it and one switch more, behind its last.
func (e *Explorer) expand(n node, seen map[visit]struct{}, add func(node)) {
	ds := e.driver.Decisions
	from := -1 // the decision at which the plan's last switch was made
	if len(n.plan) > 0 {
		last := n.plan[len(n.plan)-1]
		for i := range ds {
			if ds[i].Thread == last.Thread && ds[i].Point == last.Point {
				from = i
				break
			}
		}
		if from < 0 {
			return
		}
	}
	var visible []bool
	if !e.Plain {
		visible = e.visible()
	}
	for i := max(from, 0); i < len(ds); i++ {
		d := &ds[i]
		if !e.Plain {
			k := visit{d.State, d.Chosen}
			if _, was := seen[k]; was {
				return
			}
			if len(seen) < maxVisits {
				seen[k] = struct{}{}
			}
		}
		if i == from || !e.Plain && !d.Free && !visible[i] {
			continue
		}
		for j := len(d.Runnable) - 1; j >= 0; j-- {
			to := d.Runnable[j]
			if to == d.Chosen || d.Slice && to == d.Thread {
				continue
			}
			if !e.Plain {
				if _, was := seen[visit{d.State, to}]; was {
					continue
				}
			}
			child := node{n.plan.with(d.switched(to)), n.used, visit{d.State, to}}
			if d.preempts(to) {
				child.used++
			}
			add(child)
		}
	}
}
