package generate

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Scene draws a site: its building, or a plain shell around its rooms when
// there is none, and everything that stands in it. Nodes carry the ids of
// assets as Entity, joints those of signals as Drive.
func Scene(ctx context.Context, site *twin.Site, building *Building, cat *catalogue.Catalogue) (*scene.Scene, Index, error) {
	sc := &scene.Scene{}
	shaped := map[string]bool{}
	if building != nil && building.Scene != nil {
		sc.Append(building.Scene, scene.None)
		shaped = standUp(sc, site.Assets)
	}
	if building == nil || len(building.Elements) == 0 {
		building = shell(site, cat)
		sc.Append(building.Scene, scene.None)
	}
	index := building.index()
	index.Floor = mainFloor(site.Zones, index.Bounds)
	builder := catalogue.NewBuilder(cat, sc)
	for _, a := range site.Assets {
		if err := ctx.Err(); err != nil {
			return nil, Index{}, err
		}
		if shaped[string(a.ID)] {
			continue
		}
		if err := builder.Place(a); err != nil {
			return nil, Index{}, fmt.Errorf("draw site %q: %w", site.Name, err)
		}
	}
	if err := sc.Check(); err != nil {
		return nil, Index{}, fmt.Errorf("draw site %q: %w", site.Name, err)
	}
	index.Bounds = bounds(sc)
	return sc, index, nil
}

// standUp puts the shapes that assets bring to where the assets stand, and tells
// which have one.
func standUp(sc *scene.Scene, assets []twin.Asset) map[string]bool {
	pose := map[string]twin.Pose{}
	for _, a := range assets {
		if a.Shape != "" {
			pose[string(a.ID)] = a.Pose
		}
	}
	out := map[string]bool{}
	for i := range sc.Nodes {
		n := &sc.Nodes[i]
		if p, ok := pose[n.Entity]; ok && n.Parent == scene.None {
			n.Local = poseMatrix(p)
			out[n.Entity] = true
		}
	}
	return out
}

// mainShare is the part of all rooms that one must have to be the
// room that a site is about: a sales floor is, a living room is not.
const mainShare = 0.6

// mainFloor is the box of the room that the site is about, else of the whole
// building.
func mainFloor(zones []twin.Zone, all geom.Box) geom.Box {
	var largest twin.Zone
	most, total := 0.0, 0.0
	for _, z := range zones {
		if z.Kind != Room {
			continue
		}
		area := areaOf(z.Outline)
		total += area
		if area > most {
			largest, most = z, area
		}
	}
	if most == 0 || most < mainShare*total {
		return all
	}
	return roomBox(largest)
}

func roomBox(z twin.Zone) geom.Box {
	b := geom.EmptyBox()
	for _, p := range z.Outline {
		b = b.Add(geom.Vec3{p[0], z.FloorY, p[1]}).Add(geom.Vec3{p[0], z.FloorY + z.Height, p[1]})
	}
	return b
}

// bounds is the box around everything that is drawn.
func bounds(sc *scene.Scene) geom.Box {
	boxes := make([]geom.Box, len(sc.Meshes))
	for i, m := range sc.Meshes {
		boxes[i] = m.Box()
	}
	all := geom.EmptyBox()
	for i, m := range sc.World(nil, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None && !n.Hidden {
			all = all.Union(boxes[n.Mesh].Transform(m))
		}
	}
	return all
}
