//go:build unix

package main

// This file tests the progress bar of toy bench before a terminal.

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

func TestBenchProgress(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slow.toy")
	if err := os.WriteFile(file, []byte("import time\ndef work(n): time.sleep(0.4)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = []string{"toy", "bench", file, "--n", "1", "--runs", "4", "--threads", "1", "--strategy", "gil"}
	f, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	defer f.Close()
	var out strings.Builder
	for b := make([]byte, 4096); ; {
		n, err := f.Read(b)
		out.Write(b[:n])
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "] 4/4 ") || strings.Contains(out.String(), "] 1/4 ") {
		t.Errorf("%v: %q", err, out.String())
	}
}
