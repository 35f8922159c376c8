package refcount

// This file tests what the heap does where lock bits and geometries change under its hands.

import (
	"sync"
	"testing"

	"toylang/scheduler"
)

func unsafeHeap(t *testing.T, d Discipline) (*Heap, [2]*Mutator) {
	t.Helper()
	h, err := New(Config{Disc: d, Unsafe: true, Locks: true, Reserve: 1 << 26})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	var ms [2]*Mutator
	s := scheduler.NewReal(scheduler.Config{Mode: scheduler.Free, Unsafe: true})
	for i := range ms {
		ms[i] = &Mutator{NoMemory: func() {}}
		ms[i].Init(h, uint32(i+1), s, &scheduler.Thread{})
	}
	return h, ms
}

// A lock bit that nobody set is a fault, and hangs nobody.
func TestForgedLock(t *testing.T) {
	h, ms := unsafeHeap(t, Plain)
	m := ms[0]
	h.Shapes.Put(&Shape{ID: 1, Layout: LayoutRaw})
	v := m.NewSized(GRaw, 64, 1)
	m.Header(v).SetFlag(FlagLocked)
	m.Lock(v)
	m.Unlock(v)
	m.Lock(v)
	m.Unlock(v)
	if f, _ := h.Faults(); len(f) != 1 || f[0].Kind != ForgedLock {
		t.Errorf("faults: %v", f)
	}
}

// So is the bit of the counts.
func TestForgedCountLock(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	_, ms := unsafeHeap(t, Locked)
	v := ms[0].NewSized(GRaw, 64, 1)
	h := ms[0].Header(v)
	h.SetFlag(FlagCountLock)
	IncLocked(h)
	if h.Count != 2 || h.Flags()&FlagCountLock != 0 {
		t.Errorf("count %d, flags %#x", h.Count, h.Flags())
	}
}

// Two threads that were given the same slot make tables of different geometry in it.
func TestTableInSharedSlot(t *testing.T) {
	h, ms := unsafeHeap(t, Plain)
	off, _ := ms[0].AllocPayload(GEntries, 250)
	ms[0].FreePayload(off)
	ms[1].FreePayload(off)
	var wg sync.WaitGroup
	for i, m := range ms {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 20000; n++ {
				at := uint32(0)
				if i == 0 {
					at = m.NewTable(3, 3, 8)
				} else {
					at = m.NewTable(4, 2, 15)
				}
				tab := m.Table(at)
				for k := 0; k < tab.Cap(); k++ {
					tab.SetEntry(k, 1, None, None)
				}
				m.FreePayload(at)
			}
		}()
	}
	wg.Wait()
	_ = h
}
