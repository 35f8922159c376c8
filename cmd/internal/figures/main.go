// Command figures measures toy beside CPython and writes docs/performance.md:
//
//	go run ./cmd/internal/figures > docs/performance.md
//
// -only picks sections (single, price, scaling, memory, start), -n says how often each program runs. It builds toy itself,
// runs it and python3 in turn, and prints medians with the least and the greatest; a measurement that fails ends it without
// a table. A machine that does other work meanwhile spoils the figures: look at the spreads.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"
)

// lab is what all sections use.
type lab struct {
	toy, python string
	runs        int
	out         bytes.Buffer
}

type section struct {
	name, what string
	run        func(*lab) error
}

var sections = []section{
	{"single", "One thread, gil, against CPython", (*lab).single},
	{"price", "The price of safety, one thread", (*lab).price},
	{"scaling", "Two threads against one", (*lab).scaling},
	{"memory", "Memory", (*lab).memory},
	{"start", "Start-up", (*lab).start},
}

func main() {
	l := &lab{}
	only := flag.String("only", "", "sections, separated by commas: single, price, scaling, memory, start")
	flag.IntVar(&l.runs, "n", 5, "how often each program runs")
	flag.StringVar(&l.python, "python", "/usr/bin/python3", "the peer")
	flag.StringVar(&l.toy, "toy", "", "a toy that is built already")
	flag.Parse()
	if err := l.all(*only); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
	os.Stdout.Write(l.out.Bytes())
}

func (l *lab) all(only string) error {
	if l.toy == "" {
		dir, err := os.MkdirTemp("", "figures")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		l.toy = filepath.Join(dir, "toy")
		build := exec.Command("go", "build", "-o", l.toy, "./cmd/toy")
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // as README says
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%v\n%s", err, out)
		}
	}
	fmt.Fprintf(&l.out, "# Performance\n\nMeasured by `go run ./cmd/internal/figures > docs/performance.md` on %s: %s.\n", time.Now().Format("2006-01-02"), l.machine())
	fmt.Fprintf(&l.out, "Ratios are of toy's time to CPython's, run in turn; medians of %d, with the least and the greatest.\n", l.runs)
	for _, s := range sections {
		if only != "" && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s\n", s.what)
		fmt.Fprintf(&l.out, "\n## %s\n\n    go run ./cmd/internal/figures -only %s\n\n", s.what, s.name)
		if err := s.run(l); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// machine says what the figures come from.
func (l *lab) machine() string {
	cpu := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(b), "\n") {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				cpu = strings.TrimSpace(v)
				break
			}
		}
	}
	py, _ := exec.Command(l.python, "--version").CombinedOutput()
	commit, _ := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	return fmt.Sprintf("%d × %s, %s, %s, commit %s", runtime.NumCPU(), cpu, runtime.Version(), strings.TrimSpace(string(py)), strings.TrimSpace(string(commit)))
}

// once runs a program that prints RESULT and TIME (seconds of its own work).
func once(cmd []string, file string) (result string, seconds float64, err error) {
	c := exec.Command(cmd[0], append(cmd[1:len(cmd):len(cmd)], file)...)
	out, err := c.Output()
	if err != nil {
		return "", 0, fmt.Errorf("%s %s: %w", strings.Join(cmd, " "), file, err)
	}
	for _, line := range strings.Split(string(out), "\n") {
		if strings.HasPrefix(line, "RESULT") {
			result = line
		}
		if _, err := fmt.Sscanf(line, "TIME %g", &seconds); err == nil && result != "" {
			return result, seconds, nil
		}
	}
	return "", 0, fmt.Errorf("%s printed no RESULT and TIME", file)
}

// compare runs a program under each command in turn, several times, and gives the time ratios to the first command's and
// the first's times.
func (l *lab) compare(file string, cmds ...[]string) (ratios [][]float64, base []float64, err error) {
	ratios = make([][]float64, len(cmds))
	for n := 0; n < l.runs; n++ {
		var first string
		for i, c := range cmds {
			r, t, err := once(c, file)
			switch {
			case err != nil:
				return nil, nil, err
			case i == 0:
				first = r
				base = append(base, t)
			case r != first:
				return nil, nil, fmt.Errorf("%s: %s, not %s", file, r, first)
			}
			ratios[i] = append(ratios[i], t/base[n])
		}
	}
	return ratios, base, nil
}

// programs are the benchmark programs of one thread.
func programs() []string {
	files, _ := filepath.Glob("testdata/bench/*.py")
	return files
}

func name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".py") }

// spread writes a median with the least and the greatest.
func spread(xs []float64) string {
	s := sorted(xs)
	return fmt.Sprintf("%.2f (%.2f..%.2f)", median(s), s[0], s[len(s)-1])
}

func sorted(xs []float64) []float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return s
}

func median(xs []float64) float64 { s := sorted(xs); return s[len(s)/2] }

func geomean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(xs)))
}
