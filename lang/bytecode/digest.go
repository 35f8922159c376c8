package bytecode

// This file sums a program up, so that two can be told apart.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Digest is a hash of the code, the names and the constants of f and of all inside it. Comments, blank lines, the file's name
// and where things stand do not count.
func (f *Func) Digest() string {
	h := sha256.New()
	f.digest(h)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func (f *Func) digest(h hash.Hash) {
	fmt.Fprintf(h, "%q %q %q %q %q %d %d %d %d %d %v %v %v %d %v\n", f.Name, f.Qual, f.Names, f.LocalNames, f.FreeNames,
		f.NLocals, f.NRegs, f.NPosOnly, f.NArgs, f.NKwOnly, f.VarArgs, f.VarKw, f.Cells, f.Kind, f.Handlers)
	fmt.Fprintln(h, f.Code)
	for _, c := range f.Consts {
		if sub, ok := c.(*Func); ok {
			sub.digest(h)
			continue
		}
		fmt.Fprintf(h, "%T %#v\n", c, c)
	}
}
