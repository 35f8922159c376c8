package vm

// This file writes JSON, below json.toy.

import (
	"math"
	"strconv"

	"toylang/vm/text"
)

// jsonEncoder is one call of encode(). Its values are borrowed from the arguments.
type jsonEncoder struct {
	t                  *Thread
	b                  text.Builder
	fallback           Value // default()
	indent             text.Str
	itemSep, keySep    text.Str
	pretty             bool // every item on a line of its own
	ascii, sort        bool
	skip, nan, circles bool
	most               int64   // bytes that make sense
	open               []Value // the containers being written, outermost first
}

// encodeJSON is encode(o, default, ensure_ascii, indent, item_separator, key_separator, sort_keys, skipkeys, allow_nan,
// check_circular): the text of o.
func encodeJSON(t *Thread, a []Value) Value {
	e := jsonEncoder{t: t, fallback: a[1], most: t.VM.Heap.Limit()}
	for i, p := range []*bool{&e.ascii, &e.sort, &e.skip, &e.nan, &e.circles} {
		b, ok := t.Truth(a[[...]int{2, 6, 7, 8, 9}[i]])
		if !ok {
			return Raised
		}
		*p = b
	}
	if e.pretty = a[3] != None; e.pretty {
		if !t.IsStr(a[3]) {
			return t.Raise(t.VM.Exc.TypeError, "indent must be a str, not %s", t.TypeName(a[3]))
		}
		e.indent = t.txt(a[3])
	}
	for i, x := range []Value{a[5], a[4]} {
		if !t.IsStr(x) {
			return t.Raise(t.VM.Exc.TypeError, "make_encoder() argument %d must be str, not %s", 5+i, t.TypeName(x))
		}
	}
	e.itemSep, e.keySep = t.txt(a[4]), t.txt(a[5])
	if !e.value(a[0]) {
		return Raised
	}
	return t.newStrOf(e.b.Str())
}

// value writes a value (borrowed); false when something raised.
func (e *jsonEncoder) value(v Value) bool {
	t := e.t
	if int64(e.b.Len()) > e.most {
		t.raiseMemory()
		return false
	}
	switch {
	case v == None:
		e.b.WriteASCII("null")
	case v == True:
		e.b.WriteASCII("true")
	case v == False:
		e.b.WriteASCII("false")
	case t.IsStr(v):
		escapeJSON(&e.b, t.txt(v), e.ascii)
	case t.IsInt(v):
		return e.integer(v)
	case t.isFloat(v):
		return e.float(v)
	case t.Isa(v, KList), t.Isa(v, KTuple), t.wraps(v, KTuple):
		return e.within(v, e.list)
	case t.Isa(v, KDict):
		return e.within(v, e.dict)
	default:
		return e.within(v, func(v Value) bool {
			r := t.Call(e.fallback, v)
			if r == Raised {
				return false
			}
			m := t.Hold(r)
			defer t.Unhold(m)
			return e.value(r)
		})
	}
	return true
}

func (e *jsonEncoder) integer(v Value) bool {
	t := e.t
	if v.IsInt() {
		e.b.WriteASCII(strconv.FormatInt(v.Int(), 10))
		return true
	}
	s := t.reprBase(v)
	if s == Raised {
		return false
	}
	e.b.WriteStr(t.Text(s))
	t.Decref(s)
	return true
}

func (e *jsonEncoder) float(v Value) bool {
	f := e.t.Unwrap(v).Float()
	if !math.IsInf(f, 0) && f == f {
		e.b.WriteASCII(text.ReprFloat(f))
		return true
	}
	if !e.nan {
		msg := "Out of range float values are not JSON compliant"
		if e.pretty {
			msg += ": " + text.ReprFloat(f)
		}
		e.t.Raise(e.t.VM.Exc.ValueError, "%s", msg)
		return false
	}
	switch {
	case f != f:
		e.b.WriteASCII("NaN")
	case f > 0:
		e.b.WriteASCII("Infinity")
	default:
		e.b.WriteASCII("-Infinity")
	}
	return true
}

// within writes a container, or what default() makes of an object, one level deeper.
func (e *jsonEncoder) within(v Value, f func(v Value) bool) bool {
	t := e.t
	if e.circles {
		for _, x := range e.open {
			if x == v {
				t.Raise(t.VM.Exc.ValueError, "Circular reference detected")
				return false
			}
		}
	}
	if !t.enter() {
		t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while encoding a JSON object")
		return false
	}
	defer func() { t.depth-- }()
	if !t.breakEntry() {
		return false
	}
	e.open = append(e.open, v)
	ok := f(v)
	e.open = e.open[:len(e.open)-1]
	return ok
}

// between writes what stands before an item, or with last before the closing bracket.
func (e *jsonEncoder) between(first, last bool, depth int) {
	if !first && !last {
		e.b.WriteStr(e.itemSep)
	}
	if e.pretty && (!last || !first) {
		e.b.WriteASCII("\n")
		for range depth {
			e.b.WriteStr(e.indent)
		}
	}
}

func (e *jsonEncoder) list(v Value) bool {
	t, first, depth := e.t, true, e.depth()
	item := func(x Value) bool {
		e.between(first, false, depth)
		first = false
		return e.value(x)
	}
	e.b.WriteASCII("[")
	switch {
	case t.Is(v, KList):
		for i := 0; i < t.ListLen(v); i++ {
			x := t.ListGet(v, i)
			if x == Unbound {
				break
			}
			m := t.Hold(x)
			ok := item(x)
			t.Unhold(m)
			if !ok {
				return false
			}
		}
	case t.Is(v, KTuple):
		for i, x := 0, t.Items(v); i < x.Len(); i++ {
			if !item(x.Get(i)) {
				return false
			}
		}
	default:
		if !t.Each(v, item) {
			return false
		}
	}
	e.between(first, true, depth-1)
	e.b.WriteASCII("]")
	return true
}

// depth is the number of brackets that are open: what default() was called with has none.
func (e *jsonEncoder) depth() (n int) {
	for _, v := range e.open {
		if e.t.Isa(v, KList) || e.t.Isa(v, KTuple) || e.t.wraps(v, KTuple) || e.t.Isa(v, KDict) {
			n++
		}
	}
	return n
}

func (e *jsonEncoder) dict(v Value) bool {
	t, first, depth := e.t, true, e.depth()
	pair := func(k, x Value) bool {
		var key text.Builder
		switch ok, written := e.key(&key, k); {
		case !ok:
			return false
		case !written:
			return true
		}
		if !e.pretty || !first {
			e.between(first, false, depth)
		}
		first = false
		e.b.WriteStr(key.Str())
		e.b.WriteStr(e.keySep)
		return e.value(x)
	}
	e.b.WriteASCII("{")
	some, ok := t.Truth(v)
	if !ok {
		return false
	}
	if some && e.pretty { // CPython does this also where all keys are skipped
		e.between(true, false, depth)
	}
	switch {
	case e.sort || !t.Is(v, KDict):
		ok = e.items(v, pair)
	default:
		for pos, n := 0, t.DictLen(v); ok && n > 0; n-- { // what default() adds does not count
			k, x, next, more := t.DictNext(v, pos)
			if !more {
				break
			}
			pos = next
			m := t.Hold(k)
			t.Hold(x)
			ok = pair(k, x)
			t.Unhold(m)
		}
	}
	if !ok {
		return false
	}
	e.between(!some, true, depth-1)
	e.b.WriteASCII("}")
	return true
}

// items calls pair for what v.items() gives, sorted where that is asked for.
func (e *jsonEncoder) items(v Value, pair func(k, x Value) bool) bool {
	t := e.t
	view := t.CallMethod(v, "items")
	if view == Raised {
		return false
	}
	mark := t.Hold(view)
	defer t.Unhold(mark)
	all := t.NewList()
	if all == Raised {
		return false
	}
	t.Hold(all)
	if !t.Each(view, func(x Value) bool { return t.ListAppend(all, x) }) {
		return false
	}
	if e.sort {
		r := t.CallMethod(all, "sort")
		if r == Raised {
			return false
		}
		t.Decref(r)
	}
	for i := 0; i < t.ListLen(all); i++ {
		x := t.ListGet(all, i)
		if x == Unbound {
			break
		}
		m := t.Hold(x)
		ok := t.Is(x, KTuple) && t.Items(x).Len() == 2
		if !ok {
			t.Raise(t.VM.Exc.ValueError, "items must return 2-tuples")
		} else {
			ok = pair(t.Items(x).Get(0), t.Items(x).Get(1))
		}
		t.Unhold(m)
		if !ok {
			return false
		}
	}
	return true
}

// key writes a dict's key as a str; written is false for one that is skipped.
func (e *jsonEncoder) key(b *text.Builder, k Value) (ok, written bool) {
	t := e.t
	if t.IsStr(k) {
		escapeJSON(b, t.txt(k), e.ascii)
		return true, true
	}
	if k != None && k != True && k != False && !t.isFloat(k) && !t.IsInt(k) {
		if e.skip {
			return true, false
		}
		t.Raise(t.VM.Exc.TypeError, "keys must be str, int, float, bool or None, not %s", t.TypeName(k))
		return false, false
	}
	outer := e.b
	e.b = text.Builder{}
	ok = e.value(k)
	s := e.b.Str()
	e.b = outer
	b.WriteASCII(`"`)
	b.WriteStr(s)
	b.WriteASCII(`"`)
	return ok, ok
}

// escapeJSON writes a str in quotes.
func escapeJSON(b *text.Builder, s text.Str, ascii bool) {
	b.WriteASCII(`"`)
	from, n := 0, s.Len()
	for i := range n {
		c := s.At(i)
		if c >= ' ' && c != '"' && c != '\\' && (c < 0x7f || !ascii) {
			continue
		}
		b.WriteStr(s.Slice(from, i))
		from = i + 1
		switch c {
		case '"':
			b.WriteASCII(`\"`)
		case '\\':
			b.WriteASCII(`\\`)
		case '\n':
			b.WriteASCII(`\n`)
		case '\r':
			b.WriteASCII(`\r`)
		case '\t':
			b.WriteASCII(`\t`)
		case '\f':
			b.WriteASCII(`\f`)
		case '\b':
			b.WriteASCII(`\b`)
		default:
			if c >= 0x10000 {
				writeEscape(b, 0xd800+(c-0x10000)>>10)
				c = 0xdc00 + (c-0x10000)&0x3ff
			}
			writeEscape(b, c)
		}
	}
	b.WriteStr(s.Slice(from, n))
	b.WriteASCII(`"`)
}

// writeEscape writes a unit of UTF-16 as \uXXXX.
func writeEscape(b *text.Builder, c rune) {
	const hex = "0123456789abcdef"
	b.WriteASCII(string([]byte{'\\', 'u', hex[c>>12&15], hex[c>>8&15], hex[c>>4&15], hex[c&15]}))
}
