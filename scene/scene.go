// Package scene holds the nouns of geometry: nodes, meshes, materials and
// joints, as flat slices that index each other. It must never know what a
// thing means (no asset, no signal): meaning lives in package twin, and the two
// are joined on a higher floor by Node.Entity and Joint.Drive, which are plain
// strings here. It opens no file and calls no GL. Start reading at Scene.
//
// Frame: metres, right-handed, +Y up; angles in radians; colours linear.
package scene

import "github.com/glasstwin/glasstwin/scene/geom"

// Scene is a tree of nodes with what they share. Slices only grow; an index
// once handed out stays valid. A Scene is not safe for concurrent change.
type Scene struct {
	Nodes     []Node // a parent stands before its children
	Meshes    []Mesh
	Materials []Material
	Joints    []Joint
	Loops     []Loop   // closed chains of joints
	Images    []Image  // textures of materials
	Variants  []string // names of other choices of materials, of which Choose takes one
}

// NodeID, MeshID, MaterialID and JointID index the slices of one Scene.
type (
	NodeID     int
	MeshID     int
	MaterialID int
	JointID    int
)

// None marks the absence of a parent, mesh or joint.
const None = -1

// Node places a mesh, or groups other nodes.
type Node struct {
	Name   string
	Parent NodeID    // None for a root
	Local  geom.Mat4 // relative to Parent, with every joint at rest
	Mesh   MeshID    // None for a group
	Joint  JointID   // None, or the joint that moves this node against its parent
	Entity string    // id of the thing that this node and its children depict; empty: that of the parent
	Part   string    // name of the component within its entity ("door", "compressor"); empty: that of the parent
	Hidden bool      // present for picking and measuring only, as the volume of a room
}

// Mesh is a set of triangle lists, one for each material. Nodes that share a
// mesh are drawn as instances.
type Mesh struct {
	Name       string
	Primitives []Primitive
}

// Primitive is an indexed triangle list, counter-clockwise seen from outside.
type Primitive struct {
	Positions []float32 // x, y, z, metres
	Normals   []float32 // x, y, z, unit length; same count as Positions
	UVs       []float32 // u, v in metres along the surface, or as the images of its material lie; empty or two for each position
	UVs2      []float32 // a second set; empty or two for each position
	Tangents  []float32 // x, y, z, handedness; empty, or four for each position
	Colors    []float32 // linear red, green, blue and coverage, times those of the material; empty, or four for each position
	Indices   []uint32
	Material  MaterialID
	Variants  []MaterialID // in place of Material, for each of the scene's variants; None: Material stays; empty: it always does
}

// JointKind is the kind of motion that a joint allows.
type JointKind uint8

const (
	Fixed JointKind = iota
	Revolute
	Prismatic
	Continuous
)

// Belt tells whether j is a surface that runs along Axis while its node stays
// where it is: only the Belt pattern of the node's material moves.
func (j Joint) Belt() bool { return j.Kind == Continuous && j.Max > j.Min }

// Joint moves a node against its parent, about or along Axis through Origin,
// both in the frame of the node at rest.
type Joint struct {
	Name     string
	Kind     JointKind
	Axis     geom.Vec3 // unit length
	Origin   geom.Vec3 // metres
	Min, Max float64   // radians, or metres when prismatic; continuous: equal for a shaft, 0 and its length in metres for a belt
	SpeedMax float64   // rad/s or m/s; 0: not stated
	Drive    string    // id of the signal that drives it; empty: nothing does
	Scale    float64   // joint position (or speed, when continuous) for one unit of the signal; 0 means 1
	Offset   float64   // joint position when the signal is zero
	Mimic    Mimic     // ties this joint to another
}

// Mimic makes a joint follow another: its position is Ratio times the other's
// plus Shift, whatever its own signal says. A zero Ratio follows nothing.
type Mimic struct {
	Of    JointID
	Ratio float64
	Shift float64 // rad or m
}

// Loop closes a chain of joints, as in a four-bar hinge: a point of node A and
// a point of node B stay together. The joints named in Passive are moved to
// make it so; all others keep what drives them.
type Loop struct {
	Name     string
	A, B     NodeID
	AtA, AtB geom.Vec3 // metres, in the frames of A and B
	Passive  []JointID
}
