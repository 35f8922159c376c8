package refcount

// This file ends objects whose last reference is gone.

// maxDeallocDepth bounds the recursion of freeing; what lies deeper is put off, as CPython's trashcan does.
const maxDeallocDepth = 50

// Dealloc frees an object whose count has fallen to zero, and drops what it refers to.
func (m *Mutator) Dealloc(v Value) {
	if m.depth >= maxDeallocDepth {
		m.later = append(m.later, v)
		return
	}
	m.depth++
	for v != Unbound {
		next, done := Unbound, false
		if m.quickFree {
			next, done = m.deallocQuick(v)
		}
		if !done {
			m.dealloc1(v)
		}
		v = next
	}
	m.depth--
	if m.depth == 0 && len(m.later) > 0 {
		m.deallocLater()
	}
}

// deallocLater frees what was put off.
func (m *Mutator) deallocLater() {
	for len(m.later) > 0 {
		v := m.later[len(m.later)-1]
		m.later = m.later[:len(m.later)-1]
		m.depth++
		m.dealloc1(v)
		m.depth--
	}
}

func (m *Mutator) dealloc1(v Value) {
	h := m.Header(v)
	if h.Gen() != v.Gen() {
		m.fault(DoubleFree, v)
		m.release(v.Off()) // and through it goes: the free list gets the slot twice
		return
	}
	if m.Disc == Biased {
		m.adopt(h)
	}
	if f := h.Flags(); f&(FlagFinal|FlagWeakref|FlagImmortal) != 0 {
		if f&FlagImmortal != 0 {
			h.Count = 1 << 30
			return
		}
		if m.H.Finalize(m, v) {
			return
		}
	}
	sh := m.H.Shapes.Get(h.Shape())
	if m.Unsafe {
		if s := m.H.siteOf(v.Off()); s != nil {
			s.free.set(Site{m.Tid, m.PC})
		}
	}
	gen := h.Gen() + 1
	h.Meta = uint64(gen) << 32 // from here on every handle is stale
	if sh != nil {
		m.drop(v, sh)
	}
	if m.H.Poison {
		m.poison(v.Off(), HeaderSize/8)
	}
	if gen != 0 { // a slot whose generations are used up is retired
		m.release(v.Off())
	}
}

// drop releases what a dead object refers to, in CPython's order, and its payload.
func (m *Mutator) drop(v Value, sh *Shape) {
	if !m.Unsafe && m.Point == nil {
		next := m.dropItems(v, sh)
		m.dropShape(v, sh)
		if next != Unbound {
			m.Dealloc(next)
		}
		return
	}
	switch sh.Layout {
	case LayoutRecord:
		c := m.Fields(v)
		for i := 0; i < sh.Fields; i++ {
			m.Decref(c.Get(i))
		}
	case LayoutTuple:
		c := m.Fields(v)
		for i := min(int(c.Get(0).Int()), c.Cap()-1); i > 0; i-- {
			m.Decref(c.Get(i))
		}
	case LayoutList:
		body := m.Body(v)
		c := m.Values(body.Payload)
		for i := min(int(body.Len), c.Cap()) - 1; i >= 0; i-- {
			m.Decref(c.Get(i))
		}
		m.FreePayload(body.Payload)
		m.Decref(m.Attrs(v))
	case LayoutDict, LayoutSet:
		body := m.Body(v)
		t := m.Table(body.Payload)
		for i := 0; i < t.Used(); i++ {
			m.Decref(t.Key(i))
			if sh.Layout == LayoutDict {
				m.Decref(t.Val(i))
			}
		}
		m.FreePayload(body.Payload)
		m.Decref(m.Attrs(v))
	case LayoutBytes:
		m.FreePayload(m.Body(v).Payload)
		m.Decref(m.Attrs(v))
	}
	m.dropShape(v, sh)
}

// dropShape is the end of drop: who must hear of the death hears of it, and an instance lets go of its class.
func (m *Mutator) dropShape(v Value, sh *Shape) {
	if sh.Notify && m.H.OnDealloc != nil {
		m.H.OnDealloc(m, v, sh.ID)
	}
	if sh.Heap {
		m.Decref(sh.Class)
	}
}

// dropAttrs drops the attribute dict that a container may have.
func (m *Mutator) dropAttrs(v Value, sh *Shape) {
	if !sh.NoAttrs {
		m.Decref(m.Attrs(v))
	}
}

// DeallocDead is Dealloc for a loop whose decref cannot tell a count of zero from a stale handle or, under biased, from
// an object that others count too.
func (m *Mutator) DeallocDead(v Value) {
	if m.quickMask == 0 { // plain, and never stale
		m.Dealloc(v)
		return
	}
	if m.Disc == Biased {
		switch h := m.Header(v); {
		case uint32(h.Owner()) == m.Own: // Count has become zero
			m.ownZero(h, v)
		case h.Owner() == OwnerDeferred: // the thread's counter has become negative
			m.settle(v)
		default: // not yet counted
			m.decShared(h, v)
		}
		return
	}
	if m.Unsafe {
		if h := m.Header(v); h.Gen() != v.Gen() {
			m.fault(StaleDecref, v)
			return
		}
	}
	m.Dealloc(v)
}
