package vm

// This file holds the calendar of the module time: struct_time, gmtime, strftime and their like.

import (
	"fmt"
	"strings"
	"time"
)

const (
	timeFields  = "tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst"
	notTimeWord = "Tuple or struct_time argument required"
)

// calendar makes and reads the struct_time of one machine.
type calendar struct{ seq *seqType }

func (t *Thread) initCalendar(m Value) {
	cal := &calendar{}
	cal.seq = t.newSeqType("time.struct_time", "time.struct_time", timeFields, "tm_zone tm_gmtoff",
		Def{"__new__(cls, sequence, dict=None)", func(t *Thread, a []Value) Value { return cal.seq.fromSequence(t, a[1]) }})
	t.modSet(m, "struct_time", t.Ref(cal.seq.class.Value))
	_, winter := time.Date(2024, 1, 1, 0, 0, 0, 0, time.Local).Zone()
	_, summer := time.Date(2024, 7, 1, 0, 0, 0, 0, time.Local).Zone()
	std, _ := time.Date(2024, 1, 1, 0, 0, 0, 0, time.Local).Zone()
	dst, _ := time.Date(2024, 7, 1, 0, 0, 0, 0, time.Local).Zone()
	if summer < winter {
		std, dst, winter, summer = dst, std, summer, winter
	}
	t.modSet(m, "timezone", t.NewInt(int64(-winter)))
	t.modSet(m, "altzone", t.NewInt(int64(-summer)))
	t.modSet(m, "daylight", t.NewInt(map[bool]int64{true: 1}[winter != summer]))
	t.modSet(m, "tzname", t.NewTuple(t.NewStr(std), t.NewStr(dst)))
	at := func(f func(t *Thread, x time.Time) Value, zone *time.Location) func(t *Thread, a []Value) Value {
		return func(t *Thread, a []Value) Value {
			x, ok := t.instant(a[0])
			if !ok {
				return Raised
			}
			return f(t, x.In(zone))
		}
	}
	t.modFuncs(m, []Def{
		{"gmtime(seconds=None, /)", at(cal.make, time.UTC)},
		{"localtime(seconds=None, /)", at(cal.make, time.Local)},
		{"ctime(seconds=None, /)", at(func(t *Thread, x time.Time) Value { return t.NewStr(asctime(x)) }, time.Local)},
		{"asctime(t=None, /)", func(t *Thread, a []Value) Value {
			f, ok := cal.fieldsOr(t, "asctime", a[0])
			if !ok {
				return Raised
			}
			return t.NewStr(f.asctime())
		}},
		{"mktime(t, /)", func(t *Thread, a []Value) Value {
			f, ok := cal.fields(t, "mktime", a[0])
			if !ok {
				return Raised
			}
			x := time.Date(f.year, time.Month(f.mon), f.day, f.hour, f.min, f.sec, 0, time.Local)
			return t.NewFloat(float64(x.Unix()))
		}},
		{"strftime(format, t=None, /)", func(t *Thread, a []Value) Value {
			if !t.IsStr(a[0]) {
				return t.Raise(t.VM.Exc.TypeError, "strftime() argument 1 must be str, not %s", t.TypeName(a[0]))
			}
			f, ok := cal.fieldsOr(t, "strftime", a[1])
			if !ok {
				return Raised
			}
			return t.NewStr(f.format(t.GoStr(a[0])))
		}},
	})
}

// instant reads seconds since 1970: None and absent mean now.
func (t *Thread) instant(v Value) (x time.Time, ok bool) {
	if v == Unbound || v == None {
		return time.Unix(0, wallClock(t)), true
	}
	var s int64
	if v.IsFloat() {
		f, ok := t.Float64(v)
		switch {
		case !ok:
			return x, false
		case f != f:
			t.Raise(t.VM.Exc.ValueError, "Invalid value NaN (not a number)")
			return x, false
		case f < -1<<63 || f >= 1<<63:
			t.Raise(t.VM.Exc.OverflowError, "timestamp out of range for platform time_t")
			return x, false
		}
		s = int64(f)
		if float64(s) > f {
			s--
		}
	} else if s, ok = t.Index(v); !ok {
		if t.Catch(t.VM.Exc.OverflowError) {
			t.Raise(t.VM.Exc.OverflowError, "timestamp out of range for platform time_t")
		}
		return x, false
	}
	if s > 67768036191676799 || s < -67768040609740800 { // the years that C's int can hold
		t.RaiseArgs(t.VM.Exc.OSError, t.NewInt(75), t.NewStr("Value too large for defined data type"))
		return x, false
	}
	return time.Unix(s, 0), true
}

// make gives the struct_time of an instant.
func (c *calendar) make(t *Thread, x time.Time) Value {
	n := func(i int) Value { return t.NewInt(int64(i)) }
	zone, off := x.Zone()
	if x.Location() == time.UTC {
		zone = "GMT"
	}
	dst := 0
	if x.IsDST() {
		dst = 1
	}
	return c.seq.make(t, n(x.Year()), n(int(x.Month())), n(x.Day()), n(x.Hour()), n(x.Minute()), n(x.Second()),
		n((int(x.Weekday())+6)%7), n(x.YearDay()), n(dst), t.NewStr(zone), n(off))
}

// timeFieldSet is a struct_time as C's struct tm, but for the bases of its numbers: mon and yday count from 1, year is
// whole, and wday counts from Sunday.
type timeFieldSet struct {
	year, mon, day, hour, min, sec, wday, yday, dst int
	zone                                            string
	off                                             int
}

// fieldsOr reads a struct_time and checks its ranges; absent means now.
func (c *calendar) fieldsOr(t *Thread, fn string, v Value) (f timeFieldSet, ok bool) {
	if v == Unbound {
		x := time.Unix(0, wallClock(t))
		zone, off := x.Zone()
		return timeFieldSet{x.Year(), int(x.Month()), x.Day(), x.Hour(), x.Minute(), x.Second(), int(x.Weekday()), x.YearDay(), 0, zone, off}, true
	}
	if f, ok = c.fields(t, fn, v); !ok {
		return f, false
	}
	zero := func(x *int) { // 0 means the first, as in CPython
		if *x == 0 {
			*x = 1
		}
	}
	zero(&f.mon)
	zero(&f.day)
	zero(&f.yday)
	wrong := ""
	switch {
	case f.mon < 1 || f.mon > 12:
		wrong = "month"
	case f.day < 1 || f.day > 31:
		wrong = "day of month"
	case f.hour < 0 || f.hour > 23:
		wrong = "hour"
	case f.min < 0 || f.min > 59:
		wrong = "minute"
	case f.sec < 0 || f.sec > 61:
		wrong = "seconds"
	case f.wday < 0:
		wrong = "day of week"
	case f.yday < 1 || f.yday > 366:
		wrong = "day of year"
	}
	if wrong != "" {
		t.Raise(t.VM.Exc.ValueError, "%s out of range", wrong)
		return f, false
	}
	return f, true
}

// fields reads a struct_time or a tuple of nine ints.
func (c *calendar) fields(t *Thread, fn string, v Value) (f timeFieldSet, ok bool) {
	if !isTuple(t, v) {
		t.Raise(t.VM.Exc.TypeError, notTimeWord)
		return f, false
	}
	x := t.Items(v)
	if x.Len() != 9 {
		t.Raise(t.VM.Exc.TypeError, "%s(): illegal time tuple argument", fn)
		return f, false
	}
	for i, p := range []*int{&f.year, &f.mon, &f.day, &f.hour, &f.min, &f.sec, &f.wday, &f.yday, &f.dst} {
		n, ok := t.Index(x.Get(i))
		if !ok {
			return f, false
		}
		if n != int64(int32(n)) {
			t.Raise(t.VM.Exc.OverflowError, "signed integer is greater than maximum")
			return f, false
		}
		*p = int(n)
	}
	if f.wday = (f.wday + 1) % 7; f.wday < 0 {
		f.wday = -1
	}
	zone, off := time.Date(f.year, time.Month(f.mon), f.day, f.hour, f.min, f.sec, 0, time.Local).Zone()
	f.zone, f.off = zone, off
	if t.ClassOf(v) == c.seq.class {
		if z := t.Field(v, InstFirst+1); t.IsStr(z) {
			f.zone = t.GoStr(z)
		}
		if z := t.Field(v, InstFirst+2); z.IsInt() {
			f.off = int(z.Int())
		}
	}
	return f, true
}

func asctime(x time.Time) string {
	return timeFieldSet{year: x.Year(), mon: int(x.Month()), day: x.Day(), hour: x.Hour(), min: x.Minute(), sec: x.Second(),
		wday: int(x.Weekday())}.asctime()
}

func (f timeFieldSet) asctime() string {
	return fmt.Sprintf("%.3s %.3s%3d %02d:%02d:%02d %d", f.weekday(), f.month(), f.day, f.hour, f.min, f.sec, f.year)
}

func (f timeFieldSet) weekday() string { return time.Weekday(f.wday % 7).String() }
func (f timeFieldSet) month() string   { return time.Month(f.mon).String() }

// isoWeek gives the year and number of the ISO week.
func (f timeFieldSet) isoWeek() (year, week int) {
	monday := (f.wday + 6) % 7
	week = (f.yday - 1 - monday + 10) / 7
	year = f.year
	switch {
	case week < 1:
		year--
		last := time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
		_, week = last.ISOWeek()
	case week == 53:
		if _, w := time.Date(f.year, 12, 28, 0, 0, 0, 0, time.UTC).ISOWeek(); w < 53 {
			year, week = year+1, 1
		}
	}
	return year, week
}

// format is strftime in the C locale.
func (f timeFieldSet) format(layout string) string {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		pad, code := byte(0), layout[i]
		if strings.IndexByte("-_0^#", code) >= 0 && i+1 < len(layout) {
			pad = code
			i++
			code = layout[i]
		}
		if s, ok := f.directive(code, pad); ok {
			b.WriteString(s)
		} else {
			b.WriteByte('%')
			if pad != 0 {
				b.WriteByte(pad)
			}
			b.WriteByte(code)
		}
	}
	return b.String()
}

// directive is one conversion; pad is glibc's flag, 0 where there is none.
func (f timeFieldSet) directive(code, pad byte) (string, bool) {
	num := func(n, width int, fill string) (string, bool) {
		switch pad {
		case '-':
			fill, width = "", 0
		case '_':
			fill = ""
		case '0':
			fill = "0"
		}
		return fmt.Sprintf("%"+fill+"*d", width, n), true
	}
	word := func(s string) (string, bool) {
		if pad == '^' {
			s = strings.ToUpper(s)
		}
		return s, true
	}
	h12 := (f.hour+11)%12 + 1
	half := "AM"
	if f.hour >= 12 {
		half = "PM"
	}
	switch code {
	case 'Y':
		return num(f.year, 0, "")
	case 'y':
		return num((f.year%100+100)%100, 2, "0")
	case 'C':
		return num(f.year/100, 2, "0")
	case 'm':
		return num(f.mon, 2, "0")
	case 'd':
		return num(f.day, 2, "0")
	case 'e':
		return num(f.day, 2, "")
	case 'H':
		return num(f.hour, 2, "0")
	case 'k':
		return num(f.hour, 2, "")
	case 'I':
		return num(h12, 2, "0")
	case 'l':
		return num(h12, 2, "")
	case 'M':
		return num(f.min, 2, "0")
	case 'S':
		return num(f.sec, 2, "0")
	case 'j':
		return num(f.yday, 3, "0")
	case 'u':
		return num((f.wday+6)%7+1, 1, "")
	case 'w':
		return num(f.wday%7, 1, "")
	case 'U':
		return num((f.yday+6-f.wday)/7, 2, "0")
	case 'W':
		return num((f.yday+6-(f.wday+6)%7)/7, 2, "0")
	case 'V', 'G', 'g':
		year, week := f.isoWeek()
		switch code {
		case 'V':
			return num(week, 2, "0")
		case 'g':
			return num((year%100+100)%100, 2, "0")
		}
		return num(year, 0, "")
	case 'a':
		return word(f.weekday()[:3])
	case 'A':
		return word(f.weekday())
	case 'b', 'h':
		return word(f.month()[:3])
	case 'B':
		return word(f.month())
	case 'p':
		return half, true
	case 'P':
		return strings.ToLower(half), true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	case 'D', 'x':
		return f.format("%m/%d/%y"), true
	case 'F':
		return f.format("%Y-%m-%d"), true
	case 'T', 'X':
		return f.format("%H:%M:%S"), true
	case 'R':
		return f.format("%H:%M"), true
	case 'r':
		return f.format("%I:%M:%S %p"), true
	case 'c':
		return f.format("%a %b %e %H:%M:%S %Y"), true
	case 's':
		return fmt.Sprint(time.Date(f.year, time.Month(f.mon), f.day, f.hour, f.min, f.sec, 0, time.Local).Unix()), true
	case 'z':
		sign, off := '+', f.off
		if off < 0 {
			sign, off = '-', -off
		}
		return fmt.Sprintf("%c%02d%02d", sign, off/3600, off/60%60), true
	case 'Z':
		return f.zone, true
	}
	return "", false
}
