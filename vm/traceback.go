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
	TbPC            // small int: word offset in the code
	TbLine          // small int
	TbLocals        // tuple of what the frame's locals held, or Unbound: they live as long as the traceback does
)

// addTraceback puts an entry for a frame in front of the exception's traceback.
func (t *Thread) addTraceback(e Value, c *Code, pc uint32) {
	if !t.Isa(e, KException) || t.Header(e).Flags()&refcount.FlagImmortal != 0 {
		return
	}
	line := c.SpanAt(pc).Line
	if line == 0 {
		line = int32(c.FirstLine)
	}
	hold := t.Exc // nothing here may replace the exception
	tb := t.NewRecord(KTraceback, t.Ref(t.Field(e, ExcTraceback)), refcount.SmallInt(int64(c.ID)), refcount.SmallInt(int64(pc)), refcount.SmallInt(int64(line)), Unbound)
	if tb == Raised {
		if t.Exc != hold {
			x := t.Exc
			t.Exc = hold
			t.Decref(x)
		}
		return
	}
	t.PutField(e, ExcTraceback, tb)
}

// tbEntry is a line of a traceback.
type tbEntry struct {
	code *Code
	span bytecode.SpanEntry
	line int
}

func (t *Thread) tbEntries(tb Value) []tbEntry {
	var out []tbEntry
	for n := 0; t.Is(tb, KTraceback) && n < 1<<20; n++ {
		if c := t.VM.codeAt(uint32(t.Field(tb, TbCode).Int())); c != nil {
			s := c.SpanAt(uint32(t.Field(tb, TbPC).Int()))
			out = append(out, tbEntry{c, s, int(t.Field(tb, TbLine).Int())})
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
		if i > 0 && e.code == entries[i-1].code && e.line == entries[i-1].line {
			same++
		} else {
			repeated(&b, same)
			same = 0
		}
		if same >= 3 {
			continue
		}
		fmt.Fprintf(&b, "  File \"%s\", line %d, in %s\n", e.code.File, e.line, e.code.Name)
		src := t.VM.source(e.code.File, e.line)
		trimmed := strings.TrimLeft(src, " \t\f")
		trimmed = strings.TrimRight(trimmed, " \t\r\n")
		if trimmed == "" {
			continue
		}
		b.WriteString("    " + trimmed + "\n")
		if m := markers(src, trimmed, e.span, e.line); m != "" {
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

// markers gives the ^^^^ line under a source line; "" where 3.11 prints none: when they would cover the whole line.
func markers(src, trimmed string, s bytecode.SpanEntry, line int) string {
	if s.Line == 0 || int(s.Line) != line {
		return ""
	}
	indent := len([]rune(src)) - len([]rune(strings.TrimLeft(src, " \t\f")))
	n := len([]rune(trimmed))
	from := int(s.Col) - 1 - indent
	to := n
	if s.EndLine == s.Line {
		to = int(s.EndCol) - 1 - indent
	}
	if from < 0 || to > n || to <= from || from == 0 && to >= n {
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

func (t *Thread) formatChain(b *strings.Builder, e Value, seen map[Value]bool) {
	seen[e] = true
	cause, context := t.Field(e, ExcCause), t.Field(e, ExcContext)
	if t.Isa(cause, KException) && !seen[cause] {
		t.formatChain(b, cause, seen)
		b.WriteString("\nThe above exception was the direct cause of the following exception:\n\n")
	} else if !t.Isa(cause, KException) && t.Isa(context, KException) && t.Field(e, ExcSuppress) != True && !seen[context] {
		t.formatChain(b, context, seen)
		b.WriteString("\nDuring handling of the above exception, another exception occurred:\n\n")
	}
	if tb := t.Field(e, ExcTraceback); t.Is(tb, KTraceback) {
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
		for _, x := range t.tbEntries(t.Field(e, ExcTraceback)) {
			from = x.code.LocalNames
		}
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
		fieldGetter("tb_next", TbNext), fieldGetter("tb_lineno", TbLine), fieldGetter("tb_lasti", TbPC),
	}})
}
