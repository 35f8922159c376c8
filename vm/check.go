package vm

// This file is the check mode of toy run --check: what locks guard, and audits while the program runs.

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"toylang/refcount"
)

// guardOf says which fields of a built-in kind's record, or whether its body, may change after others can see the object:
// they are used under its lock. Fields that one thread has claimed (a generator's) or that hold no references are not
// among them.
func guardOf(k Kind) uint64 {
	bits := func(fields ...int) (g uint64) {
		for _, f := range fields {
			g |= 1 << f
		}
		return g
	}
	switch k {
	case KList, KDict, KSet, KByteArray:
		return refcount.GuardBody
	case KInstance:
		return 1<<63 - 1
	case KException:
		return bits(ExcArgs, ExcTraceback, ExcCause, ExcContext)
	case KFunction:
		return bits(FuncDefaults, FuncKwDefaults, FuncName, FuncQual, FuncDoc, FuncAnnot, FuncModule)
	case KProperty:
		return bits(PropDoc)
	case KCell:
		return 1
	case KListIter, KTupleIter, KStrIter, KStrWideIter, KBytesIter, KByteArrayIter, KSeqIter, KCallIter, KReversed, KListRevIter:
		return 1
	case KDictIter, KDictValueIter, KDictItemIter, KDictRevKeyIter, KDictRevValueIter, KDictRevItemIter, KSetIter:
		return 1
	}
	return 0
}

// checker audits while the program runs.
type checker struct {
	every  int64        // audit at every so many lines; 0: as often as the budget allows
	lines  atomic.Int64 // begun so far
	busy   atomic.Bool  // somebody audits
	mu     sync.Mutex
	took   time.Duration // all audits
	last   time.Duration // the last one
	ended  time.Time
	clean  string // where the last clean audit was
	found  *refcount.Finding
	report string
}

// checkBudget is how long audits may take, unless the configuration says otherwise, before they get rare: then they take
// a third of the time.
const checkBudget = 2 * time.Second

// atLine is called in check mode before the first instruction of a line: what is wrong now went wrong in what the threads
// have run since the last audit.
func (t *Thread) atLine() {
	c := &t.VM.check
	n := c.lines.Add(1)
	if c.every > 0 && n%c.every != 0 || t.VM.stopping.Load() {
		return
	}
	if !c.busy.CompareAndSwap(false, true) {
		return
	}
	defer c.busy.Store(false)
	budget := t.VM.CheckBudget
	if budget == 0 {
		budget = checkBudget
	}
	c.mu.Lock()
	rest := c.found != nil || c.every == 0 && c.took > budget && time.Since(c.ended) < 2*c.last
	c.mu.Unlock()
	if rest {
		return
	}
	t.auditNow()
}

// auditNow audits, and reports the first finding.
func (t *Thread) auditNow() {
	vm, c := t.VM, &t.VM.check
	begin := time.Now()
	vm.Sched.StopWorld(&t.Thread)
	f := vm.wrongNow(vm.Heap.Audit(vm.roots))
	here := vm.standings(t)
	vm.Sched.StartWorld(&t.Thread)
	c.mu.Lock()
	c.ended = time.Now()
	c.last = c.ended.Sub(begin)
	c.took += c.last
	since := c.clean
	if f == nil {
		c.clean = here
	}
	c.found = f
	c.mu.Unlock()
	if f == nil {
		return
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "toy: check: %s: %s, count %d, references %d%s\n", f.Verdict, vm.ShapeName(f.Shape), int32(f.Count), f.Found, vm.allocated(f.Alloc))
	fmt.Fprintf(&b, "  wrong after   %s\n", here)
	if since != "" {
		fmt.Fprintf(&b, "  still right   %s\n", since)
	}
	c.mu.Lock()
	c.report = b.String()
	c.mu.Unlock()
	vm.WriteErr(b.String())
	t.WrongCount(f.Value)
}

// wrongNow gives the first finding that is no matter of what Go code holds at the moment: counts above the references
// count only while no Go code stands between toy code, and none waits to stop the world itself (a decref that found a
// deferred counter below zero does; the dead container that it came from no longer counts as a holder). The world is stopped.
func (vm *VM) wrongNow(a *refcount.Audit) *refcount.Finding {
	flat := true
	vm.threadMu.Lock()
	for _, x := range vm.threads {
		flat = flat && x.loops <= 1 && !x.Stopping()
	}
	vm.threadMu.Unlock()
	var high *refcount.Finding
	for i := range a.Findings {
		switch f := &a.Findings[i]; f.Verdict {
		case refcount.TooLow, refcount.Dangles:
			return f
		default:
			if high == nil && flat {
				high = f
			}
		}
	}
	return high
}

// standings tells which line each thread has run last. The world is stopped.
func (vm *VM) standings(t *Thread) string {
	var b bytes.Buffer
	vm.threadMu.Lock()
	defer vm.threadMu.Unlock()
	for id := uint32(1); id <= vm.lastID; id++ {
		x := vm.threads[id]
		if x == nil || x.lastPC == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s", vm.where(x.lastPC))
		if len(vm.threads) > 1 {
			fmt.Fprintf(&b, " (%s)", x.Name)
		}
		if c, line := vm.lineOf(x.lastPC); c != nil && x == t {
			if src := vm.source(c.File, line); src != "" {
				fmt.Fprintf(&b, " `%s`", strings.TrimSpace(src))
			}
		}
	}
	return b.String()
}

// CheckFound is the report of the first wrong count that check mode has found; "" when there is none.
func (vm *VM) CheckFound() string {
	vm.check.mu.Lock()
	defer vm.check.mu.Unlock()
	return vm.check.report
}
