package plan

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Region is one piece of floor with holes: the outline runs counter-clockwise
// in (x, z), the holes clockwise.
type Region struct {
	Outline []geom.Vec2
	Holes   [][]geom.Vec2
}

// cellsPerRadius sets how fine the distance to the walls is sampled; between
// the samples it is linear, so that a contour is right to a few millimetres.
const (
	cellsPerRadius = 5
	cellMin        = 0.02 // metres
	straight       = 0.01 // metres by which a contour may leave its samples
	aside          = 1e-5 // metres: a contour through the samples themselves would touch itself
	regionMin      = 0.02 // square metres: less is no floor but a rest of sampling
)

// Inset is the floor that is left to the middle of a round body of the given
// radius in metres: every place at least that far from all walls. It is the
// contour of the distance to the walls (marching squares, Lorensen and Cline
// 1987 in the plane), simplified by Douglas and Peucker's rule to a centimetre.
func (f Floor) Inset(ctx context.Context, radius float64) ([]Region, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if !(radius > 0) {
		return nil, fmt.Errorf("a radius of %g m: give a positive one", radius)
	}
	d, err := f.distances(ctx, max(cellMin, radius/cellsPerRadius), radius)
	if err != nil {
		return nil, err
	}
	loops := d.contours(radius + aside)
	var outer, inner [][]geom.Vec2
	for _, l := range simplifyAll(loops, straight) {
		switch a := geom.Area(l); {
		case a > regionMin:
			outer = append(outer, l)
		case a < -regionMin:
			inner = append(inner, l)
		}
	}
	if len(outer) == 0 {
		return nil, fmt.Errorf("nowhere is there room for a radius of %g m: %w", radius, ErrEmpty)
	}
	// A hole belongs to the smallest outline around it.
	slices.SortStableFunc(outer, func(a, b []geom.Vec2) int {
		switch x, y := geom.Area(a), geom.Area(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := make([]Region, len(outer))
	for i, l := range outer {
		out[i].Outline = l
	}
	for _, h := range inner {
		for i := range out {
			if Inside(out[i].Outline, h[0]) {
				out[i].Holes = append(out[i].Holes, h)
				break
			}
		}
	}
	return out, nil
}

// field is a signed distance to the walls at the corners of square cells:
// positive where there is floor, cut off at the band.
type field struct {
	lo   geom.Vec2
	step float64
	nx   int
	nz   int
	at   []float32
}

func (d *field) place(i, j int) geom.Vec2 {
	return geom.Vec2{d.lo[0] + float64(i)*d.step, d.lo[1] + float64(j)*d.step}
}

// distances samples the distance to the walls within a band of the radius and
// two cells more.
func (f Floor) distances(ctx context.Context, step, radius float64) (*field, error) {
	lo, hi := f.Box()
	d := &field{lo: geom.Vec2{lo[0] - 2*step, lo[1] - 2*step}, step: step}
	wide, deep := (hi[0]-lo[0])/step+5, (hi[1]-lo[1])/step+5
	if wide*deep > samplesMax {
		return nil, fmt.Errorf("%.0f by %.0f m at %.2f m: %w", hi[0]-lo[0], hi[1]-lo[1], step, ErrTooMuch)
	}
	d.nx, d.nz = int(wide), int(deep)
	d.at = make([]float32, d.nx*d.nz)
	band := float32(radius + 2*step)
	floor := make([]bool, d.nx*d.nz)
	for _, loop := range f.Outlines {
		d.fill(loop, floor, true)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, loop := range f.Obstacles {
		d.fill(loop, floor, false)
	}
	for i := range d.at {
		d.at[i] = band
	}
	for n, wall := range f.Walls() {
		if n%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d.near(wall, float64(band))
	}
	for i, on := range floor {
		if !on {
			d.at[i] = -d.at[i]
		}
	}
	return d, nil
}

// fill marks the samples inside a loop, row by row.
func (d *field) fill(loop []geom.Vec2, mark []bool, value bool) {
	rows := make([][]float64, d.nz)
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if a[1] > b[1] {
			a, b = b, a
		}
		from := int(math.Ceil((a[1] - d.lo[1]) / d.step))
		to := int(math.Ceil((b[1] - d.lo[1]) / d.step))
		for j := max(0, from); j < min(d.nz, to); j++ {
			z := d.lo[1] + float64(j)*d.step
			rows[j] = append(rows[j], a[0]+(b[0]-a[0])*(z-a[1])/(b[1]-a[1]))
		}
	}
	for j, xs := range rows {
		slices.Sort(xs)
		for k := 0; k+1 < len(xs); k += 2 {
			from := max(0, int(math.Ceil((xs[k]-d.lo[0])/d.step)))
			to := min(float64(d.nx), math.Ceil((xs[k+1]-d.lo[0])/d.step))
			for i := from; i < int(to); i++ {
				mark[j*d.nx+i] = value
			}
		}
	}
}

// near lowers the distances of the samples around a wall.
func (d *field) near(wall [2]geom.Vec2, band float64) {
	index := func(v, lo float64, n int) int { return int(min(float64(n-1), max(0, (v-lo)/d.step))) }
	// In pieces, so that a long slanted wall does not touch all of its box.
	pieces := 1 + int(wall[1].Sub(wall[0]).Len()/(8*band))
	for k := range pieces {
		a := wall[0].Add(wall[1].Sub(wall[0]).Mul(float64(k) / float64(pieces)))
		b := wall[0].Add(wall[1].Sub(wall[0]).Mul(float64(k+1) / float64(pieces)))
		i0, i1 := index(min(a[0], b[0])-band, d.lo[0], d.nx), index(max(a[0], b[0])+band+d.step, d.lo[0], d.nx)
		j0, j1 := index(min(a[1], b[1])-band, d.lo[1], d.nz), index(max(a[1], b[1])+band+d.step, d.lo[1], d.nz)
		along := b.Sub(a)
		long := along.Dot(along)
		for j := j0; j <= j1; j++ {
			row := d.at[j*d.nx : (j+1)*d.nx]
			z := d.lo[1] + float64(j)*d.step
			for i := i0; i <= i1; i++ {
				// As Nearest, written out: this is most of what a mesh costs.
				x, t := d.lo[0]+float64(i)*d.step, 0.0
				if long > 0 {
					t = min(1, max(0, ((x-a[0])*along[0]+(z-a[1])*along[1])/long))
				}
				ox, oz := x-(a[0]+along[0]*t), z-(a[1]+along[1]*t)
				if have := float64(row[i]); ox*ox+oz*oz >= have*have*(1+1e-5) {
					continue // no root is drawn for what is farther
				}
				if l := float32(math.Hypot(ox, oz)); l < row[i] {
					row[i] = l
				}
			}
		}
	}
}

// contours are the closed lines on which the field has the given value, the
// higher side on their left.
func (d *field) contours(level float64) [][]geom.Vec2 {
	// A crossing lies on a side of a cell: side 2k runs along x from sample k,
	// side 2k+1 along z.
	along := func(side int) geom.Vec2 {
		k, i := side/2, 0
		if side%2 == 1 {
			i = d.nx
		} else {
			i = 1
		}
		a, b := float64(d.at[k]), float64(d.at[k+i])
		t := (level - a) / (b - a)
		p := d.place(k%d.nx, k/d.nx)
		q := d.place((k+i)%d.nx, (k+i)/d.nx)
		return p.Add(q.Sub(p).Mul(t))
	}
	next := map[int]int{}
	high := func(k int) bool { return float64(d.at[k]) >= level }
	for j := range d.nz - 1 {
		for i := range d.nx - 1 {
			k := j*d.nx + i
			a, b, c, e := high(k), high(k+1), high(k+1+d.nx), high(k+d.nx)
			if a == b && b == c && c == e {
				continue
			}
			// Around the cell counter-clockwise: corners a b c e, sides between.
			corners := [4]bool{a, b, c, e}
			sides := [4]int{2 * k, 2*(k+1) + 1, 2 * (k + d.nx), 2*k + 1}
			// The line enters where high turns low and leaves where low turns high.
			var falls, rises []int
			for s := range 4 {
				switch from, to := corners[s], corners[(s+1)%4]; {
				case from && !to:
					falls = append(falls, s)
				case !from && to:
					rises = append(rises, s)
				}
			}
			if len(falls) == 1 {
				next[sides[falls[0]]] = sides[rises[0]]
				continue
			}
			// A saddle: join through the middle when the mean is high.
			mean := (float64(d.at[k]) + float64(d.at[k+1]) + float64(d.at[k+1+d.nx]) + float64(d.at[k+d.nx])) / 4
			for _, s := range falls {
				to := (s + 1) % 4 // cuts off the low corner after the fall
				if mean < level {
					to = (s + 3) % 4 // cuts off the high corner before it
				}
				next[sides[s]] = sides[to]
			}
		}
	}
	starts := make([]int, 0, len(next))
	for s := range next {
		starts = append(starts, s)
	}
	slices.Sort(starts)
	var out [][]geom.Vec2
	for _, s := range starts {
		var loop []geom.Vec2
		for at := s; ; {
			to, ok := next[at]
			if !ok {
				break
			}
			delete(next, at)
			loop = append(loop, along(at))
			at = to
		}
		if len(loop) >= 3 {
			out = append(out, loop)
		}
	}
	return out
}
