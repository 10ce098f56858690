package catalogue

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Builder puts assets into one scene. Meshes of equal content are shared, and
// the shape of a class in one size is worked out once.
type Builder struct {
	catalogue *Catalogue
	scene     *scene.Scene
	materials map[string]scene.MaterialID
	meshes    map[[32]byte]scene.MeshID
	shapes    map[string][]piece
	models    map[string][]scene.MaterialID // that came with the model of a class
	coarse    int
	finish    map[string]string // of the asset in hand: other materials for those of its class
}

// piece is one node of an asset's shape before it belongs to an asset.
type piece struct {
	part  string
	turn  int // which repeat of its part
	of    int // piece that carries it, -1: the asset
	local geom.Mat4
	mesh  scene.MeshID
	joint *scene.Joint // Drive holds the signal's name in the class; Mimic.Of is a piece
	fills []fill

	follows string // part whose joint this one's follows
}

// NewBuilder returns a builder that adds to s.
func NewBuilder(c *Catalogue, s *scene.Scene) *Builder {
	return &Builder{
		catalogue: c, scene: s, materials: map[string]scene.MaterialID{},
		meshes: map[[32]byte]scene.MeshID{}, shapes: map[string][]piece{}, models: map[string][]scene.MaterialID{},
	}
}

// Place adds an asset: a root node that carries its id as Entity, below it one
// node for each part, whose joint is driven by the asset's own signal, and
// below these the goods.
func (b *Builder) Place(a twin.Asset) error {
	class, ok := b.catalogue.Class(a.Class)
	if !ok {
		return fmt.Errorf("asset %q: no class %q in the catalogue", a.ID, a.Class)
	}
	return b.place(class, a)
}

func (b *Builder) place(class *Class, a twin.Asset) error {
	b.finish = a.Finish
	pieces, err := b.shape(class, a)
	b.finish = nil
	if err != nil {
		return fmt.Errorf("asset %q: %w", a.ID, err)
	}
	p := a.Pose.Position
	root := b.scene.AddNode(scene.Node{
		Name: string(a.ID), Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: string(a.ID),
		Local: mgl64.Translate3D(p[0], p[1], p[2]).Mul4(mgl64.HomogRotate3DY(a.Pose.Yaw)),
	})
	shelf := shelving{asset: a, palette: &b.catalogue.palette}
	board := 0
	nodes := make([]scene.NodeID, 0, len(pieces))
	for _, piece := range pieces {
		carrier := root
		if piece.of >= 0 {
			carrier = nodes[piece.of]
		}
		node := scene.Node{
			Name: string(a.ID) + "/" + piece.part, Parent: carrier, Local: piece.local,
			Mesh: piece.mesh, Joint: scene.None, Part: piece.part,
		}
		if piece.joint != nil {
			j := *piece.joint
			j.Name = node.Name
			if j.Drive != "" {
				j.Drive = string(twin.SignalOf(a.ID, j.Drive))
			}
			node.Joint = b.scene.AddJoint(j)
		}
		id := b.scene.AddNode(node)
		nodes = append(nodes, id)
		for _, f := range piece.fills {
			if err := b.stock(id, &shelf, f, board); err != nil {
				return fmt.Errorf("asset %q: %w", a.ID, err)
			}
			board++
		}
	}
	return b.tie(class, a, pieces, nodes)
}

// shape returns the pieces of a class in an asset's size and parameters.
func (b *Builder) shape(class *Class, a twin.Asset) ([]piece, error) {
	key := fmt.Sprintf("%s %v %v %v", class.Name, a.Size, a.Params, a.Finish)
	if have, ok := b.shapes[key]; ok {
		return have, nil
	}
	sc, err := class.scope(a.Size, a.Params)
	if err != nil {
		return nil, err
	}
	r := &reader{scope: sc}
	var pieces []piece
	if class.model != nil {
		pieces = append(pieces, b.modelled(class, a.Size))
	}
	for k := range class.Parts {
		part := &class.Parts[k]
		times := r.count(part.Repeat)
		for i := range times {
			sc["i"] = float64(i)
			if part.When.set() && r.num(part.When, 1) == 0 {
				continue
			}
			p, err := b.part(part, r)
			if err != nil {
				return nil, fmt.Errorf("class %q, part %q: %w", class.Name, part.Name, err)
			}
			p.turn, p.of = i, find(pieces, part.Of, i)
			pieces = append(pieces, p)
		}
		sc["i"] = 0.0
		if r.err != nil {
			return nil, fmt.Errorf("class %q, part %q: %w", class.Name, part.Name, r.err)
		}
	}
	if err := follow(class, pieces, r); err != nil {
		return nil, err
	}
	b.shapes[key] = pieces
	return pieces, nil
}

func (b *Builder) part(part *Part, r *reader) (piece, error) {
	at := r.vec(part.At, "at")
	p := piece{
		part: part.Name, mesh: scene.None,
		local: mgl64.Translate3D(at[0], at[1], at[2]).Mul4(mgl64.HomogRotate3DY(r.num(part.Turn, 0))),
	}
	m := newMesher()
	m.coarse(b.coarse, r.scope)
	for k := range part.Shapes {
		if err := part.Shapes[k].draw(m, r); err != nil {
			return p, err
		}
	}
	if len(m.order) > 0 {
		id, err := b.share(part.Name, m)
		if err != nil {
			return p, err
		}
		p.mesh = id
	}
	for k := range part.Goods {
		p.fills = append(p.fills, part.Goods[k].read(r)...)
	}
	if part.Joint != nil {
		j, err := part.Joint.read(r)
		if err != nil {
			return p, err
		}
		p.joint = &j
		if part.Joint.Mimic != nil {
			p.follows = part.Joint.Mimic.Of
		}
	}
	return p, r.err
}

func (j *Joint) read(r *reader) (scene.Joint, error) {
	kinds := map[string]scene.JointKind{"revolute": scene.Revolute, "prismatic": scene.Prismatic, "continuous": scene.Continuous}
	kind, ok := kinds[j.Kind]
	if !ok {
		return scene.Joint{}, fmt.Errorf("joint kind %q is none of revolute, prismatic, continuous", j.Kind)
	}
	if len(j.Axis) != 3 {
		return scene.Joint{}, fmt.Errorf("the axis of a joint has %d numbers, not 3", len(j.Axis))
	}
	axis := geom.Vec3{j.Axis[0], j.Axis[1], j.Axis[2]}
	if !(axis.Len() > 1e-6) {
		return scene.Joint{}, fmt.Errorf("the axis of a joint has no length")
	}
	out := scene.Joint{
		Kind: kind, Axis: axis.Normalize(), Origin: r.vec(j.Origin, "origin"),
		Min: r.num(j.Min, 0), Max: r.num(j.Max, 0), SpeedMax: r.num(j.Speed, 0),
		Drive: j.Drive, Scale: r.num(j.Scale, 1), Offset: r.num(j.Offset, 0),
	}
	if j.Mimic != nil {
		out.Mimic = scene.Mimic{Ratio: r.num(j.Mimic.Ratio, 1), Shift: r.num(j.Mimic.Shift, 0)}
	}
	if r.err == nil && kind != scene.Continuous && !(out.Min <= 0 && 0 <= out.Max && out.Min < out.Max) {
		return out, fmt.Errorf("the limits %v to %v of a joint do not hold its rest at 0", out.Min, out.Max)
	}
	return out, r.err
}

// scope holds the size, parameters and lets of one asset.
func (c *Class) scope(size geom.Vec3, params map[string]float64) (scope, error) {
	for k, v := range size {
		if !(v > 0 && v <= sizeMax) {
			return nil, fmt.Errorf("its size %v m is not between 0 and %d m", [...]string{"x", "y", "z"}[k], sizeMax)
		}
	}
	sc := newScope(size[0], size[1], size[2])
	for _, p := range c.Params {
		sc[p.Name] = p.Default
		if v, given := params[p.Name]; given {
			sc[p.Name] = math.Max(p.Min, math.Min(p.Max, v))
		}
	}
	for k := range c.Let {
		v, err := c.Let[k].Value.eval(sc)
		if err != nil {
			return nil, err
		}
		sc[c.Let[k].Name] = v
	}
	return sc, nil
}

// share adds a mesh, or finds the one of equal content.
func (b *Builder) share(name string, m *mesher) (scene.MeshID, error) {
	mesh, err := m.mesh(name, b.material)
	if err != nil {
		return scene.None, err
	}
	key := digest(mesh)
	if have, ok := b.meshes[key]; ok {
		return have, nil
	}
	id := b.scene.AddMesh(mesh)
	b.meshes[key] = id
	return id, nil
}

func (b *Builder) material(name string) (scene.MaterialID, error) {
	painted := ""
	if to, ok := b.finish[name]; ok {
		if to[0] == '#' {
			painted = to
		} else {
			name = to
		}
	}
	if id, ok := b.materials[name+painted]; ok {
		return id, nil
	}
	m, ok := b.catalogue.palette.materials[name]
	if !ok {
		return 0, fmt.Errorf("no material %q in palette/materials.yaml", name)
	}
	if painted != "" {
		var err error
		if m, err = inColour(m, painted); err != nil {
			return 0, err
		}
		name += painted
	}
	id := b.scene.AddMaterial(m)
	b.materials[name] = id
	return id, nil
}

func digest(m scene.Mesh) [32]byte {
	h := sha256.New()
	for _, p := range m.Primitives {
		for _, list := range []any{int64(p.Material), p.Positions, p.Normals, p.Indices} {
			_ = binary.Write(h, binary.LittleEndian, list) // a hash takes everything
		}
	}
	return [32]byte(h.Sum(nil))
}

// try builds one asset of a class in its usual size.
func (c *Catalogue) try(class *Class) error {
	var s scene.Scene
	return NewBuilder(c, &s).place(class, twin.Asset{ID: "sample-1", Class: class.Name, Size: class.UsualSize()})
}

// UsualSize is the size of an asset of which no source states it, as
// twin.Asset has it: width, height, depth.
func (c *Class) UsualSize() geom.Vec3 { return geom.Vec3{c.Size[0], c.Size[1], c.Size[2]} }
