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
	items := append([]Value(nil), c.Slice(0, n)...)
	ok := n < 2
	switch {
	case key != Unbound:
		var keys []Value
		if keys, ok = t.sortKeys(key, items); ok && n > 1 {
			ok = t.sortBy(keys, items, back)
		}
	case n > 1:
		ok = t.sortBy(items, nil, back)
	}
	for i, v := range items {
		c.Set(i, v)
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

// sortBy sorts items by their keys, or the keys themselves where items is nil. Numbers, strs and tuples that begin with
// one take short ways.
func (t *Thread) sortBy(keys, items []Value, back bool) bool {
	vals := items
	if items == nil {
		vals = keys
	}
	switch t.keyKind(keys) {
	case KInt:
		if items == nil {
			sortInts(keys)
			if back {
				slices.Reverse(keys)
			}
			return true
		}
		return timsort(keys, items, back, func(a, b Value) (bool, bool) { return a.Shifted() < b.Shifted(), true })
	case KFloat:
		return timsort(keys, items, back, func(a, b Value) (bool, bool) { return a.Float() < b.Float(), true })
	case KStr:
		if ss, ok := asciiKeys(t, keys, func(v Value) Value { return v }); ok {
			return timsort(ss, vals, back, func(a, b string) (bool, bool) { return a < b, true })
		}
		return timsort(keys, items, back, func(a, b Value) (bool, bool) { return t.lessStr(a, b), true })
	case KTuple:
		if r, known := t.sortTuples(keys, vals, back); known {
			return r
		}
	}
	return timsort(keys, items, back, t.Less)
}

// led is a tuple with its first item at hand.
type led[K any] struct {
	first K
	tuple Value
}

// sortTuples sorts by tuples that all begin with an inline int or an ASCII str; known is false for others.
func (t *Thread) sortTuples(keys, vals []Value, back bool) (ok, known bool) {
	first := func(v Value) Value { return t.Items(v).Get(0) }
	ints := make([]led[int64], len(keys))
	for i, v := range keys {
		x := first(v)
		if !x.IsInt() || t.Items(v).Len() == 0 {
			ints = nil
			break
		}
		ints[i] = led[int64]{x.Shifted(), v}
	}
	if ints != nil {
		return timsort(ints, vals, back, func(a, b led[int64]) (bool, bool) {
			if a.first != b.first {
				return a.first < b.first, true
			}
			return t.isTrue(t.compareTuples(Lt, a.tuple, b.tuple))
		}), true
	}
	ss, ascii := asciiKeys(t, keys, first)
	if !ascii {
		return false, false
	}
	strs := make([]led[string], len(keys))
	for i, v := range keys {
		strs[i] = led[string]{ss[i], v}
	}
	return timsort(strs, vals, back, func(a, b led[string]) (bool, bool) {
		if a.first != b.first {
			return a.first < b.first, true
		}
		return t.isTrue(t.compareTuples(Lt, a.tuple, b.tuple))
	}), true
}

// asciiKeys views the strs that of gives for the keys; ok is false when one is no exact ASCII str. Where guest memory may
// change under the sort they are copies.
func asciiKeys(t *Thread, keys []Value, of func(v Value) Value) (ss []string, ok bool) {
	ss = make([]string, len(keys))
	for i, v := range keys {
		x := of(v)
		if !t.Is(x, KStr) {
			return nil, false
		}
		s := t.txt(x)
		if s.W != nil {
			return nil, false
		}
		ss[i] = s.A
	}
	return ss, true
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
