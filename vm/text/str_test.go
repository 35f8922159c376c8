package text

// This file tests the representation of Str.

import (
	"fmt"
	"testing"
)

func TestStrForm(t *testing.T) {
	var c cases
	r := newRand(60)
	for range 2000 {
		s := randStr(r, 10)
		if s.W != nil && s.A != "" {
			t.Fatalf("both forms in %v", s)
		}
		if back := DecodeWTF8(s.EncodeWTF8()); !Equal(back, s) {
			t.Errorf("%q came back as %q", s, back)
		}
		start, step := r.IntN(s.Len()+1), pick(r, 1, 2, 3, -1, -2)
		n := 0
		for i := start; i >= 0 && i < s.Len(); i += step {
			n++
		}
		got := s.Stride(start, step, n)
		c.add(fmt.Sprintf("%s[%d::%d]", lit(s), start, step), got, nil)
		if n == 0 {
			c.got[len(c.got)-1] = enc(Str{})
			c.exprs[len(c.exprs)-1] = "''"
		}
		wide := false
		for i := range got.Len() {
			wide = wide || got.At(i) >= 0x80
		}
		if wide != (got.W != nil) {
			t.Errorf("%q is in the wrong form", got)
		}
	}
	c.check(t)
}

func BenchmarkHashStr(b *testing.B) {
	s := ASCII("identifier")
	for range b.N {
		HashStr(s)
	}
}
