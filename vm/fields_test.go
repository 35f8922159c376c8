package vm

// This file tests fields of built-in records that programs may assign while others read them.

import (
	"fmt"
	"strings"
	"testing"
)

// hammer runs the statements on some threads at once, over and over.
func hammer(head string, statements ...string) string {
	var b strings.Builder
	b.WriteString("import threading, sys\n" + head)
	for i, s := range statements {
		fmt.Fprintf(&b, "def work%d():\n    for i in range(ROUNDS):\n        try:\n", i)
		for _, line := range strings.Split(s, "\n") {
			fmt.Fprintf(&b, "            %s\n", line)
		}
		b.WriteString("        except (ValueError, TypeError, RuntimeError, StopIteration, KeyError, AttributeError, X):\n            pass\n")
	}
	b.WriteString("ts = []\nfor w in [")
	for i := range statements {
		fmt.Fprintf(&b, "work%d, ", i)
	}
	b.WriteString("]:\n    for k in range(2):\n        ts.append(threading.Thread(target=w))\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint('done')\n")
	return b.String()
}

// Fields that change after creation are read and written under the object's lock: under strategies that claim to be safe
// no count is lost, whoever assigns meanwhile.
func TestFieldsThatChange(t *testing.T) {
	rounds := 3000
	if testing.Short() {
		rounds = 400
	}
	programs := map[string]string{
		"exception": hammer("class X(Exception): pass\nE = X('a', ['b'])\nK = KeyError(['k'])\n",
			"E.args = (str(i) + 'x', [i])",
			"E.__cause__ = X(i); E.__context__ = X(i)",
			"E.__traceback__ = None; E.__suppress_context__ = i % 2",
			"x = E.args, E.__cause__, E.__context__, E.__traceback__, E.__suppress_context__",
			"str(E); repr(E); str(K)\nK.args = ([i],)",
			"E.__dict__\nE.note = [i]\nE.with_traceback(None)",
			"raise E",
			"try:\n    raise X(i) from E\nexcept X as e:\n    raise E",
			"try:\n    raise E\nexcept X as e:\n    x = sys.exc_info()\n    e.args"),
		"function": hammer("class X(Exception): pass\ndef f(a, b=[0], *, c=['k']): return (a, b, c)\n",
			"f.__defaults__ = ([i],)", "f.__kwdefaults__ = {'c': [i]}", "f.__name__ = 'n' + str(i); f.__qualname__ = 'q' + str(i)",
			"f.__doc__ = 'd' + str(i); f.__module__ = 'm' + str(i)", "f.__annotations__ = {'a': [i]}",
			"x = f(1), f(1, 2), f(1, c=2)", "x = f.__defaults__, f.__kwdefaults__, f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__annotations__, f.__dict__",
			"repr(f); f.tag = [i]; f.tag", "f()", "f(1, 2, 3, 4)"),
		"property": hammer("class X(Exception): pass\nclass C:\n    def __init__(self): self.v = 0\np = property(lambda s: [s.v])\nC.p = p\nc = C()\ndef make():\n    v = [0]\n    def get(): return v\n    def put(x):\n        nonlocal v\n        v = x\n    return get, put\nget, put = make()\n",
			"p.__doc__ = 'd' + str(i)", "x = p.__doc__", "x = p.setter(None).__doc__", "x = c.p",
			"put([i])", "x = get()", "x = get.__closure__[0].cell_contents",
			"c.__dict__ = {'v': [i]}", "c.v = [i]; x = c.__dict__"),
		"generator": hammer("class X(Exception): pass\ndef inner():\n    while True:\n        try:\n            yield [1]\n        except X:\n            return [2]\ndef outer():\n    try:\n        while True:\n            x = yield from inner()\n            yield x\n    except X:\n        yield [3]\nG = [outer(), outer()]\nU = [outer(), outer()]\n",
			"x = next(G[i % 2])", "x = G[i % 2].throw(X([i]))", "G[i % 2] = outer()\nU[i % 2] = outer()", "U[i % 2].close()",
			"U[i % 2].throw(X(i))", "x = G[i % 2].gi_running, G[i % 2].gi_frame, repr(G[i % 2])\nG[i % 2].send(None)", "if i % 20 == 0: G[0].close()"),
	}
	for name, src := range programs {
		src = strings.ReplaceAll(src, "ROUNDS", fmt.Sprint(rounds))
		for _, strategy := range SafeStrategies() {
			t.Run(name+"/"+strategy, func(t *testing.T) {
				l := (&lab{strategy: strategy, src: src, limit: 60e9}).run(t)
				if l.check(t, strategy) && (l.exit != 0 || !strings.Contains(l.out.String(), "done")) {
					t.Errorf("exit %d: %s", l.exit, tailOf(l.out.String()))
				}
			})
		}
	}
}

func tailOf(s string) string { return s[max(0, len(s)-2000):] }
