package text

// This file tests number and string formatting against CPython.

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

func formatFloat(v float64, spec string) (Str, error) {
	f, err := ParseSpec(DecodeWTF8(spec), SpecFloat, "float")
	if err != nil {
		return Str{}, err
	}
	return FormatFloat(v, f, "float")
}

func formatInt(v *big.Int, spec string) (Str, error) {
	f, err := ParseSpec(DecodeWTF8(spec), SpecInt, "int")
	if err != nil {
		return Str{}, err
	}
	if v.IsInt64() {
		return FormatInt(v.Int64(), f, "int")
	}
	return FormatBig(v, f, "int")
}

func formatStr(v Str, spec string) (Str, error) {
	f, err := ParseSpec(DecodeWTF8(spec), SpecStr, "str")
	if err != nil {
		return Str{}, err
	}
	return FormatStr(v, f, "str")
}

func randSpec(r *rand.Rand, types string) string {
	s := ""
	if r.IntN(3) == 0 {
		s += pick(r, "", "", "*", "0", "é", "{", "一") + pick(r, "<", ">", "^", "=")
	}
	if r.IntN(3) == 0 {
		s += pick(r, "+", "-", " ")
	}
	if r.IntN(8) == 0 {
		s += "z"
	}
	if r.IntN(4) == 0 {
		s += "#"
	}
	if r.IntN(4) == 0 {
		s += "0"
	}
	if r.IntN(2) == 0 {
		s += fmt.Sprint(r.IntN(30))
	}
	if r.IntN(4) == 0 {
		s += pick(r, ",", "_")
	}
	if r.IntN(3) == 0 {
		s += fmt.Sprint(".", r.IntN(25))
	}
	if r.IntN(10) > 0 {
		t := []rune(types)
		s += string(t[r.IntN(len(t))])
	}
	if r.IntN(30) == 0 {
		s += pick(r, "x", ",", "_,", ".", "é", "1", "\u0663")
	}
	return s
}

func TestFormatFloat(t *testing.T) {
	var c cases
	r := newRand(1)
	for range 12000 {
		v := randFloat(r)
		spec := randSpec(r, "eEfFgGn%eEfFgGn%eEfFgGn%ds")
		s, err := formatFloat(v, spec)
		c.add(fmt.Sprintf("format(%s, %s)", lit(v), lit(spec)), s, err)
	}
	c.check(t)
}

func TestFormatInt(t *testing.T) {
	var c cases
	r := newRand(2)
	for range 10000 {
		v := randBig(r)
		if r.IntN(8) == 0 {
			v = big.NewInt(int64(r.IntN(0x120000)))
		}
		spec := randSpec(r, "bcdoxXnbcdoxXneEfFgG%s")
		s, err := formatInt(v, spec)
		c.add(fmt.Sprintf("format(%s, %s)", lit(v), lit(spec)), s, err)
	}
	c.check(t)
}

func TestFormatStr(t *testing.T) {
	var c cases
	r := newRand(3)
	for range 5000 {
		v := randStr(r, 10)
		spec := randSpec(r, "sssssd")
		if r.IntN(2) == 0 {
			spec = pick(r, "<", ">", "^", "é^", "") + fmt.Sprint(r.IntN(20)) + pick(r, "", ".3", ".0", ".12") + pick(r, "s", "")
		}
		s, err := formatStr(v, spec)
		c.add(fmt.Sprintf("format(%s, %s)", lit(v), lit(spec)), s, err)
	}
	c.check(t)
}

func TestFormatErrors(t *testing.T) {
	var c cases
	for _, spec := range []string{"hello", " ", "z", "+", "#", "=5", "05", ",", "_", ",_", "_,", ",,", ".", "5.", "q", "\n", "é", ",é",
		"99999999999999999999", ".99999999999999999999", ".9999999999f", ",n", "_n", ",x", "_x", ",c", "_s", ",s", "c", "#c", "+c",
		"05c", "\u0665", "é>\u0661\u0662", "\xed\xa0\x80^9", "9\xed\xa0\x80", ",.3%", ".3d", "=", "010", "=^", ">>", "<05", "^010,"} {
		s, err := formatFloat(1234567.5, spec)
		c.add(fmt.Sprintf("format(1234567.5, %s)", lit(spec)), s, err)
		s, err = formatInt(big.NewInt(12345), spec)
		c.add(fmt.Sprintf("format(12345, %s)", lit(spec)), s, err)
		s, err = formatStr(ASCII("abc"), spec)
		c.add(fmt.Sprintf("format('abc', %s)", lit(spec)), s, err)
		s, err = formatFloat(0, spec)
		c.add(fmt.Sprintf("format(0.0, %s)", lit(spec)), s, err)
	}
	for _, spec := range []string{"c", "f", "d", "n", "x", ",", "e"} {
		v := new(big.Int).Lsh(big.NewInt(1), 20000)
		s, err := formatInt(v, spec)
		c.add(fmt.Sprintf("format(1 << 20000, %s)", lit(spec)), s, err)
		s, err = formatInt(big.NewInt(-1), spec)
		c.add(fmt.Sprintf("format(-1, %s)", lit(spec)), s, err)
	}
	c.check(t)
}

func TestFloatRepr(t *testing.T) {
	var c cases
	r := newRand(4)
	for range 10000 {
		v := randFloat(r)
		c.add(fmt.Sprintf("repr(%s)", lit(v)), ReprFloat(v), nil)
	}
	c.check(t)
}

func FuzzParseSpec(f *testing.F) {
	for _, s := range []string{"", "*^+#010,.3f", "=_x", "5.", "é<9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		spec, err := ParseSpec(DecodeWTF8(s), SpecFloat, "float")
		if err == nil && spec.Width < 1000 && spec.Prec < 1000 {
			out, err := FormatFloat(-1234.5, spec, "float")
			if err == nil && out.Len() < spec.Width {
				t.Errorf("%q: %q is too short", s, out)
			}
		}
	})
}
