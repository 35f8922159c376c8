package lang

import "testing"

func TestComplete(t *testing.T) {
	for _, test := range []struct {
		src  string
		want bool
	}{
		{"", true}, {"x", true}, {"x = 1\n", true}, {"# comment", true}, {"   ", true},
		{"(", false}, {"(1,\n", false}, {"(1,\n2)", true}, {"x = [", false}, {"f(a, {", false}, {"f(a, {})", true},
		{"'''abc", false}, {"'''abc\n\n", false}, {"'''abc\n'''", true}, {"f'''{a", false}, {"'abc", true},
		{"x \\", false}, {"x \\\n", false}, {"x \\\n + 1", true}, {"\\", false},
		{"if x:", false}, {"if x:\n", false}, {"if x: y", false}, {"if x: y\n\n", true},
		{"if x:\n  y", false}, {"if x:\n  y\n", false}, {"if x:\n  y\n\n", true}, {"if x:\n  y\n  ", true},
		{"if x:\n  y\nelse:\n", false}, {"if x:\n  y\nelse:\n  z\n\n", true},
		{"def f():\n  '''\n\n", false}, {"def f():\n  (\n\n", false}, {"def f():\n  ()\n\n", true},
		{"@x", false}, {"@x\n", false}, {"@x\ndef f(): pass\n", false}, {"@x\ndef f(): pass\n\n", true},
		{"class A: pass", false}, {"while x: y", false}, {"for x in y: z", false}, {"try:", false}, {"with a: b", false},
		{"async def f(): pass", false}, {"match x:", false}, {"match x:\n  case 1: y\n\n", true}, {"match = 1", true},
		{"x = 1; y = 2", true}, {"x if y else z", true}, {"lambda: x", true},
		// Errors are complete, so that they are shown.
		{")", true}, {"(]", true}, {"x = = 1", true}, {"1a", true}, {"if x:\n  y\n z\n", true}, {"if\n", false}, {"if\n\n", true},
		{"x = (1 2", false},
	} {
		if got := Complete(test.src); got != test.want {
			t.Errorf("Complete(%q) = %v", test.src, got)
		}
	}
}
