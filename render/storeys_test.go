package render_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestStoreysComeApart(t *testing.T) {
	var sc scene.Scene
	// A storey's node is turned and has no entity of its own.
	turned := sc.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: mgl64.HomogRotate3DX(math.Pi / 2)})
	add := func(entity string, parent scene.NodeID, lo, hi geom.Vec3) {
		local := geom.Identity()
		if parent != scene.None {
			local = sc.Nodes[parent].Local.Inv()
		}
		p := scene.Primitive{Indices: []uint32{0, 1, 2}, Normals: []float32{0, 1, 0, 0, 1, 0, 0, 1, 0}}
		for _, c := range []geom.Vec3{lo, hi, {lo[0], lo[1], hi[2]}} {
			p.Positions = append(p.Positions, float32(c[0]), float32(c[1]), float32(c[2]))
		}
		sc.AddNode(scene.Node{Entity: entity, Parent: parent, Joint: scene.None, Local: local, Mesh: sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})})
	}
	want := map[string]float64{"ground slab": 0, "wall 0": 0, "lamp 0": 0, "slab 1": 4, "wall 1": 4, "chair 1": 4, "roof": 8}
	add("ground slab", scene.None, geom.Vec3{0, -0.3, 0}, geom.Vec3{9, 0, 9})
	add("wall 0", scene.None, geom.Vec3{0, 0, 0}, geom.Vec3{9, 2.7, 0.2})
	add("lamp 0", scene.None, geom.Vec3{4, 2.5, 4}, geom.Vec3{4.2, 2.68, 4.2})
	add("slab 1", turned, geom.Vec3{0, 2.7, 0}, geom.Vec3{9, 3, 9})
	add("wall 1", turned, geom.Vec3{0, 3, 0}, geom.Vec3{9, 5.7, 0.2})
	add("chair 1", scene.None, geom.Vec3{4, 3, 4}, geom.Vec3{4.5, 3.9, 4.5})
	add("roof", scene.None, geom.Vec3{0, 5.7, 0}, geom.Vec3{9, 8, 9})
	s := render.StoreysOf([]float64{3, 0, 0.15, 3}, 5.7)
	apart := s.Apart(&sc, 4)
	before, after := sc.World(nil, nil), apart.World(nil, nil)
	for i, n := range sc.Nodes {
		if n.Entity == "" {
			continue
		}
		p := geom.Vec3{1, 1, 1}
		moved := mgl64.TransformCoordinate(p, after[i]).Sub(mgl64.TransformCoordinate(p, before[i]))
		if moved.Sub(geom.Vec3{0, want[n.Entity], 0}).Len() > 1e-9 {
			t.Errorf("%s moved by %v, not %g m up", n.Entity, moved, want[n.Entity])
		}
	}
	set := s.Lift(overlay.Set{Labels: []overlay.Label{{Anchor: geom.Vec3{0, 3.5, 0}}}, Heatmaps: []overlay.Heatmap{{Y: 0.02}}}, 4)
	if set.Labels[0].Anchor[1] != 7.5 || set.Heatmaps[0].Y != 0.02 {
		t.Errorf("overlays are at %+v", set)
	}
	if alone := render.StoreysOf([]float64{0}, 2.5); len(alone) != 2 {
		t.Errorf("a bungalow has %v", alone)
	}
}
