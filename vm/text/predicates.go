package text

// This file defines the is... methods of str.

// every reports whether s is not empty and each character has a property of
// the set p.
func (s Str) every(p uint16) bool {
	n := s.Len()
	for i := range n {
		if unidata(s.At(i)).flags&p == 0 {
			return false
		}
	}
	return n > 0
}

// IsAlnum is s.isalnum().
func (s Str) IsAlnum() bool {
	return s.every(propAlpha | propDecimal | propDigit | propNumeric)
}

// IsAlpha is s.isalpha().
func (s Str) IsAlpha() bool { return s.every(propAlpha) }

// IsDecimal is s.isdecimal().
func (s Str) IsDecimal() bool { return s.every(propDecimal) }

// IsDigit is s.isdigit().
func (s Str) IsDigit() bool { return s.every(propDigit) }

// IsNumeric is s.isnumeric().
func (s Str) IsNumeric() bool { return s.every(propNumeric) }

// IsSpace is s.isspace().
func (s Str) IsSpace() bool { return s.every(propSpace) }

// IsPrintable is s.isprintable().
func (s Str) IsPrintable() bool { return s.Len() == 0 || s.every(propPrint) }

// IsIdentifier is s.isidentifier().
func (s Str) IsIdentifier() bool {
	n := s.Len()
	if n == 0 || !IsIdentStart(s.At(0)) {
		return false
	}
	for i := 1; i < n; i++ {
		if !IsIdentContinue(s.At(i)) {
			return false
		}
	}
	return true
}

// IsLower is s.islower().
func (s Str) IsLower() bool { return s.oneCase(propLower, propUpper|propTitle) }

// IsUpper is s.isupper().
func (s Str) IsUpper() bool { return s.oneCase(propUpper, propLower|propTitle) }

// oneCase reports whether some character is of the wanted case and none of
// another.
func (s Str) oneCase(want, other uint16) bool {
	found := false
	for i, n := 0, s.Len(); i < n; i++ {
		switch f := unidata(s.At(i)).flags; {
		case f&other != 0:
			return false
		case f&want != 0:
			found = true
		}
	}
	return found
}

// IsTitle is s.istitle().
func (s Str) IsTitle() bool {
	found, cased := false, false
	for i, n := 0, s.Len(); i < n; i++ {
		switch f := unidata(s.At(i)).flags; {
		case f&(propUpper|propTitle) != 0:
			if cased {
				return false
			}
			found, cased = true, true
		case f&propLower != 0:
			if !cased {
				return false
			}
			found = true
		default:
			cased = false
		}
	}
	return found
}
