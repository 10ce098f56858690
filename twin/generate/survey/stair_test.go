package survey_test

import (
	"context"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// A flight of nine steps in a bare room is found with its rise, going and
// width.
func TestStair(t *testing.T) {
	const rise, going, width = 0.175, 0.28, 1.0
	h := &home{bounds: geom.Box{Min: geom.Vec3{0, 0, 0}, Max: geom.Vec3{6, 3.2, 4}}}
	for _, w := range [6][2]geom.Vec3{
		{{-0.2, -0.2, -0.2}, {6.2, 0, 4.2}}, {{-0.2, 3.2, -0.2}, {6.2, 3.4, 4.2}},
		{{-0.2, 0, -0.2}, {0, 3.2, 4.2}}, {{6, 0, -0.2}, {6.2, 3.2, 4.2}}, {{0, 0, -0.2}, {6, 3.2, 0}}, {{0, 0, 4}, {6, 3.2, 4.2}},
	} {
		h.add(w[0], w[1], [3]uint8{200, 200, 200})
	}
	for k := range 9 {
		h.add(geom.Vec3{2 + going*float64(k), 0, 1.5}, geom.Vec3{2 + going*9, rise * float64(k+1), 1.5 + width}, [3]uint8{120, 120, 120})
	}
	h.rooms = []truthRoom{{lo: geom.Vec2{0, 0}, hi: geom.Vec2{6, 4}, top: 3.2}}
	h.stations = []geom.Vec3{{1, 2.4, 0.8}, {1.2, 2.2, 3.2}, {5, 2.6, 0.7}}
	how := usualScan(1)
	how.ghosts = 0
	cloud, _ := h.scan(1, how)
	s, err := survey.Reconstruct(context.Background(), cloud, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Stairs) != 1 {
		t.Fatalf("%d stairs, want one; objects: %+v", len(s.Stairs), s.Objects)
	}
	st := s.Stairs[0]
	if st.Steps != 9 || math.Abs(st.Rise-rise) > 0.01 || math.Abs(st.Run-going) > 0.02 || math.Abs(st.Width-width) > 0.1 {
		t.Errorf("%d steps of %.3f by %.3f m, %.2f m wide; want 9 of %.3f by %.3f m, %.2f m", st.Steps, st.Rise, st.Run, st.Width, rise, going, width)
	}
	if st.Box.Empty() || math.Abs(st.Box.Size()[1]-9*rise) > 0.15 {
		t.Errorf("its box is %v", st.Box)
	}
	scene, _ := s.Scene()
	closed(t, scene)
}
