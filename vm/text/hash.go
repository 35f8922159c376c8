package text

// This file computes hashes: numbers, tuples and frozensets as CPython does,
// and text with SipHash-1-3 under a zero key, which is what CPython uses under
// PYTHONHASHSEED=0.

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"
)

const (
	hashBits    = 61
	hashModulus = 1<<hashBits - 1
	hashInf     = 314159
)

// finishHash replaces the reserved value -1.
func finishHash(h int64) int64 {
	if h == -1 {
		return -2
	}
	return h
}

// HashInt is hash(v).
func HashInt(v int64) int64 {
	if -hashModulus < v && v < hashModulus {
		return finishHash(v)
	}
	u := uint64(v)
	if v < 0 {
		u = -u
	}
	h := int64(u % hashModulus)
	if v < 0 {
		h = -h
	}
	return finishHash(h)
}

// HashBig is hash(v).
func HashBig(v *big.Int) int64 {
	var h uint64
	words := v.Bits()
	for i := len(words) - 1; i >= 0; i-- {
		// h*2**64 + word, where 2**64 is 8 modulo 2**61-1.
		hi, lo := bits.Mul64(h, 8)
		lo, carry := bits.Add64(lo, uint64(words[i])%hashModulus, 0)
		h = bits.Rem64(hi+carry, lo, hashModulus)
	}
	r := int64(h)
	if v.Sign() < 0 {
		r = -r
	}
	return finishHash(r)
}

// HashFloat is hash(f). The hash of a NaN depends on its identity and is left
// to the caller: ok is false.
func HashFloat(f float64) (h int64, ok bool) {
	switch {
	case math.IsNaN(f):
		return 0, false
	case math.IsInf(f, 1):
		return hashInf, true
	case math.IsInf(f, -1):
		return -hashInf, true
	case f == 0:
		return 0, true
	}
	frac, exp := math.Frexp(math.Abs(f))
	m := uint64(math.Ldexp(frac, 53)) // exact: at most 53 bits
	e := (exp - 53) % hashBits
	if e < 0 {
		e += hashBits
	}
	// Multiplying by 2**e modulo 2**61-1 rotates 61-bit words.
	m = (m<<e | m>>(hashBits-e)) & hashModulus
	if m == hashModulus {
		m = 0
	}
	r := int64(m)
	if f < 0 {
		r = -r
	}
	return finishHash(r), true
}

const (
	xxPrime1 = 11400714785074694791
	xxPrime2 = 14029467366897019727
	xxPrime5 = 2870177450012600261
)

// TupleHasher combines the hashes of the items of a tuple.
type TupleHasher struct {
	acc uint64
	n   uint64
}

// NewTupleHasher returns the state for no items.
func NewTupleHasher() TupleHasher { return TupleHasher{acc: xxPrime5} }

// Add takes in the hash of the next item.
func (t *TupleHasher) Add(h int64) {
	t.acc += uint64(h) * xxPrime2
	t.acc = bits.RotateLeft64(t.acc, 31) * xxPrime1
	t.n++
}

// Sum is the hash of a tuple of the items added.
func (t *TupleHasher) Sum() int64 {
	h := t.acc + (t.n ^ (xxPrime5 ^ 3527539))
	if h == math.MaxUint64 {
		return 1546275796
	}
	return int64(h)
}

// HashTuple is the hash of a tuple whose items have these hashes.
func HashTuple(items []int64) int64 {
	t := NewTupleHasher()
	for _, h := range items {
		t.Add(h)
	}
	return t.Sum()
}

// FrozensetHasher combines the hashes of the items of a frozenset, in any order.
type FrozensetHasher struct {
	xor uint64
	n   uint64
}

// Add takes in the hash of one item.
func (s *FrozensetHasher) Add(h int64) {
	u := uint64(h)
	s.xor ^= ((u ^ 89869747) ^ (u << 16)) * 3644798167
	s.n++
}

// Sum is the hash of a frozenset of the items added.
func (s *FrozensetHasher) Sum() int64 {
	h := s.xor ^ (s.n+1)*1927868237
	h ^= (h >> 11) ^ (h >> 25)
	h = h*69069 + 907133923
	if h == math.MaxUint64 {
		return 590923713
	}
	return int64(h)
}

// HashBytes is hash(b) for bytes, equal to that of the same ASCII text.
func HashBytes(b []byte) int64 {
	if len(b) == 0 {
		return 0
	}
	s := newSip(len(b)) // as sip.sum does it, with the state in registers
	v0, v1, v2, v3 := s.v0, s.v1, s.v2, s.v3
	m := s.length << 56
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^w)
		v0 ^= w
	}
	for i, c := range b {
		m |= uint64(c) << (8 * i)
	}
	return sipEnd(v0, v1, v2, v3, m)
}

// HashShort is HashBytes of n bytes, 1 to 7, in a little-endian word.
func HashShort(w uint64, n int) int64 {
	s := newSip(n)
	return sipEnd(s.v0, s.v1, s.v2, s.v3, w|s.length<<56)
}

// sipEnd is sip.sum of the last word, with the state in registers.
func sipEnd(v0, v1, v2, v3, m uint64) int64 {
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^m)
	v0, v1, v2, v3 = sipRound(v0^m, v1, v2^0xff, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	return finishHash(int64(v0 ^ v1 ^ v2 ^ v3))
}

// HashStr is hash(s).
func HashStr(s Str) int64 {
	if s.W == nil {
		return HashBytes(bytesOf(s.A))
	}
	var top rune
	for _, c := range s.W {
		top |= c
	}
	switch { // the width CPython stores the string with
	case top < 0x100:
		return hashRunes(s.W, 1)
	case top < 0x10000:
		return hashRunes(s.W, 2)
	}
	return hashRunes(s.W, 4)
}

// hashRunes hashes code points as little-endian units of size bytes.
func hashRunes(w []rune, size int) int64 {
	s := newSip(len(w) * size)
	per := 8 / size
	for len(w) >= per {
		s.word(packRunes(w[:per], size))
		w = w[per:]
	}
	return s.sum(packRunes(w, size))
}

func packRunes(w []rune, size int) uint64 {
	var v uint64
	for i, c := range w {
		v |= uint64(c) << (8 * size * i)
	}
	return v
}

// sip is the state of SipHash-1-3 with a zero key.
type sip struct {
	v0, v1, v2, v3 uint64
	length         uint64
}

func newSip(n int) sip {
	return sip{0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573, uint64(n)}
}

func (s *sip) round() { s.v0, s.v1, s.v2, s.v3 = sipRound(s.v0, s.v1, s.v2, s.v3) }

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v2 += v3
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 = bits.RotateLeft64(v0, 32)
	v2 += v1
	v0 += v3
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	return v0, v1, bits.RotateLeft64(v2, 32), v3
}

func (s *sip) word(m uint64) {
	s.v3 ^= m
	s.round()
	s.v0 ^= m
}

// sum finishes with the last, partial word.
func (s *sip) sum(tail uint64) int64 {
	s.word(tail | s.length<<56)
	s.v2 ^= 0xff
	s.round()
	s.round()
	s.round()
	return finishHash(int64(s.v0 ^ s.v1 ^ s.v2 ^ s.v3))
}
