package main

// This file tests the primitives behind the library's modules: a program that gets hold of them may pass anything.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toylang/vm"
)

// runText runs a program given as text.
func runText(t *testing.T, strategy, text string) result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.toy")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return runProgram(file, strategy)
}

// odd are arguments that fit nowhere.
const odd = `
import sys
class Plain: pass
class Index: __slots__ = ("other", "index")
class Tuple(tuple): pass
def deep():
    x = []
    for i in range(100): x = [x]
    return x
odd = [None, 0, -1, 2 ** 40, 2 ** 70, 1.5, float("nan"), "", "x", "\u20ac", b"b", bytearray(b"x"), [], [1, "a"], (), (1, "a"), {}, {"a": 1}, {1},
       int, dict, tuple, type, object, Plain, Index, Tuple, Plain(), Tuple((1, 2)), len, deep, deep(), lambda x: 1 / 0,
       iter([]), range(3), sys, NotImplemented, ..., Exception, Exception()]
def bother(*functions):
    n = 0
    for f in functions:
        for args in [()] + [(a,) for a in odd] + [(a, b) for a in odd for b in odd] + [(a, b, a) for a in odd for b in odd] + [(a,) * n for a in odd for n in (9, 10)]:
            try:
                f(*args)
            except SystemError as e:
                print(f, args, e)
            except Exception as e:
                n += 1
    print(n > 0)
`

// TestPrimitives: whatever a program passes to the functions below the library, it gets a result or an exception of its own.
func TestPrimitives(t *testing.T) {
	for module, imports := range map[string]string{"_toy_source": "collections", "_hashlib": "hashlib", "_random": "random", "_toy_json": "json", "_toy_context": "contextvars"} {
		text := odd + "import collections, " + imports + `
m = sys.modules["` + module + `"]
bother(*[getattr(m, n) for n in dir(m) if not n.startswith("__")])
# what was told of classes harms nobody
for c in (Plain, Index, Tuple):
    class D(c): pass
    print(type(c()).__name__, type(D()).__name__)
print({}.keys(), collections.OrderedDict().keys(), collections.namedtuple("P", "x")(1).x)
`
		for _, strategy := range []string{"gil", "biased", "nolock"} {
			r := runText(t, strategy, text)
			want := "True\nPlain D\nIndex D\nTuple D\ndict_keys([]) odict_keys([]) 1\n"
			if r.out != want || r.crash != "" || r.exit != 0 || strings.Contains(r.err, "internal") {
				t.Errorf("%s under %s: %s\n%s%s", module, strategy, tail(r.out), r.crash, tail(r.err))
			}
		}
	}
}

// TestPrivateModules: a program finds no module that CPython has not.
func TestPrivateModules(t *testing.T) {
	r := runText(t, "gil", `
import collections, threading
for text in ("_toy_source", "_toy_usercontainers"):
    try:
        if text == "_toy_source":
            import _toy_source
        else:
            from _toy_usercontainers import UserDict
    except ModuleNotFoundError as e:
        print(e, e.name)
import _thread
class C: pass
try:
    _thread._type_name(C, "x.y")
except TypeError as e:
    print(C.__name__)
`)
	if want := "No module named '_toy_source' _toy_source\nNo module named '_toy_usercontainers' _toy_usercontainers\nC\n"; r.out != want {
		t.Errorf("%s%s", r.out, tail(r.err))
	}
}

// TestImportsAtOnce: threads import the library at once, while others use what an import tells the machine of. The race
// detector watches the machine.
func TestImportsAtOnce(t *testing.T) {
	text := `
import threading
from contextvars import ContextVar
from hashlib import sha256
shared, variable = sha256(), ContextVar("v")
start = threading.Barrier(6)
def imports():
    start.wait()
    import collections, contextvars, dataclasses, datetime, enum, hashlib, json, logging, random, statistics, typing
    if json.loads(json.dumps([1, {"a": 2.5}])) != [1, {"a": 2.5}] or hashlib.md5(b"").hexdigest()[:4] != "d41d":
        print("wrong")
    shared.update(b"x")
    random.seed(random.randint(1, 9))
    variable.set(datetime.date(2024, 1, 1) + datetime.timedelta(random.getrandbits(3)))
    logging.getLogger("a.b").debug(statistics.mean([1, 2]))
    P = collections.namedtuple("P", "x y")
    for i in range(50):
        p = P(i, y=2)
        if p.x != i or p.y != 2 or repr(collections.OrderedDict(a=i).keys()) != "odict_keys(['a'])":
            print("wrong", p)
    c = collections.deque([1]).copy()
def uses():
    start.wait()
    for i in range(3000):
        if repr({1: 2}.keys()) != "dict_keys([1])" or str(list[int]) != "list[int]":
            print("wrong")
        class C:
            @property
            def x(self): return 1
        C().x
        try:
            int[str]
        except TypeError:
            pass
threads = [threading.Thread(target=f) for f in (imports, imports, imports, uses, uses, uses)]
for t in threads: t.start()
for t in threads: t.join()
print("done" if shared.hexdigest() == sha256(b"xxx").hexdigest() else "lost")
`
	for _, strategy := range vm.SafeStrategies() {
		r := runText(t, strategy, text)
		if r.out != "done\n" || r.audit != "" || r.crash != "" {
			t.Errorf("%s: %s%s%s%s", strategy, tail(r.out), tail(r.err), r.audit, r.crash)
		}
	}
}
