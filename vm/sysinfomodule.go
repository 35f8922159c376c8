package vm

// This file holds what the module sys tells about numbers, hashes, threads and flags.

import (
	"math"
	"sync/atomic"
)

// The Python version whose language toy speaks.
const (
	pythonMajor, pythonMinor, pythonMicro = 3, 11, 2
	pythonVersion                         = "3.11.2"
)

func (t *Thread) initSysInfo(m Value) {
	vm := t.VM
	n := func(x int64) Value { return t.NewInt(x) }
	f := func(x float64) Value { return t.NewFloat(x) }
	s := func(x string) Value { return t.NewStr(x) }
	set := func(name, fields string, values ...Value) Value {
		v := t.newSeqType("sys."+name, "sys."+name, fields, "").make(t, values...)
		t.modSet(m, name, t.Ref(v))
		return v
	}
	version := set("version_info", "major minor micro releaselevel serial",
		n(pythonMajor), n(pythonMinor), n(pythonMicro), s("final"), n(0))
	t.Decref(set("float_info", "max max_exp max_10_exp min min_exp min_10_exp dig mant_dig epsilon radix rounds",
		f(math.MaxFloat64), n(1024), n(308), f(0x1p-1022), n(-1021), n(-307), n(15), n(53), f(0x1p-52), n(2), n(1)))
	t.Decref(set("int_info", "bits_per_digit sizeof_digit default_max_str_digits str_digits_check_threshold",
		n(64), n(8), n(4300), n(640)))
	t.Decref(set("hash_info", "width modulus inf nan imag algorithm hash_bits seed_bits cutoff",
		n(64), n(1<<61-1), n(314159), n(0), n(1000003), s("fnv"), n(64), n(0), n(0)))
	t.Decref(set("thread_info", "name lock version", s("toy"), s("queue"), s(vm.Strategy.String())))
	t.Decref(set("flags", "debug inspect interactive optimize dont_write_bytecode no_user_site no_site ignore_environment "+
		"verbose bytes_warning quiet hash_randomization isolated dev_mode utf8_mode warn_default_encoding safe_path "+
		"int_max_str_digits", n(0), n(0), n(0), n(0), n(1), n(0), n(0), n(0), n(0), n(0), n(0), n(0), n(0), False, n(1), n(0),
		False, n(atomic.LoadInt64(&vm.maxDigits))))

	impl := t.NewRecord(KModule, t.NewNamespace())
	t.modSet(impl, "name", s("toy"))
	t.modSet(impl, "cache_tag", None)
	t.modSet(impl, "version", version)
	t.modSet(impl, "hexversion", n(hexVersion))
	t.modSet(m, "implementation", impl)
}

const hexVersion = pythonMajor<<24 | pythonMinor<<16 | pythonMicro<<8 | 0xf0
