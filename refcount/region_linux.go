package refcount

// This file holds Linux's words for the region.

import "syscall"

const mapNoReserve = syscall.MAP_NORESERVE

func madviseFree(b []byte) error { return syscall.Madvise(b, syscall.MADV_DONTNEED) }
