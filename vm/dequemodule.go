package vm

// This file is the module _collections: deque, a ring of references that both ends of a queue may use at once.

import (
	"fmt"

	"toylang/refcount"
)

// The fields of a deque. Everything is read and written under its lock.
const (
	dequeItems = InstFirst + iota // list as long as the ring has room; nobody else has it
	dequeHead                     // small int: where the first item stands
	dequeCount                    // small int
	dequeMax                      // small int, or Unbound: no bound
	dequeState                    // small int: changes with every change of the length
)

// ring is a deque as it stands while its lock is held. Its numbers are checked against the room that the list really has.
type ring struct {
	cells   refcount.Cells
	room    int
	head, n int
}

func (t *Thread) ringOf(d Value) (r ring) {
	l := t.Field(d, dequeItems)
	if !t.Is(l, KList) {
		return r
	}
	r.cells, r.room = t.listView(l)
	r.head, r.n = int(t.Field(d, dequeHead).Int()), int(t.Field(d, dequeCount).Int())
	if r.n < 0 || r.n > r.room || r.head < 0 || r.head >= r.room {
		r.head, r.n = 0, 0
	}
	return r
}

// at is the place of item i in the ring.
func (r *ring) at(i int) int {
	if i += r.head; i >= r.room {
		i -= r.room
	}
	return i
}

func (r *ring) get(i int) Value { return r.cells.Get(r.at(i)) }

// keep writes the numbers back.
func (t *Thread) keepRing(d Value, r ring) {
	t.SetField(d, dequeHead, refcount.SmallInt(int64(r.head)))
	t.SetField(d, dequeCount, refcount.SmallInt(int64(r.n)))
	t.SetField(d, dequeState, refcount.SmallInt(t.Field(d, dequeState).Int()+1))
}

// isDeque reports a deque or an instance of a subclass.
func (t *Thread) isDeque(v Value) bool { return t.ClassOf(v).Sub(t.VM.deque.Load()) }

// growRing gives a full ring twice the room; old is the list to drop once the lock is free.
func (t *Thread) growRing(d Value, r ring) (next ring, old Value) {
	room := max(8, 2*r.room)
	items := make([]Value, room)
	for i := range items {
		items[i] = None
		if i < r.n {
			items[i] = r.cells.Swap(r.at(i), None)
		}
	}
	l := t.NewList(items...)
	if l == Raised {
		return r, Raised
	}
	old = t.Field(d, dequeItems)
	t.SetField(d, dequeItems, l)
	next.cells, next.room = t.listView(l)
	next.n = r.n
	return next, old
}

// dequePush adds an item (borrowed) at the right or left end; a bounded deque loses one at the other.
func (t *Thread) dequePush(d, v Value, left bool) bool {
	old, lost := Unbound, Unbound
	t.Lock(d)
	r := t.ringOf(d)
	if bound := t.Field(d, dequeMax); bound.IsInt() && int64(r.n) >= bound.Int() {
		if bound.Int() <= 0 {
			t.Unlock(d)
			return true
		}
		lost = r.take(!left)
	}
	if r.n >= r.room {
		if r, old = t.growRing(d, r); old == Raised {
			t.Unlock(d)
			return false
		}
	}
	if left {
		if r.head--; r.head < 0 {
			r.head = r.room - 1
		}
		r.cells.Set(r.head, t.Ref(v))
	} else {
		r.cells.Set(r.at(r.n), t.Ref(v))
	}
	r.n++
	t.keepRing(d, r)
	t.Unlock(d)
	t.DecrefAll(old, lost)
	return true
}

// take removes the first or last item, of which there is one (owned).
func (r *ring) take(left bool) Value {
	r.n--
	if !left {
		return r.cells.Swap(r.at(r.n), None)
	}
	v := r.cells.Swap(r.head, None)
	if r.head++; r.head >= r.room {
		r.head = 0
	}
	return v
}

func dequePop(left bool) func(t *Thread, a []Value) Value {
	return func(t *Thread, a []Value) Value {
		t.Lock(a[0])
		r := t.ringOf(a[0])
		if r.n == 0 {
			t.Unlock(a[0])
			return t.Raise(t.VM.Exc.IndexError, "pop from an empty deque")
		}
		v := r.take(left)
		t.keepRing(a[0], r)
		t.Unlock(a[0])
		return v
	}
}

// dequeList copies the items into a list, and tells the state that they had.
func (t *Thread) dequeList(d Value) (l Value, state int64) {
	t.Lock(d)
	r := t.ringOf(d)
	items := make([]Value, r.n)
	for i := range items {
		items[i] = t.Ref(r.get(i))
	}
	state = t.Field(d, dequeState).Int()
	t.Unlock(d)
	return t.NewList(items...), state
}

// dequeSplice takes the items out, lets change lay them out anew, and puts them back; false when the state has changed. What
// change adds or leaves out changes owners.
func (t *Thread) dequeSplice(d Value, state int64, change func(items []Value) []Value) (ok bool) {
	old := Unbound
	t.Lock(d)
	r := t.ringOf(d)
	if state >= 0 && state != t.Field(d, dequeState).Int() {
		t.Unlock(d)
		return false
	}
	if r.n >= r.room {
		if r, old = t.growRing(d, r); old == Raised {
			t.Unlock(d)
			return false
		}
	}
	items := make([]Value, 0, r.n+1)
	for r.n > 0 {
		items = append(items, r.take(true))
	}
	for _, v := range change(items) {
		r.cells.Set(r.at(r.n), v)
		r.n++
	}
	t.keepRing(d, r)
	t.Unlock(d)
	t.Decref(old)
	return true
}

// dequeExtend adds what an iterable gives.
func (t *Thread) dequeExtend(d, iterable Value, left bool) bool {
	if iterable == d || t.isDeque(iterable) { // it may change meanwhile
		l, _ := t.dequeList(iterable)
		if l == Raised {
			return false
		}
		m := t.Hold(l)
		defer t.Unhold(m)
		iterable = l
	}
	return t.EachBrief(iterable, func(v Value) bool { return t.dequePush(d, v, left) })
}

func (t *Thread) newDeque(c *Class) Value {
	d := t.NewInstance(c)
	if d == Raised {
		return d
	}
	for _, f := range []int{dequeHead, dequeCount, dequeState} {
		t.SetField(d, f, refcount.SmallInt(0))
	}
	m := t.Hold(d)
	l := t.NewList()
	d = t.Release(m)
	if l == Raised {
		t.Decref(d)
		return l
	}
	t.SetField(d, dequeItems, l)
	return d
}

// likeDeque makes a deque of the same class and bound.
func (t *Thread) likeDeque(d Value) Value {
	n := t.newDeque(t.ClassOf(d))
	if n != Raised {
		t.SetField(n, dequeMax, t.Field(d, dequeMax))
		if !t.dequeExtend(n, d, false) {
			t.Decref(n)
			return Raised
		}
	}
	return n
}

// dequeIndex reads a subscript.
func (t *Thread) dequeIndex(key Value) (int64, bool) {
	if !t.hasIndex(key) {
		t.Raise(t.VM.Exc.TypeError, "sequence index must be integer, not '%s'", t.TypeName(key))
		return 0, false
	}
	return t.seqIndex(key)
}

// dequeFind gives the index of the first item from lo to hi that equals x; -1 when there is none.
func (t *Thread) dequeFind(d, x Value, lo, hi int, what string) (at int, state int64, ok bool) {
	l, state := t.dequeList(d)
	if l == Raised {
		return -1, 0, false
	}
	m := t.Hold(l)
	defer t.Unhold(m)
	for i := max(lo, 0); i < min(hi, t.ListLen(l)); i++ {
		v := t.ListGet(l, i)
		h := t.Hold(v)
		eq, ok := t.Equal(v, x)
		t.Unhold(h)
		if !ok {
			return -1, 0, false
		}
		t.Lock(d)
		same := t.Field(d, dequeState).Int() == state
		t.Unlock(d)
		if !same {
			t.Raise(t.VM.Exc.RuntimeError, "%s", what)
			return -1, 0, false
		}
		if eq {
			return i, state, true
		}
	}
	return -1, state, true
}

func (t *Thread) notInDeque(x Value) Value {
	r := t.Repr(x)
	if r == Raised {
		return r
	}
	defer t.Decref(r)
	return t.Raise(t.VM.Exc.ValueError, "%s is not in deque", t.GoStr(r))
}

func dequeInit(t *Thread, a []Value) Value {
	bound := Unbound
	if a[2] != Unbound && a[2] != None {
		if !t.IsInt(a[2]) {
			return t.Raise(t.VM.Exc.TypeError, "an integer is required")
		}
		n, ok := t.Index(a[2])
		switch {
		case !ok:
			return Raised
		case n < 0:
			return t.Raise(t.VM.Exc.ValueError, "maxlen must be non-negative")
		}
		bound = refcount.SmallInt(min(n, 1<<46))
	}
	dequeClear(t, a)
	t.Lock(a[0])
	t.SetField(a[0], dequeMax, bound)
	t.Unlock(a[0])
	return okNone(a[1] == Unbound || t.dequeExtend(a[0], a[1], false))
}

func dequeClear(t *Thread, a []Value) Value {
	l := t.NewList()
	if l == Raised {
		return l
	}
	t.Lock(a[0])
	old := t.Field(a[0], dequeItems)
	t.SetField(a[0], dequeItems, l)
	t.keepRing(a[0], ring{})
	t.Unlock(a[0])
	t.Decref(old)
	return None
}

func dequeRepr(t *Thread, a []Value) Value {
	for _, x := range t.repr {
		if x == a[0] {
			return t.NewStr("[...]")
		}
	}
	l, _ := t.dequeList(a[0])
	if l == Raised {
		return l
	}
	m := t.Hold(l)
	defer t.Unhold(m)
	t.repr = append(t.repr, a[0])
	r := t.Repr(l)
	t.repr = t.repr[:len(t.repr)-1]
	if r == Raised {
		return r
	}
	defer t.Decref(r)
	tail := ")"
	if bound := t.Field(a[0], dequeMax); bound.IsInt() {
		tail = fmt.Sprintf(", maxlen=%d)", bound.Int())
	}
	return t.NewStr(t.classNameOf(t.ClassOf(a[0]).Value) + "(" + t.GoStr(r) + tail)
}

// dequeCompare compares as lists do.
func dequeCompare(t *Thread, op CmpOp, a, b Value) Value {
	x, _ := t.dequeList(a)
	m := t.Hold(x)
	defer t.Unhold(m)
	y, _ := t.dequeList(b)
	t.Hold(y)
	if x == Raised || y == Raised {
		return Raised
	}
	return t.Compare(op, x, y)
}

// dequeRepeat puts the items n times.
func (t *Thread) dequeRepeat(d, times Value) bool {
	n, ok := t.Index(times)
	if !ok {
		return false
	}
	l, _ := t.dequeList(d)
	if l == Raised {
		return false
	}
	m := t.Hold(l)
	defer t.Unhold(m)
	if size := int64(t.ListLen(l)); size > 0 && n > maxList/size {
		t.raiseMemory()
		return false
	}
	if n <= 0 {
		return dequeClear(t, []Value{d}) != Raised
	}
	for ; n > 1; n-- {
		if !t.dequeExtend(d, l, false) {
			return false
		}
	}
	return true
}

func initCollections(t *Thread, m Value) bool {
	c := t.VM.deque.Load()
	if c == nil {
		c = t.defType(TypeDef{Kind: KInstance, Name: "collections.deque", Static: []Def{
			{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				c := t.newClass(t.VM.deque.Load(), a[0])
				if c == nil {
					return Raised
				}
				return t.newDeque(c)
			}},
		}})
		c.Slots = []string{" items", " head", " count", " max", " state"}
		t.defMethods(c, checked("collections.deque", (*Thread).isDeque, t.dequeMethods()))
		t.defMethods(c, compareWith(func(t *Thread, v Value) bool { return t.isDeque(v) }, dequeCompare))
		t.setDict(c, "__hash__", None)
		t.setDict(c, "maxlen", t.newGetSet(c, &Getter{"maxlen", func(t *Thread, d Value) Value {
			if bound := t.Field(d, dequeMax); t.isDeque(d) && bound.IsInt() {
				return bound
			}
			return None
		}, nil}))
		t.VM.deque.Store(c) // whole: others may look at it from now on
	}
	t.modSet(m, "deque", t.Ref(c.Value))
	return true
}
