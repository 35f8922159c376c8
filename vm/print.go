package vm

// This file defines output and the built-in functions about text: print, input, repr, format, ord, chr.

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"toylang/scheduler"
	"toylang/vm/text"
)

// stdio is the machine's side of the guest's standard streams.
type stdio struct {
	out     []byte // not yet written; guarded by VM.outMu
	outErr  error  // what the first write that failed said; guarded by VM.outMu
	tty     bool   // out is flushed after every write
	inMu    sync.Mutex
	in      *bufio.Reader
	pending string   // read from in but not yet given; guarded by inMu
	sys     Value    // the dict of module sys (borrowed; 0 before there is one)
	first   Value    // sys.stdout as it was made (borrowed)
	firstIn Value    // sys.stdin as it was made (borrowed)
	hookArg *seqType // the class of what sys.unraisablehook is called with
}

// initPrint registers the functions and opens the streams.
func (t *Thread) initPrint() {
	vm := t.VM
	if f, ok := vm.Stdout.(*os.File); ok {
		if st, err := f.Stat(); err == nil {
			vm.io.tty = st.Mode()&os.ModeCharDevice != 0
		}
	}
	if vm.Stdin != nil {
		vm.io.in = bufio.NewReader(vm.Stdin)
	}
	t.defFuncs([]Def{
		{"print(*args, sep=' ', end='\n', file=None, flush=False)", printFn},
		{"input(prompt='', /)", inputFn},
		{"repr(obj, /)", func(t *Thread, a []Value) Value { return t.Repr(a[0]) }},
		{"ascii(obj, /)", func(t *Thread, a []Value) Value { return t.Ascii(a[0]) }},
		{"format(value, format_spec='', /)", func(t *Thread, a []Value) Value {
			if a[1] != Unbound && !t.IsStr(a[1]) {
				return t.Raise(t.VM.Exc.TypeError, "format() argument 2 must be str, not %s", t.argTypeName(a[1]))
			}
			return t.Format(a[0], a[1])
		}},
		{"chr(i, /)", chrFn},
		{"ord(c, /)", ordFn},
	})
	for _, k := range []Kind{KStr, KBytes, KByteArray} {
		t.DictSetStr(vm.builtins, vm.Intern(vm.kinds[k].Name), vm.kinds[k].Value)
	}
}

// WriteOut writes text to the machine's standard output, in one piece.
func (t *Thread) WriteOut(s string) { t.writeOut([]byte(s)) }

// outBuffer is how much output waits to be written in one piece.
const outBuffer = 1 << 15

// writeOut writes to standard output's buffer. Where that means to wait for the system, other threads run meanwhile.
func (t *Thread) writeOut(b []byte) {
	vm := t.VM
	if t.Point != nil {
		t.Point(scheduler.Output, 0)
	}
	vm.outMu.Lock()
	vm.io.out = append(vm.io.out, b...)
	full := vm.io.tty || len(vm.io.out) >= outBuffer
	vm.outMu.Unlock()
	if full {
		vm.Sched.Blocking(&t.Thread, "write", vm.FlushOut)
	}
}

// FlushOut writes out what standard output has buffered.
func (vm *VM) FlushOut() {
	vm.outMu.Lock()
	defer vm.outMu.Unlock()
	if len(vm.io.out) > 0 {
		_, err := vm.Stdout.Write(vm.io.out)
		if err != nil && vm.io.outErr == nil && !errors.Is(err, syscall.EBADF) { // a closed stream takes everything
			vm.io.outErr = err
		}
		vm.io.out = vm.io.out[:0]
	}
}

// WriteErr writes to the machine's standard error, after what is buffered for standard output.
func (vm *VM) WriteErr(s string) {
	vm.FlushOut()
	vm.outMu.Lock()
	defer vm.outMu.Unlock()
	io.WriteString(vm.Stderr, s)
}

// stream gives the guest's sys.stdout (owned) if the program has put another in its place; Unbound when print may write to
// the machine's own.
func (t *Thread) stream(name string) Value {
	d := t.VM.io.sys
	if !t.Is(d, KDict) {
		return Unbound
	}
	v := t.DictGetStr(d, t.VM.Intern(name))
	if v == t.VM.io.first {
		t.Decref(v)
		return Unbound
	}
	return v
}

// printFn is print().
func printFn(t *Thread, a []Value) Value {
	sep, ok := t.printText(a[0], "sep", text.ASCII(" "))
	if !ok {
		return Raised
	}
	end, ok := t.printText(a[1], "end", text.ASCII("\n"))
	if !ok {
		return Raised
	}
	flush := false
	if a[3] != Unbound {
		if flush, ok = t.Truth(a[3]); !ok {
			return Raised
		}
	}
	file := Unbound
	if a[2] != Unbound && a[2] != None {
		file = t.Ref(a[2])
	} else {
		file = t.stream("stdout")
	}
	if file == None {
		return None
	}
	m := t.Hold(file)
	defer t.Unhold(m)
	if file != Unbound && file != t.VM.io.first {
		return t.printTo(file, a, flush)
	}
	var space [256]byte
	out := space[:0]
	args := t.Items(a[4])
	for i := 0; i < args.Len(); i++ {
		if i > 0 {
			if out, ok = t.appendUTF8(out, sep); !ok {
				return Raised
			}
		}
		v := args.Get(i)
		if v.IsInt() {
			out = strconv.AppendInt(out, v.Int(), 10)
			continue
		}
		s := t.Str(v)
		if s == Raised {
			t.writeOut(out)
			return Raised
		}
		n := len(out)
		out, ok = t.appendUTF8(out, t.Text(s))
		t.Decref(s)
		if !ok {
			t.writeOut(out[:n])
			return Raised
		}
	}
	if out, ok = t.appendUTF8(out, end); !ok {
		return Raised
	}
	t.writeOut(out)
	if flush {
		t.VM.FlushOut()
	}
	return None
}

// printTo is print to an object: its write method is called for every piece.
func (t *Thread) printTo(file Value, a []Value, flush bool) Value {
	write := func(v Value) bool {
		r := t.CallMethod(file, "write", v)
		t.Decref(r)
		return r != Raised
	}
	piece := func(v, dflt Value) Value {
		if v == Unbound || v == None {
			return dflt
		}
		return v
	}
	sep, end := piece(a[0], t.VM.chars[' ']), piece(a[1], t.VM.chars['\n'])
	args := t.Items(a[4])
	for i := 0; i < args.Len(); i++ {
		if i > 0 && !write(sep) {
			return Raised
		}
		s := t.Str(args.Get(i))
		if s == Raised {
			return Raised
		}
		m := t.Hold(s)
		ok := write(s)
		t.Unhold(m)
		if !ok {
			return Raised
		}
	}
	if !write(end) {
		return Raised
	}
	if flush {
		r := t.CallMethod(file, "flush")
		t.Decref(r)
		if r == Raised {
			return r
		}
	}
	return None
}

// printText reads sep or end.
func (t *Thread) printText(v Value, name string, dflt text.Str) (text.Str, bool) {
	if v == Unbound || v == None {
		return dflt, true
	}
	if !t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "%s must be None or a string, not %s", name, t.TypeName(v))
		return dflt, false
	}
	return t.Text(v), true
}

// appendUTF8 appends a str for output; a lone surrogate is a UnicodeEncodeError.
func (t *Thread) appendUTF8(out []byte, s text.Str) ([]byte, bool) {
	if s.W == nil {
		return append(out, s.A...), true
	}
	for i, c := range s.W {
		if c >= 0xD800 && c <= 0xDFFF {
			v := t.NewText(s)
			if v != Raised {
				t.raiseEncode("utf-8", v, i, i+1, "surrogates not allowed")
				t.Decref(v)
			}
			return out, false
		}
		out = appendRune(out, c)
	}
	return out, true
}

// inputFn is input().
func inputFn(t *Thread, a []Value) Value {
	if a[0] != Unbound {
		s := t.Str(a[0])
		if s == Raised {
			return Raised
		}
		out, ok := t.appendUTF8(nil, t.Text(s))
		t.Decref(s)
		if !ok {
			return Raised
		}
		t.writeOut(out)
	}
	t.VM.FlushOut()
	if in := t.stdin(); in != Unbound {
		return t.inputFrom(in)
	}
	line, ok := t.readLine()
	if !ok {
		if t.breakerSet() && !t.CheckBreak() { // Ctrl-C ended the reading, not the input
			return Raised
		}
		return t.Raise(t.VM.Exc.EOFError, "EOF when reading a line")
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	return t.NewStr(line)
}

// stdin gives the guest's sys.stdin (owned) if the program has put another in its place, else Unbound.
func (t *Thread) stdin() Value {
	if !t.Is(t.VM.io.sys, KDict) {
		return Unbound
	}
	v := t.DictGetStr(t.VM.io.sys, t.VM.Intern("stdin"))
	if v == t.VM.io.firstIn {
		t.Decref(v)
		return Unbound
	}
	return v
}

// inputFrom reads a line from the guest's own stdin (which it takes over).
func (t *Thread) inputFrom(in Value) Value {
	m := t.Hold(in)
	defer t.Unhold(m)
	r := t.CallMethod(in, "readline")
	if r == Raised {
		return r
	}
	t.Hold(r)
	if !t.IsStr(r) {
		return t.Raise(t.VM.Exc.TypeError, "object.readline() returned non-string")
	}
	s := t.txt(r)
	n := s.Len()
	if n == 0 {
		return t.Raise(t.VM.Exc.EOFError, "EOF when reading a line")
	}
	if s.At(n-1) == '\n' {
		n--
	}
	return t.strSlice(r, 0, 1, n)
}

// readLine reads a line of the machine's standard input, its newline included; not ok at the end. Other
// threads run meanwhile.
func (t *Thread) readLine() (line string, ok bool) {
	vm := t.VM
	if vm.io.in == nil {
		return "", false
	}
	vm.Sched.Blocking(&t.Thread, "input", func() {
		vm.io.inMu.Lock()
		defer vm.io.inMu.Unlock()
		if line = vm.io.pending; !strings.Contains(line, "\n") {
			more, _ := vm.io.in.ReadString('\n')
			line += more
		}
		vm.io.pending = ""
		if i := strings.IndexByte(line, '\n') + 1; i > 0 {
			line, vm.io.pending = line[:i], line[i:]
		}
	})
	return line, line != ""
}

// unread gives back text that was read but not used.
func (s *stdio) unread(text string) {
	s.inMu.Lock()
	defer s.inMu.Unlock()
	s.pending = text + s.pending
}

// chrFn is chr().
func chrFn(t *Thread, a []Value) Value {
	x, ok := t.Index(a[0])
	if !ok {
		if t.Catch(t.VM.Exc.OverflowError) {
			t.Raise(t.VM.Exc.OverflowError, "Python int too large to convert to C int")
		}
		return Raised
	}
	if x < 0 || x > 0x10FFFF {
		if x != int64(int32(x)) {
			return t.Raise(t.VM.Exc.OverflowError, "Python int too large to convert to C int")
		}
		return t.Raise(t.VM.Exc.ValueError, "chr() arg not in range(0x110000)")
	}
	return t.newRune(rune(x))
}

// ordFn is ord().
func ordFn(t *Thread, a []Value) Value {
	n := 0
	if t.IsStr(a[0]) {
		s := t.Text(a[0])
		if n = s.Len(); n == 1 {
			return t.NewInt(int64(s.At(0)))
		}
	} else if b, ok := t.byteData(a[0]); ok {
		if n = len(b); n == 1 {
			return t.NewInt(int64(b[0]))
		}
	} else {
		return t.Raise(t.VM.Exc.TypeError, "ord() expected string of length 1, but %s found", t.TypeName(a[0]))
	}
	return t.Raise(t.VM.Exc.TypeError, "ord() expected a character, but string of length %d found", n)
}
