package vm

// This file names the objects that threads fought over: toy run --contention.

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
	"text/tabwriter"
	"time"

	"toylang/refcount"
)

// Contender is an object, or all of one type and place that have died, that several threads used.
type Contender struct {
	Type    string          `json:"type"`
	Name    string          `json:"name,omitempty"`      // a name by which the main module reaches it, or its own
	Alloc   string          `json:"allocated,omitempty"` // file:line; "" for what the machine made
	Objects int64           `json:"objects"`
	Threads int             `json:"threads"`
	Bounces int64           `json:"bounces"` // uses of its count or lock by another thread than the last one
	Waits   int64           `json:"waits"`   // for its lock
	Waited  time.Duration   `json:"waited_ns"`
	Cost    time.Duration   `json:"cost_ns"` // Waited, and Bounces times what one costs
	Lines   []ContendedLine `json:"lines"`   // most first
}

// ContendedLine is a source line and how many bounces and waits it had part in.
type ContendedLine struct {
	Where string `json:"where"`
	Count int64  `json:"count"`
	code  string
}

// Contention is the whole report.
type Contention struct {
	Strategy string        `json:"strategy"`
	Transfer time.Duration `json:"transfer_ns"` // of a cache line between cores, as measured; 0: not known
	Bounces  int64         `json:"bounces"`
	Waits    int64         `json:"waits"`
	Waited   time.Duration `json:"waited_ns"`
	GIL      time.Duration `json:"waited_for_one_lock_ns"`
	Objects  []Contender   `json:"objects"` // most costly first
}

// guessedTransfer stands in for the time of a bounce where that could not be measured.
const guessedTransfer = 100 * time.Nanosecond

// assignBlame takes the ledger and makes the report of contention while the main module's names are still there. The
// other threads have ended or are stopped.
func (vm *VM) assignBlame(m Value) {
	if vm.Config.Ledger && vm.spent == nil {
		vm.takeLedger()
	}
	if !vm.Config.Contention || vm.fought != nil {
		return
	}
	t := vm.Main
	names := t.namesOf(m)
	r := &Contention{Strategy: vm.Strategy.String(), Transfer: refcount.TransferTime(), GIL: time.Duration(vm.Sched.Stats().WaitNanos)}
	price := r.Transfer
	if price == 0 {
		price = guessedTransfer
	}
	for _, c := range vm.Heap.Contended() {
		x := Contender{Type: vm.ShapeName(c.Shape), Objects: c.Objects, Threads: len(c.Threads), Bounces: c.Bounces, Waits: c.Waits, Waited: c.Waited}
		if c.Alloc.PC != 0 {
			x.Alloc = vm.where(c.Alloc.PC)
		}
		if c.Value != Unbound && t.ShapeOf(c.Value) != 0 {
			x.Name = names[c.Value]
			if x.Name == "" {
				x.Name = t.ownName(c.Value)
			}
		}
		x.Cost = x.Waited + time.Duration(x.Bounces)*price
		x.Lines = vm.linesOf(c.Lines)
		r.Bounces += x.Bounces
		r.Waits += x.Waits
		r.Waited += x.Waited
		r.Objects = append(r.Objects, x)
	}
	sort.Slice(r.Objects, func(i, j int) bool {
		a, b := &r.Objects[i], &r.Objects[j]
		if a.Cost != b.Cost {
			return a.Cost > b.Cost
		}
		return a.Alloc+a.Type+a.Name < b.Alloc+b.Type+b.Name
	})
	vm.fought = r
}

// linesOf adds counts by PC up to counts by line.
func (vm *VM) linesOf(pcs map[uint32]int64) (lines []ContendedLine) {
	at := map[string]int{}
	for pc, n := range pcs {
		c, line := vm.lineOf(pc)
		if c == nil {
			continue
		}
		w := fmt.Sprintf("%s:%d", c.File, line)
		i, ok := at[w]
		if !ok {
			i = len(lines)
			at[w] = i
			lines = append(lines, ContendedLine{Where: w, code: strings.TrimSpace(vm.source(c.File, line))})
		}
		lines[i].Count += n
	}
	sort.Slice(lines, func(i, j int) bool {
		if lines[i].Count != lines[j].Count {
			return lines[i].Count > lines[j].Count
		}
		return lines[i].Where < lines[j].Where
	})
	return lines
}

// namesOf tells by which names the module reaches objects: its globals, and the attributes of instances among them.
func (t *Thread) namesOf(m Value) map[Value]string {
	names := map[Value]string{}
	if !t.Is(m, KModule) {
		return names
	}
	d := t.Field(m, 0)
	names[d] = "globals of " + t.ownName(m)
	put := func(v Value, name string) {
		if v.IsPtr() && names[v] == "" {
			names[v] = name
		}
	}
	var instances []string
	for _, n := range t.dictNames(d) {
		if strings.HasPrefix(n, "__") {
			continue
		}
		v := t.DictGetStr(d, t.VM.Intern(n))
		put(v, n)
		if t.Isa(v, KInstance) {
			instances = append(instances, n)
		}
		t.Decref(v)
	}
	for _, n := range instances {
		v := t.DictGetStr(d, t.VM.Intern(n))
		if sh := t.VM.Heap.Shapes.Get(t.ShapeOf(v)); sh != nil {
			if l, ok := sh.Any.(*Layout); ok && !l.Dict {
				for i, a := range l.Names[:min(l.Inline, len(l.Names))] {
					put(t.Field(v, InstFirst+i), n+"."+t.GoStr(a))
				}
			}
		}
		t.Decref(v)
	}
	return names
}

// maxNamed bounds the text of a str that stands for its name.
const maxNamed = 24

// ownName is the name that an object bears itself; "" when it has none.
func (t *Thread) ownName(v Value) string {
	switch {
	case t.IsStr(v):
		if s := t.GoStr(v); len(s) <= maxNamed {
			return fmt.Sprintf("%q", s)
		}
	case t.Is(v, KFunction):
		if n := t.Field(v, FuncQual); t.IsStr(n) {
			return t.GoStr(n)
		}
	case t.Is(v, KClass):
		if c := t.ClassFrom(v); c != nil {
			return c.Name
		}
	case t.Is(v, KModule):
		n := t.DictGetStr(t.Field(v, 0), t.VM.Intern("__name__"))
		defer t.Decref(n)
		if t.IsStr(n) {
			return t.GoStr(n)
		}
	}
	return ""
}

// The report leaves out what cost less than this part of the whole, beyond maxContenders, and further lines.
const (
	contenderShare = 0.01
	maxContenders  = 12
	maxLines       = 3
)

// WriteContention prints the report, as a table or as JSON. It may be called when the program has ended.
func (vm *VM) WriteContention(w io.Writer, asJSON bool) {
	r := vm.fought
	if r == nil {
		return
	}
	if asJSON {
		writeJSON(w, r)
		return
	}
	total := time.Duration(0)
	for i := range r.Objects {
		total += r.Objects[i].Cost
	}
	fmt.Fprintf(w, "contention under %s: %d bounces of counts and locks between threads, %d waits for locks (%v)", r.Strategy, r.Bounces, r.Waits, r.Waited.Round(time.Microsecond))
	if r.Transfer > 0 {
		fmt.Fprintf(w, "; a bounce costs %d ns here", r.Transfer.Nanoseconds())
	} else {
		fmt.Fprintf(w, "; what a bounce costs could not be measured, and is taken for %d ns", guessedTransfer.Nanoseconds())
	}
	fmt.Fprintln(w)
	if r.GIL > 0 {
		fmt.Fprintf(w, "waiting for the one lock: %v over all threads; --ledger tells where\n", r.GIL.Round(time.Microsecond))
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "cost\tshare\tbounces\twaits\twaited\tthreads\tobject\tallocated")
	left := 0
	for i := range r.Objects {
		x := &r.Objects[i]
		share := float64(x.Cost) / float64(max(total, 1))
		if i >= maxContenders || i > 0 && share < contenderShare {
			left++
			continue
		}
		fmt.Fprintf(tw, "%v\t%.0f%%\t%d\t%d\t%v\t%d\t%s\t%s\n", x.Cost.Round(time.Microsecond), 100*share, x.Bounces, x.Waits, x.Waited.Round(time.Microsecond), x.Threads, x.title(), x.place())
		for j, l := range x.Lines {
			if j == maxLines {
				break
			}
			fmt.Fprintf(tw, "\t\t%d\t\t\t\t  %s\t%s\n", l.Count, l.Where, l.code)
		}
	}
	_ = tw.Flush()
	if left > 0 {
		fmt.Fprintf(w, "… and %d more\n", left)
	}
	if len(r.Objects) == 0 {
		fmt.Fprintln(w, "SUMMARY: no object was used by two threads")
		return
	}
	x := &r.Objects[0]
	fmt.Fprintf(w, "SUMMARY: most contended: %s, allocated at %s: %d bounces, %d waits\n", x.title(), x.place(), x.Bounces, x.Waits)
}

func writeJSON(w io.Writer, report any) {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(report)
}

func (x *Contender) title() string {
	s := x.Type
	if x.Name != "" {
		s += " " + x.Name
	}
	if x.Objects > 1 {
		s += fmt.Sprintf(" (%d objects)", x.Objects)
	}
	return s
}

func (x *Contender) place() string {
	if x.Alloc == "" {
		return "(the machine's)"
	}
	return x.Alloc
}

// Fought gives the report of contention; nil without Config.Contention, or before the program's end.
func (vm *VM) Fought() *Contention { return vm.fought }
