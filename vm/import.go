package vm

// This file imports modules: Go's primitives, the library written in toy, and files beside the program.

import (
	"sort"
	"strings"
)

// NewModule makes a module object and puts it into sys.modules.
func (t *Thread) NewModule(name string) Value {
	d := t.NewNamespace()
	if d == Raised {
		return d
	}
	n := t.VM.Intern(name)
	t.DictSetStr(d, t.VM.names.name, n)
	t.DictSetStr(d, t.VM.names.doc, None)
	m := t.NewRecord(KModule, d)
	if m != Raised {
		t.DictSetStr(t.VM.modules, n, m)
	}
	return m
}

// modSet stores a value (which it takes over) in a module.
func (t *Thread) modSet(m Value, name string, v Value) {
	t.DictSetStr(t.Field(m, 0), t.VM.Intern(name), v)
	t.Decref(v)
}

// modFuncs adds functions to a module.
func (t *Thread) modFuncs(m Value, defs []Def) {
	name := t.DictGetStr(t.Field(m, 0), t.VM.names.name)
	for _, d := range defs {
		b := parseSig(d.Sig)
		b.Fn, b.Module = d.Fn, t.GoStr(name)
		t.DictSetStr(t.Field(m, 0), t.VM.Intern(b.Name), t.newBuiltin(b, Unbound))
	}
	t.Decref(name)
}

// privatePrefix begins the names of the library's modules that CPython has not: other files find no such module.
const privatePrefix = "_toy_"

// inLibrary reports that the running function stands in a file of the library.
func (t *Thread) inLibrary() bool {
	c := t.CodeFrom(t.callerFunc(0))
	return c != nil && strings.HasPrefix(c.File, "<toy>/")
}

// Import is the import statement: the module named, or with from the last one of a dotted name (owned).
func (t *Thread) Import(name Value, level int, from bool, globals Value) Value {
	full := t.GoStr(name)
	if strings.HasPrefix(full, privatePrefix) && !t.inLibrary() {
		return t.noModule(full, full)
	}
	if level > 0 {
		pkg := ""
		if globals != Unbound {
			if v := t.DictGetStr(globals, t.VM.Intern("__package__")); v != Unbound {
				if t.IsStr(v) {
					pkg = t.GoStr(v)
				}
				t.Decref(v)
			}
		}
		if pkg == "" {
			return t.Raise(t.VM.Exc.ImportError, "attempted relative import with no known parent package")
		}
		for ; level > 1; level-- {
			i := strings.LastIndexByte(pkg, '.')
			if i < 0 {
				return t.Raise(t.VM.Exc.ImportError, "attempted relative import beyond top-level package")
			}
			pkg = pkg[:i]
		}
		if full == "" {
			full = pkg
		} else {
			full = pkg + "." + full
		}
		from = true
	}
	var first Value = Unbound
	parts := strings.Split(full, ".")
	for i := range parts {
		m := t.importOne(strings.Join(parts[:i+1], "."), full)
		if m == Raised {
			t.Decref(first)
			return Raised
		}
		if i == 0 {
			first = t.Ref(m)
		}
		if i == len(parts)-1 && from {
			t.Decref(first)
			return m
		}
		t.Decref(m)
	}
	return first
}

// importOne imports one module of a dotted name whose parents are imported already.
func (t *Thread) importOne(name, full string) Value {
	vm := t.VM
	key := vm.Intern(name)
	if m := t.DictGetStr(vm.modules, key); m != Unbound {
		if m == None {
			return t.Raise(vm.Exc.ModuleNotFoundError, "import of %s halted; None in sys.modules", name)
		}
		return m
	}
	vm.importLock.Acquire(&t.Thread, -1, "the import lock")
	defer func() { _ = vm.importLock.Release(&t.Thread) }()
	if m := t.DictGetStr(vm.modules, key); m != Unbound {
		return m
	}
	if init := vm.goModules[name]; init != nil {
		m := t.NewModule(name)
		if m == Raised {
			return m
		}
		h := t.Hold(m)
		if !init(t, m) {
			t.Unhold(h)
			return Raised
		}
		m = t.Release(h)
		t.bindInParent(name, m)
		return m
	}
	if vm.Load == nil {
		return t.noModule(name, full)
	}
	code, file, pkg, err := vm.Load.Module(name, t.sysPath())
	if err != nil {
		t.Raise(vm.Exc.SyntaxError, "%s", err.Error())
		return Raised
	}
	if code == nil {
		return t.noModule(name, full)
	}
	c, ok := vm.load(t, code)
	if !ok {
		return Raised
	}
	m := t.NewModule(name)
	if m == Raised {
		return m
	}
	h := t.Hold(m)
	t.modSet(m, "__file__", t.NewStr(file))
	if pkg {
		t.modSet(m, "__package__", t.NewStr(name))
		t.modSet(m, "__path__", t.NewList(t.NewStr(strings.TrimSuffix(file, "/__init__.toy"))))
	} else if i := strings.LastIndexByte(name, '.'); i >= 0 {
		t.modSet(m, "__package__", t.NewStr(name[:i]))
	} else {
		t.modSet(m, "__package__", t.NewStr(""))
	}
	if !t.RunModule(c, m) {
		t.Decref(t.DictPop(vm.modules, key))
		t.Unhold(h)
		return Raised
	}
	m = t.Release(h)
	t.bindInParent(name, m)
	return m
}

// RunModule runs a module's code in its namespace.
func (t *Thread) RunModule(c *Code, m Value) bool {
	if b := t.DictGetStr(t.Field(m, 0), t.VM.names.builtins); b == Unbound {
		t.DictSetStr(t.Field(m, 0), t.VM.names.builtins, t.VM.builtins)
	} else {
		t.Decref(b)
	}
	f := t.NewFunction(c, t.Ref(t.Field(m, 0)), None, None, None, None)
	if f == Raised {
		return false
	}
	h := t.Hold(f)
	r := t.Call(f)
	t.Unhold(h)
	t.Decref(r)
	return r != Raised
}

func (t *Thread) bindInParent(name string, m Value) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return
	}
	p := t.DictGetStr(t.VM.modules, t.VM.Intern(name[:i]))
	if p != Unbound {
		t.SetAttr(p, t.VM.Intern(name[i+1:]), m)
		t.Decref(p)
	}
}

func (t *Thread) noModule(name, full string) Value {
	parent := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		p := t.DictGetStr(t.VM.modules, t.VM.Intern(name[:i]))
		if p != Unbound {
			if d := t.DictGetStr(t.Field(p, 0), t.VM.names.path); d == Unbound {
				parent = "; '" + name[:i] + "' is not a package"
			} else {
				t.Decref(d)
			}
			t.Decref(p)
		}
	}
	t.Raise(t.VM.Exc.ModuleNotFoundError, "No module named '%s'%s", name, parent)
	if t.Exc != Unbound && t.IsInstance(t.Exc, t.VM.Exc.ImportError) {
		n := t.NewStr(name)
		t.SetAttr(t.Exc, t.VM.Intern("name"), n)
		t.Decref(n)
	}
	return Raised
}

// GoModules lists the modules written in Go that programs may import.
func (vm *VM) GoModules() []string {
	var out []string
	for n := range vm.goModules {
		if !strings.HasPrefix(n, "_") {
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}

// sysPath reads sys.path.
func (t *Thread) sysPath() []string {
	m := t.DictGetStr(t.VM.modules, t.VM.Intern("sys"))
	if m == Unbound {
		return t.VM.Path
	}
	defer t.Decref(m)
	p := t.DictGetStr(t.Field(m, 0), t.VM.Intern("path"))
	if p == Unbound {
		return t.VM.Path
	}
	defer t.Decref(p)
	var out []string
	t.Each(p, func(v Value) bool {
		if t.IsStr(v) {
			out = append(out, t.GoStr(v))
		}
		return true
	})
	return out
}

// ImportFrom is `from m import name` (owned).
func (t *Thread) ImportFrom(m, name Value) Value {
	v := t.LookupAttr(m, name)
	if v != Unbound {
		return v
	}
	mod, file := "<unknown module name>", "unknown location"
	if t.Is(m, KModule) {
		d := t.Field(m, 0)
		if n := t.DictGetStr(d, t.VM.names.name); n != Unbound {
			mod = t.GoStr(n)
			t.Decref(n)
			sub := t.DictGetStr(t.VM.modules, t.VM.Intern(mod+"."+t.GoStr(name)))
			if sub != Unbound {
				return sub
			}
			if p := t.DictGetStr(d, t.VM.names.path); p != Unbound {
				t.Decref(p)
				r := t.importOne(mod+"."+t.GoStr(name), mod)
				if r != Raised || !t.IsInstance(t.Exc, t.VM.Exc.ModuleNotFoundError) {
					return r
				}
				t.Decref(t.TakeExc())
			}
		}
		if f := t.DictGetStr(d, t.VM.names.file); f != Unbound {
			file = t.GoStr(f)
			t.Decref(f)
		}
	}
	t.Raise(t.VM.Exc.ImportError, "cannot import name '%s' from '%s' (%s)", t.GoStr(name), mod, file)
	if e := t.Exc; e != Unbound && t.IsInstance(e, t.VM.Exc.ImportError) {
		for i, s := range []string{mod, file} {
			if s == "<unknown module name>" || s == "unknown location" {
				continue
			}
			v := t.NewStr(s)
			if v == Raised || !t.setExcField(e, [...]string{"name", "path"}[i], v) {
				return Raised
			}
			t.Decref(v)
		}
	}
	return Raised
}

// ImportStar is `from m import *` into a namespace.
func (t *Thread) ImportStar(m, ns Value) bool {
	if !t.Is(m, KModule) {
		t.Raise(t.VM.Exc.ImportError, "from-import-* of something that is not a module")
		return false
	}
	d := t.Field(m, 0)
	if all := t.DictGetStr(d, t.VM.names.all); all != Unbound {
		h := t.Hold(all)
		defer t.Unhold(h)
		return t.Each(all, func(n Value) bool {
			v := t.GetAttr(m, t.VM.Intern(t.GoStr(n)))
			if v == Raised {
				return false
			}
			ok := t.DictSet(ns, n, v)
			t.Decref(v)
			return ok
		})
	}
	for _, n := range t.dictNames(d) {
		if !strings.HasPrefix(n, "_") {
			v := t.DictGetStr(d, t.VM.Intern(n))
			t.DictSetStr(ns, t.VM.Intern(n), v)
			t.Decref(v)
		}
	}
	return true
}

// mainGlobals is the namespace of __main__ (borrowed); Unbound before there is one.
func (t *Thread) mainGlobals() Value {
	m := t.DictGetStr(t.VM.modules, t.VM.names.main)
	if m == Unbound {
		return Unbound
	}
	t.Decref(m) // sys.modules holds it
	return t.Field(m, 0)
}

// moduleRepr tells the module's name and where it comes from.
func moduleRepr(t *Thread, a []Value) Value {
	d := t.Field(a[0], 0)
	show := func(key Value) (s string, ok bool) {
		v := t.DictGetStr(d, key)
		if v == Unbound {
			return "", true
		}
		m := t.Hold(v)
		defer t.Unhold(m)
		r := t.Repr(v)
		if r == Raised {
			return "", false
		}
		defer t.Decref(r)
		return t.GoStr(r), true
	}
	name, ok := show(t.VM.names.name)
	file, ok2 := show(t.VM.names.file)
	if !ok || !ok2 {
		return Raised
	}
	switch {
	case name == "":
		name = "'?'"
	case file != "":
		file = " from " + file
	case t.VM.goModules[strings.Trim(name, "'")] != nil, name == "'builtins'":
		file = " (built-in)"
	}
	return t.NewStr("<module " + name + file + ">")
}

func (t *Thread) initModules() {
	vm := t.VM
	vm.importLock = vm.Sched.NewLock(true)
	vm.importLock.Name = "the import lock"
	t.defType(TypeDef{Kind: KModule, Name: "module", Own: true, HasDict: true, Static: []Def{
		{"__new__(cls, name, doc=None)", func(t *Thread, a []Value) Value {
			d := t.NewNamespace()
			if d == Raised {
				return d
			}
			t.DictSetStr(d, t.VM.names.name, a[1])
			doc := a[2]
			if doc == Unbound {
				doc = None
			}
			t.DictSetStr(d, t.VM.names.doc, doc)
			return t.NewRecord(KModule, d)
		}},
	}, Methods: []Def{{"__repr__(self, /)", moduleRepr}}})
	b := t.NewRecord(KModule, t.Ref(vm.builtins))
	t.DictSetStr(vm.modules, vm.Intern("builtins"), b)
	t.Decref(b)
	vm.goModules["sys"] = initSys
	vm.goModules["_io"] = initIO
	vm.goModules["time"] = initTime
	vm.goModules["_thread"] = initThread
	vm.goModules["gc"] = initGC
	vm.goModules["_collections"] = initCollections
	vm.goModules["_weakref"] = initWeakref
	vm.goModules["_toy_source"] = initSource
	vm.goModules["_random"] = initRandom
	vm.goModules["_hashlib"] = initHashlib
	vm.goModules["_toy_context"] = initContext
	vm.goModules["_toy_json"] = initJSON
	vm.goModules["_operator"] = initOperator
	vm.goModules["posix"] = initPosix
	for i, n := range gcThresholds {
		vm.gcState.thresholds[i].Store(n)
	}
	t.initThreadTypes()
	t.initWeakTypes()
}
