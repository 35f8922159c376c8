package text

// This file holds the decoding and encoding of each Unicode format.

import "unicode/utf8"

// Reasons of decoding errors.
const (
	reasonStart     = "invalid start byte"
	reasonContinue  = "invalid continuation byte"
	reasonEnd       = "unexpected end of data"
	reasonTruncated = "truncated data"
)

// stepUTF8 is the decodeStep of utf-8.
func stepUTF8(b []byte, pos int, out *Builder) (start, end int, reason string) {
	for pos < len(b) {
		c := b[pos]
		if c < 0x80 {
			out.WriteRune(rune(c))
			pos++
			continue
		}
		if r, n := utf8.DecodeRune(b[pos:]); n > 1 {
			out.WriteRune(r)
			pos += n
			continue
		}
		n, reason := badUTF8(b[pos:])
		return pos, pos + n, reason
	}
	return pos, pos, ""
}

// badUTF8 says how many bytes of the malformed sequence at the start of b are
// at fault, and why.
func badUTF8(b []byte) (int, string) {
	c := b[0]
	size := 0
	switch {
	case c < 0xc2 || c > 0xf4:
		return 1, reasonStart
	case c < 0xe0:
		size = 2
	case c < 0xf0:
		size = 3
	default:
		size = 4
	}
	for i := 1; i < size; i++ {
		if i == len(b) {
			return i, reasonEnd
		}
		lo, hi := byte(0x80), byte(0xbf)
		if i == 1 {
			switch c {
			case 0xe0:
				lo = 0xa0
			case 0xed:
				hi = 0x9f
			case 0xf0:
				lo = 0x90
			case 0xf4:
				hi = 0x8f
			}
		}
		if b[i] < lo || b[i] > hi {
			return i, reasonContinue
		}
	}
	return size, reasonContinue
}

// stepASCII is the decodeStep of ascii.
func stepASCII(b []byte, pos int, out *Builder) (start, end int, reason string) {
	for ; pos < len(b); pos++ {
		if b[pos] >= 0x80 {
			return pos, pos + 1, "ordinal not in range(128)"
		}
		out.WriteRune(rune(b[pos]))
	}
	return pos, pos, ""
}

// decodeUnits decodes utf-16 and utf-32 in their variants; without a given
// byte order a byte order mark selects it.
func decodeUnits(b []byte, name, errors string) (Str, error) {
	order, width := unitsOf(name)
	pos := 0
	if name == "utf-16" || name == "utf-32" {
		little, big := name+"-le", name+"-be"
		bigOrder, _ := unitsOf(big)
		if mark := appendMark(order, width); hasPrefix(b, mark) {
			name, pos = little, width
		} else if hasPrefix(b, appendMark(bigOrder, width)) {
			name, order, pos = big, bigOrder, width
		} else {
			name = little
		}
	}
	step := func(b []byte, pos int, out *Builder) (int, int, string) { return stepUTF32(order, b, pos, out) }
	if width == 2 {
		step = func(b []byte, pos int, out *Builder) (int, int, string) { return stepUTF16(order, b, pos, out) }
	}
	return decodeLoop(b, pos, name, errors, new(Builder), step)
}

func hasPrefix(b, p []byte) bool { return len(b) >= len(p) && string(b[:len(p)]) == string(p) }

func appendMark(order byteOrder, width int) []byte {
	if width == 2 {
		return order.AppendUint16(nil, 0xfeff)
	}
	return order.AppendUint32(nil, 0xfeff)
}

func stepUTF16(order byteOrder, b []byte, pos int, out *Builder) (start, end int, reason string) {
	for pos < len(b) {
		if pos+1 == len(b) {
			return pos, len(b), reasonTruncated
		}
		c := rune(order.Uint16(b[pos:]))
		switch {
		case !isSurrogate(c):
			out.WriteRune(c)
			pos += 2
		case isLowSurrogate(c):
			return pos, pos + 2, "illegal encoding"
		case pos+3 >= len(b):
			return pos, len(b), reasonEnd
		default:
			low := rune(order.Uint16(b[pos+2:]))
			if !isLowSurrogate(low) {
				return pos, pos + 2, "illegal UTF-16 surrogate"
			}
			out.WriteRune(0x10000 + (c-0xd800)<<10 + (low - 0xdc00))
			pos += 4
		}
	}
	return pos, pos, ""
}

func stepUTF32(order byteOrder, b []byte, pos int, out *Builder) (start, end int, reason string) {
	for ; pos < len(b); pos += 4 {
		if pos+4 > len(b) {
			return pos, len(b), reasonTruncated
		}
		switch c := order.Uint32(b[pos:]); {
		case c > 0x10ffff:
			return pos, pos + 4, "code point not in range(0x110000)"
		case isSurrogate(rune(c)):
			return pos, pos + 4, "code point in surrogate code point range(0xd800, 0xe000)"
		default:
			out.WriteRune(rune(c))
		}
	}
	return pos, pos, ""
}

// encodeUTF8 encodes text without surrogates; ok is false if there are any.
func encodeUTF8(w []rune) (out []byte, ok bool) {
	out = make([]byte, 0, len(w)+len(w)/2)
	for _, c := range w {
		if isSurrogate(c) {
			return nil, false
		}
		out = utf8.AppendRune(out, c)
	}
	return out, true
}

func appendUTF8(b []byte, c rune) []byte { return utf8.AppendRune(b, c) }

func appendUTF16(order byteOrder, b []byte, c rune) []byte {
	if c < 0x10000 {
		return order.AppendUint16(b, uint16(c))
	}
	c -= 0x10000
	b = order.AppendUint16(b, uint16(0xd800+c>>10))
	return order.AppendUint16(b, uint16(0xdc00+c&0x3ff))
}
