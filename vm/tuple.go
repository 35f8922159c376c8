package vm

// This file defines the type tuple.

import "toylang/refcount"

// newTupleFor makes a tuple of n items that the caller fills at once: cells 1 to n of the view.
func (t *Thread) newTupleFor(n int) (Value, refcount.Cells) {
	if n <= 0 {
		return t.Ref(t.VM.names.emptyTuple), refcount.Cells{}
	}
	if n > maxList {
		t.raiseMemory()
		return Raised, refcount.Cells{}
	}
	v := t.NewSized(refcount.GRecord, refcount.HeaderSize+8*(1+n), uint16(KTuple))
	if v == Raised {
		return v, refcount.Cells{}
	}
	c := t.Fields(v)
	c.Set(0, refcount.SmallInt(int64(n)))
	return v, c
}

// TupleOf makes a tuple of what an iterable gives; an exact tuple is given back itself.
func (t *Thread) TupleOf(iterable Value) Value {
	if t.Is(iterable, KTuple) {
		return t.Ref(iterable)
	}
	if !t.Is(iterable, KList) {
		l := t.ListOf(iterable)
		if l == Raised {
			return l
		}
		r := t.tupleOfList(l)
		t.Decref(l)
		return r
	}
	return t.tupleOfList(iterable)
}

// tupleOfList copies a list.
func (t *Thread) tupleOfList(l Value) Value {
	for tries := 0; tries < 1000; tries++ {
		t.Lock(l)
		_, n := t.listView(l) // never more than the payload holds, whatever the length says
		t.Unlock(l)
		r, out := t.newTupleFor(n)
		if r == Raised || n == 0 {
			return r
		}
		t.Lock(l)
		c, have := t.listView(l)
		have = min(have, n)
		t.copyRefs(out, 1, c, 0, have)
		t.Unlock(l)
		if have == n {
			return r
		}
		for i := have; i < n; i++ { // shrunk meanwhile
			out.Set(1+i, Unbound)
		}
		t.Decref(r)
	}
	return t.Raise(t.VM.Exc.RuntimeError, "list changed size while it was read")
}

// tupleSlice makes a tuple of the n items at start, start+step, ….
func (t *Thread) tupleSlice(v Value, start, step, n int) Value {
	x := t.Items(v)
	if n == x.Len() && step == 1 {
		return t.Ref(t.Unwrap(v))
	}
	if last := start + (n-1)*step; n <= 0 || start < 0 || start >= x.Len() || last < 0 || last >= x.Len() {
		n = 0
	}
	r, out := t.newTupleFor(n)
	if r == Raised || n == 0 {
		return r
	}
	for k := 0; k < n; k++ {
		out.Set(1+k, t.Ref(x.Get(start+k*step)))
	}
	return r
}

// tupleSubscript is v[key].
func (t *Thread) tupleSubscript(v, key Value) Value {
	x := t.Items(v)
	i := int64(0)
	switch {
	case key.IsInt():
		i = key.Int()
	case t.Is(key, KSlice):
		start, _, step, n, ok := t.sliceRange(key, x.Len())
		if !ok {
			return Raised
		}
		return t.tupleSlice(v, start, step, n)
	case !t.hasIndex(key):
		return t.Raise(t.VM.Exc.TypeError, "tuple indices must be integers or slices, not %s", t.TypeName(key))
	default:
		var ok bool
		if i, ok = t.seqIndex(key); !ok {
			return Raised
		}
	}
	if i < 0 {
		i += int64(x.Len())
	}
	if i < 0 || i >= int64(x.Len()) {
		return t.Raise(t.VM.Exc.IndexError, "tuple index out of range")
	}
	return t.Ref(x.Get(int(i)))
}

// tupleFind gives the index of the first item of [lo, hi) that equals x, -1 when there is none.
func (t *Thread) tupleFind(v, x Value, lo, hi int) (at int, ok bool) {
	items := t.Items(v)
	for i := max(lo, 0); i < min(hi, items.Len()); i++ {
		eq, ok := t.Equal(items.Get(i), x)
		if !ok {
			return -1, false
		}
		if eq {
			return i, true
		}
	}
	return -1, true
}

// tupleConcat is a + b.
func (t *Thread) tupleConcat(a, b Value) Value {
	x, y := t.Items(a), t.Items(b)
	switch {
	case y.Len() == 0:
		return t.Ref(t.Unwrap(a))
	case x.Len() == 0:
		return t.Ref(t.Unwrap(b))
	}
	r, out := t.newTupleFor(x.Len() + y.Len())
	if r == Raised {
		return r
	}
	t.copyRefs(out, 1, x.c, 1, x.Len())
	t.copyRefs(out, 1+x.Len(), y.c, 1, y.Len())
	return r
}

func tupleMul(t *Thread, a []Value) Value {
	n, ok := t.Index(a[1])
	if !ok {
		return Raised
	}
	x := t.Items(a[0])
	size := int64(x.Len())
	switch {
	case n == 1 || size == 0:
		return t.Ref(t.Unwrap(a[0]))
	case n <= 0:
		return t.Ref(t.VM.names.emptyTuple)
	case n > maxList/size:
		t.raiseMemory()
		return Raised
	}
	r, out := t.newTupleFor(int(n * size))
	if r == Raised {
		return r
	}
	for k := int64(0); k < n; k++ {
		t.copyRefs(out, 1+int(k*size), x.c, 1, int(size))
	}
	return r
}

// isTuple reports a tuple or an instance of a subclass.
func isTuple(t *Thread, v Value) bool { return t.Is(v, KTuple) || t.wraps(v, KTuple) }

func (t *Thread) initTuple() {
	t.defType(TypeDef{Kind: KTuple, Name: "tuple", Own: true, Wraps: KTuple,
		Methods: checked("tuple", isTuple, tupleMethods),
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			base := t.VM.kinds[KTuple]
			c := t.newClass(base, a[0])
			if c == nil {
				return Raised
			}
			x, ok := t.oneArg("tuple", a[1], a[2])
			switch {
			case !ok:
				return Raised
			case x == Unbound:
				return t.Wrap(c, t.Ref(t.VM.names.emptyTuple))
			}
			return t.Wrap(c, t.TupleOf(x))
		}}},
	})
}

var tupleMethods = append([]Def{
	{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
	{"__hash__(self, /)", func(t *Thread, a []Value) Value {
		h, ok := t.hashTuple(t.Unwrap(a[0]))
		if !ok {
			return Raised
		}
		return t.NewInt(h)
	}},
	{"__len__(self, /)", func(t *Thread, a []Value) Value { return refcount.SmallInt(int64(t.Items(a[0]).Len())) }},
	{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.iterOver(KTupleIter, t.Unwrap(a[0])) }},
	{"__getitem__(self, key, /)", func(t *Thread, a []Value) Value { return t.tupleSubscript(a[0], a[1]) }},
	{"__contains__(self, key, /)", func(t *Thread, a []Value) Value {
		i, ok := t.tupleFind(a[0], a[1], 0, maxList)
		if !ok {
			return Raised
		}
		return refcount.Bool(i >= 0)
	}},
	{"__add__(self, value, /)", func(t *Thread, a []Value) Value {
		if !isTuple(t, a[1]) {
			return t.Raise(t.VM.Exc.TypeError, "can only concatenate tuple (not \"%s\") to tuple", t.TypeName(a[1]))
		}
		return t.tupleConcat(a[0], a[1])
	}},
	{"__mul__(self, value, /)", tupleMul}, {"__rmul__(self, value, /)", tupleMul},
	{"__getnewargs__(self, /)", func(t *Thread, a []Value) Value { return t.NewTuple(t.Ref(t.Unwrap(a[0]))) }},
	{"index(self, value, start=0, stop=None, /)", func(t *Thread, a []Value) Value {
		lo, hi, ok := t.searchRange(a[2], a[3], t.Items(a[0]).Len())
		if !ok {
			return Raised
		}
		i, ok := t.tupleFind(a[0], a[1], lo, hi)
		if !ok {
			return Raised
		}
		if i < 0 {
			return t.Raise(t.VM.Exc.ValueError, "tuple.index(x): x not in tuple")
		}
		return refcount.SmallInt(int64(i))
	}},
	{"count(self, value, /)", func(t *Thread, a []Value) Value {
		n := int64(0)
		for i := 0; ; i++ {
			var ok bool
			if i, ok = t.tupleFind(a[0], a[1], i, maxList); !ok {
				return Raised
			}
			if i < 0 {
				return refcount.SmallInt(n)
			}
			n++
		}
	}},
}, compareWith(isTuple, (*Thread).compareTuples)...)
