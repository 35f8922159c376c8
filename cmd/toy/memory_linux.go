package main

// This file tells how much memory there is on Linux. It uses system calls themselves: a program's start waits for it.

import (
	"strconv"
	"strings"
	"syscall"
)

// physicalMemory is the machine's memory in bytes, or the control group's limit where that is less; 0 when unknown.
func physicalMemory() int64 {
	total := int64(0)
	var info syscall.Sysinfo_t
	if syscall.Sysinfo(&info) == nil {
		total = int64(info.Totalram) * int64(info.Unit)
	}
	for _, f := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if n := limitIn(f); n > 0 && (total == 0 || n < total) {
			total = n
		}
	}
	return total
}

// limitIn reads the number in a control group's file; 0 when there is none.
func limitIn(file string) int64 {
	fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer syscall.Close(fd)
	var b [32]byte
	n, err := syscall.Read(fd, b[:])
	if err != nil {
		return 0
	}
	limit, err := strconv.ParseInt(strings.TrimSpace(string(b[:n])), 10, 64)
	if err != nil {
		return 0
	}
	return limit
}
