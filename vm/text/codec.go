package text

// This file finds codecs by name and runs them with their error handlers.

import (
	"encoding/binary"
	"strings"
)

// byteOrder reads and appends code units.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// unitsOf is the byte order and width of the code units of utf-16 and utf-32.
func unitsOf(encoding string) (byteOrder, int) {
	switch encoding {
	case "utf-16", "utf-16-le":
		return binary.LittleEndian, 2
	case "utf-16-be":
		return binary.BigEndian, 2
	case "utf-32", "utf-32-le":
		return binary.LittleEndian, 4
	case "utf-32-be":
		return binary.BigEndian, 4
	}
	return binary.LittleEndian, 0
}

// CodecName is the canonical name of an encoding.
func CodecName(name string) (string, error) {
	key := strings.Map(func(c rune) rune {
		if c == '_' || c == ' ' {
			return '-'
		}
		return c
	}, strings.ToLower(name))
	switch key {
	case "utf-8", "utf8", "u8", "utf", "cp65001", "utf8-ucs2", "utf8-ucs4":
		return "utf-8", nil
	case "utf-8-sig", "utf8-sig":
		return "utf-8-sig", nil
	case "ascii", "us-ascii", "646", "ansi-x3.4-1968", "iso646-us", "us", "cp367", "ibm367":
		return "ascii", nil
	case "latin-1", "latin1", "latin", "l1", "iso-8859-1", "iso8859-1", "iso88591", "8859", "cp819", "ibm819":
		return "iso-8859-1", nil
	case "utf-16", "utf16", "u16":
		return "utf-16", nil
	case "utf-16-le", "utf-16le", "utf16-le", "utf16le", "unicodelittleunmarked":
		return "utf-16-le", nil
	case "utf-16-be", "utf-16be", "utf16-be", "utf16be", "unicodebigunmarked":
		return "utf-16-be", nil
	case "utf-32", "utf32", "u32":
		return "utf-32", nil
	case "utf-32-le", "utf-32le", "utf32-le", "utf32le":
		return "utf-32-le", nil
	case "utf-32-be", "utf-32be", "utf32-be", "utf32be":
		return "utf-32-be", nil
	}
	return "", errorf("LookupError", "unknown encoding: %s", name)
}

// throughRegistry reports whether CPython runs the codec by way of its
// registry, where failures other than Unicode errors get a longer message.
func throughRegistry(encoding string) bool {
	switch strings.Map(func(c rune) rune {
		if c == '-' || c == ' ' {
			return '_'
		}
		return c
	}, strings.ToLower(encoding)) {
	case "utf_8", "utf8", "utf_16", "utf16", "utf_32", "utf32", "ascii", "us_ascii",
		"latin1", "latin_1", "iso_8859_1", "iso8859_1":
		return false
	}
	return true
}

// chain words the failure of a codec as CPython's codec registry does.
func chain(doing, encoding string, err error) error {
	if e, ok := err.(*Error); ok && throughRegistry(encoding) {
		return errorf(e.Kind, "%s with '%s' codec failed (%s: %s)", doing, encoding, e.Kind, e.Msg)
	}
	return err
}

// Decode is b.decode(encoding, errors).
func Decode(b []byte, encoding, errors string) (Str, error) {
	name, err := CodecName(encoding)
	if err != nil {
		return Str{}, err
	}
	s, err := decode(b, name, errors)
	return s, chain("decoding", encoding, err)
}

// decode decodes by the canonical name of a codec.
func decode(b []byte, name, errors string) (Str, error) {
	n := len(b)
	for i, c := range b {
		if c >= 0x80 {
			n = i
			break
		}
	}
	switch name {
	case "utf-8-sig":
		if len(b) >= 3 && string(b[:3]) == "\xef\xbb\xbf" {
			b = b[3:]
		}
		return decode(b, "utf-8", errors)
	case "iso-8859-1":
		return FromLatin1(b), nil
	case "utf-8", "ascii":
		if n == len(b) {
			return ASCII(string(b)), nil
		}
		var out Builder
		out.a = append(make([]byte, 0, len(b)), b[:n]...)
		step := stepUTF8
		if name == "ascii" {
			step = stepASCII
		}
		return decodeLoop(b, n, name, errors, &out, step)
	}
	return decodeUnits(b, name, errors)
}

// A decodeStep decodes from pos to the end of b, or up to an error, whose
// range and reason it returns.
type decodeStep func(b []byte, pos int, out *Builder) (start, end int, reason string)

func decodeLoop(b []byte, pos int, name, errors string, out *Builder, step decodeStep) (Str, error) {
	for {
		start, end, reason := step(b, pos, out)
		if reason == "" {
			return out.Str(), nil
		}
		e := &UnicodeError{Decoding: true, Encoding: name, Bytes: b, Start: start, End: end, Reason: reason}
		var err error
		if pos, err = e.handleDecode(errors, out); err != nil {
			return Str{}, err
		}
	}
}

// Encode is s.encode(encoding, errors).
func Encode(s Str, encoding, errors string) ([]byte, error) {
	name, err := CodecName(encoding)
	if err != nil {
		return nil, err
	}
	b, err := encode(s, name, errors)
	return b, chain("encoding", encoding, err)
}

// encode encodes by the canonical name of a codec.
func encode(s Str, name, errors string) ([]byte, error) {
	switch name {
	case "utf-8", "ascii", "iso-8859-1":
		if s.IsASCII() {
			return []byte(s.A), nil
		}
	case "utf-8-sig":
		b, err := encode(s, "utf-8", errors)
		return append([]byte("\xef\xbb\xbf"), b...), err
	}
	switch name {
	case "utf-8":
		if out, ok := encodeUTF8(s.W); ok {
			return out, nil
		}
		return encodeLoop(s, name, "surrogates not allowed", errors, 1, appendUTF8, isSurrogate)
	case "ascii":
		return encodeLoop(s, name, "ordinal not in range(128)", errors, 1, appendByte,
			func(c rune) bool { return c >= 0x80 })
	case "iso-8859-1":
		return encodeLoop(s, "latin-1", "ordinal not in range(256)", errors, 1, appendByte,
			func(c rune) bool { return c >= 0x100 })
	}
	order, width := unitsOf(name)
	add := func(b []byte, c rune) []byte { return appendUTF16(order, b, c) }
	if width == 4 {
		add = func(b []byte, c rune) []byte { return order.AppendUint32(b, uint32(c)) }
	}
	b, err := encodeLoop(s, name, "surrogates not allowed", errors, width, add, isSurrogate)
	if name == "utf-16" || name == "utf-32" {
		b = append(add(nil, 0xfeff), b...)
	}
	return b, err
}

func appendByte(b []byte, c rune) []byte { return append(b, byte(c)) }

// encodeLoop encodes character by character. Characters that cannot be encoded
// are handled in runs by single-byte codecs (width 1), else one at a time.
func encodeLoop(s Str, name, reason, errors string, width int, add func([]byte, rune) []byte, bad func(rune) bool) ([]byte, error) {
	out := make([]byte, 0, s.Len()*max(width, 1))
	for i, n := 0, s.Len(); i < n; {
		c := s.At(i)
		if !bad(c) {
			out = add(out, c)
			i++
			continue
		}
		end := i + 1
		for width == 1 && end < n && bad(s.At(end)) {
			end++
		}
		e := &UnicodeError{Encoding: name, Text: s, Start: i, End: end, Reason: reason}
		text, raw, next, err := e.handleEncode(errors)
		if err != nil {
			return nil, err
		}
		if len(raw)%width != 0 {
			return nil, e
		}
		for _, c := range text {
			out = add(out, c)
		}
		out = append(out, raw...)
		i = next
	}
	return out, nil
}
