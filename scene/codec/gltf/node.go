package gltf

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on the tree.
const (
	depthMax     = 512
	instancesMax = 2_000_000
)

// nodeExtras are what of a node glTF has no word for.
type nodeExtras struct {
	Entity string `json:"entity,omitempty"`
	Part   string `json:"part,omitempty"`
	Hidden bool   `json:"hidden,omitempty"`
	// Frame marks a node that only takes a mesh from its grid to metres, or back
	// from the origin of a joint: what hangs below it belongs to its parent.
	Frame string       `json:"frame,omitempty"`
	Local *[16]float64 `json:"local,omitempty"` // of a node whose parts do not give it exactly
	Joint *jointExtras `json:"joint,omitempty"`
}

// Words of nodeExtras.Frame.
const (
	frameGrid      = "grid"
	framePivot     = "pivot"
	frameInstances = "instances" // each instance is a node of its own, below this one's parent
)

// jointExtras is a joint in radians and metres.
type jointExtras struct {
	ID       int         `json:"id"` // of the joint in the file, which mimics and loops name
	Name     string      `json:"name,omitempty"`
	Kind     string      `json:"kind"`
	Axis     [3]float64  `json:"axis"`
	Origin   *[3]float64 `json:"origin,omitempty"`
	Min      float64     `json:"min,omitempty"`
	Max      float64     `json:"max,omitempty"`
	SpeedMax float64     `json:"speedMax,omitempty"`
	Drive    string      `json:"drive,omitempty"`
	Scale    float64     `json:"scale,omitempty"`
	Offset   float64     `json:"offset,omitempty"`
	Mimic    *struct {
		Of    int     `json:"of"`
		Ratio float64 `json:"ratio"`
		Shift float64 `json:"shift,omitempty"`
	} `json:"mimic,omitempty"`
}

var kindNames = map[scene.JointKind]string{scene.Fixed: "fixed", scene.Revolute: "revolute", scene.Prismatic: "prismatic", scene.Continuous: "continuous"}

func kindOf(name string) scene.JointKind {
	for k, n := range kindNames {
		if n == name {
			return k
		}
	}
	return scene.Fixed
}

// tree draws the document's scene: its default one, else the first, else every
// node that has no parent.
func (r *reader) tree(ctx context.Context) error {
	var roots []int
	switch {
	case r.doc.Scene != nil && *r.doc.Scene >= 0 && *r.doc.Scene < len(r.doc.Scenes) && r.doc.Scenes[*r.doc.Scene] != nil:
		roots = r.doc.Scenes[*r.doc.Scene].Nodes
	case len(r.doc.Scenes) > 0 && r.doc.Scenes[0] != nil:
		roots = r.doc.Scenes[0].Nodes
	default:
		child := make([]bool, len(r.doc.Nodes))
		for _, n := range r.doc.Nodes {
			if n == nil {
				continue
			}
			for _, c := range n.Children {
				if c >= 0 && c < len(child) {
					child[c] = true
				}
			}
		}
		for i, is := range child {
			if !is {
				roots = append(roots, i)
			}
		}
	}
	r.nodes = make([]scene.NodeID, len(r.doc.Nodes))
	for i := range r.nodes {
		r.nodes[i] = scene.None
	}
	w := &walker{reader: r, ctx: ctx, joints: map[int]scene.JointID{}, mimics: map[scene.JointID]int{}}
	w.gather()
	for _, n := range roots {
		if err := w.node(n, scene.None, geom.Identity(), 0); err != nil {
			return err
		}
	}
	w.tie()
	r.loops(w.joints)
	r.animations()
	for i, s := range r.doc.Skins {
		if s != nil {
			r.note(fmt.Sprintf("skin %d", i), "it is drawn in the pose of its mesh")
		}
	}
	if len(r.doc.Cameras) > 0 {
		r.note("cameras", "they are left out")
	}
	return nil
}

// walker draws nodes from the top down.
type walker struct {
	*reader
	ctx    context.Context
	joints map[int]scene.JointID // by the id that the file gives them
	mimics map[scene.JointID]int // the file's id of the one that is followed
}

// gather adds the joints that stand in extras, in the order of their ids.
func (w *walker) gather() {
	var list []*jointExtras
	for _, n := range w.doc.Nodes {
		var own nodeExtras
		if n != nil && extras(n.Extras, &own) && own.Joint != nil {
			list = append(list, own.Joint)
		}
	}
	slices.SortStableFunc(list, func(a, b *jointExtras) int { return a.ID - b.ID })
	for _, j := range list {
		w.joint(j)
	}
}

// node adds a node below parent. above is what frames between them turn.
func (w *walker) node(i int, parent scene.NodeID, above geom.Mat4, depth int) error {
	r := w.reader
	switch {
	case i < 0 || i >= len(r.doc.Nodes) || r.doc.Nodes[i] == nil:
		return fmt.Errorf("no node %d", i)
	case depth > depthMax:
		return fmt.Errorf("node %d: nodes nest deeper than %d; is there a cycle?", i, depthMax)
	case len(r.out.Nodes) >= instancesMax:
		return fmt.Errorf("node %d: more than %d nodes; split the file", i, instancesMax)
	}
	if len(r.out.Nodes)&0x3ff == 0 && w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	n := r.doc.Nodes[i]
	var own nodeExtras
	extras(n.Extras, &own)
	local := localOf(n)
	if own.Frame == framePivot || own.Frame == frameGrid && parent != scene.None {
		return w.frame(i, n, own.Frame, parent, above.Mul4(local), depth)
	}
	if _, many := n.Extensions[extInstancing]; many && own.Frame == frameInstances && parent != scene.None {
		if err := w.draw(n, parent, above.Mul4(local), own.Part); err != nil {
			return fmt.Errorf("node %d %q: %w", i, n.Name, err)
		}
		return nil
	}
	if own.Local != nil {
		local = geom.Mat4(*own.Local)
	}
	out := scene.Node{Name: n.Name, Parent: parent, Local: above.Mul4(local), Mesh: scene.None, Joint: scene.None, Entity: own.Entity, Part: own.Part, Hidden: own.Hidden}
	if own.Joint != nil {
		out.Joint = w.joint(own.Joint)
	}
	id := r.out.AddNode(out)
	if r.nodes[i] == scene.None {
		r.nodes[i] = id
	} else {
		r.note(fmt.Sprintf("node %d", i), "it hangs below two others")
	}
	if err := w.draw(n, id, geom.Identity(), ""); err != nil {
		return fmt.Errorf("node %d %q: %w", i, n.Name, err)
	}
	for _, c := range n.Children {
		if err := w.node(c, id, geom.Identity(), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// frame passes over a node that is only a frame: a pivot's children belong to
// the node above it, and its mesh, on a grid, hangs below that.
func (w *walker) frame(i int, n *gltf.Node, kind string, parent scene.NodeID, local geom.Mat4, depth int) error {
	if kind == framePivot && n.Mesh != nil && w.out.Nodes[parent].Mesh == scene.None {
		id, err := w.mesh(*n.Mesh)
		if err != nil {
			return fmt.Errorf("node %d %q: %w", i, n.Name, err)
		}
		w.out.Nodes[parent].Mesh = id
	} else if n.Mesh != nil {
		id, err := w.mesh(*n.Mesh)
		if err != nil {
			return fmt.Errorf("node %d %q: %w", i, n.Name, err)
		}
		if kind == framePivot {
			local = geom.Identity()
		}
		w.out.AddNode(scene.Node{Name: n.Name, Parent: parent, Local: local, Mesh: id, Joint: scene.None})
	}
	for _, c := range n.Children {
		above := local
		if kind == framePivot { // it takes back what the joint's node was moved by
			above = geom.Identity()
		}
		if err := w.node(c, parent, above, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// draw adds the mesh of a node: to the node itself, or as often as it is instanced
// below it, within a frame and as a part of its entity.
func (w *walker) draw(n *gltf.Node, id scene.NodeID, within geom.Mat4, part string) error {
	if n.Mesh == nil {
		return nil
	}
	mesh, err := w.mesh(*n.Mesh)
	if err != nil || mesh == scene.None {
		return err
	}
	var instances instancing
	if !extension(n.Extensions, extInstancing, &instances) {
		w.out.Nodes[id].Mesh = mesh
		return nil
	}
	read := func(name string, n int) ([]float32, error) {
		i, ok := instances.Attributes[name]
		if !ok {
			return nil, nil
		}
		v, have, err := w.numbers(i)
		return v, orWrongIf(err, have != n, "instances: %s of %d numbers", name, have)
	}
	moves, err := read("TRANSLATION", 3)
	if err != nil {
		return err
	}
	turns, err := read("ROTATION", 4)
	if err != nil {
		return err
	}
	scales, err := read("SCALE", 3)
	if err != nil {
		return err
	}
	count := max(len(moves)/3, len(turns)/4, len(scales)/3)
	if len(w.out.Nodes)+count > instancesMax {
		return fmt.Errorf("more than %d instances; split the file", instancesMax)
	}
	for i := range count {
		t, q, s := [3]float64{}, [4]float64{0, 0, 0, 1}, [3]float64{1, 1, 1}
		takeInto(moves, i, t[:])
		takeInto(turns, i, q[:])
		takeInto(scales, i, s[:])
		w.out.AddNode(scene.Node{Name: n.Name, Parent: id, Local: within.Mul4(compose(t, q, s)), Mesh: mesh, Joint: scene.None, Part: part})
	}
	return nil
}

func orWrongIf(err error, wrong bool, why string, args ...any) error {
	if err == nil && wrong {
		return fmt.Errorf(why, args...)
	}
	return err
}

func takeInto(from []float32, i int, into []float64) {
	if (i+1)*len(into) <= len(from) {
		for k := range into {
			into[k] = float64(from[i*len(into)+k])
		}
	}
}

// localOf is a node's transform: a matrix, or its three parts.
func localOf(n *gltf.Node) geom.Mat4 {
	if m := n.MatrixOrDefault(); m != gltf.DefaultMatrix {
		return sane(geom.Mat4(m))
	}
	return sane(compose(n.TranslationOrDefault(), n.RotationOrDefault(), n.ScaleOrDefault()))
}

func compose(t [3]float64, q [4]float64, s [3]float64) geom.Mat4 {
	m := mgl64.Translate3D(t[0], t[1], t[2])
	if q != [4]float64{0, 0, 0, 1} {
		turn := mgl64.Quat{W: q[3], V: mgl64.Vec3{q[0], q[1], q[2]}}
		if l := turn.Len(); l > 1e-9 && !math.IsInf(l, 0) {
			m = m.Mul4(turn.Normalize().Mat4())
		}
	}
	if s != [3]float64{1, 1, 1} {
		m = m.Mul4(mgl64.Scale3D(s[0], s[1], s[2]))
	}
	return m
}

// sane is the identity for a matrix that no node can have.
func sane(m geom.Mat4) geom.Mat4 {
	for _, v := range m {
		if math.IsNaN(v) || math.Abs(v) > 1e15 {
			return geom.Identity()
		}
	}
	m[3], m[7], m[11], m[15] = 0, 0, 0, 1
	return m
}

// joint adds a joint that stands in a node's extras.
func (w *walker) joint(e *jointExtras) scene.JointID {
	if id, ok := w.joints[e.ID]; ok {
		return id
	}
	axis := geom.Vec3(e.Axis)
	if !(axis.Len() > 1e-9) || math.IsInf(axis.Len(), 0) {
		axis = geom.Vec3{0, 1, 0}
	}
	if math.Abs(axis.Len()-1) > 1e-9 {
		axis = axis.Normalize()
	}
	j := scene.Joint{Name: e.Name, Kind: kindOf(e.Kind), Axis: axis, Min: e.Min, Max: e.Max, SpeedMax: e.SpeedMax, Drive: e.Drive, Scale: e.Scale, Offset: e.Offset}
	if e.Origin != nil {
		j.Origin = geom.Vec3(*e.Origin)
	}
	id := w.out.AddJoint(j)
	w.joints[e.ID] = id
	if e.Mimic != nil {
		w.mimics[id] = e.Mimic.Of
		w.out.Joints[id].Mimic = scene.Mimic{Ratio: e.Mimic.Ratio, Shift: e.Mimic.Shift}
	}
	return id
}

// tie resolves which joint each mimic follows.
func (w *walker) tie() {
	for id, of := range w.mimics {
		to, ok := w.joints[of]
		if !ok || to == id {
			w.note("joint "+w.out.Joints[id].Name, "it follows joint %d, which is not in the file", of)
			w.out.Joints[id].Mimic = scene.Mimic{}
			continue
		}
		w.out.Joints[id].Mimic.Of = to
	}
}

// loopExtras is a closed chain, in the extras of the scene.
type loopExtras struct {
	Name     string     `json:"name,omitempty"`
	A, B     int        // nodes of the document
	AtA, AtB [3]float64 // metres
	Passive  []int      // joints, by the id of their extras
}

type sceneExtras struct {
	Loops []loopExtras `json:"loops,omitempty"`
}

func (r *reader) loops(joints map[int]scene.JointID) {
	for _, s := range r.doc.Scenes {
		if s == nil {
			continue
		}
		var own sceneExtras
		extras(s.Extras, &own)
		for _, l := range own.Loops {
			if l.A < 0 || l.A >= len(r.nodes) || l.B < 0 || l.B >= len(r.nodes) || r.nodes[l.A] == scene.None || r.nodes[l.B] == scene.None {
				r.note("loop "+l.Name, "it ties nodes that are not drawn")
				continue
			}
			out := scene.Loop{Name: l.Name, A: r.nodes[l.A], B: r.nodes[l.B], AtA: l.AtA, AtB: l.AtB}
			for _, p := range l.Passive {
				if id, ok := joints[p]; ok {
					out.Passive = append(out.Passive, id)
				}
			}
			r.out.Loops = append(r.out.Loops, out)
		}
	}
}
