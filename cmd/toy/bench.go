package main

// This file is toy bench: work under strategies and numbers of threads, repeated: its command line and its plan.

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"toylang/cmd/internal/loader"
	"toylang/vm"
)

const benchHelp = `usage: toy bench FILE|CASE|GROUP... [FLAGS]
       toy bench --list                   the named cases, in groups
       toy bench --write DIR              save the cases as files
       toy bench --ablate FILE|CASE...    what each ingredient of PEP 703 buys and costs

Runs each program under each strategy with each number of threads, several times, every run in a machine of its own, and
prints the median rate. A program offers, and stays valid Python with it:

  work(n)    called once in each thread, at once; does n operations
  setup()    optional; called once before
  check()    optional; called once after; the result is right if it gives a true value
  report()   optional; called last; gives a dict of names and finite numbers: figures of its own, printed as columns (the
             median over the runs). Put the unit into the name: "late_us_p99". The figure "ops" is not printed: it is how
             many operations all threads did together, where that is not n in each.

A program without work is timed whole. A word that is a case's or a group's name means that; ./NAME is the file. Comments at its beginning may say what it shows (the first line) and give flags:
  # bench: --threads 1,2,4 --strategy gil,ticks
The command line's flags come before them; a strategy that toy does not have is skipped there.

A strategy may have cells: --strategy "gil,biased,biased --defer off".
--sweep FLAG=VALUE,VALUE... measures once for each value of another flag: --sweep switch-interval=1ms,5ms
Ctrl-C ends the measuring and prints what there is.

flags:
`

// benchOptions are the flags of toy bench, for one program.
type benchOptions struct {
	*options
	strategies, threads, sweep, write string
	runs                              int
	n                                 int64
	json, csv, gobench, list, ablate  bool
}

func newBenchOptions() *benchOptions {
	b := &benchOptions{options: newOptions("toy bench", os.Stderr)}
	f := b.flags
	f.StringVar(&b.strategies, "strategies", "", "the same as --strategy, which takes several, separated by commas")
	f.StringVar(&b.threads, "threads", "1,2", "numbers of threads, separated by commas")
	f.IntVar(&b.runs, "runs", 5, "how often each is run")
	f.Int64Var(&b.n, "n", 0, "operations of each thread; 0: enough for about 0.2 s of one")
	f.StringVar(&b.sweep, "sweep", "", "measure with each value of a flag: `FLAG=VALUE,VALUE...`")
	f.BoolVar(&b.list, "list", false, "list the named cases")
	f.BoolVar(&b.ablate, "ablate", false, "measure with each ingredient of PEP 703 left out in turn: what it buys and costs")
	f.StringVar(&b.write, "write", "", "save the named cases in this `directory`")
	f.BoolVar(&b.json, "json", false, "print JSON")
	f.BoolVar(&b.csv, "csv", false, "print CSV")
	f.BoolVar(&b.gobench, "gobench", false, "print Go's benchmark format, for benchstat")
	return b
}

func benchCmd(args []string) int {
	b := newBenchOptions()
	b.flags.SetOutput(os.Stderr)
	for _, a := range args {
		if a == "-h" || a == "-help" || a == "--help" {
			fmt.Print(benchHelp)
			b.flags.SetOutput(os.Stdout)
			b.flags.PrintDefaults()
			return 0
		}
	}
	if code := b.parseMixed(args); code >= 0 {
		return code
	}
	words := b.flags.Args()
	switch {
	case b.list:
		listCases(os.Stdout)
		return 0
	case b.write != "":
		return writeCases(b.write)
	case len(words) == 0:
		return usage("bench what? usage: toy bench FILE|CASE|GROUP [--strategy a,b] [--threads 1,2]; toy bench --list tells the cases")
	}
	programs, exit := findPrograms(words)
	if exit != 0 {
		return exit
	}
	var plan []benchSeries
	total := 0
	for _, p := range programs {
		s, err := planProgram(p, args)
		if err != nil {
			return usage("%s: %v", p.name, err)
		}
		l := loader.New()
		code, err := l.Compile(p.fileName(), p.src)
		if err != nil {
			return compileError(p.name, err)
		}
		for i := range s {
			s[i].bench.l, s[i].bench.code = l, code
			total += len(s[i].counts) * s[i].runs
		}
		plan = append(plan, s...)
	}
	return b.runPlan(plan, newProgress(total))
}

// findPrograms reads the files and cases that the words name, each case once.
func findPrograms(words []string) (out []program, exit int) {
	seen := map[string]bool{}
	for _, word := range words {
		if names := findCases(word); names != nil {
			for _, name := range names {
				if !seen[name] {
					seen[name] = true
					out = append(out, caseProgram(name))
				}
			}
			continue
		}
		p, err := fileProgram(word)
		if err != nil {
			if strings.ContainsAny(word, "./\\") {
				return nil, compileError(word, err)
			}
			return nil, usage("there is no case and no file %q; toy bench --list tells the cases", word)
		}
		out = append(out, p)
	}
	return out, 0
}

// benchSeries is a program under one strategy and setting, with several numbers of threads.
type benchSeries struct {
	bench  *bench
	counts []int
	runs   int
	n      int64
}

// planProgram joins the program's own flags and the command line's, and gives a series for each setting and strategy.
func planProgram(p program, args []string) ([]benchSeries, error) {
	b := newBenchOptions()
	if p.named && os.Getenv("TOY_STRATEGY") == "" {
		b.strategy, _ = knownStrategies(caseStrategies)
	}
	if err := b.parseHead(p.flags); err != nil {
		return nil, err
	}
	b.parseMixed(args) // it went well before
	var counts []int
	for _, s := range strings.Split(b.threads, ",") {
		c, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || c < 1 || c > 1000 {
			return nil, fmt.Errorf("cannot read the number of threads %q", s)
		}
		counts = append(counts, c)
	}
	if b.runs < 1 {
		return nil, errors.New("--runs must be at least 1")
	}
	names := b.strategy
	if b.strategies != "" {
		names = b.strategies
	}
	if b.ablate {
		given := false
		b.flags.Visit(func(f *flag.Flag) { given = given || f.Name == "strategy" || f.Name == "strategies" })
		if given && len(p.flags) == 0 {
			return nil, errors.New("--ablate has strategies of its own: leave --strategy out")
		}
		names = ablationStrategies()
	}
	flagName, values, err := b.readSweep()
	if err != nil {
		return nil, err
	}
	var out []benchSeries
	for _, name := range strings.Split(names, ",") {
		for _, v := range values {
			setting := ""
			if flagName != "" {
				if setting = flagName + "=" + v; b.flags.Set(flagName, v) != nil {
					return nil, fmt.Errorf("--sweep: cannot set --%s to %q", flagName, v)
				}
			}
			o := *b.options
			o.strategy = strings.TrimSpace(name)
			if _, err := o.config(); err != nil {
				return nil, err
			}
			if o.virtual {
				return nil, errors.New("toy bench measures real time, and --virtual has none")
			}
			out = append(out, benchSeries{&bench{o: &o, program: p, setting: setting}, counts, b.runs, b.n})
		}
	}
	return out, nil
}

// parseHead reads the flags that a program gives itself; TOY_STRATEGY is stronger than its strategies.
func (b *benchOptions) parseHead(flags []string) error {
	if len(flags) == 0 {
		return nil
	}
	was := b.strategy
	if err := b.flags.Parse(flags); err != nil || b.flags.NArg() > 0 {
		return fmt.Errorf("cannot read its line # bench: %s", strings.Join(flags, " "))
	}
	if b.strategies != "" {
		b.strategy, b.strategies = b.strategies, ""
	}
	if os.Getenv("TOY_STRATEGY") != "" {
		b.strategy = was
	}
	known, any := knownStrategies(b.strategy)
	if !any {
		return fmt.Errorf("its line # bench: names no strategy that there is: %s", b.strategy)
	}
	b.strategy = known
	return nil
}

// readSweep reads --sweep; without it there is one value, of no flag.
func (b *benchOptions) readSweep() (name string, values []string, err error) {
	if b.sweep == "" {
		return "", []string{""}, nil
	}
	name, list, ok := strings.Cut(strings.TrimLeft(b.sweep, "-"), "=")
	if common := newOptions("", nil); !ok || common.flags.Lookup(name) == nil || name == "strategy" {
		return "", nil, fmt.Errorf("--sweep wants a flag of a run and its values, such as switch-interval=50us,5ms or ticks=10,1000, not %q", b.sweep)
	}
	return name, strings.Split(list, ","), nil
}

// runPlan measures, prints, and gives the exit code.
func (b *benchOptions) runPlan(plan []benchSeries, bar *progress) int {
	var stop benchStop
	defer stop.watch()()
	var rows []benchRow
	for _, s := range plan {
		s.bench.stop = &stop
		size := s.n
		if size == 0 {
			size = s.bench.calibrate()
		}
		var base float64
		for _, c := range s.counts {
			if stop.asked.Load() {
				break
			}
			row := s.bench.measure(c, size, s.runs, bar)
			if stop.asked.Load() && row.Runs == 0 {
				break
			}
			if c == 1 {
				base = row.Rate
			}
			if base > 0 {
				row.Scaling = row.Rate / base
			}
			rows = append(rows, row)
		}
	}
	bar.done()
	switch {
	case b.json:
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		_ = e.Encode(append([]benchRow{}, rows...))
	case b.csv:
		writeCSV(os.Stdout, rows)
	case b.gobench:
		writeGoBench(os.Stdout, rows)
	case b.ablate:
		writeAblation(os.Stdout, rows)
	default:
		writeTables(os.Stdout, rows)
		for _, r := range rows {
			if r.reports != "" {
				fmt.Printf("\n%s, %s, threads=%d, last run:\n%s", filepath.Base(r.File), r.Strategy, r.Threads, r.reports)
			}
		}
	}
	if stop.asked.Load() {
		fmt.Fprintln(os.Stderr, "toy: interrupted; this is what was measured until then")
		return vm.ExitInterrupt
	}
	for _, r := range rows {
		if r.Lost != 0 || r.Leaked != 0 || r.Early != 0 {
			return vm.ExitFaults
		}
	}
	return 0
}

// benchStop ends the measuring at Ctrl-C.
type benchStop struct {
	asked   atomic.Bool
	machine atomic.Pointer[vm.VM] // that runs now
}

// watch waits for Ctrl-C: the first one ends the run at hand, the second the process.
func (s *benchStop) watch() (stop func()) {
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, os.Interrupt)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ch:
				if s.asked.Swap(true) {
					os.Exit(vm.ExitInterrupt)
				}
				if m := s.machine.Load(); m != nil {
					m.Limit("Ctrl-C")
				}
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(ch); close(done) }
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
