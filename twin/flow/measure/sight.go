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
	out, viewers = make([]float64, len(faces)), make([]int, len(faces))
	seen := make([]map[string]bool, len(faces))
	for i := range seen {
		seen[i] = map[string]bool{}
	}
	sight := NewSight(faces, walls)
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
			for i := range sight.From(geom.Vec2{x, z}, heading, moving) {
				out[i] += lookStep
				seen[i][Whose(p.Person)] = true
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
	blocks blocks
}

// NewSight prepares the faces and walls of a floor.
func NewSight(faces []Face, walls [][2]geom.Vec2) *Sight {
	return &Sight{faces: faces, blocks: layBlocks(walls)}
}

var cosWalking, cosStanding = math.Cos(viewAngle), math.Cos(math.Pi / 2)

// From goes through the faces, by their place in the list, that somebody has in
// view who stands at a place and walks, or last walked, along a unit heading; none
// as long as the heading is none.
func (s *Sight) From(at, heading geom.Vec2, moving bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		if heading == (geom.Vec2{}) {
			return
		}
		cone := cosStanding
		if moving {
			cone = cosWalking
		}
		for i := range s.faces {
			f := &s.faces[i]
			d := f.At.Sub(at)
			if d.Dot(d) > viewReach*viewReach*(1+1e-9) {
				continue // most are far: no root is drawn for them
			}
			l := d.Len()
			if l > viewReach || l < 1e-6 || heading.Dot(d) < cone*l-1e-12 || -f.Front.Dot(d) < faceLeast*l {
				continue
			}
			// To just before the face, which stands at a wall of its own.
			if !s.blocks.between(at, f.At.Add(f.Front.Mul(0.05))) && !yield(i) {
				return
			}
		}
	}
}

// blocks finds walls near a line.
type blocks struct {
	cells map[[2]int][][2]geom.Vec2
}

const blockSide = 1.0 // metres

func layBlocks(walls [][2]geom.Vec2) blocks {
	b := blocks{map[[2]int][][2]geom.Vec2{}}
	for _, w := range walls {
		for c := range squares(w[0], w[1]) {
			b.cells[c] = append(b.cells[c], w)
		}
	}
	return b
}

// squares are those that a line goes through, and a few beside it.
func squares(a, b geom.Vec2) map[[2]int]bool {
	out := map[[2]int]bool{}
	n := 1 + int(4*b.Sub(a).Len()/blockSide)
	for i := range n + 1 {
		p := a.Add(b.Sub(a).Mul(float64(i) / float64(n)))
		x, z := int(math.Floor(p[0]/blockSide)), int(math.Floor(p[1]/blockSide))
		fx, fz := p[0]/blockSide-float64(x), p[1]/blockSide-float64(z)
		// A quarter of a square on: a line that cuts this one, looked at every quarter of a square, is looked at in one of these.
		for k := range 9 {
			out[[2]int{x + int(math.Floor(fx+0.26*float64(k%3-1))), z + int(math.Floor(fz+0.26*float64(k/3-1)))}] = true
		}
	}
	return out
}

// between tells whether a wall stands between two points.
func (b blocks) between(p, q geom.Vec2) bool {
	d := q.Sub(p)
	n := 1 + int(4*d.Len()/blockSide)
	var last [2]int
	for i := range n + 1 {
		at := p.Add(d.Mul(float64(i) / float64(n)))
		c := [2]int{int(math.Floor(at[0] / blockSide)), int(math.Floor(at[1] / blockSide))}
		if i > 0 && c == last {
			continue
		}
		last = c
		for _, w := range b.cells[c] {
			if cuts(p, q, w[0], w[1]) {
				return true
			}
		}
	}
	return false
}

func cuts(a, b, c, d geom.Vec2) bool {
	e, f := b.Sub(a), d.Sub(c)
	cross := func(u, v geom.Vec2) float64 { return u[0]*v[1] - u[1]*v[0] }
	return cross(e, c.Sub(a))*cross(e, d.Sub(a)) < 0 && cross(f, a.Sub(c))*cross(f, b.Sub(c)) < 0
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
