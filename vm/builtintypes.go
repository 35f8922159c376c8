package vm

// This file shows the functions of built-in types as the types that CPython gives them. toy has one kind of function
// object and one of bound method; the names of the others are made up where a program asks.

// shownTypes are the types that exist only to be shown.
type shownTypes struct {
	method, wrapper, methodWrapper *Class
}

// slotMethods are the special methods that are slots of a type in CPython; the others are ordinary methods.
var slotMethods = map[string]bool{}

func init() {
	for s := SlotRepr; s < NumSlots; s++ {
		switch s {
		case SlotReversed, SlotRound, SlotEnter, SlotExit, SlotNew, SlotFormat, SlotMissing, SlotSetName, SlotInitSubclass,
			SlotClassGetItem, SlotInstanceCheck, SlotSubclassCheck, SlotDir, SlotBytes, SlotLengthHint, SlotTrunc, SlotFloor,
			SlotCeil, SlotPrepare:
		default:
			slotMethods[slotWords[s]] = true
		}
	}
}

// wrapper reports a special method that CPython wraps around a slot of the type.
func (b *Builtin) wrapper() bool {
	if !b.Method || !slotMethods[b.Name] {
		return false
	}
	switch b.Name {
	case "__getitem__": // these have functions of their own
		return b.Owner.Kind != KList && b.Owner.Kind != KDict
	case "__contains__":
		return b.Owner.Kind != KDict && b.Owner.Kind != KSet && b.Owner.Kind != KFrozenSet
	}
	return true
}

// TypeOf is what type(v) says: the class of v, but for the functions of built-in types.
func (t *Thread) TypeOf(v Value) *Class {
	c := t.ClassOf(v)
	if t.VM.shown.method == nil {
		return c
	}
	switch c.Kind {
	case KBuiltin:
		if b := t.BuiltinOf(v); b != nil && b.Method {
			if b.wrapper() {
				return t.VM.shown.wrapper
			}
			return t.VM.shown.method
		}
	case KMethod:
		if b := t.BuiltinOf(t.Field(v, 0)); b != nil {
			if b.wrapper() {
				return t.VM.shown.methodWrapper
			}
			return t.VM.kinds[KBuiltin]
		}
	}
	return c
}

func (t *Thread) initWrapperTypes() {
	show := func(name string) *Class { return t.defType(TypeDef{Kind: KBuiltin, Name: name, Final: true}) }
	t.VM.shown = shownTypes{show("method_descriptor"), show("wrapper_descriptor"), show("method-wrapper")}
}
