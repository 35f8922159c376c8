package vm

// This file makes the values of a code's constants.

import (
	"math/big"

	"toylang/lang/bytecode"
	"toylang/vm/text"
)

// constant gives the value of a constant; a str that reads like a name is the interned one.
func (t *Thread) constant(k bytecode.Const) Value {
	switch x := k.(type) {
	case nil:
		return None
	case bool:
		if x {
			return True
		}
		return False
	case int64:
		return t.NewInt(x)
	case int:
		return t.NewInt(int64(x))
	case *big.Int:
		return t.NewBig(x)
	case float64:
		return t.NewFloat(x)
	case bytecode.Text:
		return t.constText(string(x))
	case string:
		return t.constText(x)
	case bytecode.Bytes:
		return t.NewBytes([]byte(x))
	case bytecode.Tuple:
		items, ok := t.constants(x)
		if !ok {
			return Raised
		}
		return t.NewTuple(items...)
	case bytecode.Frozen:
		return t.constSet(x)
	case bytecode.Ellipsis:
		return Ellipsis
	}
	return t.Raise(t.VM.Exc.SystemError, "unknown constant %T", k)
}

func (t *Thread) constants(ks []bytecode.Const) ([]Value, bool) {
	items := make([]Value, len(ks))
	for i, k := range ks {
		if items[i] = t.constant(k); items[i] == Raised {
			t.DecrefAll(items[:i]...)
			return nil, false
		}
	}
	return items, true
}

func (t *Thread) constSet(ks []bytecode.Const) Value {
	items, ok := t.constants(ks)
	if !ok {
		return Raised
	}
	defer t.dropAll(items)
	s := t.NewSet(true, items...)
	if s == Raised {
		return s
	}
	// CPython's compiler makes the set anew from its own items, which can be seen in the order of ints.
	r := t.building(t.NewSet(true), func(r Value) bool {
		return t.setEach(s, func(k Value, h uint64) bool { return t.setAddHash(r, k, h) })
	})
	t.Decref(s)
	return r
}

func (t *Thread) constText(s string) Value {
	if len(s) <= 1 || len(s) <= 64 && nameLike(s) {
		return t.Ref(t.VM.Intern(s))
	}
	return t.NewText(text.DecodeWTF8(s))
}

// nameLike reports a str of letters, digits and underscores, which CPython interns too.
func nameLike(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
