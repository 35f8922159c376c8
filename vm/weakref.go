package vm

// This file holds weak references and the end of objects: finalisers and callbacks.

import (
	"sync"

	"toylang/refcount"
)

// The fields of a weakref record. The referent is named by its handle's bits as a small int: not a counted reference.
const (
	WeakTarget   = iota // small int, or None when the referent is gone
	WeakCallback        // callable or None
	WeakHash            // small int or Unbound
	WeakProxy           // True for a proxy
)

// weakTable lists the weak references to each object, oldest first (borrowed: a weakref takes itself out when it dies).
type weakTable struct {
	mu sync.Mutex
	of map[Value][]Value
}

func (t *Thread) weakBits(v Value) Value { return refcount.SmallInt(int64(v & (1<<48 - 1))) }

// newWeakref makes a weak reference to v.
func (t *Thread) newWeakref(v, callback Value) Value {
	if !v.IsPtr() || t.Is(v, KStr) || t.Is(v, KTuple) || t.Is(v, KInt) || t.Is(v, KList) || t.Is(v, KDict) || t.Is(v, KBytes) {
		return t.Raise(t.VM.Exc.TypeError, "cannot create weak reference to '%s' object", t.TypeName(v))
	}
	w := t.VM.weak
	if callback == None {
		w.mu.Lock()
		for _, r := range w.of[v] {
			if t.Field(r, WeakCallback) == None && t.Header(r).Count > 0 && t.Is(r, KWeakref) {
				t.Incref(r)
				w.mu.Unlock()
				return r
			}
		}
		w.mu.Unlock()
	}
	r := t.NewRecord(KWeakref, t.weakBits(v), t.Ref(callback), Unbound, False)
	if r == Raised {
		return r
	}
	t.Header(v).SetFlag(refcount.FlagWeakref)
	w.mu.Lock()
	w.of[v] = append(w.of[v], r)
	w.mu.Unlock()
	return r
}

// deref gives the referent (owned); None when it is gone.
func (t *Thread) deref(r Value) Value {
	w := t.VM.weak
	w.mu.Lock()
	defer w.mu.Unlock()
	b := t.Field(r, WeakTarget)
	if !b.IsInt() {
		return None
	}
	v := refcount.TagPtr | Value(b.Int())
	if t.ShapeOf(v) == 0 || t.Count(v) == 0 {
		return None
	}
	t.Incref(v)
	return v
}

// clearWeakrefs makes the weak references to v dead and calls their callbacks, newest first.
func (t *Thread) clearWeakrefs(v Value, callbacks bool) {
	w := t.VM.weak
	w.mu.Lock()
	refs := w.of[v]
	delete(w.of, v)
	t.Header(v).ClearFlag(refcount.FlagWeakref)
	for _, r := range refs {
		if t.Is(r, KWeakref) {
			t.SetField(r, WeakTarget, None)
			t.Incref(r)
		}
	}
	w.mu.Unlock()
	saved := t.TakeExc()
	mark := t.Hold(saved)
	for i := len(refs) - 1; i >= 0; i-- {
		t.Hold(refs[i])
	}
	for i := len(refs) - 1; i >= 0 && callbacks; i-- {
		r := refs[i]
		cb := t.Field(r, WeakCallback)
		if cb == None || cb == Unbound {
			continue
		}
		x := t.Call(cb, r)
		if x == Raised {
			t.unraisable("Exception ignored in: ", cb)
			continue
		}
		t.Decref(x)
	}
	t.Exc = t.Release(mark)
}

// finalize is the vm's part of an object's death: weak references, then __del__. It reports that the object came back to
// life.
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
		if t.ShapeOf(v) == 0 || h.Count != 1 {
			if h.Count > 1 {
				t.Decref(v)
				return true
			}
		}
		h.Count = 0
	}
	if h.Flags()&refcount.FlagWeakref != 0 {
		h.Count = 1 << 20
		t.clearWeakrefs(v, true)
		if n := h.Count - 1<<20; n != 0 && int32(n) > 0 {
			h.Count = n
			return true
		}
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
			t.unraisable("Exception ignored in: ", v)
		}
		t.Exc = t.Release(mark)
		return
	}
	c := t.ClassOf(v)
	if d := t.Special(c, SlotDel); d != Unbound {
		t.Hold(d)
		r := t.callSpecial(d, v, c)
		if r == Raised {
			t.unraisable("Exception ignored in: ", d)
		} else {
			t.Decref(r)
		}
	}
	t.Exc = t.Release(mark)
}

// unraisable prints an exception that nobody can catch.
func (t *Thread) unraisable(what string, where Value) {
	e := t.TakeExc()
	if e == Unbound {
		return
	}
	mark := t.Hold(e)
	s := t.Repr(where)
	name := "?"
	if s != Raised {
		name = t.GoStr(s)
		t.Decref(s)
	} else {
		t.Decref(t.TakeExc())
	}
	t.VM.WriteErr(what + name + "\n" + t.FormatException(e))
	t.Unhold(mark)
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
		{"__new__(cls, obj, callback=None, /)", func(t *Thread, a []Value) Value {
			cb := a[2]
			if cb == Unbound {
				cb = None
			}
			return t.newWeakref(a[1], cb)
		}},
	}, Methods: []Def{
		{"__call__(self, /)", func(t *Thread, a []Value) Value { return t.deref(a[0]) }},
		{"__init__(self, /, *args)", func(t *Thread, a []Value) Value { return None }},
		{"__hash__(self, /)", func(t *Thread, a []Value) Value {
			if h := t.Field(a[0], WeakHash); h.IsInt() {
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
			t.SetField(a[0], WeakHash, refcount.SmallInt(h&(1<<48-1)))
			return t.Field(a[0], WeakHash)
		}},
		{"__eq__(self, other, /)", func(t *Thread, a []Value) Value {
			if !t.Is(a[1], KWeakref) {
				return NotImplemented
			}
			x, y := t.deref(a[0]), t.deref(a[1])
			m := t.Hold(x)
			t.Hold(y)
			defer t.Unhold(m)
			if x == None || y == None {
				return refcount.Bool(a[0] == a[1])
			}
			return t.boolOf(t.Equal(x, y))
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			v := t.deref(a[0])
			defer t.Decref(v)
			if v == None {
				return t.NewStr("<weakref at 0x0; dead>")
			}
			return t.NewStr("<weakref at 0x0; to '" + t.TypeName(v) + "'>")
		}},
	}, Getters: []Getter{orNone("__callback__", WeakCallback)}})
}

func initWeakref(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"getweakrefcount(object, /)", func(t *Thread, a []Value) Value {
			t.VM.weak.mu.Lock()
			defer t.VM.weak.mu.Unlock()
			return t.NewInt(int64(len(t.VM.weak.of[a[0]])))
		}},
		{"getweakrefs(object, /)", func(t *Thread, a []Value) Value {
			t.VM.weak.mu.Lock()
			defer t.VM.weak.mu.Unlock()
			var out []Value
			for _, r := range t.VM.weak.of[a[0]] {
				out = append(out, t.Ref(r))
			}
			return t.NewList(out...)
		}},
	})
	t.modSet(m, "ref", t.Ref(t.VM.kinds[KWeakref].Value))
	t.modSet(m, "ReferenceType", t.Ref(t.VM.kinds[KWeakref].Value))
	return true
}
