package main

// This file defines the flags that choose a strategy and limits, common to run, the REPL and bench.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"toylang/scheduler"
	"toylang/vm"
)

// options are the common flags.
type options struct {
	flags           *flag.FlagSet
	strategy        string
	words           string // a whole strategy, where it does not come from flags
	lock, count     string
	deferral        string
	lockFree        string
	elide           string
	switchInterval  time.Duration
	ticks           int
	switchAt        string
	onFault         string
	timeout         time.Duration
	maxMemory       string
	maxInstructions uint64
	virtual         bool
	seed            uint64
	audit, stats    bool
	heap, trace     bool
	contention      bool
	ledger          bool
	asJSON          bool
	check           bool
	checkEvery      int64
	cpuProfile      string
	maxSteps        int
	refused         map[string]string
}

// strategyFlags are those that make up the strategy.
var strategyFlags = []string{"strategy", "lock", "count", "defer", "lockfree-reads", "elide-locks", "ticks", "switch-interval", "switch-at"}

// refuse makes a flag an error: a command has no use for it.
func (o *options) refuse(flag, command string) {
	if o.refused == nil {
		o.refused = map[string]string{}
	}
	o.refused[flag] = command
}

// useStrategy takes the strategy from words like those of a command line.
func (o *options) useStrategy(words string) error {
	_, err := vm.ParseStrategy(words)
	o.words = words
	return err
}

func newOptions(name string, out io.Writer) *options {
	o := &options{flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	f := o.flags
	f.SetOutput(out)
	f.Usage = func() {}
	dflt := os.Getenv("TOY_STRATEGY")
	if dflt == "" {
		dflt = "gil"
	}
	f.StringVar(&o.strategy, "strategy", dflt, "lock `strategy`: "+strings.Join(vm.StrategyNames(), ", ")+" (or TOY_STRATEGY)")
	f.StringVar(&o.lock, "lock", "", "who may run, whatever the strategy: gil, perobject, none")
	f.StringVar(&o.count, "count", "", "how counts change, whatever the strategy: plain, atomic, locked, biased")
	f.StringVar(&o.deferral, "defer", "", "on or off: under biased, what several threads count gets a counter in each of them")
	f.StringVar(&o.lockFree, "lockfree-reads", "", "on or off: under biased, reads of containers and attributes take no lock")
	f.StringVar(&o.elide, "elide-locks", "", "on or off: objects' locks are left out while the machine has one thread")
	f.DurationVar(&o.switchInterval, "switch-interval", 0, "how long a thread waits before it asks for the GIL (5ms)")
	f.IntVar(&o.ticks, "ticks", 0, "release the one lock every `n` ticks (eval-breaker checks) and fight for it, as strategy ticks does every 100")
	f.StringVar(&o.switchAt, "switch-at", "", "every: check the eval breaker before every instruction")
	f.StringVar(&o.onFault, "on-fault", "raise", "what a memory fault does to its thread: raise, stop, continue")
	f.DurationVar(&o.timeout, "timeout", 0, "end the program after this time (exit code 5)")
	f.StringVar(&o.maxMemory, "max-memory", "", "limit of the guest heap, such as 512M (half of the machine's memory)")
	f.Uint64Var(&o.maxInstructions, "max-instructions", 0, "end the program after so many instructions of a thread (exit code 5)")
	f.BoolVar(&o.virtual, "virtual", false, "run under the virtual scheduler: one thread at a time, deterministic")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the virtual scheduler's choices")
	f.BoolVar(&o.audit, "audit", false, "hold every count against the references at the end")
	f.BoolVar(&o.stats, "stats", false, "print counters at the end")
	f.BoolVar(&o.heap, "heap", false, "list the live objects with counts and owners at the end")
	f.BoolVar(&o.trace, "trace", false, "print every instruction: thread, position, operation")
	f.BoolVar(&o.contention, "contention", false, "name the objects that threads fought over, where they were allocated, and the lines; every instruction takes its long way")
	f.BoolVar(&o.ledger, "ledger", false, "tell where the threads' time went: with the right to run, waiting for it, blocked")
	f.BoolVar(&o.check, "check", false, "poison freed slots, ask for locks, and audit at every line of the program while audits have taken less than 2s, then for a third of the time")
	f.Int64Var(&o.checkEvery, "check-every", 0, "with --check: audit at every `n`th line, however long that takes")
	f.StringVar(&o.cpuProfile, "cpuprofile", "", "write a profile of toy itself to this `file`, for go tool pprof")
	return o
}

// parse reads flags; an exit code, or -1 to go on.
func (o *options) parse(args []string) int {
	err := o.flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		o.flags.SetOutput(os.Stdout)
		fmt.Println("usage: " + o.flags.Name() + " [FLAGS] FILE [ARG...]")
		o.printFlags()
		return 0
	case err != nil:
		fmt.Fprintln(os.Stderr, "toy: see toy help for the flags")
		return 2
	}
	wrong := ""
	o.flags.Visit(func(f *flag.Flag) {
		if wrong == "" && o.refused[f.Name] != "" {
			wrong = fmt.Sprintf("--%s is not for %s", f.Name, o.refused[f.Name])
		}
	})
	if wrong != "" {
		return usage("%s", wrong)
	}
	return -1
}

// printFlags lists the flags that the command takes.
func (o *options) printFlags() {
	shown := flag.NewFlagSet("", flag.ContinueOnError)
	shown.SetOutput(o.flags.Output())
	o.flags.VisitAll(func(f *flag.Flag) {
		if o.refused[f.Name] == "" {
			shown.Var(f.Value, f.Name, f.Usage)
			shown.Lookup(f.Name).DefValue = f.DefValue
		}
	})
	shown.PrintDefaults()
}

// config makes the machine's configuration.
func (o *options) config() (vm.Config, error) {
	var cfg vm.Config
	if o.words == "" {
		o.words = o.strategy
	}
	s, err := vm.ParseStrategy(o.words)
	if err != nil {
		return cfg, err
	}
	if o.lock != "" {
		if err := s.SetLock(o.lock); err != nil {
			return cfg, err
		}
	}
	if o.count != "" {
		if err := s.SetCount(o.count); err != nil {
			return cfg, err
		}
	}
	for _, c := range [][2]string{{"defer", o.deferral}, {"lockfree-reads", o.lockFree}, {"elide-locks", o.elide}} {
		if c[1] != "" {
			if err := s.SetSwitch(c[0], c[1]); err != nil {
				return cfg, err
			}
		}
	}
	if o.switchInterval > 0 {
		s.SwitchInterval = o.switchInterval
	}
	if o.ticks > 0 {
		s.Ticks = o.ticks
	}
	switch o.switchAt {
	case "":
	case "every":
		s.SwitchEvery = true
	default:
		return cfg, fmt.Errorf("unknown --switch-at %q; there is every", o.switchAt)
	}
	switch o.onFault {
	case "raise":
	case "stop":
		cfg.OnFault = vm.FaultStop
	case "continue":
		cfg.OnFault = vm.FaultContinue
	default:
		return cfg, fmt.Errorf("unknown --on-fault %q; there are raise, stop, continue", o.onFault)
	}
	cfg.Strategy = s
	cfg.MaxInstrs = o.maxInstructions
	cfg.Contention, cfg.Ledger = o.contention, o.ledger
	cfg.Check, cfg.CheckEvery = o.check || o.checkEvery > 0, o.checkEvery
	switch {
	case o.virtual && (o.contention || o.ledger):
		return cfg, errors.New("--contention and --ledger are about real threads and real time; --virtual has none")
	case o.timeout < 0:
		return cfg, fmt.Errorf("a --timeout of %v is over before it begins", o.timeout)
	case o.switchInterval < 0:
		return cfg, fmt.Errorf("--switch-interval wants a time above zero, not %v", o.switchInterval)
	case o.ticks < 0:
		return cfg, fmt.Errorf("--ticks wants a number above zero, not %d", o.ticks)
	case o.checkEvery < 0:
		return cfg, fmt.Errorf("--check-every wants a number of lines, not %d", o.checkEvery)
	}
	if cfg.Heap.MaxBytes, err = parseBytes(o.maxMemory); err != nil {
		return cfg, err
	}
	if cfg.Heap.MaxBytes == 0 {
		cfg.Heap.MaxBytes = halfOfMemory()
	}
	if o.virtual {
		cfg.Virtual = scheduler.NewRandom(o.seed, 0.1)
	}
	return cfg, nil
}

// parseBytes reads a size with an optional unit.
func parseBytes(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	unit := int64(1)
	n := strings.TrimSuffix(strings.ToUpper(s), "B")
	for i, u := range []string{"K", "M", "G", "T"} {
		if strings.HasSuffix(n, u) {
			unit = 1 << (10 * (i + 1))
			n = strings.TrimSuffix(n, u)
		}
	}
	x, err := strconv.ParseInt(n, 10, 64)
	if err != nil || x <= 0 || x > math.MaxInt64/unit {
		return 0, fmt.Errorf("cannot read the size %q; write it like 512M or 2G", s)
	}
	return x * unit, nil
}

// halfOfMemory is half of the machine's memory, or of the control group's limit where that is less; 4 GiB where nothing is
// known.
func halfOfMemory() int64 {
	total := physicalMemory()
	if total == 0 {
		return 4 << 30
	}
	return total / 2
}
