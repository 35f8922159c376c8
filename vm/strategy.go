package vm

// This file is the table of lock strategies: who may run, and how counts change.

import (
	"fmt"
	"sort"
	"strconv"
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
	Defer          bool // biased: an object that several threads count gets a counter in each
	LockFree       bool // biased: reads of containers and attributes take no lock
	Elide          bool // objects' locks are left out while the machine has one thread
	SwitchInterval time.Duration
	Ticks          int  // above 0: the one lock is released every so many ticks, not on request
	SwitchEvery    bool // the eval breaker is checked before every instruction
}

// Strategies is the table.
var strategies = map[string]Strategy{
	"gil":       {Name: "gil", Lock: LockGIL, Count: refcount.Plain},
	"ticks":     {Name: "ticks", Lock: LockGIL, Count: refcount.Plain, Ticks: 100},
	"perobject": {Name: "perobject", Lock: LockObjects, Count: refcount.Locked},
	"atomic":    {Name: "atomic", Lock: LockObjects, Count: refcount.Atomic},
	"biased":    {Name: "biased", Lock: LockObjects, Count: refcount.Biased, Defer: true, LockFree: true, Elide: true},
	"traced":    {Name: "traced", Lock: LockObjects, Count: refcount.Traced, LockFree: true, Elide: true},
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

// SafeStrategies lists those under which no program can damage the heap.
func SafeStrategies() (names []string) {
	for _, n := range StrategyNames() {
		if !strategies[n].Unsafe() {
			names = append(names, n)
		}
	}
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

// ParseStrategy reads a strategy as a command line gives it: a row's name, then cells: "perobject --count plain".
func ParseStrategy(words string) (Strategy, error) {
	f := strings.Fields(words)
	if len(f) == 0 {
		return StrategyByName("")
	}
	s, err := StrategyByName(f[0])
	for i := 1; i < len(f) && err == nil; i += 2 {
		if i+1 == len(f) {
			return s, fmt.Errorf("%s wants a value", f[i])
		}
		err = s.Set(strings.TrimPrefix(f[i], "--"), f[i+1])
	}
	return s, err
}

// Set changes the cell that a flag names.
func (s *Strategy) Set(cell, word string) error {
	switch cell {
	case "lock":
		return s.SetLock(word)
	case "count":
		return s.SetCount(word)
	case "ticks":
		return s.SetTicks(word)
	case "defer", "lockfree-reads", "elide-locks":
		return s.SetSwitch(cell, word)
	}
	return fmt.Errorf("a strategy has no cell --%s; there are --lock, --count, --ticks, --defer, --lockfree-reads, --elide-locks", cell)
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
	var names []string
	for _, d := range refcount.Disciplines() {
		names = append(names, d.String())
		if d.String() == word {
			s.Count = d
			s.Defer = s.Defer && d == refcount.Biased
			s.LockFree = s.LockFree && (d == refcount.Biased || d == refcount.Traced)
			return nil
		}
	}
	return fmt.Errorf("unknown count %q; there are %s", word, strings.Join(names, ", "))
}

// SetSwitch changes a cell that is on or off: "defer", "lockfree-reads" or "elide-locks".
func (s *Strategy) SetSwitch(cell, word string) error {
	if word != "on" && word != "off" {
		return fmt.Errorf("--%s is on or off, not %q", cell, word)
	}
	on := word == "on"
	switch cell {
	case "defer":
		s.Defer = on
	case "lockfree-reads":
		s.LockFree = on
	default:
		s.Elide = on
	}
	switch {
	case on && cell == "elide-locks" && s.Lock != LockObjects:
		return fmt.Errorf("--elide-locks is about objects' locks; %s has none", s)
	case on && cell == "lockfree-reads" && s.Count == refcount.Traced:
	case on && cell != "elide-locks" && s.Count != refcount.Biased:
		return fmt.Errorf("--%s needs --count biased: a reader without a lock must see whether an object is alive, and a deferred one has an owner", cell)
	}
	return nil
}

// SetTicks changes the number of ticks after which the one lock is released.
func (s *Strategy) SetTicks(word string) error {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return fmt.Errorf("cannot read the number of ticks %q", word)
	}
	s.Ticks = n
	return nil
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
	for _, c := range []struct {
		flag    string
		was, is bool
	}{{"defer", row.Defer, s.Defer}, {"lockfree-reads", row.LockFree, s.LockFree}, {"elide-locks", row.Elide, s.Elide}} {
		if c.was != c.is && row.Count == s.Count && row.Lock == s.Lock {
			name += " --" + c.flag + map[bool]string{true: " on", false: " off"}[c.is]
		}
	}
	if row.Ticks != s.Ticks {
		name += fmt.Sprintf(" --ticks %d", s.Ticks)
	}
	return name
}

// heap writes what the strategy says of the heap into a configuration.
func (s Strategy) heap(c refcount.Config) refcount.Config {
	c.Disc, c.Locks, c.Unsafe = s.Count, s.Lock == LockObjects, s.Unsafe()
	c.Defer, c.LockFree, c.Lone = s.Defer, s.LockFree && c.Locks, s.Elide && c.Locks
	return c
}

func (s Strategy) scheduler(vm *VM) scheduler.Scheduler {
	mode := scheduler.Free
	if s.Lock == LockGIL {
		mode = scheduler.OneLock
	}
	cfg := scheduler.Config{Mode: mode, SwitchInterval: s.SwitchInterval, Ticks: s.Ticks, Unsafe: s.Unsafe(), OnDeadlock: vm.onDeadlock, Ledger: vm.Config.Ledger}
	if vm.Virtual != nil {
		cfg.MaxSteps, cfg.OnSteps = vm.MaxSteps, func() { vm.Limit(StepLimit) }
		return scheduler.NewVirtual(cfg, vm.Virtual)
	}
	return scheduler.NewReal(cfg)
}
