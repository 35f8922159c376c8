package vm

// This file is the module _toy_context: the current context of a thread, below contextvars.toy.

func initContext(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"current()", func(t *Thread, a []Value) Value { return t.orNone(t.context) }},
		// swap makes an object the thread's current context, and gives the one before.
		{"swap(context, /)", func(t *Thread, a []Value) Value {
			old := t.orNone(t.context)
			t.Decref(t.context)
			if t.context = Unbound; a[0] != None {
				t.context = t.Ref(a[0])
			}
			return old
		}},
	})
	return true
}
