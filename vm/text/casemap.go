package text

// This file defines the case conversions of str, with full special casing.

import "strings"

// mapASCII applies f to each byte, returning s itself when nothing changes.
func mapASCII(s string, f func(byte) byte) Str {
	for i := 0; i < len(s); i++ {
		if f(s[i]) != s[i] {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = f(b[i])
			}
			return Str{A: string(b)}
		}
	}
	return Str{A: s}
}

func isLowerByte(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpperByte(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlphaByte(c byte) bool { return isLowerByte(c | 0x20) }

func upperByte(c byte) byte {
	if isLowerByte(c) {
		return c - 0x20
	}
	return c
}

func lowerByte(c byte) byte {
	if isUpperByte(c) {
		return c + 0x20
	}
	return c
}

func swapByte(c byte) byte {
	if isAlphaByte(c) {
		return c ^ 0x20
	}
	return c
}

// Upper is s.upper().
func (s Str) Upper() Str {
	if s.W == nil {
		return Str{A: strings.ToUpper(s.A)}
	}
	out := make([]rune, 0, len(s.W))
	for _, c := range s.W {
		out = mapChar(out, c, unidata(c).upper)
	}
	return FromRunes(out)
}

// Lower is s.lower().
func (s Str) Lower() Str {
	if s.W == nil {
		return Str{A: strings.ToLower(s.A)}
	}
	return FromRunes(lowerTail(make([]rune, 0, len(s.W)), s.W, 0))
}

// lowerTail appends the lowercase of w[from:] to out.
func lowerTail(out, w []rune, from int) []rune {
	for i := from; i < len(w); i++ {
		out = lowerAt(out, w, i)
	}
	return out
}

// lowerAt appends the lowercase of w[i], which depends on its context for
// capital sigma.
func lowerAt(out, w []rune, i int) []rune {
	if w[i] == 'Σ' {
		if isFinalSigma(w, i) {
			return append(out, 'ς')
		}
		return append(out, 'σ')
	}
	return mapChar(out, w[i], unidata(w[i]).lower)
}

// isFinalSigma reports whether the sigma at i ends a word: a cased character
// precedes it and none follows, ignoring case-ignorable ones.
func isFinalSigma(w []rune, i int) bool {
	j := i - 1
	for j >= 0 && hasProp(w[j], propIgnorable) {
		j--
	}
	if j < 0 || !hasProp(w[j], propCased) {
		return false
	}
	for j = i + 1; j < len(w) && hasProp(w[j], propIgnorable); {
		j++
	}
	return j == len(w) || !hasProp(w[j], propCased)
}

// Casefold is s.casefold().
func (s Str) Casefold() Str {
	if s.W == nil {
		return s.Lower()
	}
	out := make([]rune, 0, len(s.W))
	for _, c := range s.W {
		out = mapChar(out, c, unidata(c).casef)
	}
	return FromRunes(out)
}

// SwapCase is s.swapcase().
func (s Str) SwapCase() Str {
	if s.W == nil {
		return mapASCII(s.A, swapByte)
	}
	out := make([]rune, 0, len(s.W))
	for i, c := range s.W {
		switch d := unidata(c); {
		case d.flags&propUpper != 0:
			out = lowerAt(out, s.W, i)
		case d.flags&propLower != 0:
			out = mapChar(out, c, d.upper)
		default:
			out = append(out, c)
		}
	}
	return FromRunes(out)
}

// Capitalize is s.capitalize().
func (s Str) Capitalize() Str {
	if s.W == nil {
		return Str{A: capitalizeASCII(s.A)}
	}
	out := make([]rune, 0, len(s.W))
	out = mapChar(out, s.W[0], unidata(s.W[0]).title)
	return FromRunes(lowerTail(out, s.W, 1))
}

func capitalizeASCII(s string) string {
	if s == "" {
		return s
	}
	b := []byte(strings.ToLower(s))
	b[0] = upperByte(b[0])
	return string(b)
}

// Title is s.title().
func (s Str) Title() Str {
	if s.W == nil {
		return Str{A: titleASCII(s.A)}
	}
	out := make([]rune, 0, len(s.W))
	cased := false
	for i, c := range s.W {
		if cased {
			out = lowerAt(out, s.W, i)
		} else {
			out = mapChar(out, c, unidata(c).title)
		}
		cased = hasProp(c, propCased)
	}
	return FromRunes(out)
}

func titleASCII(s string) string {
	b := []byte(s)
	cased := false
	for i, c := range b {
		if cased {
			b[i] = lowerByte(c)
		} else {
			b[i] = upperByte(c)
		}
		cased = isAlphaByte(c)
	}
	return string(b)
}

// Translate is s.translate(table): f gives the replacement of a character, ok
// false to keep it. An error of f ends the translation.
func (s Str) Translate(f func(c rune) (repl Str, ok bool, err error)) (Str, error) {
	var b Builder
	b.Grow(s.Len())
	for i, n := 0, s.Len(); i < n; i++ {
		c := s.At(i)
		repl, ok, err := f(c)
		if err != nil {
			return Str{}, err
		}
		if ok {
			b.WriteStr(repl)
		} else {
			b.WriteRune(c)
		}
	}
	return b.Str(), nil
}
