package main

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// joined is a scene as one mesh, as a scan or a careless export is: a primitive for
// each material, everything where it stands.
func joined(sc *scene.Scene) *scene.Scene {
	out := &scene.Scene{Materials: sc.Materials, Images: sc.Images, Meshes: []scene.Mesh{{}}, Nodes: []scene.Node{{Name: "all", Parent: scene.None, Local: mgl64.Ident4(), Joint: scene.None}}}
	world := sc.World(nil, nil)
	of := map[scene.MaterialID]int{}
	m := &out.Meshes[0]
	for i, n := range sc.Nodes {
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			k, known := of[p.Material]
			if !known {
				k = len(m.Primitives)
				of[p.Material] = k
				m.Primitives = append(m.Primitives, scene.Primitive{Material: p.Material})
			}
			lay(&m.Primitives[k], &p, world[i])
		}
	}
	return out
}

// lay adds a primitive to another, moved.
func lay(to, p *scene.Primitive, w geom.Mat4) {
	first := uint32(len(to.Positions) / 3)
	turn := w.Mat3().Inv().Transpose()
	for v := 0; v < len(p.Positions); v += 3 {
		at := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[v]), float64(p.Positions[v+1]), float64(p.Positions[v+2])}, w)
		n := turn.Mul3x1(geom.Vec3{float64(p.Normals[v]), float64(p.Normals[v+1]), float64(p.Normals[v+2])}).Normalize()
		to.Positions = append(to.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
		to.Normals = append(to.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
		uv := [2]float32{}
		if len(p.UVs) > 0 {
			uv = [2]float32{p.UVs[v/3*2], p.UVs[v/3*2+1]}
		}
		to.UVs = append(to.UVs, uv[0], uv[1])
	}
	mirrored := w.Mat3().Det() < 0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		a, b, c := p.Indices[i], p.Indices[i+1], p.Indices[i+2]
		if mirrored {
			b, c = c, b
		}
		to.Indices = append(to.Indices, first+a, first+b, first+c)
	}
}
