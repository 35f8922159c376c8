package vm

// This file tests that built-ins reach guest memory only through refcount's functions, where the points are: who may
// import unsafe, who may touch a heap's own fields, and who may take the address of the region.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// unsafeFiles may import unsafe: the loop, and what it and the frames on the word stack are made of. None of them is a
// built-in type or module. The stack, the code arena and the tables of codes and shapes lie outside the region.
var unsafeFiles = map[string]string{
	"interp.go":         "the loop: registers, code, and the short ways into records and lists, off under the virtual scheduler",
	"interp_atomic.go":  "made from interp.go",
	"interp_locked.go":  "made from interp.go",
	"interp_biased.go":  "made from interp.go",
	"interp_checked.go": "made from interp.go",
	"interp_traced.go":  "made from interp.go",
	"interp_util.go":    "the inlined pieces of the loops",
	"vm.go":             "makes the stack, the arena and the tables",
	"thread.go":         "the types of their bases",
	"frame.go":          "windows of the word stack",
	"call.go":           "arguments on the word stack",
	"function.go":       "binds arguments in a window",
	"generator.go":      "copies a generator's window in and out",
	"genfast.go":        "the same without points, where nothing can be stale",
	"delegate.go":       "a generator's window in another's place",
	"fuse.go":           "pairs of instructions: registers",
	"quick.go":          "short ways without points, where nothing can be stale: registers",
	"quick_bind.go":     "the same for arguments",
	"quick_slice.go":    "the same for slices of lists",
	"quick_call.go":     "the same for calls of built-ins",
	"unwind.go":         "drops what a window holds",
	"slow.go":           "the long ways of instructions: registers",
	"slow_return.go":    "pops windows",
	"slow_build.go":     "items of displays: registers",
	"slow_call.go":      "calls on the word stack; the cached cell of a global",
	"text.go":           "a string over a str's bytes, for reading: str is immutable",
}

// maybeUnsafe may import unsafe too, but need not.
var maybeUnsafe = map[string]bool{"loop.go": true, "slow_rare.go": true, "breaker.go": true, "instantiate.go": true}

func parseVM(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) < 50 {
		t.Fatal(len(names), err)
	}
	fset, out := token.NewFileSet(), map[string]*ast.File{}
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, n, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = f
	}
	return fset, out
}

func imports(f *ast.File, path string) bool {
	for _, i := range f.Imports {
		if strings.Trim(i.Path.Value, `"`) == path {
			return true
		}
	}
	return false
}

func TestUnsafeFiles(t *testing.T) {
	_, files := parseVM(t)
	for name, f := range files {
		if has := imports(f, "unsafe"); has && unsafeFiles[name] == "" && !maybeUnsafe[name] {
			t.Errorf("%s imports unsafe: built-ins go through package refcount", name)
		} else if !has && unsafeFiles[name] != "" {
			t.Errorf("%s no longer imports unsafe: take it off the list", name)
		}
		if imports(f, "reflect") && name != "boot.go" || imports(f, "C") { // boot.go fills a struct of classes by its field names
			t.Errorf("%s imports reflect or C", name)
		}
	}
	for name := range unsafeFiles {
		if files[name] == nil {
			t.Errorf("%s is gone: take it off the list", name)
		}
	}
}

// Outside the loop's files nobody forms an address in the region, and nobody goes round the points to the counts: plain
// reads and writes of Header.Count stand only where the reason is written down here.
func TestRegionNames(t *testing.T) {
	counts := map[string]string{
		"weakref.go": "an object that is dying has a count that nobody else changes",
	}
	fset, files := parseVM(t)
	for name, f := range files {
		if unsafeFiles[name] != "" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := s.X.(*ast.Ident)
			if ok && (x.Name == "t" || x.Name == "m") && s.Sel.Name == "Mask" {
				t.Errorf("%s: the region's mask: who needs it forms an address", fset.Position(s.Pos()))
			}
			if ok && x.Name == "refcount" {
				switch s.Sel.Name {
				case "IncPlain", "DecPlain", "IncAtomic", "DecAtomic", "IncLocked", "DecLocked", "IncChecked", "DecChecked", "LockFast", "UnlockFast":
					t.Errorf("%s: refcount.%s is the loop's: elsewhere Incref, Decref, Lock and Unlock, which are points", fset.Position(s.Pos()), s.Sel.Name)
				}
			}
			return true
		})
		ast.Inspect(f, func(n ast.Node) bool { // t.Header(v).Count, h.Count = …
			a, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for _, l := range a.Lhs {
				if s, ok := l.(*ast.SelectorExpr); ok && isHeader(s.X) && counts[name] == "" {
					t.Errorf("%s: a count or header written outside package refcount", fset.Position(s.Pos()))
				}
			}
			return true
		})
	}
}

// isHeader guesses that an expression is an object's header: a call of Header, or a variable called h.
func isHeader(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "h"
	case *ast.CallExpr:
		s, ok := x.Fun.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Header"
	}
	return false
}
