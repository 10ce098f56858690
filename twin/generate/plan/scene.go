package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Measures of what fills an opening, metres.
const (
	leafThick  = 0.04
	frameThick = 0.06
	frameDeep  = 0.07
	slabThick  = 0.2
	swingMost  = 95 * math.Pi / 180
	playAround = 0.005 // of a leaf in its frame
)

type paints struct{ wall, floor, leaf, frame, pane, ceiling scene.MaterialID }

func paint(s *scene.Scene) paints {
	return paints{
		wall:    s.AddMaterial(scene.Material{Name: "Wall paint", BaseColor: [4]float32{0.83, 0.81, 0.78, 1}, Roughness: 0.9}),
		floor:   s.AddMaterial(scene.Material{Name: "Floor", BaseColor: [4]float32{0.55, 0.52, 0.48, 1}, Roughness: 0.7}),
		leaf:    s.AddMaterial(scene.Material{Name: "Door leaf", BaseColor: [4]float32{0.52, 0.36, 0.22, 1}, Roughness: 0.6, Pattern: scene.Wood}),
		frame:   s.AddMaterial(scene.Material{Name: "Frame", BaseColor: [4]float32{0.78, 0.79, 0.8, 1}, Roughness: 0.5}),
		pane:    s.AddMaterial(scene.Material{Name: "Window glass", BaseColor: [4]float32{0.82, 0.9, 0.92, 0.25}, Roughness: 0.03, Alpha: scene.Glass, DoubleSided: true}),
		ceiling: s.AddMaterial(scene.Material{Name: "Ceiling", BaseColor: [4]float32{0.9, 0.9, 0.89, 1}, Roughness: 0.95}),
	}
}

// Scene builds the storey: walls with their openings cut, leaves on their
// joints, panes, the floor. Every part is an entity of Elements.
func (d *Draft) Scene() *scene.Scene {
	s, _ := d.model()
	return s
}

// Elements lists the parts of Scene with their boxes.
func (d *Draft) Elements() []Element {
	_, e := d.model()
	return e
}

// model builds both.
func (d *Draft) model() (*scene.Scene, []Element) {
	s := &scene.Scene{}
	var elements []Element
	p := paint(s)
	add := func(entity, kind, name string, prims ...scene.Primitive) scene.NodeID {
		prims = slices.DeleteFunc(prims, func(q scene.Primitive) bool { return len(q.Indices) == 0 })
		if len(prims) == 0 {
			return scene.None
		}
		m := s.AddMesh(scene.Mesh{Name: name, Primitives: prims})
		n := s.AddNode(scene.Node{Name: name, Parent: scene.None, Local: geom.Identity(), Mesh: m, Joint: scene.None, Entity: entity})
		elements = append(elements, Element{Entity: entity, Type: kind, Name: name, Box: s.Meshes[m].Box()})
		return n
	}
	for w, prisms := range d.wallPrisms() {
		m := mesher{scene.Primitive{Material: p.wall}}
		newSolid(prisms).mesh(&m)
		add(d.Walls[w].ID, "wall", fmt.Sprintf("Wall %d", w+1), m.Primitive)
	}
	for i, o := range d.Doors {
		if o.Kind != Passage {
			d.door(s, p, o, fmt.Sprintf("Door %d", i+1), &elements)
		}
	}
	for i, o := range d.Windows {
		frame, pane := mesher{scene.Primitive{Material: p.frame}}, mesher{scene.Primitive{Material: p.pane}}
		way, l := o.To.Sub(o.From), o.Width()
		if l < 2.5*frameThick || o.Head-o.Sill < 2.5*frameThick {
			continue
		}
		at := axisFrame(o.From, way.Mul(1/l))
		mid := (o.Sill + o.Head) / 2
		f := frameThick
		block(&frame, at, geom.Vec3{f / 2, mid, 0}, geom.Vec3{f, o.Head - o.Sill, frameDeep})
		block(&frame, at, geom.Vec3{l - f/2, mid, 0}, geom.Vec3{f, o.Head - o.Sill, frameDeep})
		block(&frame, at, geom.Vec3{l / 2, o.Sill + f/2, 0}, geom.Vec3{l - 2*f, f, frameDeep})
		block(&frame, at, geom.Vec3{l / 2, o.Head - f/2, 0}, geom.Vec3{l - 2*f, f, frameDeep})
		block(&pane, at, geom.Vec3{l / 2, mid, 0}, geom.Vec3{l - 2*f, o.Head - o.Sill - 2*f, 0.012})
		add(o.ID, "window", fmt.Sprintf("Window %d", i+1), frame.Primitive, pane.Primitive)
	}
	for i, ground := range d.ground() {
		id, name := "building/slab", "Floor"
		if i > 0 {
			id, name = fmt.Sprintf("building/slab-%d", i+1), fmt.Sprintf("Floor %d", i+1)
		}
		m := mesher{scene.Primitive{Material: p.floor}}
		newSolid([]prism{{ground: ground, solid: [][2]float64{{-slabThick, 0}}}}).mesh(&m)
		add(id, "slab", name, m.Primitive)
		if d.ceiling {
			m := mesher{scene.Primitive{Material: p.ceiling}}
			newSolid([]prism{{ground: ground, solid: [][2]float64{{d.Height, d.Height + slabThick}}}}).mesh(&m)
			add(fmt.Sprintf("building/ceiling-%d", i+1), "ceiling", "Ceiling", m.Primitive)
		}
	}
	return s, elements
}

// wallPrisms gives each wall the ground of its edges, less its openings.
func (d *Draft) wallPrisms() [][]prism {
	g := d.graph
	all := make([][]prism, g.walls)
	for e, x := range g.edges {
		p := prism{ground: g.outline(e), solid: [][2]float64{{0, d.Height}}}
		if x.hole >= 0 {
			p.solid = nil
			h, head := g.holes[x.hole], min(doorHead, d.Height-0.1)
			if h.kind == Window {
				head = min(windowHead, d.Height-0.1)
				p.solid = append(p.solid, [2]float64{0, windowSill})
			}
			p.solid = append(p.solid, [2]float64{head, d.Height})
		}
		all[x.wall] = append(all[x.wall], p)
	}
	return all
}

// axisFrame has its origin at a plan point on the floor and x along a way; y is
// up.
func axisFrame(at, way vec) geom.Mat4 {
	return mgl64.Translate3D(at[0], 0, at[1]).Mul4(mgl64.HomogRotate3DY(math.Atan2(-way[1], way[0])))
}

// block appends a box of a size round its middle.
func block(m *mesher, at geom.Mat4, mid, size geom.Vec3) {
	for axis := range 3 {
		for _, sign := range [2]float64{-1, 1} {
			u, v := (axis+1)%3, (axis+2)%3
			var n geom.Vec3
			n[axis] = sign
			normal := mgl64.TransformNormal(n, at)
			first := uint32(len(m.Positions) / 3)
			for _, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
				p := mid
				p[axis] += sign * size[axis] / 2
				p[u] += c[0] * size[u] / 2
				p[v] += c[1] * size[v] / 2
				m.corner(mgl64.TransformCoordinate(p, at), normal, p[u], p[v])
			}
			if sign > 0 {
				m.Indices = append(m.Indices, first, first+1, first+2, first, first+2, first+3)
			} else {
				m.Indices = append(m.Indices, first, first+2, first+1, first, first+3, first+2)
			}
		}
	}
}

// door hangs the leaves of a door, each on its joint.
func (d *Draft) door(s *scene.Scene, p paints, o Opening, name string, elements *[]Element) {
	l := o.Width()
	if l < 0.2 {
		return
	}
	way := o.To.Sub(o.From).Mul(1 / l)
	root := s.AddNode(scene.Node{Name: name, Parent: scene.None, Local: axisFrame(o.From, way), Mesh: scene.None, Joint: scene.None, Entity: o.ID})
	side := 1.0 // the leaf opens towards +z of the frame, which is way turned right
	if o.Swing != (vec{}) && o.Swing.Dot(vec{-way[1], way[0]}) < 0 {
		side = -1
	}
	box := geom.EmptyBox()
	leaf := func(part string, hinge, width, turn float64, slide bool) {
		m := mesher{scene.Primitive{Material: p.leaf}}
		mid := geom.Vec3{hinge + math.Copysign(width/2, turn), o.Head / 2, 0}
		block(&m, geom.Identity(), mid, geom.Vec3{width - 2*playAround, o.Head - 2*playAround, leafThick})
		grip := mid
		grip[0] += math.Copysign(width/2-0.08, turn)
		grip[1] = 1.02
		block(&m, geom.Identity(), grip, geom.Vec3{0.03, 0.14, leafThick + 0.1})
		j := scene.Joint{Name: part, Kind: scene.Revolute, Axis: geom.Vec3{0, 1, 0}, Origin: geom.Vec3{hinge, 0, 0}, Max: swingMost, SpeedMax: 1.5}
		if turn*side > 0 { // +x turns to -z about +y
			j.Axis[1] = -1
		}
		if slide {
			j = scene.Joint{Name: part, Kind: scene.Prismatic, Axis: geom.Vec3{-math.Copysign(1, turn), 0, 0}, Max: width, SpeedMax: 0.8}
		}
		s.AddNode(scene.Node{Name: name + " " + part, Parent: root, Local: geom.Identity(), Mesh: s.AddMesh(scene.Mesh{Name: name + " " + part, Primitives: []scene.Primitive{m.Primitive}}),
			Joint: s.AddJoint(j), Part: part})
		box = box.Union(m.box().Transform(axisFrame(o.From, way)))
	}
	switch {
	case o.Kind == Double || o.Kind == Sliding && l > 1.4:
		leaf("leaf 1", 0, l/2, 1, o.Kind == Sliding)
		leaf("leaf 2", l, l/2, -1, o.Kind == Sliding)
	default:
		leaf("leaf", 0, l, 1, o.Kind == Sliding)
	}
	*elements = append(*elements, Element{Entity: o.ID, Type: "door", Name: name, Box: box})
}

func (m *mesher) box() geom.Box { return scene.Mesh{Primitives: []scene.Primitive{m.Primitive}}.Box() }

// ground is the outline of the floor: round every group of walls, or round all
// of them when they close little.
func (d *Draft) ground() [][]vec {
	var loops [][]vec
	covered, rooms := 0.0, 0.0
	for _, f := range d.graph.faces() {
		if f.area > 0 {
			continue
		}
		loop := slices.Clone(f.outline)
		slices.Reverse(loop)
		loop = straight(loop)
		for _, least := range jags {
			if loop = smooth(loop, least); tidy(loop) {
				break
			}
		}
		loops = append(loops, loop)
	}
	slices.SortStableFunc(loops, func(a, b []vec) int { return cmp.Compare(geom.Area(b), geom.Area(a)) })
	var kept [][]vec
	var all []vec
	for _, l := range loops {
		all = append(all, l...)
		if len(l) < 3 || slices.ContainsFunc(kept, func(o []vec) bool { return inside(l[0], o) }) {
			continue
		}
		kept = append(kept, l)
		covered += geom.Area(l)
	}
	for _, r := range d.Rooms {
		rooms += r.Area
	}
	round := hull(all)
	whole := geom.Area(round)
	switch {
	case len(kept) == 0 || covered < 0.5*whole || rooms < 0.25*whole: // they close little
	case !tidy(kept[0]): // the largest cannot be filled
	case len(kept) > 1 && covered > 0.6*whole && covered < 0.98*whole: // blocks of one building: the ways between them are its floor too
	default:
		return slices.DeleteFunc(kept, func(l []vec) bool { return geom.Area(l) < 1 || !tidy(l) })
	}
	if len(round) >= 3 {
		return [][]vec{round}
	}
	return nil
}

// jags are the least areas, m², of a corner of the floor: smaller ones come from
// walls that do not quite meet, and can fold. The next is tried where one folds.
var jags = [...]float64{0.004, 0.02, 0.1}

// smooth takes the smallest corners out of an outline, one by one (Visvalingam
// and Whyatt 1993).
func smooth(l []vec, jag float64) []vec {
	for len(l) > 4 && len(l) < 2000 {
		least, at := jag, -1
		for i, p := range l {
			a, b := l[(i+len(l)-1)%len(l)], l[(i+1)%len(l)]
			if size := math.Abs(cross(p.Sub(a), b.Sub(a))) / 2; size < least {
				least, at = size, i
			}
		}
		if at < 0 {
			break
		}
		l = slices.Delete(l, at, at+1)
	}
	return l
}

// tidy tells whether an outline can be filled without a fold.
func tidy(l []vec) bool {
	if len(l) > 2000 {
		return true
	}
	tris, sum := geom.Triangulate(l), 0.0
	for _, t := range tris {
		sum += cross(l[t[1]].Sub(l[t[0]]), l[t[2]].Sub(l[t[0]])) / 2
	}
	return len(tris) == len(l)-2 && math.Abs(sum-geom.Area(l)) < 1e-6 && simple(l)
}

// hull is the convex outline round points, counter-clockwise (Andrew 1979).
func hull(ps []vec) []vec {
	ps = slices.Clone(ps)
	slices.SortFunc(ps, func(a, b vec) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	ps = slices.Compact(ps)
	if len(ps) < 3 {
		return ps
	}
	half := func(ps []vec) []vec {
		var o []vec
		for _, p := range ps {
			for len(o) >= 2 && cross(o[len(o)-1].Sub(o[len(o)-2]), p.Sub(o[len(o)-2])) <= 1e-9 {
				o = o[:len(o)-1]
			}
			o = append(o, p)
		}
		return o
	}
	low := half(ps)
	slices.Reverse(ps)
	high := half(ps)
	return append(low[:len(low)-1], high[:len(high)-1]...)
}
