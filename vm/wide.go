package vm

// This file is arithmetic on ints up to 128 bits without math/big: what lies between the inline ints and the large ones.

import (
	"math/big"
	mathbits "math/bits"

	"toylang/refcount"
)

// wide is an int as sign and 128-bit magnitude. Zero is never negative.
type wide struct {
	hi, lo uint64
	neg    bool
}

// wide64 widens an int64.
func wide64(x int64) wide {
	if x < 0 {
		return wide{lo: -uint64(x), neg: true}
	}
	return wide{lo: uint64(x)}
}

// wideOf reads an int-like object; ok is false for other objects and larger ints.
func (t *Thread) wideOf(v Value) (w wide, ok bool) {
	switch {
	case v.IsInt():
		return wide64(v.Int()), true
	case v == True:
		return wide{lo: 1}, true
	case v == False:
		return wide{}, true
	case !v.IsPtr():
		return wide{}, false
	}
	if !t.Is(v, KInt) {
		if v = t.Unwrap(v); v.IsInt() || v.IsBool() {
			return t.wideOf(v)
		}
		if !t.Is(v, KInt) {
			return wide{}, false
		}
	}
	head := t.RawWord(v, 0)
	n := int(uint32(head))
	if n*wordBytes > 16 {
		return wide{}, false
	}
	d := t.RawWords(v, 1, n)
	for i := len(d) - 1; i >= 0; i-- {
		if wordBytes == 8 {
			w.hi, w.lo = w.lo, uint64(d[i])
		} else {
			w.hi, w.lo = w.hi<<32|w.lo>>32, w.lo<<32|uint64(d[i])
		}
	}
	w.neg = head&negInt != 0 && w.hi|w.lo != 0
	return w, true
}

// newWide makes an int.
func (t *Thread) newWide(w wide) Value {
	if w.hi == 0 && w.lo <= 1<<49 {
		x := int64(w.lo)
		if w.neg {
			x = -x
		}
		if refcount.FitsSmall(x) {
			return refcount.SmallInt(x)
		}
	}
	if wordBytes == 4 {
		return t.NewBig(w.big())
	}
	head := uint64(1)
	if w.hi != 0 {
		head = 2
	}
	v := t.NewSized(refcount.GRaw, refcount.HeaderSize+8+8*int(head), uint16(KInt))
	if v == Raised {
		return v
	}
	t.SetRawWord(v, 1, w.lo)
	if head == 2 {
		t.SetRawWord(v, 2, w.hi)
	}
	if w.neg {
		head |= negInt
	}
	t.SetRawWord(v, 0, head)
	return v
}

// big gives the same number as a big.Int.
func (w wide) big() *big.Int {
	x := new(big.Int).SetUint64(w.hi)
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(w.lo))
	if w.neg {
		x.Neg(x)
	}
	return x
}

// int64 gives the number as an int64, if it fits and was given at all.
func (w wide) int64(given bool) (x int64, ok bool) {
	switch {
	case !given || w.hi != 0:
		return 0, false
	case w.neg:
		return -int64(w.lo), w.lo <= 1<<63
	}
	return int64(w.lo), w.lo < 1<<63
}

func (w wide) zero() bool { return w.hi|w.lo == 0 }

// bitLen is the number of bits of the magnitude.
func (w wide) bitLen() int {
	if w.hi != 0 {
		return 64 + mathbits.Len64(w.hi)
	}
	return mathbits.Len64(w.lo)
}

// negated is -w.
func (w wide) negated() wide {
	w.neg = !w.neg && !w.zero()
	return w
}

// cmpMag compares magnitudes.
func (w wide) cmpMag(x wide) int {
	switch {
	case w.hi != x.hi:
		if w.hi < x.hi {
			return -1
		}
		return 1
	case w.lo < x.lo:
		return -1
	case w.lo > x.lo:
		return 1
	}
	return 0
}

// cmp compares numbers.
func (w wide) cmp(x wide) int {
	switch {
	case w.neg != x.neg:
		if w.neg {
			return -1
		}
		return 1
	case w.neg:
		return x.cmpMag(w)
	}
	return w.cmpMag(x)
}

// add gives w + x; ok is false when it does not fit.
func (w wide) add(x wide) (r wide, ok bool) {
	if w.neg == x.neg {
		lo, c := mathbits.Add64(w.lo, x.lo, 0)
		hi, c := mathbits.Add64(w.hi, x.hi, c)
		return wide{hi, lo, w.neg}, c == 0
	}
	if w.cmpMag(x) < 0 {
		w, x = x, w
	}
	lo, c := mathbits.Sub64(w.lo, x.lo, 0)
	hi, _ := mathbits.Sub64(w.hi, x.hi, c)
	return wide{hi, lo, w.neg && hi|lo != 0}, true
}

// mul gives w * x; ok is false when it does not fit.
func (w wide) mul(x wide) (r wide, ok bool) {
	if w.hi != 0 {
		w, x = x, w
	}
	if w.hi != 0 {
		return wide{}, false
	}
	hi, lo := mathbits.Mul64(w.lo, x.lo)
	over, top := mathbits.Mul64(w.lo, x.hi)
	hi, c := mathbits.Add64(hi, top, 0)
	return wide{hi, lo, w.neg != x.neg && hi|lo != 0}, over == 0 && c == 0
}

// divmod gives floor(w / x) and the remainder with x's sign, for x not zero; ok is false for divisors of more than 64 bits
// (other than powers of two) with a smaller magnitude than w's.
func (w wide) divmod(x wide) (q, r wide, ok bool) {
	switch {
	case w.cmpMag(x) < 0:
		r = wide{w.hi, w.lo, false}
	case x.hi == 0:
		var rem uint64
		q.hi, rem = w.hi/x.lo, w.hi%x.lo
		q.lo, r.lo = mathbits.Div64(rem, w.lo, x.lo)
	case x.lo == 0 && x.hi&(x.hi-1) == 0:
		s := uint(mathbits.TrailingZeros64(x.hi))
		q.lo = w.hi >> s
		r.hi, r.lo = w.hi&(x.hi-1), w.lo
	default:
		return q, r, false
	}
	if w.neg != x.neg && !r.zero() {
		q, _ = q.add(wide{lo: 1})
		r, _ = wide{x.hi, x.lo, false}.add(wide{r.hi, r.lo, true})
	}
	q.neg = w.neg != x.neg && !q.zero()
	r.neg = x.neg && !r.zero()
	return q, r, true
}

// twos gives the two's complement of a number of at most 127 bits.
func (w wide) twos() (hi, lo uint64) {
	if !w.neg {
		return w.hi, w.lo
	}
	lo, c := mathbits.Add64(^w.lo, 1, 0)
	hi, _ = mathbits.Add64(^w.hi, 0, c)
	return hi, lo
}

// fromTwos is the inverse of twos.
func fromTwos(hi, lo uint64) wide {
	if int64(hi) >= 0 {
		return wide{hi, lo, false}
	}
	h, l := wide{hi, lo, true}.twos()
	return wide{h, l, true}
}

// bitwise gives w & x, w | x or w ^ x; ok is false beyond 127 bits.
func (w wide) bitwise(op BinOp, x wide) (r wide, ok bool) {
	if int64(w.hi|x.hi) < 0 {
		return r, false
	}
	ah, al := w.twos()
	bh, bl := x.twos()
	switch op {
	case BitAnd:
		return fromTwos(ah&bh, al&bl), true
	case BitOr:
		return fromTwos(ah|bh, al|bl), true
	}
	return fromTwos(ah^bh, al^bl), true
}

// lsh gives w << n; ok is false when it does not fit.
func (w wide) lsh(n uint) (r wide, ok bool) {
	if w.bitLen()+int(n) > 128 {
		return r, false
	}
	if n >= 64 {
		return wide{w.lo << (n - 64), 0, w.neg}, true
	}
	return wide{w.hi<<n | w.lo>>(64-n), w.lo << n, w.neg}, true
}

// rsh gives floor(w / 2**n).
func (w wide) rsh(n uint) wide {
	r := wide{neg: w.neg}
	if n >= 64 {
		r.lo = w.hi >> (n - 64)
	} else {
		r.hi, r.lo = w.hi>>n, w.lo>>n|w.hi<<(64-n)
	}
	if w.neg {
		if back, ok := r.lsh(n); !ok || back.cmpMag(w) != 0 {
			r, _ = r.add(wide{lo: 1, neg: true})
		}
		r.neg = true
	}
	return r
}
