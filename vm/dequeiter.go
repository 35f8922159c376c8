package vm

// This file is the iterators over deques.

import "toylang/refcount"

// The fields of an iterator over a deque.
const (
	dequeIterOver  = InstFirst + iota
	dequeIterNext  // small int: items given
	dequeIterState // the deque's state at the start
)

// dequeIter makes the class of an iterator over deques, and gives the method that makes one.
func (t *Thread) dequeIter(name string, backward bool) func(t *Thread, a []Value) Value {
	var c *Class
	c = t.defType(TypeDef{Kind: KInstance, Name: name, Final: true, Static: []Def{
		{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			return t.Raise(t.VM.Exc.TypeError, "cannot create '%s' instances", name)
		}},
	}, Methods: []Def{
		{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(a[0]) }},
		{"__next__(self, /)", func(t *Thread, a []Value) Value {
			if t.ClassOf(a[0]) != c {
				return t.Raise(t.VM.Exc.TypeError, "descriptor '__next__' requires a '%s' object", name)
			}
			d := t.Field(a[0], dequeIterOver)
			if d == Unbound {
				return t.RaiseArgs(t.VM.Exc.StopIteration)
			}
			t.Lock(d)
			r, i := t.ringOf(d), int(t.Field(a[0], dequeIterNext).Int())
			mutated := t.Field(d, dequeState) != t.Field(a[0], dequeIterState)
			v := Unbound
			if !mutated && i < r.n {
				t.SetField(a[0], dequeIterNext, refcount.SmallInt(int64(i+1)))
				if backward {
					i = r.n - 1 - i
				}
				v = t.Ref(r.get(i))
			}
			t.Unlock(d)
			switch {
			case mutated:
				return t.Raise(t.VM.Exc.RuntimeError, "deque mutated during iteration")
			case v == Unbound:
				return t.RaiseArgs(t.VM.Exc.StopIteration)
			}
			return v
		}},
	}})
	c.Slots = []string{" over", " next", " state"}
	return func(t *Thread, a []Value) Value {
		it := t.NewInstance(c)
		if it == Raised {
			return it
		}
		t.SetField(it, dequeIterOver, t.Ref(a[0]))
		t.SetField(it, dequeIterNext, refcount.SmallInt(0))
		t.Lock(a[0])
		t.SetField(it, dequeIterState, t.Field(a[0], dequeState))
		t.Unlock(a[0])
		return it
	}
}
