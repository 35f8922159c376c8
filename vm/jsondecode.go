package vm

// This file reads JSON, below json.toy.

import (
	"math/big"
	"strings"

	"toylang/vm/text"
)

// jsonDecoder is one call of decode(). Its values are borrowed from the arguments: functions, or None for what is built in.
type jsonDecoder struct {
	t                               *Thread
	doc                             Value
	s                               text.Str
	n                               int
	strict                          bool
	hook, pairs                     Value
	parseFloat, parseInt, parseName Value
	keys                            map[string]Value // by their text; held has them
	held                            Value            // a list
	fail                            Value            // called with a message, the text and a place, it gives the exception
}

// decodeJSON is decode(text, start, strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, error):
// the value that begins at a place and the place where it ends.
func decodeJSON(t *Thread, a []Value) Value {
	if !t.IsStr(a[0]) {
		return t.Raise(t.VM.Exc.TypeError, "first argument must be a string, not %s", t.TypeName(a[0]))
	}
	at, ok := t.Index(a[1])
	if !ok {
		return Raised
	}
	if at < 0 {
		return t.Raise(t.VM.Exc.ValueError, "idx cannot be negative")
	}
	d := jsonDecoder{t: t, doc: a[0], s: t.txt(a[0]), hook: a[3], pairs: a[4], parseFloat: a[5], parseInt: a[6], parseName: a[7], fail: a[8]}
	if d.strict, ok = t.Truth(a[2]); !ok {
		return Raised
	}
	if d.n = d.s.Len(); at >= int64(d.n) {
		v, _ := d.raise("Expecting value", int(at))
		return v
	}
	if d.keys, d.held = map[string]Value{}, t.NewList(); d.held == Raised {
		return Raised
	}
	mark := t.Hold(d.held)
	v, end := d.value(int(at))
	t.Unhold(mark)
	if v == Raised {
		return v
	}
	return t.NewTuple(v, t.NewInt(int64(end)))
}

// raise raises what is wrong at a place.
func (d *jsonDecoder) raise(msg string, at int) (Value, int) {
	t := d.t
	m := t.NewStr(msg)
	if m == Raised {
		return m, 0
	}
	mark := t.Hold(m)
	e := t.Call(d.fail, m, d.doc, t.NewInt(int64(at)))
	t.Unhold(mark)
	if e == Raised {
		return e, 0
	}
	if !t.Isa(e, KException) {
		t.Decref(e)
		return t.Raise(t.VM.Exc.TypeError, "exceptions must derive from BaseException"), 0
	}
	return t.RaiseValue(e), 0
}

// char is the character at a place; 0 at the end and for what is not ASCII.
func (d *jsonDecoder) char(i int) byte {
	if i >= d.n {
		return 0
	}
	if d.s.W == nil {
		return d.s.A[i]
	}
	if c := d.s.At(i); c < 0x80 {
		return byte(c)
	}
	return 0
}

func (d *jsonDecoder) space(i int) int {
	for i < d.n {
		switch d.char(i) {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// value reads the value at a place (owned), and gives the place behind it.
func (d *jsonDecoder) value(i int) (Value, int) {
	t := d.t
	switch d.char(i) {
	case '"':
		return d.str(i + 1)
	case '{', '[':
		if !t.enter() {
			kind := "array"
			if d.char(i) == '{' {
				kind = "object"
			}
			return t.Raise(t.VM.Exc.RecursionError, "maximum recursion depth exceeded while decoding a JSON %s from a unicode string", kind), 0
		}
		defer func() { t.depth-- }()
		if !t.breakEntry() {
			return Raised, 0
		}
		if d.char(i) == '{' {
			return d.object(i + 1)
		}
		return d.array(i + 1)
	case 'n':
		if d.word(i, "null") {
			return None, i + 4
		}
	case 't':
		if d.word(i, "true") {
			return True, i + 4
		}
	case 'f':
		if d.word(i, "false") {
			return False, i + 5
		}
	case 'N':
		if d.word(i, "NaN") {
			return d.constant("NaN", i)
		}
	case 'I':
		if d.word(i, "Infinity") {
			return d.constant("Infinity", i)
		}
	case '-':
		if d.word(i, "-Infinity") {
			return d.constant("-Infinity", i)
		}
	}
	return d.number(i)
}

func (d *jsonDecoder) word(i int, w string) bool {
	for j := range len(w) {
		if d.char(i+j) != w[j] {
			return false
		}
	}
	return true
}

// call gives f(v); it takes over v.
func (d *jsonDecoder) call(f, v Value) Value {
	if v == Raised {
		return v
	}
	m := d.t.Hold(v)
	r := d.t.Call(f, v)
	d.t.Unhold(m)
	return r
}

// constant reads a number that JSON has not.
func (d *jsonDecoder) constant(w string, i int) (Value, int) {
	if d.parseName != None {
		return d.call(d.parseName, d.t.NewStr(w)), i + len(w)
	}
	f, _ := text.ParseFloat(text.ASCII(w))
	return d.t.NewFloat(f), i + len(w)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (d *jsonDecoder) number(start int) (Value, int) {
	t, i := d.t, start
	if d.char(i) == '-' {
		i++
	}
	switch c := d.char(i); {
	case c == '0':
		i++
	case digit(c):
		for digit(d.char(i)) {
			i++
		}
	default:
		return d.raise("Expecting value", start)
	}
	whole := true
	if d.char(i) == '.' && digit(d.char(i+1)) {
		whole = false
		for i++; digit(d.char(i)); {
			i++
		}
	}
	if c := d.char(i); c == 'e' || c == 'E' {
		j := i + 1
		if c := d.char(j); c == '-' || c == '+' {
			j++
		}
		if digit(d.char(j)) {
			whole = false
			for i = j; digit(d.char(i)); {
				i++
			}
		}
	}
	s := d.s.Slice(start, i)
	if s.W != nil {
		s = text.FromRunes(append([]rune(nil), s.W...))
	}
	parse := d.parseFloat
	if whole {
		parse = d.parseInt
	}
	if whole && parse == None && s.Len() < 18 {
		n := int64(0)
		for j := start; j < i; j++ {
			if c := d.char(j); c != '-' {
				n = 10*n + int64(c-'0')
			}
		}
		if d.char(start) == '-' {
			n = -n
		}
		return t.NewInt(n), i
	}
	if parse != None {
		return d.call(parse, t.newStrOf(s)), i
	}
	if !whole {
		f, err := text.ParseFloat(s)
		if err != nil {
			return t.RaiseText(err), 0
		}
		return t.NewFloat(f), i
	}
	var small int64
	var large *big.Int
	small, large, err := text.ParseInt(s, 10, t.maxStrDigits())
	switch {
	case err != nil:
		return t.RaiseText(err), 0
	case large != nil:
		return t.NewBig(large), i
	}
	return t.NewInt(small), i
}

// str reads a str whose opening quote stands before i.
func (d *jsonDecoder) str(i int) (Value, int) {
	t, begin := d.t, i-1
	if end := d.plainEnd(i); end >= 0 {
		return t.newStrOf(text.ASCII(d.s.A[i:end])), end + 1
	}
	var b text.Builder
	for {
		from := i
		for i < d.n {
			c := d.s.At(i)
			if c == '"' || c == '\\' {
				break
			}
			if c < ' ' && d.strict {
				return d.raise("Invalid control character at", i)
			}
			i++
		}
		if i >= d.n {
			return d.raise("Unterminated string starting at", begin)
		}
		if d.s.At(i) == '"' && b.Len() == 0 {
			s := d.s.Slice(from, i)
			if s.W != nil {
				s = text.FromRunes(append([]rune(nil), s.W...))
			}
			return t.newStrOf(s), i + 1
		}
		part := d.s.Slice(from, i)
		for j := range part.Len() {
			b.WriteRune(part.At(j))
		}
		if d.s.At(i) == '"' {
			return t.newStrOf(b.Str()), i + 1
		}
		if i++; i >= d.n {
			return d.raise("Unterminated string starting at", begin)
		}
		c := d.s.At(i)
		i++
		switch c {
		case '"', '\\', '/':
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			ok := false
			if c, ok = d.hex(i); !ok {
				return d.raise("Invalid \\uXXXX escape", i-1)
			}
			i += 4
			if c>>10 == 0xd800>>10 && i+6 < d.n && d.char(i) == '\\' && d.char(i+1) == 'u' {
				low, ok := d.hex(i + 2)
				if !ok {
					return d.raise("Invalid \\uXXXX escape", i+1)
				}
				if low>>10 == 0xdc00>>10 {
					c = 0x10000 + (c&0x3ff)<<10 | low&0x3ff
					i += 6
				}
			}
		default:
			return d.raise("Invalid \\escape", i-2)
		}
		b.WriteRune(c)
	}
}

// plainEnd is the end of a str of ASCII without escapes that begins at i; -1 for others.
func (d *jsonDecoder) plainEnd(i int) int {
	if d.s.W != nil {
		return -1
	}
	for ; i < d.n; i++ {
		switch c := d.s.A[i]; {
		case c == '"':
			return i
		case c == '\\' || c < ' ':
			return -1
		}
	}
	return -1
}

// key is str for the key of an object: equal ones are one object.
func (d *jsonDecoder) key(i int) (Value, int) {
	end := d.plainEnd(i)
	if end < 0 {
		return d.str(i)
	}
	if k, ok := d.keys[d.s.A[i:end]]; ok {
		return d.t.Ref(k), end + 1
	}
	k, next := d.str(i)
	if k != Raised && len(d.keys) < 1000 {
		if d.t.ListAppend(d.held, k) {
			d.keys[strings.Clone(d.s.A[i:end])] = k
		} else {
			d.t.Decref(k)
			k = Raised
		}
	}
	return k, next
}

// hex reads four hexadecimal digits that do not end the text.
func (d *jsonDecoder) hex(i int) (c rune, ok bool) {
	if i+4 >= d.n {
		return 0, false
	}
	for j := range 4 {
		x := d.char(i + j)
		switch {
		case digit(x):
			c = c<<4 | rune(x-'0')
		case x|0x20 >= 'a' && x|0x20 <= 'f':
			c = c<<4 | rune(x|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return c, true
}

// array reads a list whose bracket stands before i.
func (d *jsonDecoder) array(i int) (Value, int) {
	t := d.t
	l := t.NewList()
	if l == Raised {
		return l, 0
	}
	mark := t.Hold(l)
	wrong := func(msg string, at int) (Value, int) {
		t.Unhold(mark)
		return d.raise(msg, at)
	}
	if i = d.space(i); d.char(i) == ']' {
		return t.Release(mark), i + 1
	}
	for {
		v, end := d.value(i)
		if v == Raised {
			t.Unhold(mark)
			return v, 0
		}
		ok := t.ListAppend(l, v)
		t.Decref(v)
		if !ok {
			t.Unhold(mark)
			return Raised, 0
		}
		i = d.space(end)
		switch d.char(i) {
		case ']':
			return t.Release(mark), i + 1
		case ',':
			i = d.space(i + 1)
		default:
			return wrong("Expecting ',' delimiter", i)
		}
	}
}

// object reads a dict whose bracket stands before i, or what the hooks make of it.
func (d *jsonDecoder) object(i int) (Value, int) {
	t := d.t
	into := t.NewDict
	if d.pairs != None {
		into = func() Value { return t.NewList() }
	}
	o := into()
	if o == Raised {
		return o, 0
	}
	mark := t.Hold(o)
	wrong := func(msg string, at int) (Value, int) {
		t.Unhold(mark)
		return d.raise(msg, at)
	}
	for i = d.space(i); d.char(i) != '}'; {
		if d.char(i) != '"' {
			return wrong("Expecting property name enclosed in double quotes", i)
		}
		k, end := d.key(i + 1)
		if k == Raised {
			t.Unhold(mark)
			return k, 0
		}
		pair := t.Hold(k)
		if i = d.space(end); d.char(i) != ':' {
			return wrong("Expecting ':' delimiter", i)
		}
		v, end := d.value(d.space(i + 1))
		if v == Raised {
			t.Unhold(mark)
			return v, 0
		}
		t.Hold(v)
		ok := true
		if d.pairs == None {
			ok = t.DictSet(o, k, v)
		} else {
			x := t.NewTuple(t.Ref(k), t.Ref(v))
			ok = x != Raised && t.ListAppend(o, x)
			t.Decref(x)
		}
		t.Unhold(pair)
		if !ok {
			t.Unhold(mark)
			return Raised, 0
		}
		i = d.space(end)
		if d.char(i) == '}' {
			break
		}
		if d.char(i) != ',' {
			return wrong("Expecting ',' delimiter", i)
		}
		if i = d.space(i + 1); d.char(i) == '}' {
			return wrong("Expecting property name enclosed in double quotes", i)
		}
	}
	o = t.Release(mark)
	switch {
	case d.pairs != None:
		o = d.call(d.pairs, o)
	case d.hook != None:
		o = d.call(d.hook, o)
	}
	return o, i + 1
}

func initJSON(t *Thread, m Value) bool {
	escape := func(ascii bool) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "first argument must be a string, not %s", t.TypeName(a[0]))
			}
			var b text.Builder
			escapeJSON(&b, t.txt(a[0]), ascii)
			return t.newStrOf(b.Str())
		}
	}
	t.modFuncs(m, []Def{
		{"encode(o, default, ensure_ascii, indent, item_separator, key_separator, sort_keys, skipkeys, allow_nan, check_circular, /)", encodeJSON},
		{"decode(text, start, strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, error, /)", decodeJSON},
		{"encode_basestring(string, /)", escape(false)},
		{"encode_basestring_ascii(string, /)", escape(true)},
	})
	return true
}
