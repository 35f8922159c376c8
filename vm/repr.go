package vm

// This file makes texts of objects: repr, str and ascii.

import (
	"strconv"
	"strings"

	"toylang/refcount"
	"toylang/vm/text"
)

// Repr is repr(v).
func (t *Thread) Repr(v Value) Value {
	if s := t.constName(v); s != "" {
		return t.Ref(t.VM.Intern(s))
	}
	if v.IsInt() {
		return t.intStr(v.Int())
	}
	if !t.plainRepr(v) {
		return t.specialRepr(v)
	}
	var b text.Builder
	if !t.writeRepr(&b, v) {
		return Raised
	}
	return t.newStrOf(b.Str())
}

// Str is str(v).
func (t *Thread) Str(v Value) Value {
	switch {
	case v.IsInt():
		return t.intStr(v.Int())
	case t.Is(v, KStr):
		return t.Ref(v)
	case t.plainRepr(v):
		return t.Repr(v)
	}
	c := t.ClassOf(v)
	m := t.Special(c, SlotStr)
	if m == Unbound {
		return t.Repr(v)
	}
	if b := t.BuiltinOf(m); b != nil && b.Owner == t.VM.kinds[KObject] { // object's own: the repr
		t.Decref(m)
		if m = t.Special(c, SlotRepr); m == Unbound {
			return t.Repr(v)
		}
	}
	return t.textOf(m, v, c, "__str__")
}

// Ascii is ascii(v).
func (t *Thread) Ascii(v Value) Value {
	r := t.Repr(v)
	if r == Raised || t.Text(r).IsASCII() {
		return r
	}
	s := t.NewText(text.EscapeNonASCII(t.txt(r)))
	t.Decref(r)
	return s
}

// specialRepr calls v's __repr__.
func (t *Thread) specialRepr(v Value) Value {
	c := t.ClassOf(v)
	m := t.Special(c, SlotRepr)
	if m == Unbound {
		return t.NewStr(t.objectRepr(v))
	}
	return t.textOf(m, v, c, "__repr__")
}

// textOf calls a special method that must give a str; it takes over the reference to m.
func (t *Thread) textOf(m, v Value, c *Class, name string) Value {
	mark := t.Hold(m)
	if !t.enter() {
		t.Unhold(mark)
		return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while getting the %s of an object", name[2:len(name)-2])
	}
	r := t.callSpecial(m, v, c)
	t.depth--
	t.Unhold(mark)
	if r == Raised || t.IsStr(r) {
		return r
	}
	t.Raise(t.VM.Exc.TypeError, "%s returned non-string (type %s)", name, t.TypeName(r))
	t.Decref(r)
	return Raised
}

// constName is the text of the constants that stand in a value; "" for everything else.
func (t *Thread) constName(v Value) string {
	switch v {
	case None:
		return "None"
	case True:
		return "True"
	case False:
		return "False"
	case Ellipsis:
		return "Ellipsis"
	case NotImplemented:
		return "NotImplemented"
	}
	return ""
}

// plainRepr reports an exact instance of a built-in type whose repr writeRepr knows.
func (t *Thread) plainRepr(v Value) bool {
	if !v.IsPtr() {
		return true
	}
	switch s := t.ShapeOf(v); Kind(s) {
	case KInt, KStr, KBytes, KByteArray, KList, KTuple, KDict, KSet, KFrozenSet, KDictKeys, KDictValues, KDictItems, KRange, KSlice:
		return s < refcount.FirstHeapShape
	}
	return false
}

// writeRepr writes repr(v).
func (t *Thread) writeRepr(b *text.Builder, v Value) bool {
	switch {
	case v.IsInt():
		var buf [24]byte
		b.WriteASCII(bytesToString(strconv.AppendInt(buf[:0], v.Int(), 10)))
		return true
	case v.IsFloat():
		b.WriteASCII(text.ReprFloat(v.Float()))
		return true
	case !v.IsPtr():
		b.WriteASCII(t.constName(v))
		return true
	case t.plainRepr(v):
		return t.writeBase(b, v)
	}
	s := t.specialRepr(v)
	if s == Raised {
		return false
	}
	b.WriteStr(t.Text(s))
	t.Decref(s)
	return true
}

// reprBase is the repr that the built-in type of v's layout gives it, whatever its class says.
func (t *Thread) reprBase(v Value) Value {
	u := t.Unwrap(v)
	if !u.IsPtr() {
		return t.Repr(u)
	}
	var b text.Builder
	if !t.writeBase(&b, u) {
		return Raised
	}
	return t.newStrOf(b.Str())
}

// writeBase writes the repr of an object with a built-in layout.
func (t *Thread) writeBase(b *text.Builder, v Value) bool {
	switch t.Kind(v) {
	case KInt:
		s, err := text.DecimalBig(t.Big(v), t.maxStrDigits())
		if err != nil {
			t.RaiseText(err)
			return false
		}
		b.WriteASCII(s)
		return true
	case KStr:
		b.WriteStr(text.Repr(t.txt(v)))
		return true
	case KBytes:
		d, _ := t.byteData(v)
		b.WriteASCII(text.ReprBytes(d))
		return true
	case KByteArray:
		d, _ := t.byteData(v)
		s := text.ReprBytearray(d)
		if !t.Is(v, KByteArray) {
			s = t.TypeName(v) + strings.TrimPrefix(s, "bytearray")
		}
		b.WriteStr(text.DecodeWTF8(s))
		return true
	}
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while getting the repr of an object")
		return false
	}
	defer func() { t.depth-- }()
	for _, x := range t.repr {
		if x == v {
			b.WriteASCII(t.reprAgain(v))
			return true
		}
	}
	t.repr = append(t.repr, v)
	ok := t.writeContainer(b, v)
	t.repr = t.repr[:len(t.repr)-1]
	return ok
}

// reprAgain stands for a container within itself.
func (t *Thread) reprAgain(v Value) string {
	switch t.Kind(v) {
	case KList:
		return "[...]"
	case KTuple:
		return "(...)"
	case KDict:
		return "{...}"
	case KSet, KFrozenSet:
		return t.TypeName(v) + "(...)"
	}
	return "..."
}

// writeContainer writes the repr of a container, which is on the stack of those being written.
func (t *Thread) writeContainer(b *text.Builder, v Value) bool {
	switch k := t.Kind(v); k {
	case KList:
		b.WriteASCII("[")
		for i := 0; i < t.ListLen(v); i++ {
			x := t.ListGet(v, i)
			if x == Unbound {
				break
			}
			if i > 0 {
				b.WriteASCII(", ")
			}
			if !t.writeOwned(b, x) {
				return false
			}
		}
		b.WriteASCII("]")
	case KTuple:
		b.WriteASCII("(")
		x := t.Items(v)
		for i := 0; i < x.Len(); i++ {
			if i > 0 {
				b.WriteASCII(", ")
			}
			if !t.writeRepr(b, x.Get(i)) {
				return false
			}
		}
		if x.Len() == 1 {
			b.WriteASCII(",")
		}
		b.WriteASCII(")")
	case KDict:
		b.WriteASCII("{")
		if !t.writeEntries(b, v, KDict) {
			return false
		}
		b.WriteASCII("}")
	case KDictKeys, KDictValues, KDictItems:
		if t.orderedDict(t.ClassOf(t.Field(v, 0))) {
			b.WriteASCII("o")
		}
		b.WriteASCII([...]string{"dict_keys([", "dict_values([", "dict_items(["}[k-KDictKeys])
		if !t.writeEntries(b, t.Field(v, 0), k) {
			return false
		}
		b.WriteASCII("])")
	case KSet, KFrozenSet:
		return t.writeSet(b, v)
	case KRange:
		b.WriteASCII("range(")
		n := 3
		if t.Field(v, 2) == refcount.SmallInt(1) {
			n = 2
		}
		return t.writeFields(b, v, n)
	case KSlice:
		b.WriteASCII("slice(")
		return t.writeFields(b, v, 3)
	default:
		b.WriteStr(text.DecodeWTF8(t.objectRepr(v)))
	}
	return true
}

// writeOwned writes repr(x) and drops x.
func (t *Thread) writeOwned(b *text.Builder, x Value) bool {
	if !x.IsPtr() {
		return t.writeRepr(b, x)
	}
	m := t.Hold(x)
	ok := t.writeRepr(b, x)
	t.Unhold(m)
	return ok
}

func (t *Thread) writeFields(b *text.Builder, v Value, n int) bool {
	for i := 0; i < n; i++ {
		if i > 0 {
			b.WriteASCII(", ")
		}
		if !t.writeRepr(b, t.Field(v, i)) {
			return false
		}
	}
	b.WriteASCII(")")
	return true
}

// writeEntries writes a dict's entries as in its own repr, or as in the repr of one of its views.
func (t *Thread) writeEntries(b *text.Builder, d Value, what Kind) bool {
	if !t.Isa(d, KDict) {
		return true
	}
	first := true
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(d, pos)
		if !ok {
			return true
		}
		pos = next
		if !first {
			b.WriteASCII(", ")
		}
		first = false
		m := t.Hold(k)
		t.Hold(v)
		switch what {
		case KDictKeys:
			ok = t.writeRepr(b, k)
		case KDictValues:
			ok = t.writeRepr(b, v)
		case KDictItems:
			b.WriteASCII("(")
			if ok = t.writeRepr(b, k); ok {
				b.WriteASCII(", ")
				ok = t.writeRepr(b, v)
			}
			b.WriteASCII(")")
		default:
			if ok = t.writeRepr(b, k); ok {
				b.WriteASCII(": ")
				ok = t.writeRepr(b, v)
			}
		}
		t.Unhold(m)
		if !ok {
			return false
		}
	}
}

func (t *Thread) writeSet(b *text.Builder, v Value) bool {
	var items []Value
	t.Lock(v)
	tab := t.Table(t.Body(v).Payload)
	for i := 0; i < tab.Used(); i++ {
		if k := tab.Key(i); k != Unbound && k != refcount.Deleted {
			items = append(items, t.Ref(k))
		}
	}
	t.Unlock(v)
	m := t.holds
	for _, x := range items {
		t.Hold(x)
	}
	defer t.Unhold(m)
	name := t.TypeName(v)
	if len(items) == 0 {
		b.WriteASCII(name + "()")
		return true
	}
	open, end := "{", "}"
	if !t.Is(v, KSet) {
		open, end = name+"({", "})"
	}
	b.WriteStr(text.DecodeWTF8(open))
	for i, x := range items {
		if i > 0 {
			b.WriteASCII(", ")
		}
		if !t.writeRepr(b, x) {
			return false
		}
	}
	b.WriteASCII(end)
	return true
}
