package offscreen_test

import (
	"math"
	"os"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// open opens a renderer, or skips where there is no display to open it on.
func open(t testing.TB, sc *scene.Scene) *offscreen.Renderer {
	t.Helper()
	return openWith(t, sc, gl.Options{})
}

func openWith(t testing.TB, sc *scene.Scene, o gl.Options) *offscreen.Renderer {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	r, err := offscreen.Open(sc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// set is a scene under construction.
type set struct{ scene.Scene }

// node places a mesh under an entity and part.
func (s *set) node(entity, part string, p scene.Primitive, at geom.Mat4) scene.NodeID {
	return s.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Entity: entity, Part: part, Local: at,
		Mesh: s.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})})
}

func at(x, y, z float64) geom.Mat4 { return mgl64.Translate3D(x, y, z) }

// block is a box about the middle of its foot, w wide, h high and d deep.
func block(w, h, d float64, m scene.MaterialID) scene.Primitive {
	p := scene.Primitive{Material: m}
	half := geom.Vec3{w / 2, h / 2, d / 2}
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for _, side := range [2]float64{-1, 1} {
			first := uint32(len(p.Positions) / 3)
			for _, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
				var q, n geom.Vec3
				q[axis], q[u], q[v] = side*half[axis], side*c[0]*half[u], c[1]*half[v]
				n[axis] = side
				q[1] += h / 2
				p.Positions = append(p.Positions, float32(q[0]), float32(q[1]), float32(q[2]))
				p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			}
			p.Indices = append(p.Indices, first, first+1, first+2, first, first+2, first+3)
		}
	}
	return p
}

// ball is a sphere of radius r about its middle.
func ball(r float64, m scene.MaterialID) scene.Primitive {
	p := scene.Primitive{Material: m}
	const rows, columns = 24, 36
	for i := range rows + 1 {
		for k := range columns + 1 {
			a, b := math.Pi*float64(i)/rows, 2*math.Pi*float64(k)/columns
			n := geom.Vec3{math.Sin(a) * math.Sin(b), math.Cos(a), math.Sin(a) * math.Cos(b)}
			p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			p.Positions = append(p.Positions, float32(r*n[0]), float32(r*n[1]), float32(r*n[2]))
		}
	}
	for i := range uint32(rows) {
		for k := range uint32(columns) {
			a := i*(columns+1) + k
			b := a + columns + 1
			p.Indices = append(p.Indices, a, b, a+1, a+1, b, b+1)
		}
	}
	return p
}

func paint(r, g, b, metallic, roughness float32) scene.Material {
	return scene.Material{BaseColor: [4]float32{r, g, b, 1}, Metallic: metallic, Roughness: roughness}
}

// materials is rows of balls, from mirror to matt: gold, red enamel, white; a
// glass pane before a red post; and a panel of each pattern behind.
func materials() *scene.Scene {
	var s set
	s.node("", "", block(8, 0.1, 6, s.AddMaterial(paint(0.5, 0.5, 0.5, 0, 0.6))), at(0, -0.1, 0))
	for row, m := range []scene.Material{paint(1, 0.71, 0.29, 1, 0), paint(0.6, 0.03, 0.02, 0, 0), paint(0.85, 0.85, 0.85, 0, 0)} {
		for k := range 5 {
			m.Roughness = 0.05 + 0.225*float32(k)
			s.node("", "", ball(0.24, s.AddMaterial(m)), at(-1.2+0.6*float64(k), 0.24, 1.4-0.6*float64(row)))
		}
	}
	glass := scene.Material{BaseColor: [4]float32{0.8, 0.95, 0.9, 0.16}, Roughness: 0.05, Alpha: scene.Glass}
	s.node("", "", block(0.9, 1, 0.02, s.AddMaterial(glass)), at(2, 0, 0.9))
	s.node("", "", block(0.2, 0.9, 0.2, s.AddMaterial(paint(0.7, 0.05, 0.04, 0, 0.5))), at(2.05, 0, 0.3))
	for k, pattern := range []scene.Pattern{scene.Wood, scene.Tile, scene.BrushedMetal, scene.Concrete, scene.Goods, scene.Fabric, scene.Belt} {
		m := paint(0.45, 0.28, 0.15, 0, 0.5)
		m.Pattern = pattern
		if pattern == scene.BrushedMetal {
			m.Metallic, m.Roughness = 1, 0.3
		}
		s.node("", "", block(0.6, 0.8, 0.1, s.AddMaterial(m)), at(-2.1+0.7*float64(k), 0, -1.2))
	}
	return &s.Scene
}

// cabinet is a freezer with a glass door on a hinge, a lamp, and a crate beside
// it, on a floor.
func cabinet() *scene.Scene {
	var s set
	white := s.AddMaterial(paint(0.8, 0.8, 0.82, 0, 0.4))
	s.node("floor", "", block(6, 0.1, 5, s.AddMaterial(paint(0.45, 0.43, 0.4, 0, 0.5))), at(0, -0.1, 0))
	root := s.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: "freezer-1", Local: geom.Identity()})
	under := func(part string, p scene.Primitive, m geom.Mat4, joint scene.JointID) {
		s.AddNode(scene.Node{Parent: root, Joint: joint, Part: part, Local: m, Mesh: s.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})})
	}
	under("body", block(1, 1.8, 0.08, white), at(0, 0, -0.36), scene.None)
	under("body", block(0.08, 1.8, 0.8, white), at(-0.46, 0, 0), scene.None)
	under("body", block(0.08, 1.8, 0.8, white), at(0.46, 0, 0), scene.None)
	under("compressor", block(0.84, 0.4, 0.74, s.AddMaterial(paint(0.1, 0.1, 0.11, 0, 0.5))), geom.Identity(), scene.None)
	under("shelf", block(0.84, 0.03, 0.6, white), at(0, 1, 0), scene.None)
	lamp := paint(1, 0.95, 0.9, 0, 0.5)
	lamp.Emissive = [3]float32{4, 3.8, 3.6}
	s.node("light-1", "lamp", block(1.4, 0.04, 0.3, s.AddMaterial(lamp)), at(0, 2.4, 0.6))
	hinge := s.AddJoint(scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, -1, 0}, Origin: geom.Vec3{-0.48, 0, 0}, Max: 1.6})
	under("door", block(0.96, 0.06, 0.04, white), at(0, 0.4, 0.42), hinge)
	under("door", block(0.96, 0.06, 0.04, white), at(0, 1.74, 0.42), hinge)
	glass := scene.Material{BaseColor: [4]float32{0.85, 0.95, 0.95, 0.16}, Roughness: 0.05, Alpha: scene.Glass}
	under("door", block(0.96, 1.28, 0.02, s.AddMaterial(glass)), at(0, 0.46, 0.42), hinge)
	s.node("crate-1", "", block(0.6, 0.5, 0.5, s.AddMaterial(paint(0.5, 0.3, 0.12, 0, 0.7))), at(1.5, 0, 0.2))
	return &s.Scene
}
