package collada

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cornersMax bounds the corners of all triangles of one mesh.
const cornersMax = 60_000_000

// shape is the triangles of a geometry, by the symbol of their material.
type shape struct {
	parts []part
}

type part struct {
	symbol                  string
	positions, normals, uvs []float32
	indices                 []uint32
}

// geometry reads a <geometry> once.
func (d *document) geometry(ctx context.Context, e *etree.Element) *shape {
	id := e.SelectAttrValue("id", "")
	if s, ok := d.meshes[id]; ok && id != "" {
		return s
	}
	s := &shape{}
	d.meshes[id] = s
	mesh := e.SelectElement("mesh")
	if mesh == nil {
		if hull := e.SelectElement("convex_mesh"); hull != nil {
			if of := d.ref(hull.SelectAttrValue("convex_hull_of", "")); of != nil && of != e {
				return d.geometry(ctx, of)
			}
			mesh = hull
		}
	}
	if brep := e.SelectElement("brep"); mesh == nil && brep != nil {
		d.breps = true
		s = d.brep(ctx, "geometry "+called(e), brep)
		d.meshes[id] = s
		return s
	}
	if mesh == nil {
		for _, kind := range e.ChildElements() {
			if kind.Tag != "asset" && kind.Tag != "extra" {
				d.note("geometry "+called(e), "a %s is not drawn; export it as a mesh", kind.Tag)
			}
		}
		return s
	}
	for _, kind := range mesh.ChildElements() {
		switch kind.Tag {
		case "triangles", "polylist", "polygons", "tristrips", "trifans":
			p, err := d.primitive(kind)
			if err != nil {
				d.note("geometry "+called(e), "%s: %v", kind.Tag, err)
				continue
			}
			if len(p.indices) > 0 {
				s.parts = append(s.parts, p)
			}
		case "lines", "linestrips":
			d.note("geometry "+called(e), "%s are not drawn", kind.Tag)
		}
	}
	return s
}

// source is a list of tuples.
type source struct {
	values         []float64
	offset, stride int
	count          int
}

func (s source) at(i, k int) float64 {
	j := s.offset + i*s.stride + k
	if i < 0 || i >= s.count || k >= s.stride || j >= len(s.values) {
		return 0
	}
	return s.values[j]
}

func (d *document) source(url string) source {
	e := d.ref(url)
	if e == nil {
		return source{}
	}
	if e.Tag == "vertices" {
		for _, in := range e.SelectElements("input") {
			if in.SelectAttrValue("semantic", "") == "POSITION" && in.SelectAttrValue("source", "") != url {
				return d.source(in.SelectAttrValue("source", ""))
			}
		}
		return source{}
	}
	s := source{stride: 3}
	array := e.SelectElement("float_array")
	if tech := e.SelectElement("technique_common"); tech != nil {
		if acc := tech.SelectElement("accessor"); acc != nil {
			s.stride = clamp(attribute(acc, "stride", 1), 1, 64)
			s.offset = clamp(attribute(acc, "offset", 0), 0, math.MaxInt32)
			s.count = clamp(attribute(acc, "count", 0), 0, math.MaxInt32)
			if named := d.ref(acc.SelectAttrValue("source", "")); named != nil && named.Tag == "float_array" {
				array = named
			}
		}
	}
	if array != nil {
		s.values = floats(array.Text())
	}
	if have := (len(s.values) - s.offset) / s.stride; s.count == 0 || s.count > have {
		s.count = max(0, have)
	}
	return s
}

func attribute(e *etree.Element, key string, otherwise int) int {
	v, err := strconv.Atoi(strings.TrimSpace(e.SelectAttrValue(key, "")))
	if err != nil {
		return otherwise
	}
	return v
}

func clamp(v, lo, hi int) int { return max(lo, min(hi, v)) }

// inputs are what the indices of a primitive mean.
type inputs struct {
	position, normal, uv       source
	atPosition, atNormal, atUV int // offsets within a corner; -1: there is none
	stride                     int
}

func (d *document) inputs(e *etree.Element) (inputs, error) {
	in := inputs{atPosition: -1, atNormal: -1, atUV: -1, stride: 1}
	for _, x := range e.SelectElements("input") {
		offset := attribute(x, "offset", 0)
		if offset < 0 || offset > 63 {
			return in, fmt.Errorf("an input at offset %d", offset)
		}
		in.stride = max(in.stride, offset+1)
		url := x.SelectAttrValue("source", "")
		switch x.SelectAttrValue("semantic", "") {
		case "VERTEX":
			in.position, in.atPosition = d.source(url), offset
			if v := d.ref(url); v != nil {
				for _, more := range v.SelectElements("input") {
					switch more.SelectAttrValue("semantic", "") {
					case "NORMAL":
						in.normal, in.atNormal = d.source(more.SelectAttrValue("source", "")), offset
					case "TEXCOORD":
						in.uv, in.atUV = d.source(more.SelectAttrValue("source", "")), offset
					}
				}
			}
		case "NORMAL":
			in.normal, in.atNormal = d.source(url), offset
		case "TEXCOORD":
			if in.atUV < 0 {
				in.uv, in.atUV = d.source(url), offset
			}
		}
	}
	if in.atPosition < 0 || in.position.count == 0 {
		return in, fmt.Errorf("no input with semantic VERTEX that leads to positions")
	}
	return in, nil
}

// primitive reads one kind of polygons to triangles.
func (d *document) primitive(e *etree.Element) (part, error) {
	in, err := d.inputs(e)
	if err != nil {
		return part{}, err
	}
	b := &builder{in: in, meter: d.meter, seen: map[[3]int]uint32{}, out: part{symbol: e.SelectAttrValue("material", "")}}
	switch e.Tag {
	case "triangles":
		for _, p := range e.SelectElements("p") {
			list := integers(p.Text())
			for i := 0; i+3*in.stride <= len(list); i += 3 * in.stride {
				b.polygon([][]int{list[i : i+3*in.stride]})
			}
		}
	case "polylist":
		list := integers(text(e, "p"))
		at := 0
		for _, n := range integers(text(e, "vcount")) {
			if n < 0 || n > len(list) || at+n*in.stride > len(list) {
				return part{}, fmt.Errorf("vcount asks for more corners than p has")
			}
			b.polygon([][]int{list[at : at+n*in.stride]})
			at += n * in.stride
		}
	case "polygons":
		for _, p := range e.SelectElements("p") {
			b.polygon([][]int{integers(p.Text())})
		}
		for _, ph := range e.SelectElements("ph") {
			loops := [][]int{integers(text(ph, "p"))}
			for _, h := range ph.SelectElements("h") {
				loops = append(loops, integers(h.Text()))
			}
			b.polygon(loops)
		}
	case "tristrips", "trifans":
		for _, p := range e.SelectElements("p") {
			list := integers(p.Text())
			n := len(list) / in.stride
			corner := func(i int) []int { return list[i*in.stride : (i+1)*in.stride] }
			for i := 0; i+2 < n; i++ {
				a, c, z := i, i+1, i+2
				switch {
				case e.Tag == "trifans":
					a = 0
				case i%2 == 1:
					a, c = c, a
				}
				b.triangle(corner(a), corner(c), corner(z))
			}
		}
	}
	if b.corners > cornersMax {
		return part{}, fmt.Errorf("more than %d corners; split the mesh", cornersMax)
	}
	return b.out, nil
}

func integers(text string) []int {
	fields := strings.Fields(text)
	out := make([]int, len(fields))
	for i, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil {
			v = -1
		}
		out[i] = v
	}
	return out
}

// builder gathers triangles and shares corners that are the same.
type builder struct {
	in      inputs
	seen    map[[3]int]uint32
	out     part
	corners int
	meter   float64
}

// corner adds a corner whose triangle faces along face. Without a normal of
// its own it gets that one, and is not shared: shading is flat then.
func (b *builder) corner(c []int, face geom.Vec3) uint32 {
	key := [3]int{c[b.in.atPosition], -1, -1}
	n := geom.Vec3{}
	if b.in.atNormal >= 0 {
		key[1] = c[b.in.atNormal]
		n = geom.Vec3{b.in.normal.at(key[1], 0), b.in.normal.at(key[1], 1), b.in.normal.at(key[1], 2)}
	}
	if n.Len() > 1e-12 {
		n = n.Normalize()
	} else {
		key[1] = -2 - b.corners
		n = face
	}
	if b.in.atUV >= 0 {
		key[2] = c[b.in.atUV]
	}
	if i, ok := b.seen[key]; ok {
		return i
	}
	i := uint32(len(b.out.positions) / 3)
	b.seen[key] = i
	for k := range 3 {
		b.out.positions = append(b.out.positions, float32(b.meter*b.in.position.at(key[0], k)))
	}
	b.out.normals = append(b.out.normals, float32(n[0]), float32(n[1]), float32(n[2]))
	if b.in.atUV >= 0 {
		b.out.uvs = append(b.out.uvs, float32(b.in.uv.at(key[2], 0)), float32(1-b.in.uv.at(key[2], 1)))
	}
	return i
}

func (b *builder) valid(c []int) bool {
	return c[b.in.atPosition] >= 0 && c[b.in.atPosition] < b.in.position.count
}

func (b *builder) triangle(c ...[]int) {
	if b.corners += 3; b.corners > cornersMax || !b.valid(c[0]) || !b.valid(c[1]) || !b.valid(c[2]) {
		return
	}
	at := func(c []int) geom.Vec3 {
		p := c[b.in.atPosition]
		return geom.Vec3{b.in.position.at(p, 0), b.in.position.at(p, 1), b.in.position.at(p, 2)}
	}
	face := at(c[1]).Sub(at(c[0])).Cross(at(c[2]).Sub(at(c[0])))
	if face.Len() < 1e-30 {
		return // a line, which nobody sees
	}
	face = face.Normalize()
	b.out.indices = append(b.out.indices, b.corner(c[0], face), b.corner(c[1], face), b.corner(c[2], face))
}

// polygon cuts a polygon, its outline first, into triangles in its plane.
func (b *builder) polygon(loops [][]int) {
	stride := b.in.stride
	var flat [][]geom.Vec2
	var corners [][]int
	var points [][]geom.Vec3
	normal := geom.Vec3{}
	for k, list := range loops {
		var loop []geom.Vec3
		for i := 0; i+stride <= len(list); i += stride {
			c := list[i : i+stride]
			if !b.valid(c) {
				continue
			}
			p := c[b.in.atPosition]
			loop = append(loop, geom.Vec3{b.in.position.at(p, 0), b.in.position.at(p, 1), b.in.position.at(p, 2)})
			corners = append(corners, c)
		}
		if k == 0 {
			for i, p := range loop {
				q := loop[(i+1)%len(loop)]
				normal = normal.Add(p.Cross(q))
			}
		}
		points = append(points, loop)
	}
	if len(points[0]) < 3 {
		return
	}
	if len(loops) == 1 && len(points[0]) == 3 {
		b.triangle(corners...)
		return
	}
	drop := 0 // the axis that the polygon faces most is left out
	for k := range 3 {
		if math.Abs(normal[k]) > math.Abs(normal[drop]) {
			drop = k
		}
	}
	u, v := (drop+1)%3, (drop+2)%3
	for _, loop := range points {
		var plane []geom.Vec2
		for _, p := range loop {
			plane = append(plane, geom.Vec2{p[u], p[v]})
		}
		flat = append(flat, plane)
	}
	for _, t := range geom.Triangulate(flat[0], flat[1:]...) {
		if normal[drop] < 0 {
			t[1], t[2] = t[2], t[1]
		}
		b.triangle(corners[t[0]], corners[t[1]], corners[t[2]])
	}
}

// mesh turns a shape to a mesh with the materials that its instance binds.
func (d *document) mesh(name string, s *shape, bound map[string]scene.MaterialID) scene.MeshID {
	m := scene.Mesh{Name: name}
	for _, p := range s.parts {
		id, ok := bound[p.symbol]
		for _, only := range bound {
			if p.symbol == "" && len(bound) == 1 { // a brep names no material
				id, ok = only, true
			}
		}
		if !ok {
			id = d.plain()
		}
		m.Primitives = append(m.Primitives, scene.Primitive{Positions: p.positions, Normals: p.normals, UVs: p.uvs, Indices: p.indices, Material: id})
	}
	return d.out.AddMesh(m)
}
