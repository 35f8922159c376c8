package main

// This file tells a failing run as a story: what each thread did to the object at fault, side by side.

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"toylang/scheduler"
	"toylang/scheduler/explore"
	"toylang/vm"
)

// maxStory is how many lines a story may have.
const maxStory = 25

// columnWide is the width of a thread's column.
const columnWide = 46

// maxRows is how many steps a story shows.
const maxRows = 10

// row is a line of the story.
type row struct {
	thread uint32
	what   string
	where  string // file:line and source
	after  int32  // the count after it, where counted
	count  bool
	key    bool // one that must be shown
	freed  bool // the object is freed
}

// storyteller collects rows while the run is made once more.
type storyteller struct {
	s     *subject
	m     *vm.VM
	off   uint32
	race  *explore.DataRace
	plan  explore.Schedule
	rows  []row
	open  int // 1 + the row whose count is not known yet
	loads map[uint32]int32
	notes []string
	at    map[uint32]explore.Event // by thread: the latest
	locks bool
}

// story prints the two columns of a run and gives a note for each of its switches.
func (q *search) story(plan explore.Schedule, e *ending) []string {
	t := &storyteller{s: q.s, plan: plan, race: e.race, off: e.object, loads: map[uint32]int32{}, at: map[uint32]explore.Event{}}
	t.locks = e.grave == graveDeadlock
	t.notes = make([]string, len(plan))
	d := explore.NewDriver(plan)
	q.s.watch = func(m *vm.VM) func() {
		t.m = m
		d.OnEvent = t.event
		return t.settle
	}
	q.s.once(d)
	q.s.watch = nil
	lines := t.columns()
	for _, l := range lines {
		fmt.Println("  " + l)
	}
	rest := e.lines
	switch {
	case e.grave == graveMemory:
		rest = withoutRules(rest)
	case e.race != nil && len(t.rows) > 0:
		rest = rest[min(3, len(rest)):] // the columns say it
		if !e.race.Lost {
			rest = e.lines[2:]
		}
	}
	for i, l := range rest {
		if len(lines)+i > maxStory-3 && i > 2 {
			break
		}
		fmt.Println("  " + l)
	}
	if e.grave == graveUncaught {
		if l := lastLine(e.err); l != "" {
			fmt.Println("  " + l)
		}
	}
	return t.notes
}

func withoutRules(lines []string) (out []string) {
	for _, l := range lines {
		if !strings.HasPrefix(l, "====") && !strings.HasPrefix(l, "SUMMARY") {
			out = append(out, l)
		}
	}
	return out
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return lines[len(lines)-1]
}

// place tells where a thread stands.
func (t *storyteller) place(pc uint32) string {
	file, line, _, _ := t.m.Place(pc)
	if line == 0 {
		return "(at its start or end)"
	}
	src := strings.TrimSpace(t.s.load.Source(file, line))
	return fmt.Sprintf("%s:%d  %s", filepath.Base(file), line, src)
}

// event takes in what is about to happen.
func (t *storyteller) event(e explore.Event) {
	t.settle()
	for i, s := range t.plan {
		if t.notes[i] == "" && s.To == e.Thread {
			if was, ok := t.at[s.Thread]; ok && was.Point <= s.Point {
				t.notes[i] = t.place(was.PC)
			}
		}
	}
	t.at[e.Thread] = e
	switch e.Op.Kind {
	case scheduler.CountLoad, scheduler.CountStore, scheduler.CountAdd, scheduler.SlotFree:
		if t.off == 0 || e.Op.Addr != uint64(t.off) {
			return
		}
		r := row{thread: e.Thread, where: t.place(e.PC)}
		now := t.m.CountAt(t.off)
		switch e.Op.Kind {
		case scheduler.CountLoad:
			t.loads[e.Thread] = now
			r.what = fmt.Sprintf("loads the count %d", now)
		case scheduler.SlotFree:
			r.what, r.key, r.freed = "FREES the object", true, true
		default:
			r.what, r.count = "stores", true
			if e.Op.Kind == scheduler.CountAdd {
				r.what = "adds"
				t.loads[e.Thread] = now
			}
			if t.loads[e.Thread] != now {
				r.what, r.key = fmt.Sprintf("stores over the other's %d: LOST", now), true
			}
		}
		t.rows = append(t.rows, r)
		if r.count {
			t.open = len(t.rows)
		}
	case scheduler.CellRead, scheduler.CellWrite:
		if r := t.race; r != nil {
			for _, x := range []explore.Event{r.First, r.Second, r.Third} {
				if x == e {
					what := map[scheduler.PointKind]string{scheduler.CellRead: "reads", scheduler.CellWrite: "writes"}[e.Op.Kind]
					t.rows = append(t.rows, row{thread: e.Thread, what: what, where: t.place(e.PC), key: true})
					break
				}
			}
		}
	case scheduler.LockTake, scheduler.LockGive, scheduler.Wake:
		if _, _, _, own := t.m.Place(e.PC); t.locks && own && t.m.Deadlock() == nil {
			what := map[scheduler.PointKind]string{scheduler.LockTake: "asks for lock", scheduler.LockGive: "gives back lock", scheduler.Wake: "gets lock"}[e.Op.Kind]
			t.rows = append(t.rows, row{thread: e.Thread, what: fmt.Sprintf("%s %d", what, e.Op.Addr), where: t.place(e.PC), key: true})
		}
	}
}

// settle notes the count after the row that changed it.
func (t *storyteller) settle() {
	if t.open > 0 {
		t.rows[t.open-1].after = t.m.CountAt(t.off)
		t.open = 0
	}
}

// columns lays the rows out: each thread a column, the place once for rows that share it, what is far from the fault left out.
func (t *storyteller) columns() (out []string) {
	rows := t.rows
	for i := range rows { // what comes after belongs to who has the slot next
		if rows[i].freed {
			rows = rows[:i+1]
			break
		}
	}
	if len(rows) == 0 {
		for i, s := range t.plan {
			if n := t.notes[i]; n != "" {
				out = append(out, fmt.Sprintf("thread %d stands at %s; thread %d goes on", s.Thread, n, s.To))
			}
			if len(out) > maxStory/2 {
				break
			}
		}
		return out
	}
	show := telling(rows, maxRows)
	ids := map[uint32]bool{}
	for _, r := range rows {
		ids[r.thread] = true
	}
	var threads []uint32
	for id := range ids {
		threads = append(threads, id)
	}
	sort.Slice(threads, func(i, j int) bool { return threads[i] < threads[j] })
	column := map[uint32]int{}
	head := ""
	wide := columnWide
	if len(threads) > 2 {
		wide = 34
	}
	for i, id := range threads {
		column[id] = i
		head += fmt.Sprintf("%-*s", wide, fmt.Sprintf("thread %d", id))
	}
	out = append(out, strings.TrimRight(head, " "))
	last := row{}
	skipped := 0
	for i, r := range rows {
		if !show[i] {
			skipped++
			continue
		}
		if skipped > 0 {
			out = append(out, fmt.Sprintf("… %s", plural(skipped, "step")))
			skipped, last = 0, row{}
		}
		pad := strings.Repeat(" ", column[r.thread]*wide)
		if r.where != last.where || r.thread != last.thread {
			out = append(out, pad+shorten(r.where, wide-2))
		}
		text := "    " + r.what
		if r.count {
			text += fmt.Sprintf(" → count %d", r.after)
		}
		out = append(out, pad+text)
		last = r
	}
	return out
}

// telling picks the rows that tell what happened: each update that was lost, from its load on; the freeing; the first row and
// the last. Where nothing was lost, the last rows. At most n.
func telling(rows []row, n int) (show []bool) {
	show = make([]bool, len(rows))
	left := n
	mark := func(i int) {
		if i >= 0 && i < len(rows) && !show[i] && left > 0 {
			show[i] = true
			left--
		}
	}
	for i := range rows {
		if !rows[i].key {
			continue
		}
		mark(i)
		if rows[i].count { // from its load on
			from := i - 1
			for from > 0 && rows[from].thread != rows[i].thread {
				from--
			}
			if i-from > 6 {
				mark(from)
				from = i - 4
			}
			for ; from < i; from++ {
				mark(from)
			}
		} else {
			mark(i - 1)
		}
	}
	mark(len(rows) - 1)
	mark(0)
	for i := len(rows) - 1; i >= 0 && left > n/2; i-- {
		mark(i)
	}
	return show
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
