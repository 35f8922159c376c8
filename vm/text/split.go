package text

// This file defines taking str apart and joining it: split, partition, join.

import "strings"

// pieces makes strings of spans of s.
func (s Str) pieces(spans []span) []Str {
	out := make([]Str, len(spans))
	for i, p := range spans {
		out[i] = s.Slice(p.lo, p.hi)
	}
	return out
}

// SplitSpace is s.split(None, limit); a negative limit means no limit.
func (s Str) SplitSpace(limit int) []Str {
	if s.W == nil {
		return s.pieces(splitSpace(bytesOf(s.A), limit, false))
	}
	return s.pieces(splitSpace(s.W, limit, false))
}

// RSplitSpace is s.rsplit(None, limit).
func (s Str) RSplitSpace(limit int) []Str {
	if s.W == nil {
		return s.pieces(rsplitSpace(bytesOf(s.A), limit, false))
	}
	return s.pieces(rsplitSpace(s.W, limit, false))
}

// Split is s.split(sep, limit).
func (s Str) Split(sep Str, limit int) ([]Str, error) {
	switch {
	case sep.Len() == 0:
		return nil, valueError("empty separator")
	case s.W != nil:
		return s.pieces(splitSep(s.W, sep.Runes(), limit)), nil
	case sep.W != nil:
		return []Str{s}, nil
	}
	return s.pieces(splitSep(bytesOf(s.A), bytesOf(sep.A), limit)), nil
}

// RSplit is s.rsplit(sep, limit).
func (s Str) RSplit(sep Str, limit int) ([]Str, error) {
	switch {
	case sep.Len() == 0:
		return nil, valueError("empty separator")
	case s.W != nil:
		return s.pieces(rsplitSep(s.W, sep.Runes(), limit)), nil
	case sep.W != nil:
		return []Str{s}, nil
	}
	return s.pieces(rsplitSep(bytesOf(s.A), bytesOf(sep.A), limit)), nil
}

// SplitLines is s.splitlines(keep).
func (s Str) SplitLines(keep bool) []Str {
	if s.W == nil {
		return s.pieces(splitLines(bytesOf(s.A), keep, false))
	}
	return s.pieces(splitLines(s.W, keep, false))
}

// Partition is s.partition(sep).
func (s Str) Partition(sep Str) (head, middle, tail Str, err error) {
	if sep.Len() == 0 {
		return s, Str{}, Str{}, valueError("empty separator")
	}
	i := s.Find(sep, 0, s.Len())
	if i < 0 {
		return s, Str{}, Str{}, nil
	}
	return s.Slice(0, i), sep, s.Slice(i+sep.Len(), s.Len()), nil
}

// RPartition is s.rpartition(sep).
func (s Str) RPartition(sep Str) (head, middle, tail Str, err error) {
	if sep.Len() == 0 {
		return s, Str{}, Str{}, valueError("empty separator")
	}
	i := s.RFind(sep, 0, s.Len())
	if i < 0 {
		return Str{}, Str{}, s, nil
	}
	return s.Slice(0, i), sep, s.Slice(i+sep.Len(), s.Len()), nil
}

// Join is s.join(parts).
func (s Str) Join(parts []Str) (Str, error) {
	switch len(parts) {
	case 0:
		return Str{}, nil
	case 1:
		return parts[0], nil
	}
	total, wide := s.Len()*(len(parts)-1), s.W != nil
	for _, p := range parts {
		total += p.Len()
		wide = wide || p.W != nil
	}
	if total > MaxLen {
		return Str{}, overflowError("join() result is too long for a Python string")
	}
	if !wide {
		var b strings.Builder
		b.Grow(total)
		for i, p := range parts {
			if i > 0 {
				b.WriteString(s.A)
			}
			b.WriteString(p.A)
		}
		return Str{A: b.String()}, nil
	}
	r := make([]rune, 0, total)
	for i, p := range parts {
		if i > 0 {
			r = appendRunes(r, s)
		}
		r = appendRunes(r, p)
	}
	return FromRunes(r), nil
}
