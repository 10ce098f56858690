package patch

import (
	"errors"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Vertex is where edges end. Edges that end at the same place share it.
type Vertex struct{ Point geom.Vec3 }

// Edge is a stretch of a curve, over its whole range, from one vertex to
// another; a closed one begins and ends at the same. Faces that meet along an
// edge share it: that is what makes a body watertight.
type Edge struct {
	Curve    Curve
	From, To *Vertex
}

// NewEdge is the stretch of a curve between two vertices near it, running with
// the curve or, when forward is false, against it.
func NewEdge(c Curve, from, to *Vertex, forward bool) (*Edge, error) {
	part, err := Between(c, from.Point, to.Point, forward)
	if err != nil {
		return nil, err
	}
	return &Edge{part, from, to}, nil
}

// Use is an edge as a loop runs through it.
type Use struct {
	Edge     *Edge
	Reversed bool
}

// Loop is a closed chain of edges or, when it has none, a single vertex.
type Loop struct {
	Uses   []Use
	Vertex *Vertex
}

// Face is the part of a surface that loops bound. Seen from the side to which
// the face looks, it lies to the left of its loops; it looks to where its
// surface does or, when Reversed, to the other side. Without loops of edges it
// is the whole of a closed surface. Name tells in errors which face is meant.
type Face struct {
	Name     string
	Surface  Surface
	Loops    []Loop
	Reversed bool
}

// Natural is the face between two pairs of parameters of a surface, and all of
// the surface where these are the ends of its domain.
func Natural(name string, s Surface, lo, hi geom.Vec2) (Face, error) {
	d := s.Domain()
	for axis := range 2 {
		if !(hi[axis] > lo[axis]) || !(hi[axis]-lo[axis] < infinite) {
			return Face{}, errors.New("a surface is trimmed to nothing, or has no end")
		}
		if p := d.Period[axis]; p > 0 && hi[axis]-lo[axis] > p {
			hi[axis] = lo[axis] + p
		}
	}
	at := func(u, v float64) *Vertex {
		p, _, _ := s.Eval(u, v)
		return &Vertex{p}
	}
	pole := func(axis int, value float64) *Vertex {
		for i, p := range d.Poles {
			if p.Axis == axis && math.Abs(p.Value-value) < 1e-9*(1+math.Abs(value)) {
				return &Vertex{d.Poles[i].Point}
			}
		}
		return nil
	}
	whole := [2]bool{}
	for axis := range 2 {
		whole[axis] = d.Period[axis] > 0 && hi[axis]-lo[axis] > d.Period[axis]*(1-1e-9)
	}
	c := [4]*Vertex{at(lo[0], lo[1]), at(hi[0], lo[1]), at(hi[0], hi[1]), at(lo[0], hi[1])}
	sides := [4]struct {
		axis     int
		fixed    float64
		a, b     int
		from, to float64
		opposite int
	}{
		{axis: 0, fixed: lo[1], a: 0, b: 1, from: lo[0], to: hi[0], opposite: 2},
		{axis: 1, fixed: hi[0], a: 1, b: 2, from: lo[1], to: hi[1], opposite: 3},
		{axis: 0, fixed: hi[1], a: 3, b: 2, from: lo[0], to: hi[0], opposite: 0},
		{axis: 1, fixed: lo[0], a: 0, b: 3, from: lo[1], to: hi[1], opposite: 1},
	}
	merge := func(a, b int) {
		from, to := c[a], c[b]
		for i := range c {
			if c[i] == from {
				c[i] = to
			}
		}
	}
	if whole[0] {
		merge(1, 0)
		merge(2, 3)
	}
	if whole[1] {
		merge(3, 0)
		merge(2, 1)
	}
	var degenerate [4]bool
	for i, side := range sides {
		if v := pole(1-side.axis, side.fixed); v != nil {
			degenerate[i] = true
			merge(side.b, side.a)
		}
	}
	var edges [4]*Edge
	loop := Loop{}
	for i, side := range sides {
		if degenerate[i] {
			continue
		}
		e := &Edge{iso{s, side.axis, side.fixed, side.from, side.to}, c[side.a], c[side.b]}
		if i >= 2 && whole[1-side.axis] {
			e = edges[side.opposite]
		}
		edges[i] = e
		loop.Uses = append(loop.Uses, Use{e, i >= 2})
	}
	return Face{Name: name, Surface: s, Loops: []Loop{loop}}, nil
}
