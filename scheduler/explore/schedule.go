// Package explore searches the schedules of a program under the virtual scheduler: it runs the program again and again,
// each time with other switches between its threads, and keeps what it has seen. It knows nothing of the guest: who uses it
// hands over a function that runs the program once under a policy and tells how it ended.
//
// Runs are stateless: each begins anew and is led by a list of switches. Where the list is silent, a thread goes on for as
// long as it can (see driver.go for the exact rule); so the number of switches away from a thread that could have gone on
// is the number of preemptions in the sense of Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing of
// Multithreaded Programs" (PLDI 2007).
package explore

// This file defines schedules.

import (
	"fmt"
	"strings"
)

// Switch says that at one moment another thread goes on than the rule would choose. The moment is named by the thread that
// ran last and the number of points that it had passed: it stands at its next, waits or has ended.
type Switch struct {
	Thread uint32 // its ID: the main thread is 1, the others count in the order of their start
	Point  int
	To     uint32
}

// Schedule is a run's switches in the order in which they happen. Together with the program it is the run.
type Schedule []Switch

// String gives it on one line: "2@14>3 3@20>2".
func (s Schedule) String() string {
	var b strings.Builder
	for i, x := range s {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d@%d>%d", x.Thread, x.Point, x.To)
	}
	return b.String()
}

// without gives the schedule without the switches of which drop says so.
func (s Schedule) without(drop func(i int) bool) Schedule {
	var out Schedule
	for i, x := range s {
		if !drop(i) {
			out = append(out, x)
		}
	}
	return out
}

// with gives a new schedule with one more switch.
func (s Schedule) with(x Switch) Schedule {
	return append(append(make(Schedule, 0, len(s)+1), s...), x)
}
