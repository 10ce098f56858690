package infer

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// raster is the floor in squares, turned so that the ways' main direction is
// along it.
type raster struct {
	turn   float64 // radians by which the world was turned
	lo     geom.Vec2
	nx, nz int
	ways   []int32 // that went over a square, at their middle
	free   []bool  // a body covered it
	within []bool  // anything may stand there
	stands []bool  // a fixture was found there
}

// box is a rectangle of squares, half open.
type box struct {
	r              *raster
	x0, z0, x1, z1 int
}

func (c box) middle() geom.Vec2 {
	return c.r.lo.Add(geom.Vec2{side * float64(c.x0+c.x1) / 2, side * float64(c.z0+c.z1) / 2})
}

func (c box) size() [2]float64 {
	return [2]float64{side * float64(c.x1-c.x0), side * float64(c.z1-c.z0)}
}

func (c box) holds(p geom.Vec2) bool {
	x, z := (p[0]-c.r.lo[0])/side, (p[1]-c.r.lo[1])/side
	return x >= float64(c.x0) && x < float64(c.x1) && z >= float64(c.z0) && z < float64(c.z1)
}

// local takes a place into the turned frame, world back.
func (r *raster) local(p geom.Vec2) geom.Vec2 {
	s, c := math.Sincos(r.turn)
	return geom.Vec2{c*p[0] - s*p[1], s*p[0] + c*p[1]}
}

func (r *raster) world(p geom.Vec2) geom.Vec2 {
	s, c := math.Sincos(r.turn)
	return geom.Vec2{c*p[0] + s*p[1], -s*p[0] + c*p[1]}
}

// direction is the ways' main one, up to a quarter turn: the mean of four times
// the angle of each step, so that there and back and across count as one.
func direction(people []twin.Trajectory) float64 {
	var s, c float64
	for _, p := range people {
		for i := 5; i < len(p.Fixes); i += 5 {
			dx, dz := p.Fixes[i].X-p.Fixes[i-5].X, p.Fixes[i].Z-p.Fixes[i-5].Z
			l := math.Hypot(dx, dz)
			sin, cos := math.Sincos(4 * math.Atan2(dz, dx))
			s, c = s+l*sin, c+l*cos
		}
	}
	a := math.Atan2(s, c) / 4
	if math.Abs(a) < 2*math.Pi/180 {
		return 0 // it lies straight
	}
	return a
}

func lay(people []twin.Trajectory, o Options) (*raster, error) {
	r := &raster{turn: -direction(people)}
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	grow := func(p geom.Vec2) {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	for _, p := range people {
		for _, f := range p.Fixes {
			grow(r.local(geom.Vec2{f.X, f.Z}))
		}
	}
	for _, loop := range o.Floor {
		for _, p := range loop {
			grow(r.local(p))
		}
	}
	if math.IsInf(lo[0], 0) {
		return nil, ErrNowhere
	}
	edge := geom.Vec2{span, span}
	r.lo = lo.Sub(edge)
	size := hi.Add(edge).Sub(r.lo)
	if size[0]*size[1]/(side*side) > squaresMax {
		return nil, fmt.Errorf("%.0f × %.0f m are too large to look at in squares of %g m: give the ways of one storey", size[0], size[1], side)
	}
	r.nx, r.nz = int(size[0]/side)+1, int(size[1]/side)+1
	n := r.nx * r.nz
	r.ways, r.stands = make([]int32, n), make([]bool, n)
	for _, p := range people {
		r.walk(p)
	}
	been := make([]bool, n)
	for i, w := range r.ways {
		been[i] = float64(w) >= o.Least
	}
	r.free = r.spread(been, o.Body)
	if o.Floor != nil {
		// Beyond the walls of rooms that are gone to nothing can be gone to.
		room := r.rooms(o.Floor)
		closed := r.close(r.or(r.free, r.invert(room)))
		for i := range closed {
			closed[i] = closed[i] && room[i]
		}
		r.within = closed
	} else {
		r.within = r.close(r.free)
	}
	some := false
	for i := range r.within {
		some = some || r.within[i] && r.free[i]
	}
	if !some {
		return nil, ErrNowhere
	}
	return r, nil
}

// walk counts a way once in each square that it goes over.
func (r *raster) walk(p twin.Trajectory) {
	been := map[int]bool{}
	for i := range p.Fixes {
		a := r.local(geom.Vec2{p.Fixes[max(0, i-1)].X, p.Fixes[max(0, i-1)].Z})
		b := r.local(geom.Vec2{p.Fixes[i].X, p.Fixes[i].Z})
		const jump = 1.5 // m between places of a way that say nothing of what lies between
		if b.Sub(a).Len() > jump {
			a = b
		}
		n := 1 + int(2*b.Sub(a).Len()/side)
		for k := range n {
			at := a.Add(b.Sub(a).Mul(float64(k+1) / float64(n))).Sub(r.lo)
			c := int(at[1]/side)*r.nx + int(at[0]/side)
			if !been[c] {
				been[c] = true
				r.ways[c]++
			}
		}
	}
}

// spread sets every square within a distance of one that is set (two passes of
// the exact squared distance, Felzenszwalb and Huttenlocher 2012, by brute force
// along each line, which is short here).
func (r *raster) spread(set []bool, by float64) []bool {
	reach := int(by/side + 0.5)
	row := make([]int, len(set)) // squares to the nearest one set in the same line
	for z := range r.nz {
		last := -1 << 20
		for x := range r.nx {
			if set[z*r.nx+x] {
				last = x
			}
			row[z*r.nx+x] = x - last
		}
		last = 1 << 20
		for x := r.nx - 1; x >= 0; x-- {
			if set[z*r.nx+x] {
				last = x
			}
			row[z*r.nx+x] = min(row[z*r.nx+x], last-x)
		}
	}
	out := make([]bool, len(set))
	for z := range r.nz {
		for x := range r.nx {
			for k := max(0, z-reach); k <= min(r.nz-1, z+reach) && !out[z*r.nx+x]; k++ {
				d := row[k*r.nx+x]
				out[z*r.nx+x] = d <= reach && float64(d*d+(k-z)*(k-z)) <= (by/side)*(by/side)
			}
		}
	}
	return out
}

// close adds what lies between set squares on two sides that are within a span of
// each other.
func (r *raster) close(set []bool) []bool {
	return r.or(set, r.invert(r.spread(r.invert(r.spread(set, span/2)), span/2)))
}

// rooms are the squares of those outlines in which anybody was.
func (r *raster) rooms(floor [][]geom.Vec2) []bool {
	out := make([]bool, len(r.free))
	for _, loop := range floor {
		var squares []int
		ways := 0
		for i := range out {
			at := r.world(r.lo.Add(geom.Vec2{(float64(i%r.nx) + 0.5) * side, (float64(i/r.nx) + 0.5) * side}))
			if plan.Inside(loop, at) {
				squares = append(squares, i)
				if r.ways[i] > 0 {
					ways++
				}
			}
		}
		const gone = 0.05 // of a room's squares: less is somebody who looked in
		if float64(ways) > gone*float64(len(squares)) {
			for _, i := range squares {
				out[i] = true
			}
		}
	}
	return out
}

func (r *raster) or(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range out {
		out[i] = a[i] || b[i]
	}
	return out
}

func (r *raster) invert(set []bool) []bool {
	out := make([]bool, len(set))
	for i, v := range set {
		out[i] = !v
	}
	return out
}

// cut takes the largest rectangle out of the squares that fit, again and again,
// as long as it is not too thin or too small.
func (r *raster) cut(fits func(i int) bool, thin, small float64) []box {
	open := make([]bool, r.nx*r.nz)
	for i := range open {
		open[i] = fits(i)
	}
	var out []box
	const most = 500
	for len(out) < most {
		best := r.largest(open, int(thin/side+0.5))
		s := best.size()
		if best.r == nil || s[0]*s[1] < small {
			break
		}
		out = append(out, best)
		for z := best.z0; z < best.z1; z++ {
			for x := best.x0; x < best.x1; x++ {
				open[z*r.nx+x] = false
			}
		}
	}
	return out
}

// largest is the largest rectangle of open squares that is at least so many wide,
// by the histogram of each line.
func (r *raster) largest(open []bool, thin int) box {
	high := make([]int, r.nx+1)
	var best box
	area := 0
	type bar struct{ x, h int }
	for z := range r.nz {
		for x := range r.nx {
			if open[z*r.nx+x] {
				high[x]++
			} else {
				high[x] = 0
			}
		}
		var stack []bar
		for x := 0; x <= r.nx; x++ {
			h := high[x]
			if x == r.nx {
				h = 0
			}
			from := x
			for len(stack) > 0 && stack[len(stack)-1].h >= h {
				b := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				from = b.x
				if w := x - b.x; w >= thin && b.h >= thin && w*b.h > area {
					area = w * b.h
					best = box{r, b.x, z + 1 - b.h, x, z + 1}
				}
			}
			stack = append(stack, bar{from, h})
		}
	}
	return best
}

// past is how many ways went right past a rectangle.
func (r *raster) past(c box, people []twin.Trajectory) int {
	const off = 1.0 // m
	m, s := c.middle(), c.size()
	n := 0
	for _, p := range people {
		for _, f := range p.Fixes {
			d := r.local(geom.Vec2{f.X, f.Z}).Sub(m)
			if math.Abs(d[0]) < s[0]/2+off && math.Abs(d[1]) < s[1]/2+off {
				n++
				break
			}
		}
	}
	return n
}

func (r *raster) mark(c box) {
	for z := c.z0; z < c.z1; z++ {
		for x := c.x0; x < c.x1; x++ {
			r.stands[z*r.nx+x] = true
		}
	}
}

// flanked is the share of a rectangle's long sides along which fixtures stand, the
// less flanked one's.
func (r *raster) flanked(c box) float64 {
	const reach = 6 // squares
	full := func(x, z int) bool {
		return x < 0 || z < 0 || x >= r.nx || z >= r.nz || r.stands[z*r.nx+x] || !r.within[z*r.nx+x]
	}
	count := [2]int{}
	n := 0
	if c.x1-c.x0 >= c.z1-c.z0 {
		for x := c.x0; x < c.x1; x++ {
			n++
			for k, z := range [2]int{c.z0, c.z1 - 1} {
				for d := 1; d <= reach; d++ {
					if full(x, z+(2*k-1)*d) {
						count[k]++
						break
					}
				}
			}
		}
	} else {
		for z := c.z0; z < c.z1; z++ {
			n++
			for k, x := range [2]int{c.x0, c.x1 - 1} {
				for d := 1; d <= reach; d++ {
					if full(x+(2*k-1)*d, z) {
						count[k]++
						break
					}
				}
			}
		}
	}
	return float64(min(count[0], count[1])) / float64(n)
}
