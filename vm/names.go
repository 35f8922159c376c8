package vm

// This file puts the built-in types under their names.

// publicTypes are the names of types that every program sees.
var publicTypes = []string{"bool", "bytearray", "bytes", "classmethod", "complex", "dict", "enumerate", "filter", "float", "frozenset",
	"int", "list", "map", "memoryview", "object", "property", "range", "reversed", "set", "slice", "staticmethod", "str", "super", "tuple",
	"type", "zip"}

func (t *Thread) initNames() {
	leave := func(t *Thread, a []Value) Value {
		if a[0] == Unbound {
			return t.RaiseArgs(t.VM.Exc.SystemExit)
		}
		return t.RaiseArgs(t.VM.Exc.SystemExit, t.Ref(a[0]))
	}
	t.defFuncs([]Def{{"exit(code=None)", leave}, {"quit(code=None)", leave}})
	byName := map[string]*Class{}
	for _, c := range *t.VM.classes.Load() {
		if byName[c.Name] == nil {
			byName[c.Name] = c
		}
	}
	for _, n := range publicTypes {
		if c := byName[n]; c != nil {
			t.DictSetStr(t.VM.builtins, t.VM.Intern(n), c.Value)
		}
	}
}
