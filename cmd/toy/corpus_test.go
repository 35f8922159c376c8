package main

// This file runs the corpus: every program of testdata/run under every safe strategy, against what CPython printed.

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/vm"
)

const corpus = "../../testdata/run"

// wanted is what CPython 3.11 did with a program.
type wanted struct {
	out, exc string
	exit     int
}

func want(t *testing.T, file string) wanted {
	t.Helper()
	base := strings.TrimSuffix(file, ".toy")
	out, err := os.ReadFile(base + ".out")
	if err != nil {
		t.Fatal(err)
	}
	w := wanted{out: string(out)}
	if b, err := os.ReadFile(base + ".exit"); err == nil {
		w.exit, _ = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	if b, err := os.ReadFile(base + ".exc"); err == nil {
		w.exc = strings.TrimSpace(string(b))
	}
	return w
}

// result is what toy did.
type result struct {
	out, err, exc string
	exit          int
	parallel      int64
	audit         string
	crash         string
}

// runProgram runs a program file in a machine of its own.
func runProgram(file, strategy string, args ...string) (r result) {
	return runConfigured(file, strategy, vm.Config{}, args...)
}

// runConfigured is runProgram with some of the configuration given.
func runConfigured(file, strategy string, cfg vm.Config, args ...string) (r result) {
	l := loader.New()
	f, err := l.File(file)
	if err != nil {
		return result{err: err.Error(), exit: 2}
	}
	s, err := vm.ParseStrategy(strategy)
	if err != nil {
		return result{err: err.Error(), exit: 2}
	}
	var out, errOut bytes.Buffer
	cfg.Strategy, cfg.Load, cfg.Args, cfg.Path = s, l, append([]string{file}, args...), []string{filepath.Dir(file)}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = strings.NewReader(""), &out, &errOut
	cfg.Heap.MaxBytes = 1 << 30
	cfg.OnCrash = func(where string, p any, stack []byte) { r.crash = fmt.Sprint(p) + "\n" + string(stack) }
	m, err := vm.New(cfg)
	if err != nil {
		return result{err: err.Error(), exit: 5}
	}
	defer m.Close()
	timer := time.AfterFunc(60*time.Second, func() { m.Limit("the test's time") })
	defer timer.Stop()
	r.exit = m.RunMain(f)
	r.out, r.err, r.exc = out.String(), errOut.String(), m.LastExc
	r.parallel = m.Sched.Stats().Parallel
	if a := m.Audit(m.Main); !a.Clean() {
		var b bytes.Buffer
		m.WriteAudit(&b, a)
		r.audit = b.String()
	}
	return r
}

func programs(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join(corpus, "*.toy"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	return files
}

// pending lists the programs that toy does not print rightly yet: testdata/run/PENDING, one name a line. TestCorpus demands
// that each of them still fails under gil, so that a mended one cannot stay on the list.
func pending(t *testing.T) map[string]bool {
	b, err := os.ReadFile(filepath.Join(corpus, "PENDING"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, name := range strings.Fields(string(b)) {
		out[name] = true
	}
	return out
}

// finalising lists the programs whose output tells when objects die: testdata/run/FINALISATION, a name and the reason on a
// line. Under traced, where objects die at a collection, they print something else.
func finalising(t *testing.T) map[string]bool {
	b, err := os.ReadFile(filepath.Join(corpus, "FINALISATION"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		out[strings.Fields(line)[0]] = true
	}
	return out
}

// TestCorpus: output, exit code and exception are CPython's, under every safe strategy, and the audit is empty.
func TestCorpus(t *testing.T) {
	late, dies := pending(t), finalising(t)
	for _, strategy := range append(vm.SafeStrategies(), "biased --elide-locks off") {
		parallel, oneLock, ran := int64(0), strategy == "gil" || strategy == "ticks", false
		for _, file := range programs(t) {
			name := strings.TrimSuffix(filepath.Base(file), ".toy")
			if late[name] {
				w, r := want(t, file), runProgram(file, strategy)
				if strategy == "gil" && r.out == w.out && r.exit == w.exit && r.exc == w.exc {
					t.Errorf("%s is right now: take it off testdata/run/PENDING", name)
				}
				continue
			}
			t.Run(strategy+"/"+name, func(t *testing.T) {
				ran = true
				w, r := want(t, file), runProgram(file, strategy)
				if strategy == "traced" && dies[name] {
					if r.out == w.out {
						t.Errorf("it does not tell when objects die: take it off testdata/run/FINALISATION")
					}
					w.out = r.out
				}
				if r.out != w.out {
					t.Errorf("output:\n%s\nstderr:\n%s", firstDifference(r.out, w.out), tail(r.err))
				}
				if r.exit != w.exit || r.exc != w.exc {
					t.Errorf("exit %d with %q, want %d with %q; stderr:\n%s", r.exit, r.exc, w.exit, w.exc, tail(r.err))
				}
				if r.audit != "" {
					t.Errorf("audit: %s", r.audit)
				}
				if r.crash != "" {
					t.Errorf("crash: %s", r.crash)
				}
				parallel = max(parallel, r.parallel)
			})
		}
		switch {
		case oneLock && ran && parallel != 1:
			t.Errorf("%s: %d threads ran at once", strategy, parallel)
		case !oneLock && ran && parallel < 2 && !testing.Short():
			t.Errorf("%s: no two threads ever ran at once", strategy)
		}
	}
}

var checkBudget = flag.Duration("check.budget", 20*time.Millisecond, "time for audits in each program of the corpus")

var traceEvery = flag.Int("trace.every", 500, "under traced, a collection for each so many references that Go code gets hold of")

// TestCorpusChecked: check mode finds no fault in any program, under every safe strategy. Audits at every line of every
// program take minutes (-check.budget=2s); with less they get rare, and the locks are watched all the same.
func TestCorpusChecked(t *testing.T) {
	late, dies := pending(t), finalising(t)
	cfg := vm.Config{Check: true, CheckBudget: *checkBudget}
	cfg.Heap.TraceEvery = *traceEvery
	for _, strategy := range vm.SafeStrategies() {
		for i, file := range programs(t) {
			name := strings.TrimSuffix(filepath.Base(file), ".toy")
			if late[name] || testing.Short() && i%3 != 0 {
				continue
			}
			t.Run(strategy+"/"+name, func(t *testing.T) {
				t.Parallel()
				w, r := want(t, file), runConfigured(file, strategy, cfg)
				if strategy == "traced" && dies[name] {
					w.out = r.out
				}
				if r.out != w.out || r.exit != w.exit || r.audit != "" || r.crash != "" {
					t.Errorf("exit %d, want %d; %s\naudit: %s\ncrash: %s\nstderr:\n%s", r.exit, w.exit, difference(r.out, w.out), r.audit, r.crash, tail(r.err))
				}
			})
		}
	}
}

// TestCorpusTraced: a collection at every turn changes nothing, and what is freed is really gone: freed slots are filled with
// stale handles. The loop is the one that programs run in, which check mode does not use.
func TestCorpusTraced(t *testing.T) {
	late, dies := pending(t), finalising(t)
	cfg := vm.Config{}
	cfg.Heap.Poison, cfg.Heap.TraceEvery = true, *traceEvery
	for i, file := range programs(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".toy")
		if late[name] || testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := want(t, file), runConfigured(file, "traced", cfg)
			if dies[name] {
				w.out = r.out
			}
			if r.out != w.out || r.exit != w.exit || r.audit != "" || r.crash != "" {
				t.Errorf("exit %d, want %d; %s\naudit: %s\ncrash: %s\nstderr:\n%s", r.exit, w.exit, difference(r.out, w.out), r.audit, r.crash, tail(r.err))
			}
		})
	}
}

func difference(got, want string) string {
	if got == want {
		return "the output is right"
	}
	return firstDifference(got, want)
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(g) {
			return fmt.Sprintf("line %d missing: want %q", i+1, w[i])
		}
		if g[i] != w[i] {
			return fmt.Sprintf("line %d: got  %q\n         want %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines too many: %q", len(g)-len(w), g[len(w)])
}

func tail(s string) string {
	if len(s) > 600 {
		return "…" + s[len(s)-600:]
	}
	return s
}

// oracle gives the path of CPython 3.11. Without one the test is skipped, unless TOY_REQUIRE_ORACLE says that it must be
// there.
func oracle(t testing.TB) string {
	const python = "/usr/bin/python3"
	v, err := exec.Command(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
	if err != nil || strings.TrimSpace(string(v)) != "3.11" {
		if os.Getenv("TOY_REQUIRE_ORACLE") != "" {
			t.Fatalf("no CPython 3.11 at %s: %q %v", python, v, err)
		}
		t.Skipf("no CPython 3.11 at %s", python)
	}
	return python
}

// TestOracle runs the corpus under CPython 3.11 again and compares with what is recorded.
func TestOracle(t *testing.T) {
	python := oracle(t)
	for _, file := range programs(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			w := want(t, file)
			cmd := exec.Command(python, filepath.Base(file))
			cmd.Dir = corpus
			cmd.Stdin = strings.NewReader("")
			var out bytes.Buffer
			cmd.Stdout = &out
			_ = cmd.Run()
			if out.String() != w.out || cmd.ProcessState.ExitCode() != w.exit {
				t.Errorf("the recording is not what %s prints: %s", python, firstDifference(out.String(), w.out))
			}
		})
	}
}
