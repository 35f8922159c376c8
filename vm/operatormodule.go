package vm

// This file is the module _operator: the operators as functions, and the objects that read an item or an attribute.

import (
	"strings"

	"toylang/refcount"
)

func initOperator(t *Thread, m Value) bool {
	binary := []struct {
		name string
		op   BinOp
		also string // the name of the assignment
	}{{"add", Add, "iadd"}, {"sub", Sub, "isub"}, {"mul", Mul, "imul"}, {"truediv", TrueDiv, "itruediv"},
		{"floordiv", FloorDiv, "ifloordiv"}, {"mod", Mod, "imod"}, {"pow", Pow, "ipow"}, {"matmul", MatMul, "imatmul"},
		{"lshift", LShift, "ilshift"}, {"rshift", RShift, "irshift"}, {"and_", BitAnd, "iand"}, {"or_", BitOr, "ior"},
		{"xor", BitXor, "ixor"}}
	var defs []Def
	for _, b := range binary {
		defs = append(defs,
			Def{b.name + "(a, b, /)", func(t *Thread, a []Value) Value { return t.Binary(b.op, a[0], a[1]) }},
			Def{b.also + "(a, b, /)", func(t *Thread, a []Value) Value { return t.Inplace(b.op, a[0], a[1]) }})
	}
	for op, name := range []string{"lt", "le", "gt", "ge", "eq", "ne"} {
		defs = append(defs, Def{name + "(a, b, /)", func(t *Thread, a []Value) Value { return t.Compare(CmpOp(op), a[0], a[1]) }})
	}
	for name, s := range map[string]Slot{"neg": SlotNeg, "pos": SlotPos, "invert": SlotInvert, "inv": SlotInvert} {
		defs = append(defs, Def{name + "(a, /)", func(t *Thread, a []Value) Value { return t.Unary(s, a[0]) }})
	}
	t.modFuncs(m, append(defs, []Def{
		{"abs(a, /)", func(t *Thread, a []Value) Value { return t.Abs(a[0]) }},
		{"index(a, /)", func(t *Thread, a []Value) Value { return t.IndexValue(a[0]) }},
		{"truth(a, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.Truth(a[0])) }},
		{"not_(a, /)", func(t *Thread, a []Value) Value {
			b, ok := t.Truth(a[0])
			return t.boolOf(!b, ok)
		}},
		{"is_(a, b, /)", func(t *Thread, a []Value) Value { return refcount.Bool(a[0] == a[1]) }},
		{"is_not(a, b, /)", func(t *Thread, a []Value) Value { return refcount.Bool(a[0] != a[1]) }},
		{"contains(a, b, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.Contains(a[0], a[1])) }},
		{"getitem(a, b, /)", func(t *Thread, a []Value) Value { return t.GetItem(a[0], a[1]) }},
		{"setitem(a, b, c, /)", func(t *Thread, a []Value) Value { return okNone(t.SetItem(a[0], a[1], a[2])) }},
		{"delitem(a, b, /)", func(t *Thread, a []Value) Value { return okNone(t.DelItem(a[0], a[1])) }},
	}...))
	item := t.getterType("itemgetter", nil, func(t *Thread, obj, key Value) Value { return t.GetItem(obj, key) })
	attr := t.getterType("attrgetter", func(t *Thread, name Value) bool {
		if !t.IsStr(name) {
			t.Raise(t.VM.Exc.TypeError, "attribute name must be a string")
		}
		return t.IsStr(name)
	}, (*Thread).dottedAttr)
	t.modSet(m, "itemgetter", t.Ref(item.Value))
	t.modSet(m, "attrgetter", t.Ref(attr.Value))
	return true
}

// getterType makes a class whose instances are called with an object and get parts of it: a value for one key, a tuple for
// several. The keys are an instance's only field.
func (t *Thread) getterType(name string, check func(t *Thread, key Value) bool, get func(t *Thread, obj, key Value) Value) *Class {
	var c *Class
	c = t.defType(TypeDef{Kind: KInstance, Name: "operator." + name, Final: true, Static: []Def{
		{"__new__(cls, /, *args)", func(t *Thread, a []Value) Value {
			if t.newClass(c, a[0]) == nil {
				return Raised
			}
			keys := t.Items(a[1])
			if keys.Len() == 0 {
				return t.Raise(t.VM.Exc.TypeError, "%s expected 1 argument, got 0", name)
			}
			for i := 0; check != nil && i < keys.Len(); i++ {
				if !check(t, keys.Get(i)) {
					return Raised
				}
			}
			v := t.NewInstance(c)
			if v != Raised {
				t.SetField(v, InstFirst, t.Ref(a[1]))
			}
			return v
		}},
	}, Methods: checked("operator."+name, func(t *Thread, v Value) bool { return t.ClassOf(v) == c }, []Def{
		{"__call__(self, obj, /)", func(t *Thread, a []Value) Value {
			keys := t.Items(t.Field(a[0], InstFirst))
			if keys.Len() == 1 {
				return get(t, a[1], keys.Get(0))
			}
			mark := t.holds
			defer t.Unhold(mark)
			var parts []Value
			for i := 0; i < keys.Len(); i++ {
				v := get(t, a[1], keys.Get(i))
				if v == Raised {
					return v
				}
				t.Hold(v)
				parts = append(parts, v)
			}
			for _, v := range parts {
				t.Incref(v)
			}
			return t.NewTuple(parts...)
		}},
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			r := t.Repr(t.Field(a[0], InstFirst))
			if r == Raised {
				return r
			}
			defer t.Decref(r)
			return t.NewStr("operator." + name + strings.Replace(t.GoStr(r), ",)", ")", 1))
		}},
		{"__reduce__(self, /)", func(t *Thread, a []Value) Value {
			return t.NewTuple(t.Ref(c.Value), t.Ref(t.Field(a[0], InstFirst)))
		}},
	})})
	c.Slots = []string{" keys"}
	return c
}

// dottedAttr reads obj.a.b.c for the name "a.b.c".
func (t *Thread) dottedAttr(obj, name Value) Value {
	v := t.Ref(obj)
	for _, part := range strings.Split(t.GoStr(name), ".") {
		m := t.Hold(v)
		v = t.GetAttr(v, t.VM.Intern(part))
		t.Unhold(m)
		if v == Raised {
			break
		}
	}
	return v
}
