package vm

// This file changes classes' places: assigning to __bases__ of a class and to __class__ of an object.

import "toylang/refcount"

// setBases is cls.__bases__ = x.
func setBases(t *Thread, v, x Value) bool {
	c := t.ClassFrom(v)
	fail := func(format string, args ...any) bool {
		t.Raise(t.VM.Exc.TypeError, format, args...)
		return false
	}
	switch {
	case c == nil || c.Builtin:
		return fail("cannot set '__bases__' attribute of immutable type '%s'", t.classNameOf(v))
	case x == Unbound:
		return fail("cannot delete '__bases__' attribute of immutable type '%s'", c.Name)
	case !t.Is(x, KTuple):
		return fail("can only assign tuple to %s.__bases__, not %s", c.Name, t.TypeName(x))
	case t.Items(x).Len() == 0:
		return fail("can only assign non-empty tuple to %s.__bases__, not ()", c.Name)
	}
	var bases []*Class
	for i, items := 0, t.Items(x); i < items.Len(); i++ {
		b := t.ClassFrom(items.Get(i))
		if b == nil {
			return fail("%s.__bases__ must be tuple of classes, not '%s'", c.Name, t.TypeName(items.Get(i)))
		}
		if b.Sub(c) {
			return fail("a __bases__ item causes an inheritance cycle")
		}
		bases = append(bases, b)
	}
	base := t.bestBase(bases)
	if base == nil || !t.sameLayout(base, c.Base(), "__bases__") {
		return false
	}
	return t.rebase(c, &lineage{base: base, bases: bases})
}

// rebase moves a class to new bases: its order and those of the classes below change together.
func (t *Thread) rebase(c *Class, l *lineage) bool {
	if !t.order(c, l) {
		return false
	}
	old := c.line.Load()
	c.line.Store(l)
	undo := map[*Class]*lineage{c: old}
	if !t.reorder(c, undo) {
		for k, l := range undo {
			k.line.Store(l)
		}
		return false
	}
	c.unlist(old.bases)
	for _, b := range l.bases {
		t.addSub(b, c)
	}
	t.touch(c)
	for k := range undo {
		t.showLineage(k)
	}
	return true
}

// unlist takes a class out of the lists of its bases' subclasses.
func (c *Class) unlist(bases []*Class) {
	for _, b := range bases {
		b.subMu.Lock()
		for i, s := range b.subs {
			if s == c {
				b.subs = append(b.subs[:i:i], b.subs[i+1:]...)
				break
			}
		}
		b.subMu.Unlock()
	}
}

// reorder computes the orders of the classes below c anew and remembers what they were; false after raising.
func (t *Thread) reorder(c *Class, undo map[*Class]*lineage) bool {
	c.subMu.Lock()
	subs := append([]*Class(nil), c.subs...)
	c.subMu.Unlock()
	for _, s := range subs {
		old := s.line.Load()
		l := &lineage{base: old.base, bases: old.bases}
		if !t.order(s, l) {
			return false
		}
		if undo[s] == nil {
			undo[s] = old
		}
		s.line.Store(l)
		if !t.reorder(s, undo) {
			return false
		}
	}
	return true
}

// showLineage makes the tuples __bases__ and __mro__ say what the class's lineage is. Where other threads may be reading
// the old order, the class keeps what it names alive.
func (t *Thread) showLineage(c *Class) {
	tuple := func(list []*Class) Value {
		var out []Value
		for _, k := range list {
			out = append(out, t.Ref(k.Value))
		}
		return t.NewTuple(out...)
	}
	l := c.line.Load()
	bases, mro := tuple(l.bases), tuple(l.mro)
	if bases == Raised || mro == Raised {
		t.DecrefAll(bases, mro)
		t.Decref(t.TakeExc())
		return
	}
	t.Lock(c.Value)
	oldBases, oldMRO := t.Field(c.Value, ClassBases), t.Field(c.Value, ClassMRO)
	t.SetField(c.Value, ClassBases, bases)
	t.SetField(c.Value, ClassMRO, mro)
	t.Unlock(c.Value)
	if !t.Locks {
		t.DecrefAll(oldBases, oldMRO)
		return
	}
	t.Lock(c.Value)
	past := t.Field(c.Value, ClassPast)
	t.SetField(c.Value, ClassPast, Unbound)
	t.Unlock(c.Value)
	keep := t.NewTuple(oldBases, oldMRO, past)
	if keep == Raised {
		t.Decref(t.TakeExc())
		return
	}
	t.putLocked(c.Value, ClassPast, keep)
}

// sameLayout reports that instances of one class may become those of the other; otherwise it raises CPython's TypeError
// about the assignment to attr.
func (t *Thread) sameLayout(to, from *Class, attr string) bool {
	same := to.Kind == from.Kind || to.Kind == KInstance && from.Kind == KObject || to.Kind == KObject && from.Kind == KInstance
	same = same && to.Wraps == from.Wraps && to.HasDict == from.HasDict && len(to.Slots) == len(from.Slots)
	for i := 0; same && i < len(to.Slots); i++ {
		same = to.Slots[i] == from.Slots[i]
	}
	if same && to.Kind != KInstance && to.Kind != KObject {
		same = solid(to) == solid(from)
	}
	if same {
		return true
	}
	what := "object layout"
	if collected(to) != collected(from) {
		what = "deallocator"
	}
	t.Raise(t.VM.Exc.TypeError, "%s assignment: '%s' %s differs from '%s'", attr, to.Name, what, from.Name)
	return false
}

// collected reports a class whose instances CPython's cycle collector knows.
func collected(c *Class) bool {
	switch c.Kind {
	case KObject, KInt, KBool, KFloat, KStr, KBytes, KByteArray, KRange, KNone:
		return !c.Builtin
	}
	return true
}

// setClass is v.__class__ = x.
func (t *Thread) setClass(v, x Value) bool {
	if x == Unbound {
		t.Raise(t.VM.Exc.TypeError, "can't delete __class__ attribute")
		return false
	}
	k, c := t.ClassFrom(x), t.ClassOf(v)
	switch {
	case k == nil:
		t.Raise(t.VM.Exc.TypeError, "__class__ must be set to a class, not '%s' object", t.TypeName(x))
		return false
	case k.Builtin || c.Builtin:
		t.Raise(t.VM.Exc.TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses")
		return false
	case c.Kind == KClass:
		t.Raise(t.VM.Exc.TypeError, "__class__ assignment: '%s' object layout differs from '%s'", k.Name, c.Name)
		return false
	case k == c:
		return true
	case !t.sameLayout(k, c, "__class__"):
		return false
	}
	plain := c.Kind == KInstance && c.HasDict
	if plain && !t.toDict(v) {
		return false
	}
	l := t.VM.root(k)
	if l != nil && plain {
		l = t.VM.dictLayout(l)
	}
	if l == nil {
		t.raiseMemory()
		return false
	}
	t.Incref(k.Value)
	final := t.Has(k, SlotDel)
	t.Lock(v)
	old := t.ClassOf(v)
	t.Header(v).SetShape(l.Shape.ID)
	if final {
		t.Header(v).SetFlag(refcount.FlagFinal)
	}
	t.Unlock(v)
	t.Decref(old.Value)
	return true
}
