package overlay

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Field is a velocity over a horizontal rectangle, in cells.
type Field struct {
	Min, Max geom.Vec2   // x and z of the rectangle's corners, metres
	Y        float64     // height, metres
	Columns  int         // cells along x
	Velocity []geom.Vec2 // along x and z, m/s; row-major along x, rows along z; NaN: not known
}

// Flow is how people, goods or air move over a floor, as streamlines.
type Flow struct {
	Title, Unit, Note string
	High              float64 // speed at the end of the palette and of full width
	Lines             []Streamline
}

// Scale is that of a flow's speed.
func (f *Flow) Scale() Scale {
	return Scale{Title: f.Title, Unit: f.Unit, High: f.High, Palette: Sequential, Note: f.Note}
}

// Streamline is a line that follows a field everywhere, with the speed at each
// of its points, m/s.
type Streamline struct {
	Points []geom.Vec3
	Speeds []float64
}

// Limits of streamlines: more than any floor shows, few enough that a slip of
// the caller ends soon.
const (
	fieldCellsMost = 1 << 18
	linePointsMost = 1 << 16 // of all lines
	lineStep       = 0.125   // of the spacing, between points
	lineNear       = 0.5     // of the spacing, at which a line ends before another
	lineShort      = 2.0     // spacings below which a line is left out
	speedLeast     = 0.02    // m/s, below which nothing flows
)

// Whole tells whether a field's numbers fit each other.
func (f *Field) Whole() bool {
	n := len(f.Velocity)
	return f.Columns > 0 && n > 0 && n <= fieldCellsMost && n%f.Columns == 0 && f.Max[0] > f.Min[0] && f.Max[1] > f.Min[1]
}

// At is the velocity at a place, between the middles of cells by their
// distances; false where it is not known or nothing flows.
func (f *Field) At(x, z float64) (geom.Vec2, bool) {
	rows := len(f.Velocity) / f.Columns
	u := (x - f.Min[0]) / (f.Max[0] - f.Min[0]) * float64(f.Columns)
	v := (z - f.Min[1]) / (f.Max[1] - f.Min[1]) * float64(rows)
	if !(u >= 0 && v >= 0 && u <= float64(f.Columns) && v <= float64(rows)) {
		return geom.Vec2{}, false
	}
	own := f.Velocity[min(int(v), rows-1)*f.Columns+min(int(u), f.Columns-1)]
	if math.IsNaN(own[0] + own[1]) {
		return geom.Vec2{}, false
	}
	u, v = u-0.5, v-0.5
	c, r := int(math.Floor(u)), int(math.Floor(v))
	sum, weight := geom.Vec2{}, 0.0
	for k := range 4 {
		i, j := c+k%2, r+k/2
		w := (1 - math.Abs(u-float64(i))) * (1 - math.Abs(v-float64(j)))
		cell := f.Velocity[min(max(j, 0), rows-1)*f.Columns+min(max(i, 0), f.Columns-1)]
		if w > 0 && !math.IsNaN(cell[0]+cell[1]) {
			sum, weight = sum.Add(cell.Mul(w)), weight+w
		}
	}
	sum = sum.Mul(1 / weight)
	return sum, sum.Len() >= speedLeast
}

// Streamlines returns lines along a field that lie about a spacing apart,
// metres, and never nearer than half of it (Jobard and Lefer 1997).
func (f *Field) Streamlines(spacing float64) []Streamline {
	if !f.Whole() || !(spacing > 0) {
		return nil
	}
	p := plotter{field: f, spacing: spacing, near: map[[2]int][]geom.Vec2{}}
	for _, seed := range f.seeds() {
		p.from(seed)
		for len(p.seeds) > 0 {
			next := p.seeds[0]
			p.seeds = p.seeds[1:]
			p.from(next)
		}
	}
	return p.lines
}

// seeds are the middles of the cells in which something flows, the fastest first.
func (f *Field) seeds() []geom.Vec2 {
	rows := len(f.Velocity) / f.Columns
	cells := make([]int, 0, len(f.Velocity))
	speed := func(i int) float64 { return f.Velocity[i].Len() }
	for i := range f.Velocity {
		if speed(i) >= speedLeast { // not for one that is not known
			cells = append(cells, i)
		}
	}
	slices.SortStableFunc(cells, func(a, b int) int {
		switch {
		case speed(a) > speed(b):
			return -1
		case speed(a) < speed(b):
			return 1
		}
		return 0
	})
	out := make([]geom.Vec2, len(cells))
	for k, i := range cells {
		out[k] = geom.Vec2{
			f.Min[0] + (float64(i%f.Columns)+0.5)/float64(f.Columns)*(f.Max[0]-f.Min[0]),
			f.Min[1] + (float64(i/f.Columns)+0.5)/float64(rows)*(f.Max[1]-f.Min[1]),
		}
	}
	return out
}

// plotter places lines one after another.
type plotter struct {
	field   *Field
	spacing float64
	near    map[[2]int][]geom.Vec2 // points of lines, by squares of the spacing
	seeds   []geom.Vec2
	lines   []Streamline
	points  int
}

// from draws the line through a place, unless it is too near to others, and
// leaves places to both its sides.
func (p *plotter) from(seed geom.Vec2) {
	if p.points >= linePointsMost || p.crowded(seed, p.spacing*(1-1e-9)) {
		return
	}
	if _, ok := p.field.At(seed[0], seed[1]); !ok {
		return
	}
	back := p.walk(seed, -1, nil)
	slices.Reverse(back)
	line := p.walk(seed, 1, append(back, seed))
	if float64(len(line)-1)*lineStep < lineShort {
		return
	}
	s := Streamline{Points: make([]geom.Vec3, len(line)), Speeds: make([]float64, len(line))}
	for i, q := range line {
		v, _ := p.field.At(q[0], q[1])
		s.Points[i], s.Speeds[i] = geom.Vec3{q[0], p.field.Y, q[1]}, v.Len()
		at := p.square(q)
		p.near[at] = append(p.near[at], q)
		if v.Len() > 0 && i%4 == 0 {
			side := geom.Vec2{-v[1], v[0]}.Mul(p.spacing / v.Len())
			p.seeds = append(p.seeds, q.Add(side), q.Sub(side))
		}
	}
	p.points += len(line)
	p.lines = append(p.lines, s)
}

// walk follows the field from a place, against it where way is -1, and appends
// where it comes, until the field ends, another line is near, or it comes back
// to itself.
func (p *plotter) walk(at geom.Vec2, way float64, into []geom.Vec2) []geom.Vec2 {
	const most = 4096
	h := lineStep * p.spacing
	for range most {
		next, ok := p.step(at, way*h)
		if !ok || p.crowded(next, lineNear*p.spacing) {
			break
		}
		own := into // all but what it has just left
		if skip := int(2 / lineStep); len(own) > skip {
			own = own[:len(own)-skip]
		} else {
			own = nil
		}
		if slices.ContainsFunc(own, func(q geom.Vec2) bool { return q.Sub(next).Len() < lineNear*p.spacing }) {
			break
		}
		into = append(into, next)
		at = next
	}
	return into
}

// step goes a length along the field, by its direction halfway (midpoint rule).
func (p *plotter) step(at geom.Vec2, length float64) (geom.Vec2, bool) {
	v, ok := p.field.At(at[0], at[1])
	if !ok {
		return at, false
	}
	half := at.Add(v.Mul(0.5 * length / v.Len()))
	if v, ok = p.field.At(half[0], half[1]); !ok {
		return at, false
	}
	next := at.Add(v.Mul(length / v.Len()))
	_, ok = p.field.At(next[0], next[1])
	return next, ok
}

func (p *plotter) square(q geom.Vec2) [2]int {
	return [2]int{int(math.Floor(q[0] / p.spacing)), int(math.Floor(q[1] / p.spacing))}
}

// crowded tells whether a line passes nearer to a place than a distance, which
// is at most the spacing.
func (p *plotter) crowded(q geom.Vec2, distance float64) bool {
	at := p.square(q)
	for k := range 9 {
		for _, o := range p.near[[2]int{at[0] + k%3 - 1, at[1] + k/3 - 1}] {
			if o.Sub(q).Len() < distance {
				return true
			}
		}
	}
	return false
}

// Shape of a streamline's ribbon, metres.
const (
	flowThin  = 0.025
	flowWide  = 0.085
	flowRim   = 0.016 // of ink around, so that it stands out on any floor
	flowHeads = 1.3   // between arrowheads
)

// Ribbons appends a flow: flat bands over the floor, wider and lighter where it
// is faster, with heads that tell which way.
func (f *Flow) Ribbons(into []Vertex, most int) []Vertex {
	table := Sequential.Table(64)
	ink := RGBA{0.01, 0.015, 0.03, 0.55}
	for i := range f.Lines {
		l := &f.Lines[i]
		if len(l.Points) != len(l.Speeds) || len(l.Points) < 2 {
			continue
		}
		if len(into)+2*(9*len(l.Points)) > most {
			break
		}
		part := func(k int) float64 { return float64(unit(l.Speeds[k] / math.Max(1e-9, f.High))) }
		color := func(k int) RGBA { return table[int(part(k)*63+0.5)] }
		into = l.band(into, flowRim, part, func(int) RGBA { return ink })
		into = l.band(into, 0, part, color)
	}
	return into
}

// band appends one line, wider by a rim.
func (l *Streamline) band(into []Vertex, rim float64, part func(int) float64, color func(int) RGBA) []Vertex {
	n := len(l.Points)
	tangent := func(k int) geom.Vec3 {
		return l.Points[min(k+1, n-1)].Sub(l.Points[max(k-1, 0)]).Normalize()
	}
	side := func(k int) geom.Vec3 {
		half := (flowThin+(flowWide-flowThin)*part(k))/2 + rim
		return geom.Vec3{0, 1, 0}.Cross(tangent(k)).Mul(half)
	}
	walked := flowHeads / 2
	for k := range n - 1 {
		a, b, sa, sb := l.Points[k], l.Points[k+1], side(k), side(k+1)
		corners, colors := [4]geom.Vec3{a.Sub(sa), a.Add(sa), b.Add(sb), b.Sub(sb)}, [2]RGBA{color(k), color(k + 1)}
		for _, i := range [6]int{0, 1, 2, 0, 2, 3} {
			into = append(into, Vertex{Position: single(corners[i]), Color: colors[i/2]})
		}
		if walked += b.Sub(a).Len(); walked < flowHeads {
			continue
		}
		walked = 0
		ahead := tangent(k + 1)
		wide := geom.Vec3{0, 1, 0}.Cross(ahead).Mul(0.045 + 0.05*part(k+1) + rim)
		long := 0.13 + 0.09*part(k+1)
		for _, v := range [3]geom.Vec3{b.Sub(ahead.Mul(rim)).Sub(wide), b.Sub(ahead.Mul(rim)).Add(wide), b.Add(ahead.Mul(long + 2*rim))} {
			into = append(into, Vertex{Position: single(v), Color: colors[1]})
		}
	}
	return into
}
