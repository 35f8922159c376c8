package main

// This file runs the kernels in testdata/race: under one lock every schedule, and what can come of them; without, that the
// faults are found at once.

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"toylang/scheduler/explore"
	"toylang/vm"
)

var updateRace = flag.Bool("update-race", false, "write testdata/race/OUTCOMES anew")

const raceDir = "../../testdata/race"

// kernel prepares a kernel for exploration.
func kernel(t testing.TB, name, strategy string) *subject {
	t.Helper()
	o := newOptions("toy explore", io.Discard)
	o.words, o.maxSteps = strategy, maxSteps
	s, code := newSubject(o, []string{filepath.Join(raceDir, name+".toy")})
	if s == nil {
		t.Fatal(name, code)
	}
	return s
}

func (s *subject) explorer() *explore.Explorer {
	return &explore.Explorer{Run: s.run, OneLock: s.cfg.Strategy.Lock == vm.LockGIL, Rank: s.rank}
}

// raceAll asks for the kernels with many schedules too.
var raceAll = flag.Bool("race.all", false, "run all schedules of the larger kernels too")

// long are the kernels whose schedules under one lock take some ten seconds each to run all.
var long = map[string]bool{"check_then_act": true, "check_then_act_mended": true, "lock_order": true, "lock_order_mended": true, "double_check": true}

// endless are those that take minutes.
var endless = map[string]bool{"double_check_mended": true, "philosophers": true, "philosophers_mended": true, "aba": true, "missed_signal": true, "missed_signal_mended": true}

// TestExploreOutcomes runs all inequivalent schedules of each kernel under gil and compares how they end, and how many they
// are, with the file OUTCOMES. That account has two outcomes and account_mended one can be seen from the source; the numbers
// of schedules follow the machine's points: a change of the machine may change them, and -update-race writes them anew.
func TestExploreOutcomes(t *testing.T) {
	want := map[string]string{}
	file := filepath.Join(raceDir, "OUTCOMES")
	b, err := os.ReadFile(file)
	if err != nil && !*updateRace {
		t.Fatal(err)
	}
	for _, l := range strings.Split(string(b), "\n") {
		if name, rest, ok := strings.Cut(l, ": "); ok {
			want[name] = rest
		}
	}
	var lines []string
	names, _ := filepath.Glob(filepath.Join(raceDir, "*.toy"))
	for _, n := range names {
		name := strings.TrimSuffix(filepath.Base(n), ".toy")
		if endless[name] || long[name] && !*raceAll && !*updateRace {
			continue
		}
		if testing.Short() && !strings.HasPrefix(name, "account") && name != "order" && name != "copy_drop" {
			continue
		}
		s := kernel(t, name, "gil")
		x := s.explorer()
		seen := map[string]bool{}
		x.Each = func(o explore.Outcome, _ *explore.Trace) bool {
			e := o.Info.(*ending)
			kind := e.kind
			if e.fault != "" && e.grave == graveLost {
				kind = "lost update"
			}
			seen[fmt.Sprintf("%s %q", kind, e.out)] = true
			return true
		}
		x.Limits.Runs = 5000
		sweep := x.Sweep(explore.Unbounded)
		if !sweep.Complete {
			t.Errorf("%s: not complete after %d schedules", name, x.Runs)
		}
		var ends []string
		for k := range seen {
			ends = append(ends, k)
		}
		sort.Strings(ends)
		got := fmt.Sprintf("%d schedules; %s", sweep.Runs, strings.Join(ends, ", "))
		lines = append(lines, name+": "+got)
		if got != want[name] && !*updateRace {
			t.Errorf("%s under gil: %s\nwant %s (go test ./cmd/toy -run ExploreOutcomes -update-race writes it anew)", name, got, want[name])
		}
	}
	if *updateRace {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestExploreFinds: race-directed search shows each kernel's fault within a few schedules, and the fault's schedule, made
// small, shows it again in a machine of its own.
func TestExploreFinds(t *testing.T) {
	for _, c := range []struct {
		name, strategy, fault string
		runs                  int
	}{
		{"account", "gil", "lost update", 3},
		{"account", "perobject", "lost update", 3},
		{"account", "biased", "lost update", 3},
		{"account", "nolock", "", 10},
		{"lock_order", "gil", "deadlock", 5},
		{"lock_order", "atomic", "deadlock", 5},
		{"wakeup", "gil", "deadlock", 5},
		{"wakeup", "perobject", "deadlock", 5},
		{"check_then_act", "gil", "uncaught IndexError", 5},
		{"transfer", "gil", "assertion failed", 5},
		{"double_check", "gil", "assertion failed", 5},
		{"order", "gil", "uncaught TypeError", 5},
		{"aba", "gil", "assertion failed", 10},
		{"iterate", "gil", "uncaught RuntimeError", 5},
		{"missed_signal", "gil", "deadlock", 10},
		{"philosophers", "gil", "deadlock", 200},
		{"copy_drop", "nolock", "use after free", 10},
		{"copy_drop", "perobject --count plain", "use after free", 10},
		{"free_shared", "nolock", "", 20},
		{"free_shared", "perobject --count plain", "", 20},
	} {
		s := kernel(t, c.name, c.strategy)
		x := s.explorer()
		var plan explore.Schedule
		var fault string
		x.Each = func(o explore.Outcome, tr *explore.Trace) bool {
			if o.Fault != "" && o.Info.(*ending).grave > graveData {
				plan, fault = tr.Schedule(), o.Fault
				return false
			}
			return true
		}
		x.Limits.Runs = c.runs
		x.Races(2)
		if fault == "" || !strings.HasPrefix(fault, c.fault) {
			t.Errorf("%s under %s: %q after %d schedules, want %s", c.name, c.strategy, fault, x.Runs, c.fault)
			continue
		}
		small, _, _ := x.Minimise(plan, fault, 200)
		if e := kernel(t, c.name, c.strategy).once(explore.NewDriver(small)); e.fault != fault || len(small) > len(plan) {
			t.Errorf("%s under %s: %v shows %q, want %q", c.name, c.strategy, small, e.fault, fault)
		}
	}
}

// TestExploreMended: the mended kernels show no fault with at most one preemption, whatever the safe strategy.
func TestExploreMended(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(raceDir, "*_mended.toy"))
	for _, n := range names {
		name := strings.TrimSuffix(filepath.Base(n), ".toy")
		for _, strategy := range []string{"gil", "perobject", "biased"} {
			if testing.Short() && strategy != "gil" {
				continue
			}
			if name == "iterate_mended" && strategy != "gil" {
				continue // there list(d) walks the dict step by step, and another thread comes in between
			}
			s := kernel(t, name, strategy)
			x := s.explorer()
			x.Each = func(o explore.Outcome, tr *explore.Trace) bool {
				if o.Fault != "" {
					t.Errorf("%s under %s: %s by %v", name, strategy, o.Fault, tr.Schedule())
				}
				return o.Fault == ""
			}
			x.Limits.Runs = 150
			if testing.Short() {
				x.Limits.Runs = 40
			}
			x.Sweep(1)
			x.Again()
			x.Limits.Runs = x.Runs + 20
			x.PCT(1, 3)
		}
	}
}

// TestExploreDaemons: threads that the end of the program leaves waiting are gone when its machine is closed.
func TestExploreDaemons(t *testing.T) {
	file := filepath.Join(t.TempDir(), "daemon.toy")
	src := "import threading, time\ndef tick():\n    while True:\n        time.sleep(0.01)\nfor i in range(3): threading.Thread(target=tick, daemon=True).start()\ntime.sleep(0.05)\nprint('end')\n"
	if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	o := newOptions("toy explore", io.Discard)
	o.maxSteps = maxSteps
	s, _ := newSubject(o, []string{file})
	closed := true
	s.closed = func(ok bool) { closed = closed && ok }
	x := s.explorer()
	x.Limits.Runs = 20
	x.Each = func(o explore.Outcome, _ *explore.Trace) bool {
		if e := o.Info.(*ending); e.fault != "" || e.out != "end\n" {
			t.Errorf("%s %q", e.fault, e.out)
		}
		return true
	}
	x.Random(1)
	if !closed {
		t.Error("a machine could not be closed")
	}
}

// TestExploreReduced: with equivalent schedules left out, a search sees the outcomes that it sees when it runs every schedule
// with as many preemptions.
func TestExploreReduced(t *testing.T) {
	for _, c := range []struct {
		name, strategy string
		bound          int
		long           bool
	}{
		{"account", "gil", 2, false},
		{"order", "gil", 2, false},
		{"copy_drop", "nolock", 1, false},
		{"wakeup", "gil", 2, true},
		{"transfer", "gil", 2, true},
		{"iterate", "gil", 1, true},
		{"account", "perobject", 1, true},
		{"free_shared", "nolock", 1, true},
	} {
		if testing.Short() && c.long {
			continue
		}
		var seen [2]string
		var runs [2]int
		for i, plain := range []bool{true, false} {
			x := kernel(t, c.name, c.strategy).explorer()
			x.Plain = plain
			set := map[string]bool{}
			x.Each = func(o explore.Outcome, _ *explore.Trace) bool { set[o.Key] = true; return true }
			x.Limits.Runs = 6000
			if s := x.Sweep(c.bound); !s.Complete {
				t.Errorf("%s under %s: not complete after %d schedules", c.name, c.strategy, x.Runs)
			}
			var list []string
			for k := range set {
				list = append(list, fmt.Sprintf("%q", k))
			}
			sort.Strings(list)
			seen[i], runs[i] = strings.Join(list, "\n"), x.Runs
		}
		t.Logf("%s under %s with at most %d preemptions: %d schedules, %d with the equivalent ones left out", c.name, c.strategy, c.bound, runs[0], runs[1])
		if seen[0] != seen[1] {
			t.Errorf("%s under %s: outcomes\n%s\nwant\n%s", c.name, c.strategy, seen[1], seen[0])
		}
	}
}
