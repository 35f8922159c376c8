package main

// This file measures one program under one strategy for toy bench.

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/lang/bytecode"
	"toylang/vm"
)

// benchRow is what a strategy and a number of threads gave.
type benchRow struct {
	File     string             `json:"file"` // or the case
	Strategy string             `json:"strategy"`
	Setting  string             `json:"setting,omitempty"` // of --sweep
	Threads  int                `json:"threads"`
	Runs     int                `json:"runs"`
	Rate     float64            `json:"ops_per_second"` // median
	Low      float64            `json:"low"`
	High     float64            `json:"high"`
	Scaling  float64            `json:"scaling"` // against one thread of the same strategy; 0: not known
	Right    bool               `json:"right"`
	Waits    int64              `json:"waits"` // GIL hand-overs or object lock waits, all runs
	Lost     int64              `json:"count_updates_lost"`
	Leaked   int64              `json:"leaked"`
	Early    int64              `json:"freed_early"`
	Error    string             `json:"error,omitempty"`
	NsPerOp  []float64          `json:"ns_per_op"`         // of each run
	Figures  map[string]float64 `json:"figures,omitempty"` // of report(); medians

	Contention *vm.Contention   `json:"contention,omitempty"` // of the last run
	Ledger     *vm.LedgerReport `json:"ledger,omitempty"`

	names   []string             // of the figures, in the program's order
	reports string               // of --contention and --ledger, from the last run
	perRun  []map[string]float64 // the figures of each run
	what    string
}

// bench is a program under one strategy and setting.
type bench struct {
	o       *options
	l       *loader.Loader
	code    *bytecode.Func
	program program
	setting string
	stop    *benchStop // may be nil
}

// fileName is the program's name in tracebacks.
func (p *program) fileName() string {
	if p.named {
		return p.name + ".toy"
	}
	return p.name
}

var errStopped = errors.New("interrupted")

// once runs the program's work in a machine of its own.
func (b *bench) once(threads int, n int64) (vm.Work, *vm.VM, error) {
	cfg, err := b.o.config()
	if err != nil {
		return vm.Work{}, nil, err
	}
	cfg.Load, cfg.Args = b.l, []string{b.program.fileName()}
	if !b.program.named {
		cfg.Path = []string{filepath.Dir(b.program.name)}
	}
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
	if b.stop != nil {
		b.stop.machine.Store(m)
		defer b.stop.machine.Store(nil)
		if b.stop.asked.Load() {
			return vm.Work{}, m, errStopped
		}
	}
	w, err := m.Drive(b.code, threads, n)
	if b.stop != nil && b.stop.asked.Load() {
		err = errStopped
	}
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

// measure runs the program several times; fewer when it is stopped.
func (b *bench) measure(threads int, n int64, runs int, bar *progress) benchRow {
	row := benchRow{File: b.program.name, Setting: b.setting, Threads: threads, Right: true, what: b.program.what}
	var rates []float64
	for i := 0; i < runs; i++ {
		w, m, err := b.once(threads, n)
		bar.step(b.program.name + " " + b.o.strategy + " " + b.setting)
		if m == nil {
			row.Error, row.Right = err.Error(), false
			return row
		}
		row.Strategy = m.Strategy.String()
		if err == errStopped {
			m.Close()
			break
		}
		row.Right = row.Right && w.Right && err == nil
		if row.Error == "" {
			row.Error = strings.TrimSpace(w.Error)
		}
		if i == runs-1 {
			row.blame(m)
		}
		row.audit(m)
		m.Close()
		if w.Ops > 0 && w.Failed == 0 { // threads that failed did not do so much work
			rates = append(rates, rate(w))
			row.NsPerOp = append(row.NsPerOp, float64(w.Elapsed.Nanoseconds())/float64(w.Ops))
			row.addFigures(w.Figures)
		}
	}
	row.Runs = len(rates)
	if len(rates) > 0 {
		row.Rate, row.Low, row.High = median(rates), rates[0], rates[len(rates)-1]
	}
	row.medians()
	return row
}

// blame keeps what --contention and --ledger tell of a run.
func (row *benchRow) blame(m *vm.VM) {
	row.Contention, row.Ledger = m.Fought(), m.Spent()
	var b strings.Builder
	m.WriteContention(&b, false)
	m.WriteLedger(&b, false)
	row.reports = b.String()
}

// audit adds what the machine's counters and its audit say.
func (row *benchRow) audit(m *vm.VM) {
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
}

// addFigures keeps the figures of a run.
func (row *benchRow) addFigures(figures []vm.Figure) {
	run := map[string]float64{}
	for _, f := range figures {
		run[f.Name] = f.Value
		known := false
		for _, n := range row.names {
			known = known || n == f.Name
		}
		if !known {
			row.names = append(row.names, f.Name)
		}
	}
	row.perRun = append(row.perRun, run)
}

// medians makes Figures of the figures of all runs.
func (row *benchRow) medians() {
	for _, name := range row.names {
		var all []float64
		for _, run := range row.perRun {
			if x, ok := run[name]; ok {
				all = append(all, x)
			}
		}
		if row.Figures == nil {
			row.Figures = map[string]float64{}
		}
		row.Figures[name] = median(all)
	}
}

// median sorts the numbers and gives the one in the middle.
func median(x []float64) float64 {
	sort.Float64s(x)
	return x[len(x)/2]
}
