package lang

import "strings"

// This file decides when the REPL has read enough.

// Complete reports whether the lines so far form a complete entry: no bracket, string or block is open and no backslash
// asks for another line. Errors make an entry complete, so that they can be shown. An entry that holds a compound
// statement is complete after an empty line.
func Complete(src string) bool {
	src = normalizeNewlines(src)
	l := newLayout(src)
	l.run()
	if l.err != nil {
		return !l.err.more
	}
	return !l.hasBlock() || endsBlank(src)
}

// hasBlock says whether some logical line starts a compound statement.
func (l *layout) hasBlock() bool {
	first := true
	for i := range l.tokens {
		switch t := &l.tokens[i]; t.Type {
		case tNewline, tIndent, tDedent:
			first = true
			continue
		case tIf, tWhile, tFor, tTry, tWith, tDef, tClass, tAsync, tAt, tSoft:
			if first {
				return true
			}
		}
		first = false
	}
	return false
}

// endsBlank says whether the last line is blank.
func endsBlank(src string) bool {
	src = strings.TrimSuffix(src, "\n")
	return strings.TrimSpace(src[strings.LastIndexByte(src, '\n')+1:]) == ""
}
