package vm

// This file looks keys up in a dict without its lock, where the strategy says so.

import "toylang/refcount"

// peek looks a key up (owned): Unbound when it is not there. known is false when the look-up must be made under the lock:
// somebody changes the dict, comparing may run toy code, or the value may be gone.
//
// Writers hold the lock, and change the version before they release it when keys change. So whoever finds the lock free and
// the same version before and after has read one state of the keys, and a value that stood under the key meanwhile. What it
// reads on the way may be anything that the table's memory has held since the last grace period: it is looked at with bounds,
// and forgotten when the version has changed.
func (t *Thread) peek(d, key Value, hash uint64) (v Value, known bool) {
	h := t.Header(d)
	if !t.Readable(h) || h.Flags()&refcount.FlagLocked != 0 || !simpleKey(t, key) {
		return Unbound, false
	}
	version := t.StateWord(d)
	v = Unbound
	if tab := t.Table(t.Body(d).Payload); !tab.Empty() {
		for w := tab.Search(hash); ; {
			e, _ := tab.Next(&w)
			if e < 0 {
				break
			}
			k := tab.Key(e)
			eq, sure := k == key, true
			if !eq && k != Unbound {
				if !t.TryRead(k) { // to be compared it must be alive
					return Unbound, false
				}
				eq, sure = t.quickEqual(k, key)
				t.Decref(k)
			}
			if !sure {
				return Unbound, false
			}
			if eq {
				if v = tab.Val(e); !t.TryRead(v) {
					return Unbound, false
				}
				break
			}
		}
	}
	if h.Flags()&refcount.FlagLocked != 0 || t.StateWord(d) != version {
		t.Decref(v)
		return Unbound, false
	}
	return v, true
}
