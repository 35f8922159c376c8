package vm

// This file defines bool and the types of None, NotImplemented and the ellipsis.

import "toylang/refcount"

// initBool registers bool, whose base is int.
func (t *Thread) initBool(base *Class) {
	var methods []Def
	for _, op := range []BinOp{BitAnd, BitOr, BitXor} {
		methods = append(methods, binaryMethods(op, "bool", isBool, func(t *Thread, op BinOp, a, b Value) Value {
			if a.IsBool() && b.IsBool() {
				return t.numOp(op, a, b)
			}
			return t.intOpOr(op, a, b)
		})...)
	}
	methods = append(methods, Def{"__repr__(self, /)", func(t *Thread, a []Value) Value {
		if !a[0].IsBool() {
			return t.wrongNumber("__repr__", "bool", a[0])
		}
		return t.Ref(t.VM.Intern(boolName(a[0])))
	}})
	t.defType(TypeDef{Kind: KBool, Name: "bool", Base: base, Own: true, Final: true, Methods: methods,
		Static: []Def{{"__new__(cls, object=False, /)", boolNew}}})
}

func isBool(_ *Thread, v Value) bool { return v.IsBool() }

func boolName(v Value) string {
	if v == True {
		return "True"
	}
	return "False"
}

func boolNew(t *Thread, a []Value) Value {
	if _, ok := t.numClass(a[0], KBool); !ok {
		return Raised
	}
	if a[1] == Unbound {
		return False
	}
	b, ok := t.Truth(a[1])
	if !ok {
		return Raised
	}
	return refcount.Bool(b)
}

// initConstants registers the types that have one object each.
func (t *Thread) initConstants() {
	for _, c := range []struct {
		kind       Kind
		name, repr string
		value      Value
	}{
		{KNone, "NoneType", "None", None},
		{KNotImplemented, "NotImplementedType", "NotImplemented", NotImplemented},
		{KEllipsis, "ellipsis", "Ellipsis", Ellipsis},
	} {
		methods := []Def{
			{"__repr__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(t.VM.Intern(c.repr)) }},
			{"__hash__(self, /)", func(t *Thread, a []Value) Value {
				h, ok := t.Hash(a[0])
				if !ok {
					return Raised
				}
				return t.NewInt(h)
			}},
		}
		if c.kind == KNone {
			methods = append(methods, Def{"__bool__(self, /)", func(t *Thread, a []Value) Value { return False }})
		}
		t.defType(TypeDef{Kind: c.kind, Name: c.name, Own: true, Final: true, Methods: methods,
			Static: []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				if t.Items(a[1]).Len() > 0 || t.DictLen(a[2]) > 0 {
					return t.Raise(t.VM.Exc.TypeError, "%s takes no arguments", c.name)
				}
				return c.value
			}}}})
	}
}
