package refcount

// This file is the grace period of payloads under lock-free reads: a reader has read a container's body without its lock
// and is about to read the payload that it named, so a payload that is replaced is not reused before every thread has
// passed an eval-breaker check (as in RCU: quiescent states). No reader keeps a payload's address across a check.

import "toylang/scheduler"

const (
	limboSlots = 64      // payloads put off before the world is stopped for them
	limboBytes = 1 << 20 // or so many bytes
)

// limbo holds payloads that wait for their grace period.
type limbo struct {
	slots []uint32
	bytes int
}

// FreeReplaced is FreePayload for a payload that v, which is alive and locked, has just replaced.
func (m *Mutator) FreeReplaced(v Value, off uint32) {
	if off == 0 || !m.LockFree || !m.Locks || !m.seen(v) {
		m.FreePayload(off)
		return
	}
	m.FreeLater(off)
}

// FreeLater is FreePayload after a grace period.
func (m *Mutator) FreeLater(off uint32) {
	if off == 0 || !m.LockFree || !m.Locks {
		m.FreePayload(off)
		return
	}
	m.limbo.slots = append(m.limbo.slots, off)
	m.limbo.bytes += m.H.slotBytes(off)
	if m.Self != nil && (len(m.limbo.slots) >= limboSlots || m.limbo.bytes >= limboBytes) {
		m.Self.SetBreak(scheduler.BreakGrace)
	}
}

// Grace frees what waits in limbo. Called at an eval-breaker check: the thread holds no lock and stops the world, which
// brings every other thread to a check or finds it blocked.
func (m *Mutator) Grace() {
	if len(m.limbo.slots) == 0 {
		return
	}
	if m.Locks {
		m.Sched.StopWorld(m.Self)
		m.Sched.StartWorld(m.Self)
	}
	for _, off := range m.limbo.slots {
		m.FreePayload(off)
	}
	m.limbo = limbo{slots: m.limbo.slots[:0]}
}
