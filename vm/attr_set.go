package vm

// This file writes and deletes attributes.

// SetAttr is v.name = x; x is borrowed.
func (t *Thread) SetAttr(v, name, x Value) bool { return t.changeAttr(v, name, x) }

// DelAttr is del v.name.
func (t *Thread) DelAttr(v, name Value) bool { return t.changeAttr(v, name, Unbound) }

func (t *Thread) changeAttr(v, name, x Value) bool {
	c := t.ClassOf(v)
	if !c.Builtin {
		slot, own := SlotSetAttr, t.VM.names.objectSetAttr
		if x == Unbound {
			slot, own = SlotDelAttr, t.VM.names.objectDelAttr
		}
		f := t.Special(c, slot)
		if f != own && f != Unbound {
			m := t.Hold(f)
			var r Value
			if x == Unbound {
				r = t.callSpecial(f, v, c, name)
			} else {
				r = t.callSpecial(f, v, c, name, x)
			}
			t.Unhold(m)
			t.Decref(r)
			return r != Raised
		}
		t.Decref(f)
	}
	return t.genericSet(c, v, name, x)
}

// genericSet is object.__setattr__, and __delattr__ with x Unbound.
func (t *Thread) genericSet(c *Class, v, name, x Value) bool {
	d, _ := t.Lookup(c, name)
	m := t.Hold(d)
	defer t.Unhold(m)
	if d != Unbound && d.IsPtr() {
		switch t.ShapeOf(d) {
		case uint16(KGetSet):
			set := t.Field(d, 1)
			if set == Unbound {
				if c.Kind == KClass {
					if n := t.GoStr(name); n == "__mro__" || n == "__base__" {
						t.Raise(t.VM.Exc.AttributeError, "readonly attribute")
						return false
					} else if n != "__dict__" {
						break
					}
				}
				t.Raise(t.VM.Exc.AttributeError, "attribute '%s' of '%s' objects is not writable", t.GoStr(name), t.ownerOf(d, c))
				return false
			}
			r := t.Call(set, v, x)
			t.Decref(r)
			return r != Raised
		case uint16(KProperty):
			return t.propertySet(d, v, x)
		case uint16(KMember):
			return t.memberSet(d, v, x)
		}
		if dc := t.ClassOf(d); !dc.Builtin {
			slot, other := SlotSet, SlotDelete
			if x == Unbound {
				slot, other = other, slot
			}
			f := t.Special(dc, slot)
			if f == Unbound && t.Has(dc, other) {
				t.Raise(t.VM.Exc.AttributeError, "%s", slotWords[slot])
				return false
			}
			if f != Unbound {
				h := t.Hold(f)
				defer t.Unhold(h)
				var r Value
				if x == Unbound {
					r = t.callSpecial(f, d, dc, v)
				} else {
					r = t.callSpecial(f, d, dc, v, x)
				}
				t.Decref(r)
				return r != Raised
			}
		}
	}
	if name == t.VM.names.class {
		return t.setClass(v, x)
	}
	if c.Kind == KClass {
		if k := t.ClassFrom(v); k != nil {
			return t.setClassAttr(k, v, name, x)
		}
	}
	if l := t.LayoutOf(v); l != nil && l.Class.Kind == KInstance {
		if !c.HasDict {
			return t.noSlot(c, v, name, d)
		}
		return t.instanceSet(c, v, name, x)
	}
	dict := t.attrDict(v, x != Unbound)
	if dict == Raised {
		return false
	}
	if dict == Unbound && (x != Unbound || !c.HasDict) {
		return t.noSlot(c, v, name, d)
	}
	if x == Unbound {
		var old Value = Unbound
		if dict != Unbound {
			old = t.DictPop(dict, name)
		}
		if old == Unbound {
			if c.Kind == KModule { // only reading tells the module's name
				t.Raise(t.VM.Exc.AttributeError, "'%s' object has no attribute '%s'", t.TypeName(v), t.GoStr(name))
			} else {
				t.raiseAttr(c, v, name)
			}
			return false
		}
		t.Decref(old)
		return true
	}
	return t.DictSetStr(dict, name, x)
}

// ownerOf names the class that has a computed attribute.
func (t *Thread) ownerOf(d Value, c *Class) string {
	if b := t.BuiltinOf(t.Field(d, 0)); b != nil && b.Owner != nil && b.Owner.Kind != KObject {
		return b.Owner.Name
	}
	if c.Kind == KClass {
		return "type"
	}
	return c.Name
}

// noSlot raises the AttributeError of an object that takes no such attribute.
func (t *Thread) noSlot(c *Class, v, name, d Value) bool {
	if d != Unbound {
		t.Raise(t.VM.Exc.AttributeError, "'%s' object attribute '%s' is read-only", c.Name, t.GoStr(name))
	} else {
		t.Raise(t.VM.Exc.AttributeError, "'%s' object has no attribute '%s'", c.Name, t.GoStr(name))
	}
	t.noteAttr(v, name)
	return false
}

// setClassAttr changes an attribute of a class.
func (t *Thread) setClassAttr(k *Class, v, name, x Value) bool {
	if k.Builtin {
		t.Raise(t.VM.Exc.TypeError, "cannot set '%s' attribute of immutable type '%s'", t.GoStr(name), k.Name)
		return false
	}
	if x == Unbound {
		old := t.DictPop(k.Dict, name)
		if old == Unbound {
			t.Raise(t.VM.Exc.AttributeError, "type object '%s' has no attribute '%s'", k.Name, t.GoStr(name))
			return false
		}
		t.touch(k)
		t.Decref(old)
		return true
	}
	old := t.DictGetStr(k.Dict, name) // alive until the caches are cleared
	ok := t.DictSetStr(k.Dict, name, x)
	t.touch(k)
	t.Decref(old)
	return ok
}

// instanceSet writes or deletes (x Unbound) an attribute of an instance.
func (t *Thread) instanceSet(c *Class, v, name, x Value) bool {
	for {
		t.Lock(v)
		l := t.LayoutOf(v)
		if l == nil {
			t.Unlock(v)
			t.Raise(t.VM.Exc.SystemError, "use of a freed object")
			return false
		}
		if f := l.Find(name); f >= 0 && f != InstExtra {
			old := t.Field(v, f)
			if x == Unbound && old == Unbound {
				break
			}
			t.Incref(x)
			t.SetField(v, f, x)
			t.Unlock(v)
			if x == Unbound && !l.Class.isSlot(t, name) {
				t.toDict(v) // so that the order of attributes stays right when it comes back
			}
			t.Decref(old)
			return true
		}
		if l.Dict {
			d := t.Ref(t.Field(v, InstExtra))
			t.Unlock(v)
			ok := true
			if x == Unbound {
				old := t.DictPop(d, name)
				if old == Unbound {
					t.Decref(d)
					t.raiseAttr(c, v, name)
					return false
				}
				t.Decref(old)
			} else {
				ok = t.DictSetStr(d, name, x)
			}
			t.Decref(d)
			return ok
		}
		if x == Unbound {
			break
		}
		n := t.VM.with(l, name)
		if n == nil || n.Dict {
			t.Unlock(v)
			if !t.toDict(v) {
				return false
			}
			continue
		}
		t.Incref(x)
		t.SetField(v, InstFirst+len(n.Names)-1, x)
		t.Header(v).SetShape(n.Shape.ID)
		t.Unlock(v)
		return true
	}
	t.Unlock(v)
	if c.isSlot(t, name) {
		t.Raise(t.VM.Exc.AttributeError, "%s", t.GoStr(name))
		return false
	}
	t.raiseAttr(c, v, name)
	return false
}

// isSlot reports a name of __slots__.
func (c *Class) isSlot(t *Thread, name Value) bool {
	for _, s := range c.Slots {
		if t.VM.Intern(s) == name {
			return true
		}
	}
	return false
}

// toDict moves an instance's attributes into a dict; false when memory is exhausted.
func (t *Thread) toDict(v Value) bool {
	d := t.NewDict()
	if d == Raised {
		return false
	}
	t.Lock(v)
	l := t.LayoutOf(v)
	if l == nil || l.Dict {
		t.Unlock(v)
		t.Decref(d)
		return true
	}
	n := t.VM.dictLayout(l)
	if n == nil {
		t.Unlock(v)
		t.Decref(d)
		t.raiseMemory()
		return false
	}
	first := len(n.Names)
	ok := true
	var moved []Value
	for i := first; i < len(l.Names); i++ { // the dict is full before anybody sees it; nobody else has it yet
		x := t.Field(v, InstFirst+i)
		moved = append(moved, x)
		if x != Unbound {
			ok = t.DictSetStr(d, l.Names[i], x) && ok
		}
		t.SetField(v, InstFirst+i, Unbound)
	}
	t.SetField(v, InstExtra, d)
	t.Header(v).SetShape(n.Shape.ID)
	t.Unlock(v)
	t.dropAll(moved)
	return ok
}
