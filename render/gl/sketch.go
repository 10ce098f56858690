package gl

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// sketchCells is how finely a sketch tells the longest side of a mesh.
const sketchCells = 160

// sketch is what stands for a large mesh until it or a coarser level of it is there:
// the corners of each cell of a grid are one, and what triangles are left. It takes
// one pass, a second for thirty million corners, so that the first frame waits for
// it. Nothing is made of a mesh whose corners are dressed.
func (k *packer) sketch(i int, box geom.Box) (out part, ok bool) {
	m, size := &k.scene.Meshes[i], box.Size()
	cell := max(size[0], size[1], size[2]) / sketchCells
	if !(cell > 0) || math.IsInf(cell, 1) {
		return out, false
	}
	var count [3]int
	for axis := range count {
		count[axis] = int(size[axis]/cell) + 1
	}
	first := make([]uint32, count[0]*count[1]*count[2]) // vertex that stands for a cell, and 1
	thin := scene.Mesh{Primitives: make([]scene.Primitive, len(m.Primitives))}
	indices := make([][]uint32, len(m.Primitives))
	var base, touched []uint32
	for n := range m.Primitives {
		p, q := &m.Primitives[n], &thin.Primitives[n]
		if k.slots(p) == 2 {
			return out, false
		}
		q.Material = p.Material
		known := map[[3]uint32]bool{}
		for t := 0; t+2 < len(p.Indices); t += 3 {
			var corner [3]uint32 // cells
			for c := range corner {
				at, place := 3*int(p.Indices[t+c]), 0
				for axis := 2; axis >= 0; axis-- {
					place = place*count[axis] + min(count[axis]-1, max(0, int((float64(p.Positions[at+axis])-box.Min[axis])/cell)))
				}
				corner[c] = uint32(place)
			}
			if corner[0] == corner[1] || corner[1] == corner[2] || corner[2] == corner[0] {
				continue
			}
			for corner[0] > corner[1] || corner[0] > corner[2] { // the least one first, so that equal ones are found
				corner[0], corner[1], corner[2] = corner[1], corner[2], corner[0]
			}
			if known[corner] {
				continue
			}
			known[corner] = true
			for c, place := range corner {
				if first[place] == 0 {
					touched = append(touched, place)
					q.Positions, q.Normals = append(q.Positions, k.middle(box, count, cell, place)...), append(q.Normals, 0, 0, 0)
					if len(p.UVs) > 0 {
						q.UVs = append(q.UVs, p.UVs[2*p.Indices[t+c]], p.UVs[2*p.Indices[t+c]+1])
					}
					first[place] = uint32(len(q.Positions) / 3)
				}
				corner[c] = first[place] - 1
				for axis := range 3 { // any of its corners' normals
					q.Normals[3*corner[c]+uint32(axis)] += p.Normals[3*p.Indices[t+c]+uint32(axis)]
				}
			}
			q.Indices = append(q.Indices, corner[:]...)
		}
		for _, place := range touched {
			first[place] = 0
		}
		touched = touched[:0]
		for v := 0; v < len(q.Normals); v += 3 {
			normal := geom.Vec3{float64(q.Normals[v]), float64(q.Normals[v+1]), float64(q.Normals[v+2])}
			if normal.Len() < 1e-6 {
				normal = geom.Vec3{0, 1, 0}
			}
			normal = normal.Normalize()
			for axis := range 3 {
				q.Normals[v+axis] = float32(normal[axis])
			}
		}
		indices[n], base = q.Indices, append(base, uint32(len(out.vertices)))
		material := k.scene.Materials[q.Material]
		if material.Pattern == scene.Goods {
			material.Pattern = scene.Plain // there are no packages any more
		}
		out.vertices = pack(out.vertices, *q, material, k.belts[i])
	}
	out.shape = k.lay(&out.geometry, &thin, base, indices)
	return out, len(out.indices) > 0
}

// middle is the middle of a cell of a sketch.
func (k *packer) middle(box geom.Box, count [3]int, cell float64, place uint32) []float32 {
	out, left := make([]float32, 3), int(place)
	for axis := range 3 {
		out[axis] = float32(min(box.Max[axis], box.Min[axis]+(float64(left%count[axis])+0.5)*cell))
		left /= count[axis]
	}
	return out
}
