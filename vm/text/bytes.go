package text

// This file defines the searching, splitting and padding methods of bytes.

import "bytes"

// Bytes has the methods of the guest's bytes and bytearray. Results may share
// memory with their operands; a caller with mutable storage must copy them.
type Bytes []byte

// Find is b.find(sub, lo, hi): an index, or -1.
func (b Bytes) Find(sub Bytes, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, len(b))
	if hi-lo < len(sub) {
		return -1
	}
	if i := bytes.Index(b[lo:hi], sub); i >= 0 {
		return lo + i
	}
	return -1
}

// RFind is b.rfind(sub, lo, hi).
func (b Bytes) RFind(sub Bytes, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, len(b))
	if hi-lo < len(sub) {
		return -1
	}
	if i := bytes.LastIndex(b[lo:hi], sub); i >= 0 {
		return lo + i
	}
	return -1
}

// Index is b.index(sub, lo, hi).
func (b Bytes) Index(sub Bytes, lo, hi int) (int, error) {
	if i := b.Find(sub, lo, hi); i >= 0 {
		return i, nil
	}
	return 0, valueError("subsection not found")
}

// RIndex is b.rindex(sub, lo, hi).
func (b Bytes) RIndex(sub Bytes, lo, hi int) (int, error) {
	if i := b.RFind(sub, lo, hi); i >= 0 {
		return i, nil
	}
	return 0, valueError("subsection not found")
}

// Count is b.count(sub, lo, hi).
func (b Bytes) Count(sub Bytes, lo, hi int) int {
	lo, hi = AdjustIndices(lo, hi, len(b))
	if hi-lo < len(sub) {
		return 0
	}
	return countSeq(b[lo:hi], sub, -1)
}

// StartsWith is b.startswith(p, lo, hi).
func (b Bytes) StartsWith(p Bytes, lo, hi int) bool {
	lo, hi = AdjustIndices(lo, hi, len(b))
	return hi-lo >= len(p) && bytes.HasPrefix(b[lo:hi], p)
}

// EndsWith is b.endswith(p, lo, hi).
func (b Bytes) EndsWith(p Bytes, lo, hi int) bool {
	lo, hi = AdjustIndices(lo, hi, len(b))
	return hi-lo >= len(p) && bytes.HasSuffix(b[lo:hi], p)
}

// RemovePrefix is b.removeprefix(p).
func (b Bytes) RemovePrefix(p Bytes) Bytes { return bytes.TrimPrefix(b, p) }

// RemoveSuffix is b.removesuffix(p).
func (b Bytes) RemoveSuffix(p Bytes) Bytes { return bytes.TrimSuffix(b, p) }

// Replace is b.replace(old, new, limit); a negative limit means no limit.
func (b Bytes) Replace(old, new Bytes, limit int) (Bytes, error) {
	n := countSeq(b, old, limit)
	if len(b) < len(old) || limit == 0 || n == 0 {
		return b, nil
	}
	if grow := len(new) - len(old); grow > 0 && n > (MaxLen-len(b))/grow {
		return nil, overflowError("replace bytes is too long")
	}
	if len(old) > 0 {
		return bytes.Replace(b, old, new, n), nil
	}
	out := make([]byte, 0, len(b)+n*len(new))
	for i := range n {
		out = append(out, new...)
		if i < len(b) {
			out = append(out, b[i])
		}
	}
	if n < len(b) {
		out = append(out, b[n:]...)
	}
	return out, nil
}

func (b Bytes) pieces(spans []span) []Bytes {
	out := make([]Bytes, len(spans))
	for i, p := range spans {
		out[i] = b[p.lo:p.hi:p.hi]
	}
	return out
}

// SplitSpace is b.split(None, limit).
func (b Bytes) SplitSpace(limit int) []Bytes { return b.pieces(splitSpace(b, limit, true)) }

// RSplitSpace is b.rsplit(None, limit).
func (b Bytes) RSplitSpace(limit int) []Bytes { return b.pieces(rsplitSpace(b, limit, true)) }

// Split is b.split(sep, limit).
func (b Bytes) Split(sep Bytes, limit int) ([]Bytes, error) {
	if len(sep) == 0 {
		return nil, valueError("empty separator")
	}
	return b.pieces(splitSep(b, sep, limit)), nil
}

// RSplit is b.rsplit(sep, limit).
func (b Bytes) RSplit(sep Bytes, limit int) ([]Bytes, error) {
	if len(sep) == 0 {
		return nil, valueError("empty separator")
	}
	return b.pieces(rsplitSep(b, sep, limit)), nil
}

// SplitLines is b.splitlines(keep).
func (b Bytes) SplitLines(keep bool) []Bytes { return b.pieces(splitLines(b, keep, true)) }

// Partition is b.partition(sep).
func (b Bytes) Partition(sep Bytes) (head, middle, tail Bytes, err error) {
	if len(sep) == 0 {
		return nil, nil, nil, valueError("empty separator")
	}
	i := bytes.Index(b, sep)
	if i < 0 {
		return b, Bytes{}, Bytes{}, nil
	}
	return b[:i:i], sep, b[i+len(sep):], nil
}

// RPartition is b.rpartition(sep).
func (b Bytes) RPartition(sep Bytes) (head, middle, tail Bytes, err error) {
	if len(sep) == 0 {
		return nil, nil, nil, valueError("empty separator")
	}
	i := bytes.LastIndex(b, sep)
	if i < 0 {
		return Bytes{}, Bytes{}, b, nil
	}
	return b[:i:i], sep, b[i+len(sep):], nil
}

// Join is b.join(parts).
func (b Bytes) Join(parts []Bytes) (Bytes, error) {
	total := len(b) * max(len(parts)-1, 0)
	for _, p := range parts {
		total += len(p)
	}
	if total > MaxLen {
		return nil, overflowError("join() result is too long")
	}
	out := make([]byte, 0, total)
	for i, p := range parts {
		if i > 0 {
			out = append(out, b...)
		}
		out = append(out, p...)
	}
	return out, nil
}

// Strip is b.strip(chars), lstrip(chars) or rstrip(chars).
func (b Bytes) Strip(chars Bytes, side StripSide) Bytes {
	return b.stripFunc(side, func(c byte) bool { return bytes.IndexByte(chars, c) >= 0 })
}

// StripSpace is b.strip(), lstrip() or rstrip() of whitespace.
func (b Bytes) StripSpace(side StripSide) Bytes { return b.stripFunc(side, cSpace) }

func (b Bytes) stripFunc(side StripSide, drop func(byte) bool) Bytes {
	if side&StripLeft != 0 {
		for len(b) > 0 && drop(b[0]) {
			b = b[1:]
		}
	}
	if side&StripRight != 0 {
		for len(b) > 0 && drop(b[len(b)-1]) {
			b = b[:len(b)-1]
		}
	}
	return b
}

// Center is b.center(width, fill).
func (b Bytes) Center(width int, fill byte) (Bytes, error) {
	pad := max(width-len(b), 0)
	left := pad/2 + pad&width&1
	return b.pad(left, pad-left, fill)
}

// LJust is b.ljust(width, fill).
func (b Bytes) LJust(width int, fill byte) (Bytes, error) { return b.pad(0, width-len(b), fill) }

// RJust is b.rjust(width, fill).
func (b Bytes) RJust(width int, fill byte) (Bytes, error) { return b.pad(width-len(b), 0, fill) }

func (b Bytes) pad(left, right int, fill byte) (Bytes, error) {
	left, right = max(left, 0), max(right, 0)
	if left == 0 && right == 0 {
		return b, nil
	}
	if left > MaxLen || right > MaxLen {
		return nil, &Error{Kind: "MemoryError"}
	}
	out := bytes.Repeat([]byte{fill}, left+len(b)+right)
	copy(out[left:], b)
	return out, nil
}

// ZFill is b.zfill(width).
func (b Bytes) ZFill(width int) (Bytes, error) {
	out, err := b.RJust(width, '0')
	if err == nil && len(out) > len(b) && len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		out[len(out)-len(b)] = '0'
		out[0] = b[0]
	}
	return out, err
}

// ExpandTabs is b.expandtabs(size).
func (b Bytes) ExpandTabs(size int) (Bytes, error) { return expandTabs(b, size) }
