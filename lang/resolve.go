package lang

import (
	"fmt"
	"sort"
	"strings"
)

// This file defines the entry point of resolve, and what it knows of a scope while it builds and analyses it.
//
// Resolve works as CPython's symbol table does, in three steps: it walks the tree and notes how each scope uses each
// name (resolve_stmt.go, resolve_expr.go); it decides which comprehensions are inlined; and it finds where each name
// lives (resolve_bind.go). Errors that CPython's compiler finds only after the symbol table is complete are kept until
// the end.

// Resolve annotates the tree with scopes, and replaces private names of classes by their mangled forms. Errors are
// *SyntaxError.
func Resolve(filename string, m *Module) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*parseError)
			if !ok {
				panic(r)
			}
			se := &SyntaxError{Kind: e.kind, Msg: e.msg, File: filename, Span: e.at}
			se.AddText(m.src)
			err = se
		}
	}()
	(&resolver{futures: map[*ImportFrom]bool{}}).module(m)
	return nil
}

// module resolves a module and gives the symbols of its scopes.
func (r *resolver) module(m *Module) *symbols {
	r.cur = &symbols{Scope: &Scope{Kind: ModuleScope, Name: "<module>", Qual: "<module>"}, flags: map[string]symFlag{}}
	top := r.cur
	r.futureImports(m.Body)
	r.stmts(m.Body)
	m.Scope = top.Scope
	top.inlineComps()
	top.bind()
	top.finish()
	if r.late != nil {
		panic(r.late)
	}
	return top
}

// symFlag says how a scope uses a name.
type symFlag uint16

const (
	symUse symFlag = 1 << iota
	symLocal
	symParam
	symGlobal
	symNonlocal
	symAnnotated
	symIter // the variable of a comprehension
)

const symBound = symLocal | symParam | symIter

// symbols is a scope in the making.
type symbols struct {
	*Scope
	parent   *symbols
	children []*symbols
	flags    map[string]symFlag
	order    []string        // names in order of their first appearance
	declared map[string]Span // places of global and nonlocal declarations
	free     map[string]bool
	cells    map[string]bool

	class      string // whose private names are mangled here
	async      bool   // an async def
	comp       string // kind of comprehension
	coroutine  bool   // a comprehension that awaits
	yields     *Span  // a yield expression of this scope
	returns    *Span  // a return with a value
	iterExpr   int    // within the iterable of a comprehension
	iterTarget bool   // within the target of a comprehension
	loops      int    // around the current statement
}

// resolver walks the tree.
type resolver struct {
	cur      *symbols
	late     *parseError // the first error that CPython's compiler would find
	depth    int
	deleting bool                 // within the targets of a del
	futures  map[*ImportFrom]bool // the imports from __future__ that stand where they may
}

// fail reports an error of the symbol table.
func (r *resolver) fail(at Span, format string, args ...any) {
	panic(&parseError{kind: "SyntaxError", msg: fmt.Sprintf(format, args...), at: at})
}

// failLate reports an error of the compiler.
func (r *resolver) failLate(at Span, format string, args ...any) {
	if r.late == nil {
		r.late = &parseError{kind: "SyntaxError", msg: fmt.Sprintf(format, args...), at: at}
	}
}

// open starts a scope.
func (r *resolver) open(kind ScopeKind, name string) *symbols {
	s := &symbols{Scope: &Scope{Kind: kind, Name: name, Parent: r.cur.Scope}, parent: r.cur, flags: map[string]symFlag{},
		class: r.cur.class}
	s.Qual = r.cur.qualify(name)
	r.cur.children = append(r.cur.children, s)
	r.cur = s
	return s
}

// close ends the innermost scope.
func (r *resolver) close() { r.cur = r.cur.parent }

// qualify gives the qualified name of something defined in this scope.
func (s *symbols) qualify(name string) string {
	switch s.Kind {
	case ModuleScope:
		return name
	case FuncScope:
		if s.flags[mangled(s.class, name)]&symGlobal != 0 {
			return name
		}
		return s.Qual + ".<locals>." + name
	}
	if s.flags[mangled(s.class, name)]&symGlobal != 0 {
		return name
	}
	return s.Qual + "." + name
}

// mark notes a use of a name.
func (s *symbols) mark(name string, f symFlag) {
	old, ok := s.flags[name]
	if !ok {
		s.order = append(s.order, name)
	}
	s.flags[name] = old | f
}

// mangle gives a name's private form.
func (r *resolver) mangle(name string) string {
	if !strings.HasPrefix(name, "__") {
		return name
	}
	return mangled(r.cur.class, name)
}

// store notes that a name is bound here.
func (r *resolver) store(name string, at Span) {
	if name == "__debug__" {
		if r.deleting {
			r.failLate(at, "cannot delete __debug__")
		}
		r.failLate(at, "cannot assign to __debug__")
	}
	if r.cur.iterTarget {
		if r.cur.flags[name]&(symGlobal|symNonlocal) != 0 {
			r.fail(at, "comprehension inner loop cannot rebind assignment expression target '%s'", name)
		}
		r.cur.mark(name, symIter)
		return
	}
	r.cur.mark(name, symLocal)
}

// inFunction says whether the scope is that of a def, lambda or comprehension.
func (s *symbols) inFunction() bool { return s.Kind == FuncScope || s.Kind == CompScope }

func sorted(set map[string]bool) []string {
	if len(set) == 0 {
		return nil
	}
	list := make([]string, 0, len(set))
	for name := range set {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}
