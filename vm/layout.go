package vm

// This file defines hidden classes: the shapes of instances by the attributes they have.

import (
	"sync"

	"toylang/refcount"
)

// An instance is a record: field 0 is Extra (the attribute dict when the instance keeps one, else Unbound), then the
// inline attributes in the order of its layout.
const (
	InstExtra = 0
	InstFirst = 1
)

// Layout is a hidden class: it says which attribute stands in which inline field. Immutable but for next.
type Layout struct {
	Class  *Class
	Shape  *refcount.Shape
	Names  []Value // interned; Names[i] stands in field InstFirst+i
	Inline int     // attributes that fit
	Dict   bool    // the attributes are in the dict in Extra
	mu     sync.Mutex
	next   map[Value]*Layout
}

// maxShared bounds the attributes of a hidden class; beyond, an instance keeps a dict.
const maxShared = 64

// Find gives the field of an attribute, -1 when the layout has none.
func (l *Layout) Find(name Value) int {
	for i, n := range l.Names {
		if n == name {
			return InstFirst + i
		}
	}
	return -1
}

// newLayout registers a hidden class; nil when the shapes are used up.
func (vm *VM) newLayout(c *Class, kind Kind, names []Value, inline int, dict bool) *Layout {
	l := &Layout{Class: c, Names: names, Inline: inline, Dict: dict}
	proto := vm.Heap.Shapes.Get(uint16(kind))
	l.Shape = &refcount.Shape{Kind: kind, Layout: proto.Layout, Fields: proto.Fields, Class: c.Value, Notify: proto.Notify, Guard: proto.Guard, Heap: true, Any: l}
	if c.Builtin && kind == KInstance {
		l.Shape.Guard = 0 // Go code knows which of its fields change
	}
	if c.Wraps != 0 {
		l.Shape.Guard &^= 1 << InstFirst // the value inside never changes
	}
	for i, n := range names {
		if s := vm.interner.GoStr(n); s != "" && s[0] == ' ' { // a field of Go code's own
			l.Shape.Guard &^= 1 << min(InstFirst+i, 62)
		}
	}
	if kind == KInstance {
		l.Shape.Fields = InstFirst + len(names)
	}
	if !vm.Heap.Shapes.Add(l.Shape) {
		return nil
	}
	vm.shapeVers[l.Shape.ID] = uint32(l.Shape.ID) << 16
	c.subMu.Lock()
	c.layouts = append(c.layouts, l)
	c.subMu.Unlock()
	return l
}

// root gives the layout of a new instance of c; nil when the shapes are used up.
func (vm *VM) root(c *Class) *Layout {
	if l := c.layout.Load(); l != nil {
		return l
	}
	names := vm.fixed(c)
	inline := max(int(c.expect.Load()), 3)
	switch {
	case c.Wraps != 0:
		inline = max(inline+2, len(names))
	case len(names) > inline || len(names) > 0 && !c.HasDict:
		inline = len(names)
	}
	if inline%2 == 0 {
		inline++ // slots are multiples of 16 bytes, and Extra takes one word
	}
	l := vm.newLayout(c, c.Kind, names, inline, false)
	if l != nil && !c.layout.CompareAndSwap(nil, l) {
		l = c.layout.Load()
	}
	return l
}

// fixed are the fields that every instance of c has, whatever attributes it is given: the value that it wraps, its slots.
func (vm *VM) fixed(c *Class) []Value {
	var names []Value
	if c.Kind != KInstance {
		return nil
	}
	if c.Wraps != 0 {
		names = append(names, vm.Intern(" value"))
	}
	for _, s := range c.Slots {
		names = append(names, vm.Intern(s))
	}
	return names
}

// with gives the layout that has one attribute more; the dict layout when it no longer fits.
func (vm *VM) with(l *Layout, name Value) *Layout {
	if len(l.Names) >= l.Inline || len(l.Names) >= maxShared {
		c := l.Class
		if n := uint32(len(l.Names) + 2); n > c.expect.Load() && n <= 32 {
			c.expect.Store(n)
			c.layout.Store(nil) // later instances get more room
		}
		return vm.dictLayout(l)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.next[name]; n != nil {
		return n
	}
	if l.next == nil {
		l.next = map[Value]*Layout{}
	}
	n := vm.newLayout(l.Class, l.Class.Kind, append(l.Names[:len(l.Names):len(l.Names)], name), l.Inline, false)
	if n != nil {
		l.next[name] = n
	}
	return n
}

// dictLayout gives the layout of an instance that keeps its attributes in a dict. The fields stay part of the record
// (Unbound), so that the slot's references are found whatever the layout was.
func (vm *VM) dictLayout(l *Layout) *Layout {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.next[Unbound]; n != nil {
		return n
	}
	if l.next == nil {
		l.next = map[Value]*Layout{}
	}
	fixed := min(len(vm.fixed(l.Class)), len(l.Names))
	n := vm.newLayout(l.Class, l.Class.Kind, l.Names[:fixed:fixed], l.Inline, true)
	if n != nil {
		l.next[Unbound] = n
	}
	return n
}

// retireLayouts makes every inline cache that names a shape of the class miss.
func (vm *VM) retireLayouts(c *Class) {
	c.subMu.Lock()
	defer c.subMu.Unlock()
	for _, l := range c.layouts {
		id := l.Shape.ID
		ver := uint16(vm.shapeVers[id]) + 1
		if ver == 0 {
			vm.shapeVers[id] = 0 // used up: never cached again
		} else if vm.shapeVers[id] != 0 {
			vm.shapeVers[id] = uint32(id)<<16 | uint32(ver)
		}
	}
}

// LayoutOf gives the layout of an instance of a class made by a program; nil for exact built-in types.
func (t *Thread) LayoutOf(v Value) *Layout {
	if !v.IsPtr() {
		return nil
	}
	s := t.ShapeOf(v)
	if s < refcount.FirstHeapShape {
		return nil
	}
	sh := t.VM.Heap.Shapes.Get(s)
	if sh == nil {
		return nil
	}
	return sh.Any.(*Layout)
}
