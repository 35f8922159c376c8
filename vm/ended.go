package vm

// This file keeps what a run ended with, for those who run a program many times and compare.

import (
	"fmt"
	"strings"
	"sync"

	"toylang/lang/bytecode"
	"toylang/refcount"
	"toylang/scheduler"
)

// StepLimit is what a run that has passed Config.MaxSteps points is told.
const StepLimit = "the program ran its limit of steps"

// Uncaught is an exception that ended a thread.
type Uncaught struct {
	Thread uint32 // its ID
	Class  string
	Text   string // the message
	Where  string // the line that raised it: file:line
}

// ended is what is noted.
type ended struct {
	mu       sync.Mutex
	uncaught []Uncaught
	deadlock []string
}

// noteUncaught notes an exception that nobody caught; SystemExit is none.
func (t *Thread) noteUncaught(e Value) {
	if !t.IsInstance(e, t.VM.Exc.BaseException) || t.IsInstance(e, t.VM.Exc.SystemExit) || t.limited {
		return
	}
	u := Uncaught{Thread: t.ID, Class: t.TypeName(e), Where: t.raisedAt(e)}
	if s := t.Str(e); s == Raised {
		t.Decref(t.TakeExc())
	} else {
		u.Text = t.GoStr(s)
		t.Decref(s)
	}
	t.VM.ended.mu.Lock()
	defer t.VM.ended.mu.Unlock()
	t.VM.ended.uncaught = append(t.VM.ended.uncaught, u)
}

// raisedAt is the program's own line that raised an exception; the library's where it has none.
func (t *Thread) raisedAt(e Value) (where string) {
	tb := t.lockedField(e, ExcTraceback)
	defer t.Decref(tb)
	own := false
	for _, x := range t.tbEntries(tb) {
		if is := ownFile(x.code.File); is || !own {
			where, own = fmt.Sprintf("%s:%d", x.code.File, x.line), is
		}
	}
	return where
}

// ownFile tells the program's files from the library's.
func ownFile(file string) bool { return !strings.HasPrefix(file, "<") }

// Uncaught gives the exceptions that ended threads, in the order in which they did; for the main thread, the one that ended
// the program.
func (vm *VM) Uncaught() []Uncaught {
	vm.ended.mu.Lock()
	defer vm.ended.mu.Unlock()
	return append([]Uncaught(nil), vm.ended.uncaught...)
}

// Deadlock gives the report of the deadlock that ended the program: who waits for what and where; nil when there was none.
func (vm *VM) Deadlock() []string {
	vm.ended.mu.Lock()
	defer vm.ended.mu.Unlock()
	return vm.ended.deadlock
}

// Limited tells which limit the program reached; "" when none.
func (vm *VM) Limited() string {
	s, _ := vm.limitWhat.Load().(string)
	return s
}

// abandon ends, under a virtual scheduler, the goroutines of the threads that the end of the program has left waiting, one
// after the other.
func (vm *VM) abandon() {
	for _, x := range vm.Sched.Threads() {
		if x != &vm.Main.Thread {
			n := vm.mapped.running()
			scheduler.Abandon(vm.Sched, x)
			vm.mapped.waitBelow(n)
		}
	}
}

// Place tells which source line a site in the code stands on, and whether that is the program's own and not the library's.
func (vm *VM) Place(pc uint32) (file string, line int, fn string, own bool) {
	c, n := vm.lineOf(pc)
	if c == nil {
		return "?", 0, "?", false
	}
	return c.File, n, c.Name, ownFile(c.File)
}

// DataUse tells what the instruction at pc does with a variable, an attribute or an item: whether it loads or assigns one.
func (vm *VM) DataUse(pc uint32) (loads, assigns bool) {
	c, _ := vm.lineOf(pc)
	if c == nil {
		return false, false
	}
	switch bytecode.Unpack(c.Func.Code[pc-c.Entry]).Op {
	case bytecode.OpLoadGlobal, bytecode.OpLoadName, bytecode.OpLoadFree, bytecode.OpLoadClassFree, bytecode.OpLoadCell, bytecode.OpIndex, bytecode.OpIndexK, bytecode.OpGetAttr:
		return true, false
	case bytecode.OpStoreGlobal, bytecode.OpStoreName, bytecode.OpStoreFree, bytecode.OpStoreCell, bytecode.OpStoreIndex, bytecode.OpSetAttr:
		return false, true
	}
	return false, false
}

// CountAt reads the count of the object in a slot, dead or alive, for those who watch points. The caller has the right to run.
func (vm *VM) CountAt(off uint32) int32 {
	return int32(vm.Main.Header(refcount.Value(off)).Count)
}
