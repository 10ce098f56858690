// Package urdf reads machines in the Unified Robot Description Format (ROS wiki,
// urdf/XML): links with their shapes and colours, and the joints between them.
// Mesh files are other formats, so the caller reads them. It opens no file, and
// must never know an asset or a signal. Start reading at Read.
//
// Frame of the files: metres, +Z up, x to the front; what comes out is in the
// frame of package scene, +Y up.
package urdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/markup"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on a file.
const (
	fileMax  = 64 << 20
	partsMax = 20_000 // links, joints, and shapes of links
	depthMax = 512    // of links that hang on each other
	slideMax = 10.0   // metres either way, of a slide without limits
)

// Options are what Read needs from outside.
type Options struct {
	// Mesh reads a file that a link's shape refers to ("package://…/arm.stl"),
	// in the file's own frame and unit; nil: none can be had.
	Mesh func(uri string) (*scene.Scene, error)
}

// Note is one thing that was not understood.
type Note struct {
	Place string // "link arm"
	Why   string
}

// Read reads a robot; name is for messages. Joints keep the order of the file.
func Read(ctx context.Context, name string, data []byte, opt Options) (*scene.Scene, []Note, error) {
	r := &robot{mesh: opt.Mesh, out: &scene.Scene{}, links: map[string]*etree.Element{}, colors: map[string]scene.MaterialID{}, ids: map[string]scene.JointID{}}
	if err := r.read(ctx, data); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := r.out.Check(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return r.out, r.notes, nil
}

type robot struct {
	mesh   func(string) (*scene.Scene, error)
	out    *scene.Scene
	notes  []Note
	links  map[string]*etree.Element
	below  map[string][]*etree.Element // joints by their parent link
	ids    map[string]scene.JointID
	colors map[string]scene.MaterialID
	shapes int
}

func (r *robot) note(place, why string, args ...any) {
	if len(r.notes) < 500 {
		r.notes = append(r.notes, Note{place, fmt.Sprintf(why, args...)})
	}
}

func (r *robot) read(ctx context.Context, data []byte) error {
	if len(data) > fileMax {
		return fmt.Errorf("larger than %d MB; split it", fileMax>>20)
	}
	x, err := markup.Read(ctx, data, markup.Limits{Depth: 64, Elements: 20 * partsMax})
	if err != nil {
		return err
	}
	root := x.Root()
	if root == nil || root.Tag != "robot" {
		return errors.New("no <robot> element at the root; give a URDF file, with xacro already expanded")
	}
	if bytes.Contains(data, []byte("<xacro:")) {
		r.note("robot", "it holds xacro macros, which are not expanded; run xacro on it first")
	}
	joints, children, err := r.gather(root)
	if err != nil {
		return err
	}
	var roots []string
	for _, l := range root.SelectElements("link") {
		if name := l.SelectAttrValue("name", ""); !children[name] {
			roots = append(roots, name)
		}
	}
	if len(roots) == 0 {
		return errors.New("every link hangs on another one: the joints run in a circle; remove one")
	}
	for _, j := range joints { // in the file's order, so that mimics can name later ones
		joint := r.joint(j)
		if joint.Kind != scene.Fixed || joint.Mimic.Ratio != 0 {
			r.ids[j.SelectAttrValue("name", "")] = r.out.AddJoint(joint)
		}
	}
	for _, j := range joints {
		r.tie(j)
	}
	top := r.out.AddNode(scene.Node{Name: root.SelectAttrValue("name", "robot"), Parent: scene.None, Local: geom.ZUp(), Mesh: scene.None, Joint: scene.None})
	for _, name := range roots {
		if err := r.link(ctx, name, top, geom.Identity(), scene.None, 0); err != nil {
			return err
		}
	}
	return nil
}

// gather finds links and joints by name.
func (r *robot) gather(root *etree.Element) (joints []*etree.Element, children map[string]bool, err error) {
	for _, m := range root.SelectElements("material") {
		r.color(m)
	}
	for _, l := range root.SelectElements("link") {
		name := l.SelectAttrValue("name", "")
		if name == "" || r.links[name] != nil {
			return nil, nil, fmt.Errorf("link %q: it has no name, or one that stands twice; give it another", name)
		}
		r.links[name] = l
	}
	if len(r.links) == 0 || len(r.links) > partsMax {
		return nil, nil, fmt.Errorf("%d links; 1 to %d are read", len(r.links), partsMax)
	}
	r.below, children = map[string][]*etree.Element{}, map[string]bool{}
	names := map[string]bool{}
	for _, j := range root.SelectElements("joint") {
		name := j.SelectAttrValue("name", "")
		parent, child := linkOf(j, "parent"), linkOf(j, "child")
		switch {
		case names[name]:
			return nil, nil, fmt.Errorf("joint %q stands twice; give it another name", name)
		case r.links[parent] == nil || r.links[child] == nil:
			return nil, nil, fmt.Errorf("joint %q: it ties link %q to link %q, of which one is not there; add it", name, parent, child)
		case children[child]:
			return nil, nil, fmt.Errorf("joint %q: link %q hangs on another one already; a link has one parent", name, child)
		}
		names[name], children[child] = true, true
		r.below[parent] = append(r.below[parent], j)
		joints = append(joints, j)
	}
	return joints, children, nil
}

func linkOf(j *etree.Element, end string) string {
	if e := j.SelectElement(end); e != nil {
		return e.SelectAttrValue("link", "")
	}
	return ""
}

// link adds a link, placed by the origin of its joint, and what hangs on it.
func (r *robot) link(ctx context.Context, name string, parent scene.NodeID, local geom.Mat4, joint scene.JointID, depth int) error {
	if depth > depthMax {
		return fmt.Errorf("link %q: links hang on each other deeper than %d", name, depthMax)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	id := r.out.AddNode(scene.Node{Name: name, Parent: parent, Local: local, Mesh: scene.None, Joint: joint, Part: name})
	for _, v := range r.links[name].SelectElements("visual") {
		if r.shapes++; r.shapes > partsMax {
			return fmt.Errorf("link %q: more than %d shapes; split the machine", name, partsMax)
		}
		r.visual(name, v, id)
	}
	for _, j := range r.below[name] {
		at := scene.JointID(scene.None)
		if joint, ok := r.ids[j.SelectAttrValue("name", "")]; ok {
			at = joint
		}
		if err := r.link(ctx, linkOf(j, "child"), id, origin(j), at, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// joint reads a joint; one that only holds is fixed.
func (r *robot) joint(e *etree.Element) scene.Joint {
	j := scene.Joint{Name: e.SelectAttrValue("name", ""), Axis: geom.Vec3{1, 0, 0}}
	if a := e.SelectElement("axis"); a != nil {
		if v := triple(a.SelectAttrValue("xyz", "")); v.Len() > 1e-9 {
			j.Axis = v.Normalize()
		}
	}
	limit := e.SelectElement("limit")
	bound := func(key string, otherwise float64) float64 {
		if limit == nil {
			return otherwise
		}
		return value(limit.SelectAttrValue(key, ""), otherwise)
	}
	switch kind := e.SelectAttrValue("type", ""); kind {
	case "revolute":
		j.Kind, j.Min, j.Max = scene.Revolute, bound("lower", 0), bound("upper", 0)
		if limit == nil {
			j.Kind = scene.Continuous
			r.note("joint "+j.Name, "a revolute joint without limits; it turns for ever")
		}
	case "continuous":
		j.Kind = scene.Continuous
	case "prismatic":
		j.Kind, j.Min, j.Max = scene.Prismatic, bound("lower", -slideMax), bound("upper", slideMax)
	case "fixed":
		return j
	default:
		r.note("joint "+j.Name, "a %s joint is held fixed", kind)
		return j
	}
	j.Min, j.Max = min(j.Min, j.Max), max(j.Min, j.Max)
	j.SpeedMax = math.Max(0, bound("velocity", 0))
	return j
}

// tie makes a joint follow another one.
func (r *robot) tie(e *etree.Element) {
	m := e.SelectElement("mimic")
	id, moves := r.ids[e.SelectAttrValue("name", "")]
	if m == nil || !moves {
		return
	}
	of, ok := r.ids[m.SelectAttrValue("joint", "")]
	if !ok || of == id {
		r.note("joint "+e.SelectAttrValue("name", ""), "it follows joint %q, which does not move; it is left alone", m.SelectAttrValue("joint", ""))
		return
	}
	r.out.Joints[id].Mimic = scene.Mimic{Of: of, Ratio: value(m.SelectAttrValue("multiplier", ""), 1), Shift: value(m.SelectAttrValue("offset", ""), 0)}
}

// visual adds one shape of a link.
func (r *robot) visual(link string, v *etree.Element, parent scene.NodeID) {
	geometry := v.SelectElement("geometry")
	if geometry == nil || len(geometry.ChildElements()) == 0 {
		r.note("link "+link, "a shape without a geometry is left out")
		return
	}
	material := scene.MaterialID(scene.None)
	if m := v.SelectElement("material"); m != nil {
		material = r.color(m)
	}
	local := origin(v)
	shape := geometry.ChildElements()[0]
	if shape.Tag == "mesh" {
		r.meshFile(link, shape, local, parent, material)
		return
	}
	if material == scene.None {
		material = r.out.AddMaterial(scene.Material{Name: "plain", BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6})
	}
	var p scene.Primitive
	switch shape.Tag {
	case "box":
		s := triple(shape.SelectAttrValue("size", ""))
		p = box(s)
	case "cylinder":
		p = cylinder(value(shape.SelectAttrValue("radius", ""), 0), value(shape.SelectAttrValue("length", ""), 0))
	case "sphere":
		p = sphere(value(shape.SelectAttrValue("radius", ""), 0))
	default:
		r.note("link "+link, "a %s is not drawn", shape.Tag)
		return
	}
	p.Material = material
	mesh := r.out.AddMesh(scene.Mesh{Name: link, Primitives: []scene.Primitive{p}})
	r.out.AddNode(scene.Node{Name: link + " " + shape.Tag, Parent: parent, Local: local, Mesh: mesh, Joint: scene.None})
}

func (r *robot) meshFile(link string, shape *etree.Element, local geom.Mat4, parent scene.NodeID, material scene.MaterialID) {
	uri := shape.SelectAttrValue("filename", "")
	if r.mesh == nil {
		r.note("link "+link, "%s is not at hand; give it beside the file", uri)
		return
	}
	sc, err := r.mesh(uri)
	if err != nil {
		r.note("link "+link, "%s: %v", uri, err)
		return
	}
	scale := geom.Vec3{1, 1, 1}
	if s := shape.SelectAttrValue("scale", ""); s != "" {
		scale = triple(s)
	}
	at := r.out.AddNode(scene.Node{Name: link + " mesh", Parent: parent, Mesh: scene.None, Joint: scene.None, Local: local.Mul4(mgl64.Scale3D(scale[0], scale[1], scale[2]))})
	first := len(r.out.Meshes)
	r.out.Append(sc, at)
	if material != scene.None { // the link's colour goes before that of the file
		for i := first; i < len(r.out.Meshes); i++ {
			for k := range r.out.Meshes[i].Primitives {
				r.out.Meshes[i].Primitives[k].Material = material
			}
		}
	}
}

// color reads a material, or finds one of its name.
func (r *robot) color(m *etree.Element) scene.MaterialID {
	name := m.SelectAttrValue("name", "")
	c := m.SelectElement("color")
	if c == nil {
		if id, ok := r.colors[name]; ok {
			return id
		}
		return scene.None
	}
	v := strings.Fields(c.SelectAttrValue("rgba", ""))
	out := scene.Material{Name: name, BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6}
	for i := range min(4, len(v)) {
		share := math.Max(0, math.Min(1, value(v[i], 1)))
		if i < 3 { // a display colour
			share = math.Pow(share, 2.2)
		}
		out.BaseColor[i] = float32(share)
	}
	if out.BaseColor[3] < 1 {
		out.Alpha = scene.Blend
	}
	id := r.out.AddMaterial(out)
	if name != "" {
		r.colors[name] = id
	}
	return id
}

// origin is the pose of a joint or shape: roll, pitch, yaw about fixed axes.
func origin(e *etree.Element) geom.Mat4 {
	o := e.SelectElement("origin")
	if o == nil {
		return geom.Identity()
	}
	at, turn := triple(o.SelectAttrValue("xyz", "")), triple(o.SelectAttrValue("rpy", ""))
	return mgl64.Translate3D(at[0], at[1], at[2]).Mul4(mgl64.HomogRotate3DZ(turn[2])).Mul4(mgl64.HomogRotate3DY(turn[1])).Mul4(mgl64.HomogRotate3DX(turn[0]))
}

func triple(text string) geom.Vec3 {
	var out geom.Vec3
	for i, f := range strings.Fields(text) {
		if i < 3 {
			out[i] = value(f, 0)
		}
	}
	return out
}

func value(text string, otherwise float64) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e6 {
		return otherwise
	}
	return v
}
