//go:build linux || darwin || freebsd || netbsd || openbsd

package refcount

// This file provides the region where mmap is to be had: address space is reserved, memory comes as pages are touched.

import (
	"syscall"
	"unsafe"
)

// mapWords reserves n 8-byte words, zeroed; nil when the system refuses.
func mapWords(n int) ([]uint64, error) {
	b, err := syscall.Mmap(-1, 0, n*8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON|mapNoReserve)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*uint64)(unsafe.Pointer(&b[0])), n), nil
}

// unmapWords gives a reservation back.
func unmapWords(w []uint64) {
	_ = syscall.Munmap(unsafe.Slice((*byte)(unsafe.Pointer(&w[0])), len(w)*8))
}

// dropPages tells the system that the words' contents are not needed; they read as zero or as before.
func dropPages(w []uint64) {
	_ = madviseFree(unsafe.Slice((*byte)(unsafe.Pointer(&w[0])), len(w)*8))
}

const maxRegionWords = 1 << 32
