package refcount

// This file provides the region on Windows: committed at once (pages are only backed when touched), so smaller.

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

const maxRegionWords = 1 << 28 // 2 GiB of commit charge

func mapWords(n int) ([]uint64, error) {
	p, err := windows.VirtualAlloc(0, uintptr(n)*8, windows.MEM_RESERVE|windows.MEM_COMMIT, windows.PAGE_READWRITE)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*uint64)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), n), nil
}

func unmapWords(w []uint64) {
	_ = windows.VirtualFree(uintptr(unsafe.Pointer(&w[0])), 0, windows.MEM_RELEASE)
}

func dropPages([]uint64) {}
