package vm

// This file registers built-in functions and types, and binds the arguments of their calls.

import (
	"fmt"
	"strings"
	"sync"

	"toylang/refcount"
)

// Builtin is a function written in Go. Fn gets one value per parameter (borrowed): Unbound where an optional one was not
// given, a tuple for *args, a dict for **kwargs. It gives an owned result, or Raised.
type Builtin struct {
	Name   string
	Fn     func(t *Thread, a []Value) Value
	Params []Param
	Need   int    // parameters without default (of the positional ones)
	NPos   int    // parameters that may be given by position
	Star   bool   // the last but (Kw) one collects further positional arguments
	Kw     bool   // the last one collects further keyword arguments
	Exact  int    // arguments that a plain call must have to skip binding; -1: always bind
	Owner  *Class // the class whose method it is
	Module string // the module whose function it is; "" for the built-in names
	Method bool   // binds its first argument on attribute access
	index  int

	optional int // parameters that may be absent
	quick    quickFn
}

// Param is a parameter of a built-in.
type Param struct {
	Name           string
	Optional       bool
	PosOnly, KwOnl bool
}

// Def is a line of a table of built-ins: a signature such as "sorted(iterable, /, *, key=None, reverse=False)" and the
// function. A default only says that the parameter is optional.
type Def struct {
	Sig string
	Fn  func(t *Thread, a []Value) Value
}

// sigName is the name in a signature.
func sigName(sig string) string { return sig[:strings.IndexByte(sig, '(')] }

// parameters are the built-ins without a name that parseParams has made, by their text: most signatures end alike.
var parameters sync.Map

// parseSig reads a signature. What it gives shares its Params with others.
func parseSig(sig string) *Builtin {
	name := sigName(sig)
	p, ok := parameters.Load(sig[len(name):])
	if !ok {
		p, _ = parameters.LoadOrStore(sig[len(name):], parseParams(sig[len(name)+1:len(sig)-1]))
	}
	b := *p.(*Builtin)
	b.Name = name
	return &b
}

// parseParams reads what stands between the parentheses of a signature.
func parseParams(list string) *Builtin {
	b := &Builtin{Exact: -1}
	kwOnly := false
	for _, p := range strings.Split(list, ",") {
		p = strings.TrimSpace(p)
		switch {
		case p == "":
		case p == "/":
			for i := range b.Params {
				b.Params[i].PosOnly = true
			}
		case p == "*":
			kwOnly = true
		case strings.HasPrefix(p, "**"):
			b.Kw = true
		case strings.HasPrefix(p, "*"):
			b.Star, kwOnly = true, true
		default:
			name, _, opt := strings.Cut(p, "=")
			b.Params = append(b.Params, Param{Name: name, Optional: opt, KwOnl: kwOnly})
			if opt {
				b.optional++
			}
			if !kwOnly {
				b.NPos++
				if !opt {
					b.Need++
				}
			}
		}
	}
	if !b.Star && !b.Kw && b.NPos == len(b.Params) {
		b.Exact = b.NPos
	}
	return b
}

// newBuiltin makes the function object; immortal unless it is bound to self (whose reference it takes over).
func (t *Thread) newBuiltin(b *Builtin, self Value) Value {
	vm := t.VM
	vm.builtinMu.Lock()
	if b.index == 0 {
		tab := append(*vm.builtinTab.Load(), b) // beyond what the tables published so far show
		b.index = len(tab)
		vm.builtinTab.Store(&tab)
	}
	vm.builtinMu.Unlock()
	v := t.NewRecord(KBuiltin, refcount.SmallInt(int64(b.index-1)), self, Unbound, Unbound)
	if v != Raised && self == Unbound {
		t.Immortal(v)
	}
	return v
}

// BuiltinOf gives the Go function of a built-in function object; nil for others.
func (t *Thread) BuiltinOf(v Value) *Builtin {
	if !t.Is(v, KBuiltin) {
		return nil
	}
	ix := t.Field(v, 0)
	tab := *t.VM.builtinTab.Load()
	if !ix.IsInt() || ix.Int() < 0 || int(ix.Int()) >= len(tab) {
		return nil
	}
	return tab[ix.Int()]
}

// callBuiltin calls a built-in with n positional and then named arguments (names is a tuple or Unbound); args are
// borrowed.
func (t *Thread) callBuiltin(b *Builtin, args []Value, names Value) Value {
	if names == Unbound && len(args) == b.Exact {
		return b.Fn(t, args)
	}
	if names == Unbound && !b.Star && !b.Kw && len(args) >= b.Need && len(args) <= b.NPos && b.Need+b.optional == len(b.Params) {
		n := len(t.argSpace)
		t.argSpace = append(t.argSpace, args...)
		for i := len(args); i < len(b.Params); i++ {
			t.argSpace = append(t.argSpace, Unbound)
		}
		r := b.Fn(t, t.argSpace[n:len(t.argSpace):len(t.argSpace)])
		t.argSpace = t.argSpace[:n]
		return r
	}
	from := len(t.argSpace)
	a, ok := t.bindBuiltin(b, t.argSpace[from:], args, names)
	if !ok {
		return Raised
	}
	if len(a) <= cap(t.argSpace)-from { // nobody else may use the space meanwhile
		t.argSpace = t.argSpace[:from+len(a)]
	}
	r := t.callBound(b, a)
	t.argSpace = t.argSpace[:from]
	return r
}

// callBound calls a built-in with arguments as it wants them; what was made for *args and **kwargs (owned) is dropped.
func (t *Thread) callBound(b *Builtin, a []Value) Value {
	if b.Star || b.Kw { // the tuple and dict made here are seen by the audit while Fn runs
		mark := t.holds
		for i := len(b.Params); i < len(a); i++ {
			t.Hold(a[i])
		}
		r := b.Fn(t, a)
		t.Unhold(mark)
		return r
	}
	return b.Fn(t, a)
}

// bindBuiltin lays the arguments out for Fn; what it makes for *args and **kwargs is owned by the caller.
func (t *Thread) bindBuiltin(b *Builtin, a, args []Value, names Value) ([]Value, bool) {
	nk := 0
	if names != Unbound {
		nk = t.Items(names).Len()
	}
	npos := len(args) - nk
	if npos > b.NPos && !b.Star || npos+nk < b.Need && nk == 0 {
		return nil, t.arity(b, npos, nk)
	}
	for i := range b.Params {
		if i < npos && i < b.NPos {
			a = append(a, args[i])
		} else {
			a = append(a, Unbound)
		}
	}
	star, kw := Unbound, Unbound
	if b.Star {
		rest := args[min(b.NPos, npos):npos]
		own := make([]Value, len(rest))
		for i, v := range rest {
			own[i] = t.Ref(v)
		}
		if star = t.NewTuple(own...); star == Raised {
			return nil, false
		}
	}
	if b.Kw {
		if kw = t.NewDict(); kw == Raised {
			t.Decref(star)
			return nil, false
		}
	}
	fail := func(format string, x ...any) ([]Value, bool) {
		t.DecrefAll(star, kw)
		t.Raise(t.VM.Exc.TypeError, format, x...)
		return nil, false
	}
	wrong := "" // the first unknown keyword: told only when nothing is missing
	for i := 0; i < nk; i++ {
		name := t.Items(names).Get(i)
		word := t.GoStr(name)
		at := -1
		for j, p := range b.Params {
			if p.Name == word && !p.PosOnly {
				at = j
			}
		}
		switch {
		case at >= 0 && a[at] != Unbound:
			return fail("argument for %s() given by name ('%s') and position (%d)", b.Name, word, at+1)
		case at >= 0:
			a[at] = args[npos+i]
		case b.Kw:
			if !t.DictSet(kw, name, args[npos+i]) {
				t.DecrefAll(star, kw)
				return nil, false
			}
		case len(b.Params) == 0 || b.allPosOnly():
			return fail("%s() takes no keyword arguments", b.qual())
		case wrong == "":
			wrong = word
		}
	}
	if n := b.posOnlyNeed(); wrong != "" && npos < n && !b.isNew() && !b.Method {
		t.DecrefAll(star, kw)
		return nil, t.tooFewPositional(b.Name, npos, n, b.NPos)
	}
	for i, p := range b.Params {
		if a[i] == Unbound && !p.Optional {
			if p.KwOnl {
				return fail("%s() missing required keyword-only argument: '%s'", b.Name, p.Name)
			}
			return fail("%s() missing required argument '%s' (pos %d)", b.Name, p.Name, i+1)
		}
	}
	if wrong != "" {
		name := b.Name
		if b.isNew() {
			name = b.Owner.Name
		}
		return fail("'%s' is an invalid keyword argument for %s()", wrong, name)
	}
	if b.Star {
		a = append(a, star)
	}
	if b.Kw {
		a = append(a, kw)
	}
	return a, true
}

func (b *Builtin) allPosOnly() bool {
	for _, p := range b.Params {
		if !p.PosOnly {
			return false
		}
	}
	return true
}

// posOnlyNeed counts the arguments that must be given without a name, self and the class aside.
func (b *Builtin) posOnlyNeed() (n int) {
	for _, p := range b.Params {
		if p.PosOnly && !p.Optional {
			n++
		}
	}
	if b.Method || b.isNew() {
		n--
	}
	return n
}

// qual is the name with the class for methods and the module for functions, as CPython's errors write it.
func (b *Builtin) qual() string {
	switch {
	case b.isNew():
		return b.Owner.Name
	case b.Owner != nil:
		return b.Owner.Name[strings.LastIndexByte(b.Owner.Name, '.')+1:] + "." + b.Name
	case b.Module != "":
		return b.Module + "." + b.Name
	}
	return b.Name
}

// isNew reports a __new__, which errors call by the class's name.
func (b *Builtin) isNew() bool { return b.Name == "__new__" && b.Owner != nil }

// tooFewPositional raises the TypeError for a function with parameters that have no name.
func (t *Thread) tooFewPositional(name string, npos, need, most int) bool {
	how := "exactly"
	if need < most {
		how = "at least"
	}
	t.Raise(t.VM.Exc.TypeError, "%s() takes %s %d positional argument%s (%d given)", name, how, need, plural(need), npos)
	return false
}

// sub3 names the methods of str and bytes that look for a part within bounds.
var sub3 = map[string]bool{"find": true, "rfind": true, "rindex": true, "startswith": true, "endswith": true,
	"count": true, "index": true}

// arity raises the TypeError for a wrong number of positional arguments.
func (t *Thread) arity(b *Builtin, npos, nk int) bool {
	need, most, name := b.Need, b.NPos, b.Name
	if b.Method { // self does not count
		need, most, npos = need-1, most-1, npos-1
		if npos < 0 {
			if b.wrapper() {
				t.Raise(t.VM.Exc.TypeError, "descriptor '%s' of '%s' object needs an argument", b.Name, b.Owner.Name)
			} else {
				t.Raise(t.VM.Exc.TypeError, "unbound method %s() needs an argument", b.qual())
			}
			return false
		}
	}
	if b.isNew() { // nor does the class
		if npos == 0 {
			t.Raise(t.VM.Exc.TypeError, "%s.__new__(): not enough arguments", b.Owner.Name)
			return false
		}
		name, need, most, npos = b.Owner.Name, need-1, most-1, npos-1
	}
	var msg string
	switch {
	case b.wrapper() && need == most:
		msg = fmt.Sprintf("expected %d argument%s, got %d", most, plural(most), npos)
	case most == 0:
		msg = fmt.Sprintf("%s() takes no arguments (%d given)", b.qual(), npos)
	case need == 1 && most == 3 && sub3[name] && npos < 1 && b.Owner.Kind != KList && b.Owner.Kind != KTuple: // CPython parses these with a function of their own
		msg = fmt.Sprintf("%s() takes at least 1 argument (0 given)", name)
	case need == 1 && most == 3 && sub3[name] && npos > 3 && b.Owner.Kind != KList && b.Owner.Kind != KTuple:
		msg = fmt.Sprintf("%s() takes at most 3 arguments (%d given)", name, npos)
	case (name == "classmethod" || name == "staticmethod") && b.isNew():
		msg = fmt.Sprintf("%s expected 1 argument, got %d", name, npos)
	case need == most && most == 1 && b.allPosOnly():
		msg = fmt.Sprintf("%s() takes exactly one argument (%d given)", b.qual(), npos)
	case b.allPosOnly() && need == most:
		msg = fmt.Sprintf("%s expected %d argument%s, got %d", name, most, plural(most), npos)
	case b.allPosOnly() && npos < need:
		msg = fmt.Sprintf("%s expected at least %d argument%s, got %d", name, need, plural(need), npos)
	case b.allPosOnly():
		msg = fmt.Sprintf("%s expected at most %d argument%s, got %d", name, most, plural(most), npos)
	case npos < b.posOnlyNeed():
		return t.tooFewPositional(name, npos, b.posOnlyNeed(), most)
	case len(b.Params) > b.NPos && npos+nk > len(b.Params): // there are parameters that only a name fills
		msg = fmt.Sprintf("%s() takes at most %d argument%s (%d given)", name, len(b.Params), plural(len(b.Params)), npos+nk)
	case len(b.Params) > b.NPos && npos > most:
		how := "exactly"
		if need < most {
			how = "at most"
		}
		msg = fmt.Sprintf("%s() takes %s %d positional argument%s (%d given)", name, how, most, plural(most), npos)
	case npos < need:
		self := 0
		if b.Method || b.isNew() {
			self = 1
		}
		msg = fmt.Sprintf("%s() missing required argument '%s' (pos %d)", name, b.Params[npos+self].Name, npos+1)
	case need == most:
		msg = fmt.Sprintf("%s() takes exactly %d argument%s (%d given)", name, most, plural(most), npos+nk)
	default:
		msg = fmt.Sprintf("%s() takes at most %d argument%s (%d given)", name, most, plural(most), npos+nk)
	}
	t.Raise(t.VM.Exc.TypeError, "%s", msg)
	return false
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// TypeDef describes a built-in type for registration.
type TypeDef struct {
	Kind    Kind // layout of instances; also its shape, where Own
	Name    string
	Base    *Class // nil: object
	Own     bool   // exact instances have Kind as their shape
	Final   bool   // cannot be subclassed
	HasDict bool
	Wraps   Kind
	Methods []Def // first parameter self: bound on access
	Static  []Def // not bound: __new__ and the like
	Class   []Def // class methods: the first argument is the class
	Getters []Getter
}

// Getter is a computed attribute of a built-in type.
type Getter struct {
	Name string
	Get  func(t *Thread, self Value) Value
	Set  func(t *Thread, self, v Value) bool // nil: read-only; v Unbound: delete
}
