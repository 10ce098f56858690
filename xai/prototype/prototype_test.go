package prototype_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/xai/prototype"
)

func TestTheModelsEyeCountsBeforeTheValues(t *testing.T) {
	// The model looks at the sign of x0 only, and at whether x1 is above 10.
	leaves := func(row []float64) []int {
		out := []int{0, 0}
		if row[0] > 0 {
			out[0] = 1
		}
		if row[1] > 10 {
			out[1] = 1
		}
		return out
	}
	rows := [][]float64{{-0.1, 1}, {5, 1}, {3, 2}, {1, 11}, {1, math.NaN()}}
	x, err := prototype.New(rows, []float64{1, 1}, leaves)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	for _, s := range x.Nearest([]float64{0.1, 1}, 10, func(i int) bool { return i == 2 }) {
		order = append(order, s.Row)
	}
	// Row 0 is nearest by value but on the other side of what the model sees;
	// row 2 is left out; row 3 shares one leaf, as row 0 does, but is farther.
	want := []int{4, 1, 0, 3}
	for i, w := range want {
		if len(order) != len(want) || order[i] != w {
			t.Fatalf("order %v, want %v", order, want)
		}
	}
	if near := x.Nearest([]float64{5, 1}, 1, nil); len(near) != 1 || near[0].Row != 1 || near[0].Shared != 1 || near[0].Distance != 0 {
		t.Errorf("a row is not nearest to itself: %+v", near)
	}
	if _, err := prototype.New(rows, []float64{1}, leaves); err == nil {
		t.Error("one scale for two columns was taken")
	}
}
