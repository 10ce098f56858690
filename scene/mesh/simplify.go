package mesh

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bound is what a simplified surface is held to.
type Bound struct {
	Distance float64 // symmetric Hausdorff distance, metres of the mesh's own frame
	Normal   float64 // deviation of the shading normals where they are followed, rad
}

// roundings is how far, as a share of the size of a mesh, a point may lie off a
// plane or a line by the rounding of its coordinates to float32.
const roundings = 1.2e-7

// Simplify takes away vertices, by pulling each along an edge onto a neighbour,
// as long as the surface stays within b. What is left is a subset of the
// vertices of m, unchanged. Borders of materials, seams of normals and texture,
// and edges where other than two triangles meet are kept as lines: their
// vertices move along them only; open borders and edges of many sheets lose
// vertices that lie in line and no others. Closed meshes stay closed.
//
// The cheapest vertex by quadrics goes first, so flat regions empty before
// anything bends. Each step is checked against points of the first surface that
// the triangles around have taken over, in distance, shading normal and texture
// (2 mm, as these are metres along the surface; tangents follow both); at the
// end both directions are measured and, where a direction that the steps do not
// follow exceeds the bound, it is done again with a smaller one. The distance
// measured is returned.
func Simplify(ctx context.Context, m scene.Mesh, b Bound) (scene.Mesh, Deviation, error) {
	var first soup
	first.add(m, geom.Identity())
	if len(first.tri) == 0 {
		return m, Deviation{}, nil
	}
	try := b
	try.Distance *= 0.9 // the samples of the check are not all points
	for range 10 {
		s := newSurface(m)
		c := newCollapser(s, try)
		if err := c.run(ctx); err != nil {
			return m, Deviation{}, err
		}
		out := s.mesh()
		if c.taken == 0 {
			return m, Deviation{}, nil
		}
		var last soup
		last.add(out, geom.Identity())
		dev, err := measure(ctx, &first, &last, 6*len(first.tri)+500)
		if err != nil {
			return m, Deviation{}, err
		}
		reach := math.Max(0.95*b.Distance, 4*roundings*s.size)
		if dev.Hausdorff <= reach && !c.strayed(math.Max(b.Distance, reach)) {
			return out, dev, nil
		}
		try.Distance *= 0.7
	}
	return m, Deviation{}, nil
}

// simplifyAll simplifies every mesh of sc in place, on all cores, and returns
// the largest distance measured, in metres of the world.
func simplifyAll(ctx context.Context, sc *scene.Scene, scales []float64, b Bound, tell func(float64)) (float64, error) {
	var wg sync.WaitGroup
	var next, done atomic.Int64
	workers := runtime.GOMAXPROCS(0)
	fails, far := make([]error, workers), make([]float64, workers)
	var mu sync.Mutex
	for w := range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(sc.Meshes) || fails[w] != nil {
					return
				}
				out, dev, err := Simplify(ctx, sc.Meshes[i], Bound{Distance: math.Max(0, b.Distance) / scales[i], Normal: b.Normal})
				if err != nil {
					fails[w] = fmt.Errorf("mesh %d %q: %w", i, sc.Meshes[i].Name, err)
					return
				}
				sc.Meshes[i] = out
				far[w] = math.Max(far[w], dev.Hausdorff*scales[i])
				mu.Lock()
				tell(float64(done.Add(1)) / float64(len(sc.Meshes)))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	worst := 0.0
	for w := range workers {
		if fails[w] != nil {
			return 0, fails[w]
		}
		worst = math.Max(worst, far[w])
	}
	return worst, nil
}
