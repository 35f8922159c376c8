package vm

// This file is the module _io: the text streams sys.stdin, sys.stdout and sys.stderr, and the byte streams below them.

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"toylang/refcount"
)

// The fields of a text or byte stream.
const (
	streamFD     = InstFirst + iota // small int: 0, 1 or 2
	streamClosed                    // bool
	streamBuffer                    // a text stream's byte stream, or Unbound
)

// streamNames are the names of the three streams.
var streamNames = [3]string{"stdin", "stdout", "stderr"}

// initStreams makes stdin, stdout and stderr.
func (t *Thread) initStreams(m Value) {
	mod := t.importOne("_io", "_io")
	if mod == Raised {
		return
	}
	class := func(name string) *Class {
		v := t.DictGetStr(t.Field(mod, 0), t.VM.Intern(name))
		t.Decref(v)
		return t.ClassFrom(v)
	}
	bytesClass := [3]string{"BufferedReader", "BufferedWriter", "BufferedWriter"}
	for fd, s := range streamNames {
		b, o := t.NewInstance(class(bytesClass[fd])), t.NewInstance(class("TextIOWrapper"))
		for _, x := range []Value{b, o} {
			t.SetField(x, streamFD, refcount.SmallInt(int64(fd)))
			t.SetField(x, streamClosed, False)
		}
		t.SetField(o, streamBuffer, b)
		t.modSet(m, "__"+s+"__", t.Ref(o))
		t.modSet(m, s, o)
		switch fd {
		case 0:
			t.VM.io.firstIn = o
		case 1:
			t.VM.io.first = o
		}
	}
	t.Decref(mod)
	t.VM.io.sys = t.Field(m, 0)
}

// initIO fills the module _io.
func initIO(t *Thread, m Value) bool {
	base := t.defType(TypeDef{Kind: KInstance, Name: "_io._IOBase", Static: []Def{noStream}, Methods: openStream([]Def{
		{"readable(self, /)", func(t *Thread, a []Value) Value { return refcount.Bool(t.streamFD(a[0]) == 0) }},
		{"writable(self, /)", func(t *Thread, a []Value) Value { return refcount.Bool(t.streamFD(a[0]) > 0) }},
		{"seekable(self, /)", func(t *Thread, a []Value) Value { return False }},
		{"isatty(self, /)", func(t *Thread, a []Value) Value { return refcount.Bool(t.VM.isTTY(t.streamFD(a[0]))) }},
		{"fileno(self, /)", func(t *Thread, a []Value) Value { return t.NewInt(int64(t.streamFD(a[0]))) }},
		{"flush(self, /)", func(t *Thread, a []Value) Value { t.VM.FlushOut(); return None }},
		{"tell(self, /)", func(t *Thread, a []Value) Value { return t.unsupported("underlying stream is not seekable") }},
		{"seek(self, cookie, whence=0, /)", func(t *Thread, a []Value) Value {
			return t.unsupported("underlying stream is not seekable")
		}},
		{"__enter__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(a[0]) }},
		{"__iter__(self, /)", func(t *Thread, a []Value) Value { return t.Ref(a[0]) }},
		{"__next__(self, /)", func(t *Thread, a []Value) Value {
			v := t.CallMethod(a[0], "readline")
			if v == Raised {
				return v
			}
			if n, ok := t.Len(v); !ok || n > 0 {
				return v
			}
			t.Decref(v)
			return t.RaiseArgs(t.VM.Exc.StopIteration)
		}},
		{"readlines(self, hint=-1, /)", streamLines},
	})})
	t.defMethods(base, []Def{
		{"__exit__(self, /, *args)", closeStream}, {"close(self, /)", closeStream},
	})
	t.setDict(base, "closed", t.newGetSet(base, &Getter{"closed", func(t *Thread, v Value) Value {
		return refcount.Bool(t.isStream(v) && t.lockedField(v, streamClosed) == True)
	}, nil}))
	slots := []string{" fd", " closed", " buffer"} // of each class, not of their base: that has no instances
	wrapper := t.defType(TypeDef{Kind: KInstance, Name: "_io.TextIOWrapper", Base: base, Final: true, Static: []Def{noStream},
		Methods: openStream(textStream), Getters: textFields})
	wrapper.Slots = slots
	t.modSet(m, "_IOBase", t.Ref(base.Value))
	t.modSet(m, "TextIOWrapper", t.Ref(wrapper.Value))
	for i, n := range []string{"BufferedReader", "BufferedWriter"} {
		c := t.defType(TypeDef{Kind: KInstance, Name: "_io." + n, Base: base, Final: true, Static: []Def{noStream},
			Methods: openStream(byteStream[i]), Getters: []Getter{streamName, {"mode", func(t *Thread, v Value) Value {
				return t.NewStr([3]string{"rb", "wb", "wb"}[t.streamFD(v)])
			}, nil}}})
		t.defMethods(c, []Def{{"__repr__(self, /)", func(t *Thread, a []Value) Value {
			return t.NewStr("<" + t.TypeName(a[0]) + " name='<" + streamNames[t.streamFD(a[0])] + ">'>")
		}}})
		c.Slots = slots
		t.modSet(m, n, t.Ref(c.Value))
	}
	t.defMethods(wrapper, []Def{{"__repr__(self, /)", func(t *Thread, a []Value) Value {
		fd := t.streamFD(a[0])
		return t.NewStr("<_io.TextIOWrapper name='<" + streamNames[fd] + ">' mode='" + string("rww"[fd]) + "' encoding='utf-8'>")
	}}})
	bases := t.NewTuple(t.Ref(t.VM.Exc.OSError.Value), t.Ref(t.VM.Exc.ValueError.Value))
	dict, name := t.NewDict(), t.VM.Intern("UnsupportedOperation")
	t.DictSetStr(dict, t.VM.Intern("__module__"), t.VM.Intern("io"))
	c := t.Call(t.VM.kinds[KClass].Value, name, bases, dict)
	t.DecrefAll(bases, dict)
	if c == Raised {
		return false
	}
	t.modSet(m, "UnsupportedOperation", c)
	return true
}

// noStream is the __new__ of streams: programs cannot make any.
var noStream = Def{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
	return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support %s()", t.classNameOf(a[0]))
}}

// unsupported raises io.UnsupportedOperation.
func (t *Thread) unsupported(msg string) Value {
	m := t.importOne("_io", "_io")
	if m == Raised {
		return m
	}
	c := t.DictGetStr(t.Field(m, 0), t.VM.Intern("UnsupportedOperation"))
	t.Decref(m)
	s := t.NewStr(msg)
	h := t.Hold(c)
	t.Hold(s)
	e := t.Call(c, s)
	t.Unhold(h)
	if e == Raised {
		return e
	}
	return t.RaiseValue(e)
}

// streamFD is the number of a stream: 0, 1 or 2.
func (t *Thread) streamFD(v Value) int {
	if n := t.Field(v, streamFD); n.IsInt() && n.Int() >= 0 && n.Int() <= 2 {
		return int(n.Int())
	}
	return 2
}

// openStream wraps methods that a closed stream refuses, and that objects which are no streams do not have.
func openStream(defs []Def) []Def {
	out := make([]Def, len(defs))
	for i, d := range defs {
		out[i] = Def{d.Sig, func(t *Thread, a []Value) Value {
			if !t.isStream(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "descriptor '%s' requires a '_io._IOBase' object but received a '%s'",
					sigName(d.Sig), t.TypeName(a[0]))
			}
			if t.lockedField(a[0], streamClosed) == True {
				return t.Raise(t.VM.Exc.ValueError, "I/O operation on closed file.")
			}
			return d.Fn(t, a)
		}}
	}
	return out
}

// isStream reports an instance of one of the stream classes.
func (t *Thread) isStream(v Value) bool {
	c := t.ClassOf(v)
	return c.Builtin && strings.HasPrefix(c.Name, "_io.") && len(c.Slots) == 3
}

// closeStream closes a stream; what closing twice does not mind.
func closeStream(t *Thread, a []Value) Value {
	if !t.isStream(a[0]) {
		return t.Raise(t.VM.Exc.TypeError, "a stream is needed")
	}
	t.VM.FlushOut()
	t.putLocked(a[0], streamClosed, True)
	if b := t.Field(a[0], streamBuffer); b != Unbound {
		t.putLocked(b, streamClosed, True)
	}
	t.VM.outMu.Lock()
	defer t.VM.outMu.Unlock()
	switch a[0] { // print and input ask the stream from now on
	case t.VM.io.first:
		t.VM.io.first = 0
	case t.VM.io.firstIn:
		t.VM.io.firstIn = 0
	}
	return None
}

func streamLines(t *Thread, a []Value) Value {
	hint := int64(-1)
	if a[1] != Unbound && a[1] != None {
		var ok bool
		if hint, ok = t.Index(a[1]); !ok {
			return Raised
		}
	}
	l := t.NewList()
	m := t.Hold(l)
	defer t.Unhold(m)
	for size := int64(0); hint <= 0 || size < hint; {
		v := t.CallMethod(a[0], "readline")
		if v == Raised {
			return v
		}
		n, ok := t.Len(v)
		if ok && n > 0 {
			ok = t.ListAppend(l, v)
		}
		t.Decref(v)
		if !ok {
			return Raised
		}
		if n == 0 {
			break
		}
		size += int64(n)
	}
	return t.Ref(l)
}

var streamName = Getter{"name", func(t *Thread, v Value) Value {
	return t.NewStr("<" + streamNames[t.streamFD(v)] + ">")
}, nil}

// textFields are the attributes of a text stream.
var textFields = []Getter{
	streamName,
	{"mode", func(t *Thread, v Value) Value { return t.NewStr(string("rww"[t.streamFD(v)])) }, nil},
	{"encoding", func(t *Thread, v Value) Value { return t.NewStr("utf-8") }, nil},
	{"errors", func(t *Thread, v Value) Value {
		return t.NewStr([3]string{"strict", "strict", "backslashreplace"}[t.streamFD(v)])
	}, nil},
	{"newlines", func(t *Thread, v Value) Value { return None }, nil},
	{"line_buffering", func(t *Thread, v Value) Value {
		return refcount.Bool(t.streamFD(v) == 2 || t.streamFD(v) == 1 && t.VM.io.tty)
	}, nil},
	{"write_through", func(t *Thread, v Value) Value { return False }, nil},
	{"buffer", func(t *Thread, v Value) Value { return t.Ref(t.Field(v, streamBuffer)) }, nil},
}

// textStream are the methods of a text stream.
var textStream = []Def{
	{"write(self, text, /)", func(t *Thread, a []Value) Value {
		switch {
		case !t.IsStr(a[1]):
			return t.Raise(t.VM.Exc.TypeError, "write() argument must be str, not %s", t.TypeName(a[1]))
		case !t.writeText(a[0], a[1]):
			return Raised
		}
		return t.NewInt(int64(t.Text(a[1]).Len()))
	}},
	{"writelines(self, lines, /)", func(t *Thread, a []Value) Value {
		return okNone(t.Each(a[1], func(v Value) bool {
			if !t.IsStr(v) {
				t.Raise(t.VM.Exc.TypeError, "write() argument must be str, not %s", t.TypeName(v))
				return false
			}
			return t.writeText(a[0], v)
		}))
	}},
	{"read(self, size=-1, /)", func(t *Thread, a []Value) Value {
		n := int64(-1)
		if a[1] != Unbound && a[1] != None {
			if !t.hasIndex(a[1]) {
				return t.Raise(t.VM.Exc.TypeError, "argument should be integer or None, not '%s'", t.TypeName(a[1]))
			}
			var ok bool
			if n, ok = t.Index(a[1]); !ok {
				return Raised
			}
		}
		return t.readText(a[0], n, false)
	}},
	{"readline(self, size=-1, /)", func(t *Thread, a []Value) Value {
		n := int64(-1)
		if a[1] != Unbound {
			var ok bool
			if n, ok = t.Index(a[1]); !ok {
				return Raised
			}
		}
		return t.readText(a[0], n, true)
	}},
	{"reconfigure(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
		func(t *Thread, a []Value) Value {
			if a[1] != Unbound && a[1] != None {
				if !t.IsStr(a[1]) || codecName(t.GoStr(a[1])) != "utf-8" {
					return t.Raise(t.VM.Exc.NotImplementedError, "toy does not support standard streams with an encoding other than utf-8")
				}
			}
			if on := a[4]; on != Unbound && on != None && t.streamFD(a[0]) == 1 {
				eager, ok := t.Truth(on)
				if !ok {
					return Raised
				}
				t.VM.outMu.Lock()
				t.VM.io.tty = eager
				t.VM.outMu.Unlock()
			}
			t.VM.FlushOut()
			return None
		}},
}

// isTTY reports a stream that is a terminal.
func (vm *VM) isTTY(fd int) bool {
	f, ok := [3]any{vm.Stdin, vm.Stdout, vm.Stderr}[fd].(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(st, null)
}

// writeText writes a str to a text stream.
func (t *Thread) writeText(s, v Value) bool {
	fd := t.streamFD(s)
	if fd == 0 {
		t.unsupported("not writable")
		return false
	}
	if fd == 2 {
		t.VM.WriteErr(backslashed(t.GoStr(v)))
		return true
	}
	out, ok := t.appendUTF8(nil, t.Text(v))
	if ok {
		t.writeOut(out)
	}
	return ok
}

// backslashed writes the lone surrogates of a text (in WTF-8) as stderr does.
func backslashed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0xED && i+2 < len(s) && s[i+1] >= 0xA0 {
			const hex = "0123456789abcdef"
			r := rune(s[i]&15)<<12 | rune(s[i+1]&63)<<6 | rune(s[i+2]&63)
			b.WriteString(`\u` + string([]byte{hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]}))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// readText reads n characters (n < 0: all) or up to the end of the line.
func (t *Thread) readText(s Value, n int64, line bool) Value {
	if t.streamFD(s) != 0 {
		return t.unsupported("not readable")
	}
	var out strings.Builder
	for n != 0 {
		part, ok := t.readLine()
		if !ok {
			break
		}
		for i := range part {
			if n == 0 {
				t.VM.io.unread(part[i:])
				part = part[:i]
				break
			}
			n--
		}
		out.WriteString(part)
		if line {
			break
		}
	}
	if out.Len() == 0 && t.breakerSet() && !t.CheckBreak() { // Ctrl-C ended the reading, not the input
		return Raised
	}
	b := []byte(out.String())
	if !utf8.Valid(b) {
		return t.decode(Unbound, b, "utf-8", "strict")
	}
	return t.NewStr(string(b))
}

// byteStream are the methods of the byte streams: of the reader and of the writers.
var byteStream = [2][]Def{{
	{"read(self, size=-1, /)", func(t *Thread, a []Value) Value { return t.readBytes(a, false) }},
	{"readline(self, size=-1, /)", func(t *Thread, a []Value) Value { return t.readBytes(a, true) }},
}, {
	{"write(self, buffer, /)", func(t *Thread, a []Value) Value {
		b, ok := t.byteData(t.Unwrap(a[1]))
		if !ok {
			return t.Raise(t.VM.Exc.TypeError, "a bytes-like object is required, not '%s'", t.TypeName(a[1]))
		}
		b = append([]byte(nil), b...)
		if t.streamFD(a[0]) == 2 {
			t.VM.WriteErr(string(b))
		} else {
			t.writeOut(b)
		}
		return t.NewInt(int64(len(b)))
	}},
}}

func (t *Thread) readBytes(a []Value, line bool) Value {
	n := int64(-1)
	if a[1] != Unbound && a[1] != None {
		var ok bool
		if n, ok = t.Index(a[1]); !ok {
			return Raised
		}
	}
	var out []byte
	vm := t.VM
	if vm.io.in != nil && n != 0 {
		vm.Sched.Blocking(&t.Thread, "input", func() {
			vm.io.inMu.Lock()
			defer vm.io.inMu.Unlock()
			out = append(out, vm.io.pending...)
			vm.io.pending = ""
			switch {
			case line:
				if !strings.Contains(string(out), "\n") {
					more, _ := vm.io.in.ReadBytes('\n')
					out = append(out, more...)
				}
				if n < 0 || n > int64(len(out)) {
					n = int64(strings.IndexByte(string(out), '\n') + 1)
				}
			case n < 0:
				more, _ := io.ReadAll(vm.io.in)
				out = append(out, more...)
			case n > int64(len(out)):
				more, _ := io.ReadAll(io.LimitReader(vm.io.in, n-int64(len(out))))
				out = append(out, more...)
			}
			if n > 0 && n < int64(len(out)) {
				vm.io.pending = string(out[n:])
				out = out[:n]
			}
		})
	}
	return t.NewBytes(out)
}
