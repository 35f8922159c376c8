package text

// This file compares this package with CPython: the expected values come from
// /usr/bin/python3 when it is 3.11, else from a recorded file in testdata.

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	update   = flag.Bool("update", false, "record golden files from python3")
	recorded = flag.Bool("recorded", false, "compare with the golden files even if python3 is here")
)

// goldenCases is how many leading cases of a test are recorded.
const goldenCases = 400

// havePython reports whether the reference interpreter is here.
var havePython = sync.OnceValue(func() bool {
	out, err := exec.Command("/usr/bin/python3", "--version").Output()
	return err == nil && bytes.HasPrefix(out, []byte("Python 3.11."))
})

// cases collects expressions and what this package makes of them.
type cases struct {
	exprs []string
	got   []string
}

// add records the Python expression and our value or error for it.
func (c *cases) add(expr string, v any, err error) {
	c.exprs = append(c.exprs, expr)
	if err != nil {
		c.got = append(c.got, encErr(err))
	} else {
		c.got = append(c.got, enc(v))
	}
}

// check compares every case with the reference.
func (c *cases) check(t *testing.T) {
	t.Helper()
	want := c.expected(t)
	bad := 0
	for i := range want {
		if c.got[i] != want[i] {
			t.Errorf("%s\n got %.300s\nwant %.300s", c.exprs[i], c.got[i], want[i])
			if bad++; bad == 20 {
				t.Fatalf("too many differences")
			}
		}
	}
}

func (c *cases) expected(t *testing.T) []string {
	t.Helper()
	golden := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "_")+".golden")
	if *recorded || !havePython() {
		data, err := os.ReadFile(golden)
		if err != nil {
			t.Skip("no python3.11 and no recorded values")
		}
		return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	}
	cmd := exec.Command("/usr/bin/python3", "-s", filepath.Join("testdata", "oracle.py"))
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0")
	cmd.Stdin = strings.NewReader(strings.Join(c.exprs, "\n") + "\n")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(want) != len(c.exprs) {
		t.Fatalf("%d expressions, %d values", len(c.exprs), len(want))
	}
	if *update {
		n := min(len(want), goldenCases)
		if err := os.WriteFile(golden, []byte(strings.Join(want[:n], "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

// enc renders a value as oracle.py does.
func enc(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int:
		return fmt.Sprint(v)
	case int64:
		return fmt.Sprint(v)
	case *big.Int:
		if v.BitLen() <= 64 {
			return v.String()
		}
		return fmt.Sprintf("%#x", v)
	case float64:
		if math.IsNaN(v) {
			return "nan"
		}
		return fmt.Sprintf("f%016x", math.Float64bits(v))
	case string:
		return enc(DecodeWTF8(v))
	case Str:
		var b strings.Builder
		b.WriteByte('"')
		for i := range v.Len() {
			if c := v.At(i); ' ' <= c && c < 0x7f && c != '"' && c != '\\' {
				b.WriteRune(c)
			} else {
				fmt.Fprintf(&b, "\\%x;", c)
			}
		}
		b.WriteByte('"')
		return b.String()
	case []byte:
		return "b" + hex.EncodeToString(v)
	case Bytes:
		return "b" + hex.EncodeToString(v)
	case []Bytes:
		return encList(v)
	case []Str:
		return encList(v)
	case [][]byte:
		return encList(v)
	case []any:
		return encList(v)
	}
	panic(fmt.Sprintf("enc of %T", v))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func encList[T any](v []T) string {
	parts := make([]string, len(v))
	for i, x := range v {
		parts[i] = enc(x)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func encErr(err error) string {
	var u *UnicodeError
	if errors.As(err, &u) {
		return fmt.Sprintf("!%s %d %d %s", u.Kind(), u.Start, u.End, enc(u.Message()))
	}
	var e *Error
	if errors.As(err, &e) {
		return "!" + e.Kind + " " + enc(e.Msg)
	}
	return "!!" + err.Error()
}

// lit spells a string, bytes or number as a Python literal.
func lit(v any) string {
	switch v := v.(type) {
	case Str:
		var b strings.Builder
		b.WriteByte('\'')
		for i := range v.Len() {
			if c := v.At(i); ' ' <= c && c < 0x7f && c != '\'' && c != '\\' {
				b.WriteRune(c)
			} else {
				fmt.Fprintf(&b, "\\U%08x", c)
			}
		}
		b.WriteByte('\'')
		return b.String()
	case string:
		return lit(DecodeWTF8(v))
	case []byte:
		var b strings.Builder
		b.WriteString("b'")
		for _, c := range v {
			fmt.Fprintf(&b, "\\x%02x", c)
		}
		b.WriteByte('\'')
		return b.String()
	case float64:
		switch {
		case math.IsNaN(v):
			return "nan"
		case math.IsInf(v, 1):
			return "inf"
		case math.IsInf(v, -1):
			return "(-inf)"
		}
		return fmt.Sprintf("float.fromhex('%x')", v)
	case *big.Int:
		return fmt.Sprintf("(%#x)", v)
	}
	return fmt.Sprintf("(%v)", v)
}
