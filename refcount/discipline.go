package refcount

// This file is the table of counting disciplines: how a count changes.

// Discipline is how counts change: a row of the table.
type Discipline uint8

// The disciplines that the machine knows by name, because they have loops of their own. Others stand in the table only.
const (
	Plain Discipline = iota
	Atomic
	Locked
	Biased
	Traced // no counts: see tracer.go
)

// counting is a discipline whose whole count is in a header's Count.
type counting struct {
	name string
	inc  func(*Header)             // adds a reference; the caller has one already
	dec  func(*Header) (zero bool) // drops one; zero: it was the last, and the caller frees the object
	try  func(*Header) bool        // adds a reference unless the count is zero, which never rises again
}

// disciplines is the table. Which thread counts decides everything under biased, and traced counts nothing: these two do not
// go through here.
var disciplines = [...]counting{
	Plain:  {"plain", IncPlain, DecPlain, TryPlain},
	Atomic: {"atomic", IncAtomic, DecAtomic, TryAtomic},
	Locked: {"locked", IncLocked, DecLocked, TryLocked},
	Biased: {name: "biased"},
	Traced: {name: "traced"},
}

// String is the word that flags and tables use.
func (d Discipline) String() string { return disciplines[d].name }

// Disciplines lists them all.
func Disciplines() (all []Discipline) {
	for d := range disciplines {
		all = append(all, Discipline(d))
	}
	return all
}

// Named finds a discipline by its word; Plain when there is none.
func Named(word string) Discipline {
	for _, d := range Disciplines() {
		if d.String() == word {
			return d
		}
	}
	return Plain
}
