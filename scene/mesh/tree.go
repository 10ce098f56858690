package mesh

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// tree is a hierarchy of boxes over the triangles of a soup, built by the
// surface area heuristic in bins (Wald 2007).
type tree struct {
	s     *soup
	nodes []branch
	order []int32 // triangles, those of a leaf in a row
	thin  []bool  // of a triangle
}

// branch is a box with two children, or a leaf.
type branch struct {
	lo, hi geom.Vec3
	first  int32 // a leaf: into order; else the left child, whose sibling follows
	count  int32 // 0: no leaf
}

const (
	leafSize = 4
	bins     = 12
)

// newTree sorts the triangles of s, which must have one.
func newTree(s *soup) *tree {
	t := &tree{s: s, order: make([]int32, len(s.tri)), thin: make([]bool, len(s.tri)), nodes: make([]branch, 1, len(s.tri))}
	lo, hi := make([]geom.Vec3, len(s.tri)), make([]geom.Vec3, len(s.tri))
	for i, v := range s.tri {
		t.order[i] = int32(i)
		a, b, c := s.at[v[0]], s.at[v[1]], s.at[v[2]]
		t.thin[i] = thin(a, b, c)
		for k := range 3 {
			lo[i][k] = min(a[k], b[k], c[k])
			hi[i][k] = max(a[k], b[k], c[k])
		}
	}
	t.split(0, 0, len(s.tri), lo, hi)
	return t
}

func (t *tree) split(node, from, to int, lo, hi []geom.Vec3) {
	box := geom.EmptyBox()
	mid := geom.EmptyBox()
	for _, i := range t.order[from:to] {
		for k := range 3 {
			box.Min[k] = min(box.Min[k], lo[i][k])
			box.Max[k] = max(box.Max[k], hi[i][k])
			c := lo[i][k] + hi[i][k]
			mid.Min[k] = min(mid.Min[k], c)
			mid.Max[k] = max(mid.Max[k], c)
		}
	}
	t.nodes[node] = branch{lo: box.Min, hi: box.Max, first: int32(from), count: int32(to - from)}
	if to-from <= leafSize {
		return
	}
	axis := 0
	for k := range 3 {
		if mid.Max[k]-mid.Min[k] > mid.Max[axis]-mid.Min[axis] {
			axis = k
		}
	}
	width := mid.Max[axis] - mid.Min[axis]
	cut := (from + to) / 2
	if width > 0 {
		var boxes [bins]geom.Box
		var counts [bins]int
		for b := range boxes {
			boxes[b] = geom.EmptyBox()
		}
		bin := func(i int32) int {
			return min(bins-1, int(bins*(lo[i][axis]+hi[i][axis]-mid.Min[axis])/width))
		}
		for _, i := range t.order[from:to] {
			b := bin(i)
			counts[b]++
			for k := range 3 {
				boxes[b].Min[k] = min(boxes[b].Min[k], lo[i][k])
				boxes[b].Max[k] = max(boxes[b].Max[k], hi[i][k])
			}
		}
		var right [bins]float64
		sum, n := geom.EmptyBox(), 0
		for b := bins - 1; b > 0; b-- {
			sum, n = sum.Union(boxes[b]), n+counts[b]
			right[b] = float64(n) * skin(sum)
		}
		best, at := math.Inf(1), 1
		sum, n = geom.EmptyBox(), 0
		for b := 1; b < bins; b++ {
			sum, n = sum.Union(boxes[b-1]), n+counts[b-1]
			if cost := float64(n)*skin(sum) + right[b]; cost < best && n > 0 && n < to-from {
				best, at = cost, b
			}
		}
		i := from
		for j := from; j < to; j++ {
			if bin(t.order[j]) < at {
				t.order[i], t.order[j] = t.order[j], t.order[i]
				i++
			}
		}
		if i > from && i < to {
			cut = i
		}
	}
	left := len(t.nodes)
	t.nodes = append(t.nodes, branch{}, branch{})
	t.nodes[node].first, t.nodes[node].count = int32(left), 0
	t.split(left, from, cut, lo, hi)
	t.split(left+1, cut, to, lo, hi)
}

// skin is half the surface of a box; 0 for an empty one.
func skin(b geom.Box) float64 {
	d := b.Size()
	return d[0]*d[1] + d[1]*d[2] + d[2]*d[0]
}

// away is the squared distance from p to the box of b.
func (b *branch) away(p geom.Vec3) float64 {
	sum := 0.0
	for k := range 3 {
		if d := b.lo[k] - p[k]; d > 0 {
			sum += d * d
		} else if d := p[k] - b.hi[k]; d > 0 {
			sum += d * d
		}
	}
	return sum
}

// hit is a point of the surface.
type hit struct {
	square float64 // squared distance
	tri    int32
	v, w   float64 // weights of the second and third corner
}

// nearest finds the point of the surface nearest to p, looking at the triangle
// guess first.
func (t *tree) nearest(p geom.Vec3, guess int32) hit {
	best := t.measure(p, guess)
	var stack [128]int32
	top := 1
	for top > 0 {
		top--
		n := &t.nodes[stack[top]]
		if n.away(p) >= best.square {
			continue
		}
		if n.count > 0 {
			for _, i := range t.order[n.first : n.first+n.count] {
				if h := t.measure(p, i); h.square < best.square {
					best = h
				}
			}
			continue
		}
		l, r := t.nodes[n.first].away(p), t.nodes[n.first+1].away(p)
		near, far := n.first, n.first+1
		if r < l {
			near, far, l, r = far, near, r, l
		}
		if top+2 > len(stack) {
			return t.scan(p, best) // deeper than any sensible tree
		}
		if r < best.square {
			stack[top] = far
			top++
		}
		if l < best.square {
			stack[top] = near
			top++
		}
	}
	return best
}

func (t *tree) scan(p geom.Vec3, best hit) hit {
	for i := range t.s.tri {
		if h := t.measure(p, int32(i)); h.square < best.square {
			best = h
		}
	}
	return best
}

func (t *tree) measure(p geom.Vec3, tri int32) hit {
	v := t.s.tri[tri]
	way := nearest
	if t.thin[tri] {
		way = nearestThin
	}
	q, b, c := way(p, t.s.at[v[0]], t.s.at[v[1]], t.s.at[v[2]])
	d := q.Sub(p)
	return hit{square: d.Dot(d), tri: tri, v: b, w: c}
}

// normal is the shading normal at a point of the surface.
func (s *soup) normalAt(h hit) geom.Vec3 {
	v := s.tri[h.tri]
	n := s.normal[v[0]].Mul(1 - h.v - h.w).Add(s.normal[v[1]].Mul(h.v)).Add(s.normal[v[2]].Mul(h.w))
	return unit(n)
}

// alike returns the smallest angle, rad, between n and the shading normals of
// the surface within a radius of p, each at the triangle's point nearest to p.
func (t *tree) alike(p, n geom.Vec3, radius float64) float64 {
	best := -1.0
	var stack [128]int32
	top := 1
	for top > 0 && best < 1-1e-14 {
		top--
		b := &t.nodes[stack[top]]
		if b.away(p) > radius*radius {
			continue
		}
		if b.count > 0 {
			for _, i := range t.order[b.first : b.first+b.count] {
				if h := t.measure(p, i); h.square <= radius*radius {
					best = math.Max(best, n.Dot(t.s.normalAt(h)))
				}
			}
			continue
		}
		if top+2 <= len(stack) {
			stack[top], stack[top+1] = b.first, b.first+1
			top += 2
		}
	}
	return math.Acos(math.Max(-1, math.Min(1, best)))
}

// each calls do for parts of 0..n, on all cores; it returns when all are done.
func each(n, workers int, do func(part, from, to int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { do(w, n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}

// turns calls do for 0..n, each once, on all cores; it returns when all are done.
func turns(n int, do func(i int)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}
