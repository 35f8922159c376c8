package main

// This file measures how many schedules a second a search runs.

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"toylang/scheduler/explore"
	"toylang/vm"
)

// BenchmarkExplore runs random schedules of small programs: one operation is one schedule.
func BenchmarkExplore(b *testing.B) {
	for _, c := range []struct{ name, strategy, src string }{
		{"threading", "gil", "import threading\nx = 0\ndef f():\n    global x\n    x += 1\nts = [threading.Thread(target=f) for i in range(2)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(x)\n"},
		{"threading", "nolock", "import threading\nx = 0\ndef f():\n    global x\n    x += 1\nts = [threading.Thread(target=f) for i in range(2)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(x)\n"},
		{"kernel", "nolock", "import _thread\nclass Box: pass\nshared = Box()\ndef f():\n    x = shared\n    x = None\nts = [_thread._start(f, 't', False)[0] for i in range(2)]\nfor t in ts: _thread._join(t, -1)\n"},
	} {
		b.Run(c.name+"/"+c.strategy, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "x.toy")
			if err := os.WriteFile(file, []byte(c.src), 0o644); err != nil {
				b.Fatal(err)
			}
			o := newOptions("toy explore", io.Discard)
			o.strategy, o.maxSteps = c.strategy, maxSteps
			s, code := newSubject(o, []string{file})
			if s == nil {
				b.Fatal(code)
			}
			x := &explore.Explorer{Run: s.run, OneLock: s.cfg.Strategy.Lock == vm.LockGIL, Limits: explore.Limits{Runs: b.N}}
			b.ResetTimer()
			begin := time.Now()
			x.Random(1)
			b.ReportMetric(float64(x.Runs)/time.Since(begin).Seconds(), "schedules/s")
			b.ReportMetric(float64(x.Steps)/float64(x.Runs), "points/schedule")
		})
	}
}
