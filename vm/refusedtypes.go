package vm

// This file defines the built-in types that programs may name, as in isinstance(x, complex), but of which toy makes no
// objects.

func (t *Thread) initRefusedTypes() {
	for _, name := range []string{"complex", "memoryview"} {
		t.defType(TypeDef{Kind: KInstance, Name: name, Final: true, Static: []Def{noStream}})
	}
}
