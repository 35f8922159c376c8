package lang

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file defines syntax errors and how they are printed.

// SyntaxError is an error in the source text, found by the layout layer, the parser, resolve or compile.
type SyntaxError struct {
	Kind string // "SyntaxError", "IndentationError" or "TabError"
	Msg  string
	File string
	Span
	Text string // the source line, without its newline; "" when it is not known
}

// Error prints the error on one line, as "file:line:col: SyntaxError: msg".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", e.File, e.Start.Line, e.Start.Col, e.Kind, e.Msg)
}

// Format prints the error as CPython does, with the source line and carets under the place.
func (e *SyntaxError) Format() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  File \"%s\", line %d\n", e.File, e.Start.Line)
	if text := strings.TrimLeft(e.Text, " \t\f"); strings.TrimSpace(text) != "" || e.Start.Col == 0 && text != "" {
		text = strings.TrimRight(text, "\n")
		fmt.Fprintf(&b, "    %s\n", text)
		stripped := len(strings.TrimRight(e.Text, "\n")) - len(text)
		e.carets(&b, text, stripped)
	}
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Msg)
	return b.String()
}

func (e *SyntaxError) carets(b *strings.Builder, text string, stripped int) {
	from := e.Start.Col - 1 - stripped
	if from < 0 {
		return
	}
	to := e.End.Col - 1 - stripped
	if e.End.Line > e.Start.Line {
		to = utf8.RuneCountInString(text)
	}
	b.WriteString("    ")
	n := 0
	for _, r := range text {
		if n == from {
			break
		}
		if !unicode.IsSpace(r) {
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	b.WriteString(strings.Repeat(" ", from-n))
	b.WriteString(strings.Repeat("^", max(to-from, 1)))
	b.WriteByte('\n')
}

// AddText fills in the source line, for an error made where the source was not at hand.
func (e *SyntaxError) AddText(src string) {
	if e.Text == "" {
		e.Text = sourceLine(src, e.Start.Line)
	}
}

// newSyntaxError makes an error of the ordinary kind.
func newSyntaxError(file string, at Span, msg string) *SyntaxError {
	return &SyntaxError{Kind: "SyntaxError", Msg: msg, File: file, Span: at}
}

// sourceLine gives a line of the source, counting from 1.
func sourceLine(src string, line int) string {
	for ; line > 1; line-- {
		i := strings.IndexByte(src, '\n')
		if i < 0 {
			return ""
		}
		src = src[i+1:]
	}
	text, _, _ := strings.Cut(src, "\n")
	return text
}
