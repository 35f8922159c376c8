package refcount

// This file tests the truth teller: faults of every kind, planted in every kind of object, and the audit must name
// exactly these and nothing else. It also tests that slots are used again, and what a double free does.

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"testing"
)

// full makes an object of the shape that holds x wherever the kind can hold a reference (owned), and says where.
func (a *hand) full(shape uint16, x Value) (v Value, places int) {
	m := a.m
	one := func() Value { places++; return m.Ref(x) }
	switch shape {
	case tRaw:
		return a.make(tRaw), 0
	case tBytes:
		v = a.make(tBytes)
		m.SetAttrs(v, one())
	case tTuple:
		v = m.NewSized(GRecord, HeaderSize+8*4, tTuple)
		m.SetField(v, 0, SmallInt(3))
		for i := 1; i <= 3; i++ {
			m.SetField(v, i, one())
		}
	case tList:
		v = m.NewContainer(PoolList, tList)
		off, _ := m.AllocPayload(GValues, 16)
		for i := 0; i < 2; i++ {
			m.Values(off).Set(i, one())
		}
		m.SetBody(v, Body{off, 2})
		m.SetAttrs(v, one())
	case tDict, tSet:
		pool, cells := PoolDict, uint8(3)
		if shape == tSet {
			pool, cells = PoolSet, 2
		}
		v = m.NewContainer(pool, shape)
		off := m.NewTable(1, cells, 2)
		t := m.Table(off)
		val := Unbound
		if shape == tDict {
			val = one()
		}
		t.SetEntry(0, 1, one(), val)
		if shape == tDict {
			t.SetUsed(1)
		}
		m.SetBody(v, Body{Payload: off})
		m.SetAttrs(v, one())
	default:
		n := recordFields
		if shape == tCell {
			n = 1
		}
		id := shape
		if shape == tShapes {
			n, id = 2, a.w.inst
			m.Incref(a.w.class)
		}
		v = m.NewSized(GRecord, HeaderSize+8*n, id)
		for i := 0; i < n; i++ {
			m.SetField(v, i, one())
		}
	}
	return v, places
}

// findings are the audit's, as sorted text.
func findings(a *Audit) []string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, finding(f.Verdict, f.Value, f.Count, f.Found, f.From))
	}
	sort.Strings(out)
	return out
}

func finding(k Verdict, v Value, count, found uint32, from Value) string {
	if k == Dangles {
		count, found = 0, 0
	}
	return fmt.Sprintf("%s %#x: %d for %d, from %#x", k, uint64(v), count, found, uint64(from))
}

func same(t *testing.T, what string, got *Audit, want []string) {
	t.Helper()
	sort.Strings(want)
	if g := findings(got); fmt.Sprint(g) != fmt.Sprint(want) {
		t.Errorf("%s: the audit says\n  %q, want\n  %q", what, g, want)
	}
}

// TestPlanted: each kind of fault in each kind of object, alone.
func TestPlanted(t *testing.T) {
	for shape := tRaw; shape <= tShapes; shape++ {
		t.Run(shapeNames[shape], func(t *testing.T) {
			start := func() (*world, *hand, Value, Value, int) {
				w := newWorld(t, Config{Unsafe: true, Reserve: 1 << 20}, 1)
				a := w.main
				x := a.make(tRaw)
				v, n := a.full(shape, x)
				a.roots = []Value{v, x}
				w.exact(t, "before")
				return w, a, v, x, n
			}

			w, a, v, x, n := start()
			_, _ = x, n
			a.m.Header(v).Count++
			same(t, "count+1", w.h.Audit(w.refs), []string{finding(TooHigh, v, 2, 1, Unbound)})

			w, a, v, _, _ = start()
			a.m.Header(v).Count--
			same(t, "count-1", w.h.Audit(w.refs), []string{finding(TooLow, v, 0, 1, Unbound)})

			w, a, v, _, _ = start() // nothing reaches v any more; x is held by its root too
			a.roots = a.roots[1:]
			same(t, "unreachable", w.h.Audit(w.refs), []string{finding(Leaked, v, 1, 0, Unbound)})

			w, a, v, x, n = start() // x is kept alive by the leaked v alone
			a.roots = nil
			a.m.Decref(x)
			want := []string{finding(Leaked, v, 1, 0, Unbound)}
			if n > 0 {
				want = append(want, finding(Leaked, x, uint32(n), uint32(n), Unbound))
			}
			same(t, "unreachable, with what it keeps", w.h.Audit(w.refs), want)

			for _, reuse := range []bool{false, true} { // v holds what was freed under it
				w, a, v, x, n = start()
				a.roots = a.roots[:1]
				a.m.Header(x).Count = 1
				a.m.Decref(x)
				if reuse {
					y := a.make(tRaw)
					for y.Off() != x.Off() {
						y = a.make(tRaw)
						a.roots = append(a.roots, y)
					}
					a.roots = append(a.roots, y)
					a.roots = dedup(a.roots)
				}
				want = nil
				for i := 0; i < n; i++ {
					want = append(want, finding(Dangles, x, 0, 0, v))
				}
				got := w.h.Audit(w.refs)
				leaks(got)
				same(t, fmt.Sprint("dangling, slot reused: ", reuse), got, want)
			}

			w, a, v, _, _ = start() // a root holds what was freed
			a.m.Decref(v)
			got := w.h.Audit(w.refs)
			same(t, "dangling root", got, []string{finding(Dangles, v, 0, 0, Unbound)})
			if got.Findings[0].Where != "thread 1" {
				t.Errorf("the dangling root is %q", got.Findings[0].Where)
			}

			w, a, v, _, _ = start()
			a.roots = a.roots[1:]
			a.m.Decref(v)
			a.m.Dealloc(v)
			got = w.h.Audit(w.refs)
			same(t, "double free", got, nil)
			faults, total := w.h.Faults()
			if total != 1 || got.Stale != 1 || got.Clean() || len(faults) != 1 || faults[0].Kind != DoubleFree || faults[0].Value != v {
				t.Errorf("double free: %d faults, %+v", total, faults)
			}
			same1, same2 := a.again(v, shape), a.again(v, shape) // the free list has the slot twice
			if same1 != same2 || same1.Off() != v.Off() {
				t.Errorf("after a double free %#x and %#x were allocated, want %#x twice", same1.Off(), same2.Off(), v.Off())
			}
		})
	}
}

// again allocates an object from the pool of v's slot.
func (a *hand) again(v Value, shape uint16) Value {
	return a.m.New(Pool(a.w.h.blockOf(v.Off()).pool()), tRaw)
}

// leaks takes the leaked objects out of an audit: those that a test allocated on its way to a slot.
func leaks(a *Audit) {
	out := a.Findings[:0]
	for _, f := range a.Findings {
		if f.Verdict != Leaked {
			out = append(out, f)
		}
	}
	a.Findings = out
}

func dedup(vs []Value) []Value {
	seen := map[Value]bool{}
	var out []Value
	for _, v := range vs {
		if !seen[v] {
			out = append(out, v)
		}
		seen[v] = true
	}
	return out
}

// TestPlantedInGraphs: several faults at once in random graphs.
func TestPlantedInGraphs(t *testing.T) {
	for seed := *seedFlag; seed < *seedFlag+30; seed++ {
		w := newWorld(t, Config{Reserve: 1 << 24}, seed)
		for i := 0; i < 2000; i++ {
			w.main.step()
		}
		w.sweep()
		r := rand.New(rand.NewPCG(seed, 99))
		var live []Value
		w.h.Live(func(v Value, count uint32, _ uint16) { live = append(live, v) })
		walk := w.h.WalkFrom(w.refs)
		r.Shuffle(len(live), func(i, j int) { live[i], live[j] = live[j], live[i] })
		var want []string
		for _, v := range live[:min(len(live), 1+r.IntN(8))] {
			h, found := w.main.m.Header(v), walk.at(v.Off()).found
			switch r.IntN(3) {
			case 0:
				d := uint32(1 + r.IntN(3))
				h.Count += d
				want = append(want, finding(TooHigh, v, found+d, found, Unbound))
			case 1:
				h.Count--
				want = append(want, finding(TooLow, v, found-1, found, Unbound))
			case 2:
				v := w.main.make(tRaw)
				want = append(want, finding(Leaked, v, 1, 0, Unbound))
			}
		}
		same(t, fmt.Sprint("seed ", seed), w.h.Audit(w.refs), want)
	}
}

// A count too low in a cycle that nothing reaches is a fault as well: the collector would free it early.
func TestLowCountInGarbage(t *testing.T) {
	w := newWorld(t, Config{Reserve: 1 << 20}, 1)
	a := w.main
	v, n := a.full(tList, None)
	a.m.Values(a.m.Body(v).Payload).Set(0, v) // its only reference is its own
	if got := w.h.Audit(w.refs); !got.Clean() || got.Garbage != 1 || n != 3 {
		t.Fatalf("%+v", got)
	}
	a.m.Values(a.m.Body(v).Payload).Set(1, v)
	same(t, "cycle", w.h.Audit(w.refs), []string{finding(TooLow, v, 1, 2, Unbound)})
}

// Slots are used again at once, with the next generation, and are retired when the generations are used up.
func TestSlotsReused(t *testing.T) {
	for shape := tRaw; shape <= tShapes; shape++ {
		w := newWorld(t, Config{Reserve: 1 << 20}, 1)
		a := w.main
		x := a.make(tRaw)
		v, _ := a.full(shape, x)
		if shape == tRaw || shape == tBytes {
			v = a.m.New(PoolByteArray, tBytes)
			a.m.SetBody(v, Body{})
			a.m.SetAttrs(v, None)
			shape = tBytes
		}
		first, carved, moved := v, int64(0), 0
		for i := 1; i < 70000; i++ {
			a.m.Decref(v)
			if shape == tBytes {
				v = a.m.NewContainer(PoolByteArray, tBytes)
			} else {
				v, _ = a.full(shape, x)
			}
			if v.Off() != first.Off() {
				moved++
				if i != 1<<16 {
					t.Fatalf("%s: round %d: slot %#x, want %#x again", shapeNames[shape], i, v.Off(), first.Off())
				}
				first = v
			} else if v.Gen() != first.Gen()+uint16(i) && moved == 0 {
				t.Fatalf("%s: round %d: generation %d", shapeNames[shape], i, v.Gen())
			}
			if i == 100 {
				carved = w.h.Bytes()
			}
		}
		if moved != 1 || w.h.Bytes() != carved {
			t.Errorf("%s: the slot moved %d times, want once; %d bytes carved after %d", shapeNames[shape], moved, w.h.Bytes(), carved)
		}
	}
}

// TestSpoiltTable: what another thread has spoilt has an empty view, and writing to that does nothing.
func TestSpoiltTable(t *testing.T) {
	var x Table
	x.SetFill(3)
	if x.Fill() != 0 || x.Cap() != 0 {
		t.Error("an empty view holds something")
	}
}
