package ifc

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// poly is a convex polygon in its plane.
type poly struct {
	v    []geom.Vec3
	n    geom.Vec3
	d    float64 // n·p for the points of the plane
	bend int
}

// side tells where a piece of a polygon lies with respect to a solid.
type side uint8

const (
	outside side = iota
	inside
	along   // on its surface, facing the same way
	against // on its surface, facing the other way
)

// tree is a solid as a partition of space (Thibault and Naylor 1987): the front
// of a node's plane and its back are other nodes, or outside and inside.
type tree struct {
	nodes []split
	work  *int
}

type split struct {
	n           geom.Vec3
	d           float64
	front, back int32 // leafOut, leafIn, or a node
}

const (
	leafOut = -1
	leafIn  = -2
)

// newTree sorts the faces of a closed body.
func newTree(polys []poly, work *int) *tree {
	t := &tree{work: work}
	if len(polys) > 0 {
		t.build(polys)
	}
	return t
}

func (t *tree) build(polys []poly) int32 {
	pick := t.choose(polys)
	n, d := polys[pick].n, polys[pick].d
	at := int32(len(t.nodes))
	t.nodes = append(t.nodes, split{n: n, d: d, front: leafOut, back: leafIn})
	var front, back []poly
	for i := range polys {
		*t.work++
		if i == pick {
			continue
		}
		f, b, _ := polys[i].cut(n, d)
		if f != nil {
			front = append(front, *f)
		}
		if b != nil {
			back = append(back, *b)
		}
	}
	if *t.work > cutWorkMax {
		return at
	}
	if len(front) > 0 {
		k := t.build(front)
		t.nodes[at].front = k
	}
	if len(back) > 0 {
		k := t.build(back)
		t.nodes[at].back = k
	}
	return at
}

// choose takes, of a few polygons, the one whose plane cuts the fewest others
// and divides them most evenly.
func (t *tree) choose(polys []poly) int {
	if len(polys) < 4 {
		return 0
	}
	best, least := 0, math.MaxInt
	step := max(1, len(polys)/5)
	for i := 0; i < len(polys); i += step {
		cuts, front, back := 0, 0, 0
		sample := max(1, len(polys)/200)
		for k := 0; k < len(polys); k += sample {
			lo, hi := polys[k].span(polys[i].n, polys[i].d)
			switch {
			case lo < -planeReach && hi > planeReach:
				cuts++
			case hi > planeReach:
				front++
			case lo < -planeReach:
				back++
			}
		}
		if score := 8*cuts + max(front-back, back-front); score < least {
			best, least = i, score
		}
	}
	return best
}

// span is the range of distances of a polygon's corners from a plane.
func (p *poly) span(n geom.Vec3, d float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range p.v {
		s := n[0]*v[0] + n[1]*v[1] + n[2]*v[2] - d
		lo, hi = min(lo, s), max(hi, s)
	}
	return lo, hi
}

// cut divides a polygon by a plane; both parts are nil when it lies in it.
func (p *poly) cut(n geom.Vec3, d float64) (front, back *poly, inPlane bool) {
	lo, hi := p.span(n, d)
	switch {
	case lo >= -planeReach && hi <= planeReach:
		return nil, nil, true
	case lo >= -planeReach:
		return p, nil, false
	case hi <= planeReach:
		return nil, p, false
	}
	f := &poly{n: p.n, d: p.d, bend: p.bend, v: make([]geom.Vec3, 0, len(p.v)+1)}
	b := &poly{n: p.n, d: p.d, bend: p.bend, v: make([]geom.Vec3, 0, len(p.v)+1)}
	for i, a := range p.v {
		c := p.v[(i+1)%len(p.v)]
		sa, sc := n.Dot(a)-d, n.Dot(c)-d
		switch {
		case sa > planeReach:
			f.v = append(f.v, a)
		case sa < -planeReach:
			b.v = append(b.v, a)
		default:
			f.v, b.v = append(f.v, a), append(b.v, a)
		}
		if sa > planeReach && sc < -planeReach || sa < -planeReach && sc > planeReach {
			m := a.Add(c.Sub(a).Mul(sa / (sa - sc)))
			f.v, b.v = append(f.v, m), append(b.v, m)
		}
	}
	if len(f.v) < 3 {
		f = nil
	}
	if len(b.v) < 3 {
		b = nil
	}
	return f, b, false
}

// sort hands out the pieces of p with the side that each lies on.
func (t *tree) sort(p *poly, at int32, out func(*poly, side)) {
	switch at {
	case leafOut:
		out(p, outside)
		return
	case leafIn:
		out(p, inside)
		return
	}
	*t.work++
	if *t.work > cutWorkMax {
		out(p, outside)
		return
	}
	node := &t.nodes[at]
	front, back, inPlane := p.cut(node.n, node.d)
	if front != nil {
		t.sort(front, node.front, out)
	}
	if back != nil {
		t.sort(back, node.back, out)
	}
	if !inPlane {
		return
	}
	// In the plane: what lies on its two sides decides whether this is surface.
	same := p.n.Dot(node.n) > 0
	t.sort(p, node.front, func(q *poly, before side) {
		t.sort(q, node.back, func(q *poly, behind side) {
			switch {
			case before == behind:
				out(q, before)
			case before >= along:
				out(q, before)
			case behind >= along:
				out(q, behind)
			case (before == outside) == same:
				out(q, along)
			default:
				out(q, against)
			}
		})
	})
}

// kept returns the pieces of polys that lie on the wanted sides; a polygon that
// is wanted as a whole stays whole.
func (t *tree) kept(polys []poly, box geom.Box, want func(side) bool) []poly {
	var out, pieces []poly
	for i := range polys {
		p := &polys[i]
		if len(t.nodes) == 0 || apart(p, box) {
			if want(outside) {
				out = append(out, *p)
			}
			continue
		}
		pieces = pieces[:0]
		whole := true
		t.sort(p, 0, func(q *poly, s side) {
			if want(s) {
				pieces = append(pieces, *q)
			} else {
				whole = false
			}
		})
		if whole {
			out = append(out, *p)
		} else {
			out = append(out, pieces...)
		}
	}
	return out
}

// apart tells whether a polygon surely lies outside of a box.
func apart(p *poly, box geom.Box) bool {
	for k := range 3 {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range p.v {
			lo, hi = min(lo, v[k]), max(hi, v[k])
		}
		if lo > box.Max[k]+planeReach || hi < box.Min[k]-planeReach {
			return true
		}
	}
	return false
}
