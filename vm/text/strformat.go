package text

// This file parses the format strings of str.format and str.format_map.

import "math"

// FormatText is a parsed format string. Err occurs once Parts are done.
type FormatText struct {
	Parts []FormatPart
	Err   error
}

// FormatPart is literal text, then a replacement field unless it is nil.
type FormatPart struct {
	Lit   Str
	Field *FormatField
}

// FormatField is a replacement field. Index is the positional argument it
// starts from, numbered automatically where the field has no name, or -1 when
// it starts from the keyword argument Name. PathErr occurs once Path has been
// followed, then Conv is applied (see ConversionError) and Spec expanded.
type FormatField struct {
	Index   int
	Name    Str
	Path    []FieldStep
	PathErr error
	Conv    rune
	Spec    FormatText
}

// FieldStep is an .attribute, or a subscript of an integer Index or, when that
// is -1, of the string Name.
type FieldStep struct {
	Attr  bool
	Name  Str
	Index int
}

type numbering uint8

const (
	numberingUnset numbering = iota
	numberingAuto
	numberingManual
)

// formatParser holds the automatic field numbering of one format string.
type formatParser struct {
	state numbering
	next  int
}

// ParseFormat parses the format string of str.format.
func ParseFormat(s Str) FormatText {
	return new(formatParser).text(s, 2)
}

// ReplacementIndexError is the error for a positional argument not given.
func ReplacementIndexError(i int) error {
	return errorf("IndexError", "Replacement index %d out of range for positional args tuple", i)
}

// ErrFormatMapPositional is the error of format_map for a positional field.
var ErrFormatMapPositional error = &Error{"ValueError", "Format string contains positional fields"}

// ConversionError is the error for a conversion that is not r, s or a.
func ConversionError(c rune) error {
	if c > 32 && c < 127 {
		return valueError("Unknown conversion specifier %c", c)
	}
	return valueError("Unknown conversion specifier \\x%x", c)
}

// text parses a whole format string, of which depth levels may nest.
func (p *formatParser) text(s Str, depth int) (out FormatText) {
	if depth <= 0 {
		out.Err = valueError("Max string recursion exceeded")
		return out
	}
	n, pos := s.Len(), 0
	var lit Builder
	for pos < n {
		start := pos
		var c rune
		brace := false
		for pos < n && !brace {
			c = s.At(pos)
			pos++
			brace = c == '{' || c == '}'
		}
		atEnd := pos >= n
		if brace && c == '}' && (atEnd || s.At(pos) != '}') {
			out.Err = valueError("Single '}' encountered in format string")
			break
		}
		if brace && c == '{' && atEnd {
			out.Err = valueError("Single '{' encountered in format string")
			break
		}
		if !brace {
			lit.WriteStr(s.Slice(start, pos))
			break
		}
		if s.At(pos) == c {
			lit.WriteStr(s.Slice(start, pos))
			pos++
			continue
		}
		lit.WriteStr(s.Slice(start, pos-1))
		var f *FormatField
		f, pos, out.Err = p.field(s, pos, depth)
		if out.Err != nil {
			break
		}
		out.Parts = append(out.Parts, FormatPart{lit.Str(), f})
		lit = Builder{}
	}
	if lit.Len() > 0 {
		out.Parts = append(out.Parts, FormatPart{lit.Str(), nil})
	}
	return out
}

// field parses a replacement field whose brace is before pos.
func (p *formatParser) field(s Str, pos, depth int) (*FormatField, int, error) {
	n, start := s.Len(), pos
	var c rune
scan:
	for pos < n {
		c = s.At(pos)
		pos++
		switch c {
		case '{':
			return nil, pos, valueError("unexpected '{' in field name")
		case '[':
			for pos < n && s.At(pos) != ']' {
				pos++
			}
		case '}', ':', '!':
			break scan
		}
	}
	if c != '}' && c != ':' && c != '!' {
		return nil, pos, valueError("expected '}' before end of string")
	}
	name := s.Slice(start, pos-1)
	f := &FormatField{}
	var spec Str
	expand := false
	if c != '}' {
		var err error
		if spec, pos, expand, err = f.suffix(s, pos, c); err != nil {
			return nil, pos, err
		}
	}
	if err := p.name(f, name); err != nil {
		return nil, pos, err
	}
	if expand {
		f.Spec = p.text(spec, depth-1)
	} else if spec.Len() > 0 {
		f.Spec.Parts = []FormatPart{{spec, nil}}
	}
	return f, pos, nil
}

// suffix parses the conversion and specification after c, a ! or a colon.
func (f *FormatField) suffix(s Str, pos int, c rune) (spec Str, next int, expand bool, err error) {
	n := s.Len()
	if c == '!' {
		if pos >= n {
			return spec, pos, false, valueError("end of string while looking for conversion specifier")
		}
		f.Conv = s.At(pos)
		pos++
		if pos < n {
			c = s.At(pos)
			pos++
			if c == '}' {
				return spec, pos, false, nil
			}
			if c != ':' {
				return spec, pos, false, valueError("expected ':' after conversion specifier")
			}
		}
	}
	start, depth := pos, 1
	for pos < n {
		switch s.At(pos) {
		case '{':
			expand = true
			depth++
		case '}':
			depth--
			if depth == 0 {
				return s.Slice(start, pos), pos + 1, expand, nil
			}
		}
		pos++
	}
	return spec, pos, false, valueError("unmatched '{' in format spec")
}

// name parses a field name into its start and path, and numbers it.
func (p *formatParser) name(f *FormatField, s Str) error {
	n, i := s.Len(), 0
	for i < n && s.At(i) != '.' && s.At(i) != '[' {
		i++
	}
	f.Name = s.Slice(0, i)
	var err error
	if f.Index, err = fieldInteger(f.Name); err != nil {
		return err
	}
	if i == 0 || f.Index >= 0 {
		if p.state == numberingUnset {
			p.state = numberingManual
			if i == 0 {
				p.state = numberingAuto
			}
		}
		switch {
		case p.state == numberingManual && i == 0:
			return valueError("cannot switch from manual field specification to automatic field numbering")
		case p.state == numberingAuto && i > 0:
			return valueError("cannot switch from automatic field numbering to manual field specification")
		}
		if i == 0 {
			f.Index = p.next
			p.next++
		}
	}
	f.PathErr = f.path(s, i)
	return nil
}

// path parses the attributes and subscripts at i.
func (f *FormatField) path(s Str, i int) error {
	n := s.Len()
	for i < n {
		c := s.At(i)
		i++
		start := i
		step := FieldStep{Index: -1}
		switch c {
		case '.':
			for i < n && s.At(i) != '.' && s.At(i) != '[' {
				i++
			}
			step.Attr, step.Name = true, s.Slice(start, i)
		case '[':
			for i < n && s.At(i) != ']' {
				i++
			}
			if i == n {
				return valueError("Missing ']' in format string")
			}
			step.Name = s.Slice(start, i)
			i++
			var err error
			if step.Index, err = fieldInteger(step.Name); err != nil {
				return err
			}
		default:
			return valueError("Only '.' or '[' may follow ']' in format field specifier")
		}
		if step.Name.Len() == 0 {
			return valueError("Empty attribute in format string")
		}
		f.Path = append(f.Path, step)
	}
	return nil
}

// fieldInteger is the value of a name that consists of digits, else -1.
func fieldInteger(s Str) (int, error) {
	v := 0
	for i := range s.Len() {
		d := DecimalValue(s.At(i))
		if d < 0 {
			return -1, nil
		}
		if v > (math.MaxInt-d)/10 {
			return 0, valueError("Too many decimal digits in format string")
		}
		v = v*10 + d
	}
	if s.Len() == 0 {
		return -1, nil
	}
	return v, nil
}
