package vm

// This file defines the % operator of str and bytes.

import "toylang/vm/text"

// percentArgs hands the right operand of % out, one argument after the other.
type percentArgs struct {
	t      *Thread
	whole  Value // the operand itself
	tuple  bool
	next   int
	single bool // the one argument that is no tuple has been taken
	dict   bool // a mapping was used
}

// take gives the next argument (borrowed).
func (p *percentArgs) take() (Value, bool) {
	if p.tuple {
		x := p.t.Items(p.whole)
		if p.next < x.Len() {
			p.next++
			return x.Get(p.next - 1), true
		}
	} else if !p.single {
		p.single = true
		return p.whole, true
	}
	p.t.RaiseText(text.ErrPercentFew)
	return Raised, false
}

// star takes an argument for a width or precision.
func (p *percentArgs) star() (int, bool) {
	v, ok := p.take()
	if !ok {
		return 0, false
	}
	if !p.t.IsInt(v) {
		p.t.RaiseText(text.ErrPercentStar)
		return 0, false
	}
	n, ok := p.t.Index(v)
	return int(n), ok
}

// left reports arguments that nothing has used.
func (p *percentArgs) left() bool {
	if p.dict {
		return false
	}
	if p.tuple {
		return p.next < p.t.Items(p.whole).Len()
	}
	return !p.single
}

// isMapping reports what % takes keys from.
func (t *Thread) isMapping(v Value) bool {
	return t.Kind(t.Unwrap(v)) != KTuple && !t.IsStr(v) && (t.Isa(v, KDict) || t.Has(t.ClassOf(v), SlotGetItem))
}

// strMod is format % args.
func (t *Thread) strMod(format, args Value) Value {
	f := t.txt(format)
	var b text.Builder
	b.Grow(f.Len() + 16)
	if !t.percent(&b, t.formats.percent(f), args, false) {
		return Raised
	}
	return t.newStrOf(b.Str())
}

// percent writes the parts of a format with the values of args.
func (t *Thread) percent(b *text.Builder, parts []text.PercentPart, args Value, bytes bool) bool {
	p := percentArgs{t: t, whole: args, tuple: t.Kind(t.Unwrap(args)) == KTuple}
	mapping := t.isMapping(args) && !(bytes && t.isByteLike(args))
	held := t.holds
	ok := t.percentParts(b, parts, &p, mapping, bytes)
	t.Unhold(held)
	return ok
}

// percentParts is percent without the clearing up.
func (t *Thread) percentParts(b *text.Builder, parts []text.PercentPart, p *percentArgs, mapping, bytes bool) bool {
	args := p.whole
	usedMap := false
	for _, part := range parts {
		b.WriteStr(part.Lit)
		if part.Spec == nil {
			continue
		}
		if f := part.Spec; (f.Verb == 's' || f.Verb == 'd') && f.Plain() && (!bytes || f.Verb == 'd') {
			v, ok := p.take()
			if !ok {
				return false
			}
			if (v.IsInt() || f.Verb == 's') && t.writePlain(b, v) {
				continue
			}
			if !t.percentOne(b, *f, v, bytes) {
				return false
			}
			continue
		}
		f := *part.Spec
		if f.HasKey {
			if !mapping {
				t.RaiseText(text.ErrPercentMapping)
				return false
			}
			usedMap = true
			if f.KeyErr != nil {
				t.RaiseText(f.KeyErr)
				return false
			}
			v, ok := t.percentKey(args, f.Key, bytes)
			if !ok {
				return false
			}
			t.Hold(v)
			*p = percentArgs{t: t, whole: v}
		}
		if f.WidthStar {
			n, ok := p.star()
			if !ok {
				return false
			}
			f = f.SetWidth(n)
		}
		if f.PrecStar {
			n, ok := p.star()
			if !ok {
				return false
			}
			f = f.SetPrec(n)
		}
		if f.Err != nil {
			t.RaiseText(f.Err)
			return false
		}
		v, ok := p.take()
		if !ok || !t.percentOne(b, f, v, bytes) {
			return false
		}
	}
	p.dict = usedMap || mapping
	if p.left() {
		err := text.ErrPercentMany
		if bytes {
			err = text.ErrPercentManyB
		}
		t.RaiseText(err)
		return false
	}
	return true
}

// percentKey looks a key up in the mapping on the right (owned).
func (t *Thread) percentKey(args Value, key text.Str, bytes bool) (Value, bool) {
	var k Value
	if bytes {
		k = t.NewBytes(text.Latin1Bytes(key))
	} else {
		k = t.newStrOf(key)
	}
	if k == Raised {
		return Raised, false
	}
	m := t.Hold(k)
	v := t.GetItem(args, k)
	t.Unhold(m)
	return v, v != Raised
}

// percentOne writes one conversion.
func (t *Thread) percentOne(b *text.Builder, f text.PercentSpec, v Value, bytes bool) bool {
	var s text.Str
	var err error
	switch f.Verb {
	case 's', 'r', 'a', 'b':
		if !bytes && f.Verb == 'b' {
			err = f.Unsupported()
			break
		}
		if bytes && (f.Verb == 's' || f.Verb == 'b') {
			d, ok := t.percentBytes(f, v)
			if !ok {
				return false
			}
			s, err = f.FormatText(text.FromLatin1(d))
			break
		}
		var r Value
		switch {
		case f.Verb == 's':
			r = t.Str(v)
		case f.Verb == 'a' || bytes:
			r = t.Ascii(v)
		default:
			r = t.Repr(v)
		}
		if r == Raised {
			return false
		}
		if f.Width <= 0 && f.Prec < 0 {
			b.WriteStr(t.Text(r))
		} else if s, err = f.FormatText(t.txt(r)); err == nil {
			b.WriteStr(s)
		}
		t.Decref(r)
		if err != nil {
			t.RaiseText(err)
		}
		return err == nil
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return t.percentInt(b, f, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		x, ok := t.percentFloat(f, v, bytes)
		if !ok {
			return false
		}
		s, err = f.FormatFloat(x)
	case 'c':
		s, err = t.percentChar(f, v, bytes)
		if err == errRaised {
			return false
		}
	default:
		err = f.Unsupported()
	}
	if err != nil {
		t.RaiseText(err)
		return false
	}
	b.WriteStr(s)
	return true
}

// errRaised says that the exception is already set.
var errRaised error = &text.Error{}

func (t *Thread) percentFloat(f text.PercentSpec, v Value, bytes bool) (float64, bool) {
	x, ok := t.Float64(v)
	if !ok && bytes && t.Catch(t.VM.Exc.TypeError) {
		t.RaiseText(f.WrongType(t.TypeName(v)))
	}
	return x, ok
}

// percentInt writes a conversion that wants an int.
func (t *Thread) percentInt(b *text.Builder, f text.PercentSpec, v Value) bool {
	n := Unbound
	if v.IsInt() || t.IsInt(v) {
		n = t.Ref(v)
	} else {
		c, decimal := t.ClassOf(v), f.Verb == 'd' || f.Verb == 'i' || f.Verb == 'u'
		switch {
		case decimal && (v.IsFloat() || t.wraps(v, KFloat) || t.Has(c, SlotInt) || t.Has(c, SlotIndex)):
			n = t.Call(t.VM.kinds[KInt].Value, v)
		case !decimal && t.Has(c, SlotIndex):
			n = t.IndexValue(v)
		default:
			t.RaiseText(f.WrongType(c.Name))
			return false
		}
	}
	if n == Raised {
		return false
	}
	var s text.Str
	var err error
	if x, ok := t.Small(n); ok {
		s, err = f.FormatInt(x)
	} else {
		s, err = f.FormatBig(t.Big(n), t.maxStrDigits())
	}
	t.Decref(n)
	if err != nil {
		t.RaiseText(err)
		return false
	}
	b.WriteStr(s)
	return true
}

func (t *Thread) percentChar(f text.PercentSpec, v Value, bytes bool) (text.Str, error) {
	wrong := text.ErrPercentChar
	if bytes {
		wrong = text.ErrPercentCharB
		if d, ok := t.byteData(v); ok {
			if len(d) != 1 {
				return text.Str{}, wrong
			}
			return f.FormatChar(int64(d[0]))
		}
	} else if t.IsStr(v) {
		s := t.txt(v)
		if s.Len() != 1 {
			return s, wrong
		}
		return f.FormatChar(int64(s.At(0)))
	}
	if !t.IsInt(v) && !t.Has(t.ClassOf(v), SlotIndex) {
		return text.Str{}, wrong
	}
	n := t.IndexValue(v)
	if n == Raised {
		return text.Str{}, errRaised
	}
	x, ok := t.Small(n)
	t.Decref(n)
	if !ok {
		x = -1
	}
	return f.FormatChar(x)
}

// percentBytes gives what %s and %b of a bytes format want.
func (t *Thread) percentBytes(f text.PercentSpec, v Value) ([]byte, bool) {
	if d, ok := t.byteData(v); ok {
		return d, true
	}
	c := t.ClassOf(v)
	m := t.Special(c, SlotBytes)
	if m == Unbound {
		t.RaiseText(f.WrongType(c.Name))
		return nil, false
	}
	h := t.Hold(m)
	defer t.Unhold(h)
	r := t.callSpecial(m, v, c)
	if r == Raised {
		return nil, false
	}
	t.Hold(r)
	if !t.isBytes(r) {
		t.Raise(t.VM.Exc.TypeError, "__bytes__ returned non-bytes (type %s)", t.TypeName(r))
		return nil, false
	}
	d, _ := t.byteData(r)
	return append([]byte(nil), d...), true
}
