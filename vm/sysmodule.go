package vm

// This file is the module sys.

import (
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"toylang/refcount"
)

func initSys(t *Thread, m Value) bool {
	vm := t.VM
	str := func(s string) Value { return t.NewStr(s) }
	var args []Value
	for _, a := range vm.Args {
		args = append(args, str(a))
	}
	t.modSet(m, "argv", t.NewList(args...))
	var path []Value
	for _, p := range vm.Path {
		path = append(path, str(p))
	}
	t.modSet(m, "path", t.NewList(path...))
	t.modSet(m, "modules", t.Ref(vm.modules))
	t.modSet(m, "version", str(pythonVersion+" (toy)"))
	t.modSet(m, "hexversion", t.NewInt(hexVersion))
	t.modSet(m, "maxsize", t.NewInt(math.MaxInt64))
	t.modSet(m, "maxunicode", t.NewInt(0x10FFFF))
	t.modSet(m, "byteorder", str("little"))
	t.modSet(m, "platform", str(runtime.GOOS))
	exe, _ := os.Executable()
	t.modSet(m, "executable", str(exe))
	t.modSet(m, "copyright", str("toy"))
	t.modSet(m, "dont_write_bytecode", True)
	t.modSet(m, "builtin_module_names", t.goModuleNames())
	t.modSet(m, "api_version", t.NewInt(1013))
	t.modSet(m, "abiflags", str(""))
	t.modSet(m, "platlibdir", str("lib"))
	t.modSet(m, "pycache_prefix", None)
	t.modSet(m, "base_prefix", str(""))
	t.modSet(m, "base_exec_prefix", str(""))
	t.modSet(m, "float_repr_style", str("short"))
	orig := []Value{str(exe)}
	for _, a := range vm.Args {
		orig = append(orig, str(a))
	}
	t.modSet(m, "orig_argv", t.NewList(orig...))
	t.modSet(m, "warnoptions", t.NewList())
	t.modSet(m, "prefix", str(""))
	t.modSet(m, "exec_prefix", str(""))
	t.initSysInfo(m)
	t.initUnraisable(m)
	t.modFuncs(m, sysState)
	t.initStreams(m)
	t.modFuncs(m, []Def{
		{"exit(status=None, /)", func(t *Thread, a []Value) Value {
			if a[0] == Unbound || a[0] == None {
				return t.RaiseArgs(t.VM.Exc.SystemExit)
			}
			if x := t.Items(a[0]); t.Is(a[0], KTuple) { // a tuple becomes the arguments
				var args []Value
				for i := 0; i < x.Len(); i++ {
					args = append(args, t.Ref(x.Get(i)))
				}
				return t.RaiseArgs(t.VM.Exc.SystemExit, args...)
			}
			return t.RaiseArgs(t.VM.Exc.SystemExit, t.Ref(a[0]))
		}},
		{"getrefcount(object, /)", func(t *Thread, a []Value) Value {
			if !a[0].IsPtr() {
				return t.NewInt(1000)
			}
			return t.NewInt(t.references(a[0]))
		}},
		{"getsizeof(object, default=None)", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.sizeOf(a[0]))) }},
		{"intern(string, /)", func(t *Thread, a []Value) Value {
			if !t.Is(a[0], KStr) {
				return t.Raise(t.VM.Exc.TypeError, "intern() argument must be str, not %s", t.TypeName(a[0]))
			}
			return t.Ref(t.VM.Intern(t.GoStr(a[0])))
		}},
		{"setswitchinterval(interval, /)", func(t *Thread, a []Value) Value {
			s, ok := t.Float64(a[0])
			if !ok {
				return Raised
			}
			if s <= 0 {
				return t.Raise(t.VM.Exc.ValueError, "switch interval must be strictly positive")
			}
			t.VM.Sched.SetSwitchInterval(time.Duration(s * 1e9))
			return None
		}},
		{"getswitchinterval()", func(t *Thread, a []Value) Value { return t.NewFloat(t.VM.Sched.SwitchInterval().Seconds()) }},
		{"getrecursionlimit()", func(t *Thread, a []Value) Value { return t.NewInt(atomic.LoadInt64(t.limit)) }},
		{"setrecursionlimit(limit, /)", func(t *Thread, a []Value) Value {
			n, ok := t.Index(a[0])
			if !ok {
				return Raised
			}
			if n < 1 {
				return t.Raise(t.VM.Exc.ValueError, "recursion limit must be greater or equal than 1")
			}
			if int(n) <= t.depth {
				return t.Raise(t.VM.Exc.RecursionError, "cannot set the recursion limit to %d at the recursion depth %d: the limit is too low", n, t.depth)
			}
			atomic.StoreInt64(t.limit, n)
			return None
		}},
		{"exc_info()", func(t *Thread, a []Value) Value {
			if t.Handled == Unbound || t.Handled == None {
				return t.NewTuple(None, None, None)
			}
			e := t.Handled
			return t.NewTuple(t.Ref(t.ClassOf(e).Value), t.Ref(e), t.lockedField(e, ExcTraceback))
		}},
		{"exception()", func(t *Thread, a []Value) Value {
			if t.Handled == Unbound {
				return None
			}
			return t.Ref(t.Handled)
		}},
		{"excepthook(exctype, value, traceback, /)", func(t *Thread, a []Value) Value {
			if t.Isa(a[1], KException) {
				t.VM.WriteErr(t.FormatException(a[1]))
			}
			return None
		}},
		{"displayhook(object, /)", func(t *Thread, a []Value) Value { return okNone(t.display(a[0])) }},
		{"_is_gil_enabled()", func(t *Thread, a []Value) Value { return refcount.Bool(t.VM.Strategy.Lock == LockGIL) }},
		{"_strategy()", func(t *Thread, a []Value) Value { return t.NewStr(t.VM.Strategy.String()) }},
		{"getfilesystemencoding()", func(t *Thread, a []Value) Value { return t.NewStr("utf-8") }},
		{"getdefaultencoding()", func(t *Thread, a []Value) Value { return t.NewStr("utf-8") }},
		{"set_int_max_str_digits(maxdigits)", func(t *Thread, a []Value) Value {
			n, ok := t.Index(a[0])
			if !ok {
				return Raised
			}
			if n != 0 && n < 640 {
				return t.Raise(t.VM.Exc.ValueError, "maxdigits must be 0 or larger than 640")
			}
			atomic.StoreInt64(&t.VM.maxDigits, n)
			return None
		}},
		{"get_int_max_str_digits()", func(t *Thread, a []Value) Value { return t.NewInt(atomic.LoadInt64(&t.VM.maxDigits)) }},
	})
	for _, n := range []string{"excepthook", "displayhook"} {
		t.modSet(m, "__"+n+"__", t.DictGetStr(t.Field(m, 0), vm.Intern(n)))
	}
	return true
}

func (t *Thread) goModuleNames() Value {
	var out []Value
	for _, n := range t.VM.GoModules() {
		out = append(out, t.NewStr(n))
	}
	return t.NewTuple(out...)
}

// sizeOf is the memory of an object's own slot and payload, in bytes.
func (t *Thread) sizeOf(v Value) int {
	if !v.IsPtr() {
		return 8
	}
	return t.VM.Heap.SizeOf(v)
}

// displayHook hands a value to sys.displayhook (the REPL's expression statements).
func (t *Thread) displayHook(v Value) bool {
	m := t.DictGetStr(t.VM.modules, t.VM.Intern("sys"))
	if m != Unbound {
		h := t.DictGetStr(t.Field(m, 0), t.VM.Intern("displayhook"))
		t.Decref(m)
		if h != Unbound {
			mark := t.Hold(h)
			r := t.Call(h, v)
			t.Unhold(mark)
			t.Decref(r)
			return r != Raised
		}
	}
	return t.display(v)
}

// display prints a value's repr and keeps it as _.
func (t *Thread) display(v Value) bool {
	if v == None {
		return true
	}
	s := t.Repr(v)
	if s == Raised {
		return false
	}
	t.WriteOut(t.GoStr(s) + "\n")
	t.Decref(s)
	return t.DictSetStr(t.VM.builtins, t.VM.Intern("_"), v)
}
