package vm

// This file is the side table: Go objects that guest objects name by a checked index (locks, threads' ends).

import "sync"

// sideTable hands out indices; it is guarded by Go's own lock, never by a guest lock.
type sideTable struct {
	mu   sync.RWMutex
	list []any
	free []int
}

func (s *sideTable) init() { s.list = []any{nil} } // index 0 names nothing

// put stores an object and gives its index.
func (s *sideTable) put(x any) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		s.list[i] = x
		return i
	}
	s.list = append(s.list, x)
	return len(s.list) - 1
}

// get finds an object; nil for an index that names nothing.
func (s *sideTable) get(ix Value) any {
	if !ix.IsInt() {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if i := ix.Int(); i > 0 && int(i) < len(s.list) {
		return s.list[i]
	}
	return nil
}

// drop forgets an object.
func (s *sideTable) drop(ix Value) {
	if !ix.IsInt() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := ix.Int(); i > 0 && int(i) < len(s.list) && s.list[i] != nil {
		s.list[i] = nil
		s.free = append(s.free, int(i))
	}
}
