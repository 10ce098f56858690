package scene

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// AddNode appends n and returns its id. The parent must have been added before.
func (s *Scene) AddNode(n Node) NodeID {
	s.Nodes = append(s.Nodes, n)
	return NodeID(len(s.Nodes) - 1)
}

// AddMesh appends m and returns its id.
func (s *Scene) AddMesh(m Mesh) MeshID {
	s.Meshes = append(s.Meshes, m)
	return MeshID(len(s.Meshes) - 1)
}

// AddMaterial returns the id of an equal material, adding m when there is none.
func (s *Scene) AddMaterial(m Material) MaterialID {
	for i, have := range s.Materials {
		if have == m {
			return MaterialID(i)
		}
	}
	s.Materials = append(s.Materials, m)
	return MaterialID(len(s.Materials) - 1)
}

// AddJoint appends j and returns its id.
func (s *Scene) AddJoint(j Joint) JointID {
	s.Joints = append(s.Joints, j)
	return JointID(len(s.Joints) - 1)
}

// Position is the joint's position for a value of its signal, held within its
// limits; NaN counts as rest.
func (j Joint) Position(signal float64) float64 {
	if math.IsNaN(signal) {
		signal = 0
	}
	scale := j.Scale
	if scale == 0 {
		scale = 1
	}
	q := j.Offset + scale*signal
	if j.Kind == Continuous {
		return q
	}
	return math.Max(j.Min, math.Min(j.Max, q))
}

// Motion is the transform of a joint at position q (rad or m).
func (j Joint) Motion(q float64) geom.Mat4 {
	if j.Belt() {
		return geom.Identity()
	}
	switch j.Kind {
	case Revolute, Continuous:
		to := mgl64.Translate3D(j.Origin[0], j.Origin[1], j.Origin[2])
		back := mgl64.Translate3D(-j.Origin[0], -j.Origin[1], -j.Origin[2])
		return to.Mul4(mgl64.HomogRotate3D(q, j.Axis)).Mul4(back)
	case Prismatic:
		d := j.Axis.Mul(q)
		return mgl64.Translate3D(d[0], d[1], d[2])
	default:
		return geom.Identity()
	}
}

// World fills into with the world transform of every node, given the position
// of every joint (missing ones are at rest), and returns it. Handing the same
// slice in again makes the call free of allocation.
func (s *Scene) World(joints []float64, into []geom.Mat4) []geom.Mat4 {
	into = into[:0]
	for _, n := range s.Nodes {
		m := n.Local
		if n.Joint != None && int(n.Joint) < len(joints) {
			m = m.Mul4(s.Joints[n.Joint].Motion(joints[n.Joint]))
		}
		if n.Parent != None {
			m = into[n.Parent].Mul4(m)
		}
		into = append(into, m)
	}
	return into
}

// Entities returns, for every node, the entity that it depicts: its own or the
// nearest ancestor's.
func (s *Scene) Entities() []string {
	out := make([]string, len(s.Nodes))
	for i, n := range s.Nodes {
		out[i] = n.Entity
		if n.Entity == "" && n.Parent != None {
			out[i] = out[n.Parent]
		}
	}
	return out
}

// Parts returns, for every node, the component that it belongs to within its
// entity: its own or the nearest ancestor's of the same entity.
func (s *Scene) Parts() []string {
	out := make([]string, len(s.Nodes))
	for i, n := range s.Nodes {
		out[i] = n.Part
		if n.Part == "" && n.Entity == "" && n.Parent != None {
			out[i] = out[n.Parent]
		}
	}
	return out
}

// Box is the box of a mesh in its own frame.
func (m Mesh) Box() geom.Box {
	b := geom.EmptyBox()
	for _, p := range m.Primitives {
		for i := 0; i+2 < len(p.Positions); i += 3 {
			b = b.Add(geom.Vec3{float64(p.Positions[i]), float64(p.Positions[i+1]), float64(p.Positions[i+2])})
		}
	}
	return b
}

// Triangles counts the triangles that drawing the scene takes, instances
// included and hidden nodes left out.
func (s *Scene) Triangles() int {
	total := 0
	for _, n := range s.Nodes {
		if n.Mesh == None || n.Hidden {
			continue
		}
		for _, p := range s.Meshes[n.Mesh].Primitives {
			total += len(p.Indices) / 3
		}
	}
	return total
}

// Append copies other under parent (None: as roots) and returns the ids that
// its nodes got, in order.
func (s *Scene) Append(other *Scene, parent NodeID) []NodeID {
	materials := make([]MaterialID, len(other.Materials))
	imageBase := ImageID(len(s.Images))
	s.Images = append(s.Images, other.Images...)
	for i, m := range other.Materials {
		for _, x := range m.Maps() {
			if x.Image != 0 {
				x.Image += imageBase
			}
		}
		materials[i] = s.AddMaterial(m)
	}
	s.shareVariants(other.Variants)
	meshBase, jointBase, nodeBase := len(s.Meshes), len(s.Joints), len(s.Nodes)
	for _, l := range other.Loops {
		l.A, l.B = l.A+NodeID(nodeBase), l.B+NodeID(nodeBase)
		l.Passive = slices.Clone(l.Passive)
		for i := range l.Passive {
			l.Passive[i] += JointID(jointBase)
		}
		s.Loops = append(s.Loops, l)
	}
	for _, m := range other.Meshes {
		prims := make([]Primitive, len(m.Primitives))
		for i, p := range m.Primitives {
			p.Material = materials[p.Material]
			p.Variants = s.chosen(p.Variants, other.Variants, materials)
			prims[i] = p
		}
		s.AddMesh(Mesh{Name: m.Name, Primitives: prims})
	}
	for _, j := range other.Joints {
		if j.Mimic.Ratio != 0 {
			j.Mimic.Of += JointID(jointBase)
		}
		s.Joints = append(s.Joints, j)
	}
	ids := make([]NodeID, len(other.Nodes))
	for i, n := range other.Nodes {
		if n.Mesh != None {
			n.Mesh += MeshID(meshBase)
		}
		if n.Joint != None {
			n.Joint += JointID(jointBase)
		}
		if n.Parent == None {
			n.Parent = parent
		} else {
			n.Parent += NodeID(nodeBase)
		}
		ids[i] = s.AddNode(n)
	}
	return ids
}

// Check returns the first broken law: an index out of range, a parent after
// its child, a number that is not finite, arrays of different length.
func (s *Scene) Check() error {
	for i, n := range s.Nodes {
		if n.Parent != None && (n.Parent < 0 || int(n.Parent) >= i) {
			return fmt.Errorf("node %d %q: parent %d does not stand before it", i, n.Name, n.Parent)
		}
		if n.Mesh != None && (n.Mesh < 0 || int(n.Mesh) >= len(s.Meshes)) {
			return fmt.Errorf("node %d %q: no mesh %d", i, n.Name, n.Mesh)
		}
		if n.Joint != None && (n.Joint < 0 || int(n.Joint) >= len(s.Joints)) {
			return fmt.Errorf("node %d %q: no joint %d", i, n.Name, n.Joint)
		}
		for _, v := range n.Local {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("node %d %q: its transform is not finite", i, n.Name)
			}
		}
	}
	for i, j := range s.Joints {
		if j.Mimic.Ratio != 0 && (j.Mimic.Of < 0 || int(j.Mimic.Of) >= len(s.Joints) || int(j.Mimic.Of) == i) {
			return fmt.Errorf("joint %d %q: follows joint %d, which is none or itself", i, j.Name, j.Mimic.Of)
		}
	}
	for i, l := range s.Loops {
		if l.A < 0 || int(l.A) >= len(s.Nodes) || l.B < 0 || int(l.B) >= len(s.Nodes) {
			return fmt.Errorf("loop %d %q: ties node %d to node %d of %d", i, l.Name, l.A, l.B, len(s.Nodes))
		}
		for _, j := range l.Passive {
			if j < 0 || int(j) >= len(s.Joints) {
				return fmt.Errorf("loop %d %q: no joint %d", i, l.Name, j)
			}
		}
	}
	for i, m := range s.Materials {
		for _, x := range m.Maps() {
			if x.Image < 0 || int(x.Image) > len(s.Images) {
				return fmt.Errorf("material %d %q: no image %d", i, m.Name, x.Image)
			}
		}
	}
	for i, m := range s.Meshes {
		for k, p := range m.Primitives {
			if err := s.checkPrimitive(p); err != nil {
				return fmt.Errorf("mesh %d %q primitive %d: %w", i, m.Name, k, err)
			}
		}
	}
	return nil
}

func (s *Scene) checkPrimitive(p Primitive) error {
	vertices := len(p.Positions) / 3
	switch {
	case len(p.Positions)%3 != 0 || len(p.Indices)%3 != 0:
		return fmt.Errorf("%d coordinates and %d indices are not multiples of three", len(p.Positions), len(p.Indices))
	case len(p.Normals) != len(p.Positions):
		return fmt.Errorf("%d normal coordinates for %d position coordinates", len(p.Normals), len(p.Positions))
	case len(p.UVs) != 0 && len(p.UVs) != 2*vertices:
		return fmt.Errorf("%d texture coordinates for %d vertices", len(p.UVs), vertices)
	case len(p.Tangents) != 0 && len(p.Tangents) != 4*vertices:
		return fmt.Errorf("%d tangent coordinates for %d vertices", len(p.Tangents), vertices)
	case len(p.UVs2) != 0 && len(p.UVs2) != 2*vertices:
		return fmt.Errorf("%d second texture coordinates for %d vertices", len(p.UVs2), vertices)
	case len(p.Colors) != 0 && len(p.Colors) != 4*vertices:
		return fmt.Errorf("%d numbers of colours for %d vertices", len(p.Colors), vertices)
	case len(p.Variants) != 0 && len(p.Variants) != len(s.Variants):
		return fmt.Errorf("materials for %d variants of %d", len(p.Variants), len(s.Variants))
	case p.Material < 0 || int(p.Material) >= len(s.Materials):
		return fmt.Errorf("no material %d", p.Material)
	}
	for _, id := range p.Variants {
		if id != None && (id < 0 || int(id) >= len(s.Materials)) {
			return fmt.Errorf("a variant has no material %d", id)
		}
	}
	for _, i := range p.Indices {
		if int(i) >= vertices {
			return fmt.Errorf("index %d, but only %d vertices", i, vertices)
		}
	}
	for _, v := range p.Positions {
		if v != v || v > math.MaxFloat32 || v < -math.MaxFloat32 {
			return fmt.Errorf("a position is not finite")
		}
	}
	return nil
}
