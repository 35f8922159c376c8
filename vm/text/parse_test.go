package text

// This file tests parsing of numbers and repr of strings against CPython.

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// mutate inserts noise into the spelling of a number now and then.
func mutate(r *rand.Rand, s string) Str {
	w := []rune(s)
	for range pick(r, 0, 0, 1, 1, 2) {
		i := r.IntN(len(w) + 1)
		c := pick(r, []rune(" \t\n_0e+-.x1n\u00a0\u0663\u0967\x1c\x00é𝟗")...)
		w = append(w[:i], append([]rune{c}, w[i:]...)...)
	}
	return FromRunes(w)
}

func TestParseFloat(t *testing.T) {
	var c cases
	r := newRand(5)
	for range 8000 {
		s := ReprFloat(randFloat(r))
		if r.IntN(3) == 0 {
			s = pick(r, "inf", "-Infinity", "NaN", "1e400", "1e-400", ".5", "5.", "1_000.5_0", "  12 ", "0x10", "1e5_0", "", "-", "e5",
				fmt.Sprintf("%d%d%de%d", r.Uint64(), r.Uint64(), r.Uint64(), r.IntN(700)-350))
		}
		m := mutate(r, s)
		f, err := ParseFloat(m)
		c.add("float("+lit(m)+")", f, err)
		b := []byte(m.EncodeWTF8())
		f, err = ParseFloatBytes(b)
		c.add("float("+lit(b)+")", f, err)
	}
	c.check(t)
}

func parseInt(s Str, base int) (any, error) {
	v, b, err := ParseInt(s, base, DefaultMaxStrDigits)
	if b != nil {
		return b, err
	}
	return v, err
}

func TestParseInt(t *testing.T) {
	var c cases
	r := newRand(6)
	for range 12000 {
		base := pick(r, 10, 10, 10, 0, 2, 8, 16, 36, 7)
		v := randBig(r)
		s := v.Text(max(base, 2))
		switch r.IntN(6) {
		case 0:
			s = pick(r, "0x", "0b", "0o", "0X_", "-0x", "0") + new(big.Int).Abs(v).Text(pick(r, 2, 8, 10, 16))
		case 1:
			s = pick(r, "", "0", "00", "-0", "+1", "1__0", "_1", "1_", "0x", "0_7", "007", " 1 ", "z", strings.Repeat("é", 300))
		}
		m := mutate(r, s)
		n, err := parseInt(m, base)
		c.add(fmt.Sprintf("int(%s, %d)", lit(m), base), n, err)
		b := []byte(m.EncodeWTF8())
		sm, bg, err := ParseIntBytes(b, base, DefaultMaxStrDigits)
		n = sm
		if bg != nil {
			n = bg
		}
		c.add(fmt.Sprintf("int(%s, %d)", lit(b), base), n, err)
	}
	for _, base := range []int{-1, 1, 37, 0, 10, 16, 3} {
		s := ASCII(strings.Repeat("1", 4301))
		n, err := parseInt(s, base)
		c.add(fmt.Sprintf("int('1'*4301, %d)", base), n, err)
		n, err = parseInt(Concat(s, ASCII("z")), base)
		c.add(fmt.Sprintf("int('1'*4301+'z', %d)", base), n, err)
	}
	c.check(t)
}

func TestDecimalBig(t *testing.T) {
	var c cases
	ten := big.NewInt(10)
	for _, n := range []int64{1, 20, 4299, 4300, 4301, 4302, 9000} {
		v := new(big.Int).Exp(ten, big.NewInt(n), nil)
		s, err := DecimalBig(v, DefaultMaxStrDigits)
		c.add(fmt.Sprintf("str(10**%d)", n), s, err)
		v.Sub(v, big.NewInt(1)).Neg(v)
		s, err = DecimalBig(v, DefaultMaxStrDigits)
		c.add(fmt.Sprintf("str(-(10**%d-1))", n), s, err)
	}
	c.check(t)
}

func TestRepr(t *testing.T) {
	var c cases
	r := newRand(7)
	for range 4000 {
		s := randStr(r, 12)
		c.add("repr("+lit(s)+")", Repr(s), nil)
		c.add("ascii("+lit(s)+")", ASCIIRepr(s), nil)
		b := randBytes(r, 10)
		c.add("repr("+lit(b)+")", ReprBytes(b), nil)
		c.add("repr(bytearray("+lit(b)+"))", ReprBytearray(b), nil)
	}
	c.check(t)
}
