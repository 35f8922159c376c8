// Package bytecode defines toy's instructions and compiled functions.
//
// The machine is a register machine. A frame is a window of 64-bit registers R[0..NRegs) on the thread's word stack:
// R[0..NLocals) are the locals (parameters first, in Scope.Params order), the registers above are temporaries with
// static depth. Below R[0] stand FrameHeader words of bookkeeping; a call puts the callee into R[a], leaves the header
// words R[a+1], R[a+2] to the machine, and puts the arguments at R[a+FrameHeader…]: there the callee's window begins.
//
// # Who holds a reference
//
// Every register owns what it holds. An instruction that writes a register first releases what was there. An
// instruction that reads a register borrows it, unless its consume flag for that operand is set (FlagA, FlagB, FlagC):
// then the reference is taken out of the register. The compiler sets the flag at the last use of a temporary, and never
// for a local. Operands that are ranges of registers (calls, displays) are always consumed.
// The invariant on which unwinding rests: a dead temporary holds no reference (at most a stale number). So an exception
// releases every reference that it finds in the registers from Handler.Depth up, and a return needs no list of the
// living.
//
// A local that is not bound holds the machine's Unbound word; any instruction that reads it raises UnboundLocalError.
package bytecode

// FrameHeader is the number of words between the callee's register and its first argument, the callee's own included.
const FrameHeader = 3

// NoReg stands for "no register" in an operand.
const NoReg = 0xFFFF

// Ins is one instruction: 8 bytes, little-endian in the code word (Op lowest). It is followed by the op's extra words.
type Ins struct {
	Head
	A, B, C uint16
}

// Head is what an instruction does. It is apart so that Go's compiler keeps an Ins, of four fields then, in registers.
type Head struct {
	Op    Op
	Flags uint8
}

// Word packs the instruction into its code word.
func (i Ins) Word() uint64 {
	return uint64(i.Op) | uint64(i.Flags)<<8 | uint64(i.A)<<16 | uint64(i.B)<<32 | uint64(i.C)<<48
}

// Unpack takes a code word apart.
func Unpack(w uint64) Ins {
	return Ins{Head{Op(w), uint8(w >> 8)}, uint16(w >> 16), uint16(w >> 32), uint16(w >> 48)}
}

// The flags of an instruction. Their meaning beyond consumption depends on the op.
const (
	FlagA       = 1 << iota // consume R[a] (a is a source)
	FlagB                   // consume R[b]
	FlagC                   // consume R[c]
	FlagInplace             // arithmetic: the augmented form (x += y); tries __iadd__ first
	FlagSwap                // K arithmetic: the constant is the LEFT operand
	FlagNeg                 // branches: jump if the comparison is FALSE
	FlagMethod              // CallKw: R[a+3] was set by LoadMethod (self, or the Absent word)
	FlagFrom                // Import: yield the last module of a dotted name, not the first
)

// Op is an operation code.
type Op uint8

// The operations. R is the frame's window; K the constant in the extra word; off a signed 16-bit distance in words from
// the end of the instruction (its extra words included) to the target; a taken backward jump checks the eval breaker.
const (
	OpNop           Op = iota
	OpMove             // R[a] = R[b]
	OpLoadK            // R[a] = K
	OpLoadGlobal       // R[a] = globals or builtins[name b]; cache
	OpStoreGlobal      // globals[name b] = R[a]; cache
	OpDelGlobal        // del globals[name b]
	OpLoadName         // R[a] = name b in the class namespace R[0], then globals, then builtins
	OpStoreName        // R[0][name b] = R[a]
	OpDelName          // del R[0][name b]
	OpLoadFree         // R[a] = contents of closure cell b
	OpStoreFree        // closure cell b = R[a]
	OpDelFree          // empty closure cell b
	OpLoadClassFree    // R[a] = name c in the class namespace R[0], else contents of closure cell b
	OpFreeCell         // R[a] = closure cell b itself (to capture it again)
	OpNewCell          // R[a] = new cell holding what R[a] held (empty if Unbound)
	OpLoadCell         // R[a] = contents of the cell in R[b]
	OpStoreCell        // contents of the cell in R[b] = R[a]
	OpDelCell          // empty the cell in R[b]
	OpDelLocal         // unbind local a (UnboundLocalError if it is)
	OpClear            // release R[a..a+b)

	OpAdd // R[a] = R[b] + R[c]; and so on
	OpSub
	OpMul
	OpTrueDiv
	OpFloorDiv
	OpMod
	OpPow
	OpMatMul
	OpLShift
	OpRShift
	OpAnd
	OpOr
	OpXor
	OpAddK // R[a] = R[b] + K, K a small int (magnitude below 2**48) or a float
	OpSubK
	OpMulK
	OpTrueDivK
	OpFloorDivK
	OpModK
	OpLShiftK
	OpRShiftK
	OpAndK
	OpNeg // R[a] = -R[b]
	OpPos
	OpInvert
	OpNot
	OpLt // R[a] = R[b] < R[c]; and so on
	OpLe
	OpGt
	OpGe
	OpEq
	OpNe
	OpIs
	OpIsNot
	OpIn // R[a] = R[b] in R[c]
	OpNotIn

	OpJmp    // to the 32-bit distance in b (low) and c (high)
	OpJTrue  // if R[a] is true: off c
	OpJFalse // if R[a] is false: off c
	OpJNone  // if R[a] is None: off c
	OpJNotNone
	OpJLt // if R[a] < R[b]: off c (FlagNeg: if not)
	OpJLe
	OpJGt
	OpJGe
	OpJEq
	OpJNe
	OpJLtK // if R[a] < K: off c (FlagNeg: if not); K as for AddK
	OpJLeK
	OpJGtK
	OpJGeK
	OpJEqK
	OpJNeK

	OpGetIter  // R[a] = iter(R[b])
	OpForIter  // R[b] = next(R[a]) and off c (to the loop's body); exhausted: release R[a], fall through
	OpUnpack   // R[b..b+c) = the c items of R[a]
	OpUnpackEx // with a star: c = before | after<<8; R[b..b+before) items, R[b+before] list, then after items

	OpList       // R[a] = [R[b..b+c)], consumed
	OpTuple      // R[a] = (R[b..b+c))
	OpSet        // R[a] = {R[b..b+c)}
	OpDict       // R[a] = {R[b]: R[b+1], …}, c pairs
	OpListAppend // R[a].append(R[b]) on a list that the compiler made
	OpSetAdd     // R[a].add(R[b])
	OpDictSet    // R[a][R[b]] = R[c]
	OpListExtend // R[a].extend(R[b]): `*x` in a display or call
	OpSetUpdate  // R[a].update(R[b])
	OpDictUpdate // R[a].update(R[b]): `**x` in a display
	OpDictMerge  // the same for a call's `**x`: a repeated key is a TypeError; R[c] is the callee, for the message
	OpListToTuple
	OpSlice    // R[a] = slice(R[b], R[b+1], R[b+2]), consumed; FlagA, FlagB, FlagC: None instead of the first, second, third
	OpConv     // R[a] = str, repr or ascii of R[b]: c is 's', 'r' or 'a'
	OpFormat   // R[a] = format(R[b], R[c]); c may be NoReg
	OpBuildStr // R[a] = the strings R[b..b+c) joined

	OpIndex      // R[a] = R[b][R[c]]
	OpIndexK     // R[a] = R[b][K], K a small int
	OpStoreIndex // R[a][R[b]] = R[c]
	OpDelIndex   // del R[a][R[b]]
	OpGetAttr    // R[a] = R[b].name c; cache
	OpSetAttr    // R[a].name c = R[b]; cache
	OpDelAttr    // del R[a].name c
	OpLoadMethod // R[a] = what to call for R[b].name c, R[a+3] = self or the Absent word; cache

	OpCall       // R[a] = R[a](R[a+3..a+3+b))
	OpCallMethod // after LoadMethod: arguments R[a+4..a+4+b)
	OpCallAttr   // R[a] = R[b].name(R[a+4..a+4+c)): LoadMethod and CallMethod in one, where no argument's evaluation can be observed; extra words: name index, cache
	OpCallGlobal // R[a] = name b(R[a+3..a+3+c)): LoadGlobal and Call in one, where no argument's evaluation can rebind it; cache
	OpCallKw     // as Call with b arguments in all, the last ones named by the tuple constant c
	OpCallEx     // R[a] = R[a](*R[a+3], **R[a+4]); R[a+3] is a tuple or list, R[a+4] a dict or None
	OpReturn     // return R[a]
	OpReturnNone
	OpReturnK   // return K
	OpMakeFunc  // R[a] = function of code constant b; R[c] defaults tuple or None, R[c+1] keyword defaults dict or None, R[c+2] closure tuple of cells or None, R[c+3] annotations dict or None; consumed
	OpMakeClass // R[a] = class: R[a] body function, R[a+1] name, R[a+2] bases tuple, R[a+3] keywords dict or None

	OpRaise        // c = 0: re-raise what is being handled; 1: raise R[a]; 2: raise R[a] from R[b]
	OpEnterHandler // first of a handler: R[a] = the exception, R[a+1] = what was being handled before; it is now being handled
	OpLeaveHandler // back to what R[a+1] says; release R[a], R[a+1]
	OpMatchExc     // unless R[a] is an instance of R[b] (a class or tuple): off c
	OpReraise      // LeaveHandler, then raise on the exception that was in R[a], its traceback kept
	OpAssertFail   // raise AssertionError(R[a]); a may be NoReg
	OpWithEnter    // R[a] = bound __exit__ of R[b], R[a+1] = R[b].__enter__()
	OpWithExit     // R[a](None, None, None); release R[a]
	OpWithExcept   // R[a](type, R[b], traceback), release R[a]; if the result is true: off c

	OpYield     // yield R[b]; resumed, R[a] = the value sent; no register from R[a] on is live meanwhile
	OpYieldFrom // R[a] starts as None: send it to the iterator R[b], b = a+1, until that ends; R[a] = its value; release R[b]; none above is live

	OpImport     // R[a] = module name b, level c
	OpImportFrom // R[a] = name c from module R[b]
	OpImportStar // all public names of module R[a] into the globals (or the class namespace)
	OpSetupAnnot // make sure that __annotations__ exists in the namespace
	OpPrintExpr  // hand R[a] to sys.displayhook (REPL)
	NumOps
)

// Kind says what an operand field means.
type Kind uint8

// The operand kinds.
const (
	None   Kind = iota
	Def         // a register that is written
	Use         // a register that is read
	Both        // a register that is read, then written
	Base        // the first register of a range
	Count       // a number
	NameK       // an index into Func.Names
	ConstK      // an index into Func.Consts
	FreeK       // a closure cell
	Off         // a 16-bit signed jump distance
	OffLo       // low and high half of a 32-bit one
	OffHi
)

// Word says what an extra word is.
type Word uint8

// The kinds of extra words.
const (
	WordConst Word = iota // an index into Func.Consts; the loader puts the value there
	WordName              // an index into Func.Names
	WordCache             // an inline cache, zero in the compiler's output
)

// Info describes an operation: its printed name, what a, b and c are, and its extra words.
type Info struct {
	Name    string
	A, B, C Kind
	Words   []Word
}

var (
	wConst = []Word{WordConst}
	wCache = []Word{WordCache}
	wCall  = []Word{WordName, WordCache}
)

// Table is THE opcode table: compiler, verifier, loader, disassembler and tracer read it.
var Table = [NumOps]Info{
	OpNop:           {"nop", None, None, None, nil},
	OpMove:          {"move", Def, Use, None, nil},
	OpLoadK:         {"load_k", Def, None, None, wConst},
	OpLoadGlobal:    {"load_global", Def, NameK, None, wCache},
	OpStoreGlobal:   {"store_global", Use, NameK, None, wCache},
	OpDelGlobal:     {"del_global", None, NameK, None, nil},
	OpLoadName:      {"load_name", Def, NameK, None, nil},
	OpStoreName:     {"store_name", Use, NameK, None, nil},
	OpDelName:       {"del_name", None, NameK, None, nil},
	OpLoadFree:      {"load_free", Def, FreeK, None, nil},
	OpStoreFree:     {"store_free", Use, FreeK, None, nil},
	OpDelFree:       {"del_free", None, FreeK, None, nil},
	OpLoadClassFree: {"load_class_free", Def, FreeK, NameK, nil},
	OpFreeCell:      {"free_cell", Def, FreeK, None, nil},
	OpNewCell:       {"new_cell", Both, None, None, nil},
	OpLoadCell:      {"load_cell", Def, Use, None, nil},
	OpStoreCell:     {"store_cell", Use, Use, None, nil},
	OpDelCell:       {"del_cell", None, Use, None, nil},
	OpDelLocal:      {"del_local", Both, None, None, nil},
	OpClear:         {"clear", Base, Count, None, nil},

	OpAdd:       {"add", Def, Use, Use, nil},
	OpSub:       {"sub", Def, Use, Use, nil},
	OpMul:       {"mul", Def, Use, Use, nil},
	OpTrueDiv:   {"true_div", Def, Use, Use, nil},
	OpFloorDiv:  {"floor_div", Def, Use, Use, nil},
	OpMod:       {"mod", Def, Use, Use, nil},
	OpPow:       {"pow", Def, Use, Use, nil},
	OpMatMul:    {"mat_mul", Def, Use, Use, nil},
	OpLShift:    {"lshift", Def, Use, Use, nil},
	OpRShift:    {"rshift", Def, Use, Use, nil},
	OpAnd:       {"and", Def, Use, Use, nil},
	OpOr:        {"or", Def, Use, Use, nil},
	OpXor:       {"xor", Def, Use, Use, nil},
	OpAddK:      {"add_k", Def, Use, None, wConst},
	OpSubK:      {"sub_k", Def, Use, None, wConst},
	OpMulK:      {"mul_k", Def, Use, None, wConst},
	OpTrueDivK:  {"true_div_k", Def, Use, None, wConst},
	OpFloorDivK: {"floor_div_k", Def, Use, None, wConst},
	OpModK:      {"mod_k", Def, Use, None, wConst},
	OpLShiftK:   {"lshift_k", Def, Use, None, wConst},
	OpRShiftK:   {"rshift_k", Def, Use, None, wConst},
	OpAndK:      {"and_k", Def, Use, None, wConst},
	OpNeg:       {"neg", Def, Use, None, nil},
	OpPos:       {"pos", Def, Use, None, nil},
	OpInvert:    {"invert", Def, Use, None, nil},
	OpNot:       {"not", Def, Use, None, nil},
	OpLt:        {"lt", Def, Use, Use, nil},
	OpLe:        {"le", Def, Use, Use, nil},
	OpGt:        {"gt", Def, Use, Use, nil},
	OpGe:        {"ge", Def, Use, Use, nil},
	OpEq:        {"eq", Def, Use, Use, nil},
	OpNe:        {"ne", Def, Use, Use, nil},
	OpIs:        {"is", Def, Use, Use, nil},
	OpIsNot:     {"is_not", Def, Use, Use, nil},
	OpIn:        {"in", Def, Use, Use, nil},
	OpNotIn:     {"not_in", Def, Use, Use, nil},

	OpJmp:      {"jmp", None, OffLo, OffHi, nil},
	OpJTrue:    {"j_true", Use, None, Off, nil},
	OpJFalse:   {"j_false", Use, None, Off, nil},
	OpJNone:    {"j_none", Use, None, Off, nil},
	OpJNotNone: {"j_not_none", Use, None, Off, nil},
	OpJLt:      {"j_lt", Use, Use, Off, nil},
	OpJLe:      {"j_le", Use, Use, Off, nil},
	OpJGt:      {"j_gt", Use, Use, Off, nil},
	OpJGe:      {"j_ge", Use, Use, Off, nil},
	OpJEq:      {"j_eq", Use, Use, Off, nil},
	OpJNe:      {"j_ne", Use, Use, Off, nil},
	OpJLtK:     {"j_lt_k", Use, None, Off, wConst},
	OpJLeK:     {"j_le_k", Use, None, Off, wConst},
	OpJGtK:     {"j_gt_k", Use, None, Off, wConst},
	OpJGeK:     {"j_ge_k", Use, None, Off, wConst},
	OpJEqK:     {"j_eq_k", Use, None, Off, wConst},
	OpJNeK:     {"j_ne_k", Use, None, Off, wConst},

	OpGetIter:  {"get_iter", Def, Use, None, nil},
	OpForIter:  {"for_iter", Both, Def, Off, nil},
	OpUnpack:   {"unpack", Use, Base, Count, nil},
	OpUnpackEx: {"unpack_ex", Use, Base, Count, nil},

	OpList:        {"list", Def, Base, Count, nil},
	OpTuple:       {"tuple", Def, Base, Count, nil},
	OpSet:         {"set", Def, Base, Count, nil},
	OpDict:        {"dict", Def, Base, Count, nil},
	OpListAppend:  {"list_append", Use, Use, None, nil},
	OpSetAdd:      {"set_add", Use, Use, None, nil},
	OpDictSet:     {"dict_set", Use, Use, Use, nil},
	OpListExtend:  {"list_extend", Use, Use, None, nil},
	OpSetUpdate:   {"set_update", Use, Use, None, nil},
	OpDictUpdate:  {"dict_update", Use, Use, None, nil},
	OpDictMerge:   {"dict_merge", Use, Use, Use, nil},
	OpListToTuple: {"list_to_tuple", Def, Use, None, nil},
	OpSlice:       {"slice", Def, Base, None, nil},
	OpConv:        {"conv", Def, Use, Count, nil},
	OpFormat:      {"format", Def, Use, Use, nil},
	OpBuildStr:    {"build_str", Def, Base, Count, nil},

	OpIndex:      {"index", Def, Use, Use, nil},
	OpIndexK:     {"index_k", Def, Use, None, wConst},
	OpStoreIndex: {"store_index", Use, Use, Use, nil},
	OpDelIndex:   {"del_index", Use, Use, None, nil},
	OpGetAttr:    {"get_attr", Def, Use, NameK, wCache},
	OpSetAttr:    {"set_attr", Use, Use, NameK, wCache},
	OpDelAttr:    {"del_attr", Use, None, NameK, nil},
	OpLoadMethod: {"load_method", Def, Use, NameK, wCache},

	OpCall:       {"call", Both, Count, None, nil},
	OpCallMethod: {"call_method", Both, Count, None, nil},
	OpCallAttr:   {"call_attr", Def, Use, Count, wCall},
	OpCallGlobal: {"call_global", Def, NameK, Count, wCache},
	OpCallKw:     {"call_kw", Both, Count, ConstK, nil},
	OpCallEx:     {"call_ex", Both, None, None, nil},
	OpReturn:     {"return", Use, None, None, nil},
	OpReturnNone: {"return_none", None, None, None, nil},
	OpReturnK:    {"return_k", None, None, None, wConst},
	OpMakeFunc:   {"make_func", Def, ConstK, Base, nil},
	OpMakeClass:  {"make_class", Both, None, None, nil},

	OpRaise:        {"raise", Use, Use, Count, nil},
	OpEnterHandler: {"enter_handler", Def, None, None, nil},
	OpLeaveHandler: {"leave_handler", Both, None, None, nil},
	OpMatchExc:     {"match_exc", Use, Use, Off, nil},
	OpReraise:      {"reraise", Both, None, None, nil},
	OpAssertFail:   {"assert_fail", Use, None, None, nil},
	OpWithEnter:    {"with_enter", Def, Use, None, nil},
	OpWithExit:     {"with_exit", Both, None, None, nil},
	OpWithExcept:   {"with_except", Both, Use, Off, nil},

	OpYield:     {"yield", Def, Use, None, nil},
	OpYieldFrom: {"yield_from", Both, Both, None, nil},

	OpImport:     {"import", Def, NameK, Count, nil},
	OpImportFrom: {"import_from", Def, Use, NameK, nil},
	OpImportStar: {"import_star", Use, None, None, nil},
	OpSetupAnnot: {"setup_annot", None, None, None, nil},
	OpPrintExpr:  {"print_expr", Use, None, None, nil},
}

// String gives the printed name.
func (op Op) String() string {
	if op < NumOps {
		return Table[op].Name
	}
	return "bad_op"
}

// Size is the length of the instruction in words, its extra words included.
func (op Op) Size() int { return int(sizes[op]) }

var sizes = func() (sizes [256]uint8) {
	for op := range Table {
		sizes[op] = uint8(1 + len(Table[op].Words))
	}
	for op := NumOps; op < NumForms; op++ {
		sizes[op] = sizes[op.Base()]
	}
	return sizes
}()
