package vm

// This file tests the strategy traced: what is dead is freed, finalisers run once and respect resurrection, and what is in
// use is never freed.

import (
	"strings"
	"testing"
)

// traced runs a program under traced and gives what it printed.
func traced(t *testing.T, l *lab) string {
	t.Helper()
	l.strategy, l.limit = "traced", 60e9
	if l.run(t).check(t, "traced") && l.exit != 0 {
		t.Errorf("exit %d\n%s", l.exit, l.out.String())
	}
	return l.out.String()
}

// Objects by the million need no more memory than those alive at once, wherever they are made: in the main module's body,
// in threads, in built-ins that call back, in generators and class bodies.
func TestTracedChurn(t *testing.T) {
	n := "150000"
	if testing.Short() {
		n = "40000"
	}
	for name, src := range map[string]string{
		"main":      "for i in range(N):\n    a = C(i); a.o = a\n",
		"function":  "def f():\n    for i in range(N):\n        a = C(i); a.o = a\nf()\n",
		"thread":    "import threading\ndef f():\n    for i in range(N):\n        a = C(i); a.o = a\nts = [threading.Thread(target=f) for _ in range(2)]\nfor x in ts: x.start()\nfor x in ts: x.join()\n",
		"generator": "for a in (C(i) for i in range(N)): a.o = a\n",
		"class":     "class K:\n    for i in range(N):\n        a = C(i); a.o = a\n",
		"sum":       "sum(len(C(i).x) for i in range(N))\n",
		"max":       "max((C(i) for i in range(N)), key=lambda c: c.v)\n",
		"any":       "any(c.v < 0 for c in map(C, range(N)))\n",
		"filter":    "for c in filter(lambda c: c.v < 0, map(C, range(N))): pass\n",
		"callback":  "sorted([2, 1], key=lambda k: [C(i) for i in range(N) if C(i).v < 0])\n",
		"deque":     "from collections import deque\ndeque(map(C, range(N)), maxlen=2)\n",
		"del":       "class D(C):\n    def __del__(self): self.o = None\nfor i in range(N // 10):\n    a = D(i); a.o = a\n",
		"weak":      "import weakref\nfor i in range(N // 10):\n    r = weakref.ref(C(i), lambda r: None)\n",
	} {
		l := &lab{src: "class C:\n    def __init__(self, v): self.v = v; self.x = [v] * 10\nN = " + n + "\n" + src}
		l.cfg.Heap.MaxBytes = 24 << 20
		if out := traced(t, l); out != "" {
			t.Errorf("%s: %s", name, tailOf(out))
		}
		if c := l.vm.tracing.collections.Load(); c < 2 {
			t.Errorf("%s: %d collections", name, c)
		}
	}
}

// Finalisers and weak references, in the order of PEP 442; at the end of the program what remains is finalised.
func TestTracedEndings(t *testing.T) {
	out := traced(t, &lab{src: `
import gc, weakref
class D:
    def __init__(self, n): self.n = n
    def __del__(self):
        print("del", self.n, w() if self.n == "a" else "-")
        if self.n == "back": keep.append(self)
keep = []
def make():
    global w
    a = D("a"); a.me = a
    w = weakref.ref(a, lambda r: print("callback", r() is None))
    D("back")
    D("outer").inner = D("inner")
make()
gc.collect()
print(w(), [x.n for x in keep], gc.collect() < 10)
keep.clear()
gc.collect()
def g():
    try:
        yield 1
    finally:
        print("closed")
next(g())
gc.collect()
class Deep: pass
top = None
for i in range(100000):
    d = Deep(); d.next = top; top = d
del top, d
print(gc.collect() >= 100000)
last = D("last")
`})
	lines := strings.Split(strings.TrimSpace(out), "\n")
	want := map[string]int{"callback True": 1, "del a None": 1, "del back -": 1, "del outer -": 1, "del inner -": 1, "None ['back'] True": 1, "closed": 1, "True": 1, "del last -": 1}
	for _, l := range lines {
		want[l]--
	}
	for l, n := range want {
		if n != 0 {
			t.Errorf("%q: %d too few\n%s", l, n, out)
		}
	}
	if lines[0] != "callback True" || lines[len(lines)-1] != "del last -" {
		t.Errorf("the order is wrong:\n%s", out)
	}
}

// A reference that Go code holds, and that nobody knows of, is freed by the next collection: check mode tells.
func TestTracedForgottenHold(t *testing.T) {
	for _, forget := range []bool{false, true} {
		l := &lab{src: "import gc\nx = probe(lambda: gc.collect())\nprint(x)\n", cfg: Config{Check: true, OnFault: FaultContinue}}
		l.before = func(vm *VM) {
			vm.Main.defFuncs([]Def{{"probe(f, /)", func(t *Thread, a []Value) Value {
				mark := t.ScopeMark()
				v := t.NewList(True)
				if forget {
					t.ScopeCut(mark)
				}
				t.Decref(t.Call(a[0]))
				return v
			}}})
		}
		l.strategy = "traced"
		l.run(t)
		if _, faults := l.vm.Heap.Faults(); l.crash != "" || (faults > 0 || l.audit.Early > 0) != forget {
			t.Errorf("forgotten %v: %d faults, %d dangling %s\n%s", forget, faults, l.audit.Early, l.crash, l.out.String())
		}
	}
}

// sys.getrefcount counts when it is asked.
func TestTracedGetrefcount(t *testing.T) {
	src := "import sys\nx = []\ny = [x, x]\nprint(sys.getrefcount(x))\ndel y\nprint(sys.getrefcount(x))\n"
	if got := traced(t, &lab{src: src}); got != "4\n2\n" {
		t.Errorf("%q", got)
	}
}
