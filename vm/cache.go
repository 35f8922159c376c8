package vm

// This file fills the inline caches: one word each, so that a concurrent rewrite cannot tear them.
//
//	LoadGlobal, CallGlobal   epoch of the namespaces <<32 | word offset of the value's cell
//	GetAttr, SetAttr         shape and version <<32 | field number of an inline attribute
//	LoadMethod, CallAttr     shape and version <<32 | slot of a function found in the class

import (
	"sync/atomic"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// setCache writes the cache word i of the instruction at t.PC.
func (t *Thread) setCache(i uint32, w uint64) {
	atomic.StoreUint64(&t.VM.arena[t.PC+1+i], w)
}

// cacheGlobal remembers where the namespace d keeps a name.
func (t *Thread) cacheGlobal(d, name Value) {
	in := insOf(t.VM.arena[t.PC])
	if in.Op != bytecode.OpLoadGlobal && in.Op != bytecode.OpCallGlobal || t.LockReads || t.Point != nil {
		return
	}
	t.Lock(d)
	defer t.Unlock(d)
	epoch := atomic.LoadUint32(&t.VM.epoch)
	if t.StateWord(d)&namespaceDict == 0 {
		return
	}
	payload := t.Body(d).Payload
	tab := t.Table(payload)
	hash := uint64(t.strHashOf(name))
	e, _ := t.probe(tab, hash, func(k Value) bool { return k == name || t.Is(k, KStr) && t.sameStr(k, name) })
	if e >= 0 {
		t.setCache(0, uint64(epoch)<<32|uint64(payload+tab.ValOffset(e)))
	}
}

// cacheAttr remembers what an attribute access of the instruction at t.PC found.
func (t *Thread) cacheAttr(x, name Value) {
	in := insOf(t.VM.arena[t.PC])
	if in.Op == bytecode.OpLoadMethod {
		t.cacheMethod(x, name, 0)
		return
	}
	l := t.LayoutOf(x)
	if l == nil || l.Dict {
		return
	}
	ver := t.version(l)
	if l.Class.Kind == KException && t.plainArgs(l.Class, name) {
		t.setCache(0, ver<<32|ExcArgs)
	}
	if l.Class.Kind != KInstance || t.shadowed(l.Class, name) {
		return
	}
	if f := l.Find(name); f >= 0 {
		t.setCache(0, ver<<32|uint64(f))
	}
}

// plainArgs reports that the name is args as BaseException has it, in a class of exceptions that answers as object does.
func (t *Thread) plainArgs(c *Class, name Value) bool {
	v, _ := t.Lookup(c, name)
	t.Decref(v)
	if v != t.VM.names.excArgs {
		return false
	}
	t.Cached++ // as in shadowed
	ga := t.Special(c, SlotGetAttribute)
	t.Decref(ga)
	t.Cached--
	return ga == t.VM.names.objectGetAttr
}

// version reads the version of a layout. It is read before what is to be cached is looked up: a change in between makes
// the cache miss.
func (t *Thread) version(l *Layout) uint64 {
	return uint64(atomic.LoadUint32(&t.VM.shapeVers[l.Shape.ID]))
}

// newAttr in the low half of SetAttr's word says that the attribute is new, and bits 8 to 23 which shape the object gets.
const newAttr = 1 << 31

// cacheStore remembers where an instance keeps an attribute that was stored; was is its layout before.
func (t *Thread) cacheStore(x, name Value, was *Layout) {
	l := t.LayoutOf(x)
	if l == nil || l.Dict || l.Class.Kind != KInstance {
		return
	}
	ver := t.version(l)
	if was != nil {
		ver = t.version(was)
	}
	if t.shadowed(l.Class, name) || t.customSetAttr(l.Class) {
		return
	}
	if was != nil && was != l {
		if n := len(was.Names); !was.Dict && was.Class == l.Class && len(l.Names) == n+1 && l.Names[n] == name {
			t.setCache(0, ver<<32|newAttr|uint64(l.Shape.ID)<<8|uint64(InstFirst+n))
		}
		return
	}
	if f := l.Find(name); f >= 0 {
		t.setCache(0, ver<<32|uint64(f))
	}
}

// extend stores v (borrowed) as a new attribute of x where the cache word says so; false when it does not.
func (t *Thread) extend(x, v Value, w uint64) bool {
	if int32(w) >= 0 || w>>32 == 0 || !x.IsPtr() || t.Unsafe || t.Point != nil {
		return false
	}
	t.Incref(v)
	t.Lock(x)
	ok := t.VM.shapeVers[t.ShapeOf(x)] == uint32(w>>32)
	if ok {
		t.SetField(x, int(w&0x7F), v)
		t.Header(x).SetShape(uint16(uint32(w) >> 8))
	}
	t.Unlock(x)
	if !ok {
		t.Decref(v)
	}
	return ok
}

// shadowed reports that the class may answer for the name before the instance does: a data descriptor, or its own
// __getattribute__.
func (t *Thread) shadowed(c *Class, name Value) bool {
	t.Cached++ // asked once where a loop of its own runs
	ga := t.Special(c, SlotGetAttribute)
	t.Decref(ga)
	t.Cached--
	if ga != t.VM.names.objectGetAttr {
		return true
	}
	v, _ := t.Lookup(c, name)
	if v == Unbound {
		return false
	}
	vc := t.ClassOf(v)
	data := t.Has(vc, SlotSet) || t.Has(vc, SlotDelete)
	if t.Is(v, KMember) {
		data = false // a slot is an inline attribute like any other
	}
	t.Decref(v)
	return data
}

func (t *Thread) customSetAttr(c *Class) bool {
	t.Cached++
	sa := t.Special(c, SlotSetAttr)
	t.Decref(sa)
	t.Cached--
	return sa != t.VM.names.objectSetAttr
}

// cacheMethod remembers a function found in the class of x: word i of the instruction.
func (t *Thread) cacheMethod(x, name Value, i uint32) {
	if c := t.ClassOf(x); c.Builtin && x.IsPtr() && uint16(t.ShapeOf(x)) < refcount.FirstHeapShape && c.Kind != KClass && c.Kind != KModule && c.Kind != KSuper && c.Kind != KFunction {
		v, _ := t.Lookup(c, name)
		if b := t.BuiltinOf(v); b != nil && b.Method {
			t.setCache(i, uint64(t.VM.shapeVers[t.ShapeOf(x)])<<32|uint64(v.Off()))
		}
		t.Decref(v)
		return
	}
	l := t.LayoutOf(x)
	if l == nil || l.Dict || l.Class.Kind != KInstance || t.LockReads || t.Point != nil {
		return
	}
	ver := t.version(l)
	if t.shadowed(l.Class, name) || l.Find(name) >= 0 {
		return
	}
	v, _ := t.Lookup(l.Class, name)
	if t.Is(v, KFunction) {
		t.setCache(i, ver<<32|uint64(v.Off()))
	}
	t.Decref(v)
}

// cachedBuiltin gives the method of a built-in type that the cache word names for x; nil when it names none.
func (t *Thread) cachedBuiltin(x Value, w uint64) *Builtin {
	if w == 0 || !x.IsPtr() {
		return nil
	}
	s := t.ShapeOf(x)
	if s >= refcount.FirstHeapShape || s == 0 || t.VM.shapeVers[s] != uint32(w>>32) {
		return nil
	}
	f := refcount.TagPtr | Value(uint32(w))
	return t.BuiltinOf(f | Value(t.Header(f).Gen())<<32)
}
