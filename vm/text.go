package vm

// This file is the one place outside the loop that looks at guest bytes as a Go string without copying them.

import "unsafe"

// bytesToString gives the bytes as a string that shares their memory: for the time of one operation.
func bytesToString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
