package vm

// This file makes classes: the class statement, type(), the C3 order, and class attributes.

import (
	"strings"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// initType registers type's own methods.
func (t *Thread) initType(c *Class) {
	t.VM.kinds[KClass] = c
	c.HasDict = true
	t.fill(c, TypeDef{
		Methods: []Def{
			{"__call__(self, /, *args, **kwargs)", typeCall},
			{"mro(self, /)", func(t *Thread, a []Value) Value { return t.ListOf(t.Field(a[0], ClassMRO)) }},
			{"__subclasses__(self, /)", typeSubclasses},
			{"__instancecheck__(self, instance, /)", func(t *Thread, a []Value) Value {
				c := t.ClassFrom(a[0])
				return refcount.Bool(c != nil && t.instanceOf(a[1], c))
			}},
			{"__subclasscheck__(self, subclass, /)", func(t *Thread, a []Value) Value {
				c, s := t.ClassFrom(a[0]), t.ClassFrom(a[1])
				return refcount.Bool(c != nil && s != nil && s.Sub(c))
			}},
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.NewStr(t.classRepr(a[0])) }},
			{"__dir__(self, /)", func(t *Thread, a []Value) Value { return t.classDir(a[0]) }},
			{"__or__(self, other, /)", typeUnion},
			{"__ror__(self, other, /)", typeUnion},
			{"__init__(self, /, *args, **kwargs)", func(*Thread, []Value) Value { return None }},
		},
		Static: []Def{{"__new__(cls, /, *args, **kwargs)", typeNew}},
		Class: []Def{
			{"__prepare__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value { return t.NewDict() }},
		},
		Getters: []Getter{
			{"__name__", func(t *Thread, v Value) Value { return t.Ref(t.Field(v, ClassName)) }, setClassName},
			{"__qualname__", func(t *Thread, v Value) Value { return t.classAttr(v, "__qualname__", ClassName) }, setClassQual},
			{"__module__", func(t *Thread, v Value) Value { return t.classAttr(v, "__module__", -1) }, setClassModule},
			{"__bases__", func(t *Thread, v Value) Value { return t.Ref(t.Field(v, ClassBases)) }, nil},
			{"__base__", func(t *Thread, v Value) Value {
				if c := t.ClassFrom(v); c != nil && c.Base != nil {
					return t.Ref(c.Base.Value)
				}
				return None
			}, nil},
			{"__mro__", func(t *Thread, v Value) Value { return t.Ref(t.Field(v, ClassMRO)) }, nil},
			{"__dict__", func(t *Thread, v Value) Value { return t.NewRecord(KMapProxy, t.Ref(t.Field(v, ClassDict))) }, nil},
			{"__doc__", func(t *Thread, v Value) Value {
				if d := t.DictGetStr(t.Field(v, ClassDict), t.VM.names.doc); d != Unbound {
					return d
				}
				return None
			}, nil},
			{"__annotations__", func(t *Thread, v Value) Value {
				d := t.DictGetStr(t.Field(v, ClassDict), t.VM.names.annotations)
				if d == Unbound {
					if d = t.NewDict(); d != Raised {
						t.DictSetStr(t.Field(v, ClassDict), t.VM.names.annotations, d)
					}
				}
				return d
			}, nil},
		},
	})
}

func typeUnion(t *Thread, a []Value) Value {
	return t.Raise(t.VM.Exc.TypeError, "toy does not support unions of types with |")
}

// classAttr reads a name of the class's own dict; a fallback field, or builtins, where it has none.
func (t *Thread) classAttr(v Value, name string, field int) Value {
	if d := t.DictGetStr(t.Field(v, ClassDict), t.VM.Intern(name)); d != Unbound {
		if !t.Is(d, KGetSet) { // a descriptor for the instances says nothing of the class
			return d
		}
		t.Decref(d)
	}
	if field < 0 {
		return t.VM.Intern("builtins")
	}
	return t.Ref(t.Field(v, field))
}

func setClassName(t *Thread, v, x Value) bool {
	c := t.ClassFrom(v)
	if c == nil || c.Builtin {
		t.Raise(t.VM.Exc.TypeError, "cannot set '__name__' attribute of immutable type '%s'", t.classNameOf(v))
		return false
	}
	if !t.IsStr(x) {
		t.Raise(t.VM.Exc.TypeError, "can only assign string to %s.__name__, not '%s'", c.Name, t.TypeName(x))
		return false
	}
	t.PutField(v, ClassName, t.Ref(x))
	return true
}

func setClassQual(t *Thread, v, x Value) bool {
	return t.DictSetStr(t.Field(v, ClassDict), t.VM.names.qualname, x)
}

func setClassModule(t *Thread, v, x Value) bool {
	return t.DictSetStr(t.Field(v, ClassDict), t.VM.names.module, x)
}

func (t *Thread) classNameOf(v Value) string {
	if n := t.Field(v, ClassName); t.IsStr(n) {
		return t.GoStr(n)
	}
	return "?"
}

// classRepr is <class 'module.qualname'>.
func (t *Thread) classRepr(v Value) string {
	m, q := t.classAttr(v, "__module__", -1), t.classAttr(v, "__qualname__", ClassName)
	defer t.DecrefAll(m, q)
	if t.IsStr(m) && t.GoStr(m) != "builtins" {
		return "<class '" + t.GoStr(m) + "." + t.GoStr(q) + "'>"
	}
	return "<class '" + t.GoStr(q) + "'>"
}

func typeSubclasses(t *Thread, a []Value) Value {
	c := t.ClassFrom(a[0])
	if c == nil {
		return t.Raise(t.VM.Exc.TypeError, "descriptor '__subclasses__' requires a 'type' object")
	}
	c.subMu.Lock()
	subs := append([]*Class(nil), c.subs...)
	c.subMu.Unlock()
	var out []Value
	for _, s := range subs {
		out = append(out, t.Ref(s.Value))
	}
	return t.NewList(out...)
}

// typeNew is type.__new__(metatype, name, bases, dict, **kwargs).
func typeNew(t *Thread, a []Value) Value {
	meta := t.ClassFrom(a[0])
	args := t.Items(a[1])
	if meta == nil {
		return t.Raise(t.VM.Exc.TypeError, "type.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
	}
	if args.Len() != 3 {
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() takes exactly 3 arguments (%d given)", args.Len())
	}
	name, bases, dict := args.Get(0), args.Get(1), args.Get(2)
	switch {
	case !t.IsStr(name):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 1 must be str, not %s", t.TypeName(name))
	case !t.Is(bases, KTuple):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 2 must be tuple, not %s", t.TypeName(bases))
	case !t.Isa(dict, KDict):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 3 must be dict, not %s", t.TypeName(dict))
	}
	return t.makeClass(meta, name, bases, dict, a[2])
}

const metaConflict = "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"

// makeClass makes a class; all arguments are borrowed. kwds is a dict for __init_subclass__.
func (t *Thread) makeClass(meta *Class, name, bases, dict, kwds Value) Value {
	vm := t.VM
	c := &Class{Name: t.GoStr(name), Meta: meta, Kind: KInstance}
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		b := t.ClassFrom(items.Get(i))
		if b == nil {
			return t.Raise(vm.Exc.TypeError, "bases must be types")
		}
		if b.Final {
			return t.Raise(vm.Exc.TypeError, "type '%s' is not an acceptable base type", b.Name)
		}
		for _, x := range c.Bases {
			if x == b {
				return t.Raise(vm.Exc.TypeError, "duplicate base class %s", b.Name)
			}
		}
		c.Bases = append(c.Bases, b)
		if !meta.Sub(b.Meta) {
			if !b.Meta.Sub(meta) {
				return t.Raise(vm.Exc.TypeError, metaConflict)
			}
			meta = b.Meta
			c.Meta = meta
		}
	}
	if len(c.Bases) == 0 {
		c.Bases = []*Class{vm.kinds[KObject]}
	}
	if !t.chooseBase(c) {
		return Raised
	}
	mro, stuck := c3(c)
	if stuck != nil {
		var names []string
		for _, b := range stuck {
			names = append(names, b.Name)
		}
		return t.Raise(vm.Exc.TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %s", strings.Join(names, ", "))
	}
	c.MRO = mro
	own := t.NewDict()
	if own == Raised {
		return Raised
	}
	m := t.Hold(own)
	if !t.DictUpdate(own, dict) {
		t.Unhold(m)
		return Raised
	}
	cell := t.DictPop(own, vm.names.classcell)
	t.Hold(cell)
	if q := t.DictGetStr(own, vm.names.qualname); q == Unbound {
		t.DictSetStr(own, vm.names.qualname, name)
	} else {
		t.Decref(q)
	}
	if md := t.DictGetStr(own, vm.names.module); md == Unbound {
		if g := t.Globals(); g != Unbound {
			if n := t.DictGetStr(g, vm.names.name); n != Unbound {
				t.DictSetStr(own, vm.names.module, n)
				t.Decref(n)
			}
		}
	} else {
		t.Decref(md)
	}
	if !t.slotsOf(c, own) {
		t.Unhold(m)
		return Raised
	}
	t.implicitMethods(own)
	c.expect.Store(uint32(t.expected(c, own)))
	if h := t.DictGetStr(own, vm.slotNames[SlotHash]); h == Unbound {
		if e := t.DictGetStr(own, vm.slotNames[SlotEq]); e != Unbound {
			t.Decref(e)
			t.DictSetStr(own, vm.slotNames[SlotHash], None)
		}
	} else {
		t.Decref(h)
	}
	if !t.publish(c, t.Ref(own), t.Ref(name)) {
		t.Unhold(m)
		return Raised
	}
	t.Hold(c.Value)
	if t.Is(cell, KCell) {
		t.storeCell(cell, c.Value)
	}
	if !t.setNames(c) || !t.initSubclass(c, kwds) {
		t.Unhold(m)
		return Raised
	}
	v := t.Release(m + 2)
	t.Unhold(m)
	return v
}

// chooseBase decides the layout of a class's instances.
func (t *Thread) chooseBase(c *Class) bool {
	solid := func(b *Class) *Class { // the built-in class whose layout b has; all exceptions have one
		if b.Kind == KException {
			return t.VM.Exc.BaseException
		}
		for ; b != nil && b.Base != nil; b = b.Base {
			if b.Builtin {
				return b
			}
		}
		return b
	}
	for _, b := range c.Bases {
		s := solid(b)
		switch {
		case c.Base == nil || s.Sub(solid(c.Base)) && s != solid(c.Base):
			c.Base = b
		case !solid(c.Base).Sub(s):
			t.Raise(t.VM.Exc.TypeError, "multiple bases have instance lay-out conflict")
			return false
		}
		c.HasDict = c.HasDict || b.HasDict
		c.Slots = append(c.Slots, b.Slots...)
	}
	s := solid(c.Base)
	c.Wraps = c.Base.Wraps
	switch {
	case c.Wraps != 0 || s.Kind == KObject:
		c.Kind = KInstance
	default:
		c.Kind = c.Base.Kind
	}
	return true
}

// c3 computes the method resolution order; stuck are the classes among which it finds no next (Barrett et al., "A monotonic superclass linearization for Dylan", 1996).
func c3(c *Class) (mro, stuck []*Class) {
	var seqs [][]*Class
	for _, b := range c.Bases {
		seqs = append(seqs, b.MRO)
	}
	seqs = append(seqs, c.Bases)
	out := []*Class{c}
	for {
		empty := true
		var next *Class
	search:
		for _, s := range seqs {
			if len(s) == 0 {
				continue
			}
			empty = false
			for _, o := range seqs {
				for _, x := range o[min(1, len(o)):] {
					if x == s[0] {
						continue search
					}
				}
			}
			next = s[0]
			break
		}
		if empty {
			return out, nil
		}
		if next == nil {
			return nil, heads(seqs)
		}
		out = append(out, next)
		for i, s := range seqs {
			if len(s) > 0 && s[0] == next {
				seqs[i] = s[1:]
			}
		}
	}
}

// heads are the classes that stand first in what is left to merge.
func heads(seqs [][]*Class) (out []*Class) {
	seen := map[*Class]bool{}
	for _, s := range seqs {
		if len(s) > 0 && !seen[s[0]] {
			seen[s[0]] = true
			out = append(out, s[0])
		}
	}
	return out
}

// slotsOf reads __slots__ and makes its descriptors.
func (t *Thread) slotsOf(c *Class, own Value) bool {
	s := t.DictGetStr(own, t.VM.names.slots)
	if s == Unbound {
		c.HasDict = true
		return true
	}
	defer t.Decref(s)
	var names []string
	if t.IsStr(s) {
		names = []string{t.GoStr(s)}
	} else if !t.Each(s, func(v Value) bool {
		if !t.IsStr(v) {
			t.Raise(t.VM.Exc.TypeError, "__slots__ items must be strings, not '%s'", t.TypeName(v))
			return false
		}
		names = append(names, t.GoStr(v))
		return true
	}) {
		return false
	}
	if len(names) > 0 && c.Wraps != 0 && c.Wraps != KStr && c.Wraps != KFloat {
		t.Raise(t.VM.Exc.TypeError, "nonempty __slots__ not supported for subtype of '%s'", c.Base.Name)
		return false
	}
	for _, n := range names {
		if n == "__dict__" {
			c.HasDict = true
			continue
		}
		if n == "__weakref__" {
			continue
		}
		if strings.HasPrefix(n, "__") && !strings.HasSuffix(n, "__") {
			n = "_" + strings.TrimLeft(c.Name, "_") + n
		}
		if x := t.DictGetStr(own, t.VM.Intern(n)); x != Unbound {
			t.Decref(x)
			t.Raise(t.VM.Exc.ValueError, "'%s' in __slots__ conflicts with class variable", n)
			return false
		}
		c.Slots = append(c.Slots, n)
		d := t.NewRecord(KMember, t.VM.Intern(n), Unbound)
		t.DictSetStr(own, t.VM.Intern(n), d)
		t.Decref(d)
	}
	return true
}

// implicitMethods makes __new__ a static method, and __init_subclass__ and __class_getitem__ class methods.
func (t *Thread) implicitMethods(own Value) {
	wrap := func(s Slot, k Kind) {
		if f := t.DictGetStr(own, t.VM.slotNames[s]); f != Unbound {
			if t.Is(f, KFunction) {
				w := t.NewRecord(k, t.Ref(f))
				t.DictSetStr(own, t.VM.slotNames[s], w)
				t.Decref(w)
			}
			t.Decref(f)
		}
	}
	wrap(SlotNew, KStaticMethod)
	wrap(SlotInitSubclass, KClassMethod)
	wrap(SlotClassGetItem, KClassMethod)
}

// expected guesses how many attributes an instance will have: the distinct names that the methods store into.
func (t *Thread) expected(c *Class, own Value) int {
	seen := map[string]bool{}
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(own, pos)
		if !ok {
			break
		}
		pos = next
		if code := t.CodeFrom(v); code != nil {
			for pc := 0; pc < len(code.Code); {
				in := bytecode.Unpack(code.Code[pc])
				if in.Op == bytecode.OpSetAttr {
					seen[code.Names[in.C]] = true
				}
				pc += in.Op.Size()
			}
		}
		t.DecrefAll(k, v)
	}
	n := len(seen) + len(c.Slots)
	for _, b := range c.Bases {
		n = max(n, len(seen)+int(b.expect.Load()))
	}
	return min(n, 40)
}

// setNames calls __set_name__ of the class's attributes.
func (t *Thread) setNames(c *Class) bool {
	snap := t.NewDict()
	if snap == Raised || !t.DictUpdate(snap, c.Dict) {
		t.Decref(snap)
		return false
	}
	m := t.Hold(snap)
	defer t.Unhold(m)
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(snap, pos)
		if !ok {
			return true
		}
		pos = next
		h := t.Hold(k)
		t.Hold(v)
		vc := t.ClassOf(v)
		f := t.Special(vc, SlotSetName)
		if f != Unbound {
			t.Hold(f)
			r := t.callSpecial(f, v, vc, c.Value, k)
			if r == Raised {
				e := t.TakeExc()
				t.Hold(e)
				n := t.Repr(k)
				t.Raise(t.VM.Exc.RuntimeError, "Error calling __set_name__ on '%s' instance %s in '%s'", vc.Name, t.GoStr(n), c.Name)
				t.Decref(n)
				t.PutField(t.Exc, ExcCause, t.Ref(e))
				t.SetField(t.Exc, ExcSuppress, True)
				return false
			}
			t.Decref(r)
		}
		t.Unhold(h)
	}
}

// initSubclass calls super(c, c).__init_subclass__(**kwds).
func (t *Thread) initSubclass(c *Class, kwds Value) bool {
	f := t.lookupAfter(c, c, t.VM.slotNames[SlotInitSubclass])
	if f == Unbound {
		return true
	}
	m := t.Hold(f)
	defer t.Unhold(m)
	fn := f
	if t.Is(f, KClassMethod) {
		fn = t.Field(f, 0)
	}
	args, names := []Value{c.Value}, Unbound
	if t.Isa(kwds, KDict) && t.DictLen(kwds) > 0 {
		var keys []Value
		for pos := 0; ; {
			k, v, next, ok := t.DictNext(kwds, pos)
			if !ok {
				break
			}
			pos = next
			keys = append(keys, k)
			args = append(args, v)
			t.Hold(v)
		}
		names = t.NewTuple(keys...)
		t.Hold(names)
	}
	r := t.CallKw(fn, args, names)
	t.Decref(r)
	return r != Raised
}

// lookupAfter finds a name in the MRO of c behind the class k (owned).
func (t *Thread) lookupAfter(c, k *Class, name Value) Value {
	found := false
	for _, x := range c.MRO {
		if found {
			if v := t.DictGetStr(x.Dict, name); v != Unbound {
				return v
			}
		}
		found = found || x == k
	}
	return Unbound
}

// BuildClass is the class statement: body is run in a new namespace, the metaclass makes the class.
func (t *Thread) BuildClass(body, name, bases, kwds Value) Value {
	mark := t.holds
	defer t.Unhold(mark)
	bases, ok := t.resolveBases(bases)
	if !ok {
		return Raised
	}
	t.Hold(bases)
	kw := Unbound
	meta := t.VM.kinds[KClass].Value
	if kwds != None && kwds != Unbound {
		if kw = t.NewDict(); kw == Raised || !t.DictUpdate(kw, kwds) {
			return Raised
		}
		t.Hold(kw)
		if mv := t.DictPop(kw, t.VM.Intern("metaclass")); mv != Unbound {
			t.Hold(mv)
			meta = mv
		} else if items := t.Items(bases); items.Len() > 0 {
			meta = t.ClassOf(items.Get(0)).Value
		}
	} else if items := t.Items(bases); items.Len() > 0 {
		meta = t.ClassOf(items.Get(0)).Value
	}
	if mc := t.ClassFrom(meta); mc != nil {
		items := t.Items(bases)
		for i := 0; i < items.Len(); i++ {
			bc := t.ClassOf(items.Get(i))
			switch {
			case bc.Sub(mc):
				mc = bc
			case !mc.Sub(bc):
				return t.Raise(t.VM.Exc.TypeError, metaConflict)
			}
		}
		meta = mc.Value
	}
	var ns Value
	if meta == t.VM.kinds[KClass].Value {
		ns = t.NewDict()
	} else if p := t.LookupAttr(meta, t.VM.slotNames[SlotPrepare]); p == Unbound {
		ns = t.NewDict()
	} else {
		if p == Raised {
			return Raised
		}
		t.Hold(p)
		ns = t.callWithDict(p, []Value{name, bases}, kw)
	}
	if ns == Raised {
		return Raised
	}
	t.Hold(ns)
	r := t.Call(body, ns)
	if r == Raised {
		return Raised
	}
	t.Decref(r)
	if meta == t.VM.kinds[KClass].Value && t.Is(ns, KDict) {
		return t.makeClass(t.VM.kinds[KClass], name, bases, ns, kw)
	}
	return t.callWithDict(meta, []Value{name, bases, ns}, kw)
}

// callWithDict calls f with positional arguments and the keywords in a dict (or Unbound).
func (t *Thread) callWithDict(f Value, args []Value, kw Value) Value {
	if kw == Unbound || t.DictLen(kw) == 0 {
		return t.Call(f, args...)
	}
	mark := t.holds
	defer t.Unhold(mark)
	var keys []Value
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(kw, pos)
		if !ok {
			break
		}
		pos = next
		keys = append(keys, k)
		args = append(args, v)
		t.Hold(v)
	}
	names := t.NewTuple(keys...)
	t.Hold(names)
	return t.CallKw(f, args, names)
}

// resolveBases replaces bases that are not classes by what their __mro_entries__ give (owned).
func (t *Thread) resolveBases(bases Value) (Value, bool) {
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		if t.ClassFrom(items.Get(i)) == nil {
			if f := t.LookupAttr(items.Get(i), t.VM.Intern("__mro_entries__")); f != Unbound {
				return t.mroEntries(bases, f)
			}
		}
	}
	return t.Ref(bases), true
}

func (t *Thread) mroEntries(bases, f Value) (Value, bool) {
	t.Decref(f)
	var out []Value
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		b := items.Get(i)
		if t.ClassFrom(b) != nil {
			out = append(out, t.Ref(b))
			continue
		}
		r := t.CallMethod(b, "__mro_entries__", bases)
		if r == Raised {
			t.dropAll(out)
			return Raised, false
		}
		x := t.Items(r)
		for j := 0; j < x.Len(); j++ {
			out = append(out, t.Ref(x.Get(j)))
		}
		t.Decref(r)
	}
	return t.NewTuple(out...), true
}
