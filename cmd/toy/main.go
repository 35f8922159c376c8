// Command toy runs Python-syntax scripts with real reference counts under interchangeable lock strategies.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

// command is a subcommand.
type command struct {
	name, args, what string
	run              func(args []string) int
}

var commands []command

func init() {
	commands = []command{
		{"run", "[FLAGS] FILE [ARG...]", "run a script (also: toy FILE)", runCmd},
		{"demo", "[--write DIR]", "the race scripts under every strategy: a table, and one fault explained", demoCmd},
		{"bench", "FILE|CASE|GROUP... [FLAGS]", "strategies × threads: throughput, scaling, waits, faults, figures of its own", benchCmd},
		{"explore", "[FLAGS] FILE [ARG...]", "search the schedules of a script for faults; the shortest one, told and written down", exploreCmd},
		{"replay", "[--continue] FILE.schedule [SCRIPT]", "run exactly that schedule again", replayCmd},
		{"dis", "FILE", "show the bytecode of a script", disCmd},
		{"version", "", "print the version", versionCmd},
		{"help", "[bench]", "print this, or how to measure", helpCmd},
	}
}

func main() { os.Exit(realMain(os.Args[1:])) }

// realMain runs a command line and gives the exit code. A Go panic is a bug in toy: it is reported as such.
func realMain(args []string) (exit int) {
	debug.SetGCPercent(400)
	defer func() {
		if p := recover(); p != nil {
			exit = reportBug("the command line", p, debug.Stack())
		}
	}()
	if len(args) == 0 {
		return replCmd(nil)
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.run(args[1:])
		}
	}
	switch args[0] {
	case "-h", "--help":
		return helpCmd(nil)
	case "-V", "--version":
		return versionCmd(nil)
	}
	if _, err := os.Stat(args[0]); err == nil || strings.HasPrefix(args[0], "-") || strings.Contains(args[0], ".") || strings.Contains(args[0], "/") {
		if onlyFlags(args) {
			return replCmd(args)
		}
		return runCmd(args)
	}
	return usage("there is no command and no file %q; see toy help", args[0])
}

// onlyFlags reports arguments without a file: flags of a REPL.
func onlyFlags(args []string) bool {
	o := newOptions("toy", io.Discard)
	return o.flags.Parse(args) == nil && o.flags.NArg() == 0
}

func usage(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "toy: "+format+"\n", args...)
	return 2
}

// reportBug tells of a Go panic inside toy.
func reportBug(where string, p any, stack []byte) int {
	fmt.Fprintf(os.Stderr, "toy: internal error (a bug in toy) at %s: %v\n", where, p)
	if os.Getenv("TOY_DEBUG") != "" {
		os.Stderr.Write(stack)
	} else {
		fmt.Fprintln(os.Stderr, "toy: set TOY_DEBUG=1 for the Go stack; please report it with the script")
	}
	return 70
}

const version = "0.1"

func versionCmd([]string) int {
	fmt.Println("toy", version, "(Python 3.11 syntax)")
	return 0
}

func helpCmd(args []string) int {
	if len(args) == 1 && args[0] == "bench" {
		return benchCmd([]string{"-h"})
	}
	fmt.Println("toy runs Python-syntax scripts with real reference counts under interchangeable lock strategies.")
	fmt.Println("\nusage: toy [FLAGS]                  the REPL")
	for _, c := range commands {
		fmt.Printf("       toy %-28s %s\n", c.name+" "+c.args, c.what)
	}
	fmt.Println("\nflags of run:")
	o := newOptions("toy run", os.Stdout)
	o.flags.PrintDefaults()
	return 0
}
