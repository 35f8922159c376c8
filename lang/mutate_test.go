package lang

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"
)

// This file compares errors with CPython's, for sources that are made wrong on purpose.

// pythonErrors gives the error that CPython finds in each source: kind, message, line, column, end; nil for none.
func pythonErrors(t testing.TB, sources []string) [][]any {
	t.Helper()
	in, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := python(t, "testdata/dump.py", "err")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var list [][]any
	if err := json.Unmarshal(out.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// toyError gives our error in the same form, as text.
func toyError(src string) (text, place string) {
	m, err := Parse("x.toy", []byte(src))
	if err == nil {
		err = Resolve("x.toy", m)
	}
	if err == nil {
		return "", ""
	}
	e := err.(*SyntaxError)
	return e.Kind + ": " + e.Msg, fmt.Sprintf("%d:%d-%d:%d", e.Start.Line, e.Start.Col, e.End.Line, e.End.Col)
}

// pythonText puts CPython's error in the same form. Ends that it leaves out are where the start is.
func pythonText(e []any) (text, place string) {
	if e == nil {
		return "", ""
	}
	n := func(i int) int { return int(e[i].(float64)) }
	endLine, endCol := n(4), n(5)
	if endLine == 0 {
		endLine = n(2)
	}
	if endCol <= 0 {
		endCol = n(3)
	}
	return fmt.Sprintf("%s: %s", e[0], e[1]), fmt.Sprintf("%d:%d-%d:%d", n(2), n(3), endLine, endCol)
}

// TestMutations is for developing: TOY_MUTATE=n makes n wrong programs out of the corpus and reports how far our errors
// agree with CPython's.
func TestMutations(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("TOY_MUTATE"))
	if n == 0 {
		t.Skip("set TOY_MUTATE=n")
	}
	seed, _ := strconv.ParseInt(os.Getenv("TOY_SEED"), 10, 64)
	rnd := rand.New(rand.NewSource(seed))
	files := sources(t)
	var list []string
	for len(list) < n {
		src, err := os.ReadFile(files[rnd.Intn(len(files))])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, mutate(rnd, strings.TrimPrefix(string(src), "\ufeff")))
	}
	want := pythonErrors(t, list)
	same, place, message, verdict := 0, 0, 0, 0
	shown := map[string]int{}
	for i, src := range list {
		wantText, wantPlace := pythonText(want[i])
		gotText, gotPlace := toyError(src)
		class := ""
		switch {
		case gotText == wantText && gotPlace == wantPlace:
			same++
			continue
		case gotText == wantText:
			place++
			class = "place"
		case (gotText == "") == (wantText == ""):
			message++
			class = "message"
		default:
			verdict++
			class = "VERDICT"
		}
		key := gotText + wantText
		if shown[key]++; shown[key] > 2 {
			continue
		}
		line := 1
		fmt.Sscanf(wantPlace, "%d", &line)
		if wantText == "" {
			fmt.Sscanf(gotPlace, "%d", &line)
		}
		fmt.Printf("%s: got %s %q want %s %q\n    %s\n", class, gotPlace, gotText, wantPlace, wantText, sourceLine(src, line))
	}
	fmt.Printf("same %d, other place %d, other message %d, other verdict %d\n", same, place, message, verdict)
}

// mutate changes a token or two of a piece of a program.
func mutate(rnd *rand.Rand, src string) string {
	l := newLayout(normalizeNewlines(src))
	l.run()
	var toks []int
	for i, t := range l.tokens {
		if t.Value != "" {
			toks = append(toks, i)
		}
	}
	if len(toks) == 0 {
		return src
	}
	at := func(i int) (int, int) {
		t := l.tokens[toks[i]]
		return t.Pos.Offset, t.Pos.Offset + len(t.Value)
	}
	extra := []string{"(", ")", "[", "]", "{", "}", ":", ",", "=", ":=", ".", "*", "**", "+", "-", "not", "if", "else", "for", "in",
		"lambda", "yield", "await", "async", "x", "1", "'s'", "f'{x}'", "None", "==", "+=", "->", "@", ";", "\n", "as", "is", "def",
		"return", "print", "class", "pass", "del", "global x", "import", "from", "try", "except", "with", "\\", "!", "0x", "1_", "'",
		"\"\"\"", "\n  ", "...", "~", "break", "nonlocal x"}
	out := l.src
	i := rnd.Intn(len(toks))
	from, to := at(i)
	switch rnd.Intn(5) {
	case 0:
		out = out[:from] + out[to:]
	case 1:
		out = out[:from] + extra[rnd.Intn(len(extra))] + " " + out[from:]
	case 2:
		out = out[:from] + " " + extra[rnd.Intn(len(extra))] + " " + out[to:]
	case 3:
		j := rnd.Intn(len(toks))
		f, t := at(j)
		out = out[:from] + " " + l.src[f:t] + " " + out[to:]
	case 4:
		out = out[:from] + out[from:to] + " " + out[from:]
	}
	return out
}
