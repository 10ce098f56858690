package plan

import (
	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Options steer Understand. The zero value guesses everything.
type Options struct {
	// Answers to the questions of an earlier draft, by Question.ID. An answer
	// that is not understood is told in Draft.Notes.
	Answers map[string]string
	// ClassOf guesses the class of a fixture by its name and size in metres;
	// nil leaves the classes empty.
	ClassOf func(name string, size geom.Vec3) (class string, confidence float64)
	Ceiling bool // Scene gets a ceiling
}

// Source is an entity of the drawing that something was read from.
type Source struct {
	Entity string // "LWPOLYLINE"
	Handle string
	Layer  string
	Place  int // line of the file
}

// Guess is how a thing was found.
type Guess struct {
	Confidence float64 // 0..1
	Why        string
	Evidence   []Source
}

// Draft is a plan as understood. Plan coordinates are x and z in metres.
type Draft struct {
	Unit      dxf.Unit
	Origin    geom.Vec2 // what was taken off the drawing's x and y, metres
	Height    float64   // of the storey, metres
	Walls     []Wall
	Doors     []Opening
	Windows   []Opening
	Rooms     []Room
	Fixtures  []Fixture
	Questions []Question
	Notes     []string // what was inferred or left out

	graph   *graph
	ceiling bool
}

// Wall is a straight wall with its openings.
type Wall struct {
	ID        string
	From, To  geom.Vec2 // ends of its centre line
	Thickness float64
	Guess
}

// Kind of an opening.
type Kind uint8

const (
	Passage Kind = iota // without a leaf
	Swing
	Double
	Sliding
	Window
)

func (k Kind) String() string {
	return [...]string{"passage", "swing", "double", "sliding", "window"}[k]
}

// Opening is a door, a passage or a window.
type Opening struct {
	ID         string
	Kind       Kind
	Wall       string    // id of the wall that it is in
	From, To   geom.Vec2 // jambs, on the wall's centre line; a swing door is hinged at From
	Sill, Head float64   // metres above the floor
	Swing      geom.Vec2 // unit vector that the leaf opens towards; zero: not known
	Guess
}

// Width is the clear width in metres.
func (o Opening) Width() float64 { return o.To.Sub(o.From).Len() }

// Room is a space closed by walls and openings.
type Room struct {
	ID      string
	Name    string // empty: no text stands in it
	Outline []geom.Vec2
	Area    float64 // square metres within the walls
	FloorY  float64
	Height  float64
	Guess
}

// Fixture is a piece of furniture, a stair or a column.
type Fixture struct {
	ID    string
	Name  string
	Class string
	Box   geom.Box // its height is assumed
	Turn  float64  // radians about +Y of its block
	Guess
}

// Question is a guess that a person can confirm or correct.
type Question struct {
	ID         string
	Text       string
	Guess      string
	Confidence float64
	Choices    []string      // empty: a number in metres
	Preview    [][]geom.Vec2 // what it is about, x and z
}

// Element is a part of the building in the scene.
type Element struct {
	Entity string // "building/wall-001"
	Type   string // "wall", "door", "window", "slab", "ceiling"
	Name   string
	Box    geom.Box
}
