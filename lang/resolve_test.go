package lang

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// scopesOf resolves a source and lists its scopes in the order in which they are opened.
func scopesOf(t testing.TB, src string) []*symbols {
	m, err := Parse("x.toy", []byte(src))
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	var list []*symbols
	var add func(*symbols)
	add = func(s *symbols) {
		list = append(list, s)
		for _, c := range s.children {
			add(c)
		}
	}
	add((&resolver{futures: map[*ImportFrom]bool{}}).module(m))
	return list
}

func describeScope(s *symbols) string {
	words := []string{s.Qual}
	add := func(label string, list []string) {
		if len(list) > 0 {
			words = append(words, label+"="+strings.Join(list, ","))
		}
	}
	add("params", s.Params)
	add("locals", s.Locals)
	add("cells", s.Cells)
	add("free", s.Free)
	if s.Inline {
		words = append(words, "inline")
	}
	if s.Generator {
		words = append(words, "generator")
	}
	if s.NeedsClassCell {
		words = append(words, "classcell")
	}
	return strings.Join(words, " ")
}

func TestScopes(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"def f(a, /, b, *c, d, **e): x = a; y = b", "f params=a,b,d,c,e locals=a,b,d,c,e,x,y"},
		{"def f(x):\n def g(): return x\n y = 1", "f params=x locals=x,g,y cells=x; f.<locals>.g free=x"},
		{"def f():\n x = 1\n def g():\n  def h():\n   nonlocal x; x = 2\n", "f locals=x,g cells=x; f.<locals>.g locals=h free=x; " +
			"f.<locals>.g.<locals>.h free=x"},
		{"class A:\n x = 1\n def m(self): return x", "A; A.m params=self locals=self"},
		{"def f():\n x = 1\n class A:\n  x = x\n  def m(self): return x", "f locals=x,A cells=x; f.<locals>.A free=x; " +
			"f.<locals>.A.m params=self locals=self free=x"},
		{"class A:\n def m(self): super().m()\n def n(self): return [__class__ for x in self]",
			"A locals=__class__ cells=__class__ classcell; A.m params=self locals=self free=__class__; " +
				"A.n params=self locals=self free=__class__; A.n.<locals>.<listcomp> locals=x inline"},
		{"class A:\n def m(self):\n  def g(): return super()", "A locals=__class__ cells=__class__ classcell; " +
			"A.m params=self locals=self,g free=__class__; A.m.<locals>.g free=__class__"},
		{"[x for x in y]", "<listcomp> locals=x inline"},
		{"{a: b for a, b in y}", "<dictcomp> locals=a,b inline"},
		{"(x for x in y)", "<genexpr> params=.0 locals=.0,x generator"},
		{"def f(y): return [x + y for x in y]", "f params=y locals=y; f.<locals>.<listcomp> locals=x inline"},
		{"def f(y): return [lambda: x for x in y]", "f params=y locals=y; f.<locals>.<listcomp> params=.0 locals=.0,x cells=x; " +
			"f.<locals>.<listcomp>.<lambda> free=x"},
		{"def f(y): return [lambda: y for x in y]", "f params=y locals=y cells=y; f.<locals>.<listcomp> locals=x inline; " +
			"f.<locals>.<listcomp>.<lambda> free=y"},
		{"def f(): return [[x for x in y] for y in z]", "f; f.<locals>.<listcomp> locals=y inline; " +
			"f.<locals>.<listcomp>.<listcomp> locals=x inline"},
		{"def f(): return [[(x, y) for x in z] for y in z]", "f; f.<locals>.<listcomp> locals=y inline; " +
			"f.<locals>.<listcomp>.<listcomp> locals=x inline"},
		{"def f(): return [list(x + y for x in z) for y in z]", "f; f.<locals>.<listcomp> params=.0 locals=.0,y cells=y; " +
			"f.<locals>.<listcomp>.<genexpr> params=.0 locals=.0,x free=y generator"},
		{"class A:\n a = [x for x in y]", "A; A.<listcomp> params=.0 locals=.0,x"},
		{"class A:\n a = [[x for x in y] for y in z]", "A; A.<listcomp> params=.0 locals=.0,y; A.<listcomp>.<listcomp> locals=x inline"},
		{"def f(): [y := x for x in z]", "f locals=y; f.<locals>.<listcomp> locals=x inline"},
		{"def f(): (y := x for x in z)", "f locals=y cells=y; f.<locals>.<genexpr> params=.0 locals=.0,x free=y generator"},
		{"def f(): any((y := x) for x in z); return lambda: y", "f locals=y cells=y; " +
			"f.<locals>.<genexpr> params=.0 locals=.0,x free=y generator; f.<locals>.<lambda> free=y"},
		{"def f(x): return [x for x in x]", "f params=x locals=x; f.<locals>.<listcomp> locals=x inline"},
		{"def f():\n global g\n def g(): pass\n class C: pass", "f locals=C; g; f.<locals>.C"},
		{"def f():\n import a.b, c as d\n from e import f, g as h\n for i in j: pass\n with k as (l, m): pass\n" +
			" try: pass\n except n as o: pass\n p: int\n q += 1\n del r\n (s := 1)",
			"f locals=a,d,f,h,i,l,m,o,p,q,r,s"},
		{"class A:\n def __f(self, __x): return self.__y(__x, __z=1, __w__=2)", "A; A.__f params=self,_A__x locals=self,_A__x"},
		{"def f(): yield\nlambda: (yield)\ndef g(): return (yield from x)", "f generator; <lambda> generator; g generator"},
	} {
		var got []string
		for _, s := range scopesOf(t, test.src)[1:] {
			got = append(got, describeScope(s))
		}
		if text := strings.Join(got, "; "); text != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.src, text, test.want)
		}
	}
}

// binding describes a binding as CPython's symtable module does.
func symtableKind(s *symbols, name string) string {
	if s.Kind == ModuleScope {
		return "module"
	}
	b := s.Names[name]
	if s.Kind == ClassScope && s.free[name] && s.flags[name] == 0 {
		return "free" // only methods use it
	}
	if s.Inline && s.flags[name]&symBound == 0 && (b == BindLocal || b == BindCell) {
		return "free"
	}
	switch b {
	case BindLocal, BindCell:
		return "local"
	case BindFree:
		return "free"
	case BindName:
		if !s.Inline && s.flags[name]&symBound != 0 {
			return "local"
		}
	}
	return "global"
}

// TestScopesAgainstPython compares the binding of every name in every scope with CPython's symtable module.
func TestScopesAgainstPython(t *testing.T) {
	files := sources(t)
	for len(files) > 0 {
		n := min(len(files), 50)
		var out, errs bytes.Buffer
		cmd := python(t, append([]string{"testdata/dump.py", "sym"}, files[:n]...)...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Logf("%v: %s", err, errs.String())
		}
		for i, want := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
			compareScopes(t, files[i], want)
		}
		files = files[n:]
	}
}

func compareScopes(t *testing.T, file, want string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(file, src)
	if err != nil || Resolve(file, m) != nil || !strings.HasPrefix(want, "module ") || strings.Contains(want, " annotation ") {
		return
	}
	scopes := scopesOf(t, string(src))
	lines := strings.Split(want, "; ")
	if len(lines) != len(scopes) {
		t.Errorf("%s: %d scopes, want %d", file, len(scopes), len(lines))
		return
	}
	for i, line := range lines {
		if strings.HasPrefix(line, "function top ") {
			continue // symtable takes it for the module
		}
		_, list, _ := strings.Cut(strings.TrimSuffix(line, "}"), " {")
		for _, word := range strings.Fields(list) {
			name, kind, _ := strings.Cut(word, ":")
			if got := symtableKind(scopes[i], name); got != kind {
				t.Errorf("%s: %s: %s is %s, want %s", file, scopes[i].Qual, name, got, kind)
			}
		}
	}
}

func TestPrivateNames(t *testing.T) {
	m, err := Parse("x.toy", []byte("class _A:\n  def __f(self): self.__x = __y__; f(__k=__z); import __w; global __g\n"))
	if err == nil {
		err = Resolve("x.toy", m)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := dumpModule(m)
	for _, want := range []string{"_A__f", "_A__x", " __y__", "kw __k", "_A__z", "__w _A__w", "[_A__g]"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	f := m.Body[0].(*ClassDef).Body[0].(*FuncDef)
	if name := fmt.Sprint(f.Scope.Name, " ", f.Scope.Qual); name != "__f _A.__f" {
		t.Error(name)
	}
}
