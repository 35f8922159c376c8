package vm

// This file holds the modules os, os.path and platform.

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func initOS(t *Thread, m Value) bool {
	env := t.NewDict()
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok && k != "" {
			ks, vs := t.NewStr(k), t.NewStr(v)
			t.DictSet(env, ks, vs)
			t.DecrefAll(ks, vs)
		}
	}
	t.modSet(m, "environ", env)
	name := "posix"
	if runtime.GOOS == "windows" {
		name = "nt"
	}
	t.modSet(m, "name", t.NewStr(name))
	t.modSet(m, "sep", t.NewStr(string(filepath.Separator)))
	t.modSet(m, "linesep", t.NewStr("\n"))
	t.modSet(m, "curdir", t.NewStr("."))
	t.modSet(m, "pardir", t.NewStr(".."))
	t.modFuncs(m, []Def{
		{"getpid()", func(t *Thread, a []Value) Value { return t.NewInt(int64(os.Getpid())) }},
		{"cpu_count()", func(t *Thread, a []Value) Value { return t.NewInt(int64(runtime.NumCPU())) }},
		{"getcwd()", func(t *Thread, a []Value) Value {
			d, err := os.Getwd()
			if err != nil {
				return t.Raise(t.VM.Exc.OSError, "%s", err.Error())
			}
			return t.NewStr(d)
		}},
		{"getenv(key, default=None)", func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "str expected, not %s", t.TypeName(a[0]))
			}
			e := t.DictGetStr(t.Field(t.loaded("os"), 0), t.VM.Intern("environ"))
			defer t.Decref(e)
			v := t.GetItem(e, a[0])
			if v == Raised && t.Catch(t.VM.Exc.KeyError) {
				if a[1] == Unbound {
					return None
				}
				return t.Ref(a[1])
			}
			return v
		}},
	})
	p := t.importOne("os.path", "os.path")
	if p == Raised {
		return false
	}
	t.modSet(m, "path", p)
	return true
}

// loaded gives a module that is in sys.modules (borrowed: sys.modules holds it).
func (t *Thread) loaded(name string) Value {
	m := t.DictGetStr(t.VM.modules, t.VM.Intern(name))
	t.Decref(m)
	return m
}

func initOSPath(t *Thread, m Value) bool {
	one := func(f func(string) Value) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "expected str, bytes or os.PathLike object, not %s", t.TypeName(a[0]))
			}
			return f(t.GoStr(a[0]))
		}
	}
	pair := func(a, b string) Value { return t.NewTuple(t.NewStr(a), t.NewStr(b)) }
	split := func(s string) (string, string) {
		i := strings.LastIndexByte(s, '/') + 1
		head, tail := s[:i], s[i:]
		if h := strings.TrimRight(head, "/"); h != "" {
			head = h
		}
		return head, tail
	}
	t.modFuncs(m, []Def{
		{"join(path, /, *paths)", func(t *Thread, a []Value) Value {
			out := t.GoStr(a[0])
			for i, x := 0, t.Items(a[1]); i < x.Len(); i++ {
				s := t.GoStr(x.Get(i))
				switch {
				case strings.HasPrefix(s, "/"):
					out = s
				case out == "" || strings.HasSuffix(out, "/"):
					out += s
				default:
					out += "/" + s
				}
			}
			return t.NewStr(out)
		}},
		{"basename(p, /)", one(func(s string) Value { _, b := split(s); return t.NewStr(b) })},
		{"dirname(p, /)", one(func(s string) Value { d, _ := split(s); return t.NewStr(d) })},
		{"split(p, /)", one(func(s string) Value { return pair(split(s)) })},
		{"splitext(p, /)", one(func(s string) Value {
			dot, start := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, '/')+1
			if dot <= start || strings.Trim(s[start:dot], ".") == "" {
				return pair(s, "")
			}
			return pair(s[:dot], s[dot:])
		})},
		{"exists(path, /)", one(func(s string) Value { _, err := os.Stat(s); return boolValue(err == nil) })},
		{"isfile(path, /)", one(func(s string) Value {
			st, err := os.Stat(s)
			return boolValue(err == nil && st.Mode().IsRegular())
		})},
		{"isdir(path, /)", one(func(s string) Value { st, err := os.Stat(s); return boolValue(err == nil && st.IsDir()) })},
		{"isabs(path, /)", one(func(s string) Value { return boolValue(strings.HasPrefix(s, "/")) })},
		{"abspath(path, /)", one(func(s string) Value {
			p, err := filepath.Abs(s)
			if err != nil {
				return t.Raise(t.VM.Exc.OSError, "%s", err.Error())
			}
			return t.NewStr(p)
		})},
		{"normpath(path, /)", one(func(s string) Value { return t.NewStr(filepath.Clean(s)) })},
	})
	t.modSet(m, "sep", t.NewStr("/"))
	return true
}

func boolValue(b bool) Value {
	if b {
		return True
	}
	return False
}

func initPlatform(t *Thread, m Value) bool {
	systems := map[string]string{"linux": "Linux", "darwin": "Darwin", "windows": "Windows"}
	system := systems[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	machines := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}
	machine := machines[runtime.GOARCH]
	if machine == "" {
		machine = runtime.GOARCH
	}
	say := func(s string) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value { return t.NewStr(s) }
	}
	host, _ := os.Hostname()
	t.modFuncs(m, []Def{
		{"python_implementation()", say("toy")}, {"python_version()", say("3.11.2")}, {"system()", say(system)},
		{"machine()", say(machine)}, {"processor()", say("")}, {"node()", say(host)}, {"release()", say("")},
		{"version()", say("")}, {"platform(aliased=False, terse=False)", say(system + "-" + machine)},
		{"python_version_tuple()", func(t *Thread, a []Value) Value {
			return t.NewTuple(t.NewStr("3"), t.NewStr("11"), t.NewStr("2"))
		}},
		{"python_compiler()", say("Go")},
	})
	return true
}
