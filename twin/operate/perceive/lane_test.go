package perceive

import (
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// Lights and air handlers hang over lanes; a trolley that was left stands in one.
func TestWhatHangsAboveHeadsNarrowsNoLane(t *testing.T) {
	at := func(id, class string, x, y, width, depth float64) twin.Asset {
		return twin.Asset{ID: twin.AssetID(id), Class: class, Size: [3]float64{width, 1.6, depth}, Pose: twin.Pose{Position: [3]float64{x, y, -5}}}
	}
	shelves := []twin.Asset{at("gondola-1", "gondola-shelf", 1, 0, 1, 6), at("gondola-2", "gondola-shelf", 3.7, 0, 1, 6), at("wall-1", "wall-shelf", 6.2, 0, 0.6, 6)}
	for _, c := range []struct {
		name  string
		more  twin.Asset
		lanes int
	}{
		{"nothing between", at("poster-1", "sign", 20, 0, 1, 1), 2},
		{"an air handler under the ceiling", at("hvac-1", "hvac-unit", 2.4, 3.5, 1.4, 1.4), 2},
		{"a light under the ceiling", at("light-1", "ceiling-light", 5, 3.5, 0.3, 1.5), 2},
		{"a bin on the floor", at("bin-1", "promotion-bin", 2.2, 0, 0.6, 2), 1},
	} {
		if got := lanes(&twin.Site{Assets: append(shelves[:len(shelves):len(shelves)], c.more)}); len(got) != c.lanes {
			t.Errorf("with %s there are lanes %v, want %d", c.name, got, c.lanes)
		}
	}
}
