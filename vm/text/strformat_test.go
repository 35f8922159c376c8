package text

// This file tests the str.format parser against CPython, with a small host.

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// formatHost expands a parsed format over ints and strings; subscripts are of
// strings, and there are no attributes but the one it fails on.
func formatHost(p FormatText, args []any, kwargs map[string]any) (Str, error) {
	var out Builder
	for _, part := range p.Parts {
		out.WriteStr(part.Lit)
		f := part.Field
		if f == nil {
			continue
		}
		v, err := formatArg(f, args, kwargs)
		if err != nil {
			return Str{}, err
		}
		spec, err := func() (Str, error) {
			switch f.Conv {
			case 0, 's':
			case 'r':
				v = reprOf(v)
			case 'a':
				v = EscapeNonASCII(reprOf(v))
			default:
				return Str{}, ConversionError(f.Conv)
			}
			if f.Conv == 's' {
				v = strAny(v)
			}
			return formatHost(f.Spec, args, kwargs)
		}()
		if err != nil {
			return Str{}, err
		}
		var s Str
		if n, ok := v.(int); ok {
			sp, err := ParseSpec(spec, SpecInt, "int")
			if err != nil {
				return Str{}, err
			}
			if s, err = FormatInt(int64(n), sp, "int"); err != nil {
				return Str{}, err
			}
		} else {
			sp, err := ParseSpec(spec, SpecStr, "str")
			if err != nil {
				return Str{}, err
			}
			if s, err = FormatStr(v.(Str), sp, "str"); err != nil {
				return Str{}, err
			}
		}
		out.WriteStr(s)
	}
	return out.Str(), p.Err
}

func strAny(v any) Str {
	if s, ok := v.(Str); ok {
		return s
	}
	return ASCII(enc(v))
}

func reprOf(v any) Str {
	if s, ok := v.(Str); ok {
		return Repr(s)
	}
	return strAny(v)
}

func formatArg(f *FormatField, args []any, kwargs map[string]any) (any, error) {
	var v any
	if f.Index >= 0 {
		if f.Index >= len(args) {
			return nil, ReplacementIndexError(f.Index)
		}
		v = args[f.Index]
	} else {
		var ok bool
		if v, ok = kwargs[f.Name.String()]; !ok {
			return nil, &Error{"KeyError", Repr(f.Name).String()}
		}
	}
	for _, step := range f.Path {
		s, isStr := v.(Str)
		switch {
		case step.Attr:
			name := "int"
			if isStr {
				name = "str"
			}
			return nil, errorf("AttributeError", "'%s' object has no attribute '%s'", name, step.Name)
		case !isStr:
			return nil, typeError("'int' object is not subscriptable")
		case step.Index < 0:
			return nil, typeError("string indices must be integers, not 'str'")
		case step.Index >= s.Len():
			return nil, errorf("IndexError", "string index out of range")
		}
		v = s.Slice(step.Index, step.Index+1)
	}
	return v, f.PathErr
}

func randFormat(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(pick(r, "", "a", "é", "{{", "}}", "x:!", "]"))
		if r.IntN(25) == 0 {
			b.WriteString(pick(r, "{", "}", "{0", "{0!", "{0!r", "{0!rx}", "{a[", "{0:", "{0:{", "{ {}}"))
		}
		b.WriteString("{")
		b.WriteString(pick(r, "", "", "", "0", "1", "2", "w", "n", "zz", "\u0661", "99999999999999999999", " 0", "-1"))
		for range r.IntN(3) {
			if r.IntN(3) == 0 {
				b.WriteString(pick(r, "[0]", "[1]", "[a]", ".q", "[", "[]", ".", "[0]x", "[{}]", "[9]", "[99999999999999999999]", "[:!]"))
			}
		}
		b.WriteString(pick(r, "", "", "", "!r", "!s", "!a", "!x", "!é", "!"))
		b.WriteString(pick(r, "", "", "", ":", ":>5", ":<{n}", ":{}{}", ":{w}^{n}", ":{:{}}", ":{{", ":{n!r}", ":q", ":é>4"))
		b.WriteString("}")
	}
	return b.String()
}

func TestFormatParser(t *testing.T) {
	var c cases
	r := newRand(30)
	args := []any{DecodeWTF8("hé"), 7, 9}
	kwargs := map[string]any{"w": ASCII("*"), "n": 6}
	for range 20000 {
		f := randFormat(r)
		s, err := formatHost(ParseFormat(DecodeWTF8(f)), args, kwargs)
		c.add(lit(f)+".format('h\\u00e9', 7, 9, w='*', n=6)", s, err)
	}
	c.check(t)
}

func FuzzParseFormat(f *testing.F) {
	for _, s := range []string{"", "{}", "{0.a[1]!r:>{w}}", "{{}}", "{", "}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := ParseFormat(DecodeWTF8(s))
		if !strings.ContainsAny(s, "{}") && (p.Err != nil || len(p.Parts) > 1) {
			t.Error(fmt.Sprint(p))
		}
	})
}
