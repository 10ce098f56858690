package walk

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

// wallGrid finds the walls near a place, by squares that list what comes within
// wallReach of them.
type wallGrid struct {
	lo     geom.Vec2
	nx, nz int
	cells  [][][2]geom.Vec2
	all    [][2]geom.Vec2
}

const (
	wallCell  = 0.5 // metres
	wallReach = 0.8 // metres: the stoutest radius in use and a step
)

func layWalls(walls [][2]geom.Vec2, lo, hi geom.Vec2) wallGrid {
	g := wallGrid{lo: lo.Sub(geom.Vec2{wallCell, wallCell}), all: walls}
	g.nx, g.nz = int((hi[0]-lo[0])/wallCell)+3, int((hi[1]-lo[1])/wallCell)+3
	g.cells = make([][][2]geom.Vec2, g.nx*g.nz)
	for _, w := range walls {
		// Along the wall in steps of half a square, so that a slanted one does
		// not fill its box.
		d := w[1].Sub(w[0])
		n := 1 + int(d.Len()/(wallCell/2))
		last := [4]int{-1, -1, -1, -1}
		for s := range n {
			a, b := w[0].Add(d.Mul(float64(s)/float64(n))), w[0].Add(d.Mul(float64(s+1)/float64(n)))
			box := [4]int{
				g.index(min(a[0], b[0])-wallReach, 0), g.index(min(a[1], b[1])-wallReach, 1),
				g.index(max(a[0], b[0])+wallReach, 0), g.index(max(a[1], b[1])+wallReach, 1),
			}
			if box == last {
				continue
			}
			last = box
			for z := box[1]; z <= box[3]; z++ {
				for x := box[0]; x <= box[2]; x++ {
					c := &g.cells[z*g.nx+x]
					if k := len(*c); k == 0 || (*c)[k-1] != w {
						*c = append(*c, w)
					}
				}
			}
		}
	}
	return g
}

func (g *wallGrid) index(v float64, axis int) int {
	n := [2]int{g.nx, g.nz}[axis]
	return int(min(float64(n-1), max(0, math.Floor((v-g.lo[axis])/wallCell))))
}

// around lists the walls that may be within reach metres of a place.
func (g *wallGrid) around(x, z, reach float64) [][2]geom.Vec2 {
	if reach > wallReach {
		return g.all
	}
	return g.cells[g.index(z, 1)*g.nx+g.index(x, 0)]
}

// areaGrid holds the speed factor of each square of the floor; nil where it is
// 1 everywhere.
type areaGrid struct {
	lo     geom.Vec2
	nx, nz int
	factor []float32
}

const areaCell = 0.25 // metres

func layAreas(areas []Area, lo, hi geom.Vec2) areaGrid {
	if len(areas) == 0 {
		return areaGrid{}
	}
	g := areaGrid{lo: lo, nx: int((hi[0]-lo[0])/areaCell) + 1, nz: int((hi[1]-lo[1])/areaCell) + 1}
	g.factor = make([]float32, g.nx*g.nz)
	for i := range g.factor {
		g.factor[i] = 1
		p := lo.Add(geom.Vec2{(float64(i%g.nx) + 0.5) * areaCell, (float64(i/g.nx) + 0.5) * areaCell})
		for _, a := range areas {
			if plan.Inside(a.Outline, p) {
				g.factor[i] = float32(a.Speed)
			}
		}
	}
	return g
}

func (g *areaGrid) at(x, z float64) float64 {
	if g.factor == nil {
		return 1
	}
	i := int(min(float64(g.nx-1), max(0, (x-g.lo[0])/areaCell)))
	j := int(min(float64(g.nz-1), max(0, (z-g.lo[1])/areaCell)))
	return float64(g.factor[j*g.nx+i])
}
