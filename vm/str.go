package vm

// This file defines the type str: its constructor, operators, indexing and slicing.

import (
	"math"
	"strings"

	"toylang/refcount"
	"toylang/vm/text"
)

// initStrings registers str, bytes and bytearray, and the built-in functions about text and output.
func (t *Thread) initStrings() {
	vm := t.VM
	for i := range vm.chars {
		vm.chars[i] = vm.Intern(string(rune(i)))
	}
	c := t.defType(TypeDef{Kind: KStr, Name: "str", Own: true, Wraps: KStr,
		Methods: []Def{
			{"__repr__(self, /)", strRepr},
			{"__format__(self, format_spec, /)", baseFormat},
			{"__hash__(self, /)", strHashMethod},
			{"__iter__(self, /)", strIter},
		},
		Static: []Def{
			{"__new__(cls, object='', encoding='utf-8', errors='strict')", strNew},
			{"maketrans(x, y=None, z=None, /)", strMakeTrans},
		},
	})
	t.defStrMethods(c, strOperators)
	t.defStrMethods(c, strMethods)
	t.initBytes()
	t.initFormat()
	t.initPrint()
}

// strDef is a method of str: it gets self as object and as text, and its other arguments.
type strDef struct {
	sig string
	fn  func(t *Thread, self Value, s text.Str, a []Value) Value
}

// defStrMethods registers methods that check that self is a str.
func (t *Thread) defStrMethods(c *Class, defs []strDef) {
	out := make([]Def, len(defs))
	for i, d := range defs {
		name := sigName(d.sig)
		out[i] = Def{d.sig, func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.wrongSelf(name, "str", a[0])
			}
			return d.fn(t, a[0], t.txt(a[0]), a[1:])
		}}
	}
	t.defMethods(c, out)
}

// noSlot are the methods with underscores that are no operators: CPython complains of them as of other methods.
var noSlot = map[string]bool{"__reduce__": true, "__reduce_ex__": true, "__sizeof__": true, "__format__": true, "__copy__": true,
	"__deepcopy__": true, "__getnewargs__": true, "__reversed__": true, "__length_hint__": true, "__getstate__": true, "__setstate__": true}

// wrongSelf raises the TypeError of a method that was called on an object of another type.
func (t *Thread) wrongSelf(name, typ string, v Value) Value {
	if strings.HasPrefix(name, "__") && !noSlot[name] {
		return t.Raise(t.VM.Exc.TypeError, "descriptor '%s' requires a '%s' object but received a '%s'", name, typ, t.TypeName(v))
	}
	return t.Raise(t.VM.Exc.TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", name, typ, t.TypeName(v))
}

// txt reads a str for an operation that looks at it more than once: where another thread may overwrite guest memory at
// any time, it is a copy.
func (t *Thread) txt(v Value) text.Str {
	if !t.Unsafe {
		return t.Text(v)
	}
	s := t.Text(v)
	if s.W != nil {
		return text.FromRunes(append([]rune(nil), s.W...))
	}
	return text.ASCII(string([]byte(s.A)))
}

// newASCII makes a str of ASCII bytes, which are copied.
func (t *Thread) newASCII(b []byte) Value {
	switch len(b) {
	case 0:
		return t.Ref(t.VM.names.emptyStr)
	case 1:
		return t.Ref(t.VM.chars[b[0]&0x7F])
	}
	if v, known := t.QuickRaw(uint16(KStr), strData*8+len(b), 0, uint64(len(b))); known {
		copy(t.QuickBytes(v, strData, len(b)), b)
		return v
	}
	v := t.rawStr(KStr, len(b), len(b), 0)
	if v != Raised {
		copy(t.RawBytes(v, strData, len(b)), b)
	}
	return v
}

// newStrOf makes a str; short ones are shared.
func (t *Thread) newStrOf(s text.Str) Value {
	if s.W == nil {
		switch len(s.A) {
		case 0:
			return t.Ref(t.VM.names.emptyStr)
		case 1:
			return t.Ref(t.VM.chars[s.A[0]&0x7F])
		}
	} else if len(s.W) == 1 {
		return t.newRune(s.W[0])
	}
	return t.NewText(s)
}

// newRune makes a str of one character.
func (t *Thread) newRune(c rune) Value {
	if c >= 0 && c < 0x80 {
		return t.Ref(t.VM.chars[c])
	}
	v := t.rawStr(KStr, 4, 1, wideStr)
	if v != Raised {
		if w := t.RawInts(v, strData, 1); len(w) == 1 {
			w[0] = c
		}
	}
	return v
}

// strResult is newStrOf for the result of a method: self where it is an exact str and nothing has changed.
func (t *Thread) strResult(self Value, s, r text.Str) Value {
	if s.Len() == r.Len() && t.Is(self, KStr) && text.Equal(s, r) {
		return t.Ref(self)
	}
	return t.newStrOf(r)
}

// strOrRaise is strResult for a method that may fail.
func (t *Thread) strOrRaise(self Value, s, r text.Str, err error) Value {
	if err != nil {
		return t.RaiseText(err)
	}
	return t.strResult(self, s, r)
}

// strNew is str(object, encoding, errors).
func strNew(t *Thread, a []Value) Value {
	cls := t.ClassFrom(a[0])
	if cls == nil {
		return t.Raise(t.VM.Exc.TypeError, "str.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
	}
	var v Value
	switch {
	case a[1] == Unbound && a[2] == Unbound && a[3] == Unbound:
		v = t.Ref(t.VM.names.emptyStr)
	case a[2] == Unbound && a[3] == Unbound:
		v = t.Str(a[1])
	default:
		v = t.decodeObject(a[1], a[2], a[3])
	}
	return t.wrapNew(cls, t.VM.kinds[KStr], v)
}

// decodeObject is str(object, encoding, errors) with either given.
func (t *Thread) decodeObject(v, enc, errs Value) Value {
	for i, x := range []Value{enc, errs} {
		if x != Unbound && !t.IsStr(x) {
			return t.Raise(t.VM.Exc.TypeError, "str() argument '%s' must be str, not %s", [...]string{"encoding", "errors"}[i], t.argTypeName(x))
		}
	}
	if v == Unbound {
		return t.Ref(t.VM.names.emptyStr)
	}
	if t.IsStr(v) {
		return t.Raise(t.VM.Exc.TypeError, "decoding str is not supported")
	}
	b, ok := t.byteData(v)
	if !ok {
		return t.Raise(t.VM.Exc.TypeError, "decoding to str: need a bytes-like object, %s found", t.TypeName(v))
	}
	e, ok := t.codecArg("str", "encoding", enc, "utf-8")
	if !ok {
		return Raised
	}
	h, ok := t.codecArg("str", "errors", errs, "strict")
	if !ok {
		return Raised
	}
	return t.decode(v, b, e, h)
}

// wrapNew gives v, an owned str, bytes, or instance of a subclass, as an instance of cls.
func (t *Thread) wrapNew(cls, base *Class, v Value) Value {
	if v == Raised {
		return v
	}
	if !cls.Sub(base) {
		t.Decref(v)
		return t.Raise(t.VM.Exc.TypeError, "%s.__new__(%s): %s is not a subtype of %s", base.Name, cls.Name, cls.Name, base.Name)
	}
	if cls == base {
		return v
	}
	if u := t.Unwrap(v); u != v {
		t.Incref(u)
		t.Decref(v)
		v = u
	}
	return t.Wrap(cls, v)
}

func strHashMethod(t *Thread, a []Value) Value {
	v := t.Unwrap(a[0])
	if !t.Is(v, KStr) {
		return t.wrongSelf("__hash__", "str", a[0])
	}
	return t.NewInt(t.strHashOf(v))
}

func strRepr(t *Thread, a []Value) Value {
	if !t.IsStr(a[0]) {
		return t.wrongSelf("__repr__", "str", a[0])
	}
	return t.newStrOf(text.Repr(t.txt(a[0])))
}

func strIter(t *Thread, a []Value) Value {
	v := t.Unwrap(a[0])
	if !t.Is(v, KStr) {
		return t.wrongSelf("__iter__", "str", a[0])
	}
	return t.iterStr(v)
}

// strOperators are str's special methods.
var strOperators = []strDef{
	{"__str__(self, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.Ref(t.Unwrap(self)) }},
	{"__len__(self, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.NewInt(int64(s.Len())) }},
	{"__add__(self, value, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strAdd(self, a[0]) }},
	{"__mul__(self, value, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strMul(self, a[0]) }},
	{"__rmul__(self, value, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strMul(self, a[0]) }},
	{"__mod__(self, value, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strMod(self, a[0]) }},
	{"__rmod__(self, value, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		if !t.IsStr(a[0]) {
			return NotImplemented
		}
		return t.strMod(a[0], self)
	}},
	{"__contains__(self, key, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		in, ok := t.strContains(self, a[0])
		if !ok {
			return Raised
		}
		return refcount.Bool(in)
	}},
	{"__getitem__(self, key, /)", func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strSubscript(self, a[0]) }},
	{"__eq__(self, value, /)", strCompare(Eq)},
	{"__ne__(self, value, /)", strCompare(Ne)},
	{"__lt__(self, value, /)", strCompare(Lt)},
	{"__le__(self, value, /)", strCompare(Le)},
	{"__gt__(self, value, /)", strCompare(Gt)},
	{"__ge__(self, value, /)", strCompare(Ge)},
	{"__sizeof__(self, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		switch w := s.W; {
		case w == nil:
			return refcount.SmallInt(int64(49 + len(s.A)))
		default:
			return refcount.SmallInt(int64(76 + 4*len(w)))
		}
	}},
	{"__getnewargs__(self, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		return t.NewTuple(t.Ref(t.Unwrap(self)))
	}},
}

func strCompare(op CmpOp) func(t *Thread, self Value, s text.Str, a []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		if !t.IsStr(a[0]) {
			return NotImplemented
		}
		return refcount.Bool(t.strRelation(op, self, a[0]))
	}
}

// strRelation compares two strs.
func (t *Thread) strRelation(op CmpOp, a, b Value) bool {
	x, y := t.Text(a), t.Text(b)
	switch op {
	case Eq:
		return text.Equal(x, y)
	case Ne:
		return !text.Equal(x, y)
	}
	return op.holds(text.Compare(x, y))
}

// holds says whether the comparison is true of operands that compare as c (negative, zero, positive).
func (op CmpOp) holds(c int) bool {
	switch op {
	case Lt:
		return c < 0
	case Le:
		return c <= 0
	case Gt:
		return c > 0
	case Ge:
		return c >= 0
	case Eq:
		return c == 0
	}
	return c != 0
}

// strAdd is a + b for a str a.
func (t *Thread) strAdd(a, b Value) Value {
	if !t.IsStr(b) {
		return t.Raise(t.VM.Exc.TypeError, "can only concatenate str (not \"%s\") to str", t.TypeName(b))
	}
	return t.concatStrs(t.Unwrap(a), t.Unwrap(b))
}

// putRunes writes a str's code points and gives their number.
func putRunes(d []int32, s text.Str) int {
	if s.W != nil {
		return copy(d, s.W)
	}
	n := min(len(s.A), len(d))
	for i := 0; i < n; i++ {
		d[i] = int32(s.A[i])
	}
	return n
}

// strMul is s * n.
func (t *Thread) strMul(s, n Value) Value {
	k, ok := t.Index(n)
	if !ok {
		return Raised
	}
	x := t.Text(s)
	size := int64(x.Len())
	switch {
	case k <= 0 || size == 0:
		return t.Ref(t.VM.names.emptyStr)
	case k == 1:
		return t.Ref(t.Unwrap(s))
	case k > math.MaxInt32/size:
		if k > math.MaxInt64/size {
			return t.Raise(t.VM.Exc.OverflowError, "repeated string is too long")
		}
		t.raiseMemory()
		return Raised
	}
	total := int(size * k)
	if x.W == nil {
		v := t.rawStr(KStr, total, total, 0)
		if v != Raised {
			d := t.RawBytes(v, strData, total)
			for i := copy(d, x.A); i > 0 && i < len(d); i *= 2 {
				copy(d[i:], d[:i])
			}
		}
		return v
	}
	v := t.rawStr(KStr, 4*total, total, wideStr)
	if v != Raised {
		d := t.RawInts(v, strData, total)
		for i := copy(d, x.W); i > 0 && i < len(d); i *= 2 {
			copy(d[i:], d[:i])
		}
	}
	return v
}

// strContains is x in s.
func (t *Thread) strContains(s, x Value) (in, ok bool) {
	if !t.IsStr(x) {
		t.Raise(t.VM.Exc.TypeError, "'in <string>' requires string as left operand, not %s", t.TypeName(x))
		return false, false
	}
	return t.txt(s).Contains(t.txt(x)), true
}
