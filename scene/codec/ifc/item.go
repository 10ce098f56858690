package ifc

import (
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// facesMax bounds what one model may hold, so that a file made to be slow ends:
// a few gigabytes and a minute.
const facesMax = 20_000_000

// partsMax bounds the bodies of one element and of one mapped representation.
const partsMax = 50_000

// part is a body within a group, and how it is coloured: a material, or
// scene.None when only the element tells.
type part struct {
	body  *body
	style scene.MaterialID
}

// group is what is placed as one: the bodies of one mapped representation, or
// all of an element's own bodies.
type group struct {
	source int // id of the representation map; 0: the element's own
	at     geom.Mat4
	style  scene.MaterialID // for parts that have none
	parts  []part
}

// spend counts the faces that are made; false when there are too many.
func (r *reader) spend(id, faces int) bool {
	if r.spent += faces; r.spent > facesMax {
		r.bad(id, "has too many faces: more than %d; export a simpler one", facesMax)
		return false
	}
	return r.ctx.Err() == nil
}

// groups reads the items of a representation.
func (r *reader) groups(ids []int, depth int) []group {
	own := group{at: geom.Identity(), style: scene.None}
	var out []group
	for _, id := range ids {
		if len(own.parts)+len(out) > partsMax {
			r.bad(id, "belongs to an element of more than %d bodies", partsMax)
			break
		}
		if r.step.kind(id) == "IFCMAPPEDITEM" {
			if g, ok := r.mapped(id, depth); ok {
				out = append(out, g)
			}
			continue
		}
		for _, b := range r.bodies(id, 0) {
			own.parts = append(own.parts, part{b, r.styleOf(id)})
		}
		if r.problem != nil {
			r.unread = append(r.unread, r.took())
		}
	}
	if len(own.parts) > 0 {
		out = append([]group{own}, out...)
	}
	return out
}

// mappedBodies is what is mapped, in the frame of its source, and the first of
// it that could not be read.
type mappedBodies struct {
	parts []part
	wrong error
}

// mapped reads MappingSource, MappingTarget. What is mapped from the same
// source shares its bodies. The source's origin is applied as most programs
// that write one expect: its frame within the target's.
func (r *reader) mapped(id, depth int) (group, bool) {
	e := r.get(id)
	source := e.at(0) // IfcRepresentationMap: MappingOrigin, MappedRepresentation
	g := group{source: source.id, at: r.operator(e.at(1).id).Mul4(r.axis(source.ref(0))), style: r.styleOf(id)}
	if err := r.took(); err != nil {
		r.unread = append(r.unread, err)
		return g, false
	}
	var m mappedBodies
	if depth == 0 { // no worker waits for another while it holds a map: maps within maps are its own
		m = r.maps.get(source.id, func() mappedBodies { return r.source(id, source, 0) })
	} else {
		known := false
		if m, known = r.nested[source.id]; !known {
			if depth > depthMax || r.under[source.id] {
				r.bad(id, "maps a representation that maps itself; mend its MappingSource")
				r.unread = append(r.unread, r.took())
				return g, false
			}
			m = r.source(id, source, depth)
			r.nested[source.id] = m
		}
	}
	if m.wrong != nil && len(r.unread) < partsMax {
		r.unread = append(r.unread, m.wrong)
	}
	g.parts = m.parts
	return g, len(m.parts) > 0
}

// source reads what a representation map holds.
func (r *reader) source(id int, source entity, depth int) (m mappedBodies) {
	before := r.unread
	r.unread = nil
	r.under[source.id] = true
	for _, inner := range r.groups(r.get(source.at(1).id).refs(3), depth+1) {
		for _, p := range inner.parts {
			if len(m.parts) == partsMax {
				r.bad(source.id, "holds more than %d bodies", partsMax)
			}
			if r.problem != nil {
				break
			}
			if inner.source != 0 {
				if !r.spend(id, len(p.body.faces)) {
					break
				}
				p.body = p.body.moved(inner.at)
				if p.style == scene.None {
					p.style = inner.style
				}
			}
			m.parts = append(m.parts, p)
		}
	}
	delete(r.under, source.id)
	if err := r.took(); err != nil {
		r.unread = append(r.unread, err)
		m.parts = nil
	}
	if len(r.unread) > 0 {
		m.wrong = r.unread[0] // one is enough to tell; maps within maps would double them
	}
	r.unread = before
	return m
}

// bodies reads one geometric item. What is wrong with it is the reader's
// problem.
func (r *reader) bodies(id, depth int) []*body {
	if depth > depthMax || r.under[id] {
		r.bad(id, "is made of itself, or nested deeper than %d", depthMax)
		return nil
	}
	r.under[id] = true
	defer delete(r.under, id)
	e := r.get(id)
	var out []*body
	switch e.kind {
	case "IFCEXTRUDEDAREASOLID", "IFCEXTRUDEDAREASOLIDTAPERED":
		out = r.extruded(e)
	case "IFCREVOLVEDAREASOLID", "IFCREVOLVEDAREASOLIDTAPERED":
		out = r.revolved(e)
	case "IFCBOUNDINGBOX": // Corner, XDim, YDim, ZDim
		out = r.primitive(e)
	case "IFCSWEPTDISKSOLID", "IFCSWEPTDISKSOLIDPOLYGONAL":
		out = r.disk(e)
	case "IFCFACETEDBREP", "IFCFACETEDBREPWITHVOIDS": // Outer, Voids
		out = settled(r.brep(e))
	case "IFCSURFACECURVESWEPTAREASOLID", "IFCFIXEDREFERENCESWEPTAREASOLID", "IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID":
		out = r.alongCurve(e)
	case "IFCSECTIONEDSPINE":
		out = r.spine(e)
	case "IFCSECTIONEDSOLIDHORIZONTAL":
		out = r.horizontal(e)
	case "IFCADVANCEDBREP", "IFCADVANCEDBREPWITHVOIDS":
		out = settled(r.advanced(e))
	case "IFCADVANCEDFACE", "IFCFACESURFACE":
		out = settled([]*body{r.patched([]int{id}, false)})
	case "IFCRECTANGULARTRIMMEDSURFACE", "IFCCURVEBOUNDEDPLANE", "IFCCURVEBOUNDEDSURFACE", "IFCSURFACEOFLINEAREXTRUSION", "IFCSURFACEOFREVOLUTION",
		"IFCBSPLINESURFACEWITHKNOTS", "IFCRATIONALBSPLINESURFACEWITHKNOTS", "IFCSPHERICALSURFACE", "IFCTOROIDALSURFACE":
		out = r.sheet(e)
	case "IFCCLOSEDSHELL", "IFCOPENSHELL", "IFCCONNECTEDFACESET":
		out = settled([]*body{r.shell(e, e.kind == "IFCCLOSEDSHELL")})
	case "IFCSHELLBASEDSURFACEMODEL", "IFCFACEBASEDSURFACEMODEL":
		for _, s := range e.refs(0) {
			if b := r.shell(r.get(s), false); len(b.faces) > 0 {
				out = append(out, b)
			}
		}
		out = settled(out)
	case "IFCTRIANGULATEDFACESET", "IFCTRIANGULATEDIRREGULARNETWORK":
		out = settled(r.triangulated(e))
	case "IFCPOLYGONALFACESET":
		out = settled(r.polygonal(e))
	case "IFCBOOLEANRESULT", "IFCBOOLEANCLIPPINGRESULT":
		out = r.combined(e, depth)
	case "IFCCSGSOLID":
		out = r.bodies(e.at(0).id, depth+1)
	case "IFCBLOCK", "IFCRECTANGULARPYRAMID", "IFCRIGHTCIRCULARCYLINDER", "IFCRIGHTCIRCULARCONE", "IFCSPHERE":
		out = r.primitive(e)
	case "IFCHALFSPACESOLID", "IFCPOLYGONALBOUNDEDHALFSPACE", "IFCBOXEDHALFSPACE":
		r.bad(id, "is a half space that cuts nothing: it has no end")
	case "IFCGEOMETRICSET", "IFCGEOMETRICCURVESET", "IFCPOLYLINE", "IFCCOMPOSITECURVE", "IFCTRIMMEDCURVE", "IFCCIRCLE", "IFCINDEXEDPOLYCURVE":
		r.bad(id, "is lines only, no body")
	case "":
		r.bad(id, "is no geometry")
	default:
		r.bad(id, "is a kind of geometry that is not read; export it as a faceted or swept body")
	}
	if r.problem != nil {
		return nil
	}
	total := 0
	out = slices.DeleteFunc(out, func(b *body) bool { return b == nil || len(b.faces) == 0 })
	for _, b := range out {
		total += len(b.faces)
	}
	if !r.spend(id, total) {
		return nil
	}
	if len(out) == 0 {
		r.bad(id, "holds no face")
	}
	return out
}

// brep reads a solid from its outer shell and the shells of its hollows.
func (r *reader) brep(e entity) []*body {
	b := r.shell(e.at(0), true)
	if b.volume() < 0 {
		b.flip()
	}
	for _, id := range e.refs(1) {
		void := r.shell(r.get(id), true)
		if void.volume() > 0 {
			void.flip()
		}
		b.faces = append(b.faces, void.faces...)
	}
	return []*body{b}
}

// shell reads CfsFaces.
func (r *reader) shell(e entity, closed bool) *body {
	b := &body{closed: closed}
	r.arcs++
	ids := e.refs(0)
	b.faces = make([]face, 0, min(len(ids), 1<<16))
	for _, id := range ids {
		f := face{bend: r.arcs} // a faceted body may be round: mesh.go smooths small angles
		fe := r.get(id)
		if fe.kind == "IFCADVANCEDFACE" || fe.kind == "IFCFACESURFACE" {
			return r.patched(ids, closed)
		}
		for _, bound := range fe.refs(0) {
			be := r.get(bound) // IfcFaceBound: Bound, Orientation
			le := be.at(0)
			if le.kind != "IFCPOLYLOOP" {
				return r.patched(ids, closed)
			}
			loop := r.polyline(le).at
			if r.problem != nil {
				return b
			}
			uv := r.textureMap(id, len(loop))
			if !be.yes(1) {
				slices.Reverse(loop)
				slices.Reverse(uv)
			}
			if len(loop) < 3 {
				continue
			}
			f.loops = append(f.loops, loop)
			if last := len(f.loops) - 1; be.kind == "IFCFACEOUTERBOUND" && last > 0 {
				f.loops[0], f.loops[last] = f.loops[last], f.loops[0]
				f.uv = uv
			} else if last == 0 {
				f.uv = uv
			}
		}
		if len(f.loops) > 0 {
			b.faces = append(b.faces, r.ordered(f))
		}
	}
	return b
}

// ordered puts the largest loop first when no loop was named the outer one, and
// lets holes run against it.
func (r *reader) ordered(f face) face {
	if len(f.loops) == 1 {
		return f
	}
	n, area := normal(f.loops[0])
	f.uv = nil // of the outline only
	for i := 1; i < len(f.loops); i++ {
		if m, a := normal(f.loops[i]); a > area*1.0001 {
			f.loops[0], f.loops[i] = f.loops[i], f.loops[0]
			n, area = m, a
		}
	}
	for _, hole := range f.loops[1:] {
		if m, _ := normal(hole); m.Dot(n) > 0 {
			slices.Reverse(hole)
		}
	}
	return f
}

// triangulated reads Coordinates, Normals, Closed, CoordIndex, PnIndex.
func (r *reader) triangulated(e entity) []*body {
	points := r.pointList(e.at(0))
	pn, _ := numbers(e.values(4))
	r.arcs++
	b := &body{closed: e.yes(2)}
	paint, uv := r.paints(e.id), r.unwrap(e.id)
	for k, tri := range e.values(3) {
		loop, ok := pick(points, pn, tri.list)
		if !ok || len(loop) != 3 {
			r.bad(e.id, "has a triangle that names a point which is not there")
			return nil
		}
		if _, area := normal(loop); area > 0 {
			b.faces = append(b.faces, face{bend: r.arcs, loops: [][]geom.Vec3{loop}, paint: paint(k), uv: uv.of(k, 0, tri.list, 3)})
		}
	}
	return []*body{b}
}

// polygonal reads Coordinates, Closed, Faces, PnIndex.
func (r *reader) polygonal(e entity) []*body {
	points := r.pointList(e.at(0))
	pn, _ := numbers(e.values(3))
	r.arcs++
	b := &body{closed: e.yes(1)}
	paint, uv := r.paints(e.id), r.unwrap(e.id)
	for k, id := range e.refs(2) {
		fe := r.get(id) // CoordIndex, InnerCoordIndices
		loop, ok := pick(points, pn, fe.values(0))
		if !ok || len(loop) < 3 {
			r.bad(id, "names a point which is not there")
			return nil
		}
		f := face{bend: r.arcs, loops: [][]geom.Vec3{loop}, paint: paint(k), uv: uv.of(k, id, fe.values(0), len(loop))}
		if fe.kind == "IFCINDEXEDPOLYGONALFACEWITHVOIDS" {
			for _, inner := range fe.values(1) {
				hole, ok := pick(points, pn, inner.list)
				if !ok {
					r.bad(id, "names a point which is not there")
					return nil
				}
				if len(hole) >= 3 {
					f.loops = append(f.loops, hole)
				}
			}
			outer := f.loops[0]
			n, _ := normal(outer)
			for _, hole := range f.loops[1:] {
				if m, _ := normal(hole); m.Dot(n) > 0 {
					slices.Reverse(hole)
				}
			}
		}
		b.faces = append(b.faces, f)
	}
	return []*body{b}
}

// pick takes the points that a list of indices names, from 1 on, if need be by
// way of pn.
func pick(points []geom.Vec3, pn []float64, index []value) ([]geom.Vec3, bool) {
	at, ok := numbers(index)
	out := make([]geom.Vec3, len(at))
	for i, n := range at {
		k := int(n) - 1
		if len(pn) > 0 {
			if k < 0 || k >= len(pn) {
				return nil, false
			}
			k = int(pn[k]) - 1
		}
		if k < 0 || k >= len(points) {
			return nil, false
		}
		out[i] = points[k]
	}
	return out, ok
}
