//go:build linux || darwin

package refcount

// This file tests containment: whatever bits stand in guest memory or in a handle, no access leaves the region, nothing
// panics and nothing runs for ever. The region lies between wide guards that fault when they are touched.

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

const guardBytes = 40 << 30 // more than any offset, index or length that one word can hold

// guarded makes a world whose region of 1<<19 words, and what follows it, lies between guards.
func guarded(t testing.TB, cfg Config) *world {
	cfg.Reserve = 4 << 20
	cfg.Finalize = func(*Mutator, Value) bool { return false }
	w := newWorld(t, cfg, 1)
	h := w.h
	old := h.words
	size := len(old) * 8
	b, err := syscall.Mmap(-1, 0, 2*guardBytes+size, syscall.PROT_NONE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Skipf("no address space for the guards: %v", err)
	}
	if err := syscall.Mprotect(b[guardBytes:guardBytes+size], syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	mid := unsafe.Slice((*uint64)(unsafe.Pointer(&b[guardBytes])), len(old))
	copy(mid, old)
	h.words, h.base = mid, unsafe.Pointer(&mid[0])
	w.main.m.Base = h.base
	t.Cleanup(func() { // runs before the one that closes the heap
		h.words, h.base = old, unsafe.Pointer(&old[0])
		_ = syscall.Munmap(b)
	})
	return w
}

// patterns are words with one bit, with all below it, with all above it, alone and under each tag; and random ones.
func patterns(r *rand.Rand, random int) []uint64 {
	out := []uint64{0, ^uint64(0)}
	for k := 0; k < 64; k++ {
		b := uint64(1) << k
		for _, x := range []uint64{b, b - 1, ^b, ^(b - 1), b | 1} {
			out = append(out, x, uint64(TagPtr)|x&(1<<48-1), uint64(TagInt)|x&(1<<50-1))
		}
	}
	for i := 0; i < random; i++ {
		x := r.Uint64()
		out = append(out, x, x>>(r.Uint64()%64), uint64(TagPtr)|x&(1<<48-1))
	}
	return out
}

// guard runs f; a fault or panic fails the test.
func guard(t *testing.T, what func() string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("%s: %v\n%s", what(), p, debug.Stack())
		}
	}()
	f()
}

// everything uses all accessors on what v names, whatever it is.
func everything(w *world, v Value) {
	m := w.main.m
	hd := m.Header(v)
	_, _, _, _ = hd.Shape(), hd.Gen(), hd.Owner(), hd.Flags()
	_, _ = m.ShapeOf(v), m.Count(v)
	hd.SetFlag(FlagWeakref)
	hd.ClearFlag(FlagWeakref | FlagFinal)
	hd.SetShape(hd.Shape())
	cells(m.Fields(v))
	for _, i := range []int{-1, 0, 1, 7, 1 << 20} {
		m.SetField(v, i, m.Field(v, i))
		m.SetRawWord(v, i, m.RawWord(v, i))
	}
	b := m.Body(v)
	m.SetBody(v, b)
	payload(m, b.Payload, int(b.Len))
	payload(m, v.Off(), int(b.Len))
	m.SetStateWord(v, m.StateWord(v))
	m.SetAttrs(v, m.Attrs(v))
	n := int(m.RawWord(v, 0))
	for _, skip := range []int{0, 1, 2} {
		for _, k := range []int{n, -n, n >> 32, 1, 1 << 40, -1} {
			touch(m.RawBytes(v, skip, k))
			_ = len(m.RawInts(v, skip, k)) + len(m.RawWords(v, skip, k))
		}
	}
	_ = w.h.SizeOf(v)
	_ = w.h.Immortal(v)
	refs := 0
	w.h.Refs(v, func(Value) { refs++ })
}

func touch(b []byte) {
	if len(b) > 0 {
		b[0] ^= 0
		b[len(b)-1] ^= 0
	}
}

func cells(c Cells) {
	for _, i := range []int{-1, 0, c.Cap() / 2, c.Cap() - 1, c.Cap(), 1 << 40} {
		c.Set(i, c.Get(i))
	}
	c.Move(0, 0, c.Cap())
	c.Move(1, 0, c.Cap())
	c.CopyFrom(0, c, 0, c.Cap())
	_ = c.Slice(0, c.Cap())
}

func payload(m *Mutator, off uint32, n int) {
	c := m.Values(off)
	cells(c)
	c.Set(n, c.Get(n))
	touch(m.ByteData(off))
	t := m.Table(off)
	if t.Empty() {
		return
	}
	used, fill := t.Used(), t.Fill()
	t.SetUsed(used)
	t.SetFill(fill)
	for _, i := range []int{-1, 0, n, used - 1, t.Cap() - 1, t.Cap(), 1 << 40} {
		_, k, v := t.Hash(i), t.Key(i), t.Val(i)
		t.SetKey(i, k)
		t.SetVal(i, v)
		t.SetEntry(i, t.Hash(i), k, v)
	}
	for _, i := range []uint64{0, 1, ^uint64(0), 1 << 31, 1<<31 - 1, uint64(n)} {
		t.SetIndex(i, t.Index(i))
	}
	_ = t.ValOffset(used) + uint32(t.Log2())
	for _, h := range []uint64{0, 1, ^uint64(0), t.Hash(0), uint64(n)} {
		s := t.Search(h)
		for i, _ := t.Next(&s); i >= 0; i, _ = t.Next(&s) {
		}
		t.Scan(n, n+3, h)
		t.Scan(0, t.Cap()-1, h)
		t.Scan(t.Cap()-1, t.Cap(), h)
	}
}

// TestForgedHandles: every accessor on every pattern as a handle.
func TestForgedHandles(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	w := guarded(t, Config{Unsafe: true})
	for i := 0; i < 500; i++ {
		w.main.step()
	}
	for _, p := range patterns(w.main.r, 3000) {
		guard(t, func() string { return fmt.Sprintf("handle %#x", p) }, func() { everything(w, Value(p)) })
	}
}

// TestForgedWords: every pattern in every word of every kind of object and of its payload, then all accessors, counting,
// freeing, allocating again, and the audit.
func TestForgedWords(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	for _, cfg := range []Config{{Unsafe: true}, {Unsafe: true, Locks: true}} {
		for shape := tRaw; shape <= tShapes; shape++ {
			w := guarded(t, cfg)
			for n, p := range patterns(w.main.r, 50) {
				if n%5 != 0 && testing.Short() {
					continue
				}
				for word := 0; word < 10; word++ {
					what := func() string { return fmt.Sprintf("%s: %#x in word %d", shapeNames[shape], p, word) }
					guard(t, what, func() { forge(w, shape, word, p) })
				}
				if n%64 == 63 { // what the forged free lists and lost slots have made of it
					w = guarded(t, cfg)
				}
			}
		}
	}
}

// TestForgedGeometry: the word that says how large a table's index and entries are, in all its combinations.
func TestForgedGeometry(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	for _, shape := range []uint16{tDict, tSet} {
		for log2 := uint64(0); log2 < 70; log2++ {
			w := guarded(t, Config{Unsafe: true})
			for cells := uint64(0); cells < 6; cells++ {
				for k := 0; k < 34; k++ {
					geo := log2 | cells<<8 | (uint64(1)<<k>>1)<<32
					what := func() string { return fmt.Sprintf("%s: geometry %#x", shapeNames[shape], geo) }
					guard(t, what, func() { forge(w, shape, 7, geo) })
				}
			}
		}
	}
}

// forge puts p into a word of a new object (0–5) or of its payload (6–9) and does everything with it. The header's own
// lock bits are left out: no access sets them but that of a holder, who clears them, so a lock that looks held is waited for.
func forge(w *world, shape uint16, word int, p uint64) {
	a := w.main
	m := a.m
	x := a.make(tRaw)
	v, _ := a.full(shape, x)
	switch {
	case word == 1:
		m.Header(v).Meta = p &^ uint64(FlagLocked|FlagFinal|FlagWeakref)
	case word < 6:
		*(*uint64)(m.at(v.Off() + uint32(word))) = p
	case layouts[min(shape, tBytes)] >= LayoutList:
		*(*uint64)(m.at(m.Body(v).Payload + uint32(word-6))) = p
	}
	everything(w, v)
	if a.r.IntN(10) == 0 {
		w.h.WalkFrom(func(visit func(Value, string)) { visit(v, ""); visit(Value(p), "") }).Garbage()
		w.h.Audit(func(visit func(Value, string)) { visit(v, "") })
	}
	m.Incref(v)
	m.Decref(v)
	m.Incref(Value(p))
	m.Decref(Value(p))
	m.Header(v).ClearFlag(FlagLocked) // a view forged onto the header may have written there
	m.Lock(v)
	m.Unlock(v)
	if w.h.Faults(); word%2 == 0 {
		m.Decref(v)
	}
	m.Dealloc(v)
	m.FreePayload(uint32(p))
	m.FreePayload(uint32(p >> 32))
	for i := 0; i < 2; i++ {
		y, _ := a.full(shape, None)
		everything(w, y)
	}
}
