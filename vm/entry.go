package vm

// This file runs the entries of an interactive session.

import (
	"sync/atomic"

	"toylang/lang/bytecode"
	"toylang/scheduler"
)

// StartSession makes the module __main__ that entries run in.
func (vm *VM) StartSession() bool {
	m := vm.Main.NewModule("__main__")
	if m == Raised {
		return false
	}
	vm.io.tty = true  // output is shown at once
	vm.Main.Decref(m) // sys.modules holds it
	return true
}

// RunEntry runs one entry; an exception is printed and the session goes on. ended says that it asked to leave, with the
// exit code.
func (vm *VM) RunEntry(f *bytecode.Func) (exit int, ended bool) {
	t := vm.Main
	c, ok := vm.load(t, f)
	if ok {
		m := t.DictGetStr(vm.modules, vm.names.main)
		ok = m != Unbound && t.RunModule(c, m)
		t.Decref(m)
	}
	vm.FlushOut()
	if ok {
		return 0, false
	}
	atomic.AndUint32(&t.Breaker, ^scheduler.BreakInterrupt)
	if t.Exc != Unbound && t.IsInstance(t.Exc, vm.Exc.SystemExit) {
		return t.reportExit(), true
	}
	e := t.TakeExc()
	if e != Unbound {
		mark := t.Hold(e)
		vm.WriteErr(t.FormatException(e))
		t.Unhold(mark)
	}
	return 0, false
}

// EndSession shuts the machine down as the end of a program does.
func (vm *VM) EndSession() {
	t := vm.Main
	if !t.shutdownThreads() {
		t.reportExit()
	}
	vm.stopping.Store(true)
	vm.Sched.StopWorld(&t.Thread)
	vm.teardown(t, t.DictGetStr(vm.modules, vm.names.main))
	vm.FlushOut()
}
