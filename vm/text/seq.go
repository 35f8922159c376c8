package text

// This file holds the searching and splitting algorithms that str (ASCII or
// wide) and bytes share, as generic functions over their elements.

import (
	"bytes"
	"slices"
	"unsafe"
)

// elem is an element of a sequence: a byte of bytes or ASCII text, or a code
// point.
type elem interface{ byte | rune }

// span is the half-open range of a piece within its sequence.
type span struct{ lo, hi int }

// AdjustIndices clamps slice bounds of the kind find and startswith take to a
// sequence of n elements. lo may exceed hi (and n) afterwards, which means
// that nothing can match.
func AdjustIndices(lo, hi, n int) (int, int) {
	if hi > n {
		hi = n
	} else if hi < 0 {
		hi = max(hi+n, 0)
	}
	if lo < 0 {
		lo = max(lo+n, 0)
	}
	return lo, hi
}

// asBytes reinterprets a byte sequence; it must only be used when E is byte.
func asBytes[E elem](s []E) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s))
}

// isByte reports whether E is byte.
func isByte[E elem]() bool {
	var e E
	return unsafe.Sizeof(e) == 1
}

// indexSeq is the first index of sub in s, or -1.
func indexSeq[E elem](s, sub []E) int {
	if isByte[E]() {
		return bytes.Index(asBytes(s), asBytes(sub))
	}
	n := len(sub)
	if n == 0 {
		return 0
	}
	first, last := sub[0], sub[n-1]
	for i := 0; i+n <= len(s); i++ {
		k := slices.Index(s[i:len(s)-n+1], first)
		if k < 0 {
			return -1
		}
		i += k
		if s[i+n-1] == last && slices.Equal(s[i:i+n], sub) {
			return i
		}
	}
	return -1
}

// lastIndexSeq is the last index of sub in s, or -1.
func lastIndexSeq[E elem](s, sub []E) int {
	if isByte[E]() {
		return bytes.LastIndex(asBytes(s), asBytes(sub))
	}
	n := len(sub)
	if n == 0 {
		return len(s)
	}
	for i := len(s) - n; i >= 0; i-- {
		if s[i] == sub[0] && s[i+n-1] == sub[n-1] && slices.Equal(s[i:i+n], sub) {
			return i
		}
	}
	return -1
}

// countSeq counts the non-overlapping occurrences of sub, at most limit of
// them when limit is not negative.
func countSeq[E elem](s, sub []E, limit int) int {
	n := 0
	if len(sub) == 0 {
		n = len(s) + 1
		if limit >= 0 {
			n = min(n, limit)
		}
		return n
	}
	for n != limit {
		i := indexSeq(s, sub)
		if i < 0 {
			break
		}
		n++
		s = s[i+len(sub):]
	}
	return n
}

// splitSep splits s at sep, at most limit times when limit is not negative.
func splitSep[E elem](s, sep []E, limit int) []span {
	out := make([]span, 0, 4)
	lo := 0
	for limit != 0 {
		i := indexSeq(s[lo:], sep)
		if i < 0 {
			break
		}
		out = append(out, span{lo, lo + i})
		lo += i + len(sep)
		limit--
	}
	return append(out, span{lo, len(s)})
}

// rsplitSep is splitSep from the right.
func rsplitSep[E elem](s, sep []E, limit int) []span {
	out := make([]span, 0, 4)
	hi := len(s)
	for limit != 0 {
		i := lastIndexSeq(s[:hi], sep)
		if i < 0 {
			break
		}
		out = append(out, span{i + len(sep), hi})
		hi = i
		limit--
	}
	out = append(out, span{0, hi})
	slices.Reverse(out)
	return out
}

// isSpaceElem reports whether c is whitespace to str methods (of code points)
// or, for asciiOnly, to those of bytes.
func isSpaceElem[E elem](c E, asciiOnly bool) bool {
	if asciiOnly {
		return cSpace(byte(c))
	}
	return IsSpaceRune(rune(c))
}

// splitSpace splits s at runs of whitespace.
func splitSpace[E elem](s []E, limit int, asciiOnly bool) []span {
	out := make([]span, 0, 4)
	i, n := 0, len(s)
	for {
		for i < n && isSpaceElem(s[i], asciiOnly) {
			i++
		}
		if i == n {
			return out
		}
		if limit == 0 {
			break
		}
		limit--
		lo := i
		for i < n && !isSpaceElem(s[i], asciiOnly) {
			i++
		}
		out = append(out, span{lo, i})
	}
	return append(out, span{i, n})
}

// rsplitSpace is splitSpace from the right.
func rsplitSpace[E elem](s []E, limit int, asciiOnly bool) []span {
	out := make([]span, 0, 4)
	i := len(s)
	for {
		for i > 0 && isSpaceElem(s[i-1], asciiOnly) {
			i--
		}
		if i == 0 || limit == 0 {
			break
		}
		limit--
		hi := i
		for i > 0 && !isSpaceElem(s[i-1], asciiOnly) {
			i--
		}
		out = append(out, span{i, hi})
	}
	if i > 0 {
		out = append(out, span{0, i})
	}
	slices.Reverse(out)
	return out
}

// splitLines splits s at line boundaries, keeping them when keep is set.
func splitLines[E elem](s []E, keep, asciiOnly bool) []span {
	out := make([]span, 0, 4)
	for i := 0; i < len(s); {
		lo := i
		for i < len(s) && !isLineEnd(s[i], asciiOnly) {
			i++
		}
		hi := i
		if i < len(s) {
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			i++
			if keep {
				hi = i
			}
		}
		out = append(out, span{lo, hi})
	}
	return out
}

func isLineEnd[E elem](c E, asciiOnly bool) bool {
	switch {
	case c == '\n' || c == '\r':
		return true
	case asciiOnly:
		return false
	case c < 0x80:
		return c == '\v' || c == '\f' || 0x1c <= c && c <= 0x1e
	}
	return hasProp(rune(c), propLine)
}

// expandTabs replaces tabs by spaces up to the next column that is a multiple
// of size.
func expandTabs[E elem](s []E, size int) ([]E, error) {
	total, col := 0, 0
	for _, c := range s {
		if c == '\t' {
			if size > 0 {
				n := size - col%size
				col += n
				total += n
			}
		} else {
			col++
			total++
			if c == '\n' || c == '\r' {
				col = 0
			}
		}
		if total > MaxLen || total < 0 {
			return nil, overflowError("new string is too long")
		}
	}
	out := make([]E, 0, total)
	col = 0
	for _, c := range s {
		if c != '\t' {
			out = append(out, c)
			col++
			if c == '\n' || c == '\r' {
				col = 0
			}
			continue
		}
		if size > 0 {
			for range size - col%size {
				out = append(out, ' ')
				col++
			}
		}
	}
	return out, nil
}
