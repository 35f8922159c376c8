package vm

// This file defines str's methods.

import (
	"math"
	"strings"

	"toylang/refcount"
	"toylang/vm/text"
)

// strMap makes a method of a function from text to text.
func strMap(f func(s text.Str) text.Str) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value { return t.strResult(self, s, f(s)) }
}

// strCase makes upper or lower: of ASCII text, the letters from lo to hi change their case, straight into the new str.
func strCase(lo, hi byte, wide func(s text.Str) text.Str) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		if s.W != nil || len(s.A) < 2 {
			return t.strResult(self, s, wide(s))
		}
		i := 0
		for i < len(s.A) && (s.A[i] < lo || s.A[i] > hi) {
			i++
		}
		if i == len(s.A) {
			return t.strResult(self, s, s)
		}
		v := t.rawStr(KStr, len(s.A), len(s.A), 0)
		if v == Raised {
			return v
		}
		d := t.RawBytes(v, strData, len(s.A))
		copy(d, s.A[:i])
		for ; i < len(d) && i < len(s.A); i++ {
			c := s.A[i]
			if c >= lo && c <= hi {
				c ^= 0x20
			}
			d[i] = c
		}
		return v
	}
}

// strTest makes a method of a predicate.
func strTest(f func(s text.Str) bool) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value { return refcount.Bool(f(s)) }
}

var strMethods = []strDef{
	{"upper(self, /)", strCase('a', 'z', text.Str.Upper)},
	{"lower(self, /)", strCase('A', 'Z', text.Str.Lower)},
	{"casefold(self, /)", strMap(text.Str.Casefold)},
	{"capitalize(self, /)", strMap(text.Str.Capitalize)},
	{"title(self, /)", strMap(text.Str.Title)},
	{"swapcase(self, /)", strMap(text.Str.SwapCase)},
	{"isalpha(self, /)", strTest(text.Str.IsAlpha)},
	{"isalnum(self, /)", strTest(text.Str.IsAlnum)},
	{"isascii(self, /)", strTest(text.Str.IsASCII)},
	{"isdecimal(self, /)", strTest(text.Str.IsDecimal)},
	{"isdigit(self, /)", strTest(text.Str.IsDigit)},
	{"isnumeric(self, /)", strTest(text.Str.IsNumeric)},
	{"isidentifier(self, /)", strTest(text.Str.IsIdentifier)},
	{"islower(self, /)", strTest(text.Str.IsLower)},
	{"isupper(self, /)", strTest(text.Str.IsUpper)},
	{"istitle(self, /)", strTest(text.Str.IsTitle)},
	{"isspace(self, /)", strTest(text.Str.IsSpace)},
	{"isprintable(self, /)", strTest(text.Str.IsPrintable)},
	{"strip(self, chars=None, /)", strStrip("strip", text.StripBoth)},
	{"lstrip(self, chars=None, /)", strStrip("lstrip", text.StripLeft)},
	{"rstrip(self, chars=None, /)", strStrip("rstrip", text.StripRight)},
	{"split(self, sep=None, maxsplit=-1)", strSplit(false)},
	{"rsplit(self, sep=None, maxsplit=-1)", strSplit(true)},
	{"splitlines(self, keepends=False)", strSplitLines},
	{"partition(self, sep, /)", strPartition(text.Str.Partition)},
	{"rpartition(self, sep, /)", strPartition(text.Str.RPartition)},
	{"join(self, iterable, /)", strJoin},
	{"replace(self, old, new, count=-1, /)", strReplace},
	{"find(self, sub, start=None, end=None, /)", strFind(func(s, sub text.Str, lo, hi int) (int, error) { return s.Find(sub, lo, hi), nil })},
	{"rfind(self, sub, start=None, end=None, /)", strFind(func(s, sub text.Str, lo, hi int) (int, error) { return s.RFind(sub, lo, hi), nil })},
	{"index(self, sub, start=None, end=None, /)", strFind(text.Str.Index)},
	{"rindex(self, sub, start=None, end=None, /)", strFind(text.Str.RIndex)},
	{"count(self, sub, start=None, end=None, /)", strFind(func(s, sub text.Str, lo, hi int) (int, error) { return s.Count(sub, lo, hi), nil })},
	{"startswith(self, prefix, start=None, end=None, /)", strAffix("startswith", text.Str.StartsWith)},
	{"endswith(self, suffix, start=None, end=None, /)", strAffix("endswith", text.Str.EndsWith)},
	{"removeprefix(self, prefix, /)", strRemove("removeprefix", text.Str.RemovePrefix)},
	{"removesuffix(self, suffix, /)", strRemove("removesuffix", text.Str.RemoveSuffix)},
	{"center(self, width, fillchar=' ', /)", strPad(text.Str.Center)},
	{"ljust(self, width, fillchar=' ', /)", strPad(text.Str.LJust)},
	{"rjust(self, width, fillchar=' ', /)", strPad(text.Str.RJust)},
	{"zfill(self, width, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		w, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		r, err := s.ZFill(int(w))
		return t.strOrRaise(self, s, r, err)
	}},
	{"expandtabs(self, tabsize=8)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		w, ok := t.indexOr(a[0], 8)
		if !ok {
			return Raised
		}
		r, err := s.ExpandTabs(w)
		return t.strOrRaise(self, s, r, err)
	}},
	{"translate(self, table, /)", strTranslate},
	{"encode(self, encoding='utf-8', errors='strict')", strEncode},
	{"format(self, /, *args, **kwargs)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		return t.formatText(s, a[0], a[1], false)
	}},
	{"format_map(self, mapping, /)", func(t *Thread, self Value, s text.Str, a []Value) Value {
		return t.formatText(s, t.VM.names.emptyTuple, a[0], true)
	}},
}

// indexOr reads an int argument, or gives its default.
func (t *Thread) indexOr(v Value, def int) (int, bool) {
	if v == Unbound {
		return def, true
	}
	i, ok := t.Index(v)
	return int(i), ok
}

// strArg reads an argument that must be a str.
func (t *Thread) strArg(v Value) (text.Str, bool) {
	if !t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "must be str, not %s", t.TypeName(v))
		return text.Str{}, false
	}
	return t.txt(v), true
}

// strArgOf is strArg that names the function and the argument's position (0: its only one).
func (t *Thread) strArgOf(v Value, name string, pos int) (text.Str, bool) {
	if t.IsStr(v) {
		return t.txt(v), true
	}
	if pos == 0 {
		t.Raise(t.VM.Exc.TypeError, "%s() argument must be str, not %s", name, t.argTypeName(v))
	} else {
		t.Raise(t.VM.Exc.TypeError, "%s() argument %d must be str, not %s", name, pos, t.argTypeName(v))
	}
	return text.Str{}, false
}

// bounds reads the optional start and end of find and its like.
func (t *Thread) bounds(lo, hi Value) (int, int, bool) {
	l, ok := t.sliceArg(lo, 0)
	if !ok {
		return 0, 0, false
	}
	h, ok := t.sliceArg(hi, math.MaxInt64)
	return int(l), int(h), ok
}

func strStrip(name string, side text.StripSide) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		switch {
		case a[0] == Unbound || a[0] == None:
			return t.strResult(self, s, s.StripSpace(side))
		case !t.IsStr(a[0]):
			return t.Raise(t.VM.Exc.TypeError, "%s arg must be None or str", name)
		}
		return t.strResult(self, s, s.Strip(t.txt(a[0]), side))
	}
}

func strPartition(f func(s, sep text.Str) (head, middle, tail text.Str, err error)) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		sep, ok := t.strArg(a[0])
		if !ok {
			return Raised
		}
		x, y, z, err := f(s, sep)
		if err != nil {
			return t.RaiseText(err)
		}
		return t.tupleOfOwned(t.newStrOf(x), t.newStrOf(y), t.newStrOf(z))
	}
}

// tupleOfOwned is NewTuple for values some of which may be Raised.
func (t *Thread) tupleOfOwned(vs ...Value) Value {
	for _, v := range vs {
		if v == Raised {
			t.DecrefAll(vs...)
			return Raised
		}
	}
	return t.NewTuple(vs...)
}

func strReplace(t *Thread, self Value, s text.Str, a []Value) Value {
	old, ok := t.strArgOf(a[0], "replace", 1)
	if !ok {
		return Raised
	}
	repl, ok := t.strArgOf(a[1], "replace", 2)
	if !ok {
		return Raised
	}
	limit, ok := t.indexOr(a[2], -1)
	if !ok {
		return Raised
	}
	if s.W == nil && old.W == nil && repl.W == nil && len(old.A) > 0 {
		return t.replaceASCII(self, s.A, old.A, repl.A, limit)
	}
	r, err := s.Replace(old, repl, limit)
	return t.strOrRaise(self, s, r, err)
}

// replaceASCII is s.replace(old, repl, limit), straight into the new str.
func (t *Thread) replaceASCII(self Value, s, old, repl string, limit int) Value {
	n := strings.Count(s, old)
	if limit >= 0 {
		n = min(n, limit)
	}
	if n == 0 {
		return t.strResult(self, text.ASCII(s), text.ASCII(s))
	}
	size := len(s) + n*(len(repl)-len(old))
	if size == 0 {
		return t.Ref(t.VM.names.emptyStr)
	}
	v := t.rawStr(KStr, size, size, 0)
	if v == Raised {
		return v
	}
	d := t.RawBytes(v, strData, size)
	for ; n > 0; n-- {
		i := strings.Index(s, old)
		if i < 0 {
			break
		}
		d = d[copy(d, s[:i]):]
		d = d[copy(d, repl):]
		s = s[i+len(old):]
	}
	copy(d, s)
	return v
}

func strFind(f func(s, sub text.Str, lo, hi int) (int, error)) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		lo, hi, ok := t.bounds(a[1], a[2])
		if !ok {
			return Raised
		}
		sub, ok := t.strArg(a[0])
		if !ok {
			return Raised
		}
		i, err := f(s, sub, lo, hi)
		if err != nil {
			return t.RaiseText(err)
		}
		return t.NewInt(int64(i))
	}
}

func strAffix(name string, f func(s, p text.Str, lo, hi int) bool) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		lo, hi, ok := t.bounds(a[1], a[2])
		if !ok {
			return Raised
		}
		if t.IsStr(a[0]) {
			return refcount.Bool(f(s, t.txt(a[0]), lo, hi))
		}
		if t.Kind(t.Unwrap(a[0])) != KTuple {
			return t.Raise(t.VM.Exc.TypeError, "%s first arg must be str or a tuple of str, not %s", name, t.TypeName(a[0]))
		}
		items := t.Items(a[0])
		for i := 0; i < items.Len(); i++ {
			p := items.Get(i)
			if !t.IsStr(p) {
				return t.Raise(t.VM.Exc.TypeError, "tuple for %s must only contain str, not %s", name, t.TypeName(p))
			}
			if f(s, t.txt(p), lo, hi) {
				return True
			}
		}
		return False
	}
}

func strRemove(name string, f func(s, p text.Str) text.Str) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		p, ok := t.strArgOf(a[0], name, 0)
		if !ok {
			return Raised
		}
		return t.strResult(self, s, f(s, p))
	}
}

func strPad(f func(s text.Str, width int, fill rune) (text.Str, error)) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		width, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		fill := ' '
		if a[1] != Unbound {
			if !t.IsStr(a[1]) {
				return t.Raise(t.VM.Exc.TypeError, "The fill character must be a unicode character, not %s", t.TypeName(a[1]))
			}
			var err error
			if fill, err = text.FillRune(t.txt(a[1])); err != nil {
				return t.RaiseText(err)
			}
		}
		r, err := f(s, int(width), fill)
		return t.strOrRaise(self, s, r, err)
	}
}
