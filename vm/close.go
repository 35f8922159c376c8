package vm

// This file gives a machine's memory back.

import (
	"io"
	"runtime"
	"sync"
	"time"

	"toylang/refcount"
)

// mapped is the memory that a machine has beside its heap: code, tables, stacks.
type mapped struct {
	mu     sync.Mutex
	all    []*refcount.Trusted
	stacks [][]uint64 // of threads that have ended
	live   int        // goroutines of toy threads other than the main one
	closed bool
}

// take gives n zeroed words.
func (x *mapped) take(n int) []uint64 {
	r := refcount.NewTrusted(n)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = append(x.all, r)
	return r.Words
}

// stack gives a word stack: one that a thread has left, if there is one.
func (x *mapped) stack() []uint64 {
	x.mu.Lock()
	if n := len(x.stacks); n > 0 {
		w := x.stacks[n-1]
		x.stacks = x.stacks[:n-1]
		x.mu.Unlock()
		return w
	}
	x.mu.Unlock()
	return x.take(stackWords)
}

func (x *mapped) giveBack(stack []uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stacks = append(x.stacks, stack)
}

// count says that goroutines of toy threads begin or end.
func (x *mapped) count(d int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.live += d
}

func (x *mapped) running() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.live
}

// waitBelow waits until fewer than n goroutines are left, but not for ever.
func (x *mapped) waitBelow(n int) {
	for end := time.Now().Add(endWait); x.running() >= n && time.Now().Before(end); {
		runtime.Gosched()
	}
}

func (x *mapped) idle() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.live == 0
}

// closeWait is how long Close waits for threads that are about to end.
const closeWait = 100 * time.Millisecond

// endWait is how long Close waits for threads that it has asked to end.
const endWait = 2 * time.Second

// endOthers lets the threads that the end of the program has parked unwind: each finds the limit's exception. What they
// would print nobody reads any more.
func (vm *VM) endOthers() {
	vm.outMu.Lock()
	vm.Stdout, vm.Stderr, vm.io.out = io.Discard, io.Discard, nil
	vm.outMu.Unlock()
	t := vm.Main
	vm.Sched.StartWorld(&t.Thread)
	vm.Sched.Blocking(&t.Thread, "close", func() {
		for end := time.Now().Add(endWait); !vm.mapped.idle() && time.Now().Before(end); time.Sleep(time.Millisecond) {
			vm.Limit("the machine was closed")
		}
	})
	vm.Sched.StopWorld(&t.Thread)
}

// Close gives all of the machine's memory back and reports whether it did: not while a thread other than the main one
// exists. Daemons that the end of the program has parked are ended first. The caller is the goroutine that made the machine, or
// one that knows that this one will not come back to it. The audit and the reports must have been taken before; the
// counters can still be read.
func (vm *VM) Close() bool {
	for end := time.Now().Add(closeWait); !vm.mapped.idle() && !vm.stopping.Load() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	switch {
	case vm.mapped.idle() || !vm.stopping.Load():
	case vm.Sched.Virtual():
		vm.abandon()
	default:
		vm.endOthers()
	}
	if !vm.mapped.idle() {
		return false
	}
	x := &vm.mapped
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return true
	}
	x.closed = true
	for _, r := range x.all {
		r.Close()
	}
	x.all, x.stacks = nil, nil
	vm.Heap.Close()
	vm.arena, vm.entries, vm.shapeVers = nil, nil, nil // whoever comes back panics, which Go can tell of
	if t := vm.Main; t != nil {
		t.stack, t.stackBase, t.code, t.entries, t.vers = nil, nil, nil, nil, nil
	}
	return true
}
