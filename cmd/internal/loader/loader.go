// Package loader finds and compiles modules for the machine: the library written in toy, and files on sys.path.
package loader

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"toylang/lang"
	"toylang/lang/bytecode"
	"toylang/lang/lib"
)

// Loader implements vm.Loader. It may be shared by machines.
type Loader struct {
	mu      sync.Mutex
	sources map[string][]string // lines by file name, for tracebacks
}

// New makes a loader.
func New() *Loader { return &Loader{sources: map[string][]string{}} }

// File compiles a program file.
func (l *Loader) File(name string) (*bytecode.Func, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return l.Compile(name, src)
}

// Compile compiles source text under a file name.
func (l *Loader) Compile(name string, src []byte) (*bytecode.Func, error) {
	l.Remember(name, src)
	return lang.CompileSource(name, src, lang.Options{})
}

// Interactive compiles an entry of the REPL.
func (l *Loader) Interactive(name string, src []byte) (*bytecode.Func, error) {
	l.Remember(name, src)
	return lang.CompileSource(name, src, lang.Options{Interactive: true})
}

// Text compiles a text that the library made of its own.
func (l *Loader) Text(src []byte) (*bytecode.Func, error) {
	return lang.CompileSource("<string>", src, lang.Options{})
}

// Remember keeps a text's lines for tracebacks.
func (l *Loader) Remember(name string, src []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sources[name] = strings.Split(string(src), "\n")
}

// Module finds a module: first beside the program, as CPython does for all but its built-in modules, then the library.
func (l *Loader) Module(name string, dirs []string) (*bytecode.Func, string, bool, error) {
	rel := strings.ReplaceAll(name, ".", "/")
	if src, err := lib.FS.ReadFile(rel + ".toy"); err == nil {
		f, err := l.Compile("<toy>/"+rel+".toy", src)
		return f, "<toy>/" + rel + ".toy", false, err
	}
	if src, err := lib.FS.ReadFile(rel + "/__init__.toy"); err == nil {
		f, err := l.Compile("<toy>/"+rel+"/__init__.toy", src)
		return f, "<toy>/" + rel + "/__init__.toy", true, err
	}
	for _, d := range dirs {
		base := filepath.Join(d, filepath.FromSlash(rel))
		for _, try := range []struct {
			file string
			pkg  bool
		}{{filepath.Join(base, "__init__.toy"), true}, {filepath.Join(base, "__init__.py"), true}, {base + ".toy", false}, {base + ".py", false}} {
			src, err := os.ReadFile(try.file)
			if errors.Is(err, fs.ErrNotExist) || err != nil && isDirErr(try.file) {
				continue
			}
			if err != nil {
				return nil, "", false, err
			}
			f, err := l.Compile(try.file, src)
			return f, try.file, try.pkg, err
		}
	}
	return nil, "", false, nil
}

func isDirErr(file string) bool {
	st, err := os.Stat(filepath.Dir(file))
	return err != nil || !st.IsDir()
}

// Source gives a line of a file that was loaded; "" when unknown.
func (l *Loader) Source(file string, line int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sources[file]
	if line < 1 || line > len(s) {
		return ""
	}
	return strings.TrimSuffix(s[line-1], "\r")
}

// Anchors finds the operator in the text of an expression: see lang.Anchors.
func (l *Loader) Anchors(segment string) (from, to int, ok bool) { return lang.Anchors(segment) }
