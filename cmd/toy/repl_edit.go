//go:build !js

package main

// This file is the REPL's line editing where there is a terminal: readline.

import "github.com/chzyer/readline"

var errInterrupt = readline.ErrInterrupt

func newEditor(history string) (editor, error) {
	return readline.NewEx(&readline.Config{Prompt: ">>> ", HistoryFile: history, InterruptPrompt: "\nKeyboardInterrupt",
		EOFPrompt: "\n", DisableAutoSaveHistory: true})
}
