package light

import (
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// flatten finds primitives whose every triangle is shaded flat. They need no
// normals in a file (glTF 2.0, 3.7.2.1), and then their corners need not be
// parted at edges: a box is eight corners. Those come back welded by position
// alone, with keys (mesh, primitive).
func flatten(sc *scene.Scene) (*scene.Scene, map[[2]int]bool) {
	out := *sc
	out.Meshes = make([]scene.Mesh, len(sc.Meshes))
	flat := map[[2]int]bool{}
	for i, m := range sc.Meshes {
		m.Primitives = append([]scene.Primitive(nil), m.Primitives...)
		for k, p := range m.Primitives {
			material := sc.Materials[p.Material]
			if material.Imaged() || len(p.Colors) > 0 || !mesh.Faceted(p) {
				continue
			}
			flat[[2]int{i, k}] = true
			p = weldPositions(p)
			m.Primitives[k] = mesh.Order(p)
		}
		out.Meshes[i] = m
	}
	return &out, flat
}

// weldPositions shares corners at one place, whatever their normals. The normals
// that stay are any of theirs: nobody reads them.
func weldPositions(p scene.Primitive) scene.Primitive {
	at := map[[3]float32]uint32{}
	out := scene.Primitive{Material: p.Material, Variants: p.Variants, Indices: make([]uint32, len(p.Indices))}
	for i, v := range p.Indices {
		key := [3]float32(p.Positions[3*v : 3*v+3])
		to, ok := at[key]
		if !ok {
			to = uint32(len(out.Positions) / 3)
			at[key] = to
			out.Positions = append(out.Positions, key[:]...)
			out.Normals = append(out.Normals, p.Normals[3*v:3*v+3]...)
		}
		out.Indices[i] = to
	}
	return out
}
