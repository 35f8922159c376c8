package main

// This file chooses the editor, and reads lines plainly where the terminal cannot show readline's editing.

import (
	"bufio"
	"io"
	"os"
	"strings"
)

// newEditor gives the editor that fits the terminal.
func (r *repl) newEditor(h *history) editor {
	if term := os.Getenv("TERM"); r.out.out.tty && term != "dumb" {
		if e, err := newLineEditor(r, h); err == nil {
			return e
		}
	}
	return &plainEditor{r: r, in: bufio.NewReader(r.in.cooked()), h: h}
}

// plainEditor reads lines as the system gives them.
type plainEditor struct {
	r  *repl
	in *bufio.Reader
	h  *history
}

func (e *plainEditor) read(prompt, prefill string) (line, error) {
	e.r.out.begin()
	defer e.r.out.end()
	_, _ = io.WriteString(e.r.out.prompts(), prompt)
	text, err := e.in.ReadString('\n')
	switch {
	case err == errInterrupt:
		_, _ = io.WriteString(e.r.out.prompts(), "\n")
		return line{}, err
	case err != nil && text == "":
		_, _ = io.WriteString(e.r.out.prompts(), "\n")
		return line{}, io.EOF
	}
	return line{text: strings.TrimRight(text, "\r\n")}, nil
}

func (e *plainEditor) echo(prompt, text string) {}
func (e *plainEditor) remember(text string)     { e.h.add(text) }
func (e *plainEditor) close()                   {}
