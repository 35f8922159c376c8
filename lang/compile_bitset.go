package lang

// This file defines bit sets: which locals are certainly bound at a place in the code.

// bitset is a set of register numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (s bitset) has(i int) bool { return i>>6 < len(s) && s[i>>6]&(1<<(i&63)) != 0 }

func (s bitset) set(i int) {
	if i>>6 < len(s) {
		s[i>>6] |= 1 << (i & 63)
	}
}

func (s bitset) intersect(t bitset) {
	for i := range s {
		s[i] &= t[i]
	}
}

func (s bitset) clone() bitset { return append(bitset(nil), s...) }
