package main

// This file is toy replay.

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"toylang/scheduler"
	"toylang/scheduler/explore"
)

func replayCmd(args []string) int {
	o := newOptions("toy replay", os.Stderr)
	onward := o.flags.Bool("continue", false, "behind the schedule's end, choose at random (--seed) instead of letting each thread go on")
	o.flags.IntVar(&o.maxSteps, "max-steps", maxSteps, "cut the run off after so many `points`")
	for _, n := range strategyFlags {
		o.refuse(n, "toy replay, as the schedule names the strategy")
	}
	for _, n := range []string{"virtual", "timeout", "contention", "ledger", "trace", "cpuprofile", "stats", "heap", "audit", "check", "check-every"} {
		o.refuse(n, "toy replay")
	}
	if code := o.parse(args); code >= 0 {
		return code
	}
	rest := o.flags.Args()
	if len(rest) == 0 || len(rest) > 2 {
		return usage("replay what? usage: toy replay [--continue] FILE.schedule [SCRIPT]")
	}
	r, err := os.Open(rest[0])
	if err != nil {
		return usage("cannot open the schedule: %v", err)
	}
	f, err := explore.ReadFile(r)
	r.Close()
	if err != nil {
		return usage("%s: %v", rest[0], err)
	}
	program := f.Program
	if len(rest) == 2 {
		program = rest[1]
	}
	if err := o.useStrategy(f.Strategy); err != nil {
		return usage("%s: strategy: %v", rest[0], err)
	}
	s, code := newSubject(o, append([]string{program}, f.Args...))
	if s == nil {
		return code
	}
	changed := s.code.Digest() != f.Hash
	if changed {
		fmt.Fprintf(os.Stderr, "toy: the code of %s is not what %s was made for (its hash is %s, not %s): the run may differ\n", program, rest[0], s.code.Digest(), f.Hash)
	}
	d := explore.NewDriver(f.Switches)
	var p scheduler.Policy = d
	if *onward {
		d.Then(onwards(o.seed))
	}
	e := s.once(p)
	d.Done()
	if s.crash != "" {
		return reportBug("a replay", strings.SplitN(s.crash, "\n", 2)[0], []byte(s.crash))
	}
	os.Stdout.WriteString(e.out)
	os.Stderr.WriteString(e.err)
	for _, l := range e.lines {
		fmt.Fprintln(os.Stderr, l)
	}
	if d.Missed != nil {
		fmt.Fprintf(os.Stderr, "toy: the run differs from the schedule at step %d of %d: thread %d, point %d, to thread %d did not come about\n",
			d.Step(*d.Missed)+1, len(f.Switches), d.Missed.Thread, d.Missed.Point, d.Missed.To)
		return 2
	}
	switch {
	case e.fault != "":
		fmt.Fprintf(os.Stderr, "SUMMARY: %s, replayed under %s\n", e.fault, s.cfg.Strategy)
		return 3
	case e.limited:
		return 5
	case f.Fault != "" && !*onward:
		fmt.Fprintf(os.Stderr, "toy: the schedule was followed to its end, and the run does not show: %s\n", f.Fault)
	}
	return e.exit
}

// onwards chooses at random, with few switches.
func onwards(seed uint64) func(c *scheduler.Choice, rule int) int {
	r := rand.New(rand.NewPCG(seed, 0x9E3779B97F4A7C15))
	return func(c *scheduler.Choice, rule int) int {
		if c.Current >= 0 && r.Float64() >= 0.1 {
			return rule
		}
		return r.IntN(len(c.Runnable))
	}
}
