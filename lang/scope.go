package lang

// This file defines scopes: what resolve finds out about names, and compile reads.

// ScopeKind says what opened a scope.
type ScopeKind uint8

// The kinds of scope.
const (
	ModuleScope ScopeKind = iota
	FuncScope             // def, lambda, and comprehensions that are functions of their own
	ClassScope
	CompScope
)

// Binding says where a name lives, seen from one scope.
type Binding uint8

// The bindings.
const (
	BindNone   Binding = iota
	BindLocal          // a register of this function (only FuncScope and CompScope)
	BindCell           // a local of this function that an inner one captures: a register that holds a cell
	BindFree           // a cell of an enclosing function, reached through the closure
	BindGlobal         // declared global, or not found in any enclosing function: globals, then builtins
	BindName           // class body or module level: the namespace, then globals, then builtins
)

// Scope is one name space of the source.
type Scope struct {
	Kind   ScopeKind
	Name   string // def, class name, "<lambda>", "<listcomp>", "<genexpr>", "<module>" …
	Qual   string // qualified name: "Outer.method", "f.<locals>.g"
	Parent *Scope
	Names  map[string]Binding // every name that is used or bound here
	Params []string           // parameters in register order: positional-only, args, keyword-only, *args, **kwargs
	Locals []string           // BindLocal and BindCell names in register order; Params come first
	Cells  []string           // BindCell names
	Free   []string           // BindFree names, in closure order
	// Generator is true when the body yields; Async when it is an async def.
	Generator, Async bool
	// NeedsClassCell: a class body one of whose methods uses super() or __class__ (captured as the cell "__class__").
	NeedsClassCell bool
	// Inline: a list, set or dict comprehension whose variables nothing captures and which does not yield: compile runs
	// it in the enclosing function's frame, its variables in registers of their own (never in the enclosing names).
	// Its iteration variables are then listed in Locals with BindLocal, and all other names resolve as in Parent.
	Inline bool
}
