package lang

import (
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
)

// parserOf makes a parser over lexed tokens.
func parserOf(t testing.TB, l *layout) *parser {
	peeking, err := lexer.Upgrade(&tokenList{l.tokens})
	if err != nil {
		t.Fatal(err)
	}
	return newParser(peeking)
}
