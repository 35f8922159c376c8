package main

// This file is toy dis.

import (
	"os"

	"toylang/cmd/internal/loader"
	"toylang/lang/bytecode"
)

func disCmd(args []string) int {
	if len(args) != 1 {
		return usage("usage: toy dis FILE")
	}
	f, code := compileFile(loader.New(), args[0])
	if f == nil {
		return code
	}
	bytecode.Disassemble(os.Stdout, f)
	return 0
}
