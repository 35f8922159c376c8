package vm

// This file runs a program from its first line to the end of the machine.

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"toylang/lang/bytecode"
	"toylang/refcount"
	"toylang/scheduler"
)

// The exit codes of DESIGN's list that the machine itself decides.
const (
	ExitOK        = 0
	ExitUncaught  = 1
	ExitUsage     = 2
	ExitFaults    = 3
	ExitLimit     = 5
	ExitBug       = 70
	ExitInterrupt = 130
)

// RunMain runs a program as __main__ and shuts the machine down as CPython does: threads that are not daemons are waited
// for, the main module's names go, cycles are collected. It gives the exit code.
func (vm *VM) RunMain(f *bytecode.Func) (exit int) {
	t := vm.Main
	c, ok := vm.load(t, f)
	m := Unbound
	if ok {
		m = t.NewModule("__main__")
		ok = m != Raised
	}
	if ok {
		t.modSet(m, "__file__", t.NewStr(f.File))
		t.modSet(m, "__package__", None)
	}
	h := t.Hold(m)
	if ok {
		ok = t.RunModule(c, m)
	}
	if !ok {
		exit = t.reportExit()
	}
	t.ClearBreak(scheduler.BreakLimit) // the other threads get their time too
	if !t.shutdownThreads() && exit == 0 {
		exit = t.reportExit()
	}
	if t.limited && exit != ExitLimit { // the last word is not the program's
		vm.WriteErr(fmt.Sprintf("toy: %v\n", vm.limitWhat.Load()))
		exit = ExitLimit
	}
	t.ClearBreak(scheduler.BreakLimit)
	m = t.Release(h)
	vm.stopping.Store(true)
	vm.Sched.StopWorld(&t.Thread) // daemon threads never run again: what they would use goes now
	vm.assignBlame(m)
	defer t.Mutator.Alone()()
	vm.teardown(t, m)
	vm.FlushOut()
	if vm.dead.Load() {
		return ExitLimit
	}
	if exit == ExitOK && vm.reportLost() {
		return ExitUncaught
	}
	return exit
}

// reportLost says, as CPython does at its end, that standard output could not be written.
func (vm *VM) reportLost() bool {
	vm.outMu.Lock()
	err := vm.io.outErr
	vm.outMu.Unlock()
	if err == nil {
		return false
	}
	what := err.Error()
	var no syscall.Errno
	if errors.As(err, &no) {
		what = fmt.Sprintf("[Errno %d] %s", int(no), errnoText(no))
	}
	vm.WriteErr("Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\nOSError: " + what + "\n")
	return true
}

// reportExit takes the exception being raised and gives the exit code that it means, printing it where CPython does.
func (t *Thread) reportExit() int {
	e := t.TakeExc()
	if e == Unbound {
		return 0
	}
	mark := t.Hold(e)
	defer t.Unhold(mark)
	vm := t.VM
	vm.FlushOut()
	switch {
	case t.IsInstance(e, vm.Exc.SystemExit):
		code := t.GetAttrStr(e, "code")
		defer t.Decref(code)
		if code == None {
			return 0
		}
		if n, ok := t.Small(code); ok {
			return int(uint8(n))
		}
		if t.IsInt(code) { // more than a machine word is -1 to CPython
			if x := t.Big(code); x.IsInt64() {
				return int(uint8(x.Int64()))
			}
			return 0xFF
		}
		if code == Raised {
			t.Decref(t.TakeExc())
			return 1
		}
		if !vm.dead.Load() {
			s := t.Str(code)
			if s != Raised {
				vm.WriteErr(t.GoStr(s) + "\n")
			}
			t.Decref(s)
		}
		return 1
	case t.limited:
		vm.WriteErr(t.FormatException(e))
		return ExitLimit
	case t.IsInstance(e, vm.Exc.KeyboardInterrupt):
		vm.WriteErr(t.FormatException(e))
		return ExitInterrupt
	}
	vm.LastExc = t.TypeName(e)
	t.noteUncaught(e)
	t.callHook(e)
	return ExitUncaught
}

// callHook hands an uncaught exception to sys.excepthook.
func (t *Thread) callHook(e Value) {
	m := t.DictGetStr(t.VM.modules, t.VM.Intern("sys"))
	if m != Unbound {
		h := t.DictGetStr(t.Field(m, 0), t.VM.Intern("excepthook"))
		t.Decref(m)
		if t.Is(h, KFunction) || t.Is(h, KMethod) {
			mark := t.Hold(h)
			tb := t.Hold(t.lockedField(e, ExcTraceback))
			r := t.Call(h, t.ClassOf(e).Value, e, t.Held(tb))
			t.Unhold(tb)
			t.Unhold(mark)
			if r != Raised {
				t.Decref(r)
				return
			}
			t.VM.WriteErr("Error in sys.excepthook:\n")
			t.Decref(t.TakeExc())
			t.VM.WriteErr("\nOriginal exception was:\n")
		} else {
			t.Decref(h)
		}
	}
	t.VM.WriteErr(t.FormatException(e))
}

// printUncaught prints the exception being raised on a thread that nobody watches.
func (t *Thread) printUncaught(what string) {
	e := t.TakeExc()
	mark := t.Hold(e)
	t.noteUncaught(e)
	t.VM.WriteErr(what + "\n" + t.FormatException(e))
	t.Unhold(mark)
}

// shutdownThreads waits for the threads that are not daemons, as threading._shutdown does, and then calls what atexit has.
func (t *Thread) shutdownThreads() bool {
	ok := true
	for _, last := range [][2]string{{"threading", "_shutdown"}, {"atexit", "_run_exitfuncs"}} {
		m := t.DictGetStr(t.VM.modules, t.VM.Intern(last[0]))
		if m == Unbound {
			continue
		}
		saved := t.TakeExc()
		module := t.Hold(m)
		h := t.Hold(saved)
		r := t.CallMethod(m, last[1])
		t.Decref(r)
		if saved = t.Release(h); saved != Unbound { // the first exception counts
			t.Decref(t.TakeExc())
			t.Exc = saved
		}
		t.Unhold(module)
		ok = ok && r != Raised
	}
	return ok
}

// teardown drops the main module's names in CPython's order (those with one underscore first, then the rest, the latest
// last), then all other modules, then what is left in cycles.
func (vm *VM) teardown(t *Thread, m Value) {
	if m != Unbound && m != Raised {
		d := t.Field(m, 0)
		for _, under := range []bool{true, false} {
			for _, n := range t.dictNames(d) {
				if n == "__builtins__" || under != (strings.HasPrefix(n, "_") && !strings.HasPrefix(n, "__")) {
					continue
				}
				if t.DictSetStr(d, vm.Intern(n), None) {
					t.Decref(t.TakeExc())
				}
			}
		}
		t.DictClear(d)
		t.Decref(m)
	}
	t.Decref(t.TakeExc())
	h := t.Handled
	t.Handled = Unbound
	t.Decref(h)
	t.EmptyScope()
	again := t.Collect() > 0 || t.Disc == refcount.Traced
	for _, n := range t.dictNames(vm.modules) {
		if n == "builtins" || n == "sys" {
			continue
		}
		again = again || n != "__main__" // which is empty already
		if mod := t.DictGetStr(vm.modules, vm.Intern(n)); t.Is(mod, KModule) && vm.goModules[n] == nil {
			t.DictClear(t.Field(mod, 0))
			t.Decref(mod)
		} else {
			t.Decref(mod)
		}
		t.Decref(t.DictPop(vm.modules, vm.Intern(n)))
	}
	t.EmptyScope()
	if again {
		t.Collect()
	}
	t.Decref(t.TakeExc())
}

// spot tells where the thread stands, as file:line.
func (t *Thread) spot() string {
	if t.fp == 0 {
		return "?"
	}
	return t.VM.where(t.PC)
}

// where tells which source line the instruction at an arena offset belongs to.
func (vm *VM) where(pc uint32) string {
	c, line := vm.lineOf(pc)
	if c == nil {
		return "?"
	}
	return fmt.Sprintf("%s:%d", c.File, line)
}

// lineOf finds the code and line of an arena offset; nil when there is none.
func (vm *VM) lineOf(pc uint32) (*Code, int) {
	vm.codeMu.Lock()
	defer vm.codeMu.Unlock()
	lo, hi := 0, len(vm.byEntry)
	for lo < hi {
		mid := (lo + hi) / 2
		if vm.byEntry[mid].Entry <= pc {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return nil, 0
	}
	c := vm.byEntry[lo-1]
	if int(pc-c.Entry) >= len(c.Code) {
		return nil, 0
	}
	line := int(c.SpanAt(pc - c.Entry).Line)
	if line == 0 {
		line = c.FirstLine
	}
	return c, line
}

// onDeadlock prints the report of a deadlock; every waiting thread then ends.
func (vm *VM) onDeadlock(r scheduler.Report) {
	vm.dead.Store(true)
	vm.ended.mu.Lock()
	vm.ended.deadlock = r.Lines
	vm.ended.mu.Unlock()
	vm.FlushOut()
	vm.WriteErr("toy: deadlock: every thread waits for ever\n  " + strings.Join(r.Lines, "\n  ") + "\n")
}

// onFault makes the thread that met a memory fault raise a SystemError, or stop, at its next check.
func (vm *VM) onFault(m *refcount.Mutator, f *refcount.Fault) {
	t := vm.threadOf(m)
	if t == nil || vm.OnFault == FaultContinue || vm.stopping.Load() || t.Async != Unbound {
		return
	}
	var e Value
	saved := t.TakeExc()
	if vm.OnFault == FaultStop {
		e = t.NewExc(vm.Exc.SystemExit, t.NewInt(ExitFaults))
	} else {
		e = t.NewExc(vm.Exc.SystemError, t.NewStr("memory fault: "+f.Kind.String()))
	}
	t.Exc = saved
	if e == Raised {
		return
	}
	t.Async = e
	t.SetBreak(scheduler.BreakAsync)
}

// limitReached raises what ends a program that passed a limit.
func (t *Thread) limitReached() bool {
	if !t.limited {
		t.limited, t.limitEnd = true, time.Now().Add(limitGrace)
	}
	t.Raise(t.VM.Exc.SystemError, "%s", t.VM.limitWhat.Load())
	t.limitExc = t.Exc
	return false
}

// limitGrace is how long what finally and with run on the way out may take in all.
const limitGrace = 500 * time.Millisecond

// limitOver reports that the exception being raised is a limit's, and the time of finally blocks is over too.
func (t *Thread) limitOver() bool {
	return t.limited && t.Exc == t.limitExc && time.Now().After(t.limitEnd)
}

// winding reports that the thread is on its way out after a limit: in a finally block, which has some time left.
func (t *Thread) winding() bool {
	if !t.limited || time.Now().After(t.limitEnd) {
		return false
	}
	e := t.Ref(t.Handled)
	for n := 0; e != t.limitExc && t.Isa(e, KException) && n < 100; n++ { // what is handled inside such a block
		c := t.lockedField(e, ExcContext)
		t.Decref(e)
		e = c
	}
	t.Decref(e)
	return e == t.limitExc
}

// Limit makes every thread end because of a limit.
func (vm *VM) Limit(what string) {
	vm.limitWhat.Store(what)
	vm.threadMu.Lock()
	defer vm.threadMu.Unlock()
	for _, t := range vm.threads {
		t.SetBreak(scheduler.BreakLimit)
		t.Poke()
	}
}

// beforeInstr does what tracing and counting ask for before an instruction; false when an exception was raised.
func (t *Thread) beforeInstr() bool {
	vm := t.VM
	t.instrs++
	if vm.MaxInstrs != 0 && t.instrs > vm.MaxInstrs {
		t.limited = true
		vm.limitWhat.Store("the program ran its limit of instructions")
		t.Raise(vm.Exc.SystemError, "the program ran its limit of %d instructions", vm.MaxInstrs)
		t.limitExc = t.Exc
		return false
	}
	if vm.Check {
		c := t.codeOf(t.frame())
		if line := c.SpanAt(t.PC - c.Entry).Line; line != t.lastLine || t.PC <= t.lastPC {
			if t.lastPC != 0 {
				t.atLine()
			}
			t.lastLine = line
		}
		t.lastPC = t.PC
	}
	if vm.Trace != nil {
		vm.Trace(t)
	}
	if vm.Strategy.SwitchEvery && t.breakerSet() {
		return t.CheckBreak()
	}
	return true
}
