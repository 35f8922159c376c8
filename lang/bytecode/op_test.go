package bytecode

import "testing"

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for op := range NumOps {
		info := Table[op]
		if info.Name == "" || seen[info.Name] {
			t.Errorf("op %d: name %q", op, info.Name)
		}
		seen[info.Name] = true
		if op.String() != info.Name || op.Size() != 1+len(info.Words) {
			t.Errorf("%s: %s, %d words", info.Name, op, op.Size())
		}
	}
	if NumOps.String() != "bad_op" {
		t.Error(NumOps.String())
	}
}

func TestPack(t *testing.T) {
	in := Ins{Head{OpAddK, FlagB | FlagFrom}, 1, 0xFFFE, NoReg}
	if got := Unpack(in.Word()); got != in {
		t.Errorf("got %v, want %v", got, in)
	}
}
