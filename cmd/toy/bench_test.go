package main

// This file tests the named cases of toy bench: right under every safe strategy, and valid Python.

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"toylang/cmd/internal/loader"
	"toylang/vm"
)

// Every file is in a group and says what it shows, and its flags can be read.
func TestBenchCaseFiles(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range findCases("all") {
		listed[c] = true
		p := caseProgram(c)
		if len(p.src) == 0 || p.what == "" || len(p.what) > 120 {
			t.Errorf("%s: %d bytes, shows %q", c, len(p.src), p.what)
		}
		if _, err := planProgram(p, nil); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
	files, _ := filepath.Glob("cases/*.toy")
	if len(files) != len(listed) || len(files) < 40 {
		t.Errorf("%d files, %d cases in groups", len(files), len(listed))
	}
}

// Every case is right under every safe strategy, and the audit is clean.
func TestBenchCases(t *testing.T) {
	for _, strategy := range vm.StrategyNames() {
		if s, _ := vm.StrategyByName(strategy); s.Unsafe() {
			continue
		}
		for _, c := range findCases("all") {
			t.Run(strategy+"/"+c, func(t *testing.T) {
				o := newBenchOptions()
				o.strategy = strategy
				p := caseProgram(c)
				l := loader.New()
				code, err := l.Compile(p.fileName(), p.src)
				if err != nil {
					t.Fatal(err)
				}
				b := &bench{o: o.options, l: l, code: code, program: p}
				for _, threads := range []int{1, 3} {
					r := b.measure(threads, 20, 2, newProgress(2))
					if r.Runs != 2 || !r.Right || r.Error != "" || r.Lost != 0 || r.Leaked != 0 || r.Early != 0 || r.Rate <= 0 {
						t.Errorf("%d threads: %+v", threads, r)
					}
					if reports := strings.Contains(string(p.src), "def report"); reports != (len(r.Figures) > 0) {
						t.Errorf("figures %v", r.Figures)
					}
				}
			})
		}
	}
}

// drive is what toy bench does with a file, in Python.
const drive = `
import sys, threading, types
for file in sys.argv[1:]:
    m = types.ModuleType(file)
    sys.modules[file] = m
    exec(compile(open(file).read(), file, "exec"), m.__dict__)
    failed = []
    def body():
        try:
            m.work(20)
        except BaseException as e:
            failed.append(e)
    if hasattr(m, "setup"): m.setup()
    ts = [threading.Thread(target=body) for i in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
    right = not failed and (not hasattr(m, "check") or m.check())
    figures = m.report() if hasattr(m, "report") else {}
    if not right or not all(isinstance(k, str) and isinstance(v, (int, float)) for k, v in figures.items()):
        print(file, right, failed, figures)
print("end")
`

// Every case is valid Python, and right under CPython.
func TestBenchCasesCPython(t *testing.T) {
	python := oracle(t)
	files, _ := filepath.Glob("cases/*.toy")
	out, err := exec.Command(python, append([]string{"-c", drive}, files...)...).CombinedOutput()
	if err != nil || string(out) != "end\n" {
		t.Errorf("%v: %s", err, out)
	}
}
