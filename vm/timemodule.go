package vm

// This file is the module time: clocks and sleep.

import (
	"math"
	"syscall"
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
	t.modFuncs(m, []Def{
		{"time()", seconds(wallClock)}, {"time_ns()", nanos(wallClock)},
		{"perf_counter()", seconds(mono)}, {"perf_counter_ns()", nanos(mono)},
		{"monotonic()", seconds(mono)}, {"monotonic_ns()", nanos(mono)},
		{"process_time()", seconds(processTime)}, {"process_time_ns()", nanos(processTime)},
		{"thread_time()", seconds(processTime)}, {"thread_time_ns()", nanos(processTime)},
		{"sleep(seconds, /)", func(t *Thread, a []Value) Value {
			d, ok := t.duration(a[0])
			switch {
			case !ok:
				return Raised
			case d < 0:
				return t.Raise(t.VM.Exc.ValueError, "sleep length must be non-negative")
			}
			return okNone(t.sleep(d))
		}},
		{"clock_gettime(clk_id, /)", clockOf(func(t *Thread, f func(t *Thread) int64) Value { return t.NewFloat(float64(f(t)) / 1e9) })},
		{"clock_gettime_ns(clk_id, /)", clockOf(func(t *Thread, f func(t *Thread) int64) Value { return t.NewInt(f(t)) })},
		{"clock_getres(clk_id, /)", clockOf(func(t *Thread, f func(t *Thread) int64) Value { return t.NewFloat(1e-9) })},
		{"strptime(*args)", func(t *Thread, a []Value) Value {
			m := t.importOne("_strptime", "_strptime")
			if m == Raised {
				return m
			}
			h := t.Hold(m)
			defer t.Unhold(h)
			var args []Value
			for i, x := 0, t.Items(a[0]); i < x.Len(); i++ {
				args = append(args, x.Get(i))
			}
			return t.CallMethod(m, "_strptime_time", args...)
		}},
		{"tzset()", func(t *Thread, a []Value) Value { return None }},
	})
	for i, n := range clockNames {
		t.modSet(m, n, t.NewInt(int64(i)))
	}
	t.initCalendar(m)
	t.initClockInfo(m)
	return true
}

// clockNames are the clocks that clock_gettime knows, by their numbers.
var clockNames = [4]string{"CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID"}

// clockOf makes a function of a clock's number.
func clockOf(tell func(t *Thread, clock func(t *Thread) int64) Value) func(t *Thread, a []Value) Value {
	mono := func(t *Thread) int64 { return t.VM.Sched.Now() }
	clocks := []func(t *Thread) int64{wallClock, mono, processTime, processTime}
	return func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[0])
		switch {
		case !ok:
			return Raised
		case n < 0 || n >= int64(len(clocks)):
			return t.raiseOS(syscall.EINVAL)
		}
		return tell(t, clocks[n])
	}
}

// initClockInfo makes get_clock_info, which gives a namespace object.
func (t *Thread) initClockInfo(m Value) {
	info := t.newSeqType("time.clock_info", "namespace", "implementation monotonic adjustable resolution", "", noInstances("time.clock_info"))
	t.modFuncs(m, []Def{{"get_clock_info(name, /)", func(t *Thread, a []Value) Value {
		if !t.IsStr(a[0]) {
			return t.Raise(t.VM.Exc.TypeError, "get_clock_info() argument 1 must be str, not %s", t.TypeName(a[0]))
		}
		id := map[string]int{"time": 0, "monotonic": 1, "perf_counter": 1, "process_time": 2, "thread_time": 3}
		n, ok := id[t.GoStr(a[0])]
		if !ok {
			return t.Raise(t.VM.Exc.ValueError, "unknown clock")
		}
		return info.make(t, t.NewStr("clock_gettime("+clockNames[n]+")"), boolValue(n > 0), boolValue(n == 0), t.NewFloat(1e-9))
	}}})
}

// sleep waits; false when an exception was raised meanwhile. What wakes it for nothing does not end it.
func (t *Thread) sleep(d time.Duration) bool {
	end := t.VM.Sched.Now() + int64(d)
	for {
		t.VM.Sched.Sleep(&t.Thread, d)
		if !t.CheckBreak() {
			return false
		}
		if d = time.Duration(end - t.VM.Sched.Now()); d <= 0 {
			return true
		}
	}
}

// duration reads a number of seconds.
func (t *Thread) duration(v Value) (d time.Duration, ok bool) {
	var s float64
	if v.IsFloat() || t.wraps(v, KFloat) {
		s, ok = t.Float64(v)
	} else {
		var n int64
		if n, ok = t.Index(v); !ok && t.Catch(t.VM.Exc.OverflowError) {
			s, ok = math.Inf(1), true
		} else {
			s = float64(n)
		}
	}
	switch {
	case !ok:
		return 0, false
	case math.IsNaN(s):
		t.Raise(t.VM.Exc.ValueError, "Invalid value NaN (not a number)")
		return 0, false
	case s >= 1<<63/1e9 || s <= -1<<63/1e9:
		t.Raise(t.VM.Exc.OverflowError, "timestamp too large to convert to C _PyTime_t")
		return 0, false
	}
	return time.Duration(math.Ceil(s * 1e9)), true
}

// wallClock is the time of day in nanoseconds since 1970.
func wallClock(t *Thread) int64 {
	if t.VM.Sched.Virtual() {
		return t.VM.Sched.Now()
	}
	return time.Now().UnixNano()
}

// processTime is the processor time that the process has used, in nanoseconds.
func processTime(t *Thread) int64 {
	if n := cpuTime(); n > 0 && !t.VM.Sched.Virtual() {
		return n
	}
	return t.VM.Sched.Now()
}
