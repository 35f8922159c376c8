package text

// This file tests the str and bytes methods against CPython.

import (
	"fmt"
	"testing"
)

func partition(a, b, c Str, err error) (any, error)        { return []Str{a, b, c}, err }
func partitionBytes(a, b, c Bytes, err error) (any, error) { return []Bytes{a, b, c}, err }

func TestStrUnary(t *testing.T) {
	var c cases
	r := newRand(10)
	methods := map[string]func(Str) any{
		"upper": func(s Str) any { return s.Upper() }, "lower": func(s Str) any { return s.Lower() },
		"title": func(s Str) any { return s.Title() }, "capitalize": func(s Str) any { return s.Capitalize() },
		"swapcase": func(s Str) any { return s.SwapCase() }, "casefold": func(s Str) any { return s.Casefold() },
		"isalnum": func(s Str) any { return s.IsAlnum() }, "isalpha": func(s Str) any { return s.IsAlpha() },
		"isascii": func(s Str) any { return s.IsASCII() }, "isdecimal": func(s Str) any { return s.IsDecimal() },
		"isdigit": func(s Str) any { return s.IsDigit() }, "isidentifier": func(s Str) any { return s.IsIdentifier() },
		"islower": func(s Str) any { return s.IsLower() }, "isnumeric": func(s Str) any { return s.IsNumeric() },
		"isprintable": func(s Str) any { return s.IsPrintable() }, "isspace": func(s Str) any { return s.IsSpace() },
		"istitle": func(s Str) any { return s.IsTitle() }, "isupper": func(s Str) any { return s.IsUpper() },
		"split": func(s Str) any { return s.SplitSpace(-1) }, "rsplit": func(s Str) any { return s.RSplitSpace(-1) },
		"strip": func(s Str) any { return s.StripSpace(StripBoth) }, "lstrip": func(s Str) any { return s.StripSpace(StripLeft) },
		"rstrip": func(s Str) any { return s.StripSpace(StripRight) }, "splitlines": func(s Str) any { return s.SplitLines(false) },
	}
	names := sortedKeys(methods)
	for range 1500 {
		s := randStr(r, 8)
		for _, name := range names {
			c.add(lit(s)+"."+name+"()", methods[name](s), nil)
		}
	}
	c.check(t)
}

// TestUnicodeTables compares every character with the reference at once.
func TestUnicodeTables(t *testing.T) {
	var c cases
	step := rune(1)
	for lo := rune(0); lo < 0x110000; lo += 0x100 {
		if lo == 0x20000 {
			step = 15
		}
		var out Builder
		for ch := lo; ch < lo+0x100; ch += step {
			s := FromRune(ch)
			for _, m := range []Str{s.Upper(), s.Lower(), s.Title(), s.Casefold(), Repr(s)} {
				out.WriteStr(m)
			}
			for _, b := range []bool{s.IsAlpha(), s.IsDecimal(), s.IsDigit(), s.IsNumeric(), s.IsSpace(), s.IsLower(), s.IsUpper(), s.IsTitle(), s.IsIdentifier()} {
				out.WriteASCII(map[bool]string{false: "0", true: "1"}[b])
			}
		}
		c.add(fmt.Sprintf("''.join(''.join([s.upper(), s.lower(), s.title(), s.casefold(), repr(s)] + [str(int(b)) for b in "+
			"[s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.isspace(), s.islower(), s.isupper(), s.istitle(), s.isidentifier()]])"+
			" for s in map(chr, range(%d, %d, %d))).__hash__()", lo, lo+0x100, step), HashStr(out.Str()), nil)
	}
	c.check(t)
}

func TestStrBinary(t *testing.T) {
	var c cases
	r := newRand(11)
	for range 3000 {
		s, p, q := randStr(r, 12), randStr(r, 2), randStr(r, 3)
		if r.IntN(2) == 0 && s.Len() > 0 {
			i := r.IntN(s.Len())
			p = s.Slice(i, min(i+1+r.IntN(2), s.Len()))
		}
		lo, hi := r.IntN(30)-15, r.IntN(30)-15
		n := r.IntN(5) - 1
		S, P, Q := lit(s), lit(p), lit(q)
		c.add(fmt.Sprintf("%s.find(%s,%d,%d)", S, P, lo, hi), s.Find(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.rfind(%s,%d,%d)", S, P, lo, hi), s.RFind(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.find(%s)", S, P), s.Find(p, 0, s.Len()), nil)
		c.add(fmt.Sprintf("%s.rfind(%s)", S, P), s.RFind(p, 0, s.Len()), nil)
		v, err := s.Index(p, lo, hi)
		c.add(fmt.Sprintf("%s.index(%s,%d,%d)", S, P, lo, hi), v, err)
		v, err = s.RIndex(p, lo, hi)
		c.add(fmt.Sprintf("%s.rindex(%s,%d,%d)", S, P, lo, hi), v, err)
		c.add(fmt.Sprintf("%s.count(%s,%d,%d)", S, P, lo, hi), s.Count(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.count(%s)", S, P), s.Count(p, 0, s.Len()), nil)
		c.add(fmt.Sprintf("%s.startswith(%s,%d,%d)", S, P, lo, hi), s.StartsWith(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.endswith(%s,%d,%d)", S, P, lo, hi), s.EndsWith(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.removeprefix(%s)", S, P), s.RemovePrefix(p), nil)
		c.add(fmt.Sprintf("%s.removesuffix(%s)", S, P), s.RemoveSuffix(p), nil)
		x, err := s.Replace(p, q, n)
		c.add(fmt.Sprintf("%s.replace(%s,%s,%d)", S, P, Q, n), x, err)
		list, err := s.Split(p, n)
		c.add(fmt.Sprintf("%s.split(%s,%d)", S, P, n), list, err)
		list, err = s.RSplit(p, n)
		c.add(fmt.Sprintf("%s.rsplit(%s,%d)", S, P, n), list, err)
		c.add(fmt.Sprintf("%s.split(None,%d)", S, n), s.SplitSpace(n), nil)
		c.add(fmt.Sprintf("%s.rsplit(None,%d)", S, n), s.RSplitSpace(n), nil)
		c.add(fmt.Sprintf("%s.splitlines(True)", S), s.SplitLines(true), nil)
		a, err := partition(s.Partition(p))
		c.add(fmt.Sprintf("%s.partition(%s)", S, P), a, err)
		a, err = partition(s.RPartition(p))
		c.add(fmt.Sprintf("%s.rpartition(%s)", S, P), a, err)
		c.add(fmt.Sprintf("%s.strip(%s)", S, Q), s.Strip(q, StripBoth), nil)
		c.add(fmt.Sprintf("%s.lstrip(%s)", S, P), s.Strip(p, StripLeft), nil)
		c.add(fmt.Sprintf("%s.rstrip(%s)", S, Q), s.Strip(q, StripRight), nil)
		x, err = p.Join([]Str{s, q, s})
		c.add(fmt.Sprintf("%s.join([%s,%s,%s])", P, S, Q, S), x, err)
		c.add(fmt.Sprintf("(%s > %s) - (%s < %s)", S, Q, S, Q), Compare(s, q), nil)
		c.add(fmt.Sprintf("%s == %s", S, Q), Equal(s, q), nil)
		c.add(fmt.Sprintf("%s + %s", S, Q), Concat(s, q), nil)
		c.add(fmt.Sprintf("%s * %d", S, n), s.Repeat(n), nil)
		if fill, err := FillRune(q); err != nil {
			c.add(fmt.Sprintf("%s.center(9,%s)", S, Q), nil, err)
		} else {
			x, err = s.Center(lo, fill)
			c.add(fmt.Sprintf("%s.center(%d,%s)", S, lo, Q), x, err)
			x, err = s.LJust(lo, fill)
			c.add(fmt.Sprintf("%s.ljust(%d,%s)", S, lo, Q), x, err)
			x, err = s.RJust(lo, fill)
			c.add(fmt.Sprintf("%s.rjust(%d,%s)", S, lo, Q), x, err)
		}
		x, err = s.ZFill(lo)
		c.add(fmt.Sprintf("%s.zfill(%d)", S, lo), x, err)
		x, err = s.ExpandTabs(n)
		c.add(fmt.Sprintf("%s.expandtabs(%d)", S, n), x, err)
		x, err = s.Translate(func(ch rune) (Str, bool, error) {
			return map[rune]Str{'a': p, 'A': {}}[ch], ch|0x20 == 'a', nil
		})
		c.add(fmt.Sprintf("%s.translate({97: %s, 65: None})", S, P), x, err)
	}
	c.check(t)
}

func TestBytesMethods(t *testing.T) {
	var c cases
	r := newRand(12)
	methods := map[string]func(Bytes) any{
		"upper": func(b Bytes) any { return b.Upper() }, "lower": func(b Bytes) any { return b.Lower() },
		"title": func(b Bytes) any { return b.Title() }, "capitalize": func(b Bytes) any { return b.Capitalize() },
		"swapcase": func(b Bytes) any { return b.SwapCase() }, "isalnum": func(b Bytes) any { return b.IsAlnum() },
		"isalpha": func(b Bytes) any { return b.IsAlpha() }, "isascii": func(b Bytes) any { return b.IsASCII() },
		"isdigit": func(b Bytes) any { return b.IsDigit() }, "islower": func(b Bytes) any { return b.IsLower() },
		"isspace": func(b Bytes) any { return b.IsSpace() }, "istitle": func(b Bytes) any { return b.IsTitle() },
		"isupper": func(b Bytes) any { return b.IsUpper() }, "split": func(b Bytes) any { return b.SplitSpace(-1) },
		"strip": func(b Bytes) any { return b.StripSpace(StripBoth) }, "splitlines": func(b Bytes) any { return b.SplitLines(false) },
		"hex": func(b Bytes) any { return b.Hex() }, "__hash__": func(b Bytes) any { return HashBytes(b) },
	}
	names := sortedKeys(methods)
	for range 1200 {
		s, p, q := Bytes(randBytes(r, 12)), Bytes(randBytes(r, 2)), Bytes(randBytes(r, 3))
		if r.IntN(2) == 0 && len(s) > 0 {
			i := r.IntN(len(s))
			p = s[i:min(i+1+r.IntN(2), len(s))]
		}
		lo, hi := r.IntN(30)-15, r.IntN(30)-15
		n := r.IntN(5) - 1
		S, P, Q := lit([]byte(s)), lit([]byte(p)), lit([]byte(q))
		for _, name := range names {
			c.add(S+"."+name+"()", methods[name](s), nil)
		}
		c.add(fmt.Sprintf("%s.find(%s,%d,%d)", S, P, lo, hi), s.Find(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.rfind(%s,%d,%d)", S, P, lo, hi), s.RFind(p, lo, hi), nil)
		v, err := s.Index(p, lo, hi)
		c.add(fmt.Sprintf("%s.index(%s,%d,%d)", S, P, lo, hi), v, err)
		v, err = s.RIndex(p, lo, hi)
		c.add(fmt.Sprintf("%s.rindex(%s,%d,%d)", S, P, lo, hi), v, err)
		c.add(fmt.Sprintf("%s.count(%s,%d,%d)", S, P, lo, hi), s.Count(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.startswith(%s,%d,%d)", S, P, lo, hi), s.StartsWith(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.endswith(%s,%d,%d)", S, P, lo, hi), s.EndsWith(p, lo, hi), nil)
		c.add(fmt.Sprintf("%s.removeprefix(%s)", S, P), s.RemovePrefix(p), nil)
		c.add(fmt.Sprintf("%s.removesuffix(%s)", S, P), s.RemoveSuffix(p), nil)
		x, err := s.Replace(p, q, n)
		c.add(fmt.Sprintf("%s.replace(%s,%s,%d)", S, P, Q, n), x, err)
		list, err := s.Split(p, n)
		c.add(fmt.Sprintf("%s.split(%s,%d)", S, P, n), list, err)
		list, err = s.RSplit(p, n)
		c.add(fmt.Sprintf("%s.rsplit(%s,%d)", S, P, n), list, err)
		c.add(fmt.Sprintf("%s.rsplit(None,%d)", S, n), s.RSplitSpace(n), nil)
		c.add(fmt.Sprintf("%s.splitlines(True)", S), s.SplitLines(true), nil)
		a, err := partitionBytes(s.Partition(p))
		c.add(fmt.Sprintf("%s.partition(%s)", S, P), a, err)
		a, err = partitionBytes(s.RPartition(p))
		c.add(fmt.Sprintf("%s.rpartition(%s)", S, P), a, err)
		c.add(fmt.Sprintf("%s.strip(%s)", S, Q), s.Strip(q, StripBoth), nil)
		x, err = p.Join([]Bytes{s, q, s})
		c.add(fmt.Sprintf("%s.join([%s,%s,%s])", P, S, Q, S), x, err)
		x, err = s.Center(lo, '*')
		c.add(fmt.Sprintf("%s.center(%d,b'*')", S, lo), x, err)
		x, err = s.LJust(lo, '*')
		c.add(fmt.Sprintf("%s.ljust(%d,b'*')", S, lo), x, err)
		x, err = s.ZFill(lo)
		c.add(fmt.Sprintf("%s.zfill(%d)", S, lo), x, err)
		x, err = s.ExpandTabs(n)
		c.add(fmt.Sprintf("%s.expandtabs(%d)", S, n), x, err)
		x, err = s.Translate(nil, q)
		c.add(fmt.Sprintf("%s.translate(None, %s)", S, Q), x, err)
		h, err := s.HexSep(ASCII(":"), n*2-3)
		c.add(fmt.Sprintf("%s.hex(':', %d)", S, n*2-3), h, err)
		u := randStr(r, 4)
		if r.IntN(2) == 0 {
			u = FromRunes([]rune(pick(r, "", " ", "1") + s.Hex() + pick(r, "", " ", "g", "é")))
		}
		x, err = BytesFromHex(u)
		c.add(fmt.Sprintf("bytes.fromhex(%s)", lit(u)), x, err)
	}
	c.check(t)
}
