package loader

// This file keeps modules once they are compiled, for those who run a program many times.

import (
	"strings"
	"sync"

	"toylang/lang/bytecode"
)

// Cached is a Loader that finds and compiles every module once. Machines may share it.
type Cached struct {
	*Loader
	mu    sync.Mutex
	found map[string]found
}

type found struct {
	code *bytecode.Func
	file string
	pkg  bool
	err  error
}

// NewCached makes one.
func NewCached() *Cached { return &Cached{Loader: New(), found: map[string]found{}} }

// Module is Loader's, remembered by name and directories.
func (c *Cached) Module(name string, dirs []string) (*bytecode.Func, string, bool, error) {
	key := name + "\x00" + strings.Join(dirs, "\x00")
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.found[key]
	if !ok {
		f.code, f.file, f.pkg, f.err = c.Loader.Module(name, dirs)
		c.found[key] = f
	}
	return f.code, f.file, f.pkg, f.err
}
