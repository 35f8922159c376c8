package main

// This file is toy bench: a file's work under strategies and numbers of threads, repeated.

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/lang/bytecode"
	"toylang/vm"
)

// benchRow is what a strategy and a number of threads gave.
type benchRow struct {
	File     string    `json:"file"`
	Strategy string    `json:"strategy"`
	Threads  int       `json:"threads"`
	Runs     int       `json:"runs"`
	Rate     float64   `json:"ops_per_second"` // median
	Low      float64   `json:"low"`
	High     float64   `json:"high"`
	Scaling  float64   `json:"scaling"` // against one thread of the same strategy; 0: not known
	Right    bool      `json:"right"`
	Waits    int64     `json:"waits"` // GIL hand-overs or object lock waits, all runs
	Lost     int64     `json:"count_updates_lost"`
	Leaked   int64     `json:"leaked"`
	Early    int64     `json:"freed_early"`
	Error    string    `json:"error,omitempty"`
	NsPerOp  []float64 `json:"ns_per_op"` // of each run
}

func benchCmd(args []string) int {
	o := newOptions("toy bench", os.Stderr)
	f := o.flags
	strategies := f.String("strategies", "", "several strategies, separated by commas (--strategy takes a list too)")
	threads := f.String("threads", "1,2", "numbers of threads, separated by commas")
	runs := f.Int("runs", 5, "how often each is run")
	n := f.Int64("n", 0, "operations of each thread; 0: enough for about 0.2 s of one")
	asJSON := f.Bool("json", false, "print JSON")
	asCSV := f.Bool("csv", false, "print CSV")
	asGo := f.Bool("gobench", false, "print Go's benchmark format, for benchstat")
	if code := o.parseMixed(args); code >= 0 {
		return code
	}
	files := f.Args()
	if len(files) == 0 {
		return usage("bench what? usage: toy bench FILE [--strategy a,b] [--threads 1,2]")
	}
	names := strings.Split(o.strategy, ",")
	if *strategies != "" {
		names = strings.Split(*strategies, ",")
	}
	var counts []int
	for _, s := range strings.Split(*threads, ",") {
		c, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || c < 1 || c > 1000 {
			return usage("cannot read the number of threads %q", s)
		}
		counts = append(counts, c)
	}
	if *runs < 1 {
		return usage("--runs must be at least 1")
	}
	bar := newProgress(len(files) * len(names) * len(counts) * *runs)
	var rows []benchRow
	for _, file := range files {
		l := loader.New()
		code, exit := compileFile(l, file)
		if code == nil {
			return exit
		}
		for _, name := range names {
			o.strategy = strings.TrimSpace(name)
			b := &bench{o: o, l: l, code: code, file: file}
			if _, err := o.config(); err != nil {
				return usage("%v", err)
			}
			size := *n
			if size == 0 {
				size = b.calibrate()
			}
			var base float64
			for _, c := range counts {
				row := b.measure(c, size, *runs, bar)
				if c == 1 {
					base = row.Rate
				}
				if base > 0 {
					row.Scaling = row.Rate / base
				}
				rows = append(rows, row)
			}
		}
	}
	bar.done()
	switch {
	case *asJSON:
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		_ = e.Encode(rows)
	case *asCSV:
		writeCSV(os.Stdout, rows)
	case *asGo:
		writeGoBench(os.Stdout, rows)
	default:
		writeTable(os.Stdout, rows)
	}
	for _, r := range rows {
		if r.Lost != 0 || r.Leaked != 0 || r.Early != 0 {
			return vm.ExitFaults
		}
	}
	return 0
}

// parseMixed reads flags before and after the files.
func (o *options) parseMixed(args []string) int {
	var files []string
	for {
		if code := o.parse(args); code >= 0 {
			return code
		}
		rest := o.flags.Args()
		if len(rest) == 0 {
			break
		}
		files = append(files, rest[0])
		args = rest[1:]
	}
	return o.parse(append([]string{"--"}, files...))
}

// bench is one file under one strategy.
type bench struct {
	o    *options
	l    *loader.Loader
	code *bytecode.Func
	file string
}

// once runs the file's work in a machine of its own.
func (b *bench) once(threads int, n int64) (vm.Work, *vm.VM, error) {
	cfg, err := b.o.config()
	if err != nil {
		return vm.Work{}, nil, err
	}
	cfg.Load, cfg.Args = b.l, []string{b.file}
	cfg.Path = []string{filepath.Dir(b.file)}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = strings.NewReader(""), io.Discard, io.Discard
	cfg.OnFault = vm.FaultContinue
	cfg.OnCrash = func(where string, p any, stack []byte) { os.Exit(reportBug(where, p, stack)) }
	m, err := vm.New(cfg)
	if err != nil {
		return vm.Work{}, nil, err
	}
	limit := b.o.timeout
	if limit == 0 {
		limit = time.Minute
	}
	timer := time.AfterFunc(limit, func() { m.Limit("the benchmark's time") })
	defer timer.Stop()
	w, err := m.Drive(b.code, threads, n)
	return w, m, err
}

// calibrate finds how many operations keep one thread busy for about 0.2 s.
func (b *bench) calibrate() int64 {
	for n := int64(64); ; n *= 4 {
		w, m, err := b.once(1, n)
		if m != nil {
			m.Close()
		}
		if err != nil || w.Whole || w.Failed > 0 || n > 1<<40 {
			return n
		}
		if s := w.Elapsed.Seconds(); s > 0.02 {
			return max(int64(float64(n)*0.2/s), 1)
		}
	}
}

// measure runs the file several times.
func (b *bench) measure(threads int, n int64, runs int, bar *progress) benchRow {
	row := benchRow{File: b.file, Threads: threads, Right: true}
	var rates []float64
	for i := 0; i < runs; i++ {
		w, m, err := b.once(threads, n)
		bar.step()
		if m == nil {
			row.Error, row.Right = err.Error(), false
			return row
		}
		row.Strategy = m.Strategy.String()
		row.Right = row.Right && w.Right && err == nil
		if row.Error == "" {
			row.Error = strings.TrimSpace(w.Error)
		}
		a := m.Audit(m.Main)
		row.Lost += a.Lost
		row.Leaked += int64(a.Leaked)
		row.Early += int64(a.Early) + a.Stale
		st := m.Sched.Stats()
		if m.Strategy.Lock == vm.LockGIL {
			row.Waits += st.HandOvers
		} else {
			row.Waits += st.ObjWaits
		}
		m.Close()
		if w.Ops > 0 && w.Failed == 0 { // threads that failed did not do so much work
			rates = append(rates, rate(w))
			row.NsPerOp = append(row.NsPerOp, float64(w.Elapsed.Nanoseconds())/float64(w.Ops))
		}
	}
	row.Runs = len(rates)
	if len(rates) > 0 {
		sort.Float64s(rates)
		row.Rate, row.Low, row.High = rates[len(rates)/2], rates[0], rates[len(rates)-1]
	}
	return row
}

func writeTable(out io.Writer, rows []benchRow) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "file\tstrategy\tthreads\tops/s (median)\tspread\tscaling\tresult\twaits\tlost\tleaked\tfreed early\t")
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
		median, spread := "-", "-"
		if r.Runs > 0 {
			median, spread = siRate(r.Rate), siRate(r.Low)+".."+siRate(r.High)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t\n", filepath.Base(r.File), r.Strategy, r.Threads, median, spread, scale, result, r.Waits, r.Lost, r.Leaked, r.Early)
	}
	w.Flush()
}

func writeCSV(out io.Writer, rows []benchRow) {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"file", "strategy", "threads", "runs", "ops_per_second", "low", "high", "scaling", "right", "waits", "count_updates_lost", "leaked", "freed_early"})
	g := func(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
	for _, r := range rows {
		_ = w.Write([]string{r.File, r.Strategy, strconv.Itoa(r.Threads), strconv.Itoa(r.Runs), g(r.Rate), g(r.Low), g(r.High), g(r.Scaling),
			strconv.FormatBool(r.Right), strconv.FormatInt(r.Waits, 10), strconv.FormatInt(r.Lost, 10), strconv.FormatInt(r.Leaked, 10), strconv.FormatInt(r.Early, 10)})
	}
	w.Flush()
}

// writeGoBench prints one line a run, so that benchstat has the spread.
func writeGoBench(out io.Writer, rows []benchRow) {
	for _, r := range rows {
		base := strings.TrimSuffix(filepath.Base(r.File), filepath.Ext(r.File))
		name := fmt.Sprintf("Benchmark%s%s/strategy=%s/threads=%d", strings.ToUpper(base[:1]), base[1:], strings.ReplaceAll(r.Strategy, " ", "_"), r.Threads)
		for _, ns := range r.NsPerOp {
			fmt.Fprintf(out, "%s 1 %.2f ns/op\n", name, ns)
		}
	}
}

// progress is a bar on a terminal; elsewhere nothing.
type progress struct {
	n, of int
	on    bool
	began time.Time
}

func newProgress(of int) *progress {
	st, err := os.Stderr.Stat()
	return &progress{of: of, on: err == nil && st.Mode()&os.ModeCharDevice != 0, began: time.Now()}
}

func (p *progress) step() {
	p.n++
	if p.on && time.Since(p.began) > time.Second {
		full := 30 * p.n / max(p.of, 1)
		fmt.Fprintf(os.Stderr, "\r[%s%s] %d/%d", strings.Repeat("#", full), strings.Repeat(".", 30-full), p.n, p.of)
	}
}

func (p *progress) done() {
	if p.on {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
}
