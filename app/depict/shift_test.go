package depict

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Zero is neutral, more is red, fewer blue, chance is faint, and nowhere is clear.
func TestAShiftIsColoured(t *testing.T) {
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	s := &whatif.Shift{Lo: geom.Vec2{1, 2}, FloorY: 3, Side: 0.5, NX: 2, Diff: []float64{0.2, -0.2, 0, 0.2, math.NaN(), 0.1}, Sure: []bool{true, true, false, false, false, true}}
	h := Shift(s, speak)
	if h.Low != -0.2 || h.High != 0.2 || h.Max != (geom.Vec2{2, 3.5}) || h.Y <= 3 || h.Y > 3.1 || h.Unit != "people/m²" {
		t.Errorf("%+v", h)
	}
	c := h.Colors()
	if more, fewer, same := c[0], c[1], c[2]; more.R <= more.B || fewer.B <= fewer.R || same.R < 200 || same.B < 200 {
		t.Errorf("more %v, fewer %v, same %v", more, fewer, same)
	}
	if c[3].A == 0 || c[3].A >= c[0].A/3 || c[4].A != 0 {
		t.Errorf("sure covers %d, chance %d, nowhere %d", c[0].A, c[3].A, c[4].A)
	}
}

// Both floors have one scale, so that a colour says the same in either; where
// nobody came is clear in both.
func TestHeadsOfBothLayoutsHaveOneScale(t *testing.T) {
	speak, err := phrase.New(phrase.Korean)
	if err != nil {
		t.Fatal(err)
	}
	s := &whatif.Shift{Lo: geom.Vec2{1, 2}, Side: 0.5, NX: 2, Diff: []float64{0.2, 0, math.NaN()}, Sure: make([]bool, 3),
		Heads: [2][]float64{{0.1, 0.4, math.NaN()}, {0.3, 0.4, math.NaN()}}}
	floors := Heads(s, speak)
	a, b := floors[0], floors[1]
	if a.Scale() != b.Scale() || a.Low != 0 || a.High != 0.5 || a.Title == "" || a.Max != (geom.Vec2{2, 3}) {
		t.Errorf("legends %+v and %+v", a.Scale(), b.Scale())
	}
	if a.Weights[0] >= a.Weights[1] || a.Weights[0] >= b.Weights[0] || a.Weights[1] != 1 {
		t.Errorf("where few are it covers by %v and %v", a.Weights, b.Weights)
	}
	left, right := a.Colors(), b.Colors()
	if left[1] != right[1] || left[0] == right[0] || left[2].A != 0 || right[2].A != 0 {
		t.Errorf("colours %v and %v", left, right)
	}
}
