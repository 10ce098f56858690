package layout

import (
	"fmt"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// hall is a shop of 30 by 20 m with a door in its south wall, a till, gondolas in
// rows and a freezer that needs electricity.
func hall() *twin.Site {
	s := &twin.Site{ID: "hall", Zones: []twin.Zone{{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {30, 0}, {30, -20}, {0, -20}}, Height: 4}}}
	s.Assets = []twin.Asset{
		{ID: "door-1", Class: "door", Name: "Entrance", Size: geom.Vec3{2, 2.4, 0.2}, Pose: at(15, 0.1, 0)},
		{ID: "till-1", Class: "till", Name: "Till 1", Size: geom.Vec3{2, 1, 1}, Pose: at(15, -3, 0)},
		{ID: "freezer-1", Class: "freezer", Name: "Freezer 1", Size: geom.Vec3{1.6, 2, 0.8}, Pose: at(5, -19.6, 0)},
	}
	for i := range 4 {
		for k := range 3 {
			s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("gondola-%d", 3*i+k+1)), Class: "gondola", Name: fmt.Sprintf("Gondola %d", 3*i+k+1),
				Size: geom.Vec3{2, 1.6, 0.9}, Pose: at(8+4*float64(i), -7-2*float64(k), 90)})
		}
	}
	return s
}

func at(x, z, degrees float64) twin.Pose {
	return twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: straight(degrees / 180 * 3.141592653589793)}
}

func hallFacts(a twin.Asset) Facts {
	f := Facts{Stands: true}
	half := a.Size.Mul(0.5)
	switch a.Class {
	case "door":
		return Facts{Door: true, Fixed: true}
	case "till":
		f.Till = true
	case "gondola":
		f.Front, f.Behind = true, true
		f.Boards = []Board{{Lo: geom.Vec3{-half[0], 0.2, 0}, Hi: geom.Vec3{half[0], 0.5, half[2]}}, {Lo: geom.Vec3{-half[0], a.Size[1] - 0.4, 0}, Hi: geom.Vec3{half[0], a.Size[1], half[2]}}}
	case "freezer":
		f.Front = true
		f.Swings = []Space{{Lo: geom.Vec3{-half[0], 0.2, half[2]}, Hi: geom.Vec3{half[0], 1.8, half[2] + 0.7}}}
		f.Ports = []Port{{"electricity", geom.Vec3{0, 0.2, -half[2]}}, {"drain", geom.Vec3{0, 0.2, -half[2]}}}
	case "rack":
		f.Keeps = []Space{{Lo: geom.Vec3{-half[0], 0, half[2]}, Hi: geom.Vec3{half[0], 2, half[2] + 1}, Why: "room to work"}}
	}
	return f
}

// warehouse is a store of so many gondolas, for benchmarks.
func warehouse(n int) *twin.Site {
	s := hall()
	s.Assets = s.Assets[:2]
	rows := 10
	columns := (n + rows - 1) / rows
	s.Zones[0].Outline = []geom.Vec2{{0, 0}, {float64(columns)*2.4 + 10, 0}, {float64(columns)*2.4 + 10, -40}, {0, -40}}
	for i := range n {
		s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("gondola-%d", i+1)), Class: "gondola", Size: geom.Vec3{2, 1.6, 0.9},
			Pose: at(5+2.4*float64(i/rows), -8-2.02*float64(i%rows), 90)})
	}
	return s
}
