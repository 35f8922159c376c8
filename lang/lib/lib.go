// Package lib holds the library modules that are written in toy.
package lib

import "embed"

// FS holds the modules' sources: name.toy, or name/__init__.toy for a package.
//
//go:embed *.toy collections/*.toy json/*.toy
var FS embed.FS
