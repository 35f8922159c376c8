package vm

// This file starts a machine: shapes, the first classes, the built-in names.

import (
	"reflect"
	"strings"

	"toylang/refcount"
)

// kindShapes are the layouts of the built-in kinds: records by their number of fields.
var kindShapes = [NumKinds]struct {
	layout refcount.Layout
	fields int
}{
	KInt: {refcount.LayoutRaw, 0}, KStr: {refcount.LayoutRaw, 0}, KBytes: {refcount.LayoutRaw, 0},
	KByteArray: {refcount.LayoutBytes, 0}, KList: {refcount.LayoutList, 0}, KTuple: {refcount.LayoutTuple, 0},
	KDict: {refcount.LayoutDict, 0}, KSet: {refcount.LayoutSet, 0}, KFrozenSet: {refcount.LayoutSet, 0},
	KFunction: {refcount.LayoutRecord, FuncFieldCount}, KBuiltin: {refcount.LayoutRecord, 4},
	KMethod: {refcount.LayoutRecord, 2}, KCell: {refcount.LayoutRecord, 1},
	KClass: {refcount.LayoutRecord, ClassFieldCount}, KInstance: {refcount.LayoutRecord, 0},
	KModule: {refcount.LayoutRecord, 1}, KException: {refcount.LayoutRecord, ExcFieldCount},
	KTraceback: {refcount.LayoutRecord, 4}, KGenerator: {refcount.LayoutRecord, GenFieldCount},
	KRange: {refcount.LayoutRecord, 3}, KSlice: {refcount.LayoutRecord, 3}, KRangeIter: {refcount.LayoutRecord, 3},
	KListIter: {refcount.LayoutRecord, 2}, KTupleIter: {refcount.LayoutRecord, 2}, KStrIter: {refcount.LayoutRecord, 2},
	KBytesIter: {refcount.LayoutRecord, 2}, KDictIter: {refcount.LayoutRecord, 5}, KSetIter: {refcount.LayoutRecord, 4},
	KSeqIter: {refcount.LayoutRecord, 2}, KCallIter: {refcount.LayoutRecord, 2}, KDictKeys: {refcount.LayoutRecord, 1},
	KDictValues: {refcount.LayoutRecord, 1}, KDictItems: {refcount.LayoutRecord, 1},
	KProperty: {refcount.LayoutRecord, 4}, KStaticMethod: {refcount.LayoutRecord, 1},
	KClassMethod: {refcount.LayoutRecord, 1}, KSuper: {refcount.LayoutRecord, 3}, KEnumerate: {refcount.LayoutRecord, 2},
	KZip: {refcount.LayoutRecord, 2}, KMap: {refcount.LayoutRecord, 2}, KFilter: {refcount.LayoutRecord, 2},
	KReversed: {refcount.LayoutRecord, 2}, KWeakref: {refcount.LayoutRecord, WeakFieldCount}, KGetSet: {refcount.LayoutRecord, 3},
	KLock: {refcount.LayoutRecord, 1}, KNative: {refcount.LayoutRecord, 1}, KMapProxy: {refcount.LayoutRecord, 1},
	KMember: {refcount.LayoutRecord, 2}, KCode: {refcount.LayoutRecord, 1}, KObject: {refcount.LayoutRecord, 0},
	KStrWideIter: {refcount.LayoutRecord, 2}, KByteArrayIter: {refcount.LayoutRecord, 2},
	KDictValueIter: {refcount.LayoutRecord, 5}, KDictItemIter: {refcount.LayoutRecord, 5},
	KDictRevKeyIter: {refcount.LayoutRecord, 5}, KDictRevValueIter: {refcount.LayoutRecord, 5},
	KDictRevItemIter: {refcount.LayoutRecord, 5}, KListRevIter: {refcount.LayoutRecord, 2},
	KLongRangeIter: {refcount.LayoutRecord, 3},
	KAlias:         {refcount.LayoutRecord, 2}, KUnion: {refcount.LayoutRecord, 1},
}

// boot fills an empty machine.
func (vm *VM) boot(t *Thread) {
	for k := Kind(1); k < NumKinds; k++ {
		s := kindShapes[k]
		vm.Heap.Shapes.Put(&refcount.Shape{ID: uint16(k), Kind: k, Layout: s.layout, Fields: s.fields, NoAttrs: true,
			Notify: k == KWeakref || k == KLock || k == KNative || k == KClass, Guard: guardOf(k)})
		vm.shapeVers[k] = uint32(k) << 16
	}
	empty := t.NewSized(refcount.GRecord, refcount.HeaderSize+8, uint16(KTuple))
	t.SetField(empty, 0, refcount.SmallInt(0))
	t.immortal(empty)
	vm.names.emptyTuple = empty
	vm.internAll()
	vm.builtins = t.NewNamespace()
	vm.modules = t.NewDict()
	vm.side.init()

	object := t.rawClass("object", KObject, nil)
	typ := t.rawClass("type", KClass, object)
	object.Meta, typ.Meta = typ, typ
	null := &Class{Name: "?", Value: object.Value, Meta: typ, Dict: object.Dict, Builtin: true}
	null.line.Store(&lineage{bases: []*Class{object}, mro: []*Class{null, object}})
	vm.kinds[KNull] = null
	t.initObject(object)
	t.initType(typ)
	t.initExceptions()
	t.initNumbers()
	t.initStrings()
	t.initContainers()
	t.initObjects()
	t.initGenerators()
	vm.lookups = [len(vm.lookups)]lookupEntry{} // the classes have been filled since
	for k := range vm.kinds {                   // a kind that nobody registered is a plain opaque type
		if vm.kinds[k] == nil {
			t.defType(TypeDef{Kind: Kind(k), Name: "opaque", Own: true, Final: true})
		}
	}
	t.initNames()
	t.initModules()
	vm.Heap.GCAt.Store(gcFirst)
	vm.names.memoryError = t.NewExc(vm.Exc.MemoryError)
	t.immortal(vm.names.memoryError)
}

// immortal marks an object that lives as long as the machine.
func (t *Thread) immortal(v Value) Value {
	if v.IsPtr() {
		t.Immortal(v)
	}
	return v
}

// rawClass makes a built-in class and its object. A dotted name is its module and its __name__; errors write it whole.
func (t *Thread) rawClass(name string, kind Kind, base *Class) *Class {
	c := &Class{Name: name, Kind: kind, Builtin: true, Solid: kind != KException}
	l := &lineage{base: base, mro: []*Class{c}}
	if base != nil {
		l.bases = []*Class{base}
		l.mro = append(l.mro, base.MRO()...)
		c.Meta, c.Wraps = base.Meta, base.Wraps
	}
	c.line.Store(l)
	module, short := "builtins", name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		module, short = name[:i], name[i+1:]
	}
	t.publish(c, t.NewDict(), t.VM.Intern(short))
	t.immortal(c.Value)
	t.setDict(c, "__module__", t.VM.Intern(module))
	return c
}

// setDict stores a borrowed value in a class's dict.
func (t *Thread) setDict(c *Class, name string, v Value) { t.DictSetStr(c.Dict, t.VM.Intern(name), v) }

// publish gives a class its object and its place in the table; dict and name move into it.
func (t *Thread) publish(c *Class, dict, name Value) bool {
	vm := t.VM
	vm.classMu.Lock()
	tab := append(*vm.classes.Load(), c) // beyond what the tables published so far show
	c.ID = uint32(len(tab) - 1)
	vm.classes.Store(&tab)
	vm.classMu.Unlock()
	shape := uint16(KClass)
	if c.Meta != nil && !c.Meta.Builtin {
		l := vm.root(c.Meta)
		if l == nil {
			return false
		}
		shape = l.Shape.ID
		t.Incref(c.Meta.Value)
	}
	v := t.NewSized(refcount.GRecord, refcount.HeaderSize+8*ClassFieldCount, shape)
	if v == Raised {
		return false
	}
	c.Value, c.Dict = v, dict
	for i := 0; i < ClassFieldCount; i++ {
		t.SetField(v, i, Unbound)
	}
	t.SetField(v, ClassIndex, refcount.SmallInt(int64(c.ID)))
	t.SetField(v, ClassName, name)
	t.SetField(v, ClassDict, dict)
	var bases, mro []Value
	for _, b := range c.Bases() {
		bases = append(bases, t.Ref(b.Value))
		t.addSub(b, c)
	}
	for _, b := range c.MRO() {
		mro = append(mro, t.Ref(b.Value))
	}
	t.SetField(v, ClassBases, t.NewTuple(bases...))
	t.SetField(v, ClassMRO, t.NewTuple(mro...))
	return true
}

// defType registers a built-in type.
func (t *Thread) defType(d TypeDef) *Class {
	base := d.Base
	if base == nil {
		base = t.VM.kinds[KObject]
	}
	c := t.rawClass(d.Name, d.Kind, base)
	c.Final, c.HasDict = d.Final, d.HasDict
	if d.Wraps != 0 {
		c.Wraps = d.Wraps
	}
	if d.Own {
		t.VM.kinds[d.Kind] = c
	}
	t.fill(c, d)
	return c
}

// fill registers the methods of a type.
func (t *Thread) fill(c *Class, d TypeDef) {
	t.dictReserve(c.Dict, t.LenOf(c.Dict)+len(d.Methods)+len(d.Static)+len(d.Class)+len(d.Getters))
	t.defMethods(c, d.Methods)
	for _, m := range d.Static {
		b := parseSig(m.Sig)
		b.Fn, b.Owner = m.Fn, c
		f := t.newBuiltin(b, Unbound)
		s := t.immortal(t.NewRecord(KStaticMethod, f))
		t.setDict(c, b.Name, s)
	}
	for _, m := range d.Class {
		b := parseSig(m.Sig)
		b.Fn, b.Owner, b.Method, b.quick = m.Fn, c, true, quickOf(c.Kind, b.Name)
		f := t.newBuiltin(b, Unbound)
		s := t.immortal(t.NewRecord(KClassMethod, f))
		t.setDict(c, b.Name, s)
	}
	for i := range d.Getters {
		g := d.Getters[i]
		t.setDict(c, g.Name, t.newGetSet(c, &g))
	}
}

// newGetSet makes the descriptor of a computed attribute (immortal).
func (t *Thread) newGetSet(c *Class, g *Getter) Value {
	get := &Builtin{Name: g.Name, Exact: 1, NPos: 1, Need: 1, Params: []Param{{Name: "self", PosOnly: true}}, Owner: c,
		Fn: func(t *Thread, a []Value) Value { return g.Get(t, a[0]) }}
	set := Unbound
	if g.Set != nil {
		set = t.newBuiltin(&Builtin{Name: g.Name, Exact: 2, NPos: 2, Need: 2, Owner: c,
			Params: []Param{{Name: "self", PosOnly: true}, {Name: "value", PosOnly: true}},
			Fn: func(t *Thread, a []Value) Value {
				if !g.Set(t, a[0], a[1]) {
					return Raised
				}
				return None
			}}, Unbound)
	}
	return t.immortal(t.NewRecord(KGetSet, t.newBuiltin(get, Unbound), set, t.VM.Intern(g.Name)))
}

// defMethods adds methods to a built-in type.
func (t *Thread) defMethods(c *Class, defs []Def) {
	for _, m := range defs {
		b := parseSig(m.Sig)
		b.Fn, b.Owner, b.Method, b.quick = m.Fn, c, true, quickOf(c.Kind, b.Name)
		t.setDict(c, b.Name, t.newBuiltin(b, Unbound))
	}
}

// defFuncs adds functions to the built-in names.
func (t *Thread) defFuncs(defs []Def) {
	for _, m := range defs {
		b := parseSig(m.Sig)
		b.Fn, b.quick = m.Fn, quickOf(KNull, b.Name)
		v := t.newBuiltin(b, Unbound)
		if b.quick == quickLen {
			t.VM.lenIx = t.Field(v, 0)
			t.lenIx = t.VM.lenIx
		}
		t.DictSetStr(t.VM.builtins, t.VM.Intern(b.Name), v)
	}
}

// setExc fills the field of ExcClasses with the class's name.
func (vm *VM) setExc(c *Class) {
	f := reflect.ValueOf(&vm.Exc).Elem().FieldByName(c.Name)
	if f.IsValid() {
		f.Set(reflect.ValueOf(c))
	}
}
