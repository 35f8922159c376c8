package text

// This file tests the codecs against CPython.

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

var testEncodings = []string{"utf-8", "ascii", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"}
var testHandlers = []string{"strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace", "nope"}

// randEncoded is bytes that are almost, or not at all, in an encoding.
func randEncoded(r *rand.Rand, encoding string) []byte {
	s := randStr(r, 6)
	b, err := Encode(s, encoding, pick(r, "surrogatepass", "ignore"))
	if err != nil {
		b = []byte(s.EncodeWTF8())
	}
	for range r.IntN(3) {
		if len(b) == 0 {
			break
		}
		i := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b = b[:i]
		case 1:
			b[i] = pick(r, b[i], byte(r.IntN(256)), 0xed, 0xa0, 0x80, 0xf4, 0xe0, 0xc3, 0xd8, 0xdc, 0xff)
		case 2:
			b = append(b[:i:i], b[i+1:]...)
		default:
			b = append(b[:i:i], append([]byte{byte(r.IntN(256))}, b[i:]...)...)
		}
	}
	return b
}

func TestCodecs(t *testing.T) {
	var c cases
	r := newRand(50)
	for range 10000 {
		enc, handler := pick(r, testEncodings...), pick(r, testHandlers...)
		if r.IntN(2) == 0 {
			enc = "utf-8"
		}
		b := randEncoded(r, enc)
		s, err := Decode(b, enc, handler)
		c.add(fmt.Sprintf("%s.decode('%s', '%s')", lit(b), enc, handler), s, err)
		u := randStr(r, 8)
		out, err := Encode(u, enc, handler)
		c.add(fmt.Sprintf("%s.encode('%s', '%s')", lit(u), enc, handler), out, err)
	}
	for _, name := range []string{"UTF8", "utf_8", "Latin1", "iso-8859-1", "ISO8859_1", "u8", "US-ASCII", "646", "utf 16", "no-such", "utf-16LE", "UTF-32BE", "L1", "cp819"} {
		b, err := Encode(DecodeWTF8("é1"), name, "ignore")
		c.add("'\\u00e91'.encode('"+name+"', 'ignore')", b, err)
	}
	c.check(t)
}
