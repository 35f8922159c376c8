//go:build unix

package main

// This file tests the REPL through a pseudo-terminal, as a user sits before it.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"time"
	"toylang/vm"
)

func TestREPLEntries(t *testing.T) {
	s := openREPL(t)
	s.want("1 + 2", "3")
	s.want("_ * 2", "6")
	s.want("None", "")
	s.want("x = 5; x; x + 1", "5\n6")
	s.want("'a' 'b'", "'ab'")
	s.want("", "")
	s.want("   ", "")
	s.send("def f(a):\r")
	s.more()
	s.send("    return (a,\r")
	s.more()
	s.send("        x)\r")
	s.more()
	s.want("", "")
	s.want("f(1)", "(1, 5)")
	s.want("1/0", "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nZeroDivisionError: division by zero")
	s.want("x = = 1", "  File \"<stdin>\", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax")
	s.want("print('no newline', end='')", "no newline")
	s.want("import sys; hook = sys.displayhook; sys.displayhook = lambda v: print('shown', v)", "")
	s.want("7", "shown 7")
	s.want("sys.displayhook = hook", "")
	s.send("input('name? ')\r")
	s.expect(`\nname\? `)
	s.want("Bob", "'Bob'")
	s.want("quit", "Use quit() or Ctrl-D (i.e. EOF) to exit")
	s.want("raise ValueError('still here')", "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nValueError: still here")
	s.want("%audit", regexp.MustCompile(`audit: \d+ objects, every count exact`).FindString(s.enter("%audit")))
	if code := s.leave("exit(7)\r"); code != 7 {
		t.Errorf("exit code %d", code)
	}
}

func TestREPLEnd(t *testing.T) {
	s := openREPL(t)
	s.send("print('x'\r")
	s.more()
	s.send("\x04") // the end of the entry, not of the session
	s.prompt()
	if code := s.leave("\x04"); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestREPLPaste(t *testing.T) {
	s := openREPL(t)
	block := "def g(n):\n\ttotal = 0\n\n\tfor i in range(n):\n\t\ttotal += i\n\n\n\treturn total\n\nprint(g(5))\ng(4)\n"
	s.send(paste(block))
	if got := s.prompt(); !strings.HasSuffix(got, "\n10\n6\n>>> ") {
		t.Errorf("pasted block: %q", got)
	}
	if !strings.Contains(s.text(), "... \ttotal = 0") && !strings.Contains(s.text(), "...     total = 0") && !strings.Contains(s.text(), "...         total = 0") {
		t.Errorf("the block is not echoed: %q", s.text())
	}
	s.want(paste("'a\tb'"), `'a\tb'`) // inside a line: as if typed
	s.send(paste("h = [1,\n\n\t2,\n3]"))
	s.expect(`\n\.\.\. 3\]$`) // the last line was not ended: it is still to be edited
	s.want("; h", "[1, 2, 3]")
	s.send("k = ")
	s.send(paste("(1 +\n2)\n"))
	s.prompt()
	s.want("k", "3")
	s.send("if True:\r")
	s.more()
	s.send(paste("\tz = 1\n\n\tz += 1\n"))
	s.prompt()
	s.want("z", "2")
	s.send(paste("for q in 'ab':\n")) // a header alone waits for more
	s.more()
	s.send("    print(q)\r")
	s.more()
	s.want("", "a\nb")
	s.send(strings.Repeat("%strategy\r", 1))
	s.expect("strategy gil: lock gil, count plain")
}

func TestREPLInterrupt(t *testing.T) {
	s := openREPL(t)
	s.send("abc")
	s.expect("abc")
	s.send("\x03")
	s.expect(`\^C\nKeyboardInterrupt\n`)
	s.prompt()
	s.send("def f():\r")
	s.more()
	s.send("\x03")
	s.expect(`KeyboardInterrupt\n`)
	s.prompt()
	s.want("y = 'kept'", "")
	for _, stmt := range []string{"while True: pass", "import time\rtime.sleep(100)", "input()", "import threading\rl = threading.Lock(); l.acquire(); t = threading.Thread(target=lambda: time.sleep(3), daemon=True); t.start(); l.acquire()"} {
		s.send(stmt + "\r")
		if strings.HasPrefix(stmt, "while") {
			s.more()
			s.send("\r")
		}
		time.Sleep(300 * time.Millisecond)
		s.send("\x03")
		s.expect(`KeyboardInterrupt\n`)
		if got := s.prompt(); got != ">>> " {
			t.Errorf("%s: %q after the interrupt", stmt, got)
		}
		s.want("y", "'kept'")
	}
	s.send("input()\r")
	s.expect(`\n`)
	s.want("after", "'after'")
}

func TestREPLThreads(t *testing.T) {
	s := openREPL(t)
	s.want("import threading, time", "")
	s.send(paste("def work():\n\tfor i in range(5):\n\t\ttime.sleep(0.2)\n\t\tprint('tick', i)\nt = threading.Thread(target=work)\n"))
	s.prompt()
	s.want("t.start()", "")
	s.send("1 +") // half a line stands at the prompt
	s.rewind()
	s.expect(`tick 3\n`)
	s.expect(`>>> 1 \+`) // and is drawn again
	if got := s.enter(" 1"); !strings.HasSuffix(got, "2") {
		t.Errorf("%q", got)
	}
	s.enter("t.join()")
	if got := strings.Count(s.text(), "tick"); got < 5 {
		t.Errorf("%d ticks", got)
	}
	// A deadlock ends the entry, not the session.
	s.want("l = threading.Lock(); l.acquire()", "True")
	if got := s.enter("l.acquire()"); !strings.Contains(got, "toy: deadlock") {
		t.Errorf("%q", got)
	}
	s.want("l.release(); l.acquire()", "True")
	if got := s.enter("l.acquire()"); !strings.Contains(got, "toy: deadlock") {
		t.Errorf("%q", got)
	}
}

func TestREPLCompletion(t *testing.T) {
	s := openREPL(t)
	s.send(paste("class Thing:\n    alpha_one = 1\n    alpha_two = 2\n    def beta(self): pass\n"))
	s.prompt()
	s.want("some = Thing(); some.inner = Thing()", "")
	s.want("som\t.inner.al\ttw\t", "2")
	s.want("pri\t('x')", "x")
	s.want("isins\t(1, int)", "True")
	s.want("[].app\t", s.enter("[].app")) // no simple expression: nothing happens
	s.send("some.inner.\t")
	s.rewind()
	s.expect(`alpha_one +alpha_two +beta`)
	s.expect(`>>> some\.inner\.`)
	s.send("\x03")
	s.prompt()
	s.send("whi\t")
	s.expect("while")
	s.send("\x03")
	s.prompt()
	if got := s.enter("%stra\t a\t"); !strings.Contains(got, "strategy atomic") {
		t.Errorf("%q", got)
	}
	s.send("if some:\r")
	s.more()
	s.send("\tprint('indented')\r")
	s.more()
	s.want("", "indented")
}

func TestREPLHistory(t *testing.T) {
	home := t.TempDir()
	s := openIn(t, home)
	s.want("first = 1", "")
	s.send("if first:\r")
	s.more()
	s.send("    second = 2\r")
	s.more()
	s.send("\x03")
	s.expect("KeyboardInterrupt\n")
	s.prompt()
	s.want("\x10\x10\x10", "") // up, up, up: first = 1
	if code := s.leave("\x04"); code != 0 {
		t.Error(code)
	}
	b, err := os.ReadFile(filepath.Join(home, "history"))
	if err != nil || string(b) != "first = 1\nif first:\n    second = 2\nfirst = 1\n" {
		t.Errorf("history %q, %v", b, err)
	}
	s = openIn(t, home)
	s.want("\x10\x10\x10\x10 + 41", "")
	s.want("first", "42")
}

func TestREPLStrategies(t *testing.T) {
	s := openREPL(t)
	s.send(paste(`import threading
class C:
    def __init__(self): self.n = 0
    def add(self, k): self.n += k; return self.n
c = C()
lock = threading.Lock()
data = {}
def work(n):
    for i in range(n):
        with lock:
            c.add(1)
            data.setdefault(i % 10, []).append(str(i))
def run(threads, n):
    ts = [threading.Thread(target=work, args=(n,)) for _ in range(threads)]
    for t in ts: t.start()
    for t in ts: t.join()
    return c.n, sum(len(v) for v in data.values())
`))
	s.prompt()
	total := 0
	for _, name := range []string{"gil", "atomic", "traced", "perobject", "traced", "biased", "traced", "nolock", "ticks", "nolock", "traced", "biased", "ticks", "biased", "gil"} {
		if got := s.enter("%strategy " + name); got != "strategy "+name {
			t.Fatalf("%s: %q", name, got)
		}
		threads := 3
		if name == "nolock" {
			threads = 1
		}
		clean := "every count exact"
		if name == "traced" {
			clean = "no dangling reference"
		}
		total += threads * 500
		s.want(fmt.Sprintf("run(%d, 500)", threads), fmt.Sprintf("(%d, %d)", total, total))
		s.want("sorted(data)[:3]", "[0, 1, 2]")
		if got := s.enter("%audit"); !strings.Contains(got, clean) {
			t.Errorf("%s: %s", name, got)
		}
	}
	s.want("ev = threading.Event(); t = threading.Thread(target=ev.wait, name='waiter'); t.start()", "")
	s.want("%strategy atomic", "the strategy can only change while no other thread exists; there are: waiter (thread "+regexp.MustCompile(`\d+\)`).FindString(s.enter("%strategy atomic")))
	if got := s.enter("%threads"); !strings.Contains(got, "MainThread   running") || !strings.Contains(got, "waiter       waiting") {
		t.Errorf("%q", got)
	}
	s.want("ev.set(); t.join()", "")
	s.want("lock.acquire()", "True")
	s.want("%strategy perobject", "strategy perobject")
	s.want("lock.locked(); lock.release()", "True")
	if got := s.enter("%strategy nonsense"); !strings.Contains(got, `unknown strategy "nonsense"; there are `+strings.Join(vm.StrategyNames(), ", ")) {
		t.Errorf("%q", got)
	}
	s.want("%reset", "a new machine, strategy perobject")
	if got := s.enter("data"); !strings.Contains(got, "NameError: name 'data' is not defined") {
		t.Errorf("%q", got)
	}
	if got := s.enter("%audit"); !strings.Contains(got, "every count exact") {
		t.Errorf("after the reset: %s", got)
	}
	if code := s.leave("\x04"); code != 0 {
		t.Error(code)
	}
}

func TestREPLCommands(t *testing.T) {
	s := openREPL(t)
	s.send("def double(x):\r")
	s.more()
	s.send("    return x + x\r")
	s.more()
	s.want("", "")
	for command, pattern := range map[string]string{
		"%dis double":          `^double: function, 1 parameters.*\n(.*\n)*.*add `,
		"%dis double(3)":       `module.*\n(.*\n)*.*print_expr`,
		"%timeit double(3)":    `^\d+ loops, best of 5: [\d.e+]+ [nµm]?s per loop$`,
		"%timeit 1 +":          `SyntaxError`,
		"%timeit 1/0":          `ZeroDivisionError: division by zero$`,
		"%heap":                `objects  references  type`,
		"%help":                `%strategy \[NAME\] +show`,
		"%nonsense":            `there is no command %nonsense; there are %strategy, %reset`,
		"%audit please":        `%audit takes no argument`,
		"%threads":             `MainThread`,
		"%strategy gil --lock": `--lock wants a value`,
	} {
		if got := s.enter(command); !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%s: %q", command, got)
		}
	}
	s.want("'_timeit_' in globals()", "False")
}

// TestRacyHeapIsNotTrusted: after races the way back to a safe strategy is open only if the heap is in order.
func TestRacyHeapIsNotTrusted(t *testing.T) {
	s := openREPL(t, "--strategy", "nolock", "--on-fault", "continue")
	s.racy = true
	s.want("import threading; shared = [object() for i in range(50)]", "")
	s.send(paste("def work():\n\tfor i in range(200000):\n\t\ty = shared[i % 50]\n\nts = [threading.Thread(target=work) for _ in range(4)]\n"))
	s.prompt()
	s.enter("for t in ts: t.start()\r")
	s.enter("for t in ts: t.join()\r")
	audit := s.enter("%audit")
	got := s.enter("%strategy gil")
	if clean := strings.Contains(audit, "every count exact"); clean != (got == "strategy gil") {
		t.Errorf("%q, then %q", audit, got)
	}
	s.want("%reset", s.enter("%reset"))
	if got := s.enter("%audit"); !strings.Contains(got, "every count exact") {
		t.Errorf("after the reset: %s", got)
	}
}
