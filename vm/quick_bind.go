package vm

// This file binds the arguments of a call where they lie: parameters given by position and by name, defaults, and *rest.

import "unsafe"

// quickNames is the most keywords, and defaults of keyword-only parameters, that quickBind takes.
const quickNames = 8

// quickBind is bindArgs where every parameter gets a value and every argument a parameter; false, and nothing done, otherwise.
func (t *Thread) quickBind(f Value, c *Code, fp unsafe.Pointer, nargs int, names Value) bool {
	params, nk := c.NArgs+c.NKwOnly, 0
	if !t.Quick() || t.Locks || c.VarKw || params > 64 || c.NKwOnly > quickNames {
		return false
	}
	var kw TupleItems
	if names != Unbound {
		kw = t.Items(names)
		nk = kw.Len()
	}
	npos := nargs - nk
	if nk > quickNames || npos > c.NArgs && !c.VarArgs {
		return false
	}
	n := min(npos, c.NArgs)
	given := uint64(1)<<n - 1 // the parameters that have a value
	var to [quickNames]int
	for k := 0; k < nk; k++ {
		i, name := c.NPosOnly, kw.Get(k)
		for i < params && c.LocalV[i] != name {
			i++
		}
		if i == params || given>>i&1 != 0 {
			return false
		}
		given |= 1 << i
		to[k] = i
	}
	defaults := t.Items(t.Field(f, FuncDefaults))
	first := c.NArgs - defaults.Len() // the first with a default
	for i := n; i < first; i++ {
		if given>>i&1 == 0 {
			return false
		}
	}
	var byName [quickNames]Value // owned
	for i := c.NArgs; i < params; i++ {
		byName[i-c.NArgs] = Unbound
		if given>>i&1 != 0 {
			continue
		}
		v, d := Unbound, t.Field(f, FuncKwDefaults)
		if t.Is(d, KDict) {
			v = t.DictGetStr(d, c.LocalV[i])
		}
		if byName[i-c.NArgs] = v; v == Unbound {
			t.DecrefAll(byName[:i-c.NArgs]...)
			return false
		}
	}
	rest := t.VM.names.emptyTuple
	if c.VarArgs && npos > c.NArgs {
		var known bool
		if rest, known = t.QuickTuple(uint16(KTuple), unsafe.Slice(word(fp, c.NArgs), npos-c.NArgs)); !known {
			t.DecrefAll(byName[:c.NKwOnly]...)
			return false
		}
	} else if c.VarArgs {
		t.Incref(rest)
	}
	var byKey [quickNames]Value
	for k := 0; k < nk; k++ {
		byKey[k] = *word(fp, npos+k)
	}
	for i := n; i < max(nargs, c.NLocals); i++ {
		*word(fp, i) = Unbound
	}
	for k := 0; k < nk; k++ {
		*word(fp, to[k]) = byKey[k]
	}
	for i := max(n, first); i < c.NArgs; i++ {
		if given>>i&1 == 0 {
			*word(fp, i) = t.Ref(defaults.Get(i - first))
		}
	}
	for i := c.NArgs; i < params; i++ {
		if given>>i&1 == 0 {
			*word(fp, i) = byName[i-c.NArgs]
		}
	}
	if c.VarArgs {
		*word(fp, params) = rest
	}
	return true
}
