package survey

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Deviation is how far the points of a scan lie from the twin.
type Deviation struct {
	Points   []float32 // x, y, z in the twin, metres
	MM       []float32 // of each point to the nearest surface: positive on its outer side, negative within
	Nearest  []int32   // node of the scene that has this surface
	MedianMM float64   // of the distances without sign, as are the next
	P90MM    float64
	P99MM    float64
	Within20 float64 // 0..1: share of the points within 20 mm
	Within50 float64
}

// Thinned is a scan in the frame of the twin, as even as it was seen.
type Thinned struct {
	Points  []float32 // x, y, z, metres
	Colours []uint8   // r, g, b, sRGB; empty when the scan has none
}

// Thin turns a cloud into the twin's frame and leaves one point of it in each
// voxel of 25 mm, or of as much more as at most so many points take.
func Thin(ctx context.Context, cloud *Cloud, frame Frame, most int) (*Thinned, error) {
	var pts []point
	voxel := voxelUsual
	scale := frame.Scale
	if scale <= 0 {
		scale = 1
	}
	lo, hi := spread(cloud.Positions)
	for {
		grid := lattice{size: voxel}
		for axis := range 3 {
			grid.origin[axis] = lo[axis]*scale - (hi[axis]-lo[axis])*scale*0.5 - 1
		}
		var err error
		if pts, err = thin(ctx, cloud, grid, float32(scale), most); err == nil {
			break
		}
		if !errors.Is(err, errFull) {
			return nil, err
		}
		voxel *= 1.3
	}
	if len(pts) == 0 {
		return nil, ErrTooSparse
	}
	t := &Thinned{Points: make([]float32, 3*len(pts))}
	if len(cloud.Colors) == len(cloud.Positions) {
		t.Colours = make([]uint8, 3*len(pts))
	}
	place := frame.ToTwin.Mul4(mgl64.Scale3D(1/scale, 1/scale, 1/scale)) // thinning has scaled already
	for i := range pts {
		p := &pts[i].P
		q := mgl64.TransformCoordinate(geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}, place)
		for axis := range 3 {
			t.Points[3*i+axis] = float32(q[axis])
		}
		if t.Colours != nil {
			copy(t.Colours[3*i:], pts[i].C[:])
		}
	}
	return t, nil
}

// Deviate measures the distance from every point of a cloud, thinned to 25 mm,
// to the nearest triangle of a scene at rest. Hidden nodes do not count.
func Deviate(ctx context.Context, cloud *Cloud, frame Frame, sc *scene.Scene) (*Deviation, error) {
	thinned, err := Thin(ctx, cloud, frame, pointsUsual)
	if err != nil {
		return nil, err
	}
	return Measure(ctx, thinned.Points, sc)
}

// Measure is Deviate for points that lie in the scene's frame: x, y, z, metres.
func Measure(ctx context.Context, points []float32, sc *scene.Scene) (*Deviation, error) {
	tree := newTree(sc)
	if tree == nil {
		return nil, errors.New("the twin has no surface to measure against")
	}
	n := len(points) / 3
	if n == 0 {
		return nil, ErrTooSparse
	}
	d := &Deviation{Points: points, MM: make([]float32, n), Nearest: make([]int32, n)}
	err := inRanges(ctx, n, func(lo, hi int) {
		near := int32(0) // neighbours are often nearest to the same triangle
		for i := lo; i < hi; i++ {
			var mm float64
			mm, near = tree.distance(geom.Vec3{float64(points[3*i]), float64(points[3*i+1]), float64(points[3*i+2])}, near)
			d.MM[i], d.Nearest[i] = float32(1000*mm), tree.tris[near].node
		}
	})
	if err != nil {
		return nil, err
	}
	d.sum()
	return d, nil
}

// sum fills the summary.
func (d *Deviation) sum() {
	abs := make([]float64, len(d.MM))
	for i, v := range d.MM {
		abs[i] = math.Abs(float64(v))
	}
	slices.Sort(abs)
	at := func(q float64) float64 { return abs[min(len(abs)-1, int(q*float64(len(abs))))] }
	d.MedianMM, d.P90MM, d.P99MM = at(0.5), at(0.9), at(0.99)
	share := func(mm float64) float64 {
		k, _ := slices.BinarySearch(abs, mm)
		return float64(k) / float64(len(abs))
	}
	d.Within20, d.Within50 = share(20), share(50)
}

// tree is a hierarchy of boxes around triangles.
type tree struct {
	nodes []treeNode
	tris  []facet
}

// facet is a triangle and its unit normal.
type facet struct {
	p      [3]geom.Vec3
	normal geom.Vec3
	node   int32 // of the scene
}

type treeNode struct {
	box         geom.Box
	first, n    int32 // of its triangles, in a leaf
	left, right int32
}

// newTree takes all triangles of a scene at rest; nil when there are none.
func newTree(sc *scene.Scene) *tree {
	t := &tree{}
	for i, m := range sc.World(nil, nil) {
		n := &sc.Nodes[i]
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			at := func(k uint32) geom.Vec3 {
				return mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, m)
			}
			for k := 0; k+2 < len(p.Indices); k += 3 {
				tri := [3]geom.Vec3{at(p.Indices[k]), at(p.Indices[k+1]), at(p.Indices[k+2])}
				if n := tri[1].Sub(tri[0]).Cross(tri[2].Sub(tri[0])); n.Len() > 1e-12 {
					t.tris = append(t.tris, facet{tri, n.Normalize(), int32(i)})
				}
			}
		}
	}
	if len(t.tris) == 0 {
		return nil
	}
	t.build(0, len(t.tris))
	return t
}

func (t *tree) build(from, to int) int32 {
	const leaf = 4
	node := treeNode{box: geom.EmptyBox(), left: -1, right: -1}
	centres := geom.EmptyBox()
	for _, tri := range t.tris[from:to] {
		for _, p := range tri.p {
			node.box = node.box.Add(p)
		}
		centres = centres.Add(centre(tri))
	}
	at := int32(len(t.nodes))
	t.nodes = append(t.nodes, node)
	if to-from <= leaf {
		t.nodes[at].first, t.nodes[at].n = int32(from), int32(to-from)
		return at
	}
	axis, size := 0, centres.Size()
	for k := range 3 {
		if size[k] > size[axis] {
			axis = k
		}
	}
	part := t.tris[from:to]
	slices.SortFunc(part, func(a, b facet) int { return cmp.Compare(centre(a)[axis], centre(b)[axis]) })
	mid := (from + to) / 2
	left := t.build(from, mid)
	right := t.build(mid, to)
	t.nodes[at].left, t.nodes[at].right = left, right
	return at
}

func centre(f facet) geom.Vec3 { return f.p[0].Add(f.p[1]).Add(f.p[2]).Mul(1.0 / 3) }

// distance is how far p lies from the nearest triangle, metres: negative when
// it lies behind it. It answers that triangle too; guess is one that may be
// near.
func (t *tree) distance(p geom.Vec3, guess int32) (signed float64, at int32) {
	const slack = 1 + 1e-9
	q := closest(&t.tris[guess].p, p)
	best, at := p.Sub(q).LenSqr(), guess
	facing, sign := -1.0, 1.0
	type entry struct {
		node int32
		d    float64
	}
	var stack [64]entry
	top := 1
	for top > 0 {
		top--
		if stack[top].d > best*slack+1e-15 {
			continue
		}
		n := &t.nodes[stack[top].node]
		if n.left < 0 {
			for k := n.first; k < n.first+n.n; k++ {
				d := p.Sub(closest(&t.tris[k].p, p))
				dist := d.LenSqr()
				if dist > best*slack+1e-15 {
					continue
				}
				// At an edge several triangles are as near: the one that faces
				// the point most tells the side.
				side := d.Dot(t.tris[k].normal)
				turned := math.Abs(side) / math.Max(math.Sqrt(dist), 1e-12)
				if dist < best/slack-1e-15 || turned > facing {
					facing, at = turned, k
					sign = 1
					if side < 0 {
						sign = -1
					}
				}
				best = math.Min(best, dist)
			}
			continue
		}
		a := entry{n.left, boxDistance2(&t.nodes[n.left].box, p)}
		b := entry{n.right, boxDistance2(&t.nodes[n.right].box, p)}
		if a.d < b.d {
			a, b = b, a
		}
		stack[top], stack[top+1] = a, b
		top += 2
	}
	return sign * math.Sqrt(best), at
}

func boxDistance2(b *geom.Box, p geom.Vec3) float64 {
	sum := 0.0
	for k := range 3 {
		if d := b.Min[k] - p[k]; d > 0 {
			sum += d * d
		} else if d := p[k] - b.Max[k]; d > 0 {
			sum += d * d
		}
	}
	return sum
}

// closest is the point of a triangle nearest to p, by the region of the
// triangle's plane that p projects into (Ericson, Real-Time Collision
// Detection, 5.1.5).
func closest(t *[3]geom.Vec3, p geom.Vec3) geom.Vec3 {
	ab, ac, ap := t[1].Sub(t[0]), t[2].Sub(t[0]), p.Sub(t[0])
	d1, d2 := ab.Dot(ap), ac.Dot(ap)
	if d1 <= 0 && d2 <= 0 {
		return t[0]
	}
	bp := p.Sub(t[1])
	d3, d4 := ab.Dot(bp), ac.Dot(bp)
	if d3 >= 0 && d4 <= d3 {
		return t[1]
	}
	vc := d1*d4 - d3*d2
	if vc <= 0 && d1 >= 0 && d3 <= 0 {
		return t[0].Add(ab.Mul(d1 / (d1 - d3)))
	}
	cp := p.Sub(t[2])
	d5, d6 := ab.Dot(cp), ac.Dot(cp)
	if d6 >= 0 && d5 <= d6 {
		return t[2]
	}
	vb := d5*d2 - d1*d6
	if vb <= 0 && d2 >= 0 && d6 <= 0 {
		return t[0].Add(ac.Mul(d2 / (d2 - d6)))
	}
	va := d3*d6 - d5*d4
	if va <= 0 && d4-d3 >= 0 && d5-d6 >= 0 {
		return t[1].Add(t[2].Sub(t[1]).Mul((d4 - d3) / (d4 - d3 + d5 - d6)))
	}
	k := 1 / (va + vb + vc)
	return t[0].Add(ab.Mul(vb * k)).Add(ac.Mul(vc * k))
}
