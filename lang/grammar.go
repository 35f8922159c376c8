package lang

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// This file defines the statement grammar for participle.
//
// It is LL(1): the first token selects the statement, and every production after it either is a literal that participle
// checks or a hand-written leaf (leaf.go) that knows CPython's error for its place. Expression statements come first,
// since most statements are such; their leaf declines at once when a keyword stands there.

type (
	gFile struct {
		Body []gStmt `parser:"@@*"`
	}
	// gStmt is one logical line, or a compound statement.
	gStmt interface{ lower(out []Stmt) []Stmt }

	// gLine is `a; b; c` and its newline.
	gLine struct {
		First gSimple   `parser:"@@"`
		Rest  []gSimple `parser:"( ';' @@ )*"`
		End   lineEnd   `parser:"@@"`
	}
	gSimple interface{ simple() Stmt }

	gExpr struct {
		X statementLeaf `parser:"@@"`
	}
	gFlow struct {
		Tokens []lexer.Token
		Kind   string `parser:"@( 'pass' | 'break' | 'continue' )"`
	}
	gReturn struct {
		Tokens []lexer.Token
		Value  maybeExprs `parser:"'return' @@?"`
	}
	gRaise struct {
		Tokens []lexer.Token
		Exc    maybeExpr `parser:"'raise' ( @@"`
		Cause  anyExpr   `parser:"( 'from' @@ )? )?"`
	}
	gAssert struct {
		Tokens []lexer.Token
		Test   anyExpr `parser:"'assert' @@"`
		Msg    anyExpr `parser:"( ',' @@ )?"`
	}
	gDelete struct {
		Tokens  []lexer.Token
		Targets deleteTargets `parser:"'del' @@"`
	}
	gScope struct {
		Tokens []lexer.Token
		Kind   string  `parser:"@( 'global' | 'nonlocal' )"`
		First  ident   `parser:"@@"`
		Rest   []ident `parser:"( ',' @@ )*"`
	}
	gImport struct {
		Tokens []lexer.Token
		First  gAlias   `parser:"'import' @@"`
		Rest   []gAlias `parser:"( ',' @@ )*"`
	}
	gAlias struct {
		Name dotted `parser:"@@"`
		As   ident  `parser:"( 'as' @@ )?"`
	}
	gFrom struct {
		Tokens []lexer.Token
		Module fromModule `parser:"'from' @@"`
		Names  fromNames  `parser:"'import' @@"`
	}
)

type (
	gBlock struct {
		Indent indentLeaf `parser:"( Newline @@"`
		Body   []gStmt    `parser:"@@+ Dedent )"`
		Line   *gLine     `parser:"| @@"`
	}
	gIf struct {
		Tokens []lexer.Token
		Test   test    `parser:"'if' @@"`
		Colon  colon   `parser:"@@"`
		Body   gBlock  `parser:"@@"`
		Elifs  []gElif `parser:"@@*"`
		Else   *gElse  `parser:"@@?"`
	}
	gElif struct {
		Tokens []lexer.Token
		Test   test   `parser:"'elif' @@"`
		Colon  colon  `parser:"@@"`
		Body   gBlock `parser:"@@"`
	}
	gElse struct {
		Colon mustColon `parser:"'else' @@"`
		Body  gBlock    `parser:"@@"`
	}
	gWhile struct {
		Tokens []lexer.Token
		Test   test   `parser:"'while' @@"`
		Colon  colon  `parser:"@@"`
		Body   gBlock `parser:"@@"`
		Else   *gElse `parser:"@@?"`
	}
	gFor struct {
		Tokens []lexer.Token
		Target forTargets `parser:"'for' @@ 'in'"`
		Iter   anyExprs   `parser:"@@"`
		Colon  colon      `parser:"@@"`
		Body   gBlock     `parser:"@@"`
		Else   *gElse     `parser:"@@?"`
	}
	gTry struct {
		Tokens   []lexer.Token
		Colon    mustColon  `parser:"'try' @@"`
		Body     gBlock     `parser:"@@"`
		Handlers []gHandler `parser:"( @@+"`
		Else     *gElse     `parser:"@@?"`
		Finally  *gFinally  `parser:"@@?"`
		Only     *gFinally  `parser:"| @@"`
		None     noHandler  `parser:"| @@ )"`
	}
	gHandler struct {
		Tokens []lexer.Token
		Type   exceptType `parser:"'except' @@"`
		As     ident      `parser:"( 'as' @@ )?"`
		Colon  colon      `parser:"@@"`
		Body   gBlock     `parser:"@@"`
	}
	gFinally struct {
		Colon mustColon `parser:"'finally' @@"`
		Body  gBlock    `parser:"@@"`
	}
	gWith struct {
		Tokens []lexer.Token
		Items  withItems `parser:"'with' @@"`
		Colon  colon     `parser:"@@"`
		Body   gBlock    `parser:"@@"`
	}
	gDef struct {
		Tokens  []lexer.Token
		Name    ident     `parser:"'def' @@"`
		Params  defParams `parser:"@@"`
		Returns anyExpr   `parser:"( '->' @@ )?"`
		Colon   mustColon `parser:"@@"`
		Body    gBlock    `parser:"@@"`
	}
	gClass struct {
		Tokens []lexer.Token
		Name   ident     `parser:"'class' @@"`
		Args   classArgs `parser:"@@?"`
		Colon  colon     `parser:"@@"`
		Body   gBlock    `parser:"@@"`
	}
	gAsync struct {
		Tokens []lexer.Token
		Def    *gDef    `parser:"'async' ( @@"`
		For    *gFor    `parser:"| @@"`
		With   *gWith   `parser:"| @@"`
		None   notAsync `parser:"| @@ )"`
	}
	gDecorated struct {
		Decorators []decorator `parser:"@@+"`
		Def        *gDef       `parser:"( @@"`
		Class      *gClass     `parser:"| @@"`
		Async      *gAsyncDef  `parser:"| @@"`
		None       notDef      `parser:"| @@ )"`
	}
	gAsyncDef struct {
		Tokens []lexer.Token
		Def    *gDef  `parser:"'async' ( @@"`
		None   notDef `parser:"| @@ )"`
	}
	gMatch struct {
		Tokens  []lexer.Token
		Subject subject    `parser:"'match':Soft @@"`
		Colon   colon      `parser:"@@"`
		Indent  indentLeaf `parser:"Newline @@"`
		Cases   []gCase    `parser:"@@+ Dedent"`
	}
	gCase struct {
		Tokens  []lexer.Token
		Pattern casePattern `parser:"'case':Soft @@"`
		Guard   test        `parser:"( 'if' @@ )?"`
		Colon   colon       `parser:"@@"`
		Body    gBlock      `parser:"@@"`
	}
)

// Prepare builds the parser, which the first program needs. It may run beside other work.
func Prepare() { statements() }

// statements builds participle's parser when it is first used.
var statements = sync.OnceValue(func() *participle.Parser[gFile] {
	options := []participle.Option{
		participle.Lexer(definition{}),
		participle.UseLookahead(1),
		participle.Union[gStmt](gLine{}, gIf{}, gFor{}, gDef{}, gWhile{}, gTry{}, gWith{}, gClass{}, gDecorated{}, gAsync{}, gMatch{}),
		participle.Union[gSimple](gExpr{}, gReturn{}, gFlow{}, gRaise{}, gImport{}, gFrom{}, gAssert{}, gDelete{}, gScope{}),
	}
	return participle.MustBuild[gFile](append(options, leaves()...)...)
})
