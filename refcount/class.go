package refcount

// This file defines size classes, groups and pools: which slots may ever stand where.

// Group is what a block's slots are used for. A slot never changes its group, so a stale handle finds a slot of the same
// kind: records hold values only, raw slots no references, and payloads are apart from headers.
type Group uint8

// The groups.
const (
	GRecord    Group = iota // header and values (tuples, functions, instances, …)
	GRaw                    // header and plain bytes (str, bytes, int)
	GValues                 // payload: capacity word, values
	GEntries                // payload of dicts and sets
	GBytes                  // payload of bytearrays
	GList                   // header, body word, attributes
	GDict                   // header, body word, state word, attributes
	GSet                    // the same
	GByteArray              // header, body word, attributes
	numGroups
)

// NumClasses is the number of size classes: 16-byte steps to 512 bytes, then four to a doubling up to 32 KiB.
const NumClasses = 56

const (
	smallMax = 512
	classMax = 32 << 10
)

// Pool is a group's size class.
type Pool uint16

// The pools of the groups with one size, after those with many.
const (
	numVarGroups = 5
	PoolList     = Pool(numVarGroups*NumClasses) + iota
	PoolDict
	PoolSet
	PoolByteArray
	// NumPools is the number of pools.
	NumPools = int(PoolByteArray) + 1
)

// ClassOf gives the smallest class that holds n bytes; ok is false above 32 KiB.
func ClassOf(n int) (class int, ok bool) {
	if n <= smallMax {
		if n < 16 {
			n = 16
		}
		return (n+15)/16 - 1, true
	}
	size, c := smallMax, smallMax/16-1
	for size < classMax {
		for q := 1; q <= 4; q++ {
			if n <= size+size/4*q {
				return c + q, true
			}
		}
		size, c = size*2, c+4
	}
	return 0, false
}

// ClassSize is the slot size of a class in bytes.
func ClassSize(class int) int {
	if class < smallMax/16 {
		return (class + 1) * 16
	}
	k := class - smallMax/16
	base := smallMax << (k / 4)
	return base + base/4*(k%4+1)
}

// PoolOf gives the pool for n bytes of a group with many sizes.
func PoolOf(g Group, n int) (p Pool, ok bool) {
	c, ok := ClassOf(n)
	return Pool(int(g)*NumClasses + c), ok
}

// Group gives the pool's group.
func (p Pool) Group() Group {
	if p < PoolList {
		return Group(p / NumClasses)
	}
	return GList + Group(p-PoolList)
}

// Size is the pool's slot size in bytes.
func (p Pool) Size() int {
	switch p {
	case PoolList, PoolByteArray:
		return 32
	case PoolDict, PoolSet:
		return 48
	}
	return ClassSize(int(p) % NumClasses)
}
