package main

// This file reads entries: lines until the entry is complete, from an editor that knows nothing of the language.

import (
	"io"
	"strings"

	"toylang/lang"
)

// entry reads a whole entry, of as many lines as it takes.
func (r *repl) entry() (string, error) {
	var src strings.Builder
	prompt, prefill := ps1, ""
	for {
		l, err := r.line(prompt, prefill)
		if err == io.EOF && src.Len() > 0 {
			return src.String(), nil // the end of this entry; another Ctrl-D ends the session
		}
		if err != nil {
			return "", err
		}
		r.ed.remember(l.text)
		src.WriteString(l.text + "\n")
		pasted := l.pasted || prefill != "" // the end of a block, or a line typed after one?
		prefill = ""
		for i, text := range l.rest {
			if i == len(l.rest)-1 {
				prefill = text
				break
			}
			r.ed.echo(ps2, text)
			r.ed.remember(text)
			src.WriteString(text + "\n")
		}
		if prefill == "" && entryComplete(src.String(), pasted) {
			return src.String(), nil
		}
		prompt = ps2
	}
}

// entryComplete decides whether an entry is to be run. A pasted block is one entry: it needs no blank line at its end, and
// blank lines inside do not end it.
func entryComplete(src string, pasted bool) bool {
	trimmed := strings.TrimSpace(src)
	if trimmed == "" || trimmed[0] == '%' || lang.Complete(src) {
		return true
	}
	return pasted && !strings.HasSuffix(trimmed, ":") && lang.Complete(src+"\n")
}

// line reads a line without the right to run, so that other toy threads go on, and answers requests for completion
// meanwhile.
func (r *repl) line(prompt, prefill string) (l line, err error) {
	type result struct {
		line
		err error
	}
	read := make(chan result, 1)
	go func() {
		l, err := r.ed.read(prompt, prefill)
		read <- result{l, err}
	}()
	for {
		var a *ask
		r.s.Wait(func() {
			select {
			case res := <-read:
				l, err = res.line, res.err
			case q := <-r.asks:
				a = &q
			}
		})
		if a == nil {
			return l, err
		}
		a.answer <- r.complete(a.text)
	}
}
