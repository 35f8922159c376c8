package vm

// This file drives a program that offers work(n): setup() once, work(n) on each of some threads at once, check() at the
// end, then report(), a dict of figures of its own. It is how bench and demo measure a user's file.

import (
	"errors"
	"math"
	"sync"
	"time"

	"toylang/lang/bytecode"
)

// Work is what a drive measured.
type Work struct {
	Elapsed time.Duration // from the first start to the last end
	Ops     int64         // n × threads, or the figure "ops" of report()
	Right   bool          // check() was true, or there is none
	Failed  int           // threads that ended by an exception
	Error   string        // the first such exception
	Whole   bool          // the file has no work: it was timed whole
	Figures []Figure      // what report() gave, in its order, but for "ops"
}

// Figure is a number that a program reports; its name tells the unit.
type Figure struct {
	Name  string
	Value float64
}

// errSetup says that the program failed before the work began.
var errSetup = errors.New("the program failed before its work began")

// Drive runs the program. The machine must be fresh; it can be audited afterwards, and is then only to be closed.
func (vm *VM) Drive(f *bytecode.Func, threads int, n int64) (w Work, err error) {
	t := vm.Main
	c, ok := vm.load(t, f)
	if !ok {
		return w, errSetup
	}
	m := t.NewModule("__main__")
	if m == Raised {
		w.Error = t.describeExc()
		return w, errSetup
	}
	hold := t.Hold(m)
	defer t.Unhold(hold)
	begin := time.Now()
	if !t.RunModule(c, m) {
		w.Error = t.describeExc()
		return w, errSetup
	}
	work := t.mainName(m, "work")
	if work == Unbound {
		w.Elapsed, w.Ops, w.Right, w.Whole = time.Since(begin), 1, true, true
		return w, nil
	}
	t.Hold(work)
	if s := t.mainName(m, "setup"); s != Unbound {
		r := t.Call(s)
		t.Decref(s)
		if r == Raised {
			w.Error = t.describeExc()
			return w, errSetup
		}
		t.Decref(r)
	}
	w.Elapsed = vm.together(t, threads, &w, func(x *Thread) bool {
		arg := x.NewInt(n)
		r := x.Call(work, arg)
		x.Decref(r)
		return r != Raised
	})
	vm.assignBlame(m)
	w.Ops = n * int64(threads)
	w.Right = w.Failed == 0
	if s := t.mainName(m, "check"); s != Unbound {
		r := t.Call(s)
		t.Decref(s)
		yes, ok := false, r != Raised
		if ok {
			yes, ok = t.Truth(r)
			t.Decref(r)
		}
		if !ok && w.Error == "" {
			w.Error = t.describeExc()
		}
		t.Decref(t.TakeExc())
		w.Right = w.Right && ok && yes
	}
	if f := t.mainName(m, "report"); f != Unbound {
		r := t.Call(f)
		t.Decref(f)
		if r == Raised || !t.readFigures(r, &w) {
			if w.Error == "" {
				w.Error = t.describeExc()
			}
			t.Decref(t.TakeExc())
			w.Right = false
		}
	}
	return w, nil
}

// readFigures reads (and drops) what report() gave: a dict of names and numbers. false when an exception was raised.
func (t *Thread) readFigures(d Value, w *Work) bool {
	defer t.Unhold(t.Hold(d))
	if !t.Isa(d, KDict) {
		t.Raise(t.VM.Exc.TypeError, "report() should return a dict of names and numbers, not %s", t.TypeName(d))
		return false
	}
	for pos := 0; ; {
		k, v, next, ok := t.DictNext(d, pos)
		if !ok {
			return true
		}
		pos = next
		if !t.readFigure(k, v, w) {
			return false
		}
	}
}

// readFigure reads (and drops) a name and a number.
func (t *Thread) readFigure(k, v Value, w *Work) bool {
	defer t.Decref(k)
	defer t.Decref(v)
	if !t.Isa(k, KStr) {
		t.Raise(t.VM.Exc.TypeError, "report() should name its figures by str, not %s", t.TypeName(k))
		return false
	}
	x, ok := t.Float64(v)
	switch name := t.GoStr(k); {
	case !ok:
	case math.IsNaN(x) || math.IsInf(x, 0):
		t.Raise(t.VM.Exc.ValueError, "report() gave no finite number for %s", name)
		return false
	case name == "ops":
		w.Ops = int64(min(max(x, 0), 1e15))
	default:
		w.Figures = append(w.Figures, Figure{name, x})
	}
	return ok
}

// together runs body on some threads that begin at once, and gives the time from the first start to the last end.
func (vm *VM) together(t *Thread, threads int, w *Work, body func(x *Thread) bool) time.Duration {
	var mu sync.Mutex
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	var first, last time.Time
	for i := 0; i < threads; i++ {
		ready.Add(1)
		done.Add(1)
		_, ok := t.launch("worker", true, nil, func(x *Thread) {
			defer done.Done()
			vm.Sched.Blocking(&x.Thread, "start", func() {
				ready.Done()
				<-gate
			})
			start := time.Now()
			ok := body(x)
			end := time.Now()
			mu.Lock()
			defer mu.Unlock()
			if first.IsZero() || start.Before(first) {
				first = start
			}
			if end.After(last) {
				last = end
			}
			if !ok {
				w.Failed++
				if s := x.describeExc(); w.Error == "" {
					w.Error = s
				}
			}
		})
		if !ok {
			ready.Done()
			done.Done()
			w.Failed++
		}
	}
	vm.Sched.Blocking(&t.Thread, "threads", func() {
		ready.Wait()
		close(gate)
		done.Wait()
	})
	for left := true; left; { // their last references must be gone before anybody audits
		vm.threadMu.Lock()
		left = len(vm.threads) > 1
		vm.threadMu.Unlock()
		if left {
			vm.Sched.Blocking(&t.Thread, "threads", func() { time.Sleep(time.Millisecond) })
		}
	}
	return last.Sub(first)
}

// mainName reads a name of the module (owned); Unbound when it has none.
func (t *Thread) mainName(m Value, name string) Value {
	return t.DictGetStr(t.Field(m, 0), t.VM.Intern(name))
}

// describeExc takes the exception being raised and gives its last line.
func (t *Thread) describeExc() string {
	e := t.TakeExc()
	if e == Unbound {
		return ""
	}
	mark := t.Hold(e)
	defer t.Unhold(mark)
	return t.FormatExceptionOnly(e)
}
