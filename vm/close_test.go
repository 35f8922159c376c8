package vm

// This file tests the end of a machine: limits that a program cannot catch, and the memory given back.

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"toylang/lang"
)

func newLab(t testing.TB, strategy, src string, out io.Writer) (*VM, func() int) {
	t.Helper()
	f, err := lang.CompileSource("lab.toy", []byte(src), lang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Strategy: labStrategy(t, strategy), Load: labLoader{}, Stdin: strings.NewReader(""), Stdout: out, Stderr: out}
	cfg.Heap.MaxBytes, cfg.Heap.Reserve = 64<<20, 1<<28
	vm, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return vm, func() int { return vm.RunMain(f) }
}

// A limit's exception ends the program whatever it catches; finally blocks run on the way.
func TestLimitCannotBeCaught(t *testing.T) {
	for name, src := range map[string]string{
		"except": "def f():\n    while True:\n        try:\n            while True: pass\n        except SystemError: print('caught')\n        except BaseException: print('caught')\n" +
			"try:\n    f()\nfinally:\n    print('last', len([x for x in range(5)]))\n",
		"bare":      "while True:\n    try:\n        while True: pass\n    except: pass\nprint('caught')\n",
		"with":      "class S:\n    def __enter__(self): return self\n    def __exit__(self, *a): return True\ndef f():\n    while True:\n        with S():\n            while True: pass\nwhile True:\n    try: f()\n    finally: continue\n",
		"finally":   "def f():\n    try:\n        while True: pass\n    finally:\n        while True: pass\ntry: f()\nfinally: print('last')\n",
		"finaliser": "class D:\n    def __del__(self):\n        try:\n            while True: pass\n        except: pass\ndef f():\n    while True: D()\nf()\n",
		"exit":      "import sys\ntry:\n    while True: pass\nfinally:\n    print('last')\n    sys.exit(0)\n",
		"thread":    "import threading\ndef f():\n    while True:\n        try:\n            while True: pass\n        except BaseException: print('caught')\nts = [threading.Thread(target=f) for i in range(3)]\nfor x in ts: x.start()\nfor x in ts: x.join()\nprint('caught')\n",
		"spawn":     "import threading\ndef f():\n    try:\n        while True: pass\n    finally:\n        threading.Thread(target=f).start()\nf()\n",
		"lock":      "import threading\nl = threading.Lock()\nl.acquire()\ndef g():\n    while True: pass\nthreading.Thread(target=g).start()\nwhile True:\n    try: l.acquire()\n    except BaseException: print('caught')\n",
	} {
		for _, strategy := range append(SafeStrategies(), "nolock") {
			var out bytes.Buffer
			vm, run := newLab(t, strategy, src, &out)
			begin := time.Now()
			time.AfterFunc(50*time.Millisecond, func() { vm.Limit("the test's time") })
			done := make(chan int)
			go func() { done <- run() }()
			select {
			case exit := <-done:
				if s := out.String(); exit != ExitLimit || strings.Contains(s, "caught") || strings.Contains(src, "last") && !strings.Contains(s, "last") {
					t.Errorf("%s under %s: exit %d\n%s", name, strategy, exit, tailOf(s))
				}
				if !vm.Strategy.Unsafe() {
					if a := vm.Audit(vm.Main); !a.Clean() {
						vm.WriteAudit(os.Stderr, a)
						t.Errorf("%s under %s: audit", name, strategy)
					}
				}
				vm.Close()
			case <-time.After(10 * time.Second):
				t.Fatalf("%s under %s: still running after %v", name, strategy, time.Since(begin))
			}
		}
	}
}

// mappedBytes is the process's address space; 0 where it cannot be known.
func mappedBytes() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var pages int64
	_, _ = fmt.Sscan(string(b), &pages)
	return pages * int64(os.Getpagesize())
}

// Close gives back the heap, the code and the stacks, once all threads have ended; while a daemon exists it gives nothing
// back, and what the daemon touches stays.
func TestClose(t *testing.T) {
	src := "import threading\ndef f(): return [i for i in range(100)]\nts = [threading.Thread(target=f) for i in range(4)]\nfor x in ts: x.start()\nfor x in ts: x.join()\n"
	run := func() {
		vm, run := newLab(t, "atomic", src, io.Discard)
		if exit := run(); exit != 0 {
			t.Fatal(exit)
		}
		if first, again := vm.Close(), vm.Close(); !first || !again {
			t.Fatal("not closed")
		}
	}
	run()
	before := mappedBytes()
	for i := 0; i < 10; i++ {
		run()
	}
	if more := mappedBytes() - before; more > 300<<20 {
		t.Errorf("ten machines leave %d MiB of address space", more>>20)
	}
	for _, src := range []string{
		"import threading, time\nthreading.Thread(target=lambda: time.sleep(0.3), daemon=True).start()\n",
		"import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
		"import threading\ndef f():\n    try:\n        while True: pass\n    except BaseException:\n        while True: pass\nthreading.Thread(target=f, daemon=True).start()\n",
		"import threading\ndef f():\n    while True: pass\nthreading.Thread(target=f, daemon=True).start()\n",
	} {
		vm, run := newLab(t, "gil", src, io.Discard)
		if exit := run(); exit != 0 {
			t.Fatal(exit)
		}
		if !vm.Close() {
			t.Error("a daemon keeps its machine")
		}
	}
}

// A str that others see does not grow in place.
func TestAppendInPlace(t *testing.T) {
	vm, _ := newLab(t, "gil", "0", io.Discard)
	defer vm.Close()
	x := vm.Main
	long := strings.Repeat("interned", 20)
	tail := x.NewStr("tail")
	a := vm.Intern(long) // its count may well be one
	r := x.Inplace(Add, a, tail)
	if r == a || x.GoStr(a) != long || x.GoStr(r) != long+"tail" {
		t.Error("an interned str grew")
	}
	x.Decref(r)
	b := x.NewStr(long)
	r = x.Inplace(Add, b, tail) // makes room
	x.Decref(b)
	if b = x.Inplace(Add, r, tail); b != r || x.GoStr(b) != long+"tailtail" {
		t.Error("a str that nobody else has did not grow in its slot")
	}
	x.DecrefAll(r, b, tail)
}
