package ifc

import (
	"math"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// farReach is how far from its frame's origin a mesh may lie, metres, before it
// gets a frame of its own: single precision holds 0.01 mm there.
const farReach = 100

// meshKey tells what makes two drawn groups the same.
type meshKey struct {
	source       int
	style, usual scene.MaterialID
	parts        string // those that are taken; empty: all
}

// drawn is a mesh and where its frame lies. Its materials are of the palette
// until it is placed in the scene, where it is id.
type drawn struct {
	mesh      scene.Mesh
	empty     bool
	anchor    geom.Vec3
	triangles int

	placed bool
	id     scene.MeshID
}

// draw makes the nodes of an element: one for each group, sharing the meshes of
// mapped representations unless openings are cut, and below a node with its
// joint those of each leaf that moves.
func (r *reader) draw(p product, el *Element, groups []group, at geom.Mat4) []sketchNode {
	hung, groups := r.opening(p, el, groups)
	for _, g := range groups {
		el.Gross.add(g.parts, at.Mul4(g.at))
	}
	nodes := r.carriers(hung, el, at)
	usual := r.made(p)
	cuts := r.cuts(p, at)
	for _, s := range shares(groups, hung) {
		g := s.group
		whole := at.Mul4(g.at)
		key := meshKey{g.source, g.style, usual, s.parts}
		own := len(cuts) > 0
		if own {
			g = r.cut(p, g, cuts)
			whole = at
			el.Net.add(g.parts, whole)
		} else if !rigid(g.at) {
			parts := make([]part, len(g.parts))
			for i, pt := range g.parts {
				parts[i] = part{pt.body.moved(g.at), pt.style}
			}
			g.parts, whole, own = parts, at, true
		}
		var d *drawn
		if own || g.source == 0 {
			d = r.mesh(g, usual)
		} else {
			d = r.meshes.get(key, func() *drawn { return r.mesh(g, usual) })
		}
		if d.empty {
			continue
		}
		for _, pt := range g.parts {
			for _, f := range pt.body.faces {
				for _, v := range f.loops[0] {
					v = moved(whole, v)
					el.Box = el.Box.Add(geom.Vec3{v[0], v[2], -v[1]})
				}
			}
		}
		el.Triangles += d.triangles
		local := raised(whole)
		for k := range 3 {
			local[12+k] += local[k]*d.anchor[0] + local[4+k]*d.anchor[1] + local[8+k]*d.anchor[2]
		}
		if s.carrier >= 0 {
			local = raised(at).Inv().Mul4(local)
		}
		nodes = append(nodes, sketchNode{local: local, mesh: d, parent: s.carrier})
	}
	if len(cuts) == 0 {
		el.Net = el.Gross
	}
	return nodes
}

// raised takes a transform from the file's frame, +Z up, to the scene's.
func raised(m geom.Mat4) geom.Mat4 { return geom.ZUp().Mul4(m).Mul4(geom.ZUp().Transpose()) }

// share is a group, or what of it moves or stays as one.
type share struct {
	group
	parts   string // signature of the parts taken; empty: all
	carrier int    // of the nodes of its element, the one that carries it; -1: none
}

// shares parts the groups of an element by what moves them. The last joint of
// each hung leaf is that which its parts hang on.
func shares(groups []group, hung []hung) []share {
	var out []share
	for i, g := range groups {
		taken := map[int]bool{}
		carrier := -1
		for _, h := range hung {
			carrier += len(h.joints)
			s := share{group: g, parts: signature(h.plates, i), carrier: carrier}
			s.group.parts = nil
			for _, p := range h.plates {
				if p.group == i {
					taken[p.part] = true
					s.group.parts = append(s.group.parts, g.parts[p.part])
				}
			}
			if len(s.group.parts) > 0 {
				out = append(out, s)
			}
		}
		rest := share{group: g, carrier: -1}
		if len(hung) > 0 {
			rest.parts = "-" // of bodies taken apart
		}
		rest.group.parts = nil
		for k, pt := range g.parts {
			if taken[k] {
				rest.parts += strconv.Itoa(k) + ","
			} else {
				rest.group.parts = append(rest.group.parts, pt)
			}
		}
		if len(rest.group.parts) > 0 {
			out = append(out, rest)
		}
	}
	return out
}

// carriers makes the nodes that move leaves, in the element's frame.
func (r *reader) carriers(hung []hung, el *Element, at geom.Mat4) []sketchNode {
	var out []sketchNode
	last := make([]int, len(hung)) // carrier of each leaf's parts
	for i, h := range hung {
		el.Leaves = append(el.Leaves, Leaf{Part: h.part, Guessed: h.guess})
		for k, j := range h.joints {
			n := sketchNode{local: raised(at), parent: -1, part: h.part, follows: -1}
			switch {
			case k > 0:
				n.local, n.parent = geom.Identity(), len(out)-1
			case h.on >= 0:
				n.local, n.parent, n.follows = geom.Identity(), last[h.on], last[h.on]
				j.Mimic.Ratio = h.ratio
			}
			j.Name = el.Name + "/" + h.part
			if k > 0 {
				j.Name += " tilt"
			}
			for _, v := range []*geom.Vec3{&j.Axis, &j.Origin} {
				*v = geom.Vec3{v[0], v[2], -v[1]}
			}
			n.joint = &j
			last[i] = len(out)
			out = append(out, n)
		}
	}
	return out
}

// rigid tells whether a transform turns, moves and scales evenly, without a
// mirror: then a mesh can be shared through it.
func rigid(m geom.Mat4) bool {
	l := m.Col(0).Vec3().Len()
	for k := 1; k < 3; k++ {
		if math.Abs(m.Col(k).Vec3().Len()-l) > 1e-9*l {
			return false
		}
	}
	return m.Mat3().Det() > 0
}

// cuts reads the openings of an element, and of what it is a part of, as solids
// in its frame.
func (r *reader) cuts(p product, at geom.Mat4) []solid {
	var out []solid
	ids := r.openings[p.id]
	for whole, n := r.host(p.id), 0; whole != 0 && r.fills[p.id] == 0 && n < depthMax; n++ { // what is cut out of a wall is cut out of its layers
		ids = append(ids[:len(ids):len(ids)], r.openings[whole]...)
		whole = r.host(whole)
	}
	if len(ids) == 0 {
		return nil
	}
	back := at.Inv()
	outer := r.unread
	for _, id := range ids {
		o := product{id: id, kind: "IFCOPENINGELEMENT", e: r.get(id)}
		r.unread = nil
		groups := r.shape(o)
		place := back.Mul4(r.placement(o.e.ref(5), 0))
		if err := r.took(); err != nil {
			r.unread = append(r.unread, err)
			groups = nil
		}
		for _, g := range groups {
			for _, pt := range g.parts {
				s := r.solidOf(id, pt.body.moved(place.Mul4(g.at)))
				if !s.closed {
					r.bad(id, "is an opening that is not closed; it is not cut out")
				}
				if err := r.took(); err != nil {
					r.unread = append(r.unread, err)
					continue
				}
				out = append(out, s)
			}
		}
		outer = append(outer, r.unread...)
	}
	r.unread = outer
	return out
}

// cut takes the openings out of a group, which is left in the element's frame.
func (r *reader) cut(p product, g group, cuts []solid) group {
	out := group{at: geom.Identity(), style: g.style}
	for _, pt := range g.parts {
		b := pt.body.moved(g.at)
		box := b.box()
		var s solid
		touched := false
		for _, c := range cuts {
			if !overlap(box, c.box) {
				continue
			}
			if !touched {
				if s = r.solidOf(p.id, b); r.problem != nil {
					break
				}
				touched = true
			}
			if s = r.minus(p.id, s, c); r.problem != nil { // what was cut so far stays cut
				break
			}
		}
		if err := r.took(); err != nil {
			r.unread = append(r.unread, err)
		}
		if touched {
			b = &body{faces: knit(s.polys), closed: b.closed}
		}
		out.parts = append(out.parts, part{b, pt.style})
	}
	return out
}

func overlap(a, b geom.Box) bool {
	for k := range 3 {
		if a.Min[k] > b.Max[k] || b.Min[k] > a.Max[k] {
			return false
		}
	}
	return true
}

// add measures bodies where they stand.
func (m *Measure) add(parts []part, at geom.Mat4) {
	linear := at.Mat3()
	det := linear.Det()
	type way struct {
		n    geom.Vec3
		area float64
	}
	var ways []way
	for _, pt := range parts {
		if pt.body.closed {
			m.Volume += math.Abs(det) * pt.body.volume()
		}
		for _, f := range pt.body.faces {
			var sum geom.Vec3
			for _, loop := range f.loops {
				n, l := normal(loop)
				sum = sum.Add(n.Mul(l / 2))
			}
			// Areas go with the cofactors of the transform; rotations keep them.
			v := geom.Vec3{}
			for k := range 3 {
				a, b := (k+1)%3, (k+2)%3
				for j := range 3 {
					c, d := (j+1)%3, (j+2)%3
					v[k] += (linear[a+3*c]*linear[b+3*d] - linear[a+3*d]*linear[b+3*c]) * sum[j]
				}
			}
			if det < 0 {
				v = v.Mul(-1)
			}
			area := v.Len()
			if area == 0 {
				continue
			}
			switch up := v[2] / area; {
			case up > 0.5:
				m.Up += area
			case up < -0.5:
				m.Down += area
			default:
				n := v.Mul(1 / area)
				found := false
				for i := range ways {
					if ways[i].n.Dot(n) > 1-1e-6 {
						ways[i].area += area
						found = true
						break
					}
				}
				if !found && len(ways) < 64 {
					ways = append(ways, way{n, area})
				}
			}
		}
	}
	for _, w := range ways {
		m.Side = math.Max(m.Side, w.area)
	}
}

// mesh makes the triangles of a group, one primitive for each material.
func (r *reader) mesh(g group, usual scene.MaterialID) *drawn {
	box := geom.EmptyBox()
	for _, p := range g.parts {
		box = box.Union(p.body.box())
	}
	d := &drawn{empty: true}
	if box.Empty() {
		return d
	}
	var centre geom.Vec3 // in the file's frame
	for k := range 3 {
		if math.Abs(box.Min[k]) > farReach || math.Abs(box.Max[k]) > farReach {
			centre = box.Center()
		}
	}
	d.anchor = geom.Vec3{centre[0], centre[2], -centre[1]}
	corners := 0
	for _, p := range g.parts {
		for _, f := range p.body.faces {
			corners += len(f.loops[0])
		}
	}
	builders := map[scene.MaterialID]*builder{}
	var order []scene.MaterialID
	for _, p := range g.parts {
		m := p.style
		if m == scene.None {
			m = g.style
		}
		if m == scene.None {
			m = usual
		}
		for _, paint := range p.body.paints() {
			m := m
			if paint != 0 {
				m = paint - 1
			}
			if !p.body.closed {
				twosided := r.palette.at(m)
				twosided.DoubleSided = true
				m = r.palette.add(twosided)
			}
			b := builders[m]
			if b == nil {
				b = &builder{centre: centre, index: make(map[vertex]uint32, corners/len(g.parts))}
				b.out.Material = m
				builders[m] = b
				order = append(order, m)
			}
			b.add(p.body, paint)
		}
	}
	for _, m := range order {
		if b := builders[m]; len(b.out.Indices) > 0 {
			b.out.Positions, b.out.Normals, b.out.UVs, b.out.Indices = fitted(b.out.Positions), fitted(b.out.Normals), fitted(b.out.UVs), fitted(b.out.Indices)
			d.mesh.Primitives = append(d.mesh.Primitives, b.out)
			d.triangles += len(b.out.Indices) / 3
		}
	}
	d.empty = len(d.mesh.Primitives) == 0
	return d
}

// paints are the colours of a body's faces, in the order in which they come.
func (b *body) paints() []scene.MaterialID {
	var out []scene.MaterialID
	for i, f := range b.faces {
		if i > 0 && f.paint == b.faces[i-1].paint || slices.Contains(out, f.paint) {
			continue
		}
		out = append(out, f.paint)
	}
	return out
}
