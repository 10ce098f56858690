package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"regexp"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on a shape that somebody else drew.
const (
	modelBytes     = 64 << 20
	modelTriangles = 200_000
)

var modelForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.glb$`)

// Model is a shape that was drawn elsewhere and given to a class: triangles in the
// frame of the class, standing on the floor at its middle, the front towards +z.
type Model struct {
	Size geom.Vec3 // metres: width, height, depth

	shape *scene.Scene // one mesh, its materials and their images
}

// Triangles is how many it has.
func (m *Model) Triangles() int { return m.shape.Triangles() }

// Scene is the model alone, as a file is written of it; it must not be changed.
func (m *Model) Scene() *scene.Scene { return m.shape }

// ErrUnit is returned of a model that no thing is as large or small as.
var ErrUnit = errors.New("it is drawn in another unit; give its height")

// Fit says how large a drawn thing is, and where its front. The zero Fit is of one
// drawn in metres with its front towards +z.
type Fit struct {
	Scale  float64 // metres for one unit of its file; 0: 1
	Height float64 // metres, in place of Scale; 0: by Scale
	Turn   float64 // radians counter-clockwise seen from above
	ZUp    bool    // it is drawn with +z up, as machines are, and its front towards -y
}

// ModelOf makes a model of what a scene shows at rest. What moves in it does not
// move in the model.
func ModelOf(sc *scene.Scene, fit Fit) (*Model, error) {
	up := mgl64.Ident4()
	if fit.ZUp {
		up = mgl64.HomogRotate3DX(-math.Pi / 2)
	}
	triangles, box := shownBy(sc, up)
	switch {
	case triangles == 0:
		return nil, errors.New("it shows nothing: no triangle is drawn")
	case triangles > modelTriangles:
		return nil, fmt.Errorf("it has %d triangles, a thing may have %d; make it lighter first with `glasstwin lighten`", triangles, modelTriangles)
	}
	scale := fit.Scale
	if scale == 0 {
		scale = 1
	}
	if fit.Height > 0 {
		tall := box.Size()[1]
		if !(tall > 0) {
			return nil, errors.New("it is flat, so that no height can be given to it; give a scale")
		}
		scale = fit.Height / tall
	}
	long := scale * max(box.Size()[0], box.Size()[1], box.Size()[2])
	switch {
	case !(long <= sizeMax):
		return nil, fmt.Errorf("it is %.4g m long, at most %d m are a thing: %w, or metres for one unit as 0.001", long, sizeMax, ErrUnit)
	case !(long >= sizeLeast):
		return nil, fmt.Errorf("it is %.2g m long, at least %g m are a thing: %w, or metres for one unit as 1000", long, sizeLeast, ErrUnit)
	}
	turned := mgl64.HomogRotate3DY(fit.Turn).Mul4(mgl64.Scale3D(scale, scale, scale)).Mul4(up)
	_, box = shownBy(sc, turned)
	placed := mgl64.Translate3D(-(box.Min[0]+box.Max[0])/2, -box.Min[1], -(box.Min[2]+box.Max[2])/2).Mul4(turned)
	var mesh scene.Mesh
	world := sc.World(nil, nil)
	for i, n := range sc.Nodes {
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			mesh.Primitives = append(mesh.Primitives, moved(p, placed.Mul4(world[i])))
		}
	}
	m := &Model{Size: box.Size(), shape: &scene.Scene{Materials: sc.Materials, Images: sc.Images}}
	id := m.shape.AddMesh(mesh)
	m.shape.AddNode(scene.Node{Parent: scene.None, Mesh: id, Joint: scene.None, Local: mgl64.Ident4()})
	if err := m.shape.Check(); err != nil {
		return nil, err
	}
	for k := range m.Size { // what is flat, as a poster, is as thick as paper
		m.Size[k] = max(m.Size[k], flatLeast)
	}
	return m, nil
}

// shownBy is how many triangles a scene draws, and what they fill once moved by by.
func shownBy(sc *scene.Scene, by geom.Mat4) (triangles int, box geom.Box) {
	box = geom.EmptyBox()
	world := sc.World(nil, nil)
	for i, n := range sc.Nodes {
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			triangles += len(p.Indices) / 3
			to := by.Mul4(world[i])
			for _, k := range p.Indices {
				box = box.Add(mgl64.TransformCoordinate(vec(p.Positions, k), to))
			}
		}
	}
	return triangles, box
}

// sizeLeast is the least that a thing's longest side is, metres, and flatLeast the
// least of each.
const (
	sizeLeast = 0.02
	flatLeast = 0.001
)

// moved is a primitive transformed; one that is mirrored keeps its outside.
func moved(p scene.Primitive, by geom.Mat4) scene.Primitive {
	out := p
	out.Positions, out.Normals, out.Tangents = make([]float32, len(p.Positions)), make([]float32, len(p.Normals)), append([]float32(nil), p.Tangents...)
	put := func(to []float32, at int, v geom.Vec3) {
		to[at], to[at+1], to[at+2] = float32(v[0]), float32(v[1]), float32(v[2])
	}
	straight := by.Mat3()
	normals := straight.Inv().Transpose()
	if straight.Det() == 0 { // flat: what it faces is told by its triangles alone
		normals = straight
	}
	unit := func(v, otherwise geom.Vec3) geom.Vec3 {
		if l := v.Len(); l > 0 && !math.IsInf(l, 0) {
			return v.Mul(1 / l)
		}
		return otherwise
	}
	for k := 0; k+2 < len(p.Positions); k += 3 {
		put(out.Positions, k, mgl64.TransformCoordinate(vec(p.Positions, uint32(k/3)), by))
	}
	for k := 0; k+2 < len(p.Normals); k += 3 {
		n := vec(p.Normals, uint32(k/3))
		put(out.Normals, k, unit(normals.Mul3x1(n), n))
	}
	for k := 0; k+3 < len(p.Tangents); k += 4 {
		t := geom.Vec3{float64(p.Tangents[k]), float64(p.Tangents[k+1]), float64(p.Tangents[k+2])}
		put(out.Tangents, k, unit(straight.Mul3x1(t), t))
	}
	if straight.Det() < 0 {
		out.Indices = append([]uint32(nil), p.Indices...)
		for k := 0; k+2 < len(out.Indices); k += 3 {
			out.Indices[k+1], out.Indices[k+2] = out.Indices[k+2], out.Indices[k+1]
		}
		for k := 3; k < len(out.Tangents); k += 4 {
			out.Tangents[k] = -out.Tangents[k]
		}
	}
	return out
}

// readModel reads the file that a class's shape stands in, beside its own.
func (c *Class) readModel(files fs.FS) error {
	if c.Model == "" {
		return nil
	}
	fail := func(err error) error { return fmt.Errorf("model %s: %w", c.Model, err) }
	if files == nil {
		return fail(errors.New("it stands beside its class file, whose folder is not read here; give the folder, as --classes DIR"))
	}
	info, err := fs.Stat(files, c.Model)
	if err != nil {
		return fail(err)
	}
	if info.Size() > modelBytes {
		return fail(fmt.Errorf("%d bytes, at most %d are read; make it lighter with `glasstwin lighten`", info.Size(), modelBytes))
	}
	data, err := fs.ReadFile(files, c.Model)
	if err != nil {
		return fail(err)
	}
	sc, _, err := gltf.Read(context.Background(), c.Model, data, gltf.ReadOptions{}) // a thing's shape is read at once
	if err != nil {
		return err
	}
	if c.model, err = ModelOf(sc, Fit{}); err != nil {
		return fail(err)
	}
	return nil
}

// modelled is a class's model in the size of an asset, as one piece; its materials
// come into the scene once.
func (b *Builder) modelled(class *Class, size geom.Vec3) piece {
	m := class.model
	have, ok := b.models[class.Name]
	if !ok {
		base := scene.ImageID(len(b.scene.Images))
		b.scene.Images = append(b.scene.Images, m.shape.Images...)
		for _, x := range m.shape.Materials {
			for _, t := range x.Maps() {
				if t.Image != 0 {
					t.Image += base
				}
			}
			have = append(have, b.scene.AddMaterial(x))
		}
		b.models[class.Name] = have
	}
	fit := mgl64.Scale3D(size[0]/m.Size[0], size[1]/m.Size[1], size[2]/m.Size[2])
	mesh := scene.Mesh{Name: class.Name}
	for _, p := range m.shape.Meshes[0].Primitives {
		p = moved(p, fit)
		p.Material, p.Variants = have[p.Material], nil
		mesh.Primitives = append(mesh.Primitives, p)
	}
	return piece{part: modelPart, of: -1, local: mgl64.Ident4(), mesh: b.scene.AddMesh(mesh)}
}

// modelPart names the one component of a class that is drawn elsewhere.
const modelPart = "body"
