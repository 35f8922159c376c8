package main

// This file is the terminal as the guest writes to it: what a background thread prints while the prompt waits goes above
// the prompt, which readline then draws again.

import (
	"bytes"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// screen is what both output streams share.
type screen struct {
	out, err *guestWriter
	waiting  atomic.Bool // the prompt is shown
	mu       sync.Mutex
	over     redrawer // nil without line editing
	mid      bool     // the last line printed was not ended
}

// redrawer is an editor that can draw its prompt again.
type redrawer interface {
	// reading says that the prompt has been drawn and the line not yet been entered.
	reading() bool
	// above writes lines above the prompt.
	above(lines []byte, stderr bool) error
}

// guestWriter is one stream.
type guestWriter struct {
	s    *screen
	f    *os.File
	tty  bool
	held []byte // printed while the prompt waits, and not a whole line yet
}

func newScreen(out, err *os.File) *screen {
	s := &screen{}
	s.out = &guestWriter{s: s, f: out, tty: isTerminal(out)}
	s.err = &guestWriter{s: s, f: err, tty: isTerminal(err)}
	return s
}

func (s *screen) stdout() io.Writer { return s.out }
func (s *screen) stderr() io.Writer { return s.err }

// prompts is where prompts and messages go: away from output that is redirected.
func (s *screen) prompts() io.Writer {
	if s.out.tty {
		return s.out
	}
	return s.err
}

// Write writes. While the prompt waits only whole lines go out, above the prompt.
func (w *guestWriter) Write(b []byte) (int, error) {
	s := w.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if !w.tty || s.over == nil || !s.waiting.Load() {
		return len(b), w.direct(b)
	}
	w.held = append(w.held, b...)
	end := bytes.LastIndexByte(w.held, '\n') + 1
	if end == 0 {
		return len(b), nil
	}
	for i := 0; i < 50 && s.waiting.Load() && !s.over.reading(); i++ {
		time.Sleep(time.Millisecond) // the prompt is being drawn, or the line was just entered
	}
	lines := w.held[:end]
	w.held = append([]byte(nil), w.held[end:]...)
	if !s.waiting.Load() {
		return len(b), w.direct(lines)
	}
	return len(b), s.over.above(lines, w == s.err)
}

// direct writes without regard to a prompt. s.mu is held.
func (w *guestWriter) direct(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if w.tty {
		w.s.mid = b[len(b)-1] != '\n'
	}
	_, err := w.f.Write(b)
	return err
}

// begin makes the screen ready for a prompt: it stands on a line of its own.
func (s *screen) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mid {
		_ = s.out.direct([]byte("\n"))
	}
	s.waiting.Store(true)
}

// end says that the line has been entered.
func (s *screen) end() {
	s.waiting.Store(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range []*guestWriter{s.out, s.err} {
		_ = w.direct(w.held)
		w.held = nil
	}
}
