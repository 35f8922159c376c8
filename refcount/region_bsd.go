//go:build darwin || freebsd || netbsd || openbsd

package refcount

// This file holds the BSDs' and macOS's words for the region.

const mapNoReserve = 0

func madviseFree([]byte) error { return nil }
