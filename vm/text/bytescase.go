package text

// This file defines the case, predicate, translate and hex methods of bytes.

func (b Bytes) mapBytes(f func(byte) byte) Bytes {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = f(c)
	}
	return out
}

// Upper is b.upper().
func (b Bytes) Upper() Bytes { return b.mapBytes(upperByte) }

// Lower is b.lower().
func (b Bytes) Lower() Bytes { return b.mapBytes(lowerByte) }

// SwapCase is b.swapcase().
func (b Bytes) SwapCase() Bytes { return b.mapBytes(swapByte) }

// Capitalize is b.capitalize().
func (b Bytes) Capitalize() Bytes {
	out := b.Lower()
	if len(out) > 0 {
		out[0] = upperByte(out[0])
	}
	return out
}

// Title is b.title().
func (b Bytes) Title() Bytes { return Bytes(titleASCII(string(b))) }

func (b Bytes) every(f func(byte) bool) bool {
	for _, c := range b {
		if !f(c) {
			return false
		}
	}
	return len(b) > 0
}

// IsAlnum is b.isalnum().
func (b Bytes) IsAlnum() bool {
	return b.every(func(c byte) bool { return isAlphaByte(c) || isDigit(c) })
}

// IsAlpha is b.isalpha().
func (b Bytes) IsAlpha() bool { return b.every(isAlphaByte) }

// IsDigit is b.isdigit().
func (b Bytes) IsDigit() bool { return b.every(isDigit) }

// IsSpace is b.isspace().
func (b Bytes) IsSpace() bool { return b.every(cSpace) }

// IsASCII is b.isascii().
func (b Bytes) IsASCII() bool {
	return len(b) == 0 || b.every(func(c byte) bool { return c < 0x80 })
}

// IsLower is b.islower().
func (b Bytes) IsLower() bool { return b.oneCase(isLowerByte, isUpperByte) }

// IsUpper is b.isupper().
func (b Bytes) IsUpper() bool { return b.oneCase(isUpperByte, isLowerByte) }

func (b Bytes) oneCase(want, other func(byte) bool) bool {
	found := false
	for _, c := range b {
		if other(c) {
			return false
		}
		found = found || want(c)
	}
	return found
}

// IsTitle is b.istitle().
func (b Bytes) IsTitle() bool {
	found, cased := false, false
	for _, c := range b {
		if isUpperByte(c) && cased || isLowerByte(c) && !cased {
			return false
		}
		cased = isAlphaByte(c)
		found = found || cased
	}
	return found
}

// Translate is b.translate(table, delete); a nil table maps bytes to themselves.
func (b Bytes) Translate(table, del Bytes) (Bytes, error) {
	if table != nil && len(table) != 256 {
		return nil, valueError("translation table must be 256 characters long")
	}
	var drop [256]bool
	for _, c := range del {
		drop[c] = true
	}
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if drop[c] {
			continue
		}
		if table != nil {
			c = table[c]
		}
		out = append(out, c)
	}
	return out, nil
}

// Hex is b.hex().
func (b Bytes) Hex() string {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out)
}

// HexSep is b.hex(sep, group): the separator goes between groups of bytes
// counted from the right, or from the left when group is negative.
func (b Bytes) HexSep(sep Str, group int) (string, error) {
	if sep.Len() != 1 {
		return "", valueError("sep must be length 1.")
	}
	if !sep.IsASCII() {
		return "", valueError("sep must be ASCII.")
	}
	size := max(group, -group)
	if size == 0 || size < 0 || len(b) == 0 {
		return b.Hex(), nil
	}
	offset := 0
	if group > 0 {
		offset = (size - len(b)%size) % size
	}
	out := make([]byte, 0, 3*len(b))
	for i, c := range b {
		if i > 0 && (i+offset)%size == 0 {
			out = append(out, sep.A[0])
		}
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out), nil
}

// BytesFromHex is bytes.fromhex(s).
func BytesFromHex(s Str) (Bytes, error) {
	n := s.Len()
	out := make([]byte, 0, n/2)
	bad := func(i int) (Bytes, error) {
		return nil, valueError("non-hexadecimal number found in fromhex() arg at position %d", i)
	}
	if !s.IsASCII() {
		for i, c := range s.W {
			if c >= 0x80 {
				return bad(i)
			}
		}
	}
	for i := 0; i < n; i += 2 {
		for i < n && cSpace(s.A[i]) {
			i++
		}
		if i == n {
			break
		}
		hi := digitValue(s.A[i])
		if hi >= 16 {
			return bad(i)
		}
		lo := 99
		if i+1 < n {
			lo = digitValue(s.A[i+1])
		}
		if lo >= 16 {
			return bad(i + 1)
		}
		out = append(out, byte(hi<<4|lo))
	}
	return out, nil
}
