package obj

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

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
	// Open gives a file that this one names: materials and their images. nil:
	// none can be had.
	Open func(name string) ([]byte, error)
}

// Note is one thing that was not understood.
type Note struct {
	Place string // "line 12"
	Why   string
}

const (
	notesMax   = 200
	polygonMax = 10_000 // corners of one face
	groupsMax  = 200_000

	// originReach is from where on the first point stands too far from zero for
	// single precision, metres: in the coordinates of a map.
	originReach = 2_000
)

// Read reads a file; name is for messages. Each object or group becomes a node
// with a mesh, one primitive for each material. Texture coordinates are turned
// so that v runs down, as in glTF.
func Read(ctx context.Context, name string, data []byte, opt Options) (*scene.Scene, []Note, error) {
	r := &reader{opt: opt, materials: map[string]scene.MaterialID{}, images: map[string]scene.ImageID{}, noted: map[string]bool{}, groups: map[string]int{}}
	if r.opt.Unit == 0 {
		r.opt.Unit = 1
	}
	if r.opt.Crease == 0 {
		r.opt.Crease = math.Pi / 6
	}
	err := r.read(ctx, data)
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
	opt       Options
	out       scene.Scene
	notes     []Note
	noted     map[string]bool // words that were noted once
	line      int
	end       byte // of a line
	v, vt, vn []float32
	origin    geom.Vec3 // what is taken off points, in the file's unit and axes
	materials map[string]scene.MaterialID
	images    map[string]scene.ImageID
	object    string
	group     string
	smooth    bool
	material  string
	groups    map[string]int // name to place in parts
	parts     []part
	polygon   []corner
}

// part is what becomes a node: faces by material, in order of appearance.
type part struct {
	name  string
	names []string // of materials
	faces [][]corner
	hard  []bool // no smoothing group, by triangle of all faces
}

// corner numbers a position, texture coordinate and normal; -1 for none.
type corner struct{ v, vt, vn int32 }

func (r *reader) note(why string, args ...any) {
	if len(r.notes) < notesMax {
		r.notes = append(r.notes, Note{fmt.Sprintf("line %d", r.line), fmt.Sprintf(why, args...)})
	}
}

func (r *reader) read(ctx context.Context, data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) == 0 {
		return errors.New("the file is empty")
	}
	begin := data[:min(len(data), 4096)]
	if bytes.IndexByte(begin, 0) >= 0 {
		return errors.New("the file is binary or UTF-16: OBJ is text; save it as ASCII or UTF-8")
	}
	if r.end = '\n'; bytes.IndexByte(begin, '\n') < 0 && bytes.IndexByte(begin, '\r') >= 0 {
		r.end = '\r' // as old programs wrote
	}
	r.smooth = true
	for len(data) > 0 {
		if r.line%8192 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var row []byte
		row, data = r.nextLine(data)
		words := bytes.Fields(row)
		if len(words) == 0 {
			continue
		}
		rest := string(bytes.TrimSpace(row[bytes.Index(row, words[0])+len(words[0]):]))
		var err error
		switch word := string(words[0]); word {
		case "v":
			err = r.point(words[1:])
		case "vn":
			r.vn, err = r.numbers(r.vn, words[1:], 3)
		case "vt":
			if len(words) == 2 {
				words = append(words, []byte("0"))
			}
			r.vt, err = r.numbers(r.vt, words[1:], 2)
		case "f", "fo":
			err = r.face(words[1:])
		case "o":
			r.object, r.group = rest, ""
		case "g":
			r.group = rest
		case "s":
			r.smooth = rest != "off" && rest != "0"
		case "usemtl":
			r.material = rest
		case "mtllib":
			r.library(rest, words[1:])
		default:
			if !r.noted[word] && len(r.noted) < notesMax {
				r.noted[word] = true
				r.note("%.20q is left out", word)
			}
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", r.line, err)
		}
	}
	return nil
}

// nextLine cuts off a line, joined with those that a backslash carries it on
// to, without its comment.
func (r *reader) nextLine(data []byte) (row, rest []byte) {
	for {
		r.line++
		line := data
		rest = nil
		if i := bytes.IndexByte(data, r.end); i >= 0 {
			line, rest = data[:i], data[i+1:]
		}
		if i := bytes.IndexByte(line, '#'); i >= 0 {
			line = line[:i]
		}
		line = bytes.TrimRight(line, " \t\r")
		if !bytes.HasSuffix(line, []byte(`\`)) || len(rest) == 0 {
			if row == nil {
				return line, rest
			}
			return append(row, line...), rest
		}
		row = append(append(row, line[:len(line)-1]...), ' ')
		data = rest
	}
}

// point reads a position. Those far from zero are kept near it: the nodes take
// them there.
func (r *reader) point(words [][]byte) error {
	if len(words) < 3 {
		return fmt.Errorf("%d numbers, want 3; the file is cut off or damaged there", len(words))
	}
	var at geom.Vec3
	for k := range at {
		var err error
		if at[k], err = strconv.ParseFloat(string(words[k]), 64); err != nil || !(math.Abs(at[k]) < math.MaxFloat32) {
			return fmt.Errorf("%.40q is no number", words[k])
		}
	}
	if len(r.v) == 0 && at.Len()*r.opt.Unit > originReach {
		r.origin = geom.Vec3{math.Round(at[0]), math.Round(at[1]), math.Round(at[2])}
	}
	for k := range at {
		r.v = append(r.v, float32(at[k]-r.origin[k]))
	}
	return nil
}

func (r *reader) numbers(into []float32, words [][]byte, count int) ([]float32, error) {
	if len(words) < count {
		return into, fmt.Errorf("%d numbers, want %d; the file is cut off or damaged there", len(words), count)
	}
	for _, w := range words[:count] {
		x, err := strconv.ParseFloat(string(w), 32)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return into, fmt.Errorf("%.40q is no number", w)
		}
		into = append(into, float32(x))
	}
	return into, nil
}

// face takes a polygon apart into triangles.
func (r *reader) face(words [][]byte) error {
	if len(words) < 3 {
		r.note("a face of %d corners is left out", len(words))
		return nil
	}
	if len(words) > polygonMax {
		return fmt.Errorf("a face of %d corners: at most %d are read", len(words), polygonMax)
	}
	r.polygon = r.polygon[:0]
	for _, w := range words {
		c := corner{-1, -1, -1}
		for k, field := range bytes.SplitN(w, []byte("/"), 4) {
			if k > 2 {
				return fmt.Errorf("%.40q is no corner", w)
			}
			if len(field) == 0 && k > 0 {
				continue
			}
			i, err := strconv.ParseInt(string(field), 10, 32)
			have := [3]int{len(r.v) / 3, len(r.vt) / 2, len(r.vn) / 3}[k]
			if i < 0 {
				i += int64(have) + 1
			}
			if err != nil || i < 1 || i > int64(have) {
				if k > 0 && err == nil {
					continue // a face without its texture is still a face
				}
				return fmt.Errorf("%.40q names none of the %d points read so far", w, have)
			}
			*[3]*int32{&c.v, &c.vt, &c.vn}[k] = int32(i - 1)
		}
		r.polygon = append(r.polygon, c)
	}
	p, k, err := r.bucket()
	if err != nil {
		return err
	}
	for _, t := range r.triangulate(r.polygon) {
		p.faces[k] = append(p.faces[k], r.polygon[t[0]], r.polygon[t[1]], r.polygon[t[2]])
	}
	return nil
}

// bucket finds the part and material that faces now go to.
func (r *reader) bucket() (*part, int, error) {
	title := r.object
	if r.group != "" && r.group != "default" {
		if title != "" {
			title += "/"
		}
		title += r.group
	}
	hard := ""
	if !r.smooth {
		hard = "\x00hard"
	}
	at, ok := r.groups[title+hard]
	if !ok {
		if len(r.parts) >= groupsMax {
			return nil, 0, fmt.Errorf("more than %d groups", groupsMax)
		}
		at = len(r.parts)
		r.groups[title+hard] = at
		r.parts = append(r.parts, part{name: title, hard: []bool{!r.smooth}})
	}
	p := &r.parts[at]
	for k, n := range p.names {
		if n == r.material {
			return p, k, nil
		}
	}
	p.names = append(p.names, r.material)
	p.faces = append(p.faces, nil)
	return p, len(p.names) - 1, nil
}

// triangulate cuts a polygon in the plane of its normal (Newell).
func (r *reader) triangulate(polygon []corner) [][3]int {
	if len(polygon) == 3 {
		return [][3]int{{0, 1, 2}}
	}
	at := make([]geom.Vec3, len(polygon))
	for i, c := range polygon {
		at[i] = geom.Vec3{float64(r.v[3*c.v]), float64(r.v[3*c.v+1]), float64(r.v[3*c.v+2])}
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

// build makes nodes of the parts.
func (r *reader) build() error {
	for _, p := range r.parts {
		var prims []scene.Primitive
		for k, corners := range p.faces {
			if len(corners) > 0 {
				prims = append(prims, r.primitive(corners, r.find(p.names[k]), p.hard[0]))
			}
		}
		if len(prims) == 0 {
			continue
		}
		mesh := r.out.AddMesh(scene.Mesh{Name: p.name, Primitives: prims})
		r.out.AddNode(scene.Node{Name: p.name, Parent: scene.None, Mesh: mesh, Joint: scene.None, Local: r.place()})
	}
	if len(r.out.Meshes) == 0 {
		return errors.New("no face was found: it holds points or lines, or was cut off; export it with its faces")
	}
	return nil
}

// place is where nodes stand, for points that were taken off the origin.
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

func (r *reader) find(name string) scene.MaterialID {
	if id, ok := r.materials[name]; ok {
		return id
	}
	if name != "" {
		r.line = 0
		r.note("material %.60q is not in the libraries that were had: grey", name)
	}
	id := r.out.AddMaterial(scene.Material{Name: name, BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6})
	r.materials[name] = id
	return id
}

// primitive gathers the corners of triangles.
func (r *reader) primitive(corners []corner, material scene.MaterialID, hard bool) scene.Primitive {
	p := scene.Primitive{Material: material}
	textured, lit := true, true
	for _, c := range corners {
		textured = textured && c.vt >= 0
		lit = lit && c.vn >= 0
	}
	ids := make(map[corner]uint32, len(corners)/2)
	for _, c := range corners {
		if !textured {
			c.vt = -1
		}
		if !lit {
			c.vn = -1
		}
		id, ok := ids[c]
		if !ok {
			id = uint32(len(ids))
			ids[c] = id
			p.Positions = append(p.Positions, r.turned(r.v[3*c.v:3*c.v+3], float32(r.opt.Unit))...)
			if textured {
				p.UVs = append(p.UVs, r.vt[2*c.vt], 1-r.vt[2*c.vt+1])
			}
			if lit {
				p.Normals = append(p.Normals, r.turned(unit(r.vn[3*c.vn:3*c.vn+3]), 1)...)
			}
		}
		p.Indices = append(p.Indices, id)
	}
	if lit {
		return p
	}
	angle := r.opt.Crease
	if hard {
		angle = 0
	}
	vertex, normals, index := crease.Normals(p.Positions, p.Indices, angle)
	q := scene.Primitive{Material: material, Normals: normals, Indices: index}
	for _, v := range vertex {
		q.Positions = append(q.Positions, p.Positions[3*v:3*v+3]...)
		if textured {
			q.UVs = append(q.UVs, p.UVs[2*v:2*v+2]...)
		}
	}
	return q
}

func (r *reader) turned(p []float32, unit float32) []float32 {
	if r.opt.ZUp {
		q := geom.ZUp().Mul4x1(geom.Vec4{float64(p[0]), float64(p[1]), float64(p[2]), 1})
		return []float32{unit * float32(q[0]), unit * float32(q[1]), unit * float32(q[2])}
	}
	return []float32{unit * p[0], unit * p[1], unit * p[2]}
}

func unit(n []float32) []float32 {
	l := math.Sqrt(float64(n[0])*float64(n[0]) + float64(n[1])*float64(n[1]) + float64(n[2])*float64(n[2]))
	if l == 0 {
		return []float32{0, 1, 0}
	}
	return []float32{float32(float64(n[0]) / l), float32(float64(n[1]) / l), float32(float64(n[2]) / l)}
}
