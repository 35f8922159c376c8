package vm

// This file numbers the special methods that the machine itself looks up.

// The special methods.
const (
	SlotRepr Slot = iota
	SlotStr
	SlotHash
	SlotBool
	SlotLen
	SlotGetItem
	SlotSetItem
	SlotDelItem
	SlotContains
	SlotIter
	SlotNext
	SlotReversed
	SlotCall
	SlotGetAttr
	SlotGetAttribute
	SlotSetAttr
	SlotDelAttr
	SlotEq
	SlotNe
	SlotLt
	SlotLe
	SlotGt
	SlotGe
	SlotAdd // the binary operations in the order of BinOp, then reflected, then in place
	SlotSub
	SlotMul
	SlotTrueDiv
	SlotFloorDiv
	SlotMod
	SlotPow
	SlotMatMul
	SlotLShift
	SlotRShift
	SlotAnd
	SlotOr
	SlotXor
	SlotDivMod
	SlotRAdd
	SlotRSub
	SlotRMul
	SlotRTrueDiv
	SlotRFloorDiv
	SlotRMod
	SlotRPow
	SlotRMatMul
	SlotRLShift
	SlotRRShift
	SlotRAnd
	SlotROr
	SlotRXor
	SlotRDivMod
	SlotIAdd
	SlotISub
	SlotIMul
	SlotITrueDiv
	SlotIFloorDiv
	SlotIMod
	SlotIPow
	SlotIMatMul
	SlotILShift
	SlotIRShift
	SlotIAnd
	SlotIOr
	SlotIXor
	SlotNeg
	SlotPos
	SlotInvert
	SlotAbs
	SlotInt
	SlotFloat
	SlotIndex
	SlotRound
	SlotGet
	SlotSet
	SlotDelete
	SlotEnter
	SlotExit
	SlotDel
	SlotNew
	SlotInit
	SlotFormat
	SlotMissing
	SlotSetName
	SlotInitSubclass
	SlotClassGetItem
	SlotInstanceCheck
	SlotSubclassCheck
	SlotDir
	SlotBytes
	SlotLengthHint
	SlotTrunc
	SlotFloor
	SlotCeil
	SlotPrepare
	NumSlots
)

// slotWords are their names, in order.
var slotWords = [NumSlots]string{
	"__repr__", "__str__", "__hash__", "__bool__", "__len__", "__getitem__", "__setitem__", "__delitem__",
	"__contains__", "__iter__", "__next__", "__reversed__", "__call__", "__getattr__", "__getattribute__",
	"__setattr__", "__delattr__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__",
	"__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__", "__matmul__", "__lshift__",
	"__rshift__", "__and__", "__or__", "__xor__", "__divmod__",
	"__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__rfloordiv__", "__rmod__", "__rpow__", "__rmatmul__",
	"__rlshift__", "__rrshift__", "__rand__", "__ror__", "__rxor__", "__rdivmod__",
	"__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__", "__imatmul__",
	"__ilshift__", "__irshift__", "__iand__", "__ior__", "__ixor__",
	"__neg__", "__pos__", "__invert__", "__abs__", "__int__", "__float__", "__index__", "__round__",
	"__get__", "__set__", "__delete__", "__enter__", "__exit__", "__del__", "__new__", "__init__", "__format__",
	"__missing__", "__set_name__", "__init_subclass__", "__class_getitem__", "__instancecheck__",
	"__subclasscheck__", "__dir__", "__bytes__", "__length_hint__", "__trunc__", "__floor__", "__ceil__", "__prepare__",
}

// BinOp numbers the binary operations, in the order of bytecode's and of the slots.
type BinOp uint8

// The binary operations.
const (
	Add BinOp = iota
	Sub
	Mul
	TrueDiv
	FloorDiv
	Mod
	Pow
	MatMul
	LShift
	RShift
	BitAnd
	BitOr
	BitXor
	DivMod
)

// binWords are the operators as error messages write them.
var binWords = [...]string{"+", "-", "*", "/", "//", "%", "** or pow()", "@", "<<", ">>", "&", "|", "^", "divmod()"}

// CmpOp numbers the comparisons.
type CmpOp uint8

// The comparisons, in the order of bytecode's.
const (
	Lt CmpOp = iota
	Le
	Gt
	Ge
	Eq
	Ne
)

var cmpWords = [...]string{"<", "<=", ">", ">=", "==", "!="}

// cmpSlots and cmpSwapped are the special methods of a comparison, and the comparison with the operands swapped.
var (
	cmpSlots   = [...]Slot{SlotLt, SlotLe, SlotGt, SlotGe, SlotEq, SlotNe}
	cmpSwapped = [...]CmpOp{Gt, Ge, Lt, Le, Eq, Ne}
)
