//go:build !(linux || darwin || freebsd || netbsd || openbsd || windows)

package refcount

// This file provides the region where there is no mapping of memory (js/wasm): an ordinary Go slice.

const maxRegionWords = 1 << 24 // 128 MiB

func mapWords(n int) ([]uint64, error) { return make([]uint64, n), nil }

func unmapWords([]uint64) {}

func dropPages([]uint64) {}
