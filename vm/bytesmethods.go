package vm

// This file defines the methods that bytes and bytearray share.

import (
	"toylang/refcount"
	"toylang/vm/text"
)

type byteFn = func(t *Thread, self Value, b text.Bytes, a []Value) Value

func byteMap(f func(b text.Bytes) text.Bytes) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value { return t.bytesResult(self, b, f(b)) }
}

func byteTest(f func(b text.Bytes) bool) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value { return refcount.Bool(f(b)) }
}

// byteMethods are the methods of bytes and bytearray.
var byteMethods = []byteDef{
	{"upper(self, /)", byteMap(text.Bytes.Upper)},
	{"lower(self, /)", byteMap(text.Bytes.Lower)},
	{"capitalize(self, /)", byteMap(text.Bytes.Capitalize)},
	{"title(self, /)", byteMap(text.Bytes.Title)},
	{"swapcase(self, /)", byteMap(text.Bytes.SwapCase)},
	{"isalpha(self, /)", byteTest(text.Bytes.IsAlpha)},
	{"isalnum(self, /)", byteTest(text.Bytes.IsAlnum)},
	{"isascii(self, /)", byteTest(text.Bytes.IsASCII)},
	{"isdigit(self, /)", byteTest(text.Bytes.IsDigit)},
	{"islower(self, /)", byteTest(text.Bytes.IsLower)},
	{"isupper(self, /)", byteTest(text.Bytes.IsUpper)},
	{"istitle(self, /)", byteTest(text.Bytes.IsTitle)},
	{"isspace(self, /)", byteTest(text.Bytes.IsSpace)},
	{"strip(self, bytes=None, /)", byteStrip(text.StripBoth)},
	{"lstrip(self, bytes=None, /)", byteStrip(text.StripLeft)},
	{"rstrip(self, bytes=None, /)", byteStrip(text.StripRight)},
	{"split(self, sep=None, maxsplit=-1)", byteSplit(text.Bytes.Split, text.Bytes.SplitSpace)},
	{"rsplit(self, sep=None, maxsplit=-1)", byteSplit(text.Bytes.RSplit, text.Bytes.RSplitSpace)},
	{"splitlines(self, keepends=False)", byteSplitLines},
	{"partition(self, sep, /)", bytePartition(text.Bytes.Partition)},
	{"rpartition(self, sep, /)", bytePartition(text.Bytes.RPartition)},
	{"join(self, iterable_of_bytes, /)", byteJoin},
	{"replace(self, old, new, count=-1, /)", byteReplace},
	{"find(self, sub, start=None, end=None, /)", byteFind(func(b, sub text.Bytes, lo, hi int) (int, error) { return b.Find(sub, lo, hi), nil })},
	{"rfind(self, sub, start=None, end=None, /)", byteFind(func(b, sub text.Bytes, lo, hi int) (int, error) { return b.RFind(sub, lo, hi), nil })},
	{"index(self, sub, start=None, end=None, /)", byteFind(text.Bytes.Index)},
	{"rindex(self, sub, start=None, end=None, /)", byteFind(text.Bytes.RIndex)},
	{"count(self, sub, start=None, end=None, /)", byteFind(func(b, sub text.Bytes, lo, hi int) (int, error) { return b.Count(sub, lo, hi), nil })},
	{"startswith(self, prefix, start=None, end=None, /)", byteAffix("startswith", text.Bytes.StartsWith)},
	{"endswith(self, suffix, start=None, end=None, /)", byteAffix("endswith", text.Bytes.EndsWith)},
	{"removeprefix(self, prefix, /)", byteRemove(text.Bytes.RemovePrefix)},
	{"removesuffix(self, suffix, /)", byteRemove(text.Bytes.RemoveSuffix)},
	{"center(self, width, fillchar=b' ', /)", bytePad("center", text.Bytes.Center)},
	{"ljust(self, width, fillchar=b' ', /)", bytePad("ljust", text.Bytes.LJust)},
	{"rjust(self, width, fillchar=b' ', /)", bytePad("rjust", text.Bytes.RJust)},
	{"zfill(self, width, /)", byteSized(text.Bytes.ZFill, 0)},
	{"expandtabs(self, tabsize=8)", byteSized(text.Bytes.ExpandTabs, 8)},
	{"translate(self, table, /, delete=b'')", byteTranslate},
	{"decode(self, encoding='utf-8', errors='strict')", byteDecode},
	{"hex(self, sep=None, bytes_per_sep=1)", byteHex},
}

// byteOrRaise is bytesResult for a method that may fail.
func (t *Thread) byteOrRaise(self Value, b, r text.Bytes, err error) Value {
	if err != nil {
		return t.RaiseText(err)
	}
	return t.bytesResult(self, b, r)
}

func byteStrip(side text.StripSide) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		if a[0] == Unbound || a[0] == None {
			return t.bytesResult(self, b, b.StripSpace(side))
		}
		chars, ok := t.byteArg(a[0])
		if !ok {
			return Raised
		}
		return t.bytesResult(self, b, b.Strip(chars, side))
	}
}

// listOfBytes makes a list of objects of self's type.
func (t *Thread) listOfBytes(self Value, parts []text.Bytes) Value {
	out := make([]Value, len(parts))
	for i, p := range parts {
		if out[i] = t.newBytesLike(self, p); out[i] == Raised {
			t.DecrefAll(out[:i]...)
			return Raised
		}
	}
	return t.NewList(out...)
}

func byteSplit(sep func(b, sep text.Bytes, limit int) ([]text.Bytes, error), space func(b text.Bytes, limit int) []text.Bytes) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		limit, ok := t.indexOr(a[1], -1)
		if !ok {
			return Raised
		}
		if a[0] == Unbound || a[0] == None {
			return t.listOfBytes(self, space(b, limit))
		}
		s, ok := t.byteArg(a[0])
		if !ok {
			return Raised
		}
		parts, err := sep(b, s, limit)
		if err != nil {
			return t.RaiseText(err)
		}
		return t.listOfBytes(self, parts)
	}
}

func byteSplitLines(t *Thread, self Value, b text.Bytes, a []Value) Value {
	keep := false
	if a[0] != Unbound {
		i, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		keep = i != 0
	}
	return t.listOfBytes(self, b.SplitLines(keep))
}

func bytePartition(f func(b, sep text.Bytes) (head, middle, tail text.Bytes, err error)) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		sep, ok := t.byteArg(a[0])
		if !ok {
			return Raised
		}
		x, y, z, err := f(b, sep)
		if err != nil {
			return t.RaiseText(err)
		}
		var middle Value
		if len(y) > 0 && !t.Isa(self, KByteArray) {
			middle = t.Ref(a[0]) // bytes.partition gives the separator itself
		} else {
			middle = t.newBytesLike(self, y)
		}
		return t.tupleOfOwned(t.newBytesLike(self, x), middle, t.newBytesLike(self, z))
	}
}

func byteJoin(t *Thread, self Value, b text.Bytes, a []Value) Value {
	seq, ok := t.sequence(a[0], "can only join an iterable")
	if !ok {
		return Raised
	}
	m := t.Hold(seq)
	defer t.Unhold(m)
	items := t.sequenceItems(seq)
	parts := make([]text.Bytes, len(items))
	for i, v := range items {
		if parts[i], ok = t.byteData(v); !ok {
			return t.Raise(t.VM.Exc.TypeError, "sequence item %d: expected a bytes-like object, %s found", i, t.TypeName(v))
		}
	}
	r, err := b.Join(parts)
	if err != nil {
		return t.RaiseText(err)
	}
	return t.newBytesLike(self, r)
}

func byteReplace(t *Thread, self Value, b text.Bytes, a []Value) Value {
	old, ok := t.byteArg(a[0])
	if !ok {
		return Raised
	}
	repl, ok := t.byteArg(a[1])
	if !ok {
		return Raised
	}
	limit, ok := t.indexOr(a[2], -1)
	if !ok {
		return Raised
	}
	r, err := b.Replace(old, repl, limit)
	return t.byteOrRaise(self, b, r, err)
}

func byteFind(f func(b, sub text.Bytes, lo, hi int) (int, error)) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		sub, ok := t.needle(a[0])
		if !ok {
			return Raised
		}
		lo, hi, ok := t.bounds(a[1], a[2])
		if !ok {
			return Raised
		}
		i, err := f(b, sub, lo, hi)
		if err != nil {
			return t.RaiseText(err)
		}
		return t.NewInt(int64(i))
	}
}

func byteAffix(name string, f func(b, p text.Bytes, lo, hi int) bool) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		lo, hi, ok := t.bounds(a[1], a[2])
		if !ok {
			return Raised
		}
		if p, ok := t.byteData(a[0]); ok {
			return refcount.Bool(f(b, p, lo, hi))
		}
		if t.Kind(t.Unwrap(a[0])) != KTuple {
			return t.Raise(t.VM.Exc.TypeError, "%s first arg must be bytes or a tuple of bytes, not %s", name, t.TypeName(a[0]))
		}
		items := t.Items(a[0])
		for i := 0; i < items.Len(); i++ {
			p, ok := t.byteArg(items.Get(i))
			if !ok {
				return Raised
			}
			if f(b, p, lo, hi) {
				return True
			}
		}
		return False
	}
}

func byteRemove(f func(b, p text.Bytes) text.Bytes) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		p, ok := t.byteArg(a[0])
		if !ok {
			return Raised
		}
		return t.bytesResult(self, b, f(b, p))
	}
}

func bytePad(name string, f func(b text.Bytes, width int, fill byte) (text.Bytes, error)) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		width, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		fill := byte(' ')
		if a[1] != Unbound {
			p, ok := t.byteData(a[1])
			if !ok || len(p) != 1 {
				return t.Raise(t.VM.Exc.TypeError, "%s() argument 2 must be a byte string of length 1, not %s", name, t.TypeName(a[1]))
			}
			fill = p[0]
		}
		r, err := f(b, int(width), fill)
		return t.byteOrRaise(self, b, r, err)
	}
}

func byteSized(f func(b text.Bytes, n int) (text.Bytes, error), def int) byteFn {
	return func(t *Thread, self Value, b text.Bytes, a []Value) Value {
		n, ok := t.indexOr(a[0], def)
		if !ok {
			return Raised
		}
		r, err := f(b, n)
		return t.byteOrRaise(self, b, r, err)
	}
}

func byteTranslate(t *Thread, self Value, b text.Bytes, a []Value) Value {
	var table, del text.Bytes
	var ok bool
	if a[0] != None {
		if table, ok = t.byteArg(a[0]); !ok {
			return Raised
		}
		if len(table) != 256 {
			return t.Raise(t.VM.Exc.ValueError, "translation table must be 256 characters long")
		}
	}
	if a[1] != Unbound {
		if del, ok = t.byteArg(a[1]); !ok {
			return Raised
		}
	}
	r, err := b.Translate(table, del)
	return t.byteOrRaise(self, b, r, err)
}

func byteDecode(t *Thread, self Value, b text.Bytes, a []Value) Value {
	enc, ok := t.codecArg("decode", "encoding", a[0], "utf-8")
	if !ok {
		return Raised
	}
	errs, ok := t.codecArg("decode", "errors", a[1], "strict")
	if !ok {
		return Raised
	}
	return t.decode(self, b, enc, errs)
}

func byteHex(t *Thread, self Value, b text.Bytes, a []Value) Value {
	if a[0] == Unbound {
		return t.newASCII([]byte(b.Hex()))
	}
	group, ok := t.indexOr(a[1], 1)
	if !ok {
		return Raised
	}
	n, ok := t.Len(a[0])
	if !ok {
		return Raised
	}
	var sep text.Str
	if n != 1 {
		return t.Raise(t.VM.Exc.ValueError, "sep must be length 1.")
	} else if t.IsStr(a[0]) {
		sep = t.txt(a[0])
	} else if d, ok := t.byteData(a[0]); ok && t.isBytes(a[0]) {
		sep = text.FromLatin1(d)
	} else {
		return t.Raise(t.VM.Exc.TypeError, "sep must be str or bytes.")
	}
	s, err := b.HexSep(sep, group)
	if err != nil {
		return t.RaiseText(err)
	}
	return t.newASCII([]byte(s))
}
