package vm

// This file is the collector of cycles and the audit as the machine runs them, and the module gc.

import (
	"sync/atomic"

	"toylang/refcount"
	"toylang/scheduler"
)

// gcState is what the collector remembers.
type gcState struct {
	off        atomic.Bool
	running    atomic.Bool
	runs       atomic.Int64 // collections
	found      atomic.Int64 // objects that they found unreachable
	thresholds [3]atomic.Int64
	debug      atomic.Int64 // the flags of gc.set_debug, of which only gcSaveAll has an effect
	held       []Value      // the garbage that the running collection works on (owned)
}

// hold keeps garbage while the collection works on it.
func (s *gcState) hold(t *Thread, v Value) { s.held = append(s.held, t.Ref(v)) }

// release drops what was held.
func (s *gcState) release(t *Thread) {
	for n := len(s.held) - 1; n >= 0; n-- {
		v := s.held[n]
		s.held = s.held[:n]
		t.Decref(v)
	}
	s.held = nil
}

// gcThresholds are what gc.get_threshold() tells at the start. toy has one generation: a first threshold of 0 turns
// automatic collections off, and that is all that they mean.
var gcThresholds = [3]int64{700, 10, 10}

// gcSaveAll keeps what is found unreachable in gc.garbage.
const gcSaveAll = 32

// gcFirst is the number of containers allocated before the first automatic collection.
const gcFirst = 200000

// roots calls visit for every reference that the machine holds outside the heap.
func (vm *VM) roots(visit func(v Value, where string)) {
	vm.threadMu.Lock()
	threads := make([]*Thread, 0, len(vm.threads))
	for _, t := range vm.threads {
		threads = append(threads, t)
	}
	vm.threadMu.Unlock()
	for _, t := range threads {
		where := "the stack of " + t.Name
		for _, v := range t.Stack() {
			visit(v, where)
		}
		for _, v := range []Value{t.Exc, t.Handled, t.Object, t.Async, t.context, t.stop} {
			visit(v, "the state of "+t.Name)
		}
	}
	visit(vm.builtins, "the built-in names")
	visit(vm.modules, "sys.modules")
	vm.codeMu.Lock()
	for _, c := range vm.codes {
		for _, v := range c.Vals {
			visit(v, "a constant of "+c.Qual)
		}
	}
	vm.codeMu.Unlock()
	vm.internMu.RLock()
	for _, v := range vm.interned {
		visit(v, "the interned names")
	}
	vm.internMu.RUnlock()
	for _, c := range *vm.classes.Load() {
		if c.Builtin {
			visit(c.Value, "the built-in types")
		}
	}
	vm.tracing.eachPending(func(v Value) { visit(v, "the finalisers due") })
	for _, v := range vm.gcState.held {
		visit(v, "the collection")
	}
	visit(vm.names.emptyTuple, "the machine")
	visit(vm.names.memoryError, "the machine")
}

// Audit stops the world and holds every count against the references. t may be nil: called from outside.
func (vm *VM) Audit(t *Thread) *refcount.Audit {
	var st *scheduler.Thread
	if t != nil {
		st = &t.Thread
	}
	vm.Sched.StopWorld(st)
	defer vm.Sched.StartWorld(st)
	return vm.Heap.Audit(vm.roots)
}

// Collect frees garbage cycles and gives the number of objects found unreachable. Finalisers run first (PEP 442): what
// they make reachable again lives on.
func (t *Thread) Collect() int {
	vm := t.VM
	if t.Disc == refcount.Traced {
		return t.collectTraced()
	}
	if !vm.gcState.running.CompareAndSwap(false, true) {
		return 0
	}
	defer vm.gcState.running.Store(false)
	vm.gcState.runs.Add(1)
	garbage, refs := t.garbage(true)
	if len(garbage) == 0 {
		return 0
	}
	defer t.Alone()() // nobody else reaches garbage
	vm.gcState.found.Add(int64(len(garbage)))
	for _, v := range garbage { // they must not go away while they are worked on
		vm.gcState.hold(t, v)
	}
	t.callBack(refs)
	finalised := false
	for _, v := range garbage {
		f := t.Header(v).Flags()
		if f&refcount.FlagFinal != 0 && f&refcount.FlagFinalized == 0 {
			finalised = true
			t.runFinalizer(v)
		}
	}
	if finalised { // which of them are still garbage? those that only the holds keep
		vm.gcState.release(t)
		again, _ := t.garbage(false)
		was := map[Value]bool{}
		for _, v := range garbage {
			was[v] = true
		}
		garbage = garbage[:0]
		for _, v := range again {
			if was[v] {
				garbage = append(garbage, v)
				vm.gcState.hold(t, v)
			}
		}
	}
	if t.VM.gcState.debug.Load()&gcSaveAll != 0 {
		t.saveGarbage(garbage)
	} else {
		for _, v := range garbage {
			t.clearObject(v)
		}
	}
	vm.gcState.release(t)
	return len(garbage)
}

// gcList is a list of the module gc (owned); Unbound when the program has put something else in its place.
func (t *Thread) gcList(name string) Value {
	m := t.DictGetStr(t.VM.modules, t.VM.Intern("gc"))
	if m == Unbound || !t.Is(m, KModule) {
		t.Decref(m)
		return Unbound
	}
	l := t.DictGetStr(t.Field(m, 0), t.VM.Intern(name))
	t.Decref(m)
	if l != Unbound && !t.Is(l, KList) {
		t.Decref(l)
		return Unbound
	}
	return l
}

// saveGarbage puts objects into gc.garbage.
func (t *Thread) saveGarbage(objects []Value) {
	l := t.gcList("garbage")
	if l == Unbound {
		return
	}
	for _, v := range objects {
		if t.tracked(v) && !t.ListAppend(l, v) {
			t.Decref(t.TakeExc())
		}
	}
	t.Decref(l)
}

// gcCallbacks calls what is in gc.callbacks; what such a call raises is printed.
func (t *Thread) gcCallbacks(phase string, generation int64, found int) bool {
	l := t.gcList("callbacks")
	if l == Unbound || t.ListLen(l) == 0 {
		t.Decref(l)
		return true
	}
	mark := t.Hold(l)
	defer t.Unhold(mark)
	name, info := t.NewStr(phase), t.NewDict()
	if name == Raised || info == Raised {
		return false
	}
	t.Hold(name)
	t.Hold(info)
	for k, n := range map[string]int64{"generation": generation, "collected": int64(found), "uncollectable": 0} {
		t.DictSetStr(info, t.VM.Intern(k), t.NewInt(n))
	}
	for i := 0; i < t.ListLen(l); i++ {
		f := t.ListGet(l, i)
		h := t.Hold(f)
		r := t.Call(f, name, info)
		if r == Raised {
			t.unraisable("", f)
		} else {
			t.Decref(r)
		}
		t.Unhold(h)
	}
	return true
}

// garbage finds the unreachable cycles; the world is stopped meanwhile. Where detach is true, nothing refers to them weakly
// afterwards: refs are the weak references (owned) whose callbacks are due, those that are not garbage themselves.
func (t *Thread) garbage(detach bool) (out, refs []Value) {
	vm := t.VM
	vm.Sched.StopWorld(&t.Thread)
	defer vm.Sched.StartWorld(&t.Thread)
	w := vm.Heap.WalkFrom(vm.roots)
	out = w.Garbage()
	w.Close()
	if !detach {
		return out, nil
	}
	in := make(map[Value]bool, len(out))
	for _, v := range out {
		in[v] = true
	}
	for _, v := range out {
		if t.Header(v).Flags()&refcount.FlagWeakref == 0 {
			continue
		}
		for _, r := range vm.weak.forget(t, v, 0) {
			if in[r] {
				t.DropCount(r) // its own count, which the cycle explains, is left
			} else {
				refs = append(refs, r)
			}
		}
	}
	return out, refs
}

// clearObject drops what a garbage object refers to, so that its cycles come apart.
func (t *Thread) clearObject(v Value) {
	if t.ShapeOf(v) == 0 {
		return
	}
	sh := t.VM.Heap.Shapes.Get(t.ShapeOf(v))
	if sh == nil {
		return
	}
	var dropped []Value
	switch sh.Layout {
	case refcount.LayoutRecord:
		if sh.Kind == KClass {
			return // its dict and the tuples are garbage too and come apart themselves
		}
		c := t.Fields(v)
		for i := 0; i < sh.Fields && i < c.Cap(); i++ {
			if x := c.Get(i); x.IsPtr() {
				dropped = append(dropped, x)
				empty := Unbound
				if sh.Kind == KException && i > ExcAttrs && i < ExcSuppress {
					empty = None
				}
				if sh.Kind == KException && i == ExcArgs {
					empty = t.Ref(t.VM.names.emptyTuple)
				}
				c.Set(i, empty)
			}
		}
	case refcount.LayoutList:
		b := t.Body(v)
		c := t.Values(b.Payload)
		t.SetBody(v, refcount.Body{})
		for i := 0; i < int(b.Len) && i < c.Cap(); i++ {
			dropped = append(dropped, c.Get(i))
		}
		t.FreePayload(b.Payload)
	case refcount.LayoutDict:
		t.DictClear(v)
	case refcount.LayoutTuple:
		c := t.Fields(v)
		for i := 1; i < c.Cap() && i <= int(c.Get(0).Int()); i++ {
			dropped = append(dropped, c.Swap(i, None))
		}
	case refcount.LayoutSet:
		b := t.Body(v)
		tab := t.Table(b.Payload)
		t.SetBody(v, refcount.Body{})
		for i := 0; i < tab.Used(); i++ {
			dropped = append(dropped, tab.Key(i))
		}
		t.FreePayload(b.Payload)
	}
	t.dropAll(dropped)
}

// autoCollect runs when many containers have been allocated.
func (t *Thread) autoCollect() {
	if t.Disc == refcount.Traced {
		t.autoTrace()
		return
	}
	if s := &t.VM.gcState; s.off.Load() || s.thresholds[0].Load() == 0 || t.Exc != Unbound {
		return
	}
	h := t.VM.Heap
	h.GCAt.Store(h.Allocs.Load() + gcFirst) // nobody else begins meanwhile
	t.Collect()
	h.GCAt.Store(h.Allocs.Load() + max(gcFirst, h.Bytes()/32)) // a walk costs what the heap is large
}

func initGC(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"collect(generation=2)", func(t *Thread, a []Value) Value {
			if a[0] != Unbound {
				if n, ok := t.Index(a[0]); !ok {
					return Raised
				} else if n < 0 || n > 2 {
					return t.Raise(t.VM.Exc.ValueError, "invalid generation")
				}
			}
			generation := int64(2)
			if a[0] != Unbound {
				generation, _ = t.Index(a[0])
			}
			if !t.gcCallbacks("start", generation, 0) {
				return Raised
			}
			n := t.Collect()
			if !t.gcCallbacks("stop", generation, n) {
				return Raised
			}
			return t.NewInt(int64(n))
		}},
		{"enable()", func(t *Thread, a []Value) Value { t.VM.gcState.off.Store(false); return None }},
		{"disable()", func(t *Thread, a []Value) Value { t.VM.gcState.off.Store(true); return None }},
		{"isenabled()", func(t *Thread, a []Value) Value { return refcount.Bool(!t.VM.gcState.off.Load()) }},
		{"get_count()", func(t *Thread, a []Value) Value {
			return t.NewTuple(refcount.SmallInt(0), refcount.SmallInt(0), refcount.SmallInt(0))
		}},
		{"get_threshold()", func(t *Thread, a []Value) Value {
			var out []Value
			for i := range t.VM.gcState.thresholds {
				out = append(out, t.NewInt(t.VM.gcState.thresholds[i].Load()))
			}
			return t.NewTuple(out...)
		}},
		{"set_threshold(threshold0, threshold1=10, threshold2=10, /)", func(t *Thread, a []Value) Value {
			for i, v := range a {
				if v == Unbound {
					continue
				}
				n, ok := t.Index(v)
				if !ok {
					return Raised
				}
				t.VM.gcState.thresholds[i].Store(n)
			}
			return None
		}},
		{"get_debug()", func(t *Thread, a []Value) Value { return t.NewInt(t.VM.gcState.debug.Load()) }},
		{"set_debug(flags, /)", func(t *Thread, a []Value) Value {
			n, ok := t.Index(a[0])
			if ok {
				t.VM.gcState.debug.Store(n)
			}
			return okNone(ok)
		}},
		{"get_stats()", func(t *Thread, a []Value) Value {
			var out []Value
			for i := 0; i < 3; i++ {
				d := t.NewDict()
				for j, k := range []string{"collections", "collected", "uncollectable"} {
					n := int64(0)
					if i == 2 {
						n = [3]int64{t.VM.gcState.runs.Load(), t.VM.gcState.found.Load(), 0}[j]
					}
					t.DictSetStr(d, t.VM.Intern(k), t.NewInt(n))
				}
				out = append(out, d)
			}
			return t.NewList(out...)
		}},
		{"unfreeze()", func(t *Thread, a []Value) Value { return None }},
		{"get_freeze_count()", func(t *Thread, a []Value) Value { return refcount.SmallInt(0) }},
		{"freeze()", func(t *Thread, a []Value) Value { return None }},
		{"audit()", func(t *Thread, a []Value) Value { return t.auditList(t.VM.Audit(t)) }},
	})
	t.modFuncs(m, gcObjects)
	t.modSet(m, "garbage", t.NewList())
	t.modSet(m, "callbacks", t.NewList())
	for i, n := range []string{"DEBUG_STATS", "DEBUG_COLLECTABLE", "DEBUG_UNCOLLECTABLE"} {
		t.modSet(m, n, t.NewInt(1<<i))
	}
	t.modSet(m, "DEBUG_SAVEALL", t.NewInt(32))
	t.modSet(m, "DEBUG_LEAK", t.NewInt(38))
	return true
}

// auditList is an audit as toy values: a list of (verdict, type, count, references).
func (t *Thread) auditList(a *refcount.Audit) Value {
	var out []Value
	for _, f := range a.Findings {
		out = append(out, t.NewTuple(t.NewStr(f.Verdict.String()), t.NewStr(t.VM.ShapeName(f.Shape)),
			t.NewInt(int64(f.Count)), t.NewInt(int64(f.Found))))
	}
	return t.NewList(out...)
}

// ShapeName is the class that a shape belongs to, for reports.
func (vm *VM) ShapeName(s uint16) string {
	if s == 0 {
		return "freed slot"
	}
	if s < refcount.FirstHeapShape {
		if int(s) < len(vm.kinds) && vm.kinds[s] != nil {
			return vm.kinds[s].Name
		}
		return "?"
	}
	if sh := vm.Heap.Shapes.Get(s); sh != nil {
		return sh.Any.(*Layout).Class.Name
	}
	return "?"
}
