package vm

// This file is the REPL's hand on a machine: entries run one after another in __main__, and errors end none of it.

import (
	"errors"
	"time"

	"toylang/lang/bytecode"
	"toylang/scheduler"
)

// Session runs entries. Its methods are called on the goroutine that made the machine, with the right to run but in
// Wait's function.
type Session struct {
	vm   *VM
	main int // where the word stack holds the module __main__
}

// OpenSession makes __main__ and gives the session. prelude, which may be nil, runs first, in a module of its own.
func (vm *VM) OpenSession(prelude *bytecode.Func) (*Session, error) {
	t := vm.Main
	vm.io.tty = true // whoever reads along is to see everything at once
	if prelude != nil {
		m := t.NewModule("_session")
		c, ok := vm.load(t, prelude)
		ok = ok && m != Raised && t.RunModule(c, m)
		t.Decref(m)
		if !ok {
			return nil, errors.New("the session cannot start: " + t.describeExc())
		}
	}
	m := t.NewModule("__main__")
	if m == Raised {
		return nil, errors.New("the session cannot start: " + t.describeExc())
	}
	t.modSet(m, "__package__", None)
	return &Session{vm: vm, main: t.Hold(m)}, nil
}

// module is __main__ (borrowed).
func (s *Session) module() Value { return s.vm.Main.Held(s.main) }

// Wait runs a function that may block, such as reading a line; other toy threads run meanwhile.
func (s *Session) Wait(fn func()) { s.vm.Sched.Blocking(&s.vm.Main.Thread, "input", fn) }

// Run runs an entry. An exception is printed; ended says that it was one that ends the session, with an exit code.
func (s *Session) Run(f *bytecode.Func) (exit int, ended bool) {
	t := s.vm.Main
	t.EmptyScope()
	t.ClearBreak(scheduler.BreakInterrupt) // a Ctrl-C that came too late for the last entry
	c, ok := s.vm.load(t, f)
	if ok && t.RunModule(c, s.module()) {
		s.vm.FlushOut()
		return 0, false
	}
	return s.failed()
}

// failed prints the exception being raised.
func (s *Session) failed() (exit int, ended bool) {
	t := s.vm.Main
	if s.vm.dead.Load() { // the report of the deadlock has been printed
		t.Decref(t.TakeExc())
		s.revive()
		return 0, false
	}
	ended = t.limited || t.Exc != Unbound && t.IsInstance(t.Exc, s.vm.Exc.SystemExit)
	exit = t.reportExit()
	t.Decref(t.TakeExc())
	return exit, ended
}

// revive goes on after a deadlock, when the other threads that took part in it have had the time to end.
func (s *Session) revive() {
	for i := 0; i < 1000 && s.anyWaits(); i++ {
		s.Wait(func() { time.Sleep(time.Millisecond) })
	}
	s.vm.dead.Store(false)
	scheduler.Revive(s.vm.Sched)
}

func (s *Session) anyWaits() bool {
	for _, x := range s.vm.Sched.Threads() {
		if x != &s.vm.Main.Thread && x.State() == scheduler.Waiting {
			return true
		}
	}
	return false
}

// Timeit runs f, which defines the function name(n) in __main__, takes that name away again and hands measure a function
// that calls it and tells how long it took; not ok when an exception was raised, which is then printed.
func (s *Session) Timeit(f *bytecode.Func, name string, measure func(call func(n int64) (time.Duration, bool))) (exit int, ended bool) {
	t := s.vm.Main
	if exit, ended = s.Run(f); ended {
		return exit, ended
	}
	fn := t.DictPop(t.Field(s.module(), 0), s.vm.Intern(name))
	if fn == Unbound {
		return 0, false
	}
	mark, ok := t.Hold(fn), true
	measure(func(n int64) (time.Duration, bool) {
		arg := t.NewInt(n)
		begin := time.Now()
		r := t.Call(fn, arg)
		took := time.Since(begin)
		ok = r != Raised
		t.DecrefAll(r, arg)
		return took, ok
	})
	t.Unhold(mark)
	if !ok {
		return s.failed()
	}
	return 0, false
}

// End ends the session and the machine, as the end of a program does: threads that are not daemons are waited for. It
// gives the exit code.
func (s *Session) End(exit int) int {
	t := s.vm.Main
	t.ClearBreak(scheduler.BreakInterrupt | scheduler.BreakLimit)
	if !t.shutdownThreads() {
		if code, _ := s.failed(); exit == 0 {
			exit = code
		}
	}
	s.Abandon()
	return exit
}

// Abandon ends the machine at once: its other threads never run again, and everything they held goes.
func (s *Session) Abandon() {
	t := s.vm.Main
	s.vm.FlushOut()
	s.vm.stopping.Store(true)
	s.vm.Sched.StopWorld(&t.Thread)
	s.vm.teardown(t, t.Release(s.main))
	s.vm.FlushOut()
}

// Names lists the names that an entry can use: those of __main__ and the built-in ones.
func (s *Session) Names() []string {
	t := s.vm.Main
	return append(t.dictNames(t.Field(s.module(), 0)), t.dictNames(s.vm.builtins)...)
}

// Attrs lists the attributes of what a dotted expression names; none when it names nothing. Properties on the way are not
// asked for their values.
func (s *Session) Attrs(path []string) (names []string) {
	t := s.vm.Main
	v := s.find(path)
	if v == Unbound {
		return nil
	}
	mark := t.Hold(v)
	if l := t.dirOf(v); l != Raised {
		t.Each(l, func(n Value) bool {
			if t.IsStr(n) {
				names = append(names, t.GoStr(n))
			}
			return true
		})
		t.Decref(l)
	}
	t.Unhold(mark)
	t.Decref(t.TakeExc())
	return names
}

// find gives what a dotted expression names (owned); Unbound when it names nothing.
func (s *Session) find(path []string) Value {
	t := s.vm.Main
	if len(path) == 0 {
		return Unbound
	}
	name := s.vm.Intern(path[0])
	v := t.DictGetStr(t.Field(s.module(), 0), name)
	if v == Unbound {
		v = t.DictGetStr(s.vm.builtins, name)
	}
	for _, n := range path[1:] {
		if v == Unbound {
			return v
		}
		mark := t.Hold(v)
		name := s.vm.Intern(n)
		d, _ := t.Lookup(t.ClassOf(v), name)
		x := Unbound
		if !t.Is(d, KProperty) {
			x = t.LookupAttr(v, name)
		}
		t.Decref(d)
		t.Unhold(mark)
		if x == Raised {
			t.Decref(t.TakeExc())
			x = Unbound
		}
		v = x
	}
	return v
}

// Funcs gives the code of the function or method that a dotted expression names, or of all methods of a class.
func (s *Session) Funcs(path []string) (out []*bytecode.Func) {
	t := s.vm.Main
	v := s.find(path)
	mark := t.Hold(v)
	defer t.Unhold(mark)
	add := func(f Value) {
		if t.Is(f, KMethod) || t.Is(f, KStaticMethod) || t.Is(f, KClassMethod) {
			f = t.Field(f, 0)
		}
		if c := t.CodeFrom(f); c != nil {
			out = append(out, c.Func)
		}
	}
	if c := t.ClassFrom(v); c != nil {
		for _, n := range t.dictNames(c.Dict) {
			f := t.DictGetStr(c.Dict, s.vm.Intern(n))
			add(f)
			t.Decref(f)
		}
		return out
	}
	add(v)
	return out
}
