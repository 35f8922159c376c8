package loops

// This file expands, where they stand, the locks of all loops but the plain one and the counting of the biased one: they are
// more than Go inlines into a function as large as the loop, and a call there costs every instruction. It knows these forms, B
// being a body that ends in a goto:
//
//	if !lockX(t, H) { B }                        also lockRead, lockIter, unlock, unlockRead, unlockIter
//	if [init;] [A &&] !incBiased(H, V) { B }     the object may be gone: B tries again the long way
//	incBiased(H, V)                              the object is alive
//	if [init;] [A &&] decBiased(H, V) { B }      B drops the reference the long way
//	decBiased(H, V)                              takes back an increment

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

const (
	incMaybe = `{
		xh, xv := HDR, VAL
		switch k := uint32(xh.Meta>>16) ^ uint32(xv>>16)&0xFFFF0000; k {
		case t.Own:
			xh.Count++
		case refcount.OwnerDeferred:
			*deferred(t, xh)++
		default:
			s := atomic.LoadUint32(&xh.Shared)
			if k>>16 != 0 || s&(refcount.SharedSeen|refcount.SharedMerged) == 0 || s&^refcount.SharedSeen == refcount.SharedMerged || !atomic.CompareAndSwapUint32(&xh.Shared, s, s+refcount.SharedOne) {
				BODY
			}
			if k>>16 != uint32(atomic.LoadUint64(&xh.Meta)>>32)&0xFFFF^uint32(xv>>32)&0xFFFF {
				t.Undo = tenant(xh, xv)
				BODY
			}
			t.Hot = xv
			if t.Foreign--; t.Foreign == 0 {
				atomic.OrUint32(&t.Breaker, scheduler.BreakDefer)
			}
		}
	}`
	incAlive = `{
		xh := HDR
		switch uint32(xh.Meta>>16) & 0xFFFF {
		case t.Own:
			xh.Count++
		case refcount.OwnerDeferred:
			*deferred(t, xh)++
		default:
			if atomic.AddUint32(&xh.Shared, refcount.SharedOne)&refcount.SharedSeen == 0 {
				atomic.OrUint32(&xh.Shared, refcount.SharedSeen)
			}
			t.Hot = VAL
			if t.Foreign--; t.Foreign == 0 {
				atomic.OrUint32(&t.Breaker, scheduler.BreakDefer)
			}
		}
	}`
	decMaybe = `{
		xh := HDR
		switch uint32(xh.Meta>>16) & 0xFFFF {
		case t.Own:
			if xh.Count--; xh.Count == 0 {
				BODY
			}
		case refcount.OwnerDeferred:
			p := deferred(t, xh)
			if *p--; *p < 0 {
				BODY
			}
		default:
			BODY
		}
	}`
	decAlive = `{
		xh := HDR
		switch uint32(xh.Meta>>16) & 0xFFFF {
		case t.Own:
			xh.Count--
		case refcount.OwnerDeferred:
			*deferred(t, xh)--
		default:
			atomic.AddUint32(&xh.Shared, ^uint32(refcount.SharedOne-1))
		}
	}`

	lock = `{
		xh := HDR
		if COND {
			xw := xh.LockWord()
			xo := atomic.LoadUint32(xw)
			if xo&refcount.FlagLocked != 0 || !atomic.CompareAndSwapUint32(xw, xo, xo|refcount.FlagLocked) {
				BODY
			}
		}
	}`
	unlock = `{
		xh := HDR
		if COND {
			xw := xh.LockWord()
			xo := atomic.LoadUint32(xw)
			if xo&refcount.FlagWaiters != 0 || !atomic.CompareAndSwapUint32(xw, xo, xo&^refcount.FlagLocked) {
				BODY
			}
		}
	}`
)

// locks says when each lock is there, in all variants but Biased, and in Biased.
var locks = map[string]struct{ tmpl, cond, biased string }{
	"lock":       {lock, "t.Locks", "t.Locks"},
	"unlock":     {unlock, "t.Locks", "t.Locks"},
	"lockRead":   {lock, "t.LockReads", "t.LockReads"},
	"unlockRead": {unlock, "t.LockReads", "t.LockReads"},
	"lockIter":   {lock, "t.Locks", "t.Locks && (xh.Shared != 0 || uint32(xh.Meta>>16)&0xFFFF != t.Own)"},
	"unlockIter": {unlock, "t.Locks", "t.Locks && (xh.Shared != 0 || uint32(xh.Meta>>16)&0xFFFF != t.Own)"},
}

// conditions are what stands for the calls that are conditions on a header.
var conditions = []struct {
	call *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`readableBiased\(t, (\w+)\)`), "(!t.Locks || uint32($1.Meta>>16)&0xFFFF == t.Own || $1.Shared != 0)"},
}

// expand rewrites the loop of a variant.
func expand(src, variant string) (string, error) {
	for _, c := range conditions {
		src = c.call.ReplaceAllString(src, c.text)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "interp.go", src, 0)
	if err != nil {
		return "", err
	}
	x := &expander{fset: fset, variant: variant}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			x.list(n.List)
		case *ast.CaseClause:
			x.list(n.Body)
		case *ast.IfStmt:
			if e, ok := n.Else.(*ast.IfStmt); ok {
				if b := x.stmt(e); b != nil {
					n.Else = b
				}
			}
		case *ast.LabeledStmt:
			if b := x.stmt(n.Stmt); b != nil {
				n.Stmt = b
			}
		}
		return x.err == nil
	})
	if x.err != nil {
		return "", x.err
	}
	for _, d := range f.Decls {
		if variant != "Biased" {
			break
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			g.Specs = append(g.Specs, &ast.ImportSpec{Path: &ast.BasicLit{Kind: token.STRING, Value: `"toylang/scheduler"`}})
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, token.NewFileSet(), f); err != nil {
		return "", err
	}
	s := out.String()
	if bad := regexp.MustCompile(`(?:(?:inc|dec)Biased|(?:un)?lock(?:Read|Iter)?` + variant + `)\(.*`).FindString(s); bad != "" {
		return "", fmt.Errorf("a count or lock of a form that genloops does not know: %s", bad)
	}
	b, err := format.Source([]byte(s))
	return string(b), err
}

type expander struct {
	fset    *token.FileSet
	variant string
	err     error
}

func (x *expander) list(stmts []ast.Stmt) {
	for i, s := range stmts {
		if b := x.stmt(s); b != nil {
			stmts[i] = b
		}
	}
}

// stmt gives what stands in the place of a statement that counts; nil for others.
func (x *expander) stmt(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.ExprStmt:
		switch name, args := count(s.X); name {
		case "incBiased":
			return x.fill(incAlive, args, nil)
		case "decBiased":
			return x.fill(decAlive, args, nil)
		}
	case *ast.IfStmt:
		before, last := split(s.Cond)
		neg := false
		if u, ok := last.(*ast.UnaryExpr); ok && u.Op == token.NOT {
			neg, last = true, u.X
		}
		name, args := count(last)
		if base, ok := strings.CutSuffix(name, x.variant); ok && neg && before == nil && s.Init == nil && s.Else == nil {
			if l, ok := locks[base]; ok {
				cond := l.cond
				if x.variant == "Biased" {
					cond = l.biased
				}
				return x.fill(strings.Replace(l.tmpl, "COND", cond, 1), []ast.Expr{args[1], args[0]}, s.Body)
			}
		}
		var tmpl string
		switch {
		case name == "incBiased" && neg && len(args) == 2:
			tmpl = incMaybe
		case name == "decBiased" && !neg:
			tmpl = decMaybe
		default:
			return nil
		}
		if s.Else != nil {
			x.err = fmt.Errorf("%s: a count with an else", x.fset.Position(s.Pos()))
			return nil
		}
		b := x.fill(tmpl, args, s.Body)
		if before != nil {
			b = &ast.IfStmt{Cond: before, Body: b.(*ast.BlockStmt)}
		}
		if s.Init != nil {
			b = &ast.BlockStmt{List: []ast.Stmt{s.Init, b}}
		}
		return b
	}
	return nil
}

// split takes the last operand of a chain of && off.
func split(e ast.Expr) (before, last ast.Expr) {
	if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.LAND {
		return b.X, b.Y
	}
	return nil, e
}

func count(e ast.Expr) (name string, args []ast.Expr) {
	if c, ok := e.(*ast.CallExpr); ok {
		if id, ok := c.Fun.(*ast.Ident); ok {
			return id.Name, c.Args
		}
	}
	return "", nil
}

// fill writes a template's text with the operands, and parses it.
func (x *expander) fill(tmpl string, args []ast.Expr, body *ast.BlockStmt) ast.Stmt {
	text := func(n any) string {
		var b bytes.Buffer
		if err := format.Node(&b, token.NewFileSet(), n); err != nil {
			x.err = err
		}
		return b.String()
	}
	r := []string{"HDR", text(args[0]), "VAL", text(args[1])}
	if body != nil {
		r = append(r, "BODY", text(body.List))
	}
	e, err := parser.ParseExpr("func() " + strings.NewReplacer(r...).Replace(tmpl))
	if err != nil {
		x.err = err
		return nil
	}
	return e.(*ast.FuncLit).Body
}
