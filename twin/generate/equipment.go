package generate

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// fabric are the words in the types of a building's elements that are part of
// the building and never a thing in it.
var fabric = []string{
	"wall", "slab", "roof", "column", "beam", "member", "plate", "stair", "ramp", "railing", "curtain", "covering", "window", "footing", "pile",
	"opening", "site", "space", "geographic", "chimney", "assembly", "reinforcing", "tendon", "door",
}

// equip takes furniture and equipment out of a building model: what the
// catalogue knows becomes a thing of the site, with the shape that the model
// gives it. The rest stays part of the building.
func (g *generation) equip(f File, model *ifc.Model, b *Building) (assets []twin.Asset, shapes *scene.Scene) {
	gone := map[string]bool{}
	numbers := map[string]int{}
	kinds := map[int]string{}
	for _, t := range model.Types {
		kinds[t.ID] = t.Name
	}
	for _, e := range model.Elements {
		if is(e.Type, fabric...) || e.Box.Empty() || e.Within != 0 {
			continue
		}
		size := e.Box.Size()
		best, sure := g.classes.classOf("", size)
		for _, name := range []string{e.Name, e.ObjectType, e.Kind, kinds[e.TypeOf], trimIfc(e.Type)} {
			if c, s := g.classes.classOf(name, size); c != nil && s > sure {
				best, sure = c, s
			}
		}
		if best == nil {
			continue
		}
		entity := buildingEntity + e.Key()
		own := only(b.Scene, entity)
		if len(own.Nodes) == 0 {
			continue
		}
		pose, size := standing(own)
		a := guessedAsset(f.Name, fmt.Sprintf("#%d %s", e.ID, e.Type), best, e.Box, pose.Yaw, numbers)
		a.Pose, a.Size, a.Shape, a.Inferred = pose, size, f.Name, false
		if e.Tag != "" && len(e.Tag) <= 40 && !slices.ContainsFunc(assets, func(x twin.Asset) bool { return string(x.ID) == slug(e.Tag, "") }) {
			if id := slug(e.Tag, ""); id != "" && !numeric(id) {
				a.ID = twin.AssetID(id)
			}
		}
		if e.Name != "" {
			a.Name = e.Name
		}
		for i := range own.Nodes {
			own.Nodes[i].Entity = ""
		}
		shape := shapeOf(a, best, own, poseMatrix(pose).Inv())
		if shapes == nil {
			shapes = shape
		} else {
			shapes.Append(shape, scene.None)
		}
		gone[entity] = true
		assets = append(assets, a)
	}
	if len(gone) == 0 {
		return nil, nil
	}
	b.Scene = without(b.Scene, gone)
	b.Elements = slices.DeleteFunc(b.Elements, func(e Element) bool { return gone[e.Entity] })
	return assets, shapes
}

func trimIfc(kind string) string {
	if len(kind) > 3 && kind[:3] == "Ifc" {
		return kind[3:]
	}
	return kind
}

func numeric(s string) bool {
	return !slices.ContainsFunc([]rune(s), func(r rune) bool { return r < '0' || r > '9' })
}

// standing is where a thing stands, and its size in its own directions: those of
// the tightest rectangle around it seen from above, its longer side across.
func standing(sc *scene.Scene) (twin.Pose, geom.Vec3) {
	var points []geom.Vec3
	for i, world := range sc.World(nil, nil) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			for k := 0; k+2 < len(p.Positions); k += 3 {
				points = append(points, mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[k]), float64(p.Positions[k+1]), float64(p.Positions[k+2])}, world))
			}
		}
	}
	least := math.Inf(1)
	var pose twin.Pose
	var size geom.Vec3
	for deg := range 180 {
		yaw := float64(deg) * math.Pi / 180
		s, c := math.Sincos(yaw)
		box := geom.EmptyBox()
		for _, p := range points {
			box = box.Add(geom.Vec3{c*p[0] - s*p[2], p[1], s*p[0] + c*p[2]})
		}
		d := box.Size()
		if area := d[0] * d[2]; area < least-1e-6 && d[0] >= d[2]-1e-6 {
			mid := box.Center()
			least, size = area, d
			pose = twin.Pose{Position: geom.Vec3{round(c*mid[0] + s*mid[2]), round(box.Min[1]), round(-s*mid[0] + c*mid[2])}, Yaw: yaw}
		}
	}
	for k := range 3 {
		size[k] = round(max(size[k], 0.001))
	}
	return pose, size
}
