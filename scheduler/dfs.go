package scheduler

// This file enumerates all schedules of a program by running it again and again, each time with the next combination of
// choices (stateless depth-first search).

// Enumerator is a policy that walks through all schedules: call Next before each run until it reports false.
type Enumerator struct {
	// Branch says whether the choice at hand matters; elsewhere the running thread goes on. nil: everywhere.
	Branch func(s *Choice) bool

	choices []choice // of the last run
	at      int
	started bool
}

type choice struct{ taken, of int }

// Next makes the policy ready for another run; false when all schedules have been run.
func (e *Enumerator) Next() bool {
	e.at = 0
	if !e.started {
		e.started = true
		return true
	}
	for len(e.choices) > 0 {
		last := &e.choices[len(e.choices)-1]
		if last.taken+1 < last.of {
			last.taken++
			return true
		}
		e.choices = e.choices[:len(e.choices)-1]
	}
	return false
}

// Choices gives the choices of the last run, as indices among the runnable threads.
func (e *Enumerator) Choices() []int {
	var out []int
	for _, c := range e.choices {
		out = append(out, c.taken)
	}
	return out
}

// Pick follows the prefix that Next has set, then takes first choices.
func (e *Enumerator) Pick(s *Choice) int {
	for i := range s.Runnable { // a new thread first runs to its first point: before that nothing it does matters
		if s.Pending(i).Kind == Begin {
			return i
		}
	}
	if e.Branch != nil && !e.Branch(s) {
		return max(s.Current, 0)
	}
	if e.at == len(e.choices) {
		e.choices = append(e.choices, choice{0, len(s.Runnable)})
	}
	c := e.choices[e.at]
	e.at++
	return min(c.taken, len(s.Runnable)-1)
}
