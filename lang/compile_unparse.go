package lang

import (
	"fmt"
	"strconv"
	"strings"
)

// This file turns annotations back into text, for `from __future__ import annotations`: as ast.unparse writes them.

// binding powers of the operators, weakest first
const (
	powTuple = iota
	powTest
	powOr
	powXor
	powAnd
	powShift
	powArith
	powTerm
	powFactor
	powPower
	powAtom
)

var unparsePowers = map[string]int{
	"|": powOr, "^": powXor, "&": powAnd, "<<": powShift, ">>": powShift, "+": powArith, "-": powArith,
	"*": powTerm, "/": powTerm, "//": powTerm, "%": powTerm, "@": powTerm, "**": powPower,
}

// unparse gives the text of an annotation.
func (fc *fn) unparse(e Expr, outer int) string {
	text, power := fc.unparseAt(e)
	if power < outer {
		return "(" + text + ")"
	}
	return text
}

func (fc *fn) unparseAt(e Expr) (string, int) {
	switch e := e.(type) {
	case *Name:
		return e.ID, powAtom
	case *Const:
		return e.Kind, powAtom
	case *NumInt:
		return e.Digits, powAtom
	case *NumFloat:
		return strconv.FormatFloat(e.Value, 'g', -1, 64), powAtom
	case *Str:
		return pyQuote(e.Value), powAtom
	case *Attribute:
		return fc.unparse(e.X, powAtom) + "." + e.Name, powAtom
	case *Subscript:
		return fc.unparse(e.X, powAtom) + "[" + fc.unparseIndex(e.Index) + "]", powAtom
	case *Tuple:
		if len(e.Elts) == 0 {
			return "()", powAtom
		}
		text := fc.unparseList(e.Elts)
		if len(e.Elts) == 1 {
			text += ","
		}
		return text, powTuple
	case *List:
		return "[" + fc.unparseList(e.Elts) + "]", powAtom
	case *Unary:
		if e.Op != "not" {
			return e.Op + fc.unparse(e.X, powFactor), powFactor
		}
	case *Binary:
		p := unparsePowers[e.Op]
		left, right := p, p+1
		if e.Op == "**" {
			left, right = p+1, powFactor
		}
		return fc.unparse(e.L, left) + " " + e.Op + " " + fc.unparse(e.R, right), p
	case *Call:
		return fc.unparse(e.Func, powAtom) + "(" + fc.unparseArgs(e.Args) + ")", powAtom
	}
	fc.refuse(e.At(), "this annotation after 'from __future__ import annotations'")
	return "", 0
}

// unparseIndex writes a subscript's index; a tuple stands there without parentheses.
func (fc *fn) unparseIndex(e Expr) string {
	if t, ok := e.(*Tuple); ok && len(t.Elts) == 0 {
		return "()"
	}
	return fc.unparse(e, powTuple)
}

func (fc *fn) unparseList(list []Expr) string {
	var out []string
	for _, e := range list {
		out = append(out, fc.unparse(e, powTest))
	}
	return strings.Join(out, ", ")
}

func (fc *fn) unparseArgs(args []Arg) string {
	var out []string
	for _, a := range args {
		text := a.Star + fc.unparse(a.Value, powTest)
		if a.Name != "" {
			text = a.Name + "=" + text
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// pyQuote writes a string as Python's repr does.
func pyQuote(s string) string {
	quote := '\''
	if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
		quote = '"'
	}
	var out strings.Builder
	out.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			out.WriteRune('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteRune(quote)
	return out.String()
}
