package lang

import (
	"math"
	"math/big"

	"toylang/lang/bytecode"
)

// This file folds constant expressions. What would raise, or depends on more than IEEE arithmetic, is left to the machine.

// folded is what folding an expression gave.
type folded struct {
	v  bytecode.Const
	ok bool
}

// fold gives the value of an expression that is constant.
func (fc *fn) fold(e Expr) (bytecode.Const, bool) {
	switch e := e.(type) {
	case *Name:
		if e.ID == "__debug__" {
			return true, true
		}
	case *NumInt:
		return intConst(e.Digits), true
	case *NumFloat:
		return e.Value, true
	case *Str:
		return bytecode.Text(e.Value), true
	case *Bytes:
		return bytecode.Bytes(e.Value), true
	case *Const:
		return constOf(e.Kind), true
	case *Unary, *Binary, *Tuple:
		f, ok := fc.c.folds[e]
		if !ok {
			f.v, f.ok = fc.foldCompound(e)
			fc.c.folds[e] = f
		}
		return f.v, f.ok
	}
	return nil, false
}

func constOf(kind string) bytecode.Const {
	switch kind {
	case "True":
		return true
	case "False":
		return false
	case "...":
		return bytecode.Ellipsis{}
	}
	return nil
}

func (fc *fn) foldCompound(e Expr) (bytecode.Const, bool) {
	switch e := e.(type) {
	case *Unary:
		if x, ok := fc.fold(e.X); ok {
			return foldUnary(e.Op, x)
		}
	case *Binary:
		if l, ok := fc.fold(e.L); ok {
			if r, ok := fc.fold(e.R); ok {
				return foldBinary(e.Op, l, r)
			}
		}
	case *Tuple:
		if vs, ok := fc.foldAll(e.Elts); ok {
			return bytecode.Tuple(vs), true
		}
	}
	return nil, false
}

// foldAll gives the values of expressions that are all constant.
func (fc *fn) foldAll(list []Expr) ([]bytecode.Const, bool) {
	vs := make([]bytecode.Const, 0, len(list))
	for _, e := range list {
		v, ok := fc.fold(e)
		if !ok {
			return nil, false
		}
		vs = append(vs, v)
	}
	return vs, true
}

// intConst makes an int constant of decimal digits: int64 if it fits, else *big.Int.
func intConst(digits string) bytecode.Const {
	b, _ := new(big.Int).SetString(digits, 10)
	return normInt(b)
}

func normInt(b *big.Int) bytecode.Const {
	if b.IsInt64() {
		return b.Int64()
	}
	return b
}

// bigOf gives an int constant as a big.Int; nil for other constants.
func bigOf(v bytecode.Const) *big.Int {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v)
	case *big.Int:
		return v
	}
	return nil
}

// truth gives a constant's truth value.
func truth(v bytecode.Const) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case bytecode.Text:
		return v != ""
	case bytecode.Bytes:
		return v != ""
	case bytecode.Tuple:
		return len(v) > 0
	}
	return true
}

func foldUnary(op string, x bytecode.Const) (bytecode.Const, bool) {
	if op == "not" {
		return !truth(x), true
	}
	if f, ok := x.(float64); ok {
		switch op {
		case "-":
			return -f, true
		case "+":
			return f, true
		}
		return nil, false
	}
	b := bigOf(x)
	if b == nil {
		return nil, false
	}
	switch op {
	case "-":
		return normInt(new(big.Int).Neg(b)), true
	case "~":
		return normInt(new(big.Int).Not(b)), true
	}
	return x, true
}

func foldBinary(op string, l, r bytecode.Const) (bytecode.Const, bool) {
	if s, ok := l.(bytecode.Text); ok {
		return foldText(op, s, r)
	}
	a, b := bigOf(l), bigOf(r)
	if a != nil && b != nil {
		return foldInts(op, a, b)
	}
	x, ok := floatOf(l)
	y, ok2 := floatOf(r)
	if !ok || !ok2 {
		return nil, false
	}
	switch op {
	case "+":
		return x + y, true
	case "-":
		return x - y, true
	case "*":
		return x * y, true
	case "/":
		return x / y, y != 0
	}
	return nil, false
}

// floatOf gives a number that is exactly a float.
func floatOf(v bytecode.Const) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), v >= -1<<53 && v <= 1<<53
	}
	return 0, false
}

func foldText(op string, s bytecode.Text, r bytecode.Const) (bytecode.Const, bool) {
	const limit = 4096
	switch r := r.(type) {
	case bytecode.Text:
		return s + r, op == "+" && len(s)+len(r) <= limit
	case int64:
		if op != "*" || r < 0 || int64(len(s))*min(r, limit) > limit || r > limit {
			return nil, false
		}
		out := bytecode.Text("")
		for range r {
			out += s
		}
		return out, true
	}
	return nil, false
}

// foldInts folds int arithmetic whose result has at most 128 bits.
func foldInts(op string, a, b *big.Int) (bytecode.Const, bool) {
	const bits = 128
	z := new(big.Int)
	switch op {
	case "+":
		z.Add(a, b)
	case "-":
		z.Sub(a, b)
	case "&":
		z.And(a, b)
	case "|":
		z.Or(a, b)
	case "^":
		z.Xor(a, b)
	case "*":
		z.Mul(a, b)
	case "//", "%":
		if b.Sign() == 0 {
			return nil, false
		}
		m := new(big.Int)
		if z.DivMod(a, b, m); b.Sign() < 0 && m.Sign() != 0 { // Euclid's to floor's
			z.Sub(z, big.NewInt(1))
			m.Add(m, b)
		}
		if op == "%" {
			z = m
		}
	case "/":
		x, ok := floatOf(normInt(a))
		y, ok2 := floatOf(normInt(b))
		return x / y, ok && ok2 && y != 0
	case "<<", ">>", "**":
		return foldPowers(op, a, b)
	default:
		return nil, false
	}
	return normInt(z), z.BitLen() <= bits
}

func foldPowers(op string, a, b *big.Int) (bytecode.Const, bool) {
	const bits = 128
	if b.Sign() < 0 || !b.IsInt64() || b.Int64() > bits {
		return nil, false
	}
	n := uint(b.Int64())
	z := new(big.Int)
	switch {
	case op == ">>":
		z.Rsh(a, n)
	case a.BitLen() > bits || op == "**" && a.BitLen()*int(n) > bits:
		return nil, false
	case op == "<<":
		z.Lsh(a, n)
	default:
		z.Exp(a, b, nil)
	}
	return normInt(z), z.BitLen() <= bits
}

// kOperand says whether a constant may stand in a K instruction: a small int or a float.
func kOperand(v bytecode.Const) bool {
	switch v := v.(type) {
	case int64:
		return v > -1<<48 && v < 1<<48
	case float64:
		return !math.IsNaN(v)
	}
	return false
}
