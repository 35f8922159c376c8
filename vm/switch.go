package vm

// This file changes the lock strategy of a machine between two entries of a session.

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"toylang/lang/bytecode"
	"toylang/refcount"
	"toylang/scheduler"
)

// SetStrategy changes the strategy at a stop of the world. No other toy thread may exist. From an unsafe strategy to a
// safe one it goes only when the heap is in order, because safe strategies trust it.
func (s *Session) SetStrategy(to Strategy) error {
	vm, t := s.vm, s.vm.Main
	if vm.Sched.Virtual() {
		return errors.New("the virtual scheduler's strategy is fixed: start toy with --strategy")
	}
	if names := s.others(); len(names) > 0 {
		return fmt.Errorf("the strategy can only change while no other thread exists; there are: %s", strings.Join(names, ", "))
	}
	vm.Sched.StopWorld(&t.Thread)
	defer vm.Sched.StartWorld(&t.Thread)
	if vm.Strategy.Unsafe() && !to.Unsafe() && !(vm.Heap.Audit(vm.roots).Clean() && vm.Heap.Sound()) {
		return fmt.Errorf("races have damaged the heap (see %%audit), and %s would trust it; %%reset starts afresh", to)
	}
	if vm.Strategy.Count == refcount.Traced && to.Count != refcount.Traced {
		t.EmptyScope()
		t.Collect()
		vm.Heap.Recount(vm.roots)
	}
	mode := scheduler.Free
	if to.Lock == LockGIL {
		mode = scheduler.OneLock
	}
	if !scheduler.Reconfigure(vm.Sched, &t.Thread, mode, to.Ticks, to.Unsafe()) {
		return errors.New("the strategy can only change while no other thread exists")
	}
	vm.Heap.Convert(&t.Mutator, to.heap(refcount.Config{}))
	vm.clearCaches()
	to.SwitchInterval, to.SwitchEvery = vm.Strategy.SwitchInterval, vm.Strategy.SwitchEvery
	vm.Strategy = to
	return nil
}

// others names the threads beside the main one; threads that are about to end get a moment for it.
func (s *Session) others() (names []string) {
	for tries := 0; tries < 50; tries++ {
		names = names[:0]
		for _, x := range s.vm.Sched.Threads() {
			if x != &s.vm.Main.Thread {
				names = append(names, fmt.Sprintf("%s (thread %d)", x.Name, x.ID))
			}
		}
		if len(names) == 0 {
			break
		}
		s.Wait(func() { time.Sleep(2 * time.Millisecond) })
	}
	return names
}

// clearCaches empties the inline caches: what may be cached depends on the strategy.
func (vm *VM) clearCaches() {
	vm.codeMu.Lock()
	defer vm.codeMu.Unlock()
	for _, c := range vm.codes {
		for pc := 0; pc < len(c.Func.Code); {
			op := bytecode.Unpack(c.Func.Code[pc]).Op
			for i, w := range bytecode.Table[op].Words {
				if w == bytecode.WordCache {
					atomic.StoreUint64(&vm.arena[int(c.Entry)+pc+1+i], 0)
				}
			}
			pc += op.Size()
		}
	}
}
