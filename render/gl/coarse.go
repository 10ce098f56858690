package gl

import (
	"errors"

	"github.com/glasstwin/glasstwin/scene"
	scenemesh "github.com/glasstwin/glasstwin/scene/mesh"
)

// errMemory says that the graphics memory does not take a scene's geometry.
var errMemory = errors.New("the graphics memory is full; close other programs that draw")

// fitted makes the model of a scene, of coarser and coarser meshes until the
// graphics memory takes them, of most bytes if that is not 0. It returns the scene
// as it is drawn, and how many levels were left out.
func fitted(sc *scene.Scene, most int, packing bool) (m *model, drawn *scene.Scene, from source, coarse int, err error) {
	for ; ; coarse++ {
		drawn = coarser(sc, coarse)
		m, from, err = newModel(drawn, most, packing)
		if !errors.Is(err, errMemory) || coarse == levelsMost {
			return m, drawn, from, coarse, err
		}
	}
}

// coarser is a scene whose meshes are of a level: 0 as they are. What has no such
// level has its coarsest.
func coarser(sc *scene.Scene, level int) *scene.Scene {
	if level == 0 {
		return sc
	}
	out := *sc
	out.Meshes = make([]scene.Mesh, len(sc.Meshes))
	for i, m := range sc.Meshes {
		out.Meshes[i] = m
		if levels := scenemesh.Clusters(m, level); len(levels) > 0 {
			out.Meshes[i] = standIn(m, levels[len(levels)-1])
		}
	}
	return &out
}

// standIn is a level as a mesh of its own.
func standIn(m scene.Mesh, c scenemesh.Clustered) scene.Mesh {
	out := scene.Mesh{Name: m.Name, Primitives: make([]scene.Primitive, len(m.Primitives))}
	for i, p := range c.Primitives {
		of := m.Primitives[i]
		q := scene.Primitive{Material: of.Material, Positions: p.Positions, Indices: p.Indices}
		for _, v := range p.From {
			q.Normals = append(q.Normals, of.Normals[3*v:3*v+3]...)
			if len(of.UVs) > 0 {
				q.UVs = append(q.UVs, of.UVs[2*v:2*v+2]...)
			}
		}
		out.Primitives[i] = q
	}
	return out
}
