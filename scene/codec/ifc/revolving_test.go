package ifc_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// revolving is a door of four wings, 0.9 m from its axis to their tips, between
// the two sides of a drum.
var revolving = authored{kind: "IFCDOOR", op: ".REVOLVING.",
	lining: []geom.Box{bx(0, 0.5, 0, 0.05, 1.5, 2.3), bx(1.95, 0.5, 0, 2, 1.5, 2.3)},
	leaves: []geom.Box{bx(0.1, 0.98, 0, 0.98, 1.02, 2.2), bx(1.02, 0.98, 0, 1.9, 1.02, 2.2),
		bx(0.98, 0.1, 0, 1.02, 0.98, 2.2), bx(0.98, 1.02, 0, 1.02, 1.9, 2.2)}}

// TestARevolvingDoorTurns: all wings turn as one about the middle of the drum,
// which stays, and whose sides they pass.
func TestARevolvingDoorTurns(t *testing.T) {
	for _, mesh := range []bool{false, true} {
		door := revolving
		door.mesh = mesh
		m := read(t, "door.ifc", door.made())
		if len(m.Scene.Joints) != 1 || m.Scene.Joints[0].Kind != scene.Continuous {
			t.Fatalf("joints %+v; notes %v", m.Scene.Joints, m.Notes)
		}
		checkLining(t, m)
		carrier := scene.NodeID(scene.None)
		for i, n := range m.Scene.Nodes {
			if n.Joint != scene.None {
				carrier = scene.NodeID(i)
			}
		}
		axis := geom.Vec3{1, 1, 0}
		for _, angle := range []float64{0, 0.3, math.Pi / 2, math.Pi, 5, -0.7, 4 * math.Pi} {
			world := m.Scene.World(m.Scene.Resolve([]float64{angle}), nil)
			for _, tip := range []geom.Vec3{{0.1, 1, 1}, {1.9, 1, 1}, {1, 0.1, 1}, {1, 1.9, 1}} {
				p := mgl64.TransformCoordinate(geom.Vec3{tip[0], tip[2], -tip[1]}, world[carrier])
				got := geom.Vec3{p[0], -p[2], p[1]}
				d, s, c := tip.Sub(axis), math.Sin(angle), math.Cos(angle)
				want := inFile(axis.Add(geom.Vec3{c*d[0] - s*d[1], s*d[0] + c*d[1], d[2]}))
				if got.Sub(want).Len() > 1e-6 {
					t.Errorf("turned by %v: the tip at %v is at %.4f, want %.4f", angle, tip, got, want)
				}
			}
		}
	}
}
