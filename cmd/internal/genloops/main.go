// Command genloops makes the loops of the other counting disciplines from vm/interp.go. It is run by go generate in vm.
package main

import (
	"fmt"
	"os"
	"strings"

	"toylang/cmd/internal/genloops/loops"
)

func main() {
	src, err := os.ReadFile("interp.go")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, v := range loops.Variants {
		text, err := loops.Variant(string(src), v)
		if err == nil {
			err = os.WriteFile("interp_"+strings.ToLower(v)+".go", []byte(text), 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
