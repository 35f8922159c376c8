package scheduler

// This file changes a real scheduler between two entries of the REPL.

// Reconfigure changes who may run, and after how many ticks the one lock is released (0: on request). It is called by t, which has the right to run and is the only thread attached; it
// reports false, and changes nothing, where that is not so. Locks, counters and the clock stay as they are.
func Reconfigure(s Scheduler, t *Thread, mode Mode, ticks int, unsafe bool) bool {
	r, ok := s.(*real)
	if !ok {
		return false
	}
	r.mu.Lock()
	alone := len(r.threads) == 1 && r.threads[0] == t
	if alone {
		r.cfg.Unsafe = unsafe
	}
	r.mu.Unlock()
	if !alone || r.cfg.Mode == mode && r.cfg.Ticks == ticks {
		return alone
	}
	if r.cfg.Mode == OneLock {
		r.lock().release(t)
	}
	r.cfg.Mode, r.cfg.Ticks = mode, ticks
	if mode == OneLock {
		r.lock().acquire(t)
	}
	r.setTick(t)
	return true
}

// Revive forgets a deadlock that was reported, so that threads can wait again.
func Revive(s Scheduler) {
	if r, ok := s.(*real); ok {
		r.mu.Lock()
		r.deadlock, r.told = false, false
		r.mu.Unlock()
	}
}
