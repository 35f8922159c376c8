package refcount

// This file defines the heap: the region, its blocks, and the depot that threads share.

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Blocks: the region is carved in blocks of 64 KiB, each for one pool, or in runs of blocks for one large slot.
const (
	blockShift = 13 // words
	blockWords = 1 << blockShift
	blockBytes = blockWords * 8
)

// The kinds of block beside pools.
const (
	blockFree  uint16 = 0xFFFF
	blockCont  uint16 = 0xFFFE // inside a run
	blockLarge uint16 = 0xF000 // plus the group: first block of a run
)

// block describes one block, on the Go side, where no guest can write.
type block struct {
	use    atomic.Uint64 // size<<16 | pool: read without the lock by whoever holds an offset, stale or not
	run    uint32        // blocks in the run, for its first block; under Heap.mu, as is carved
	carved uint32        // words handed out so far, for pool blocks
}

// pool is a Pool, or one of the above.
func (b *block) pool() uint16 { return uint16(b.use.Load()) }

// size is the bytes in a slot; 0 where no slot begins.
func (b *block) size() uint32 { return uint32(b.use.Load() >> 16) }

func (b *block) set(pool uint16, size uint32) { b.use.Store(uint64(size)<<16 | uint64(pool)) }

// site says who allocated and freed a slot.
type site struct{ alloc, free atomicSite }

// atomicSite is a Site in one word: threads that race for a slot write it at the same time.
type atomicSite struct{ w atomic.Uint64 }

func (a *atomicSite) set(s Site) { a.w.Store(uint64(s.Thread)<<32 | uint64(s.PC)) }

func (a *atomicSite) get() Site {
	w := a.w.Load()
	return Site{uint32(w >> 32), uint32(w)}
}

// shadow holds the sites of a block's slots, one for each 16 bytes.
type shadow [blockWords / 2]site

// Site is a thread and a place in its code.
type Site struct {
	Thread uint32
	PC     uint32 // offset in the code arena; 0: unknown
}

// Config says how large a heap may become and how counts change.
type Config struct {
	Disc       Discipline
	Unsafe     bool  // counts or containers may race: remember sites, check generations
	Locks      bool  // objects are locked by the built-ins
	LockFree   bool  // biased, traced: reads of containers and attributes take no lock
	Defer      bool  // biased: objects that several threads count get a counter in each of them
	Lone       bool  // locks are left out while there is one thread
	Poison     bool  // freed slots are filled with stale handles
	Watch      bool  // who uses which header is recorded: see Contended
	Check      bool  // whoever uses what a lock guards is asked for it
	MaxBytes   int64 // limit on slots and payloads; 0: no limit but the region's
	Reserve    int64 // bytes of address space to reserve; 0: as much as handles can name
	TraceEvery int   // traced, for tests: a collection is due whenever so many references were noted; 0: when memory asks for it
	OnFault    func(m *Mutator, f *Fault)
	Finalize   func(m *Mutator, v Value) bool // vm's part of dying (__del__, weak references); true: resurrected
	OnDealloc  func(m *Mutator, v Value, shape uint16)
}

// Heap is a guest heap. Its methods may be called from any thread.
type Heap struct {
	Config
	Shapes *Shapes
	words  []uint64 // the reservation
	base   unsafe.Pointer
	mask   uint32 // of offsets, in words
	limit  uint32 // first word that may not be carved

	mu      sync.Mutex               // guards what follows
	blocks  []block                  // as long as the region allows; those below nblocks are in use
	shadows []atomic.Pointer[shadow] // by block; nil under safe strategies
	nblocks atomic.Uint32
	open    [NumPools]uint32 // block being carved; 0: none
	depot   [NumPools][][]uint32
	runs    [numGroups][]run // free runs, by offset

	spareMags []*Magazine // empty ones that threads have given back
	spareSets []*magazines

	watch    *watch // nil unless Config.Watch
	faults   faultLog
	GCAt     atomic.Int64 // Allocs at which a thread is asked to collect; 0: never
	Allocs   atomic.Int64 // batches of allocations, for statistics
	mutators sync.Map     // *Mutator → struct{}
	owners   owners       // biased
	deferral deferral     // biased
	pace     pacer        // of the traced discipline's collections
	marks    []uint64     // their bits, from one to the next
}

type run struct{ block, n uint32 }

// New reserves a region and makes an empty heap.
func New(cfg Config) (*Heap, error) {
	n := uint64(maxRegionWords)
	if r := uint64(cfg.Reserve) / 8; r != 0 {
		n = 1 << blockShift
		for n < r && n < maxRegionWords {
			n <<= 1
		}
	}
	var w []uint64
	var err error
	for ; n >= 1<<20 || w == nil && n >= 1<<16; n >>= 1 {
		if w, err = mapWords(int(n) + blockWords); err == nil {
			break
		}
	}
	if w == nil {
		return nil, fmt.Errorf("cannot reserve memory for the guest heap: %w", err)
	}
	h := &Heap{Config: cfg, words: w, base: unsafe.Pointer(&w[0]), mask: uint32(n - 1)}
	h.limit = uint32(n - 1)
	if m := uint64(cfg.MaxBytes) / 8; m != 0 && m < uint64(h.limit) {
		h.limit = uint32(m)
	}
	h.blocks = make([]block, n/blockWords)
	h.blocks[0].set(blockFree, 0) // block 0 stays empty: offset 0 is no slot
	if cfg.Watch {
		h.watch = newWatch(len(h.blocks))
	}
	if cfg.Unsafe || cfg.Watch {
		h.shadows = make([]atomic.Pointer[shadow], len(h.blocks))
	}
	h.nblocks.Store(1)
	h.Shapes = newShapes()
	h.setPace(0)
	return h, nil
}

// Close gives the region back. No thread may touch the heap afterwards.
func (h *Heap) Close() {
	if h.words != nil {
		unmapWords(h.words)
		h.words = nil
	}
}

// Bytes is the memory carved so far, in bytes.
func (h *Heap) Bytes() int64 { return int64(h.nblocks.Load()) * blockBytes }

// Limit is the most memory that the heap may take, in bytes.
func (h *Heap) Limit() int64 { return int64(h.limit) * 8 }

// blockOf finds the block of a slot; nil for an offset where nothing was carved.
func (h *Heap) blockOf(off uint32) *block {
	i := (off & h.mask) >> blockShift
	if i >= h.nblocks.Load() {
		return nil
	}
	return &h.blocks[i]
}

// blockSize is the size of the slot at off, which is one, in bytes.
func (h *Heap) blockSize(off uint32) uint32 { return h.blocks[off>>blockShift].size() }

// slotBytes is the size of the slot at off as the block table knows it: what a forged length is held against.
func (h *Heap) slotBytes(off uint32) int {
	b := h.blockOf(off)
	if b == nil {
		return 0
	}
	return int(b.size())
}

// newBlocks takes n fresh blocks and gives the first; 0 when the limit is reached. What they are for is set before they
// are published, so whoever learns of a slot in them reads it rightly. h.mu is held.
func (h *Heap) newBlocks(n uint32, pool uint16, size uint32) uint32 {
	first := h.nblocks.Load()
	if uint64(first+n)<<blockShift > uint64(h.limit) || int(first+n) > len(h.blocks) {
		return 0
	}
	for i := first; i < first+n; i++ {
		h.blocks[i].set(blockCont, 0)
		if h.shadows != nil {
			h.shadows[i].Store(new(shadow))
		}
	}
	h.blocks[first].run = n
	h.blocks[first].set(pool, size)
	h.nblocks.Store(first + n)
	return first
}

// refill puts fresh or depot slots into the magazine; false when memory is exhausted.
func (h *Heap) refill(p Pool, mag *Magazine) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d := h.depot[p]; len(d) > 0 {
		s := d[len(d)-1]
		h.depot[p] = d[:len(d)-1]
		mag.N = int32(copy(mag.Slots[:], s))
		return true
	}
	size := uint32(p.Size() / 8)
	batch := uint32(512/8) << mag.refills / size // of whole cache lines; little at first: most threads need little
	batch = min(max(batch, 2), MagSlots/2)
	mag.refills = min(mag.refills+1, 3)
	b := h.open[p]
	if b == 0 || h.blocks[b].carved+size > blockWords {
		if b = h.newBlocks(1, uint16(p), uint32(p.Size())); b == 0 {
			return false
		}
		h.open[p] = b
	}
	bl := &h.blocks[b]
	first := bl.carved
	for n := uint32(0); n < batch && bl.carved+size <= blockWords; n++ {
		bl.carved += size
	}
	mag.N = 0
	for at := bl.carved; at > first; at -= size { // so that the lowest is popped first
		mag.Slots[mag.N] = b<<blockShift + at - size
		mag.N++
	}
	h.touch(b<<blockShift+first, b<<blockShift+bl.carved)
	return true
}

// touch writes to each page that begins among words never used before. Whoever makes an object reads its slot's header
// first, and a page that was read before it is written costs a second fault, in which every core gives up its view of
// the page.
func (h *Heap) touch(from, to uint32) {
	for at := (from + pageWords - 1) &^ (pageWords - 1); at < to; at += pageWords {
		atomic.OrUint64((*uint64)(unsafe.Add(h.base, uintptr(at)*8)), 0)
	}
}

// pageWords are the words in a page of memory.
const pageWords = 4096 / 8

// spill moves half of a full magazine to the depot.
func (h *Heap) spill(p Pool, mag *Magazine) {
	half := make([]uint32, MagSlots/2)
	copy(half, mag.Slots[MagSlots/2:])
	mag.N = MagSlots / 2
	h.mu.Lock()
	h.depot[p] = append(h.depot[p], half)
	h.mu.Unlock()
}

// allocRun takes a run of blocks for a slot of n bytes; 0 when memory is exhausted. The words are not cleared.
func (h *Heap) allocRun(g Group, n int) uint32 {
	need := uint32((n + blockBytes - 1) / blockBytes)
	h.mu.Lock()
	defer h.mu.Unlock()
	free := h.runs[g]
	for i, r := range free {
		if r.n < need {
			continue
		}
		if r.n > need {
			free[i] = run{r.block + need, r.n - need}
		} else {
			h.runs[g] = append(free[:i], free[i+1:]...)
		}
		h.setRun(g, r.block, need)
		return r.block << blockShift
	}
	return h.newBlocks(need, blockLarge+uint16(g), need*blockBytes) << blockShift
}

func (h *Heap) setRun(g Group, b, n uint32) {
	for i := b; i < b+n; i++ {
		h.blocks[i].set(blockCont, 0)
	}
	h.blocks[b].run = n
	h.blocks[b].set(blockLarge+uint16(g), n*blockBytes)
	h.nblocks.Add(0) // publish
}

// freeRun gives a run back and joins it with its free neighbours.
func (h *Heap) freeRun(off uint32) {
	b := off >> blockShift
	h.mu.Lock()
	defer h.mu.Unlock()
	if b >= h.nblocks.Load() {
		return
	}
	pool := h.blocks[b].pool()
	if pool < blockLarge || pool >= blockCont {
		return // freed twice: the first time counted
	}
	g, r := Group(pool-blockLarge), run{b, h.blocks[b].run}
	h.blocks[b].set(blockCont, 0)
	if r.n >= 16 {
		dropPages(h.words[r.block<<blockShift : (r.block+r.n)<<blockShift])
	}
	free := h.runs[g]
	i := 0
	for i < len(free) && free[i].block < b {
		i++
	}
	if i > 0 && free[i-1].block+free[i-1].n == r.block {
		i--
		r = run{free[i].block, free[i].n + r.n}
		free = append(free[:i], free[i+1:]...)
	}
	if i < len(free) && r.block+r.n == free[i].block {
		r.n += free[i].n
		free = append(free[:i], free[i+1:]...)
	}
	free = append(free, run{})
	copy(free[i+1:], free[i:])
	free[i] = r
	h.runs[g] = free
}

// Trusted is memory outside any heap, for stacks and code: no guest value is an address into it.
type Trusted struct {
	Words  []uint64 // zeroed
	mapped bool
}

// NewTrusted takes n words.
func NewTrusted(n int) *Trusted {
	w, err := mapWords(n)
	if err != nil {
		return &Trusted{Words: make([]uint64, n)}
	}
	return &Trusted{w, true}
}

// Close gives the words back. Nobody may touch them afterwards.
func (x *Trusted) Close() {
	if x.mapped {
		unmapWords(x.Words)
	}
	x.Words, x.mapped = nil, false
}

// SizeOf is the memory of an object's slot and payload, in bytes.
func (h *Heap) SizeOf(v Value) int {
	n := h.slotBytes(v.Off())
	m := Mutator{H: h, Base: h.base, Mask: h.mask, Unsafe: h.Unsafe}
	sh := h.Shapes.Get(m.Header(v).Shape())
	if sh != nil && sh.Layout >= LayoutList {
		if p := m.Body(v).Payload; p != 0 {
			n += h.slotBytes(p)
		}
	}
	return n
}
