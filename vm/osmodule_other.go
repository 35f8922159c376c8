//go:build !unix

package vm

// This file stands where toy knows little about the machine and about files.

import (
	"os"
	"runtime"
)

// systemNames are the system, node, release, version and machine.
func systemNames() [5]string {
	host, _ := os.Hostname()
	return [5]string{runtime.GOOS, host, "", "", runtime.GOARCH}
}

func mayAccess(path string, mode uint32) bool {
	_, err := os.Stat(path)
	return err == nil
}

// fileFacts gives a file's mode, size and time.
func fileFacts(path string, follow bool) (f fileFactSet, err error) {
	stat := os.Stat
	if !follow {
		stat = os.Lstat
	}
	x, err := stat(path)
	if err != nil {
		return f, err
	}
	f.ids[0], f.ids[6] = int64(x.Mode().Perm())|0o100000, x.Size()
	if x.IsDir() {
		f.ids[0] ^= 0o140000
	}
	m := x.ModTime().UnixNano()
	f.times = [3]int64{m, m, m}
	return f, nil
}
