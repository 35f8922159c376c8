package refcount

// This file is the collector of the traced discipline: it marks what the roots reach and frees the rest. The world is
// stopped from Trace to Sweep.

// Trace is a collection that has begun: a bit for every object reached so far.
type Trace struct {
	Walk
	bits    []uint64 // one for each 16 bytes of the region
	special []Value
}

// Trace marks what the roots reach.
func (h *Heap) Trace(roots Roots) *Trace {
	x := &Trace{Walk: Walk{h: h}, bits: h.marks}
	x.m = Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe, mags: &noMagazines}
	if n := int(h.nblocks.Load()) * (blockWords / 128); n > cap(x.bits) {
		x.bits = make([]uint64, n, n+n/4)
		h.marks = x.bits
	} else {
		x.bits = x.bits[:n]
		clear(x.bits)
	}
	roots(func(v Value, _ string) { x.Mark(v) })
	x.eachLive(func(off uint32) {
		if x.has(off) {
			return
		}
		hd := x.header(off)
		f, sh := hd.Flags(), h.Shapes.Get(hd.Shape())
		switch {
		case f&FlagImmortal != 0:
			x.Mark(x.value(off))
		case f&FlagFinal != 0 && f&FlagFinalized == 0, f&FlagWeakref != 0, sh != nil && sh.Notify:
			x.special = append(x.special, x.value(off))
		}
	})
	return x
}

// Mark marks v and all that it reaches.
func (x *Trace) Mark(v Value) {
	x.reach(v)
	for len(x.work) > 0 {
		v := x.work[len(x.work)-1]
		x.work = x.work[:len(x.work)-1]
		x.refs(v, x.reach)
	}
}

func (x *Trace) reach(v Value) {
	if !v.IsPtr() {
		return
	}
	off := v.Off() & x.h.mask
	i, bit := off>>7, uint64(1)<<(off>>1&63)
	if int(i) >= len(x.bits) || x.bits[i]&bit != 0 {
		return
	}
	if hd := x.header(off); hd.Gen() != v.Gen() || hd.Shape() == 0 {
		return // dangling: the audit's matter
	}
	x.bits[i] |= bit
	x.work = append(x.work, v)
}

func (x *Trace) has(off uint32) bool { return x.bits[off>>7]>>(off>>1&63)&1 != 0 }

// Marked reports that v has been reached.
func (x *Trace) Marked(v Value) bool { return v.IsPtr() && x.has(v.Off()&x.h.mask) }

// Special lists the unreached objects whose end concerns others, in the order of their slots: those with a finaliser to
// run, and those that weak references name.
func (x *Trace) Special() (out []Value) {
	for _, v := range x.special {
		if !x.Marked(v) && x.header(v.Off()).Flags()&(FlagFinal|FlagWeakref) != 0 {
			out = append(out, v)
		}
	}
	return out
}

// Unmarked lists all objects that have not been reached.
func (x *Trace) Unmarked() (out []Value) {
	x.eachLive(func(off uint32) {
		if !x.has(off) {
			out = append(out, x.value(off))
		}
	})
	return out
}

// Swept is what a collection did.
type Swept struct {
	Freed int   // objects
	Live  int64 // bytes in the slots and payloads of those that live on
}

// Sweep frees every object that has not been marked: its generation is raised, its slot and payload can be taken again. It
// ends the collection.
func (x *Trace) Sweep() (s Swept) {
	h := x.h
	for _, v := range x.special { // while what they refer to can still be read
		if sh := h.Shapes.Get(x.header(v.Off()).Shape()); !x.Marked(v) && sh != nil && sh.Notify && h.OnDealloc != nil {
			h.OnDealloc(&x.m, v, sh.ID)
		}
	}
	x.eachLive(func(off uint32) {
		hd := x.header(off)
		sh := h.Shapes.Get(hd.Shape())
		payload := uint32(0)
		if sh != nil && sh.Layout >= LayoutList {
			payload = x.m.Body(x.value(off)).Payload
		}
		if x.has(off) {
			s.Live += int64(h.slotBytes(off) + h.slotBytes(payload))
			return
		}
		s.Freed++
		if b := h.siteOf(off); b != nil {
			b.free.set(Site{})
		}
		x.m.FreePayload(payload)
		gen := hd.Gen() + 1
		hd.Meta = uint64(gen) << 32
		if h.Poison {
			x.m.poison(off, HeaderSize/8)
		}
		if gen != 0 {
			x.m.release(off)
		}
	})
	x.m.Shed()
	h.setPace(s.Live)
	return s
}

// References counts the references to v that the roots and what they reach hold. The world is stopped.
func (h *Heap) References(v Value, roots Roots) int {
	w := h.WalkFrom(roots)
	defer w.Close()
	if s := w.at(v.Off()); s != nil {
		return int(s.found - s.inner)
	}
	return 0
}

// Recount gives every object the count that a walk finds: a discipline that counts is to follow. The world is stopped, and
// no Go code holds anything that the roots do not name.
func (h *Heap) Recount(roots Roots) {
	w := h.WalkFrom(roots)
	defer w.Close()
	for i := range w.slots {
		s := &w.slots[i]
		if hd := w.header(s.off); s.live && hd.Flags()&FlagImmortal == 0 {
			hd.Count, hd.Shared = s.found, 0
		}
	}
}
