package vm

// This file is CPython 3.11's list sort, comparison for comparison: Tim Peters's merge sort of natural runs with
// galloping, and the powersort rule for which runs to merge. Programs can see the order of comparisons, and what is left
// behind when one of them raises.

import "slices"

const minGallop = 7

// sorter sorts keys, and vals along with them where they are not nil. less may fail; the slices are a permutation of
// what they were all the same.
type sorter[K any] struct {
	keys      []K
	vals      []Value
	less      func(a, b K) (less, ok bool)
	minGallop int
	runs      []sortRun
	tmpK      []K
	tmpV      []Value
}

// timsort sorts keys, and vals with them, in ascending order, or the other way round where back is set; equal ones stay
// in order either way. It reports false when a comparison failed.
func timsort[K any](keys []K, vals []Value, back bool, less func(a, b K) (less, ok bool)) bool {
	s := sorter[K]{keys: keys, vals: vals, less: less, minGallop: minGallop}
	if back {
		slices.Reverse(keys)
		slices.Reverse(vals)
	}
	ok := s.sort()
	if back {
		slices.Reverse(keys)
		slices.Reverse(vals)
	}
	return ok
}

type sortRun struct{ base, n, power int }

// sort reports false when a comparison failed.
func (s *sorter[K]) sort() bool {
	lo, left := 0, len(s.keys)
	minRun := minRunOf(left)
	for left > 0 {
		n, down, ok := s.countRun(lo, lo+left)
		if !ok {
			return false
		}
		if down {
			slices.Reverse(s.keys[lo : lo+n])
			if s.vals != nil {
				slices.Reverse(s.vals[lo : lo+n])
			}
		}
		if n < minRun {
			force := min(left, minRun)
			if !s.binarySort(lo, lo+force, lo+n) {
				return false
			}
			n = force
		}
		if !s.newRun(n) {
			return false
		}
		s.runs = append(s.runs, sortRun{base: lo, n: n})
		lo, left = lo+n, left-n
	}
	for len(s.runs) > 1 {
		i := len(s.runs) - 2
		if i > 0 && s.runs[i-1].n < s.runs[i+1].n {
			i--
		}
		if !s.mergeAt(i) {
			return false
		}
	}
	return true
}

func minRunOf(n int) int {
	r := 0
	for n >= 64 {
		r |= n & 1
		n >>= 1
	}
	return n + r
}

// countRun measures the run that begins at lo; down says that it strictly descends.
func (s *sorter[K]) countRun(lo, hi int) (n int, down, ok bool) {
	if lo+1 == hi {
		return 1, false, true
	}
	down, ok = s.less(s.keys[lo+1], s.keys[lo])
	if !ok {
		return 0, false, false
	}
	n = 2
	for i := lo + 2; i < hi; i++ {
		lt, ok := s.less(s.keys[i], s.keys[i-1])
		if !ok {
			return 0, false, false
		}
		if lt != down {
			break
		}
		n++
	}
	return n, down, true
}

// binarySort sorts [lo, hi), of which [lo, start) is sorted.
func (s *sorter[K]) binarySort(lo, hi, start int) bool {
	if start == lo {
		start++
	}
	for ; start < hi; start++ {
		l, r := lo, start
		pivot := s.keys[start]
		for l < r {
			p := l + (r-l)>>1
			lt, ok := s.less(pivot, s.keys[p])
			if !ok {
				return false
			}
			if lt {
				r = p
			} else {
				l = p + 1
			}
		}
		copy(s.keys[l+1:start+1], s.keys[l:start])
		s.keys[l] = pivot
		if s.vals != nil {
			v := s.vals[start]
			copy(s.vals[l+1:start+1], s.vals[l:start])
			s.vals[l] = v
		}
	}
	return true
}

// newRun merges what the powersort rule says before a run of n2 items is added.
func (s *sorter[K]) newRun(n2 int) bool {
	if len(s.runs) == 0 {
		return true
	}
	last := s.runs[len(s.runs)-1]
	power := powerOf(last.base, last.n, n2, len(s.keys))
	for len(s.runs) > 1 && s.runs[len(s.runs)-2].power > power {
		if !s.mergeAt(len(s.runs) - 2) {
			return false
		}
	}
	s.runs[len(s.runs)-1].power = power
	return true
}

func powerOf(s1, n1, n2, n int) int {
	a := 2*s1 + n1
	b := a + n1 + n2
	for power := 1; ; power++ {
		switch {
		case a >= n:
			a, b = a-n, b-n
		case b >= n:
			return power
		}
		a, b = a<<1, b<<1
	}
}

// mergeAt merges runs i and i+1.
func (s *sorter[K]) mergeAt(i int) bool {
	a, b := s.runs[i], s.runs[i+1]
	s.runs[i].n = a.n + b.n
	s.runs = slices.Delete(s.runs, i+1, i+2)
	k, ok := s.gallopRight(s.keys[b.base], s.keys[a.base:a.base+a.n], 0)
	if !ok {
		return false
	}
	pa, na := a.base+k, a.n-k
	if na == 0 {
		return true
	}
	nb, ok := s.gallopLeft(s.keys[pa+na-1], s.keys[b.base:b.base+b.n], b.n-1)
	if !ok || nb == 0 {
		return ok
	}
	if na <= nb {
		return s.mergeLo(pa, na, b.base, nb)
	}
	return s.mergeHi(pa, na, b.base, nb)
}

// gallopLeft finds where key belongs in the sorted a, before equals, searching from hint.
func (s *sorter[K]) gallopLeft(key K, a []K, hint int) (int, bool) {
	n, last, ofs := len(a), 0, 1
	lt, ok := s.less(a[hint], key)
	if !ok {
		return 0, false
	}
	if lt {
		most := n - hint
		for ofs < most {
			if lt, ok = s.less(a[hint+ofs], key); !ok {
				return 0, false
			}
			if !lt {
				break
			}
			last, ofs = ofs, ofs<<1+1
		}
		ofs = min(ofs, most)
		last, ofs = last+hint, ofs+hint
	} else {
		most := hint + 1
		for ofs < most {
			if lt, ok = s.less(a[hint-ofs], key); !ok {
				return 0, false
			}
			if lt {
				break
			}
			last, ofs = ofs, ofs<<1+1
		}
		ofs = min(ofs, most)
		last, ofs = hint-ofs, hint-last
	}
	for last++; last < ofs; {
		m := last + (ofs-last)>>1
		if lt, ok = s.less(a[m], key); !ok {
			return 0, false
		}
		if lt {
			last = m + 1
		} else {
			ofs = m
		}
	}
	return ofs, true
}

// gallopRight is gallopLeft that goes behind equals.
func (s *sorter[K]) gallopRight(key K, a []K, hint int) (int, bool) {
	n, last, ofs := len(a), 0, 1
	lt, ok := s.less(key, a[hint])
	if !ok {
		return 0, false
	}
	if lt {
		most := hint + 1
		for ofs < most {
			if lt, ok = s.less(key, a[hint-ofs]); !ok {
				return 0, false
			}
			if !lt {
				break
			}
			last, ofs = ofs, ofs<<1+1
		}
		ofs = min(ofs, most)
		last, ofs = hint-ofs, hint-last
	} else {
		most := n - hint
		for ofs < most {
			if lt, ok = s.less(key, a[hint+ofs]); !ok {
				return 0, false
			}
			if lt {
				break
			}
			last, ofs = ofs, ofs<<1+1
		}
		ofs = min(ofs, most)
		last, ofs = last+hint, ofs+hint
	}
	for last++; last < ofs; {
		m := last + (ofs-last)>>1
		if lt, ok = s.less(key, a[m]); !ok {
			return 0, false
		}
		if lt {
			ofs = m
		} else {
			last = m + 1
		}
	}
	return ofs, true
}

// save copies [at, at+n) to the temporary slices.
func (s *sorter[K]) save(at, n int) {
	s.tmpK = append(s.tmpK[:0], s.keys[at:at+n]...)
	if s.vals != nil {
		s.tmpV = append(s.tmpV[:0], s.vals[at:at+n]...)
	}
}

// restore copies n saved entries from src to dst in place.
func (s *sorter[K]) restore(dst, src, n int) {
	copy(s.keys[dst:dst+n], s.tmpK[src:src+n])
	if s.vals != nil {
		copy(s.vals[dst:dst+n], s.tmpV[src:src+n])
	}
}

// move copies n entries within the slices.
func (s *sorter[K]) move(dst, src, n int) {
	copy(s.keys[dst:dst+n], s.keys[src:src+n])
	if s.vals != nil {
		copy(s.vals[dst:dst+n], s.vals[src:src+n])
	}
}

// mergeLo merges na entries at a with nb at b, which follow, going up; na <= nb.
func (s *sorter[K]) mergeLo(a, na, b, nb int) bool {
	s.save(a, na)
	dest, ta := a, 0 // ta: the next saved entry
	fromB := func(n int) { s.move(dest, b, n); dest, b, nb = dest+n, b+n, nb-n }
	fromA := func(n int) { s.restore(dest, ta, n); dest, ta, na = dest+n, ta+n, na-n }
	finish := func(ok bool) bool {
		s.restore(dest, ta, na)
		return ok
	}
	copyB := func() bool {
		s.move(dest, b, nb)
		s.restore(dest+nb, ta, 1)
		return true
	}
	fromB(1)
	if nb == 0 {
		return finish(true)
	}
	if na == 1 {
		return copyB()
	}
	gallop := s.minGallop
	for {
		an, bn := 0, 0
		for {
			lt, ok := s.less(s.keys[b], s.tmpK[ta])
			if !ok {
				return finish(false)
			}
			if lt {
				fromB(1)
				an, bn = 0, bn+1
				if nb == 0 {
					return finish(true)
				}
				if bn >= gallop {
					break
				}
			} else {
				fromA(1)
				an, bn = an+1, 0
				if na == 1 {
					return copyB()
				}
				if an >= gallop {
					break
				}
			}
		}
		for gallop++; ; {
			if gallop > 1 {
				gallop--
			}
			s.minGallop = gallop
			k, ok := s.gallopRight(s.keys[b], s.tmpK[ta:ta+na], 0)
			if !ok {
				return finish(false)
			}
			if an = k; k > 0 {
				fromA(k)
				if na == 1 {
					return copyB()
				}
				if na == 0 { // the comparison is not consistent
					return finish(true)
				}
			}
			fromB(1)
			if nb == 0 {
				return finish(true)
			}
			if k, ok = s.gallopLeft(s.tmpK[ta], s.keys[b:b+nb], 0); !ok {
				return finish(false)
			}
			if bn = k; k > 0 {
				fromB(k)
				if nb == 0 {
					return finish(true)
				}
			}
			fromA(1)
			if na == 1 {
				return copyB()
			}
			if an < minGallop && bn < minGallop {
				break
			}
		}
		gallop++
		s.minGallop = gallop
	}
}

// mergeHi is mergeLo going down, for na >= nb.
func (s *sorter[K]) mergeHi(a, na, b, nb int) bool {
	s.save(b, nb)
	dest := b + nb - 1
	fromA := func(n int) { dest, na = dest-n, na-n; s.move(dest+1, a+na, n) }
	fromB := func(n int) { dest, nb = dest-n, nb-n; s.restore(dest+1, nb, n) }
	finish := func(ok bool) bool {
		if nb > 0 {
			s.restore(dest-(nb-1), 0, nb)
		}
		return ok
	}
	copyA := func() bool {
		s.move(dest+1-na, a, na)
		s.restore(dest-na, 0, 1)
		return true
	}
	fromA(1)
	if na == 0 {
		return finish(true)
	}
	if nb == 1 {
		return copyA()
	}
	gallop := s.minGallop
	for {
		an, bn := 0, 0
		for {
			lt, ok := s.less(s.tmpK[nb-1], s.keys[a+na-1])
			if !ok {
				return finish(false)
			}
			if lt {
				fromA(1)
				an, bn = an+1, 0
				if na == 0 {
					return finish(true)
				}
				if an >= gallop {
					break
				}
			} else {
				fromB(1)
				an, bn = 0, bn+1
				if nb == 1 {
					return copyA()
				}
				if bn >= gallop {
					break
				}
			}
		}
		for gallop++; ; {
			if gallop > 1 {
				gallop--
			}
			s.minGallop = gallop
			k, ok := s.gallopRight(s.tmpK[nb-1], s.keys[a:a+na], na-1)
			if !ok {
				return finish(false)
			}
			if an = na - k; an > 0 {
				fromA(an)
				if na == 0 {
					return finish(true)
				}
			}
			fromB(1)
			if nb == 1 {
				return copyA()
			}
			if k, ok = s.gallopLeft(s.keys[a+na-1], s.tmpK[:nb], nb-1); !ok {
				return finish(false)
			}
			if bn = nb - k; bn > 0 {
				fromB(bn)
				if nb == 1 {
					return copyA()
				}
				if nb == 0 { // the comparison is not consistent
					return finish(true)
				}
			}
			fromA(1)
			if na == 0 {
				return finish(true)
			}
			if an < minGallop && bn < minGallop {
				break
			}
		}
		gallop++
		s.minGallop = gallop
	}
}
