package gl

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// goodsMap finds the single packages in a block of goods, so that each can get
// a colour and a label of its own. A block is made of copies of one package,
// moved; a shape that is not counts as one package.
type goodsMap struct {
	size    int // vertices of one package
	lo, hi  [3]float32
	origins [][3]float32 // of each package, relative to the first
}

func mapGoods(p scene.Primitive) goodsMap {
	n := len(p.Positions) / 3
	g := goodsMap{size: n}
	for size := 8; size <= n/2; size++ {
		if n%size == 0 && repeats(p.Positions, size) {
			g.size = size
			break
		}
	}
	inf := float32(math.Inf(1))
	g.lo, g.hi = [3]float32{inf, inf, inf}, [3]float32{-inf, -inf, -inf}
	for i := range min(n, g.size) {
		for k := range 3 {
			g.lo[k], g.hi[k] = min(g.lo[k], p.Positions[3*i+k]), max(g.hi[k], p.Positions[3*i+k])
		}
	}
	for i := 0; i < n; i += max(1, g.size) {
		g.origins = append(g.origins, [3]float32{
			p.Positions[3*i] - p.Positions[0], p.Positions[3*i+1] - p.Positions[1], p.Positions[3*i+2] - p.Positions[2],
		})
	}
	return g
}

// repeats tells whether the vertices are copies, each moved, of the first size
// of them.
func repeats(at []float32, size int) bool {
	const same = 1e-4 // metres
	for i := size; i < len(at)/3; i++ {
		first := i / size * size
		for k := range 3 {
			moved := at[3*first+k] - at[k]
			if d := at[3*i+k] - at[3*(i-first)+k] - moved; d > same || d < -same {
				return false
			}
		}
	}
	return true
}

// at maps a vertex onto its package: u round it from 0 to 1 with the middle of
// the front at 0.5, v from its foot to its top; 2 is added to u on tops and
// bottoms. The seed is the package's own.
func (g *goodsMap) at(p [3]float32, normal []float32, vertex int) (u, v, seed float32) {
	k := vertex / max(1, g.size)
	o := g.origins[k]
	var q [3]float32 // 0..1 within the package
	for axis := range 3 {
		q[axis] = (p[axis] - o[axis] - g.lo[axis]) / max(1e-5, g.hi[axis]-g.lo[axis])
	}
	seed = float32(math.Mod(float64(k)*0.618034+0.137, 1))
	switch {
	case math.Abs(float64(normal[1])) > 0.8:
		return 2 + q[0], q[2], seed
	case normal[2] > 0.3:
		return q[0], q[1], seed
	}
	return 4 + q[2] + q[0], q[1], seed
}
