package ifc

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// entitiesText tells of each entity of IFC2x3, IFC4 and IFC4x3 its name, what it
// is a kind of ("-": nothing) and, where it has a PredefinedType, the index of
// that attribute in the newest schema that has it.
//
//go:embed entities.txt
var entitiesText string

// class is an entity of the standard.
type class struct {
	name       string // "IfcWall"
	super      string // upper case; empty: none
	predefined int    // index of PredefinedType, 0: none
}

// classes are the entities of the standard by upper-case name.
var classes = sync.OnceValue(func() map[string]class {
	out := make(map[string]class, 1024)
	for line := range strings.Lines(entitiesText) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		c := class{name: f[0]}
		if f[1] != "-" {
			c.super = strings.ToUpper(f[1])
		}
		if len(f) > 2 {
			c.predefined, _ = strconv.Atoi(f[2])
		}
		out[strings.ToUpper(f[0])] = c
	}
	return out
})

// isA tells whether an entity is another or a kind of it; both upper case.
func isA(kind, of string) bool {
	all := classes()
	for range 30 {
		if kind == of {
			return true
		}
		c, ok := all[kind]
		if !ok || c.super == "" {
			return false
		}
		kind = c.super
	}
	return false
}

// camel spells the name of an entity as the standard does: "IfcWall".
func camel(kind string) string {
	if c, ok := classes()[kind]; ok {
		return c.name
	}
	if rest, ok := strings.CutPrefix(kind, "IFC"); ok && rest != "" {
		return "Ifc" + rest[:1] + strings.ToLower(rest[1:])
	}
	return kind
}
