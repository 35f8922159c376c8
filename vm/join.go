package vm

// This file puts strs together: str.join and f-strings.

import "toylang/vm/text"

// JoinStrs makes the concatenation of strs.
func (t *Thread) JoinStrs(parts []Value) Value {
	switch len(parts) {
	case 0:
		return t.Ref(t.VM.names.emptyStr)
	case 1:
		return t.Ref(t.Unwrap(parts[0]))
	}
	return t.joinStrs(text.Str{}, parts)
}

// joinStrs is sep.join(parts): one pass for the size, one to copy.
func (t *Thread) joinStrs(sep text.Str, parts []Value) Value {
	total, wide := sep.Len()*(len(parts)-1), sep.W != nil && len(parts) > 1
	for _, p := range parts {
		x := t.Text(p)
		total += x.Len()
		wide = wide || x.W != nil
	}
	switch {
	case total == 0:
		return t.Ref(t.VM.names.emptyStr)
	case total > 1<<31-1:
		return t.Raise(t.VM.Exc.OverflowError, "join() result is too long for a Python string")
	case wide:
		v := t.rawStr(KStr, 4*total, total, wideStr)
		if v == Raised {
			return v
		}
		d := t.RawInts(v, strData, total)
		for i, p := range parts {
			if i > 0 {
				d = d[putRunes(d, sep):]
			}
			d = d[putRunes(d, t.Text(p)):]
		}
		return v
	}
	v := t.rawStr(KStr, total, total, 0)
	if v == Raised {
		return v
	}
	d := t.RawBytes(v, strData, total)
	for i, p := range parts {
		if i > 0 && len(sep.A) > 0 {
			d = d[copy(d, sep.A):]
		}
		d = d[copy(d, t.Text(p).A):]
	}
	return v
}

// strJoin is sep.join(iterable).
func strJoin(t *Thread, self Value, sep text.Str, a []Value) Value {
	seq, ok := t.sequence(a[0], "can only join an iterable")
	if !ok {
		return Raised
	}
	m := t.Hold(seq)
	defer t.Unhold(m)
	parts := t.sequenceItems(seq)
	for i, p := range parts {
		if !t.Is(p, KStr) && !t.IsStr(p) {
			return t.Raise(t.VM.Exc.TypeError, "sequence item %d: expected str instance, %s found", i, t.TypeName(p))
		}
	}
	switch len(parts) {
	case 0:
		return t.Ref(t.VM.names.emptyStr)
	case 1:
		if t.Is(parts[0], KStr) {
			return t.Ref(parts[0])
		}
		return t.NewText(t.txt(parts[0]))
	}
	return t.joinStrs(sep, parts)
}

// sequence gives v (a new reference) if it is a tuple, or a list that nobody else can change, else a tuple of its items;
// message is the TypeError for what cannot be iterated.
func (t *Thread) sequence(v Value, message string) (Value, bool) {
	if t.Is(v, KTuple) || t.Is(v, KList) && !t.Locks && !t.Unsafe {
		return t.Ref(v), true
	}
	if !t.Isa(v, KList) && !t.iterable(v) {
		t.Raise(t.VM.Exc.TypeError, "%s", message)
		return Raised, false
	}
	if !t.Is(v, KList) {
		seq := t.listOfIter(v)
		return seq, seq != Raised
	}
	seq := t.TupleOf(v)
	return seq, seq != Raised
}

// iterable reports that iter(v) may succeed.
func (t *Thread) iterable(v Value) bool {
	c := t.ClassOf(v)
	return t.Has(c, SlotIter) || t.Has(c, SlotGetItem)
}

// sequenceItems views the items of a list or tuple (borrowed); the caller holds it and runs no toy code meanwhile.
func (t *Thread) sequenceItems(v Value) []Value {
	if t.Is(v, KList) {
		b := t.Body(v)
		c := t.Values(b.Payload)
		return c.Slice(0, min(int(b.Len), c.Cap()))
	}
	x := t.Items(v)
	return x.c.Slice(1, 1+x.n)
}
