package main

// This file measures time: one thread against CPython, the strategies against each other, two threads against one.

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// single is toy under gil against CPython.
func (l *lab) single() error {
	fmt.Fprintf(&l.out, "| program | CPython, s | toy / CPython |\n| --- | --- | --- |\n")
	var all []float64
	for _, f := range programs() {
		r, base, err := l.compare(f, []string{l.python}, []string{l.toy, "run"})
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.out, "| %s | %.3f | %s |\n", name(f), median(base), spread(r[1]))
		all = append(all, median(r[1]))
	}
	fmt.Fprintf(&l.out, "| **geometric mean** | | **%.2f** |\n", geomean(all))
	return nil
}

// priced are the strategies whose time is compared with gil's.
var priced = []string{"nolock", "biased", "biased --elide-locks off", "traced", "atomic", "perobject", "ticks"}

// price is every strategy against gil.
func (l *lab) price() error {
	cmds := [][]string{{l.toy, "run", "--strategy", "gil"}}
	head, rule := "| program |", "| --- |"
	for _, s := range priced {
		cmds = append(cmds, append([]string{l.toy, "run", "--strategy"}, strings.Fields(s)...))
		head, rule = head+" "+s+" |", rule+" --- |"
	}
	fmt.Fprintf(&l.out, "Time under each strategy to time under `gil`.\n\n%s\n%s\n", head, rule)
	all := make([][]float64, len(cmds))
	for _, f := range programs() {
		r, _, err := l.compare(f, cmds...)
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.out, "| %s |", name(f))
		for i := 1; i < len(cmds); i++ {
			fmt.Fprintf(&l.out, " %s |", spread(r[i]))
			all[i] = append(all[i], median(r[i]))
		}
		fmt.Fprintln(&l.out)
	}
	fmt.Fprintf(&l.out, "| **geometric mean** |")
	for i := 1; i < len(cmds); i++ {
		fmt.Fprintf(&l.out, " **%.2f** |", geomean(all[i]))
	}
	fmt.Fprintln(&l.out)
	return nil
}

// scaled are the strategies under which two threads are compared with one.
var scaled = []string{"gil", "biased", "biased --defer off", "traced", "atomic", "perobject"}

// scaling is the rate of two threads together over the rate of one, case by case.
func (l *lab) scaling() error {
	var cases []string
	got := map[string]map[string][]float64{}
	for _, s := range scaled {
		got[s] = map[string][]float64{}
		for n := 0; n < max(l.runs/2, 1); n++ {
			args := append([]string{"run", "--strategy"}, strings.Fields(s)...)
			out, err := exec.Command(l.toy, append(args, "testdata/bench/scaling/scale.py", "all", "2")...).Output()
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			fmt.Fprint(os.Stderr, ".")
			for _, line := range strings.Split(string(out), "\n") {
				var c string
				var one, many, scale float64
				if k, _ := fmt.Sscanf(line, "CASE %s RATE1 %g RATEN %g SCALE %g", &c, &one, &many, &scale); k != 4 {
					continue
				}
				if got[s][c] == nil && s == scaled[0] {
					cases = append(cases, c)
				}
				got[s][c] = append(got[s][c], many/one)
			}
		}
	}
	fmt.Fprintln(os.Stderr)
	fmt.Fprintf(&l.out, "Rate of two threads together to the rate of one, both doing the same work (`testdata/bench/scaling/scale.py`).\n\n| case |")
	for _, s := range scaled {
		fmt.Fprintf(&l.out, " %s |", s)
	}
	fmt.Fprintf(&l.out, "\n| --- |%s\n", strings.Repeat(" --- |", len(scaled)))
	for _, c := range cases {
		fmt.Fprintf(&l.out, "| %s |", c)
		for _, s := range scaled {
			if len(got[s][c]) == 0 {
				return fmt.Errorf("%s has no %s", s, c)
			}
			fmt.Fprintf(&l.out, " %s |", spread(got[s][c]))
		}
		fmt.Fprintln(&l.out)
	}
	return nil
}
