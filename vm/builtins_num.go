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

// numbers adds up ints and floats as sum does, without objects.
type numbers struct {
	i     int64
	f     float64
	float bool // f is the sum
}

// add adds v; false, and nothing done, when v is none of these or the sum gets too large.
func (n *numbers) add(v Value) bool {
	var d int64
	switch {
	case v.IsInt():
		d = v.Int()
	case v.IsFloat() && !n.float:
		n.f, n.float = float64(n.i)+v.Float(), true
		return true
	case v.IsFloat():
		n.f += v.Float()
		return true
	case v.IsBool():
		d = int64(v - False)
	default:
		return false
	}
	if n.float {
		n.f += float64(d)
		return true
	}
	s := n.i + d
	if (n.i^s)&(d^s) < 0 {
		return false
	}
	n.i = s
	return true
}

// sumOf gives the sum (owned).
func (t *Thread) sumOf(n *numbers) Value {
	if n.float {
		return t.NewFloat(n.f)
	}
	return t.NewInt(n.i)
}

// sumSome adds up what an iterator over a list, or a generator, gives without toy code from outside, from an inline int on.
// last is what came then; Unbound when that is for Next to say, or at the end. sum is Raised where memory is exhausted.
func (t *Thread) sumSome(src, it, start Value) (sum, last Value) {
	n := &numbers{i: start.Int()}
	last = Unbound
	switch {
	case t.Is(src, KList) && t.Point == nil:
		t.Lock(src)
		c, size := t.listView(src)
		i := 0
		for _, v := range c.Slice(0, size) {
			if !n.add(v) {
				break
			}
			i++
		}
		t.Unlock(src)
		t.SetField(it, 1, refcount.SmallInt(int64(i)))
	case t.Is(it, KGenerator):
		last, _ = t.drive(it, n.add)
	}
	return t.sumOf(n), last
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
	next := Unbound
	if start.IsInt() {
		start, next = t.sumSome(a[0], it, start)
	} else {
		t.Incref(start)
	}
	if start == Raised || next == Raised {
		t.DecrefAll(start, next)
		t.Unhold(m)
		return Raised
	}
	acc := t.Hold(start)
	mark := t.ScopeMark()
	for {
		t.ScopeCut(mark) // what is needed is held
		v := next
		if next = Unbound; v == Unbound {
			v, _ = t.Next(it)
		}
		if v == Raised {
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
