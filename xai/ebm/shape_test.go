package ebm_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// The shares of all shapes at a row's values are those of its explanation.
func TestShapesHoldTheSharesOfARow(t *testing.T) {
	f, err := assets.Models().Open("cabinet-faults.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := ebm.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, len(m.Columns))
	for j, c := range m.Columns {
		row[j] = c.Min + 0.4*(c.Max-c.Min)
	}
	x, err := m.Explain(row)
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	step := func(edges []float64, v float64) int {
		i := 0
		for i < len(edges)-2 && v >= edges[i+1] {
			i++
		}
		return i
	}
	for _, a := range x.Attributions {
		s, err := m.Shape(a.Feature, x.Claim, row)
		if err != nil {
			t.Fatal(err)
		}
		i, k := step(s.Edges[0], s.Value[0]), 0
		if len(s.Features) == 2 {
			pairs++
			k = step(s.Edges[1], s.Value[1])
		}
		if len(s.Shares) != len(s.Edges[0])-1 || math.Abs(s.Shares[i][k]-a.Share) > 1e-12 || !s.Exact {
			t.Errorf("%s: the shape has %g where the share is %g", a.Feature, s.Shares[i][k], a.Share)
		}
	}
	if pairs == 0 {
		t.Error("no pair was looked at")
	}
	if _, err := m.Shape("no such term", x.Claim, row); err == nil {
		t.Error("a term that is not there has a shape")
	}
	if _, err := m.Shape(x.Attributions[0].Feature, "no such class", row); err == nil {
		t.Error("a class that is not there has a shape")
	}
}
