package refcount

// This file measures what a bounce costs on this machine.

import (
	"runtime"
	"sync/atomic"
	"time"
)

// TransferTime is how long a cache line takes from one core to another: two goroutines change one word in turn, and the
// quickest batch counts. 0 on one core, or when the machine is too busy to tell. It takes 50 ms at most.
func TransferTime() time.Duration {
	if runtime.GOMAXPROCS(0) < 2 || runtime.NumCPU() < 2 {
		return 0
	}
	var word, stop atomic.Uint32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for stop.Load() == 0 {
			if v := word.Load(); v&1 == 1 {
				word.Store(v + 1)
			}
		}
	}()
	const batch = 256
	best := time.Duration(0)
	end := time.Now().Add(50 * time.Millisecond)
	for n := 0; n < 40 && time.Now().Before(end); n++ {
		begin := time.Now()
		for i := 0; i < batch; i++ {
			word.Add(1)
			for spin := 0; word.Load()&1 == 1; spin++ {
				if spin&1023 == 1023 {
					runtime.Gosched()
				}
			}
		}
		if d := time.Since(begin) / (2 * batch); best == 0 || d < best {
			best = d
		}
	}
	stop.Store(1)
	<-done
	return best
}
