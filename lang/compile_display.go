package lang

import (
	"slices"

	"toylang/lang/bytecode"
)

// This file compiles displays: tuples, lists, sets and dicts, with stars, and long ones piece by piece.

// maxRun is how many elements a display holds in registers at once.
const maxRun = 64

func anyStarred(list []Expr) bool {
	for _, e := range list {
		if _, ok := e.(*Starred); ok {
			return true
		}
	}
	return false
}

func (fc *fn) tuple(elts []Expr, dst int) {
	if !anyStarred(elts) && len(elts) <= maxRun {
		base := fc.top
		fc.pushAll(elts)
		fc.emit(bytecode.OpTuple, 0, dst, base, len(elts))
		return
	}
	t := fc.scratch(dst)
	fc.sequence(bytecode.OpList, elts, t)
	fc.emit(bytecode.OpListToTuple, bytecode.FlagB, dst, t, 0)
}

// scratch gives dst if it is a temporary, else a fresh one.
func (fc *fn) scratch(dst int) int {
	if fc.isTemp(dst) {
		return dst
	}
	return fc.alloc()
}

// sequence builds a list (op OpList) or set (OpSet). Three or more constants come from a constant tuple or frozenset, as
// in CPython: the order of a set shows it.
func (fc *fn) sequence(op bytecode.Op, elts []Expr, dst int) {
	add, extend := bytecode.OpListAppend, bytecode.OpListExtend
	if op == bytecode.OpSet {
		add, extend = bytecode.OpSetAdd, bytecode.OpSetUpdate
	}
	if !anyStarred(elts) && len(elts) <= maxRun {
		if vs, ok := fc.foldAll(elts); !ok || len(vs) < 3 {
			base := fc.top
			fc.pushAll(elts)
			fc.emit(op, 0, dst, base, len(elts))
			return
		}
	}
	t := fc.scratch(dst)
	top := fc.top
	made := false
	for len(elts) > 0 {
		if s, ok := elts[0].(*Starred); ok {
			if !made {
				fc.emit(op, 0, t, top, 0)
			}
			v := fc.operand(s.X, -1)
			fc.emit(extend, v.flag(bytecode.FlagB), t, v.reg, 0)
			elts = elts[1:]
		} else {
			n := run(elts)
			fc.sequenceRun(op, add, extend, elts[:n], t, made)
			elts = elts[n:]
		}
		made = true
		fc.top = top
	}
	fc.move(dst, opnd{t, true})
}

// run is the number of elements up to the next star that are put into registers together.
func run(elts []Expr) int {
	for i, e := range elts {
		if _, ok := e.(*Starred); ok || i == maxRun {
			return i
		}
	}
	return len(elts)
}

// sequenceRun adds a run of elements to the list or set in t, which it makes if that has not been done.
func (fc *fn) sequenceRun(op, add, extend bytecode.Op, elts []Expr, t int, made bool) {
	base := fc.top
	if vs, ok := fc.foldAll(elts); ok && len(elts) > 2 {
		if !made {
			fc.emit(op, 0, t, base, 0)
		}
		var k bytecode.Const = bytecode.Tuple(vs)
		if op == bytecode.OpSet {
			k = bytecode.Frozen(vs)
		}
		fc.loadK(fc.alloc(), k)
		fc.emit(extend, bytecode.FlagB, t, base, 0)
		return
	}
	fc.pushAll(elts)
	switch {
	case !made:
		fc.emit(op, 0, t, base, len(elts))
	case len(elts) == 1:
		fc.emit(add, bytecode.FlagB, t, base, 0)
	default:
		fc.emit(bytecode.OpTuple, 0, base, base, len(elts))
		fc.emit(extend, bytecode.FlagB, t, base, 0)
	}
}

func (fc *fn) dict(e *Dict, dst int) {
	if len(e.Keys) <= maxRun && !slices.Contains(e.Keys, nil) {
		base := fc.top
		for i := range e.Keys {
			fc.push(e.Keys[i])
			fc.push(e.Values[i])
		}
		fc.emit(bytecode.OpDict, 0, dst, base, len(e.Keys))
		return
	}
	t := fc.scratch(dst)
	made := false
	for i := 0; i < len(e.Keys) || !made; {
		top := fc.top
		if i < len(e.Keys) && e.Keys[i] == nil {
			if !made {
				fc.emit(bytecode.OpDict, 0, t, top, 0)
			}
			v := fc.operand(e.Values[i], -1)
			fc.emit(bytecode.OpDictUpdate, v.flag(bytecode.FlagB), t, v.reg, 0)
			i++
		} else {
			n := 0
			for i < len(e.Keys) && e.Keys[i] != nil && n < maxRun {
				fc.push(e.Keys[i])
				fc.push(e.Values[i])
				i, n = i+1, n+1
			}
			fc.dictRun(t, top, n, made, func(r int) { fc.emit(bytecode.OpDictUpdate, bytecode.FlagB, t, r, 0) })
		}
		made = true
		fc.top = top
	}
	fc.move(dst, opnd{t, true})
}

// dictRun makes a dict of n pairs at base: t itself, or if that is made, one that merge adds to it.
func (fc *fn) dictRun(t, base, n int, made bool, merge func(int)) {
	if !made {
		fc.emit(bytecode.OpDict, 0, t, base, n)
		return
	}
	if n == 0 {
		fc.allocN(1)
	}
	fc.emit(bytecode.OpDict, 0, base, base, n)
	merge(base)
}
