package explore

// This file reads and writes schedules as text.

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// File is a schedule with what it belongs to.
type File struct {
	Program  string // file name of the script
	Args     []string
	Hash     string // of its code, whatever its comments
	Strategy string // as flags give it
	Fault    string // what it shows; "" nothing
	Switches Schedule
	Notes    []string // for readers, one for each switch: where the thread stands; may be missing
}

const fileHead = "toy schedule 1"

// Write writes the file.
func (f *File) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, fileHead)
	fmt.Fprintf(b, "program  %s\n", strconv.Quote(f.Program))
	for _, a := range f.Args {
		fmt.Fprintf(b, "arg      %s\n", strconv.Quote(a))
	}
	fmt.Fprintf(b, "hash     %s\n", f.Hash)
	fmt.Fprintf(b, "strategy %s\n", f.Strategy)
	if f.Fault != "" {
		fmt.Fprintf(b, "shows    %s\n", f.Fault)
	}
	fmt.Fprintf(b, "# Else a thread goes on for as long as it can, then the next. The main thread is 1; points count from its start.\n")
	for i, s := range f.Switches {
		line := fmt.Sprintf("thread %d, point %d, to thread %d", s.Thread, s.Point, s.To)
		if i < len(f.Notes) && f.Notes[i] != "" {
			line = fmt.Sprintf("%-36s # %s", line, f.Notes[i])
		}
		fmt.Fprintln(b, line)
	}
	fmt.Fprintln(b, "end")
	return b.Flush()
}

// ReadFile reads what Write has written. Comments begin with # and may stand anywhere but in the first line.
func ReadFile(r io.Reader) (*File, error) {
	sc := bufio.NewScanner(r)
	f := &File{}
	ended := false
	n := 0
	bad := func(format string, args ...any) (*File, error) {
		return nil, fmt.Errorf("line %d: %s", n, fmt.Sprintf(format, args...))
	}
	for sc.Scan() {
		n++
		line := sc.Text()
		if n == 1 {
			if strings.TrimSpace(line) != fileHead {
				return bad("not a schedule: it should begin with %q", fileHead)
			}
			continue
		}
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		var err error
		switch {
		case key == "" || key[0] == '#':
			continue
		case ended:
			return bad("%q comes after the end", line)
		}
		switch key {
		case "program":
			f.Program, err = strconv.Unquote(rest)
		case "arg":
			var a string
			a, err = strconv.Unquote(rest)
			f.Args = append(f.Args, a)
		case "hash":
			f.Hash = rest
		case "strategy":
			f.Strategy = rest
		case "shows":
			f.Fault = rest
		case "thread":
			rest, _, _ = strings.Cut(rest, "#")
			var s Switch
			if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%d, point %d, to thread %d", &s.Thread, &s.Point, &s.To); err != nil {
				return bad("cannot read %q; a switch looks like: thread 2, point 14, to thread 3", line)
			}
			f.Switches = append(f.Switches, s)
		case "end":
			ended = true
		default:
			return bad("unknown word %q; there are program, arg, hash, strategy, shows, thread, end", key)
		}
		if err != nil {
			return bad("cannot read the text %s", rest)
		}
	}
	switch {
	case sc.Err() != nil:
		return nil, sc.Err()
	case n == 0:
		n = 1
		return bad("not a schedule: it is empty")
	case !ended:
		return bad("the file was cut off: its last line should be end")
	case f.Program == "" || f.Strategy == "":
		return bad("there is no program or no strategy")
	}
	return f, nil
}
