package vm

// This file registers the types of functions, methods, cells and generators.

import (
	"fmt"

	"toylang/refcount"
)

// strField is a str attribute kept in a field that may be Unbound: then dflt says it.
func strField(name string, i int, dflt func(t *Thread, v Value) Value) Getter {
	return Getter{name, func(t *Thread, v Value) Value {
		if x := t.lockedField(v, i); x != Unbound {
			return x
		}
		return dflt(t, v)
	}, func(t *Thread, v, x Value) bool {
		if (name == "__name__" || name == "__qualname__") && !t.IsStr(x) {
			t.Raise(t.VM.Exc.TypeError, "%s must be set to a string object", name)
			return false
		}
		t.putLocked(v, i, t.Ref(x))
		return true
	}}
}

// setFuncField sets a field of a function that holds None or an object of one kind.
func (t *Thread) setFuncField(name string, v Value, i int, x Value, kind Kind, what string) bool {
	if x != None && !t.Isa(x, kind) {
		t.Raise(t.VM.Exc.TypeError, "%s must be set to a %s object", name, what)
		return false
	}
	t.putLocked(v, i, t.Ref(x))
	return true
}

func orNone(name string, i int, kind Kind, what string) Getter {
	return Getter{name, func(t *Thread, v Value) Value {
		if x := t.lockedField(v, i); x != Unbound {
			return x
		}
		return None
	}, func(t *Thread, v, x Value) bool {
		if x == Unbound {
			x = None
		}
		return t.setFuncField(name, v, i, x, kind, what)
	}}
}

func (t *Thread) initGenerators() {
	t.defType(TypeDef{Kind: KFunction, Name: "function", Own: true, Final: true, HasDict: true, Methods: []Def{
		{"__call__(self, /, *args, **kwargs)", callIt},
		{"__get__(self, instance, owner=None, /)", func(t *Thread, a []Value) Value {
			if a[1] == None {
				return t.Ref(a[0])
			}
			return t.NewRecord(KMethod, t.Ref(a[0]), t.Ref(a[1]))
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			return t.NewStr(fmt.Sprintf("<function %s at %#x>", t.FuncNameOf(a[0], true), uint64(t.identityHash(a[0]))))
		}},
	}, Getters: []Getter{
		strField("__name__", FuncName, func(t *Thread, v Value) Value { return t.NewStr(t.FuncNameOf(v, false)) }),
		strField("__qualname__", FuncQual, func(t *Thread, v Value) Value { return t.NewStr(t.FuncNameOf(v, true)) }),
		strField("__doc__", FuncDoc, func(t *Thread, v Value) Value {
			if c := t.CodeFrom(v); c != nil && c.HasDoc {
				return t.NewStr(c.Doc)
			}
			return None
		}),
		strField("__module__", FuncModule, func(t *Thread, v Value) Value {
			if n := t.DictGetStr(t.Field(v, FuncGlobals), t.VM.names.name); n != Unbound {
				return n
			}
			return None
		}),
		orNone("__defaults__", FuncDefaults, KTuple, "tuple"), orNone("__kwdefaults__", FuncKwDefaults, KDict, "dict"),
		{"__annotations__", func(t *Thread, v Value) Value {
			if x := t.lockedField(v, FuncAnnot); x != Unbound && x != None {
				return x
			}
			d := t.NewDict()
			if d == Raised {
				return Raised
			}
			t.Lock(v)
			old := t.Field(v, FuncAnnot)
			first := old == Unbound || old == None
			if first {
				t.SetField(v, FuncAnnot, t.Ref(d))
			} else { // another thread was quicker
				t.Incref(old)
			}
			t.Unlock(v)
			if first {
				return d
			}
			t.Decref(d)
			return old
		}, func(t *Thread, v, x Value) bool {
			if x == Unbound {
				x = None // a new dict when asked for
			}
			return t.setFuncField("__annotations__", v, FuncAnnot, x, KDict, "dict")
		}},
		{"__closure__", func(t *Thread, v Value) Value { return t.lockedField(v, FuncClosure) }, func(t *Thread, _, _ Value) bool {
			t.Raise(t.VM.Exc.AttributeError, "readonly attribute")
			return false
		}}, fieldGetter("__globals__", FuncGlobals),
		{"__code__", func(t *Thread, v Value) Value { return t.NewRecord(KCode, t.Field(v, FuncCode)) }, nil},
	}})
	code := func(name string, f func(c *Code) any) Getter {
		return Getter{name, func(t *Thread, v Value) Value {
			c := t.VM.codeAt(uint32(t.Field(v, 0).Int()))
			if c == nil {
				return None
			}
			switch x := f(c).(type) {
			case int:
				return t.NewInt(int64(x))
			case string:
				return t.NewStr(x)
			case []string:
				var out []Value
				for _, s := range x {
					out = append(out, t.NewStr(s))
				}
				return t.NewTuple(out...)
			}
			return None
		}, nil}
	}
	t.defType(TypeDef{Kind: KCode, Name: "code", Own: true, Final: true, Getters: []Getter{
		code("co_name", func(c *Code) any { return c.Name }), code("co_qualname", func(c *Code) any { return c.Qual }),
		code("co_filename", func(c *Code) any { return c.File }), code("co_firstlineno", func(c *Code) any { return c.FirstLine }),
		code("co_argcount", func(c *Code) any { return c.NArgs }), code("co_kwonlyargcount", func(c *Code) any { return c.NKwOnly }),
		code("co_posonlyargcount", func(c *Code) any { return c.NPosOnly }), code("co_varnames", func(c *Code) any { return c.LocalNames }),
		code("co_freevars", func(c *Code) any { return c.FreeNames }), code("co_nlocals", func(c *Code) any { return c.NLocals }),
	}})
	builtinName := func(t *Thread, v Value) Value {
		if b := t.BuiltinOf(v); b != nil {
			return t.NewStr(b.Name)
		}
		return None
	}
	t.defType(TypeDef{Kind: KBuiltin, Name: "builtin_function_or_method", Own: true, Final: true, Methods: []Def{
		{"__call__(self, /, *args, **kwargs)", callIt},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			b := t.BuiltinOf(a[0])
			switch {
			case b == nil:
				return t.NewStr("<built-in function ?>")
			case b.wrapper():
				return t.NewStr(fmt.Sprintf("<slot wrapper '%s' of '%s' objects>", b.Name, b.Owner.Name))
			case b.Method:
				return t.NewStr(fmt.Sprintf("<method '%s' of '%s' objects>", b.Name, b.Owner.Name))
			}
			return t.NewStr(fmt.Sprintf("<built-in function %s>", b.Name))
		}},
	}, Getters: []Getter{
		{"__name__", builtinName, nil},
		{"__qualname__", func(t *Thread, v Value) Value {
			b := t.BuiltinOf(v)
			switch {
			case b == nil:
				return None
			case b.Owner == nil: // a module's function is called by its name alone
				return t.NewStr(b.Name)
			}
			return t.NewStr(b.qual())
		}, nil},
		{"__doc__", func(*Thread, Value) Value { return None }, nil},
		{"__module__", func(t *Thread, v Value) Value {
			b := t.BuiltinOf(v)
			switch {
			case b != nil && b.Owner != nil && t.Field(v, 1) != Unbound:
				return None
			case b != nil && b.Owner != nil:
				return t.Raise(t.VM.Exc.AttributeError, "'%s' object has no attribute '__module__'", t.classNameOf(t.TypeOf(v).Value))
			case b != nil && b.Module != "":
				return t.VM.Intern(b.Module)
			}
			return t.VM.Intern("builtins")
		}, nil},
		{"__self__", func(t *Thread, v Value) Value {
			if s := t.Field(v, 1); s != Unbound {
				return t.Ref(s)
			}
			return None
		}, nil},
	}})
	t.initWrapperTypes()
	t.initRefusedTypes()
	t.defType(TypeDef{Kind: KMethod, Name: "method", Own: true, Final: true, Static: []Def{
		{"__new__(cls, function, instance, /)", func(t *Thread, a []Value) Value {
			switch {
			case !t.callable(a[1]):
				return t.Raise(t.VM.Exc.TypeError, "first argument must be callable")
			case a[2] == None:
				return t.Raise(t.VM.Exc.TypeError, "instance must not be None")
			}
			return t.NewRecord(KMethod, t.Ref(a[1]), t.Ref(a[2]))
		}},
	}, Methods: []Def{
		{"__call__(self, /, *args, **kwargs)", callIt},
		{"__eq__(self, other, /)", func(t *Thread, a []Value) Value {
			if !t.Is(a[1], KMethod) {
				return NotImplemented
			}
			return refcount.Bool(t.Field(a[0], 0) == t.Field(a[1], 0) && t.Field(a[0], 1) == t.Field(a[1], 1))
		}},
		{"__hash__(self, /)", func(t *Thread, a []Value) Value {
			return t.NewInt(t.identityHash(t.Field(a[0], 0)) ^ t.identityHash(t.Field(a[0], 1)))
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			f, self := t.Field(a[0], 0), t.Field(a[0], 1)
			if b := t.BuiltinOf(f); b != nil {
				what := "built-in method " + b.Name
				if b.wrapper() {
					what = "method-wrapper '" + b.Name + "'"
				}
				return t.NewStr(fmt.Sprintf("<%s of %s object at %#x>", what, t.TypeName(self), uint64(t.identityHash(self))))
			}
			s := t.Repr(self)
			if s == Raised {
				return s
			}
			defer t.Decref(s)
			name := "?"
			if t.Is(f, KFunction) {
				name = t.FuncNameOf(f, true)
			}
			return t.NewStr(fmt.Sprintf("<bound method %s of %s>", name, t.GoStr(s)))
		}},
		{"__getattribute__(self, name, /)", func(t *Thread, a []Value) Value { return t.GetAttr(a[0], a[1]) }},
	}, Getters: []Getter{
		fieldGetter("__func__", 0), fieldGetter("__self__", 1),
		through("__name__"), through("__qualname__"), through("__doc__"), {"__module__", func(t *Thread, v Value) Value {
			if f := t.Field(v, 0); !t.Is(f, KBuiltin) {
				return t.GetAttr(f, t.VM.names.module)
			}
			return None
		}, nil}, through("__defaults__"),
		through("__annotations__"), through("__code__"), through("__wrapped__"),
	}})
	t.defType(TypeDef{Kind: KCell, Name: "cell", Own: true, Final: true, Getters: []Getter{
		{"cell_contents", func(t *Thread, v Value) Value {
			if x := t.lockedField(v, 0); x != Unbound {
				return x
			}
			return t.Raise(t.VM.Exc.ValueError, "Cell is empty")
		}, nil},
	}})
	t.defType(TypeDef{Kind: KGenerator, Name: "generator", Own: true, Final: true, Methods: []Def{
		{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(a[0]) }},
		{"__next__(self, /)", func(t *Thread, a []Value) Value { return t.genResult(t.GenSend(a[0], None)) }},
		{"send(self, value, /)", func(t *Thread, a []Value) Value { return t.genResult(t.GenSend(a[0], a[1])) }},
		{"throw(self, typ, val=None, tb=None, /)", func(t *Thread, a []Value) Value {
			e := a[0+1]
			var x Value
			if a[2] != Unbound && a[2] != None && t.ClassFrom(e) != nil {
				if t.Isa(a[2], KException) {
					x = t.Ref(a[2])
				} else if x = t.Call(e, a[2]); x == Raised {
					return x
				}
			} else if x = t.asException(e, fmt.Sprintf("exceptions must be classes or instances deriving from BaseException, not %s", t.TypeName(e))); x == Raised {
				return x
			}
			if a[2] != Unbound && a[2] != None && t.ClassFrom(e) == nil {
				t.Decref(x)
				return t.Raise(t.VM.Exc.TypeError, "instance exception may not have a separate value")
			}
			raw := a[1:]
			for len(raw) > 1 && raw[len(raw)-1] == Unbound {
				raw = raw[:len(raw)-1]
			}
			return t.genResult(t.genThrow(a[0], x, raw))
		}},
		{"close(self, /)", func(t *Thread, a []Value) Value { return okNone(t.GenClose(a[0])) }},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			return t.NewStr(fmt.Sprintf("<generator object %s at %#x>", t.FuncNameOf(t.Field(a[0], GenFunc), true), uint64(t.identityHash(a[0]))))
		}},
	}, Getters: []Getter{
		{"__name__", func(t *Thread, v Value) Value { return t.NewStr(t.FuncNameOf(t.Field(v, GenFunc), false)) }, nil},
		{"__qualname__", func(t *Thread, v Value) Value { return t.NewStr(t.FuncNameOf(t.Field(v, GenFunc), true)) }, nil},
		{"gi_running", func(t *Thread, v Value) Value {
			return refcount.Bool(t.Field(v, GenState) == refcount.SmallInt(genRunning) || t.delegating(v))
		}, nil},
		{"gi_frame", func(t *Thread, v Value) Value {
			if t.Field(v, GenState) == refcount.SmallInt(genDone) {
				return None
			}
			return True
		}, nil},
	}})
}

// through reads an attribute of a method's function.
func through(name string) Getter {
	return Getter{name, func(t *Thread, v Value) Value { return t.GetAttrStr(t.Field(v, 0), name) }, nil}
}

// callIt is __call__ of the callable types.
func callIt(t *Thread, a []Value) Value {
	var args []Value
	for i, x := 0, t.Items(a[1]); i < x.Len(); i++ {
		args = append(args, x.Get(i))
	}
	return t.callWithDict(a[0], args, a[2])
}

// genResult is what __next__ and send give: a StopIteration at the end.
func (t *Thread) genResult(r Value, done bool) Value {
	if r == Raised || !done {
		return r
	}
	if r == None {
		return t.RaiseArgs(t.VM.Exc.StopIteration)
	}
	return t.RaiseArgs(t.VM.Exc.StopIteration, r)
}
