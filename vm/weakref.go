package vm

// This file holds weak references and the end of objects: finalisers and callbacks.

import (
	"fmt"
	"sync"

	"toylang/refcount"
)

// The fields of a weakref record. The referent is named by its handle's bits as a small int: not a counted reference.
const (
	WeakTarget   = iota // small int, or None when the referent is gone
	WeakCallback        // callable or None
	WeakHash            // int or Unbound
	WeakAttrs           // the attribute dict of an instance of a subclass, or Unbound
	WeakFieldCount
)

// weakTable lists the weak references to each object, oldest first (borrowed: a weakref takes itself out when it dies).
type weakTable struct {
	mu sync.Mutex
	of map[Value][]Value
}

func (t *Thread) weakBits(v Value) Value { return refcount.SmallInt(int64(v & (1<<48 - 1))) }

// weak reports whether instances of the class can be referred to weakly.
func (c *Class) weak() bool {
	if !c.Builtin {
		return c.Weak && c.Wraps != KTuple && c.Wraps != KInt && c.Wraps != KBytes
	}
	switch c.Kind {
	case KSet, KFrozenSet, KFunction, KBuiltin, KMethod, KClass, KModule, KGenerator, KLock, KCode, KAlias:
		return true
	}
	return c.Kind == KInstance && c.Wraps == 0
}

// newWeakref makes a weak reference to v, an instance of the class c.
func (t *Thread) newWeakref(c *Class, v, callback Value) Value {
	if !v.IsPtr() || !t.ClassOf(v).weak() {
		return t.Raise(t.VM.Exc.TypeError, "cannot create weak reference to '%s' object", t.TypeName(v))
	}
	w := t.VM.weak
	plain := callback == None && c.Builtin
	if plain {
		if r := w.reuse(t, v); r != Unbound {
			return r
		}
	}
	var r Value
	if c.Builtin {
		r = t.NewRecord(KWeakref, None, t.Ref(callback), Unbound, Unbound)
	} else if r = t.NewInstance(c); r != Raised {
		t.SetField(r, WeakTarget, None)
		t.SetField(r, WeakCallback, t.Ref(callback))
	}
	if r == Raised {
		return r
	}
	w.mu.Lock()
	t.SetField(r, WeakTarget, t.weakBits(v))
	t.Header(v).SetFlag(refcount.FlagWeakref)
	t.MarkSeen(v) // whoever asks for the referent, or lists the references, may be another thread
	t.MarkSeen(r)
	w.of[v] = append(w.of[v], r)
	w.mu.Unlock()
	return r
}

// reuse gives the weak reference to v that has no callback (owned): there is one of them; Unbound when there is none yet.
func (w *weakTable) reuse(t *Thread, v Value) Value {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.of[v] {
		if t.Is(r, KWeakref) && t.Field(r, WeakCallback) == None && t.TryIncref(r) {
			return r
		}
	}
	return Unbound
}

// refsTo lists the weak references to v (owned).
func (w *weakTable) refsTo(t *Thread, v Value) (out []Value) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.of[v] {
		if t.TryIncref(r) {
			out = append(out, r)
		}
	}
	return out
}

// deref gives the referent (owned); None when it is gone.
func (t *Thread) deref(r Value) Value {
	w := t.VM.weak
	w.mu.Lock()
	defer w.mu.Unlock()
	if b := t.Field(r, WeakTarget); b.IsInt() {
		if v := refcount.TagPtr | Value(b.Int()); t.TryIncref(v) {
			return v
		}
	}
	return None
}

// forget makes the weak references to v dead and lists those that live (owned), oldest first. pin keeps the count of a
// dead v from looking like garbage while callbacks run.
func (w *weakTable) forget(t *Thread, v Value, pin uint32) (refs []Value) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.of[v] {
		if t.Kind(r) == KWeakref {
			t.SetField(r, WeakTarget, None)
			if t.TryIncref(r) {
				refs = append(refs, r)
			}
		}
	}
	delete(w.of, v)
	h := t.Header(v)
	h.ClearFlag(refcount.FlagWeakref)
	if pin != 0 {
		h.Count = pin
	}
	return refs
}

// sever makes the weak references to v dead and lists them (borrowed), newest first. The world is stopped.
func (w *weakTable) sever(t *Thread, v Value) (refs []Value) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.of[v]
	for i := len(list) - 1; i >= 0; i-- {
		if r := list[i]; t.Kind(r) == KWeakref {
			t.SetField(r, WeakTarget, None)
			if cb := t.Field(r, WeakCallback); cb != None && cb != Unbound {
				refs = append(refs, r)
			}
		}
	}
	delete(w.of, v)
	t.Header(v).ClearFlag(refcount.FlagWeakref)
	return refs
}

// callBack calls the callbacks of dead weak references, which it takes over, newest first.
func (t *Thread) callBack(refs []Value) {
	saved := t.TakeExc()
	mark := t.Hold(saved)
	for _, r := range refs {
		t.Hold(r)
	}
	for i := len(refs) - 1; i >= 0; i-- {
		r := refs[i]
		t.Lock(r)
		cb := t.Field(r, WeakCallback)
		t.SetField(r, WeakCallback, None)
		t.Unlock(r)
		if cb == None || cb == Unbound {
			continue
		}
		m := t.Hold(cb)
		x := t.Call(cb, r)
		if x == Raised {
			t.unraisable("", cb)
		} else {
			t.Decref(x)
		}
		t.Unhold(m)
	}
	t.Exc = t.Release(mark)
}

// finalize is the vm's part of an object's death: __del__, then weak references. It reports that the object came back to
// life. Its count is zero, so nobody else can reach it.
func (vm *VM) finalize(m *refcount.Mutator, v Value) bool {
	t := vm.threadOf(m)
	if t == nil {
		return false
	}
	h := t.Header(v)
	f := h.Flags()
	if f&refcount.FlagFinal != 0 && f&refcount.FlagFinalized == 0 {
		h.Count = 1 // alive while its finaliser runs
		t.runFinalizer(v)
		if t.ShapeOf(v) == 0 || !t.DropCount(v) {
			return true
		}
	}
	if h.Flags()&refcount.FlagWeakref != 0 {
		t.callBack(vm.weak.forget(t, v, 1<<20))
		h.Count = 0
	}
	return false
}

// runFinalizer calls __del__ (or closes a suspended generator) once. v is alive.
func (t *Thread) runFinalizer(v Value) {
	t.Header(v).SetFlag(refcount.FlagFinalized)
	saved := t.TakeExc()
	mark := t.Hold(saved)
	if t.Is(v, KGenerator) {
		if !t.GenClose(v) {
			t.unraisable("", v)
		}
		t.Exc = t.Release(mark)
		return
	}
	c := t.ClassOf(v)
	if d := t.Special(c, SlotDel); d != Unbound {
		t.Hold(d)
		r := t.callSpecial(d, v, c)
		if r == Raised {
			t.unraisable("", d)
		} else {
			t.Decref(r)
		}
	}
	t.Exc = t.Release(mark)
}

// onDealloc takes a dying weakref, lock, handle or class out of the Go side's tables.
func (vm *VM) onDealloc(m *refcount.Mutator, v Value, shape uint16) {
	kind := Kind(min(shape, 255))
	if sh := vm.Heap.Shapes.Get(shape); sh != nil {
		kind = sh.Kind
	}
	switch kind {
	case KClass:
		if c := vm.classAt(m.Field(v, ClassIndex)); c != nil && c.Value == v {
			c.unlist(c.Bases())
		}
	case KWeakref:
		b := m.Field(v, WeakTarget)
		if !b.IsInt() {
			return
		}
		target := refcount.TagPtr | Value(b.Int())
		vm.weak.mu.Lock()
		list := vm.weak.of[target]
		for i, r := range list {
			if r == v {
				vm.weak.of[target] = append(list[:i:i], list[i+1:]...)
				break
			}
		}
		vm.weak.mu.Unlock()
	case KLock, KNative:
		vm.side.drop(m.Field(v, 0))
	}
}

// threadOf finds the thread of a mutator.
func (vm *VM) threadOf(m *refcount.Mutator) *Thread {
	t, _ := m.Owner.(*Thread)
	return t
}

func (t *Thread) initWeakTypes() {
	t.VM.weak = &weakTable{of: map[Value][]Value{}}
	t.defType(TypeDef{Kind: KWeakref, Name: "weakref.ReferenceType", Own: true, Static: []Def{
		{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			c := t.newClass(t.VM.kinds[KWeakref], a[0])
			if c == nil || !t.weakArgs("__new__", a[1]) {
				return Raised
			}
			cb := None
			if x := t.Items(a[1]); x.Len() == 2 {
				cb = x.Get(1)
			}
			if c.Builtin && t.DictLen(a[2]) > 0 {
				return t.Raise(t.VM.Exc.TypeError, "ref() takes no keyword arguments")
			}
			return t.newWeakref(c, t.Items(a[1]).Get(0), cb)
		}},
	}, Methods: []Def{
		{"__call__(self, /, *args, **kwargs)", weakMethod(func(t *Thread, a []Value) Value {
			switch n := t.Items(a[1]).Len(); {
			case t.DictLen(a[2]) > 0:
				return t.Raise(t.VM.Exc.TypeError, "weakref() takes no keyword arguments")
			case n > 0:
				return t.Raise(t.VM.Exc.TypeError, "weakref expected 0 arguments, got %d", n)
			}
			return t.deref(a[0])
		})},
		{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			if t.DictLen(a[2]) > 0 {
				return t.Raise(t.VM.Exc.TypeError, "ref() takes no keyword arguments")
			}
			return okNone(t.weakArgs("__init__", a[1]))
		}},
		{"__hash__(self, /)", weakMethod(weakHash)},
		{"__eq__(self, other, /)", weakMethod(func(t *Thread, a []Value) Value {
			if t.Kind(a[1]) != KWeakref {
				return NotImplemented
			}
			x, y := t.deref(a[0]), t.deref(a[1])
			m := t.Hold(x)
			t.Hold(y)
			defer t.Unhold(m)
			if x == None || y == None {
				return refcount.Bool(a[0] == a[1])
			}
			return t.Compare(Eq, x, y)
		})},
		{"__repr__(self, /)", weakMethod(weakRepr)},
	}, Getters: []Getter{{"__callback__", func(t *Thread, v Value) Value {
		t.Lock(v)
		defer t.Unlock(v)
		if cb := t.Field(v, WeakCallback); cb != Unbound {
			return t.Ref(cb)
		}
		return None
	}, nil}}})
}

// weakArgs reports one or two arguments.
func (t *Thread) weakArgs(fn string, args Value) bool {
	switch n := t.Items(args).Len(); {
	case n < 1:
		t.Raise(t.VM.Exc.TypeError, "%s expected at least 1 argument, got 0", fn)
		return false
	case n > 2:
		t.Raise(t.VM.Exc.TypeError, "%s expected at most 2 arguments, got %d", fn, n)
		return false
	}
	return true
}

// weakMethod is a method of weak references.
func weakMethod(f func(t *Thread, a []Value) Value) func(t *Thread, a []Value) Value {
	return func(t *Thread, a []Value) Value {
		if t.Kind(a[0]) != KWeakref {
			return t.Raise(t.VM.Exc.TypeError, "descriptor requires a 'weakref.ReferenceType' object but received a '%s'", t.TypeName(a[0]))
		}
		return f(t, a)
	}
}

// weakHash is the hash of the referent, kept beyond its death.
func weakHash(t *Thread, a []Value) Value {
	if h := t.lockedField(a[0], WeakHash); h != Unbound {
		return h
	}
	v := t.deref(a[0])
	if v == None {
		return t.Raise(t.VM.Exc.TypeError, "weak object has gone away")
	}
	m := t.Hold(v)
	h, ok := t.Hash(v)
	t.Unhold(m)
	if !ok {
		return Raised
	}
	x := t.NewInt(h)
	t.putLocked(a[0], WeakHash, t.Ref(x))
	return x
}

func weakRepr(t *Thread, a []Value) Value {
	at := uint64(t.identityHash(a[0]))
	v := t.deref(a[0])
	if v == None {
		return t.NewStr(fmt.Sprintf("<weakref at %#x; dead>", at))
	}
	m := t.Hold(v)
	defer t.Unhold(m)
	name := ""
	n := t.LookupAttr(v, t.VM.names.name)
	if n == Raised {
		return Raised
	}
	if t.IsStr(n) {
		name = " (" + t.GoStr(n) + ")"
	}
	t.Decref(n)
	return t.NewStr(fmt.Sprintf("<weakref at %#x; to '%s' at %#x%s>", at, t.TypeName(v), uint64(t.identityHash(v)), name))
}

func initWeakref(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"getweakrefcount(object, /)", func(t *Thread, a []Value) Value {
			refs := t.VM.weak.refsTo(t, a[0])
			t.DecrefAll(refs...)
			return t.NewInt(int64(len(refs)))
		}},
		{"getweakrefs(object, /)", func(t *Thread, a []Value) Value { return t.NewList(t.VM.weak.refsTo(t, a[0])...) }},
	})
	for _, n := range []string{"ref", "ReferenceType"} {
		t.modSet(m, n, t.Ref(t.VM.kinds[KWeakref].Value))
	}
	return true
}
