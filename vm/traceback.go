package vm

// This file records and prints tracebacks, in CPython 3.11's layout.

import (
	"fmt"
	"strings"

	"toylang/lang/bytecode"
	"toylang/refcount"
)

// The fields of a traceback record.
const (
	TbNext   = iota // traceback or None
	TbCode          // small int: index of the code
	TbPC            // small int: word offset in the code, and above it what tbView holds
	TbLocals        // tuple of what the frame's locals held, or Unbound: they live as long as the traceback does
)

// tbView says how an entry shows its frame: level counts the comprehensions inlined around the instruction that the entry
// is inside of (each of them has a frame of its own in CPython 3.11), load says that a call failed to load its callee, and
// start that a generator was never started: its definition is shown.
type tbView struct {
	level int
	load  bool
	start bool
}

const (
	tbLevel = 32
	tbLoad  = 1 << 40
	tbStart = 1 << 41
)

func tbWhere(w int64) (pc uint32, v tbView) {
	return uint32(w), tbView{int(w >> tbLevel & 0xFF), w&tbLoad != 0, w&tbStart != 0}
}

// addTraceback puts an entry for a frame in front of the exception's traceback; one for each comprehension inlined there.
func (t *Thread) addTraceback(e Value, c *Code, pc uint32) {
	if !t.Isa(e, KException) || t.Header(e).Flags()&refcount.FlagImmortal != 0 {
		return
	}
	where := int64(pc)
	if t.failedLoad(e, c, pc) {
		where |= tbLoad
	}
	for level := min(len(inlinedAt(c, pc)), 0xFF); level >= 0; level-- {
		t.addEntry(e, c, where|int64(level)<<tbLevel)
		where &^= tbLoad
	}
}

func (t *Thread) addEntry(e Value, c *Code, where int64) {
	if t.quickEntry(e, c, where) {
		return
	}
	hold := t.Exc // nothing here may replace the exception
	tb := t.NewRecord(KTraceback, t.lockedField(e, ExcTraceback), refcount.SmallInt(int64(c.ID)), refcount.SmallInt(where), Unbound)
	if tb == Raised {
		if t.Exc != hold {
			x := t.Exc
			t.Exc = hold
			t.Decref(x)
		}
		return
	}
	t.putLocked(e, ExcTraceback, tb)
}

// inlinedAt lists the inlined comprehensions around an instruction, outermost first.
func inlinedAt(c *Code, pc uint32) []*bytecode.Inlined {
	var out []*bytecode.Inlined
	for i := range c.Inlined {
		if r := &c.Inlined[i]; r.Start <= pc && pc < r.End {
			out = append(out, r)
		}
	}
	return out
}

// failedLoad says whether e comes from the loading of the callee in an instruction that loads and calls.
func (t *Thread) failedLoad(e Value, c *Code, pc uint32) bool {
	if int(pc) >= len(c.Func.Code) {
		return false
	}
	if op := bytecode.Op(c.Func.Code[pc]); op != bytecode.OpCallGlobal && op != bytecode.OpCallAttr {
		return false // most often; what is left may still be the inside of an instruction
	}
	if _, ok := c.LoadSpanAt(pc); !ok {
		return false
	}
	cls := t.ClassOf(e)
	if !cls.Sub(t.VM.Exc.NameError) && !cls.Sub(t.VM.Exc.AttributeError) {
		return false
	}
	tb := t.lockedField(e, ExcTraceback)
	defer t.Decref(tb)
	if t.Is(tb, KTraceback) { // it comes from a call, of the callee or of what should find it
		f := t.VM.codeAt(uint32(t.Field(tb, TbCode).Int()))
		return f != nil && (f.Name == "__getattr__" || f.Name == "__getattribute__")
	}
	in, name := bytecode.Unpack(c.Func.Code[pc]), uint64(0)
	switch in.Op {
	case bytecode.OpCallGlobal:
		name = uint64(in.B)
	case bytecode.OpCallAttr:
		name = c.Func.Code[pc+1]
	default:
		return false
	}
	got := t.excFieldOf(e, "name")
	defer t.Decref(got)
	return t.IsStr(got) && name < uint64(len(c.Names)) && t.GoStr(got) == c.Names[name]
}

// tbFrame gives the name and the source range that an entry shows.
func tbFrame(c *Code, where int64) (string, bytecode.SpanEntry) {
	pc, v := tbWhere(where)
	if v.start {
		return c.Name, bytecode.SpanEntry{}
	}
	span := c.SpanAt(pc)
	if v.load {
		span, _ = c.LoadSpanAt(pc)
	}
	around := inlinedAt(c, pc)
	name := c.Name
	if v.level > 0 && v.level <= len(around) {
		name = around[v.level-1].Name
	}
	if v.level < len(around) {
		span = around[v.level].Span
	}
	return name, span
}

// tbLine is the line that an entry shows.
func tbLine(c *Code, span bytecode.SpanEntry) int {
	if span.Line == 0 {
		return c.FirstLine
	}
	return int(span.Line)
}

// tbEntry is a line of a traceback.
type tbEntry struct {
	code *Code
	name string
	span bytecode.SpanEntry
	line int
}

func (t *Thread) tbEntries(tb Value) []tbEntry {
	var out []tbEntry
	for n := 0; t.Is(tb, KTraceback) && n < 1<<20; n++ {
		if c := t.VM.codeAt(uint32(t.Field(tb, TbCode).Int())); c != nil {
			name, s := tbFrame(c, t.Field(tb, TbPC).Int())
			out = append(out, tbEntry{c, name, s, tbLine(c, s)})
		}
		tb = t.Field(tb, TbNext)
	}
	return out
}

// source reads a source line through the loader.
func (vm *VM) source(file string, line int) string {
	if vm.Load == nil {
		return ""
	}
	return vm.Load.Source(file, line)
}

// FormatTraceback gives the lines "  File …" of a traceback.
func (t *Thread) FormatTraceback(tb Value) string {
	var b strings.Builder
	entries := t.tbEntries(tb)
	same := 0
	for i, e := range entries {
		if i > 0 && e.code == entries[i-1].code && e.name == entries[i-1].name && e.line == entries[i-1].line {
			same++
		} else {
			repeated(&b, same)
			same = 0
		}
		if same >= 3 {
			continue
		}
		fmt.Fprintf(&b, "  File \"%s\", line %d, in %s\n", e.code.File, e.line, e.name)
		src := t.VM.source(e.code.File, e.line)
		trimmed := strings.TrimLeft(src, " \t\f")
		trimmed = strings.TrimRight(trimmed, " \t\r\n")
		if trimmed == "" {
			continue
		}
		b.WriteString("    " + trimmed + "\n")
		if m := t.VM.markers(src, trimmed, e.span, e.line); m != "" {
			b.WriteString("    " + m + "\n")
		}
	}
	repeated(&b, same)
	return b.String()
}

func repeated(b *strings.Builder, same int) {
	if n := same - 2; n > 0 {
		fmt.Fprintf(b, "  [Previous line repeated %d more time%s]\n", n, plural(n))
	}
}

// markers gives the line of ^^^^ or ~~^~~ under a source line; "" where 3.11 prints none: when ^ would cover the whole line.
func (vm *VM) markers(src, trimmed string, s bytecode.SpanEntry, line int) string {
	if s.Line == 0 || int(s.Line) != line {
		return ""
	}
	text := []rune(trimmed)
	indent := len([]rune(src)) - len([]rune(strings.TrimLeft(src, " \t\f")))
	n := len(text)
	from := int(s.Col) - 1 - indent
	to := n
	if s.EndLine == s.Line {
		to = int(s.EndCol) - 1 - indent
	}
	if from < 0 || to > n || to <= from {
		return ""
	}
	if find, ok := vm.Load.(interface {
		Anchors(segment string) (from, to int, ok bool)
	}); ok && s.EndLine == s.Line {
		if l, r, ok := find.Anchors(string(text[from:to])); ok && l <= r && r <= to-from {
			return strings.Repeat(" ", from) + strings.Repeat("~", l) + strings.Repeat("^", r-l) + strings.Repeat("~", to-from-r)
		}
	}
	if from == 0 && to >= n {
		return ""
	}
	return strings.Repeat(" ", from) + strings.Repeat("^", to-from)
}

// FormatException gives what CPython prints for an uncaught exception, causes and contexts first.
func (t *Thread) FormatException(e Value) string {
	var b strings.Builder
	t.formatChain(&b, e, map[Value]bool{})
	return b.String()
}

// maxChain bounds the exceptions of a chain that are printed.
const maxChain = 1000

func (t *Thread) formatChain(b *strings.Builder, e Value, seen map[Value]bool) {
	seen[e] = true
	m := t.Hold(t.lockedField(e, ExcCause))
	defer t.Unhold(m)
	t.Hold(t.lockedField(e, ExcContext))
	t.Hold(t.lockedField(e, ExcTraceback))
	cause, context, tb := t.Held(m), t.Held(m+1), t.Held(m+2)
	deep := len(seen) >= maxChain
	if t.Isa(cause, KException) && !seen[cause] && !deep {
		t.formatChain(b, cause, seen)
		b.WriteString("\nThe above exception was the direct cause of the following exception:\n\n")
	} else if !t.Isa(cause, KException) && t.Isa(context, KException) && t.Field(e, ExcSuppress) != True && !seen[context] && !deep {
		t.formatChain(b, context, seen)
		b.WriteString("\nDuring handling of the above exception, another exception occurred:\n\n")
	}
	if t.Is(tb, KTraceback) {
		b.WriteString("Traceback (most recent call last):\n")
		b.WriteString(t.FormatTraceback(tb))
	}
	b.WriteString(t.FormatExceptionOnly(e))
}

// FormatExceptionOnly gives the last lines: class, message and notes.
func (t *Thread) FormatExceptionOnly(e Value) string {
	c := t.ClassOf(e)
	name := c.Name
	if q := t.classQual(c.Value); t.IsStr(q) {
		name = t.GoStr(q)
		t.Decref(q)
	}
	if m := t.classAttr(c.Value, "__module__", -1); m != Unbound {
		if t.IsStr(m) {
			if s := t.GoStr(m); s != "builtins" && s != "__main__" {
				name = s + "." + name
			}
		}
		t.Decref(m)
	}
	saved := t.TakeExc()
	s := t.Str(e)
	msg := "<exception str() failed>"
	if s != Raised {
		msg = t.GoStr(s)
		t.Decref(s)
	} else {
		t.Decref(t.TakeExc())
	}
	out := name + "\n"
	if msg != "" {
		out = name + ": " + msg + t.suggestion(e, c) + "\n"
	}
	if l := t.LookupAttr(e, t.VM.Intern("__notes__")); l != Unbound && l != Raised {
		t.Each(l, func(v Value) bool {
			if s := t.Str(v); s != Raised {
				out += t.GoStr(s) + "\n"
				t.Decref(s)
			}
			return true
		})
		t.Decref(l)
	}
	t.Decref(t.TakeExc())
	t.Exc = saved
	return out
}

// suggestion is ". Did you mean: 'x'?" where 3.11 prints it.
func (t *Thread) suggestion(e Value, c *Class) string {
	if !c.Sub(t.VM.Exc.NameError) && !c.Sub(t.VM.Exc.AttributeError) {
		return ""
	}
	name, obj := t.excFieldOf(e, "name"), t.excFieldOf(e, "obj")
	defer t.DecrefAll(name, obj)
	if !t.IsStr(name) {
		return ""
	}
	var from []string
	if c.Sub(t.VM.Exc.NameError) {
		tb := t.lockedField(e, ExcTraceback)
		for _, x := range t.tbEntries(tb) {
			from = x.code.LocalNames
		}
		t.Decref(tb)
		for _, ns := range []Value{t.mainGlobals(), t.VM.builtins} {
			if ns != Unbound {
				from = append(append([]string(nil), from...), t.dictNames(ns)...)
			}
		}
	} else if obj != Unbound {
		l := t.dirOf(obj)
		if l == Raised {
			t.Decref(t.TakeExc())
			return ""
		}
		t.Each(l, func(v Value) bool { from = append(from, t.GoStr(v)); return true })
		t.Decref(l)
	}
	if s := closest(t.GoStr(name), from); s != "" {
		return ". Did you mean: '" + s + "'?"
	}
	return ""
}

func (t *Thread) dictNames(d Value) []string {
	var out []string
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(d, pos)
		if !ok {
			return out
		}
		pos = next
		if t.IsStr(k) {
			out = append(out, t.GoStr(k))
		}
		t.DecrefAll(k, v)
	}
}

// closest finds the name that CPython would suggest: edit distance with cost 2 for a change (1 for one of case), at most
// a third of the lengths.
func closest(word string, from []string) string {
	best, bestDist := "", -1
	if len(word) > 40 || len(from) > 750 {
		return ""
	}
	for _, s := range from {
		if s == word || s == "" || s[0] == '.' {
			continue
		}
		limit := (len(word) + len(s) + 3) * 2 / 6
		if bestDist >= 0 && limit > bestDist-1 {
			limit = bestDist - 1
		}
		if d := editDistance(word, s); d <= limit && (bestDist < 0 || d < bestDist) {
			best, bestDist = s, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	cost := func(x, y byte) int {
		switch {
		case x == y:
			return 0
		case x|0x20 == y|0x20 && (x|0x20 >= 'a' && x|0x20 <= 'z'):
			return 1
		}
		return 2
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = 2 * j
	}
	for i := 1; i <= len(a); i++ {
		prev := row[0]
		row[0] = 2 * i
		for j := 1; j <= len(b); j++ {
			d := min(prev+cost(a[i-1], b[j-1]), row[j]+2, row[j-1]+2)
			prev, row[j] = row[j], d
		}
	}
	return row[len(b)]
}

// initTraceback registers the traceback type.
func (t *Thread) initTraceback() {
	t.defType(TypeDef{Kind: KTraceback, Name: "traceback", Own: true, Final: true, Getters: []Getter{
		fieldGetter("tb_next", TbNext), fieldGetter("tb_lasti", TbPC),
		{"tb_lineno", func(t *Thread, v Value) Value {
			c := t.VM.codeAt(uint32(t.Field(v, TbCode).Int()))
			if c == nil {
				return None
			}
			_, span := tbFrame(c, t.Field(v, TbPC).Int())
			return refcount.SmallInt(int64(tbLine(c, span)))
		}, nil},
	}})
}
