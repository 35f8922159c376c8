// Package arch holds the rules about the tree itself as tests: which room may import which, what stands at the top, and
// that what the documents name and what go generate makes are really there.
package arch

// This file is those rules.

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"toylang/cmd/internal/genloops/loops"
)

const root = "../../.."

// arrows says what of ours a room may import. cmd may import everything.
var arrows = map[string][]string{
	"lang/bytecode": {},
	"lang/lib":      {},
	"scheduler":     {},
	// The search for schedules: it sees threads and points, and is handed a function that runs the program.
	"scheduler/explore": {"scheduler"},
	"refcount":          {"scheduler"},
	"lang":              {"lang/bytecode", "lang/lib"},
	"vm/text":           {"vm/libm"},
	"vm/libm":           {},
	"vm":                {"lang/bytecode", "refcount", "scheduler", "vm/text", "vm/libm"},
}

// top is what may stand at the top, besides files whose names begin with a dot.
var top = map[string]bool{"go.mod": true, "go.sum": true, "README.md": true, "LICENSE": true, "docs": true, "cmd": true, "lang": true,
	"vm": true, "refcount": true, "scheduler": true, "testdata": true}

func goFiles(t *testing.T) (files []string) {
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".git")) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(p, ".go") {
			files = append(files, filepath.ToSlash(p)[len(root)+1:])
		}
		return nil
	})
	if err != nil || len(files) < 100 {
		t.Fatal(len(files), err)
	}
	return files
}

// TestArrows: tests may use more than what they test (the compiler, to have programs), so they are left out.
func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		room := file[:strings.LastIndex(file, "/")]
		seen[room] = true
		if strings.HasPrefix(room, "cmd/") {
			continue
		}
		allowed, known := arrows[room]
		if !known {
			t.Errorf("%s: no rule says what %s may import", file, room)
			continue
		}
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			ours, is := strings.CutPrefix(path, "toylang/")
			if is && !contains(allowed, ours) {
				t.Errorf("%s imports %s: %s may import %v", file, path, room, allowed)
			}
		}
	}
	for room := range arrows {
		if !seen[room] {
			t.Errorf("the room %s is gone", room)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestTop(t *testing.T) {
	list, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if !top[e.Name()] && !strings.HasPrefix(e.Name(), ".") && e.Name() != "toy" && !strings.HasSuffix(e.Name(), ".test") && !strings.HasSuffix(e.Name(), ".prof") {
			t.Errorf("%s stands at the top", e.Name())
		}
	}
}

// pathLike finds what a document writes in backquotes and looks like a file of ours.
var pathLike = regexp.MustCompile("`((?:cmd|lang|vm|refcount|scheduler|testdata|docs)(?:/[A-Za-z0-9_.-]+)*/?)`")

var linkLike = regexp.MustCompile(`\]\(([^)#:]+)\)`)

// TestDocumentsPaths: every path that a document names exists.
func TestDocumentsPaths(t *testing.T) {
	docs, _ := filepath.Glob(root + "/docs/*.md")
	docs = append(docs, root+"/README.md")
	found := 0
	for _, doc := range docs {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range pathLike.FindAllStringSubmatch(string(text), -1) {
			found++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", filepath.Base(doc), m[1])
			}
		}
		for _, m := range linkLike.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(doc), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(doc), m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d paths found in %d documents", found, len(docs))
	}
}

// TestGenerated: the loops are what go generate would make of vm/interp.go now.
func TestGenerated(t *testing.T) {
	src, err := os.ReadFile(root + "/vm/interp.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range loops.Variants {
		name := root + "/vm/interp_" + strings.ToLower(v) + ".go"
		got, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		} else if want, err := loops.Variant(string(src), v); err != nil {
			t.Error(err)
		} else if string(got) != want {
			t.Errorf("%s is not what genloops makes of interp.go: run go generate ./vm", filepath.Base(name))
		}
	}
}
