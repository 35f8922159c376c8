package explore

// This file reduces a failing schedule to few switches.

import "sort"

// Minimise looks for a schedule of fewest switches under which the run still fails as fault says: delta debugging (Zeller and
// Hildebrandt 2002), then single switches, then pairs, then switches that come later in their thread. It makes at most
// budget runs and gives the switches that the best run really made, and its outcome.
func (e *Explorer) Minimise(plan Schedule, fault string, budget int) (Schedule, Outcome, int) {
	runs := 0
	var best Outcome
	try := func(s Schedule) (Schedule, bool) {
		if runs >= budget || e.Stop != nil && e.Stop() {
			return nil, false
		}
		runs++
		o, t := e.Follow(s)
		if o.Fault != fault {
			return nil, false
		}
		if made := t.Schedule(); len(made) <= len(plan) {
			best = o
			return made, true
		}
		return nil, false
	}
	ok := false
	if plan, ok = keep(plan, try); !ok {
		return plan, best, runs
	}
	for parts := 2; len(plan) > 0; {
		size := (len(plan) + parts - 1) / parts
		reduced := false
		for from := 0; from < len(plan); from += size {
			s, ok := try(plan.without(func(i int) bool { return from <= i && i < from+size }))
			if ok && len(s) < len(plan) {
				plan, parts, reduced = s, max(parts-1, 2), true
				break
			}
		}
		if !reduced {
			if size == 1 {
				break
			}
			parts = min(parts*2, len(plan))
		}
	}
	for again := true; again; {
		again = false
		for _, drop := range pairsOf(len(plan)) {
			if s, ok := try(plan.without(func(i int) bool { return i == drop[0] || i == drop[1] })); ok && len(s) < len(plan) {
				plan, again = s, true
				break
			}
		}
	}
	if len(plan) > 0 { // the last word is a run of exactly this schedule
		if o, _ := e.Follow(plan); o.Fault == fault {
			best = o
			runs++
		}
	}
	return plan, best, runs
}

// keep tries the plan as it is.
func keep(plan Schedule, try func(Schedule) (Schedule, bool)) (Schedule, bool) {
	if s, ok := try(plan); ok {
		return s, true
	}
	return plan, false
}

// pairsOf lists the pairs of n places, those near each other first.
func pairsOf(n int) (out [][2]int) {
	for i := 0; i < n; i++ {
		for j := i + 1; j < n; j++ {
			out = append(out, [2]int{i, j})
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a][1]-out[a][0] < out[b][1]-out[b][0] })
	return out
}
