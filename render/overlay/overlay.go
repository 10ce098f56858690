// Package overlay holds what is drawn over a scene to explain it: heatmaps,
// tints, arrows, labels, trails, streamlines, figures, ghosts and clouds of points, as plain
// data with its geometry (palettes, label placement, arrow tubes, even samples).
// It must never know what an overlay means: app makes overlays from
// explanations, render draws them. Start reading at Set.
package overlay

import "github.com/glasstwin/glasstwin/scene/geom"

// Set is everything to be drawn over one frame.
type Set struct {
	Heatmaps []Heatmap
	Volumes  []VolumeHeat
	Tints    []Tint
	Arrows   []Arrow
	Labels   []Label
	Trails   []Trail
	Flows    []Flow
	Figures  []Figure
	Ghosts   []Ghost
	Clouds   []Cloud
}

// RGBA is a linear colour with coverage, each 0..1.
type RGBA [4]float32

// Heatmap colours a horizontal rectangle by a grid of values. One without a title
// only marks a place: it has no legend, and tells nothing to who points at it.
type Heatmap struct {
	Title, Unit string
	Min, Max    geom.Vec2 // x and z of the rectangle's corners, metres
	Y           float64   // height, metres
	Columns     int       // cells along x
	Values      []float64 // row-major along x, rows along z; NaN is left clear
	Low, High   float64   // values at the ends of the palette
	Palette     Palette
	Opacity     float32
	Weights     []float32 // by cell, 0..1, how much of the opacity covers it; nil: all
	Ends        [2]string // of its scale
	Note        string    // likewise
}

// Weight is how much of the opacity covers a cell.
func (h *Heatmap) Weight(cell int) float32 {
	if cell >= len(h.Weights) {
		return 1
	}
	return h.Weights[cell]
}

// Scale is what a legend explains: which colour stands for which value.
type Scale struct {
	Title, Unit string
	Low, High   float64 // values at the ends of the palette
	Palette     Palette
	Ends        [2]string // what values beyond the ends mean; "": there are none
	Note        string    // a line below; "": none
}

// Scale is that of a heatmap.
func (h *Heatmap) Scale() Scale {
	return Scale{Title: h.Title, Unit: h.Unit, Low: h.Low, High: h.High, Palette: h.Palette, Ends: h.Ends, Note: h.Note}
}

// Tint colours an entity, or one part of it.
type Tint struct {
	Entity string
	Part   string  // "" is all of it
	Color  RGBA    // its alpha is how strongly it covers the material
	Glow   float32 // added light, so that the part stands out in the dark
	Grey   bool    // desaturate instead: the data behind it is not live
}

// Arrow is a curved tube from one point to another.
type Arrow struct {
	From, To geom.Vec3
	Strength float64 // 0..1, the width
	Wide     float64 // times the width that an arrow between parts of things has; 0: as wide
	Color    RGBA
	Phase    float64   // 0..1, how far the animated marks have moved along it
	Label    string    // written beside it
	Says     string    // to who points at it; "": its label
	Bend     geom.Vec3 // moves the arc aside, metres (see Route); zero: it bows upwards
	Order    int       // its place in time among the arrows of a set, 0 first
	Ahead    float64   // 0..1, the part at its end that is not reached yet (see Play): faint
	Entity   string    // what it belongs to, for picking
	Part     string    // of the entity; "": none
	Of       [2]string // what is at its ends, for picking: ids of whoever drew it
}

// Label is a card with a leader line to its anchor. Cards never overlap; those
// of higher priority keep their place.
type Label struct {
	Entity   string // what it belongs to, for picking
	Anchor   geom.Vec3
	Title    string
	Lines    []string
	Accent   RGBA
	Priority float64
	Faded    bool // the data behind it is not live
}

// Trail is a path over the floor, oldest point first, fading.
type Trail struct {
	Entity string // whose it is, for picking
	Label  string // likewise
	Points []geom.Vec3
	Color  RGBA
}

// Figure is a standing person.
type Figure struct {
	Label    string // for picking
	Position geom.Vec3
	Yaw      float64
	Color    RGBA
}

// Ghost draws an entity translucent at another pose.
type Ghost struct {
	Entity string
	Pose   geom.Mat4 // replaces the entity's world transform
	Color  RGBA
}

// Palette names a colour scale.
type Palette uint8

const (
	Sequential Palette = iota // dark blue to yellow, perceptually uniform, colour-blind-safe
	Diverging                 // blue, neutral at the middle, red
)
