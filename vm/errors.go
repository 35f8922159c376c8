package vm

// This file raises exceptions from Go code.

import (
	"fmt"

	"toylang/refcount"
)

// The fields of an exception record, in the order in which CPython drops them. Instances of every exception class have this
// layout.
const (
	ExcFields    = iota // dict of what the class itself keeps (errno, name, __slots__ …), or Unbound
	ExcAttrs            // dict or Unbound
	ExcArgs             // tuple
	ExcTraceback        // traceback or None
	ExcCause            // exception or None
	ExcContext          // exception or None
	ExcSuppress         // bool: __suppress_context__
	ExcFieldCount
)

// ExcClasses are the exception classes that Go code raises; boot fills every field by its name.
type ExcClasses struct {
	BaseException, Exception, ArithmeticError, AssertionError, AttributeError, BlockingIOError, BrokenPipeError,
	BufferError, BytesWarning, ChildProcessError, ConnectionAbortedError, ConnectionError, ConnectionRefusedError,
	ConnectionResetError, DeprecationWarning, EOFError, EncodingWarning, FileExistsError, FileNotFoundError,
	FloatingPointError, FutureWarning, GeneratorExit, ImportError, ImportWarning, IndentationError, IndexError,
	InterruptedError, IsADirectoryError, KeyError, KeyboardInterrupt, LookupError, MemoryError, ModuleNotFoundError,
	NameError, NotADirectoryError, NotImplementedError, OSError, OverflowError, PendingDeprecationWarning,
	PermissionError, ProcessLookupError, RecursionError, ReferenceError, ResourceWarning, RuntimeError, RuntimeWarning,
	StopAsyncIteration, StopIteration, SyntaxError, SyntaxWarning, SystemError, SystemExit, TabError, TimeoutError,
	TypeError, UnboundLocalError, UnicodeDecodeError, UnicodeEncodeError, UnicodeError, UnicodeTranslateError,
	UnicodeWarning, UserWarning, ValueError, Warning, ZeroDivisionError *Class
}

// NewExc makes an exception of the class with the given arguments, which it takes over. No __init__ is called.
func (t *Thread) NewExc(c *Class, args ...Value) Value {
	a := t.NewTuple(args...)
	if a == Raised {
		return Raised
	}
	return t.excOf(c, a)
}

// excOf makes an exception of the class with a tuple of arguments (stolen).
func (t *Thread) excOf(c *Class, args Value) Value {
	if e := t.quickExc(c, args); e != Unbound {
		return e
	}
	m := t.Hold(args)
	e := t.NewInstance(c)
	args = t.Release(m)
	if e == Raised {
		t.Decref(args)
		return Raised
	}
	f := t.Fields(e) // nobody else has it yet
	f.Set(ExcArgs, args)
	f.Set(ExcTraceback, None)
	f.Set(ExcCause, None)
	f.Set(ExcContext, None)
	f.Set(ExcSuppress, False)
	return e
}

// Raise sets the thread's exception to one of the class with a message, and gives Raised.
func (t *Thread) Raise(c *Class, format string, args ...any) Value {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	s := t.NewStr(msg)
	if s == Raised {
		return Raised
	}
	return t.RaiseArgs(c, s)
}

// RaiseArgs is Raise with argument values, which it takes over.
func (t *Thread) RaiseArgs(c *Class, args ...Value) Value {
	e := t.NewExc(c, args...)
	if e == Raised {
		return Raised
	}
	return t.RaiseValue(e)
}

// RaiseValue makes e (whose reference it takes over) the thread's exception, with what is being handled as its context,
// and gives Raised.
func (t *Thread) RaiseValue(e Value) Value {
	t.setContext(e)
	old := t.Exc
	t.Exc = e
	t.Decref(old)
	return Raised
}

// setContext sets e.__context__ to what is being handled, without making a cycle.
func (t *Thread) setContext(e Value) {
	h := t.Handled
	if h == Unbound || h == None || h == e || !t.Isa(e, KException) {
		return
	}
	o := t.Ref(h)
	for n := 0; t.Isa(o, KException) && n < 1000; n++ { // break a chain that leads back to e
		c := t.lockedField(o, ExcContext)
		if c == e {
			t.putLocked(o, ExcContext, None)
			t.Decref(c)
			break
		}
		t.Decref(o)
		o = c
	}
	t.Decref(o)
	t.putLocked(e, ExcContext, t.Ref(h))
}

// TakeExc takes the exception being raised (owned); Unbound when there is none.
func (t *Thread) TakeExc() Value {
	e := t.Exc
	t.Exc = Unbound
	t.Keep(e)
	return e
}

// Catch takes the exception being raised if it is an instance of the class, drops it and reports true.
func (t *Thread) Catch(c *Class) bool {
	if t.Exc != Unbound && t.IsInstance(t.Exc, c) {
		t.Decref(t.TakeExc())
		return true
	}
	return false
}

// IsInstance reports whether v's class is c or derives from it (no __instancecheck__).
func (t *Thread) IsInstance(v Value, c *Class) bool { return t.ClassOf(v).Sub(c) }

// raiseMemory sets a MemoryError without needing memory: the machine keeps one made at start.
func (t *Thread) raiseMemory() {
	if t.Exc == Unbound {
		t.Exc = t.Ref(t.VM.names.memoryError)
	}
}

// ownMemoryError replaces the machine's MemoryError, which all threads share, by one that can have a traceback and a
// context, if there is memory for it: most often it was one big object that did not fit.
func (t *Thread) ownMemoryError() {
	shared := t.TakeExc()
	if e := t.NewExc(t.VM.Exc.MemoryError); e != Raised {
		t.RaiseValue(e)
		t.Decref(shared)
		return
	}
	t.Decref(t.TakeExc())
	t.Exc = shared
}

// TypeName is the class's name for error messages.
func (t *Thread) TypeName(v Value) string { return t.TypeOf(v).Name }

// argTypeName is TypeName in CPython's messages about arguments of a wrong type.
func (t *Thread) argTypeName(v Value) string {
	if v == None {
		return "None"
	}
	return t.TypeName(v)
}

// wellKnown are objects that Go code needs at hand (borrowed from the machine).
type wellKnown struct {
	emptyTuple, emptyStr, memoryError          Value
	objectNew, objectInit                      Value // object's own special methods, as class attributes
	excNew, excInit, excArgs                   Value // BaseException's
	objectGetAttr, objectSetAttr               Value
	objectDelAttr                              Value
	name, dict, class, doc, module, qualname   Value
	init, new, file, builtins, main, classcell Value
	annotations, slots, all, path, setName     Value
}

func (vm *VM) internAll() {
	n := &vm.names
	for _, w := range []struct { // in this order: a run is the same from its first slot on
		p *Value
		s string
	}{
		{&n.emptyStr, ""}, {&n.name, "__name__"}, {&n.dict, "__dict__"}, {&n.class, "__class__"}, {&n.doc, "__doc__"},
		{&n.module, "__module__"}, {&n.qualname, "__qualname__"}, {&n.init, "__init__"}, {&n.new, "__new__"}, {&n.file, "__file__"},
		{&n.builtins, "__builtins__"}, {&n.main, "__main__"}, {&n.classcell, "__classcell__"},
		{&n.annotations, "__annotations__"}, {&n.slots, "__slots__"}, {&n.all, "__all__"}, {&n.path, "__path__"},
		{&n.setName, "__set_name__"},
	} {
		*w.p = vm.Intern(w.s)
	}
	for i, w := range slotWords {
		vm.slotNames[i] = vm.Intern(w)
	}
	_ = refcount.None
}
