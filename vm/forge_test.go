package vm

// This file forges: programs put arbitrary bits into the words of their objects, then do with them all that Python can
// do, under strategies that may race. The host must not fall over, whatever they do.

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"toylang/refcount"
)

// forgeKinds make an object of each kind; forgeUses use one.
var forgeKinds = []string{"[1, 'a', None]", "{1: 2, 'k': []}", "{1, 2, 'x'}", "(1, 2, 3)", "'some text'", "'\u0442\u0435\u043a\u0441\u0442'", "b'bytes'",
	"bytearray(b'array')", "2 ** 70", "C(1)", "C", "f", "mk()", "gen()", "iter([1, 2])", "iter({1: 2})", "range(10 ** 20)", "slice(1, 2)", "X(1, 2)",
	"C(1).m", "[].append", "property(f)", "weakref.ref(C)", "frozenset([1])", "enumerate([1])", "zip([1], [2])", "{1: 2}.items()",
	"threading.Lock()", "super(C2, C2(1))", "type(f.__code__) if hasattr(f, '__code__') else 0", "memory()", "list"}

var forgeUses = strings.Split(strings.TrimSpace(`
x[0]
x[0] = 1
x['k'] = 2
del x[0]
len(x)
list(x)
tuple(x)
for z in x: break
next(x)
x.send(None)
x.close()
x()
x(1)
x(1, 2, k=3)
x + x
x * 2
x == x
x == [1]
x < x
hash(x)
repr(x)
str(x)
'%s' % x
bool(x)
int(x)
-x
x // 3
1 in x
x.a
x.a = 1
x.m(1)
x.append(1)
x.pop()
x.update(x)
x.add(1)
x.sort()
x.items()
x.copy()
x.clear()
x.upper()
x.split('e')
x.encode()
x.decode()
x.find(b'y')
x[1:3]
a, b, *c = x
{x: 1}
{**x}
f(*x)
f(**x)
x.__dict__
x.__class__
x.__name__
x.__defaults__
x.__closure__
raise x
isinstance(1, x)
isinstance(x, C)
class Y(x): pass
with x: pass
[x, x].sort()
gc.collect()
[C(i) for i in range(20)]
gc.get_referents(x)
x.extend(x)
x.acquire(timeout=0.001)
''.join([x, x])
x | x
x & x
x.start, x.stop
`), "\n")

const forgeHead = `
import _forge, gc, weakref, threading
class C:
    kind = 1
    def __init__(self, a):
        self.a = a
    def m(self, z):
        return self.a
class C2(C): pass
class X(Exception): pass
def f(*a, b=1, **k):
    return a
def mk():
    n = [1]
    def inner(z=1):
        return n
    return inner
def gen():
    yield 1
    yield 2
def memory():
    return [bytearray(3), {}]
`

// TestForgedObjects: every kind of object, every word of its slot, some patterns, all uses.
func TestForgedObjects(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 12
	}
	seed := *racySeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1e9
	}
	failed := 0
	for i := 0; i < rounds && failed < 3; i++ {
		r := rand.New(rand.NewPCG(seed+uint64(i), 3))
		var b strings.Builder
		b.WriteString(forgeHead)
		for n := 0; n < 12; n++ {
			kind, word, bits := forgeKinds[r.IntN(len(forgeKinds))], r.IntN(8), forgePattern(r)
			fmt.Fprintf(&b, "def w():\n    x = %s\n    y = [x]\n    _forge.poke(x, %d, %d, %d)\n", kind, word, bits>>32, uint32(bits))
			for k := 0; k < 12; k++ {
				fmt.Fprintf(&b, "    try:\n        %s\n    except BaseException:\n        pass\n", forgeUses[r.IntN(len(forgeUses))])
			}
			b.WriteString("try:\n    w()\nexcept BaseException:\n    pass\n")
		}
		strategy := []string{"nolock", "nolock --count atomic"}[i%2] // without object locks: a forged lock bit has no holder
		l := &lab{strategy: strategy, src: b.String(), limit: 3 * time.Second}
		l.cfg.OnFault = FaultContinue
		l.cfg.Heap.MaxBytes = 32 << 20
		l.before = func(vm *VM) { vm.goModules["_forge"] = initForge }
		l.run(t)
		what := fmt.Sprintf("-racy.seed=%d (%s), round %d", seed+uint64(i), strategy, i)
		if !l.check(t, what) {
			failed++
			t.Log(l.src[len(forgeHead):])
		}
	}
}

func forgePattern(r *rand.Rand) uint64 {
	bit := uint64(1) << r.IntN(64)
	switch r.IntN(8) {
	case 0:
		return bit
	case 1:
		return bit - 1
	case 2:
		return uint64(refcount.TagPtr) | bit&(1<<48-1)
	case 3:
		return uint64(refcount.TagPtr) | r.Uint64()&0xFFFF
	case 4:
		return uint64(refcount.TagInt) | (bit-1)&(1<<50-1)
	case 5:
		return uint64(refcount.TagSpec) | uint64(r.IntN(16))
	case 6:
		return ^bit
	}
	return r.Uint64()
}

// initForge makes the module _forge: poke(x, word, high, low) writes a word of x's slot, counted from its start. The lock
// bits are left alone: only a holder sets them.
func initForge(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{{"poke(x, word, high, low, /)", func(t *Thread, a []Value) Value {
		if !a[0].IsPtr() {
			return None
		}
		word, bits := int(a[1].Int()), uint64(a[2].Int())<<32|uint64(a[3].Int())
		if word -= 2; word >= t.Fields(a[0]).Cap() { // the neighbour's header has lock bits too
			return None
		}
		if word == -1 {
			bits &^= uint64(refcount.FlagLocked | refcount.FlagCountLock | refcount.FlagImmortal)
		}
		t.SetRawWord(a[0], word, bits)
		return None
	}}})
	return true
}
