package infer

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// Aisles finds the aisles of a floor whose fixtures are known: long rectangles of
// free floor with fixtures or walls on both sides, as one reads a plan. Where it is
// told where goods can be taken, only floor before them counts: nobody goes behind
// a shelf, however long and narrow it is there.
func Aisles(f plan.Floor, fronts []measure.Face) ([]Aisle, error) {
	lo, hi := f.Box()
	r := &raster{turn: -along4(f.Obstacles)}
	if size := hi.Sub(lo); !(size[0]*size[1]/(side*side) <= squaresMax/3) {
		return nil, fmt.Errorf("a floor of %.0f × %.0f m is too large to look at in squares of %g m", size[0], size[1], side)
	}
	a, b := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, loop := range f.Outlines {
		for _, p := range loop {
			q := r.local(p)
			for k := range 2 {
				a[k], b[k] = min(a[k], q[k]), max(b[k], q[k])
			}
		}
	}
	r.lo = a
	r.nx, r.nz = int((b[0]-a[0])/side)+1, int((b[1]-a[1])/side)+1
	n := r.nx * r.nz
	r.ways, r.free, r.within, r.stands = make([]int32, n), make([]bool, n), make([]bool, n), make([]bool, n)
	for i := range n {
		at := r.world(r.lo.Add(geom.Vec2{(float64(i%r.nx) + 0.5) * side, (float64(i/r.nx) + 0.5) * side}))
		r.free[i] = f.Contains(at)
		r.within[i] = r.free[i]
		for _, loop := range f.Obstacles {
			r.stands[i] = r.stands[i] || plan.Inside(loop, at)
		}
	}
	if len(fronts) > 0 {
		r.before(fronts)
	}
	p := &Plan{Yaw: r.turn, raster: r}
	p.aisles([]twin.Trajectory{})
	return p.Aisles, nil
}

// before leaves free what lies before a front, up to where something stands and as
// far as an aisle is wide.
func (r *raster) before(fronts []measure.Face) {
	goods := make([]bool, len(r.free))
	for _, f := range fronts {
		right := geom.Vec2{-f.Front[1], f.Front[0]}
		for across := -f.Width / 2; across <= f.Width/2; across += side / 2 {
			for out := 0.0; out < aisleWide; out += side / 2 {
				p := r.local(f.At.Add(right.Mul(across)).Add(f.Front.Mul(out + side))).Sub(r.lo)
				i, k := int(math.Floor(p[0]/side)), int(math.Floor(p[1]/side))
				if i < 0 || k < 0 || i >= r.nx || k >= r.nz || !r.free[k*r.nx+i] && out > 2*side {
					break
				}
				goods[k*r.nx+i] = true
			}
		}
	}
	for i := range r.free {
		r.free[i] = r.free[i] && goods[i]
	}
}

// along4 is the main direction of the sides of fixtures, up to a quarter turn.
func along4(loops [][]geom.Vec2) float64 {
	var s, c float64
	for _, loop := range loops {
		for i, p := range loop {
			d := loop[(i+1)%len(loop)].Sub(p)
			sin, cos := math.Sincos(4 * math.Atan2(d[1], d[0]))
			s, c = s+d.Len()*sin, c+d.Len()*cos
		}
	}
	if a := math.Atan2(s, c) / 4; math.Abs(a) >= 0.5*math.Pi/180 {
		return a
	}
	return 0
}
