package main

// This file measures memory and start-up.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// resident runs a program that waits for a line after each word that it prints, and gives the process's resident memory at
// each word, in bytes.
func resident(cmd ...string) ([]float64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, cmd[0], cmd[1:]...)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	var sizes []float64
	for s := bufio.NewScanner(out); s.Scan(); {
		time.Sleep(200 * time.Millisecond)
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
		if err != nil {
			return nil, err
		}
		for _, line := range strings.Split(string(b), "\n") {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
				kb, _ := strconv.ParseFloat(f[1], 64)
				sizes = append(sizes, kb*1024)
			}
		}
		_, _ = io.WriteString(in, "\n")
	}
	in.Close()
	if err := c.Wait(); err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(cmd, " "), err)
	}
	if len(sizes) < 2 {
		return nil, errors.New("the program printed fewer than two words")
	}
	return sizes, nil
}

// grown is how much memory a program takes between its first word and its last, the median of some runs.
func (l *lab) grown(cmd ...string) (float64, error) {
	var xs []float64
	for n := 0; n < min(l.runs, 3); n++ {
		s, err := resident(cmd...)
		if err != nil {
			return 0, err
		}
		xs = append(xs, s[len(s)-1]-s[0])
	}
	return median(xs), nil
}

// memory is the size of small objects and of threads, and what stays of a churn.
func (l *lab) memory() error {
	const n = 100000
	fmt.Fprintf(&l.out, "Resident memory for each of %d objects, in bytes.\n\n| object | CPython | toy | ratio |\n| --- | --- | --- | --- |\n", n)
	for _, kind := range []string{"instance", "list", "tuple", "dict", "str", "int"} {
		args := []string{"testdata/bench/memory/objects.py", kind, fmt.Sprint(n)}
		p, err := l.grown(append([]string{l.python}, args...)...)
		if err != nil {
			return err
		}
		t, err := l.grown(append([]string{l.toy, "run"}, args...)...)
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.out, "| %s | %.0f | %.0f | %.2f |\n", kind, p/n, t/n, t/p)
	}
	const threads = 2000
	fmt.Fprintf(&l.out, "\nResident memory for each of %d threads that wait, in KiB:", threads)
	for _, s := range []string{"gil", "atomic", "biased", "traced"} {
		t, err := l.grown(l.toy, "run", "--strategy", s, "testdata/bench/memory/threads.py", fmt.Sprint(threads))
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.out, " %s %.1f;", s, t/threads/1024)
	}
	fmt.Fprintf(&l.out, " CPython ")
	t, err := l.grown(l.python, "testdata/bench/memory/threads.py", fmt.Sprint(threads))
	if err != nil {
		return err
	}
	fmt.Fprintf(&l.out, "%.1f.\n\nGrowth over ten million objects made and dropped, after the first million, in KiB:", t/threads/1024)
	for _, s := range []string{"gil", "atomic", "biased", "traced"} {
		r, err := resident(l.toy, "run", "--strategy", s, "--audit", "testdata/bench/memory/churn.py")
		if err != nil {
			return err
		}
		fmt.Fprintf(&l.out, " %s %.0f;", s, (r[2]-r[1])/1024)
	}
	fmt.Fprintln(&l.out, " the audit at the end is empty.")
	return nil
}

// start is the time of a program that prints one number, from the start of the process to its end.
func (l *lab) start() error {
	f, err := os.CreateTemp("", "one*.py")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	fmt.Fprintln(f, "print(1)")
	f.Close()
	var toy, py, ratios []float64
	for n := 0; n < 10*l.runs; n++ {
		var took [2]float64
		for i, c := range [][]string{{l.python, f.Name()}, {l.toy, "run", f.Name()}} {
			begin := time.Now()
			if out, err := exec.Command(c[0], c[1:]...).Output(); err != nil || string(out) != "1\n" {
				return fmt.Errorf("%s: %v, %q", c[0], err, out)
			}
			took[i] = float64(time.Since(begin).Microseconds()) / 1000
		}
		py, toy, ratios = append(py, took[0]), append(toy, took[1]), append(ratios, took[1]/took[0])
	}
	fmt.Fprintf(&l.out, "`print(1)`, the whole process, %d runs of each in turn: CPython %.1f ms, toy %.1f ms, ratio %s.\n", len(py), median(py), median(toy), spread(ratios))
	return nil
}
