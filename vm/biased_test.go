package vm

// This file tests what is biased's own: iterators, containers and methods that others change while they are read without
// a lock, objects that die in another thread than they were made in, deferred objects that die.

import (
	"strings"
	"testing"
	"time"
)

// biasedPrograms print what they would print under one lock, whatever the threads do.
var biasedPrograms = map[string]string{
	"one range for all": `
it = iter(range(30000))
def work(k):
    n = s = 0
    for i in it:
        n += 1
        s += i
    return n, s
def check(rs): print(sum(r[0] for r in rs), sum(r[1] for r in rs) == sum(range(30000)))
`,
	"one list iterator for all": `
it = iter([[i] for i in range(20000)])
def work(k): return sorted(x[0] for x in it)
def check(rs): print(sum(len(r) for r in rs), sorted(sum(rs, [])) == list(range(20000)))
`,
	"one generator after the other": `
def gen():
    for i in range(3000): yield i
g = gen()
lock = threading.Lock()
def work(k):
    n = 0
    while True:
        with lock:
            x = next(g, None)
        if x is None: return n
        n += 1
def check(rs): print(sum(rs), all(r >= 0 for r in rs))
`,
	"a dict that grows": `
d = {'a': [1], 'b': [2], 3: [3]}
def work(k):
    bad = 0
    for i in range(4000):
        if k == 0:
            d['k%d' % i] = [i]
            if i % 3 == 0: del d['k%d' % i]
            if i % 500 == 0: d.update({j: j for j in range(10, 60)})
        else:
            if d['a'] != [1] or d['b'] != [2] or d[3] != [3] or d.get('zz') is not None: bad += 1
    return bad
def check(rs): print(rs)
`,
	"values that are replaced": `
class C: pass
c = C()
c.x = [0, 0]
l = [[0, 0]]
d = {'k': [0, 0]}
def work(k):
    bad = 0
    for i in range(5000):
        if k == 0:
            v = [i, i]
            c.x = v; l[0] = [i, i]; d['k'] = (i, i)
        else:
            for v in (c.x, l[0], d['k']):
                if v[0] != v[1]: bad += 1
    return bad
def check(rs): print(rs)
`,
	"a list that grows and shrinks": `
l = [[i] for i in range(50)]
def work(k):
    bad = 0
    for i in range(4000):
        if k == 0:
            for j in range(20): l.append([j])
            del l[50:]
        elif l[i % 50] != [i % 50]: bad += 1
    return bad
def check(rs): print(rs)
`,
	"a method that is replaced": `
class C:
    def m(self): return 1
c = C()
def work(k):
    bad = 0
    for i in range(3000):
        if k == 0:
            C.m = (lambda v: lambda self: v)(i % 2 + 1)
        elif c.m() not in (1, 2): bad += 1
    return bad
def check(rs): print(rs)
`,
	"a global that is replaced": `
g = [0, 0]
def f(): return 5
def work(k):
    global g, f
    bad = 0
    for i in range(4000):
        if k == 0:
            g = [i, i]
            if i % 50 == 0:
                def f(): return 5
            globals()['fresh%d' % i] = i
        else:
            x = g
            if x[0] != x[1] or f() != 5: bad += 1
    return bad
def check(rs): print(rs)
`,
	"objects that die elsewhere": `
died = []
class C:
    def __del__(self): died.append(1)
import queue
q = queue.Queue()
def work(k):
    if k == 0:
        for i in range(1500): q.put([C()])
        for i in range(3): q.put(None)
        return 0
    n = 0
    while q.get() is not None: n += 1
    return n
def check(rs):
    print(sum(rs), len(died))
`,
	"weak references from elsewhere": `
import weakref
class C: pass
def work(k):
    bad = 0
    for i in range(1500):
        c = C()
        c.k = k
        box[k] = weakref.ref(c)
        for r in list(box.values()):
            x = r()
            if x is not None and x.k not in (0, 1, 2, 3): bad += 1
        x = None
    return bad
box = {k: weakref.ref(C) for k in range(4)}
C.k = 0
def check(rs): print(rs)
`,
	"an attribute that comes and goes": `
class C:
    __slots__ = ('x', 'y')
c = C()
def work(k):
    bad = 0
    for i in range(4000):
        try:
            if k == 0:
                c.x = i; c.y = [i]
                del c.x, c.y
            elif c.x < 0 or c.y[0] < 0: bad += 1
        except AttributeError: pass
    return bad
def check(rs): print(rs)
`,
	"a hot object that dies": `
import weakref
class C:
    def m(self): return 1
def hot(): return 1
c = C()
refs = [weakref.ref(x) for x in (C, hot, c)]
def work(k):
    n = 0
    for i in range(6000): n += c.m() + hot()
    return n
def check(rs):
    global C, hot, c
    c = None
    print(rs, refs[2]() is None)
    hot = None
    print(refs[1]() is None)
`,
}

const biasedFrame = `
def main():
    rs = [None] * 4
    def run(k): rs[k] = work(k)
    ts = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    check(rs)
main()
`

var biasedWant = map[string]string{
	"one range for all": "30000 True\n", "one list iterator for all": "20000 True\n", "one generator after the other": "3000 True\n",
	"objects that die elsewhere": "1500 1500\n", "a hot object that dies": "[12000, 12000, 12000, 12000] True\nTrue\n",
}

// tellsDeath are the programs that print when objects die.
var tellsDeath = map[string]bool{"objects that die elsewhere": true, "a hot object that dies": true}

func TestBiased(t *testing.T) {
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for name, src := range biasedPrograms {
		want := biasedWant[name]
		if want == "" {
			want = "[0, 0, 0, 0]\n"
		}
		for _, strategy := range []string{"biased", "biased --defer off", "biased --lockfree-reads off", "biased --lock gil", "perobject --count biased", "perobject", "atomic", "traced", "traced --lockfree-reads off"} {
			if strings.HasPrefix(strategy, "traced") && tellsDeath[name] {
				continue
			}
			t.Run(strings.ReplaceAll(name+"/"+strategy, " ", "_"), func(t *testing.T) {
				for i := 0; i < rounds; i++ {
					l := (&lab{strategy: strategy, src: "import threading\n" + src + biasedFrame, limit: time.Minute}).run(t)
					if l.check(t, name) && l.out.String() != want {
						t.Fatalf("printed %q, want %q", l.out.String(), want)
					}
				}
			})
		}
	}
}

// Deferral happens, and what was deferred is counted exactly and dies when its last reference goes.
func TestDeferralHappens(t *testing.T) {
	src := "import threading\n" + biasedPrograms["a hot object that dies"] + biasedFrame
	l := (&lab{strategy: "biased", src: src, limit: time.Minute}).run(t)
	if made, _ := l.vm.Heap.DeferStats(); !l.check(t, "hot") || made < 3 {
		t.Errorf("%d objects were deferred; the function, the class's method and the instance are hot", made)
	}
}
