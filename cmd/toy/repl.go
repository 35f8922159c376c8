package main

// This file is the REPL: it reads entries, runs them in one machine's __main__, and goes on after errors.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/lang"
	"toylang/lang/bytecode"
	"toylang/vm"
)

const (
	ps1 = ">>> "
	ps2 = "... "
	// stdinName is what tracebacks and syntax errors call an entry.
	stdinName = "<stdin>"
)

// prelude defines what CPython's site module adds for the REPL.
const prelude = `import builtins
class Quitter:
    def __init__(self, name):
        self.name = name
    def __repr__(self):
        return 'Use %s() or Ctrl-D (i.e. EOF) to exit' % self.name
    def __call__(self, code=None):
        raise SystemExit(code)
Quitter.__module__ = '_sitebuiltins'
builtins.exit = Quitter('exit')
builtins.quit = Quitter('quit')
`

// errInterrupt is Ctrl-C at the prompt.
var errInterrupt = errors.New("interrupted")

// line is what an editor has read: a line, and the lines that followed it in a pasted block.
type line struct {
	text   string
	pasted bool
	rest   []string // the last one was not ended: it is still to be edited
}

// editor reads lines from the user.
type editor interface {
	// read reads a line; prefill stands in it already. Errors: io.EOF, errInterrupt.
	read(prompt, prefill string) (line, error)
	// echo shows a line that was read as part of a pasted block.
	echo(prompt, text string)
	// remember adds a line to the history.
	remember(text string)
	close()
}

// repl is a running REPL.
type repl struct {
	o       *options
	load    *loader.Loader
	m       *vm.VM
	s       *vm.Session
	target  atomic.Pointer[vm.VM] // m, for the goroutine that watches signals
	running atomic.Bool           // an entry is being run
	in      *ttyInput
	out     *screen
	ed      editor
	asks    chan ask // completion, answered by the main toy thread
	last    *bytecode.Func
	done    bool // a command ended the session
	exit    int
}

// replCmd is toy without a file. Where standard input is no terminal it is a program, as it is for python3.
func replCmd(args []string) int {
	o := newOptions("toy", os.Stderr)
	if code := o.parse(args); code >= 0 {
		return code
	}
	if !isTerminal(os.Stdin) {
		return o.runStdin()
	}
	r := &repl{o: o, in: newTTYInput(os.Stdin), asks: make(chan ask)}
	r.out = newScreen(os.Stdout, os.Stderr)
	if _, err := o.config(); err != nil {
		return usage("%v", err)
	}
	if err := r.start(nil); err != nil {
		fmt.Fprintln(os.Stderr, "toy:", err)
		return 5
	}
	r.ed = r.newEditor(openHistory())
	stop := r.watch()
	defer stop()
	fmt.Fprintf(r.out.prompts(), "toy %s (Python 3.11 syntax), strategy %s. %%help for commands, Ctrl-D to leave.\n", version, r.m.Strategy)
	exit := r.s.End(r.loop())
	r.ed.close()
	return o.reports(r.m, exit)
}

// runStdin runs standard input as a program.
func (o *options) runStdin() int {
	src, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "toy: can't read standard input:", err)
		return 2
	}
	l := loader.New()
	f, err := l.Compile(stdinName, src)
	l.Remember(stdinName, nil) // as in CPython its tracebacks show no source
	if err != nil {
		fmt.Fprintln(os.Stderr, syntaxText(err))
		return 2
	}
	m, code := o.machine(l, []string{""})
	if m == nil {
		return code
	}
	return o.execute(m, f)
}

// start makes a machine and a session on it: with the strategy given, or the one of the command line.
func (r *repl) start(strategy *vm.Strategy) error {
	cfg, err := r.o.config()
	if err != nil {
		return err
	}
	if strategy != nil {
		cfg.Strategy = *strategy
	}
	r.load = loader.New()
	cfg.Load, cfg.Args, cfg.Path = r.load, []string{""}, []string{"."}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = r.in.cooked(), r.out.stdout(), r.out.stderr()
	cfg.OnCrash = func(where string, p any, stack []byte) {
		r.restore()
		os.Exit(reportBug(where, p, stack))
	}
	m, err := vm.New(cfg)
	if err != nil {
		return err
	}
	pre, err := r.load.Compile("<toy>/site.toy", []byte(prelude))
	if err != nil {
		return err
	}
	s, err := m.OpenSession(pre)
	if err != nil {
		return err
	}
	if r.o.trace {
		m.TraceTo(r.out.stderr())
	}
	r.m, r.s = m, s
	r.target.Store(m)
	return nil
}

// loop reads and runs entries until the end of input or exit(); it gives the exit code.
func (r *repl) loop() int {
	if r.o.timeout > 0 {
		timer := time.AfterFunc(r.o.timeout, func() {
			r.restore()
			fmt.Fprintf(os.Stderr, "\ntoy: the session ran longer than %v\n", r.o.timeout)
			os.Exit(vm.ExitLimit)
		})
		defer timer.Stop()
	}
	for !r.done {
		entry, err := r.entry()
		switch {
		case err == io.EOF:
			return r.exit
		case err != nil:
			fmt.Fprintln(r.out.prompts(), "KeyboardInterrupt")
			continue
		}
		r.running.Store(true)
		r.do(entry)
		r.running.Store(false)
		r.in.interrupted() // a Ctrl-C for what ran has done its work
	}
	return r.exit
}

// do runs an entry or a command.
func (r *repl) do(entry string) {
	trimmed := strings.TrimSpace(entry)
	if strings.HasPrefix(trimmed, "%") {
		first, rest, _ := strings.Cut(trimmed, "\n")
		r.command(first)
		if strings.TrimSpace(rest) != "" && !r.done { // a pasted block that begins with a command
			r.do(rest + "\n")
		}
		return
	}
	if trimmed == "" {
		return
	}
	if f := r.compile(entry); f != nil {
		r.last = f
		r.ended(r.s.Run(f))
	}
}

// ended notes what running something said about the session's end.
func (r *repl) ended(exit int, ended bool) {
	if ended {
		r.exit, r.done = exit, true
	}
}

// compile compiles an entry; nil when it has a syntax error, which is printed.
func (r *repl) compile(src string) *bytecode.Func {
	f, err := r.load.Interactive(stdinName, []byte(src))
	r.load.Remember(stdinName, nil) // a traceback's lines would be those of another entry
	if err != nil {
		fmt.Fprintln(r.out.stderr(), syntaxText(err))
		return nil
	}
	return f
}

// syntaxText is what is printed of an error of the compiler.
func syntaxText(err error) string {
	var syn *lang.SyntaxError
	if errors.As(err, &syn) {
		return strings.TrimRight(syn.Format(), "\n")
	}
	return "toy: " + err.Error()
}
