package vm

// This file is the module _random: the Mersenne twister below random.toy.

import (
	crand "crypto/rand"
	"encoding/binary"
	"math/big"
	mathbits "math/bits"
	"math/rand/v2"

	"toylang/refcount"
)

const (
	twisterWords = 624
	twisterShift = 397
	twisterBytes = 4 * (twisterWords + 1) // the words, then how many of them were used
)

// twister is the state of a generator as it lies in guest memory. Its lock is held.
type twister []byte

func (x twister) word(i int) uint32       { return binary.LittleEndian.Uint32(x[4*i:]) }
func (x twister) setWord(i int, w uint32) { binary.LittleEndian.PutUint32(x[4*i:], w) }

// next gives 32 random bits.
func (x twister) next() uint32 {
	i := x.word(twisterWords)
	if i >= twisterWords {
		x.turn()
		i = 0
	}
	x.setWord(twisterWords, i+1)
	y := x.word(int(i))
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// turn makes all words anew.
func (x twister) turn() {
	for i := range twisterWords {
		y := x.word(i)&0x80000000 | x.word((i+1)%twisterWords)&0x7fffffff
		w := x.word((i+twisterShift)%twisterWords) ^ y>>1
		if y&1 != 0 {
			w ^= 0x9908b0df
		}
		x.setWord(i, w)
	}
}

// seed starts the generator from a key of at least one word.
func (x twister) seed(key []uint32) {
	s := uint32(19650218)
	for i := range twisterWords {
		if i > 0 {
			s = 1812433253*(s^s>>30) + uint32(i)
		}
		x.setWord(i, s)
	}
	i, j := 1, 0
	step := func(factor, add uint32, sub bool) {
		p := x.word(i - 1)
		w := x.word(i) ^ (p^p>>30)*factor
		if sub {
			w -= uint32(i)
		} else {
			w += add
		}
		x.setWord(i, w)
		if i++; i == twisterWords {
			x.setWord(0, x.word(twisterWords-1))
			i = 1
		}
	}
	for range max(twisterWords, len(key)) {
		step(1664525, key[j]+uint32(j), false)
		if j++; j == len(key) {
			j = 0
		}
	}
	for range twisterWords - 1 {
		step(1566083941, 0, true)
	}
	x.setWord(0, 0x80000000)
	x.setWord(twisterWords, twisterWords)
}

// float gives 53 random bits as a number below one.
func (x twister) float() float64 {
	a, b := x.next()>>5, x.next()>>6
	return (float64(a)*67108864 + float64(b)) * (1.0 / 9007199254740992.0)
}

// Entropy fills b with random bytes: the system's, or under the virtual scheduler, where every run must be the same, bytes that
// depend on nothing but how many were taken before. It may be called from several threads.
func (vm *VM) Entropy(b []byte) {
	if !vm.Sched.Virtual() {
		_, _ = crand.Read(b) // never fails
		return
	}
	vm.entropyMu.Lock()
	defer vm.entropyMu.Unlock()
	if vm.entropy == nil {
		vm.entropy = rand.NewChaCha8([32]byte{})
	}
	_, _ = vm.entropy.Read(b)
}

// seedKey is the key that an argument of seed() means.
func (t *Thread) seedKey(v Value) (key []uint32, ok bool) {
	var n *big.Int
	switch {
	case v == None || v == Unbound:
		b := make([]byte, 4*twisterWords)
		t.VM.Entropy(b)
		for i := 0; i < len(b); i += 4 {
			key = append(key, binary.LittleEndian.Uint32(b[i:]))
		}
		return key, true
	case t.IsInt(v) || v.IsBool():
		n = t.Big(v)
		n.Abs(n)
	default:
		h, ok := t.Hash(v)
		if !ok {
			return nil, false
		}
		n = new(big.Int).SetUint64(uint64(h))
	}
	b := n.Bytes()
	key = make([]uint32, max(1, (len(b)+3)/4))
	for i := range b {
		key[i/4] |= uint32(b[len(b)-1-i]) << (i % 4 * 8)
	}
	return key, true
}

// twist runs f with the state of a generator locked.
func (t *Thread) twist(v Value, f func(x twister)) {
	t.Lock(v)
	defer t.Unlock(v)
	if b, ok := t.Bytes(t.Field(v, InstFirst)); ok && len(b) >= twisterBytes {
		f(twister(b[:twisterBytes]))
	}
}

// randomBits is getrandbits(k).
func (t *Thread) randomBits(v Value, k int64) Value {
	switch {
	case k < 0:
		return t.Raise(t.VM.Exc.ValueError, "number of bits must be non-negative")
	case k == 0:
		return refcount.SmallInt(0)
	case k <= 32:
		var w uint32
		t.twist(v, func(x twister) { w = x.next() >> (32 - k) })
		return t.NewInt(int64(w))
	case k/8 > t.VM.Heap.Limit():
		t.raiseMemory()
		return Raised
	}
	b := make([]byte, (k+31)/32*4) // most significant first, as big.Int wants it
	t.twist(v, func(x twister) {
		for i := len(b) - 4; i >= 0; i, k = i-4, k-32 {
			w := x.next()
			if k < 32 {
				w >>= 32 - k
			}
			binary.BigEndian.PutUint32(b[i:], w)
		}
	})
	return t.NewBig(new(big.Int).SetBytes(b))
}

// randomBelow is an int from 0 to n - 1 out of as many bits as n has: those of the generator, or of a getrandbits() that stands
// in its place.
func (t *Thread) randomBelow(v, n, name Value) Value {
	f, self := t.GetMethod(v, name)
	if f == Raised {
		return f
	}
	mark := t.Hold(f)
	t.Hold(self)
	defer t.Unhold(mark)
	if b := t.BuiltinOf(f); b != nil && b.Name == "getrandbits" && b.Owner != nil && b.Owner.Name == "_random.Random" && self == v &&
		n.IsInt() && n.Int() > 0 && n.Int() < 1<<32 {
		top := uint32(n.Int())
		shift, r := mathbits.LeadingZeros32(top), top
		t.twist(v, func(x twister) {
			for r >= top {
				r = x.next() >> shift
			}
		})
		if r >= top { // no state
			r = 0
		}
		return refcount.SmallInt(int64(r))
	}
	k := t.CallMethod(n, "bit_length")
	if k == Raised {
		return k
	}
	t.Hold(k)
	for {
		var r Value
		if self == Unbound {
			r = t.Call(f, k)
		} else {
			r = t.Call(f, self, k)
		}
		if r == Raised {
			return r
		}
		m := t.Hold(r)
		c := t.Compare(Ge, r, n)
		if c == Raised {
			return c
		}
		t.Hold(c)
		above, ok := t.Truth(c)
		if !ok {
			return Raised
		}
		if !above {
			return t.Release(m)
		}
		t.Unhold(m)
		if !t.CheckBreak() {
			return Raised
		}
	}
}

// randomState is getstate().
func (t *Thread) randomState(v Value) Value {
	var words [twisterWords + 1]Value
	t.twist(v, func(x twister) {
		for i := range words {
			words[i] = refcount.SmallInt(int64(x.word(i)))
		}
	})
	return t.NewTuple(words[:]...)
}

// setRandomState is setstate().
func (t *Thread) setRandomState(v, state Value) Value {
	if !t.Isa(state, KTuple) && !t.wraps(state, KTuple) {
		return t.Raise(t.VM.Exc.TypeError, "state vector must be a tuple")
	}
	items := t.Items(state)
	if items.Len() != twisterWords+1 {
		return t.Raise(t.VM.Exc.ValueError, "state vector is the wrong size")
	}
	var words [twisterWords + 1]uint32
	for i := range words {
		x := items.Get(i)
		if !t.IsInt(x) && !x.IsBool() {
			return t.Raise(t.VM.Exc.TypeError, "an integer is required")
		}
		n := t.Big(x)
		switch {
		case i == twisterWords && (n.Sign() < 0 || n.Cmp(big.NewInt(twisterWords)) > 0):
			return t.Raise(t.VM.Exc.ValueError, "invalid state")
		case n.Sign() < 0:
			return t.Raise(t.VM.Exc.OverflowError, "can't convert negative value to unsigned int")
		case n.BitLen() > 64:
			return t.Raise(t.VM.Exc.OverflowError, "Python int too large to convert to C unsigned long")
		}
		words[i] = uint32(n.Uint64())
	}
	t.twist(v, func(x twister) {
		for i, w := range words {
			x.setWord(i, w)
		}
	})
	return None
}

func initRandom(t *Thread, m Value) bool {
	var c *Class
	name := t.VM.Intern("getrandbits")
	seed := func(t *Thread, v, arg Value) Value {
		key, ok := t.seedKey(arg)
		if !ok {
			return Raised
		}
		t.twist(v, func(x twister) { x.seed(key) })
		return None
	}
	c = t.defType(TypeDef{Kind: KInstance, Name: "_random.Random", Static: []Def{
		{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
			k := t.newClass(c, a[0])
			if k == nil {
				return Raised
			}
			v := t.NewInstance(k)
			if v == Raised {
				return v
			}
			mark := t.Hold(v)
			b := t.NewBytes(make([]byte, twisterBytes))
			if b == Raised {
				t.Unhold(mark)
				return b
			}
			t.SetField(v, InstFirst, b)
			return t.Release(mark)
		}},
	}, Methods: checked("_random.Random", func(t *Thread, v Value) bool { return t.ClassOf(v).Sub(c) }, []Def{
		{"__init__(self, n=None, /)", func(t *Thread, a []Value) Value { return seed(t, a[0], a[1]) }},
		{"random(self, /)", func(t *Thread, a []Value) Value {
			var f float64
			t.twist(a[0], func(x twister) { f = x.float() })
			return t.NewFloat(f)
		}},
		{"seed(self, n=None, /)", func(t *Thread, a []Value) Value { return seed(t, a[0], a[1]) }},
		{"getrandbits(self, k, /)", func(t *Thread, a []Value) Value {
			k, ok := t.Index(a[1])
			if !ok {
				return Raised
			}
			return t.randomBits(a[0], k)
		}},
		{"_randbelow_with_getrandbits(self, n, /)", func(t *Thread, a []Value) Value { return t.randomBelow(a[0], a[1], name) }},
		{"getstate(self, /)", func(t *Thread, a []Value) Value { return t.randomState(a[0]) }},
		{"setstate(self, state, /)", func(t *Thread, a []Value) Value { return t.setRandomState(a[0], a[1]) }},
	})})
	c.Slots = []string{" state"}
	t.modSet(m, "Random", t.Ref(c.Value))
	return true
}
