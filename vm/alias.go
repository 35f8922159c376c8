package vm

// This file holds what annotations are made of: list[int] and int | str.

import "strings"

// The fields of an alias, such as list[int].
const (
	AliasOrigin = iota // list
	AliasArgs          // (int,)
)

// newAlias is class[args].
func (t *Thread) newAlias(class, args Value) Value {
	if t.Is(args, KTuple) {
		t.Incref(args)
	} else if args = t.NewTuple(t.Ref(args)); args == Raised {
		return Raised
	}
	return t.NewRecord(KAlias, t.Ref(class), args)
}

// union is a | b of types; NotImplemented where one of them is none.
func (t *Thread) union(a, b Value) Value {
	var parts []Value
	add := func(v Value) {
		if v == None {
			v = t.VM.kinds[KNone].Value
		}
		for _, p := range parts {
			if same, _ := t.Equal(p, v); same || t.Exc != Unbound {
				return
			}
		}
		parts = append(parts, v)
	}
	for _, v := range []Value{a, b} {
		switch {
		case t.Is(v, KUnion):
			for i, x := 0, t.Items(t.Field(v, 0)); i < x.Len(); i++ {
				add(x.Get(i))
			}
		case v == None || t.Is(v, KAlias) || t.ClassFrom(v) != nil:
			add(v)
		default:
			return NotImplemented
		}
	}
	if t.Exc != Unbound {
		return Raised
	}
	if len(parts) == 1 {
		return t.Ref(parts[0])
	}
	for _, p := range parts {
		t.Incref(p)
	}
	tup := t.NewTuple(parts...)
	if tup == Raised {
		return Raised
	}
	return t.NewRecord(KUnion, tup)
}

// unionHas is isinstance or issubclass against a union.
func (t *Thread) unionHas(u Value, what string, is func(k Value) (bool, bool)) (yes, ok bool) {
	x := t.Items(t.Field(u, 0))
	for i := 0; i < x.Len(); i++ {
		if t.Is(x.Get(i), KAlias) {
			t.Raise(t.VM.Exc.TypeError, "%s() argument 2 cannot be a parameterized generic", what)
			return false, false
		}
		if yes, ok = is(x.Get(i)); yes || !ok {
			return
		}
	}
	return false, true
}

// typeText writes a type as an alias or a union shows it; ok is false after raising.
func (t *Thread) typeText(v Value) (s string, ok bool) {
	switch {
	case v == Ellipsis:
		return "...", true
	case v == t.VM.kinds[KNone].Value:
		return "None", true
	}
	if c := t.ClassFrom(v); c != nil {
		m, q := t.classAttr(v, "__module__", -1), t.classQual(v)
		defer t.DecrefAll(m, q)
		if t.IsStr(m) && t.GoStr(m) != "builtins" {
			return t.GoStr(m) + "." + t.GoStr(q), true
		}
		return t.GoStr(q), true
	}
	r := t.Repr(v)
	if r == Raised {
		return "", false
	}
	defer t.Decref(r)
	return t.GoStr(r), true
}

// joinTypes writes the types of a tuple with a separator.
func (t *Thread) joinTypes(tuple Value, sep string) (string, bool) {
	var out []string
	for i, x := 0, t.Items(tuple); i < x.Len(); i++ {
		s, ok := t.typeText(x.Get(i))
		if !ok {
			return "", false
		}
		out = append(out, s)
	}
	return strings.Join(out, sep), true
}

// sameTypes reports that every type of one tuple is in the other.
func (t *Thread) sameTypes(a, b Value) (same, ok bool) {
	x, y := t.Items(a), t.Items(b)
	if x.Len() != y.Len() {
		return false, true
	}
	for i := 0; i < x.Len(); i++ {
		found := false
		for j := 0; j < y.Len() && !found; j++ {
			if found, ok = t.Equal(x.Get(i), y.Get(j)); !ok {
				return false, false
			}
		}
		if !found {
			return false, true
		}
	}
	return true, true
}

func (t *Thread) initAliases() {
	or := []Def{
		{"__or__(self, other, /)", func(t *Thread, a []Value) Value { return t.union(a[0], a[1]) }},
		{"__ror__(self, other, /)", func(t *Thread, a []Value) Value { return t.union(a[1], a[0]) }},
	}
	t.defType(TypeDef{Kind: KUnion, Name: "UnionType", Own: true, Final: true, Methods: append([]Def{
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			s, ok := t.joinTypes(t.Field(a[0], 0), " | ")
			if !ok {
				return Raised
			}
			return t.NewStr(s)
		}},
		{"__eq__(self, other, /)", func(t *Thread, a []Value) Value {
			if !t.Is(a[1], KUnion) {
				return NotImplemented
			}
			return t.boolOf(t.sameTypes(t.Field(a[0], 0), t.Field(a[1], 0)))
		}},
		{"__hash__(self, /)", func(t *Thread, a []Value) Value {
			var sum int64
			for i, x := 0, t.Items(t.Field(a[0], 0)); i < x.Len(); i++ {
				h, ok := t.Hash(x.Get(i))
				if !ok {
					return Raised
				}
				sum ^= h
			}
			return t.NewInt(sum)
		}},
		{"__instancecheck__(self, instance, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.IsInstanceOf(a[1], a[0])) }},
		{"__subclasscheck__(self, subclass, /)", func(t *Thread, a []Value) Value { return t.boolOf(t.IsSubclassOf(a[1], a[0])) }},
	}, or...), Getters: []Getter{fieldGetter("__args__", 0)}})
	t.setDict(t.VM.kinds[KUnion], "__module__", t.VM.Intern("types"))
	t.defType(TypeDef{Kind: KAlias, Name: "GenericAlias", Own: true, Static: []Def{
		{"__new__(cls, origin, args, /)", func(t *Thread, a []Value) Value { return t.newAlias(a[1], a[2]) }},
	}, Methods: append([]Def{
		{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			class, ok := t.typeText(t.Field(a[0], AliasOrigin))
			if !ok {
				return Raised
			}
			args, ok := t.joinTypes(t.Field(a[0], AliasArgs), ", ")
			if !ok {
				return Raised
			}
			if args == "" {
				args = "()"
			}
			return t.NewStr(class + "[" + args + "]")
		}},
		{"__call__(self, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			var args []Value
			for i, x := 0, t.Items(a[1]); i < x.Len(); i++ {
				args = append(args, x.Get(i))
			}
			return t.callWithDict(t.Field(a[0], AliasOrigin), args, a[2])
		}},
		{"__eq__(self, other, /)", func(t *Thread, a []Value) Value {
			if !t.Is(a[1], KAlias) {
				return NotImplemented
			}
			if t.Field(a[0], AliasOrigin) != t.Field(a[1], AliasOrigin) {
				return False
			}
			return t.boolOf(t.Equal(t.Field(a[0], AliasArgs), t.Field(a[1], AliasArgs)))
		}},
		{"__hash__(self, /)", func(t *Thread, a []Value) Value {
			h, ok := t.Hash(t.Field(a[0], AliasArgs))
			if !ok {
				return Raised
			}
			return t.NewInt(h ^ t.identityHash(t.Field(a[0], AliasOrigin)))
		}},
		{"__mro_entries__(self, bases, /)", func(t *Thread, a []Value) Value { return t.NewTuple(t.Ref(t.Field(a[0], AliasOrigin))) }},
		{"__instancecheck__(self, instance, /)", func(t *Thread, a []Value) Value {
			return t.Raise(t.VM.Exc.TypeError, "isinstance() argument 2 cannot be a parameterized generic")
		}},
	}, or...), Getters: []Getter{fieldGetter("__origin__", AliasOrigin), fieldGetter("__args__", AliasArgs)}})
	t.setDict(t.VM.kinds[KAlias], "__module__", t.VM.Intern("types"))
}
