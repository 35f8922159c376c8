package main

// This file is the REPL's input where there is no terminal to edit on: plain lines.

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
)

var errInterrupt = errors.New("interrupt")

type plainEditor struct {
	in     *bufio.Reader
	prompt string
}

func newEditor(string) (editor, error) { return &plainEditor{in: bufio.NewReader(os.Stdin)}, nil }

func (e *plainEditor) Readline() (string, error) {
	_, _ = io.WriteString(os.Stdout, e.prompt)
	s, err := e.in.ReadString('\n')
	if s != "" {
		err = nil
	}
	return strings.TrimRight(s, "\n"), err
}

func (e *plainEditor) SetPrompt(p string)       { e.prompt = p }
func (e *plainEditor) SaveHistory(string) error { return nil }
func (e *plainEditor) Stdout() io.Writer        { return os.Stdout }
func (e *plainEditor) Stderr() io.Writer        { return os.Stderr }
func (e *plainEditor) Close() error             { return nil }
