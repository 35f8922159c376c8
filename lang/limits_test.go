package lang

import (
	"os"
	"strings"
	"testing"
)

// readsOf counts the tokens that the expression parser consumes; taking back counts, too.
func readsOf(t testing.TB, src string) int {
	l := newLayout(normalizeNewlines(src))
	l.brackets = nil
	l.run()
	if l.err != nil {
		t.Fatalf("%.40q: %s", src, l.err.msg)
	}
	p := parserOf(t, l)
	func() {
		defer func() {
			if e, ok := recover().(*parseError); ok && e.msg == "" {
				t.Fatal(e)
			}
		}()
		p.starExpressions()
	}()
	return p.reads
}

// TestLinear doubles the nesting and checks that the work doubles at most (and a bit).
func TestLinear(t *testing.T) {
	for _, unit := range [][3]string{
		{"(", "", ")"}, {"[", "", "]"}, {"{", "1", "}"}, {"f(", "", ")"}, {"a[", "1", "]"}, {"{1: ", "2", "}"}, {"(a, ", "b", ")"},
		{"(lambda: ", "1", ")"}, {"[x for x in ", "y", "]"}, {"f(x for x in ", "y", ")"}, {"not ", "x", ""}, {"- ", "x", ""},
		{"a if b else ", "c", ""}, {"a ** ", "b", ""}, {"(a := ", "b", ")"}, {"f(a=", "b", ")"}, {"(yield ", "", ")"},
		{"(1 ", "2", ")"}, {"f(a.b=", "1", ")"}, {"[", "1 2", "]"}, {"(x = ", "y", ")"}, {"{a: *", "b", "}"},
	} {
		n := 60
		small := readsOf(t, strings.Repeat(unit[0], n)+unit[1]+strings.Repeat(unit[2], n))
		large := readsOf(t, strings.Repeat(unit[0], 2*n)+unit[1]+strings.Repeat(unit[2], 2*n))
		if large > 2*small+small/5+20 {
			t.Errorf("%q: %d reads for %d, %d for %d", unit, small, n, large, 2*n)
		}
	}
}

// TestLimits checks that deep sources end in an error, not in a crash.
func TestLimits(t *testing.T) {
	many := strings.Repeat
	nested := func(n int) string {
		var b strings.Builder
		for i := 0; i < n; i++ {
			b.WriteString(many(" ", i) + "if x:\n")
		}
		b.WriteString(many(" ", n) + "pass\n")
		return b.String()
	}
	for _, test := range []struct{ name, src, want string }{
		{"brackets ok", many("(", 200) + many(")", 200), ""},
		{"brackets", many("(", 100000), "too many nested parentheses"},
		{"calls", many("f(", 201) + many(")", 201), "too many nested parentheses"},
		{"indents ok", nested(99), ""},
		{"indents", nested(100), "too many levels of indentation"},
		{"not", many("not ", 100000) + "x", "too complex"},
		{"minus", many("-", 100000) + "x", "too complex"},
		{"power", many("x ** ", 100000) + "x", "too complex"},
		{"conditional", many("x if y else ", 100000) + "z", "too complex"},
		{"lambda", many("lambda: ", 100000) + "z", "too complex"},
		{"sum", many("x + ", 100000) + "x", "too complex"},
		{"attributes", "x" + many(".a", 100000), "too complex"},
		{"calls in a row", "x" + many("()", 100000), "too complex"},
		{"elif", "if x: pass\n" + many("elif x: pass\n", 100000), "too complex"},
		{"long sum ok", many("x + ", 2000) + "x", ""},
		{"and ok", many("x and ", 100000) + "x", ""},
		{"comparison ok", many("x < ", 100000) + "x", ""},
		{"tuple ok", many("x, ", 100000), ""},
		{"targets ok", many("x = ", 10000) + "x", ""},
		{"strings ok", "x = " + many("'a' ", 100000), ""},
		{"decorators ok", many("@x\n", 10000) + "def f(): pass", ""},
		{"star targets", many("*", 10000) + "x = 1", "invalid syntax"},
	} {
		text, _ := toyError(test.src)
		if test.want == "" && text != "" || !strings.Contains(text, test.want) {
			t.Errorf("%s: %.100q", test.name, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range errorChunks(f) {
		f.Add(c.src)
	}
	for _, file := range sources(f) {
		if src, err := os.ReadFile(file); err == nil {
			f.Add(string(src))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		if m, err := Parse("x.toy", []byte(src)); err == nil {
			dumpModule(m)
			if err := Resolve("x.toy", m); err != nil {
				_ = err.(*SyntaxError).Format()
			}
		} else {
			_ = err.(*SyntaxError).Format()
		}
		Complete(src)
	})
}

// megabyte is about 1 MB of ordinary source.
func megabyte(b *testing.B) []byte {
	var out []byte
	for _, file := range sources(b) {
		src, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Parse(file, src); err == nil && strings.Contains(file, "run") {
			out = append(append(out, src...), '\n')
		}
	}
	if len(out) == 0 {
		b.Skip("no corpus")
	}
	for len(out) < 1<<20 {
		out = append(out, out...)
	}
	return out[:strings.LastIndex(string(out[:1<<20]), "\n\n")]
}

func BenchmarkParse1MB(b *testing.B) {
	src := megabyte(b)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Parse("x.toy", src)
		if err != nil {
			b.Fatal(err)
		}
		if err := Resolve("x.toy", m); err != nil && !strings.Contains(err.Error(), "global") && !strings.Contains(err.Error(), "__future__") {
			b.Fatal(err)
		}
	}
}
