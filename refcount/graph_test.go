package refcount

// This file holds the operations of the random graphs: what a careful user of the heap does with each kind of object.

import "math"

// pick gives a value to store or copy (borrowed).
func (a *hand) pick() Value {
	if len(a.roots) == 0 || a.r.IntN(8) == 0 {
		return []Value{None, True, SmallInt(int64(a.r.Uint32())), Float(math.Pi)}[a.r.IntN(4)]
	}
	return a.roots[a.r.IntN(len(a.roots))]
}

// target gives a container to work on: a shared one, or whatever the hand holds (borrowed).
func (a *hand) target() Value {
	if len(a.hubs) > 0 && a.r.IntN(2) == 0 {
		return a.hubs[a.r.IntN(len(a.hubs))]
	}
	return a.pick()
}

// make allocates an object of the shape, with random contents (owned). tShapes stands for the heap shape.
func (a *hand) make(shape uint16) Value {
	m := a.m
	switch shape {
	case tRaw, tBytes:
		n := a.r.IntN(100)
		if a.r.IntN(200) == 0 {
			n = 50000
		}
		if shape == tRaw {
			v := m.NewSized(GRaw, HeaderSize+8+n, tRaw)
			m.SetRawWord(v, 0, uint64(n))
			return v
		}
		v := m.NewContainer(PoolByteArray, tBytes)
		off, _ := m.AllocPayload(GBytes, n)
		m.SetBody(v, Body{off, uint32(n)})
		return v
	case tList:
		return m.NewContainer(PoolList, tList)
	case tDict:
		return m.NewContainer(PoolDict, tDict)
	case tSet:
		return m.NewContainer(PoolSet, tSet)
	case tTuple:
		n := a.r.IntN(5)
		if a.r.IntN(500) == 0 {
			n = 5000
		}
		v := m.NewSized(GRecord, HeaderSize+8*(n+1), tTuple)
		c := m.Fields(v)
		c.Set(0, SmallInt(int64(n)))
		for i := 1; i <= n; i++ {
			c.Set(i, m.Ref(a.pick()))
		}
		return v
	case tShapes:
		v := a.record(a.w.inst, 2)
		m.Incref(a.w.class)
		return v
	case tCell:
		return a.record(tCell, 1)
	}
	return a.record(tRecord, recordFields)
}

func (a *hand) record(shape uint16, n int) Value {
	v := a.m.NewSized(GRecord, HeaderSize+8*n, shape)
	for i := 0; i < n; i++ {
		a.m.SetField(v, i, a.m.Ref(a.pick()))
	}
	return v
}

// put stores x somewhere in the object; what stood there is dropped.
func (a *hand) put(v, x Value) {
	if !v.IsPtr() {
		return
	}
	m := a.m
	old := Unbound
	m.Lock(v)
	switch sh := m.ShapeOf(v); {
	case sh == tList:
		b := m.Body(v)
		if n := int(b.Len); n > 0 && a.r.IntN(3) == 0 {
			old = m.Values(b.Payload).Swap(a.r.IntN(n), m.Ref(x))
			break
		}
		c := m.Values(b.Payload)
		if int(b.Len) == c.Cap() {
			a.resize(v, 2*c.Cap()+2)
			b = m.Body(v)
			c = m.Values(b.Payload)
		}
		c.Set(int(b.Len), m.Ref(x))
		m.SetBody(v, Body{b.Payload, b.Len + 1})
	case sh == tDict:
		t := m.Table(m.Body(v).Payload)
		if n := t.Used(); n > 0 && a.r.IntN(3) == 0 {
			i := a.r.IntN(n)
			if t.Key(i) != Deleted {
				old = t.Val(i)
				t.SetVal(i, m.Ref(x))
			}
			break
		}
		if t.Used() == t.Cap() {
			t = a.rebuild(v, t)
		}
		t.SetEntry(t.Used(), uint64(x), m.Ref(x), m.Ref(a.pick()))
		t.SetIndex(uint64(x), t.Used())
		t.SetUsed(t.Used() + 1)
	case sh == tSet:
		t := m.Table(m.Body(v).Payload)
		if t.Cap() < 64 && a.r.IntN(4) == 0 || t.Empty() {
			t = a.rebuild(v, t)
		}
		i := a.r.IntN(t.Cap())
		old = t.Key(i)
		t.SetEntry(i, uint64(x), m.Ref(x), Unbound)
	case sh == tRecord, sh == tCell, sh == a.w.inst:
		i := a.r.IntN(a.w.h.Shapes.Get(sh).Fields)
		old = m.Field(v, i)
		m.SetField(v, i, m.Ref(x))
	case sh == tBytes:
		old = m.Attrs(v)
		m.SetAttrs(v, m.Ref(x))
	}
	m.Unlock(v)
	m.Decref(old)
}

// take copies a reference out of the object (owned); Unbound when there is none.
func (a *hand) take(v Value) Value {
	if !v.IsPtr() {
		return Unbound
	}
	m := a.m
	m.Lock(v)
	defer m.Unlock(v)
	x := Unbound
	switch sh := m.ShapeOf(v); {
	case sh == tList:
		if b := m.Body(v); b.Len > 0 {
			x = m.Values(b.Payload).Get(a.r.IntN(int(b.Len)))
		}
	case sh == tDict, sh == tSet:
		if t := m.Table(m.Body(v).Payload); t.Used() > 0 {
			x = t.Key(a.r.IntN(t.Used()))
		}
	case sh == tTuple:
		if n := int(m.Field(v, 0).Int()); n > 0 {
			x = m.Fields(v).Get(1 + a.r.IntN(n))
		}
	case sh == tRecord, sh == tCell, sh == a.w.inst:
		x = m.Field(v, a.r.IntN(a.w.h.Shapes.Get(sh).Fields))
	}
	if !x.IsPtr() {
		return Unbound
	}
	return m.Ref(x)
}

// remove takes something out of the object and drops it.
func (a *hand) remove(v Value) {
	if !v.IsPtr() {
		return
	}
	m := a.m
	var drop []Value
	m.Lock(v)
	switch m.ShapeOf(v) {
	case tList:
		b := m.Body(v)
		n := int(b.Len)
		if n == 0 {
			break
		}
		keep := n - 1 - a.r.IntN(min(n, 10))
		c := m.Values(b.Payload)
		drop = append(drop, c.Slice(keep, n)...)
		m.SetBody(v, Body{b.Payload, uint32(keep)})
		if keep < c.Cap()/4 {
			a.resize(v, keep)
		}
	case tDict, tSet:
		t := m.Table(m.Body(v).Payload)
		n := t.Used()
		if n == 0 {
			break
		}
		i := a.r.IntN(n)
		drop = append(drop, t.Key(i), t.Val(i))
		t.SetEntry(i, 0, Deleted, Unbound)
	}
	m.Unlock(v)
	m.DecrefAll(drop...)
}

// resize gives a list another payload.
func (a *hand) resize(v Value, n int) {
	m := a.m
	if a.r.IntN(300) == 0 {
		n += 6000 // beyond the size classes
	}
	b := m.Body(v)
	off, _ := m.AllocPayload(GValues, 8*n)
	m.Values(off).CopyFrom(0, m.Values(b.Payload), 0, int(b.Len))
	m.SetBody(v, Body{off, b.Len})
	m.FreePayload(b.Payload)
}

// rebuild gives a dict or set a larger table with the entries that are not deleted.
func (a *hand) rebuild(v Value, t Table) Table {
	m := a.m
	live := 0
	for i := 0; i < t.Used(); i++ {
		if k := t.Key(i); k != Deleted && k != Unbound {
			live++
		}
	}
	log2 := uint8(1)
	for 1<<log2 <= live {
		log2++
	}
	cells := uint8(3)
	if m.ShapeOf(v) == tSet {
		cells = 2
	}
	off := m.NewTable(log2, cells, 1<<log2)
	nt := m.Table(off)
	n := 0
	for i := 0; i < t.Used(); i++ {
		if k := t.Key(i); k != Deleted && k != Unbound {
			nt.SetEntry(n, t.Hash(i), k, t.Val(i))
			n++
		}
	}
	if cells == 3 {
		nt.SetUsed(n)
	}
	old := m.Body(v).Payload
	m.SetBody(v, Body{Payload: off})
	m.FreePayload(old)
	return nt
}

// clear empties an object, as the collector does.
func (a *hand) clear(v Value) {
	m := a.m
	var drop []Value
	switch sh := m.ShapeOf(v); {
	case sh == tList:
		b := m.Body(v)
		drop = append(drop, m.Values(b.Payload).Slice(0, int(b.Len))...)
		m.SetBody(v, Body{})
		m.FreePayload(b.Payload)
	case sh == tDict, sh == tSet:
		off := m.Body(v).Payload
		t := m.Table(off)
		for i := 0; i < t.Used(); i++ {
			drop = append(drop, t.Key(i), t.Val(i))
		}
		m.SetBody(v, Body{})
		m.FreePayload(off)
	case sh == tRecord, sh == tCell, sh == a.w.inst:
		for i := 0; i < a.w.h.Shapes.Get(sh).Fields; i++ {
			drop = append(drop, m.Field(v, i))
			m.SetField(v, i, None)
		}
	}
	if sh := m.ShapeOf(v); sh == tList || sh == tDict || sh == tSet || sh == tBytes {
		drop = append(drop, m.Attrs(v))
		m.SetAttrs(v, 0)
	}
	m.DecrefAll(drop...)
}
