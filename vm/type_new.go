package vm

// This file makes classes: type.__new__, the layout of the instances, the C3 order, __slots__.

import (
	"sort"
	"strings"
	"unicode"

	"toylang/lang/bytecode"
)

// typeNew is type.__new__(metatype, name, bases, dict, **kwargs).
func typeNew(t *Thread, a []Value) Value {
	meta := t.ClassFrom(a[0])
	args := t.Items(a[1])
	if meta == nil {
		return t.Raise(t.VM.Exc.TypeError, "type.__new__(X): X is not a type object (%s)", t.TypeName(a[0]))
	}
	if args.Len() != 3 {
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() takes exactly 3 arguments (%d given)", args.Len())
	}
	name, bases, dict := args.Get(0), args.Get(1), args.Get(2)
	switch {
	case !t.IsStr(name):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 1 must be str, not %s", t.TypeName(name))
	case !t.Is(bases, KTuple):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 2 must be tuple, not %s", t.TypeName(bases))
	case !t.Isa(dict, KDict):
		return t.Raise(t.VM.Exc.TypeError, "type.__new__() argument 3 must be dict, not %s", t.TypeName(dict))
	}
	for i, items := 0, t.Items(bases); i < items.Len(); i++ {
		if b := items.Get(i); t.ClassFrom(b) == nil {
			if f := t.LookupAttr(b, t.VM.Intern("__mro_entries__")); f != Unbound {
				t.Decref(f)
				if f == Raised {
					return Raised
				}
				return t.Raise(t.VM.Exc.TypeError, "type() doesn't support MRO entry resolution; use types.new_class()")
			}
		}
	}
	winner := t.winner(meta, bases)
	if winner == nil {
		return Raised
	}
	if winner != meta {
		meta = winner
		if nw := t.Special(winner, SlotNew); t.Is(nw, KStaticMethod) && t.BuiltinOf(t.Field(nw, 0)) == nil {
			m := t.Hold(nw)
			defer t.Unhold(m)
			return t.callWithDict(t.Field(nw, 0), []Value{winner.Value, name, bases, dict}, a[2])
		} else {
			t.Decref(nw)
		}
	}
	return t.makeClass(meta, name, bases, dict, a[2])
}

const metaConflict = "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"

// winner is the most derived of a metaclass and the classes of the bases; nil after raising.
func (t *Thread) winner(meta *Class, bases Value) *Class {
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		bc := t.ClassOf(items.Get(i))
		switch {
		case meta.Sub(bc):
		case bc.Sub(meta):
			meta = bc
		default:
			t.Raise(t.VM.Exc.TypeError, metaConflict)
			return nil
		}
	}
	return meta
}

// makeClass makes a class; all arguments are borrowed. kwds is a dict for __init_subclass__.
func (t *Thread) makeClass(meta *Class, name, bases, dict, kwds Value) Value {
	vm := t.VM
	c := &Class{Name: t.GoStr(name), Meta: meta, Kind: KInstance}
	if strings.Contains(c.Name, "\x00") {
		return t.Raise(vm.Exc.ValueError, "type name must not contain null characters")
	}
	line := t.lineage(c, bases)
	if line == nil {
		return Raised
	}
	t.layoutFrom(c, line)
	own := t.NewDict()
	if own == Raised {
		return Raised
	}
	m := t.Hold(own)
	defer t.Unhold(m)
	if !t.DictUpdate(own, dict) {
		return Raised
	}
	t.Hold(t.DictPop(own, vm.names.classcell))
	t.Hold(t.DictPop(own, vm.names.qualname))
	if q := t.Held(m + 2); q != Unbound && !t.IsStr(q) {
		return t.Raise(vm.Exc.TypeError, "type __qualname__ must be a str, not %s", t.TypeName(q))
	}
	if md := t.DictGetStr(own, vm.names.module); md == Unbound {
		if g := t.Globals(); g != Unbound {
			if n := t.DictGetStr(g, vm.names.name); n != Unbound {
				t.DictSetStr(own, vm.names.module, n)
				t.Decref(n)
			}
		}
	} else {
		t.Decref(md)
	}
	slots := len(c.Slots)
	if !t.slotsOf(c, own) {
		return Raised
	}
	t.implicitMethods(own)
	c.expect.Store(uint32(t.expected(c, own)))
	if h := t.DictGetStr(own, vm.slotNames[SlotHash]); h == Unbound {
		if e := t.DictGetStr(own, vm.slotNames[SlotEq]); e != Unbound {
			t.Decref(e)
			t.DictSetStr(own, vm.slotNames[SlotHash], None)
		}
	} else {
		t.Decref(h)
	}
	if !t.publish(c, t.Ref(own), t.Ref(name)) {
		return Raised
	}
	t.Hold(c.Value)
	t.SetField(c.Value, ClassQual, t.Ref(t.Held(m+2)))
	for _, n := range c.Slots[slots:] { // a slot's descriptor knows its class
		if d := t.DictGetStr(own, vm.Intern(n)); d != Unbound {
			t.SetField(d, 1, t.Ref(c.Value))
			t.Decref(d)
		}
	}
	if cell := t.Held(m + 1); t.Is(cell, KCell) {
		t.storeCell(cell, c.Value)
	}
	if !t.setNames(c) || !t.initSubclass(c, kwds) {
		return Raised
	}
	return t.Ref(c.Value)
}

// lineage makes a class's place among the classes of the tuple bases, and stores it; nil after raising.
func (t *Thread) lineage(c *Class, bases Value) *lineage {
	vm := t.VM
	l := &lineage{}
	items := t.Items(bases)
	for i := 0; i < items.Len(); i++ {
		b := t.ClassFrom(items.Get(i))
		switch {
		case b == nil:
			t.Raise(vm.Exc.TypeError, "bases must be types")
			return nil
		case b.Final:
			t.Raise(vm.Exc.TypeError, "type '%s' is not an acceptable base type", b.Name)
			return nil
		}
		l.bases = append(l.bases, b)
	}
	if len(l.bases) == 0 {
		l.bases = []*Class{vm.kinds[KObject]}
	}
	if l.base = t.bestBase(l.bases); l.base == nil || !t.order(c, l) {
		return nil
	}
	c.line.Store(l)
	return l
}

// order computes l.mro from the bases; false after raising.
func (t *Thread) order(c *Class, l *lineage) bool {
	for i, b := range l.bases {
		for _, x := range l.bases[:i] {
			if x == b {
				t.Raise(t.VM.Exc.TypeError, "duplicate base class %s", b.Name)
				return false
			}
		}
	}
	var stuck []*Class
	if l.mro, stuck = c3(c, l.bases); stuck != nil {
		var names []string
		for _, b := range stuck {
			names = append(names, b.Name)
		}
		t.Raise(t.VM.Exc.TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %s", strings.Join(names, ", "))
		return false
	}
	return true
}

// solid is the class whose layout the instances of b have.
func solid(b *Class) *Class {
	for !b.Solid && b.Base() != nil {
		b = b.Base()
	}
	return b
}

// bestBase is the base whose layout contains those of the others; nil after raising.
func (t *Thread) bestBase(bases []*Class) *Class {
	var best *Class
	for _, b := range bases {
		switch s := solid(b); {
		case best == nil, s.Sub(solid(best)) && s != solid(best):
			best = b
		case !solid(best).Sub(s):
			t.Raise(t.VM.Exc.TypeError, "multiple bases have instance lay-out conflict")
			return nil
		}
	}
	return best
}

// layoutFrom gives a new class the layout of its bases.
func (t *Thread) layoutFrom(c *Class, l *lineage) {
	for _, b := range l.bases {
		c.HasDict = c.HasDict || b.HasDict
		c.Weak = c.Weak || b.weak()
	}
	c.Slots = append(c.Slots, l.base.Slots...)
	c.Wraps = l.base.Wraps
	if c.Wraps == 0 && l.base.Kind != KObject {
		c.Kind = l.base.Kind
	}
}

// c3 computes the method resolution order; stuck are the classes among which it finds no next (Barrett et al., "A monotonic superclass linearization for Dylan", 1996).
func c3(c *Class, bases []*Class) (mro, stuck []*Class) {
	var seqs [][]*Class
	for _, b := range bases {
		seqs = append(seqs, b.MRO())
	}
	seqs = append(seqs, bases)
	out := []*Class{c}
	for {
		empty := true
		var next *Class
	search:
		for _, s := range seqs {
			if len(s) == 0 {
				continue
			}
			empty = false
			for _, o := range seqs {
				for _, x := range o[min(1, len(o)):] {
					if x == s[0] {
						continue search
					}
				}
			}
			next = s[0]
			break
		}
		if empty {
			return out, nil
		}
		if next == nil {
			return nil, heads(seqs)
		}
		out = append(out, next)
		for i, s := range seqs {
			if len(s) > 0 && s[0] == next {
				seqs[i] = s[1:]
			}
		}
	}
}

// heads are the classes that stand first in what is left to merge.
func heads(seqs [][]*Class) (out []*Class) {
	seen := map[*Class]bool{}
	for _, s := range seqs {
		if len(s) > 0 && !seen[s[0]] {
			seen[s[0]] = true
			out = append(out, s[0])
		}
	}
	return out
}

// slotsOf reads __slots__ and makes its descriptors.
func (t *Thread) slotsOf(c *Class, own Value) bool {
	s := t.DictGetStr(own, t.VM.names.slots)
	if s == Unbound {
		c.HasDict, c.Weak = true, true
		return true
	}
	defer t.Decref(s)
	var names []string
	if t.IsStr(s) {
		names = []string{t.GoStr(s)}
	} else if !t.Each(s, func(v Value) bool {
		if !t.IsStr(v) {
			t.Raise(t.VM.Exc.TypeError, "__slots__ items must be strings, not '%s'", t.TypeName(v))
			return false
		}
		names = append(names, t.GoStr(v))
		return true
	}) {
		return false
	}
	base := c.Base()
	if len(names) > 0 && (c.Wraps != 0 && c.Wraps != KStr && c.Wraps != KFloat || c.Kind == KClass) {
		t.Raise(t.VM.Exc.TypeError, "nonempty __slots__ not supported for subtype of '%s'", base.Name)
		return false
	}
	add := names[:0]
	for _, n := range names {
		if !identifier(n) {
			t.Raise(t.VM.Exc.TypeError, "__slots__ must be identifiers")
			return false
		}
		switch n {
		case "__dict__":
			if c.HasDict {
				t.Raise(t.VM.Exc.TypeError, "__dict__ slot disallowed: we already got one")
				return false
			}
			c.HasDict = true
			continue
		case "__weakref__":
			if c.Weak {
				t.Raise(t.VM.Exc.TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0")
				return false
			}
			c.Weak = true
			continue
		}
		if strings.HasPrefix(n, "__") && !strings.HasSuffix(n, "__") {
			if class := strings.TrimLeft(c.Name, "_"); class != "" {
				n = "_" + class + n
			}
		}
		if x := t.DictGetStr(own, t.VM.Intern(n)); x != Unbound {
			t.Decref(x)
			t.Raise(t.VM.Exc.ValueError, "'%s' in __slots__ conflicts with class variable", n)
			return false
		}
		add = append(add, n)
	}
	sort.Strings(add)
	for i, n := range add {
		if i > 0 && n == add[i-1] || c.isSlot(t, t.VM.Intern(n)) {
			continue // the same field serves
		}
		c.Slots, c.Solid = append(c.Slots[:len(c.Slots):len(c.Slots)], n), true
		d := t.NewRecord(KMember, t.VM.Intern(n), Unbound)
		if d == Raised {
			return false
		}
		t.DictSetStr(own, t.VM.Intern(n), d)
		t.Decref(d)
	}
	return true
}

// identifier reports text that is an identifier.
func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)) {
			return false
		}
	}
	return s != ""
}

// implicitMethods makes __new__ a static method, and __init_subclass__ and __class_getitem__ class methods.
func (t *Thread) implicitMethods(own Value) {
	wrap := func(s Slot, k Kind) {
		if f := t.DictGetStr(own, t.VM.slotNames[s]); f != Unbound {
			if t.Is(f, KFunction) {
				w := t.NewRecord(k, t.Ref(f))
				t.DictSetStr(own, t.VM.slotNames[s], w)
				t.Decref(w)
			}
			t.Decref(f)
		}
	}
	wrap(SlotNew, KStaticMethod)
	wrap(SlotInitSubclass, KClassMethod)
	wrap(SlotClassGetItem, KClassMethod)
}

// expected guesses how many attributes an instance will have: the distinct names that the methods store into.
func (t *Thread) expected(c *Class, own Value) int {
	seen := map[string]bool{}
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(own, pos)
		if !ok {
			break
		}
		pos = next
		if code := t.CodeFrom(v); code != nil {
			for pc := 0; pc < len(code.Code); {
				in := bytecode.Unpack(code.Code[pc])
				if in.Op == bytecode.OpSetAttr {
					seen[code.Names[in.C]] = true
				}
				pc += in.Op.Size()
			}
		}
		t.DecrefAll(k, v)
	}
	n := len(seen) + len(c.Slots)
	for _, b := range c.Bases() {
		n = max(n, len(seen)+int(b.expect.Load()))
	}
	return min(n, 40)
}

// setNames calls __set_name__ of the class's attributes.
func (t *Thread) setNames(c *Class) bool {
	snap := t.NewDict()
	if snap == Raised || !t.DictUpdate(snap, c.Dict) {
		t.Decref(snap)
		return false
	}
	m := t.Hold(snap)
	defer t.Unhold(m)
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(snap, pos)
		if !ok {
			return true
		}
		pos = next
		h := t.Hold(k)
		t.Hold(v)
		vc := t.ClassOf(v)
		f := t.Special(vc, SlotSetName)
		if f != Unbound {
			t.Hold(f)
			r := t.callSpecial(f, v, vc, c.Value, k)
			if r == Raised {
				e := t.TakeExc()
				t.Hold(e)
				n := t.Repr(k)
				t.Raise(t.VM.Exc.RuntimeError, "Error calling __set_name__ on '%s' instance %s in '%s'", vc.Name, t.GoStr(n), c.Name)
				t.Decref(n)
				t.putLocked(t.Exc, ExcCause, t.Ref(e))
				t.putLocked(t.Exc, ExcContext, t.Ref(e))
				t.SetField(t.Exc, ExcSuppress, True)
				return false
			}
			t.Decref(r)
		}
		t.Unhold(h)
	}
}

// initSubclass calls super(c, c).__init_subclass__(**kwds).
func (t *Thread) initSubclass(c *Class, kwds Value) bool {
	f := t.lookupAfter(c, c, t.VM.slotNames[SlotInitSubclass])
	if f == Unbound {
		return true
	}
	m := t.Hold(f)
	defer t.Unhold(m)
	fn := f
	if t.Is(f, KClassMethod) {
		fn = t.Field(f, 0)
	}
	args, names := []Value{c.Value}, Unbound
	if t.Isa(kwds, KDict) && t.DictLen(kwds) > 0 {
		var keys []Value
		for pos := 0; ; {
			k, v, next, ok := t.DictNext(kwds, pos)
			if !ok {
				break
			}
			pos = next
			keys = append(keys, k)
			args = append(args, v)
			t.Hold(v)
		}
		names = t.NewTuple(keys...)
		t.Hold(names)
	}
	r := t.CallKw(fn, args, names)
	t.Decref(r)
	return r != Raised
}

// lookupAfter finds a name in the MRO of c behind the class k (owned).
func (t *Thread) lookupAfter(c, k *Class, name Value) Value {
	found := false
	for _, x := range c.MRO() {
		if found {
			if v := t.DictGetStr(x.Dict, name); v != Unbound {
				return v
			}
		}
		found = found || x == k
	}
	return Unbound
}
