package patch_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

func TestSplinesThatAreNone(t *testing.T) {
	p := []geom.Vec3{{0, 0, 0}, {1, 0, 0}, {2, 1, 0}}
	knots := []float64{0, 0, 0, 1, 1, 1}
	for _, c := range []struct {
		name           string
		degree         int
		points         []geom.Vec3
		knots, weights []float64
		want           string
	}{
		{"degree", 0, p, knots, nil, "degree is 0"},
		{"few points", 3, p, knots, nil, "control points"},
		{"knots", 2, p, knots[:5], nil, "5 knots; 3 control points of degree 2 need 6"},
		{"falling", 2, p, []float64{0, 0, 0, -1, 1, 1}, nil, "knots must not fall"},
		{"NaN", 2, p, []float64{0, 0, math.NaN(), 1, 1, 1}, nil, "knots must not fall"},
		{"no length", 2, p, []float64{1, 1, 1, 1, 1, 1}, nil, "no length"},
		{"weights", 2, p, knots, []float64{1, 1}, "2 weights"},
		{"zero weight", 2, p, knots, []float64{1, 0, 1}, "weight 2 is 0"},
		{"infinite point", 2, []geom.Vec3{{0, 0, 0}, {math.Inf(1), 0, 0}, {2, 1, 0}}, knots, nil, "control point 2"},
	} {
		_, err := patch.NewBSpline(c.degree, c.points, c.knots, c.weights)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// What cannot be bounded is an error that names the face, and the others are
// made.
func TestFacesThatAreNone(t *testing.T) {
	m := geom.Identity()
	v := func(x, y, z float64) *patch.Vertex { return at(m, x, y, z) }
	polygon := func(p ...*patch.Vertex) patch.Loop {
		var l patch.Loop
		for i := range p {
			l.Uses = append(l.Uses, with(straight(t, p[i], p[(i+1)%len(p)])))
		}
		return l
	}
	c := v(1, 0, 0)
	circle := edge(t, patch.Conic{Frame: m, A: 1, B: 1}, c, c, true)
	good := frustum(t, "", 1, 1, 1, true).faces[0]
	for _, bad := range []struct {
		name string
		face patch.Face
		want string
	}{
		{"crossing", patch.Face{Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{polygon(v(0, 0, 0), v(1, 1, 0), v(1, 0, 0), v(0, 1, 0))}}, "cross or touch"},
		{"touching", patch.Face{Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{polygon(v(0, 0, 0), v(2, 0, 0), v(2, 2, 0), v(1, 0, 0), v(0, 2, 0))}}, "cross or touch"},
		{"open", patch.Face{Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(with(straight(t, v(0, 0, 0), v(1, 0, 0))))}}, "not closed"},
		{"unconnected", patch.Face{Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(with(circle), with(straight(t, v(0, 0, 0), v(1, 0, 0))))}}, "not connected"},
		{"no surface", patch.Face{}, "no surface"},
		{"unbounded plane", patch.Face{Surface: patch.Plane{Frame: m}}, "no loop"},
		{"half a cylinder", patch.Face{Surface: patch.Cylinder(m, 1), Loops: []patch.Loop{loop(with(circle))}}, "nothing bounds it"},
		{"twice", patch.Face{Surface: patch.Cylinder(m, 1), Loops: []patch.Loop{loop(with(circle)), loop(with(circle)), loop(with(circle))}}, "3 loops"},
		{"a line", patch.Face{Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{polygon(v(0, 0, 0), v(1, 0, 0))}}, "no loop"},
	} {
		t.Run(bad.name, func(t *testing.T) {
			bad.face.Name = "#12"
			mesh, err := patch.Tessellate(context.Background(), []patch.Face{bad.face, good}, patch.Options{})
			if err == nil || !strings.Contains(err.Error(), bad.want) || !strings.Contains(err.Error(), "face #12: ") {
				t.Fatalf("error %v, want %q of face #12", err, bad.want)
			}
			if len(mesh.Patches[0].Triangles) != 0 || len(mesh.Patches[1].Triangles) == 0 {
				t.Errorf("%d and %d triangles", len(mesh.Patches[0].Triangles), len(mesh.Patches[1].Triangles))
			}
		})
	}
}

func TestWorkIsBounded(t *testing.T) {
	s := ball(t, "", "nothing")
	_, err := patch.Tessellate(context.Background(), s.faces, patch.Options{Chord: 1e-6, MaxTriangles: 5000})
	if err == nil || !strings.Contains(err.Error(), "too many triangles: more than 5000") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := patch.Tessellate(ctx, s.faces, patch.Options{}); err != context.Canceled {
		t.Errorf("error %v after cancellation", err)
	}
}
