package measure

import (
	"iter"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// Face is the front of a shelf: the middle of its edge, the way it looks, and its
// width in metres.
type Face struct {
	ID    string
	At    geom.Vec2
	Front geom.Vec2 // unit
	Width float64
}

// Figures of seeing. People look where they walk, 60° to either side (the field in
// which shapes are recognised; Panero and Zelnik 1979), and read a shelf from up
// to 4 m.
const (
	viewAngle = math.Pi / 3
	viewReach = 4.0
	faceLeast = 0.2 // cosine between the face's front and the line of sight
	lookStep  = 0.25
)

// Exposure is, for each face, the time that it was in somebody's view, seconds:
// it lies in the cone before them, within reach, is looked at from the front, and
// no wall stands between. Who stands looks where they last walked, and to the
// sides.
func Exposure(people []twin.Trajectory, faces []Face, walls [][2]geom.Vec2) []float64 {
	seconds, _ := Seen(people, faces, walls)
	return seconds
}

// Seen is the exposure of each face, and how many different people had it in view.
func Seen(people []twin.Trajectory, faces []Face, walls [][2]geom.Vec2) (out []float64, viewers []int) {
	return NewSight(faces, walls).Seen(people)
}

// Seen is the exposure of each of its faces, and how many different people had it
// in view: what one floor's walls hide is prepared once for all the days on it.
func (s *Sight) Seen(people []twin.Trajectory) (out []float64, viewers []int) {
	out, viewers = make([]float64, len(s.faces)), make([]int, len(s.faces))
	seen := make([]map[string]bool, len(s.faces))
	for i := range seen {
		seen[i] = map[string]bool{}
	}
	had := make([]bool, len(s.faces)) // by the one who is looked at
	for _, p := range people {
		if len(p.Fixes) < 2 {
			continue
		}
		heading := geom.Vec2{}
		for t := p.Fixes[0].T; t < p.Fixes[len(p.Fixes)-1].T; t += lookStep {
			x, z, ok := p.At(t)
			if !ok {
				continue
			}
			v, moving := VelocityAt(p, t)
			moving = moving && v.Len() > stopSpeed
			if moving {
				heading = v.Mul(1 / v.Len())
			}
			for i := range s.From(geom.Vec2{x, z}, heading, moving) {
				out[i] += lookStep
				had[i] = true
			}
		}
		who := Whose(p.Person)
		for i := range had {
			if had[i] {
				seen[i][who], had[i] = true, false
			}
		}
	}
	for i := range seen {
		viewers[i] = len(seen[i])
	}
	return out, viewers
}

// Sight tells which faces are in view from where, between some walls.
type Sight struct {
	faces  []Face
	before []geom.Vec2 // just before each face, which stands at a wall of its own
	blocks blocks
	near   grid
	within [][]int32 // the faces within reach of somewhere in a square, in their order
}

// NewSight prepares the faces and walls of a floor.
func NewSight(faces []Face, walls [][2]geom.Vec2) *Sight {
	s := &Sight{faces: faces, blocks: layBlocks(walls)}
	var at []geom.Vec2
	for _, f := range faces {
		s.before, at = append(s.before, f.At.Add(f.Front.Mul(0.05))), append(at, f.At)
	}
	const reach = viewReach + 1e-6 // rounding must leave none out
	s.near = gridOver(at, reach)
	s.within = make([][]int32, s.near.nx*s.near.nz)
	for k := range s.within {
		lo := geom.Vec2{float64(s.near.x + k%s.near.nx), float64(s.near.z + k/s.near.nx)}.Mul(s.near.side)
		for i, p := range at {
			x, z := p[0]-min(max(p[0], lo[0]), lo[0]+s.near.side), p[1]-min(max(p[1], lo[1]), lo[1]+s.near.side)
			if x*x+z*z <= reach*reach {
				s.within[k] = append(s.within[k], int32(i))
			}
		}
	}
	return s
}

var cosWalking, cosStanding = math.Cos(viewAngle), math.Cos(math.Pi / 2)

// From goes through the faces, by their place in the list, that somebody has in
// view who stands at a place and walks, or last walked, along a unit heading; none
// as long as the heading is none.
func (s *Sight) From(at, heading geom.Vec2, moving bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		square, on := s.near.of(s.near.square(at))
		if heading == (geom.Vec2{}) || !on {
			return
		}
		cone := cosStanding
		if moving {
			cone = cosWalking
		}
		for _, i := range s.within[square] {
			f := &s.faces[i]
			d := geom.Vec2{f.At[0] - at[0], f.At[1] - at[1]}
			if d[0]*d[0]+d[1]*d[1] > viewReach*viewReach*(1+1e-9) {
				continue // no root is drawn for those that are far
			}
			l := d.Len()
			if l > viewReach || l < 1e-6 || heading[0]*d[0]+heading[1]*d[1] < cone*l-1e-12 || -f.Front[0]*d[0]-f.Front[1]*d[1] < faceLeast*l {
				continue
			}
			if !s.blocks.between(at, s.before[i]) && !yield(int(i)) {
				return
			}
		}
	}
}

// grid are squares over a part of the plane.
type grid struct {
	side   float64 // metres
	x, z   int     // of the first square
	nx, nz int
}

const (
	blockSide   = 1.0     // metres
	squaresMost = 1 << 18 // of a grid: they are larger where a floor would have more
)

// gridOver covers some points and so many metres around them.
func gridOver(at []geom.Vec2, around float64) grid {
	g := grid{side: blockSide}
	if len(at) == 0 {
		return g
	}
	lo, hi := at[0].Sub(geom.Vec2{around, around}), at[0].Add(geom.Vec2{around, around})
	for _, p := range at {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]-around), max(hi[k], p[k]+around)
		}
	}
	for (hi[0]-lo[0])/g.side*((hi[1]-lo[1])/g.side) > squaresMost {
		g.side *= 2
	}
	first, last := g.square(lo), g.square(hi)
	g.x, g.z, g.nx, g.nz = first[0], first[1], last[0]-first[0]+1, last[1]-first[1]+1
	return g
}

func (g *grid) square(p geom.Vec2) [2]int {
	return [2]int{int(math.Floor(p[0] / g.side)), int(math.Floor(p[1] / g.side))}
}

// of is the place of a square in the grid; false where it lies beside it.
func (g *grid) of(c [2]int) (int, bool) {
	x, z := c[0]-g.x, c[1]-g.z
	return z*g.nx + x, x >= 0 && z >= 0 && x < g.nx && z < g.nz
}

// blocks finds walls near a line.
type blocks struct {
	grid  grid
	cells [][][2]geom.Vec2
}

func layBlocks(walls [][2]geom.Vec2) blocks {
	var ends []geom.Vec2
	for _, w := range walls {
		ends = append(ends, w[0], w[1])
	}
	b := blocks{grid: gridOver(ends, 0)}
	b.cells = make([][][2]geom.Vec2, b.grid.nx*b.grid.nz)
	for _, w := range walls {
		for c := range b.grid.squares(w[0], w[1]) {
			if k, on := b.grid.of(c); on {
				b.cells[k] = append(b.cells[k], w)
			}
		}
	}
	return b
}

// squares are those that a line goes through, and a few beside it.
func (g *grid) squares(a, b geom.Vec2) map[[2]int]bool {
	out := map[[2]int]bool{}
	n := 1 + int(4*b.Sub(a).Len()/g.side)
	for i := range n + 1 {
		p := a.Add(b.Sub(a).Mul(float64(i) / float64(n)))
		c := g.square(p)
		fx, fz := p[0]/g.side-float64(c[0]), p[1]/g.side-float64(c[1])
		// A quarter of a square on: a line that cuts this one, looked at every quarter of a square, is looked at in one of these.
		for k := range 9 {
			out[[2]int{c[0] + int(math.Floor(fx+0.26*float64(k%3-1))), c[1] + int(math.Floor(fz+0.26*float64(k/3-1)))}] = true
		}
	}
	return out
}

// between tells whether a wall stands between two points.
func (b *blocks) between(p, q geom.Vec2) bool {
	dx, dz := q[0]-p[0], q[1]-p[1]
	n := 1 + int(4*math.Sqrt(dx*dx+dz*dz)/b.grid.side)
	last := -1
	for i := range n + 1 {
		share := float64(i) / float64(n)
		c, on := b.grid.of(b.grid.square(geom.Vec2{p[0] + dx*share, p[1] + dz*share}))
		if !on || c == last {
			continue
		}
		last = c
		for k := range b.cells[c] {
			if w := &b.cells[c][k]; cuts(p, q, w[0], w[1]) {
				return true
			}
		}
	}
	return false
}

func cuts(a, b, c, d geom.Vec2) bool {
	ex, ez, fx, fz := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	if (ex*(c[1]-a[1])-ez*(c[0]-a[0]))*(ex*(d[1]-a[1])-ez*(d[0]-a[0])) >= 0 {
		return false
	}
	return (fx*(a[1]-c[1])-fz*(a[0]-c[0]))*(fx*(b[1]-c[1])-fz*(b[0]-c[0])) < 0
}

// Isovist is the area that can be seen from a place, square metres (Benedikt, "To
// take hold of space: isovists and isovist fields", 1979): the walls are looked at
// by rays to each of their ends and beside them.
func Isovist(at geom.Vec2, walls [][2]geom.Vec2) float64 {
	var angles []float64
	for _, w := range walls {
		for _, p := range w {
			a := math.Atan2(p[1]-at[1], p[0]-at[0])
			angles = append(angles, a-1e-7, a, a+1e-7)
		}
	}
	if len(angles) == 0 {
		return math.Inf(1)
	}
	slices.Sort(angles)
	hits := make([]geom.Vec2, 0, len(angles))
	for _, a := range angles {
		s, c := math.Sincos(a)
		d := geom.Vec2{c, s}
		best := math.Inf(1)
		for _, w := range walls {
			if t, ok := ray(at, d, w); ok && t < best {
				best = t
			}
		}
		if math.IsInf(best, 1) {
			return math.Inf(1) // there is an opening to the world
		}
		hits = append(hits, at.Add(d.Mul(best)))
	}
	return math.Abs(geom.Area(hits))
}

func ray(at, d geom.Vec2, w [2]geom.Vec2) (float64, bool) {
	e := w[1].Sub(w[0])
	den := d[0]*e[1] - d[1]*e[0]
	if math.Abs(den) < 1e-15 {
		return 0, false
	}
	r := w[0].Sub(at)
	t := (r[0]*e[1] - r[1]*e[0]) / den
	u := (r[0]*d[1] - r[1]*d[0]) / den
	return t, t > 1e-9 && u >= -1e-9 && u <= 1+1e-9
}

// Place is a square of a visibility graph.
type Place struct {
	At          geom.Vec2
	Connections int     // places that are seen from it
	Depth       float64 // mean number of turns to all others
	Integration float64 // of space syntax: the higher, the more central
}

// Visibility is the visibility graph of a floor's squares (Turner, Doxa, O'Sullivan
// and Penn 2001) with their integration (Hillier and Hanson 1984: the inverse of
// the real relative asymmetry, by the diamond value). Squares have the given side
// in metres; those that are not connected to most are left out.
func Visibility(floor plan.Floor, side float64) []Place {
	lo, hi := floor.Box()
	var at []geom.Vec2
	for z := lo[1] + side/2; z < hi[1]; z += side {
		for x := lo[0] + side/2; x < hi[0]; x += side {
			if p := (geom.Vec2{x, z}); floor.Contains(p) {
				at = append(at, p)
			}
		}
	}
	n := len(at)
	sees := make([][]int32, n)
	b := layBlocks(floor.Walls())
	for i := range at {
		for k := i + 1; k < n; k++ {
			if !b.between(at[i], at[k]) {
				sees[i], sees[k] = append(sees[i], int32(k)), append(sees[k], int32(i))
			}
		}
	}
	out := make([]Place, 0, n)
	depth := make([]int, n)
	for i := range at {
		for k := range depth {
			depth[k] = -1
		}
		depth[i] = 0
		line := []int32{int32(i)}
		sum := 0
		for len(line) > 0 {
			c := line[0]
			line = line[1:]
			for _, k := range sees[c] {
				if depth[k] < 0 {
					depth[k] = depth[c] + 1
					sum += depth[k]
					line = append(line, k)
				}
			}
		}
		reached := 0
		for _, d := range depth {
			if d > 0 {
				reached++
			}
		}
		if 2*reached < n {
			continue
		}
		p := Place{At: at[i], Connections: len(sees[i]), Depth: float64(sum) / float64(reached)}
		p.Integration = integration(p.Depth, reached+1)
		out = append(out, p)
	}
	return out
}

// integration is 1/RRA: RA = 2(MD-1)/(k-2), RRA = RA/D(k), with the diamond value
// D(k) = 2(k(log2((k+2)/3)-1)+1)/((k-1)(k-2)).
func integration(depth float64, k int) float64 {
	if k < 3 || depth <= 1 {
		return math.Inf(1)
	}
	return diamond(k) / (2 * (depth - 1) / float64(k-2))
}

// diamond is the D-value of Hillier and Hanson's table.
func diamond(k int) float64 {
	n := float64(k)
	return 2 * (n*(math.Log2((n+2)/3)-1) + 1) / ((n - 1) * (n - 2))
}

// Detour is the length of somebody's way over the shortest from its first place to
// its last; false when there is none or they never went anywhere.
func Detour(p twin.Trajectory, m *plan.Mesh) (float64, bool) {
	n := len(p.Fixes)
	if n < 2 {
		return 0, false
	}
	const near = 1.0
	a, okA := m.Locate(geom.Vec2{p.Fixes[0].X, p.Fixes[0].Z}, near)
	b, okB := m.Locate(geom.Vec2{p.Fixes[n-1].X, p.Fixes[n-1].Z}, near)
	if !okA || !okB {
		return 0, false
	}
	_, l, ok := m.Way(a, b)
	if !ok || l < near {
		return 0, false
	}
	return p.Length() / l, true
}
