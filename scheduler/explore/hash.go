package explore

// This file hashes what has happened in a run up to a moment, whatever the order of what does not depend on each other: two
// runs that agree there have come to the same state (happens-before caching: Musuvathi and Qadeer, "Partial-Order Reduction
// for Context-Bounded State Exploration", MSR-TR-2007-12). Each event's hash is made of those of the events that it follows
// on: its thread's last, and the last on its address that it conflicts with. The sum over all events is the state's.

import "toylang/scheduler"

// space tells addresses of different kinds apart.
type space uint8

const (
	private space = iota // nobody else's business
	counts               // an object's count and life
	locks                // an object's lock
	cells
	toyLocks
	ends   // of threads
	output // and the starting of threads: they are numbered
)

// target is what an operation touches, and whether it changes it.
func target(op scheduler.Op) (where addr, write bool) {
	switch op.Kind {
	case scheduler.CountLoad:
		return addr{counts, op.Addr}, false
	case scheduler.CountStore, scheduler.CountAdd, scheduler.SlotFree:
		return addr{counts, op.Addr}, true
	case scheduler.ObjLock, scheduler.ObjUnlock:
		return addr{locks, op.Addr}, true
	case scheduler.CellRead:
		return addr{cells, op.Addr}, false
	case scheduler.CellWrite:
		return addr{cells, op.Addr}, true
	case scheduler.LockTake, scheduler.LockGive, scheduler.Wake:
		return addr{toyLocks, op.Addr}, true
	case scheduler.End:
		return addr{ends, op.Addr}, true
	case scheduler.Join:
		return addr{ends, op.Addr}, false
	case scheduler.Output:
		return addr{output, 0}, true
	case scheduler.Spawn:
		return addr{output, 1}, true
	}
	return addr{}, false
}

// addr is an address in its space.
type addr struct {
	space space
	at    uint64
}

// mark is what happened last at an address.
type mark struct {
	write uint64 // hash of the last write
	reads uint64 // sum of the hashes of the reads since
}

// counting reports a change of a count that nobody can come into the midst of: such changes may come in any order as long
// as the object lives on.
func counting(k scheduler.PointKind, oneLock bool) bool {
	return k == scheduler.CountAdd || oneLock && (k == scheduler.CountLoad || k == scheduler.CountStore)
}

// hasher sums a run up.
type hasher struct {
	oneLock bool
	use     map[addr]use // the explorer's
	threads []uint64     // by ID: hash of the last event
	marks   map[addr]mark
	sum     uint64
}

func (h *hasher) reset() {
	h.sum = 0
	clear(h.threads)
	clear(h.marks)
}

func mix(x uint64) uint64 { // the finaliser of splitmix64 (Steele, Lea and Flood 2014)
	x ^= x >> 30
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 27
	x *= 0x94D049BB133111EB
	return x ^ x>>31
}

// state is the hash of the moment.
func (h *hasher) state(now int64) uint64 { return h.sum + mix(uint64(now)) }

// add adds an event.
func (h *hasher) add(e Event) {
	for int(e.Thread) >= len(h.threads) {
		h.threads = append(h.threads, 0)
	}
	where, write := target(e.Op)
	x := mix(h.threads[e.Thread]*3 + uint64(e.Thread)<<32 + uint64(e.Op.Kind))
	x = mix(x + e.Op.Addr*0x9E3779B97F4A7C15)
	if where.space != private {
		if counting(e.Op.Kind, h.oneLock) {
			write = h.use[where].shared() // several threads count it, and one of them frees it: who drops it last matters
		}
		if h.marks == nil {
			h.marks = map[addr]mark{}
		}
		m := h.marks[where]
		if write {
			x = mix(x + m.write*5 + m.reads*7 + 1)
			m = mark{write: x}
		} else {
			x = mix(x + m.write*5 + 2)
			m.reads += x
		}
		h.marks[where] = m
	}
	h.threads[e.Thread] = x
	h.sum += x
}
