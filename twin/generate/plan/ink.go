package plan

import (
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

type vec = geom.Vec2

func cross(a, b vec) float64 { return a[0]*b[1] - a[1]*b[0] }
func left(d vec) vec         { return vec{-d[1], d[0]} }

// segment is a straight piece of ink.
type segment struct {
	a, b  vec
	shape int // in Drawing.Shapes
	ring  int // in ink.rings, the closed outline that it bounds; -1: none
}

func (s segment) dir() vec {
	d := s.b.Sub(s.a)
	if l := d.Len(); l > 0 {
		return d.Mul(1 / l)
	}
	return vec{1, 0}
}
func (s segment) len() float64 { return s.b.Sub(s.a).Len() }

// ring is a closed outline, and on which side of it the wall is.
type ring struct {
	points []vec
	solid  int8 // 1: inside, -1: outside, 0: not known
	barred bool // an obstacle: what is within is no room
}

// swing is an arc that may be the way of a door's leaf.
type swing struct {
	hinge, from, to vec
	radius          float64
	shape           int
	used            bool
}

// ink is the drawing in metres, sorted by what it may be.
type ink struct {
	d      *dxf.Drawing
	scale  float64
	origin vec
	layers []class // of each layer
	sure   []float64
	named  []class // of each insert: by its block's name or that of one around it

	segs   []segment // of walls, or of what may be walls
	other  []segment // the rest, to find what stands in a gap
	rings  []ring
	swings []swing
}

// at is a point of the drawing in the plan, metres.
func (k *ink) at(p geom.Vec3) vec {
	return vec{p[0]*k.scale - k.origin[0], p[1]*k.scale - k.origin[1]}
}

// source names an entity.
func (k *ink) source(shape int) Source {
	s := k.d.Shapes[shape]
	return Source{Entity: s.Entity, Handle: s.Handle, Layer: k.d.Layers[s.Layer].Name, Place: s.Place}
}

// out is a point of the plan in the frame of the scene.
func out(p vec) vec { return vec{p[0], -p[1]} }

func outs(ps []vec) []vec {
	o := make([]vec, len(ps))
	for i, p := range ps {
		o[i] = out(p)
	}
	return o
}

// classify decides what each layer and insert holds.
func (k *ink) classify(answers map[string]string) {
	for _, l := range k.d.Layers {
		c, sure := classOf(l.Name), 0.85
		if c == unknown {
			sure = 0.3
		}
		if a, ok := answers["layer:"+l.Name]; ok {
			c, sure = class(a), 1
		}
		k.layers, k.sure = append(k.layers, c), append(k.sure, sure)
	}
	for _, in := range k.d.Inserts {
		c := classOf(in.Block)
		if c == unknown || c == space || c == ignored {
			c = k.layers[in.Layer]
		}
		if in.Parent >= 0 && k.named[in.Parent] != unknown {
			c = k.named[in.Parent]
		}
		k.named = append(k.named, c)
	}
}

// classOfShape is what a shape is part of.
func (k *ink) classOfShape(s *dxf.Shape) class {
	if s.Insert >= 0 {
		if c := k.named[s.Insert]; c != unknown && c != walls && c != space {
			return c
		}
	}
	return k.layers[s.Layer]
}

// whole is the share of the drawing's width beyond which a block is the plan
// itself and not a thing in it.
const whole = 0.5

// gather sorts the shapes. Walls are looked for on the layers that are named so;
// where none is, on every layer whose name says nothing.
func (k *ink) gather() (named bool) {
	box := geom.EmptyBox()
	for i := range k.d.Shapes {
		if s := &k.d.Shapes[i]; !s.Hidden {
			for _, p := range s.Paths {
				for _, q := range p.Points {
					box = box.Add(q)
				}
			}
			named = named || k.classOfShape(s) == walls && s.Kind != dxf.Text
		}
	}
	big := math.Max(box.Size()[0], box.Size()[1]) * whole
	for i := range k.d.Shapes {
		s := &k.d.Shapes[i]
		if s.Hidden || s.Kind == dxf.Text || s.Kind == dxf.Point {
			continue
		}
		c := k.classOfShape(s)
		if c == ignored {
			continue
		}
		for _, a := range s.Arcs {
			k.swing(a, i)
		}
		wall := c == walls
		if !named && (c == unknown || c == space) {
			loose := s.Insert < 0
			for in := s.Insert; in >= 0 && !loose; in = k.d.Inserts[in].Parent {
				size := k.d.Inserts[in].Box.Size()
				loose = math.Max(size[0], size[1]) > big
			}
			wall = loose && s.Kind != dxf.Face
		}
		for _, p := range s.Paths {
			if wall {
				p = k.rounded(p, s.Arcs)
			}
			k.path(p, i, s, wall && (named || !k.boxy(p)))
		}
	}
	if !named {
		k.dropSheet(box)
	}
	return named
}

// sheets are the sides of paper, long by short: ISO 216, and ANSI and ARCH.
var sheets = []float64{math.Sqrt2, 11 / 8.5, 17. / 11, 4. / 3, 3. / 2}

// dropSheet takes out the edge of the sheet, where it is drawn on no layer of its
// own: rectangles of the sides of paper around nearly all there is, along which
// no leaf swings although others do.
func (k *ink) dropSheet(box geom.Box) {
	size := box.Size().Mul(k.scale)
	sheet := func(r ring) bool {
		if len(r.points) != 4 || len(k.swings) == 0 {
			return false
		}
		b := boxOf(r.points...).Size()
		long, short := max(b[0], b[1]), min(b[0], b[1])
		like := math.Abs(geom.Area(r.points)) > 0.999*long*short && slices.ContainsFunc(sheets, func(s float64) bool { return math.Abs(long/short-s) < 0.02 })
		if !like || b[0] < 0.85*size[0] || b[1] < 0.85*size[1] {
			return false
		}
		return !slices.ContainsFunc(k.swings, func(w swing) bool {
			for i, p := range r.points {
				if distance(w.hinge, segment{a: p, b: r.points[(i+1)%4]}) < 1 {
					return true
				}
			}
			return false
		})
	}
	k.segs = slices.DeleteFunc(k.segs, func(g segment) bool { return g.ring >= 0 && sheet(k.rings[g.ring]) })
}

// boxy tells whether a path is a closed outline about as wide as long and too
// thick for a wall's pier: on a layer whose name says nothing a table or a case.
func (k *ink) boxy(p dxf.Path) bool {
	if !p.Closed || len(p.Points) < 3 {
		return false
	}
	pts := make([]vec, len(p.Points))
	for i, q := range p.Points {
		pts[i] = k.at(q)
	}
	round := 0.0
	for i, a := range pts {
		round += pts[(i+1)%len(pts)].Sub(a).Len()
	}
	area := math.Abs(geom.Area(pts))
	return area > 0.16 && area < 2 && 16*area > 0.85*round*round
}

// arcStep is how far apart the corners of a round wall stand, radians.
const arcStep = math.Pi / 36

// rounded is a path whose arcs have corners at whole multiples of arcStep about
// their centres, so that the faces of a round wall run side by side, whatever
// their radii.
func (k *ink) rounded(p dxf.Path, arcs []dxf.Arc) dxf.Path {
	for _, a := range arcs {
		if a.Radius*k.scale < 2*thickest {
			continue // a column, or what a leaf describes
		}
		on := func(q geom.Vec3) bool {
			return math.Abs(q.Sub(a.Centre).Len()-a.Radius)*k.scale < 0.005
		}
		turn := func(q geom.Vec3) float64 { // from the arc's beginning
			d, e := a.From.Sub(a.Centre), q.Sub(a.Centre)
			t := math.Atan2(d[0]*e[1]-d[1]*e[0], d[0]*e[0]+d[1]*e[1])
			if a.Sweep < 0 {
				t = -t
			}
			if t < -1e-6 {
				t += 2 * math.Pi
			}
			return t
		}
		first := slices.IndexFunc(p.Points, func(q geom.Vec3) bool { return q.Sub(a.From).Len()*k.scale < 1e-3 })
		if first < 0 {
			continue
		}
		last := first
		for last+1 < len(p.Points) && on(p.Points[last+1]) && turn(p.Points[last+1]) <= math.Abs(a.Sweep)+1e-6 {
			last++
		}
		if last-first < 2 {
			continue
		}
		begin := math.Atan2(a.From[1]-a.Centre[1], a.From[0]-a.Centre[0])
		var inner []geom.Vec3
		for n := 1.0; n < 2*math.Pi/arcStep+2; n++ {
			at := (math.Floor(begin/arcStep) + n) * arcStep
			if a.Sweep < 0 {
				at = (math.Ceil(begin/arcStep) - n) * arcStep
			}
			way := math.Abs(at - begin)
			if way > math.Abs(a.Sweep)-arcStep/4 {
				break
			}
			if way > arcStep/4 {
				s, c := math.Sincos(at)
				inner = append(inner, a.Centre.Add(geom.Vec3{a.Radius * c, a.Radius * s, 0}))
			}
		}
		if p.Points[last].Sub(a.To).Len()*k.scale > 1e-3 { // it ends at the path's beginning
			last++
		}
		p.Points = slices.Concat(p.Points[:first+1], inner, p.Points[last:])
	}
	return p
}

// swing keeps an arc that is as wide as a leaf and turns about a quarter.
func (k *ink) swing(a dxf.Arc, shape int) {
	r, turn := a.Radius*k.scale, math.Abs(a.Sweep)
	if away(k.at(a.Centre)) || r < 0.45 || r > 1.6 || turn < 0.7 || turn > 1.9 {
		return
	}
	k.swings = append(k.swings, swing{hinge: k.at(a.Centre), from: k.at(a.From), to: k.at(a.To), radius: r, shape: shape})
}

// farthest is how far from the middle of a drawing ink can be of the building,
// metres; what lies beyond went astray.
const farthest = 5000

func away(p vec) bool { return math.Abs(p[0]) > farthest+farOff || math.Abs(p[1]) > farthest+farOff }

// path takes a chain of points apart into segments.
func (k *ink) path(p dxf.Path, shape int, s *dxf.Shape, wall bool) {
	pts := make([]vec, 0, len(p.Points)+1)
	for _, q := range p.Points {
		v := k.at(q)
		if n := len(pts); n == 0 || pts[n-1].Sub(v).Len() > 1e-4 {
			pts = append(pts, v)
		}
	}
	closed := p.Closed
	if n := len(pts); n > 3 && pts[0].Sub(pts[n-1]).Len() < 0.005 {
		closed, pts = true, pts[:n-1]
	}
	if len(pts) < 2 || slices.ContainsFunc(pts, away) {
		return
	}
	id := -1
	if wall && closed && len(pts) >= 3 {
		r := ring{points: pts}
		area, round := math.Abs(geom.Area(pts)), 0.0
		for i := range pts {
			round += pts[(i+1)%len(pts)].Sub(pts[i]).Len()
		}
		thin := round > 0 && 2*area/round < 0.45
		switch {
		case s.Kind == dxf.Area, thin && area > 0:
			r.solid = 1
		case k.layers[s.Layer] == space:
			r.solid = -1
		}
		r.barred = !thin && strings.Contains(strings.ToLower(k.d.Layers[s.Layer].Name), "obstacle")
		if s.Kind == dxf.Area && !thin { // a filled floor is no wall
			wall = false
		}
		id = len(k.rings)
		k.rings = append(k.rings, r)
	}
	n := len(pts) - 1
	if closed {
		n++
	}
	for i := range n {
		g := segment{a: pts[i], b: pts[(i+1)%len(pts)], shape: shape, ring: id}
		if wall && !k.swept(s, g) {
			k.segs = append(k.segs, g)
		} else {
			k.other = append(k.other, g)
		}
	}
}

// swept tells whether a piece belongs to an arc that a leaf describes.
func (k *ink) swept(s *dxf.Shape, g segment) bool {
	for _, a := range s.Arcs {
		r, turn := a.Radius*k.scale, math.Abs(a.Sweep)
		c := k.at(a.Centre)
		if r >= 0.45 && r <= 1.6 && turn >= 0.7 && turn <= 1.9 &&
			math.Abs(g.a.Sub(c).Len()-r) < 0.01 && math.Abs(g.b.Sub(c).Len()-r) < 0.01 {
			return true
		}
	}
	return false
}

// dropLeaves takes the leaves of doors out of what may be walls: ink that lies
// along the open or the closed end of a swing and is no longer than it.
func (k *ink) dropLeaves() {
	var ix grid
	for i, w := range k.swings {
		ix.add(i, w.hinge.Sub(vec{w.radius, w.radius}), w.hinge.Add(vec{w.radius, w.radius}))
	}
	kept := k.segs[:0]
	for _, g := range k.segs {
		leaf := false
		if l := g.len(); l < 1.8 {
			for _, i := range ix.near(g.a, g.b, 0.1) {
				w := k.swings[i]
				if l > w.radius+0.12 {
					continue
				}
				for _, end := range [2]vec{w.from, w.to} {
					d := end.Sub(w.hinge).Mul(1 / w.radius)
					on := true
					for _, p := range [2]vec{g.a, g.b} {
						v := p.Sub(w.hinge)
						on = on && math.Abs(cross(d, v)) < 0.07 && v.Dot(d) > -0.07 && v.Dot(d) < w.radius+0.07
					}
					leaf = leaf || on && l > 0.8*w.radius
				}
			}
		}
		if leaf {
			k.other = append(k.other, g)
		} else {
			kept = append(kept, g)
		}
	}
	k.segs = kept
}
