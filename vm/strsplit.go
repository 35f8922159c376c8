package vm

// This file splits strs.

import (
	"strings"

	"toylang/vm/text"
)

// listOfTexts makes a list of strs.
func (t *Thread) listOfTexts(parts []text.Str) Value {
	out := make([]Value, len(parts))
	for i, p := range parts {
		if out[i] = t.newStrOf(p); out[i] == Raised {
			t.DecrefAll(out[:i]...)
			return Raised
		}
	}
	return t.NewList(out...)
}

func strSplit(right bool) func(*Thread, Value, text.Str, []Value) Value {
	return func(t *Thread, self Value, s text.Str, a []Value) Value {
		limit, ok := t.indexOr(a[1], -1)
		if !ok {
			return Raised
		}
		if a[0] == Unbound || a[0] == None {
			if s.W == nil && !right {
				return t.splitASCII(s.A, limit)
			}
			if right {
				return t.listOfTexts(s.RSplitSpace(limit))
			}
			return t.listOfTexts(s.SplitSpace(limit))
		}
		if !t.IsStr(a[0]) {
			return t.Raise(t.VM.Exc.TypeError, "must be str or None, not %s", t.TypeName(a[0]))
		}
		var parts []text.Str
		var err error
		if sep := t.Text(a[0]); s.W == nil && sep.W == nil && len(sep.A) == 1 && !right {
			return t.splitAt(s.A, sep.A[0], limit)
		}
		if right {
			parts, err = s.RSplit(t.txt(a[0]), limit)
		} else {
			parts, err = s.Split(t.txt(a[0]), limit)
		}
		if err != nil {
			return t.RaiseText(err)
		}
		return t.listOfTexts(parts)
	}
}

// splitASCII is s.split(None, limit).
func (t *Thread) splitASCII(s string, limit int) Value {
	var space [24]Value
	out := space[:0]
	for i := 0; ; {
		for i < len(s) && asciiSpace(s[i]) {
			i++
		}
		if i == len(s) {
			return t.NewList(out...)
		}
		lo := i
		if limit == 0 {
			i = len(s)
		}
		limit--
		for i < len(s) && !asciiSpace(s[i]) {
			i++
		}
		v := t.newStrOf(text.ASCII(s[lo:i]))
		if v == Raised {
			t.DecrefAll(out...)
			return v
		}
		out = append(out, v)
	}
}

// asciiSpace reports the ASCII characters that str takes for whitespace.
func asciiSpace(c byte) bool {
	return c <= ' ' && (c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1C && c <= 0x1F)
}

// splitAt is s.split(sep, limit) for a separator of one character.
func (t *Thread) splitAt(s string, sep byte, limit int) Value {
	var space [24]Value
	out := space[:0]
	for more := true; more; limit-- {
		i := -1
		if limit != 0 {
			i = strings.IndexByte(s, sep)
		}
		piece := s
		if more = i >= 0; more {
			piece, s = s[:i], s[i+1:]
		}
		v := t.newStrOf(text.ASCII(piece))
		if v == Raised {
			t.DecrefAll(out...)
			return v
		}
		out = append(out, v)
	}
	return t.NewList(out...)
}

func strSplitLines(t *Thread, self Value, s text.Str, a []Value) Value {
	keep := false
	if a[0] != Unbound {
		i, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		keep = i != 0
	}
	return t.listOfTexts(s.SplitLines(keep))
}
