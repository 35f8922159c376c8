package lang

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// python gives the command of CPython 3.11, or skips the test.
func python(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	out, err := exec.Command(path, "-c", "import sys; print(sys.version_info[:2])").Output()
	if err != nil || strings.TrimSpace(string(out)) != "(3, 11)" {
		t.Skip("python3 is not 3.11")
	}
	return exec.Command(path, args...)
}

// sources lists the programs to compare trees of: ours, and with TOY_PYTHON_SOURCES=dir all Python files below dir.
func sources(t testing.TB) []string {
	files, err := filepath.Glob("testdata/parse/*.toy")
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob("../testdata/run/*.toy")
	files = append(files, more...)
	if dir := os.Getenv("TOY_PYTHON_SOURCES"); dir != "" {
		filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && strings.HasSuffix(path, ".py") {
				files = append(files, path)
			}
			return nil
		})
	}
	return files
}

// places of the parts of f-strings are ours alone: CPython 3.11's are often wrong.
var placesInDump = regexp.MustCompile(`@\d+:\d+-\d+:\d+`)

func withoutPlaces(text string) string { return placesInDump.ReplaceAllString(text, "") }

// TestTreesAgainstPython compares whole trees with those of CPython's ast module, places included.
func TestTreesAgainstPython(t *testing.T) {
	files := sources(t)
	if len(files) == 0 {
		t.Fatal("no sources")
	}
	for len(files) > 0 {
		n := min(len(files), 50)
		var out, errs bytes.Buffer
		cmd := python(t, append([]string{"testdata/dump.py", "ast"}, files[:n]...)...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Logf("%v: %s", err, errs.String())
		}
		for i, want := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
			compareTree(t, files[i], want)
		}
		files = files[n:]
	}
}

func compareTree(t *testing.T, file, want string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(file, src)
	got := ""
	if err != nil {
		if !strings.HasPrefix(want, "[") {
			return // both refuse it
		}
		t.Errorf("%s: %v", file, err)
		return
	}
	got = dumpModule(m)
	if strings.Contains(got, "(FString") {
		got, want = withoutPlaces(got), withoutPlaces(want)
	}
	if got == want {
		return
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-150)
	t.Errorf("%s differs:\ngot  …%s\nwant …%s", file, got[from:min(len(got), i+100)], want[from:min(len(want), i+100)])
}
