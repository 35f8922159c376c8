package vm

// This file encodes strs as bytes and decodes bytes as strs.

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"toylang/refcount"
	"toylang/vm/text"
)

// codecArg reads the encoding or errors argument.
func (t *Thread) codecArg(fn, name string, v Value, def string) (string, bool) {
	if v == Unbound {
		return def, true
	}
	if !t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "%s() argument '%s' must be str, not %s", fn, name, t.argTypeName(v))
		return "", false
	}
	return t.GoStr(v), true
}

// codecName gives the canonical name of an encoding; "" when there is none.
func codecName(enc string) string {
	switch n := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(enc), "_", "-"), " ", "-"); n {
	case "utf-8", "utf8", "u8", "utf", "cp65001":
		return "utf-8"
	case "ascii", "us-ascii", "646", "ansi-x3.4-1968", "iso646-us":
		return "ascii"
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "8859", "l1", "cp819", "latin":
		return "latin-1"
	case "utf-8-sig":
		return n
	case "utf-16", "utf16", "u16":
		return "utf-16"
	case "utf-32", "utf32", "u32":
		return "utf-32"
	case "utf-16-le", "utf-16le", "utf-16-be", "utf-16be", "utf-32-le", "utf-32le", "utf-32-be", "utf-32be":
		return strings.TrimSuffix(n[:6], "-") + "-" + n[len(n)-2:]
	}
	return ""
}

// strEncode is str.encode.
func strEncode(t *Thread, self Value, s text.Str, a []Value) Value {
	enc, ok := t.codecArg("encode", "encoding", a[0], "utf-8")
	if !ok {
		return Raised
	}
	errs, ok := t.codecArg("encode", "errors", a[1], "strict")
	if !ok {
		return Raised
	}
	b, ok := t.encode(self, enc, errs)
	if !ok {
		return Raised
	}
	return t.NewBytes(b)
}

// encode encodes a str. The bytes may be the str's own: copy what you keep.
func (t *Thread) encode(v Value, enc, errs string) ([]byte, bool) {
	s := t.txt(v)
	name := codecName(enc)
	if name == "" {
		t.Raise(t.VM.Exc.LookupError, "unknown encoding: %s", enc)
		return nil, false
	}
	var out []byte
	fits, reason := int32(0x10FFFF), "surrogates not allowed"
	var put func(out []byte, c rune) []byte
	switch name {
	case "utf-8-sig":
		out, put = []byte("\xEF\xBB\xBF"), appendRune
	case "utf-8":
		put = appendRune
	case "ascii":
		fits, reason, put = 0x7F, "ordinal not in range(128)", appendByte
	case "latin-1":
		fits, reason, put = 0xFF, "ordinal not in range(256)", appendByte
	case "utf-16":
		out, put = []byte{0xFF, 0xFE}, put16(binary.LittleEndian)
	case "utf-16-le":
		put = put16(binary.LittleEndian)
	case "utf-16-be":
		put = put16(binary.BigEndian)
	case "utf-32":
		out, put = []byte{0xFF, 0xFE, 0, 0}, put32(binary.LittleEndian)
	case "utf-32-le":
		put = put32(binary.LittleEndian)
	default:
		put = put32(binary.BigEndian)
	}
	if s.W == nil {
		if fits <= 0xFF || strings.HasPrefix(name, "utf-8") {
			return append(out, s.A...), true
		}
		for i := 0; i < len(s.A); i++ {
			out = put(out, rune(s.A[i]))
		}
		return out, true
	}
	bad := func(c rune) bool { return c > fits || fits == 0x10FFFF && c >= 0xD800 && c <= 0xDFFF }
	out = append(make([]byte, 0, len(out)+2*len(s.W)), out...)
	for i := 0; i < len(s.W); i++ {
		c := s.W[i]
		if !bad(c) {
			out = put(out, c)
			continue
		}
		j := i + 1
		for j < len(s.W) && bad(s.W[j]) {
			j++
		}
		for _, c := range s.W[i:j] {
			repl, ok := t.encodeError(c, errs, name)
			if !ok {
				if t.Exc == Unbound {
					t.raiseEncode(name, v, i, j, reason)
				}
				return nil, false
			}
			if repl.raw {
				out = append(out, repl.bytes...)
				continue
			}
			for _, c := range repl.bytes {
				out = put(out, rune(c))
			}
		}
		i = j - 1
	}
	return out, true
}

// replacement is what an error handler puts in place of a character: ASCII text, or bytes as they are.
type replacement struct {
	bytes []byte
	raw   bool
}

// encodeError applies an error handler to a character; not ok means that the error is to be raised, unless an exception
// is set.
func (t *Thread) encodeError(c rune, errs, enc string) (r replacement, ok bool) {
	switch errs {
	case "strict":
		return r, false
	case "ignore":
		return r, true
	case "replace":
		return replacement{bytes: []byte("?")}, true
	case "backslashreplace":
		return replacement{bytes: []byte(text.RuneEscape(c))}, true
	case "xmlcharrefreplace":
		return replacement{bytes: fmt.Appendf(nil, "&#%d;", c)}, true
	case "surrogateescape":
		if c >= 0xDC80 && c <= 0xDCFF {
			return replacement{[]byte{byte(c)}, true}, true
		}
		return r, false
	case "surrogatepass":
		if c >= 0xD800 && c <= 0xDFFF && strings.HasPrefix(enc, "utf-8") {
			return replacement{[]byte{0xED, byte(0x80 | c>>6&0x3F), byte(0x80 | c&0x3F)}, true}, true
		}
		return r, false
	}
	t.Raise(t.VM.Exc.LookupError, "unknown error handler name '%s'", errs)
	return r, false
}

// raiseEncode raises a UnicodeEncodeError about characters [i, j) of v.
func (t *Thread) raiseEncode(enc string, v Value, i, j int, reason string) Value {
	return t.raiseCodec(t.VM.Exc.UnicodeEncodeError, enc, t.Ref(t.Unwrap(v)), i, j, reason)
}

// raiseCodec raises a UnicodeError; it takes over v.
func (t *Thread) raiseCodec(c *Class, enc string, v Value, i, j int, reason string) Value {
	m := t.Hold(v)
	defer t.Unhold(m)
	name, why := t.NewStr(enc), t.NewStr(reason)
	t.Hold(name)
	t.Hold(why)
	if name == Raised || why == Raised {
		return Raised
	}
	e := t.Call(c.Value, name, v, refcount.SmallInt(int64(i)), refcount.SmallInt(int64(j)), why)
	if e == Raised {
		return e
	}
	return t.RaiseValue(e)
}

func appendByte(out []byte, c rune) []byte { return append(out, byte(c)) }

func appendRune(out []byte, c rune) []byte { return utf8.AppendRune(out, c) }

func put16(o binary.AppendByteOrder) func(out []byte, c rune) []byte {
	return func(out []byte, c rune) []byte {
		if c > 0xFFFF {
			c -= 0x10000
			out = o.AppendUint16(out, uint16(0xD800+c>>10))
			c = 0xDC00 + c&0x3FF
		}
		return o.AppendUint16(out, uint16(c))
	}
}

func put32(o binary.AppendByteOrder) func(out []byte, c rune) []byte {
	return func(out []byte, c rune) []byte { return o.AppendUint32(out, uint32(c)) }
}

// decode makes a str of the bytes b, which are those of the object v.
func (t *Thread) decode(v Value, b []byte, enc, errs string) Value {
	name := codecName(enc)
	if name == "" {
		return t.Raise(t.VM.Exc.LookupError, "unknown encoding: %s", enc)
	}
	var step func(b []byte, i int) (c rune, n int, reason string)
	start := 0
	switch name {
	case "utf-8-sig":
		if strings.HasPrefix(bytesToString(b), "\xEF\xBB\xBF") {
			start = 3
		}
		name, step = "utf-8", stepUTF8
	case "utf-8":
		step = stepUTF8
	case "ascii":
		step = func(b []byte, i int) (rune, int, string) {
			if b[i] >= 0x80 {
				return 0, 1, "ordinal not in range(128)"
			}
			return rune(b[i]), 1, ""
		}
	case "latin-1":
		return t.newStrOf(text.FromLatin1(b))
	default:
		var o binary.ByteOrder = binary.LittleEndian
		if strings.HasSuffix(name, "be") {
			o = binary.BigEndian
		}
		wide := strings.HasPrefix(name, "utf-32")
		if len(name) == 6 { // a byte order mark decides
			switch {
			case wide && len(b) >= 4 && (o.Uint32(b) == 0xFEFF || o.Uint32(b) == 0xFFFE0000):
				start = 4
			case !wide && len(b) >= 2 && (o.Uint16(b) == 0xFEFF || o.Uint16(b) == 0xFFFE):
				start = 2
			}
			name += "-le"
			if start > 0 && b[0] != 0xFF {
				o, name = binary.BigEndian, name[:6]+"-be"
			}
		}
		if step = step16(o); wide {
			step = step32(o)
		}
	}
	if i := start; name == "utf-8" || name == "ascii" {
		for i < len(b) && b[i] < 0x80 {
			i++
		}
		if i == len(b) {
			return t.newASCII(b[start:])
		}
	}
	var out text.Builder
	out.Grow(len(b))
	for i := start; i < len(b); {
		c, n, reason := step(b, i)
		if reason == "" {
			out.WriteRune(c)
			i += n
			continue
		}
		if !t.decodeError(&out, b[i:i+n], errs, name) {
			if t.Exc == Unbound {
				o := t.NewBytes(b)
				if o != Raised {
					t.raiseCodec(t.VM.Exc.UnicodeDecodeError, name, o, i, i+n, reason)
				}
			}
			return Raised
		}
		i += n
	}
	return t.newStrOf(out.Str())
}

// decodeError applies an error handler to bytes that cannot be decoded; false means that the error is to be raised,
// unless an exception is set.
func (t *Thread) decodeError(out *text.Builder, b []byte, errs, enc string) bool {
	switch errs {
	case "strict":
		return false
	case "ignore":
		return true
	case "replace":
		out.WriteRune(0xFFFD)
		return true
	case "backslashreplace":
		for _, c := range b {
			out.WriteASCII(fmt.Sprintf("\\x%02x", c))
		}
		return true
	case "surrogateescape":
		for _, c := range b {
			if c < 0x80 {
				return false
			}
		}
		for _, c := range b {
			out.WriteRune(0xDC00 + rune(c))
		}
		return true
	case "surrogatepass":
		return false
	}
	t.Raise(t.VM.Exc.LookupError, "unknown error handler name '%s'", errs)
	return false
}

// stepUTF8 decodes one character at i: it and its length, or the length of what is wrong and why.
func stepUTF8(b []byte, i int) (c rune, n int, reason string) {
	b0 := b[i]
	more, lo, hi := 0, byte(0x80), byte(0xBF)
	switch {
	case b0 < 0x80:
		return rune(b0), 1, ""
	case b0 < 0xC2 || b0 > 0xF4:
		return 0, 1, "invalid start byte"
	case b0 < 0xE0:
		more, c = 1, rune(b0&0x1F)
	case b0 < 0xF0:
		more, c = 2, rune(b0&0x0F)
	default:
		more, c = 3, rune(b0&0x07)
	}
	switch b0 {
	case 0xE0:
		lo = 0xA0
	case 0xED:
		hi = 0x9F
	case 0xF0:
		lo = 0x90
	case 0xF4:
		hi = 0x8F
	}
	for k := 1; k <= more; k++ {
		if i+k >= len(b) {
			return 0, k, "unexpected end of data"
		}
		x := b[i+k]
		if x < lo || x > hi {
			return 0, k, "invalid continuation byte"
		}
		c, lo, hi = c<<6|rune(x&0x3F), 0x80, 0xBF
	}
	return c, more + 1, ""
}

func step16(o binary.ByteOrder) func(b []byte, i int) (rune, int, string) {
	return func(b []byte, i int) (rune, int, string) {
		if i+2 > len(b) {
			return 0, len(b) - i, "truncated data"
		}
		c := rune(o.Uint16(b[i:]))
		switch {
		case c < 0xD800 || c > 0xDFFF:
			return c, 2, ""
		case c >= 0xDC00:
			return 0, 2, "illegal encoding"
		case i+4 > len(b):
			return 0, len(b) - i, "unexpected end of data"
		}
		d := rune(o.Uint16(b[i+2:]))
		if d < 0xDC00 || d > 0xDFFF {
			return 0, 2, "illegal UTF-16 surrogate"
		}
		return 0x10000 + (c-0xD800)<<10 + d - 0xDC00, 4, ""
	}
}

func step32(o binary.ByteOrder) func(b []byte, i int) (rune, int, string) {
	return func(b []byte, i int) (rune, int, string) {
		if i+4 > len(b) {
			return 0, len(b) - i, "truncated data"
		}
		c := o.Uint32(b[i:])
		switch {
		case c > 0x10FFFF:
			return 0, 4, "code point not in range(0x110000)"
		case c >= 0xD800 && c <= 0xDFFF:
			return 0, 4, "code point in surrogate code point range(0xd800, 0xe000)"
		}
		return rune(c), 4, ""
	}
}
