package lang

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// chunk is a wrong source with the error that is wanted; see testdata/errors/README.md.
type chunk struct{ name, want, src string }

func errorChunks(t testing.TB) []chunk {
	files, err := filepath.Glob("testdata/errors/*.toy")
	if err != nil || len(files) == 0 {
		t.Fatal("no chunks", err)
	}
	var list []chunk
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split("\n"+string(text), "\n### ")[1:] {
			want, src, _ := strings.Cut(part, "\n")
			list = append(list, chunk{fmt.Sprintf("%s#%d", filepath.Base(file), i+1), want, strings.TrimSuffix(src, "\n")})
		}
	}
	return list
}

// TestErrors checks the message and the place of each chunk's error.
func TestErrors(t *testing.T) {
	for _, c := range errorChunks(t) {
		text, place := toyError(c.src)
		place, _, _ = strings.Cut(place, "-")
		if got := place + ": " + text; got != c.want {
			t.Errorf("%s: %q\ngot  %s\nwant %s", c.name, c.src, got, c.want)
		}
	}
}

// TestErrorsAgainstPython checks that the chunks say what CPython says.
func TestErrorsAgainstPython(t *testing.T) {
	chunks := errorChunks(t)
	var list []string
	for _, c := range chunks {
		list = append(list, c.src)
	}
	for i, e := range pythonErrors(t, list) {
		text, place := pythonText(e)
		place, _, _ = strings.Cut(place, "-")
		if got := place + ": " + text; got != chunks[i].want {
			t.Errorf("%s: %q\nCPython says %s\nwe want      %s", chunks[i].name, chunks[i].src, got, chunks[i].want)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"x = 1\nif x:\n    f() = 2\n", "  File \"x.toy\", line 3\n    f() = 2\n    ^^^\n" +
			"SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='?"},
		{"\té = (1 2)", "  File \"x.toy\", line 1\n    é = (1 2)\nIndentationError: unexpected indent"},
		{"é = (1 2)", "  File \"x.toy\", line 1\n    é = (1 2)\n         ^^^\nSyntaxError: invalid syntax. Perhaps you forgot a comma?"},
		{"if x\n  y", "  File \"x.toy\", line 1\n    if x\n        ^\nSyntaxError: expected ':'"},
		{"def f():\n  return\nreturn 1", "  File \"x.toy\", line 3\n    return 1\n    ^^^^^^^^\nSyntaxError: 'return' outside function"},
	} {
		m, err := Parse("x.toy", []byte(test.src))
		if err == nil {
			err = Resolve("x.toy", m)
		}
		e, ok := err.(*SyntaxError)
		if !ok {
			t.Fatalf("%q: no error", test.src)
		}
		got := e.Format()
		if strings.HasPrefix(test.src, "\t") { // the caret's place is odd in CPython, too
			got = strings.Replace(got, "    ^\n", "", 1)
		}
		if got != test.want {
			t.Errorf("%q: got\n%s\nwant\n%s", test.src, got, test.want)
		}
	}
}

func TestEncodingErrors(t *testing.T) {
	for src, want := range map[string]string{
		"x = 1\ny = '\xff'": "x.toy:2:1: SyntaxError: Non-UTF-8 code starting with '\\xff' in file x.toy on line 2, but no encoding " +
			"declared; see https://peps.python.org/pep-0263/ for details",
		"x = 1\x00": "x.toy:1:1: SyntaxError: source code cannot contain null bytes",
	} {
		if _, err := Parse("x.toy", []byte(src)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", src, err)
		}
	}
}
