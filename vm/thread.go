package vm

// This file defines the toy thread.

import (
	"time"
	"unsafe"

	"toylang/refcount"
	"toylang/scheduler"
)

// Value is a guest value.
type Value = refcount.Value

// The special values, under the names that the vm uses most.
const (
	None           = refcount.None
	True           = refcount.True
	False          = refcount.False
	Ellipsis       = refcount.Ellipsis
	NotImplemented = refcount.NotImplemented
	Unbound        = refcount.Unbound
	Raised         = refcount.Raised
)

// Thread is a toy thread. All its methods may be called only from its own goroutine while it has the right to run.
//
// The conventions of every method and built-in: arguments are borrowed, results are owned by the caller (a new
// reference), unless the comment says "steals" or "borrowed". A method that returns Raised (or false for its ok) has set
// t.Exc.
type Thread struct {
	scheduler.Thread
	refcount.Mutator
	VM *VM

	// The word stack. Frames are windows of it; between the frames that built-ins started stands what they hold.
	stack      []Value
	stackBase  unsafe.Pointer
	stackLimit uintptr        // a frame whose window would pass this is a RecursionError
	code       unsafe.Pointer // base of the code arena
	fp         uint32         // R[0] of the running frame, in words from the base; 0 before the first
	holds      int            // words held above the running frame
	nested     int            // iterators that are asking each other, now
	depth      int            // of calls, Go and toy; sys.setrecursionlimit bounds it

	// Exc is the exception being raised (owned); Unbound when there is none.
	Exc Value
	// Handled is the exception being handled (owned): what a bare raise and __context__ see.
	Handled Value
	// Object is the guest's Thread object, if it has one (owned).
	Object Value
	// Async is an exception to be raised at the next eval-breaker check (owned).
	Async Value
	// context is what contextvars calls the current context, if there is one (owned).
	context  Value
	repr     []Value // containers whose repr is being made
	formats  formatCache
	argSpace []Value // arguments of built-ins being called that were given fewer than they take (borrowed)
	instrs   uint64  // instructions, where they are counted
	nanSeq   uint64

	lookups    *[ownLookups]lookupEntry
	epoch      *uint32        // VM.epoch
	vers       unsafe.Pointer // VM.shapeVers
	entries    unsafe.Pointer // VM.entries
	limit      *int64         // the recursion limit
	lenIx      Value          // VM.lenIx
	drop       Value          // see wake and free in the loop
	dropNext   Value          // see freeRest in the loop
	dying      Value          // what a short way leaves to the loop to free: no reference is left; or 0
	dyingNext  Value          // what is to be freed after it; or 0
	limited    bool           // a limit ends the program
	limitExc   Value          // the exception that says so, for comparing only
	loops      int            // careful loops, one inside the other, and calls from Go on their way into one: between them stands Go code
	lastPC     uint32         // check mode: the instruction that ran last
	lastLine   int32          // and its line
	limitEnd   time.Time      // until then blocks that finally runs may go on
	careful    bool           // something is to be done before every instruction: beforeInstr
	result     Value          // of the loop, when its entry frame has returned or yielded
	fresh      bool           // the generator just pushed has not run yet
	genLive    bool           // the loop left a yield to its caller: the generator's frame is still there
	genYielded bool           // it yielded
	shedAt     time.Duration  // when it last gave its free slots back; since VM.Start
	stop       Value          // value of the StopIteration that ended the last Next, where the iterator kept one (owned)
}
