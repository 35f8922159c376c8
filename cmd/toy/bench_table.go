package main

// This file prints what toy bench measured: tables, CSV, Go's benchmark format.

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
)

// writeTables prints the rows; rows whose columns differ stand in tables of their own, with what the program shows above.
func writeTables(out io.Writer, rows []benchRow) {
	shape := func(r benchRow) string {
		s := strings.Join(r.names, " ")
		if r.Setting != "" || s != "" {
			s += " " + r.File + " " + r.Setting[:strings.IndexByte(r.Setting+"=", '=')]
		}
		return s
	}
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && (shape(rows[to]) == shape(rows[from]) || rows[to].Runs == 0 && rows[to].File == rows[from].File) {
			to++
		}
		if from > 0 {
			fmt.Fprintln(out)
		}
		if r := rows[from]; r.what != "" && r.File == rows[to-1].File {
			fmt.Fprintf(out, "%s: %s\n", filepath.Base(r.File), r.what)
		}
		writeTable(out, rows[from:to])
		from = to
	}
}

// writeTable prints rows of the same columns.
func writeTable(out io.Writer, rows []benchRow) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	names := figureNames(rows)
	setting, _, swept := strings.Cut(rows[0].Setting, "=")
	fmt.Fprint(w, "file\tstrategy\t")
	if swept {
		fmt.Fprint(w, setting, "\t")
	}
	fmt.Fprint(w, "threads\tops/s (median)\tspread\tscaling\tresult\twaits\tlost\tleaked\tfreed early\t")
	for _, n := range names {
		fmt.Fprint(w, n, "\t")
	}
	fmt.Fprintln(w)
	for _, r := range rows {
		result := "right"
		if !r.Right {
			result = "WRONG"
		}
		if r.Error != "" {
			result += ": " + r.Error
		}
		scale := "-"
		if r.Scaling > 0 {
			scale = fmt.Sprintf("%.2f", r.Scaling)
		}
		middle, spread := "-", "-"
		if r.Runs > 0 {
			middle, spread = siRate(r.Rate), siRate(r.Low)+".."+siRate(r.High)
		}
		fmt.Fprintf(w, "%s\t%s\t", filepath.Base(r.File), r.Strategy)
		if swept {
			fmt.Fprint(w, r.Setting[len(setting)+1:], "\t")
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t", r.Threads, middle, spread, scale, result, r.Waits, r.Lost, r.Leaked, r.Early)
		for _, n := range names {
			fmt.Fprint(w, r.figure(n, "-"), "\t")
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// figure writes a figure with three or more digits; none where the row has no such figure.
func (row *benchRow) figure(name, none string) string {
	x, ok := row.Figures[name]
	switch {
	case !ok:
		return none
	case x >= 100 || x <= -100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// figureNames are the names of the rows' figures in the order in which they come.
func figureNames(rows []benchRow) (names []string) {
	seen := map[string]bool{}
	for _, r := range rows {
		for _, n := range r.names {
			if !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	return names
}

// writeCSV prints all rows in one table: the figures of all programs are its last columns.
func writeCSV(out io.Writer, rows []benchRow) {
	w := csv.NewWriter(out)
	names := figureNames(rows)
	_ = w.Write(append([]string{"file", "strategy", "threads", "runs", "ops_per_second", "low", "high", "scaling", "right", "waits", "count_updates_lost", "leaked", "freed_early", "setting"}, names...))
	g := func(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
	for _, r := range rows {
		line := []string{r.File, r.Strategy, strconv.Itoa(r.Threads), strconv.Itoa(r.Runs), g(r.Rate), g(r.Low), g(r.High), g(r.Scaling),
			strconv.FormatBool(r.Right), strconv.FormatInt(r.Waits, 10), strconv.FormatInt(r.Lost, 10), strconv.FormatInt(r.Leaked, 10), strconv.FormatInt(r.Early, 10), r.Setting}
		for _, n := range names {
			cell := ""
			if x, ok := r.Figures[n]; ok {
				cell = g(x)
			}
			line = append(line, cell)
		}
		_ = w.Write(line)
	}
	w.Flush()
}

// writeGoBench prints one line a run, so that benchstat has the spread; figures are metrics of their own.
func writeGoBench(out io.Writer, rows []benchRow) {
	for _, r := range rows {
		base := strings.TrimSuffix(filepath.Base(r.File), filepath.Ext(r.File))
		name := fmt.Sprintf("Benchmark%s%s/strategy=%s/threads=%d", strings.ToUpper(base[:1]), base[1:], strings.ReplaceAll(r.Strategy, " ", "_"), r.Threads)
		if r.Setting != "" {
			name += "/" + r.Setting
		}
		for i, ns := range r.NsPerOp {
			fmt.Fprintf(out, "%s 1 %.2f ns/op", name, ns)
			for _, n := range r.names {
				if x, ok := r.perRun[i][n]; ok {
					fmt.Fprintf(out, " %g %s", x, strings.Join(strings.Fields(n), "_"))
				}
			}
			fmt.Fprintln(out)
		}
	}
}
