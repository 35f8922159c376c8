package vm

// This file is the module posix, below os.toy: the process, its environment and the names of files.

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"toylang/refcount"
)

// initPosix fills the module posix.
func initPosix(t *Thread, m Value) bool {
	env := t.NewDict()
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok && k != "" {
			ks, vs := t.NewStr(k), t.NewStr(v)
			t.DictSet(env, ks, vs)
			t.DecrefAll(ks, vs)
		}
	}
	t.modSet(m, "environ", env)
	st := t.newSeqType("os.stat_result", "os.stat_result", "st_mode st_ino st_dev st_nlink st_uid st_gid st_size st_atime st_mtime st_ctime",
		"_atime _mtime _ctime st_atime_ns st_mtime_ns st_ctime_ns", noInstances("os.stat_result"))
	for _, n := range []string{"atime", "mtime", "ctime"} { // as attributes they are floats, as items ints
		f := t.DictGetStr(st.class.Dict, t.VM.Intern("_"+n))
		t.setDict(st.class, "st_"+n, f)
		t.Decref(f)
		t.Decref(t.DictPop(st.class.Dict, t.VM.Intern("_"+n)))
	}
	un := t.newSeqType("posix.uname_result", "posix.uname_result", "sysname nodename release version machine", "",
		noInstances("posix.uname_result"))
	t.modSet(m, "stat_result", t.Ref(st.class.Value))
	t.modSet(m, "uname_result", t.Ref(un.class.Value))
	t.modFuncs(m, posixProcess)
	t.modFuncs(m, posixFiles)
	t.modFuncs(m, []Def{
		{"uname()", func(t *Thread, a []Value) Value {
			var v []Value
			for _, s := range systemNames() {
				v = append(v, t.NewStr(s))
			}
			return un.make(t, v...)
		}},
		{"stat(path, *, dir_fd=None, follow_symlinks=True)", func(t *Thread, a []Value) Value {
			follow := true
			if a[2] != Unbound {
				var ok bool
				if follow, ok = t.Truth(a[2]); !ok {
					return Raised
				}
			}
			return t.statPath(st, "stat", a[0], follow)
		}},
		{"lstat(path, *, dir_fd=None)", func(t *Thread, a []Value) Value { return t.statPath(st, "lstat", a[0], false) }},
	})
	return true
}

// noInstances is the __new__ of a class that only the machine makes instances of.
func noInstances(name string) Def {
	return Def{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
		return t.Raise(t.VM.Exc.TypeError, "cannot create '%s' instances", name)
	}}
}

// statPath is os.stat.
func (t *Thread) statPath(st *seqType, fn string, path Value, follow bool) Value {
	p, ok := t.pathArg(fn, "path", path)
	if !ok {
		return Raised
	}
	s, err := fileFacts(p, follow)
	if err != nil {
		return t.raiseOS(err, path)
	}
	var v []Value
	for _, n := range s.ids {
		v = append(v, t.NewInt(n))
	}
	for _, ns := range s.times {
		sec := ns / 1e9
		if ns%1e9 < 0 {
			sec--
		}
		v = append(v, t.NewInt(sec))
	}
	for _, ns := range s.times {
		v = append(v, t.NewFloat(float64(ns)/1e9))
	}
	for _, ns := range s.times {
		v = append(v, t.NewInt(ns))
	}
	return st.make(t, v...)
}

// fileFactSet is what stat tells: mode, inode, device, links, user, group and size; and times in nanoseconds.
type fileFactSet struct {
	ids   [7]int64
	times [3]int64
}

// pathKinds tells what else a function takes for a path. toy takes no file numbers, but the error is CPython's.
func pathKinds(fn string) string {
	switch fn {
	case "stat", "chdir":
		return ", os.PathLike or integer"
	case "listdir":
		return ", os.PathLike, integer or None"
	}
	return " or os.PathLike"
}

// pathArg reads a path: a str, bytes or an object with __fspath__.
func (t *Thread) pathArg(fn, name string, v Value) (string, bool) {
	if t.IsInt(v) && pathKinds(fn) != " or os.PathLike" {
		t.Raise(t.VM.Exc.NotImplementedError, "toy does not support file numbers in os.%s()", fn)
		return "", false
	}
	p := t.fspath(v, func() Value {
		return t.Raise(t.VM.Exc.TypeError, "%s: %s should be string, bytes%s, not %s", fn, name, pathKinds(fn), t.TypeName(v))
	})
	if p == Raised {
		return "", false
	}
	defer t.Decref(p)
	s := ""
	if b, ok := t.byteData(t.Unwrap(p)); ok {
		s = string(b)
	} else {
		s = t.GoStr(p)
	}
	if strings.IndexByte(s, 0) >= 0 {
		t.Raise(t.VM.Exc.ValueError, "embedded null byte")
		return "", false
	}
	return s, true
}

// fspath gives the str or bytes that names a path (owned); wrong raises the error for what is no path.
func (t *Thread) fspath(v Value, wrong func() Value) Value {
	if t.IsStr(v) || t.Is(t.Unwrap(v), KBytes) {
		return t.Ref(v)
	}
	f, _ := t.Lookup(t.ClassOf(v), t.VM.Intern("__fspath__"))
	if f == Unbound {
		return wrong()
	}
	h := t.Hold(f)
	defer t.Unhold(h)
	p := t.Call(f, v)
	if p == Raised || t.IsStr(p) || t.Is(t.Unwrap(p), KBytes) {
		return p
	}
	defer t.Decref(p)
	return t.Raise(t.VM.Exc.TypeError, "expected %s.__fspath__() to return str or bytes, not %s", t.TypeName(v), t.TypeName(p))
}

// raiseOS raises the OSError for an error of the system; the paths (borrowed) are its file names.
func (t *Thread) raiseOS(err error, paths ...Value) Value {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return t.Raise(t.VM.Exc.OSError, "%s", err.Error())
	}
	args := []Value{t.NewInt(int64(no)), t.NewStr(errnoText(no))}
	for i, p := range paths {
		if i == 1 {
			args = append(args, None)
		}
		args = append(args, t.Ref(p))
	}
	tup := t.NewTuple(args...)
	if tup == Raised {
		return tup
	}
	h := t.Hold(tup)
	e := t.callWithDict(t.VM.Exc.OSError.Value, args, Unbound)
	t.Unhold(h)
	if e == Raised {
		return e
	}
	return t.RaiseValue(e)
}

// errnoText is the C library's text for an error number.
func errnoText(no syscall.Errno) string {
	s := no.Error()
	if s == "" || strings.HasPrefix(s, "errno ") {
		return "Unknown error " + strings.TrimPrefix(s, "errno ")
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// posixProcess are the functions about the process.
var posixProcess = []Def{
	{"getpid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getpid())) }},
	{"getppid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getppid())) }},
	{"getuid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getuid())) }},
	{"geteuid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Geteuid())) }},
	{"getgid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getgid())) }},
	{"getegid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getegid())) }},
	{"cpu_count()", func(t *Thread, a []Value) Value { return t.NewInt(int64(runtime.NumCPU())) }},
	{"_exit(status)", func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		os.Exit(int(uint8(n))) // as in CPython, what is buffered is lost
		return None
	}},
	{"strerror(code, /)", func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		if n == 0 {
			return t.NewStr("Success")
		}
		return t.NewStr(errnoText(syscall.Errno(n)))
	}},
	{"urandom(size, /)", func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[0])
		switch {
		case !ok:
			return Raised
		case n < 0:
			return t.Raise(t.VM.Exc.ValueError, "negative argument not allowed")
		case n > 1<<28:
			t.raiseMemory()
			return Raised
		}
		b := make([]byte, n)
		t.VM.Entropy(b)
		return t.NewBytes(b)
	}},
	{"isatty(fd, /)", func(t *Thread, a []Value) Value {
		n, ok := t.Index(a[0])
		if !ok {
			return Raised
		}
		return refcount.Bool(n >= 0 && n <= 2 && t.VM.isTTY(int(n)))
	}},
	{"putenv(name, value, /)", func(t *Thread, a []Value) Value {
		k, ok := t.envArg(a[0])
		v, ok2 := "", false
		if ok {
			v, ok2 = t.envArg(a[1])
		}
		switch {
		case !ok2:
			return Raised
		case strings.Contains(k, "="):
			return t.Raise(t.VM.Exc.ValueError, "illegal environment variable name")
		}
		if k == "" {
			return t.raiseOS(syscall.EINVAL)
		}
		_ = v // os.environ has it; the process of the machine, which may not be the only one in it, keeps its own
		return None
	}},
	{"unsetenv(name, /)", func(t *Thread, a []Value) Value {
		k, ok := t.envArg(a[0])
		if !ok {
			return Raised
		}
		if k == "" || strings.Contains(k, "=") {
			return t.raiseOS(syscall.EINVAL)
		}
		return None
	}},
}

// envArg reads the name or the value of an environment variable.
func (t *Thread) envArg(v Value) (string, bool) {
	s := t.fspath(v, func() Value {
		return t.Raise(t.VM.Exc.TypeError, "expected str, bytes or os.PathLike object, not %s", t.TypeName(v))
	})
	if s == Raised {
		return "", false
	}
	defer t.Decref(s)
	x := t.GoStr(s)
	if strings.IndexByte(x, 0) >= 0 {
		t.Raise(t.VM.Exc.ValueError, "embedded null byte")
		return "", false
	}
	return x, true
}

// onPath makes a function of one path that gives nothing.
func onPath(name string, f func(path string) error) Def {
	return Def{name + "(path, *, dir_fd=None)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg(name, "path", a[0])
		if !ok {
			return Raised
		}
		if err := f(p); err != nil {
			return t.raiseOS(err, a[0])
		}
		return None
	}}
}

// posixFiles are the functions about files and their names.
var posixFiles = []Def{
	{"fspath(path)", func(t *Thread, a []Value) Value {
		return t.fspath(a[0], func() Value {
			return t.Raise(t.VM.Exc.TypeError, "expected str, bytes or os.PathLike object, not %s", t.TypeName(a[0]))
		})
	}},
	{"getcwd()", func(t *Thread, a []Value) Value {
		d, err := os.Getwd()
		if err != nil {
			return t.raiseOS(err)
		}
		return t.NewStr(d)
	}},
	{"chdir(path)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg("chdir", "path", a[0])
		if !ok {
			return Raised
		}
		if err := os.Chdir(p); err != nil {
			return t.raiseOS(err, a[0])
		}
		return None
	}},
	onPath("remove", syscall.Unlink), onPath("unlink", syscall.Unlink), onPath("rmdir", syscall.Rmdir),
	{"mkdir(path, mode=511, *, dir_fd=None)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg("mkdir", "path", a[0])
		mode := int64(0o777)
		if ok && a[1] != Unbound {
			mode, ok = t.Index(a[1])
		}
		if !ok {
			return Raised
		}
		if err := syscall.Mkdir(p, uint32(mode)); err != nil {
			return t.raiseOS(err, a[0])
		}
		return None
	}},
	{"rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", func(t *Thread, a []Value) Value {
		from, ok := t.pathArg("rename", "src", a[0])
		to, ok2 := "", false
		if ok {
			to, ok2 = t.pathArg("rename", "dst", a[1])
		}
		if !ok2 {
			return Raised
		}
		if err := syscall.Rename(from, to); err != nil {
			return t.raiseOS(err, a[0], a[1])
		}
		return None
	}},
	{"readlink(path, *, dir_fd=None)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg("readlink", "path", a[0])
		if !ok {
			return Raised
		}
		s, err := os.Readlink(p)
		if err != nil {
			return t.raiseOS(err, a[0])
		}
		return t.NewStr(s)
	}},
	{"listdir(path=None)", func(t *Thread, a []Value) Value {
		path, p := None, "."
		if a[0] != Unbound && a[0] != None {
			var ok bool
			if p, ok = t.pathArg("listdir", "path", a[0]); !ok {
				return Raised
			}
			path = a[0]
		}
		d, err := os.Open(p)
		if err != nil {
			return t.raiseOS(err, path)
		}
		defer d.Close()
		names, err := d.Readdirnames(-1)
		if err != nil {
			return t.raiseOS(err, path)
		}
		var out []Value
		for _, n := range names {
			out = append(out, t.NewStr(n))
		}
		return t.NewList(out...)
	}},
	{"access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg("access", "path", a[0])
		mode := int64(0)
		if ok {
			mode, ok = t.Index(a[1])
		}
		if !ok {
			return Raised
		}
		return refcount.Bool(mayAccess(p, uint32(mode)))
	}},
	{"_realpath(path, strict, /)", func(t *Thread, a []Value) Value {
		p, ok := t.pathArg("realpath", "path", a[0])
		if !ok {
			return Raised
		}
		strict, ok := t.Truth(a[1])
		if !ok {
			return Raised
		}
		out, err := realPath(p)
		if err != nil && strict {
			return t.raiseOS(err, a[0])
		}
		return t.NewStr(out)
	}},
}

// realPath follows the links in an absolute path; what does not exist stays as it is, and the first error is told.
func realPath(p string) (string, error) {
	out, err := filepath.EvalSymlinks(p)
	if err == nil {
		return out, nil
	}
	dir, base := filepath.Split(strings.TrimRight(p, "/"))
	if base == "" || !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	dir, _ = realPath(filepath.Clean(dir))
	return filepath.Join(dir, base), err
}
