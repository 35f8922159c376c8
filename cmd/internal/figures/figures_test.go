package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The command runs: one section, once.
func TestFigures(t *testing.T) {
	if _, err := exec.LookPath("/usr/bin/python3"); err != nil || testing.Short() {
		t.Skip("needs /usr/bin/python3, and some seconds")
	}
	if err := os.Chdir("../../.."); err != nil {
		t.Fatal(err)
	}
	l := &lab{python: "/usr/bin/python3", runs: 1}
	if err := l.all("start"); err != nil {
		t.Fatal(err)
	}
	if s := l.out.String(); !strings.Contains(s, "## Start-up") || !strings.Contains(s, "ratio") || strings.Contains(s, "## Memory") {
		t.Error(s)
	}
}
