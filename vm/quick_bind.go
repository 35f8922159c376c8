package vm

// This file binds the arguments of a call where they lie: parameters given by position and by name, defaults, and *rest.

import (
	mathbits "math/bits"
	"unsafe"

	"toylang/refcount"
)

// quickNames is the most keywords that quickBind takes: a byte of a word says which parameter each one is for.
const quickNames = 8

// quickBind is bindArgs where every argument has a parameter and every positional parameter a value; known is false, and nothing
// done, otherwise.
func (t *Thread) quickBind(f Value, c *Code, fp unsafe.Pointer, nargs int, names Value) (ok, known bool) {
	params, nk := c.NArgs+c.NKwOnly, 0
	if !t.Quick() || t.Locks || c.VarKw || params > 64 {
		return false, false
	}
	var kw *refcount.Header
	if names != Unbound {
		kw = header(t.Base, t.Mask, names)
		nk = int((*field(kw, 0)).Int())
	}
	npos := nargs - nk
	if nk > quickNames || nk > 0 && !t.Is(names, KTuple) || npos > c.NArgs && !c.VarArgs {
		return false, false
	}
	n := min(npos, c.NArgs)
	given := uint64(1)<<n - 1 // the parameters that have a value
	to, local := uint64(0), c.LocalV[:params]
	for k := nk; k > 0; k-- {
		i, name := c.NPosOnly, *field(kw, k)
		for i < len(local) && local[i] != name {
			i++
		}
		if i >= len(local) || given>>i&1 != 0 {
			return false, false
		}
		given |= 1 << i
		to = to<<8 | uint64(i)
	}
	first, defaults := c.NArgs, *field(header(t.Base, t.Mask, f), FuncDefaults)
	if t.Is(defaults, KTuple) {
		first -= int((*field(header(t.Base, t.Mask, defaults), 0)).Int())
	}
	if (uint64(1)<<max(first, 0)-1)&^given != 0 {
		return false, false
	}
	rest := t.VM.names.emptyTuple
	if npos > c.NArgs {
		if rest, known = t.QuickTuple(uint16(KTuple), unsafe.Slice(word(fp, c.NArgs), npos-c.NArgs)); !known {
			return false, false
		}
	} else if c.VarArgs {
		t.Incref(rest)
	}
	moveNamed(fp, n, npos, nk, max(nargs, c.NLocals), to)
	if c.VarArgs {
		*word(fp, params) = rest
	}
	for lacks := (uint64(1)<<params - 1) &^ given; lacks != 0; lacks &= lacks - 1 {
		i := mathbits.TrailingZeros64(lacks)
		if i >= c.NArgs {
			return t.kwDefaults(f, c, fp), true
		}
		*word(fp, i) = t.Ref(*field(header(t.Base, t.Mask, defaults), 1+i-first))
	}
	return true, true
}

// moveNamed moves the nk values from fp[npos] on to the places that the bytes of to say, and empties the others from n to end.
func moveNamed(fp unsafe.Pointer, n, npos, nk, end int, to uint64) {
	if nk <= 1 {
		v := *word(fp, npos)
		for i := n; i < end; i++ {
			*word(fp, i) = Unbound
		}
		if nk == 1 {
			*word(fp, int(to)) = v
		}
		return
	}
	var byKey [quickNames]Value
	for k := 0; k < nk; k++ {
		byKey[k] = *word(fp, npos+k)
	}
	for i := n; i < end; i++ {
		*word(fp, i) = Unbound
	}
	for k := 0; k < nk; k++ {
		*word(fp, int(uint8(to))) = byKey[k]
		to >>= 8
	}
}

// kwDefaults gives the keyword-only parameters of a window that have no value their defaults; otherwise it empties the window and
// raises.
func (t *Thread) kwDefaults(f Value, c *Code, fp unsafe.Pointer) bool {
	var missing []string
	d := t.lockedField(f, FuncKwDefaults)
	for i := c.NArgs; i < c.NArgs+c.NKwOnly; i++ {
		p := word(fp, i)
		if *p != Unbound {
			continue
		}
		if t.Is(d, KDict) {
			*p = t.DictGetStr(d, c.LocalV[i])
		}
		if *p == Unbound {
			missing = append(missing, c.LocalNames[i])
		}
	}
	t.dropBelow(fp, c.NLocals, d)
	if missing == nil {
		return true
	}
	for i := 0; i < c.NLocals; i++ {
		p := word(fp, i)
		v := *p
		*p = Unbound
		t.Decref(v)
	}
	return t.Raise(t.VM.Exc.TypeError, "%s", missingText(t.FuncNameOf(f, true), "keyword-only", missing)) != Raised
}
