package vm

// This file makes random racy programs: some threads that share lists, dicts, sets, objects, classes, globals, generators,
// closures, strings, iterators and exceptions, and change all of them without any care.

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// racyHead is what all programs share. N* are lists of plain numbers: only these are compared, so that no program compares
// or prints a structure that is exponentially deep.
const racyHead = `
import threading, weakref, gc, sys
class C:
    kind = 0
    def __init__(self, a):
        self.a = a
        self.cnt = 0
    def m(self, z):
        self.cnt += 1
        return z
    @property
    def p(self):
        return self.a
class C2(C):
    def m(self, z):
        return super().m(z)
class F:
    def __init__(self, a):
        self.a = a
    def __del__(self):
        N1.append(1)
        globals()["g1"] = self.a
class X(Exception):
    pass
class Man:
    def __enter__(self):
        return L0
    def __exit__(self, *a):
        return True
class Key:
    def __init__(self, k):
        self.k = k
    def __hash__(self):
        return self.k & 3
    def __eq__(self, o):
        N0.append(self.k)
        return isinstance(o, Key) and o.k == self.k
    def __lt__(self, o):
        return self.k < o.k
def gen(n):
    for i in range(n):
        try:
            x = yield (i, L0)
        except X:
            x = 0
def flat(l):
    yield from l
def counter():
    n = 0
    last = None
    def inc(v):
        nonlocal n, last
        n += 1
        last = v
        return n
    def get():
        return last
    return inc, get
def f(*a, **k):
    return len(a) + len(k)
def rec(n):
    return [n] if n < 1 else rec(n - 1) + [n]
L0, L1, N0, N1 = [], [1, 2, 3], [3, 1, 2], list(range(50))
D0, D1, DS = {}, {i: str(i) for i in range(20)}, {"a": 1, "b": 2}
S0, S1 = set(), set(range(30))
BA = bytearray(b"hello")
o0, o1 = C(1), C2([])
g0, g1 = None, (1, 2)
G = gen(10)
IT, DI = iter(L1), iter(D1)
STR, B, E = "", 1, ValueError("first")
W = weakref.ref(o0)
inc, get = counter()
lock, rlock = threading.Lock(), threading.RLock()
`

// racyStatements are the things that a thread may do. $L $N $D $S $o are shared names, $v a value, $k a key.
var racyStatements = strings.Split(strings.TrimSpace(`
$L.append($v)
$L.append($v); $L.append($v)
x = $L.pop()
x = $L.pop(0)
$L[i % (len($L) or 1)] = $v
x = $L[-1]
x = $L[i % 3]
del $L[0]
$L.insert(i % 5, $v)
$L.extend([$v, $v])
$L.extend($L[:20])
$L += ($v,)
$L[:] = $L[:30]
$L[1:3] = [$v, $v, $v]
del $L[2:]
$L.clear()
$L.reverse()
x = $L.copy()
x = $L[::2]
x = [z for z in $L]
x = list($L) + [$v]
for z in $L: x = z
for n, z in enumerate($L): $L.append(z) if n < 50 else $L.clear()
for n, z in enumerate($L): x = (n, z)
a, b = $L[:2]
a, *b = $L
x = f(*$L[:7])
x = tuple($L)
$L.sort(key=id)
x = sorted($L, key=id)
x = max($L, key=id)
$N.sort()
$N.sort(key=lambda z: ($N.append(z), z)[1])
$N.append(i & 15)
x = i & 15 in $N
$N.remove(i & 15)
x = $N.index(3)
x = $N.count(1), sum($N), min($N), $N == $N
$N[:] = $N[:40] * 2
x = "".join(map(str, $N))
x = repr($N)
$D[$k] = $v
$D[$k] = $v; del $D[$k]
x = $D[$k]
x = $D.get($k)
x = $D.pop($k, None)
x = $D.setdefault($k, $v)
$D.update($D)
$D.update({$k: $v})
x = $D.popitem()
$D.clear()
x = $k in $D
for z in $D: x = $D[z]
for z, y in $D.items(): $D[z] = y
for z in list($D): del $D[z]
x = list($D.values())
x = $D.copy()
x = $D | $D
x = {**$D}
x = $D.keys() & $S
x = f(**DS)
DS["k%d" % (i % 9)] = $v
DS.pop("k%d" % (i % 9), None)
$S.add($k)
$S.discard($k)
x = $S.pop()
$S |= {$k}
x = $S & $S
$S.update(range(i % 40))
$S -= {1, 2, 3}
for z in $S: x = z
x = frozenset($S), $S <= $S, len($S)
$S.clear()
$o.a = $v
x = $o.a
x = $o.p
$o.cnt += 1
x = $o.m($v)
setattr($o, "f%d" % (i % 12), $v)
x = getattr($o, "f%d" % (i % 12), None)
del $o.f1
x = dict(vars($o))
$o.__dict__["d"] = $v
$o.__dict__ = {"a": $v, "cnt": 1}
f.__defaults__ = ($v,)
f.tag = $v
x = f.tag, f.__dict__, f.__name__
f.__dict__ = {"tag": $v}
C.__name__ = "C%d" % (i % 3)
x = C.__dict__, C.__name__, C.__mro__, C.__subclasses__()
C2.__bases__ = (C,)
E.__context__ = X(i)
E.__traceback__ = None
x = E.args, str(E), E.__traceback__, E.__context__
with Man(): raise X(i) from E
E.__cause__ = X(i)
x = str($o.a)[:50] if isinstance($o.a, (int, str)) else None
C.p = property(lambda self: $v)
x = $o.nope
C.__getattr__ = lambda self, n: $v
del C.__getattr__
x = G.gi_frame, G.gi_running
x = iter($S), reversed($L), iter($D.keys())
x = next(x)
x = slice(1, i), $L[slice(0, 3)]
x = STR in "xyxy", STR * 2, STR + STR, STR.encode(), hash(STR)
$o.__class__ = C2 if i & 1 else C
$o = C(i)
C.kind = $v
x = C.kind, C2.kind, $o.kind
C.m = lambda self, z: z
C2.m = lambda self, z: z
del C.kind
C.kind = 0
x = type("K", (C,), {"q": $v})(1).q
x = isinstance($o, C), issubclass(C2, C)
global g0; g0 = $v
x = g0
global g1; g1 = (g1, i) if i % 5 else None
global g0; del g0
globals()["dyn%d" % (i % 6)] = $v
x = next(G, None)
x = G.send(i)
x = G.throw(X)
global G; G = gen(i % 7)
G.close()
for z in flat($L): x = z
for z in gen(3): x = z
x = next(IT, None)
global IT; IT = iter($L)
x = next(DI, None)
global DI; DI = iter($D.items())
x = list(zip($L, IT))
x = inc($v)
x = get()
global inc, get; inc, get = counter()
global STR; STR += "xy"
global STR; STR = STR[-30:] + str(i)
x = STR.split("x"), STR.replace("x", "é"), STR.upper()
x = f"{STR} {i:5d} %s" % STR
x = STR[i % 10]
global B; B = B * 12345678901 % 10 ** 40 + i
x = B // 7, -B, B >> 3, str(B)
BA.append(i & 255)
BA.extend(b"abc")
BA[0] = i & 255
del BA[:3]
x = bytes(BA), BA[1:4], BA.find(b"a")
BA.clear()
raise X($v)
raise E
global E; E = X(1)
E.args = ($v,)
with Man() as x: raise X(i)
x = F($v)
F(i)
W()
global W; W = weakref.ref($o)
x = W().a
global W; W = weakref.ref(F($v), lambda r: L0.append(1))
lock.acquire(timeout=0.001); lock.release()
with rlock: $L.append(i)
x = rec(i % 10)
x = sys.getrefcount($o)
x = [lambda: $v for z in range(3)][0]()
x = (lambda *a: a)(*$L[:3])
x = {z: z for z in range(i % 20)}
x = {z for z in range(i % 20)}
x = list(map(lambda z: z, $L))
x = [id(z) for z in $L if z is not None]
x = Key(i); $D[x] = $v; x = $D.get(Key(i))
$S.add(Key(i & 7))
x = sorted([Key(3), Key(i), Key(1)])[0].k
x = a = b = $v
x = i.bit_length(), float(i), divmod(i, 7)
print("", end="")
`), "\n")

// racyRare are those that stop or start threads.
var racyRare = []string{
	"gc.collect()",
	"x = threading.Thread(target=inc, args=($v,)); x.start(); x.join()",
	"x = threading.current_thread().name",
	"x = threading.local(); x.a = $v",
	"gc.collect(); x = gc.get_referents($L)[:3]",
}

// racyGen writes programs.
type racyGen struct{ r *rand.Rand }

func (g racyGen) of(s ...string) string { return s[g.r.IntN(len(s))] }

func (g racyGen) value() string {
	return g.of("i", "i", "i * 1.5", "None", "str(i)", "(i, L0)", "[i]", "{i: i}", "o0", "o1", "C(i)", "L1", "D0", "g0", "g1", "E", "lambda: i", "F(i)",
		"(i, (i, i))", "'abc'", "2 ** 70 + i", "gen(3)", "STR", "{1, i}", "C", "f", "o0.m", "L0.append", "frozenset([i])", "range(i)", "b'x' * (i % 30)")
}

// fill replaces the $ words of a statement.
func (g racyGen) fill(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '$' {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i : i+1]; c {
		case "v":
			b.WriteString(g.value())
		case "k":
			b.WriteString(g.of("i", "i % 10", "str(i % 10)", "(i & 3, 'k')", "None", "1.5", "Key(i & 7)"))
		default:
			b.WriteString(c + g.of("0", "1"))
		}
	}
	return b.String()
}

// program writes a program of some threads that each do some statements so many times.
func (g racyGen) program(iterations int) string {
	var b strings.Builder
	b.WriteString(racyHead)
	threads := 2 + g.r.IntN(3)
	common := g.picks(3 + g.r.IntN(6)) // several threads do the same things: that is where they meet
	for n := 0; n < threads; n++ {
		fmt.Fprintf(&b, "def w%d():\n    global L0, L1, N0, N1, D0, D1, S0, S1, o0, o1\n    x = a = b = None\n    for i in range(%d):\n", n, iterations)
		list := append(g.picks(3+g.r.IntN(10)), common...)
		g.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if g.r.IntN(4) == 0 {
			list = append(list, g.of(racyRare...))
		}
		for _, s := range list {
			if strings.HasPrefix(s, "global ") { // a function of its own, for the declaration
				decl, rest, _ := strings.Cut(s, ";")
				fmt.Fprintf(&b, "        def q(x=x, i=i):\n            %s\n            %s\n", decl, g.fill(strings.TrimSpace(rest)))
				s = "q()"
			}
			fmt.Fprintf(&b, "        try:\n            %s\n        except Exception as e:\n            x = e\n", g.fill(s))
		}
		b.WriteString("        if len(L0) > 200: L0.clear()\n        if len(L1) > 200: del L1[10:]\n        if len(N0) + len(N1) > 400: N0, N1 = [1], [2]\n")
		b.WriteString("        if len(STR) > 500: globals()['STR'] = ''\n")
	}
	fmt.Fprintf(&b, "ts = [threading.Thread(target=w) for w in [%s]]\n", g.names(threads))
	b.WriteString("for t in ts: t.start()\nfor t in ts: t.join()\n")
	return b.String()
}

func (g racyGen) picks(n int) []string {
	var out []string
	for i := 0; i < n; i++ {
		out = append(out, racyStatements[g.r.IntN(len(racyStatements))])
	}
	return out
}

func (g racyGen) names(n int) string {
	var out []string
	for i := 0; i < n; i++ {
		out = append(out, fmt.Sprint("w", i))
	}
	return strings.Join(out, ", ")
}
