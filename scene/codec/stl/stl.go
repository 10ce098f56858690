// Package stl reads stereolithography files, ASCII and binary (3D Systems,
// StereoLithography Interface Specification, 1989), with the two ways in which
// programs hide colours in the spare bytes of a facet. It opens no file and
// must never know an asset. Start reading at Read.
package stl

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/crease"
)

// Options say what the file does not.
type Options struct {
	Unit   float64 // metres of one unit; 0: millimetres, as printers have it
	YUp    bool    // the file's up is +Y instead of +Z
	Crease float64 // rad; faces that meet at less are shaded smooth; 0: 30°
}

// Note is one thing that was not understood.
type Note struct {
	Place string // "line 12", "facet 3"
	Why   string
}

const (
	headerSize = 84
	facetSize  = 50
	notesMax   = 100
	lineMax    = 1 << 16
)

// facet is a triangle in the file's frame and its colour, -1 for none.
type facet struct {
	at    [9]float32
	color int32
}

// Read reads a file; name is for messages. Each solid becomes a node with a
// mesh, one primitive for each colour. The facets' stored normals are not
// trusted: they come from the corners, whose order tells the side.
func Read(ctx context.Context, name string, data []byte, opt Options) (*scene.Scene, []Note, error) {
	r := &reader{opt: opt}
	if r.opt.Unit == 0 {
		r.opt.Unit = 0.001
	}
	if r.opt.Crease == 0 {
		r.opt.Crease = math.Pi / 6
	}
	var err error
	switch {
	case len(data) == 0:
		err = errors.New("the file is empty")
	case isBinary(data):
		err = r.binary(ctx, data)
	case bytes.HasPrefix(bytes.TrimLeft(data, "\xef\xbb\xbf \t\r\n"), []byte("solid")):
		err = r.ascii(ctx, data)
	default:
		err = r.binary(ctx, data)
	}
	if err == nil && len(r.out.Meshes) == 0 {
		err = errors.New("no facet was found")
	}
	if err == nil {
		err = r.out.Check()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r.out, r.notes, nil
}

// isBinary tells binary from ASCII by the count that binary carries: some
// binary files begin with "solid" too.
func isBinary(data []byte) bool {
	return len(data) >= headerSize && uint64(len(data)) == headerSize+facetSize*uint64(binary.LittleEndian.Uint32(data[80:]))
}

// foreign names what a file is that begins like another format; empty: it does
// not. A header of STL may hold anything, but nobody writes these into one.
func foreign(data []byte) string {
	for _, f := range [...]struct{ begins, kind string }{
		{"\x89PNG\r\n", "a PNG picture"}, {"\xff\xd8\xff", "a JPEG picture"}, {"GIF8", "a GIF picture"}, {"BM", "a BMP picture"},
		{"%PDF-", "a PDF document"}, {"PK\x03\x04", "a ZIP archive"}, {"\x1f\x8b", "packed by gzip"}, {"glTF", "a GLB model"},
		{"ply\n", "a PLY file"}, {"ply\r", "a PLY file"}, {"<", "an HTML or XML page"}, {"ISO-10303-21", "a STEP file"},
	} {
		// A BMP states its length after its two letters, which a title does not.
		if bytes.HasPrefix(data, []byte(f.begins)) && (f.begins != "BM" || uint64(binary.LittleEndian.Uint32(data[2:])) == uint64(len(data))) {
			return f.kind
		}
	}
	return ""
}

// Bounds of what facets hold. Bytes that mean something else have exponents
// all over the range of floats.
const (
	facetsTried = 16
	coordLeast  = 1e-20
	coordMost   = 1e12
)

// plausible tells whether most of the first facets hold coordinates of a thing
// that somebody drew.
func plausible(data []byte, count int) bool {
	good := 0
	for i := range count {
		ok := true
		for k := 12; k < 48; k += 4 {
			x := math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(data[headerSize+facetSize*i+k:]))))
			ok = ok && (x == 0 || x > coordLeast && x < coordMost)
		}
		if ok {
			good++
		}
	}
	return 2*good >= count
}

type reader struct {
	opt   Options
	out   scene.Scene
	notes []Note
}

func (r *reader) note(place, why string) {
	if len(r.notes) < notesMax {
		r.notes = append(r.notes, Note{place, why})
	}
}

func (r *reader) binary(ctx context.Context, data []byte) error {
	if len(data) < headerSize+facetSize {
		return fmt.Errorf("%d bytes are too few for binary STL, and the file does not begin with \"solid\"", len(data))
	}
	if kind := foreign(data); kind != "" {
		return fmt.Errorf("byte 0: it is %s, not STL; give the file that it should be, or rename it", kind)
	}
	count := int(binary.LittleEndian.Uint32(data[80:]))
	there := (len(data) - headerSize) / facetSize
	switch {
	case count > there:
		return fmt.Errorf("byte 80: it counts %d facets, which take %d bytes, but the file has %d: it was cut off or is no STL; fetch or export it again",
			count, headerSize+facetSize*int64(count), len(data))
	case !plausible(data, min(count, facetsTried)):
		return errors.New("byte 84: what follows the header are no facets: it is no STL; export the file again")
	case len(data) != headerSize+facetSize*count:
		r.note("byte 80", fmt.Sprintf("%d bytes follow the last of %d facets", len(data)-headerSize-facetSize*count, count))
	}
	// Materialise Magics puts "COLOR=RGBA" into the header; facets then carry
	// red in the low bits and a set top bit means the colour of the header. VisCAM
	// and SolidView have no such header, blue low, and the top bit set when valid.
	magics := bytes.Index(data[:80], []byte("COLOR="))
	whole := int32(-1)
	if magics >= 0 && magics+10 <= 80 {
		c := data[magics+6:]
		whole = int32(c[0])>>3<<10 | int32(c[1])>>3<<5 | int32(c[2])>>3
	} else {
		magics = -1
	}
	facets := make([]facet, 0, count)
	for i := range count {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		b := data[headerSize+facetSize*i:]
		f := facet{color: whole}
		good := true
		for k := range f.at {
			f.at[k] = math.Float32frombits(binary.LittleEndian.Uint32(b[12+4*k:]))
			good = good && finite(f.at[k])
		}
		if !good {
			r.note(fmt.Sprintf("facet %d", i), "a coordinate is not a number: left out")
			continue
		}
		bits := int32(binary.LittleEndian.Uint16(b[48:]))
		switch {
		case magics >= 0 && bits&0x8000 == 0:
			f.color = bits&31<<10 | bits>>5&31<<5 | bits>>10&31
		case magics < 0 && bits&0x8000 != 0:
			f.color = bits & 0x7fff
		}
		facets = append(facets, f)
	}
	title, _, _ := bytes.Cut(data[:80], []byte{0})
	r.add(printable(title), facets)
	return nil
}

func finite(x float32) bool { return x == x && x <= math.MaxFloat32 && x >= -math.MaxFloat32 }

// printable keeps a name that people can read, else none.
func printable(b []byte) string {
	b = bytes.TrimSpace(b)
	for _, c := range b {
		if c < 32 || c > 126 {
			return ""
		}
	}
	return string(b)
}

func (r *reader) ascii(ctx context.Context, data []byte) error {
	var facets []facet
	var f facet
	corner, title := 0, ""
	for line := 1; len(data) > 0; line++ {
		if line%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var row []byte
		row, data = cutLine(data)
		if len(row) > lineMax {
			return fmt.Errorf("line %d: %d bytes in one line: this is no ASCII STL", line, len(row))
		}
		words := bytes.Fields(bytes.ToLower(row))
		if len(words) == 0 {
			continue
		}
		switch string(words[0]) {
		case "solid":
			if rest := bytes.TrimSpace(bytes.TrimLeft(row, " \t\xef\xbb\xbf")); len(rest) > 5 {
				title = printable(rest[5:])
			}
		case "endsolid":
			r.add(title, facets)
			facets, title = nil, ""
		case "facet":
			corner = 0
		case "vertex":
			if corner > 2 || len(words) < 4 {
				r.note(fmt.Sprintf("line %d", line), "a vertex too many, or too short a one: left out")
				continue
			}
			for k := range 3 {
				x, err := strconv.ParseFloat(string(words[1+k]), 32)
				if err != nil || !finite(float32(x)) {
					return fmt.Errorf("line %d: %q is no coordinate", line, words[1+k])
				}
				f.at[3*corner+k] = float32(x)
			}
			corner++
		case "endfacet":
			if corner == 3 {
				f.color = -1
				facets = append(facets, f)
			} else {
				r.note(fmt.Sprintf("line %d", line), fmt.Sprintf("a facet of %d corners: left out", corner))
			}
			corner = 0
		case "outer", "endloop", "color", "normal":
		default:
			r.note(fmt.Sprintf("line %d", line), fmt.Sprintf("%.40q is not understood", row))
		}
	}
	if len(facets) > 0 {
		r.note("end", "the last solid is not ended: its facets are kept")
		r.add(title, facets)
	}
	return nil
}

// cutLine splits off a line that ends with CR, LF or both.
func cutLine(data []byte) (line, rest []byte) {
	i := bytes.IndexAny(data, "\r\n")
	if i < 0 {
		return data, nil
	}
	if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
		return data[:i], data[i+2:]
	}
	return data[:i], data[i+1:]
}

// add makes a node of one solid.
func (r *reader) add(title string, facets []facet) {
	if len(facets) == 0 {
		return
	}
	byColor := map[int32]int{}
	var prims []scene.Primitive
	for _, f := range facets {
		k, ok := byColor[f.color]
		if !ok {
			k = len(prims)
			byColor[f.color] = k
			prims = append(prims, scene.Primitive{Material: r.out.AddMaterial(material(f.color))})
		}
		p := &prims[k]
		for c := 0; c < 9; c += 3 {
			x, y, z := f.at[c], f.at[c+1], f.at[c+2]
			if !r.opt.YUp {
				at := turnUp(geom.Vec3{float64(x), float64(y), float64(z)})
				x, y, z = float32(at[0]), float32(at[1]), float32(at[2])
			}
			u := float32(r.opt.Unit)
			p.Indices = append(p.Indices, uint32(len(p.Positions)/3))
			p.Positions = append(p.Positions, u*x, u*y, u*z)
		}
	}
	for k, p := range prims {
		places, index := map[[3]float32]uint32{}, make([]uint32, len(p.Indices))
		var at []float32
		for i := range index {
			key := [3]float32(p.Positions[3*i : 3*i+3])
			id, ok := places[key]
			if !ok {
				id = uint32(len(at) / 3)
				places[key] = id
				at = append(at, key[:]...)
			}
			index[i] = id
		}
		vertex, normals, corners := crease.Normals(at, index, r.opt.Crease)
		q := scene.Primitive{Normals: normals, Indices: corners, Material: p.Material}
		for _, v := range vertex {
			q.Positions = append(q.Positions, at[3*v:3*v+3]...)
		}
		prims[k] = q
	}
	mesh := r.out.AddMesh(scene.Mesh{Name: title, Primitives: prims})
	r.out.AddNode(scene.Node{Name: title, Parent: scene.None, Mesh: mesh, Joint: scene.None, Local: geom.Identity()})
}

func turnUp(p geom.Vec3) geom.Vec3 {
	q := geom.ZUp().Mul4x1(p.Vec4(1))
	return q.Vec3()
}

// material is a colour of five bits each, red in the high ones.
func material(color int32) scene.Material {
	m := scene.Material{BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6}
	if color >= 0 {
		for k, shift := range []int{10, 5, 0} {
			m.BaseColor[k] = linear(float64(color>>shift&31) / 31)
		}
	}
	return m
}

// linear undoes the curve of sRGB (IEC 61966-2-1).
func linear(c float64) float32 {
	if c <= 0.04045 {
		return float32(c / 12.92)
	}
	return float32(math.Pow((c+0.055)/1.055, 2.4))
}
