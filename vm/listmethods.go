package vm

// This file defines the type list.

import (
	"math"

	"toylang/refcount"
)

// checked wraps methods so that they only ever see a self of the right layout.
func checked(typ string, is func(t *Thread, v Value) bool, defs []Def) []Def {
	out := make([]Def, len(defs))
	for i, d := range defs {
		name, fn := sigName(d.Sig), d.Fn
		out[i] = Def{d.Sig, func(t *Thread, a []Value) Value {
			if is(t, a[0]) {
				return fn(t, a)
			}
			return t.wrongSelf(name, typ, a[0])
		}}
	}
	return out
}

// ofKind tells objects with the layout.
func ofKind(k Kind) func(t *Thread, v Value) bool {
	return func(t *Thread, v Value) bool { return t.Kind(v) == k }
}

// newClass checks the first argument of __new__ of the built-in class.
func (t *Thread) newClass(base *Class, v Value) *Class {
	c := t.ClassFrom(v)
	switch {
	case c == nil:
		t.Raise(t.VM.Exc.TypeError, "%s.__new__(X): X is not a type object (%s)", base.Name, t.TypeName(v))
	case !c.Sub(base):
		t.Raise(t.VM.Exc.TypeError, "%s.__new__(%s): %s is not a subtype of %s", base.Name, c.Name, c.Name, base.Name)
		c = nil
	}
	return c
}

// oneArg reads the arguments of a constructor that takes at most one, by position: Unbound when there is none.
func (t *Thread) oneArg(name string, args, kw Value) (x Value, ok bool) {
	if kw != Unbound && t.DictLen(kw) > 0 {
		t.Raise(t.VM.Exc.TypeError, "%s() takes no keyword arguments", name)
		return Unbound, false
	}
	items := t.Items(args)
	switch n := items.Len(); n {
	case 0:
		return Unbound, true
	case 1:
		return items.Get(0), true
	default:
		t.Raise(t.VM.Exc.TypeError, "%s expected at most 1 argument, got %d", name, n)
		return Unbound, false
	}
}

// initContainers registers the containers, their iterators, and the built-in functions about them.
func (t *Thread) initContainers() {
	t.initList()
	t.initTuple()
	t.initRange()
	t.initSlice()
	t.initSet()
	t.initDict()
	t.initDictViews()
	t.initIterators()
	t.initIterFuncs()
}

func (t *Thread) initList() {
	c := t.defType(TypeDef{Kind: KList, Name: "list", Own: true,
		Methods: checked("list", ofKind(KList), listMethods),
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			base := t.VM.kinds[KList]
			c := t.newClass(base, a[0])
			switch c {
			case nil:
				return Raised
			case base:
				return t.NewList()
			}
			return t.NewInstance(c)
		}}},
	})
	t.setDict(c, "__hash__", None)
}

// compareWith makes the comparison methods of a type.
func compareWith(is func(t *Thread, v Value) bool, compare func(t *Thread, op CmpOp, a, b Value) Value) []Def {
	var defs []Def
	for op := Lt; op <= Ne; op++ {
		defs = append(defs, Def{slotWords[cmpSlots[op]] + "(self, value, /)", func(t *Thread, a []Value) Value {
			if !is(t, a[1]) {
				return NotImplemented
			}
			return compare(t, op, a[0], a[1])
		}})
	}
	return defs
}

var listMethods = append([]Def{
	{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
		x, ok := t.oneArg("list", a[1], a[2])
		if !ok {
			return Raised
		}
		t.listClear(a[0])
		return okNone(x == Unbound || t.listExtend(a[0], x))
	}},
	{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.reprBase(a[0]) }},
	{"__len__(self, /)", func(t *Thread, a []Value) Value { return refcount.SmallInt(int64(t.ListLen(a[0]))) }},
	{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.iterOver(KListIter, a[0]) }},
	{"__reversed__(self, /)", func(t *Thread, a []Value) Value { return t.reversedSeq(a[0], t.ListLen(a[0])) }},
	{"__getitem__(self, index, /)", func(t *Thread, a []Value) Value { return t.listSubscript(a[0], a[1]) }},
	{"__setitem__(self, key, value, /)", func(t *Thread, a []Value) Value { return okNone(t.listAssign(a[0], a[1], a[2])) }},
	{"__delitem__(self, key, /)", func(t *Thread, a []Value) Value { return okNone(t.listAssign(a[0], a[1], Unbound)) }},
	{"__contains__(self, key, /)", func(t *Thread, a []Value) Value {
		i, ok := t.listFind(a[0], a[1], 0, maxList)
		if !ok {
			return Raised
		}
		return refcount.Bool(i >= 0)
	}},
	{"__add__(self, value, /)", func(t *Thread, a []Value) Value {
		if !t.Isa(a[1], KList) {
			return t.Raise(t.VM.Exc.TypeError, "can only concatenate list (not \"%s\") to list", t.TypeName(a[1]))
		}
		return t.listConcat(a[0], a[1])
	}},
	{"__iadd__(self, value, /)", func(t *Thread, a []Value) Value {
		if !t.listExtend(a[0], a[1]) {
			return Raised
		}
		return t.Ref(a[0])
	}},
	{"__mul__(self, value, /)", listMul}, {"__rmul__(self, value, /)", listMul},
	{"__imul__(self, value, /)", func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[1])
		if !ok {
			return Raised
		}
		if n <= 0 {
			t.listClear(a[0])
			return t.Ref(a[0])
		}
		if n > 1 {
			r := t.listRepeat(a[0], n-1)
			if r == Raised {
				return r
			}
			m := t.Hold(r)
			ok = t.listExtendSeq(a[0], r)
			t.Unhold(m)
			if !ok {
				return Raised
			}
		}
		return t.Ref(a[0])
	}},
	{"append(self, object, /)", func(t *Thread, a []Value) Value { return okNone(t.ListAppend(a[0], a[1])) }},
	{"extend(self, iterable, /)", func(t *Thread, a []Value) Value { return okNone(t.listExtend(a[0], a[1])) }},
	{"insert(self, index, object, /)", func(t *Thread, a []Value) Value {
		i, ok := t.Index(a[1])
		return okNone(ok && t.listInsert(a[0], i, a[2]))
	}},
	{"pop(self, index=-1, /)", listPop},
	{"remove(self, value, /)", func(t *Thread, a []Value) Value {
		i, ok := t.listFind(a[0], a[1], 0, maxList)
		if !ok {
			return Raised
		}
		if i < 0 {
			return t.Raise(t.VM.Exc.ValueError, "list.remove(x): x not in list")
		}
		t.Decref(t.listTake(a[0], i))
		return None
	}},
	{"clear(self, /)", func(t *Thread, a []Value) Value {
		t.listClear(a[0])
		return None
	}},
	{"copy(self, /)", func(t *Thread, a []Value) Value { return t.listSlice(a[0], 0, 1, t.ListLen(a[0])) }},
	{"index(self, value, start=0, stop=None, /)", func(t *Thread, a []Value) Value {
		lo, hi, ok := t.searchRange(a[2], a[3], t.ListLen(a[0]))
		if !ok {
			return Raised
		}
		i, ok := t.listFind(a[0], a[1], lo, hi)
		if !ok {
			return Raised
		}
		if i < 0 {
			return t.raiseRepr(t.VM.Exc.ValueError, a[1], "%s is not in list")
		}
		return refcount.SmallInt(int64(i))
	}},
	{"count(self, value, /)", func(t *Thread, a []Value) Value {
		n := int64(0)
		for i := 0; ; i++ {
			var ok bool
			if i, ok = t.listFind(a[0], a[1], i, maxList); !ok {
				return Raised
			}
			if i < 0 {
				return refcount.SmallInt(n)
			}
			n++
		}
	}},
	{"reverse(self, /)", func(t *Thread, a []Value) Value {
		t.Lock(a[0])
		c, n := t.listView(a[0])
		for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
			c.Set(j, c.Swap(i, c.Get(j)))
		}
		t.Unlock(a[0])
		return None
	}},
	{"sort(self, /, *args, key=None, reverse=False)", func(t *Thread, a []Value) Value {
		if t.Items(a[3]).Len() > 0 {
			nk := 0
			for _, v := range a[1:3] {
				if v != Unbound {
					nk++
				}
			}
			if n := t.Items(a[3]).Len() + nk; n > 2 {
				return t.Raise(t.VM.Exc.TypeError, "sort() takes at most 2 arguments (%d given)", n)
			}
			return t.Raise(t.VM.Exc.TypeError, "sort() takes no positional arguments")
		}
		return okNone(t.sortArgs(a[0], a[1], a[2]))
	}},
}, compareWith(ofKind(KList), (*Thread).compareLists)...)

func listMul(t *Thread, a []Value) Value {
	n, ok := t.Index(a[1])
	if !ok {
		return Raised
	}
	return t.listRepeat(a[0], n)
}

func listPop(t *Thread, a []Value) Value {
	i := int64(-1)
	if a[1] != Unbound {
		var ok bool
		if i, ok = t.Index(a[1]); !ok {
			return Raised
		}
	}
	n := int64(t.ListLen(a[0]))
	if n == 0 {
		return t.Raise(t.VM.Exc.IndexError, "pop from empty list")
	}
	if i < 0 {
		i += n
	}
	if i >= 0 && i < n {
		if v := t.listTake(a[0], int(i)); v != Unbound {
			return v
		}
	}
	return t.Raise(t.VM.Exc.IndexError, "pop index out of range")
}

// searchRange reads the bounds of index(): like slice bounds, clipped to n items.
func (t *Thread) searchRange(start, stop Value, n int) (lo, hi int, ok bool) {
	clip := func(v Value, def int64) (int, bool) {
		if v == Unbound {
			return int(def), true
		}
		if !t.hasIndex(v) {
			t.Raise(t.VM.Exc.TypeError, "slice indices must be integers or have an __index__ method")
			return 0, false
		}
		x, ok := t.sliceArg(v, def)
		if x < 0 {
			x = max(x+int64(n), 0)
		}
		return int(min(x, math.MaxInt32)), ok
	}
	if lo, ok = clip(start, 0); !ok {
		return
	}
	hi, ok = clip(stop, maxList)
	return
}

// raiseRepr raises an exception whose message names an object by its repr.
func (t *Thread) raiseRepr(c *Class, v Value, format string) Value {
	r := t.Repr(v)
	if r == Raised {
		return r
	}
	t.Raise(c, format, t.GoStr(r))
	t.Decref(r)
	return Raised
}
