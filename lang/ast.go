package lang

// This file defines the syntax tree: what the parser makes, resolve annotates and compile reads.

// Pos is a place in a source file. Line and Col count from 1; Col counts characters (code points).
type Pos struct{ Line, Col int }

// Span is the source range [Start, End) of a node.
type Span struct{ Start, End Pos }

// At returns the span itself, so that every node that embeds it has a position.
func (s Span) At() Span { return s }

// Module is a whole parsed file, or one REPL entry.
type Module struct {
	Body  []Stmt
	Scope *Scope // set by Resolve
	src   string // the source text, for the lines that errors show
}

// Stmt is a statement. Compound statements hold their bodies as flat statement lists:
// `a; b` on one line is two statements.
type Stmt interface {
	At() Span
	stmt()
}

type (
	// ExprStmt is an expression standing alone.
	ExprStmt struct {
		Span
		X Expr
	}
	// Assign is `t1 = t2 = value`.
	Assign struct {
		Span
		Targets []Expr
		Value   Expr
	}
	// AugAssign is `target op= value`; Op is "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<" or ">>".
	AugAssign struct {
		Span
		Target Expr
		Op     string
		Value  Expr
	}
	// AnnAssign is `target: annotation [= value]`. Simple is true for a bare unparenthesised name.
	AnnAssign struct {
		Span
		Target, Annotation, Value Expr // Value may be nil
		Simple                    bool
	}
	// Delete is `del targets`.
	Delete struct {
		Span
		Targets []Expr
	}
	// Pass is `pass`.
	Pass struct{ Span }
	// Break is `break`.
	Break struct{ Span }
	// Continue is `continue`.
	Continue struct{ Span }
	// Return is `return [value]`.
	Return struct {
		Span
		Value Expr // may be nil
	}
	// Raise is `raise [exc [from cause]]`.
	Raise struct {
		Span
		Exc, Cause Expr // may be nil
	}
	// Assert is `assert test [, msg]`.
	Assert struct {
		Span
		Test, Msg Expr // Msg may be nil
	}
	// Global is `global names`.
	Global struct {
		Span
		Names []string
	}
	// Nonlocal is `nonlocal names`.
	Nonlocal struct {
		Span
		Names []string
	}
	// Import is `import a.b as c, d`.
	Import struct {
		Span
		Names []Alias
	}
	// ImportFrom is `from ..mod import a as b`; Level is the number of leading dots; a single
	// Alias{Name: "*"} is a star import.
	ImportFrom struct {
		Span
		Module string
		Level  int
		Names  []Alias
	}
	// If is `if test: body [else: orelse]`; an elif is an If alone in Else.
	If struct {
		Span
		Test       Expr
		Body, Else []Stmt
	}
	// While is `while test: body [else: orelse]`.
	While struct {
		Span
		Test       Expr
		Body, Else []Stmt
	}
	// For is `[async] for target in iter: body [else: orelse]`.
	For struct {
		Span
		Async        bool
		Target, Iter Expr
		Body, Else   []Stmt
	}
	// Try is try/except/else/finally. Star is true for except*.
	Try struct {
		Span
		Body, Else, Finally []Stmt
		Handlers            []*Handler
		Star                bool
	}
	// Handler is one except clause.
	Handler struct {
		Span
		Type Expr   // nil for a bare except
		Name string // "" when there is no `as`
		Body []Stmt
	}
	// With is `[async] with items: body`.
	With struct {
		Span
		Async bool
		Items []WithItem
		Body  []Stmt
	}
	// WithItem is `ctx [as target]`.
	WithItem struct {
		Ctx, Target Expr // Target may be nil
	}
	// FuncDef is a (possibly async) def.
	FuncDef struct {
		Span       // from the def (not the decorators)
		Async      bool
		Name       string
		Decorators []Expr
		Params     Params
		Returns    Expr // may be nil
		Body       []Stmt
		Scope      *Scope // set by Resolve
	}
	// ClassDef is a class statement.
	ClassDef struct {
		Span
		Name       string
		Decorators []Expr
		Args       []Arg // bases and keywords
		Body       []Stmt
		Scope      *Scope // set by Resolve
	}
	// Match is a match statement.
	Match struct {
		Span
		Subject Expr
		Cases   []*Case
	}
	// Case is one case block.
	Case struct {
		Span
		Pattern Pattern
		Guard   Expr // may be nil
		Body    []Stmt
	}
)

// Alias is `name [as asname]`; Name may be dotted.
type Alias struct {
	Span
	Name, As string // As is "" when absent
}

// Param is one parameter.
type Param struct {
	Span
	Name       string
	Default    Expr // may be nil
	Annotation Expr // may be nil
}

// Params is a parameter list: PosOnly come before `/`; KwOnly after `*` or *Star.
type Params struct {
	PosOnly, Args, KwOnly []Param
	Star, DoubleStar      *Param // *args, **kwargs; nil when absent
}

// Expr is an expression.
type Expr interface {
	At() Span
	expr()
}

type (
	// Name is an identifier.
	Name struct {
		Span
		ID string
	}
	// NumInt is an int literal: decimal digits of its value, without underscores or prefix.
	NumInt struct {
		Span
		Digits string
	}
	// NumFloat is a float literal.
	NumFloat struct {
		Span
		Value float64
	}
	// NumImag is an imaginary literal (the compiler refuses it by name).
	NumImag struct {
		Span
		Value float64
	}
	// Str is a string literal after implicit concatenation (without fields). Value is in Go's WTF-8: a lone
	// surrogate stands as its three-byte form (strconv refuses it; package text's DecodeWTF8 reads it).
	Str struct {
		Span
		Value string
	}
	// Bytes is a bytes literal.
	Bytes struct {
		Span
		Value string
	}
	// FString is an f-string: Parts are *Str and *Field.
	FString struct {
		Span
		Parts []Expr
	}
	// Field is a replacement field of an f-string. Conv is 0, 'r', 's' or 'a'. For `=` fields the parser has put
	// the source text into the preceding Str and set Conv to 'r' where 3.11 does.
	Field struct {
		Span
		X    Expr
		Conv byte
		Spec *FString // may be nil
	}
	// Const is None, True, False or Ellipsis; Kind is "None", "True", "False" or "...".
	Const struct {
		Span
		Kind string
	}
	// Tuple is a tuple display. Elts may hold *Starred.
	Tuple struct {
		Span
		Elts []Expr
	}
	// List is a list display.
	List struct {
		Span
		Elts []Expr
	}
	// Set is a set display.
	Set struct {
		Span
		Elts []Expr
	}
	// Dict is a dict display; a nil key marks `**value`.
	Dict struct {
		Span
		Keys, Values []Expr
	}
	// Unary is a unary operation: Op is "-", "+", "~" or "not".
	Unary struct {
		Span
		Op string
		X  Expr
	}
	// Binary is a binary arithmetic operation, Op as in AugAssign.
	Binary struct {
		Span
		Op   string
		L, R Expr
	}
	// BoolOp is `a and b and c` (Op "and" or "or").
	BoolOp struct {
		Span
		Op string
		Xs []Expr
	}
	// Compare is a comparison chain: First Ops[0] Rest[0] Ops[1] Rest[1] …; Ops are "==", "!=", "<", "<=", ">", ">=",
	// "is", "is not", "in", "not in".
	Compare struct {
		Span
		First Expr
		Ops   []string
		Rest  []Expr
	}
	// Call is a call.
	Call struct {
		Span
		Func Expr
		Args []Arg
	}
	// IfExp is `body if test else orelse`.
	IfExp struct {
		Span
		Test, Body, Else Expr
	}
	// Lambda is a lambda expression.
	Lambda struct {
		Span
		Params Params
		Body   Expr
		Scope  *Scope // set by Resolve
	}
	// Attribute is `x.name`.
	Attribute struct {
		Span
		X    Expr
		Name string
	}
	// Subscript is `x[index]`; an index with commas is a *Tuple, a slice a *Slice.
	Subscript struct {
		Span
		X, Index Expr
	}
	// Slice is `lo:hi:step` inside a subscript; each may be nil.
	Slice struct {
		Span
		Lo, Hi, Step Expr
	}
	// Starred is `*x`.
	Starred struct {
		Span
		X Expr
	}
	// NamedExpr is `name := value`.
	NamedExpr struct {
		Span
		Target *Name
		Value  Expr
	}
	// Comp is a comprehension: Kind is "list", "set", "dict" or "gen". For "dict", Elt is the key and Value the value.
	Comp struct {
		Span
		Kind       string
		Elt, Value Expr
		Clauses    []CompFor
		Scope      *Scope // set by Resolve
	}
	// Yield is `yield [value]`.
	Yield struct {
		Span
		Value Expr // may be nil
	}
	// YieldFrom is `yield from value`.
	YieldFrom struct {
		Span
		Value Expr
	}
	// Await is `await value`.
	Await struct {
		Span
		Value Expr
	}
)

// Arg is a call argument: Star is "", "*" or "**"; Name is the keyword or "".
type Arg struct {
	Span
	Name, Star string
	Value      Expr
}

// CompFor is `[async] for target in iter [if cond]…`.
type CompFor struct {
	Async        bool
	Target, Iter Expr
	Ifs          []Expr
}

// Pattern is a pattern of a case block; its nodes come with the match statement.
type Pattern interface {
	At() Span
	pattern()
}

func (*ExprStmt) stmt()   {}
func (*Assign) stmt()     {}
func (*AugAssign) stmt()  {}
func (*AnnAssign) stmt()  {}
func (*Delete) stmt()     {}
func (*Pass) stmt()       {}
func (*Break) stmt()      {}
func (*Continue) stmt()   {}
func (*Return) stmt()     {}
func (*Raise) stmt()      {}
func (*Assert) stmt()     {}
func (*Global) stmt()     {}
func (*Nonlocal) stmt()   {}
func (*Import) stmt()     {}
func (*ImportFrom) stmt() {}
func (*If) stmt()         {}
func (*While) stmt()      {}
func (*For) stmt()        {}
func (*Try) stmt()        {}
func (*With) stmt()       {}
func (*FuncDef) stmt()    {}
func (*ClassDef) stmt()   {}
func (*Match) stmt()      {}

func (*Name) expr()      {}
func (*NumInt) expr()    {}
func (*NumFloat) expr()  {}
func (*NumImag) expr()   {}
func (*Str) expr()       {}
func (*Bytes) expr()     {}
func (*FString) expr()   {}
func (*Field) expr()     {}
func (*Const) expr()     {}
func (*Tuple) expr()     {}
func (*List) expr()      {}
func (*Set) expr()       {}
func (*Dict) expr()      {}
func (*Unary) expr()     {}
func (*Binary) expr()    {}
func (*BoolOp) expr()    {}
func (*Compare) expr()   {}
func (*Call) expr()      {}
func (*IfExp) expr()     {}
func (*Lambda) expr()    {}
func (*Attribute) expr() {}
func (*Subscript) expr() {}
func (*Slice) expr()     {}
func (*Starred) expr()   {}
func (*NamedExpr) expr() {}
func (*Comp) expr()      {}
func (*Yield) expr()     {}
func (*YieldFrom) expr() {}
func (*Await) expr()     {}
