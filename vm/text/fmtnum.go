package text

// This file lays out formatted numbers: sign, prefix, grouping and padding.

// number is a number turned to characters, before it is laid out.
type number struct {
	neg       bool
	prefix    string // 0x and the like
	digits    string // integer digits, the ones grouped
	remainder string // decimal point, fraction, exponent, percent sign
	char      rune   // for type 'c', in place of digits
}

// layout applies the sign, grouping, width and alignment of f to n.
func (n number) layout(f *Spec) (Str, error) {
	sign := ""
	switch {
	case n.neg:
		sign = "-"
	case f.Sign == '+':
		sign = "+"
	case f.Sign == ' ':
		sign = " "
	}
	fixed := len(sign) + len(n.prefix) + len(n.remainder)
	if n.char >= 0 {
		fixed++
	}
	minWidth := 0
	if f.Fill == '0' && f.Align == '=' {
		minWidth = f.Width - fixed
	}
	if err := checkLen(f.Width); f.Width >= 0 && err != nil {
		return Str{}, err
	}
	digits := n.digits
	if digits != "" {
		size := 3
		if f.fourths {
			size = 4
		}
		digits = groupDigits(digits, minWidth, f.Group, size)
	}
	var left, inner, right int
	if pad := f.Width - fixed - len(digits); pad > 0 {
		switch f.Align {
		case '<':
			right = pad
		case '^':
			left = pad / 2
			right = pad - left
		case '=':
			inner = pad
		default:
			left = pad
		}
	}
	var b Builder
	b.Grow(fixed + len(digits) + left + inner + right)
	b.WriteRepeat(f.Fill, left)
	b.WriteASCII(sign)
	b.WriteASCII(n.prefix)
	b.WriteRepeat(f.Fill, inner)
	b.WriteASCII(digits)
	if n.char >= 0 {
		b.WriteRune(n.char)
	}
	b.WriteASCII(n.remainder)
	b.WriteRepeat(f.Fill, right)
	return b.Str(), nil
}

// groupDigits inserts sep between groups of size digits, zero-filling to at
// least minWidth characters; a zero sep fills only.
func groupDigits(digits string, minWidth int, sep byte, size int) string {
	if sep == 0 {
		if minWidth <= len(digits) {
			return digits
		}
		b := make([]byte, minWidth)
		zeros := minWidth - len(digits)
		for i := range zeros {
			b[i] = '0'
		}
		copy(b[zeros:], digits)
		return string(b)
	}
	// Built from the right, reversed, one group at a time.
	var rev []byte
	remaining, first := len(digits), true
	for {
		if !first {
			rev = append(rev, sep)
		}
		first = false
		n := min(size, max(remaining, minWidth, 1))
		chars := max(0, min(remaining, n))
		for range chars {
			remaining--
			rev = append(rev, digits[remaining])
		}
		for range n - chars {
			rev = append(rev, '0')
		}
		minWidth -= n
		if remaining <= 0 && minWidth <= 0 {
			break
		}
		minWidth--
	}
	for i, j := 0, len(rev)-1; i < j; i, j = i+1, j-1 {
		rev[i], rev[j] = rev[j], rev[i]
	}
	return string(rev)
}
