package main

// This file is toy explore.

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"toylang/scheduler/explore"
	"toylang/vm"
)

// exitUndecided is the exit code of a search that ended before it knew.
const exitUndecided = 4

// defaultTime is how long a search without limits goes on.
const defaultTime = 10 * time.Second

// search is a search as asked for, and what it has found.
type search struct {
	s        *subject
	x        *explore.Explorer
	policy   string
	bound    int
	seed     uint64
	all      bool
	outcomes bool
	out      string
	runs     int
	time     time.Duration

	faults  []*found // one for each kind and place, as they came
	seen    map[string]*found
	stage   string
	proved  explore.Sweep // the widest sweep that was complete
	stopped atomic.Bool   // Ctrl-C
	begin   time.Time
}

// found is an outcome or a fault, and the first run that showed it.
type found struct {
	key   string
	e     *ending
	plan  explore.Schedule
	count int
	stage string
	run   int
}

// policies are the ways to search, in the order in which they are tried.
var policies = []string{"race", "bounded", "pct", "random", "dfs"}

func exploreCmd(args []string) int {
	o := newOptions("toy explore", os.Stderr)
	q := &search{seen: map[string]*found{}, proved: explore.Sweep{Bound: -1}}
	f := o.flags
	for _, n := range []string{"virtual", "timeout", "contention", "ledger", "trace", "cpuprofile", "stats", "heap", "audit", "check", "check-every"} {
		o.refuse(n, "toy explore")
	}
	f.StringVar(&q.policy, "policy", "", "how to search: "+strings.Join(policies, ", ")+" (all, in this order)")
	f.IntVar(&q.bound, "bound", 2, "bounded: the most preemptions; pct: the number of orderings a fault may need, less one")
	f.IntVar(&q.runs, "runs", 0, "end after so many schedules")
	f.DurationVar(&q.time, "time", 0, "end after this time (10s, unless --runs or --all is given)")
	f.BoolVar(&q.all, "all", false, "go on after a fault, and to the end: say what holds in any schedule")
	f.BoolVar(&q.outcomes, "outcomes", false, "list every output and way to end that was seen, with a schedule for each")
	f.IntVar(&o.maxSteps, "max-steps", maxSteps, "cut a run off after so many `points`")
	f.StringVar(&q.out, "out", "", "write the failing schedule to this `file` (the script's name with .schedule)")
	if code := o.parse(args); code >= 0 {
		return code
	}
	if f.NArg() == 0 {
		return usage("explore what? usage: toy explore [FLAGS] FILE [ARG...]")
	}
	q.seed = o.seed
	known := q.policy == ""
	for _, p := range policies {
		known = known || p == q.policy
	}
	switch {
	case !known:
		return usage("unknown --policy %q; there are %s", q.policy, strings.Join(policies, ", "))
	case q.bound < 0:
		return usage("--bound wants a number of preemptions, not %d", q.bound)
	case q.runs < 0:
		return usage("--runs wants a number of schedules, not %d", q.runs)
	case o.maxSteps < 1:
		return usage("--max-steps wants a number of points, not %d", o.maxSteps)
	case q.time < 0:
		return usage("--time wants a time above zero, not %v", q.time)
	}
	var code int
	if q.s, code = newSubject(o, f.Args()); q.s == nil {
		return code
	}
	if q.out == "" {
		q.out = strings.TrimSuffix(filepath.Base(q.s.file), filepath.Ext(q.s.file)) + ".schedule"
	}
	return q.run()
}

// run searches and reports.
func (q *search) run() int {
	q.begin = time.Now()
	if q.time == 0 && q.runs == 0 && !q.all {
		q.time = defaultTime
	}
	q.x = &explore.Explorer{Run: q.s.run, OneLock: q.s.cfg.Strategy.Lock == vm.LockGIL, Each: q.each, Rank: q.s.rank}
	q.x.Limits.Stop = q.stopped.Load
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	go func() {
		<-ch
		signal.Stop(ch) // a second one ends the process
		q.stopped.Store(true)
	}()
	if _, t := q.x.Follow(nil); len(t.Events) == 0 && q.s.crash == "" {
		q.stage = "the only run"
		q.x.Limits.Runs = 1
		q.x.Sweep(0)
		return q.report(true)
	}
	names := policies
	switch {
	case q.policy != "":
		names = []string{q.policy}
	case q.all || q.outcomes: // sampling is for what cannot be run whole
		names = []string{"race", "bounded", "dfs", "pct", "random"}
	}
	for i, name := range names {
		if q.enough() {
			break
		}
		q.share(name, i == len(names)-1)
		q.stage = name
		switch name {
		case "race":
			q.x.Races(2)
		case "bounded":
			q.prove(q.x.Sweep(q.bound))
		case "pct":
			q.x.PCT(q.seed, q.bound+1)
		case "random":
			q.x.Random(q.seed)
		case "dfs":
			q.prove(q.x.Sweep(explore.Unbounded))
		}
		if q.proved.Unbounded && q.proved.Complete {
			break
		}
	}
	return q.report(false)
}

// share gives a stage its part of what is left: half, the last one all. Where nothing limits a sampling stage, it is short.
func (q *search) share(name string, last bool) {
	q.x.Again()
	part := 2
	if last {
		part = 1
	}
	q.x.Limits.Runs = 0
	switch {
	case q.runs > 0:
		q.x.Limits.Runs = q.x.Runs + (q.runs-q.x.Runs+part-1)/part
	case q.time == 0 && (name == "pct" || name == "random"):
		q.x.Limits.Runs = q.x.Runs + 200
	}
	if q.time > 0 {
		left := time.Until(q.begin.Add(q.time))
		q.x.Until = time.Now().Add(left / time.Duration(part))
	}
}

// prove keeps the widest sweep.
func (q *search) prove(s explore.Sweep) {
	if s.Bound > q.proved.Bound || s.Unbounded && s.Complete && !q.proved.Unbounded {
		q.proved = s
	}
}

// found reports that a fault is bad enough to end a search that wants one.
func (q *search) found() bool {
	for _, f := range q.faults {
		if f.e.grave > graveData {
			return true
		}
	}
	return false
}

// enough reports that no further stage is wanted.
func (q *search) enough() bool {
	return q.stopped.Load() || q.s.crash != "" || !q.all && !q.outcomes && (q.found() || len(q.faults) > 0 && q.stage != "race")
}

// each notes a run; false ends the search.
func (q *search) each(o explore.Outcome, t *explore.Trace) bool {
	e, _ := o.Info.(*ending)
	if q.s.crash != "" {
		return false
	}
	note := func(key string) (*found, bool) {
		f := q.seen[key]
		if f == nil && len(q.seen) < maxOutcomes {
			f = &found{key: key, e: e, plan: t.Schedule(), stage: q.stage, run: q.x.Runs}
			q.seen[key] = f
			f.count++
			return f, true
		}
		if f != nil {
			f.count++
			if key[0] == 'o' && len(f.plan) > 0 { // the shortest that came
				if plan := t.Schedule(); len(plan) < len(f.plan) {
					f.plan = plan
				}
			}
		}
		return f, false
	}
	note("o" + o.Key)
	if o.Fault != "" {
		if f, first := note("f" + o.Fault); first {
			q.faults = append(q.faults, f)
		}
	}
	return q.all || q.outcomes || o.Fault == "" || e.grave <= graveData && q.stage == "race"
}

// maxOutcomes bounds what is remembered; maxTold how many faults are told.
const (
	maxOutcomes = 10_000
	maxTold     = 10
)

// report tells the result and gives the exit code.
func (q *search) report(alone bool) int {
	if q.s.crash != "" {
		return reportBug("an exploration", strings.SplitN(q.s.crash, "\n", 2)[0], []byte(q.s.crash))
	}
	took := time.Since(q.begin)
	sort.SliceStable(q.faults, func(i, j int) bool { return q.faults[i].e.grave > q.faults[j].e.grave })
	told := q.faults
	if !q.all && !q.outcomes && len(told) > 1 {
		told = told[:1]
	}
	for i, f := range told {
		if i == maxTold {
			fmt.Printf("… and %d more faults\n", len(told)-i)
			break
		}
		q.tell(i, f)
	}
	if q.outcomes {
		q.tellOutcomes()
	}
	rate := ""
	if s := took.Seconds(); s >= 1 {
		rate = fmt.Sprintf(", %.0f a second", float64(q.x.Runs)/s)
	}
	size := fmt.Sprintf("%s%s", plural(q.x.Runs, "schedule"), rate)
	under := "under " + q.s.cfg.Strategy.String()
	switch {
	case len(q.faults) > 0:
		more := ""
		if n := len(q.faults) - 1; n > 0 {
			more = fmt.Sprintf(" (and %s)", plural(n, "other fault"))
		}
		fmt.Printf("SUMMARY: %s in %s %s%s; %s\n", q.faults[0].e.fault, q.s.file, under, more, size)
		return vm.ExitFaults
	case alone:
		fmt.Printf("SUMMARY: no fault in %s %s: the program starts no thread, so this run is all there is\n", q.s.file, under)
		return 0
	case q.proved.Complete && q.proved.Unbounded:
		fmt.Printf("SUMMARY: no fault in any schedule of %s %s; %s%s\n", q.s.file, under, plural(q.proved.Runs, "inequivalent schedule"), rate)
		return 0
	}
	why := ""
	if q.x.Limited > 0 {
		why = fmt.Sprintf("; %s cut off at the step limit", plural(q.x.Limited, "run"))
	}
	if q.stopped.Load() {
		why += "; interrupted"
	}
	if q.proved.Bound >= 0 {
		fmt.Printf("SUMMARY: no fault in any schedule of %s with at most %s %s; %s%s\n", q.s.file, plural(q.proved.Bound, "preemption"), under, size, why)
		if q.proved.Bound >= q.bound && !q.all && !q.stopped.Load() {
			return 0
		}
		return exitUndecided
	}
	fmt.Printf("SUMMARY: undecided: no fault seen in %s %s; %s%s. More: --time, --runs, --bound 1\n", q.s.file, under, size, why)
	return exitUndecided
}

// tell minimises a fault, explains it and writes its schedule.
func (q *search) tell(i int, f *found) {
	plan, e := f.plan, f.e
	runs := 0
	if small, o, n := q.x.Minimise(f.plan, e.fault, 200); o.Info != nil {
		plan, e, runs = small, o.Info.(*ending), n
	}
	how := fmt.Sprintf("found by %s search in schedule %d", f.stage, f.run)
	if f.stage == "the only run" {
		how = "found in the only run"
	}
	if runs > 1 {
		how += fmt.Sprintf(", reduced from %d to %s in %s", len(f.plan), plural(len(plan), "switch"), plural(runs, "run"))
	}
	fmt.Printf("%s under %s (%s)\n", e.fault, q.s.cfg.Strategy, how)
	notes := q.story(plan, e)
	name := q.out
	if i > 0 {
		name = strings.TrimSuffix(name, ".schedule") + fmt.Sprintf("-%d.schedule", i+1)
	}
	file := &explore.File{Program: q.s.file, Args: q.s.cfg.Args[1:], Hash: q.s.code.Digest(), Strategy: q.s.cfg.Strategy.String(), Fault: e.fault, Switches: plan, Notes: notes}
	if err := writeSchedule(name, file); err != nil {
		fmt.Printf("the schedule could not be written (%v); it is: %s\n\n", err, plan)
		return
	}
	fmt.Printf("replay: toy replay %s\n\n", name)
}

func writeSchedule(name string, f *explore.File) error {
	w, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := f.Write(w); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}

// tellOutcomes lists what was seen, the most frequent first.
func (q *search) tellOutcomes() {
	var list []*found
	for k, f := range q.seen {
		if k[0] == 'o' {
			list = append(list, f)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].run != list[j].run {
			return list[i].run < list[j].run
		}
		return list[i].key < list[j].key
	})
	whole := "seen"
	if q.proved.Complete && q.proved.Unbounded {
		whole = "there are no others"
	}
	fmt.Printf("%s (%s):\n", plural(len(list), "outcome"), whole)
	for _, f := range list {
		kind, out, _ := strings.Cut(f.key[1:], "\x00")
		plan := f.plan.String()
		if plan == "" {
			plan = "no switch"
		}
		fmt.Printf("  %6d×  %-24s %-30s by %s\n", f.count, kind, quoteShort(out, 200), plan)
	}
}

// quoteShort quotes a text, cut to n bytes.
func quoteShort(s string, n int) string {
	if len(s) <= n {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q… (%d bytes)", s[:n], len(s))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "ch") {
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
