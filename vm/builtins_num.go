package vm

// This file defines the built-in functions about numbers: abs, divmod, pow, round, sum, min, max, bin, oct, hex, hash.

import (
	"math"
	"math/big"
	"strconv"

	"toylang/refcount"
)

func (t *Thread) initNumberFuncs() {
	t.defFuncs([]Def{
		{"abs(x, /)", func(t *Thread, a []Value) Value { return t.Abs(a[0]) }},
		{"divmod(x, y, /)", func(t *Thread, a []Value) Value { return t.Binary(DivMod, a[0], a[1]) }},
		{"pow(base, exp, mod=None)", builtinPow},
		{"round(number, ndigits=None)", builtinRound},
		{"sum(iterable, /, start=0)", builtinSum},
		{"min(*args, key=None, default=None)", func(t *Thread, a []Value) Value { return t.extreme("min", Lt, a[2], a[0], a[1]) }},
		{"max(*args, key=None, default=None)", func(t *Thread, a []Value) Value { return t.extreme("max", Gt, a[2], a[0], a[1]) }},
		{"bin(number, /)", func(t *Thread, a []Value) Value { return t.inBase(a[0], 2, "0b") }},
		{"oct(number, /)", func(t *Thread, a []Value) Value { return t.inBase(a[0], 8, "0o") }},
		{"hex(number, /)", func(t *Thread, a []Value) Value { return t.inBase(a[0], 16, "0x") }},
		{"hash(obj, /)", func(t *Thread, a []Value) Value {
			h, ok := t.Hash(a[0])
			if !ok {
				return Raised
			}
			return t.NewInt(h)
		}},
	})
}

// Abs is abs(v).
func (t *Thread) Abs(v Value) Value {
	switch {
	case v.IsFloat():
		return t.NewFloat(math.Abs(v.Float()))
	case t.exactInteger(v):
		return t.intAbs(v)
	}
	m := t.Special(t.ClassOf(v), SlotAbs)
	if m == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "bad operand type for abs(): '%s'", t.TypeName(v))
	}
	return t.callSlot(m, v)
}

// builtinPow is pow(base, exp, mod).
func builtinPow(t *Thread, a []Value) Value {
	if a[2] == Unbound || a[2] == None {
		return t.Binary(Pow, a[0], a[1])
	}
	if m := t.Special(t.ClassOf(a[0]), SlotPow); m != Unbound {
		h := t.Hold(m)
		var r Value
		if b := t.BuiltinOf(m); b != nil {
			r = t.Call(m, a[0], a[1], a[2])
		} else {
			r = t.callSpecial(m, a[0], t.ClassOf(a[0]), a[1], a[2])
		}
		t.Unhold(h)
		if r != NotImplemented {
			return r
		}
	}
	if t.isFloat(a[1]) && t.isNumber(a[0]) || t.isFloat(a[2]) && t.isNumber(a[0]) && t.isNumber(a[1]) {
		return t.Raise(t.VM.Exc.TypeError, "pow() 3rd argument not allowed unless all arguments are integers")
	}
	return t.Raise(t.VM.Exc.TypeError, "unsupported operand type(s) for ** or pow(): '%s', '%s', '%s'", t.TypeName(a[0]), t.TypeName(a[1]), t.TypeName(a[2]))
}

// builtinRound is round(number, ndigits).
func builtinRound(t *Thread, a []Value) Value {
	none := a[1] == Unbound || a[1] == None
	switch v := a[0]; {
	case v.IsFloat():
		return floatRound(t, v.Float(), a[1:])
	case t.exactInteger(v):
		return intRound(t, v, a[1:])
	}
	m := t.Special(t.ClassOf(a[0]), SlotRound)
	if m == Unbound {
		return t.Raise(t.VM.Exc.TypeError, "type %s doesn't define __round__ method", t.TypeName(a[0]))
	}
	if none {
		return t.callSlot(m, a[0])
	}
	return t.callSlot(m, a[0], a[1])
}

// inBase is bin, oct or hex of an index.
func (t *Thread) inBase(v Value, base int, prefix string) Value {
	x := t.IndexValue(v)
	if x == Raised {
		return x
	}
	var s string
	if n, ok := t.Small(x); ok {
		s = strconv.FormatInt(n, base)
	} else {
		s = t.Big(x).Text(base)
	}
	t.Decref(x)
	if s[0] == '-' {
		return t.NewStr("-" + prefix + s[1:])
	}
	return t.NewStr(prefix + s)
}

// sumNumbers adds the inline ints, bools and floats at the beginning of a list to an inline int and moves the list's new
// iterator behind them. It stops before an int that is too large to stand inline.
func (t *Thread) sumNumbers(l, it, start Value) Value {
	s, f, float := start.Int(), 0.0, false
	t.Lock(l)
	c, n := t.listView(l)
	i := 0
	for _, v := range c.Slice(0, n) {
		d, isInt := int64(0), true
		switch {
		case v.IsInt():
			d = v.Int()
		case v.IsBool():
			d = int64(v - False)
		default:
			isInt = false
		}
		switch {
		case v.IsFloat() && !float:
			f, float = float64(s)+v.Float(), true
		case v.IsFloat():
			f += v.Float()
		case !isInt || !float && !refcount.FitsSmall(s+d):
			n = i
		case float:
			f += float64(d)
		default:
			s += d
		}
		if i >= n {
			break
		}
		i++
	}
	t.Unlock(l)
	t.SetField(it, 1, refcount.SmallInt(int64(i)))
	if float {
		return t.NewFloat(f)
	}
	return refcount.SmallInt(s)
}

// builtinSum is sum(iterable, start).
func builtinSum(t *Thread, a []Value) Value {
	start := a[1]
	switch {
	case start == Unbound:
		start = refcount.SmallInt(0)
	case t.IsStr(start):
		return t.Raise(t.VM.Exc.TypeError, "sum() can't sum strings [use ''.join(seq) instead]")
	case t.Isa(start, KByteArray):
		return t.Raise(t.VM.Exc.TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]")
	case t.Is(t.Unwrap(start), KBytes):
		return t.Raise(t.VM.Exc.TypeError, "sum() can't sum bytes [use b''.join(seq) instead]")
	}
	it := t.Iter(a[0])
	if it == Raised {
		return it
	}
	m := t.Hold(it)
	if start.IsInt() && t.Is(a[0], KList) && t.Point == nil {
		start = t.sumNumbers(a[0], it, start)
	}
	acc := t.Hold(t.Ref(start))
	mark := t.ScopeMark()
	for {
		t.ScopeCut(mark) // what is needed is held
		v, ok := t.Next(it)
		if !ok {
			t.Unhold(m)
			return Raised
		}
		if v == Unbound {
			r := t.Release(acc)
			t.Unhold(m)
			return r
		}
		old := t.Held(acc)
		if refcount.BothInt(old, v) {
			if s := old.Int() + v.Int(); refcount.FitsSmall(s) {
				t.SetHeld(acc, refcount.SmallInt(s))
				continue
			}
		}
		h := t.Hold(v)
		r := t.Binary(Add, old, v)
		t.Unhold(h)
		if r == Raised {
			t.Unhold(m)
			return r
		}
		t.SetHeld(acc, r)
		t.Decref(old)
	}
}

// extreme is min or max.
func (t *Thread) extreme(name string, op CmpOp, args, key, def Value) Value {
	x := t.Items(args)
	src := args
	switch x.Len() {
	case 0:
		return t.Raise(t.VM.Exc.TypeError, "%s expected at least 1 argument, got 0", name)
	case 1:
		src = x.Get(0)
	default:
		if def != Unbound {
			return t.Raise(t.VM.Exc.TypeError, "Cannot specify a default for %s() with multiple positional arguments", name)
		}
	}
	if key == None {
		key = Unbound
	}
	it := t.Iter(src)
	if it == Raised {
		return it
	}
	m := t.Hold(it)
	best := t.Hold(Unbound)
	bestKey := t.Hold(Unbound)
	fail := func() Value {
		t.Unhold(m)
		return Raised
	}
	mark := t.ScopeMark()
	for {
		t.ScopeCut(mark) // what is needed is held
		v, ok := t.Next(it)
		if !ok {
			return fail()
		}
		if v == Unbound {
			break
		}
		h := t.Hold(v)
		k := v
		if key != Unbound {
			if k = t.Call(key, v); k == Raised {
				return fail()
			}
			t.Hold(k)
		}
		better := t.Held(best) == Unbound
		if !better {
			if better, ok = t.isTrue(t.Compare(op, k, t.Held(bestKey))); !ok {
				return fail()
			}
		}
		if better {
			oldV, oldK := t.Held(best), t.Held(bestKey)
			t.SetHeld(best, t.Ref(v))
			t.SetHeld(bestKey, t.Ref(k))
			t.Decref(oldV)
			t.Decref(oldK)
		}
		t.Unhold(h)
	}
	r := t.Ref(t.Held(best))
	t.Unhold(m)
	if r == Unbound {
		if def != Unbound {
			return t.Ref(def)
		}
		return t.Raise(t.VM.Exc.ValueError, "%s() arg is an empty sequence", name)
	}
	return r
}

// bigOf gives v.__index__() as a big.Int of the caller's own; nil when it raised.
func (t *Thread) bigOf(v Value) *big.Int {
	x := t.IndexValue(v)
	if x == Raised {
		return nil
	}
	b := t.Big(x)
	t.Decref(x)
	return b
}
