package vm

// This file is the table of lock strategies: who may run, and how counts change.

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"toylang/refcount"
	"toylang/scheduler"
)

// LockMode says who may run.
type LockMode uint8

// The lock modes.
const (
	LockGIL     LockMode = iota // one lock for all
	LockObjects                 // a lock in every object's header
	LockNone                    // nobody waits
)

// String is the word that flags and tables use.
func (l LockMode) String() string { return [...]string{"gil", "perobject", "none"}[l] }

// Strategy is a row of the table, perhaps with cells changed.
type Strategy struct {
	Name           string
	Lock           LockMode
	Count          refcount.Discipline
	SwitchInterval time.Duration
	SwitchEvery    bool // the eval breaker is checked before every instruction
}

// Strategies is the table.
var strategies = map[string]Strategy{
	"gil":       {Name: "gil", Lock: LockGIL, Count: refcount.Plain},
	"perobject": {Name: "perobject", Lock: LockObjects, Count: refcount.Locked},
	"atomic":    {Name: "atomic", Lock: LockObjects, Count: refcount.Atomic},
	"traced":    {Name: "traced", Lock: LockObjects, Count: refcount.Traced},
	"nolock":    {Name: "nolock", Lock: LockNone, Count: refcount.Plain},
}

// StrategyNames lists the strategies.
func StrategyNames() []string {
	names := make([]string, 0, len(strategies))
	for n := range strategies {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// StrategyByName finds a row.
func StrategyByName(name string) (Strategy, error) {
	s, ok := strategies[name]
	if !ok {
		return s, fmt.Errorf("unknown strategy %q; there are %s", name, strings.Join(StrategyNames(), ", "))
	}
	s.SwitchInterval = 5 * time.Millisecond
	return s, nil
}

// SetLock changes the cell "who may run".
func (s *Strategy) SetLock(word string) error {
	for l := LockGIL; l <= LockNone; l++ {
		if l.String() == word {
			s.Lock = l
			return nil
		}
	}
	return fmt.Errorf("unknown lock %q; there are gil, perobject, none", word)
}

// SetCount changes the cell "how counts change".
func (s *Strategy) SetCount(word string) error {
	for d := refcount.Plain; d <= refcount.Traced; d++ {
		if d.String() == word {
			s.Count = d
			return nil
		}
	}
	return fmt.Errorf("unknown count %q; there are plain, atomic, locked, traced", word)
}

// Unsafe reports that counts or containers may race.
func (s Strategy) Unsafe() bool {
	return s.Lock == LockNone || s.Lock != LockGIL && s.Count == refcount.Plain
}

// String names the strategy with the cells that differ from its row.
func (s Strategy) String() string {
	row := strategies[s.Name]
	name := s.Name
	if row.Lock != s.Lock {
		name += " --lock " + s.Lock.String()
	}
	if row.Count != s.Count {
		name += " --count " + s.Count.String()
	}
	return name
}

func (s Strategy) scheduler(vm *VM) scheduler.Scheduler {
	mode := scheduler.Free
	if s.Lock == LockGIL {
		mode = scheduler.OneLock
	}
	cfg := scheduler.Config{Mode: mode, SwitchInterval: s.SwitchInterval, Unsafe: s.Unsafe(), OnDeadlock: vm.onDeadlock}
	if vm.Virtual != nil {
		return scheduler.NewVirtual(cfg, vm.Virtual)
	}
	return scheduler.NewReal(cfg)
}
