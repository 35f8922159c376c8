package bytecode

import (
	"strings"
	"testing"
)

// code packs instructions with their extra words.
func code(parts ...any) []uint64 {
	var out []uint64
	for _, p := range parts {
		switch p := p.(type) {
		case Ins:
			out = append(out, p.Word())
		case int:
			out = append(out, uint64(p))
		}
	}
	return out
}

// sample is a function of one local and three temporaries around some code.
func sample(parts ...any) *Func {
	return &Func{
		Qual: "f", Code: code(parts...), Consts: []Const{int64(1), Text("x")}, Names: []string{"g"},
		LocalNames: []string{"x"}, NLocals: 1, NRegs: 6, NArgs: 1,
	}
}

func TestVerify(t *testing.T) {
	ret := Ins{Head: Head{Op: OpReturnNone}}
	loadT0 := Ins{Head: Head{Op: OpLoadK}, A: 1}
	for _, test := range []struct {
		name, want string
		f          *Func
	}{
		{"good", "", sample(loadT0, 0, Ins{Head: Head{Op: OpReturn, Flags: FlagA}, A: 1})},
		{"empty", "no code", sample()},
		{"op", "bad instruction", sample(Ins{Head: Head{Op: NumOps}})},
		{"cut short", "bad instruction", sample(loadT0)},
		{"end", "runs off the end", sample(Ins{Head: Head{Op: OpNop}})},
		{"register", "out of range", sample(Ins{Head: Head{Op: OpMove}, A: 6}, ret)},
		{"constant", "out of range", sample(loadT0, 2, ret)},
		{"name", "out of range", sample(Ins{Head: Head{Op: OpDelGlobal}, B: 1}, ret)},
		{"cache", "not empty", sample(Ins{Head: Head{Op: OpLoadGlobal}, A: 1}, 1, ret)},
		{"k", "not a small number", sample(Ins{Head: Head{Op: OpAddK}, A: 0, B: 0}, 1, ret)},
		{"dead", "not live", sample(Ins{Head: Head{Op: OpMove}, A: 0, B: 1}, ret)},
		{"consumed twice", "not live", sample(loadT0, 0, Ins{Head: Head{Op: OpMove, Flags: FlagB}, B: 1}, Ins{Head: Head{Op: OpMove, Flags: FlagB}, B: 1}, ret)},
		{"consumes local", "consumes", sample(Ins{Head: Head{Op: OpMove, Flags: FlagB}, A: 1}, ret)},
		{"leak", "still live", sample(loadT0, 0, ret)},
		{"jump", "into nowhere", sample(Ins{Head: Head{Op: OpJmp}, B: 1}, loadT0, 0, ret)},
		{"window", "live in the call's window", sample(
			Ins{Head: Head{Op: OpLoadK}, A: 5}, 0, Ins{Head: Head{Op: OpCallGlobal}, A: 1}, 0, Ins{Head: Head{Op: OpClear}, A: 1, B: 1}, Ins{Head: Head{Op: OpClear}, A: 5, B: 1}, ret)},
		{"one branch", "not live", sample(
			Ins{Head: Head{Op: OpJTrue}, A: 0, C: 2}, loadT0, 0, Ins{Head: Head{Op: OpReturn, Flags: FlagA}, A: 1})},
		{"clear", "wrong operand", sample(Ins{Head: Head{Op: OpClear}, A: 0, B: 1}, ret)},
		{"yield", "wrong operand", sample(Ins{Head: Head{Op: OpYield}, A: 0, B: 0}, ret)},
		{"namespace", "wrong operand", sample(Ins{Head: Head{Op: OpDelName}}, ret)},
	} {
		err := Verify(test.f)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func TestVerifyTables(t *testing.T) {
	body := []any{Ins{Head: Head{Op: OpMove}, A: 0, B: 0}, Ins{Head: Head{Op: OpReturnNone}}, Ins{Head: Head{Op: OpEnterHandler}, A: 1}, Ins{Head: Head{Op: OpReraise}, A: 1}}
	good := sample(body...)
	good.Handlers = []Handler{{0, 1, 2, 1}}
	if err := Verify(good); err != nil {
		t.Error(err)
	}
	for _, h := range []Handler{{0, 1, 1, 1}, {0, 1, 2, 0}, {1, 1, 2, 1}, {0, 9, 2, 1}, {0, 1, 2, 2}} {
		f := sample(body...)
		f.Handlers = []Handler{h}
		if Verify(f) == nil {
			t.Errorf("handler %v passes", h)
		}
	}
	f := sample(body...)
	f.Spans = []SpanEntry{{PC: 1}, {PC: 1}}
	if Verify(f) == nil {
		t.Error("spans out of order pass")
	}
}

func TestDisassemble(t *testing.T) {
	f := sample(Ins{Head: Head{Op: OpJLtK, Flags: FlagNeg}, A: 0, C: 3}, 0, Ins{Head: Head{Op: OpCallGlobal}, A: 1}, 0,
		Ins{Head: Head{Op: OpReturn, Flags: FlagA}, A: 1}, Ins{Head: Head{Op: OpReturnK}}, 1)
	f.Spans = []SpanEntry{{PC: 0, Line: 7}, {PC: 2, Line: 8}}
	var b strings.Builder
	Disassemble(&b, f)
	want := `f: function, 1 parameters, 1 locals, 6 registers
    0     7  j_lt_k          x, -> 5, 1, not
    2     8  call_global     t0, g, 0
    4        return          t0!
    5        return_k        "x"
`
	if b.String() != want {
		t.Errorf("got:\n%s", b.String())
	}
}
