package vm

// This file is the short ways of strs of few bytes: they are made, joined and compared a word at a time. What lies in the last
// word behind the last byte is anything.

import "strconv"

// shortStr bounds the bytes of what is done word by word; from there on the machine's own copy and comparison are faster.
const shortStr = 64

// concatStrs is a + b for exact strs.
func (t *Thread) concatStrs(a, b Value) Value {
	x, y := t.RawWord(a, strLen), t.RawWord(b, strLen)
	if n := int(uint32(x) + uint32(y)); (x|y)&wideStr == 0 && x != 0 && y != 0 {
		if v, known := t.QuickRaw(uint16(KStr), strData*8+n, 0, uint64(n)); known {
			if n <= shortStr {
				t.joinWords(v, a, b, int(x), int(y))
			} else {
				d := t.QuickBytes(v, strData, n)
				copy(d, t.QuickBytes(a, strData, int(x)))
				copy(d[x:], t.QuickBytes(b, strData, int(y)))
			}
			return v
		}
	}
	return t.concatTexts(a, b)
}

// joinWords fills v with the x bytes of a and the y bytes of b, neither of them 0.
func (t *Thread) joinWords(v, a, b Value, x, y int) {
	to, end := strData, strData+(x+y+7)/8
	for ; x >= 8; x -= 8 {
		t.SetRawWord(v, to, t.RawWord(a, to))
		to++
	}
	shift := 8 * uint(x)
	rest := uint64(0) // bytes that are not stored yet
	if x > 0 {
		rest = t.RawWord(a, to) & (1<<shift - 1)
	}
	for from := strData; y > 0; y -= 8 {
		w := t.RawWord(b, from)
		t.SetRawWord(v, to, rest|w<<shift)
		rest = w >> (64 - shift)
		from++
		to++
	}
	if to < end {
		t.SetRawWord(v, to, rest)
	}
}

// sameStr compares two exact strs.
func (t *Thread) sameStr(a, b Value) bool {
	w := t.RawWord(a, strLen)
	if w != t.RawWord(b, strLen) {
		return false
	}
	n := int(uint32(w))
	if w&wideStr != 0 {
		n *= 4
	}
	switch {
	case t.Unsafe:
		return bytesToString(t.RawBytes(a, strData, n)) == bytesToString(t.RawBytes(b, strData, n))
	case n > shortStr:
		return bytesToString(t.QuickBytes(a, strData, n)) == bytesToString(t.QuickBytes(b, strData, n))
	}
	i := strData
	for ; n >= 8; n -= 8 {
		if t.RawWord(a, i) != t.RawWord(b, i) {
			return false
		}
		i++
	}
	return n == 0 || (t.RawWord(a, i)^t.RawWord(b, i))<<(64-8*uint(n)) == 0
}

// twoDigits are the digits of the numbers below 100, as little-endian words of two bytes.
var twoDigits = func() (w [100]uint16) {
	for i := range w {
		w[i] = uint16('0'+i/10) | uint16('0'+i%10)<<8
	}
	return w
}()

// intStr is the str of an int.
func (t *Thread) intStr(x int64) Value {
	if x >= 0 && x < 10 {
		return t.Ref(t.VM.chars['0'+x])
	}
	if x >= 0 && x < 1e8 {
		w, n := uint64(0), 0
		u := uint32(x)
		for ; u >= 100; n += 2 {
			q := u / 100
			w = w<<16 | uint64(twoDigits[u-q*100])
			u = q
		}
		if u < 10 {
			w = w<<8 | uint64('0'+u)
			n++
		} else {
			w = w<<16 | uint64(twoDigits[u])
			n += 2
		}
		if v, known := t.QuickRaw(uint16(KStr), strData*8+n, 0, uint64(n)); known {
			t.SetRawWord(v, strData, w)
			return v
		}
	}
	var buf [24]byte
	return t.newASCII(strconv.AppendInt(buf[:0], x, 10))
}
