package plan

import (
	"math"
	"slices"
)

// grid finds what lies near, by squares of a metre and a half.
type grid struct {
	cells map[[2]int32][]int
	seen  []int
}

const cell = 1.5

// cellsMax bounds the squares that one thing is listed in.
const cellsMax = 4096

func square(v float64) int32 {
	return int32(math.Max(-1e9, math.Min(1e9, math.Floor(v/cell))))
}

// add lists item i, whose box has the corners a and b.
func (g *grid) add(i int, a, b vec) {
	if g.cells == nil {
		g.cells = map[[2]int32][]int{}
	}
	x0, x1 := square(min(a[0], b[0])), square(max(a[0], b[0]))
	y0, y1 := square(min(a[1], b[1])), square(max(a[1], b[1]))
	for x := x0; x <= x1; x++ {
		for y := y0; y <= y1; y++ {
			g.cells[[2]int32{x, y}] = append(g.cells[[2]int32{x, y}], i)
		}
	}
}

// line lists item i, which lies along a to b.
func (g *grid) line(i int, a, b vec) {
	n := int(min(cellsMax, math.Ceil(b.Sub(a).Len()/cell)))
	for k := range max(n, 1) {
		p, q := a.Add(b.Sub(a).Mul(float64(k)/float64(max(n, 1)))), a.Add(b.Sub(a).Mul(float64(k+1)/float64(max(n, 1))))
		g.add(i, p, q)
	}
}

// near returns, in order and once each, the items within reach of a to b.
func (g *grid) near(a, b vec, reach float64) []int {
	g.seen = g.seen[:0]
	n := int(min(cellsMax, math.Ceil(b.Sub(a).Len()/(2*cell))))
	for k := range max(n, 1) {
		p, q := a.Add(b.Sub(a).Mul(float64(k)/float64(max(n, 1)))), a.Add(b.Sub(a).Mul(float64(k+1)/float64(max(n, 1))))
		for x := square(min(p[0], q[0]) - reach); x <= square(max(p[0], q[0])+reach); x++ {
			for y := square(min(p[1], q[1]) - reach); y <= square(max(p[1], q[1])+reach); y++ {
				g.seen = append(g.seen, g.cells[[2]int32{x, y}]...)
			}
		}
	}
	slices.Sort(g.seen)
	return slices.Compact(g.seen)
}
