package text

// This file defines searching in str: find, count, startswith and replace.

import "strings"

// Find is s.find(sub, lo, hi): an index, or -1.
func (s Str) Find(sub Str, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, s.Len())
	if hi-lo < sub.Len() {
		return -1
	}
	i := -1
	switch {
	case s.W == nil && sub.W == nil:
		i = strings.Index(s.A[lo:hi], sub.A)
	case s.W != nil:
		i = indexSeq(s.W[lo:hi], sub.Runes())
	}
	if i < 0 {
		return -1
	}
	return lo + i
}

// RFind is s.rfind(sub, lo, hi).
func (s Str) RFind(sub Str, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, s.Len())
	if hi-lo < sub.Len() {
		return -1
	}
	i := -1
	switch {
	case s.W == nil && sub.W == nil:
		i = strings.LastIndex(s.A[lo:hi], sub.A)
	case s.W != nil:
		i = lastIndexSeq(s.W[lo:hi], sub.Runes())
	}
	if i < 0 {
		return -1
	}
	return lo + i
}

// Contains is sub in s.
func (s Str) Contains(sub Str) bool { return s.Find(sub, 0, s.Len()) >= 0 }

// Index is s.index(sub, lo, hi).
func (s Str) Index(sub Str, lo, hi int) (int, error) {
	if i := s.Find(sub, lo, hi); i >= 0 {
		return i, nil
	}
	return 0, valueError("substring not found")
}

// RIndex is s.rindex(sub, lo, hi).
func (s Str) RIndex(sub Str, lo, hi int) (int, error) {
	if i := s.RFind(sub, lo, hi); i >= 0 {
		return i, nil
	}
	return 0, valueError("substring not found")
}

// Count is s.count(sub, lo, hi).
func (s Str) Count(sub Str, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, s.Len())
	if hi-lo < sub.Len() {
		return 0
	}
	switch {
	case s.W != nil:
		return countSeq(s.W[lo:hi], sub.Runes(), -1)
	case sub.W == nil:
		if sub.A == "" {
			return hi - lo + 1
		}
		return strings.Count(s.A[lo:hi], sub.A)
	}
	return 0
}

// StartsWith is s.startswith(p, lo, hi).
func (s Str) StartsWith(p Str, lo, hi int) bool {
	lo, hi = AdjustIndices(lo, hi, s.Len())
	return hi-lo >= p.Len() && s.matchAt(p, lo)
}

// EndsWith is s.endswith(p, lo, hi).
func (s Str) EndsWith(p Str, lo, hi int) bool {
	lo, hi = AdjustIndices(lo, hi, s.Len())
	return hi-lo >= p.Len() && s.matchAt(p, hi-p.Len())
}

// matchAt reports whether p occurs at index i of s, where it fits.
func (s Str) matchAt(p Str, i int) bool {
	if s.W == nil {
		return p.W == nil && s.A[i:i+len(p.A)] == p.A
	}
	for k, n := 0, p.Len(); k < n; k++ {
		if s.W[i+k] != p.At(k) {
			return false
		}
	}
	return true
}

// RemovePrefix is s.removeprefix(p).
func (s Str) RemovePrefix(p Str) Str {
	if s.StartsWith(p, 0, s.Len()) {
		return s.Slice(p.Len(), s.Len())
	}
	return s
}

// RemoveSuffix is s.removesuffix(p).
func (s Str) RemoveSuffix(p Str) Str {
	if s.EndsWith(p, 0, s.Len()) {
		return s.Slice(0, s.Len()-p.Len())
	}
	return s
}

// Replace is s.replace(old, new, limit); a negative limit means no limit.
func (s Str) Replace(old, new Str, limit int) (Str, error) {
	if limit == 0 {
		return s, nil
	}
	n := s.Count(old, 0, s.Len())
	if limit > 0 {
		n = min(n, limit)
	}
	if n == 0 {
		return s, nil
	}
	if grow := new.Len() - old.Len(); grow > 0 && n > (MaxLen-s.Len())/grow {
		return Str{}, overflowError("replace string is too long")
	}
	if s.W == nil && old.W == nil && new.W == nil {
		return Str{A: strings.Replace(s.A, old.A, new.A, n)}, nil
	}
	var b Builder
	b.Grow(s.Len() + n*(new.Len()-old.Len()))
	if old.Len() == 0 {
		for i := range n {
			b.WriteStr(new)
			if i < s.Len() {
				b.WriteRune(s.At(i))
			}
		}
		if n <= s.Len() {
			b.WriteStr(s.Slice(n, s.Len()))
		}
		return b.Str(), nil
	}
	at := 0
	for range n {
		i := s.Find(old, at, s.Len())
		b.WriteStr(s.Slice(at, i))
		b.WriteStr(new)
		at = i + old.Len()
	}
	b.WriteStr(s.Slice(at, s.Len()))
	return b.Str(), nil
}
