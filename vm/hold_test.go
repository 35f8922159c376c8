package vm

// This file tests what Go code keeps on the word stack.

import (
	"bytes"
	"testing"

	"toylang/lang"
)

// TestHoldRoom runs what wants more held at once than a thread's stack has words: it ends, or raises, and the host stands.
func TestHoldRoom(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"collection", `
import gc
gc.disable()
def make(n):
    first = last = []
    for i in range(n):
        x = []
        last.append(x)
        last = x
    last.append(first)
make(1200000)
print(gc.collect())
`, "1200001\n"},
		{"keywords", `
d = {'k%d' % i: i for i in range(1200000)}
def f(**k): return len(k)
try: f(**d)
except (RecursionError, MemoryError): print('raised')
`, "raised\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			f, err := lang.CompileSource("lab.toy", []byte(c.src), lang.Options{})
			if err != nil {
				t.Fatal(err)
			}
			cfg := Config{Strategy: labStrategy(t, "gil"), Load: labLoader{}, Stdout: &out, Stderr: &out}
			cfg.Heap.MaxBytes, cfg.Heap.Reserve = 1<<29, 1<<30
			vm, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			if exit := vm.RunMain(f); exit != 0 || out.String() != c.want {
				t.Errorf("exit %d, output %q, want %q", exit, out.String(), c.want)
			}
		})
	}
}
