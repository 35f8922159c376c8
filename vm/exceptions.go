package vm

// This file registers the exception classes and their methods.

import (
	"strings"

	"toylang/vm/text"
)

// excTree is the built-in exception hierarchy: each name under the one that is less indented.
const excTree = `BaseException
 SystemExit
 KeyboardInterrupt
 GeneratorExit
 Exception
  StopIteration
  StopAsyncIteration
  ArithmeticError
   FloatingPointError
   OverflowError
   ZeroDivisionError
  AssertionError
  AttributeError
  BufferError
  EOFError
  ImportError
   ModuleNotFoundError
  LookupError
   IndexError
   KeyError
  MemoryError
  NameError
   UnboundLocalError
  OSError
   BlockingIOError
   ChildProcessError
   ConnectionError
    BrokenPipeError
    ConnectionAbortedError
    ConnectionRefusedError
    ConnectionResetError
   FileExistsError
   FileNotFoundError
   InterruptedError
   IsADirectoryError
   NotADirectoryError
   PermissionError
   ProcessLookupError
   TimeoutError
  ReferenceError
  RuntimeError
   NotImplementedError
   RecursionError
  SyntaxError
   IndentationError
    TabError
  SystemError
  TypeError
  ValueError
   UnicodeError
    UnicodeDecodeError
    UnicodeEncodeError
    UnicodeTranslateError
  Warning
   DeprecationWarning
   PendingDeprecationWarning
   RuntimeWarning
   SyntaxWarning
   UserWarning
   FutureWarning
   ImportWarning
   UnicodeWarning
   BytesWarning
   ResourceWarning
   EncodingWarning`

func (t *Thread) initExceptions() {
	vm := t.VM
	var path []*Class
	for _, line := range strings.Split(excTree, "\n") {
		name := strings.TrimLeft(line, " ")
		depth := len(line) - len(name)
		base := vm.kinds[KObject]
		if depth > 0 {
			base = path[depth-1]
		}
		c := t.rawClass(name, KException, base)
		c.HasDict = true
		path = append(path[:depth], c)
		if depth == 0 {
			vm.kinds[KException] = c
		}
		vm.setExc(c)
		t.DictSetStr(vm.builtins, vm.Intern(name), c.Value)
		if name == "OSError" {
			t.DictSetStr(vm.builtins, vm.Intern("IOError"), c.Value)
			t.DictSetStr(vm.builtins, vm.Intern("EnvironmentError"), c.Value)
		}
	}
	t.fill(vm.Exc.BaseException, TypeDef{
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", excNew}},
		Methods: []Def{
			{"__init__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				if t.DictLen(a[2]) > 0 {
					return t.Raise(t.VM.Exc.TypeError, "%s() takes no keyword arguments", t.TypeName(a[0]))
				}
				t.putLocked(a[0], ExcArgs, t.Ref(a[1]))
				return None
			}},
			{"__str__(self, /)", func(t *Thread, a []Value) Value { return t.excStr(a[0]) }},
			{"__repr__(self, /)", excRepr},
			{"with_traceback(self, tb, /)", func(t *Thread, a []Value) Value {
				if !setTraceback(t, a[0], a[1]) {
					return Raised
				}
				return t.Ref(a[0])
			}},
			{"add_note(self, note, /)", func(t *Thread, a []Value) Value {
				if !t.IsStr(a[1]) {
					return t.Raise(t.VM.Exc.TypeError, "note must be a str, not '%s'", t.TypeName(a[1]))
				}
				name := t.VM.Intern("__notes__")
				l := t.LookupAttr(a[0], name)
				if l == Unbound {
					l = t.NewList()
					t.SetAttr(a[0], name, l)
				}
				defer t.Decref(l)
				return okNone(l != Raised && t.ListAppend(l, a[1]))
			}},
			{"__setstate__(self, state, /)", func(t *Thread, a []Value) Value {
				if a[1] == None {
					return None
				}
				if !t.Isa(a[1], KDict) {
					return t.Raise(t.VM.Exc.TypeError, "state is not a dictionary")
				}
				d := t.attrDict(a[0], true)
				return okNone(d != Raised && t.DictUpdate(d, a[1]))
			}},
		},
		Getters: []Getter{
			{"args", func(t *Thread, v Value) Value { return t.lockedField(v, ExcArgs) }, func(t *Thread, v, x Value) bool {
				if x == Unbound {
					t.Raise(t.VM.Exc.TypeError, "args may not be deleted")
					return false
				}
				tup := t.TupleOf(x)
				if tup == Raised {
					return false
				}
				t.putLocked(v, ExcArgs, tup)
				return true
			}},
			{"__traceback__", func(t *Thread, v Value) Value { return t.lockedField(v, ExcTraceback) }, setTraceback},
			{"__cause__", func(t *Thread, v Value) Value { return t.lockedField(v, ExcCause) }, func(t *Thread, v, x Value) bool {
				if !t.excOrNone(x, "cause") {
					return false
				}
				t.putLocked(v, ExcCause, t.Ref(x))
				t.SetField(v, ExcSuppress, True)
				return true
			}},
			{"__context__", func(t *Thread, v Value) Value { return t.lockedField(v, ExcContext) }, func(t *Thread, v, x Value) bool {
				if !t.excOrNone(x, "context") {
					return false
				}
				t.putLocked(v, ExcContext, t.Ref(x))
				return true
			}},
			{"__suppress_context__", func(t *Thread, v Value) Value { return t.Field(v, ExcSuppress) }, func(t *Thread, v, x Value) bool {
				b, ok := t.Truth(x)
				if ok {
					if b {
						t.SetField(v, ExcSuppress, True)
					} else {
						t.SetField(v, ExcSuppress, False)
					}
				}
				return ok
			}},
		},
	})
	vm.names.excNew, _ = t.Lookup(vm.Exc.BaseException, vm.slotNames[SlotNew])
	vm.names.excInit, _ = t.Lookup(vm.Exc.BaseException, vm.slotNames[SlotInit])
	vm.names.excArgs, _ = t.Lookup(vm.Exc.BaseException, vm.Intern("args"))
	t.defMethods(vm.Exc.KeyError, []Def{{"__str__(self, /)", func(t *Thread, a []Value) Value {
		m := t.Hold(t.lockedField(a[0], ExcArgs))
		defer t.Unhold(m)
		if x := t.Items(t.Held(m)); x.Len() == 1 {
			return t.Repr(x.Get(0))
		}
		return t.excStr(a[0])
	}}})
	t.fill(vm.Exc.StopIteration, TypeDef{Getters: []Getter{excArg("value")}})
	t.fill(vm.Exc.SystemExit, TypeDef{Getters: []Getter{excArg("code")}})
	t.fill(vm.Exc.NameError, TypeDef{Methods: []Def{{"__init__(self, /, *args, **kwargs)", initWith("NameError", "name")}}, Getters: []Getter{excField("name")}})
	t.fill(vm.Exc.AttributeError, TypeDef{Methods: []Def{{"__init__(self, /, *args, **kwargs)", initWith("AttributeError", "name", "obj")}}, Getters: []Getter{excField("name"), excField("obj")}})
	t.fill(vm.Exc.ImportError, TypeDef{Methods: []Def{{"__init__(self, /, *args, **kwargs)", initWith("ImportError", "name", "path")}, {"__str__(self, /)", importStr}}, Getters: []Getter{excField("name"), excField("path"), excArg("msg")}})
	t.fill(vm.Exc.OSError, TypeDef{
		Static:  []Def{{"__new__(cls, /, *args, **kwargs)", osErrorNew}},
		Methods: []Def{{"__str__(self, /)", osErrorStr}, {"__init__(self, /, *args, **kwargs)", osErrorInit}},
		Getters: []Getter{excField("errno"), excField("strerror"), excField("filename"), excField("filename2")},
	})
	for _, c := range []*Class{vm.Exc.UnicodeDecodeError, vm.Exc.UnicodeEncodeError} {
		t.fill(c, TypeDef{
			Methods: []Def{{"__init__(self, /, *args)", unicodeInit}, {"__str__(self, /)", unicodeStr}},
			Getters: []Getter{excField("encoding"), excField("object"), excField("start"), excField("end"), excField("reason")},
		})
	}
	t.fill(vm.Exc.SyntaxError, TypeDef{
		Methods: []Def{{"__str__(self, /)", syntaxStr}, {"__init__(self, /, *args)", syntaxInit}},
		Getters: []Getter{excArg("msg"), excField("filename"), excField("lineno"), excField("offset"), excField("text"), excField("end_lineno"), excField("end_offset"), excField("print_file_and_line")},
	})
	for _, c := range []*Class{vm.Exc.BaseException, vm.Exc.StopIteration, vm.Exc.SystemExit, vm.Exc.NameError, vm.Exc.AttributeError,
		vm.Exc.ImportError, vm.Exc.OSError, vm.Exc.UnicodeDecodeError, vm.Exc.UnicodeEncodeError, vm.Exc.SyntaxError} {
		c.Solid = true // their instances have parts of their own
	}
}

func (t *Thread) excOrNone(x Value, what string) bool {
	if x == Unbound {
		t.Raise(t.VM.Exc.TypeError, "__%s__ may not be deleted", what)
		return false
	}
	if x == None || t.Isa(x, KException) {
		return true
	}
	t.Raise(t.VM.Exc.TypeError, "exception %s must be None or derive from BaseException", what)
	return false
}

func setTraceback(t *Thread, v, x Value) bool {
	if x == Unbound {
		t.Raise(t.VM.Exc.TypeError, "__traceback__ may not be deleted")
		return false
	}
	if x != None && !t.Is(x, KTraceback) {
		t.Raise(t.VM.Exc.TypeError, "__traceback__ must be a traceback or None")
		return false
	}
	t.putLocked(v, ExcTraceback, t.Ref(x))
	return true
}

// excNew is BaseException.__new__.
func excNew(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil || c.Kind != KException {
		return t.raiseNotSubtype("BaseException", a[0])
	}
	e := t.NewExc(c)
	if e != Raised {
		t.PutField(e, ExcArgs, t.Ref(a[1]))
	}
	return e
}

// excStr is BaseException.__str__.
func (t *Thread) excStr(e Value) Value {
	args := t.lockedField(e, ExcArgs)
	m := t.Hold(args)
	defer t.Unhold(m)
	switch x := t.Items(args); x.Len() {
	case 0:
		return t.NewStr("")
	case 1:
		return t.Str(x.Get(0))
	}
	return t.Str(args)
}

func excRepr(t *Thread, a []Value) Value {
	args := t.lockedField(a[0], ExcArgs)
	m := t.Hold(args)
	defer t.Unhold(m)
	x := t.Items(args)
	var s Value
	if x.Len() == 1 {
		s = t.Repr(x.Get(0))
	} else {
		s = t.Repr(args)
	}
	if s == Raised {
		return Raised
	}
	defer t.Decref(s)
	out := t.GoStr(s)
	if x.Len() == 1 {
		out = "(" + out + ")"
	}
	return t.NewStr(t.TypeName(a[0]) + out)
}

// raiseFrom is the raise statement with an operand; cause is Unbound without "from". Both are borrowed.
func (t *Thread) raiseFrom(exc, cause Value) {
	e := t.asException(exc, "exceptions must derive from BaseException")
	if e == Raised {
		return
	}
	if cause != Unbound {
		m := t.Hold(e)
		c := None
		if cause != None {
			if c = t.asException(cause, "exception causes must derive from BaseException"); c == Raised {
				t.Unhold(m)
				return
			}
		}
		e = t.Release(m)
		t.putLocked(e, ExcCause, c)
		t.SetField(e, ExcSuppress, True)
	}
	t.RaiseValue(e)
}

// asException gives an exception for an exception or a class of exceptions (owned).
func (t *Thread) asException(v Value, complaint string) Value {
	if t.Isa(v, KException) {
		return t.Ref(v)
	}
	if c := t.ClassFrom(v); c != nil && c.Sub(t.VM.Exc.BaseException) {
		e := t.Call(v)
		if e != Raised && !t.Isa(e, KException) {
			name := t.TypeName(e)
			t.Decref(e)
			return t.Raise(t.VM.Exc.TypeError, "calling %s should have returned an instance of BaseException, not <class '%s'>", t.classRepr(v), name)
		}
		return e
	}
	return t.Raise(t.VM.Exc.TypeError, "%s", complaint)
}

// MatchExc reports whether an except clause for cls (a class or a tuple of classes) catches e.
func (t *Thread) MatchExc(e, cls Value) (match, ok bool) {
	if t.limited && e == t.limitExc {
		return false, true // a limit's exception cannot be caught
	}
	if t.caught(e, cls) {
		return true, true
	}
	if c := t.ClassFrom(cls); c != nil && c.Sub(t.VM.Exc.BaseException) {
		return t.IsInstance(e, c), true
	}
	if t.Is(cls, KTuple) {
		x := t.Items(cls)
		for i := 0; i < x.Len(); i++ {
			if c := t.ClassFrom(x.Get(i)); c == nil || !c.Sub(t.VM.Exc.BaseException) {
				t.Raise(t.VM.Exc.TypeError, "catching classes that do not inherit from BaseException is not allowed")
				return false, false
			}
		}
		for i := 0; i < x.Len(); i++ {
			if t.IsInstance(e, t.ClassFrom(x.Get(i))) {
				return true, true
			}
		}
		return false, true
	}
	t.Raise(t.VM.Exc.TypeError, "catching classes that do not inherit from BaseException is not allowed")
	return false, false
}

// RaiseText raises what package text reports.
func (t *Thread) RaiseText(err error) Value {
	if e, ok := err.(*text.Error); ok {
		v := t.DictGetStr(t.VM.builtins, t.VM.Intern(e.Kind))
		c := t.ClassFrom(v)
		t.Decref(v)
		if c != nil {
			return t.Raise(c, "%s", e.Msg)
		}
	}
	return t.Raise(t.VM.Exc.ValueError, "%s", err.Error())
}

// raiseNotSubtype is the TypeError of name.__new__(x) where x is no class below it.
func (t *Thread) raiseNotSubtype(name string, x Value) Value {
	c := t.ClassFrom(x)
	if c == nil {
		return t.Raise(t.VM.Exc.TypeError, "%s.__new__(X): X is not a type object (%s)", name, t.TypeName(x))
	}
	return t.Raise(t.VM.Exc.TypeError, "%s.__new__(%s): %s is not a subtype of %s", name, c.Name, c.Name, name)
}
