package main

// This file is the named cases of toy bench: small programs after the experiments of the field, in groups.

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"toylang/vm"
)

//go:embed cases/*.toy
var caseFS embed.FS

// caseGroup is some cases in the order in which they are read; a case may be in several groups.
type caseGroup struct {
	name, what string
	cases      string
}

var caseGroups = []caseGroup{
	{"micro", "patterns that ought to scale, after CPython's Tools/ftscalingbench",
		"object_cfunction cmodule_function object_lookup_special context_manager mult_constant generator pymethod pyfunction " +
			"module_function bound_method load_string_const load_tuple_const create_pyobject create_closure create_dict " +
			"thread_local_read setattr_non_interned create_dataclass create_namedtuple deepcopy"},
	{"scale", "work of its own and work on shared objects: one thread against several",
		"pure_int pure_float call_function own_list own_object create_object create_tuple create_closure string_build " +
			"shared_read_list shared_read_dict shared_attr shared_method shared_object_ref shared_append lock_counter"},
	{"sharing", "the ladder of sharing: each step shares more than the one before",
		"own_list_read shared_attr call_function shared_read_list shared_read_dict own_object lock_counter shared_append shared_write"},
	{"locks", "threading.Lock: shared, own, and who gets it", "lock_shared lock_own lock_counter lock_fairness"},
	{"switching", "the one lock changes hands: when, how fast, to whom, and who waits",
		"switch_interval ticks_interval handover_forced handover_voluntary gil_fairness convoy_sleep convoy_queue"},
}

// caseStrategies are what a case runs under if neither it nor the command line says so. A name that is not in the table
// of strategies is skipped.
const caseStrategies = "gil,perobject,atomic,biased"

// findCases gives the cases that a word means: a case's own name, a group's, or all; nil when it means none.
func findCases(word string) []string {
	var out []string
	seen := map[string]bool{}
	for _, g := range caseGroups {
		for _, c := range strings.Fields(g.cases) {
			if !seen[c] && (word == c || word == g.name || word == "all") {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// program is a file or a case to be measured.
type program struct {
	name  string   // the file's path, or the case's name
	what  string   // its first comment, if it begins with one
	flags []string // of its line "# bench: FLAGS"
	src   []byte
	named bool // a case
}

// caseProgram is a case.
func caseProgram(name string) program {
	src, _ := caseFS.ReadFile("cases/" + name + ".toy")
	p := program{name: name, named: true, src: src}
	p.readHead()
	return p
}

// fileProgram reads a user's file.
func fileProgram(file string) (program, error) {
	src, err := os.ReadFile(file)
	p := program{name: file, src: src}
	p.readHead()
	return p, err
}

// readHead reads the comments at the program's beginning: what it shows, and flags.
func (p *program) readHead() {
	for _, line := range strings.Split(string(p.src), "\n") {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !ok {
			return
		}
		text = strings.TrimSpace(text)
		if flags, ok := strings.CutPrefix(text, "bench:"); ok {
			p.flags = append(p.flags, strings.Fields(flags)...)
		} else if p.what == "" && !strings.HasPrefix(text, "!") {
			p.what = text
		}
	}
}

// knownStrategies leaves out the names that are not in the table, and says whether any is left.
func knownStrategies(list string) (string, bool) {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if _, err := vm.StrategyByName(strings.TrimSpace(name)); err == nil {
			out = append(out, name)
		}
	}
	return strings.Join(out, ","), len(out) > 0
}

// listCases prints the cases by group.
func listCases(out io.Writer) {
	for i, g := range caseGroups {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s\n", g.name, g.what)
		for _, c := range strings.Fields(g.cases) {
			fmt.Fprintf(out, "  %-22s %s\n", c, caseProgram(c).what)
		}
	}
	fmt.Fprintln(out, "\nRun a case, a group or all by name: toy bench sharing lock_fairness")
}

// writeCases saves the cases in a directory, as files for toy bench and for CPython.
func writeCases(dir string) int {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usage("%v", err)
	}
	names := findCases("all")
	for _, c := range names {
		if err := os.WriteFile(filepath.Join(dir, c+".toy"), caseProgram(c).src, 0o644); err != nil {
			return usage("%v", err)
		}
	}
	fmt.Printf("wrote %d cases to %s\n", len(names), dir)
	return 0
}
