package vm

// This file is the module time.

import (
	"math"
	"time"
)

func initTime(t *Thread, m Value) bool {
	seconds := func(f func(t *Thread) int64) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value { return t.NewFloat(float64(f(t)) / 1e9) }
	}
	nanos := func(f func(t *Thread) int64) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value { return t.NewInt(f(t)) }
	}
	mono := func(t *Thread) int64 { return t.VM.Sched.Now() }
	wall := func(t *Thread) int64 {
		if t.VM.Sched.Virtual() {
			return t.VM.Sched.Now()
		}
		return time.Now().UnixNano()
	}
	t.modFuncs(m, []Def{
		{"time()", seconds(wall)}, {"time_ns()", nanos(wall)},
		{"perf_counter()", seconds(mono)}, {"perf_counter_ns()", nanos(mono)},
		{"monotonic()", seconds(mono)}, {"monotonic_ns()", nanos(mono)},
		{"process_time()", seconds(processTime)}, {"process_time_ns()", nanos(processTime)},
		{"thread_time()", seconds(processTime)},
		{"sleep(seconds, /)", func(t *Thread, a []Value) Value {
			s, ok := t.Float64(a[0])
			if !ok {
				return Raised
			}
			if s < 0 || math.IsNaN(s) {
				return t.Raise(t.VM.Exc.ValueError, "sleep length must be non-negative")
			}
			if s > 1e9 {
				return t.Raise(t.VM.Exc.OverflowError, "timestamp too large to convert to C _PyTime_t")
			}
			t.VM.Sched.Sleep(&t.Thread, time.Duration(s*1e9))
			if !t.CheckBreak() {
				return Raised
			}
			return None
		}},
	})
	return true
}

func processTime(t *Thread) int64 { return int64(time.Since(t.VM.Start)) }
