package main

// This file is the progress bar of what takes more than a second.

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// progress is a bar on a terminal; elsewhere nothing.
type progress struct {
	n, of int
	on    bool
	began time.Time
}

func newProgress(of int) *progress {
	st, err := os.Stderr.Stat()
	return &progress{of: of, on: err == nil && st.Mode()&os.ModeCharDevice != 0, began: time.Now()}
}

// step counts a step; what is being done now stands behind the bar.
func (p *progress) step(what string) {
	p.n++
	if p.on && time.Since(p.began) > time.Second {
		full := 30 * p.n / max(p.of, 1)
		fmt.Fprintf(os.Stderr, "\r[%s%s] %d/%d %s\033[K", strings.Repeat("#", full), strings.Repeat(".", 30-full), p.n, p.of, what)
	}
}

func (p *progress) done() {
	if p.on {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
}
