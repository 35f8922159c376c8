package explore

// This file looks for races of the program's own data in a run.

import "toylang/scheduler"

// Use says what the instruction at a PC does with the program's data.
type Use uint8

// The uses.
const (
	NoUse   Use = iota // it is the library's
	AnyUse             // it is the program's own, and does something else
	Loads              // it reads a variable, an attribute or an item
	Assigns            // it assigns one
)

// DataRace is a race of the program's data.
type DataRace struct {
	// Lost says that an update was lost: First read, Second assigned in between, and First's thread assigned what it had made
	// of the old value, at Third. Otherwise nothing orders First and Second, one of which writes.
	Lost                 bool
	First, Second, Third Event
}

// view is what a thread has read of a cell and not yet answered with a write.
type view struct {
	event int
	stale int // the other's write since; -1: none
}

// LostUpdates finds the assignments of a run that overwrote what another thread had assigned since the value was read that
// they were made of: same cell, read and assigned by the same function (same tells). One for each three places.
func LostUpdates(t *Trace, use func(pc uint32) Use, same func(a, b uint32) bool) (out []DataRace) {
	views := map[uint64]map[uint32]view{}
	known := map[[3]uint32]bool{}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Op.Kind != scheduler.CellRead && e.Op.Kind != scheduler.CellWrite || e.Op.Addr >= 1<<32 && e.Op.Addr&3 != 2 {
			continue
		}
		is := use(e.PC)
		all := views[e.Op.Addr]
		switch {
		case e.Op.Kind == scheduler.CellRead && is == Loads:
			if all == nil {
				all = map[uint32]view{}
				views[e.Op.Addr] = all
			}
			all[e.Thread] = view{i, -1}
		case e.Op.Kind == scheduler.CellWrite && is == Assigns:
			if v, ok := all[e.Thread]; ok {
				r := &t.Events[v.event]
				if v.stale >= 0 && same(r.PC, e.PC) {
					w := &t.Events[v.stale]
					if k := [3]uint32{r.PC, w.PC, e.PC}; !known[k] {
						known[k] = true
						out = append(out, DataRace{true, *r, *w, *e})
					}
				}
				delete(all, e.Thread)
			}
			for thread, v := range all {
				if v.stale < 0 {
					v.stale = i
					all[thread] = v
				}
			}
		}
	}
	return out
}

// DataRaces finds accesses of a run to the same cell that nothing orders, one of them a write, both by the program's own
// lines. One for each two places.
func DataRaces(t *Trace, use func(pc uint32) Use) (out []DataRace) {
	o := newOrder(true, true)
	type last struct {
		event int
		time  int32
	}
	reads, writes := map[uint64]map[uint32]last{}, map[uint64]map[uint32]last{}
	known := map[[2]uint32]bool{}
	for i := range t.Events {
		e := &t.Events[i]
		c := o.step(e)
		write := e.Op.Kind == scheduler.CellWrite
		if !write && e.Op.Kind != scheduler.CellRead || use(e.PC) == NoUse {
			continue
		}
		against := []map[uint32]last{writes[e.Op.Addr]}
		if write {
			against = append(against, reads[e.Op.Addr])
		}
		for _, all := range against {
			for thread := uint32(1); int(thread) < len(o.threads)+2; thread++ {
				p, ok := all[thread]
				if !ok || thread == e.Thread || c.before(thread, p.time) {
					continue
				}
				f := &t.Events[p.event]
				if k := [2]uint32{min(f.PC, e.PC), max(f.PC, e.PC)}; !known[k] {
					known[k] = true
					out = append(out, DataRace{First: *f, Second: *e})
				}
			}
		}
		into := reads
		if write {
			into = writes
		}
		if into[e.Op.Addr] == nil {
			into[e.Op.Addr] = map[uint32]last{}
		}
		into[e.Op.Addr][e.Thread] = last{i, c.at(e.Thread)}
	}
	return out
}
