//go:build unix

package main

// This file holds what the REPL does with signals where the system has job control.

import (
	"os"
	"syscall"
	"time"
)

// endSignals end toy; the terminal is left as it was found.
var endSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP}

// suspend stops the foreground processes, as the terminal would; it returns when they go on.
func suspend() {
	_ = syscall.Kill(0, syscall.SIGTSTP)
	time.Sleep(100 * time.Millisecond) // the stop comes within this time
}
