package lang

import (
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/runenames"
)

// This file finds characters by their Unicode names, for \N{…} in string literals.

// charactersByName is built when a program first uses \N: that takes some milliseconds.
var charactersByName = sync.OnceValue(func() map[string]rune {
	m := make(map[string]rune, 40000)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if 0xAC00 <= r && r <= 0xD7A3 || 0xE000 <= r && r <= 0xF8FF || r >= 0xF0000 || 0xD800 <= r && r <= 0xDFFF {
			continue
		}
		if name := runenames.Name(r); name != "" && name[0] != '<' {
			m[name] = r
		}
	}
	return m
})

// nameAliases are the formal aliases of characters that have no name of their own.
var nameAliases = map[string]rune{
	"NULL": 0, "NUL": 0, "ALERT": 7, "BEL": 7, "BACKSPACE": 8, "CHARACTER TABULATION": 9, "TAB": 9, "LINE FEED": 10, "LF": 10,
	"NEW LINE": 10, "NEWLINE": 10, "END OF LINE": 10, "EOL": 10, "LINE TABULATION": 11, "FORM FEED": 12, "FF": 12,
	"CARRIAGE RETURN": 13, "CR": 13, "ESCAPE": 27, "ESC": 27, "SPACE": 32, "SP": 32, "DELETE": 127, "DEL": 127,
	"NEXT LINE": 0x85, "NEL": 0x85, "NBSP": 0xA0, "SHY": 0xAD, "ZWSP": 0x200B, "ZWNJ": 0x200C, "ZWJ": 0x200D,
	"BYTE ORDER MARK": 0xFEFF, "BOM": 0xFEFF, "ZWNBSP": 0xFEFF, "WJ": 0x2060,
}

// characterNamed finds a character by its name, in any case.
func characterNamed(name string) (string, bool) {
	name = strings.ToUpper(name)
	if r, ok := nameAliases[name]; ok {
		return string(r), true
	}
	if hex, ok := strings.CutPrefix(name, "CJK UNIFIED IDEOGRAPH-"); ok {
		v, err := strconv.ParseUint(hex, 16, 32)
		return string(rune(v)), err == nil && unicode.Is(unicode.Unified_Ideograph, rune(v))
	}
	if syllable, ok := strings.CutPrefix(name, "HANGUL SYLLABLE "); ok {
		return hangul(syllable)
	}
	r, ok := charactersByName()[name]
	return string(r), ok
}

var (
	hangulInitials = strings.Fields("G GG N D DD R M B BB S SS - J JJ C K T P H")
	hangulVowels   = strings.Fields("A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I")
	hangulFinals   = strings.Fields("- G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H")
)

// hangul finds a syllable by its three parts, of which "-" is the empty one.
func hangul(name string) (string, bool) {
	for i, a := range hangulInitials {
		rest, ok := strings.CutPrefix(name, strings.Trim(a, "-"))
		if !ok {
			continue
		}
		for j, b := range hangulVowels {
			last, ok := strings.CutPrefix(rest, b)
			if !ok {
				continue
			}
			for k, c := range hangulFinals {
				if last == strings.Trim(c, "-") {
					return string(rune(0xAC00 + (i*len(hangulVowels)+j)*len(hangulFinals) + k)), true
				}
			}
		}
	}
	return "", false
}
