package vm

// This file defines function objects and binds the arguments of their calls.

import (
	"fmt"
	"strings"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// The fields of a function record.
const (
	FuncCode       = iota // small int: index of its Code
	FuncGlobals           // dict
	FuncDefaults          // tuple or None
	FuncKwDefaults        // dict or None
	FuncClosure           // tuple of cells or None
	FuncAttrs             // dict or Unbound
	FuncName              // str; Unbound: the code's
	FuncQual
	FuncDoc
	FuncAnnot  // dict or None
	FuncModule // str; Unbound: the globals' __name__
	FuncFieldCount
)

// CodeFrom gives the code of a function object; nil for others.
func (t *Thread) CodeFrom(f Value) *Code {
	if !t.Is(f, KFunction) {
		return nil
	}
	ix := t.Field(f, FuncCode)
	if !ix.IsInt() {
		return nil
	}
	return t.VM.codeAt(uint32(ix.Int()))
}

// NewFunction makes a function; it takes over the references. defaults, kwDefaults, closure and annot may be None.
func (t *Thread) NewFunction(c *Code, globals, defaults, kwDefaults, closure, annot Value) Value {
	return t.NewRecord(KFunction, refcount.SmallInt(int64(c.ID)), globals, defaults, kwDefaults, closure, Unbound, Unbound,
		Unbound, Unbound, annot, Unbound)
}

// FuncNameOf is the function's __name__ or __qualname__ as Go text.
func (t *Thread) FuncNameOf(f Value, qual bool) string {
	field := FuncName
	if qual {
		field = FuncQual
	}
	if v := t.lockedField(f, field); t.IsStr(v) {
		defer t.Decref(v)
		return t.GoStr(v)
	} else {
		t.Decref(v)
	}
	c := t.CodeFrom(f)
	switch {
	case c == nil:
		return "?"
	case qual:
		return c.Qual
	}
	return c.Name
}

// bindArgs lays out the arguments of a call of f in its window at fp: the nargs words there (owned; the last ones named by
// the tuple names, if that is not Unbound) become the parameters. All other locals become Unbound. On an error the
// arguments have been dropped.
func (t *Thread) bindArgs(f Value, c *Code, fp unsafe.Pointer, nargs int, names Value) bool {
	if ok, known := t.quickBind(f, c, fp, nargs, names); known {
		return ok
	}
	nk := 0
	if names != Unbound {
		nk = t.Items(names).Len()
	}
	npos := nargs - nk
	params := c.NArgs + c.NKwOnly
	total := params
	if c.VarArgs {
		total++
	}
	if c.VarKw {
		total++
	}
	in := make([]Value, nargs) // the arguments, as given; each is moved or dropped
	for i := range in {
		p := word(fp, i)
		in[i] = *p
		*p = Unbound
	}
	for i := nargs; i < c.NLocals; i++ {
		*word(fp, i) = Unbound
	}
	fail := func(msg string) bool {
		t.dropAll(in)
		for i := 0; i < c.NLocals; i++ {
			p := word(fp, i)
			v := *p
			*p = Unbound
			t.Decref(v)
		}
		if msg != "" {
			t.Raise(t.VM.Exc.TypeError, "%s", msg)
		}
		return false
	}
	qual := func() string { return t.FuncNameOf(f, true) }
	n := min(npos, c.NArgs)
	for i := 0; i < n; i++ {
		*word(fp, i), in[i] = in[i], Unbound
	}
	if c.VarArgs {
		var rest []Value
		if npos > c.NArgs {
			rest = append(rest, in[c.NArgs:npos]...)
			for i := c.NArgs; i < npos; i++ {
				in[i] = Unbound
			}
		}
		tup := t.NewTuple(rest...)
		if tup == Raised {
			return fail("")
		}
		*word(fp, params) = tup
	}
	kw := Unbound
	if c.VarKw {
		if kw = t.NewDict(); kw == Raised {
			return fail("")
		}
		*word(fp, total-1) = kw
	}
	var posOnlyNames []string
	for k := 0; k < nk; k++ {
		name := t.Items(names).Get(k)
		at := -1
		for i := 0; i < params && i < len(c.LocalV); i++ {
			if p := c.LocalV[i]; p == name || t.Is(name, KStr) && t.sameStr(p, name) {
				at = i
				break
			}
		}
		switch {
		case at >= 0 && at < c.NPosOnly && !c.VarKw:
			posOnlyNames = append(posOnlyNames, c.LocalNames[at])
		case at >= c.NPosOnly && *word(fp, at) != Unbound:
			return fail(fmt.Sprintf("%s() got multiple values for argument '%s'", qual(), c.LocalNames[at]))
		case at >= c.NPosOnly:
			*word(fp, at), in[npos+k] = in[npos+k], Unbound
		case c.VarKw:
			if !t.DictSet(kw, name, in[npos+k]) {
				return fail("")
			}
		default:
			if c.NPosOnly == 0 || at < 0 {
				if !t.IsStr(name) {
					return fail("keywords must be strings")
				}
				return fail(fmt.Sprintf("%s() got an unexpected keyword argument '%s'", qual(), t.GoStr(name)))
			}
		}
	}
	if posOnlyNames != nil {
		return fail(fmt.Sprintf("%s() got some positional-only arguments passed as keyword arguments: '%s'", qual(), strings.Join(posOnlyNames, ", ")))
	}
	if npos > c.NArgs && !c.VarArgs {
		return fail(t.tooMany(f, c, npos, fp))
	}
	if npos < c.NArgs {
		var missing []string
		t.Lock(f) // so that the defaults stay alive
		d := t.Field(f, FuncDefaults)
		nd := t.Items(d).Len()
		for i := 0; i < c.NArgs; i++ {
			if *word(fp, i) != Unbound {
				continue
			}
			if j := i - (c.NArgs - nd); j >= 0 {
				*word(fp, i) = t.Ref(t.Items(d).Get(j))
			} else {
				missing = append(missing, c.LocalNames[i])
			}
		}
		t.Unlock(f)
		if missing != nil {
			return fail(missingText(qual(), "positional", missing))
		}
	}
	if c.NKwOnly > 0 && !t.kwDefaults(f, c, fp) {
		t.dropAll(in)
		return false
	}
	t.dropAll(in)
	return true
}

// dropBelow is Decref while n words at fp, which need not be part of the running frame yet, hold references: what v's
// finaliser runs goes above them.
func (t *Thread) dropBelow(fp unsafe.Pointer, n int, v Value) {
	if !v.IsPtr() {
		return
	}
	saved := t.holds
	if above := int(uintptr(fp)-uintptr(t.top()))/8 + n; above > 0 {
		t.holds += above
	}
	t.Decref(v)
	t.holds = saved
}

// missingText is CPython's sentence about missing arguments.
func missingText(qual, kind string, names []string) string {
	for i, n := range names {
		names[i] = "'" + n + "'"
	}
	var list string
	switch n := len(names); n {
	case 1:
		list = names[0]
	case 2:
		list = names[0] + " and " + names[1]
	default:
		list = strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
	return fmt.Sprintf("%s() missing %d required %s argument%s: %s", qual, len(names), kind, plural(len(names)), list)
}

// tooMany is CPython's sentence about too many positional arguments.
func (t *Thread) tooMany(f Value, c *Code, npos int, fp unsafe.Pointer) string {
	t.Lock(f)
	nd := t.Items(t.Field(f, FuncDefaults)).Len()
	t.Unlock(f)
	kwGiven := 0
	for i := c.NArgs; i < c.NArgs+c.NKwOnly; i++ {
		if *word(fp, i) != Unbound {
			kwGiven++
		}
	}
	takes, pl := fmt.Sprint(c.NArgs), c.NArgs != 1
	if nd > 0 {
		takes, pl = fmt.Sprintf("from %d to %d", c.NArgs-nd, c.NArgs), true
	}
	s := ""
	if pl {
		s = "s"
	}
	extra := ""
	if kwGiven > 0 {
		ps := "s"
		if npos == 1 {
			ps = ""
		}
		extra = fmt.Sprintf(" positional argument%s (and %d keyword-only argument%s)", ps, kwGiven, plural(kwGiven))
	}
	was := "were"
	if npos == 1 && kwGiven == 0 {
		was = "was"
	}
	return fmt.Sprintf("%s() takes %s positional argument%s but %d%s %s given", t.FuncNameOf(f, true), takes, s, npos, extra, was)
}

// isGenerator reports code whose call makes a generator.
func (c *Code) isGenerator() bool { return c.Kind == bytecode.Generator }
