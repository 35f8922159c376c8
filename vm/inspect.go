package vm

// This file prints what is inside a machine: the heap, counters, the audit, memory faults, a trace.

import (
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"

	"toylang/refcount"
	"toylang/scheduler"
)

// TraceTo prints every instruction before it runs: thread, position, operation.
func (vm *VM) TraceTo(w io.Writer) {
	vm.Main.careful = true
	vm.Trace = func(t *Thread) {
		in := insOf(vm.arena[t.PC])
		vm.outMu.Lock()
		defer vm.outMu.Unlock()
		fmt.Fprintf(w, "%-12s %-24s %s %d %d %d\n", t.Name, vm.where(t.PC), in.Op, in.A, in.B, in.C)
	}
}

// maxListed bounds the rows that a report prints.
const maxListed = 50

// WriteHeap lists the live objects that a program has made: type, count, owner, what they hold.
func (vm *VM) WriteHeap(w io.Writer) {
	type row struct {
		n     int
		count uint64
	}
	vm.Sched.StopWorld(&vm.Main.Thread)
	defer vm.Sched.StartWorld(&vm.Main.Thread)
	rows := map[string]*row{}
	fmt.Fprintln(w, "slot       count  owner  type")
	listed := 0
	vm.Heap.Live(func(v Value, count uint32, owner uint16) {
		if vm.Heap.Immortal(v) {
			return
		}
		name := vm.ShapeName(vm.Main.ShapeOf(v))
		r := rows[name]
		if r == nil {
			r = &row{}
			rows[name] = r
		}
		r.n++
		r.count += uint64(count)
		if listed < maxListed {
			fmt.Fprintf(w, "%#-10x %5d  %5d  %s\n", v.Off(), count, owner, name)
		}
		listed++
	})
	if listed > maxListed {
		fmt.Fprintf(w, "… and %d more\n", listed-maxListed)
	}
	names := make([]string, 0, len(rows))
	for n := range rows {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := rows[names[i]].n, rows[names[j]].n; a != b {
			return a > b
		}
		return names[i] < names[j]
	})
	fmt.Fprintln(w, "objects  references  type")
	for _, n := range names {
		fmt.Fprintf(w, "%7d  %10d  %s\n", rows[n].n, rows[n].count, n)
	}
}

// WriteStats prints the machine's counters.
func (vm *VM) WriteStats(w io.Writer) {
	s := vm.Sched.Stats()
	fmt.Fprintf(w, "strategy                 %s\n", vm.Strategy)
	fmt.Fprintf(w, "GIL hand-overs           %d (%d forced)\n", s.HandOvers, s.Forced)
	if s.Vain > 0 {
		fmt.Fprintf(w, "waiters woken in vain    %d\n", s.Vain)
	}
	fmt.Fprintf(w, "waiting for the GIL      %.3f s over all threads\n", float64(s.WaitNanos)/1e9)
	fmt.Fprintf(w, "waits for toy locks      %d\n", s.LockWaits)
	fmt.Fprintf(w, "waits for object locks   %d\n", s.ObjWaits)
	fmt.Fprintf(w, "threads running at once  %d at most\n", s.Parallel)
	fmt.Fprintf(w, "stops of the world       %d\n", s.Stops)
	if made, sums := vm.Heap.DeferStats(); vm.Strategy.Defer {
		fmt.Fprintf(w, "objects deferred         %d (their counters added up %d times)\n", made, sums)
	}
	fmt.Fprintf(w, "heap                     %d KiB carved\n", vm.Heap.Bytes()>>10)
	if c := &vm.tracing; c.collections.Load() > 0 {
		fmt.Fprintf(w, "collections              %d; they freed %d objects; %d KiB lived on after the last\n", c.collections.Load(), c.freed.Load(), c.live.Load()>>10)
		fmt.Fprintf(w, "pauses for them          %.3f ms in all, %.3f ms the longest\n", float64(c.pause.Load())/1e6, float64(c.longest.Load())/1e6)
	}
	if vm.Sched.Virtual() {
		fmt.Fprintf(w, "points                   %d, %d preemptions\n", s.Points, s.Preemptions)
	}
}

// WriteAudit prints an audit, and the memory faults seen while the program ran: the first in full. The report goes out in
// one piece.
func (vm *VM) WriteAudit(w io.Writer, a *refcount.Audit) {
	var b bytes.Buffer
	switch {
	case a.Clean() && vm.Strategy.Count == refcount.Traced:
		fmt.Fprintf(&b, "audit: %d objects, no dangling reference, %d wait for the collector (nobody counts)\n", a.Objects, a.Garbage)
	case a.Clean():
		fmt.Fprintf(&b, "audit: %d objects, every count exact\n", a.Objects)
	default:
		faults, total := vm.Heap.Faults()
		if len(faults) > 0 {
			vm.writeFault(&b, &faults[0])
		}
		fmt.Fprintf(&b, "audit: %d objects: %d leaked, %d counts too high, %d too low, %d dangling references; %d uses of freed slots seen\n",
			a.Objects, a.Leaked, a.High, a.Low, a.Early, total)
		if a.Other > 0 {
			fmt.Fprintf(&b, "  and %d other memory faults\n", a.Other)
		}
		for i, f := range a.Findings {
			if i == 10 {
				fmt.Fprintf(&b, "  … and %d more\n", len(a.Findings)-i)
				break
			}
			fmt.Fprintf(&b, "  %s: %s, count %d, references %d%s\n", f.Verdict, vm.ShapeName(f.Shape), int32(f.Count), f.Found, vm.allocated(f.Alloc))
		}
		fmt.Fprintf(&b, "SUMMARY: count updates lost (net): %d, leaked: %d, freed early: %d\n", a.Lost, a.Leaked, a.Early+int(a.Stale))
	}
	vm.outMu.Lock()
	defer vm.outMu.Unlock()
	_, _ = w.Write(b.Bytes())
}

func (vm *VM) allocated(s refcount.Site) string {
	if s.PC == 0 {
		return ""
	}
	return ", allocated at " + vm.where(s.PC)
}

// ExplainFault gives the full report of a memory fault.
func (vm *VM) ExplainFault(f *refcount.Fault) string {
	var b bytes.Buffer
	vm.writeFault(&b, f)
	return b.String()
}

// writeFault prints one fault in the manner of AddressSanitizer.
func (vm *VM) writeFault(b *bytes.Buffer, f *refcount.Fault) {
	fmt.Fprintf(b, "=================================================================\n")
	fmt.Fprintf(b, "toy: memory fault: %s of a %s, slot %#x\n", f.Kind, vm.ShapeName(f.Shape), f.Value.Off())
	vm.writeSite(b, "used by", f.Use)
	vm.writeSite(b, "freed by", f.Free)
	vm.writeSite(b, "allocated by", f.Alloc)
	fmt.Fprintf(b, "SUMMARY: %s at %s under %s\n", f.Kind, vm.where(f.Use.PC), vm.Strategy)
}

func (vm *VM) writeSite(b *bytes.Buffer, what string, s refcount.Site) {
	if s.PC == 0 && s.Thread == 0 {
		fmt.Fprintf(b, "  %-13s (not known)\n", what)
		return
	}
	c, line := vm.lineOf(s.PC)
	if c == nil {
		fmt.Fprintf(b, "  %-13s thread %d\n", what, s.Thread)
		return
	}
	fmt.Fprintf(b, "  %-13s thread %d at %s:%d in %s\n", what, s.Thread, c.File, line, c.Name)
	if src := strings.TrimSpace(vm.source(c.File, line)); src != "" {
		fmt.Fprintf(b, "      %s\n", src)
	}
}

// ThreadStates describes the threads, one line each.
func (vm *VM) ThreadStates() []string {
	var out []string
	for _, t := range vm.Sched.Threads() {
		state := map[scheduler.State]string{scheduler.Running: "running", scheduler.Blocked: "blocked", scheduler.Waiting: "waiting", scheduler.Stopped: "stopped"}[t.State()]
		out = append(out, fmt.Sprintf("%3d  %-12s %s", t.ID, t.Name, state))
	}
	return out
}
