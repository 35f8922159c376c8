//go:build unix

package main

// This file tests the filter in front of readline; what it feeds is made by the terminal of the other tests.

import (
	"bytes"
	"strings"
	"testing"
)

// TestReadPaste feeds the filter a paste cut at every place.
func TestReadPaste(t *testing.T) {
	text := "ab" + paste("x\ty\n\tz\n") + "c\x1b[A\r"
	for cut := 1; cut < len(text); cut++ {
		in := newTTYInput(&pieces{parts: []string{text[:cut], text[cut:]}})
		var got []byte
		p := make([]byte, 3)
		for !bytes.HasSuffix(got, []byte("\x1b[A\r")) {
			n, err := in.Read(p)
			if err != nil {
				t.Fatal(cut, err)
			}
			got = append(got, p[:n]...)
		}
		want := "abx" + string(pastedTab) + "y" + string(pastedBreak) + "\rc\x1b[A\r"
		if string(got) != want {
			t.Fatalf("cut at %d: %q, want %q", cut, got, want)
		}
		l := in.split("abx\ty" + string(pastedBreak))
		if l.text != "abx\ty" || !l.pasted || strings.Join(l.rest, "|") != "\tz|" {
			t.Fatalf("cut at %d: %+v", cut, l)
		}
	}
}

// pieces reads some strings, one at a time.
type pieces struct{ parts []string }

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.parts) == 0 {
		select {}
	}
	n := copy(b, p.parts[0])
	p.parts = p.parts[1:]
	return n, nil
}
