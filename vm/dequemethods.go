package vm

// This file is the methods of deques.

// dequeMethods makes the methods, and with them the classes of the iterators.
func (t *Thread) dequeMethods() []Def {
	push := func(left bool) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value { return okNone(t.dequePush(a[0], a[1], left)) }
	}
	extend := func(left bool) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value { return okNone(t.dequeExtend(a[0], a[1], left)) }
	}
	same := func(f func(t *Thread, a []Value) bool) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value {
			if !f(t, a) {
				return Raised
			}
			return t.Ref(a[0])
		}
	}
	repeat := func(t *Thread, a []Value) Value {
		d := t.likeDeque(a[0])
		if d != Raised && !t.dequeRepeat(d, a[1]) {
			t.Decref(d)
			return Raised
		}
		return d
	}
	like := func(t *Thread, a []Value) Value { return t.likeDeque(a[0]) }
	forward, backward := t.dequeIter("_collections._deque_iterator", false), t.dequeIter("_collections._deque_reverse_iterator", true)
	return []Def{
		{"__init__(self, iterable=(), maxlen=None)", dequeInit},
		{"append(self, x, /)", push(false)}, {"appendleft(self, x, /)", push(true)},
		{"pop(self, /)", dequePop(false)}, {"popleft(self, /)", dequePop(true)},
		{"extend(self, iterable, /)", extend(false)}, {"extendleft(self, iterable, /)", extend(true)},
		{"clear(self, /)", dequeClear}, {"copy(self, /)", like}, {"__copy__(self, /)", like},
		{"__repr__(self, /)", dequeRepr},
		{"__len__(self, /)", func(t *Thread, a []Value) Value {
			t.Lock(a[0])
			n := t.ringOf(a[0]).n
			t.Unlock(a[0])
			return t.NewInt(int64(n))
		}},
		{"__iter__(self, /)", forward}, {"__reversed__(self, /)", backward},
		{"__getitem__(self, key, /)", func(t *Thread, a []Value) Value {
			i, ok := t.dequeIndex(a[1])
			if !ok {
				return Raised
			}
			t.Lock(a[0])
			r := t.ringOf(a[0])
			if i < 0 {
				i += int64(r.n)
			}
			v := Unbound
			if i >= 0 && i < int64(r.n) {
				v = t.Ref(r.get(int(i)))
			}
			t.Unlock(a[0])
			if v == Unbound {
				return t.Raise(t.VM.Exc.IndexError, "deque index out of range")
			}
			return v
		}},
		{"__setitem__(self, key, value, /)", func(t *Thread, a []Value) Value {
			i, ok := t.dequeIndex(a[1])
			if !ok {
				return Raised
			}
			t.Lock(a[0])
			r := t.ringOf(a[0])
			if i < 0 {
				i += int64(r.n)
			}
			old := Unbound
			if i >= 0 && i < int64(r.n) {
				old = r.cells.Swap(r.at(int(i)), t.Ref(a[2]))
			}
			t.Unlock(a[0])
			if old == Unbound {
				return t.Raise(t.VM.Exc.IndexError, "deque index out of range")
			}
			t.Decref(old)
			return None
		}},
		{"__delitem__(self, key, /)", func(t *Thread, a []Value) Value {
			i, ok := t.dequeIndex(a[1])
			if !ok {
				return Raised
			}
			gone := Unbound
			t.dequeSplice(a[0], -1, func(items []Value) []Value {
				if i < 0 {
					i += int64(len(items))
				}
				if i < 0 || i >= int64(len(items)) {
					return items
				}
				gone = items[i]
				return append(items[:i], items[i+1:]...)
			})
			if gone == Unbound {
				return t.Raise(t.VM.Exc.IndexError, "deque index out of range")
			}
			t.Decref(gone)
			return None
		}},
		{"__contains__(self, x, /)", func(t *Thread, a []Value) Value {
			i, _, ok := t.dequeFind(a[0], a[1], 0, maxList, "deque mutated during iteration")
			return t.boolOf(i >= 0, ok)
		}},
		{"count(self, x, /)", func(t *Thread, a []Value) Value {
			n := int64(0)
			for i := 0; ; i++ {
				var ok bool
				if i, _, ok = t.dequeFind(a[0], a[1], i, maxList, "deque mutated during iteration"); !ok {
					return Raised
				}
				if i < 0 {
					return t.NewInt(n)
				}
				n++
			}
		}},
		{"index(self, x, start=0, stop=None, /)", func(t *Thread, a []Value) Value {
			l, _ := t.dequeList(a[0])
			if l == Raised {
				return l
			}
			n := t.ListLen(l)
			t.Decref(l)
			lo, hi, ok := t.searchRange(a[2], a[3], n)
			if !ok {
				return Raised
			}
			i, _, ok := t.dequeFind(a[0], a[1], lo, hi, "deque mutated during iteration")
			switch {
			case !ok:
				return Raised
			case i < 0:
				return t.notInDeque(a[1])
			}
			return t.NewInt(int64(i))
		}},
		{"remove(self, x, /)", func(t *Thread, a []Value) Value {
			i, state, ok := t.dequeFind(a[0], a[1], 0, maxList, "deque mutated during remove().")
			switch {
			case !ok:
				return Raised
			case i < 0:
				return t.notInDeque(a[1])
			}
			gone := Unbound
			if !t.dequeSplice(a[0], state, func(items []Value) []Value {
				gone = items[i]
				return append(items[:i], items[i+1:]...)
			}) {
				return t.Raise(t.VM.Exc.IndexError, "deque mutated during remove().")
			}
			t.Decref(gone)
			return None
		}},
		{"insert(self, index, object, /)", func(t *Thread, a []Value) Value {
			i, ok := t.Index(a[1])
			if !ok {
				return Raised
			}
			full := false
			t.dequeSplice(a[0], -1, func(items []Value) []Value {
				n := int64(len(items))
				if bound := t.Field(a[0], dequeMax); bound.IsInt() && n >= bound.Int() {
					full = true
					return items
				}
				if i < 0 {
					i = max(i+n, 0)
				}
				i = min(i, n)
				items = append(items, None)
				copy(items[i+1:], items[i:])
				items[i] = t.Ref(a[2])
				return items
			})
			if full {
				return t.Raise(t.VM.Exc.IndexError, "deque already at its maximum size")
			}
			return None
		}},
		{"reverse(self, /)", func(t *Thread, a []Value) Value {
			t.Lock(a[0])
			r := t.ringOf(a[0])
			for i, j := 0, r.n-1; i < j; i, j = i+1, j-1 {
				r.cells.Set(r.at(j), r.cells.Swap(r.at(i), r.get(j)))
			}
			t.Unlock(a[0])
			return None
		}},
		{"rotate(self, n=1, /)", func(t *Thread, a []Value) Value {
			n := int64(1)
			if a[1] != Unbound {
				var ok bool
				if n, ok = t.Index(a[1]); !ok {
					return Raised
				}
			}
			t.Lock(a[0])
			r := t.ringOf(a[0])
			if r.n > 1 {
				size := int64(r.n)
				n = (n%size + size) % size
				left := n > size/2
				if left {
					n = size - n
				}
				for ; n > 0; n-- { // one end to the other
					v := r.take(left)
					if left {
						r.cells.Set(r.at(r.n), v)
					} else {
						if r.head--; r.head < 0 {
							r.head = r.room - 1
						}
						r.cells.Set(r.head, v)
					}
					r.n++
				}
				t.keepRing(a[0], r)
			}
			t.Unlock(a[0])
			return None
		}},
		{"__add__(self, value, /)", func(t *Thread, a []Value) Value {
			if !t.isDeque(a[1]) {
				return t.Raise(t.VM.Exc.TypeError, "can only concatenate deque (not \"%s\") to deque", t.TypeName(a[1]))
			}
			d := t.likeDeque(a[0])
			if d != Raised && !t.dequeExtend(d, a[1], false) {
				t.Decref(d)
				return Raised
			}
			return d
		}},
		{"__iadd__(self, value, /)", same(func(t *Thread, a []Value) bool { return t.dequeExtend(a[0], a[1], false) })},
		{"__imul__(self, value, /)", same(func(t *Thread, a []Value) bool { return t.dequeRepeat(a[0], a[1]) })},
		{"__mul__(self, value, /)", repeat}, {"__rmul__(self, value, /)", repeat},
		{"__reduce__(self, /)", func(t *Thread, a []Value) Value {
			l, _ := t.dequeList(a[0])
			if l == Raised {
				return l
			}
			bound := t.Field(a[0], dequeMax)
			if !bound.IsInt() {
				bound = None
			}
			return t.NewTuple(t.Ref(t.ClassOf(a[0]).Value), t.NewTuple(l, bound))
		}},
	}
}
