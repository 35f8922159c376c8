package vm

// This file is the part of the module gc that looks at objects: which there are, what they refer to, who refers to them.

import "toylang/refcount"

// gcObjects are the functions of gc about objects.
var gcObjects = []Def{
	{"is_finalized(obj, /)", func(t *Thread, a []Value) Value {
		return refcount.Bool(a[0].IsPtr() && t.Header(a[0]).Flags()&refcount.FlagFinalized != 0)
	}},
	{"is_tracked(obj, /)", func(t *Thread, a []Value) Value { return refcount.Bool(t.tracked(a[0])) }},
	{"get_referents(*objs)", func(t *Thread, a []Value) Value {
		var out []Value
		for i, x := 0, t.Items(a[0]); i < x.Len(); i++ {
			t.VM.Sched.StopWorld(&t.Thread)
			out = append(out, t.referents(x.Get(i))...)
			t.VM.Sched.StartWorld(&t.Thread)
		}
		return t.NewList(out...)
	}},
	{"get_referrers(*objs)", func(t *Thread, a []Value) Value {
		want := map[Value]bool{}
		for i, x := 0, t.Items(a[0]); i < x.Len(); i++ {
			want[x.Get(i)] = true
		}
		return t.liveObjects(func(v Value) (yes bool) {
			if v == a[0] {
				return false
			}
			t.VM.Heap.Refs(v, func(r Value) { yes = yes || want[r] })
			return yes
		})
	}},
	{"get_objects(generation=None)", func(t *Thread, a []Value) Value {
		if a[0] != Unbound && a[0] != None {
			n, ok := t.Index(a[0])
			switch {
			case !ok:
				return Raised
			case n < 0:
				return t.Raise(t.VM.Exc.ValueError, "generation parameter cannot be negative")
			case n > 2:
				return t.Raise(t.VM.Exc.ValueError, "generation parameter must be less than the number of available generations (3)")
			case n < 2: // all that toy has is as old as can be
				return t.NewList()
			}
		}
		return t.liveObjects(func(Value) bool { return true })
	}},
}

// tracked reports what CPython's collector would know: containers, but for dicts that hold nothing which it knows, and the
// classes that are built in.
func (t *Thread) tracked(v Value) bool {
	switch t.Kind(v) {
	case KInt, KStr, KBytes, KFloat, KBool, KNone, KByteArray, KRange, KCode, KObject:
		return false
	case KClass:
		return !t.ClassFrom(v).Builtin
	case KTuple:
		return t.Items(v).Len() > 0
	case KDict:
		if !t.Is(v, KDict) {
			return true
		}
		yes := false
		t.VM.Heap.Refs(v, func(r Value) {
			yes = yes || r.IsPtr() && (t.Kind(r) != KDict || !t.Is(r, KDict)) && (t.tracked(r) || t.Kind(r) == KTuple && t.Items(r).Len() > 0)
		})
		return yes
	}
	return v.IsPtr()
}

// referents lists what an object refers to (owned), in the order in which CPython's collector comes by. The world is
// stopped.
func (t *Thread) referents(v Value) (out []Value) {
	add := func(r Value) {
		if r.IsPtr() || r.IsInt() || r == None || r == True || r == False || r.IsFloat() && r != 0 {
			out = append(out, t.Ref(r))
		}
	}
	if !t.tracked(v) && !t.Is(v, KDict) {
		return nil
	}
	switch t.Kind(v) {
	case KList, KTuple:
		if !t.Is(v, KList) && !t.Is(v, KTuple) {
			break
		}
		var in []Value
		t.VM.Heap.Refs(v, func(r Value) { in = append(in, r) })
		if t.Is(v, KList) { // the last is the place of an instance's attributes
			in = in[:len(in)-1]
		}
		for i := len(in) - 1; i >= 0; i-- {
			add(in[i])
		}
		return out
	case KDict:
		if !t.Is(v, KDict) {
			break
		}
		keys, text := []Value{}, true
		for pos := 0; ; {
			k, x, next, ok := t.DictNext(v, pos)
			if !ok {
				break
			}
			pos = next
			text = text && t.Is(k, KStr)
			keys = append(keys, k, x)
		}
		for i, x := range keys {
			if i%2 == 0 && text {
				t.Decref(x)
			} else {
				out = append(out, x)
			}
		}
		return out
	}
	t.VM.Heap.Refs(v, func(r Value) {
		if r.IsPtr() {
			add(r)
		}
	})
	return out
}

// liveObjects lists the objects of the program (owned by the list) that which chooses. The world is stopped meanwhile.
func (t *Thread) liveObjects(which func(v Value) bool) Value {
	var out []Value
	if t.Disc == refcount.Traced { // what is dead does not count
		t.Collect()
	}
	t.VM.Sched.StopWorld(&t.Thread)
	t.VM.Heap.Live(func(v Value, count uint32, owner uint16) {
		k := t.Kind(v)
		if k != KNull && k != KCell && k != KNative && k != KClass && t.tracked(v) && which(v) && t.TryIncref(v) {
			out = append(out, v)
		}
	})
	t.VM.Sched.StartWorld(&t.Thread)
	return t.NewList(out...)
}
