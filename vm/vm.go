// Package vm is toy's machine: bytecode, objects and built-ins over the guest heap.
//
// Go code in this package works on guest objects through the methods of Thread. Their conventions stand at Thread; the
// accesses to guest memory themselves are package refcount's, and nothing here but the loop's files is unsafe.
package vm

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"toylang/lang/bytecode"
	"toylang/refcount"
	"toylang/scheduler"
)

// Config describes a machine.
type Config struct {
	Strategy    Strategy
	Heap        refcount.Config // Disc, Unsafe and Locks are the strategy's
	Virtual     scheduler.Policy
	OnFault     FaultMode
	Args        []string // sys.argv
	Stdin       io.Reader
	Stdout      io.Writer
	Stderr      io.Writer
	Load        Loader
	MaxInstrs   uint64
	MaxSteps    int                                          // points that all threads may pass under a virtual scheduler; 0: any number
	Contention  bool                                         // who uses which object is watched: see Contention
	Ledger      bool                                         // where the threads' time goes is noted: see Ledger
	Check       bool                                         // what locks guard is watched, counts are audited while the program runs
	CheckBudget time.Duration                                // how long audits may take before they get rare; 0: 2 s
	CheckEvery  int64                                        // at every so many lines; 0: as often as a budget allows
	Path        []string                                     // sys.path at the start
	OnCrash     func(where string, what any, goStack []byte) // a bug in toy on a thread
}

// Loader finds and compiles modules; cmd provides it, so that the vm never sees the parser.
type Loader interface {
	// Module gives the code of a dotted module name, where it was found, and whether it is a package; nil code when there
	// is no such module. dirs are sys.path.
	Module(name string, dirs []string) (code *bytecode.Func, file string, pkg bool, err error)
	// Text compiles what the library wrote itself: the file "<string>", of which tracebacks show no lines.
	Text(src []byte) (*bytecode.Func, error)
	// Source gives a source line for tracebacks, without its newline; "" when unknown.
	Source(file string, line int) string
}

// FaultMode says what a memory fault does to the thread that meets it.
type FaultMode uint8

// The fault modes.
const (
	FaultRaise FaultMode = iota
	FaultStop
	FaultContinue
)

// VM is one toy machine: its heap, classes, code and modules. There is no state outside it.
type VM struct {
	Config
	Heap  *refcount.Heap
	Sched scheduler.Scheduler
	Main  *Thread
	Exc   ExcClasses
	Start time.Time

	kinds     [NumKinds]*Class
	classes   atomic.Pointer[[]*Class]
	classMu   sync.Mutex
	slotNames [NumSlots]Value
	shapeVers []uint32 // by shape: shape<<16 | version; what inline caches compare

	codeMu    sync.Mutex
	arena     []uint64
	arenaUsed int
	entries   []codeEntry
	codes     []*Code
	codeTable *codeTable

	builtinMu  sync.Mutex
	builtinTab atomic.Pointer[[]*Builtin]
	lenIx      Value // what an object of the function len holds, its place in the table
	builtins   Value // dict of the built-in names
	modules    Value // sys.modules
	importLock *scheduler.Lock
	goModules  map[string]func(t *Thread, m Value) bool

	internMu sync.RWMutex
	interned map[string]Value
	interner *Thread // makes the interned strs, whatever thread asks: internMu is its right to run
	shown    shownTypes
	names    wellKnown

	epoch     uint32 // changes when any namespace's keys do; see LoadGlobal
	threadMu  sync.Mutex
	threads   map[uint32]*Thread
	lastID    uint32
	outMu     sync.Mutex
	io        stdio
	chars     [128]Value // the strs of one ASCII character (immortal)
	recursion int64      // the recursion limit; through sync/atomic
	side      sideTable
	lookups   [1 << 10]lookupEntry
	weak      *weakTable
	rlock     *Class                // _thread.RLock
	deque     atomic.Pointer[Class] // collections.deque, once it is imported
	entropyMu sync.Mutex
	entropy   *rand.ChaCha8 // under the virtual scheduler; entropyMu
	gcState   gcState
	tracing   tracing
	mapped    mapped // memory outside the heap
	stopping  atomic.Bool
	check     checker
	fought    *Contention   // as it stood when the program ended, with Config.Contention
	spent     *LedgerReport // likewise
	dead      atomic.Bool   // a deadlock was reported
	limitWhat atomic.Value  // string: which limit was reached
	maxDigits int64         // of an int's decimal text; through sync/atomic
	byEntry   []*Code       // codes by their place in the arena
	LastExc   string        // class of the exception that ended the program
	ended     ended
	Trace     func(t *Thread) // called before every instruction, where set
}

// New makes a machine and its main thread, attached.
func New(cfg Config) (*VM, error) {
	vm := &VM{Config: cfg, interned: map[string]Value{}, threads: map[uint32]*Thread{}, goModules: map[string]func(*Thread, Value) bool{}, Start: time.Now(), epoch: 1}
	if vm.Stdout == nil {
		vm.Stdin, vm.Stdout, vm.Stderr = os.Stdin, os.Stdout, os.Stderr
	}
	hc := cfg.Heap
	if 0 < hc.MaxBytes && hc.MaxBytes < minHeap {
		return nil, errSmallHeap
	}
	hc = cfg.Strategy.heap(hc)
	if cfg.Check {
		hc.Poison, hc.Check, hc.Unsafe = true, true, true
		vm.check.every = cfg.CheckEvery
	}
	hc.Watch = cfg.Contention
	hc.OnFault, hc.Finalize, hc.OnDealloc = vm.onFault, vm.finalize, vm.onDealloc
	h, err := refcount.New(hc)
	if err != nil {
		return nil, err
	}
	vm.Heap = h
	vm.Sched = cfg.Strategy.scheduler(vm)
	vm.recursion, vm.maxDigits = 1000, 4300
	vm.arena = vm.mapped.take(arenaWords)
	vm.arenaUsed = 1
	e := vm.mapped.take(maxCodes * int(unsafe.Sizeof(codeEntry{})) / 8)
	vm.entries = unsafe.Slice((*codeEntry)(unsafe.Pointer(&e[0])), maxCodes)
	vm.codeTable = new(codeTable)
	s := vm.mapped.take(1 << 15)
	vm.shapeVers = unsafe.Slice((*uint32)(unsafe.Pointer(&s[0])), 1<<16)
	vm.classes.Store(&[]*Class{})
	vm.builtinTab.Store(&[]*Builtin{})
	vm.interner = &Thread{VM: vm, Exc: Unbound, Handled: Unbound, Object: Unbound, Async: Unbound, context: Unbound, stop: None}
	vm.interner.Mutator.Init(vm.Heap, 0, nil, nil)
	vm.interner.NoMemory = vm.interner.raiseMemory
	t := vm.NewThread("MainThread")
	vm.Main = t
	t.SetLocks(t.Locks && !hc.Lone)
	vm.Sched.Attach(&t.Thread)
	t.Silent(func() { vm.boot(t) })
	if t.Exc != Unbound {
		vm.Close()
		return nil, errSmallHeap
	}
	return vm, nil
}

// minHeap is less than any machine needs to start; with less still, not even a dict of names comes about.
const minHeap = 256 << 10

var errSmallHeap = errors.New("cannot start: the guest heap is too small")

// stackWords is the size of a thread's word stack; memory comes as it is touched.
const stackWords = 1 << 20

// NewThread makes a toy thread; the caller attaches it on its goroutine.
func (vm *VM) NewThread(name string) *Thread {
	t := &Thread{VM: vm, Exc: Unbound, Handled: Unbound, Object: Unbound, Async: Unbound, context: Unbound, stop: None}
	t.Thread.Prepare()
	vm.threadMu.Lock()
	vm.lastID++
	t.ID, t.Name = vm.lastID, name
	vm.threads[t.ID] = t
	if vm.limitWhat.Load() != nil { // it begins after the program's end
		t.SetBreak(scheduler.BreakLimit)
	}
	vm.threadMu.Unlock()
	t.Mutator.Init(vm.Heap, t.ID, vm.Sched, &t.Thread)
	t.NoMemory, t.Owner = t.raiseMemory, t
	w := vm.mapped.stack()
	t.stack = unsafe.Slice((*Value)(unsafe.Pointer(&w[0])), len(w))
	t.stackBase = unsafe.Pointer(&t.stack[0])
	t.stackLimit = uintptr(t.stackBase) + uintptr(len(w)-holdRoom-10000)*8
	t.code, t.entries = unsafe.Pointer(&vm.arena[0]), unsafe.Pointer(&vm.entries[0])
	t.epoch, t.vers, t.limit, t.lenIx = &vm.epoch, unsafe.Pointer(&vm.shapeVers[0]), &vm.recursion, vm.lenIx
	t.Thread.Spot, t.Thread.OnPark = t.spot, t.onPark
	t.Thread.Place = func() uint32 { return t.PC }
	t.careful = vm.Contention || vm.MaxInstrs != 0 || vm.Strategy.SwitchEvery || vm.Trace != nil || vm.Check
	return t
}

// shedEvery is how often a thread that parks gives its stock of free slots back. Threads that wait for long have done it;
// those that pass a lock to and fro hardly ever do.
const shedEvery = 10 * time.Millisecond

// onPark keeps what an idle thread costs low.
func (t *Thread) onPark() {
	if now := time.Since(t.VM.Start); now-t.shedAt > shedEvery || t.shedAt == 0 {
		t.shedAt = now
		t.Shed()
		t.lookups = nil
	}
}

// EndThread takes a thread out of the machine: its references are dropped, its stack and slots given back. The caller
// detaches it.
func (vm *VM) EndThread(t *Thread) {
	t.Unhold(0)
	for _, v := range []*Value{&t.Exc, &t.Handled, &t.Object, &t.Async, &t.context} {
		x := *v
		*v = Unbound
		t.Decref(x)
	}
	t.Mutator.Leave()
	vm.threadMu.Lock()
	delete(vm.threads, t.ID)
	if len(vm.threads) == 1 && vm.Heap.Lone {
		for _, x := range vm.threads {
			x.SetBreak(scheduler.BreakLone)
		}
	}
	vm.threadMu.Unlock()
	t.Mutator.Retire()
	vm.mapped.giveBack(unsafe.Slice((*uint64)(t.stackBase), len(t.stack)))
	t.stack = nil
}

// Intern gives the one str object for a name (borrowed; it lives as long as the machine).
func (vm *VM) Intern(s string) Value {
	vm.internMu.RLock()
	v, ok := vm.interned[s]
	vm.internMu.RUnlock()
	if ok {
		return v
	}
	vm.internMu.Lock()
	defer vm.internMu.Unlock()
	if v, ok = vm.interned[s]; ok {
		return v
	}
	v = vm.interner.internNew(s)
	vm.interned[s] = v
	return v
}
