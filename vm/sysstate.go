package vm

// This file holds the functions of sys about the machine's state, and about the hooks that toy has not.

import "fmt"

// sysState are those functions.
var sysState = []Def{
	{"getfilesystemencodeerrors()", func(t *Thread, a []Value) Value { return t.NewStr("surrogateescape") }},
	{"is_finalizing()", func(t *Thread, a []Value) Value { return boolValue(t.VM.stopping.Load()) }},
	{"getallocatedblocks()", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.VM.Heap.Allocs.Load())) }},
	{"gettrace()", func(t *Thread, a []Value) Value { return None }},
	{"getprofile()", func(t *Thread, a []Value) Value { return None }},
	noHook("settrace"), noHook("setprofile"),
	{"audit(event, /, *args)", func(t *Thread, a []Value) Value {
		if !t.IsStr(a[0]) {
			return t.Raise(t.VM.Exc.TypeError, "expected str for argument 'event', not %s", t.TypeName(a[0]))
		}
		return None
	}},
	{"addaudithook(hook)", func(t *Thread, a []Value) Value {
		return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support sys.addaudithook()")
	}},
	{"get_coroutine_origin_tracking_depth()", func(t *Thread, a []Value) Value { return t.NewInt(0) }},
}

// noHook is a function that takes None, and refuses a hook.
func noHook(name string) Def {
	return Def{fmt.Sprintf("%s(function, /)", name), func(t *Thread, a []Value) Value {
		if a[0] == None {
			return None
		}
		return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support sys.%s()", name)
	}}
}

func boolValue(b bool) Value {
	if b {
		return True
	}
	return False
}
