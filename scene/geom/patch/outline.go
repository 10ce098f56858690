package patch

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// measure finds the steps of the net and how lengths on the surface compare
// with its parameters.
func (f *facing) measure(loops [][]int32) {
	d := &f.domain
	box := [2]geom.Vec2{d.Lo, d.Hi}
	for axis := range 2 {
		if !(d.Hi[axis]-d.Lo[axis] < infinite) {
			box[0][axis], box[1][axis] = infinite, -infinite
		}
	}
	for _, loop := range loops {
		var before geom.Vec2
		for k, i := range loop {
			if d.Hi[0]-d.Lo[0] < infinite && d.Hi[1]-d.Lo[1] < infinite {
				break
			}
			before = f.s.Inverse(f.point(i), before, k > 0)
			for axis := range 2 {
				if !(d.Hi[axis]-d.Lo[axis] < infinite) {
					box[0][axis], box[1][axis] = math.Min(box[0][axis], before[axis]), math.Max(box[1][axis], before[axis])
				}
			}
		}
	}
	us, vs := f.s.Lines(box[0], box[1], edgeShare*f.limits.Chord, f.limits.Angle)
	const samples = 4
	var sum geom.Vec2
	for i := range samples {
		for j := range samples {
			at := geom.Vec2{(float64(i) + 0.5) / samples, (float64(j) + 0.5) / samples}
			_, du, dv := f.s.Eval(box[0][0]+at[0]*(box[1][0]-box[0][0]), box[0][1]+at[1]*(box[1][1]-box[0][1]))
			sum = sum.Add(geom.Vec2{du.Len(), dv.Len()})
		}
	}
	for axis, lines := range [2][]float64{us, vs} {
		f.lengths[axis] = math.Max(sum[axis]/(samples*samples), 1e-12)
		f.step[axis] = infinite
		if len(lines) > 0 {
			f.step[axis] = (box[1][axis] - box[0][axis]) / float64(len(lines)+1)
		}
	}
	size := geom.Vec2{f.step[0] * f.lengths[0], f.step[1] * f.lengths[1]} // metres
	if size[0] == infinite && size[1] == infinite {
		size = geom.Vec2{1, 1}
	}
	for axis := range 2 {
		size[axis] = math.Min(size[axis], aspectMax*size[1-axis])
		f.metric[axis] = f.lengths[axis] / size[axis]
	}
}

// run makes the triangles of a face from its loops of points.
func (f *facing) run(loops [][]int32) error {
	f.domain = f.s.Domain()
	f.measure(loops)
	var rings []ring
	for _, loop := range loops {
		if f.face.Reversed { // seen from where the surface looks
			loop = slices.Clone(loop)
			slices.Reverse(loop)
		}
		r, err := f.lay(loop)
		if err != nil {
			return err
		}
		rings = append(rings, r)
	}
	if err := f.assemble(rings); err != nil {
		return err
	}
	if err := f.outline(); err != nil {
		return err
	}
	if _, flat := f.s.(Plane); !flat {
		f.sow()
		if err := f.refine(); err != nil {
			return err
		}
	}
	return f.finish()
}

// outline triangulates the rings.
func (f *facing) outline() error {
	lo, hi := geom.Vec2{infinite, infinite}, geom.Vec2{-infinite, -infinite}
	for _, r := range f.rings {
		for _, n := range r.nodes {
			for axis := range 2 {
				lo[axis], hi[axis] = math.Min(lo[axis], n.at[axis]), math.Max(hi[axis], n.at[axis])
			}
		}
	}
	extent := math.Max((hi[0]-lo[0])*f.metric[0], (hi[1]-lo[1])*f.metric[1])
	if !(extent > 0 && extent < infinite) {
		return errLost
	}
	f.lo, f.hi, f.unit = lo, hi, cellsMax/extent
	f.mesh = newDelaunay()
	f.corners = make([]corner, 3)
	numbers := make([][]int32, len(f.rings))
	for k, r := range f.rings {
		for _, n := range r.nodes {
			v, ok := f.mesh.insert(f.spot(n.at))
			if !ok {
				return errLost
			}
			if int(v) == len(f.corners) {
				f.corners = append(f.corners, f.corner(n.at, n.point))
			} else if p := f.corners[v].point; p != n.point && f.point(p).Sub(f.point(n.point)).Len() > meetReach {
				return crossing(f.point(n.point))
			}
			numbers[k] = append(numbers[k], v)
		}
	}
	for _, r := range numbers {
		for i, v := range r {
			if err := f.mesh.constrain(v, r[(i+1)%len(r)], fixed|border); err != nil {
				return fmt.Errorf("%w, near %s", err, place(f.point(f.corners[v].point)))
			}
		}
	}
	f.mesh.restore()
	f.mesh.fill()
	return nil
}

func crossing(p geom.Vec3) error { return fmt.Errorf("%w, near %s", errCross, place(p)) }

// place tells a point in words.
func place(p geom.Vec3) string { return fmt.Sprintf("(%.4f, %.4f, %.4f) m", p[0], p[1], p[2]) }

func (f *facing) spot(at geom.Vec2) spot {
	return spot{int64(math.Round((at[0] - f.lo[0]) * f.metric[0] * f.unit)), int64(math.Round((at[1] - f.lo[1]) * f.metric[1] * f.unit))}
}

// where is the place of a spot, exactly: what is triangulated is what is drawn.
func (f *facing) where(s spot) geom.Vec2 {
	return geom.Vec2{f.lo[0] + float64(s.x)/(f.metric[0]*f.unit), f.lo[1] + float64(s.y)/(f.metric[1]*f.unit)}
}

// corner is a spot of a face's triangulation: its place, its point (negative
// until it is one), and point and normal of the surface there, which may lie a
// little off the point that an edge gives.
type corner struct {
	at        geom.Vec2
	point     int32
	p, normal geom.Vec3
}

func (f *facing) corner(at geom.Vec2, point int32) corner {
	p, _, _ := f.s.Eval(at[0], at[1])
	return corner{at, point, p, Normal(f.s, at[0], at[1])}
}

// finish numbers the new points and collects what is inside.
func (f *facing) finish() error {
	even := smooth(f.s)
	local := make([]int32, len(f.corners))
	for i := range local {
		local[i] = -1
	}
	number := func(v int32) int32 {
		if local[v] < 0 {
			c := &f.corners[v]
			if c.point < 0 {
				f.extra = append(f.extra, c.p)
				c.point = int32(len(f.points) + len(f.extra) - 1)
			}
			local[v] = int32(len(f.Vertices))
			f.Vertices = append(f.Vertices, c.point)
			n := c.normal
			if f.face.Reversed {
				n = n.Mul(-1)
			}
			f.Normals = append(f.Normals, n)
			f.UVs = append(f.UVs, geom.Vec2{c.at[0] * f.lengths[0], c.at[1] * f.lengths[1]})
		}
		return local[v]
	}
	for i := range f.mesh.tris {
		t := &f.mesh.tris[i]
		if !t.in {
			continue
		}
		if t.v[0] < 3 || t.v[1] < 3 || t.v[2] < 3 {
			return errLost
		}
		a, b, c := number(t.v[0]), number(t.v[1]), number(t.v[2])
		if pa, pb, pc := f.Vertices[a], f.Vertices[b], f.Vertices[c]; pa == pb || pb == pc || pc == pa {
			continue // along a pole
		}
		if !even {
			a, b, c = f.facet(t, 0, a), f.facet(t, 1, b), f.facet(t, 2, c)
		}
		if f.face.Reversed {
			b, c = c, b
		}
		f.Triangles = append(f.Triangles, [3]int32{a, b, c})
	}
	if len(f.Triangles) == 0 {
		return errLost
	}
	return nil
}

// facet is the vertex of a triangle's corner on a surface with sharp bends:
// another one, with the normal beside it, where that at the corner is of the
// other side of a bend.
func (f *facing) facet(t *triangle, i int, vertex int32) int32 {
	c := [3]*corner{&f.corners[t.v[0]], &f.corners[t.v[1]], &f.corners[t.v[2]]}
	n := c[1].p.Sub(c[0].p).Cross(c[2].p.Sub(c[0].p))
	if n.Dot(c[i].normal) > 0.9*n.Len() {
		return vertex
	}
	centre := c[0].at.Add(c[1].at).Add(c[2].at).Mul(1.0 / 3)
	at := c[i].at.Add(centre.Sub(c[i].at).Mul(0.01))
	beside := Normal(f.s, at[0], at[1])
	if beside.Dot(c[i].normal) > 0.99 {
		return vertex
	}
	if f.face.Reversed {
		beside = beside.Mul(-1)
	}
	f.Vertices = append(f.Vertices, c[i].point)
	f.Normals = append(f.Normals, beside)
	f.UVs = append(f.UVs, f.UVs[vertex])
	return int32(len(f.Vertices) - 1)
}
