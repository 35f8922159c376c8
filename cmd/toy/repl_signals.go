package main

// This file handles the signals of a REPL.

import (
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"time"

	"toylang/scheduler"
	"toylang/vm"
)

// restore leaves the terminal as it was found.
func (r *repl) restore() {
	if r.ed != nil {
		r.ed.close()
	}
}

// watch handles signals: Ctrl-C interrupts what runs. When an operation does not react to it, another one ends toy.
func (r *repl) watch() (stop func()) {
	ch := make(chan os.Signal, 4)
	signal.Notify(ch, append([]os.Signal{os.Interrupt}, endSignals...)...)
	go func() {
		var last time.Time
		warned := false
		for sig := range ch {
			if sig != os.Interrupt {
				r.restore()
				os.Exit(143)
			}
			m := r.target.Load()
			if !r.running.Load() {
				r.in.interrupt()
				continue
			}
			deaf := atomic.LoadUint32(&m.Main.Breaker)&scheduler.BreakInterrupt != 0
			switch {
			case !deaf:
				warned = false
			case warned:
				r.restore()
				os.Exit(vm.ExitInterrupt)
			case time.Since(last) > time.Second/2:
				warned = true
				fmt.Fprintln(os.Stderr, "\ntoy: what runs does not react to Ctrl-C; another one ends toy")
			}
			last = time.Now()
			m.Sched.Interrupt()
			r.in.interrupt()
		}
	}()
	return func() { signal.Stop(ch) }
}
