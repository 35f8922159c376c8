package vm

// This file registers the types of the built-in iterators, and defines enumerate, zip, map, filter and reversed.

import (
	"math/big"

	"toylang/refcount"
)

// iterMethods are the methods of every iterator.
var iterMethods = []Def{
	{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(a[0]) }},
	{"__next__(self, /)", func(t *Thread, a []Value) Value { return t.nextMethod(a[0]) }},
}

// nextMethod is __next__ of the built-in iterators.
func (t *Thread) nextMethod(it Value) Value {
	k := t.Kind(it)
	if k == KGenerator {
		return t.genResult(t.GenSend(it, None))
	}
	v, known := t.nextKind(k, it)
	switch {
	case !known:
		return t.Raise(t.VM.Exc.TypeError, "'%s' object is not an iterator", t.TypeName(it))
	case v == Unbound:
		return t.RaiseArgs(t.VM.Exc.StopIteration)
	}
	return v
}

func (t *Thread) initIterators() {
	for _, d := range []struct {
		kind Kind
		name string
	}{
		{KRangeIter, "range_iterator"}, {KListIter, "list_iterator"}, {KTupleIter, "tuple_iterator"},
		{KStrIter, "str_ascii_iterator"}, {KBytesIter, "bytes_iterator"}, {KDictIter, "dict_keyiterator"},
		{KSetIter, "set_iterator"}, {KSeqIter, "iterator"}, {KCallIter, "callable_iterator"},
		{KStrWideIter, "str_iterator"}, {KByteArrayIter, "bytearray_iterator"}, {KDictValueIter, "dict_valueiterator"},
		{KDictItemIter, "dict_itemiterator"}, {KDictRevKeyIter, "dict_reversekeyiterator"},
		{KDictRevValueIter, "dict_reversevalueiterator"}, {KDictRevItemIter, "dict_reverseitemiterator"},
		{KListRevIter, "list_reverseiterator"}, {KLongRangeIter, "longrange_iterator"},
	} {
		methods := append([]Def{}, iterMethods...)
		if d.kind != KCallIter {
			methods = append(methods, Def{"__length_hint__(self, /)", func(t *Thread, a []Value) Value { return t.iterLeft(a[0]) }})
		}
		t.defType(TypeDef{Kind: d.kind, Name: d.name, Own: true, Final: true, Methods: checked(d.name, ofKind(d.kind), methods)})
	}
	for _, d := range []struct {
		kind Kind
		name string
		make func(t *Thread, args, kw Value) Value
		more []Def
	}{
		{KEnumerate, "enumerate", newEnumerate, nil}, {KZip, "zip", newZip, nil}, {KMap, "map", newMap, nil},
		{KFilter, "filter", newFilter, nil},
		{KReversed, "reversed", newReversed, []Def{{"__length_hint__(self, /)", func(t *Thread, a []Value) Value { return t.iterLeft(a[0]) }}}},
	} {
		t.defType(TypeDef{Kind: d.kind, Name: d.name, Own: true,
			Methods: checked(d.name, ofKind(d.kind), append(append([]Def{}, iterMethods...), d.more...)),
			Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				c := t.newClass(t.VM.kinds[d.kind], a[0])
				if c == nil {
					return Raised
				}
				v := d.make(t, a[1], a[2])
				if v == Raised || c == t.VM.kinds[d.kind] || !t.Is(v, d.kind) {
					return v
				}
				return t.recordAs(c, v)
			}}},
		})
	}
}

// recordAs gives the fields of a record of a built-in kind (which it takes over) to an instance of a subclass.
func (t *Thread) recordAs(c *Class, v Value) Value {
	m := t.Hold(v)
	defer t.Unhold(m)
	r := t.NewInstance(c)
	if r != Raised {
		for i := 0; i < kindShapes[c.Kind].fields; i++ {
			t.SetField(r, i, t.Ref(t.Field(v, i)))
		}
	}
	return r
}

// iterLeft is the __length_hint__ of the iterators that know what is left.
func (t *Thread) iterLeft(it Value) Value {
	k := t.Kind(it)
	if k == KRangeIter || k == KLongRangeIter {
		return t.rangeLeft(it)
	}
	src, ix := t.source(it)
	m := t.Hold(src)
	t.Hold(ix)
	defer t.Unhold(m)
	if src == Unbound || !ix.IsInt() {
		return refcount.SmallInt(0)
	}
	if k == KReversed || k == KListRevIter {
		return refcount.SmallInt(ix.Int() + 1)
	}
	n, ok := 0, true
	switch k {
	case KDictIter, KDictValueIter, KDictItemIter, KDictRevKeyIter, KDictRevValueIter, KDictRevItemIter:
		if n = t.DictLen(src); t.Field(it, 2) != refcount.SmallInt(int64(n)) {
			return refcount.SmallInt(0)
		}
		return t.Field(it, 4)
	case KSetIter:
		if n = t.setLen(src); t.Field(it, 2) != refcount.SmallInt(int64(n)) {
			return refcount.SmallInt(0)
		}
		return t.Field(it, 3)
	default:
		if n, ok = t.Len(src); !ok {
			return Raised
		}
	}
	return refcount.SmallInt(max(int64(n)-ix.Int(), 0))
}

// named takes one named argument out of **kwargs where it is given (owned by the caller of the constructor).
func (t *Thread) named(kw Value, name string) Value {
	if kw == Unbound || t.DictLen(kw) == 0 {
		return Unbound
	}
	return t.DictPop(kw, t.VM.Intern(name))
}

// leftOver raises the TypeError for a keyword argument that nobody wanted.
func (t *Thread) leftOver(kw Value, fn string) bool {
	if kw == Unbound {
		return true
	}
	k, v, _, ok := t.DictNext(kw, 0)
	if !ok {
		return true
	}
	t.Raise(t.VM.Exc.TypeError, "'%s' is an invalid keyword argument for %s()", t.GoStr(k), fn)
	t.DecrefAll(k, v)
	return false
}

func newEnumerate(t *Thread, args, kw Value) Value {
	x := t.Items(args)
	iterable, start := t.named(kw, "iterable"), t.named(kw, "start")
	m := t.Hold(iterable)
	t.Hold(start)
	defer t.Unhold(m)
	if !t.leftOver(kw, "enumerate") {
		return Raised
	}
	switch x.Len() {
	case 0:
	case 1:
		iterable = x.Get(0)
	case 2:
		iterable, start = x.Get(0), x.Get(1)
	default:
		return t.Raise(t.VM.Exc.TypeError, "enumerate() takes at most 2 arguments (%d given)", x.Len())
	}
	if iterable == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "enumerate() missing required argument 'iterable'")
	}
	return t.makeEnumerate(iterable, start)
}

// makeEnumerate is enumerate(iterable, start).
func (t *Thread) makeEnumerate(iterable, start Value) Value {
	n := refcount.SmallInt(0)
	if start != Unbound {
		if n = t.IndexValue(start); n == Raised {
			return Raised
		}
	}
	m := t.Hold(n)
	it := t.Iter(iterable)
	return t.newRecordOf(KEnumerate, it, t.Release(m))
}

func (t *Thread) enumerateNext(it Value) Value {
	v, ok := t.Next(t.Field(it, 0))
	if !ok || v == Unbound {
		return v
	}
	t.Lock(it)
	n := t.Field(it, 1)
	next := refcount.SmallInt(n.Int() + 1)
	if !n.IsInt() || n.Int() >= refcount.MaxSmall {
		x := t.Big(n)
		next = t.NewBig(x.Add(x, big.NewInt(1)))
	}
	if next == Raised {
		t.Unlock(it)
		t.Decref(v)
		return Raised
	}
	t.SetField(it, 1, next)
	t.Unlock(it)
	return t.twoTuple(n, v)
}

// iterators makes the tuple of iter(x) of the items from the first.
func (t *Thread) iterators(items []Value) Value {
	its := make([]Value, 0, len(items))
	m := t.holds
	for _, v := range items {
		it := t.Iter(v)
		if it == Raised {
			t.Unhold(m)
			return Raised
		}
		t.Hold(it)
		its = append(its, it)
	}
	for _, it := range its {
		t.Incref(it)
	}
	r := t.NewTuple(its...)
	t.Unhold(m)
	return r
}

func newZip(t *Thread, args, kw Value) Value {
	strict := False
	if s := t.named(kw, "strict"); s != Unbound {
		b, ok := t.isTrue(s)
		if !ok {
			return Raised
		}
		strict = refcount.Bool(b)
	}
	if !t.leftOver(kw, "zip") {
		return Raised
	}
	its := t.iterators(t.sequenceItems(args))
	return t.newRecordOf(KZip, its, strict)
}

func (t *Thread) zipNext(it Value) Value {
	its := t.Items(t.Field(it, 0))
	n := its.Len()
	if n == 0 {
		return Unbound
	}
	m := t.holds
	var space [8]Value
	out := space[:0]
	if n > len(space) {
		out = make([]Value, 0, n)
	}
	held := false // what has been read is on the word stack
	for i := 0; i < n; i++ {
		src := its.Get(i)
		if !held && i > 0 && !t.quiet(src) {
			held = true
			for _, v := range out {
				t.Hold(v)
			}
		}
		v, ok := t.Next(src)
		if !ok || v == Unbound {
			if !held {
				t.dropAll(out)
			}
			if ok && t.Field(it, 1) == True {
				v = t.zipUneven(its, i)
			}
			t.Unhold(m)
			return v
		}
		if held {
			t.Hold(v)
		}
		out = append(out, v)
	}
	if held {
		for _, v := range out {
			t.Incref(v)
		}
		t.Unhold(m)
	}
	if n == 2 {
		return t.twoTuple(out[0], out[1])
	}
	return t.NewTuple(out...)
}

// quiet reports an iterator whose next item comes without toy code.
func (t *Thread) quiet(it Value) bool {
	if !it.IsPtr() {
		return false
	}
	switch Kind(t.builtinShape(it)) {
	case KListIter, KTupleIter, KRangeIter, KStrIter, KBytesIter, KDictIter, KDictValueIter, KDictItemIter, KSetIter,
		KStrWideIter, KListRevIter:
		return true
	}
	return false
}

// twoTuple makes a tuple of two items, which it takes over.
func (t *Thread) twoTuple(a, b Value) Value {
	return t.NewTuple(a, b)
}

// zipUneven decides what the end of iterator i means to zip(strict=True).
func (t *Thread) zipUneven(its TupleItems, i int) Value {
	plural := func(i int) string {
		if i == 1 {
			return " "
		}
		return "s 1-"
	}
	if i > 0 {
		return t.Raise(t.VM.Exc.ValueError, "zip() argument %d is shorter than argument%s%d", i+1, plural(i), i)
	}
	for i = 1; i < its.Len(); i++ {
		v, ok := t.Next(its.Get(i))
		if !ok {
			return Raised
		}
		if v != Unbound {
			t.Decref(v)
			return t.Raise(t.VM.Exc.ValueError, "zip() argument %d is longer than argument%s%d", i+1, plural(i), i)
		}
	}
	return Unbound
}

func newMap(t *Thread, args, kw Value) Value {
	if kw != Unbound && t.DictLen(kw) > 0 {
		return t.Raise(t.VM.Exc.TypeError, "map() takes no keyword arguments")
	}
	items := t.sequenceItems(args)
	if len(items) < 2 {
		return t.Raise(t.VM.Exc.TypeError, "map() must have at least two arguments.")
	}
	its := t.iterators(items[1:])
	if its == Raised {
		return its
	}
	return t.NewRecord(KMap, t.Ref(items[0]), its)
}

func (t *Thread) mapNext(it Value) Value {
	fn, its := t.Field(it, 0), t.Items(t.Field(it, 1))
	if its.Len() == 1 {
		v, ok := t.Next(its.Get(0))
		if !ok || v == Unbound {
			return v
		}
		return t.CallOwned(fn, v)
	}
	m := t.holds
	var space [4]Value
	args := space[:0]
	for i := 0; i < its.Len(); i++ {
		v, ok := t.Next(its.Get(i))
		if !ok || v == Unbound {
			t.Unhold(m)
			return v
		}
		t.Hold(v)
		args = append(args, v)
	}
	r := t.Call(fn, args...)
	t.Unhold(m)
	return r
}

func newFilter(t *Thread, args, kw Value) Value {
	items := t.sequenceItems(args)
	if kw != Unbound && t.DictLen(kw) > 0 {
		return t.Raise(t.VM.Exc.TypeError, "filter() takes no keyword arguments")
	}
	if len(items) != 2 {
		return t.Raise(t.VM.Exc.TypeError, "filter expected 2 arguments, got %d", len(items))
	}
	it := t.Iter(items[1])
	if it == Raised {
		return it
	}
	return t.NewRecord(KFilter, t.Ref(items[0]), it)
}

func (t *Thread) filterNext(it Value) Value {
	fn, src := t.Field(it, 0), t.Field(it, 1)
	plain := fn == None || fn == t.VM.kinds[KBool].Value
	mark := t.ScopeMark()
	for {
		t.ScopeCut(mark)
		v, ok := t.Next(src)
		if !ok || v == Unbound {
			return v
		}
		h := t.Hold(v)
		var keep bool
		if plain {
			keep, ok = t.Truth(v)
		} else {
			keep, ok = t.isTrue(t.Call(fn, v))
		}
		if ok && keep {
			return t.Release(h)
		}
		t.Unhold(h)
		if !ok {
			return Raised
		}
	}
}

func newReversed(t *Thread, args, kw Value) Value {
	items := t.sequenceItems(args)
	if kw != Unbound && t.DictLen(kw) > 0 {
		return t.Raise(t.VM.Exc.TypeError, "reversed() takes no keyword arguments")
	}
	if len(items) != 1 {
		return t.Raise(t.VM.Exc.TypeError, "reversed expected 1 argument, got %d", len(items))
	}
	return t.reversed(items[0])
}

// reversed is reversed(v).
func (t *Thread) reversed(v Value) Value {
	c := t.ClassOf(v)
	m := t.Special(c, SlotReversed)
	if m != Unbound && m != None {
		return t.callSlot(m, v)
	}
	if m == None || !t.Has(c, SlotGetItem) || t.Kind(v) == KDict || t.Kind(v) == KClass {
		return t.Raise(t.VM.Exc.TypeError, "'%s' object is not reversible", c.Name)
	}
	n, ok := t.Len(v)
	if !ok {
		return Raised
	}
	return t.reversedSeq(v, n)
}
