package explore

// This file tests the searches on models: threads that are lists of operations on counts, cells and locks, run by goroutines
// under the virtual scheduler. Every way to search must show the same outcomes as plain exhaustive search.

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"toylang/scheduler"
)

// op is a step of a model thread.
type op struct {
	kind byte // 'i' increment and 'd' decrement a count in two steps, 'a' add atomically; 'r' read a cell into the thread's register, 'w' write register+1; 'l' lock, 'u' unlock; 'p' print the register
	at   int
}

// model is a program: what each thread does.
type model [][]op

// run runs the model under a policy and tells what the memory is in the end, and whether it came to a deadlock.
func (m model) run(cfg scheduler.Config) Run {
	return func(p scheduler.Policy) Outcome {
		var counts, cells [4]int
		var out strings.Builder
		dead := false
		c := cfg
		c.OnDeadlock = func(scheduler.Report) { dead = true }
		s := scheduler.NewVirtual(c, p)
		main := &scheduler.Thread{ID: 1}
		main.Prepare()
		s.Attach(main)
		var locks [4]*scheduler.Lock
		for i := range locks {
			locks[i] = s.NewLock(false)
		}
		done := make([]scheduler.Done, len(m))
		threads := make([]*scheduler.Thread, len(m))
		for i := range m {
			t := &scheduler.Thread{ID: uint32(i + 2)}
			t.Prepare()
			threads[i] = t
		}
		for i := range m {
			s.Spawn(threads[i])
			go func(t *scheduler.Thread) {
				s.Attach(t)
				reg := 0
			loop:
				for _, o := range m[i] {
					switch o.kind {
					case 'i', 'd':
						s.Point(t, scheduler.CountLoad, uint64(o.at))
						n := counts[o.at] + 1
						if o.kind == 'd' {
							n -= 2
						}
						s.Point(t, scheduler.CountStore, uint64(o.at))
						counts[o.at] = n
					case 'a':
						s.Point(t, scheduler.CountAdd, uint64(o.at))
						counts[o.at]++
					case 'r':
						s.Point(t, scheduler.CellRead, uint64(o.at))
						reg = cells[o.at]
					case 'w':
						s.Point(t, scheduler.CellWrite, uint64(o.at))
						cells[o.at] = reg + 1
					case 'l':
						if locks[o.at].Acquire(t, -1, "lock") == scheduler.Deadlock {
							break loop
						}
					case 'u':
						_ = locks[o.at].Release(t)
					case 'p':
						s.Point(t, scheduler.Output, 0)
						fmt.Fprintf(&out, "%d:%d ", t.ID, reg)
					}
				}
				done[i].Set(s)
				s.Detach(t)
			}(threads[i])
		}
		for i := range m {
			done[i].Wait(s, main, -1, threads[i])
		}
		return Outcome{Key: fmt.Sprint(counts, cells, out.String(), dead)}
	}
}

// workersOnly is a Run's policy that leaves the main thread out: it spawns all, then waits.
type mainFirst struct{ *Driver }

func (p mainFirst) Pick(c *scheduler.Choice) int {
	for i, t := range c.Runnable {
		if t.ID == 1 {
			return i
		}
	}
	for i, t := range c.Runnable { // to its first point, or to its end, and no further: nothing before matters
		if c.Pending(i).Kind == scheduler.Begin {
			_ = t
			return i
		}
	}
	return p.Driver.Pick(c)
}

func (m model) started(cfg scheduler.Config) Run {
	run := m.run(cfg)
	return func(p scheduler.Policy) Outcome { return run(mainFirst{p.(*Driver)}) }
}

// outcomes runs a search and gives what it saw, and in how many runs.
func outcomes(run Run, plain bool, search func(e *Explorer)) (map[string]int, *Explorer) {
	seen := map[string]int{}
	e := &Explorer{Run: run, Plain: plain}
	e.Each = func(o Outcome, t *Trace) bool {
		seen[o.Key]++
		return true
	}
	search(e)
	return seen, e
}

func keys(m map[string]int) string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

var free = scheduler.Config{Mode: scheduler.Free}

// TestKnownCounts: threads that copy and drop one shared reference (load, store, load, store): the words of their steps are
// the schedules. Two threads, once: C(8,4) = 70; twice: C(16,8) = 12,870; three threads, once: 12!/(4!)³ = 34,650. With
// atomic counts, twice, each thread has four steps: 70 again. How many of them are inequivalent is the number of words in
// which two loads that stand next to each other come in one order only; counted by the hash of each run's end. Atomic adds
// may come in any order as long as nobody frees the object (all 70 would be inequivalent if they might not): one.
func TestKnownCounts(t *testing.T) {
	copyDrop := []op{{'i', 0}, {'d', 0}}
	add := []op{{'a', 0}}
	for _, c := range []struct {
		name          string
		m             model
		plain, unlike int
	}{
		{"k=1", model{copyDrop, copyDrop}, 70, 34},
		{"k=2", model{append(copyDrop, copyDrop...), append(copyDrop, copyDrop...)}, 12870, 3334},
		{"three threads", model{copyDrop, copyDrop, copyDrop}, 34650, 7134},
		{"atomic, k=2", model{append(append(append(add, add...), add...), add...), append(append(append(add, add...), add...), add...)}, 70, 1},
	} {
		if testing.Short() && c.plain > 20000 {
			continue
		}
		ends := map[uint64]bool{}
		e := &Explorer{Run: c.m.started(free), Plain: true}
		e.Each = func(o Outcome, tr *Trace) bool {
			ends[e.driver.hash.sum] = true
			return true
		}
		s := e.Sweep(Unbounded)
		if e.Runs != c.plain || !s.Complete || !s.Unbounded {
			t.Errorf("%s: %d schedules, want %d; %+v", c.name, e.Runs, c.plain, s)
		}
		if len(ends) != c.unlike {
			t.Errorf("%s: %d inequivalent schedules, want %d", c.name, len(ends), c.unlike)
		}
		all, _ := outcomes(c.m.started(free), true, func(e *Explorer) { e.Sweep(Unbounded) })
		some, short := outcomes(c.m.started(free), false, func(e *Explorer) { e.Sweep(Unbounded) })
		if keys(all) != keys(some) {
			t.Errorf("%s: outcomes\n%s\nwant\n%s", c.name, keys(some), keys(all))
		}
		t.Logf("%s: with equivalent states left out %d runs", c.name, short.Runs)
	}
}

// randomModel makes a small program. Locks nest as they come, so it may deadlock.
func randomModel(r *rand.Rand) model {
	m := make(model, 2+r.IntN(2))
	for i := range m {
		left := 5 - len(m)
		for n := 0; n < left; n++ {
			at := r.IntN(2)
			switch r.IntN(5) {
			case 0:
				m[i] = append(m[i], op{"ida"[r.IntN(3)], at})
			case 1:
				m[i] = append(m[i], op{'r', at}, op{'w', at})
			case 2:
				m[i] = append(m[i], op{'r', at}, op{'w', 1 - at})
			case 3:
				m[i] = append(m[i], op{'l', at}, op{'r', 2}, op{'w', 2}, op{'u', at})
			case 4:
				m[i] = append(m[i], op{"pw"[r.IntN(2)], at})
			}
		}
	}
	if r.IntN(3) == 0 { // a chance of deadlock
		m[0] = []op{{'l', 0}, {'l', 1}, {'w', 3}, {'u', 1}, {'u', 0}}
		m[1] = []op{{'l', 1}, {'l', 0}, {'r', 3}, {'u', 0}, {'u', 1}}
	}
	return m
}

// TestSearchesAgree: on random programs, the search that leaves out what is equivalent shows exactly what plain search does:
// unbounded, and for each number of preemptions; random searches show nothing else.
func TestSearchesAgree(t *testing.T) {
	programs := 60
	if testing.Short() {
		programs = 25
	}
	const most = 6000
	for n := 0; n < programs; n++ {
		m := randomModel(rand.New(rand.NewPCG(uint64(n), 77)))
		run := m.started(free)
		limit := func(e *Explorer, s *Sweep, bound int) { e.Limits.Runs = most; *s = e.Sweep(bound) }
		var s Sweep
		all, _ := outcomes(run, true, func(e *Explorer) { limit(e, &s, Unbounded) })
		if s.Complete {
			some, e := outcomes(run, false, func(e *Explorer) { limit(e, &s, Unbounded) })
			if keys(all) != keys(some) || !s.Complete {
				t.Errorf("program %d %v: unbounded, %d runs:\n%s\nwant\n%s", n, m, e.Runs, keys(some), keys(all))
			}
		}
		for bound := 0; bound <= 2; bound++ {
			var p, q Sweep
			want, _ := outcomes(run, true, func(e *Explorer) { limit(e, &p, bound) })
			got, e := outcomes(run, false, func(e *Explorer) { limit(e, &q, bound) })
			if p.Complete && (keys(want) != keys(got) || !q.Complete) {
				t.Errorf("program %d %v: %d preemptions, %d runs:\n%s\nwant\n%s", n, m, bound, e.Runs, keys(got), keys(want))
			}
		}
		for name, search := range map[string]func(e *Explorer){
			"random": func(e *Explorer) { e.Random(1) },
			"pct":    func(e *Explorer) { e.PCT(1, 3) },
			"race":   func(e *Explorer) { e.Races(2) },
		} {
			got, _ := outcomes(run, false, func(e *Explorer) { e.Limits.Runs = 100; search(e) })
			for k := range got {
				if all[k] == 0 && s.Complete {
					t.Errorf("program %d: %s shows %s, which exhaustive search does not", n, name, k)
				}
			}
		}
	}
}

// TestReplay: the switches that a random run made lead another run to the same end.
func TestReplay(t *testing.T) {
	for n := 0; n < 40; n++ {
		m := randomModel(rand.New(rand.NewPCG(uint64(n), 5)))
		var plan Schedule
		var key string
		e := &Explorer{Run: m.run(free), Limits: Limits{Runs: 1}}
		e.Each = func(o Outcome, tr *Trace) bool { plan, key = tr.Schedule(), o.Key; return true }
		e.Random(uint64(n))
		o, tr := e.Follow(plan)
		if o.Key != key || tr.Missed != nil || tr.Schedule().String() != plan.String() {
			t.Errorf("program %d: %s by %v, replayed %s by %v (missed %v)", n, key, plan, o.Key, tr.Schedule(), tr.Missed)
		}
	}
}

// TestMinimise: two increments of which one is lost need a single preemption, whatever else was switched.
func TestMinimise(t *testing.T) {
	m := model{{{'i', 0}, {'i', 1}, {'i', 1}}, {{'i', 0}, {'a', 2}, {'a', 2}}}
	run := m.run(free)
	e := &Explorer{Run: func(p scheduler.Policy) Outcome {
		o := run(p)
		if strings.HasPrefix(o.Key, "[1 ") {
			o.Fault = "lost"
		}
		return o
	}}
	var plan Schedule
	e.Each = func(o Outcome, tr *Trace) bool {
		if o.Fault != "" && len(tr.Schedule()) > len(plan) {
			plan = tr.Schedule()
		}
		return true
	}
	e.Limits.Runs = 200
	e.Random(3)
	if len(plan) < 3 {
		t.Fatalf("random search found %v", plan)
	}
	small, o, runs := e.Minimise(plan, "lost", 500)
	if len(small) != 2 && len(small) != 1 || o.Fault != "lost" { // to the other and, unless it ends there, back
		t.Errorf("%v became %v in %d runs", plan, small, runs)
	}
}
