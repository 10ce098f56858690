package ifc

import (
	"errors"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// Limits on bodies of curved faces.
const (
	patchTriangles = 2_000_000 // of one body
	facetMax       = 60_000    // of one face
)

// Curved faces are drawn this near to their surface: a share of the body's
// size, within limits, and 20° from edge to edge.
const (
	patchShare = 5e-4
	patchMin   = 2e-4 // metres
	patchMax   = 5e-3
)

// advanced reads a solid of curved faces: Outer, Voids.
func (r *reader) advanced(e entity) []*body {
	out := r.patched(r.get(e.at(0).id).refs(0), true)
	if r.problem != nil {
		return nil
	}
	if out.volume() < 0 {
		out.flip()
	}
	for _, id := range e.refs(1) {
		void := r.patched(r.get(id).refs(0), true)
		if r.problem != nil {
			return nil
		}
		if void.volume() > 0 {
			void.flip()
		}
		out.faces = append(out.faces, void.faces...)
	}
	return []*body{out}
}

// stitching shares the vertices and edges of the faces of one shell. Files that
// write an edge once for each of its faces get it shared by where it runs.
type stitching struct {
	r        *reader
	vertices map[[3]int64]*patch.Vertex
	byID     map[int]sharedEdge
	byPlace  map[edgeKey]*patch.Edge
	size     float64
	box      geom.Box
}

type edgeKey struct {
	a, b   *patch.Vertex
	middle [3]int64
}

// sharedEdge is an edge, and whether it runs against what was asked for.
type sharedEdge struct {
	edge    *patch.Edge
	against bool
}

func newStitching(r *reader) stitching {
	return stitching{r: r, vertices: map[[3]int64]*patch.Vertex{}, byID: map[int]sharedEdge{}, byPlace: map[edgeKey]*patch.Edge{}, box: geom.EmptyBox()}
}

// patched makes a body of faces on surfaces: CfsFaces.
func (r *reader) patched(ids []int, closed bool) *body {
	s := newStitching(r)
	faces := make([]patch.Face, 0, min(len(ids), 1<<16))
	var of []int
	for _, id := range ids {
		f, ok := s.face(id)
		if err := r.took(); err != nil {
			r.noted(id, "is left out: "+err.Error())
			continue
		}
		if ok {
			faces, of = append(faces, f), append(of, id)
		}
	}
	return r.drawn(faces, of, s.extent(), closed)
}

// extent is how large the faces are, metres.
func (s *stitching) extent() float64 { return math.Max(s.box.Size().Len(), s.size) }

// drawn makes the triangles of faces; of are the entities that they come from.
func (r *reader) drawn(faces []patch.Face, of []int, size float64, closed bool) *body {
	b := &body{closed: closed}
	if len(faces) == 0 {
		return b
	}
	o := patch.Options{
		Chord:        math.Max(patchMin, math.Min(patchMax, patchShare*size)),
		Angle:        math.Pi / 9,
		MaxTriangles: max(500, min(facetMax, patchTriangles/len(faces))),
	}
	mesh, err := patch.Tessellate(r.ctx, faces, o)
	for try := 0; try < 3 && errors.Is(err, patch.ErrTooMany); try++ {
		o.Chord *= 4
		mesh, err = patch.Tessellate(r.ctx, faces, o)
	}
	if mesh == nil {
		r.bad(of[0], "is not drawn: %v", err)
		return b
	}
	failed := make([]error, len(faces))
	for _, err := range each(err) {
		var fe *patch.FaceError
		if errors.As(err, &fe) {
			failed[fe.Index] = fe.Err
		}
	}
	r.arcs++
	for i, p := range mesh.Patches {
		if _, flat := faces[i].Surface.(patch.Plane); flat && len(p.Loops) > 0 && outlined(p.Loops) {
			f := face{}
			for _, l := range p.Loops {
				loop := make([]geom.Vec3, len(l))
				for k, v := range l {
					loop[k] = mesh.Points[v]
				}
				f.loops = append(f.loops, loop)
			}
			b.faces = append(b.faces, r.ordered(f))
			continue
		}
		if failed[i] != nil {
			r.noted(of[i], "is left out: "+failed[i].Error())
			b.closed = false
			continue
		}
		for _, t := range p.Triangles {
			tri := make([]geom.Vec3, 3)
			for k, v := range t {
				tri[k] = mesh.Points[p.Vertices[v]]
			}
			b.faces = append(b.faces, face{bend: r.arcs, loops: [][]geom.Vec3{tri}})
		}
	}
	return b
}

// outlined tells whether all loops enclose something.
func outlined(loops [][]int32) bool {
	return !slices.ContainsFunc(loops, func(l []int32) bool { return len(l) < 3 })
}

// each lists the errors that one joins.
func each(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// face reads an IfcAdvancedFace or IfcFaceSurface (Bounds, FaceSurface,
// SameSense) or a plain IfcFace.
func (s *stitching) face(id int) (patch.Face, bool) {
	r := s.r
	e := r.get(id)
	f := patch.Face{Name: "#" + digits(id)}
	switch e.kind {
	case "IFCADVANCEDFACE", "IFCFACESURFACE":
		f.Surface = s.surface(e.at(1).id)
		f.Reversed = e.enum(2) == "F"
	case "IFCFACE":
	default:
		r.bad(id, "is no face that is read")
		return f, false
	}
	for _, bound := range e.refs(0) { // IfcFaceBound: Bound, Orientation
		be := r.get(bound)
		l := s.loop(be.at(0), be.enum(1) == "F")
		if r.problem != nil {
			return f, false
		}
		if len(l.Uses) > 0 || l.Vertex != nil {
			f.Loops = append(f.Loops, l)
		}
	}
	if f.Surface == nil && e.kind == "IFCFACE" {
		return s.plain(f)
	}
	return f, f.Surface != nil
}

func digits(id int) string {
	if id < 10 {
		return string(rune('0' + id))
	}
	return digits(id/10) + string(rune('0'+id%10))
}

// plain gives a face without a surface the plane of its largest loop.
func (s *stitching) plain(f patch.Face) (patch.Face, bool) {
	largest := 0.0
	for _, l := range f.Loops {
		var loop []geom.Vec3
		for _, u := range l.Uses {
			v := u.Edge.From
			if u.Reversed {
				v = u.Edge.To
			}
			loop = append(loop, v.Point)
		}
		if n, area := normal(loop); area > largest {
			largest = area
			f.Surface = patch.Plane{Frame: frame(loop[0], n, geom.Vec3{1, 0, 0})}
		}
	}
	return f, largest > 0
}

// loop reads an IfcEdgeLoop, IfcPolyLoop or IfcVertexLoop.
func (s *stitching) loop(e entity, reversed bool) patch.Loop {
	var l patch.Loop
	r := s.r
	switch e.kind {
	case "IFCVERTEXLOOP":
		l.Vertex = s.vertex(e.at(0))
	case "IFCPOLYLOOP":
		at := r.polyline(e).at
		for i, p := range at {
			if a, b := s.place(p), s.place(at[(i+1)%len(at)]); a != b {
				l.Uses = append(l.Uses, s.straight(a, b))
			}
		}
	case "IFCEDGELOOP": // EdgeList
		ids := e.refs(0)
		if len(ids) > segmentsMax {
			r.bad(e.id, "has %d edges, at most %d are read", len(ids), segmentsMax)
			return l
		}
		for _, id := range ids {
			oe := r.get(id)
			forward := true
			if oe.kind == "IFCORIENTEDEDGE" { // EdgeStart, EdgeEnd, EdgeElement, Orientation
				forward = oe.enum(3) != "F"
				oe = oe.at(2)
			}
			if edge, against := s.edge(oe); edge != nil {
				l.Uses = append(l.Uses, patch.Use{Edge: edge, Reversed: against == forward})
			}
			if r.problem != nil {
				return l
			}
		}
	default:
		r.bad(e.id, "is no loop that is read")
	}
	if reversed {
		slices.Reverse(l.Uses)
		for i := range l.Uses {
			l.Uses[i].Reversed = !l.Uses[i].Reversed
		}
	}
	return l
}

// straight is the straight edge between two vertices, shared.
func (s *stitching) straight(a, b *patch.Vertex) patch.Use {
	m := cellOf(a.Point.Add(b.Point).Mul(0.5))
	if e, ok := s.byPlace[edgeKey{a, b, m}]; ok {
		return patch.Use{Edge: e}
	}
	if e, ok := s.byPlace[edgeKey{b, a, m}]; ok {
		return patch.Use{Edge: e, Reversed: true}
	}
	e := &patch.Edge{Curve: patch.Polyline{Points: []geom.Vec3{a.Point, b.Point}}, From: a, To: b}
	s.byPlace[edgeKey{a, b, m}] = e
	return patch.Use{Edge: e}
}

func cellOf(p geom.Vec3) [3]int64 {
	const cell = 5 * weldReach
	return [3]int64{int64(math.Round(p[0] / cell)), int64(math.Round(p[1] / cell)), int64(math.Round(p[2] / cell))}
}

// vertex reads an IfcVertexPoint: VertexGeometry.
func (s *stitching) vertex(e entity) *patch.Vertex {
	if e.kind != "IFCVERTEXPOINT" {
		s.r.bad(e.id, "is no vertex with a point")
		return &patch.Vertex{}
	}
	return s.place(s.r.point(e.at(0).id))
}

// place is the vertex at a point: those within weldReach are one.
func (s *stitching) place(p geom.Vec3) *patch.Vertex {
	const cell = 4 * weldReach
	var lo, hi [3]int64
	for k := range 3 {
		lo[k], hi[k] = int64(math.Floor((p[k]-weldReach)/cell)), int64(math.Floor((p[k]+weldReach)/cell))
	}
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			for z := lo[2]; z <= hi[2]; z++ {
				if v, ok := s.vertices[[3]int64{x, y, z}]; ok && v.Point.Sub(p).Len() < weldReach {
					return v
				}
			}
		}
	}
	v := &patch.Vertex{Point: p}
	s.vertices[[3]int64{int64(math.Floor(p[0] / cell)), int64(math.Floor(p[1] / cell)), int64(math.Floor(p[2] / cell))}] = v
	s.box = s.box.Add(p)
	return v
}

// edge reads an IfcEdgeCurve (EdgeStart, EdgeEnd, EdgeGeometry, SameSense), an
// IfcSubedge or a straight IfcEdge. Where the same edge is there already, maybe
// running the other way, it is shared; against tells so. An edge without a
// length is nil.
func (s *stitching) edge(e entity) (edge *patch.Edge, against bool) {
	known, ok := s.byID[e.id]
	if !ok {
		known.edge, known.against = s.newEdge(e)
		s.byID[e.id] = known
	}
	return known.edge, known.against
}

func (s *stitching) newEdge(e entity) (edge *patch.Edge, against bool) {
	r := s.r
	curved := e
	if e.kind == "IFCSUBEDGE" { // EdgeStart, EdgeEnd, ParentEdge
		curved = e.at(2)
	}
	var c patch.Curve
	switch curved.kind {
	case "IFCEDGE", "IFCSUBEDGE":
	case "IFCEDGECURVE":
		c = r.patchCurve(curved.at(2).id, 0)
	default:
		r.bad(e.id, "is no edge that is read")
	}
	if r.problem != nil {
		return nil, false
	}
	from, to := s.vertex(e.at(0)), s.vertex(e.at(1))
	if r.problem != nil {
		return nil, false
	}
	if c == nil {
		if from == to {
			return nil, false
		}
		u := s.straight(from, to)
		return u.Edge, u.Reversed
	}
	edge, err := patch.NewEdge(c, from, to, curved.enum(3) != "F")
	if err != nil {
		if from != to {
			r.bad(e.id, "cannot be drawn: %v", err)
		}
		return nil, false
	}
	lo, hi := edge.Curve.Range()
	var at [5]geom.Vec3
	for i := range at { // a closed edge has one vertex: how far it reaches counts too
		at[i], _ = edge.Curve.Eval(lo + (hi-lo)*float64(i)/4)
		if !(at[i].Len() < 2*coordinateMax) {
			r.bad(e.id, "runs to infinity")
			return nil, false
		}
		s.box = s.box.Add(at[i])
	}
	key := edgeKey{from, to, cellOf(at[2])}
	if known, ok := s.byPlace[key]; ok {
		lo, hi := known.Curve.Range()
		p, _ := known.Curve.Eval(lo + (hi-lo)/4)
		return known, from == to && p.Sub(at[1]).Len() > p.Sub(at[3]).Len()
	}
	if known, ok := s.byPlace[edgeKey{to, from, key.middle}]; ok {
		return known, true
	}
	s.byPlace[key] = edge
	return edge, false
}
