package main

// This file holds the commands of the REPL: what begins with %.

import (
	"fmt"
	"strings"
	"time"

	"toylang/lang/bytecode"
	"toylang/vm"
)

// replCommand is a command; its function gets what follows the name.
type replCommand struct {
	name, args, what string
	run              func(r *repl, arg string)
}

var replCommands []replCommand

func init() {
	replCommands = []replCommand{
		{"strategy", "[NAME]", "show the lock strategy, or change it while no other thread exists", (*repl).cmdStrategy},
		{"reset", "", "a new machine, with the same strategy", (*repl).cmdReset},
		{"threads", "", "the toy threads and what they do", (*repl).cmdThreads},
		{"audit", "", "hold every reference count against the references", (*repl).cmdAudit},
		{"heap", "", "the live objects, with counts and owners", (*repl).cmdHeap},
		{"dis", "[NAME | ENTRY]", "bytecode of a function, a class's methods, an entry; of the last entry", (*repl).cmdDis},
		{"timeit", "STATEMENT", "how long a statement takes", (*repl).cmdTimeit},
		{"help", "", "print this", (*repl).cmdHelp},
	}
}

// command runs a command line.
func (r *repl) command(text string) {
	name, arg, _ := strings.Cut(strings.TrimSpace(text)[1:], " ")
	name, arg = strings.TrimSpace(name), strings.TrimSpace(arg)
	for _, c := range replCommands {
		if c.name == name {
			if c.args == "" && arg != "" {
				r.say("%%%s takes no argument", name)
				return
			}
			c.run(r, arg)
			return
		}
	}
	var names []string
	for _, c := range replCommands {
		names = append(names, "%"+c.name)
	}
	r.say("there is no command %%%s; there are %s", name, strings.Join(names, ", "))
}

// say prints a line.
func (r *repl) say(format string, args ...any) {
	fmt.Fprintf(r.out.stdout(), format+"\n", args...)
}

func (r *repl) width() int {
	if w := screenWidth(); w > 0 {
		return w
	}
	return 80
}

func (r *repl) cmdHelp(string) {
	for _, c := range replCommands {
		r.say("%-26s %s", strings.TrimSpace("%"+c.name+" "+c.args), c.what)
	}
	r.say("Tab completes; Ctrl-C interrupts what runs; Ctrl-D or exit() leaves.")
}

// cmdStrategy shows or changes the strategy: NAME and cells: --lock WORD, --count WORD, --ticks N, --defer off …
func (r *repl) cmdStrategy(arg string) {
	if arg == "" {
		s := r.m.Strategy
		r.say("strategy %s: lock %s, count %s; there are %s", s, s.Lock, s.Count, strings.Join(vm.StrategyNames(), ", "))
		return
	}
	to, err := vm.ParseStrategy(strings.ReplaceAll(arg, "=", " "))
	if err == nil {
		err = r.s.SetStrategy(to)
	}
	if err != nil {
		r.say("%v", err)
		return
	}
	r.say("strategy %s", r.m.Strategy)
}

// cmdReset puts a new machine in the place of the old one, whose threads never run again.
func (r *repl) cmdReset(string) {
	old, s := r.m, r.s
	strategy := old.Strategy
	s.Abandon()
	if err := r.start(&strategy); err != nil {
		r.say("toy: %v", err)
		r.exit, r.done = vm.ExitLimit, true
		return
	}
	old.Close()
	r.last = nil
	r.say("a new machine, strategy %s", r.m.Strategy)
}

func (r *repl) cmdThreads(string) {
	for _, l := range r.m.ThreadStates() {
		r.say("%s", l)
	}
}

func (r *repl) cmdAudit(string) { r.m.WriteAudit(r.out.stdout(), r.m.Audit(r.m.Main)) }

func (r *repl) cmdHeap(string) {
	var b strings.Builder // not while the world is stopped
	r.m.WriteHeap(&b)
	r.say("%s", strings.TrimRight(b.String(), "\n"))
}

// cmdDis disassembles.
func (r *repl) cmdDis(arg string) {
	var funcs []*bytecode.Func
	switch {
	case arg == "" && r.last == nil:
		r.say("%%dis what? There was no entry yet.")
		return
	case arg == "":
		funcs = append(funcs, r.last)
	case dotted(arg) == arg:
		funcs = r.s.Funcs(strings.Split(arg, "."))
	}
	if len(funcs) == 0 {
		f := r.compile(arg + "\n")
		if f == nil {
			return
		}
		funcs = append(funcs, f)
	}
	for i, f := range funcs {
		if i > 0 {
			r.say("")
		}
		bytecode.Disassemble(r.out.stdout(), f)
	}
}

// timeitName is the function around the statement that is timed.
const timeitName = "_timeit_"

// cmdTimeit finds how many loops take about 0.2 s and gives the best of five such runs, as IPython does.
func (r *repl) cmdTimeit(arg string) {
	if arg == "" {
		r.say("%%timeit what? usage: %%timeit STATEMENT")
		return
	}
	if r.compile(arg+"\n") == nil {
		return
	}
	src := "def " + timeitName + "(_n_):\n    for _ in range(_n_):\n        " + arg + "\n"
	f, err := r.load.Compile("<timeit>", []byte(src))
	if err != nil {
		r.say("%s", syntaxText(err))
		return
	}
	const repeat, enough = 5, 200 * time.Millisecond
	exit, ended := r.s.Timeit(f, timeitName, func(call func(n int64) (time.Duration, bool)) {
		n := int64(1)
		for {
			took, ok := call(n)
			if !ok {
				return
			}
			if took >= enough || n >= 1e9 {
				break
			}
			n *= 10
			if perLoop := took / time.Duration(n/10); perLoop > 0 && perLoop*time.Duration(n) > 5*enough {
				n = max(int64(enough/perLoop), n/10+1) // no round number, but no waiting either
				break
			}
		}
		best := time.Duration(0)
		for i := 0; i < repeat; i++ {
			took, ok := call(n)
			if !ok {
				return
			}
			if i == 0 || took < best {
				best = took
			}
		}
		s := "s"
		if n == 1 {
			s = ""
		}
		r.say("%d loop%s, best of %d: %s per loop", n, s, repeat, perLoop(float64(best.Nanoseconds())/float64(n)))
	})
	r.ended(exit, ended)
}

// perLoop prints nanoseconds with a fitting unit and three digits.
func perLoop(ns float64) string {
	for _, u := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= u.ns {
			return fmt.Sprintf("%.3g %s", ns/u.ns, u.name)
		}
	}
	return fmt.Sprintf("%.3g ns", ns)
}
