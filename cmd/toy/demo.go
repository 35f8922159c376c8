package main

// This file is toy demo: the race scripts under every strategy, in one table, and one fault explained.

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"toylang/cmd/internal/loader"
	"toylang/refcount"
	"toylang/vm"
)

//go:embed demo/*.toy
var demoFS embed.FS

// demoScript is a race script and how many operations a thread does.
type demoScript struct {
	name string
	n    int64
}

var demoScripts = []demoScript{{"own", 5000000}, {"refs", 300000}, {"append", 200000}, {"churn", 120000}}

// demoRow is a strategy of the table.
type demoRow struct{ flags []string }

var demoRows = []demoRow{
	{[]string{"--strategy", "gil"}},
	{[]string{"--strategy", "perobject"}},
	{[]string{"--strategy", "atomic"}},
	{[]string{"--strategy", "traced"}},
	{[]string{"--strategy", "perobject", "--count", "plain"}},
	{[]string{"--strategy", "nolock"}},
}

// demoResult is a run's row in the table.
type demoResult struct {
	work  vm.Work
	audit *refcount.Audit
	waits string
	fault string // the first memory fault, explained
}

func demoCmd(args []string) int {
	o := newOptions("toy demo", os.Stderr)
	dir := o.flags.String("write", "", "save the scripts in this directory")
	if code := o.parse(args); code >= 0 {
		return code
	}
	if o.flags.NArg() > 0 {
		return usage("demo takes no file; usage: toy demo [--write DIR]")
	}
	if *dir != "" {
		return writeDemo(*dir)
	}
	if runtime.NumCPU() < 2 {
		fmt.Println("This machine has one core: threads take turns, so lost updates and scaling are not to be seen; both need two.")
	}
	fmt.Println("The same four scripts under five lock strategies, with 1 and with 2 threads. Everything below was measured in this run.")
	fmt.Println()
	var fault string
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "script\tstrategy\tthreads\tresult\tops/s\t1→2\twaits\tcount updates lost\tleaked\tfreed early\t   run this row again, after toy demo --write .")
	for _, s := range demoScripts {
		for _, r := range demoRows {
			one, err := runDemo(s, r, 1)
			if err != nil {
				return usage("%v", err)
			}
			two, err := runDemo(s, r, 2)
			if err != nil {
				return usage("%v", err)
			}
			name := strings.Join(r.flags[1:], " ")
			again := func(threads int) string {
				return fmt.Sprintf("   toy bench %s --threads %d %s.toy", strings.Join(r.flags, " "), threads, s.name)
			}
			demoLine(w, s.name, name, 1, one, "", again(1))
			scale := rate(two.work) / rate(one.work)
			demoLine(w, s.name, name, 2, two, fmt.Sprintf("%.2f", scale), again(2))
			if two.fault != "" && len(r.flags) == 2 {
				fault = two.fault
			}
		}
	}
	w.Flush()
	fmt.Println("\nwaits: hand-overs of the GIL, or waits for an object's lock. count updates lost: the sum over all objects of")
	fmt.Println("|count − references found|. leaked: live objects that nothing reaches. freed early: dangling references, and uses")
	fmt.Println("of freed slots. Under the safe strategies these columns are 0 because the audit counted and found 0.")
	if fault != "" {
		fmt.Println("\nOne fault of the nolock run, in full:")
		fmt.Print(fault)
	}
	return 0
}

func rate(w vm.Work) float64 { return float64(w.Ops) / max(w.Elapsed.Seconds(), 1e-9) }

func demoLine(w io.Writer, script, strategy string, threads int, r *demoResult, scale, again string) {
	result, speed := "right", siRate(rate(r.work))
	if !r.work.Right {
		result = "WRONG"
	}
	if r.work.Failed > 0 {
		result, speed, scale = "FAILED", "-", "" // threads that ended by an exception did less
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", script, strategy, threads, result, speed, scale, r.waits,
		r.audit.Lost, r.audit.Leaked, int64(r.audit.Early)+r.audit.Stale, again)
}

// siRate writes a rate with a unit prefix.
func siRate(x float64) string {
	switch {
	case x >= 1e6:
		return fmt.Sprintf("%.1fM", x/1e6)
	case x >= 1e3:
		return fmt.Sprintf("%.0fk", x/1e3)
	}
	return fmt.Sprintf("%.0f", x)
}

// runDemo runs one script under one strategy in a machine of its own.
func runDemo(s demoScript, r demoRow, threads int) (*demoResult, error) {
	src, err := demoFS.ReadFile("demo/" + s.name + ".toy")
	if err != nil {
		return nil, err
	}
	l := loader.New()
	f, err := l.Compile(s.name+".toy", src)
	if err != nil {
		return nil, err
	}
	o := newOptions("demo", os.Stderr)
	o.parse(r.flags)
	cfg, err := o.config()
	if err != nil {
		return nil, err
	}
	cfg.Load = l
	cfg.OnFault = vm.FaultContinue
	cfg.Stdin, cfg.Stdout, cfg.Stderr = strings.NewReader(""), io.Discard, io.Discard
	cfg.OnCrash = func(where string, p any, stack []byte) { os.Exit(reportBug(where, p, stack)) }
	m, err := vm.New(cfg)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	timer := time.AfterFunc(5*time.Second, func() { m.Limit("the demo's time") })
	defer timer.Stop()
	res := &demoResult{}
	if res.work, err = m.Drive(f, threads, s.n); err != nil {
		res.work.Failed++
	}
	res.audit = m.Audit(m.Main)
	st := m.Sched.Stats()
	res.waits = fmt.Sprint(st.HandOvers)
	if m.Strategy.Lock != vm.LockGIL {
		res.waits = fmt.Sprint(st.ObjWaits)
	}
	if faults, _ := m.Heap.Faults(); len(faults) > 0 {
		res.fault = m.ExplainFault(&faults[0])
	} else if !res.audit.Clean() {
		var b strings.Builder
		m.WriteAudit(&b, res.audit)
		res.fault = b.String()
	}
	return res, nil
}

// writeDemo saves the scripts.
func writeDemo(dir string) int {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usage("%v", err)
	}
	for _, s := range demoScripts {
		src, err := demoFS.ReadFile("demo/" + s.name + ".toy")
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, s.name+".toy"), src, 0o644)
		}
		if err != nil {
			return usage("%v", err)
		}
	}
	fmt.Printf("wrote %d scripts to %s\n", len(demoScripts), dir)
	return 0
}
