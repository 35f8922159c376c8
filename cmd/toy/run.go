package main

// This file is toy run.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/lang"
	"toylang/lang/bytecode"
	"toylang/vm"
)

func runCmd(args []string) int {
	o := newOptions("toy run", os.Stderr)
	o.flags.BoolVar(&o.asJSON, "json", false, "with --contention or --ledger: print JSON")
	if code := o.parse(args); code >= 0 {
		return code
	}
	rest := o.flags.Args()
	if len(rest) == 0 {
		return usage("run what? usage: toy run [FLAGS] FILE [ARG...]")
	}
	for _, a := range rest[1:] {
		if name := strings.TrimLeft(a, "-"); name != a && o.flags.Lookup(strings.SplitN(name, "=", 2)[0]) != nil {
			fmt.Fprintf(os.Stderr, "toy: %s comes after the file, so it goes to the script; flags of toy come before it\n", a)
		}
	}
	go lang.Prepare() // beside the making of the machine: a program's start is mostly these two
	l := loader.New()
	m, code := o.machine(l, rest)
	if m == nil {
		return code
	}
	f, code := compileFile(l, rest[0])
	if f == nil {
		return code
	}
	return o.execute(m, f)
}

// compileFile compiles a program; nil and an exit code when that fails.
func compileFile(l *loader.Loader, file string) (*bytecode.Func, int) {
	f, err := l.File(file)
	if err != nil {
		return nil, compileError(file, err)
	}
	return f, 0
}

// compileError tells why a program could not be read or compiled, and gives the exit code.
func compileError(file string, err error) int {
	var syn *lang.SyntaxError
	var path *fs.PathError
	switch {
	case errors.As(err, &syn):
		fmt.Fprintln(os.Stderr, strings.TrimRight(syn.Format(), "\n"))
	case errors.As(err, &path):
		fmt.Fprintf(os.Stderr, "toy: can't open file '%s': %v\n", file, path.Err)
	default:
		fmt.Fprintf(os.Stderr, "toy: %v\n", err)
	}
	return 2
}

// machine makes the machine that the options ask for; nil and an exit code when that fails.
func (o *options) machine(l *loader.Loader, argv []string) (*vm.VM, int) {
	cfg, err := o.config()
	if err != nil {
		return nil, usage("%v", err)
	}
	cfg.Args, cfg.Load = argv, l
	cfg.Path = []string{filepath.Dir(argv[0])}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = os.Stdin, os.Stdout, os.Stderr
	cfg.OnCrash = func(where string, p any, stack []byte) { os.Exit(reportBug(where, p, stack)) }
	m, err := vm.New(cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, "toy:", err)
		return nil, 5
	}
	return m, 0
}

// execute runs a compiled program in a machine and gives the exit code.
func (o *options) execute(m *vm.VM, f *bytecode.Func) int {
	defer func() {
		if p := recover(); p != nil {
			m.FlushOut()
			panic(p)
		}
	}()
	stop := watchInterrupt(m)
	defer stop()
	if o.timeout > 0 {
		timer := time.AfterFunc(o.timeout, func() {
			m.Limit(fmt.Sprintf("the program ran longer than %v", o.timeout))
			time.AfterFunc(2*time.Second, func() { // a thread that never checks its eval breaker
				fmt.Fprintf(os.Stderr, "toy: the program ran longer than %v\n", o.timeout)
				os.Exit(5)
			})
		})
		defer timer.Stop()
	}
	if o.trace {
		m.TraceTo(os.Stderr)
	}
	if o.cpuProfile != "" {
		w, err := os.Create(o.cpuProfile)
		if err != nil {
			return usage("%v", err)
		}
		if err := pprof.StartCPUProfile(w); err != nil {
			return usage("%v", err)
		}
		defer func() { pprof.StopCPUProfile(); w.Close() }()
	}
	exit := m.RunMain(f)
	return o.reports(m, exit)
}

// watchInterrupt makes Ctrl-C a KeyboardInterrupt; a second one within a second ends the process.
func watchInterrupt(m *vm.VM) (stop func()) {
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, os.Interrupt)
	done := make(chan struct{})
	go func() {
		var last time.Time
		for {
			select {
			case <-ch:
				if time.Since(last) < time.Second {
					os.Exit(130)
				}
				last = time.Now()
				m.Sched.Interrupt()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(ch); close(done) }
}

// reports prints what was asked for at the end; memory faults outrank an uncaught exception.
func (o *options) reports(m *vm.VM, exit int) int {
	m.WriteContention(os.Stderr, o.asJSON)
	m.WriteLedger(os.Stderr, o.asJSON)
	if o.heap {
		m.WriteHeap(os.Stderr)
	}
	if o.stats {
		m.WriteStats(os.Stderr)
	}
	if m.Strategy.Unsafe() || o.audit || m.Check {
		a := m.Audit(m.Main)
		if !a.Clean() {
			m.WriteAudit(os.Stderr, a)
			if exit == vm.ExitOK || exit == vm.ExitUncaught {
				exit = vm.ExitFaults
			}
		} else if o.audit {
			m.WriteAudit(os.Stderr, a)
		}
	}
	return exit
}
