package vm

// This file is the module _toy_hash: digests, below hashlib.toy and random.toy. A hash in progress is a bytes object, so that
// copies and the machine's memory need no care.

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding"
	"hash"
)

// hashes make a hash by its name.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha3_224": func() hash.Hash { return sha3.New224() }, "sha3_256": func() hash.Hash { return sha3.New256() },
	"sha3_384": func() hash.Hash { return sha3.New384() }, "sha3_512": func() hash.Hash { return sha3.New512() },
}

// hashArg is a fresh hash of the kind that an argument names.
func (t *Thread) hashArg(name Value) hash.Hash {
	if t.IsStr(name) {
		if f := hashes[t.GoStr(name)]; f != nil {
			return f()
		}
	}
	t.Raise(t.VM.Exc.ValueError, "unknown hash")
	return nil
}

// hashFrom is the hash that a state stands for.
func (t *Thread) hashFrom(name, state Value) hash.Hash {
	h := t.hashArg(name)
	if h == nil {
		return nil
	}
	b, ok := t.byteArg(state)
	if !ok {
		return nil
	}
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(append([]byte(nil), b...)); err != nil {
		t.Raise(t.VM.Exc.ValueError, "%s", err.Error())
		return nil
	}
	return h
}

// hashState is a hash as a bytes object.
func (t *Thread) hashState(h hash.Hash) Value {
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return t.Raise(t.VM.Exc.ValueError, "%s", err.Error())
	}
	return t.NewBytes(b)
}

func initHash(t *Thread, m Value) bool {
	t.modFuncs(m, []Def{
		{"start(name, /)", func(t *Thread, a []Value) Value {
			h := t.hashArg(a[0])
			if h == nil {
				return Raised
			}
			return t.hashState(h)
		}},
		{"update(name, state, data, /)", func(t *Thread, a []Value) Value {
			data, ok := t.byteArg(a[2])
			if !ok {
				return Raised
			}
			h := t.hashFrom(a[0], a[1])
			if h == nil {
				return Raised
			}
			h.Write(data)
			return t.hashState(h)
		}},
		{"finish(name, state, /)", func(t *Thread, a []Value) Value {
			h := t.hashFrom(a[0], a[1])
			if h == nil {
				return Raised
			}
			return t.NewBytes(h.Sum(nil))
		}},
		{"digest(name, data, /)", func(t *Thread, a []Value) Value {
			h := t.hashArg(a[0])
			if h == nil {
				return Raised
			}
			data, ok := t.byteArg(a[1])
			if !ok {
				return Raised
			}
			h.Write(data)
			return t.NewBytes(h.Sum(nil))
		}},
		{"sizes(name, /)", func(t *Thread, a []Value) Value {
			h := t.hashArg(a[0])
			if h == nil {
				return Raised
			}
			return t.NewTuple(t.NewInt(int64(h.Size())), t.NewInt(int64(h.BlockSize())))
		}},
	})
	return true
}
