package vm

// This file tests check mode on faults that are planted.

import (
	"bytes"
	"strings"
	"testing"

	"toylang/refcount"
)

// checkedRun runs a program in check mode with a built-in plant(x) that does something wrong to x.
func checkedRun(t *testing.T, strategy, src string, plant func(t *Thread, x Value)) (string, *VM) {
	t.Helper()
	var out bytes.Buffer
	l := &lab{strategy: strategy, src: src, cfg: Config{Check: true, OnFault: FaultContinue}}
	l.before = func(vm *VM) {
		b := parseSig("plant(x, /)")
		b.Module, b.Fn = "builtins", func(t *Thread, a []Value) Value {
			plant(t, a[0])
			return None
		}
		f := vm.Main.newBuiltin(b, Unbound)
		vm.Main.DictSetStr(vm.builtins, vm.Intern("plant"), f)
		vm.Main.Decref(f)
		vm.Stderr = &out
	}
	l.run(t)
	if l.hung || l.crash != "" {
		t.Fatal(l.crash)
	}
	return out.String() + l.out.String(), l.vm
}

const planted = `x = [1, 2]
y = x
for i in range(3):
    z = i
    if i == 1:
        plant(x)
    z = 5
print("end")
`

// What each plant does is found where it is done, under every strategy that it concerns.
func TestCheckFinds(t *testing.T) {
	for _, c := range []struct {
		name, strategies string
		plant            func(t *Thread, x Value)
		want             string
	}{
		{"a lost decrement", "gil perobject atomic nolock", func(t *Thread, x Value) { t.Incref(x) },
			"toy: check: count too high: list, count 3, references 2, allocated at racy.toy:1\n  wrong after   racy.toy:6"},
		{"a lost increment", "gil perobject atomic nolock", func(t *Thread, x Value) { t.DropCount(x) },
			"toy: check: count too low: list, count 1, references 2, allocated at racy.toy:1\n  wrong after   racy.toy:6"},
		{"a read without the lock", "perobject atomic", func(t *Thread, x Value) { t.Body(x) }, "use without the lock of a list"},
		{"a write without the lock", "perobject atomic", func(t *Thread, x Value) { t.SetBody(x, refcount.Body{}) }, "use without the lock of a list"},
		{"a use without the right to run", "gil perobject atomic nolock", func(t *Thread, x Value) {
			t.VM.Sched.Blocking(&t.Thread, "test", func() { t.Body(x) })
		}, "use without the right to run of a list"},
		{"a use after free", "gil perobject atomic nolock", func(t *Thread, x Value) {
			v := t.NewList()
			t.Decref(v)
			t.Incref(v)
		}, "use after free (incref)"},
		{"a field of what was freed", "gil perobject atomic nolock", func(t *Thread, x Value) {
			v := t.NewRecord(KMethod, None, None)
			t.Decref(v)
			t.Incref(t.Field(v, 0))
		}, "use after free (incref)"},
		{"an item of a payload that was freed", "gil perobject atomic nolock", func(t *Thread, x Value) {
			v := t.NewList(None, None, None)
			c := t.Values(t.Body(v).Payload)
			t.Decref(v)
			t.Incref(c.Get(1))
		}, "use after free (incref)"},
	} {
		for _, strategy := range strings.Fields(c.strategies) {
			out, _ := checkedRun(t, strategy, planted, c.plant)
			if !strings.Contains(out, c.want) || !strings.Contains(out, "racy.toy:6") || !strings.Contains(out, "end\n") {
				t.Errorf("%s under %s:\n%s", c.name, strategy, tailOf(out))
			}
		}
	}
}

// A program without faults is found to be without faults; so is one whose threads share what locks guard.
func TestCheckClean(t *testing.T) {
	for _, strategy := range SafeStrategies() {
		out, vm := checkedRun(t, strategy, strings.ReplaceAll(hammer("class X(Exception): pass\nL = []\nD = {}\nclass C: pass\nc = C()\ndef f(a=1): return a\n",
			"for i in range(20): L.append(i); D[i] = L[-1]", "for i in range(20): c.x = [i]; f.__defaults__ = ([i],)",
			"for i in range(20): x = f(), c.x, list(L), dict(D), tuple(L), sorted(L)\nplant(L)"), "ROUNDS", "10"), func(*Thread, Value) {})
		if out = strings.ReplaceAll(out, "done\n", ""); out != "" || vm.CheckFound() != "" {
			t.Errorf("%s: %s", strategy, tailOf(out))
		}
	}
}
