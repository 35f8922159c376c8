package lang

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"

	"toylang/lang/bytecode"
)

// This file defines the entry points of the compiler and the state it keeps per module and per function.

// Options select how a module is compiled.
type Options struct {
	Interactive bool // REPL: an expression statement hands its value to sys.displayhook
}

// CompileSource parses, resolves and compiles a source file.
func CompileSource(filename string, src []byte, opt Options) (*bytecode.Func, error) {
	m, err := Parse(filename, src)
	if err != nil {
		return nil, err
	}
	if err := Resolve(filename, m); err != nil {
		return nil, err
	}
	f, err := Compile(filename, m, opt)
	var bad *SyntaxError
	if errors.As(err, &bad) {
		bad.AddText(string(src))
	}
	return f, err
}

// Compile compiles a resolved module. Errors are *SyntaxError: constructs that toy lacks, or code beyond its limits.
func Compile(filename string, m *Module, opt Options) (f *bytecode.Func, err error) {
	defer func() {
		if r := recover(); r != nil {
			bail, ok := r.(compileError)
			if !ok {
				panic(r)
			}
			f, err = nil, bail.err
		}
	}()
	c := &compiler{file: filename, opt: opt, folds: map[Expr]folded{}, frozen: map[string]bytecode.Frozen{}}
	c.scanGlobals(m.Body)
	return c.module(m), nil
}

// compileError carries a *SyntaxError up to Compile.
type compileError struct{ err error }

// compiler is the state of one module's compilation.
type compiler struct {
	file   string
	opt    Options
	folds  map[Expr]folded            // constant folding's memory
	frozen map[string]bytecode.Frozen // the first of equal frozenset constants: as in CPython all take its order
	stable map[string]bool            // globals that only their def binds
	from   map[string]Pos             // from where on these are bound
	bound  map[string]bool            // globals that something in the module binds
	star   bool                       // the module imports *
	future bool                       // from __future__ import annotations
}

// fn is the state of one function's compilation: a def, lambda, comprehension, class body or the module.
//
// Temporaries form a stack: registers [nlocals, top) are in use. A method that evaluates into dst leaves top as it found
// it. When dst is a temporary it is dead on entry and may serve as scratch; when it is a local, only the last
// instruction of each path writes it.
type fn struct {
	c      *compiler
	scope  *Scope
	out    *bytecode.Func
	code   []ins
	consts map[string]int
	names  map[string]int
	locals map[string]int // registers of locals, cells included
	free   map[string]int // closure cells
	funcs  map[any]int    // constants of nested functions by node: a finally body is compiled more than once

	nlocals, top int
	inline       []map[string]int // variables of the inlined comprehensions around, innermost last
	hidden       map[*Comp]map[string]int

	inlined []inlinedComp // every comprehension inlined so far

	span     Span
	loadSpan Span // for the next instruction: see ins.load
	dead     bool // the next instruction cannot be reached
	bound    bitset
	unbinds  map[string]bool // locals that some del or except clause unbinds
	handler  *handler
	handlers []*handler
	blocks   []block
}

const (
	maxRegs  = 65534
	maxIndex = 65535
	maxCode  = 1 << 21 // instructions of one function; duplicated finally bodies can grow exponentially
)

// newFn starts a function whose body is made of the given statements and expressions.
func (c *compiler) newFn(scope *Scope, at Span, body ...any) *fn {
	fc := &fn{
		c: c, scope: scope, span: at,
		out:    &bytecode.Func{Name: scope.Name, Qual: scope.Qual, File: c.file, FirstLine: at.Start.Line},
		consts: map[string]int{}, names: map[string]int{}, locals: map[string]int{}, free: map[string]int{},
		funcs: map[any]int{}, hidden: map[*Comp]map[string]int{}, unbinds: map[string]bool{},
	}
	if scope.Kind == ClassScope {
		fc.addLocal(".namespace")
	}
	if scope.Kind != ModuleScope {
		for _, name := range scope.Locals {
			fc.addLocal(name)
		}
	}
	for i, name := range scope.Free {
		fc.free[name] = i
	}
	fc.out.FreeNames = scope.Free
	fc.scan(body)
	fc.top = fc.nlocals
	fc.out.NRegs = fc.nlocals
	fc.bound = newBitset(fc.nlocals)
	return fc
}

func (fc *fn) addLocal(name string) int {
	reg := fc.nlocals
	if reg >= maxRegs {
		fc.tooComplex()
	}
	fc.nlocals++
	fc.locals[name] = reg
	fc.out.LocalNames = append(fc.out.LocalNames, name)
	return reg
}

// scan looks over the function's own code for what must be known beforehand: names that get unbound, and variables of
// inlined comprehensions that may be read before they are bound (they need a register that can be unbound, so a local).
func (fc *fn) scan(body []any) {
	for _, n := range body {
		inspect(n, func(n any) {
			switch n := n.(type) {
			case *Delete:
				for _, t := range n.Targets {
					inspect(t, func(n any) {
						if name, ok := n.(*Name); ok {
							fc.unbinds[name.ID] = true
						}
					})
				}
			case *Handler:
				fc.unbinds[n.Name] = true
			case *Comp:
				for _, name := range earlyReads(n) {
					if fc.hidden[n] == nil {
						fc.hidden[n] = map[string]int{}
					}
					saved, had := fc.locals[name]
					fc.hidden[n][name] = fc.addLocal(name)
					if had {
						fc.locals[name] = saved
					} else {
						delete(fc.locals, name)
					}
				}
			}
		})
	}
}

// prologue makes the cells.
func (fc *fn) prologue() {
	for i, name := range fc.scope.Params {
		fc.markBound(i, name)
	}
	for _, name := range fc.scope.Cells {
		reg := fc.locals[name]
		fc.emit(bytecode.OpNewCell, 0, reg, 0, 0)
		fc.out.Cells = append(fc.out.Cells, reg)
	}
}

// finish assembles the function.
func (fc *fn) finish() *bytecode.Func {
	fc.out.NLocals = fc.nlocals
	fc.assemble()
	return fc.out
}

// alloc takes the next temporary.
func (fc *fn) alloc() int { return fc.allocN(1) }

// allocN takes n consecutive temporaries and gives the first.
func (fc *fn) allocN(n int) int {
	first := fc.top
	if n > maxRegs-first {
		fc.tooComplex()
	}
	fc.top += n
	fc.out.NRegs = max(fc.out.NRegs, fc.top)
	return first
}

// isTemp says whether reg is a temporary (of a destination: whether it may serve as scratch).
func (fc *fn) isTemp(reg int) bool { return reg >= fc.nlocals }

func (fc *fn) name(s string) int { return fc.index(fc.names, &fc.out.Names, s) }

func (fc *fn) index(m map[string]int, list *[]string, s string) int {
	i, ok := m[s]
	if !ok {
		i = len(*list)
		if i > maxIndex {
			fc.tooComplex()
		}
		m[s] = i
		*list = append(*list, s)
	}
	return i
}

// konst gives the index of a constant.
func (fc *fn) konst(v bytecode.Const) int {
	key := constKey(v)
	i, ok := fc.consts[key]
	if !ok {
		if f, isFrozen := v.(bytecode.Frozen); isFrozen {
			if first, seen := fc.c.frozen[key]; seen {
				v = first
			} else {
				fc.c.frozen[key] = f
			}
		}
		i = fc.addConst(v)
		fc.consts[key] = i
	}
	return i
}

func (fc *fn) addConst(v bytecode.Const) int {
	i := len(fc.out.Consts)
	if i > maxIndex {
		fc.tooComplex()
	}
	fc.out.Consts = append(fc.out.Consts, v)
	return i
}

// constKey tells constants apart that compare equal in Go or in Python but are not the same object.
func constKey(v bytecode.Const) string {
	switch v := v.(type) {
	case float64:
		return fmt.Sprintf("float %x", math.Float64bits(v))
	case bytecode.Tuple:
		return "tuple " + strings.Join(constKeys(v), ",")
	case bytecode.Frozen:
		keys := constKeys(v)
		sort.Strings(keys)
		return "frozen " + strings.Join(keys, ",")
	}
	return fmt.Sprintf("%T %v", v, v)
}

func constKeys(vs []bytecode.Const) []string {
	var keys []string
	for _, v := range vs {
		k := constKey(v)
		keys = append(keys, fmt.Sprintf("%d:%s", len(k), k))
	}
	return keys
}

// fail gives up with an error at a span.
func (fc *fn) fail(at Span, format string, args ...any) {
	panic(compileError{newSyntaxError(fc.c.file, at, fmt.Sprintf(format, args...))})
}

// refuse gives up on a construct that toy lacks.
func (fc *fn) refuse(at Span, construct string) {
	fc.fail(at, "toy does not support %s yet", construct)
}

func (fc *fn) tooComplex() {
	fc.fail(fc.span, "code is too complex: too many names, constants or registers")
}
