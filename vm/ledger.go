package vm

// This file tells where the threads' time went: toy run --ledger.

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"text/tabwriter"
	"time"

	"toylang/scheduler"
)

// LedgerRow is time by what was done: of a thread, a function or a line.
type LedgerRow struct {
	Name    string                   `json:"name"`
	Life    time.Duration            `json:"life_ns,omitempty"` // of a thread
	Held    time.Duration            `json:"held_ns"`           // with the right to run
	Waited  time.Duration            `json:"waited_ns"`         // for it
	Blocked time.Duration            `json:"blocked_ns"`
	Causes  map[string]time.Duration `json:"causes_ns,omitempty"` // Blocked by what for
	code    string
}

// LedgerReport is the whole ledger.
type LedgerReport struct {
	Strategy  string        `json:"strategy"`
	OneLock   bool          `json:"one_lock"`
	Wall      time.Duration `json:"wall_ns"`
	Busy      time.Duration `json:"busy_ns"` // some thread had the right to run
	Held      time.Duration `json:"held_ns"` // over all threads
	Threads   []LedgerRow   `json:"threads"`
	Functions []LedgerRow   `json:"functions"` // most held first
	Lines     []LedgerRow   `json:"lines"`
}

// takeLedger makes the report.
func (vm *VM) takeLedger() {
	l := scheduler.LedgerOf(vm.Sched)
	if l == nil {
		return
	}
	r := &LedgerReport{Strategy: vm.Strategy.String(), OneLock: vm.Strategy.Lock == LockGIL, Wall: l.Wall, Busy: l.Busy}
	funcs, lines := map[string]*LedgerRow{}, map[string]*LedgerRow{}
	for _, a := range l.Threads {
		r.Held += a.Spent.Held
		r.Threads = append(r.Threads, LedgerRow{Name: a.Name, Life: a.Life, Held: a.Spent.Held, Waited: a.Spent.Waited, Blocked: a.Spent.Blocked, Causes: a.Causes})
		for pc, s := range a.Places {
			fn, line, code := "(the machine)", "(the machine)", ""
			if c, n := vm.lineOf(pc); c != nil {
				fn, line = fmt.Sprintf("%s (%s:%d)", c.Name, c.File, c.FirstLine), fmt.Sprintf("%s:%d", c.File, n)
				code = strings.TrimSpace(vm.source(c.File, n))
			}
			addSpent(funcs, fn, "", s)
			addSpent(lines, line, code, s)
		}
	}
	r.Functions, r.Lines = sortedRows(funcs), sortedRows(lines)
	vm.spent = r
}

func addSpent(rows map[string]*LedgerRow, name, code string, s scheduler.Spent) {
	x := rows[name]
	if x == nil {
		x = &LedgerRow{Name: name, code: code}
		rows[name] = x
	}
	x.Held += s.Held
	x.Waited += s.Waited
	x.Blocked += s.Blocked
}

func sortedRows(rows map[string]*LedgerRow) (out []LedgerRow) {
	for _, x := range rows {
		out = append(out, *x)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		if x, y := a.Held+a.Waited, b.Held+b.Waited; x != y {
			return x > y
		}
		return a.Name < b.Name
	})
	return out
}

// maxLedgerRows bounds the rows of functions and of lines.
const maxLedgerRows = 10

// WriteLedger prints the ledger, as tables or as JSON. It may be called when the program has ended.
func (vm *VM) WriteLedger(w io.Writer, asJSON bool) {
	r := vm.spent
	if r == nil {
		return
	}
	if asJSON {
		writeJSON(w, r)
		return
	}
	held, waited := "held", "waited"
	if !r.OneLock {
		held = "running"
	}
	fmt.Fprintf(w, "ledger under %s: wall %s; times by thread are exact, by function and line sampled every 1 ms\n", r.Strategy, millis(r.Wall))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "life\t%s\t%s\tblocked\tsum\t  thread\n", held, waited)
	for _, x := range r.Threads {
		sum := x.Held + x.Waited + x.Blocked
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%.1f%%\t  %s%s\n", millis(x.Life), millis(x.Held), millis(x.Waited), millis(x.Blocked), 100*float64(sum)/float64(max(x.Life, 1)), x.Name, causes(x.Causes))
	}
	_ = tw.Flush()
	for _, part := range []struct {
		what string
		rows []LedgerRow
	}{{"function", r.Functions}, {"line", r.Lines}} {
		fmt.Fprintf(tw, "%s\t%s\tblocked\t  %s\n", held, waited, part.what)
		for i, x := range part.rows {
			if i == maxLedgerRows {
				fmt.Fprintf(tw, "\t\t\t  … and %d more\n", len(part.rows)-i)
				break
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t  %s  %s\n", millis(x.Held), millis(x.Waited), millis(x.Blocked), x.Name, x.code)
		}
		_ = tw.Flush()
	}
	if r.OneLock {
		fmt.Fprintf(w, "SUMMARY: the one lock was held for %s and free for %s of %s (sum %.1f%%)\n", millis(r.Held), millis(r.Wall-r.Busy), millis(r.Wall),
			100*float64(r.Held+r.Wall-r.Busy)/float64(max(r.Wall, 1)))
		return
	}
	fmt.Fprintf(w, "SUMMARY: threads ran for %s in %s: %.2f at a time\n", millis(r.Held), millis(r.Wall), float64(r.Held)/float64(max(r.Wall, 1)))
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1fms", float64(d)/1e6) }

// causes names what a thread was blocked for, longest first.
func causes(m map[string]time.Duration) string {
	var names []string
	for k, d := range m {
		if d >= 100*time.Microsecond && k != "" {
			names = append(names, k)
		}
	}
	sort.Slice(names, func(i, j int) bool { return m[names[i]] > m[names[j]] })
	for i, k := range names {
		names[i] = fmt.Sprintf("%s %s", k, millis(m[k]))
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// Spent gives the ledger; nil without Config.Ledger, or before the program's end.
func (vm *VM) Spent() *LedgerReport { return vm.spent }
