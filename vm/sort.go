package vm

// This file is sorting: list.sort and sorted. The items are taken out of the list and held while comparisons, which may
// run toy code, put them in order.

import (
	"slices"

	"toylang/refcount"
	"toylang/vm/text"
)

// sortArgs reads the arguments of sort() and sorts.
func (t *Thread) sortArgs(l, key, reverse Value) bool {
	back := false
	if reverse != Unbound && reverse != False {
		n, ok := t.Index(reverse)
		if !ok {
			return false
		}
		back = n != 0
	}
	if key == None {
		key = Unbound
	}
	return t.listSort(l, key, back)
}

// listSort sorts a list in place, which is empty meanwhile.
func (t *Thread) listSort(l, key Value, back bool) bool {
	box := t.NewList()
	if box == Raised {
		return false
	}
	m := t.Hold(box)
	defer t.Unhold(m)
	t.LockTwo(l, box)
	t.SetBody(box, t.Body(l))
	t.SetBody(l, refcount.Body{})
	t.UnlockTwo(l, box)

	c, n := t.listView(box)
	s := sorter{t: t, keys: append([]Value(nil), c.Slice(0, n)...), minGallop: minGallop}
	ok := true
	if key != Unbound {
		s.vals = s.keys
		s.keys, ok = t.sortKeys(key, s.vals)
	}
	if ok && n > 1 {
		ok = s.run(back)
	}
	sorted := s.keys
	if s.vals != nil {
		sorted = s.vals
	}
	for i, v := range sorted {
		if len(sorted) == n {
			c.Set(i, v)
		}
	}

	t.LockTwo(l, box)
	now := t.Body(l)
	t.SetBody(l, t.Body(box))
	t.SetBody(box, now)
	t.UnlockTwo(l, box)
	if ok && now != (refcount.Body{}) {
		t.Raise(t.VM.Exc.ValueError, "list modified during sort")
		return false
	}
	return ok
}

// sortKeys computes the keys of the items; they are held.
func (t *Thread) sortKeys(key Value, items []Value) ([]Value, bool) {
	keep := t.NewList()
	if keep == Raised {
		return nil, false
	}
	t.Hold(keep)
	keys := make([]Value, 0, len(items))
	for _, v := range items {
		k := t.Call(key, v)
		if k == Raised || !t.listPush(keep, k) {
			return nil, false
		}
		keys = append(keys, k)
	}
	return keys, true
}

// run sorts: numbers and strs by comparisons of their own.
func (s *sorter) run(back bool) bool {
	t := s.t
	reverse := func() {
		if back {
			slices.Reverse(s.keys)
			slices.Reverse(s.vals)
		}
	}
	s.less = t.Less
	switch t.keyKind(s.keys) {
	case KInt:
		if s.vals == nil {
			sortInts(s.keys)
			if back {
				slices.Reverse(s.keys)
			}
			return true
		}
		s.less = func(a, b Value) (bool, bool) { return a.Shifted() < b.Shifted(), true }
	case KFloat:
		s.less = func(a, b Value) (bool, bool) { return a.Float() < b.Float(), true }
	case KStr:
		s.less = func(a, b Value) (bool, bool) { return t.lessStr(a, b), true }
	case KTuple:
		s.less = t.lessTuple
	}
	reverse()
	ok := s.sort()
	reverse()
	return ok
}

// keyKind gives the kind that all keys have exactly, KNull when they differ or when no short way is known for it.
func (t *Thread) keyKind(keys []Value) Kind {
	kind := func(v Value) Kind {
		switch {
		case v.IsInt():
			return KInt
		case v.IsFloat():
			return KFloat
		case v.IsPtr():
			return Kind(t.builtinShape(v))
		}
		return KNull
	}
	k := kind(keys[0])
	if k == KInt && keys[0].IsPtr() {
		return KNull
	}
	for _, v := range keys {
		if kind(v) != k || k == KInt && v.IsPtr() {
			return KNull
		}
	}
	return k
}

// sortInts sorts inline ints, of which equal ones cannot be told apart.
func sortInts(keys []Value) {
	w := make([]int64, len(keys))
	for i, v := range keys {
		w[i] = v.Shifted()
	}
	slices.Sort(w)
	for i, x := range w {
		keys[i] = refcount.FromShifted(x)
	}
}

func (t *Thread) lessStr(a, b Value) bool {
	x, y := t.Text(a), t.Text(b)
	if x.W == nil && y.W == nil {
		return x.A < y.A
	}
	return text.Compare(x, y) < 0
}

// lessTuple compares two tuples; where the first items decide and are plain, at once.
func (t *Thread) lessTuple(a, b Value) (bool, bool) {
	x, y := t.Items(a), t.Items(b)
	if x.Len() > 0 && y.Len() > 0 {
		p, q := x.Get(0), y.Get(0)
		switch {
		case refcount.BothInt(p, q):
			if p != q {
				return p.Shifted() < q.Shifted(), true
			}
		case p.IsFloat() && q.IsFloat():
			if p.Float() < q.Float() || q.Float() < p.Float() {
				return p.Float() < q.Float(), true
			}
		case p != q && t.Is(p, KStr) && t.Is(q, KStr):
			if !t.sameStr(p, q) {
				return t.lessStr(p, q), true
			}
		}
	}
	return t.isTrue(t.compareTuples(Lt, a, b))
}
