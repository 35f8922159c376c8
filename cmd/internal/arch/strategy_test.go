package arch

// This file does what docs/adding-a-strategy.md says, to a copy of the sources.

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAddingAStrategy(t *testing.T) {
	if testing.Short() {
		t.Skip("builds toy")
	}
	doc, err := os.ReadFile(root + "/docs/adding-a-strategy.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	if len(blocks) != 3 {
		t.Fatalf("%d blocks of Go, want the file and two lines", len(blocks))
	}
	dir := t.TempDir()
	for _, part := range []string{"cmd", "lang", "vm", "refcount", "scheduler", "go.mod", "go.sum"} {
		if err := copyTree(filepath.Join(root, part), filepath.Join(dir, part)); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// insert puts lines before the end of the table that begins with a line.
	insert := func(name, begin, lines string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		head, rest, ok := strings.Cut(string(b), begin)
		table, tail, ok2 := strings.Cut(rest, "\n}\n")
		if !ok || !ok2 {
			t.Fatalf("%s: no table %q", name, begin)
		}
		write(name, head+begin+table+"\n"+lines+"}\n"+tail)
	}
	write("refcount/cas.go", blocks[0][1])
	insert("refcount/discipline.go", "var disciplines = [...]counting{", blocks[1][1])
	insert("vm/strategy.go", "var strategies = map[string]Strategy{", blocks[2][1])
	write("shared.toy", `import threading
class C: pass
shared = [C() for _ in range(10)]
total = []
def work():
    n = 0
    for i in range(2000):
        c = shared[i % 10]
        n += len([c, c])
    total.append(n)
ts = [threading.Thread(target=work) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(total)
`)
	run := func(name string, args ...string) string {
		t.Helper()
		c := exec.Command(name, args...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("go", "build", "-pgo=off", "-o", "toy", "./cmd/toy")
	out := run("./toy", "run", "--strategy", "cas", "--audit", "shared.toy")
	if !strings.Contains(out, "[4000, 4000, 4000]") || !strings.Contains(out, "every count exact") {
		t.Error(out)
	}
	if out := run("./toy", "bench", "--strategy", "atomic,cas,gil --count cas", "--threads", "2", "--runs", "1", "--n", "1000", "shared_object_ref"); strings.Count(out, "right") != 3 {
		t.Error(out)
	}
}

// copyTree copies a file or a folder, without test files.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		name := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(name, 0o755)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(name, b, 0o644)
	})
}
