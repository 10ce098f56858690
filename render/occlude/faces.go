package occlude

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Face is a flat convex part of a mesh's surface that nothing is seen through.
type Face struct {
	Corners []geom.Vec3 // counter-clockwise seen from outside, in the mesh's frame
	Middle  geom.Vec3
	Area    float64 // m²
	Both    bool    // drawn from both sides
}

// Limits: what one mesh may add, and how many triangles lie in one plane. A mesh
// that has more is a terrain or a scan, whose planes hide little.
const (
	facesMost  = 48
	planarMost = 4096
)

// sameSpot and sameWay tell when corners are one, and triangles in one plane.
const (
	sameSpot = 1e-4 // metres
	sameWay  = 1e-4 // of a unit normal
)

// Faces finds the faces of a mesh of an area or more, the largest first. kind
// tells of a material whether nothing is seen through it, and whether both its
// sides are drawn.
func Faces(m scene.Mesh, kind func(scene.MaterialID) (solid, both bool), least float64) []Face {
	var out []Face
	for _, p := range m.Primitives {
		solid, both := kind(p.Material)
		if !solid {
			continue
		}
		w := newWelder(p)
		for _, group := range w.planes(least) {
			for _, polygon := range w.merge(group) {
				f := w.face(polygon)
				if f.Area >= least && f.wide() {
					f.Both = both
					out = append(out, f)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Face) int { return cmp.Compare(b.Area, a.Area) })
	return out[:min(len(out), facesMost)]
}

// wide tells a face from a strip, which covers few cells wholly.
func (f *Face) wide() bool {
	long := 0.0
	for i, c := range f.Corners {
		for _, d := range f.Corners[i+1:] {
			long = math.Max(long, c.Sub(d).Len())
		}
	}
	return f.Area > 0.05*long*long
}

// welder knows which corners of triangles are one.
type welder struct {
	spots     []geom.Vec3
	triangles [][3]int32
	normals   []geom.Vec3
	areas     []float64
}

func newWelder(p scene.Primitive) *welder {
	w := &welder{}
	known := map[[3]int64]int32{}
	of := make([]int32, len(p.Positions)/3)
	for i := range of {
		at := geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
		var key [3]int64
		for k := range 3 {
			key[k] = int64(math.Round(at[k] / sameSpot))
		}
		id, ok := known[key]
		if !ok {
			id = int32(len(w.spots))
			known[key] = id
			w.spots = append(w.spots, at)
		}
		of[i] = id
	}
	for i := 0; i+2 < len(p.Indices); i += 3 {
		t := [3]int32{of[p.Indices[i]], of[p.Indices[i+1]], of[p.Indices[i+2]]}
		n := w.spots[t[1]].Sub(w.spots[t[0]]).Cross(w.spots[t[2]].Sub(w.spots[t[0]]))
		if l := n.Len(); l > 1e-9 {
			w.triangles, w.normals, w.areas = append(w.triangles, t), append(w.normals, n.Mul(1/l)), append(w.areas, l/2)
		}
	}
	return w
}

// planes gathers triangles that lie in one plane, where together they have an
// area or more.
func (w *welder) planes(least float64) [][]int32 {
	order := make([]int32, len(w.triangles))
	for i := range order {
		order[i] = int32(i)
	}
	key := func(i int32) [4]int64 {
		n := w.normals[i]
		d := n.Dot(w.spots[w.triangles[i][0]])
		return [4]int64{int64(math.Round(n[0] / (8 * sameWay))), int64(math.Round(n[1] / (8 * sameWay))), int64(math.Round(n[2] / (8 * sameWay))), int64(math.Round(d / (8 * sameSpot)))}
	}
	keys := make([][4]int64, len(order))
	for i := range keys {
		keys[i] = key(int32(i))
	}
	slices.SortStableFunc(order, func(a, b int32) int { return slices.Compare(keys[a][:], keys[b][:]) })
	var out [][]int32
	for first := 0; first < len(order); {
		last, area := first, 0.0
		for ; last < len(order) && keys[order[last]] == keys[order[first]]; last++ {
			area += w.areas[order[last]]
		}
		if area >= least && last-first <= planarMost {
			out = append(out, order[first:last])
		}
		first = last
	}
	return out
}

// merge joins the triangles of a plane into convex polygons, across one common
// side at a time (Hertel and Mehlhorn 1983).
func (w *welder) merge(group []int32) [][]int32 {
	polygons := make([][]int32, len(group))
	sides := map[[2]int32]int{}
	for i, t := range group {
		polygons[i] = slices.Clone(w.triangles[t][:])
		for k := range 3 {
			sides[[2]int32{polygons[i][k], polygons[i][(k+1)%3]}] = i
		}
	}
	normal := w.normals[group[0]]
	for i := range polygons {
		for k := 0; k < len(polygons[i]); {
			p := polygons[i]
			a, b := p[k], p[(k+1)%len(p)]
			j, ok := sides[[2]int32{b, a}]
			if !ok || j == i {
				k++
				continue
			}
			joined, ok := w.join(p, polygons[j], a, b, normal)
			if !ok {
				k++
				continue
			}
			for n, q := range polygons[j] {
				side := [2]int32{q, polygons[j][(n+1)%len(polygons[j])]}
				if sides[side] == j {
					sides[side] = i
				}
			}
			polygons[i], polygons[j] = joined, nil
			k = 0
		}
	}
	return slices.DeleteFunc(polygons, func(p []int32) bool { return len(p) < 3 })
}

// join puts two polygons together at the side a–b of the first; false when the
// whole would not be convex.
func (w *welder) join(p, q []int32, a, b int32, normal geom.Vec3) ([]int32, bool) {
	atB, atA := slices.Index(p, b), slices.Index(q, a)
	if atA < 0 || q[(atA+len(q)-1)%len(q)] != b {
		return nil, false
	}
	out := make([]int32, 0, len(p)+len(q)-2)
	for i := range p { // from b round to a
		out = append(out, p[(atB+i)%len(p)])
	}
	for i := 1; i < len(q)-1; i++ { // from a on, round to before b
		out = append(out, q[(atA+i)%len(q)])
	}
	n := len(out)
	for _, at := range [2]int{0, len(p) - 1} {
		before, here, after := w.spots[out[(at+n-1)%n]], w.spots[out[at]], w.spots[out[(at+1)%n]]
		u, v := here.Sub(before), after.Sub(here)
		if u.Cross(v).Dot(normal) < -1e-9*(u.Len()*v.Len()+1e-12) {
			return nil, false
		}
	}
	return out, true
}

func (w *welder) face(polygon []int32) Face {
	var f Face
	var sum geom.Vec3
	for _, i := range polygon {
		f.Corners = append(f.Corners, w.spots[i])
		f.Middle = f.Middle.Add(w.spots[i].Mul(1 / float64(len(polygon))))
	}
	for i := 1; i+1 < len(f.Corners); i++ {
		sum = sum.Add(f.Corners[i].Sub(f.Corners[0]).Cross(f.Corners[i+1].Sub(f.Corners[0])))
	}
	f.Area = sum.Len() / 2
	return f
}
