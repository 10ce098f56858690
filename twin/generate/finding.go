package generate

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/handover"
)

// finding is what one source tells, in a frame of its own until register has
// moved it.
type finding struct {
	source   string // File.Name
	kind     string
	building *Building                         // nil when it tells none
	assets   []twin.Asset                      // poses in the frame of this finding
	shapes   *scene.Scene                      // of assets that bring their own; each below a root that carries the asset's id
	told     map[twin.AssetID]handover.Signals // of assets whose signals it tells
	settled  bool                              // its frame is the site's by convention
}

// rank orders sources by whom to believe when two tell the same thing: who
// draws knows sizes, who scans knows what was really built but not exactly.
var rank = map[string]int{
	KindIFC: 0, KindPlanogram: 1, KindDevices: 1, KindShelves: 2, KindDrawing: 3, KindAML: 4, KindModel: 5, KindScan: 6,
}

// Conflict is a thing on which two sources differ.
type Conflict struct {
	What        string // "door 3 (width)"
	Kept, Other Claim
}

// Claim is what one source says of a thing.
type Claim struct {
	Source string
	Entity string
	Value  string
}

// String is one line for a person.
func (c Conflict) String() string {
	return fmt.Sprintf("%s: %s says %s (%s), %s says %s (%s); the former is kept", c.What, c.Kept.Source, c.Kept.Value, c.Kept.Entity, c.Other.Source, c.Other.Value, c.Other.Entity)
}

// motion is a turn about +Y and then a move: how registered frames differ.
type motion struct {
	yaw  float64 // radians
	move geom.Vec3
}

func (m motion) matrix() geom.Mat4 {
	return mgl64.Translate3D(m.move[0], m.move[1], m.move[2]).Mul4(mgl64.HomogRotate3DY(m.yaw))
}

func (m motion) point(p geom.Vec3) geom.Vec3 { return mgl64.TransformCoordinate(p, m.matrix()) }

// plan moves a point seen from above: x and z.
func (m motion) plan(p geom.Vec2) geom.Vec2 {
	q := m.point(geom.Vec3{p[0], 0, p[1]})
	return geom.Vec2{q[0], q[2]}
}

// apply moves all that a finding tells.
func (f *finding) apply(m motion) {
	if m == (motion{}) {
		return
	}
	if f.building != nil {
		f.building.apply(m)
	}
	for i := range f.assets {
		p := &f.assets[i].Pose
		p.Position, p.Yaw = m.point(p.Position), math.Remainder(p.Yaw+m.yaw, 2*math.Pi)
	}
}

func (b *Building) apply(m motion) {
	matrix := m.matrix()
	for i := range b.Scene.Nodes {
		if n := &b.Scene.Nodes[i]; n.Parent < 0 {
			n.Local = matrix.Mul4(n.Local)
		}
	}
	b.measure()
	for i := range b.Elements {
		out := &b.Elements[i].Out
		*out = matrix.Mul4x1(out.Vec4(0)).Vec3()
	}
	if b.Scan != nil {
		for i := 0; i+2 < len(b.Scan.Positions); i += 3 {
			p := m.point(geom.Vec3{float64(b.Scan.Positions[i]), float64(b.Scan.Positions[i+1]), float64(b.Scan.Positions[i+2])})
			b.Scan.Positions[i], b.Scan.Positions[i+1], b.Scan.Positions[i+2] = float32(p[0]), float32(p[1]), float32(p[2])
		}
	}
	for i := range b.Spaces {
		s := &b.Spaces[i]
		for k, p := range s.Outline {
			s.Outline[k] = m.plan(p)
		}
		s.FloorY += m.move[1]
	}
	if l := b.Location; l != nil {
		turned := *l
		turned.North = math.Remainder(l.North+m.yaw*180/math.Pi, 360)
		b.Location = &turned
	}
}

// measure sets the boxes of the elements anew: that of a turned box would be
// too large.
func (b *Building) measure() {
	boxes := map[string]geom.Box{}
	entities := b.Scene.Entities()
	for i, world := range b.Scene.World(nil, nil) {
		n := b.Scene.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		box, ok := boxes[entities[i]]
		if !ok {
			box = geom.EmptyBox()
		}
		for _, p := range b.Scene.Meshes[n.Mesh].Primitives {
			for k := 0; k+2 < len(p.Positions); k += 3 {
				box = box.Add(mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[k]), float64(p.Positions[k+1]), float64(p.Positions[k+2])}, world))
			}
		}
		boxes[entities[i]] = box
	}
	for i, e := range b.Elements {
		if box, ok := boxes[e.Entity]; ok {
			b.Elements[i].Box = box
		}
	}
}
