package survey

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Shares of a cell.
const (
	insideShare  = 0.45  // covered by floor or ceiling
	wallShare    = 0.5   // of an edge, covered by a wall
	upperFloor   = 0.15  // of a cell of an upper storey that must show a floor
	cellSliver   = 1e-6  // m²
	rasterUsual  = 0.025 // metres
	rasterMost   = 4000  // pixels along one side
	rasterMargin = 0.3   // metres
)

// cell is a convex part of the plan that no line crosses.
type cell struct {
	loop   []geom.Vec2 // counter-clockwise in x, z taken as a plane
	lines  []int       // of each edge from loop[i] to loop[i+1]; -1 is the frame
	floor  float64     // covered shares
	ceil   float64
	seen   float64
	void   bool // of an upper storey: open to the one below
	inside bool
	room   int // component; -1 outside
	area   float64
}

// raster holds what is seen in plan, one byte a pixel.
type raster struct {
	min  geom.Vec2
	size float64
	w, h int
	bits []uint8
}

// Bits of a raster's pixel.
const (
	seenFloor uint8 = 1 << iota
	seenCeiling
	seenAbove  // the floor of the next storey
	seenBeyond // what is above that
	seenSlant  // a slanted ceiling, or where a wall meets a level one
	seenWall   // above heads
	seenUnder  // the ceiling of the storey below
)

func newRaster(lo, hi geom.Vec2, size float64) *raster {
	size = max(size, (hi[0]-lo[0])/rasterMost, (hi[1]-lo[1])/rasterMost)
	r := &raster{min: lo, size: size, w: int((hi[0]-lo[0])/size) + 1, h: int((hi[1]-lo[1])/size) + 1}
	r.bits = make([]uint8, r.w*r.h)
	return r
}

func (r *raster) set(x, z float64, bit uint8) {
	i, j := int(math.Floor((x-r.min[0])/r.size)), int(math.Floor((z-r.min[1])/r.size))
	if i >= 0 && j >= 0 && i < r.w && j < r.h {
		r.bits[j*r.w+i] |= bit
	}
}

func (r *raster) get(x, z float64) uint8 {
	i, j := int(math.Floor((x-r.min[0])/r.size)), int(math.Floor((z-r.min[1])/r.size))
	if i >= 0 && j >= 0 && i < r.w && j < r.h {
		return r.bits[j*r.w+i]
	}
	return 0
}

// each calls f with the bits of every pixel whose middle lies in a loop, and of
// the loop's own middle when it holds no pixel.
func (r *raster) each(loop []geom.Vec2, f func(bits uint8)) {
	lo, hi := bounds(loop)
	any := false
	for j := max(0, int((lo[1]-r.min[1])/r.size)); j <= min(r.h-1, int((hi[1]-r.min[1])/r.size)); j++ {
		z := r.min[1] + (float64(j)+0.5)*r.size
		for i := max(0, int((lo[0]-r.min[0])/r.size)); i <= min(r.w-1, int((hi[0]-r.min[0])/r.size)); i++ {
			if x := r.min[0] + (float64(i)+0.5)*r.size; contains(loop, geom.Vec2{x, z}) {
				f(r.bits[j*r.w+i])
				any = true
			}
		}
	}
	if !any {
		m := geom.Vec2{}
		for _, p := range loop {
			m = m.Add(p.Mul(1 / float64(len(loop))))
		}
		f(r.get(m[0], m[1]))
	}
}

// close is the raster with every seen pixel grown by k pixels each way.
func (r *raster) close(k int) *raster {
	grow := func(in []uint8, count, stride, lines, across int) []uint8 {
		out := make([]uint8, len(in))
		for l := range lines {
			for i := range count {
				b := in[l*across+i*stride]
				if b == 0 {
					continue
				}
				for j := max(0, i-k); j <= min(count-1, i+k); j++ {
					out[l*across+j*stride] |= b
				}
			}
		}
		return out
	}
	c := *r
	c.bits = grow(grow(r.bits, r.w, 1, r.h, r.w), r.h, r.w, r.w, 1)
	return &c
}

// width is how wide a cell is, about, metres.
func (c *cell) width() float64 {
	around := 0.0
	for i, p := range c.loop {
		around += c.loop[(i+1)%len(c.loop)].Sub(p).Len()
	}
	return 4 * c.area / around
}

func bounds(loop []geom.Vec2) (lo, hi geom.Vec2) {
	lo, hi = geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, p := range loop {
		for axis := range 2 {
			lo[axis], hi[axis] = math.Min(lo[axis], p[axis]), math.Max(hi[axis], p[axis])
		}
	}
	return lo, hi
}

// contains tells whether a loop winds round p.
func contains(loop []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// arrange cuts a rectangle along all lines.
func arrange(ls []line, lo, hi geom.Vec2) []cell {
	cells := []cell{{
		loop:  []geom.Vec2{lo, {hi[0], lo[1]}, hi, {lo[0], hi[1]}},
		lines: []int{-1, -1, -1, -1},
	}}
	for k := range ls {
		var next []cell
		for _, c := range cells {
			a, b := cut(c, &ls[k], k)
			for _, part := range [2]cell{a, b} {
				if len(part.loop) >= 3 {
					next = append(next, part)
				}
			}
		}
		cells = next
	}
	out := cells[:0]
	for _, c := range cells {
		if c.area = geom.Area(c.loop); math.Abs(c.area) > cellSliver {
			c.area = math.Abs(c.area)
			c.room = -1
			out = append(out, c)
		}
	}
	return out
}

// cut parts a convex cell along a line; either part may be empty.
func cut(c cell, l *line, k int) (in, out cell) {
	const touch = 1e-7
	n := len(c.loop)
	side := make([]float64, n)
	neg, pos := false, false
	for i, p := range c.loop {
		side[i] = l.offset(p[0], p[1])
		if math.Abs(side[i]) < touch {
			side[i] = 0
		}
		neg, pos = neg || side[i] < 0, pos || side[i] > 0
	}
	switch {
	case !neg:
		return cell{}, c
	case !pos:
		return c, cell{}
	}
	add := func(to *cell, p geom.Vec2, line int) {
		to.loop = append(to.loop, p)
		to.lines = append(to.lines, line)
	}
	for i := range n {
		j := (i + 1) % n
		p, q := c.loop[i], c.loop[j]
		a, b := side[i], side[j]
		if a <= 0 { // the edge that begins at p, in the part below
			if a == 0 && b > 0 {
				add(&in, p, k)
			} else {
				add(&in, p, c.lines[i])
			}
		}
		if a >= 0 {
			if a == 0 && b < 0 {
				add(&out, p, k)
			} else {
				add(&out, p, c.lines[i])
			}
		}
		if a < 0 && b > 0 || a > 0 && b < 0 {
			m := p.Add(q.Sub(p).Mul(a / (a - b)))
			if a < 0 {
				add(&in, m, k)
				add(&out, m, c.lines[i])
			} else {
				add(&out, m, k)
				add(&in, m, c.lines[i])
			}
		}
	}
	return in, out
}

// edge is where a cell meets another, or nothing.
type edge struct {
	cell, at int // the edge's cell and index in its loop
	other    int // -1: nothing
}

// edges pairs the edges of the cells.
func edges(cells []cell) []edge {
	key := func(c *cell, i int) [3]int64 {
		m := c.loop[i].Add(c.loop[(i+1)%len(c.loop)]).Mul(0.5)
		return [3]int64{int64(c.lines[i]), int64(math.Round(m[0] * 1e4)), int64(math.Round(m[1] * 1e4))}
	}
	first := map[[3]int64]int{}
	var out []edge
	for ci := range cells {
		c := &cells[ci]
		for i := range c.loop {
			k := key(c, i)
			mate := -1
			for dx := int64(-1); dx <= 1 && mate < 0; dx++ {
				for dz := int64(-1); dz <= 1 && mate < 0; dz++ {
					if e, ok := first[[3]int64{k[0], k[1] + dx, k[2] + dz}]; ok && out[e].other < 0 && out[e].cell != ci {
						mate = e
					}
				}
			}
			if mate >= 0 {
				out[mate].other = ci
				continue
			}
			first[k] = len(out)
			out = append(out, edge{ci, i, -1})
		}
	}
	return out
}
