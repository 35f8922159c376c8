package refcount

// This file is the audit: every count held against the references that a walk finds.

import "sort"

// Verdict is what the audit says of an object.
type Verdict uint8

// The verdicts.
const (
	Leaked  Verdict = iota // live, and nothing reaches it: it will never be freed
	TooHigh                // reachable, with a count above the references: it will leak
	TooLow                 // a count below the references: it will be freed early
	Dangles                // a reference to a slot that was freed
)

// String describes the verdict.
func (v Verdict) String() string {
	return [...]string{"leaked", "count too high", "count too low", "dangling reference"}[v]
}

// Finding is one object that is not as it should be.
type Finding struct {
	Verdict Verdict
	Value   Value
	Shape   uint16
	Count   uint32
	Found   uint32 // references to it
	Alloc   Site
	Free    Site
	From    Value // dangling: the holder
	Where   string
}

// Audit is the result of an audit.
type Audit struct {
	Objects  int // live objects seen
	Findings []Finding
	Lost     int64 // net count updates lost: the sum over objects of |count − references|
	Leaked   int
	Early    int   // dangling references
	Low      int   // counts too low
	High     int   // counts too high
	Garbage  int   // objects in cycles that wait for the collector: not a fault
	Stale    int64 // uses of freed slots that were seen when they happened
	Other    int64 // other faults that were
}

// Clean reports that the audit found nothing wrong.
func (a *Audit) Clean() bool { return len(a.Findings) == 0 && a.Stale == 0 && a.Other == 0 }

// Audit walks the heap and compares. Under the traced discipline there is nothing to compare: every reference must name a
// live object, and what nothing reaches waits for the collector. The world is stopped.
func (h *Heap) Audit(roots Roots) *Audit {
	w := h.WalkFrom(roots)
	defer w.Close()
	w.markLeaked()
	a := &Audit{Objects: w.live}
	_, a.Stale = h.Faults()
	h.faults.mu.Lock()
	a.Other = h.faults.other
	h.faults.mu.Unlock()
	add := func(f Finding) {
		f.Shape = w.header(f.Value.Off()).Shape()
		if s := h.siteOf(f.Value.Off()); s != nil {
			f.Alloc, f.Free = s.alloc.get(), s.free.get()
		}
		a.Findings = append(a.Findings, f)
	}
	for i := range w.slots {
		s := &w.slots[i]
		if !s.live {
			continue
		}
		hd := w.header(s.off)
		if hd.Flags()&FlagImmortal != 0 {
			continue
		}
		count := h.countOf(hd)
		if h.Disc == Traced {
			count = s.found
		}
		if count != s.found {
			a.Lost += max(int64(int32(count))-int64(s.found), int64(s.found)-int64(int32(count)))
		}
		f := Finding{Value: w.value(s.off), Count: count, Found: s.found, From: Unbound}
		switch {
		case !s.reached && s.leaked:
			a.Leaked++
			f.Verdict = Leaked
			add(f)
		case int32(count) < int32(s.found): // in garbage too: the collector would free it early
			a.Low++
			f.Verdict = TooLow
			add(f)
		case !s.reached:
			a.Garbage++
		case count > s.found:
			a.High++
			f.Verdict = TooHigh
			add(f)
		}
	}
	for _, d := range w.Dangling {
		a.Early++
		add(Finding{Verdict: Dangles, Value: d.Value, From: d.From, Where: d.Where})
	}
	sort.SliceStable(a.Findings, func(i, j int) bool { return a.Findings[i].Verdict < a.Findings[j].Verdict })
	return a
}

// Live calls f for every live object, by offset: its handle, count and owner. The world is stopped.
func (h *Heap) Live(f func(v Value, count uint32, owner uint16)) {
	w := &Walk{h: h}
	w.m = Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe}
	w.eachLive(func(off uint32) {
		hd := w.header(off)
		f(w.value(off), h.countOf(hd), hd.Owner())
	})
}

// Immortal reports an object that is never freed.
func (h *Heap) Immortal(v Value) bool {
	m := Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe}
	return m.Header(v).Flags()&FlagImmortal != 0
}
