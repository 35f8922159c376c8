package vm

// This file defines the type float: its constructor, special methods and methods.

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"toylang/refcount"
	"toylang/vm/text"
)

func (t *Thread) initFloat() {
	methods := []Def{
		{"__repr__(self, /)", floatMethod("__repr__", func(t *Thread, f float64, _ []Value) Value { return t.NewStr(text.ReprFloat(f)) })},
		{"__hash__(self, /)", func(t *Thread, a []Value) Value {
			h, ok := t.Hash(t.Unwrap(a[0]))
			if !ok {
				return Raised
			}
			return t.NewInt(h)
		}},
		{"__bool__(self, /)", floatMethod("__bool__", func(t *Thread, f float64, _ []Value) Value { return refcount.Bool(f != 0) })},
		{"__neg__(self, /)", floatMethod("__neg__", func(t *Thread, f float64, _ []Value) Value { return t.NewFloat(-f) })},
		{"__pos__(self, /)", floatMethod("__pos__", floatSelf)},
		{"__abs__(self, /)", floatMethod("__abs__", func(t *Thread, f float64, _ []Value) Value { return t.NewFloat(math.Abs(f)) })},
		{"__float__(self, /)", floatMethod("__float__", floatSelf)},
		{"conjugate(self, /)", floatMethod("conjugate", floatSelf)},
		{"__int__(self, /)", floatMethod("__int__", func(t *Thread, f float64, _ []Value) Value { return t.floatToInt(f) })},
		{"__trunc__(self, /)", floatMethod("__trunc__", func(t *Thread, f float64, _ []Value) Value { return t.floatToInt(f) })},
		{"__floor__(self, /)", floatMethod("__floor__", func(t *Thread, f float64, _ []Value) Value { return t.floatToInt(math.Floor(f)) })},
		{"__ceil__(self, /)", floatMethod("__ceil__", func(t *Thread, f float64, _ []Value) Value { return t.floatToInt(math.Ceil(f)) })},
		{"__round__(self, ndigits=None, /)", floatMethod("__round__", floatRound)},
		{"__pow__(self, value, mod=None, /)", floatMethod("__pow__", func(t *Thread, f float64, a []Value) Value { return t.floatPow3(refcount.Float(f), a[0], a[1]) })},
		{"__rpow__(self, value, mod=None, /)", floatMethod("__rpow__", func(t *Thread, f float64, a []Value) Value { return t.floatPow3(a[0], refcount.Float(f), a[1]) })},
		{"__getnewargs__(self, /)", floatMethod("__getnewargs__", func(t *Thread, f float64, _ []Value) Value { return t.NewTuple(t.NewFloat(f)) })},
		{"is_integer(self, /)", floatMethod("is_integer", func(t *Thread, f float64, _ []Value) Value {
			return refcount.Bool(f == math.Floor(f) && !isInf(f))
		})},
		{"as_integer_ratio(self, /)", floatMethod("as_integer_ratio", floatRatio)},
		{"hex(self, /)", floatMethod("hex", func(t *Thread, f float64, _ []Value) Value { return t.NewStr(floatHex(f)) })},
	}
	for _, op := range []BinOp{Add, Sub, Mul, TrueDiv, FloorDiv, Mod, DivMod} {
		methods = append(methods, binaryMethods(op, "float", (*Thread).isFloat, (*Thread).floatOpOr)...)
	}
	methods = append(methods, compareMethods("float", (*Thread).isFloat, (*Thread).isNumber)...)
	self := func(t *Thread, v Value) Value { return t.Ref(t.Unwrap(v)) }
	t.defType(TypeDef{Kind: KFloat, Name: "float", Own: true, Wraps: KFloat, Methods: methods,
		Static: []Def{{"__new__(cls, x=0, /)", floatNew}},
		Class: []Def{
			{"fromhex(cls, string, /)", floatFromHex},
			{"__getformat__(cls, typestr, /)", func(t *Thread, a []Value) Value { return t.NewStr("IEEE, little-endian") }},
		},
		Getters: []Getter{{"real", self, nil}, {"imag", func(*Thread, Value) Value { return refcount.Float(0) }, nil}},
	})
}

// isFloat reports a float or an instance of a subclass.
func (t *Thread) isFloat(v Value) bool { return t.Unwrap(v).IsFloat() }

// isNumber reports an int, bool or float or an instance of a subclass.
func (t *Thread) isNumber(v Value) bool { return t.exactNumber(t.Unwrap(v)) }

// floatMethod makes a method of float, which checks that self is one.
func floatMethod(name string, f func(t *Thread, f float64, a []Value) Value) func(*Thread, []Value) Value {
	return func(t *Thread, a []Value) Value {
		if !t.isFloat(a[0]) {
			return t.wrongNumber(name, "float", a[0])
		}
		return f(t, t.Unwrap(a[0]).Float(), a[1:])
	}
}

func floatSelf(t *Thread, f float64, _ []Value) Value { return t.NewFloat(f) }

// floatOpOr is a op b, or NotImplemented when an operand is no number.
func (t *Thread) floatOpOr(op BinOp, a, b Value) Value {
	if !t.isNumber(a) || !t.isNumber(b) {
		return NotImplemented
	}
	return t.mixedOp(op, a, b)
}

func (t *Thread) floatPow3(a, b, mod Value) Value {
	if mod != Unbound && mod != None {
		return t.Raise(t.VM.Exc.TypeError, "pow() 3rd argument not allowed unless all arguments are integers")
	}
	return t.floatOpOr(Pow, a, b)
}

// floatRound is float.__round__: to an int without digits, else to a float.
func floatRound(t *Thread, f float64, a []Value) Value {
	if a[0] == Unbound || a[0] == None {
		return t.floatToInt(math.RoundToEven(f))
	}
	n, ok := t.Index(a[0])
	if !ok {
		return Raised
	}
	return t.roundFloat(f, n)
}

// floatRatio is the exact value as a fraction.
func floatRatio(t *Thread, f float64, _ []Value) Value {
	switch {
	case f != f:
		return t.Raise(t.VM.Exc.ValueError, "cannot convert NaN to integer ratio")
	case isInf(f):
		return t.Raise(t.VM.Exc.OverflowError, "cannot convert Infinity to integer ratio")
	}
	r := new(big.Rat).SetFloat64(f)
	return t.pair(t.NewBig(r.Num()), t.NewBig(r.Denom()))
}

// floatHex is float.hex().
func floatHex(f float64) string {
	sign := ""
	if math.Signbit(f) && f == f {
		sign = "-"
		f = -f
	}
	switch {
	case f != f:
		return "nan"
	case isInf(f):
		return sign + "inf"
	case f == 0:
		return sign + "0x0.0p+0"
	}
	b := math.Float64bits(f)
	exp, frac, lead := int(b>>52), b&(1<<52-1), "1"
	if exp == 0 {
		exp, lead = 1, "0"
	}
	digits := strconv.FormatUint(frac, 16)
	e := strconv.Itoa(exp - 1023)
	if exp >= 1023 {
		e = "+" + e
	}
	return sign + "0x" + lead + "." + strings.Repeat("0", 13-len(digits)) + digits + "p" + e
}

// floatFromHex is float.fromhex.
func floatFromHex(t *Thread, a []Value) Value {
	if !t.IsStr(a[1]) {
		return t.Raise(t.VM.Exc.TypeError, "bad argument type for built-in operation")
	}
	f, ok := parseHexFloat(strings.Trim(t.GoStr(a[1]), " \t\n\r\f\v"))
	if !ok {
		return t.Raise(t.VM.Exc.ValueError, "invalid hexadecimal floating-point string")
	}
	if isInf(f) && !strings.Contains(strings.ToLower(t.GoStr(a[1])), "inf") {
		return t.Raise(t.VM.Exc.OverflowError, "hexadecimal value too large to represent as a float")
	}
	r := t.NewFloat(f)
	if c := t.ClassFrom(a[0]); c != nil && c != t.VM.kinds[KFloat] {
		return t.Call(c.Value, r)
	}
	return r
}

// parseHexFloat reads [sign] ["0x"] digits ["." digits] ["p" exponent], or inf or nan.
func parseHexFloat(s string) (f float64, ok bool) {
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	sign := 1.0
	if neg {
		sign = -1
	}
	switch s = strings.ToLower(s); s {
	case "inf", "infinity":
		return math.Inf(int(sign)), true
	case "nan":
		return math.NaN(), true
	}
	s = strings.TrimPrefix(s, "0x")
	mant, exp, hasExp := strings.Cut(s, "p")
	whole, frac, _ := strings.Cut(mant, ".")
	digits := whole + frac
	if digits == "" || strings.Trim(digits, "0123456789abcdef") != "" {
		return 0, false
	}
	e := new(big.Int)
	if hasExp {
		body := strings.TrimLeft(exp, "+-")
		if len(exp)-len(body) > 1 || body == "" || strings.Trim(body, "0123456789") != "" {
			return 0, false
		}
		e.SetString(exp, 10)
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return math.Copysign(0, sign), true
	}
	m, _ := new(big.Int).SetString(digits, 16)
	e.Sub(e, big.NewInt(int64(4*len(frac))))
	top := new(big.Int).Add(e, big.NewInt(int64(m.BitLen())))
	switch {
	case top.Cmp(big.NewInt(2000)) > 0:
		return math.Inf(int(sign)), true
	case top.Cmp(big.NewInt(-2000)) < 0:
		return math.Copysign(0, sign), true
	}
	x := new(big.Float).SetInt(m)
	x.SetMantExp(x, int(e.Int64()))
	f, _ = x.Float64()
	return math.Copysign(f, sign), true
}

// floatNew is float.__new__.
func floatNew(t *Thread, a []Value) Value {
	c, ok := t.numClass(a[0], KFloat)
	if !ok {
		return Raised
	}
	v := refcount.Float(0)
	if a[1] != Unbound {
		if v = t.newFloatFrom(a[1]); v == Raised {
			return v
		}
	}
	return t.wrapNew(c, t.VM.kinds[KFloat], v)
}

// newFloatFrom is float(v).
func (t *Thread) newFloatFrom(v Value) Value {
	if v.IsFloat() {
		return v
	}
	var f float64
	var err error
	if t.Is(v, KStr) || t.wraps(v, KStr) {
		f, err = text.ParseFloat(t.Text(v))
	} else if b, ok := t.Bytes(v); ok {
		f, err = text.ParseFloatBytes(append([]byte(nil), b...))
	} else if f, ok = t.toFloat(v, "float() argument must be a string or a real number, not '%s'"); !ok {
		return Raised
	}
	if err != nil {
		return t.RaiseText(err)
	}
	return t.NewFloat(f)
}
