//go:build unix

package main

// This file is a user before a pseudo-terminal, for the tests of the REPL.

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// terminal is a toy process on a pseudo-terminal.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  *os.File
	home string
	mu   sync.Mutex
	out  bytes.Buffer
	seen int // what expect has passed
	over chan struct{}
	racy bool // races are what the test is about
}

// openREPL starts toy (the test binary under that name, see TestMain) and waits for the prompt.
func openREPL(t *testing.T, args ...string) *terminal { return openIn(t, t.TempDir(), args...) }

func openIn(t *testing.T, home string, args ...string) *terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"toy"}, args...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "TERM=xterm", "HOME="+home, "TOY_HISTORY="+filepath.Join(home, "history"))
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 100})
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	s := &terminal{t: t, cmd: cmd, pty: f, home: home, over: make(chan struct{})}
	go func() {
		defer close(s.over)
		b := make([]byte, 4096)
		for {
			n, err := f.Read(b)
			s.mu.Lock()
			s.out.Write(b[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = f.Close()
		if !s.racy && strings.Contains(s.text(), "DATA RACE") || strings.Contains(s.text(), "internal error") {
			t.Errorf("toy: %s", s.text())
		}
	})
	s.expect(`strategy \w+\. %help for commands, Ctrl-D to leave\.\n`)
	s.prompt()
	return s
}

// send types.
func (s *terminal) send(text string) {
	s.t.Helper()
	if _, err := s.pty.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

var control = regexp.MustCompile(`\x1b\[[?0-9;]*[a-zA-Z]`)

// text is what the terminal shows: no control sequences, and of a line that was drawn again only the last state.
func (s *terminal) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	plain := strings.ReplaceAll(control.ReplaceAllString(s.out.String(), ""), "\r\n", "\n")
	lines := strings.Split(strings.ReplaceAll(plain, " \b", ""), "\n")
	for i, l := range lines {
		lines[i] = l[strings.LastIndexByte(l, '\r')+1:]
	}
	return strings.Join(lines, "\n")
}

// expect waits until something matches behind what was matched before, and gives what was printed up to its end.
func (s *terminal) expect(pattern string) string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		text := s.text()
		if s.seen > len(text) { // a control sequence was cut in two when it was looked at
			s.seen = len(text)
		}
		if m := re.FindStringIndex(text[s.seen:]); m != nil {
			got := text[s.seen : s.seen+m[1]]
			s.seen += m[1]
			return got
		}
		if time.Now().After(end) {
			s.t.Fatalf("%q never came; after the last match: %q", pattern, text[s.seen:])
		}
	}
}

// rewind goes back to the start of the line at hand: something is to be printed above it.
func (s *terminal) rewind() {
	text := s.text()
	s.seen = strings.LastIndexByte(text[:min(s.seen, len(text))], '\n') + 1
}

// prompt waits until a new entry can be typed.
func (s *terminal) prompt() string { s.t.Helper(); return s.expect(`(^|\n)>>> $`) }

// more waits for the prompt of another line.
func (s *terminal) more() { s.t.Helper(); s.expect(`(^|\n)\.\.\. $`) }

// enter types a line and gives what came until the next prompt, without the echo.
func (s *terminal) enter(text string) string {
	s.t.Helper()
	s.send(text + "\r")
	s.expect(`\n`)
	return strings.TrimSuffix(strings.TrimSuffix(s.prompt(), ">>> "), "\n")
}

// want enters a line and compares what it prints.
func (s *terminal) want(text, out string) {
	s.t.Helper()
	if got := s.enter(text); got != out {
		s.t.Errorf("%s: %q, want %q", text, got, out)
	}
}

// leave ends the session and gives the exit code.
func (s *terminal) leave(keys string) int {
	s.t.Helper()
	s.send(keys)
	select {
	case <-s.over:
	case <-time.After(20 * time.Second):
		s.t.Fatal("the session does not end")
	}
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// paste is a bracketed paste as a terminal sends it.
func paste(text string) string {
	return pasteBegin + strings.ReplaceAll(text, "\n", "\r") + pasteEnd
}
