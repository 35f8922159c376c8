package vm

// This file tests the machine under the virtual scheduler: all schedules of a small program against what was worked out
// by hand, and runs that are the same to the last byte for the same seed.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toylang/lang"
	"toylang/scheduler"
)

// Two threads copy and drop one shared reference once each: x = shared; x = None.
const copyDrop = `
import _thread
class Box: pass
shared = Box()
def work():
    x = shared
    x = None
`

// TestSeventySchedules: the count of the shared object starts at n (the global's reference). Each thread does L S L S:
// load n, store n+1 (the copy), load, store one less (the drop). Two such words of four interleave in C(8,4) = 70 ways.
//
// The outcomes by hand. Write a thread's copy as the pair (L₁S₁) and its drop as (L₂S₂), and the other's with primes. A
// pair is lost when the other thread stores between its load and its store, and the loser's store comes later: then the
// later store wins. What the count ends at is what the last store writes: the value its load saw, plus or minus one.
//
//   - The last store of all is a drop (each thread ends with one), say T's S₂; it writes L₂−1.
//   - If T′ had ended before L₂: L₂ saw the last store before it, which is T's S₁ or T′'s S₂′.
//   - The values a load can see are those stored or the start; both threads' copies give at most n+2, and a drop that
//     overwrites the other's copy gives n−1 at the least: T copies and loads for its drop (sees n+1), T′ had loaded n
//     before … every combination lies in n−1 … n+1.
//   - n−1: T′ loads n, T copies (stores n+1), T′ stores n+1 over it: T's copy is lost; both drops count: n−1.
//   - n: the threads follow each other, or a lost copy meets a lost drop.
//   - n+1: both copies count (n+2), and both drops load n+2: both store n+1.
//
// How many of the 70 end at each was counted by writing the 70 words out (countWords does so again): the sum must be 70.
// The object's count starts at 1 here: where it ends at 0 it is freed under the global, which the audit sees as dangling.
func TestSeventySchedules(t *testing.T) {
	want := countWords(1)
	got, runs := map[string]int{}, 0
	e := &scheduler.Enumerator{}
	for e.Next() {
		outcome := runCopyDrop(t, e)
		got[outcome]++
		runs++
		if runs > 1000 {
			break
		}
	}
	if runs != 70 {
		t.Errorf("%d schedules, want 70", runs)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outcomes %v, want %v", got, want)
	}
}

// countWords writes out all interleavings and counts where the count ends, starting from n. A store of 0 frees the object:
// "freed"; the threads' later accesses to it are stale and change nothing that is counted.
func countWords(n int) map[string]int {
	out := map[string]int{}
	var walk func(a, b, count int, la, lb int, freed bool)
	walk = func(a, b, count, la, lb int, freed bool) {
		if a == 4 && b == 4 {
			if freed {
				out["freed"]++
			} else {
				out[fmt.Sprint(count)]++
			}
			return
		}
		d := [4]int{0, 1, 0, -1}
		if a < 4 {
			if a%2 == 0 {
				walk(a+1, b, count, count, lb, freed)
			} else {
				walk(a+1, b, la+d[a], la, lb, freed || la+d[a] == 0)
			}
		}
		if b < 4 {
			if b%2 == 0 {
				walk(a, b+1, count, la, count, freed)
			} else {
				walk(a, b+1, lb+d[b], la, lb, freed || lb+d[b] == 0)
			}
		}
	}
	walk(0, 0, n, 0, 0, false)
	return out
}

// runCopyDrop runs the program under the enumerator and tells how it ended.
func runCopyDrop(t *testing.T, e *scheduler.Enumerator) string {
	t.Helper()
	l := &lab{strategy: "nolock"}
	var shared Value
	cfg := l.cfg
	cfg.Strategy, cfg.Virtual, cfg.OnFault, cfg.Load = labStrategy(t, l.strategy), schedulePolicy{e, &shared}, FaultContinue, labLoader{}
	cfg.Stdin, cfg.Stdout, cfg.Stderr = strings.NewReader(""), &l.out, &l.out
	cfg.Heap.Reserve, cfg.Heap.MaxBytes = 64<<20, 32<<20
	vm, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	f, err := lang.CompileSource("copydrop.toy", []byte(copyDrop), lang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	th := vm.Main
	c, ok := vm.load(th, f)
	m := th.NewModule("__main__")
	if !ok || !th.RunModule(c, m) {
		t.Fatal("the program failed")
	}
	work := th.mainName(m, "work")
	v := th.mainName(m, "shared")
	th.Decref(v) // the global's reference alone remains
	if n := th.Count(v); n != 1 {
		t.Fatalf("the count starts at %d, want 1", n)
	}
	var handles []*handle
	for i := 0; i < 2; i++ {
		h, ok := th.launch("worker", true, nil, func(x *Thread) { x.Decref(x.Call(work)) })
		if !ok {
			t.Fatal("no thread")
		}
		handles = append(handles, h)
	}
	shared = v
	for _, h := range handles {
		h.done.Wait(vm.Sched, &th.Thread, -1, h.t)
	}
	shared = 0
	if th.ShapeOf(v) == 0 {
		return "freed"
	}
	return fmt.Sprint(th.Count(v))
}

// schedulePolicy is the enumerator where the two threads meet; before that each runs alone until it stands at the shared
// count, and what one does beside that count is not interleaved.
type schedulePolicy struct {
	e      *scheduler.Enumerator
	shared *Value
}

func (p schedulePolicy) Pick(s *scheduler.Choice) int {
	if *p.shared == 0 {
		return max(s.Current, 0)
	}
	at := func(i int) bool {
		op := s.Pending(i)
		return (op.Kind == scheduler.CountLoad || op.Kind == scheduler.CountStore) && op.Addr == uint64(p.shared.Off())
	}
	for i := range s.Runnable { // whoever is not at the shared count goes on to it, or to its end
		if !at(i) {
			return i
		}
	}
	return p.e.Pick(s)
}

// TestSameSeedSameBytes: the demo's scripts, and a racy program, under a seed: output and audit are the same 20 times.
func TestSameSeedSameBytes(t *testing.T) {
	files, _ := filepath.Glob("../cmd/toy/demo/*.toy")
	for _, strategy := range []string{"nolock", "gil", "ticks", "perobject", "perobject --count plain"} {
		times := 20
		if strategy != "nolock" || testing.Short() {
			times = 3
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts := map[string]int{}
			for i := 0; i < times; i++ {
				texts[runSeeded(t, strategy, string(src), 7)]++
			}
			if len(texts) != 1 {
				t.Errorf("%s under %s: %d different runs: %v", filepath.Base(file), strategy, len(texts), texts)
			}
		}
	}
	if a, b := runSeeded(t, "nolock", readDemo(t, "refs"), 1), runSeeded(t, "nolock", readDemo(t, "refs"), 2); a == b {
		t.Logf("two seeds gave the same run: %s", a)
	}
}

func readDemo(t *testing.T, name string) string {
	src, err := os.ReadFile("../cmd/toy/demo/" + name + ".toy")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// runSeeded runs a script's work on two threads under the virtual scheduler and gives all that can be seen of the run.
func runSeeded(t *testing.T, strategy, src string, seed uint64) string {
	t.Helper()
	src = strings.ReplaceAll(src, "200000", "20") + "\nimport _thread\ndef go():\n    work(12)\nts = [_thread._start(go, 't', False)[0] for i in range(2)]\n" +
		"for t in ts: _thread._join(t, None)\nprint(id(ts), id(go))\n"
	l := &lab{strategy: strategy, src: src, limit: 5e9}
	l.cfg.Virtual, l.cfg.OnFault = scheduler.NewRandom(seed, 0.1), FaultContinue
	l.run(t)
	if l.hung || l.crash != "" {
		t.Fatalf("%s: %s", strategy, l.crash)
	}
	st := l.vm.Sched.Stats()
	return fmt.Sprintf("%s exit %d, %d points, %d preemptions, %+v", l.out.String(), l.exit, st.Points, st.Preemptions, *l.audit)
}
