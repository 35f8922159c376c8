package vm

// This file defines str.format and str.format_map.

import (
	"strconv"
	"strings"

	"toylang/refcount"
	"toylang/vm/text"
)

// formatText is s.format(*args, **names), or s.format_map(names) where args are not allowed.
func (t *Thread) formatText(s text.Str, args, names Value, mapping bool) Value {
	f := fieldFormatter{t: t, args: args, names: names, mapping: mapping}
	var b text.Builder
	b.Grow(s.Len() + 16)
	m := t.holds
	ok := f.write(&b, t.formats.format(s))
	t.Unhold(m)
	if !ok {
		return Raised
	}
	return t.newStrOf(b.Str())
}

// formatCache keeps the formats that a thread has parsed lately. What it keeps refers to no guest memory.
type formatCache struct {
	formats  map[string]text.FormatText
	percents map[string][]text.PercentPart
}

const formatCacheSize = 64

// format parses the format string of str.format.
func (c *formatCache) format(s text.Str) text.FormatText {
	if s.W != nil {
		return text.ParseFormat(s)
	}
	if f, ok := c.formats[s.A]; ok {
		return f
	}
	if c.formats == nil || len(c.formats) >= formatCacheSize {
		c.formats = map[string]text.FormatText{}
	}
	key := strings.Clone(s.A)
	f := text.ParseFormat(text.ASCII(key))
	c.formats[key] = f
	return f
}

// percent parses the format string of the % operator.
func (c *formatCache) percent(s text.Str) []text.PercentPart {
	if s.W != nil {
		return text.ParsePercent(s)
	}
	if f, ok := c.percents[s.A]; ok {
		return f
	}
	if c.percents == nil || len(c.percents) >= formatCacheSize {
		c.percents = map[string][]text.PercentPart{}
	}
	key := strings.Clone(s.A)
	f := text.ParsePercent(text.ASCII(key))
	c.percents[key] = f
	return f
}

// fieldFormatter fills in the fields of a format string.
type fieldFormatter struct {
	t       *Thread
	args    Value // tuple
	names   Value // dict, or the mapping of format_map
	mapping bool
}

// write writes a format string with its fields filled in.
func (f *fieldFormatter) write(b *text.Builder, ft text.FormatText) bool {
	t := f.t
	for _, p := range ft.Parts {
		b.WriteStr(p.Lit)
		if p.Field == nil {
			continue
		}
		v := f.value(p.Field)
		if v == Raised {
			return false
		}
		if p.Field.Conv == 0 && len(p.Field.Spec.Parts) == 0 && p.Field.Spec.Err == nil && t.writePlain(b, v) {
			t.Decref(v)
			continue
		}
		m := t.Hold(v)
		ok := f.field(b, v, p.Field)
		t.Unhold(m)
		if !ok {
			return false
		}
	}
	if ft.Err != nil {
		t.RaiseText(ft.Err)
		return false
	}
	return true
}

// writePlain writes str(v) where v is a small int or an exact str, and reports whether it did.
func (t *Thread) writePlain(b *text.Builder, v Value) bool {
	switch {
	case v.IsInt():
		var buf [24]byte
		b.WriteASCII(bytesToString(strconv.AppendInt(buf[:0], v.Int(), 10)))
		return true
	case t.Is(v, KStr):
		b.WriteStr(t.Text(v))
		return true
	}
	return false
}

// field writes a field's value (borrowed) as its conversion and specification say.
func (f *fieldFormatter) field(b *text.Builder, v Value, field *text.FormatField) bool {
	t := f.t
	switch field.Conv {
	case 0:
		v = t.Ref(v)
	case 'r':
		v = t.Repr(v)
	case 's':
		v = t.Str(v)
	case 'a':
		v = t.Ascii(v)
	default:
		t.RaiseText(text.ConversionError(field.Conv))
		return false
	}
	if v == Raised {
		return false
	}
	m := t.Hold(v)
	defer t.Unhold(m)
	spec := Unbound
	if len(field.Spec.Parts) > 0 || field.Spec.Err != nil {
		var sb text.Builder
		if !f.write(&sb, field.Spec) {
			return false
		}
		if spec = t.newStrOf(sb.Str()); spec == Raised {
			return false
		}
		t.Hold(spec)
	}
	r := t.Format(v, spec)
	if r == Raised {
		return false
	}
	b.WriteStr(t.Text(r))
	t.Decref(r)
	return true
}

// value finds the object of a field (owned).
func (f *fieldFormatter) value(field *text.FormatField) Value {
	t := f.t
	v := f.first(field)
	if v == Raised {
		return Raised
	}
	for _, step := range field.Path {
		m := t.Hold(v)
		switch {
		case step.Attr:
			v = t.GetAttr(v, t.VM.Intern(step.Name.EncodeWTF8()))
		case step.Index >= 0:
			v = t.GetItem(v, refcount.SmallInt(int64(step.Index)))
		default:
			k := t.newStrOf(step.Name)
			if k == Raised {
				t.Unhold(m)
				return Raised
			}
			t.Hold(k)
			v = t.GetItem(v, k)
		}
		t.Unhold(m)
		if v == Raised {
			return Raised
		}
	}
	if field.PathErr != nil {
		t.Decref(v)
		return t.RaiseText(field.PathErr)
	}
	return v
}

// first finds the argument that a field starts from (owned).
func (f *fieldFormatter) first(field *text.FormatField) Value {
	t := f.t
	if field.Index >= 0 {
		if f.mapping {
			return t.RaiseText(text.ErrFormatMapPositional)
		}
		x := t.Items(f.args)
		if field.Index >= x.Len() {
			return t.RaiseText(text.ReplacementIndexError(field.Index))
		}
		return t.Ref(x.Get(field.Index))
	}
	k := t.newStrOf(field.Name)
	if k == Raised {
		return Raised
	}
	m := t.Hold(k)
	defer t.Unhold(m)
	if f.mapping {
		return t.GetItem(f.names, k)
	}
	v := t.DictGet(f.names, k)
	if v == Unbound {
		return t.RaiseArgs(t.VM.Exc.KeyError, t.Ref(k))
	}
	return v
}
