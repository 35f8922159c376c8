//go:build !js

package main

// This file reads lines with readline. It is the one file that knows it.

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/chzyer/readline"
)

func isTerminal(f *os.File) bool { return readline.IsTerminal(int(f.Fd())) }

func screenWidth() int { return readline.GetScreenWidth() }

// lineEditor is readline.
type lineEditor struct {
	r    *repl
	rl   *readline.Instance
	h    *history
	once sync.Once
}

func newLineEditor(r *repl, h *history) (editor, error) {
	e := &lineEditor{r: r, h: h}
	cfg := &readline.Config{
		Stdin: r.in, Stdout: os.Stdout, Stderr: os.Stderr,
		HistoryLimit: historyLimit, DisableAutoSaveHistory: true,
		InterruptPrompt: "^C", EOFPrompt: "\n",
		AutoComplete:   completer{r},
		Painter:        painter{},
		FuncIsTerminal: func() bool { return true },
		FuncGetWidth:   r.width,
	}
	cfg.SetListener(func(text []rune, pos int, _ rune) ([]rune, int, bool) {
		changed := false
		for i, c := range text {
			if c == pastedTab {
				text[i], changed = '\t', true
			}
		}
		return text, pos, changed
	})
	rl, err := readline.NewEx(cfg)
	if err != nil {
		return nil, err
	}
	e.rl = rl
	for _, l := range h.lines {
		_ = rl.SaveHistory(l)
	}
	r.out.over = e
	r.in.suspend = func() {
		e.mode(pasteOff)
		_ = rl.Terminal.ExitRawMode()
		suspend()
		_ = rl.Terminal.EnterRawMode()
		e.mode(pasteOn)
		rl.Refresh()
	}
	return e, nil
}

// painter hides the mark of a pasted line break.
type painter struct{}

// Paint gives what is shown of a line.
func (painter) Paint(text []rune, _ int) []rune {
	for i, c := range text {
		if c == pastedBreak {
			return append(append([]rune(nil), text[:i]...), text[i+1:]...)
		}
	}
	return text
}

func (e *lineEditor) reading() bool { return e.rl.Terminal.IsReading() }

func (e *lineEditor) above(lines []byte, stderr bool) error {
	w := e.rl.Stdout()
	if stderr {
		w = e.rl.Stderr()
	}
	_, err := w.Write(lines)
	return err
}

// mode writes a control sequence.
func (e *lineEditor) mode(seq string) { _, _ = io.WriteString(os.Stdout, seq) }

func (e *lineEditor) read(prompt, prefill string) (line, error) {
	if e.r.in.interrupted() {
		return line{}, errInterrupt
	}
	e.rl.SetPrompt(prompt)
	e.r.out.begin()
	e.mode(pasteOn)
	var text string
	var err error
	if prefill != "" {
		text, err = e.rl.ReadlineWithDefault(prefill)
	} else {
		text, err = e.rl.Readline()
	}
	e.mode(pasteOff)
	e.r.out.end()
	if errors.Is(err, readline.ErrInterrupt) {
		return line{}, errInterrupt
	}
	if err != nil {
		return line{}, io.EOF
	}
	return e.r.in.split(strings.ReplaceAll(text, string(pastedTab), "\t")), nil
}

func (e *lineEditor) echo(prompt, text string) {
	_, _ = io.WriteString(e.r.out.stdout(), prompt+text+"\n")
}

func (e *lineEditor) remember(text string) {
	if e.h.add(text) {
		_ = e.rl.SaveHistory(text)
	}
}

// close leaves the terminal as it was found.
func (e *lineEditor) close() {
	e.once.Do(func() {
		if e.r.out.waiting.Load() {
			e.mode(pasteOff)
		}
		_ = e.rl.Terminal.ExitRawMode()
	})
}
