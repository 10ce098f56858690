package gl

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
)

// peopleMeshes are those of a person, behind all others.
const peopleMeshes = 2

// withPeople returns the scene as it goes into the graphics memory: with the
// meshes of a person behind its own.
func withPeople(sc *scene.Scene) *scene.Scene {
	drawn := *sc
	drawn.Materials = append(make([]scene.Material, 0, len(sc.Materials)+3), sc.Materials...)
	drawn.Meshes = append(make([]scene.Mesh, 0, len(sc.Meshes)+2), sc.Meshes...)
	add := func(m scene.Material) scene.MaterialID {
		drawn.Materials = append(drawn.Materials, m)
		return scene.MaterialID(len(drawn.Materials) - 1)
	}
	clothes := add(scene.Material{Name: "clothes", BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.85})
	skin := add(scene.Material{Name: "skin", BaseColor: [4]float32{0.52, 0.33, 0.24, 1}, Roughness: 0.6})
	trousers := add(scene.Material{Name: "trousers", BaseColor: [4]float32{0.045, 0.05, 0.065, 1}, Roughness: 0.85})
	upper, rest := overlay.Body(clothes, skin, trousers)
	drawn.Meshes = append(drawn.Meshes, upper, rest)
	return &drawn
}

// placePeople adds figures to the instances, after the scene's own.
func (s *stage) placePeople(f *render.Frame, v *view) {
	list := f.Overlays.Figures
	list = list[:min(len(list), figuresMost)]
	for part := range 2 {
		mesh := len(s.meshes) - peopleMeshes + part
		first := len(s.instances)
		for i := range list {
			p := &list[i]
			if !v.sees(p.Position.Add(mgl64.Vec3{0, 0.86, 0}), 1.0) {
				continue
			}
			x := instance{look: [4]float32{1, 0, 0, seedOf(i)}}
			sin, cos := math.Sincos(p.Yaw)
			at := p.Position
			x.rows = [3][4]float32{
				{float32(cos), 0, float32(sin), float32(at[0])},
				{0, 1, 0, float32(at[1])},
				{float32(-sin), 0, float32(cos), float32(at[2])},
			}
			if part == 0 {
				x.tint = p.Color
			}
			s.instances = append(s.instances, x)
		}
		if n := len(s.instances) - first; n > 0 {
			s.batches = append(s.batches, batch{mesh: mesh, first: first, count: n})
		}
	}
}

// placeGhosts adds entities at other poses to the instances; they are drawn by
// a pass of their own.
func (s *stage) placeGhosts(f *render.Frame, v *view) {
	s.ghosts = s.ghosts[:0]
	for i := range f.Overlays.Ghosts {
		g := &f.Overlays.Ghosts[i]
		root, ok := s.roots[g.Entity]
		if i >= ghostsMost || !ok {
			continue
		}
		move := g.Pose.Mul4(s.world[root].Inv())
		for _, k := range s.of[g.Entity] {
			t := &s.things[k]
			s.wantThing(int32(k), v)
			w := move.Mul4(s.world[t.node])
			moved := *t
			moved.rows = rowsOf(&w)
			at := len(s.instances)
			s.instances = append(s.instances, instance{})
			x := &s.instances[at]
			x.set(&moved, &group{look: look{emission: 1, tint: g.Color}}, f)
			s.ghosts = append(s.ghosts, pane{mesh: t.mesh, at: at, node: t.node, mirrored: t.mirrored})
		}
	}
}
