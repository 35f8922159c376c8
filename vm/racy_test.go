package vm

// This file runs racy programs under every strategy: no crash of the host, no hang, memory under its limit, and under the
// safe strategies every count exact at the end. Go on for longer with -racy.time=10m; a failure prints its seed.

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"toylang/lang"
	"toylang/lang/bytecode"
	"toylang/lang/lib"
	"toylang/refcount"
)

var (
	racyTime = flag.Duration("racy.time", 8*time.Second, "how long racy programs are run")
	racySeed = flag.Uint64("racy.seed", 1, "first seed of the racy programs; 0: from the clock")
	racyIter = flag.Int("racy.iter", 60, "iterations of each thread's loop")
)

// labLoader finds the library's modules.
type labLoader struct{}

func (labLoader) Module(name string, _ []string) (*bytecode.Func, string, bool, error) {
	src, err := lib.FS.ReadFile(name + ".toy")
	if err != nil {
		return nil, "", false, nil
	}
	f, err := lang.CompileSource("<toy>/"+name+".toy", src, lang.Options{})
	return f, "<toy>/" + name + ".toy", false, err
}

func (labLoader) Text(src []byte) (*bytecode.Func, error) {
	return lang.CompileSource("<string>", src, lang.Options{})
}

func (labLoader) Source(string, int) string { return "" }

// lab is a machine under test.
type lab struct {
	strategy string // flags, as for toy run
	cfg      Config
	src      string
	drive    int // threads for Drive; 0: RunMain
	n        int64
	limit    time.Duration
	before   func(*VM) // the program runs

	vm    *VM
	out   bytes.Buffer
	exit  int
	work  Work
	audit *refcount.Audit
	crash string
	hung  bool
}

// labStrategy reads a strategy as flags give it: "perobject --count plain".
func labStrategy(t testing.TB, words string) Strategy {
	s, err := ParseStrategy(words)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs the program and audits it. The machine of a run that crashed or hung is left as it is.
func (l *lab) run(t testing.TB) *lab {
	t.Helper()
	f, err := lang.CompileSource("racy.toy", []byte(l.src), lang.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, l.src)
	}
	cfg := l.cfg
	cfg.Strategy = labStrategy(t, l.strategy)
	cfg.Load, cfg.Stdin, cfg.Stdout, cfg.Stderr = labLoader{}, strings.NewReader(""), &l.out, io.Discard
	if cfg.Heap.MaxBytes == 0 {
		cfg.Heap.MaxBytes = 256 << 20
	}
	cfg.Heap.Reserve = 1 << 30
	crashed := make(chan string, 100)
	cfg.OnCrash = func(where string, p any, stack []byte) {
		select {
		case crashed <- fmt.Sprintf("at %s: %v\n%s", where, p, stack):
		default:
		}
	}
	if l.vm, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	if l.before != nil {
		l.before(l.vm)
	}
	if l.limit == 0 {
		l.limit = 5 * time.Second
	}
	done, over := make(chan bool), make(chan bool)
	defer close(over)
	go func() { // again and again: a program may catch what ends it
		for wait := l.limit; ; wait = 50 * time.Millisecond {
			select {
			case <-over:
				return
			case <-time.After(wait):
				l.vm.Limit("the test's time")
			}
		}
	}()
	go func() {
		defer func() {
			if p := recover(); p != nil {
				buf := make([]byte, 1<<16)
				cfg.OnCrash(l.vm.Main.spot(), p, buf[:runtime.Stack(buf, false)])
				return
			}
			close(done)
		}()
		if l.drive > 0 {
			l.work, _ = l.vm.Drive(f, l.drive, l.n)
			l.vm.FlushOut()
		} else {
			l.exit = l.vm.RunMain(f)
		}
		l.audit = l.vm.Audit(l.vm.Main)
		if !l.audit.Clean() {
			l.vm.WriteAudit(&l.out, l.audit)
		}
	}()
	select {
	case <-done:
		select {
		case l.crash = <-crashed:
		default:
			l.vm.Close()
		}
	case l.crash = <-crashed:
		l.vm.Limit("crashed")
	case <-time.After(l.limit + 20*time.Second):
		l.hung = true
		buf := make([]byte, 1<<18)
		l.crash = string(buf[:runtime.Stack(buf, true)])
	}
	return l
}

// check fails the test where the host's safety or a safe strategy's counts are broken.
func (l *lab) check(t testing.TB, what string) bool {
	t.Helper()
	switch {
	case l.hung:
		t.Errorf("%s: hung\n%s", what, l.crash)
	case l.crash != "":
		t.Errorf("%s: crashed %s", what, l.crash)
	case l.vm.Heap.Bytes() > l.vm.Heap.Limit():
		t.Errorf("%s: %d bytes of heap, limit %d", what, l.vm.Heap.Bytes(), l.vm.Heap.Limit())
	case !l.vm.Strategy.Unsafe() && !l.audit.Clean():
		t.Errorf("%s: %s", what, l.out.String())
	default:
		return true
	}
	return false
}

var racyStrategies = []string{"nolock", "perobject --count plain", "nolock", "gil", "ticks", "ticks --ticks 1", "perobject", "atomic", "biased", "biased --defer off", "biased --lockfree-reads off",
	"traced", "traced --lockfree-reads off", "traced --lock gil", "traced --lock none", "nolock --count atomic", "atomic --lock none --count locked"}

// TestRacy runs random racy programs.
func TestRacy(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.NumCPU())))
	seed := *racySeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1e9
	}
	long := *racyTime
	if testing.Short() {
		long = min(long, 2*time.Second)
	}
	runs, failed := 0, 0
	exits := map[string]int{}
	for begin := time.Now(); time.Since(begin) < long && failed < 3; seed++ {
		g := racyGen{rand.New(rand.NewPCG(seed, 1))}
		strategy := racyStrategies[seed%uint64(len(racyStrategies))]
		l := &lab{strategy: strategy, src: g.program(*racyIter)}
		l.cfg.OnFault = FaultMode(g.r.IntN(3))
		l.cfg.Heap.Poison = g.r.IntN(4) == 0
		l.cfg.Heap.TraceEvery = []int{0, 1000}[g.r.IntN(2)]
		l.run(t)
		if !l.check(t, fmt.Sprintf("-racy.seed=%d (%s)", seed, strategy)) {
			failed++
			if dir := os.Getenv("RACY_KEEP"); dir != "" {
				_ = os.WriteFile(filepath.Join(dir, fmt.Sprint(seed, ".toy")), []byte(l.src), 0o644)
			}
		}
		runs++
		exits[fmt.Sprint(strategy, " → ", l.exit)]++
	}
	t.Logf("%d programs; how they ended: %v", runs, exits)
}

// TestDemoScripts runs the scripts of toy demo, in a short form, under every strategy and pair of cells.
func TestDemoScripts(t *testing.T) {
	files, err := filepath.Glob("../cmd/toy/demo/*.toy")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, lock := range []string{"gil", "perobject", "none"} {
			for _, count := range []string{"plain", "atomic", "locked", "traced"} {
				words := fmt.Sprintf("gil --lock %s --count %s", lock, count)
				l := (&lab{strategy: words, src: string(src), drive: 2, n: 3000, cfg: Config{OnFault: FaultContinue}}).run(t)
				if l.check(t, filepath.Base(file)+" "+words) && !l.vm.Strategy.Unsafe() && (!l.work.Right || l.work.Failed > 0) {
					t.Errorf("%s %s: %+v", file, words, l.work)
				}
			}
		}
	}
}

// Counting is a cell of its own: without any locks, atomic and locked counts lose nothing.
func TestCountCell(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.NumCPU())))
	src, err := os.ReadFile("../cmd/toy/demo/refs.toy")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"nolock --count atomic", "nolock --count locked"} {
		l := (&lab{strategy: words, src: string(src), drive: 2, n: 60000, cfg: Config{OnFault: FaultContinue}}).run(t)
		if l.check(t, words) && !l.audit.Clean() {
			t.Errorf("%s: %s", words, l.out.String())
		}
	}
}

// Two machines under different strategies run at once in one process: nothing is shared between them.
func TestMachinesAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for i, strategy := range []string{"gil", "nolock", "atomic", "ticks", "biased"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			g := racyGen{rand.New(rand.NewPCG(uint64(i), 2))}
			l := (&lab{strategy: strategy, src: g.program(40)}).run(t)
			l.check(t, strategy)
		}()
	}
	wg.Wait()
}

// Every statement of the generator means what it should: on one thread it raises nothing but what Python raises for it.
func TestRacyStatements(t *testing.T) {
	g := racyGen{rand.New(rand.NewPCG(5, 5))}
	for n := 0; n < 4; n++ {
		var b strings.Builder
		b.WriteString(racyHead)
		for k, s := range append(append([]string{}, racyStatements...), racyRare...) {
			body := strings.ReplaceAll(g.fill(s), "; ", "\n    ")
			fmt.Fprintf(&b, "def w(i, x):\n    %s\nfor i in range(20):\n    try:\n        w(i, None)\n", body)
			b.WriteString("    except (IndexError, KeyError, ValueError, AttributeError, NameError, X, StopIteration, TypeError, RuntimeError) as e:\n        pass\n")
			fmt.Fprintf(&b, "    except BaseException as e:\n        print(%d, e)\ndel L0[50:], L1[50:], N0[50:], N1[50:]\nD0.clear(); D1.clear(); S0.clear(); S1.clear()\n", k)
		}
		for _, strategy := range []string{"gil", "perobject", "nolock"} {
			l := (&lab{strategy: strategy, src: b.String()}).run(t)
			if threads := strategy == "nolock"; l.check(t, strategy) && !threads && (l.exit != 0 || l.out.Len() > 0 || !l.audit.Clean()) {
				t.Errorf("%s: exit %d\n%s", strategy, l.exit, l.out.String())
			}
		}
	}
}
