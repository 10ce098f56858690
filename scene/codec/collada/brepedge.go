package collada

import (
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// settle decides to which side turns go. The schema leaves open whether they
// turn the shape or the frame that it is seen from, and writers differ: that
// with which edges meet their vertices counts.
func (b *body) settle() {
	straight := b.misfit()
	b.inverse = true
	if turned := b.misfit(); !(turned < straight) {
		b.inverse = false
	}
}

// sampleMax bounds how many edges and faces settle looks at.
const sampleMax = 2_000

// misfit is how far turned curves and surfaces pass their vertices, as a share
// of the body's size, each at most all of it.
func (b *body) misfit() float64 {
	sum, looked := 0.0, 0
	add := func(gap float64) { sum += math.Min(1, gap/b.size) }
	for _, row := range b.edges.rows {
		e := at(b.curves, b.edges.index(row, 0, "CURVE", 0))
		if e == nil || !isTurned(e) || looked == sampleMax {
			continue
		}
		looked++
		from, to := b.ends(row)
		c, err := b.curveOf(e)
		if from == nil || to == nil || err != nil {
			continue
		}
		if lo, hi, ok := b.stretch(row, c); ok {
			p, _ := c.Eval(lo)
			q, _ := c.Eval(hi)
			add(math.Min(p.Sub(from.Point).Len()+q.Sub(to.Point).Len(), p.Sub(to.Point).Len()+q.Sub(from.Point).Len()))
			continue
		}
		for _, v := range [2]*patch.Vertex{from, to} {
			p, _ := c.Eval(patch.ParamOf(c, v.Point))
			add(p.Sub(v.Point).Len())
		}
	}
	looked = 0
	for _, row := range b.faces.rows {
		e := at(b.surfaces, b.faces.index(row, 0, "SURFACE", 0))
		if e == nil || !isTurned(e) || looked == sampleMax {
			continue
		}
		looked++
		s, err := b.surfaceOf(e)
		if w := b.faces.index(row, 0, "WIRE", 0); err == nil && w >= 0 && w < len(b.wires.rows) {
			for k := range min(8, b.wires.entries(b.wires.rows[w])) {
				i := b.wires.index(b.wires.rows[w], k, "EDGE", 0)
				if i < 0 || i >= len(b.edges.rows) {
					continue
				}
				if v, _ := b.ends(b.edges.rows[i]); v != nil {
					uv := s.Inverse(v.Point, geom.Vec2{}, false)
					p, _, _ := s.Eval(uv[0], uv[1])
					add(p.Sub(v.Point).Len())
				}
			}
		}
	}
	return sum
}

func (b *body) ends(row []int) (from, to *patch.Vertex) {
	vertex := func(i int) *patch.Vertex {
		if i < 0 || i >= len(b.vertices) {
			return nil
		}
		return b.vertices[i]
	}
	return vertex(b.edges.index(row, 0, "VERTEX", 0)), vertex(b.edges.index(row, 0, "VERTEX", 1))
}

// stretch is the stretch of its curve that an edge says it is; false when it
// says none that there is.
func (b *body) stretch(row []int, c patch.Curve) (from, to float64, ok bool) {
	i := b.edges.index(row, 0, "PARAM", 0)
	if i < 0 || i >= b.params.count || b.params.stride < 2 {
		return 0, 0, false
	}
	from, to = b.params.at(i, 0), b.params.at(i, 1)
	if period := c.Period(); period > 0 {
		return from, to, math.Abs(to-from) > 1e-9*period && math.Abs(to-from) < 1.0001*period
	}
	lo, hi := c.Range()
	from, to = math.Max(lo, math.Min(from, hi)), math.Max(lo, math.Min(to, hi))
	return from, to, from != to
}

// edge makes an edge; nil when it is a single point.
func (b *body) edge(row []int) (*patch.Edge, error) {
	from, to := b.ends(row)
	if from == nil || to == nil {
		return nil, errors.New("a vertex of it is not there")
	}
	reach := reachShare * b.size
	e := at(b.curves, b.edges.index(row, 0, "CURVE", 0))
	if e == nil || len(e.ChildElements()) == 0 {
		if from == to {
			return nil, nil
		}
		return nil, errors.New("its curve is not there, or is empty")
	}
	c, err := b.curveOf(e)
	if err != nil {
		if from == to {
			return nil, nil
		}
		return nil, err
	}
	if lo, hi, ok := b.stretch(row, c); ok {
		p, _ := c.Eval(lo)
		q, _ := c.Eval(hi)
		along := math.Max(p.Sub(from.Point).Len(), q.Sub(to.Point).Len())
		against := math.Max(p.Sub(to.Point).Len(), q.Sub(from.Point).Len())
		if against < along || against == along && b.reversed(b.edges, row, 0) {
			lo, hi, along = hi, lo, against
		}
		if along < reach {
			if _, straight := c.(patch.Line); straight {
				return between(from, to), nil
			}
			return &patch.Edge{Curve: patch.Trimmed{Of: c, From: lo, To: hi}, From: from, To: to}, nil
		}
	}
	for _, v := range [2]*patch.Vertex{from, to} {
		p, _ := c.Eval(patch.ParamOf(c, v.Point))
		if gap := p.Sub(v.Point).Len(); !(gap < reach) {
			if from == to {
				return nil, nil // at the tip of a cone any curve is named
			}
			return nil, fmt.Errorf("its curve passes its vertices %.3g m away", gap)
		}
	}
	if _, straight := c.(patch.Line); straight {
		return between(from, to), nil
	}
	return patch.NewEdge(c, from, to, !b.reversed(b.edges, row, 0))
}

// between is the straight edge between two vertices; nil when they are one.
func between(from, to *patch.Vertex) *patch.Edge {
	if from == to {
		return nil
	}
	return &patch.Edge{Curve: patch.Polyline{Points: []geom.Vec3{from.Point, to.Point}}, From: from, To: to}
}
