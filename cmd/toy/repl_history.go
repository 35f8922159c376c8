package main

// This file is the history of the REPL: a file with a line for each line entered, indentation included. It is written as
// lines are entered, so that however a session ends nothing is lost.

import (
	"os"
	"path/filepath"
	"strings"
)

// historyLimit is how many lines are kept.
const historyLimit = 1000

// history is the file and what stood in it at the start.
type history struct {
	file  string // "": none
	lines []string
	last  string
}

// openHistory reads the file that TOY_HISTORY names, by default ~/.toy_history; an empty TOY_HISTORY means none.
func openHistory() *history {
	file, set := os.LookupEnv("TOY_HISTORY")
	if !set {
		if home, err := os.UserHomeDir(); err == nil {
			file = filepath.Join(home, ".toy_history")
		}
	}
	h := &history{file: file}
	if file == "" {
		return h
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return h
	}
	for _, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimRight(l, "\r"); l != "" {
			h.lines = append(h.lines, l)
		}
	}
	if n := len(h.lines); n > historyLimit {
		h.lines = h.lines[n-historyLimit:]
		if n > 2*historyLimit {
			h.rewrite()
		}
	}
	if n := len(h.lines); n > 0 {
		h.last = h.lines[n-1]
	}
	return h
}

// rewrite shortens the file.
func (h *history) rewrite() {
	tmp := h.file + ".tmp"
	if os.WriteFile(tmp, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600) == nil {
		_ = os.Rename(tmp, h.file)
	}
}

// add appends a line, unless it is empty or the same as the last; it reports whether it did.
func (h *history) add(text string) bool {
	if strings.TrimSpace(text) == "" || text == h.last {
		return false
	}
	h.last = text
	if h.file == "" {
		return true
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return true
	}
	_, _ = f.WriteString(text + "\n")
	_ = f.Close()
	return true
}
