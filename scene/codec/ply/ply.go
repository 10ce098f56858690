// Package ply reads polygon files (Turk 1994, "The PLY Polygon File Format") as
// meshes: ASCII and binary of either byte order, polygons, triangle strips,
// normals, texture coordinates, and colours of vertices as far as a material
// can carry them. Points without faces belong to package scan. It opens no file
// and must never know an asset. Start reading at Read.
package ply

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/crease"
)

// Options say what the file does not.
type Options struct {
	Unit   float64 // metres of one unit; 0: 1
	ZUp    bool    // the file's up is +Z instead of +Y
	Crease float64 // rad, where the file has no normals: faces that meet at less are shaded smooth; 0: 30°
}

// Note is one thing that was not understood.
type Note struct {
	Place string // "element material", "face 12"
	Why   string
}

// ErrPoints says that a file holds points only.
var ErrPoints = errors.New("the file has no faces: it is a scan of points, not a mesh")

const notesMax = 100

// Read reads a file; name is for messages. The scene has one node with one
// mesh. A primitive has one material, so the colours of faces, or of all
// corners of a face alike, are kept to five bits in primitives of their own.
func Read(ctx context.Context, name string, data []byte, opt Options) (*scene.Scene, []Note, error) {
	if opt.Unit == 0 {
		opt.Unit = 1
	}
	if opt.Crease == 0 {
		opt.Crease = math.Pi / 6
	}
	r := &reader{ctx: ctx, opt: opt}
	err := r.read(data)
	if err == nil {
		err = r.build()
	}
	if err == nil {
		err = r.out.Check()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r.out, r.notes, nil
}

type reader struct {
	ctx   context.Context
	opt   Options
	out   scene.Scene
	notes []Note

	origin         geom.Vec3 // what is taken off points, in the file's unit and axes
	at, normal, uv []float32
	shade          []int32 // of vertices, five bits each of red, green, blue; nil: none
	tri            []uint32
	paint          []int32 // of triangles, -1 for none
}

func (r *reader) note(place, why string, args ...any) {
	if len(r.notes) < notesMax {
		r.notes = append(r.notes, Note{place, fmt.Sprintf(why, args...)})
	}
}

func (r *reader) read(data []byte) error {
	h, body, err := parseHeader(data)
	if err != nil {
		return err
	}
	src := &source{data: body, from: len(data) - len(body), order: binary.LittleEndian, ascii: h.format == "ascii"}
	if h.format == "binary_big_endian" {
		src.order = binary.BigEndian
	}
	faces := false
	for _, e := range h.elements {
		if least := e.least(src.ascii); e.count > 0 && int64(e.count) > int64(len(src.data))/max(1, least) {
			return fmt.Errorf("byte %d: %d of element %q do not fit in the %d bytes left: the file was cut off", src.from, e.count, e.name, len(src.data))
		}
		switch e.name {
		case "vertex":
			err = r.vertices(src, e)
		case "face":
			faces = true
			err = r.faces(src, e, false)
		case "tristrips":
			faces = true
			err = r.faces(src, e, true)
		default:
			if e.count > 0 {
				r.note("element "+e.name, "left out")
			}
			err = src.each(r.ctx, e, func(int, []value) error { return nil })
		}
		if err != nil {
			return err
		}
	}
	if !faces || len(r.tri) == 0 {
		return ErrPoints
	}
	return nil
}

// originReach is from where on the first point stands too far from zero for
// single precision, metres: in the coordinates of a map.
const originReach = 2_000

// place is where the node stands, for points that were taken off the origin.
func (r *reader) place() geom.Mat4 {
	if r.origin == (geom.Vec3{}) {
		return geom.Identity()
	}
	at := r.origin.Mul(r.opt.Unit)
	if r.opt.ZUp {
		at = geom.Vec3{at[0], at[2], -at[1]}
	}
	return mgl64.Translate3D(at[0], at[1], at[2])
}

// vertices reads the points. Those far from zero are kept near it: the node
// takes them there.
func (r *reader) vertices(src *source, e element) error {
	at := [3]int{e.find("x"), e.find("y"), e.find("z")}
	normal := [3]int{e.find("nx"), e.find("ny"), e.find("nz")}
	uv := [2]int{e.find("u", "s", "texture_u"), e.find("v", "t", "texture_v")}
	color := [3]int{e.find("red", "diffuse_red", "r"), e.find("green", "diffuse_green", "g"), e.find("blue", "diffuse_blue", "b")}
	if min(at[0], at[1], at[2]) < 0 {
		return errors.New("the vertices have no x, y, z")
	}
	return src.each(r.ctx, e, func(i int, row []value) error {
		p := geom.Vec3{row[at[0]].one, row[at[1]].one, row[at[2]].one}
		if !(p.Len() < math.MaxFloat32) {
			return fmt.Errorf("vertex %d: a coordinate is not finite; export it again", i)
		}
		if i == 0 && p.Len()*r.opt.Unit > originReach {
			r.origin = geom.Vec3{math.Round(p[0]), math.Round(p[1]), math.Round(p[2])}
		}
		p = p.Sub(r.origin)
		r.at = append(r.at, float32(p[0]), float32(p[1]), float32(p[2]))
		if min(normal[0], normal[1], normal[2]) >= 0 {
			n := geom.Vec3{row[normal[0]].one, row[normal[1]].one, row[normal[2]].one}
			if l := n.Len(); l > 1e-12 && !math.IsInf(l, 0) {
				n = n.Mul(1 / l)
			} else {
				n = geom.Vec3{0, 1, 0}
			}
			r.normal = append(r.normal, float32(n[0]), float32(n[1]), float32(n[2]))
		}
		if min(uv[0], uv[1]) >= 0 {
			r.uv = append(r.uv, float32(row[uv[0]].one), 1-float32(row[uv[1]].one))
		}
		if c := shade(row, color, e); c >= 0 {
			r.shade = append(r.shade, c)
		}
		return nil
	})
}

// shade packs a colour, -1 for none.
func shade(row []value, which [3]int, e element) int32 {
	if min(which[0], which[1], which[2]) < 0 {
		return -1
	}
	out := int32(0)
	for _, k := range which {
		x := row[k].one
		if p := e.properties[k]; p.kind == "float" || p.kind == "double" {
			x *= 255
		}
		out = out<<5 | int32(math.Max(0, math.Min(31, math.Round(x/255*31))))
	}
	return out
}

// faces reads polygons as fans of their cut corners, or strips.
func (r *reader) faces(src *source, e element, strips bool) error {
	list := e.find("vertex_indices", "vertex_index")
	if list < 0 || e.properties[list].length == "" {
		return fmt.Errorf("element %q has no list vertex_indices", e.name)
	}
	color := [3]int{e.find("red", "diffuse_red"), e.find("green", "diffuse_green"), e.find("blue", "diffuse_blue")}
	count := float64(len(r.at) / 3)
	return src.each(r.ctx, e, func(i int, row []value) error {
		corners := row[list].list
		paint := shade(row, color, e)
		begin := 0
		for k, v := range corners {
			if strips && v == -1 {
				begin = k + 1
				continue
			}
			if !(v >= 0 && v < count) {
				return fmt.Errorf("%s %d: corner %g, but there are %g vertices before it", e.name, i, v, count)
			}
			if strips && k-begin >= 2 {
				a, b, c := uint32(corners[k-2]), uint32(corners[k-1]), uint32(v)
				if (k-begin)%2 == 1 {
					a, b = b, a
				}
				r.put(a, b, c, paint)
			}
		}
		if strips {
			return nil
		}
		if len(corners) < 3 {
			r.note(fmt.Sprintf("face %d", i), "%d corners: left out", len(corners))
			return nil
		}
		for _, t := range r.cut(corners) {
			r.put(uint32(corners[t[0]]), uint32(corners[t[1]]), uint32(corners[t[2]]), paint)
		}
		return nil
	})
}

func (r *reader) put(a, b, c uint32, paint int32) {
	if len(r.shade) > 0 && paint < 0 && r.shade[a] == r.shade[b] && r.shade[b] == r.shade[c] {
		paint = r.shade[a]
	}
	r.tri = append(r.tri, a, b, c)
	r.paint = append(r.paint, paint)
}

// cut takes a polygon apart in the plane of its normal (Newell).
func (r *reader) cut(corners []float64) [][3]int {
	if len(corners) == 3 {
		return [][3]int{{0, 1, 2}}
	}
	at := make([]geom.Vec3, len(corners))
	for i, c := range corners {
		v := 3 * int(c)
		at[i] = geom.Vec3{float64(r.at[v]), float64(r.at[v+1]), float64(r.at[v+2])}
	}
	var n geom.Vec3
	for i, p := range at {
		n = n.Add(p.Sub(at[0]).Cross(at[(i+1)%len(at)].Sub(at[0])))
	}
	drop := 0
	for k := range 3 {
		if math.Abs(n[k]) > math.Abs(n[drop]) {
			drop = k
		}
	}
	flat := make([]geom.Vec2, len(at))
	for i, p := range at {
		flat[i] = geom.Vec2{p[(drop+1)%3], p[(drop+2)%3]}
	}
	out := geom.Triangulate(flat)
	if n[drop] < 0 {
		for i, t := range out {
			out[i] = [3]int{t[0], t[2], t[1]}
		}
	}
	return out
}

// build makes the scene, a primitive for each colour.
func (r *reader) build() error {
	if len(r.shade) > 0 {
		mixed := 0
		for _, p := range r.paint {
			if p < 0 {
				mixed++
			}
		}
		if mixed > 0 {
			r.note("element vertex", "the colours of %d triangles run from corner to corner, which a material cannot: grey", mixed)
		}
	}
	place := map[int32]int{}
	var groups [][]uint32
	var paints []int32
	for t, p := range r.paint {
		k, ok := place[p]
		if !ok {
			k = len(groups)
			place[p] = k
			groups, paints = append(groups, nil), append(paints, p)
		}
		groups[k] = append(groups[k], r.tri[3*t:3*t+3]...)
	}
	var prims []scene.Primitive
	for k, indices := range groups {
		prims = append(prims, r.primitive(indices, r.out.AddMaterial(material(paints[k]))))
	}
	mesh := r.out.AddMesh(scene.Mesh{Primitives: prims})
	r.out.AddNode(scene.Node{Parent: scene.None, Mesh: mesh, Joint: scene.None, Local: r.place()})
	return nil
}

// primitive keeps the vertices that the triangles name.
func (r *reader) primitive(indices []uint32, m scene.MaterialID) scene.Primitive {
	vertex, normals, index := []uint32(nil), []float32(nil), make([]uint32, len(indices))
	if len(r.normal) > 0 {
		ids := map[uint32]uint32{}
		for i, v := range indices {
			id, ok := ids[v]
			if !ok {
				id = uint32(len(vertex))
				ids[v] = id
				vertex = append(vertex, v)
				normals = append(normals, r.normal[3*v:3*v+3]...)
			}
			index[i] = id
		}
	} else {
		vertex, normals, index = crease.Normals(r.at, indices, r.opt.Crease)
	}
	p := scene.Primitive{Indices: index, Material: m}
	for i, v := range vertex {
		p.Positions = append(p.Positions, r.turned(r.at[3*v:3*v+3], float32(r.opt.Unit))...)
		p.Normals = append(p.Normals, r.turned(normals[3*i:3*i+3], 1)...)
		if len(r.uv) > 0 {
			p.UVs = append(p.UVs, r.uv[2*v:2*v+2]...)
		}
	}
	return p
}

func (r *reader) turned(p []float32, unit float32) []float32 {
	if r.opt.ZUp {
		q := geom.ZUp().Mul4x1(geom.Vec4{float64(p[0]), float64(p[1]), float64(p[2]), 1})
		return []float32{unit * float32(q[0]), unit * float32(q[1]), unit * float32(q[2])}
	}
	return []float32{unit * p[0], unit * p[1], unit * p[2]}
}

// material is a packed colour, taken as sRGB.
func material(paint int32) scene.Material {
	m := scene.Material{BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.8}
	if paint < 0 {
		return m
	}
	for k, shift := range []int{10, 5, 0} {
		c := float64(paint>>shift&31) / 31
		if c <= 0.04045 {
			m.BaseColor[k] = float32(c / 12.92)
		} else {
			m.BaseColor[k] = float32(math.Pow((c+0.055)/1.055, 2.4))
		}
	}
	return m
}
