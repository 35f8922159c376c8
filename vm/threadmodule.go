package vm

// This file is the module _thread: threads and locks, below threading.toy.

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"toylang/refcount"
	"toylang/scheduler"
)

const (
	maxThreads = 10000
	timeoutMax = 9223372036 * time.Second
)

// lockOf gives the Go lock of a lock object; nil (with an exception) for anything else.
func (t *Thread) lockOf(v Value) *scheduler.Lock {
	if t.Kind(v) == KLock {
		if l, ok := t.VM.side.get(t.Field(v, 0)).(*scheduler.Lock); ok {
			return l
		}
	}
	t.Raise(t.VM.Exc.TypeError, "expected a lock, not '%s'", t.TypeName(v))
	return nil
}

func (t *Thread) newLock(recursive bool) Value {
	l := t.VM.Sched.NewLock(recursive)
	l.Name = "a lock"
	if recursive {
		l.Name = "an RLock"
	}
	var v Value
	if !recursive {
		v = t.NewRecord(KLock, Unbound)
	} else {
		v = t.NewInstance(t.VM.rlock)
	}
	if v != Raised {
		t.SetField(v, 0, refcount.SmallInt(int64(t.VM.side.put(l))))
		l.Name = fmt.Sprintf("%s (%#x)", l.Name, uint64(t.identityHash(v)))
	}
	return v
}

// timeoutArg reads blocking and timeout.
func (t *Thread) timeoutArg(blocking, timeout Value) (d time.Duration, ok bool) {
	block := true
	if blocking != Unbound {
		n, ok := t.Index(blocking)
		if !ok {
			return 0, false
		}
		block = n != 0
	}
	d = -1
	if timeout != Unbound && timeout != refcount.SmallInt(-1) {
		if d, ok = t.duration(timeout); !ok {
			return 0, false
		}
		if d == -1e9 {
			d = -1
		} else if d < 0 {
			d = -2
		}
	}
	switch {
	case !block && d != -1:
		t.Raise(t.VM.Exc.ValueError, "can't specify a timeout for a non-blocking call")
		return 0, false
	case !block:
		return 0, true
	case d < -1:
		t.Raise(t.VM.Exc.ValueError, "timeout value must be positive")
		return 0, false
	case d > timeoutMax:
		t.Raise(t.VM.Exc.OverflowError, "timeout value is too large")
		return 0, false
	}
	return d, true
}

// acquire is lock.acquire().
func (t *Thread) acquire(v, blocking, timeout Value) Value {
	l := t.lockOf(v)
	d, ok := time.Duration(0), false
	if l != nil {
		d, ok = t.timeoutArg(blocking, timeout)
	}
	if !ok {
		return Raised
	}
	end := t.VM.Sched.Now() + int64(d)
	if t.Watch && d != 0 && l.Locked() && l.Owner() != t.ID {
		begin := time.Now()
		defer func() { t.NoteWait(v, time.Since(begin)) }()
	}
	for {
		switch l.Acquire(&t.Thread, d, l.Name) {
		case scheduler.Acquired:
			return True
		case scheduler.TimedOut:
			return False
		case scheduler.Deadlock:
			return t.deadlocked()
		}
		if !t.CheckBreak() {
			return Raised
		}
		if d > 0 {
			d = max(time.Duration(end-t.VM.Sched.Now()), 1)
		}
	}
}

// deadlocked ends a thread that waits for ever.
func (t *Thread) deadlocked() Value {
	t.VM.dead.Store(true)
	return t.RaiseArgs(t.VM.Exc.SystemExit)
}

func (t *Thread) initThreadTypes() {
	release := func(t *Thread, a []Value) Value {
		l := t.lockOf(a[0])
		if l == nil {
			return Raised
		}
		if err := l.Release(&t.Thread); err != nil {
			return t.Raise(t.VM.Exc.RuntimeError, "%s", err.Error())
		}
		return None
	}
	methods := []Def{
		{"acquire(self, blocking=True, timeout=-1)", func(t *Thread, a []Value) Value { return t.acquire(a[0], a[1], a[2]) }},
		{"release(self, /)", release},
		{"__enter__(self, blocking=True, timeout=-1)", func(t *Thread, a []Value) Value { return t.acquire(a[0], a[1], a[2]) }},
		{"__exit__(self, /, *args)", release},
		{"__repr__(self, /)", lockRepr},
		{"_at_fork_reinit(self, /)", func(t *Thread, a []Value) Value { return None }},
	}
	locked := func(t *Thread, a []Value) Value {
		l := t.lockOf(a[0])
		if l == nil {
			return Raised
		}
		return refcount.Bool(l.Locked())
	}
	t.defType(TypeDef{Kind: KLock, Name: "_thread.lock", Own: true, Final: true, Static: []Def{
		{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			return t.Raise(t.VM.Exc.TypeError, "cannot create '_thread.lock' instances")
		}},
	}, Methods: append(methods[:len(methods):len(methods)], Def{"locked(self, /)", locked}, Def{"locked_lock(self, /)", locked},
		Def{"acquire_lock(self, blocking=True, timeout=-1)", methods[0].Fn}, Def{"release_lock(self, /)", release})})
	t.VM.rlock = t.defType(TypeDef{Kind: KLock, Name: "_thread.RLock", Final: true, Static: []Def{
		{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return t.newLock(true) }},
	}, Methods: append(methods, []Def{
		{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return None }},
		{"_is_owned(self, /)", func(t *Thread, a []Value) Value {
			l := t.lockOf(a[0])
			if l == nil {
				return Raised
			}
			return refcount.Bool(l.Owner() == t.ID)
		}},
		{"_release_save(self, /)", func(t *Thread, a []Value) Value {
			l := t.lockOf(a[0])
			if l == nil {
				return Raised
			}
			n := l.ReleaseAll(&t.Thread)
			if n == 0 {
				return t.Raise(t.VM.Exc.RuntimeError, "cannot release un-acquired lock")
			}
			return t.NewTuple(t.NewInt(int64(n)), t.NewInt(int64(t.ID)))
		}},
		{"_acquire_restore(self, state, /)", acquireRestore},
	}...)})
}

// acquireRestore takes an RLock to the depth that _release_save told. Ctrl-C does not end the wait, only what follows.
func acquireRestore(t *Thread, a []Value) Value {
	l := t.lockOf(a[0])
	if l == nil {
		return Raised
	}
	if !t.Is(a[1], KTuple) || t.Items(a[1]).Len() < 1 || !t.Items(a[1]).Get(0).IsInt() {
		return t.Raise(t.VM.Exc.TypeError, "_acquire_restore() argument must be what _release_save() gave")
	}
	n := int(t.Items(a[1]).Get(0).Int())
	mark := t.Hold(Unbound)
	for {
		switch l.AcquireRestore(&t.Thread, n) {
		case scheduler.Acquired:
			if e := t.Release(mark); e != Unbound {
				return t.RaiseValue(e)
			}
			return None
		case scheduler.Deadlock:
			t.Unhold(mark)
			return t.deadlocked()
		}
		if !t.CheckBreak() {
			if t.limited {
				t.Unhold(mark)
				return Raised
			}
			e := t.TakeExc()
			t.Unhold(mark)
			mark = t.Hold(e)
		}
	}
}

func lockRepr(t *Thread, a []Value) Value {
	l := t.lockOf(a[0])
	if l == nil {
		return Raised
	}
	state := "unlocked"
	if l.Locked() {
		state = "locked"
	}
	at := uint64(t.identityHash(a[0]))
	if l.Recursive {
		return t.NewStr(fmt.Sprintf("<%s _thread.RLock object owner=%d count=%d at %#x>", state, l.Owner(), l.Count(), at))
	}
	return t.NewStr(fmt.Sprintf("<%s _thread.lock object at %#x>", state, at))
}

func initThread(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"_type_name(cls, name, /)", nameType},
		{"allocate_lock()", func(t *Thread, a []Value) Value { return t.newLock(false) }},
		{"get_ident()", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.ID)) }},
		{"get_native_id()", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.ID)) }},
		{"start_new_thread(function, args, kwargs=None, /)", startThread},
		{"_start(function, name, daemon, /)", startNamed},
		{"_done(handle, /)", func(t *Thread, a []Value) Value {
			h, ok := t.VM.side.get(a[0]).(*handle)
			return refcount.Bool(!ok || h.done.IsSet())
		}},
		{"_join(handle, timeout, /)", joinThread},
		{"_local_key()", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.ID)) }},
		{"_set_name(name, /)", func(t *Thread, a []Value) Value { t.Name = t.GoStr(a[0]); return None }},
		{"_set_main_object(obj, /)", func(t *Thread, a []Value) Value {
			old := t.Object
			t.Object = t.Ref(a[0])
			t.Decref(old)
			return None
		}},
		{"_current_object()", func(t *Thread, a []Value) Value {
			if t.Object == Unbound {
				return None
			}
			return t.Ref(t.Object)
		}},
		{"exit()", func(t *Thread, a []Value) Value { return t.RaiseArgs(t.VM.Exc.SystemExit) }},
		{"_count()", func(t *Thread, a []Value) Value {
			t.VM.threadMu.Lock()
			defer t.VM.threadMu.Unlock()
			return t.NewInt(int64(len(t.VM.threads) - 1))
		}},
		{"interrupt_main()", func(t *Thread, a []Value) Value { t.VM.Sched.Interrupt(); return None }},
		{"stack_size(size=0, /)", func(t *Thread, a []Value) Value { // stacks grow as they need to
			if a[0] != Unbound {
				n, ok := t.Index(a[0])
				switch {
				case !ok:
					return Raised
				case n < 0:
					return t.Raise(t.VM.Exc.ValueError, "size must be 0 or a positive value")
				case n > 0 && n < 32768:
					return t.Raise(t.VM.Exc.ValueError, "size not valid: %d bytes", n)
				}
			}
			return t.NewInt(0)
		}},
	})
	var hook *seqType
	hook = t.newSeqType("_thread._ExceptHookArgs", "_thread._ExceptHookArgs", "exc_type exc_value exc_traceback thread", "",
		Def{"__new__(cls, sequence, dict=None)", func(t *Thread, a []Value) Value {
			if t.Is(a[1], KTuple) && t.Items(a[1]).Len() > 1 {
				t.noteUncaught(t.Items(a[1]).Get(1))
			}
			return hook.fromSequence(t, a[1])
		}})
	t.modSet(m, "_ExceptHookArgs", t.Ref(hook.class.Value))
	t.modSet(m, "RLock", t.Ref(t.VM.rlock.Value))
	t.modSet(m, "LockType", t.Ref(t.VM.kinds[KLock].Value))
	t.modSet(m, "error", t.Ref(t.VM.Exc.RuntimeError.Value))
	t.modSet(m, "TIMEOUT_MAX", t.NewFloat(timeoutMax.Seconds()))
	return true
}

// nameType gives a class of the library the dotted name that the errors of CPython's built-in class of that name show. The
// module that makes the class calls it before anybody else sees the class.
func nameType(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil || c.Builtin || !t.IsStr(a[1]) || !t.inLibrary() { // others may be reading the name of a program's class
		return t.Raise(t.VM.Exc.TypeError, "a class of the library and a str are needed")
	}
	name := t.GoStr(a[1])
	i := strings.LastIndexByte(name, '.')
	c.Name = name
	t.putLocked(a[0], ClassName, t.Ref(t.VM.Intern(name[i+1:])))
	t.putLocked(a[0], ClassQual, t.Ref(t.VM.Intern(name[i+1:])))
	if i > 0 {
		t.setDict(c, "__module__", t.VM.Intern(name[:i]))
	}
	return t.Ref(a[0])
}

// handle is what remains of a thread for those who wait for its end.
type handle struct {
	done scheduler.Done
	t    *scheduler.Thread
}

// startThread is _thread.start_new_thread.
func startThread(t *Thread, a []Value) Value {
	switch {
	case !t.callable(a[0]):
		return t.Raise(t.VM.Exc.TypeError, "first arg must be callable")
	case !t.Is(a[1], KTuple):
		return t.Raise(t.VM.Exc.TypeError, "2nd arg must be a tuple")
	case a[2] != Unbound && !t.Isa(a[2], KDict):
		return t.Raise(t.VM.Exc.TypeError, "optional 3rd arg must be a dictionary")
	}
	args, kw := t.Ref(a[1]), Unbound
	if a[2] != Unbound && a[2] != None {
		kw = t.Ref(a[2])
	}
	fn := t.Ref(a[0])
	n, ok := t.launch("", true, []Value{fn, args, kw}, func(n *Thread) {
		var list []Value
		for i, x := 0, n.Items(args); i < x.Len(); i++ {
			list = append(list, x.Get(i))
		}
		r := n.callWithDict(fn, list, kw)
		if r == Raised {
			if !n.Catch(n.VM.Exc.SystemExit) {
				n.unraisable("Exception ignored in thread started by", fn)
			}
			return
		}
		n.Decref(r)
	})
	if !ok {
		t.DecrefAll(fn, args, kw)
		return Raised
	}
	return t.NewInt(int64(n.t.ID))
}

// startNamed starts a thread that calls a function without arguments, and gives its handle.
func startNamed(t *Thread, a []Value) Value {
	daemon, ok := t.Truth(a[2])
	if !ok {
		return Raised
	}
	fn := t.Ref(a[0])
	h, ok := t.launch(t.GoStr(a[1]), daemon, []Value{fn}, func(n *Thread) {
		r := n.Call(fn)
		if r == Raised {
			if !n.Catch(n.VM.Exc.SystemExit) {
				n.printUncaught("Exception in thread:")
			}
			return
		}
		n.Decref(r)
	})
	if !ok {
		t.Decref(fn)
		return Raised
	}
	id := t.NewInt(int64(h.t.ID))
	return t.NewTuple(refcount.SmallInt(int64(t.VM.side.put(h))), id)
}

// launch starts a thread that holds the values (it takes the references over unless it fails) from the start, so that the
// audit sees them, until it ends.
func (t *Thread) launch(name string, daemon bool, held []Value, body func(n *Thread)) (*handle, bool) {
	vm := t.VM
	vm.threadMu.Lock()
	many := len(vm.threads) >= maxThreads
	vm.threadMu.Unlock()
	if many {
		t.Raise(vm.Exc.RuntimeError, "can't start new thread")
		return nil, false
	}
	n := vm.NewThread(name)
	n.Daemon = daemon
	h := &handle{t: &n.Thread}
	for _, v := range held {
		n.Hold(v)
	}
	t.SetLocks(vm.Heap.Locks) // it is no longer alone
	vm.Sched.Spawn(&n.Thread)
	vm.mapped.count(1)
	go func() {
		defer vm.mapped.count(-1)
		defer func() {
			if p := recover(); p != nil {
				vm.crash(n, p)
			}
		}()
		vm.Sched.Attach(&n.Thread)
		body(n)
		vm.EndThread(n)
		h.done.Set(vm.Sched)
		vm.Sched.Detach(&n.Thread)
	}()
	return h, true
}

// joinThread waits for a thread's end: True when it has ended.
func joinThread(t *Thread, a []Value) Value {
	h, ok := t.VM.side.get(a[0]).(*handle)
	if !ok {
		return True
	}
	d, ok := t.timeoutArg(Unbound, a[1])
	if !ok {
		return Raised
	}
	end := t.VM.Sched.Now() + int64(d)
	for {
		switch h.done.Wait(t.VM.Sched, &t.Thread, d, h.t) {
		case scheduler.Acquired:
			return True
		case scheduler.TimedOut:
			return False
		case scheduler.Deadlock:
			return t.deadlocked()
		}
		if !t.CheckBreak() {
			return Raised
		}
		if d > 0 {
			d = max(time.Duration(end-t.VM.Sched.Now()), 1)
		}
	}
}

// crash reports a bug in toy on a thread other than the main one.
func (vm *VM) crash(t *Thread, p any) {
	buf := make([]byte, 1<<16)
	buf = buf[:runtime.Stack(buf, false)]
	vm.OnCrash(t.spot(), p, buf)
}
