package patch

import (
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// node is a point of a face where its surface is laid flat. On a closed surface
// one point may be laid in several places.
type node struct {
	at    geom.Vec2
	point int32
}

// ring is a loop laid flat. A loop around a closed surface does not come back
// to where it began but ends some turns on.
type ring struct {
	nodes []node
	turns [2]int
}

// facing makes the triangles of one face.
type facing struct {
	face       *Face
	s          Surface
	domain     Domain
	limits     Options
	points     []geom.Vec3 // shared, not to be changed
	extra      []geom.Vec3 // new ones, numbered after the shared
	poleVertex map[*Vertex]int32

	step    geom.Vec2 // of parameters, between the lines of the net; infinite where the surface is straight
	lengths geom.Vec2 // metres for each unit of the parameters, on the whole
	metric  geom.Vec2 // net steps for each unit of the parameters
	margin  float64   // that a seam keeps from loops, net steps
	rings   []ring    // that bound the face, laid flat, all closed

	lo, hi  geom.Vec2 // of the rings
	unit    float64   // cells of the triangulation for each net step
	mesh    *delaunay
	corners []corner // of its spots
	Patch
}

func (f *facing) point(i int32) geom.Vec3 {
	if n := int32(len(f.points)); i >= n {
		return f.extra[i-n]
	}
	return f.points[i]
}

func (f *facing) newPoint(u, v float64) int32 {
	p, _, _ := f.s.Eval(u, v)
	f.extra = append(f.extra, p)
	return int32(len(f.points) + len(f.extra) - 1)
}

// pole is the pole at a point, or nil.
func (f *facing) pole(p geom.Vec3, reach float64) *Pole {
	for i := range f.domain.Poles {
		if f.domain.Poles[i].Point.Sub(p).Len() <= reach {
			return &f.domain.Poles[i]
		}
	}
	return nil
}

// poleReach is how near to a pole a point is at it, metres, or of the size of its
// loop: files round coordinates.
const poleReach = 1e-5

// lay lays a loop of points flat, each next to the one before it. What passes
// through a pole runs there along an edge of the domain, with the face to its
// left.
func (f *facing) lay(loop []int32) (ring, error) {
	n := len(loop)
	box := geom.EmptyBox()
	for _, i := range loop {
		box = box.Add(f.point(i))
	}
	reach := math.Max(poleReach, poleReach*box.Size().Len())
	poles := make([]*Pole, n)
	first := -1
	for k, i := range loop {
		if poles[k] = f.pole(f.point(i), reach); poles[k] == nil && first < 0 {
			first = k
		}
	}
	if first < 0 {
		return ring{}, errors.New("a loop lies in one point")
	}
	var out ring
	var before geom.Vec2
	started := false
	var start geom.Vec2
	for k := 0; k <= n; k++ {
		at := (first + k) % n
		if poles[at] != nil {
			continue
		}
		uv := f.s.Inverse(f.point(loop[at]), before, started)
		if !(math.Abs(uv[0]) < infinite && math.Abs(uv[1]) < infinite) {
			return ring{}, fmt.Errorf("a loop leaves the surface at %.6g", f.point(loop[at]))
		}
		if started {
			if last := (at + n - 1) % n; poles[last] != nil {
				before = f.through(&out, poles[last], before, uv, loop[last])
			}
			for axis, p := range f.domain.Period {
				if p > 0 {
					uv[axis] += p * math.Round((before[axis]-uv[axis])/p)
				}
			}
		} else {
			start = uv
		}
		if k < n {
			out.nodes = append(out.nodes, node{uv, loop[at]})
		} else {
			for axis, p := range f.domain.Period {
				if p > 0 {
					out.turns[axis] = int(math.Round((uv[axis] - start[axis]) / p))
				}
			}
		}
		before, started = uv, true
	}
	return out, nil
}

// through lays the way along a pole between two points beside it and returns
// where it ends.
func (f *facing) through(out *ring, pole *Pole, before, after geom.Vec2, point int32) geom.Vec2 {
	free := 1 - pole.Axis
	period := f.domain.Period[free]
	way := after[free] - before[free]
	if period > 0 {
		// With the face to the left the way runs down on the upper edge of v and
		// on the lower edge of u, up on the others.
		sign := 1.0
		if pole.Max == (pole.Axis == 1) {
			sign = -1
		}
		way = math.Mod(sign*way, period)
		if way < 0 {
			way += period
		}
		if way < 1e-6*period { // a seam, there and back
			way = period
		}
		way *= sign
	}
	for _, at := range f.alongPole(pole, before[free], before[free]+way) {
		out.nodes = append(out.nodes, node{at, point})
	}
	end := before
	end[free] += way
	return end
}

// alongPole are places along a pole, a net step apart.
func (f *facing) alongPole(pole *Pole, from, to float64) []geom.Vec2 {
	free := 1 - pole.Axis
	n := int(math.Ceil(math.Min(math.Abs(to-from)/f.step[free]-1e-9, linesMax)))
	n = max(n, 1)
	out := make([]geom.Vec2, n+1)
	for k := range out {
		out[k][pole.Axis] = pole.Value
		out[k][free] = from + (to-from)*float64(k)/float64(n)
	}
	return out
}

func (r ring) area() float64 {
	loop := make([]geom.Vec2, len(r.nodes))
	for i, n := range r.nodes {
		loop[i] = n.at
	}
	return geom.Area(loop)
}

// holds tells whether a ring holds a place (crossing number).
func (r ring) holds(p geom.Vec2) bool {
	in := false
	for i, n := range r.nodes {
		a, b := n.at, r.nodes[(i+1)%len(r.nodes)].at
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// assemble makes closed rings of loops: those around a closed surface are
// joined by seams, those that are holes are laid within the others.
func (f *facing) assemble(all []ring) error {
	var around, holes []ring
	for _, r := range all {
		if r.turns == [2]int{} {
			if len(r.nodes) > 2 {
				holes = append(holes, r)
			}
		} else {
			around = append(around, r)
		}
	}
	for _, r := range around {
		if r.turns[0] != 0 && r.turns[1] != 0 || r.turns[0]*r.turns[0]+r.turns[1]*r.turns[1] != 1 {
			return errors.New("a loop runs around its surface more than once")
		}
	}
	var main ring
	var err error
	switch len(around) {
	case 0:
		largest := -1
		for i, r := range holes {
			if largest < 0 || math.Abs(r.area()) > math.Abs(holes[largest].area()) {
				largest = i
			}
		}
		if largest < 0 || holes[largest].area() < 0 && f.closed() {
			if main, err = f.roomy(func() (ring, error) { return f.whole(holes) }); err != nil {
				return err
			}
			break
		}
		main = holes[largest]
		holes = append(append([]ring{}, holes[:largest]...), holes[largest+1:]...)
	case 1:
		if main, err = f.roomy(func() (ring, error) { return f.cap(around[0], holes) }); err != nil {
			return err
		}
	case 2:
		if main, err = f.roomy(func() (ring, error) { return f.band(around[0], around[1], holes) }); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%d loops run around its surface; at most two can bound a face", len(around))
	}
	f.rings = append(f.rings, main)
	for _, h := range holes {
		f.rings = append(f.rings, f.laidIn(main, h))
	}
	return nil
}

// laidIn lays a hole where the main ring holds it.
func (f *facing) laidIn(main, hole ring) ring {
	inside := func(by geom.Vec2) bool {
		in := 0
		for i, n := range hole.nodes {
			if main.holds(n.at.Add(hole.nodes[(i+1)%len(hole.nodes)].at).Mul(0.5).Add(by)) {
				in++
			}
		}
		return 2*in > len(hole.nodes)
	}
	for _, i := range f.copies(0) {
		for _, j := range f.copies(1) {
			by := geom.Vec2{i, j}
			if inside(by) {
				return hole.moved(by)
			}
		}
	}
	return hole
}

func (r ring) moved(by geom.Vec2) ring {
	out := ring{turns: r.turns, nodes: make([]node, len(r.nodes))}
	for i, n := range r.nodes {
		out.nodes[i] = node{n.at.Add(by), n.point}
	}
	return out
}

// copies are how far the copies of a place lie off along an axis, nearest first.
func (f *facing) copies(axis int) []float64 {
	p := f.domain.Period[axis]
	if p == 0 {
		return []float64{0}
	}
	return []float64{0, p, -p, 2 * p, -2 * p}
}

// closed tells whether the surface has no edge.
func (f *facing) closed() bool {
	d := &f.domain
	for axis := range 2 {
		ends := 0
		for _, p := range d.Poles {
			if p.Axis == axis {
				ends++
			}
		}
		if d.Period[axis] == 0 && ends < 2 {
			return false
		}
	}
	return d.Period[0] > 0 || d.Period[1] > 0
}
