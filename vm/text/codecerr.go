package text

// This file defines Unicode errors and their handlers (strict, ignore, ...).

import (
	"fmt"
	"strconv"
)

// UnicodeError is a UnicodeDecodeError (of Bytes) or a UnicodeEncodeError (of
// Text).
type UnicodeError struct {
	Decoding bool
	Encoding string
	Text     Str
	Bytes    []byte
	Start    int
	End      int
	Reason   string
}

// Kind is the name of the exception class.
func (e *UnicodeError) Kind() string {
	if e.Decoding {
		return "UnicodeDecodeError"
	}
	return "UnicodeEncodeError"
}

// Message is str(e).
func (e *UnicodeError) Message() string {
	single := e.End == e.Start+1
	switch {
	case e.Decoding && single && e.Start < len(e.Bytes):
		return fmt.Sprintf("'%s' codec can't decode byte 0x%02x in position %d: %s",
			e.Encoding, e.Bytes[e.Start], e.Start, e.Reason)
	case e.Decoding:
		return fmt.Sprintf("'%s' codec can't decode bytes in position %d-%d: %s",
			e.Encoding, e.Start, e.End-1, e.Reason)
	case single && e.Start < e.Text.Len():
		return fmt.Sprintf("'%s' codec can't encode character '%s' in position %d: %s",
			e.Encoding, RuneEscape(e.Text.At(e.Start)), e.Start, e.Reason)
	}
	return fmt.Sprintf("'%s' codec can't encode characters in position %d-%d: %s",
		e.Encoding, e.Start, e.End-1, e.Reason)
}

// Error is the class name and the message.
func (e *UnicodeError) Error() string { return e.Kind() + ": " + e.Message() }

func unknownHandler(name string) error {
	return errorf("LookupError", "unknown error handler name '%s'", name)
}

// handleDecode applies an error handler: it writes the replacement and says
// where decoding resumes.
func (e *UnicodeError) handleDecode(handler string, out *Builder) (int, error) {
	bad := e.Bytes[e.Start:e.End]
	switch handler {
	case "", "strict":
		return 0, e
	case "ignore":
		return e.End, nil
	case "replace":
		out.WriteRune(0xfffd)
		return e.End, nil
	case "backslashreplace":
		for _, c := range bad {
			out.WriteASCII(RuneEscape(rune(c)))
		}
		return e.End, nil
	case "surrogateescape":
		n := 0
		for n < len(bad) && n < 4 && bad[n] >= 0x80 {
			out.WriteRune(0xdc00 + rune(bad[n]))
			n++
		}
		if n == 0 {
			return 0, e
		}
		return e.Start + n, nil
	case "surrogatepass":
		unit, c := decodeUnit(e.Encoding, e.Bytes[e.Start:])
		if unit == 0 || !isSurrogate(c) {
			return 0, e
		}
		out.WriteRune(c)
		return e.Start + unit, nil
	case "xmlcharrefreplace", "namereplace":
		return 0, typeError("don't know how to handle UnicodeDecodeError in error callback")
	}
	return 0, unknownHandler(handler)
}

// decodeUnit reads what may be a surrogate at the start of b in a standard
// encoding, and its size; the size is 0 when there is none.
func decodeUnit(encoding string, b []byte) (size int, c rune) {
	switch order, width := unitsOf(encoding); {
	case encoding == "utf-8" && len(b) >= 3 && surrogateAt(string(b[:3]), 0):
		return 3, rune(b[0]&0xf)<<12 | rune(b[1]&0x3f)<<6 | rune(b[2]&0x3f)
	case width == 2 && len(b) >= 2:
		return 2, rune(order.Uint16(b))
	case width == 4 && len(b) >= 4:
		if v := order.Uint32(b); v <= 0x10ffff {
			return 4, rune(v)
		}
	}
	return 0, 0
}

// handleEncode applies an error handler: replacement text, which the codec
// must be able to encode, or raw bytes, and where encoding resumes.
func (e *UnicodeError) handleEncode(handler string) (text string, raw []byte, next int, err error) {
	next = e.End
	switch handler {
	case "", "strict":
		return "", nil, 0, e
	case "ignore":
		return "", nil, next, nil
	}
	for i := e.Start; i < e.End; i++ {
		c := e.Text.At(i)
		switch handler {
		case "replace":
			text += "?"
		case "backslashreplace":
			text += RuneEscape(c)
		case "xmlcharrefreplace":
			text += "&#" + strconv.Itoa(int(c)) + ";"
		case "surrogateescape":
			if c < 0xdc80 || c > 0xdcff {
				failed := *e
				failed.Start = i
				return "", nil, 0, &failed
			}
			raw = append(raw, byte(c))
		case "surrogatepass":
			order, width := unitsOf(e.Encoding)
			switch {
			case !isSurrogate(c):
				return "", nil, 0, e
			case e.Encoding == "utf-8":
				raw = append(raw, 0xed, byte(0x80|c>>6&0x3f), byte(0x80|c&0x3f))
			case width == 2:
				raw = order.AppendUint16(raw, uint16(c))
			case width == 4:
				raw = order.AppendUint32(raw, uint32(c))
			default:
				return "", nil, 0, e
			}
		default:
			return "", nil, 0, unknownHandler(handler)
		}
	}
	return text, raw, next, nil
}
