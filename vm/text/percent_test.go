package text

// This file tests printf-style formatting against CPython, with a small host
// that converts arguments as the interpreter would.

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// typeName is the class of an argument.
func typeName(v any) string {
	switch v.(type) {
	case *big.Int:
		return "int"
	case float64:
		return "float"
	case []byte:
		return "bytes"
	}
	return "str"
}

func strOf(v any, verb rune) Str {
	switch v := v.(type) {
	case *big.Int:
		return ASCII(v.String())
	case float64:
		return ASCII(ReprFloat(v))
	case []byte:
		return ASCII(ReprBytes(v))
	case Str:
		switch verb {
		case 'r':
			return Repr(v)
		case 'a':
			return ASCIIRepr(v)
		}
		return v
	}
	panic("strOf")
}

// percentHost formats args (or the mapping) with parts, for str or bytes.
func percentHost(parts []PercentPart, args []any, mapping map[string]any, bytes bool) (Str, error) {
	var out Builder
	take := func() (any, error) {
		if len(args) == 0 {
			return nil, ErrPercentFew
		}
		v := args[0]
		args = args[1:]
		return v, nil
	}
	star := func() (int, error) {
		v, err := take()
		if err != nil {
			return 0, err
		}
		if n, ok := v.(*big.Int); ok {
			return int(n.Int64()), nil
		}
		return 0, ErrPercentStar
	}
	for _, p := range parts {
		out.WriteStr(p.Lit)
		if p.Spec == nil {
			continue
		}
		f := *p.Spec
		if f.HasKey {
			if mapping == nil {
				return Str{}, ErrPercentMapping
			}
			if f.KeyErr != nil {
				return Str{}, f.KeyErr
			}
			v, ok := mapping[f.Key.String()]
			if !ok {
				k := Repr(f.Key).String()
				if bytes {
					k = ReprBytes(Latin1Bytes(f.Key))
				}
				return Str{}, &Error{"KeyError", k}
			}
			args = []any{v}
		}
		if f.WidthStar {
			n, err := star()
			if err != nil {
				return Str{}, err
			}
			f = f.SetWidth(n)
		}
		if f.PrecStar {
			n, err := star()
			if err != nil {
				return Str{}, err
			}
			f = f.SetPrec(n)
		}
		if f.Err != nil {
			return Str{}, f.Err
		}
		v, err := take()
		if err != nil {
			return Str{}, err
		}
		s, err := convertArg(f, v, bytes)
		if err != nil {
			return Str{}, err
		}
		out.WriteStr(s)
	}
	if len(args) > 0 && mapping == nil {
		if bytes {
			return Str{}, ErrPercentManyB
		}
		return Str{}, ErrPercentMany
	}
	return out.Str(), nil
}

func convertArg(f PercentSpec, v any, bytes bool) (Str, error) {
	switch f.Verb {
	case 's', 'b':
		if bytes {
			b, ok := v.([]byte)
			if !ok {
				return Str{}, f.WrongType(typeName(v))
			}
			return f.FormatText(FromLatin1(b))
		}
		if f.Verb == 's' {
			return f.FormatText(strOf(v, 's'))
		}
	case 'r', 'a':
		if bytes {
			return f.FormatText(strOf(v, 'a'))
		}
		return f.FormatText(strOf(v, f.Verb))
	case 'd', 'i', 'u', 'o', 'x', 'X':
		switch x := v.(type) {
		case *big.Int:
			if x.IsInt64() {
				return f.FormatInt(x.Int64())
			}
			return f.FormatBig(x, DefaultMaxStrDigits)
		case float64:
			if f.base() == 10 {
				n, b, err := FloatToInt(x)
				if err != nil {
					return Str{}, err
				}
				if b != nil {
					return f.FormatBig(b, 0)
				}
				return f.FormatInt(n)
			}
		}
		return Str{}, f.WrongType(typeName(v))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		switch x := v.(type) {
		case *big.Int:
			d, err := BigToFloat(x)
			if err != nil {
				return Str{}, err
			}
			return f.FormatFloat(d)
		case float64:
			return f.FormatFloat(x)
		}
		return Str{}, f.WrongType(typeName(v))
	case 'c':
		switch x := v.(type) {
		case *big.Int:
			if !x.IsInt64() {
				return f.FormatChar(-1)
			}
			return f.FormatChar(x.Int64())
		case Str:
			if !bytes && x.Len() == 1 {
				return f.FormatChar(int64(x.At(0)))
			}
		case []byte:
			if bytes && len(x) == 1 {
				return f.FormatChar(int64(x[0]))
			}
		}
		if bytes {
			return Str{}, ErrPercentCharB
		}
		return Str{}, ErrPercentChar
	}
	return Str{}, f.Unsupported()
}

func randPercent(r *rand.Rand, key bool) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(pick(r, "", "", "a", "é", "%%", ")"))
		b.WriteByte('%')
		if key {
			b.WriteString(pick(r, "(a)", "(b(c))", "(zz)", "(", "()"))
		}
		for range r.IntN(3) {
			b.WriteString(pick(r, "-", "+", " ", "#", "0"))
		}
		b.WriteString(pick(r, "", "", "", "5", "12", "*", "99999999999999999999"[:r.IntN(2)]))
		b.WriteString(pick(r, "", "", "", ".3", ".", ".*", ".12", ".0"))
		b.WriteString(pick(r, "", "", "", "l", "h", "hh"))
		v := []rune("sradiuoxXeEfFgGcb%ydxsf\né")
		b.WriteString(string(v[r.IntN(len(v))]))
	}
	if r.IntN(20) == 0 {
		b.WriteString(pick(r, "%", "%5", "%.", "%.3", "%(a", "%l", "%*", "%-"))
	}
	return b.String()
}

func TestPercent(t *testing.T) {
	var c cases
	r := newRand(20)
	mapping := map[string]any{"a": big.NewInt(-7), "b(c)": ASCII("xyz"), "": 1.5}
	for range 15000 {
		key := r.IntN(8) == 0
		format := randPercent(r, key)
		var args []any
		var lits []string
		for range pick(r, 1, 2, 2, 3, 4) {
			var v any
			switch r.IntN(6) {
			case 0:
				v = randFloat(r)
			case 1:
				v = randStr(r, 3)
			case 2:
				v = randBytes(r, 3)
			case 3:
				v = big.NewInt(int64(r.IntN(60) - 20))
			default:
				v = randBig(r)
			}
			// A star must not ask for an enormous width.
			if n, ok := v.(*big.Int); ok && strings.Contains(format, "*") {
				v = n.Rem(n, big.NewInt(70))
			}
			args = append(args, v)
			if b, ok := v.([]byte); ok {
				lits = append(lits, lit(b))
			} else {
				lits = append(lits, lit(v))
			}
		}
		if key {
			s, err := percentHost(ParsePercent(DecodeWTF8(format)), nil, mapping, false)
			c.add(lit(format)+" % {'a': -7, 'b(c)': 'xyz', '': 1.5}", s, err)
			continue
		}
		s, err := percentHost(ParsePercent(DecodeWTF8(format)), args, nil, false)
		c.add(lit(format)+" % ("+strings.Join(lits, ", ")+",)", s, err)
		s, err = percentHost(ParsePercentBytes([]byte(format)), args, nil, true)
		c.add(lit([]byte(format))+" % ("+strings.Join(lits, ", ")+",)", Latin1Bytes(s), err)
	}
	for _, f := range []string{"%99999999999999999999d", "%.99999999999d", "%(a)d", "%(a", "%", "%*", "%.*", "%5", "%\n", "%5%", "%*%", "%.2147483647d"} {
		s, err := percentHost(ParsePercent(DecodeWTF8(f)), []any{big.NewInt(3)}, nil, false)
		c.add(lit(f)+" % (3,)", s, err)
		if !strings.Contains(f, "2147") {
			s, err = percentHost(ParsePercentBytes([]byte(f)), []any{big.NewInt(3)}, nil, true)
			c.add(lit([]byte(f))+" % (3,)", Latin1Bytes(s), err)
		}
	}
	c.check(t)
}

func FuzzParsePercent(f *testing.F) {
	for _, s := range []string{"", "%d", "%(a(b))-+#0 *.*ld", "%", "%%", "%5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParsePercent(DecodeWTF8(s)) {
			if p.Spec != nil && p.Spec.Err == nil && p.Spec.KeyErr == nil {
				if f := *p.Spec; f.Width < 1000 && f.Prec < 1000 && strings.ContainsRune("dxo", f.Verb) {
					if _, err := f.FormatInt(-12); err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
}
