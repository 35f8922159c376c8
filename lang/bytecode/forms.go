package bytecode

// This file names the forms: what a loader puts in place of an instruction whose operands, or whose successor, allow a shorter
// way. A form has its instruction's operands and words, and means the same; one that is called after two instructions stands
// in place of the first, does both where it can, and otherwise leaves the second to be executed by itself. The compiler emits
// none, and Table has none.

// The forms. T is a temporary that is dead before.
const (
	OpMoveT      = NumOps + iota // Move of a local to T
	OpMoveMove                   // the same, and another Move to a T behind it
	OpGetAttrT                   // GetAttr of a local's attribute to T
	OpGetAttr2                   // the same, and another behind it
	OpMod2                       // ModK by a power of two to T
	OpMod2JEq                    // the same, JEqK on T and an int
	OpMod2JFalse                 // the same, JFalse on T
	OpMulAdd                     // Mul to T, Add of T and another: floats
	OpMulSub                     // Mul to T, Sub of T from another: floats
	OpAddSet                     // Add to T, SetAttr of T
	OpSubSet                     // Sub to T, SetAttr of T
	OpLoadStore                  // LoadK of what is no handle to T, StoreIndex of T
	NumForms
)

var bases = func() (b [256]Op) {
	for op := range b {
		b[op] = Op(op)
	}
	for form, op := range map[Op]Op{
		OpMoveT: OpMove, OpMoveMove: OpMove, OpGetAttrT: OpGetAttr, OpGetAttr2: OpGetAttr, OpMod2: OpModK, OpMod2JEq: OpModK, OpMod2JFalse: OpModK,
		OpMulAdd: OpMul, OpMulSub: OpMul, OpAddSet: OpAdd, OpSubSet: OpSub, OpLoadStore: OpLoadK,
	} {
		b[form] = op
	}
	return b
}()

// Base is the operation that a form stands for; any other's is itself.
func (op Op) Base() Op { return bases[op] }
