package vm

// This file defines str.translate and str.maketrans.

import (
	"toylang/refcount"
	"toylang/vm/text"
)

// strTranslate is s.translate(table): table maps code points to code points, strs or None.
func strTranslate(t *Thread, self Value, s text.Str, a []Value) Value {
	failed := &text.Error{}
	m := t.Hold(t.Ref(t.Unwrap(self)))
	defer t.Unhold(m)
	memo := map[rune]translation{}
	r, err := s.Translate(func(c rune) (text.Str, bool, error) {
		if x, ok := memo[c]; ok {
			return x.repl, x.change, nil
		}
		repl, change, ok := t.translateOne(a[0], c)
		if !ok {
			return text.Str{}, false, failed
		}
		memo[c] = translation{repl, change}
		return repl, change, nil
	})
	if err != nil {
		if err == error(failed) {
			return Raised
		}
		return t.RaiseText(err)
	}
	return t.strResult(self, s, r)
}

type translation struct {
	repl   text.Str
	change bool
}

func (t *Thread) translateOne(table Value, c rune) (repl text.Str, change, ok bool) {
	v := t.GetItem(table, refcount.SmallInt(int64(c)))
	if v == Raised {
		if t.Catch(t.VM.Exc.LookupError) {
			return repl, false, true
		}
		return repl, false, false
	}
	defer t.Decref(v)
	switch {
	case v == None:
		return repl, true, true
	case t.IsStr(v):
		return text.DecodeWTF8(t.GoStr(v)), true, true
	case t.IsInt(v):
		i, fits := t.Small(v)
		if !fits || i < 0 || i > 0x10FFFF {
			t.Raise(t.VM.Exc.ValueError, "character mapping must be in range(0x110000)")
			return repl, false, false
		}
		return text.FromRune(rune(i)), true, true
	}
	t.Raise(t.VM.Exc.TypeError, "character mapping must return integer, None or str")
	return repl, false, false
}

// strMakeTrans is str.maketrans(x, y, z).
func strMakeTrans(t *Thread, a []Value) Value {
	d := t.NewDict()
	if d == Raised {
		return Raised
	}
	m := t.Hold(d)
	ok := t.fillTrans(d, a)
	if !ok {
		t.Unhold(m)
		return Raised
	}
	return t.Release(m)
}

func (t *Thread) fillTrans(d Value, a []Value) bool {
	fail := func(c *Class, format string, x ...any) bool {
		t.Raise(c, format, x...)
		return false
	}
	te, ve := t.VM.Exc.TypeError, t.VM.Exc.ValueError
	if a[1] != Unbound {
		if !t.IsStr(a[0]) {
			return fail(te, "first maketrans argument must be a string if there is a second argument")
		}
		if !t.IsStr(a[1]) {
			return fail(te, "maketrans() argument 2 must be str, not %s", t.argTypeName(a[1]))
		}
		x, y := t.txt(a[0]), t.txt(a[1])
		if x.Len() != y.Len() {
			return fail(ve, "the first two maketrans arguments must have equal length")
		}
		for i := 0; i < x.Len(); i++ {
			if !t.DictSet(d, refcount.SmallInt(int64(x.At(i))), refcount.SmallInt(int64(y.At(i)))) {
				return false
			}
		}
		if a[2] != Unbound {
			z, ok := t.strArgOf(a[2], "maketrans", 3)
			if !ok {
				return false
			}
			for i := 0; i < z.Len(); i++ {
				if !t.DictSet(d, refcount.SmallInt(int64(z.At(i))), None) {
					return false
				}
			}
		}
		return true
	}
	if !t.Isa(a[0], KDict) {
		return fail(te, "if you give only one argument to maketrans it must be a dict")
	}
	for pos := 0; ; {
		k, v, next, more := t.DictNext(a[0], pos)
		if !more {
			return true
		}
		pos = next
		m := t.Hold(k)
		t.Hold(v)
		ok := true
		switch {
		case t.IsInt(k):
			ok = t.DictSet(d, k, v)
		case t.IsStr(k):
			if s := t.Text(k); s.Len() != 1 {
				ok = fail(ve, "string keys in translate table must be of length 1")
			} else {
				ok = t.DictSet(d, refcount.SmallInt(int64(s.At(0))), v)
			}
		default:
			ok = fail(te, "keys in translate table must be strings or integers")
		}
		t.Unhold(m)
		if !ok {
			return false
		}
	}
}
