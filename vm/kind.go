package vm

// This file names the built-in kinds of object: the numbers of their shapes.

// Kind is the built-in type that decides an object's layout. An exact instance of a built-in type has the kind as its
// shape; instances of classes have shapes of their own (refcount.FirstHeapShape and up) that name their kind.
type Kind = uint8

// The kinds. Those from KNone to KEllipsis are not in the heap: Value itself is the object.
const (
	KNull Kind = iota
	KNone
	KBool
	KInt   // small ints inline; larger ones raw: sign and length word, magnitude words
	KFloat // always inline
	KNotImplemented
	KEllipsis
	KStr       // raw: hash, length and width, bytes or 32-bit code points
	KBytes     // raw: hash, length, bytes
	KByteArray // bytes payload
	KList
	KTuple
	KDict
	KSet
	KFrozenSet
	KFunction  // record, see FuncFields
	KBuiltin   // record: index of the Go function, self or Unbound, name, module
	KMethod    // record: function, self
	KCell      // record: contents
	KClass     // record: see ClassFields
	KInstance  // record: Extra, then inline attributes
	KModule    // record: dict
	KException // record: see ExcFields
	KTraceback // record: next, code, pc, line
	KGenerator // record: see GenFields
	KRange     // record: start, stop, step
	KSlice     // record: start, stop, step
	KRangeIter // record: next, step, left (small ints)
	KListIter  // record: list, index
	KTupleIter // record: tuple, index
	KStrIter   // record: str, index
	KBytesIter // record: bytes, index
	KDictIter  // record: dict, index, expected length, what (0 keys, 1 values, 2 items; 4 more if reversed), items left
	KSetIter   // record: set, index, expected length, items left
	KSeqIter   // record: object with __getitem__, index
	KCallIter  // record: callable, sentinel
	KDictKeys  // record: dict
	KDictValues
	KDictItems
	KProperty     // record: get, set, del, doc
	KStaticMethod // record: function
	KClassMethod  // record: function
	KSuper        // record: class, self, class of self
	KEnumerate    // record: iterator, count
	KZip          // record: tuple of iterators, strict
	KMap          // record: function, tuple of iterators
	KFilter       // record: function, iterator
	KReversed     // record: sequence, index
	KWeakref      // record: see WeakTarget
	KGetSet       // record: index of the Go getter and setter, name, class
	KLock         // record: index in the side table
	KNative       // record: index in the side table of Go objects: what only Go can hold
	KMapProxy     // record: mapping
	KMember       // record: name, slot number: __slots__ descriptors
	KCode         // record: code index
	KObject       // plain object()
	KStrWideIter  // the iterators that have types of their own; records as their relatives'
	KByteArrayIter
	KDictValueIter
	KDictItemIter
	KDictRevKeyIter
	KDictRevValueIter
	KDictRevItemIter
	KListRevIter
	KLongRangeIter
	KAlias // record: class, tuple of arguments: list[int]
	KUnion // record: tuple of types: int | str
	NumKinds
)
