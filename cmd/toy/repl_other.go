//go:build !unix

package main

// This file stands where there is no job control.

import "os"

var endSignals []os.Signal

func suspend() {}
