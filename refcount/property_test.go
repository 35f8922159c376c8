package refcount

// This file tests that counts stay exact: random graphs of every kind of object are built, changed and torn down by one
// thread and by several, and the audit must explain every count; at the end nothing may be left.

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"toylang/scheduler"
)

var seedFlag = flag.Uint64("seed", 0, "first seed of the random graphs")

// The shapes of the test's objects. Besides these there is one heap shape, whose objects hold their class.
const (
	tRaw uint16 = iota + 1
	tRecord
	tCell
	tTuple
	tList
	tDict
	tSet
	tBytes
	tShapes
)

var layouts = [tShapes]Layout{tRaw: LayoutRaw, tRecord: LayoutRecord, tCell: LayoutRecord, tTuple: LayoutTuple,
	tList: LayoutList, tDict: LayoutDict, tSet: LayoutSet, tBytes: LayoutBytes}

var shapeNames = [tShapes + 1]string{"?", "raw", "record", "cell", "tuple", "list", "dict", "set", "bytes", "instance"}

const recordFields = 3

// world is a heap with the test's shapes and the main thread's hand on it.
type world struct {
	h     *Heap
	inst  uint16 // the heap shape
	class Value  // of its objects: a record (owned)
	sched scheduler.Scheduler
	main  *hand
	hands []*hand
	big   *sync.Mutex // the one lock, where counts are plain and threads many
}

// hand is one thread: a mutator and the references that it owns.
type hand struct {
	w     *world
	m     *Mutator
	r     *rand.Rand
	roots []Value
	hubs  []Value // containers that all threads share (borrowed)
	self  *scheduler.Thread
}

func newWorld(t testing.TB, cfg Config, seed uint64) *world {
	if cfg.Reserve == 0 {
		cfg.Reserve = 1 << 30
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	w := &world{h: h, sched: scheduler.NewReal(scheduler.Config{Mode: scheduler.Free})}
	w.setUp(seed)
	return w
}

// setUp makes the shapes, the main hand and the class.
func (w *world) setUp(seed uint64) {
	for id := tRaw; id < tShapes; id++ {
		n := 0
		switch id {
		case tRecord:
			n = recordFields
		case tCell:
			n = 1
		}
		w.h.Shapes.Put(&Shape{ID: id, Layout: layouts[id], Fields: n})
	}
	w.main = w.hand(1, seed)
	w.class = w.main.make(tCell)
	sh := &Shape{Layout: LayoutRecord, Fields: 2, Class: w.class, Heap: true}
	w.h.Shapes.Add(sh)
	w.inst = sh.ID
}

func (w *world) hand(tid uint32, seed uint64) *hand {
	a := &hand{w: w, m: &Mutator{}, r: rand.New(rand.NewPCG(seed, uint64(tid))), self: &scheduler.Thread{ID: tid}}
	a.m.Init(w.h, tid, w.sched, a.self)
	a.m.NoMemory = func() { panic("no memory") }
	w.hands = append(w.hands, a)
	return a
}

// refs are all references held outside the heap.
func (w *world) refs(visit func(v Value, where string)) {
	visit(w.class, "the class")
	for _, a := range w.hands {
		for _, v := range a.roots {
			visit(v, fmt.Sprintf("thread %d", a.m.Tid))
		}
	}
}

// exact audits; every count must be explained.
func (w *world) exact(t *testing.T, what string) {
	t.Helper()
	a := w.h.Audit(w.refs)
	if !a.Clean() || a.Lost != 0 {
		t.Errorf("%s: %d objects, %d lost, %d stale uses", what, a.Objects, a.Lost, a.Stale)
		for i, f := range a.Findings {
			if i < 10 {
				t.Errorf("  %v", w.describe(f))
			}
		}
	}
}

func (w *world) describe(f Finding) string {
	name := "instance"
	if f.Shape < tShapes {
		name = shapeNames[f.Shape]
	}
	return fmt.Sprintf("%s: %s at %#x, count %d, references %d %s", f.Verdict, name, f.Value.Off(), f.Count, f.Found, f.Where)
}

// empty drops all roots and the cycles they leave; only the class may remain.
func (w *world) empty(t *testing.T) {
	t.Helper()
	for _, a := range w.hands {
		w.main.m.DecrefAll(a.roots...)
		a.roots, a.hubs = nil, nil
	}
	w.sweep()
	w.exact(t, "after everything was dropped")
	if n := w.h.Audit(w.refs).Objects; n != 1 {
		t.Errorf("%d objects are left, want the class alone", n)
	}
}

// sweep takes garbage cycles apart.
func (w *world) sweep() {
	a := w.main
	garbage := w.h.WalkFrom(w.refs).Garbage()
	for _, v := range garbage {
		a.m.Incref(v)
	}
	for _, v := range garbage {
		a.clear(v)
	}
	a.m.DecrefAll(garbage...)
}

// step does one random thing.
func (a *hand) step() {
	if a.w.big != nil {
		a.w.big.Lock()
		defer a.w.big.Unlock()
	}
	switch k := a.r.IntN(20); {
	case k < 4 || len(a.roots) == 0:
		a.roots = append(a.roots, a.make(uint16(1+a.r.IntN(int(tShapes)))))
	case k < 5:
		a.roots = append(a.roots, a.m.Ref(a.pick()))
	case k < 8:
		a.dropRoot()
	case k < 14:
		a.put(a.target(), a.pick())
	case k < 17:
		if v := a.take(a.target()); v != Unbound {
			a.roots = append(a.roots, v)
		}
	default:
		a.remove(a.target())
	}
	for len(a.roots) > 60 {
		a.dropRoot()
	}
}

// check is the eval-breaker check.
func (a *hand) check() {
	if atomic.LoadUint32(&a.self.Breaker) == 0 {
		return
	}
	bits := a.w.sched.Check(a.self)
	a.self.ClearBreak(bits)
	if bits&scheduler.BreakMerge != 0 {
		a.m.MergeQueued()
	}
	if bits&scheduler.BreakDefer != 0 {
		a.m.DeferHot()
	}
	if bits&scheduler.BreakGrace != 0 {
		a.m.Grace()
	}
}

func (a *hand) dropRoot() {
	if n := len(a.roots); n > 0 {
		i := a.r.IntN(n)
		v := a.roots[i]
		a.roots[i] = a.roots[n-1]
		a.roots = a.roots[:n-1]
		a.m.Decref(v)
	}
}

// One thread: plain, plain where handles are checked, plain through the points, atomic, locked.
func TestGraphOneThread(t *testing.T) {
	for _, c := range []struct {
		name   string
		cfg    Config
		points bool
	}{
		{"plain", Config{}, false}, {"checked", Config{Unsafe: true}, false}, {"points", Config{}, true},
		{"atomic", Config{Disc: Atomic, Locks: true}, false}, {"atomic points", Config{Disc: Atomic, Locks: true}, true},
		{"locked", Config{Disc: Locked, Locks: true}, false},
		{"biased", Config{Disc: Biased, Locks: true}, false}, {"biased points", Config{Disc: Biased, Locks: true}, true},
	} {
		for seed := *seedFlag; seed < *seedFlag+4; seed++ {
			t.Run(fmt.Sprintf("%s/seed %d", c.name, seed), func(t *testing.T) {
				w := newWorld(t, c.cfg, seed)
				if c.points {
					w.main.m.Point = func(scheduler.PointKind, uint64) {}
				}
				for round := 0; round < 6 && !t.Failed(); round++ {
					for i := 0; i < 8000; i++ {
						w.main.step()
					}
					w.exact(t, fmt.Sprint("round ", round))
					w.sweep()
					w.exact(t, fmt.Sprint("round ", round, ", swept"))
				}
				w.empty(t)
			})
		}
	}
}

// Several threads share some containers and everything that passes through them.
func TestGraphThreads(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  Config
		big  *sync.Mutex
	}{
		{"one lock", Config{}, &sync.Mutex{}}, {"atomic", Config{Disc: Atomic, Locks: true}, nil}, {"locked", Config{Disc: Locked, Locks: true}, nil},
		{"biased", Config{Disc: Biased, Locks: true}, nil}, {"biased deferred", Config{Disc: Biased, Locks: true, Defer: true}, nil},
	} {
		for seed := *seedFlag; seed < *seedFlag+2; seed++ {
			t.Run(fmt.Sprintf("%s/seed %d", c.name, seed), func(t *testing.T) {
				w := newWorld(t, c.cfg, seed)
				w.big = c.big
				var hubs []Value
				for i := 0; i < 8; i++ {
					hubs = append(hubs, w.main.make([]uint16{tList, tDict, tSet, tRecord}[i%4]))
				}
				w.main.roots = append(w.main.roots, hubs...)
				for round := uint64(0); round < 3 && !t.Failed(); round++ {
					w.threads(4, 15000, seed+round*1000, hubs)
					w.exact(t, fmt.Sprint("round ", round))
					w.sweep()
					w.exact(t, fmt.Sprint("round ", round, ", swept"))
				}
				if made, _ := w.h.DeferStats(); c.cfg.Defer && made == 0 {
					t.Error("nothing was deferred")
				}
				w.empty(t)
			})
		}
	}
}

// threads runs n hands at once; what they hold at the end goes to the main hand.
func (w *world) threads(n, steps int, seed uint64, hubs []Value) {
	var wg sync.WaitGroup
	var hands []*hand
	for i := 0; i < n; i++ {
		a := w.hand(uint32(i+2), seed)
		a.hubs = hubs
		hands = append(hands, a)
	}
	for _, a := range hands {
		wg.Add(1)
		w.sched.Spawn(a.self)
		go func() {
			defer wg.Done()
			w.sched.Attach(a.self)
			defer w.sched.Detach(a.self)
			for i := 0; i < steps; i++ {
				a.step()
				a.check()
			}
			a.m.Retire()
		}()
	}
	wg.Wait()
	for _, a := range hands {
		w.main.roots = append(w.main.roots, a.roots...)
	}
	w.hands = w.hands[:1]
}
