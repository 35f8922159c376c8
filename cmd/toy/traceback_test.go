package main

// This file compares what toy writes to stderr with what CPython wrote: testdata/traceback.

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toylang/cmd/internal/loader"
	"toylang/lang"
	"toylang/vm"
)

// stderrOf runs a program that fails and gives what it writes to stderr.
func stderrOf(t *testing.T, src string) string {
	file := filepath.Join(t.TempDir(), "t.toy")
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	l := loader.New()
	f, err := l.File(file)
	var syn *lang.SyntaxError
	if errors.As(err, &syn) {
		return strings.ReplaceAll(syn.Format()+"\n", file, "t.toy")
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := vm.StrategyByName("gil")
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	cfg := vm.Config{Strategy: s, Load: l, Args: []string{file}, Path: []string{filepath.Dir(file)},
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errOut}
	cfg.Heap.MaxBytes = 1 << 30
	m, err := vm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Heap.Close()
	m.RunMain(f)
	return strings.ReplaceAll(errOut.String(), file, "t.toy")
}

// TestTracebacks: tracebacks and syntax errors are CPython's to the byte.
func TestTracebacks(t *testing.T) {
	files, err := filepath.Glob("../../testdata/traceback/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".txt") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			programs, wants := strings.Split(string(src), "#---\n"), strings.Split(string(want), "#---\n")
			if len(programs) != len(wants) {
				t.Fatalf("%d programs, %d recordings", len(programs), len(wants))
			}
			for i, p := range programs {
				if got := stderrOf(t, p); got != wants[i] {
					t.Errorf("program %d:\n%s\ngot\n%s\nwant\n%s", i+1, p, got, wants[i])
				}
			}
		})
	}
}
