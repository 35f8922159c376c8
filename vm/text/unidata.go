package text

// This file looks characters up in the Unicode 14.0 tables of CPython 3.11.

// Properties of a character, as bits of unirec.flags.
const (
	propAlpha uint16 = 1 << iota
	propDecimal
	propDigit
	propNumeric
	propLower
	propUpper
	propTitle
	propSpace
	propPrint
	propXIDStart
	propXIDContinue
	propCased
	propIgnorable
	propLine
)

// unirec is what the tables say of a character. A case mapping is a delta, or
// specialMapping with the length and offset of a run in unidataSpecial.
type unirec struct {
	flags                      uint16
	decimal                    int8
	upper, lower, title, casef int32
}

const specialMapping = 1 << 24

func unidata(c rune) *unirec {
	if uint32(c) > 0x10ffff {
		return &unidataRecords[0]
	}
	block := int(unidataIndex1[c>>unidataShift])
	return &unidataRecords[unidataIndex2[block<<unidataShift|int(c)&(1<<unidataShift-1)]]
}

// UnicodeVersion is the version of the character database in use.
const UnicodeVersion = unidataVersion

func hasProp(c rune, p uint16) bool { return unidata(c).flags&p != 0 }

// mapChar appends the mapping m of c to out.
func mapChar(out []rune, c rune, m int32) []rune {
	if m&specialMapping == 0 || m < 0 {
		return append(out, c+m)
	}
	at, n := m&0xffff, m>>16&0xff
	return append(out, unidataSpecial[at:at+n]...)
}

// DecimalValue is the value of a decimal digit of any script, or -1.
func DecimalValue(c rune) int {
	if c < 0x80 {
		if '0' <= c && c <= '9' {
			return int(c - '0')
		}
		return -1
	}
	return int(unidata(c).decimal)
}

// IsSpaceRune reports whether str methods treat c as whitespace.
func IsSpaceRune(c rune) bool {
	if c < 0x80 {
		return c == ' ' || '\t' <= c && c <= '\r' || 0x1c <= c && c <= 0x1f
	}
	return hasProp(c, propSpace)
}

// IsPrintableRune reports whether repr shows c as it is.
func IsPrintableRune(c rune) bool {
	if c < 0x80 {
		return ' ' <= c && c < 0x7f
	}
	return hasProp(c, propPrint)
}

// IsIdentStart reports whether an identifier may start with c.
func IsIdentStart(c rune) bool {
	if c < 0x80 {
		return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	return hasProp(c, propXIDStart)
}

// IsIdentContinue reports whether an identifier may continue with c.
func IsIdentContinue(c rune) bool {
	if c < 0x80 {
		return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
	}
	return hasProp(c, propXIDContinue)
}
