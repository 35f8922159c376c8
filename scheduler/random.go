package scheduler

// This file is the random policy: at each point it goes on with another thread with a fixed probability.

import "math/rand/v2"

type random struct {
	r *rand.Rand
	p float64
}

// NewRandom gives the policy for a seed; p is the probability of a switch at a point where one is possible.
func NewRandom(seed uint64, p float64) Policy {
	return &random{rand.New(rand.NewPCG(seed, 0x9E3779B97F4A7C15)), p}
}

func (r *random) Pick(s *Choice) int {
	if s.Current >= 0 && r.r.Float64() >= r.p {
		return s.Current
	}
	n := len(s.Runnable)
	if s.Current < 0 {
		return r.r.IntN(n)
	}
	i := r.r.IntN(n - 1)
	if i >= s.Current {
		i++
	}
	return i
}
