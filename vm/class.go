package vm

// This file defines classes: the Go side of a class object, the look-up along the MRO, and special methods.

import (
	"sync"
	"sync/atomic"

	"toylang/refcount"
)

// The fields of a class record.
const (
	ClassIndex = iota // small int: index in VM.classes
	ClassName         // str
	ClassBases        // tuple
	ClassMRO          // tuple, the class itself first
	ClassDict         // dict
	ClassQual         // str; Unbound: the name
	ClassPast         // tuple of what __bases__ once was, while other threads may still read it; Unbound
	ClassFieldCount
)

// lineage is where a class stands among the others; immutable.
type lineage struct {
	base  *Class // the base that decides the layout
	bases []*Class
	mro   []*Class // the class itself first
}

// Class is the Go side of a class object. All but the atomic fields are immutable once the class is published.
type Class struct {
	ID      uint32
	Name    string
	Value   Value // the class object (borrowed: the record is alive while anything reaches this)
	Kind    Kind  // layout of its instances
	Meta    *Class
	Dict    Value    // borrowed from the record
	Builtin bool     // immutable, made at start
	Final   bool     // cannot be subclassed
	HasDict bool     // instances may have attributes of their own
	Weak    bool     // a class statement's: instances can be referred to weakly
	Solid   bool     // instances have parts that those of Base have not: slots, or a built-in layout
	Slots   []string // __slots__, all of the MRO's, in layout order
	Wraps   Kind     // KInt, KFloat, KStr, KBytes, KTuple: an instance is a KInstance whose first inline field is such a value

	line    atomic.Pointer[lineage] // bases and order: assigning to __bases__ replaces it
	slots   [NumSlots]atomic.Uint64 // special methods: 0 not looked up, Unbound none (borrowed)
	version atomic.Uint32           // changes with every change of the class or a base
	layout  atomic.Pointer[Layout]  // root of the hidden classes for new instances
	subMu   sync.Mutex
	subs    []*Class                // direct subclasses
	layouts []*Layout               // all hidden classes of its instances
	ctor    atomic.Pointer[Builtin] // __new__ of a built-in class whose __init__ is object's
	expect  atomic.Uint32           // most attributes that an instance has had
	known   atomic.Uint32           // what the library told of the class: knownAs
}

// Base gives the base that decides the layout; nil for object.
func (c *Class) Base() *Class { return c.line.Load().base }

// Bases gives the bases as the class statement names them.
func (c *Class) Bases() []*Class { return c.line.Load().bases }

// MRO gives the method resolution order: the class itself first.
func (c *Class) MRO() []*Class { return c.line.Load().mro }

// Slot numbers a special method.
type Slot uint8

// ClassOf gives the class of any value. A stale handle has the class of no object: nil, and the fault is recorded.
func (t *Thread) ClassOf(v Value) *Class {
	k := t.VM.shapeKey(t, v)
	if k < refcount.FirstHeapShape {
		return t.VM.kinds[k]
	}
	sh := t.VM.Heap.Shapes.Get(k)
	if sh == nil {
		return t.VM.kinds[KNull]
	}
	return sh.Any.(*Layout).Class
}

// shapeKey gives the shape number of any value: a built-in kind, or a heap class's shape.
func (vm *VM) shapeKey(t *Thread, v Value) uint16 {
	switch {
	case v.IsPtr():
		s := t.ShapeOf(v)
		if s == 0 {
			t.Stale(v)
		}
		return s
	case v.IsInt():
		return uint16(KInt)
	case v.IsFloat():
		return uint16(KFloat)
	}
	switch v {
	case None:
		return uint16(KNone)
	case True, False:
		return uint16(KBool)
	case Ellipsis:
		return uint16(KEllipsis)
	case NotImplemented:
		return uint16(KNotImplemented)
	}
	return uint16(KNull)
}

// Kind gives the layout of any value: for an instance of a class that derives from list, KList.
func (t *Thread) Kind(v Value) Kind {
	k := t.VM.shapeKey(t, v)
	if k < refcount.FirstHeapShape {
		return Kind(k)
	}
	sh := t.VM.Heap.Shapes.Get(k)
	if sh == nil {
		return KNull
	}
	return sh.Kind
}

// Is reports that v is an exact instance of the built-in kind (not of a subclass).
func (t *Thread) Is(v Value, k Kind) bool {
	return v.IsPtr() && t.ShapeOf(v) == uint16(k)
}

// Isa reports that v's layout is the built-in kind's: an exact instance or one of a subclass. For the kinds that
// subclasses wrap (int, float, str, bytes, tuple) use the Unwrap functions.
func (t *Thread) Isa(v Value, k Kind) bool { return t.Kind(v) == k }

// ClassFrom gives the Go side of a class object; nil when v is not a class.
func (t *Thread) ClassFrom(v Value) *Class {
	if !v.IsPtr() || t.Kind(v) != KClass {
		return nil
	}
	return t.VM.classAt(t.Field(v, ClassIndex))
}

func (vm *VM) classAt(ix Value) *Class {
	if !ix.IsInt() {
		return nil
	}
	tab := *vm.classes.Load()
	if i := ix.Int(); i >= 0 && int(i) < len(tab) {
		return tab[i]
	}
	return nil
}

// Sub reports whether c is b or derives from it.
func (c *Class) Sub(b *Class) bool {
	if c == b {
		return true
	}
	for _, k := range c.MRO() {
		if k == b {
			return true
		}
	}
	return false
}

// Lookup finds a name along the MRO (owned), and the class that has it; Unbound when there is none. name is an interned
// str.
func (t *Thread) Lookup(c *Class, name Value) (Value, *Class) {
	if t.Watch {
		t.Cached++
		defer func() { t.Cached-- }()
	}
	if t.LockReads || t.Unsafe || t.Point != nil {
		return t.lookup(c, name)
	}
	tab := t.VM.lookups[:]
	if t.Locks { // the machine's table is one thread's at a time
		if t.lookups == nil {
			t.lookups = new([ownLookups]lookupEntry)
		}
		tab = t.lookups[:]
	}
	e := &tab[(uint32(name)^uint32(c.Value)>>1)%uint32(len(tab))]
	ver := c.version.Load()
	if e.class == c && e.name == name && e.version == ver && t.TryRead(e.value) {
		return e.value, e.in
	}
	v, in := t.lookup(c, name)
	*e = lookupEntry{c, in, name, v, ver}
	return v, in
}

// ownLookups is the size of a thread's own table of look-ups, where reads take no lock.
const ownLookups = 64

// lookupEntry remembers an attribute found in a class (borrowed: the class has it for as long as its version stands) or that
// there is none. The entries of the machine's table are read and written under the one lock only, or by the only thread.
type lookupEntry struct {
	class, in   *Class
	name, value Value
	version     uint32
}

func (t *Thread) lookup(c *Class, name Value) (Value, *Class) {
	for _, k := range c.MRO() {
		if v := t.DictGetStr(k.Dict, name); v != Unbound {
			return v, k
		}
	}
	return Unbound, nil
}

// Special finds a special method of c (owned); Unbound when there is none. The cache is read under the class's lock, and
// touch clears it under that lock before the old method is dropped, so what is read is alive.
func (t *Thread) Special(c *Class, s Slot) Value {
	if t.LockFree {
		if v := Value(c.slots[s].Load()); v != 0 && t.TryRead(v) {
			return v
		}
	}
	t.Lock(c.Value)
	v := Value(c.slots[s].Load())
	if v != 0 {
		t.Incref(v)
		t.Unlock(c.Value)
		return v
	}
	ver := c.version.Load()
	t.Unlock(c.Value)
	v, _ = t.Lookup(c, t.VM.slotNames[s])
	t.Lock(c.Value)
	if c.version.Load() == ver {
		c.slots[s].Store(uint64(v))
	}
	t.Unlock(c.Value)
	return v
}

// Has reports whether c has the special method.
func (t *Thread) Has(c *Class, s Slot) bool {
	v := t.Special(c, s)
	t.Decref(v)
	return v != Unbound
}

// touch says that a class has changed: everything looked up in it or its subclasses is looked up again.
func (t *Thread) touch(c *Class) {
	t.Lock(c.Value)
	c.version.Add(1)
	for i := range c.slots {
		c.slots[i].Store(0)
	}
	t.VM.retireLayouts(c)
	t.Unlock(c.Value)
	c.subMu.Lock()
	subs := append([]*Class(nil), c.subs...)
	c.subMu.Unlock()
	for _, s := range subs {
		t.touch(s)
	}
}
