package render

import (
	"errors"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Camera looks at Target from Distance metres away. Yaw is about +Y, zero
// looking along -Z; Pitch is the angle above the horizon; both in radians.
// Orbit, pan, zoom and walk change these numbers only.
type Camera struct {
	Target     geom.Vec3
	Yaw, Pitch float64
	Distance   float64 // metres; 0 is a person's eye at Target, for walking
	FovY       float64 // radians; 0 means 45°
}

// Frame is everything that one picture depends on besides the scene.
type Frame struct {
	Width, Height int // pixels
	Camera        Camera
	Joints        []float64          // position of each joint of the scene, rad or m; short: at rest
	Emissive      map[string]float32 // by entity: factor on its materials' emission; missing: 1
	Hidden        map[string]bool    // entities not drawn
	Likely        []map[string]bool  // entities that may be hidden in frames that come: their light is made ready meanwhile
	Veiled        map[string]bool    // entities drawn as a thin veil that all else is seen through
	Reveal        bool               // veil what hides the selected entity, too
	Cut           Cut                // what is cut away; zero: nothing
	Selected      string             // entity drawn with a highlight
	Hovered       string
	Overlays      overlay.Set
	Sun           geom.Vec3   // direction towards the sun, by night below the horizon; zero: the light of a studio on a clear morning
	Dark          bool        // dark surroundings, to match a dark window
	Draft         bool        // the camera moves: cheaper effects are welcome
	DraftScale    float64     // part of the pixels' edge that a draft draws, over 0.1; 0: the renderer's own
	Since         Since       // what may have changed since the picture before
	Samples       int         // pictures, each a part of a pixel aside, whose mean is added; 0 means 1
	Unwanted      func() bool // asked while a full picture is drawn whether it may be left; nil: it may not
	Scale         float64     // of text and lines; 0 means 1
	Beside        *Frame      // drawn in the right part of the picture, from the same camera; nil: nothing is
	Wipe          float64     // part of the width that shows this frame where there is another beside it
}

// ErrUnwanted is what drawing a frame ends with that was left because nobody
// wanted it any more. What was drawn of it is not to be shown.
var ErrUnwanted = errors.New("draw a frame: it is not wanted any more")

// Split is the column at which the frame beside this one begins.
func (f *Frame) Split() int {
	if f.Beside == nil {
		return f.Width
	}
	return int(min(1, max(0, f.Wipe)) * float64(f.Width))
}

// Other is the frame beside this one, seen as it is.
func (f *Frame) Other() Frame { return f.Beside.seenAs(f) }

// Halves are the two frames of a picture whose parts show scenes of their own:
// each a picture by itself from the camera of this one, as wide as its part.
func (f *Frame) Halves() (left, right Frame) {
	left, right = *f, f.Other()
	left.Beside, left.Wipe = nil, 0
	left.Width = f.Split()
	right.Width = f.Width - left.Width
	return left, right
}

// Left is another frame, seen as this one is, with this one in the right part of
// its picture.
func (f *Frame) Left(other *Frame, wipe float64) Frame {
	o := other.seenAs(f)
	right := *f
	o.Beside, o.Wipe = &right, wipe
	return o
}

// seenAs is the frame from the camera of another, as large and as fine.
func (f *Frame) seenAs(as *Frame) Frame {
	o := *f
	o.Width, o.Height, o.Camera, o.Scale = as.Width, as.Height, as.Camera, as.Scale
	o.Draft, o.DraftScale, o.Since, o.Samples, o.Unwanted = as.Draft, as.DraftScale, as.Since, as.Samples, as.Unwanted
	o.Beside, o.Wipe = nil, 0
	return o
}

// Cut takes away what lies on one side of a plane, and paints where it passes
// through what is solid. What is cut away casts no shadow and cannot be picked.
type Cut struct {
	Away   geom.Vec3 // unit normal of the plane, towards what is taken away; zero: nothing is
	Offset float64   // metres of the plane from the origin, along Away
}

// Whole tells whether nothing is cut.
func (c Cut) Whole() bool { return c.Away == geom.Vec3{} }

// Takes tells whether a point is cut away.
func (c Cut) Takes(p geom.Vec3) bool { return !c.Whole() && p.Dot(c.Away) > c.Offset }

// Since tells what may have changed since the picture that the same renderer
// drew before. A picture is the mean of all that were drawn since everything
// changed, so that it grows finer while nothing does.
type Since uint8

const (
	Everything Since = iota // the camera, the size, or what is not known
	Content                 // the camera stands; something in the scene or over it is another
	Nothing                 // the frame is as before
)

// Stats tells what drawing a frame took.
type Stats struct {
	Triangles int
	Points    int // of clouds
	Draws     int
	Coarser   int     // meshes that are drawn coarser than they are wanted, for want of graphics memory
	Brought   int     // bytes of meshes that went to the graphics memory with it
	BringMs   float64 // that this took
	Samples   int     // pictures that the one shown is the mean of
	CPUms     float64
	Pending   bool // something of the picture is on its way, as the light of its hour or an image: draw it again
	Memory    Memory
}

// Memory is what of the graphics memory a scene takes, in bytes.
type Memory struct {
	Geometry int // room for vertices and indices
	Images   int // of its materials, with their smaller levels
	Unpacked int // that the images would be, were they not packed
}

// Pass tells what one pass of a frame took.
type Pass struct {
	Name   string
	CPUms  float64 // of the renderer's thread, to hand it over
	GPUms  float64 // until it was drawn
	Workms float64 // of all threads of the program, software GL included; 0 where nothing tells it
}

// Kind is what of a picture was hit.
type Kind uint8

const (
	HitThing Kind = iota // a surface of the scene, or where one was scanned
	HitCard              // of an overlay, as all that follow
	HitArrow
	HitTrail
	HitLine // of a flow
	HitPerson
	HitGhost
	HitField // nothing but air of which a field tells
)

// Hit is what stands under a pixel.
type Hit struct {
	Kind   Kind
	Entity string
	Part   string
	Point  geom.Vec3
	Label  string // of the overlay that was hit; "": it has none, or a thing was
	Value  float64
	Unit   string    // of the value; "": it has none
	Fields []Reading // of the heatmaps and volumes that one looks at or through, the nearest first
	Of     [2]string // what is at the ends of the arrow that was hit
}

// Reading is what a field of an overlay tells of a place.
type Reading struct {
	Title, Unit string
	Value       float64
	Point       geom.Vec3
}
