package lang

import "strings"

// This file defines how private names of classes are changed.

// mangled gives the name by which __x is known inside a class: _C__x in class C.
func mangled(class, name string) string {
	if !strings.HasPrefix(name, "__") || strings.HasSuffix(name, "__") || strings.Contains(name, ".") {
		return name
	}
	class = strings.TrimLeft(class, "_")
	if class == "" {
		return name
	}
	return "_" + class + name
}
