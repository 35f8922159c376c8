package main

// This file tests who is blamed: the seeded object comes first on each rung of the ladder of sharing, and the ledger's sums
// are what they must be.

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/vm"
)

func runBlamed(t *testing.T, strategy, file string, ledger bool, args ...string) *vm.VM {
	t.Helper()
	s, err := vm.ParseStrategy(strategy)
	if err != nil {
		t.Fatal(err)
	}
	l := loader.New()
	f, err := l.File(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg := vm.Config{Strategy: s, Load: l, Args: append([]string{file}, args...), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Contention: !ledger, Ledger: ledger}
	cfg.Heap.MaxBytes = 256 << 20
	m, err := vm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	if exit := m.RunMain(f); exit != 0 {
		t.Fatalf("%s under %s: exit code %d", file, strategy, exit)
	}
	return m
}

// Threads must meet for an object to be fought over: the programs do more and more until they have.
func TestContentionLadder(t *testing.T) {
	for rung, typ := range map[string]string{"nothing": "", "object": "object", "function": "function", "list_read": "list", "dict_read": "dict", "attr": "Point",
		"counter": "_thread.lock", "append": "list", "write": "list"} {
		file := filepath.Join("../../testdata/contention", rung+".toy")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for i, line := range strings.Split(string(src), "\n") {
			if strings.HasSuffix(line, "# contended") {
				want = fmt.Sprintf("%s:%d", file, i+1)
			}
		}
		for _, strategy := range []string{"perobject", "atomic"} {
			last := ""
			for many := 100000; ; many *= 2 {
				r := runBlamed(t, strategy, file, false, fmt.Sprint(many)).Fought()
				if want == "" && r.Bounces < 1000 {
					break
				}
				if len(r.Objects) > 0 {
					x := r.Objects[0]
					if want != "" && x.Type == typ && x.Alloc == want && len(x.Lines) > 0 {
						break
					}
					last = fmt.Sprintf("%s %s %s, %d bounces, %d waits", x.Type, x.Name, x.Alloc, x.Bounces, x.Waits)
				}
				if many > 2000000 {
					t.Errorf("%s under %s: first is %s; want %s allocated at %s", rung, strategy, last, typ, want)
					break
				}
			}
		}
	}
}

func TestLedgerSums(t *testing.T) {
	burn := "def burn():\n    x = 0\n    for i in range(400000):\n        x = x + i * 3\n"
	start := "import threading, time\n" + burn + "ts = [threading.Thread(target=f) for f in %s]\nfor t in ts: t.start()\nfor t in ts: t.join()\n"
	nap := "def nap():\n    for i in range(10):\n        time.sleep(0.005)\n"
	for name, src := range map[string]string{
		"one":   burn + "burn()\n",
		"two":   fmt.Sprintf(start, "(burn, burn)"),
		"sleep": nap + fmt.Sprintf(start, "(burn, nap)"),
	} {
		file := filepath.Join(t.TempDir(), name+".toy")
		if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, strategy := range []string{"gil", "ticks", "perobject"} {
			r := runBlamed(t, strategy, file, true).Spent()
			var held, byLine, all time.Duration
			for _, x := range r.Threads {
				sum := x.Held + x.Waited + x.Blocked
				about(t, name+" "+strategy+" "+x.Name, sum, x.Life)
				held += x.Held
				all += sum
			}
			for _, x := range r.Lines {
				byLine += x.Held + x.Waited + x.Blocked
			}
			about(t, name+" "+strategy+" lines", byLine, all)
			about(t, name+" "+strategy+" main thread", r.Threads[0].Life, r.Wall)
			if r.OneLock {
				about(t, name+" "+strategy+" the lock", held+r.Wall-r.Busy, r.Wall)
			}
		}
	}
}

// about wants two times equal within 2 %: they are made of the same clock readings.
func about(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d < -want/50-time.Microsecond || d > want/50+time.Microsecond {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
