package aml

import "github.com/glasstwin/glasstwin/scene/geom"

// Document is what a file tells.
type Document struct {
	Schema   string // "2.15" or "3.0"
	Name     string
	Elements []Element // a parent stands before its children
	Links    []Link
	Classes  int // roles, interfaces, units and attribute types that it defines
	Notes    []Note
}

// Element is an internal element with what it inherits.
type Element struct {
	ID, Name   string
	Path       string   // names from the hierarchy down, joined by "/"
	Parent     int      // index; -1 at the top of a hierarchy
	Unit       string   // path of its system unit class; "" when it has none
	Roles      []string // paths of role classes, required and supported, the most specific first
	Attributes []Attribute
	Interfaces []Interface
	Frame      *Frame // against the parent; nil when nothing tells it
	Mirror     string // id of the element that this one mirrors; "" when it is one of its own
}

// Attribute is a value; nested ones have the names of what they stand in before
// theirs: "Size/Width".
type Attribute struct {
	Name, Value, Unit, Type string
	Semantic                string // what it means, by reference to a dictionary
}

// Interface is how an element is joined to others or to files.
type Interface struct {
	ID, Name, Class string
	Attributes      []Attribute
}

// Link joins two interfaces, each as "element id:interface name" or an id.
type Link struct{ Name, A, B string }

// Frame places an element (IEC 62714-3): metres, and turns in degrees about x,
// then y, then z, in a right-handed frame with +Z up.
type Frame struct {
	At   geom.Vec3
	Turn geom.Vec3
}

// Note is one thing that was not understood, or is wrong in a way that a schema
// does not find.
type Note struct {
	Place string // path or id
	Why   string
}

// Attribute returns an attribute by name; names count without regard to case.
func (e Element) Attribute(name string) (Attribute, bool) { return find(e.Attributes, name) }

// Attribute returns an attribute by name.
func (i Interface) Attribute(name string) (Attribute, bool) { return find(i.Attributes, name) }
