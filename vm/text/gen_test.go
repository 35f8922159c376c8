package text

// This file generates the random values of the differential tests.

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
)

var seedFlag = flag.Uint64("seed", 1, "vary the random cases (recorded values need 1)")

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, *seedFlag)) }

// pick returns one of the items.
func pick[T any](r *rand.Rand, items ...T) T { return items[r.IntN(len(items))] }

// randFloat favours the values where formatting changes its mind.
func randFloat(r *rand.Rand) float64 {
	var f float64
	switch r.IntN(9) {
	case 0:
		f = pick(r, 0, 1, 0.5, 1.5, 2.5, 1e16, 1e15, 9999999999999998, 1e-4, 1e-5, 5e-324,
			math.MaxFloat64, 2.2250738585072014e-308, math.Inf(1), math.NaN(), 1e22, 1e23, 0.1, 123456.5, 999999.5, 0.125)
	case 1:
		f = math.Float64frombits(r.Uint64())
	case 2:
		f = float64(r.IntN(1000)) / 8
	case 3:
		f = float64(r.IntN(100000)) / 1000
	case 4:
		f = r.Float64() * math.Pow(10, float64(r.IntN(40)-20))
	case 5:
		f = float64(r.Int64() >> r.IntN(63))
	case 6:
		f = math.Round(r.Float64()*1e4) / 1e4
	case 7:
		f = (float64(r.IntN(2000)) + 0.5) * math.Pow(10, float64(r.IntN(8)-4))
	default:
		f = r.NormFloat64()
	}
	if r.IntN(3) == 0 {
		f = -f
	}
	return f
}

// randBig is an integer of up to 300 bits, often small.
func randBig(r *rand.Rand) *big.Int {
	bits := pick(r, 1, 4, 8, 16, 31, 53, 54, 62, 63, 64, 65, 100, 200, 300)
	v := new(big.Int)
	for range bits/64 + 1 {
		v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(r.Uint64()))
	}
	v.Rsh(v, uint(bits/64*64+64-bits))
	switch r.IntN(6) {
	case 0:
		v.Lsh(big.NewInt(1), uint(bits))
	case 1:
		v.Lsh(big.NewInt(1), uint(bits)).Sub(v, big.NewInt(1))
	}
	if r.IntN(2) == 0 {
		v.Neg(v)
	}
	return v
}

var interesting = []rune("aAbBzZ09_ \t\n\r\v\f\x1c\x1d\x1e\x1f\x00\x7f\u0085\u00a0\u2028\u2029\u3000ßẞŉǰΐΰﬁﬃΣσςİıÅéÉ" +
	"ǅǆǄ²½٣一𝔘𐐀𐐨\u0300\u0345ªʰⅧⓐ'\"\\.:-\u00ad\u200b\ufeff\ue000\U000e0001ａ１ვᲕᏸꭰᾳᾼῳ")

// randStr is a string of up to max characters from an alphabet that makes
// matches likely.
func randStr(r *rand.Rand, max int) Str {
	n := r.IntN(max + 1)
	w := make([]rune, n)
	mode := r.IntN(5)
	for i := range w {
		switch mode {
		case 0:
			w[i] = pick(r, 'a', 'b')
		case 1:
			w[i] = pick(r, 'a', 'A', ' ', '\t', '\n', '1', '-')
		case 2:
			w[i] = rune(r.IntN(128))
		case 3:
			w[i] = interesting[r.IntN(len(interesting))]
		default:
			w[i] = pick(r, 'a', 'é', ' ', 'Σ', '\'', '一', 0xd800, 0xdc80, rune(r.IntN(0x3000)), rune(r.IntN(0x110000)))
		}
	}
	return FromRunes(w)
}

func randBytes(r *rand.Rand, max int) []byte {
	b := make([]byte, r.IntN(max+1))
	mode := r.IntN(3)
	for i := range b {
		switch mode {
		case 0:
			b[i] = pick[byte](r, 'a', 'b')
		case 1:
			b[i] = pick[byte](r, 'a', 'A', ' ', '\t', '\n', '\r', '1', '-', '\v', 0x1c, 0xe9)
		default:
			b[i] = byte(r.IntN(256))
		}
	}
	return b
}
