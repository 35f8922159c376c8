package vm

// This file defines the format protocol: format(v, spec) and the __format__ of the built-in types.

import (
	"sync/atomic"

	"toylang/vm/text"
)

// initFormat registers __format__ of the number types.
func (t *Thread) initFormat() {
	for _, k := range []Kind{KInt, KFloat} {
		t.defMethods(t.VM.kinds[k], []Def{{"__format__(self, format_spec, /)", baseFormat}})
	}
}

// maxStrDigits is the limit on the digits of ints made text, as sys.set_int_max_str_digits sets it; 0 means none.
func (t *Thread) maxStrDigits() int { return int(atomic.LoadInt64(&t.VM.maxDigits)) }

// Format is format(v, spec); spec Unbound is "".
func (t *Thread) Format(v, spec Value) Value {
	empty := spec == Unbound
	if !empty {
		if !t.IsStr(spec) {
			return t.Raise(t.VM.Exc.TypeError, "Format specifier must be a string, not %s", t.TypeName(spec))
		}
		empty = t.Text(spec).Len() == 0
	}
	switch {
	case v.IsInt() || v.IsFloat() || v.IsBool() || t.Is(v, KStr) || t.Is(v, KInt):
		if empty {
			return t.Str(v)
		}
		return t.formatBase(v, v, t.txt(spec))
	case empty && t.plainRepr(v):
		return t.Repr(v)
	}
	c := t.ClassOf(v)
	m := t.Special(c, SlotFormat)
	if m == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "Type %s doesn't define __format__", c.Name)
	}
	if spec == Unbound {
		spec = t.VM.names.emptyStr
	}
	h := t.Hold(m)
	r := t.callSpecial(m, v, c, spec)
	t.Unhold(h)
	if r == Raised || t.IsStr(r) {
		return r
	}
	t.Raise(t.VM.Exc.TypeError, "__format__ must return a str, not %s", t.TypeName(r))
	t.Decref(r)
	return Raised
}

// baseFormat is the __format__ of int, float and str.
func baseFormat(t *Thread, a []Value) Value {
	if !t.IsStr(a[1]) {
		return t.Raise(t.VM.Exc.TypeError, "__format__() argument must be str, not %s", t.argTypeName(a[1]))
	}
	spec := t.txt(a[1])
	if spec.Len() == 0 {
		return t.Str(a[0])
	}
	return t.formatBase(a[0], t.Unwrap(a[0]), spec)
}

// formatBase formats u, the built-in value of v, by a specification that is not empty.
func (t *Thread) formatBase(v, u Value, spec text.Str) Value {
	name := t.TypeName(v)
	kind := text.SpecInt
	switch {
	case u.IsFloat():
		kind = text.SpecFloat
	case t.Is(u, KStr):
		kind = text.SpecStr
	case !t.IsInt(u):
		return t.Raise(t.VM.Exc.TypeError, "unsupported format string passed to %s.__format__", name)
	}
	f, err := text.ParseSpec(spec, kind, name)
	if err != nil {
		return t.RaiseText(err)
	}
	f.MaxDigits = t.maxStrDigits()
	var s text.Str
	switch {
	case kind == text.SpecFloat:
		s, err = text.FormatFloat(u.Float(), f, name)
	case kind == text.SpecStr:
		s, err = text.FormatStr(t.txt(u), f, name)
	default:
		if x, ok := t.Small(u); ok {
			s, err = text.FormatInt(x, f, name)
		} else {
			s, err = text.FormatBig(t.Big(u), f, name)
		}
	}
	if err != nil {
		return t.RaiseText(err)
	}
	return t.newStrOf(s)
}
