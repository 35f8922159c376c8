package main

// This file completes names, attributes and commands.

import (
	"sort"
	"strings"
	"time"
	"unicode"

	"toylang/vm"
)

// keywords are Python's.
var keywords = strings.Fields(`False None True and as assert async await break class continue def del elif else except
	finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)

// ask is a request for completion: only the main toy thread may look at the guest's objects.
type ask struct {
	text   string // the line up to the cursor
	answer chan []string
}

// completer is what readline asks.
type completer struct{ r *repl }

// patience is how long a completion may take: __dir__ may be the user's.
const patience = 2 * time.Second

// Do completes: it gives what is to be inserted. Where there is more than one way to go on it lists them.
func (c completer) Do(text []rune, pos int) ([][]rune, int) {
	before := string(text[:pos])
	if strings.TrimSpace(before) == "" {
		return [][]rune{[]rune("    ")}, 0
	}
	a := ask{before, make(chan []string, 1)}
	var found []string
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case c.r.asks <- a:
	case <-timer.C:
		return nil, 0
	}
	select {
	case found = <-a.answer:
	case <-timer.C:
		c.r.target.Load().Sched.Interrupt()
		return nil, 0
	}
	if len(found) == 0 {
		return nil, 0
	}
	word := []rune(lastWord(before))
	common := []rune(commonPrefix(found))
	if len(common) > len(word) || len(found) == 1 {
		return [][]rune{common[min(len(word), len(common)):]}, len(word)
	}
	_, _ = c.r.out.stdout().Write([]byte(columns(found, c.r.width())))
	return nil, 0
}

// lastWord is the name that is being typed: what follows the last dot of a dotted expression, or a word of a command.
func lastWord(text string) string {
	if strings.HasPrefix(text, "%") {
		return text[strings.LastIndexByte(text, ' ')+1:]
	}
	d := dotted(text)
	return d[strings.LastIndexByte(d, '.')+1:]
}

// dotted is the dotted expression at the end of the text.
func dotted(text string) string {
	rs := []rune(text)
	i := len(rs)
	for i > 0 && (rs[i-1] == '_' || rs[i-1] == '.' || unicode.IsLetter(rs[i-1]) || unicode.IsDigit(rs[i-1])) {
		i--
	}
	return string(rs[i:])
}

// complete gives the words that the last word of the text may become. It runs on the main toy thread.
func (r *repl) complete(text string) []string {
	word := lastWord(text)
	var from []string
	if strings.HasPrefix(text, "%") {
		switch fields := strings.Fields(text); {
		case !strings.Contains(text, " "):
			for _, c := range replCommands {
				from = append(from, "%"+c.name)
			}
		case fields[0] == "%strategy":
			from = vm.StrategyNames()
		case fields[0] == "%dis":
			return r.completeName(text, word)
		}
		return matching(from, word)
	}
	return r.completeName(text, word)
}

// completeName completes a name or an attribute.
func (r *repl) completeName(text, word string) []string {
	path := strings.Split(dotted(text), ".")
	if path = path[:len(path)-1]; len(path) > 0 {
		if path[0] == "" || unicode.IsDigit([]rune(path[0])[0]) {
			return nil
		}
		names := matching(r.s.Attrs(path), word)
		if !strings.HasPrefix(word, "_") { // those with underscores only when they are asked for
			var plain []string
			for _, n := range names {
				if !strings.HasPrefix(n, "_") {
					plain = append(plain, n)
				}
			}
			if len(plain) > 0 {
				return plain
			}
		}
		return names
	}
	if word == "" {
		return nil
	}
	return matching(append(r.s.Names(), keywords...), word)
}

// matching gives the names that begin with the word, in order, each once.
func matching(names []string, word string) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range names {
		if strings.HasPrefix(n, word) && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}

func commonPrefix(names []string) string {
	p := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, p) {
			p = p[:len(p)-1]
		}
	}
	return strings.ToValidUTF8(p, "")
}

// columns prints names in columns, as wide as the terminal.
func columns(names []string, width int) string {
	w := 0
	for _, n := range names {
		w = max(w, len([]rune(n))+2)
	}
	per := max(width/w, 1)
	rows := (len(names) + per - 1) / per
	var b strings.Builder
	for i := 0; i < rows; i++ {
		line := ""
		for j := i; j < len(names); j += rows {
			line += names[j] + strings.Repeat(" ", w-len([]rune(names[j])))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
