package main

// This file is the terminal as readline and input() read it. It takes pasted blocks (bracketed paste) apart before
// readline sees them, hands over no more than a line at a time, so that nothing is read that is meant for input(), and can
// be interrupted.

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

const (
	pasteOn    = "\x1b[?2004h"
	pasteOff   = "\x1b[?2004l"
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	// pastedTab and pastedBreak stand for a tab and the first line break of a pasted block on their way through
	// readline, which would take these keys for completion and the end of the line.
	pastedTab   = '\uFDD0'
	pastedBreak = '\uFDD1'

	keyInterrupt = 3
	keyEOF       = 4
	keySuspend   = 26
)

// homeEnd are the keys Home and End of terminals whose sequences readline does not know.
var homeEnd = strings.NewReplacer("\x1b[1~", "\x01", "\x1b[7~", "\x01", "\x1b[4~", "\x05", "\x1b[8~", "\x05")

// ttyInput reads the terminal.
type ttyInput struct {
	src io.Reader
	// suspend is called for Ctrl-Z.
	suspend func()

	mu     sync.Mutex
	buf    []byte // read, and not yet handed over
	err    error  // follows buf
	flight chan struct{}
	ready  []byte // for readline, taken from a pasted block
	rest   string // the lines that follow in the block
	pasted bool
	stop   chan struct{} // a pending interrupt
}

func newTTYInput(src io.Reader) *ttyInput {
	return &ttyInput{src: src, stop: make(chan struct{}, 1)}
}

// interrupt ends a read of input().
func (in *ttyInput) interrupt() {
	select {
	case in.stop <- struct{}{}:
	default:
	}
}

// interrupted reports and forgets an interrupt that came while nobody read.
func (in *ttyInput) interrupted() bool {
	select {
	case <-in.stop:
		return true
	default:
		return false
	}
}

// fill waits until the terminal has given more. One read is under way at most; it survives its reader's interrupt.
func (in *ttyInput) fill(stop <-chan struct{}) error {
	in.mu.Lock()
	if in.err != nil {
		err := in.err
		in.err = nil
		in.mu.Unlock()
		return err
	}
	if in.flight == nil {
		in.flight = make(chan struct{})
		go in.fetch(in.flight)
	}
	flight := in.flight
	in.mu.Unlock()
	select {
	case <-flight:
		return nil
	case <-stop:
		return errInterrupt
	}
}

func (in *ttyInput) fetch(flight chan struct{}) {
	b := make([]byte, 4096)
	n, err := in.src.Read(b)
	in.mu.Lock()
	in.buf = append(in.buf, b[:n]...)
	in.err = err
	in.flight = nil
	in.mu.Unlock()
	close(flight)
}

// Read gives readline its keys.
func (in *ttyInput) Read(p []byte) (int, error) {
	for {
		in.mu.Lock()
		n, suspend := in.keys(p)
		in.mu.Unlock()
		if suspend && in.suspend != nil {
			in.suspend()
		}
		if n > 0 {
			return n, nil
		}
		if !suspend {
			if err := in.fill(nil); err != nil {
				return 0, err
			}
		}
	}
}

// Close is there for readline.
func (in *ttyInput) Close() error { return nil }

// keys takes keys from the buffer, up to the one that ends a line. in.mu is held.
func (in *ttyInput) keys(p []byte) (n int, suspend bool) {
	if len(in.ready) > 0 {
		n = copy(p, in.ready)
		in.ready = in.ready[n:]
		return n, false
	}
	if bytes.HasPrefix(in.buf, []byte(pasteBegin)) {
		end := bytes.Index(in.buf, []byte(pasteEnd))
		if end < 0 {
			return 0, false
		}
		block := string(in.buf[len(pasteBegin):end])
		in.buf = in.buf[end+len(pasteEnd):]
		in.takeBlock(block)
		return in.keys(p)
	}
	end := len(in.buf)
	for i, c := range in.buf {
		if c == '\x1b' && partOf(in.buf[i:], pasteBegin) {
			end = i
			break
		}
		if c == keySuspend && i == 0 {
			in.buf = in.buf[1:]
			return 0, true
		}
		if c == keySuspend {
			end = i
			break
		}
		if c == '\r' || c == '\n' || c == keyInterrupt || c == keyEOF {
			end = i + 1
			break
		}
	}
	keys := in.buf[:end]
	if bytes.IndexByte(keys, '\x1b') >= 0 {
		keys = []byte(homeEnd.Replace(string(keys)))
	}
	in.buf = in.buf[end:]
	n = copy(p, keys)
	in.ready = append(in.ready[:0:0], keys[n:]...)
	return n, false
}

// partOf reports that b begins with the marker, or may do so when there is more.
func partOf(b []byte, marker string) bool {
	if len(b) < len(marker) {
		return strings.HasPrefix(marker, string(b))
	}
	return strings.HasPrefix(string(b), marker)
}

// takeBlock makes keys of the first line of a pasted block and keeps the other lines for the REPL. in.mu is held.
func (in *ttyInput) takeBlock(block string) {
	block = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(block)
	block = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == pastedTab || c == pastedBreak {
			return -1
		}
		return c
	}, block)
	first, rest, more := strings.Cut(block, "\n")
	keys := strings.ReplaceAll(first, "\t", string(pastedTab))
	if more {
		keys += string(pastedBreak) + "\r"
		in.rest, in.pasted = rest, true
	}
	in.ready = []byte(keys)
}

// split makes the line that readline gave, with the block that was pasted into it, what the REPL gets.
func (in *ttyInput) split(text string) line {
	in.mu.Lock()
	defer in.mu.Unlock()
	before, after, found := strings.Cut(text, string(pastedBreak))
	if !found || !in.pasted {
		return line{text: text}
	}
	l := line{text: before, pasted: true, rest: strings.Split(in.rest, "\n")}
	l.rest[len(l.rest)-1] += after // what stood behind the cursor
	in.rest, in.pasted = "", false
	return l
}

// cookedInput is the terminal between prompts: lines, as the system's own line editor gives them.
type cookedInput struct{ in *ttyInput }

func (in *ttyInput) cooked() io.Reader { return cookedInput{in} }

// Read gives a line, or a part of it.
func (c cookedInput) Read(p []byte) (int, error) {
	in := c.in
	in.interrupted()
	for {
		in.mu.Lock()
		if len(in.buf) > 0 && len(p) > 0 {
			end := bytes.IndexAny(in.buf, "\r\n") + 1
			if end == 0 {
				end = len(in.buf)
			}
			n := copy(p, in.buf[:end])
			in.buf = in.buf[n:]
			if p[n-1] == '\r' {
				p[n-1] = '\n'
			}
			in.mu.Unlock()
			return n, nil
		}
		in.mu.Unlock()
		if err := in.fill(in.stop); err != nil {
			return 0, err
		}
	}
}
