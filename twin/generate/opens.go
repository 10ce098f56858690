package generate

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/clearance"
)

// checkDoors finds doors, drawers and lids that something stands in the way of,
// those of the building among them.
// That is told, and not mended: which of the two is to move, a person decides.
func (g *generation) checkDoors(ctx context.Context) error {
	sc, _, err := Scene(ctx, &g.site, g.building, g.in.Catalogue)
	if err != nil {
		return err
	}
	class := map[string]string{}
	for _, a := range g.site.Assets {
		class[string(a.ID)] = a.Class
	}
	fabric := map[string]Element{}
	if g.building != nil {
		for _, e := range g.building.Elements {
			fabric[e.Entity] = e
		}
	}
	slides, entities := map[string]bool{}, sc.Entities()
	for i, n := range sc.Nodes {
		if n.Joint != scene.None && sc.Joints[n.Joint].Kind == scene.Prismatic {
			slides[entities[i]] = true
		}
	}
	found, err := clearance.Check(ctx, sc, clearance.Options{
		Asset: func(entity string) bool { _, ok := fabric[entity]; return ok || class[entity] != "" },
		Ignore: func(asset, obstacle string) bool {
			if _, ok := fabric[asset]; ok {
				// Models draw leaves down into the finish of the floor, and what slides or
				// rolls up does so in a wall.
				return is(fabric[obstacle].Type, "slab", "floor", "covering", "roof", "site", "geographic") || slides[asset] && is(fabric[obstacle].Type, "wall")
			}
			// Doors that stand in the building's walls slide along and into them.
			c, ok := g.in.Catalogue.Class(class[asset])
			return ok && c.Mount == catalogue.InWall && class[obstacle] == ""
		},
	})
	if err != nil {
		return err
	}
	g.report.Blocked = len(found)
	call := func(entity string) string {
		if name := fabric[entity].Name; name != "" {
			return name
		}
		return entity
	}
	told := map[string]bool{} // a part that is there several times, as a pair of doors, is told of once
	for _, f := range found {
		key := fmt.Sprintf("%s %s %s %.2f", f.Asset, f.Part, f.Hits, f.Free)
		if told[key] {
			continue
		}
		told[key] = true
		g.report.note("", call(f.Asset), "its %s opens only %.0f %% of its way: %s stands there. Move one of the two", f.Part, 100*f.Free, call(f.Hits))
	}
	return nil
}
