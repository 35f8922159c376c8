package vm

// This file is the loop: fetch, dispatch, and the common case of the instructions that programs run most. Everything else
// goes to the shared tails below, which save the thread's state, call, and load it again, so that nothing but t need
// survive a call inside the loop. The variants for the other disciplines are made from this file by go generate: every
// identifier that ends in Plain is replaced.

import (
	"sync/atomic"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// The loop keeps t.fp in step with fp, so that a tail need not.
func (t *Thread) runPlain() Value {
	base := t.Base
	pc := unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp := t.frame()
	var dv Value // what a tail works on
	var in *bytecode.Ins
next:
	in = (*bytecode.Ins)(pc)
	switch in.Op {
	case bytecode.OpNop: // the switch begins at zero: nothing to subtract
		pc = unsafe.Add(pc, 8)
	case bytecode.OpMove:
		v := *reg(fp, in.B)
		d := reg(fp, in.A)
		old := *d
		if in.Flags != 0 {
			*reg(fp, in.B) = Unbound
		} else {
			if v.IsPtr() {
				if h := headerPlain(t, base, v); !incPlain(h, v) {
					goto slow
				}
			} else if v == Unbound {
				goto slow
			}
		}
		*d = v
		pc = unsafe.Add(pc, 8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpLoadK:
		v := *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		old := *d
		if v.IsPtr() {
			incPlain(headerPlain(t, base, v), v)
		}
		*d = v
		pc = unsafe.Add(pc, 16)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpLoadGlobal:
		w := *(*uint64)(unsafe.Add(pc, 8))
		if uint32(w>>32) != atomic.LoadUint32(t.epoch) {
			goto slow
		}
		v := *(*Value)(slotPlain(t, base, w))
		if v.IsPtr() {
			if h := headerPlain(t, base, v); !incPlain(h, v) {
				goto slow
			}
		} else if v == Unbound {
			goto slow
		}
		d := reg(fp, in.A)
		old := *d
		*d = v
		pc = unsafe.Add(pc, 16)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpLoadFree:
		f := *word(fp, frameFunc)
		h := headerPlain(t, base, f)
		if lockedReadsPlain(t) || h.Meta>>48 != uint64(KFunction) || uint16(h.Meta>>32) != f.Gen() {
			goto slow
		}
		f = *field(h, FuncClosure)
		h = headerPlain(t, base, f)
		if !f.IsPtr() || h.Meta>>48 != uint64(KTuple) || int64(in.B) >= (*field(h, 0)).Int() || in.B > 20 {
			goto slow
		}
		f = *field(h, 1+int(in.B))
		h = headerPlain(t, base, f)
		if !f.IsPtr() || h.Meta>>48 != uint64(KCell) {
			goto slow
		}
		cell := field(h, 0)
		v := *cell
		d := reg(fp, in.A)
		if v == Unbound || (*d).IsPtr() {
			goto slow
		}
		if v.IsPtr() {
			if h := headerPlain(t, base, v); !incPlain(h, v) {
				goto slow
			}
		}
		*d = v
		pc = unsafe.Add(pc, 8)
	case bytecode.OpStoreFree:
		f := *word(fp, frameFunc)
		h := headerPlain(t, base, f)
		if t.Locks || h.Meta>>48 != uint64(KFunction) || uint16(h.Meta>>32) != f.Gen() {
			goto slow
		}
		f = *field(h, FuncClosure)
		h = headerPlain(t, base, f)
		if !f.IsPtr() || h.Meta>>48 != uint64(KTuple) || int64(in.B) >= (*field(h, 0)).Int() || in.B > 20 {
			goto slow
		}
		f = *field(h, 1+int(in.B))
		h = headerPlain(t, base, f)
		if !f.IsPtr() || h.Meta>>48 != uint64(KCell) {
			goto slow
		}
		cell := field(h, 0)
		v := *reg(fp, in.A)
		if v.IsPtr() || v == Unbound || (*cell).IsPtr() {
			goto slow
		}
		*cell = v
		pc = unsafe.Add(pc, 8)
	case bytecode.OpLoadCell:
		c := *reg(fp, in.B)
		d := reg(fp, in.A)
		if !c.IsPtr() || lockedReadsPlain(t) || (*d).IsPtr() {
			goto slow
		}
		h := headerPlain(t, base, c)
		if h.Meta>>48 != uint64(KCell) || stalePlain(h, c) {
			goto slow
		}
		v := *field(h, 0)
		if v == Unbound {
			goto slow
		}
		if v.IsPtr() {
			if h := headerPlain(t, base, v); !incPlain(h, v) {
				goto slow
			}
		}
		*d = v
		pc = unsafe.Add(pc, 8)

	case bytecode.OpAdd:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if refcount.BothInt(v, w) {
			x, y := v.Shifted(), w.Shifted()
			r := x + y
			if (x^r)&(y^r) < 0 || (*d).IsPtr() {
				goto slow
			}
			*d = refcount.FromShifted(r)
		} else if v.IsFloat() && w.IsFloat() {
			r := v.Float() + w.Float()
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		} else {
			goto slow
		}
		pc = unsafe.Add(pc, 8)
	case bytecode.OpSub:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if refcount.BothInt(v, w) {
			x, y := v.Shifted(), w.Shifted()
			r := x - y
			if (x^y)&(x^r) < 0 || (*d).IsPtr() {
				goto slow
			}
			*d = refcount.FromShifted(r)
		} else if v.IsFloat() && w.IsFloat() {
			r := v.Float() - w.Float()
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		} else {
			goto slow
		}
		pc = unsafe.Add(pc, 8)
	case bytecode.OpMul:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if refcount.BothInt(v, w) {
			x, y := v.Int(), w.Int()
			r := x * y
			if !fits32(x) || !fits32(y) {
				if x != 0 && (r/x != y || !refcount.FitsSmall(r)) {
					goto slow
				}
			} else if !refcount.FitsSmall(r) {
				goto slow
			}
			if (*d).IsPtr() {
				goto slow
			}
			*d = refcount.SmallInt(r)
		} else {
			var a, b float64
			if v.IsFloat() {
				a = v.Float()
			} else if v.IsInt() {
				a = float64(v.Int())
			} else {
				goto slow
			}
			if w.IsFloat() {
				b = w.Float()
			} else if w.IsInt() {
				b = float64(w.Int())
			} else {
				goto slow
			}
			r := a * b
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		}
		pc = unsafe.Add(pc, 8)
	case bytecode.OpTrueDiv:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		var a, b float64
		if v.IsFloat() {
			a = v.Float()
		} else if v.IsInt() {
			a = float64(v.Int())
		} else {
			goto slow
		}
		if w.IsFloat() {
			b = w.Float()
		} else if w.IsInt() {
			b = float64(w.Int())
		} else {
			goto slow
		}
		if b == 0 {
			goto slow
		}
		r := a / b
		if r != r || (*d).IsPtr() {
			goto slow
		}
		*d = bits(r)
		pc = unsafe.Add(pc, 8)
	case bytecode.OpAnd:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() {
			goto slow
		}
		*d = v & w
		pc = unsafe.Add(pc, 8)
	case bytecode.OpOr:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() {
			goto slow
		}
		*d = v | w
		pc = unsafe.Add(pc, 8)
	case bytecode.OpXor:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() {
			goto slow
		}
		*d = refcount.SmallInt(v.Int() ^ w.Int())
		pc = unsafe.Add(pc, 8)
	case bytecode.OpMod:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() || w.Int() == 0 {
			goto slow
		}
		y := w.Int()
		r := v.Int() % y
		if r != 0 && (r^y) < 0 {
			r += y
		}
		*d = refcount.SmallInt(r)
		pc = unsafe.Add(pc, 8)
	case bytecode.OpFloorDiv:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() || w.Int() == 0 || w.Int() == -1 {
			goto slow
		}
		x, y := v.Int(), w.Int()
		q := x / y
		if x%y != 0 && (x^y) < 0 {
			q--
		}
		*d = refcount.SmallInt(q)
		pc = unsafe.Add(pc, 8)
	case bytecode.OpAddK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if refcount.BothInt(v, w) {
			x, y := v.Shifted(), w.Shifted()
			r := x + y
			if (x^r)&(y^r) < 0 || (*d).IsPtr() {
				goto slow
			}
			*d = refcount.FromShifted(r)
		} else if v.IsFloat() && w.IsFloat() {
			r := v.Float() + w.Float()
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		} else {
			goto slow
		}
		pc = unsafe.Add(pc, 16)
	case bytecode.OpSubK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if in.Flags&bytecode.FlagSwap != 0 {
			goto slow
		}
		if refcount.BothInt(v, w) {
			x, y := v.Shifted(), w.Shifted()
			r := x - y
			if (x^y)&(x^r) < 0 || (*d).IsPtr() {
				goto slow
			}
			*d = refcount.FromShifted(r)
		} else if v.IsFloat() && w.IsFloat() {
			r := v.Float() - w.Float()
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		} else {
			goto slow
		}
		pc = unsafe.Add(pc, 16)
	case bytecode.OpMulK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if refcount.BothInt(v, w) {
			x, y := v.Int(), w.Int()
			r := x * y
			if !fits32(x) || !fits32(y) {
				if x != 0 && (r/x != y || !refcount.FitsSmall(r)) {
					goto slow
				}
			} else if !refcount.FitsSmall(r) {
				goto slow
			}
			if (*d).IsPtr() {
				goto slow
			}
			*d = refcount.SmallInt(r)
		} else {
			var a, b float64
			if v.IsFloat() {
				a = v.Float()
			} else if v.IsInt() {
				a = float64(v.Int())
			} else {
				goto slow
			}
			if w.IsFloat() {
				b = w.Float()
			} else if w.IsInt() {
				b = float64(w.Int())
			} else {
				goto slow
			}
			r := a * b
			if r != r || (*d).IsPtr() {
				goto slow
			}
			*d = bits(r)
		}
		pc = unsafe.Add(pc, 16)
	case bytecode.OpTrueDivK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		var a, b float64
		if v.IsFloat() {
			a = v.Float()
		} else if v.IsInt() {
			a = float64(v.Int())
		} else {
			goto slow
		}
		if w.IsFloat() {
			b = w.Float()
		} else if w.IsInt() {
			b = float64(w.Int())
		} else {
			goto slow
		}
		if b == 0 || in.Flags&bytecode.FlagSwap != 0 {
			goto slow
		}
		r := a / b
		if r != r || (*d).IsPtr() {
			goto slow
		}
		*d = bits(r)
		pc = unsafe.Add(pc, 16)
	case bytecode.OpFloorDivK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() || w.Int() <= 0 || in.Flags&bytecode.FlagSwap != 0 {
			goto slow
		}
		x, y := v.Int(), w.Int()
		q := x / y
		if x < 0 && q*y != x {
			q--
		}
		*d = refcount.SmallInt(q)
		pc = unsafe.Add(pc, 16)
	case bytecode.OpModK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() || w.Int() <= 0 || in.Flags&bytecode.FlagSwap != 0 {
			goto slow
		}
		r := v.Int() % w.Int()
		if r < 0 {
			r += w.Int()
		}
		*d = refcount.SmallInt(r)
		pc = unsafe.Add(pc, 16)
	case bytecode.OpAndK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		if !refcount.BothInt(v, w) || (*d).IsPtr() {
			goto slow
		}
		*d = v & w
		pc = unsafe.Add(pc, 16)

	case bytecode.OpIs, bytecode.OpIsNot:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		if in.Flags != 0 || v == Unbound || w == Unbound || (*d).IsPtr() {
			goto slow
		}
		*d = refcount.Bool((v == w) == (in.Op == bytecode.OpIs))
		pc = unsafe.Add(pc, 8)

	case bytecode.OpJmp:
		off := int32(uint32(in.B) | uint32(in.C)<<16)
		pc = unsafe.Add(pc, 8+int(off)*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJTrue, bytecode.OpJFalse:
		v := *reg(fp, in.A)
		yes := v == True
		if v|1 != True {
			if v.IsInt() {
				yes = v.Int() != 0
			} else if v != None {
				goto slow
			}
		}
		off := 0
		if yes == (in.Op == bytecode.OpJTrue) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpTuple:
		n := int(in.C)
		if uint(n-1) >= refcount.MaxQuick || !t.Quick() {
			goto slow
		}
		mag := t.Stock(refcount.PoolTuple + refcount.Pool(n/2))
		if mag == nil || mag.N == 0 {
			goto slow
		}
		off := mag.Take()
		h := headerPlain(t, base, Value(off))
		h.Count, h.Shared = 1, 0
		h.Meta = uint64(KTuple)<<48 | h.Meta&(0xFFFF<<32) | uint64(t.Own)<<16
		*field(h, 0) = refcount.SmallInt(int64(n))
		from := reg(fp, in.B)
		for i := 1; i <= n; i++ {
			*field(h, i) = *from
			*from = Unbound
			from = (*Value)(unsafe.Add(unsafe.Pointer(from), 8))
		}
		d := reg(fp, in.A)
		old := *d
		*d = refcount.TagPtr | Value(h.Meta&(0xFFFF<<32)) | Value(off)
		pc = unsafe.Add(pc, 8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpList:
		n := int(in.C)
		if n > refcount.MaxQuick || !t.Quick() {
			goto slow
		}
		mag := t.Stock(refcount.PoolList)
		if mag == nil || mag.N == 0 {
			goto slow
		}
		pay := uint32(0)
		if n > 0 {
			pays := t.Stock(refcount.PoolItems + refcount.Pool(n/2))
			if pays == nil || pays.N == 0 {
				goto slow
			}
			pay = pays.Take()
			*itemPlain(t, base, pay-1, 0) = Value(n/2*16 + 8)
			from := reg(fp, in.B)
			for i := 0; i < n; i++ {
				*itemPlain(t, base, pay, uint64(i)) = *from
				*from = Unbound
				from = (*Value)(unsafe.Add(unsafe.Pointer(from), 8))
			}
		}
		off := mag.Take()
		h := headerPlain(t, base, Value(off))
		h.Count, h.Shared = 1, 0
		h.Meta = uint64(KList)<<48 | h.Meta&(0xFFFF<<32) | uint64(t.Own)<<16
		*field(h, 0) = Value(n)<<32 | Value(pay)
		*field(h, 1) = 0
		d := reg(fp, in.A)
		old := *d
		*d = refcount.TagPtr | Value(h.Meta&(0xFFFF<<32)) | Value(off)
		pc = unsafe.Add(pc, 8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpClear:
		for i := in.A; i < in.A+in.B; i++ {
			p := reg(fp, i)
			x := *p
			if x.IsPtr() {
				*p = Unbound
				if decPlain(headerPlain(t, base, x), x) {
					dv = x
					goto free // and begin this instruction again
				}
			}
		}
		pc = unsafe.Add(pc, 8)
	case bytecode.OpListAppend: // to a list that nobody else has yet
		l, v := *reg(fp, in.A), *reg(fp, in.B)
		if !l.IsPtr() || in.Flags&bytecode.FlagA != 0 || v == Unbound {
			goto slow
		}
		h := headerPlain(t, base, l)
		body := *(*uint64)(unsafe.Pointer(field(h, 0)))
		if stalePlain(h, l) || h.Meta>>48 != uint64(KList) || uint32(body) == 0 ||
			body>>32 >= *(*uint64)(slotPlain(t, base, body))/8 {
			goto slow
		}
		if in.Flags&bytecode.FlagB != 0 {
			*reg(fp, in.B) = Unbound
		} else if v.IsPtr() {
			if h := headerPlain(t, base, v); !incPlain(h, v) {
				goto slow
			}
		}
		*itemPlain(t, base, uint32(body), body>>32) = v
		*(*uint64)(unsafe.Pointer(field(h, 0))) = body + 1<<32
		pc = unsafe.Add(pc, 8)
	case bytecode.OpUnpack:
		v := *reg(fp, in.A)
		if !v.IsPtr() {
			goto slow
		}
		h := headerPlain(t, base, v)
		n := int(in.C)
		if stalePlain(h, v) || h.Meta>>48 != uint64(KTuple) || (*field(h, 0)).Int() != int64(n) || !fitsTuplePlain(t, v, uint64(n)-1) || n > 4 {
			goto slow
		}
		for i := 0; i < n; i++ {
			if (*reg(fp, in.B+uint16(i))).IsPtr() && in.B+uint16(i) != in.A {
				goto slow
			}
		}
		if in.A >= in.B && in.A < in.B+in.C {
			goto slow
		}
		for i := 0; i < n; i++ {
			x := *field(h, 1+i)
			if x.IsPtr() {
				incPlain(headerPlain(t, base, x), x)
			}
			*reg(fp, in.B+uint16(i)) = x
		}
		pc = unsafe.Add(pc, 8)
		if in.Flags&bytecode.FlagA != 0 {
			*reg(fp, in.A) = Unbound
			if decPlain(h, v) {
				dv = v
				goto free
			}
		}
	case bytecode.OpJNone, bytecode.OpJNotNone:
		v := *reg(fp, in.A)
		if v == Unbound || in.Flags != 0 && v.IsPtr() {
			goto slow
		}
		off := 0
		if (v == None) == (in.Op == bytecode.OpJNone) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJLt:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() < w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() < w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJLe:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() <= w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() <= w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJGt:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() > w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() > w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJGe:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() >= w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() >= w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJEq:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() == w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() == w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJNe:
		v, w := *reg(fp, in.A), *reg(fp, in.B)
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() != w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() != w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 8+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJLtK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() < w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() < w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJLeK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() <= w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() <= w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJGtK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() > w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() > w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJGeK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() >= w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() >= w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJEqK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() == w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() == w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpJNeK:
		v, w := *reg(fp, in.A), *(*Value)(unsafe.Add(pc, 8))
		var yes bool
		if refcount.BothInt(v, w) {
			yes = v.Shifted() != w.Shifted()
		} else if v.IsFloat() && w.IsFloat() {
			yes = v.Float() != w.Float()
		} else {
			goto slow
		}
		off := 0
		if yes == (in.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(in.C))
		}
		pc = unsafe.Add(pc, 16+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}

	case bytecode.OpForIter:
		it := *reg(fp, in.A)
		if !it.IsPtr() {
			goto slow
		}
		h := headerPlain(t, base, it)
		if stalePlain(h, it) {
			goto slow
		}
		if h.Meta>>48 == uint64(KGenerator) {
			if !quickPlain(t) || *field(h, GenState) != refcount.SmallInt(genSuspended) {
				goto slow
			}
			dv = it
			goto enter
		}
		if !lockIterPlain(t, h) {
			goto slow
		}
		d := reg(fp, in.B)
		old := *d
		switch h.Meta >> 48 {
		case uint64(KRangeIter):
			next, left := field(h, 0), field(h, 2)
			n := *left
			if !n.IsInt() || n.Int() <= 0 {
				goto slowUnlock
			}
			v := *next
			*d = v
			*left = n - 1
			*next = refcount.SmallInt(v.Int() + (*field(h, 1)).Int())
			if !unlockIterPlain(t, h) {
				t.drop = old
				dv = it
				pc = unsafe.Add(pc, 8+int(int16(in.C))*8)
				goto wake
			}
		case uint64(KListIter):
			l, ix := *field(h, 0), *field(h, 1)
			if lockedReadsPlain(t) || !l.IsPtr() || !ix.IsInt() {
				goto slowUnlock
			}
			lh := headerPlain(t, base, l)
			if stalePlain(lh, l) || lh.Meta>>48 != uint64(KList) || !readablePlain(t, lh) {
				goto slowUnlock
			}
			body := *(*uint64)(unsafe.Pointer(field(lh, 0)))
			i := uint64(ix.Int())
			if i >= body>>32 || !fitsPlain(t, base, uint32(body), i) {
				goto slowUnlock
			}
			v := *itemPlain(t, base, uint32(body), i)
			if v.IsPtr() {
				if !incPlain(headerPlain(t, base, v), v) {
					goto slowUnlock
				}
			} else if v == Unbound {
				goto slowUnlock
			}
			*field(h, 1) = refcount.SmallInt(int64(i) + 1)
			*d = v
			if !unlockIterPlain(t, h) {
				t.drop = old
				dv = it
				pc = unsafe.Add(pc, 8+int(int16(in.C))*8)
				goto wake
			}
		default:
			goto slowUnlock
		}
		pc = unsafe.Add(pc, 8+int(int16(in.C))*8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}

	case bytecode.OpIndex:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		d := reg(fp, in.A)
		old := *d
		if !v.IsPtr() || !w.IsInt() || in.Flags&bytecode.FlagB != 0 || old.IsPtr() && lockedReadsPlain(t) {
			goto slow
		}
		h := headerPlain(t, base, v)
		if stalePlain(h, v) || !readablePlain(t, h) {
			goto slow
		}
		i := uint64(w.Int())
		var x Value
		switch h.Meta >> 48 {
		case uint64(KList):
			if !lockReadPlain(t, h) {
				goto slow
			}
			body := *(*uint64)(unsafe.Pointer(field(h, 0)))
			if i >= body>>32 || !fitsPlain(t, base, uint32(body), i) {
				goto slowUnlockB
			}
			x = *itemPlain(t, base, uint32(body), i)
			if x.IsPtr() {
				if !incPlain(headerPlain(t, base, x), x) {
					goto slowUnlockB
				}
			} else if x == Unbound {
				goto slowUnlockB
			}
			*d = x
			pc = unsafe.Add(pc, 8)
			if !unlockReadPlain(t, h) {
				dv = v
				goto wake
			}
		case uint64(KTuple):
			n := *field(h, 0)
			if int64(i) < 0 || int64(i) >= n.Int() || !fitsTuplePlain(t, v, i) {
				goto slow
			}
			x = *field(h, int(i)+1)
			if x.IsPtr() {
				if !incPlain(headerPlain(t, base, x), x) {
					goto slow
				}
			}
			*d = x
			pc = unsafe.Add(pc, 8)
		default:
			goto slow
		}
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpIndexK:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		old := *d
		if !v.IsPtr() || in.Flags != 0 || old.IsPtr() && lockedReadsPlain(t) {
			goto slow
		}
		h := headerPlain(t, base, v)
		if stalePlain(h, v) || !readablePlain(t, h) {
			goto slow
		}
		i := uint64(w.Int())
		switch h.Meta >> 48 {
		case uint64(KTuple):
			n := *field(h, 0)
			if int64(i) < 0 || int64(i) >= n.Int() || !fitsTuplePlain(t, v, i) {
				goto slow
			}
			x := *field(h, int(i)+1)
			if x.IsPtr() {
				if !incPlain(headerPlain(t, base, x), x) {
					goto slow
				}
			}
			*d = x
			pc = unsafe.Add(pc, 16)
		case uint64(KList):
			if lockedReadsPlain(t) {
				goto slow
			}
			body := *(*uint64)(unsafe.Pointer(field(h, 0)))
			if i >= body>>32 || !fitsPlain(t, base, uint32(body), i) {
				goto slow
			}
			x := *itemPlain(t, base, uint32(body), i)
			if x.IsPtr() {
				if !incPlain(headerPlain(t, base, x), x) {
					goto slow
				}
			} else if x == Unbound {
				goto slow
			}
			*d = x
			pc = unsafe.Add(pc, 16)
		default:
			goto slow
		}
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpStoreIndex:
		v, w, x := *reg(fp, in.A), *reg(fp, in.B), *reg(fp, in.C)
		if !v.IsPtr() || !w.IsInt() || in.Flags&bytecode.FlagA != 0 || t.Locks || x == Unbound {
			goto slow
		}
		h := headerPlain(t, base, v)
		if stalePlain(h, v) || h.Meta>>48 != uint64(KList) {
			goto slow
		}
		body := *(*uint64)(unsafe.Pointer(field(h, 0)))
		i := uint64(w.Int())
		if i >= body>>32 || !fitsPlain(t, base, uint32(body), i) {
			goto slow
		}
		if in.Flags&bytecode.FlagC != 0 {
			*reg(fp, in.C) = Unbound
		} else if x.IsPtr() {
			if !incPlain(headerPlain(t, base, x), x) {
				goto slow
			}
		}
		p := itemPlain(t, base, uint32(body), i)
		old := *p
		*p = x
		pc = unsafe.Add(pc, 8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}

	case bytecode.OpGetAttr:
		o := *reg(fp, in.B)
		w := *(*uint64)(unsafe.Add(pc, 8))
		d := reg(fp, in.A)
		old := *d
		if !o.IsPtr() || old.IsPtr() && in.A != in.B && (lockedReadsPlain(t) || in.Flags&bytecode.FlagB != 0) {
			goto slow
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto slow
		}
		if !lockReadPlain(t, h) {
			goto slow
		}
		v := *field(h, int(uint32(w)&0x7F))
		if v.IsPtr() {
			if !incPlain(headerPlain(t, base, v), v) {
				goto slowUnlockB
			}
		} else if v == Unbound {
			goto slowUnlockB
		}
		pc = unsafe.Add(pc, 16)
		if in.Flags&bytecode.FlagB != 0 {
			*reg(fp, in.B) = Unbound
			*d = v
			if !unlockReadPlain(t, h) {
				t.drop = o
				dv = o
				goto wake
			}
			if decPlain(h, o) {
				dv = o
				goto free
			}
			goto next
		}
		if in.A == in.B { // a local overwritten by its own attribute
			*d = v
			if !unlockReadPlain(t, h) {
				t.drop = o
				dv = o
				goto wake
			}
			if decPlain(h, o) {
				dv = o
				goto free
			}
			goto next
		}
		*d = v
		if !unlockReadPlain(t, h) {
			dv = o
			goto wake
		}
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpSetAttr:
		o := *reg(fp, in.A)
		w := *(*uint64)(unsafe.Add(pc, 8))
		v := *reg(fp, in.B)
		if !o.IsPtr() || in.Flags&bytecode.FlagA != 0 || v == Unbound {
			goto slow
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto slow
		}
		if int32(w) < 0 { // the attribute is new: the object changes its layout
			if t.Locks {
				goto slow
			}
			if in.Flags&bytecode.FlagB != 0 {
				*reg(fp, in.B) = Unbound
			} else if v.IsPtr() && !incPlain(headerPlain(t, base, v), v) {
				goto slow
			}
			*field(h, int(uint32(w)&0x7F)) = v
			reshape(h, uint16(uint32(w)>>8))
			pc = unsafe.Add(pc, 16)
			goto next
		}
		if in.Flags&bytecode.FlagB != 0 {
			if !lockPlain(t, h) {
				goto slow
			}
			*reg(fp, in.B) = Unbound
		} else {
			if v.IsPtr() && !incPlain(headerPlain(t, base, v), v) {
				goto slow
			}
			if !lockPlain(t, h) {
				if v.IsPtr() {
					decPlain(headerPlain(t, base, v), v)
				}
				goto slow
			}
		}
		p := field(h, int(uint32(w)&0x7F))
		old := *p
		*p = v
		pc = unsafe.Add(pc, 16)
		if !unlockPlain(t, h) {
			t.drop = old
			dv = o
			goto wake
		}
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	case bytecode.OpLoadMethod:
		o := *reg(fp, in.B)
		w := *(*uint64)(unsafe.Add(pc, 8))
		if !o.IsPtr() || (*reg(fp, in.A)).IsPtr() && in.A != in.B {
			goto slow
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto slow
		}
		fh := (*refcount.Header)(slotPlain(t, base, w))
		f := refcount.TagPtr | Value(fh.Meta&(0xFFFF<<32)) | Value(uint32(w))
		if !incPlain(fh, f) {
			goto slow
		}
		if !sameLayoutPlain(t, h, w) {
			t.Undo = f
			goto slow
		}
		if in.Flags&bytecode.FlagB != 0 {
			*reg(fp, in.B) = Unbound
		} else {
			incPlain(h, o)
		}
		*reg(fp, in.A) = f
		*reg(fp, in.A+argShift) = o
		pc = unsafe.Add(pc, 16)
	case bytecode.OpCallAttr:
		o := *reg(fp, in.B)
		w := *(*uint64)(unsafe.Add(pc, 16))
		if !o.IsPtr() || (*reg(fp, in.A)).IsPtr() && in.A != in.B {
			goto slow
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto slow
		}
		fh := (*refcount.Header)(slotPlain(t, base, w))
		if fh.Meta>>48 != uint64(KFunction) {
			goto slow
		}
		e := entry(t, *field(fh, FuncCode))
		if e.simple == 0 || int(e.nargs) != int(in.C)+1 {
			goto slow
		}
		nfp := unsafe.Add(fp, (uintptr(in.A)+argShift)<<3)
		if uintptr(nfp)+uintptr(e.nregs)*8 >= t.stackLimit || t.depth >= int(*t.limit) {
			goto slow
		}
		f := refcount.TagPtr | Value(fh.Meta&(0xFFFF<<32)) | Value(uint32(w))
		if !incPlain(fh, f) {
			goto slow
		}
		if !sameLayoutPlain(t, h, w) {
			t.Undo = f
			goto slow
		}
		if in.Flags&bytecode.FlagB != 0 {
			*reg(fp, in.B) = Unbound
		} else {
			incPlain(h, o)
		}
		*word(nfp, frameFunc) = f
		*word(nfp, 0) = o
		*word(nfp, frameRet) = refcount.SmallInt((int64(in.A)+argShift)<<retShift | int64((uintptr(pc)-uintptr(t.code))>>3) + 3)
		*word(nfp, frameCode) = codeIndex(t, e)
		for i := int(e.nargs); i < int(e.nloc); i++ {
			*word(nfp, i) = Unbound
		}
		t.depth++
		fp = nfp
		t.fp += uint32(in.A) + argShift
		pc = unsafe.Add(t.code, uintptr(e.entry)<<3)
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpCallGlobal:
		w := *(*uint64)(unsafe.Add(pc, 8))
		if uint32(w>>32) != atomic.LoadUint32(t.epoch) {
			goto slow
		}
		f := *(*Value)(slotPlain(t, base, w))
		if !f.IsPtr() || (*reg(fp, in.A)).IsPtr() {
			goto slow
		}
		fh := headerPlain(t, base, f)
		if fh.Meta>>48 == uint64(KBuiltin) {
			x := *reg(fp, in.A+argShift)
			if *field(fh, 0) != t.lenIx || in.C != 1 || !x.IsPtr() || t.depth >= int(*t.limit) || lockedReadsPlain(t) || !t.Quick() {
				goto slow
			}
			h := headerPlain(t, base, x)
			n := *field(h, 0)
			switch h.Meta >> 48 {
			case uint64(KList), uint64(KDict):
				n = refcount.SmallInt(int64(n >> 32))
			case uint64(KTuple):
			default:
				goto slow
			}
			*reg(fp, in.A+argShift) = Unbound
			*reg(fp, in.A) = n
			pc = unsafe.Add(pc, 16)
			if decPlain(h, x) {
				dv = x
				goto free
			}
			goto next
		}
		if fh.Meta>>48 != uint64(KFunction) {
			goto slow
		}
		e := entry(t, *field(fh, FuncCode))
		if e.simple == 0 || e.nargs != in.C {
			goto slow
		}
		nfp := unsafe.Add(fp, (uintptr(in.A)+argShift)<<3)
		if uintptr(nfp)+uintptr(e.nregs)*8 >= t.stackLimit || t.depth >= int(*t.limit) {
			goto slow
		}
		if !incPlain(fh, f) {
			goto slow
		}
		*word(nfp, frameFunc) = f
		*word(nfp, frameRet) = refcount.SmallInt((int64(in.A)+argShift)<<retShift | int64((uintptr(pc)-uintptr(t.code))>>3) + 2)
		*word(nfp, frameCode) = codeIndex(t, e)
		for i := int(e.nargs); i < int(e.nloc); i++ {
			*word(nfp, i) = Unbound
		}
		t.depth++
		fp = nfp
		t.fp += uint32(in.A) + argShift
		pc = unsafe.Add(t.code, uintptr(e.entry)<<3)
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpCall, bytecode.OpCallMethod:
		f := *reg(fp, in.A)
		n := in.B
		if in.Op == bytecode.OpCallMethod {
			if *reg(fp, in.A+argShift) == Unbound {
				goto slow
			}
			n++
		}
		if !f.IsPtr() {
			goto slow
		}
		fh := headerPlain(t, base, f)
		if fh.Meta>>48 != uint64(KFunction) || stalePlain(fh, f) {
			goto slow
		}
		e := entry(t, *field(fh, FuncCode))
		if e.simple == 0 || e.nargs != n {
			goto slow
		}
		nfp := unsafe.Add(fp, (uintptr(in.A)+argShift)<<3)
		if uintptr(nfp)+uintptr(e.nregs)*8 >= t.stackLimit || t.depth >= int(*t.limit) {
			goto slow
		}
		*word(nfp, frameRet) = refcount.SmallInt((int64(in.A)+argShift)<<retShift | int64((uintptr(pc)-uintptr(t.code))>>3) + 1)
		*word(nfp, frameCode) = codeIndex(t, e)
		for i := int(n); i < int(e.nloc); i++ {
			*word(nfp, i) = Unbound
		}
		t.depth++
		fp = nfp
		t.fp += uint32(in.A) + argShift
		pc = unsafe.Add(t.code, uintptr(e.entry)<<3)
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}

	case bytecode.OpReturn, bytecode.OpReturnNone:
		ret := (*word(fp, frameRet)).Int()
		flags := ret >> 44
		if flags != 0 && (flags != initFrame>>44 || in.Op == bytecode.OpReturn) {
			goto slow
		}
		v := None
		if in.Op == bytecode.OpReturn {
			if v = *reg(fp, in.A); v == Unbound {
				goto slow
			}
		}
		for i := 0; i < int(in.B); i++ {
			p := word(fp, i)
			x := *p
			if x.IsPtr() && (i != int(in.A) || in.Op != bytecode.OpReturn) {
				*p = Unbound
				if decPlain(headerPlain(t, base, x), x) {
					dv = x
					goto free // and begin this instruction again
				}
			}
		}
		if in.Op == bytecode.OpReturn {
			*reg(fp, in.A) = Unbound
		}
		p := word(fp, frameFunc)
		f := *p
		*p = v
		if flags != 0 {
			*p = Unbound
		}
		*word(fp, frameRet) = Unbound
		fp = unsafe.Add(fp, -int(ret>>retShift&0xFFFF)*8)
		t.fp -= uint32(ret >> retShift & 0xFFFF)
		pc = unsafe.Add(t.code, uintptr(ret&retPC)<<3)
		t.depth--
		if f.IsPtr() && decPlain(headerPlain(t, base, f), f) {
			dv = f
			goto free
		}

	case bytecode.OpYield:
		dv = *reg(fp, in.B)
		if dv == Unbound || !quickPlain(t) && (*word(fp, frameRet)).Int()&entryFrame == 0 {
			goto slow
		}
		if in.Flags&bytecode.FlagB != 0 {
			*reg(fp, in.B) = Unbound
		} else if dv.IsPtr() {
			if h := headerPlain(t, base, dv); !incPlain(h, dv) {
				goto slow
			}
		}
		goto yield
	case bytecode.OpYieldFrom:
		it, sent := *reg(fp, in.B), reg(fp, in.A)
		if !it.IsPtr() || *sent != None || !quickPlain(t) {
			goto slow
		}
		if h := headerPlain(t, base, it); h.Meta>>48 != uint64(KGenerator) || *field(h, GenState) != refcount.SmallInt(genSuspended) {
			goto slow
		}
		*sent = Unbound
		dv = it
		goto enter

	case bytecode.OpMoveT, bytecode.OpMoveMove:
		goto move
	case bytecode.OpGetAttrT, bytecode.OpGetAttr2:
		goto getAttr
	case bytecode.OpMod2:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		if !v.IsInt() {
			goto base
		}
		*reg(fp, in.A) = refcount.SmallInt(v.Int() & (w.Int() - 1))
		pc = unsafe.Add(pc, 16)
	case bytecode.OpMod2JEq:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		if !v.IsInt() {
			goto base
		}
		to := (*bytecode.Ins)(unsafe.Add(pc, 16))
		off := 0
		if (v.Int()&(w.Int()-1) == (*(*Value)(unsafe.Add(pc, 24))).Int()) == (to.Flags&bytecode.FlagNeg == 0) {
			off = int(int16(to.C))
		}
		pc = unsafe.Add(pc, 32+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpMod2JFalse:
		v, w := *reg(fp, in.B), *(*Value)(unsafe.Add(pc, 8))
		if !v.IsInt() {
			goto base
		}
		off := 0
		if v.Int()&(w.Int()-1) == 0 {
			off = int(int16((*bytecode.Ins)(unsafe.Add(pc, 16)).C))
		}
		pc = unsafe.Add(pc, 24+off*8)
		if off < 0 && atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	case bytecode.OpMulAdd:
		then := (*bytecode.Ins)(unsafe.Add(pc, 8))
		v, w, x := *reg(fp, in.B), *reg(fp, in.C), then.B
		if x == in.A {
			x = then.C
		}
		z, d := *reg(fp, x), reg(fp, then.A)
		if !v.IsFloat() || !w.IsFloat() || !z.IsFloat() {
			goto base
		}
		r := float64(v.Float()*w.Float()) + z.Float()
		if r != r || (*d).IsPtr() {
			goto base
		}
		*d = bits(r)
		pc = unsafe.Add(pc, 16)
	case bytecode.OpMulSub:
		then := (*bytecode.Ins)(unsafe.Add(pc, 8))
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		z, d := *reg(fp, then.B), reg(fp, then.A)
		if !v.IsFloat() || !w.IsFloat() || !z.IsFloat() {
			goto base
		}
		r := z.Float() - float64(v.Float()*w.Float())
		if r != r || (*d).IsPtr() {
			goto base
		}
		*d = bits(r)
		pc = unsafe.Add(pc, 16)
	case bytecode.OpAddSet:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		if !v.IsFloat() || !w.IsFloat() {
			goto base
		}
		r := v.Float() + w.Float()
		if r != r {
			goto base
		}
		pc = unsafe.Add(pc, 8)
		dv = bits(r)
		goto setAttr
	case bytecode.OpSubSet:
		v, w := *reg(fp, in.B), *reg(fp, in.C)
		if !v.IsFloat() || !w.IsFloat() {
			goto base
		}
		r := v.Float() - w.Float()
		if r != r {
			goto base
		}
		pc = unsafe.Add(pc, 8)
		dv = bits(r)
		goto setAttr
	case bytecode.OpLoadStore:
		then := (*bytecode.Ins)(unsafe.Add(pc, 16))
		v, w := *reg(fp, then.A), *reg(fp, then.B)
		if !v.IsPtr() || !w.IsInt() || t.Locks {
			goto base
		}
		h := headerPlain(t, base, v)
		if stalePlain(h, v) || h.Meta>>48 != uint64(KList) {
			goto base
		}
		body := *(*uint64)(unsafe.Pointer(field(h, 0)))
		i := uint64(w.Int())
		if i >= body>>32 || !fitsPlain(t, base, uint32(body), i) {
			goto base
		}
		p := itemPlain(t, base, uint32(body), i)
		old := *p
		*p = *(*Value)(unsafe.Add(pc, 8))
		pc = unsafe.Add(pc, 24)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}

	// Every value of a byte has its case: Go checks no bound then.
	case bytecode.OpStoreGlobal, bytecode.OpDelGlobal, bytecode.OpLoadName, bytecode.OpStoreName, bytecode.OpDelName,
		bytecode.OpDelFree, bytecode.OpLoadClassFree, bytecode.OpFreeCell, bytecode.OpNewCell, bytecode.OpStoreCell,
		bytecode.OpDelCell, bytecode.OpDelLocal, bytecode.OpPow, bytecode.OpMatMul, bytecode.OpLShift, bytecode.OpRShift,
		bytecode.OpLShiftK, bytecode.OpRShiftK, bytecode.OpNeg, bytecode.OpPos, bytecode.OpInvert, bytecode.OpNot,
		bytecode.OpLt, bytecode.OpLe, bytecode.OpGt, bytecode.OpGe, bytecode.OpEq, bytecode.OpNe, bytecode.OpIn,
		bytecode.OpNotIn, bytecode.OpGetIter, bytecode.OpUnpackEx, bytecode.OpSet, bytecode.OpDict, bytecode.OpSetAdd,
		bytecode.OpDictSet, bytecode.OpListExtend, bytecode.OpSetUpdate, bytecode.OpDictUpdate, bytecode.OpDictMerge,
		bytecode.OpListToTuple, bytecode.OpSlice, bytecode.OpConv, bytecode.OpFormat, bytecode.OpBuildStr,
		bytecode.OpDelIndex, bytecode.OpDelAttr, bytecode.OpCallKw, bytecode.OpCallEx, bytecode.OpReturnK,
		bytecode.OpMakeFunc, bytecode.OpMakeClass, bytecode.OpRaise, bytecode.OpEnterHandler, bytecode.OpLeaveHandler,
		bytecode.OpMatchExc, bytecode.OpReraise, bytecode.OpAssertFail, bytecode.OpWithEnter, bytecode.OpWithExit,
		bytecode.OpWithExcept, bytecode.OpImport, bytecode.OpImportFrom, bytecode.OpImportStar, bytecode.OpSetupAnnot,
		bytecode.OpPrintExpr,
		0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e,
		0x9f, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1,
		0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4,
		0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7,
		0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
		0xeb, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd,
		0xfe, 0xff:
		goto slow
	}
	goto next

base: // the form at pc has met what it is not for
	atomic.StoreUint64((*uint64)(pc), baseOf(*(*uint64)(pc)))
	goto next

move: // the MoveT at pc, and what it is followed by
	{
		v := *reg(fp, in.B)
		if v.IsPtr() {
			if h := headerPlain(t, base, v); !incPlain(h, v) {
				goto slow
			}
		} else if v == Unbound {
			goto slow
		}
		*reg(fp, in.A) = v
		pc = unsafe.Add(pc, 8)
		if in.Op == bytecode.OpMoveMove {
			in = (*bytecode.Ins)(pc)
			goto move
		}
	}
	goto next

getAttr: // the GetAttrT at pc, and what it is followed by
	{
		o, w := *reg(fp, in.B), *(*uint64)(unsafe.Add(pc, 8))
		if !o.IsPtr() {
			goto slow
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto slow
		}
		if !lockReadPlain(t, h) {
			goto slow
		}
		v := *field(h, int(uint32(w)&0x7F))
		if v.IsPtr() {
			if !incPlain(headerPlain(t, base, v), v) {
				goto slowUnlockB
			}
		} else if v == Unbound {
			goto slowUnlockB
		}
		pc = unsafe.Add(pc, 16)
		*reg(fp, in.A) = v
		if !unlockReadPlain(t, h) {
			dv = o
			goto wake
		}
		if in.Op == bytecode.OpGetAttr2 {
			in = (*bytecode.Ins)(pc)
			goto getAttr
		}
	}
	goto next

setAttr: // the float dv is stored by the SetAttr at pc
	{
		in = (*bytecode.Ins)(pc)
		o, w := *reg(fp, in.A), *(*uint64)(unsafe.Add(pc, 8))
		*reg(fp, in.B) = dv
		if !o.IsPtr() || int32(w) < 0 {
			goto next
		}
		h := headerPlain(t, base, o)
		if *(*uint32)(unsafe.Add(t.vers, uintptr(h.Meta>>48)<<2)) != uint32(w>>32) || stalePlain(h, o) {
			goto next
		}
		if !lockPlain(t, h) {
			goto next
		}
		p := field(h, int(uint32(w)&0x7F))
		old := *p
		*p = dv
		pc = unsafe.Add(pc, 16)
		if !unlockPlain(t, h) {
			t.drop = old
			dv = o
			goto wake
		}
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
	}
	goto next

enter: // the suspended generator dv is resumed with None by the instruction at pc: see genEnter
	{
		h := headerPlain(t, base, dv)
		chain := 0
		at := (*bytecode.Ins)(unsafe.Add(t.code, uintptr((*field(h, GenPC)).Int())<<3))
		for at.Op == bytecode.OpYieldFrom && *field(h, GenHandled) == Unbound { // see innermost
			sub := *field(headerPlain(t, base, *field(h, GenWindow)), 1+int(at.B))
			if !sub.IsPtr() {
				break
			}
			sh := headerPlain(t, base, sub)
			if sh.Meta>>48 != uint64(KGenerator) {
				break
			}
			if state := *field(sh, GenState); state == refcount.SmallInt(genRunning) {
				goto slowEnter
			} else if state != refcount.SmallInt(genSuspended) {
				break
			}
			*field(sh, GenOuter) = refcount.SmallInt(int64(dv & (1<<48 - 1)))
			h, dv = sh, sub
			chain++
			at = (*bytecode.Ins)(unsafe.Add(t.code, uintptr((*field(h, GenPC)).Int())<<3))
		}
		fp = t.frame() // not kept across the loop above
		e := entry(t, *field(headerPlain(t, base, *field(h, GenFunc)), FuncCode))
		dist := uintptr(entry(t, *word(fp, frameCode)).nregs) + argShift
		nfp := unsafe.Add(fp, dist<<3)
		if uintptr(nfp)+uintptr(e.nregs)*8 >= t.stackLimit || dist > 0xFFFF || t.depth+chain >= int(*t.limit) {
			goto slowEnter
		}
		*field(h, GenChain) = refcount.SmallInt(int64(chain))
		*field(h, GenState) = refcount.SmallInt(genRunning)
		w := headerPlain(t, base, *field(h, GenWindow))
		for i := int((*field(w, 0)).Int()); i > 0; i-- {
			*word(nfp, i-1) = *field(w, i)
		}
		*field(w, 0) = refcount.SmallInt(0)
		incPlain(h, dv)
		*word(nfp, frameFunc) = dv
		*word(nfp, frameRet) = refcount.SmallInt(genFrame | int64(dist)<<retShift | int64((uintptr(pc)-uintptr(t.code))>>3))
		*word(nfp, frameCode) = codeIndex(t, e)
		now := t.Handled
		*field(h, GenPrev) = now
		if x := *field(h, GenHandled); x != Unbound {
			*field(h, GenHandled) = Unbound
			t.Handled = x
		} else if now.IsPtr() {
			incPlain(headerPlain(t, base, now), now)
		}
		t.depth += 1 + chain
		fp = nfp
		t.fp += uint32(dist)
		pc = unsafe.Pointer(at)
		switch at.Op {
		case bytecode.OpYield:
			pc = unsafe.Add(pc, 8)
			if at.Flags&dropsSent != 0 {
				pc = unsafe.Add(pc, 8)
			} else {
				*reg(fp, at.A) = None
			}
		case bytecode.OpYieldFrom:
			*reg(fp, at.A) = None
		}
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	}
	goto next

slowEnter: // the instruction at pc resumes a generator by the long way
	fp = t.frame()
	if (*bytecode.Ins)(pc).Op == bytecode.OpYieldFrom {
		*reg(fp, (*bytecode.Ins)(pc).A) = None
	}
	goto slow

yield: // the running generator, whose instruction is at pc, yields dv: see genLeave
	{
		ret := (*word(fp, frameRet)).Int()
		if ret&entryFrame != 0 { // to Go code, which takes the window back
			t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
			t.genLive = true
			return dv
		}
		g := *word(fp, frameFunc)
		h := headerPlain(t, base, g)
		e := entry(t, *word(fp, frameCode))
		w := headerPlain(t, base, *field(h, GenWindow))
		n := int((*bytecode.Ins)(pc).A) // the live ones are below
		if (*bytecode.Ins)(pc).Op == bytecode.OpYieldFrom {
			n += 2
		}
		for i := 0; i < n; i++ {
			p := word(fp, i)
			*field(w, 1+i) = *p
			*p = Unbound
		}
		*field(w, 0) = refcount.SmallInt(int64(n))
		*field(h, GenPC) = refcount.SmallInt(int64((uintptr(pc) - uintptr(t.code)) >> 3))
		if e.handlers != 0 && uint32(h.Meta)&refcount.FlagFinal == 0 {
			atomic.OrUint32(h.LockWord(), refcount.FlagFinal)
		}
		prev, now := *field(h, GenPrev), t.Handled
		*field(h, GenPrev) = Unbound
		t.Handled = prev
		if now != prev {
			*field(h, GenHandled) = now
		} else if now.IsPtr() {
			decPlain(headerPlain(t, base, now), now)
		}
		*field(h, GenState) = refcount.SmallInt(genSuspended)
		*word(fp, frameFunc), *word(fp, frameRet), *word(fp, frameCode) = Unbound, Unbound, Unbound
		t.depth -= 1 + int((*field(h, GenChain)).Int())
		*field(h, GenChain) = refcount.SmallInt(0)
		fp = unsafe.Add(fp, -int(ret>>retShift&0xFFFF)*8)
		t.fp -= uint32(ret >> retShift & 0xFFFF)
		pc = unsafe.Add(t.code, uintptr(ret&retPC)<<3)
		decPlain(h, g)
		to := (*bytecode.Ins)(pc)
		if to.Op == bytecode.OpYieldFrom {
			goto yield // the generator that delegates yields it in turn
		}
		d := reg(fp, to.B)
		old := *d
		*d = dv
		pc = unsafe.Add(pc, 8+int(int16(to.C))*8)
		if old.IsPtr() && decPlain(headerPlain(t, base, old), old) {
			dv = old
			goto free
		}
		if atomic.LoadUint32(&t.Breaker) != 0 {
			goto breaker
		}
	}
	goto next

slowUnlock: // an iterator in R[a] is locked
	dv = *reg(fp, (*bytecode.Ins)(pc).A)
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	unlockIterSlowPlain(t, dv)
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	goto slow
slowUnlockB: // an object in R[b] is locked
	dv = *reg(fp, (*bytecode.Ins)(pc).B)
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	unlockReadSlowPlain(t, dv)
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	goto slow
undo: // what was counted by mistake is dropped
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	undoPlain(t)
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
slow:
	if undoesPlain(t) {
		goto undo
	}
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	if f := quickOps[(*bytecode.Ins)(pc).Op]; f == nil || !t.Quick() {
		if !t.longStep(*(*bytecode.Ins)(pc)) {
			return t.result
		}
	} else if act := f(t, *(*bytecode.Ins)(pc)); act == actNext {
		t.PC += uint32((*bytecode.Ins)(unsafe.Add(t.code, uintptr(t.PC)<<3)).Op.Size())
	} else if !t.follow(act) {
		return t.result
	}
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	if dv = t.dying; dv != 0 {
		t.dying, t.dyingNext = t.dyingNext, 0
		goto free
	}
	goto next

free: // the last reference to dv is gone (or its handle is stale); pc is where to go on
	if freesPlain(t) {
		h := headerPlain(t, base, dv)
		meta := h.Meta
		if uint32(meta)&refcount.FlagsOfDeath != 0 || uint16(meta>>32) == 0xFFFF || !endedPlain(t, h) {
			goto bury
		}
		switch meta >> 48 {
		case uint64(KTuple):
			for i := int((*field(h, 0)).Int()); i > 0; i-- {
				x := *field(h, i)
				if x.IsPtr() && decPlain(headerPlain(t, base, x), x) {
					if t.drop != 0 {
						*field(h, 0) = refcount.SmallInt(int64(i - 1))
						t.dropNext = x
						goto freeRest
					}
					t.drop = x // the only one, perhaps: it then goes last
				}
			}
			*field(h, 0) = refcount.SmallInt(0)
		case uint64(KList):
			body := *field(h, 0)
			for i := uint64(body >> 32); i > 0; i-- {
				x := *itemPlain(t, base, uint32(body), i-1)
				if x.IsPtr() && decPlain(headerPlain(t, base, x), x) {
					if t.drop != 0 {
						*field(h, 0) = Value((i-1)<<32) | body&0xFFFFFFFF
						t.dropNext = x
						goto freeRest
					}
					t.drop = x
				}
			}
			*field(h, 0) = body & 0xFFFFFFFF
			if uint32(body) != 0 {
				p := t.PoolAt(uint32(body))
				if int(p) >= refcount.NumPools {
					goto bury
				}
				mag := t.Stock(p)
				if mag == nil || mag.N == refcount.MagSlots {
					goto bury
				}
				mag.Give(uint32(body))
				t.Frees++
				*field(h, 0) = 0
			}
		case uint64(KStr):
		case uint64(KDict):
			goto buryDict
		default:
			goto bury
		}
		p := t.PoolAt(uint32(dv))
		if int(p) >= refcount.NumPools {
			goto bury
		}
		mag := t.Stock(p)
		if mag == nil || mag.N == refcount.MagSlots {
			goto bury
		}
		h.Meta = (meta>>32 + 1) & 0xFFFF << 32 // from here on every handle is stale
		mag.Give(uint32(dv))
		t.Frees++
		if dv = t.drop; dv != 0 {
			t.drop = 0
			goto free
		}
		if dv = t.dying; dv != 0 {
			t.dying = 0
			goto free
		}
		goto next
	}
bury:
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	t.bury(dv)
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	goto next

buryDict:
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	t.FreeDict(dv)
	t.dropDying()
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	goto next

freeRest: // the tuple or list dv is to be freed: its item t.drop, t.dropNext, and the rest
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	t.freeRest(dv)
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	goto next

wake: // dv's lock has waiters; t.drop is to be dropped afterwards
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	t.wake(dv)
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	goto next

breaker:
	t.PC = uint32((uintptr(pc) - uintptr(t.code)) >> 3)
	if t.EmptyScope(); !t.CheckBreak() && !t.unwind(true) {
		return Raised
	}
	base = t.Base
	pc = unsafe.Add(t.code, uintptr(t.PC)<<3)
	fp = t.frame()
	goto next
}
