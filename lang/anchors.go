package lang

// This file finds the operator of an expression, for the ~~^~~ line of a traceback.

// Anchors says which part of a source segment a traceback marks with ^, the rest with ~: characters [from, to). As in
// Python 3.11 that is the operator of a binary operation and the brackets of a subscript; of anything else the whole is
// marked.
func Anchors(segment string) (from, to int, ok bool) {
	m, err := Parse("", []byte(segment))
	if err != nil || len(m.Body) != 1 {
		return 0, 0, false
	}
	s, ok := m.Body[0].(*ExprStmt)
	if !ok {
		return 0, 0, false
	}
	text := []rune(segment)
	switch e := s.X.(type) {
	case *Binary:
		l, r := e.L.At().End, e.R.At().Start
		if l.Line != 1 || r.Line != 1 {
			return 0, 0, false
		}
		end := r.Col - 1
		for i := l.Col - 1; i < end; i++ {
			if blank(text[i]) {
				continue
			}
			n := 1
			if i+1 < end && !blank(text[i+1]) {
				n = 2
			}
			if i+1 < end && text[i] == ')' {
				continue
			}
			return i, i + n, true
		}
	case *Subscript:
		v, x := e.X.At().End, e.Index.At().End
		if v.Line == 1 && x.Line == 1 {
			return v.Col - 1, x.Col, true
		}
	}
	return 0, 0, false
}

func blank(c rune) bool { return c == ' ' || c == '\t' || c == '\f' }
