package main

// This file runs a program once, in a machine of its own under a policy of toy explore, and tells how that ended.

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"toylang/cmd/internal/loader"
	"toylang/lang/bytecode"
	"toylang/refcount"
	"toylang/scheduler"
	"toylang/scheduler/explore"
	"toylang/vm"
)

// subject is a program under exploration.
type subject struct {
	cfg   vm.Config
	load  *loader.Cached
	code  *bytecode.Func
	file  string
	data  bool                   // races of the program's data count as faults
	races bool                   // data races proper too: where nothing guards a single access
	watch func(m *vm.VM) func()  // called with the machine before the program runs; what it returns, when it has ended
	crash string                 // of toy itself
	known map[uint32]explore.Use // of PCs, as machines place the same code alike
}

// ending is how a run ended.
type ending struct {
	out, err string
	exit     int
	kind     string   // how, in a few words
	fault    string   // the same with what is needed to tell faults apart; "" when there is none
	lines    []string // the report
	grave    int      // of several faults the gravest is told
	object   uint32   // the slot of a memory fault; 0 none
	race     *explore.DataRace
	limited  bool
}

// The ranks of faults.
const (
	graveData = iota + 1
	graveLost
	graveUncaught
	graveDeadlock
	graveMemory
)

// maxSteps is how many points a run may pass before it is cut off. The making of a machine and the import of threading take
// some fifty thousand.
const maxSteps = 1_000_000

// newSubject compiles a program for exploration.
func newSubject(o *options, argv []string) (*subject, int) {
	cfg, err := o.config()
	if err != nil {
		return nil, usage("%v", err)
	}
	s := &subject{known: map[uint32]explore.Use{}, load: loader.NewCached(), file: argv[0], data: true, races: cfg.Strategy.Lock == vm.LockNone}
	var code int
	if s.code, code = compileFile(s.load.Loader, s.file); s.code == nil {
		return nil, code
	}
	cfg.Args, cfg.Load = argv, s.load
	cfg.Path = []string{filepath.Dir(s.file)}
	cfg.MaxSteps = o.maxSteps
	if o.maxMemory == "" {
		cfg.Heap.MaxBytes = min(cfg.Heap.MaxBytes, 256<<20)
	}
	cfg.Heap.Reserve = max(cfg.Heap.MaxBytes, 64<<20)
	s.cfg = cfg
	return s, 0
}

// run runs the program once.
func (s *subject) run(p scheduler.Policy) explore.Outcome {
	e := s.once(p)
	key := e.kind
	if e.fault != "" && e.grave == graveMemory {
		key = "memory fault" // what is printed after one is chance
	} else if e.fault != "" && e.grave <= graveLost {
		key = fmt.Sprintf("exit %d", e.exit)
	}
	return explore.Outcome{Key: key + "\x00" + e.out, Fault: e.fault, Limited: e.limited, Info: e}
}

func (s *subject) once(p scheduler.Policy) (e *ending) {
	e = &ending{}
	var out, errs bytes.Buffer
	cfg := s.cfg
	cfg.Virtual, cfg.Stdin, cfg.Stdout, cfg.Stderr = p, strings.NewReader(""), &out, &errs
	crashed := make(chan string, 1)
	cfg.OnCrash = func(where string, p any, stack []byte) {
		select {
		case crashed <- fmt.Sprintf("at %s: %v\n%s", where, p, stack):
		default:
		}
	}
	m, err := vm.New(cfg)
	if err != nil {
		return &ending{kind: "no machine", fault: "no machine", lines: []string{err.Error()}, grave: graveUncaught}
	}
	over := func() {}
	if s.watch != nil {
		over = s.watch(m)
	}
	done := make(chan bool)
	go func() { // the machine's main thread: when another crashes, it never comes back
		defer func() {
			if p := recover(); p != nil {
				cfg.OnCrash("the main thread", p, debug.Stack())
				return
			}
			close(done)
		}()
		e.exit = m.RunMain(s.code)
	}()
	select {
	case <-done:
	case s.crash = <-crashed:
		return &ending{kind: "a bug in toy", fault: "a bug in toy", lines: strings.Split(s.crash, "\n"), grave: graveMemory + 1}
	}
	over()
	e.out, e.err = out.String(), errs.String()
	s.judge(m, e)
	if d, ok := p.(*explore.Driver); ok {
		s.learn(m, &d.Trace)
		if s.data && e.fault == "" {
			s.judgeData(m, e, &d.Trace)
		}
	}
	m.Close()
	return e
}

// judge finds what is wrong with a run that has ended.
func (s *subject) judge(m *vm.VM, e *ending) {
	e.kind = fmt.Sprintf("exit %d", e.exit)
	e.limited = m.Limited() == vm.StepLimit
	fault := func(grave int, kind, sign string, object uint32, lines ...string) {
		if grave > e.grave {
			e.grave, e.kind, e.fault, e.object, e.lines = grave, kind, strings.TrimSpace(kind+" "+sign), object, lines
		}
	}
	a := m.Audit(m.Main)
	if !a.Clean() {
		var b bytes.Buffer
		m.WriteAudit(&b, a)
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if faults, _ := m.Heap.Faults(); len(faults) > 0 {
			f := &faults[0]
			file, line, _, _ := m.Place(f.Alloc.PC)
			sign := m.ShapeName(f.Shape)
			if line > 0 {
				sign = fmt.Sprintf("what %s:%d made", file, line)
			}
			fault(graveMemory, f.Kind.String()+" of", sign, f.Value.Off(), lines...)
		} else if len(a.Findings) > 0 {
			f := a.Findings[worst(a.Findings)]
			fault(graveMemory, strings.Replace(f.Verdict.String(), "leaked", "leak", 1)+":", m.ShapeName(f.Shape), f.Value.Off(), lines...)
		} else {
			fault(graveMemory, "memory fault", "", 0, lines...)
		}
	}
	if e.limited {
		e.kind = "step limit"
		return
	}
	if d := m.Deadlock(); d != nil {
		fault(graveDeadlock, "deadlock", places(d), 0, d...)
	}
	for _, u := range m.Uncaught() {
		kind := "uncaught " + u.Class
		if u.Class == "AssertionError" {
			kind = "assertion failed"
		}
		line := fmt.Sprintf("%s in thread %d at %s", u.Class, u.Thread, u.Where)
		if u.Text != "" {
			line += ": " + u.Text
		}
		fault(graveUncaught, kind, "at "+u.Where, 0, line)
	}
}

// worst picks the finding that says most: early frees before wrong counts before leaks, and of what leaked the object that
// holds the rest.
func worst(list []refcount.Finding) (best int) {
	rank := func(f *refcount.Finding) int {
		switch f.Verdict {
		case refcount.Dangles:
			return 4
		case refcount.TooLow:
			return 3
		case refcount.TooHigh:
			return 2
		}
		if f.Count > f.Found {
			return 1
		}
		return 0
	}
	for i := range list {
		if rank(&list[i]) > rank(&list[best]) {
			best = i
		}
	}
	return best
}

// places tells deadlocks apart by where the threads stand.
func places(report []string) string {
	var out []string
	for _, l := range report {
		if strings.HasSuffix(l, " to end") && len(report) > 1 { // who only waits for the others
			continue
		}
		if _, at, ok := strings.Cut(l, ") at "); ok {
			at, _, _ = strings.Cut(at, " waits")
			out = append(out, filepath.Base(at))
		}
	}
	return "at " + strings.Join(out, " and ")
}

// judgeData looks for races of the program's own data.
func (s *subject) judgeData(m *vm.VM, e *ending, t *explore.Trace) {
	use := uses(m, s.known)
	name := func(pc uint32) string { file, _, fn, _ := m.Place(pc); return file + fn }
	found := explore.LostUpdates(t, use, func(a, b uint32) bool { return name(a) == name(b) })
	if len(found) == 0 && s.races {
		found = explore.DataRaces(t, use)
	}
	if len(found) == 0 {
		return
	}
	r := found[0]
	e.race, e.grave, e.kind = &r, graveData, "data race"
	if r.Lost {
		e.grave, e.kind = graveLost, "lost update"
	}
	at := func(ev explore.Event) string {
		file, line, _, _ := m.Place(ev.PC)
		return fmt.Sprintf("%s:%d", file, line)
	}
	src := func(ev explore.Event) string {
		file, line, _, _ := m.Place(ev.PC)
		return strings.TrimSpace(s.load.Source(file, line))
	}
	verb := map[scheduler.PointKind]string{scheduler.CellRead: "reads", scheduler.CellWrite: "writes"}
	if r.Lost {
		e.fault = fmt.Sprintf("lost update at %s", at(r.Third))
		e.lines = []string{
			fmt.Sprintf("thread %d reads       at %-16s %s", r.First.Thread, at(r.First), src(r.First)),
			fmt.Sprintf("thread %d assigns     at %-16s %s", r.Second.Thread, at(r.Second), src(r.Second)),
			fmt.Sprintf("thread %d overwrites  at %-16s %s", r.Third.Thread, at(r.Third), src(r.Third)),
		}
		return
	}
	e.fault = fmt.Sprintf("data race at %s and %s", at(r.First), at(r.Second))
	e.lines = []string{
		fmt.Sprintf("thread %d %s at %-16s %s", r.First.Thread, verb[r.First.Op.Kind], at(r.First), src(r.First)),
		fmt.Sprintf("thread %d %s at %-16s %s", r.Second.Thread, verb[r.Second.Op.Kind], at(r.Second), src(r.Second)),
		"nothing orders the two: no lock that both take, no start and no join",
	}
}

// learn notes what the program's instructions do, for rank.
func (s *subject) learn(m *vm.VM, t *explore.Trace) {
	use := uses(m, s.known)
	for i := range t.Events {
		use(t.Events[i].PC)
	}
}

// rank puts the places at which the program itself reads and assigns before its other lines, and those before the library.
func (s *subject) rank(pc uint32) int {
	switch s.known[pc] {
	case explore.Loads, explore.Assigns:
		return 0
	case explore.AnyUse:
		return 1
	}
	return 4
}

// uses tells what the instructions of a machine's program do with data. known keeps it.
func uses(m *vm.VM, known map[uint32]explore.Use) func(pc uint32) explore.Use {
	return func(pc uint32) explore.Use {
		if u, ok := known[pc]; ok {
			return u
		}
		u := explore.NoUse
		if _, _, _, own := m.Place(pc); own {
			u = explore.AnyUse
			switch loads, assigns := m.DataUse(pc); {
			case loads:
				u = explore.Loads
			case assigns:
				u = explore.Assigns
			}
		}
		known[pc] = u
		return u
	}
}
