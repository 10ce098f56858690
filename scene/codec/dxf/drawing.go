package dxf

import "github.com/glasstwin/glasstwin/scene/geom"

// Drawing is the model space of a file.
type Drawing struct {
	Name     string // of the file
	Version  string // "AC1027"; empty: not stated
	CodePage string
	Unit     Unit
	Layers   []Layer // in order of their table, then those only used
	Shapes   []Shape
	Inserts  []Insert
	Skipped  map[string]int // entities not drawn, by type
	Notes    []Note
}

// Unit is the length of one drawing unit.
type Unit struct {
	Metres   float64
	Name     string // "mm"
	Inferred bool   // not stated in the file, or stated and not to be believed
	Why      string
}

// Layer is a named sheet of the drawing.
type Layer struct {
	Name   string
	Color  int  // AutoCAD colour index, 1..255
	Off    bool // switched off
	Frozen bool
}

// Kind is what an entity was drawn as.
type Kind uint8

const (
	Line  Kind = iota // straight, or a chain of straight pieces and arcs
	Curve             // arc, circle, ellipse or spline
	Area              // hatch, solid, trace: its paths bound what is filled
	Face              // of a mesh or a 3D face
	Text
	Point
)

// Shape is one entity, in the drawing's unit and world frame.
type Shape struct {
	Kind   Kind
	Entity string // its type in the file: "LWPOLYLINE"
	Layer  int    // in Drawing.Layers
	Color  int    // AutoCAD colour index, that of the layer when the entity has none
	Hidden bool   // its layer is off or frozen
	Handle string // empty: the file gives none
	Place  int    // line of the file, or byte of a binary one, where it begins
	Insert int    // in Drawing.Inserts: the innermost block that it is part of; -1: none
	Paths  []Path
	Arcs   []Arc   // the circular pieces of the paths, before they were flattened
	Width  float64 // of a polyline with one width for all
	Text   string
	At     geom.Vec3 // of a text, a point
	Height float64   // of a text
}

// Path is a chain of points.
type Path struct {
	Points []geom.Vec3
	Closed bool // the last point joins the first, which is not repeated
}

// Arc is part of a circle in a plane parallel to the ground.
type Arc struct {
	Centre   geom.Vec3
	Radius   float64
	From, To geom.Vec3 // its ends
	Sweep    float64   // radians from From to To, positive counter-clockwise seen from above
}

// Insert is one placing of a block.
type Insert struct {
	Block   string
	Layer   int
	Hidden  bool
	Handle  string
	Place   int
	Parent  int // in Drawing.Inserts; -1: placed in model space itself
	At      geom.Mat4
	Box     geom.Box          // of its shapes, without texts
	Attribs map[string]string // by tag
}

// Note is something that the reader left out or had to guess.
type Note struct {
	Place int // line of the file, or byte of a binary one; 0: the whole
	Text  string
}
