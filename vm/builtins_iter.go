package vm

// This file defines the built-in functions about iteration, and the short way to make built-in containers.

import "toylang/refcount"

func (t *Thread) initIterFuncs() {
	t.defFuncs([]Def{
		{"len(obj, /)", func(t *Thread, a []Value) Value {
			n, ok := t.Len(a[0])
			if !ok {
				return Raised
			}
			return t.NewInt(int64(n))
		}},
		{"iter(object, sentinel=None, /)", func(t *Thread, a []Value) Value {
			if a[1] == Unbound {
				return t.Iter(a[0])
			}
			if !t.callable(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "iter(v, w): v must be callable")
			}
			return t.NewRecord(KCallIter, t.Ref(a[0]), t.Ref(a[1]))
		}},
		{"next(iterator, default=None, /)", builtinNext},
		{"all(iterable, /)", func(t *Thread, a []Value) Value { return t.untilTruth(a[0], false) }},
		{"any(iterable, /)", func(t *Thread, a []Value) Value { return t.untilTruth(a[0], true) }},
		{"sorted(*args, **kwargs)", builtinSorted},
	})
}

// builtinSorted is sorted(iterable, /, *, key=None, reverse=False), with CPython's words: it hands the rest to sort().
func builtinSorted(t *Thread, a []Value) Value {
	x := t.Items(a[0])
	if x.Len() != 1 {
		return t.Raise(t.VM.Exc.TypeError, "sorted expected 1 argument, got %d", x.Len())
	}
	key, reverse := t.named(a[1], "key"), t.named(a[1], "reverse")
	m := t.Hold(key)
	defer t.Unhold(m)
	t.Hold(reverse)
	l := t.ListOf(x.Get(0))
	t.Hold(l)
	if l == Raised || !t.leftOver(a[1], "sort") || !t.sortArgs(l, key, reverse) {
		return Raised
	}
	return t.Ref(l)
}

// callable reports that v can be called.
func (t *Thread) callable(v Value) bool {
	switch t.Kind(v) {
	case KFunction, KBuiltin, KMethod, KClass:
		return true
	}
	return t.Has(t.ClassOf(v), SlotCall)
}

// untilTruth goes through an iterable until an item's truth is stop; it gives whether there was one, or for all()
// whether there was none.
func (t *Thread) untilTruth(iterable Value, stop bool) Value {
	found := false
	ok := t.EachBrief(iterable, func(v Value) bool {
		b, ok := t.Truth(v)
		found = ok && b == stop
		return ok && !found
	})
	if !ok && !found {
		return Raised
	}
	return refcount.Bool(found == stop)
}

func builtinNext(t *Thread, a []Value) Value {
	it := a[0]
	if a[1] == Unbound {
		if it.IsPtr() {
			if k := Kind(t.builtinShape(it)); k != KNull {
				return t.nextMethod(it)
			}
		}
		m := t.Special(t.ClassOf(it), SlotNext)
		if m == Unbound || m == None {
			return t.Raise(t.VM.Exc.TypeError, "'%s' object is not an iterator", t.TypeName(it))
		}
		return t.callSlot(m, it)
	}
	v, ok := t.Next(it)
	if ok && v == Unbound {
		return t.Ref(a[1])
	}
	return v
}

// quickNew makes an instance of an exact built-in container or iterator from positional arguments, without the way
// through __new__ and __init__; Unbound for other classes and for calls that are wrong.
func (t *Thread) quickNew(c *Class, args []Value) Value {
	if t.VM.kinds[c.Kind] != c {
		return Unbound
	}
	switch c.Kind {
	case KRange:
		return t.rangeOf(args)
	case KEnumerate:
		switch len(args) {
		case 1:
			return t.makeEnumerate(args[0], Unbound)
		case 2:
			return t.makeEnumerate(args[0], args[1])
		}
		return Unbound
	case KZip:
		return t.newRecordOf(KZip, t.iterators(args), False)
	case KReversed:
		if len(args) == 1 {
			return t.reversed(args[0])
		}
		return Unbound
	}
	if len(args) > 1 {
		return Unbound
	}
	one := len(args) == 1
	switch c.Kind {
	case KList:
		if one {
			return t.ListOf(args[0])
		}
		return t.NewList()
	case KTuple:
		if one {
			return t.TupleOf(args[0])
		}
		return t.Ref(t.VM.names.emptyTuple)
	case KSet:
		if one {
			return t.setOf(KSet, args[0])
		}
		return t.NewSet(false)
	case KDict:
		if !one {
			return t.NewDict()
		}
	}
	return Unbound
}
