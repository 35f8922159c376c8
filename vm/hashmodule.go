package vm

// This file is the module _hashlib: hash objects, below hashlib.toy. A hash in progress is a bytes object, so that copies and the
// machine's memory need no care.

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// hashes make a hash by its name.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha512_224": sha512.New512_224, "sha512_256": sha512.New512_256,
	"sha3_224": func() hash.Hash { return sha3.New224() }, "sha3_256": func() hash.Hash { return sha3.New256() },
	"sha3_384": func() hash.Hash { return sha3.New384() }, "sha3_512": func() hash.Hash { return sha3.New512() },
	"shake_128": func() hash.Hash { return shake{sha3.NewSHAKE128()} }, "shake_256": func() hash.Hash { return shake{sha3.NewSHAKE256()} },
}

// shake is a hash whose digests are as long as one likes.
type shake struct{ *sha3.SHAKE }

// Sum appends nothing: there is no usual length.
func (shake) Sum(b []byte) []byte { return b }

// Size is 0: there is no usual length.
func (shake) Size() int { return 0 }

// The fields of a hash object. They are read and written under its lock.
const (
	hashName  = InstFirst + iota // str
	hashState                    // bytes
)

// hashData reads what is to be hashed.
func (t *Thread) hashData(v Value) ([]byte, bool) {
	if t.IsStr(v) {
		t.Raise(t.VM.Exc.TypeError, "Strings must be encoded before hashing")
		return nil, false
	}
	b, ok := t.byteData(v)
	if !ok {
		t.Raise(t.VM.Exc.TypeError, "object supporting the buffer API required")
	}
	return b, ok
}

// hashOf is the hash that an object stands for: a copy.
func (t *Thread) hashOf(v Value) hash.Hash {
	t.Lock(v)
	defer t.Unlock(v)
	name, state := t.Field(v, hashName), t.Field(v, hashState)
	if f := hashes[t.GoStr(name)]; f != nil {
		h := f()
		if b, ok := t.Bytes(state); ok && h.(encoding.BinaryUnmarshaler).UnmarshalBinary(append([]byte(nil), b...)) == nil {
			return h
		}
	}
	return md5.New() // nobody gets here but where memory is overwritten
}

// hashBytes is a hash as a bytes object.
func (t *Thread) hashBytes(h hash.Hash) Value {
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return t.Raise(t.VM.Exc.ValueError, "%s", err.Error())
	}
	return t.NewBytes(b)
}

// newHash makes a hash object.
func (t *Thread) newHash(c *Class, name string, h hash.Hash) Value {
	v := t.NewInstance(c)
	if v == Raised {
		return v
	}
	m := t.Hold(v)
	t.SetField(v, hashName, t.Ref(t.VM.Intern(name)))
	b := t.hashBytes(h)
	if b == Raised {
		t.Unhold(m)
		return b
	}
	t.SetField(v, hashState, b)
	return t.Release(m)
}

// updateHash is update(): all of it under the object's lock, so that no thread's data gets lost.
func (t *Thread) updateHash(v Value, data []byte) Value {
	for {
		t.Lock(v)
		was := t.Ref(t.Field(v, hashState))
		t.Unlock(v)
		m := t.Hold(was)
		h := t.hashOf(v)
		_, _ = h.Write(data)
		now := t.hashBytes(h)
		if now == Raised {
			t.Unhold(m)
			return now
		}
		t.Lock(v)
		same := t.Field(v, hashState) == was
		if same {
			t.SetField(v, hashState, now)
		}
		t.Unlock(v)
		if same {
			t.Decref(was) // the object's
		} else {
			t.Decref(now)
		}
		t.Unhold(m)
		if same {
			return None
		}
	}
}

func initHashlib(t *Thread, m Value) bool {
	var plain, long *Class
	is := func(t *Thread, v Value) bool { c := t.ClassOf(v); return c == plain || c == long }
	sum := func(t *Thread, a []Value) ([]byte, bool) {
		h := t.hashOf(a[0])
		x, ok := h.(shake)
		if !ok {
			return h.Sum(nil), true
		}
		n, ok := t.Index(a[1])
		switch {
		case !ok:
			return nil, false
		case n < 0:
			t.Raise(t.VM.Exc.SystemError, "Negative size passed to PyBytes_FromStringAndSize")
			return nil, false
		case n > t.VM.Heap.Limit():
			t.raiseMemory()
			return nil, false
		}
		b := make([]byte, n)
		_, _ = io.ReadFull(x, b)
		return b, true
	}
	class := func(name, args string) *Class {
		c := t.defType(TypeDef{Kind: KInstance, Name: name, Final: true, Static: []Def{
			{"__new__(cls, /, *args, **kwargs)", func(t *Thread, a []Value) Value {
				return t.Raise(t.VM.Exc.TypeError, "cannot create '%s' instances", name)
			}},
		}, Methods: checked(name, is, []Def{
			{"update(self, obj, /)", func(t *Thread, a []Value) Value {
				b, ok := t.hashData(a[1])
				if !ok {
					return Raised
				}
				return t.updateHash(a[0], b)
			}},
			{"digest(self" + args + ")", func(t *Thread, a []Value) Value {
				b, ok := sum(t, a)
				if !ok {
					return Raised
				}
				return t.NewBytes(b)
			}},
			{"hexdigest(self" + args + ")", func(t *Thread, a []Value) Value {
				b, ok := sum(t, a)
				if !ok {
					return Raised
				}
				return t.NewStr(hex.EncodeToString(b))
			}},
			{"copy(self, /)", func(t *Thread, a []Value) Value {
				return t.newHash(t.ClassOf(a[0]), t.GoStr(t.Field(a[0], hashName)), t.hashOf(a[0]))
			}},
			{"__repr__(self, /)", func(t *Thread, a []Value) Value {
				return t.NewStr(fmt.Sprintf("<%s %s object @ %#x>", t.GoStr(t.Field(a[0], hashName)), name, uint64(t.identityHash(a[0]))))
			}},
		}), Getters: []Getter{
			{"name", func(t *Thread, v Value) Value { return t.Ref(t.Field(v, hashName)) }, nil},
			{"digest_size", func(t *Thread, v Value) Value { return t.NewInt(int64(t.hashOf(v).Size())) }, nil},
			{"block_size", func(t *Thread, v Value) Value { return t.NewInt(int64(t.hashOf(v).BlockSize())) }, nil},
		}})
		c.Slots = []string{" name", " state"}
		return c
	}
	plain, long = class("_hashlib.HASH", ", /"), class("_hashlib.HASHXOF", ", length")
	start := func(t *Thread, name string, data Value) Value {
		h := hashes[name]()
		if data != Unbound {
			b, ok := t.hashData(data)
			if !ok {
				return Raised
			}
			_, _ = h.Write(b)
		}
		if _, ok := h.(shake); ok {
			return t.newHash(long, name, h)
		}
		return t.newHash(plain, name, h)
	}
	defs := []Def{
		{"new(name, string=None, *, usedforsecurity=True)", func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "name must be a string")
			}
			name := t.GoStr(a[0])
			if hashes[name] == nil {
				return t.Raise(t.VM.Exc.ValueError, "unsupported hash type %s", name)
			}
			return start(t, name, a[1])
		}},
		{"pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)", func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "pbkdf2_hmac() argument 'hash_name' must be str, not %s", t.TypeName(a[0]))
			}
			f := hashes[t.GoStr(a[0])]
			if f == nil {
				return t.Raise(t.VM.Exc.ValueError, "unsupported hash type")
			}
			if _, ok := f().(shake); ok {
				return t.Raise(t.VM.Exc.ValueError, "unsupported hash type")
			}
			password, ok := t.byteArg(a[1])
			if !ok {
				return Raised
			}
			salt, ok := t.byteArg(a[2])
			if !ok {
				return Raised
			}
			n, ok := t.Index(a[3])
			if !ok {
				return Raised
			}
			size := int64(f().Size())
			if a[4] != Unbound && a[4] != None {
				if size, ok = t.Index(a[4]); !ok {
					return Raised
				}
			}
			switch {
			case n < 1:
				return t.Raise(t.VM.Exc.ValueError, "iteration value must be greater than 0.")
			case n > 1<<31-1:
				return t.Raise(t.VM.Exc.OverflowError, "iteration value is too great.")
			case size < 1:
				return t.Raise(t.VM.Exc.ValueError, "key length must be greater than 0.")
			case size > t.VM.Heap.Limit():
				t.raiseMemory()
				return Raised
			}
			b, err := pbkdf2.Key(f, string(password), append([]byte(nil), salt...), int(n), int(size))
			if err != nil {
				return t.Raise(t.VM.Exc.ValueError, "%s", err.Error())
			}
			return t.NewBytes(b)
		}},
	}
	for name := range hashes {
		defs = append(defs, Def{"openssl_" + name + "(string=None, *, usedforsecurity=True)", func(t *Thread, a []Value) Value {
			return start(t, name, a[0])
		}})
	}
	t.modFuncs(m, defs)
	t.modSet(m, "HASH", t.Ref(plain.Value))
	t.modSet(m, "HASHXOF", t.Ref(long.Value))
	return true
}
