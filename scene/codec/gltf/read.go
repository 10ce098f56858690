package gltf

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// notesMax is how many notes anybody reads.
const notesMax = 300

// Read reads a .glb or .gltf file; name is for messages. Files beside it are
// asked of opt.Open.
func Read(ctx context.Context, name string, data []byte, opt ReadOptions) (*scene.Scene, []Note, error) {
	fail := func(err error) (*scene.Scene, []Note, error) { return nil, nil, fmt.Errorf("%s: %w", name, err) }
	text, bin, err := take(data)
	if err != nil {
		return fail(err)
	}
	doc, err := parse(text)
	if err != nil {
		return fail(err)
	}
	r := &reader{
		doc: doc, open: opt.Open, out: &scene.Scene{}, size: len(data), bufferErr: map[int]error{}, views: map[int][]byte{},
		images: map[int]scene.ImageID{}, meshes: map[int]scene.MeshID{}, told: map[Note]bool{},
	}
	if err := r.supported(); err != nil {
		return fail(err)
	}
	if opt.Extras != nil && doc.Extras != nil {
		own, err := json.Marshal(doc.Extras)
		if err != nil {
			return fail(err)
		}
		opt.Extras(own)
	}
	r.loadBuffers(bin)
	r.variants()
	for _, m := range doc.Materials {
		if m == nil {
			m = &gltf.Material{}
		}
		r.out.Materials = append(r.out.Materials, r.material(m))
	}
	if err := r.tree(ctx); err != nil {
		return fail(err)
	}
	if err := r.out.Check(); err != nil {
		return fail(err)
	}
	return r.out, r.notes, nil
}

type reader struct {
	doc       *gltf.Document
	open      func(string) ([]byte, error)
	out       *scene.Scene
	size      int // of the file, bytes
	bufferErr map[int]error
	views     map[int][]byte
	images    map[int]scene.ImageID
	meshes    map[int]scene.MeshID
	bare      scene.MaterialID // of primitives without one; set when first needed
	hasBare   bool
	nodes     []scene.NodeID // of the document's nodes, the first time each is drawn
	notes     []Note
	told      map[Note]bool
}

func (r *reader) note(place, why string, args ...any) {
	n := Note{place, fmt.Sprintf(why, args...)}
	if !r.told[n] && len(r.notes) < notesMax {
		r.told[n] = true
		r.notes = append(r.notes, n)
	}
}

// readable are the extensions that a file may require.
var readable = map[string]bool{
	extMeshopt: true, khrMeshopt: true, extQuantized: true, extInstancing: true,
	extUnlit: true, extGlossiness: true, extTransform: true, extTransmission: true, extStrength: true, extIOR: true, extSpecular: true,
	extCoat: true, extVolume: true, extVariants: true, "KHR_materials_sheen": true, "KHR_lights_punctual": true, "KHR_texture_basisu": true, "EXT_texture_webp": true,
}

func (r *reader) supported() error {
	for _, e := range r.doc.ExtensionsRequired {
		if e == extDraco {
			return fmt.Errorf("it requires %s, which is not read; export it without, or convert it with a glTF tool", e)
		}
		if !readable[e] {
			return fmt.Errorf("it requires %s, which is not read; export it without", e)
		}
	}
	return nil
}

// extras reads our own words out of an entry's extras.
func extras(from any, into any) bool {
	if from == nil {
		return false
	}
	text, err := json.Marshal(from)
	return err == nil && json.Unmarshal(text, into) == nil
}

// mesh reads a mesh once.
func (r *reader) mesh(i int) (scene.MeshID, error) {
	if i < 0 || i >= len(r.doc.Meshes) || r.doc.Meshes[i] == nil {
		return scene.None, fmt.Errorf("no mesh %d", i)
	}
	if id, ok := r.meshes[i]; ok {
		return id, nil
	}
	m := r.doc.Meshes[i]
	out := scene.Mesh{Name: m.Name}
	for k, p := range m.Primitives {
		if p == nil {
			continue
		}
		prim, ok, err := r.primitive(fmt.Sprintf("mesh %d %s", i, m.Name), p)
		if err != nil {
			return scene.None, fmt.Errorf("mesh %d %q, primitive %d: %w", i, m.Name, k, err)
		}
		if ok {
			out.Primitives = append(out.Primitives, prim)
		}
	}
	id := scene.MeshID(scene.None)
	if len(out.Primitives) > 0 {
		id = r.out.AddMesh(out)
	}
	r.meshes[i] = id
	return id, nil
}

// primitive reads triangles of any arrangement; false for points and lines.
func (r *reader) primitive(place string, p *gltf.Primitive) (scene.Primitive, bool, error) {
	var out scene.Primitive
	switch p.Mode {
	case gltf.PrimitiveTriangles, gltf.PrimitiveTriangleStrip, gltf.PrimitiveTriangleFan:
	default:
		r.note(place, "points and lines are not drawn")
		return out, false, nil
	}
	if _, ok := p.Extensions[extDraco]; ok {
		r.note(place, "its Draco form is not read; the plain one is taken")
	}
	at, ok := p.Attributes["POSITION"]
	if !ok {
		r.note(place, "a primitive without positions is left out")
		return out, false, nil
	}
	var n int
	var err error
	if out.Positions, n, err = r.numbers(at); err != nil || n != 3 {
		return out, false, orWrong(err, "positions are no VEC3")
	}
	count := len(out.Positions) / 3
	for i, v := range out.Positions {
		if v != v || math.IsInf(float64(v), 0) {
			return out, false, fmt.Errorf("position %d is not a number", i/3)
		}
	}
	if out.Indices, err = r.triangles(p, count); err != nil {
		return out, false, err
	}
	if i, ok := p.Attributes["NORMAL"]; ok {
		if out.Normals, n, err = r.numbers(i); err != nil || n != 3 || len(out.Normals) != 3*count {
			return out, false, orWrong(err, "normals do not go with the positions")
		}
		unitise(out.Normals)
	}
	if i, ok := p.Attributes["TEXCOORD_0"]; ok {
		if out.UVs, n, err = r.numbers(i); err != nil || n != 2 || len(out.UVs) != 2*count {
			return out, false, orWrong(err, "texture coordinates do not go with the positions")
		}
		r.finite(place, out.UVs)
	}
	if i, ok := p.Attributes["TEXCOORD_1"]; ok {
		if out.UVs2, n, err = r.numbers(i); err != nil || n != 2 || len(out.UVs2) != 2*count {
			return out, false, orWrong(err, "the second texture coordinates do not go with the positions")
		}
		r.finite(place, out.UVs2)
	}
	if i, ok := p.Attributes["COLOR_0"]; ok {
		if out.Colors, err = r.colors(i, count); err != nil {
			return out, false, err
		}
		r.finite(place, out.Colors)
	}
	if i, ok := p.Attributes["TANGENT"]; ok {
		if out.Tangents, n, err = r.numbers(i); err != nil || n != 4 || len(out.Tangents) != 4*count {
			return out, false, orWrong(err, "tangents do not go with the positions")
		}
		unitiseTangents(out.Tangents)
	}
	if len(p.Targets) > 0 {
		r.note(place, "morph targets are left out")
	}
	if out.Normals == nil {
		out = flat(out)
	}
	out.Material, out.Variants = r.materialOf(p), r.choices(p)
	return out, len(out.Indices) > 0, nil
}

// colors reads those of vertices, with a coverage of one where they have none.
func (r *reader) colors(i, count int) ([]float32, error) {
	list, n, err := r.numbers(i)
	if err != nil || n < 3 || n > 4 || len(list) != n*count {
		return nil, orWrong(err, "colours do not go with the positions")
	}
	if n == 4 {
		return list, nil
	}
	out := make([]float32, 0, 4*count)
	for k := 0; k < len(list); k += 3 {
		out = append(append(out, list[k:k+3]...), 1)
	}
	return out, nil
}

// finite puts zero where a number is none.
func (r *reader) finite(place string, list []float32) {
	for i, v := range list {
		if v != v || math.IsInf(float64(v), 0) {
			r.note(place, "texture coordinates or colours that are no numbers are taken for zero")
			list[i] = 0
		}
	}
}

func orWrong(err error, why string) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%s", why)
}

func (r *reader) materialOf(p *gltf.Primitive) scene.MaterialID {
	if p.Material != nil && *p.Material >= 0 && *p.Material < len(r.doc.Materials) {
		return scene.MaterialID(*p.Material)
	}
	if !r.hasBare {
		r.bare, r.hasBare = r.out.AddMaterial(scene.Material{Name: "", BaseColor: [4]float32{1, 1, 1, 1}, Metallic: 1, Roughness: 1}), true
	}
	return r.bare
}

// triangles lists the corners of all triangles (glTF 2.0, 3.7.2.1).
func (r *reader) triangles(p *gltf.Primitive, count int) ([]uint32, error) {
	var list []uint32
	if p.Indices != nil {
		var err error
		if list, err = r.indices(*p.Indices); err != nil {
			return nil, err
		}
		for _, i := range list {
			if int(i) >= count {
				return nil, fmt.Errorf("index %d, but %d positions", i, count)
			}
		}
	} else {
		list = make([]uint32, count)
		for i := range list {
			list[i] = uint32(i)
		}
	}
	switch p.Mode {
	case gltf.PrimitiveTriangleStrip, gltf.PrimitiveTriangleFan:
		var out []uint32
		for i := 0; i+2 < len(list); i++ {
			a, b, c := list[i], list[i+1], list[i+2]
			switch {
			case p.Mode == gltf.PrimitiveTriangleFan:
				a, b, c = list[i+1], list[i+2], list[0]
			case i%2 == 1:
				b, c = c, b
			}
			if a != b && b != c && a != c {
				out = append(out, a, b, c)
			}
		}
		return out, nil
	}
	return list[:len(list)/3*3], nil
}

// unitise makes normals of unit length again, after quantising.
func unitise(n []float32) {
	for i := 0; i+2 < len(n); i += 3 {
		l := math.Sqrt(float64(n[i])*float64(n[i]) + float64(n[i+1])*float64(n[i+1]) + float64(n[i+2])*float64(n[i+2]))
		if !(l > 1e-12) || math.IsInf(l, 0) {
			n[i], n[i+1], n[i+2] = 0, 0, 1
			continue
		}
		for k := range 3 {
			n[i+k] = float32(float64(n[i+k]) / l)
		}
	}
}

// flat gives every triangle corners of its own with the triangle's normal, as
// 3.7.2.1 asks for where normals are missing.
func flat(p scene.Primitive) scene.Primitive {
	out := scene.Primitive{Material: p.Material}
	for i := 0; i+2 < len(p.Indices); i += 3 {
		var c [3]geom.Vec3
		for k := range 3 {
			v := p.Indices[i+k]
			c[k] = geom.Vec3{float64(p.Positions[3*v]), float64(p.Positions[3*v+1]), float64(p.Positions[3*v+2])}
		}
		n := c[1].Sub(c[0]).Cross(c[2].Sub(c[0]))
		if !(n.Len() > 1e-30) {
			continue
		}
		n = n.Normalize()
		for k := range 3 {
			v := p.Indices[i+k]
			out.Indices = append(out.Indices, uint32(len(out.Positions)/3))
			out.Positions = append(out.Positions, p.Positions[3*v:3*v+3]...)
			out.Normals = append(out.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			if len(p.UVs) > 0 {
				out.UVs = append(out.UVs, p.UVs[2*v:2*v+2]...)
			}
			if len(p.UVs2) > 0 {
				out.UVs2 = append(out.UVs2, p.UVs2[2*v:2*v+2]...)
			}
			if len(p.Colors) > 0 {
				out.Colors = append(out.Colors, p.Colors[4*v:4*v+4]...)
			}
		}
	}
	return out
}
