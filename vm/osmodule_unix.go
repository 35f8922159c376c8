//go:build unix

package vm

// This file asks Unix about the machine and about files.

import "golang.org/x/sys/unix"

// systemNames are uname's: system, node, release, version and machine.
func systemNames() [5]string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return [5]string{}
	}
	return [5]string{unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Nodename[:]),
		unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Version[:]), unix.ByteSliceToString(u.Machine[:])}
}

func mayAccess(path string, mode uint32) bool { return unix.Access(path, mode) == nil }

// fileFacts asks for a file's facts: of a link's target where follow is true.
func fileFacts(path string, follow bool) (f fileFactSet, err error) {
	var s unix.Stat_t
	if follow {
		err = unix.Stat(path, &s)
	} else {
		err = unix.Lstat(path, &s)
	}
	f.ids = [7]int64{int64(s.Mode), int64(s.Ino), int64(s.Dev), int64(s.Nlink), int64(s.Uid), int64(s.Gid), s.Size}
	f.times = [3]int64{s.Atim.Nano(), s.Mtim.Nano(), s.Ctim.Nano()}
	return f, err
}
