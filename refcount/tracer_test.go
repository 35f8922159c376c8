package refcount

// This file tests the collector of the traced discipline: after random work it frees exactly what the walk does not reach,
// and a root that was left out is found.

import (
	"fmt"
	"testing"

	"toylang/scheduler"
)

// between empties the scopes: the hands hold what stands in their roots, and nothing else.
func (w *world) between() {
	for _, a := range w.hands {
		a.m.EmptyScope()
	}
}

// unreached gives the live objects that a walk from the roots does not reach.
func (w *world) unreached() map[Value]bool {
	out := map[Value]bool{}
	for _, v := range w.h.WalkFrom(w.refs).Garbage() {
		out[v] = true
	}
	return out
}

func (w *world) live() map[Value]bool {
	out := map[Value]bool{}
	w.h.Live(func(v Value, _ uint32, _ uint16) { out[v] = true })
	return out
}

// collect traces, and compares with the walk.
func (w *world) collect(t *testing.T, what string) {
	t.Helper()
	before, dead := w.live(), w.unreached()
	s := w.h.Trace(w.refs).Sweep()
	after := w.live()
	if s.Freed != len(dead) || len(after) != len(before)-len(dead) {
		t.Errorf("%s: %d of %d freed, %d live on; the walk did not reach %d", what, s.Freed, len(before), len(after), len(dead))
	}
	for v := range before {
		if after[v] == dead[v] {
			t.Errorf("%s: object %#x: unreached %v, alive %v", what, v.Off(), dead[v], after[v])
			break
		}
	}
	bytes := int64(0)
	for v := range after {
		bytes += int64(w.h.SizeOf(v))
	}
	if bytes != s.Live {
		t.Errorf("%s: %d bytes live on, the collection says %d", what, bytes, s.Live)
	}
	if !w.h.Sound() {
		t.Errorf("%s: the heap is not sound", what)
	}
	w.exact(t, what)
}

// What the collection frees is what the walk does not reach, no more and no less; freed slots are taken again.
func TestTraceGraphs(t *testing.T) {
	for _, cfg := range []Config{{Disc: Traced, Locks: true}, {Disc: Traced, Unsafe: true}, {Disc: Traced, Poison: true}} {
		for seed := *seedFlag; seed < *seedFlag+4; seed++ {
			t.Run(fmt.Sprintf("unsafe %v, poison %v, seed %d", cfg.Unsafe, cfg.Poison, seed), func(t *testing.T) {
				w := newWorld(t, cfg, seed)
				most := int64(0)
				for round := 0; round < 12 && !t.Failed(); round++ {
					for i := 0; i < 6000; i++ {
						w.main.step()
					}
					w.between()
					w.collect(t, fmt.Sprint("round ", round))
					if round == 5 {
						most = w.h.Bytes()
					}
				}
				if w.h.Bytes() > 2*most+8<<20 {
					t.Errorf("the heap grew from %d to %d bytes", most, w.h.Bytes())
				}
				w.main.roots = nil
				w.collect(t, "at the end")
				if n := len(w.live()); n != 1 {
					t.Errorf("%d objects are left, want the class alone", n)
				}
			})
		}
	}
}

// Threads change shared containers while nobody counts; then the world stands, and a collection frees what it should.
func TestTraceThreads(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true}, *seedFlag)
	var hubs []Value
	for i := 0; i < 8; i++ {
		hubs = append(hubs, w.main.make([]uint16{tList, tDict, tSet, tRecord}[i%4]))
	}
	w.main.roots = append(w.main.roots, hubs...)
	for round := uint64(0); round < 3 && !t.Failed(); round++ {
		w.threads(4, 8000, *seedFlag+round*1000, hubs)
		w.between()
		w.collect(t, fmt.Sprint("round ", round))
	}
}

// A root that the collector was not told of is found by the audit: what it alone reached is gone.
func TestTraceForgottenRoot(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true}, *seedFlag)
	for i := 0; i < 3000; i++ {
		w.main.step()
	}
	lost := w.main.make(tList)
	w.main.roots = append(w.main.roots, lost)
	w.between()
	n := len(w.main.roots) - 1
	w.h.Trace(func(visit func(v Value, where string)) {
		visit(w.class, "")
		for _, v := range w.main.roots[:n] {
			visit(v, "")
		}
	}).Sweep()
	if a := w.h.Audit(w.refs); a.Early != 1 || len(a.Findings) != 1 || a.Findings[0].Verdict != Dangles || a.Findings[0].Value != lost {
		t.Errorf("found %v", findings(a))
	}
}

// What Go code has got hold of lives until its scope ends, however it got hold of it.
func TestScopes(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true}, 1)
	m := w.main.m
	w.between()
	roots := func(visit func(v Value, where string)) {
		w.refs(visit)
		m.Scopes(func(v Value) { visit(v, "scope") })
	}
	alive := func(v Value) bool { return m.Header(v).Gen() == v.Gen() }
	outer := w.main.make(tList) // held by Go code that calls toy code
	mark := m.EnterScope()
	inner := w.main.make(tList)
	m.EmptyScope() // the loop is between two instructions
	result := w.main.make(tList)
	w.h.Trace(roots).Sweep()
	if !alive(outer) || alive(inner) || !alive(result) {
		t.Errorf("in the loop: outer %v, inner %v, result %v", alive(outer), alive(inner), alive(result))
	}
	m.LeaveScope(mark, result)
	w.h.Trace(roots).Sweep()
	if !alive(outer) || !alive(result) {
		t.Errorf("after the loop: outer %v, result %v", alive(outer), alive(result))
	}
	cut := m.ScopeMark()
	item := w.main.make(tList)
	m.ScopeCut(cut)
	w.h.Trace(roots).Sweep()
	if alive(item) || !alive(outer) {
		t.Errorf("after the cut: item %v, outer %v", alive(item), alive(outer))
	}
	m.EmptyScope()
	w.h.Trace(roots).Sweep()
	if alive(outer) || alive(result) {
		t.Errorf("at the end: outer %v, result %v", alive(outer), alive(result))
	}
}

// Weak references get a reference while their object lives, and none when its slot is another's.
func TestTracedWeak(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true}, 1)
	m := w.main.m
	v := w.main.make(tCell)
	if !m.TryIncref(v) || m.Count(v) == 1 {
		t.Errorf("try %v, count %d", m.TryIncref(v), m.Count(v))
	}
	w.between()
	w.h.Trace(w.refs).Sweep()
	if m.TryIncref(v) {
		t.Error("a freed object was found")
	}
}

// Back to a discipline that counts: every count is what the walk finds.
func TestRecount(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true}, *seedFlag)
	for i := 0; i < 5000; i++ {
		w.main.step()
	}
	w.between()
	w.h.Trace(w.refs).Sweep()
	w.h.Recount(w.refs)
	w.h.Convert(w.main.m, Config{})
	w.exact(t, "counted again")
	for i := 0; i < 5000; i++ {
		w.main.step()
	}
	w.exact(t, "and gone on")
	w.empty(t)
}

// A collection is due when as much was allocated as lives, and before memory runs out.
func TestPace(t *testing.T) {
	w := newWorld(t, Config{Disc: Traced, Locks: true, MaxBytes: 64 << 20}, 1)
	most := 0
	for i := 0; i < 2000000; i++ {
		w.main.m.NewContainer(PoolDict, tDict)
		if i%100 == 0 {
			w.between()
		}
		if w.main.self.Breaker&scheduler.BreakGC != 0 && w.h.TraceDue() {
			w.main.self.ClearBreak(scheduler.BreakGC)
			w.between()
			w.h.Trace(w.refs).Sweep()
			most++
		}
	}
	if most < 10 || w.h.Bytes() > 16<<20 {
		t.Errorf("%d collections, %d bytes", most, w.h.Bytes())
	}
}
