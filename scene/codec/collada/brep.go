package collada

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// Limits on a boundary representation.
const (
	partsMax    = 1_000_000 // vertices, edges, wires or faces of one body
	usesMax     = 4_000_000 // edges over all loops of its faces
	facesBudget = 2_000_000 // triangles of one shell
	facetMax    = 60_000    // triangles of one face
	facetLeast  = 500
	chordShare  = 5e-4 // of a body's size: how near triangles come to its surfaces
	chordMin    = 2e-4 // metres
	reachShare  = 2e-3 // of a body's size: how far an edge may end from its vertices
	faultsMax   = 40   // notes on one body
)

// body is a <brep> while it is read (COLLADA 1.5, chapter 9: topology that is
// tied to geometry by indices into lists of sids).
type body struct {
	d       *document
	place   string
	element *etree.Element
	named   map[string]*etree.Element // curves and surfaces by sid or id

	// inverse tells that turns go from the body to the shape; see settle.
	inverse bool

	vertices            []*patch.Vertex
	size                float64 // metres, of the box around the vertices
	edges, wires, faces table
	curves, surfaces    []*etree.Element    // nil where one is named that is not there
	params              source              // where edges begin and end on their curves
	sides               map[string][]string // names of orientations, by their source
	made                []madeEdge
	uses, faults        int
}

// madeEdge is an edge once it is asked for. It is nil without an error when it
// is a single point, as at the tip of a cone.
type madeEdge struct {
	asked bool
	edge  *patch.Edge
	err   error
}

// table is the rows of indices of edges, wires, faces, shells or solids.
type table struct {
	rows   [][]int
	stride int
	at     map[string][]int // offsets in a row, by what they mean
	source map[string]string
}

// index is what an input of a row says, its nth entry; -1 when nothing does.
func (t table) index(row []int, entry int, semantic string, which int) int {
	at := t.at[semantic]
	if which >= len(at) {
		return -1
	}
	if k := entry*t.stride + at[which]; k < len(row) {
		return row[k]
	}
	return -1
}

func (t table) entries(row []int) int { return len(row) / t.stride }

// brep reads a <brep> to triangles. What cannot be made is noted.
func (d *document) brep(ctx context.Context, place string, e *etree.Element) *shape {
	b := &body{d: d, place: place, element: e, named: named(e), sides: map[string][]string{}}
	s := &shape{}
	if err := b.index(); err != nil {
		d.note(place, "its brep is not drawn: %v", err)
		return s
	}
	b.settle()
	p := part{}
	for _, sh := range b.shells() {
		if ctx.Err() != nil {
			return s
		}
		b.draw(ctx, sh, &p)
	}
	if b.faults > faultsMax {
		d.note(place, "and %d more faults of its brep", b.faults-faultsMax)
	}
	if len(p.indices) > 0 {
		s.parts = append(s.parts, p)
	}
	return s
}

func (b *body) fault(what string, i int, err error) {
	if b.faults++; b.faults <= faultsMax {
		b.d.note(fmt.Sprintf("%s, %s %d", b.place, what, i), "%v", err)
	}
}

// index reads the lists that topology refers to by number.
func (b *body) index() error {
	var err error
	if b.edges, err = b.table("edges"); err != nil {
		return err
	}
	if b.wires, err = b.table("wires"); err != nil {
		return err
	}
	if b.faces, err = b.table("faces"); err != nil {
		return err
	}
	if len(b.faces.rows) == 0 {
		return errors.New("it has no faces; export it as a solid or a shell")
	}
	points := b.d.source(b.edges.source["VERTEX"])
	if points.count == 0 || points.count > partsMax || points.stride < 3 {
		return fmt.Errorf("its edges refer to %d vertices; 1 to %d with three coordinates are read", points.count, partsMax)
	}
	box := geom.EmptyBox()
	for i := range points.count {
		v := &patch.Vertex{Point: geom.Vec3{points.at(i, 0), points.at(i, 1), points.at(i, 2)}.Mul(b.d.meter)}
		b.vertices = append(b.vertices, v)
		box = box.Add(v.Point)
	}
	b.curves = b.elements(b.edges.source["CURVE"])
	b.surfaces = b.elements(b.faces.source["SURFACE"])
	b.params = b.d.source(b.edges.source["PARAM"])
	b.size = box.Size().Len()
	for _, c := range b.curves { // a sphere, or a disk with one vertex, is larger than its vertices' box
		if c == nil || c.SelectElement("circle") == nil {
			continue
		}
		if r := floats(text(c.SelectElement("circle"), "radius")); len(r) > 0 {
			b.size = math.Max(b.size, 2*b.d.meter*r[0])
		}
	}
	if !(b.size > 0) || b.size > 1e9 {
		return fmt.Errorf("it is %g m large; check its coordinates", b.size)
	}
	b.made = make([]madeEdge, len(b.edges.rows))
	return nil
}

// named are the curves and surfaces by their sids and ids.
func named(brep *etree.Element) map[string]*etree.Element {
	out := map[string]*etree.Element{}
	for _, list := range []string{"curves", "surface_curves", "surfaces"} {
		for _, l := range brep.SelectElements(list) {
			for _, c := range l.ChildElements() {
				for _, key := range []string{"sid", "id"} {
					if name := c.SelectAttrValue(key, ""); name != "" {
						out[name] = c
					}
				}
			}
		}
	}
	return out
}

// elements are the curves or surfaces that an array of sids lists, nil for one
// that is not there.
func (b *body) elements(url string) []*etree.Element {
	e := b.d.ref(url)
	if e == nil {
		return nil
	}
	var out []*etree.Element
	for _, kind := range []string{"SIDREF_array", "IDREF_array", "Name_array"} {
		array := e.SelectElement(kind)
		if array == nil {
			continue
		}
		for _, name := range strings.Fields(array.Text()) {
			found := b.named[name]
			if found == nil {
				found = b.named[name[strings.LastIndex(name, "/")+1:]]
			}
			out = append(out, found)
		}
		break
	}
	return out
}

// table reads one kind of topology.
func (b *body) table(tag string) (table, error) {
	t := table{stride: 1, at: map[string][]int{}, source: map[string]string{}}
	e := b.element.SelectElement(tag)
	if e == nil {
		return t, nil
	}
	for _, in := range e.SelectElements("input") {
		offset := attribute(in, "offset", 0)
		if offset < 0 || offset > 63 {
			return t, fmt.Errorf("%s: an input at offset %d", tag, offset)
		}
		t.stride = max(t.stride, offset+1)
		semantic := in.SelectAttrValue("semantic", "")
		t.at[semantic] = append(t.at[semantic], offset)
		t.source[semantic] = in.SelectAttrValue("source", "")
	}
	list := integers(text(e, "p"))
	if len(list) > partsMax*t.stride {
		return t, fmt.Errorf("%s: more than %d entries; split the body", tag, partsMax)
	}
	counts := e.SelectElement("vcount")
	if counts == nil {
		for i := 0; i+t.stride <= len(list); i += t.stride {
			t.rows = append(t.rows, list[i:i+t.stride])
		}
		return t, nil
	}
	at := 0
	for i, n := range integers(counts.Text()) {
		if n < 0 || n > len(list) || at+n*t.stride > len(list) {
			return t, fmt.Errorf("%s: vcount asks at %d for more entries than p has", tag, i)
		}
		t.rows = append(t.rows, list[at:at+n*t.stride])
		at += n * t.stride
	}
	if len(t.rows) > partsMax {
		return t, fmt.Errorf("%s: more than %d; split the body", tag, partsMax)
	}
	return t, nil
}

// reversed tells whether an entry of a row says so. Its index counts into a
// list of names.
func (b *body) reversed(t table, row []int, entry int) bool {
	i := t.index(row, entry, "ORIENTATION", 0)
	if i < 0 {
		return false
	}
	url := t.source["ORIENTATION"]
	names, known := b.sides[url]
	if !known {
		if e := b.d.ref(url); e != nil {
			names = strings.Fields(text(e, "Name_array"))
		}
		b.sides[url] = names
	}
	if i < len(names) {
		return strings.EqualFold(names[i], "REVERSED")
	}
	return i == 0
}
