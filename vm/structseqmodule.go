package vm

// This file makes tuples with named fields, such as sys.version_info and time.struct_time.

import "strings"

// seqType is a class of tuples whose items have names. hidden fields have a name but are no items.
type seqType struct {
	class  *Class
	fields []string
	hidden []string
}

// newSeqType makes the class. fields and hidden are names, separated by spaces; shown is the name that repr() writes.
func (t *Thread) newSeqType(name, shown, fields, hidden string, static ...Def) *seqType {
	s := &seqType{fields: strings.Fields(fields), hidden: strings.Fields(hidden)}
	repr := Def{"__repr__(self, /)", func(t *Thread, a []Value) Value {
		out := shown + "("
		for i, f := range s.fields {
			r := t.Repr(t.Items(a[0]).Get(i))
			if r == Raised {
				return r
			}
			if i > 0 {
				out += ", "
			}
			out += f + "=" + t.GoStr(r)
			t.Decref(r)
		}
		return t.NewStr(out + ")")
	}}
	reduce := Def{"__reduce__(self, /)", func(t *Thread, a []Value) Value {
		return t.NewTuple(t.Ref(t.ClassOf(a[0]).Value), t.NewTuple(t.Ref(t.Unwrap(a[0]))))
	}}
	if static == nil {
		static = []Def{{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			return t.Raise(t.VM.Exc.TypeError, "cannot create '%s' instances", name)
		}}}
	}
	d := TypeDef{Kind: KInstance, Name: name, Base: t.VM.kinds[KTuple], Final: true, Wraps: KTuple, Static: static,
		Methods: checked(name, func(t *Thread, v Value) bool { return t.ClassOf(v) == s.class }, []Def{repr, reduce})}
	for i, f := range s.fields {
		d.Getters = append(d.Getters, Getter{f, func(t *Thread, v Value) Value { return t.Ref(t.Items(v).Get(i)) }, readOnlyField})
	}
	for i, f := range s.hidden {
		d.Getters = append(d.Getters, Getter{f, func(t *Thread, v Value) Value {
			if x := t.Field(v, InstFirst+1+i); x != Unbound {
				return t.Ref(x)
			}
			return None
		}, readOnlyField})
	}
	s.class = t.defType(d)
	s.class.Slots = s.hidden
	t.setDict(s.class, "n_fields", t.NewInt(int64(len(s.fields)+len(s.hidden))))
	t.setDict(s.class, "n_sequence_fields", t.NewInt(int64(len(s.fields))))
	t.setDict(s.class, "n_unnamed_fields", t.NewInt(0))
	return s
}

// make gives an instance; it takes over the values: the items, then the hidden fields.
func (s *seqType) make(t *Thread, values ...Value) Value {
	n := len(s.fields)
	tup := t.NewTuple(values[:n]...)
	if tup == Raised {
		t.DecrefAll(values[n:]...)
		return tup
	}
	m := t.Hold(tup)
	v := t.NewInstance(s.class)
	tup = t.Release(m)
	if v == Raised {
		t.Decref(tup)
		t.DecrefAll(values[n:]...)
		return v
	}
	t.SetField(v, InstFirst, tup)
	for i, x := range values[n:] {
		t.SetField(v, InstFirst+1+i, x)
	}
	return v
}

func readOnlyField(t *Thread, _, _ Value) bool {
	t.Raise(t.VM.Exc.AttributeError, "readonly attribute")
	return false
}

// fromSequence makes an instance of the items of a sequence.
func (s *seqType) fromSequence(t *Thread, seq Value) Value {
	name := s.class.Name
	it := t.Iter(seq)
	if it == Raised {
		if t.Catch(t.VM.Exc.TypeError) {
			t.Raise(t.VM.Exc.TypeError, "constructor requires a sequence")
		}
		return Raised
	}
	t.Decref(it)
	tup := t.TupleOf(seq)
	if tup == Raised {
		return tup
	}
	m := t.Hold(tup)
	defer t.Unhold(m)
	items, all := t.Items(tup), len(s.fields)+len(s.hidden)
	how := [2]string{"an at least", "an at most"}
	if len(s.hidden) == 0 {
		how = [2]string{"a", "a"}
	}
	switch n := items.Len(); {
	case n < len(s.fields):
		return t.Raise(t.VM.Exc.TypeError, "%s() takes %s %d-sequence (%d-sequence given)", name, how[0], len(s.fields), n)
	case n > all:
		return t.Raise(t.VM.Exc.TypeError, "%s() takes %s %d-sequence (%d-sequence given)", name, how[1], all, n)
	}
	values := make([]Value, all)
	for i := range values {
		values[i] = None
		if i < items.Len() {
			values[i] = t.Ref(items.Get(i))
		}
	}
	return s.make(t, values...)
}
