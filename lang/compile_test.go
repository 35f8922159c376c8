package lang

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toylang/lang/bytecode"
)

var update = flag.Bool("update", false, "rewrite the disassembly in testdata/dis")

// compileOK compiles a source and verifies the code.
func compileOK(t testing.TB, name, src string, opt Options) *bytecode.Func {
	t.Helper()
	f, err := CompileSource(name, []byte(src), opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := bytecode.Verify(f); err != nil {
		var b bytes.Buffer
		bytecode.Disassemble(&b, f)
		t.Fatalf("%s: %v\n%s", name, err, b.String())
	}
	return f
}

// TestDisassembly compares the code of small sources. A file holds the source, a line of dashes, and the disassembly.
func TestDisassembly(t *testing.T) {
	files, err := filepath.Glob("testdata/dis/*.txt")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src, want, _ := strings.Cut(string(text), "\n----\n")
			src += "\n"
			var got strings.Builder
			bytecode.Disassemble(&got, compileOK(t, file, src, Options{Interactive: strings.Contains(file, "repl")}))
			if *update {
				if err := os.WriteFile(file, []byte(src+"----\n"+got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got.String() != want {
				t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
			}
		})
	}
}

// corpus lists the programs that every part of toy is tested with.
func corpus(t testing.TB) []string {
	files, err := filepath.Glob("../testdata/run/*.toy")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	return files
}

func TestCorpusVerifies(t *testing.T) {
	for _, file := range corpus(t) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := CompileSource(file, src, Options{})
		if err != nil {
			t.Error(err)
		} else if err := bytecode.Verify(f); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// rareOps is source for operations that few programs contain.
const rareOps = `
import a.b as c
from m import *
x: int = 1
print(x @ x, +x, x << x, x >> x, x & x, x | x, x ^ x, x & 7, x << 2, x >> 2, x ** x)
del x
class C:
    y = 1
    del y
    global g
    def m(self):
        return __class__
def outer(p):
    def inner():
        nonlocal p
        class D:
            print(p)
        p = 1
        del p
        return lambda: q
    q = 1
    print(q)
    del q
    for (r, *s), u in p:
        assert r, u
        assert s
    yield
    yield from p
    f(*p, **p, k=1)
    return {*p, 1}, {**p}, (*p, 1), f"{p!r:>{p}} {p}"
`

// never lists the operations that the compiler does not emit: no construct asks for a nop.
var never = map[bytecode.Op]bool{bytecode.OpNop: true}

// TestEveryOp checks that the corpus compiles to every operation.
func TestEveryOp(t *testing.T) {
	seen := map[bytecode.Op]bool{}
	var count func(f *bytecode.Func)
	count = func(f *bytecode.Func) {
		for pc := 0; pc < len(f.Code); {
			op := bytecode.Unpack(f.Code[pc]).Op
			seen[op] = true
			pc += op.Size()
		}
		for _, k := range f.Consts {
			if sub, ok := k.(*bytecode.Func); ok {
				count(sub)
			}
		}
	}
	for _, file := range corpus(t) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := CompileSource(file, src, Options{}); err == nil {
			count(f)
		}
	}
	count(compileOK(t, "rare", rareOps, Options{Interactive: true}))
	for op := range bytecode.NumOps {
		if seen[op] == never[op] {
			t.Errorf("%s: emitted: %v", op, seen[op])
		}
	}
}

// inner gives the first function inside f.
func inner(t *testing.T, f *bytecode.Func) *bytecode.Func {
	for _, k := range f.Consts {
		if g, ok := k.(*bytecode.Func); ok {
			return g
		}
	}
	t.Fatal("no function inside")
	return nil
}

// TestLongJumps puts more than 32767 words between a jump and its target.
func TestLongJumps(t *testing.T) {
	long := strings.Repeat("        x = f(x, 1)\n", 9000)
	for _, src := range []string{
		"def g(x, y, f):\n    for y in x:\n" + long + "    return y\n",
		"def g(x, y, f):\n    while x < y:\n" + long + "    return y\n",
		"def g(x, y, f):\n    if x is None or y > 1:\n" + long + "    return y\n",
		"def g(x, y, f):\n    try:\n        f()\n    except E:\n" + long + "    return y\n",
	} {
		f := compileOK(t, "long", src, Options{})
		g := inner(t, f)
		jmps := 0
		for pc := 0; pc < len(g.Code); {
			in := bytecode.Unpack(g.Code[pc])
			if in.Op == bytecode.OpJmp {
				jmps++
			}
			pc += in.Op.Size()
		}
		if len(g.Code) < 1<<15 || jmps < 2 {
			t.Errorf("%d words, %d jmps", len(g.Code), jmps)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct{ src, construct string }{
		{"\nasync def f():\n    pass\n", "'async def'"},
		{"\nx = 2j\n", "complex numbers"},
		{"\nmatch x:\n    case 1:\n        pass\n", "'match'"},
		{"\ntry:\n    f()\nexcept* E:\n    pass\n", "'except*'"},
	} {
		_, err := CompileSource("bad", []byte(test.src), Options{})
		var bad *SyntaxError
		if !errors.As(err, &bad) || bad.Start.Line != 2 || !strings.Contains(bad.Msg, "toy does not support "+test.construct) {
			t.Errorf("%q: %v", test.src, err)
		}
	}
}

func TestTooComplex(t *testing.T) {
	var b strings.Builder
	for i := range 70000 {
		fmt.Fprintf(&b, "x.a%d\n", i)
	}
	_, err := CompileSource("big", []byte(b.String()), Options{})
	if err == nil || !strings.Contains(err.Error(), "too complex") {
		t.Error(err)
	}
	src := ""
	for i := range 21 {
		src += strings.Repeat(" ", i) + "while x:\n"
	}
	_, err = CompileSource("deep", []byte(src+strings.Repeat(" ", 21)+"pass\n"), Options{})
	if err == nil || !strings.Contains(err.Error(), "too many statically nested blocks") {
		t.Error(err)
	}
}

// TestFold checks constants that folding must make, and expressions that it must leave alone.
func TestFold(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"-1", "-1"}, {"60 * 60 * 24", "86400"}, {"-7 // 2", "-4"}, {"-7 % 3", "2"}, {"7 // -2", "-4"}, {"7 % -3", "-2"},
		{"2 ** 60", "1152921504606846976"}, {"1 / 4", "0.25"}, {"'a' + 'b'", `"ab"`}, {"'ab' * 3", `"ababab"`},
		{"(1, 'x', None)", `(1, "x", None)`}, {"not 0", "True"}, {"__debug__", "True"}, {"~5", "-6"}, {"1.5 + 1", "2.5"},
		{"1 // 0", ""}, {"1 % 0", ""}, {"1 / 0", ""}, {"1 << -1", ""}, {"2 ** -1", ""}, {"'a' * 10000", ""}, {"1 << 1000", ""},
		{"'a' - 'b'", ""}, {"1 + 'a'", ""}, {"-'a'", ""}, {"2 ** 1000", ""},
	} {
		f := compileOK(t, "fold", "x = "+test.src+"\n", Options{})
		var b strings.Builder
		bytecode.Disassemble(&b, f)
		folded := strings.Count(b.String(), "load_k") == 1 && len(f.Code) == 5
		if test.want == "" && folded || test.want != "" && !(folded && strings.Contains(b.String(), "t0, "+test.want+"\n")) {
			t.Errorf("%s:\n%s", test.src, b.String())
		}
	}
}

// FuzzCompile compiles whatever parses and verifies the code.
func FuzzCompile(f *testing.F) {
	for _, file := range corpus(f) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add(rareOps)
	f.Fuzz(func(t *testing.T, src string) {
		code, err := CompileSource("fuzz", []byte(src), Options{})
		if err != nil {
			var bad *SyntaxError
			if !errors.As(err, &bad) {
				t.Fatalf("not a syntax error: %v", err)
			}
			return
		}
		if err := bytecode.Verify(code); err != nil {
			t.Fatal(err)
		}
	})
}
