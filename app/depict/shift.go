package depict

import (
	"math"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

const (
	shiftOpacity = 0.9  // it is what is looked at
	shiftFaint   = 0.22 // of that, where chance may have made it
)

// Shift colours a floor by where a layout has more people than
// another, and where fewer: zero is in the middle of the palette, and what chance
// may have made is faint.
func Shift(s *whatif.Shift, words interface {
	PeopleShift(s *whatif.Shift) (title, unit, note string, ends [2]string)
}) overlay.Heatmap {
	high := s.High()
	h := overlay.Heatmap{
		Min: s.Lo, Max: s.Lo.Add(geom.Vec2{float64(s.NX), math.Ceil(float64(len(s.Diff)) / float64(s.NX))}.Mul(s.Side)),
		Y: s.FloorY + aboveFloor, Columns: s.NX, Values: s.Diff, Weights: make([]float32, len(s.Diff)),
		Low: -high, High: high, Palette: overlay.Diverging, Opacity: shiftOpacity,
	}
	h.Title, h.Unit, h.Note, h.Ends = words.PeopleShift(s)
	for i, sure := range s.Sure {
		if h.Weights[i] = shiftFaint; sure {
			h.Weights[i] = 1
		}
	}
	return h
}

const (
	headsOpacity = 0.8
	headsFaint   = 0.12 // of that, where hardly anybody is: the floor is seen through
)

// Heads colour the floors of two layouts by how many people are there, both on one
// scale, so that the same colour says the same in either.
func Heads(s *whatif.Shift, words interface {
	PeopleHeads(s *whatif.Shift) (title, unit, note string)
}) (floors [2]overlay.Heatmap) {
	high := s.HeadsHigh()
	for k, heads := range s.Heads {
		h := &floors[k]
		*h = overlay.Heatmap{
			Min: s.Lo, Max: s.Lo.Add(geom.Vec2{float64(s.NX), math.Ceil(float64(len(heads)) / float64(s.NX))}.Mul(s.Side)),
			Y: s.FloorY + aboveFloor, Columns: s.NX, Values: heads, Weights: make([]float32, len(heads)), Low: 0, High: high, Opacity: headsOpacity,
		}
		for i, v := range heads {
			h.Weights[i] = float32(min(1, headsFaint+math.Sqrt(max(0, v)/high)))
		}
		h.Title, h.Unit, h.Note = words.PeopleHeads(s)
	}
	return floors
}
