package mesh

import (
	"context"

	"github.com/glasstwin/glasstwin/scene"
)

// Level is a coarser stand-in for a mesh.
type Level struct {
	Mesh  scene.Mesh
	Error float64 // metres of the mesh's own frame, symmetric Hausdorff distance to the finest
}

// Chain returns up to levels coarser versions of m, the finest first, each
// aiming at half the triangles of the one before. Each level is simplified from
// m itself, so that its error is not a sum. It ends early where a level brings
// less than a fifth.
func Chain(ctx context.Context, m scene.Mesh, levels int) ([]Level, error) {
	var out []Level
	size := m.Box().Size().Len()
	count := triangles(m)
	bound := size / 2000
	for len(out) < levels && bound < size/4 {
		coarse, dev, err := Simplify(ctx, m, Bound{Distance: bound, Normal: 0.6})
		if err != nil {
			return nil, err
		}
		if n := triangles(coarse); n <= count*3/5 {
			for k, p := range coarse.Primitives {
				coarse.Primitives[k] = Order(p)
			}
			out = append(out, Level{Mesh: coarse, Error: dev.Hausdorff})
			count = n
		}
		bound *= 2
	}
	return out, nil
}

// triangles counts those of m.
func triangles(m scene.Mesh) int {
	n := 0
	for _, p := range m.Primitives {
		n += len(p.Indices) / 3
	}
	return n
}
