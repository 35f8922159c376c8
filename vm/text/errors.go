package text

// This file defines Error, a failure that the caller raises in the guest.

import "fmt"

// Error is a guest exception: the name of its class and its message (WTF-8).
type Error struct {
	Kind string
	Msg  string
}

// Error joins the class and the message.
func (e *Error) Error() string {
	if e.Msg == "" {
		return e.Kind
	}
	return e.Kind + ": " + e.Msg
}

func errorf(kind, format string, args ...any) *Error {
	return &Error{kind, fmt.Sprintf(format, args...)}
}

func valueError(format string, args ...any) *Error {
	return errorf("ValueError", format, args...)
}

func typeError(format string, args ...any) *Error {
	return errorf("TypeError", format, args...)
}

func overflowError(format string, args ...any) *Error {
	return errorf("OverflowError", format, args...)
}

func zeroDivision(msg string) *Error { return &Error{"ZeroDivisionError", msg} }

// MaxLen bounds the strings the formatting and padding functions will build.
const MaxLen = 1 << 31

// checkLen reports the exception for building a string of n code points.
func checkLen(n int) error {
	if n > MaxLen || n < 0 {
		return &Error{Kind: "MemoryError"}
	}
	return nil
}
