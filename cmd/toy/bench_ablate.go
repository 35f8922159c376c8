package main

// This file is toy bench --ablate: what each ingredient of PEP 703 buys and costs on a program.

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// ablations are biased without one ingredient at a time, then what is left when several go together.
var ablations = []struct{ strategy, without string }{
	{"biased", "all of it"},
	{"biased --defer off", "without deferral: what threads share is counted in one place"},
	{"biased --lockfree-reads off", "without lock-free reads: reading takes the object's lock"},
	{"biased --elide-locks off", "without elision: a lone thread locks too"},
	{"biased --defer off --lockfree-reads off", "owner-biased counts alone"},
	{"atomic", "without owner-biased counts, and so without the two others: every count an atomic add"},
	{"perobject", "and counts under a bit of the object's header"},
	{"gil", "one lock instead of one in every object"},
}

// ablationStrategies is the list for --strategy.
func ablationStrategies() string {
	var names []string
	for _, a := range ablations {
		names = append(names, a.strategy)
	}
	return strings.Join(names, ",")
}

// writeAblation prints for each program how fast it is with each set of ingredients: with one thread (what they cost) and
// with the largest number of threads (what they buy), as rates and as ratios to the first row's.
func writeAblation(out io.Writer, rows []benchRow) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].File == rows[0].File && rows[n].Setting == rows[0].Setting {
			n++
		}
		ablationTable(out, rows[:n])
		if rows = rows[n:]; len(rows) > 0 {
			fmt.Fprintln(out)
		}
	}
}

func ablationTable(out io.Writer, rows []benchRow) {
	one, many, threads := map[string]benchRow{}, map[string]benchRow{}, 1
	for _, r := range rows {
		if r.Threads == 1 {
			one[r.Strategy] = r
		}
		if r.Threads >= threads {
			many[r.Strategy], threads = r, r.Threads
		}
	}
	fmt.Fprintf(out, "%s: median of %d (lowest..highest); × is the ratio to the first row\n", rows[0].File, rows[0].Runs)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "strategy\t1 thread\t×\t%d threads\t×\tscaling\t\n", threads)
	base := ablations[0].strategy
	for _, a := range ablations {
		r, ok := one[a.strategy]
		if !ok {
			continue
		}
		m := many[a.strategy]
		scale := "-"
		if m.Scaling > 0 {
			scale = fmt.Sprintf("%.2f", m.Scaling)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.strategy, rateSpread(r), ratio(r.Rate, one[base].Rate), rateSpread(m), ratio(m.Rate, many[base].Rate), scale, a.without)
	}
	w.Flush()
}

func rateSpread(r benchRow) string {
	if r.Runs == 0 {
		return "-"
	}
	return siRate(r.Rate) + " (" + siRate(r.Low) + ".." + siRate(r.High) + ")"
}

func ratio(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", a/b)
}
