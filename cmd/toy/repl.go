package main

// This file is the REPL: line editing by readline, entries of several lines, and a few commands that look inside.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"toylang/cmd/internal/loader"
	"toylang/lang"
	"toylang/lang/bytecode"
	"toylang/vm"
)

// editor reads lines with whatever editing the system allows.
type editor interface {
	Readline() (string, error)
	SetPrompt(string)
	SaveHistory(string) error
	Stdout() io.Writer
	Stderr() io.Writer
	Close() error
}

// session is a running REPL.
type session struct {
	m    *vm.VM
	l    *loader.Loader
	line editor
}

func replCmd(args []string) int {
	o := newOptions("toy", os.Stderr)
	if code := o.parse(args); code >= 0 {
		return code
	}
	cfg, err := o.config()
	if err != nil {
		return usage("%v", err)
	}
	s := &session{l: loader.New()}
	history := os.Getenv("TOY_HISTORY")
	if home, err := os.UserHomeDir(); history == "" && err == nil {
		history = filepath.Join(home, ".toy_history")
	}
	s.line, err = newEditor(history)
	if err != nil {
		return usage("%v", err)
	}
	defer s.line.Close()
	cfg.Load, cfg.Args, cfg.Path = s.l, []string{""}, []string{"."}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = os.Stdin, s.line.Stdout(), s.line.Stderr()
	cfg.OnCrash = func(where string, p any, stack []byte) { os.Exit(reportBug(where, p, stack)) }
	if s.m, err = vm.New(cfg); err != nil || !s.m.StartSession() {
		return usage("cannot start: %v", err)
	}
	stop := watchInterrupt(s.m)
	defer stop()
	fmt.Fprintf(s.line.Stdout(), "toy %s (Python 3.11 syntax), strategy %s. %%help for commands, Ctrl-D to leave.\n", version, s.m.Strategy)
	for {
		src, err := s.read()
		if errors.Is(err, errInterrupt) {
			continue
		}
		if err != nil {
			break
		}
		if exit, ended := s.entry(src); ended {
			s.m.EndSession()
			return exit
		}
	}
	s.m.EndSession()
	return 0
}

// read reads one entry: as many lines as it takes. Other toy threads run meanwhile.
func (s *session) read() (src string, err error) {
	var lines []string
	for {
		s.line.SetPrompt(">>> ")
		if lines != nil {
			s.line.SetPrompt("... ")
		}
		var text string
		s.m.Sched.Blocking(&s.m.Main.Thread, "the prompt", func() { text, err = s.line.Readline() })
		if err != nil {
			if errors.Is(err, io.EOF) && lines != nil {
				return strings.Join(lines, "\n") + "\n", nil
			}
			return "", err
		}
		lines = append(lines, text)
		src = strings.Join(lines, "\n") + "\n"
		if strings.HasPrefix(strings.TrimSpace(lines[0]), "%") || lang.Complete(src) {
			_ = s.line.SaveHistory(strings.TrimRight(src, "\n"))
			return src, nil
		}
	}
}

// entry runs an entry or a command.
func (s *session) entry(src string) (exit int, ended bool) {
	word := strings.TrimSpace(src)
	if word == "" {
		return 0, false
	}
	if strings.HasPrefix(word, "%") {
		s.command(strings.Fields(word))
		return 0, false
	}
	f, ok := s.compile(src)
	if !ok {
		return 0, false
	}
	return s.m.RunEntry(f)
}

func (s *session) compile(src string) (*bytecode.Func, bool) {
	f, err := s.l.Interactive("<stdin>", []byte(src))
	var syn *lang.SyntaxError
	switch {
	case errors.As(err, &syn):
		fmt.Fprintln(s.line.Stderr(), strings.TrimRight(syn.Format(), "\n"))
	case err != nil:
		fmt.Fprintln(s.line.Stderr(), err)
	}
	return f, err == nil
}

// command runs a line that begins with a percent sign.
func (s *session) command(words []string) {
	out := s.line.Stdout()
	switch words[0] {
	case "%strategy":
		fmt.Fprintf(out, "strategy %s; start toy with --strategy NAME for another: %s\n", s.m.Strategy, strings.Join(vm.StrategyNames(), ", "))
	case "%audit":
		s.m.WriteAudit(out, s.m.Audit(s.m.Main))
	case "%heap":
		s.m.WriteHeap(out)
	case "%threads":
		for _, l := range s.m.ThreadStates() {
			fmt.Fprintln(out, l)
		}
	case "%dis":
		if f, ok := s.compile(strings.Join(words[1:], " ") + "\n"); ok {
			bytecode.Disassemble(out, f)
		}
	default:
		_, _ = io.WriteString(out, "%audit    hold every count against the references\n%dis STMT the bytecode of a statement\n%heap     the live objects\n%strategy the strategy\n%threads  the threads\n%help     this\n")
	}
}
