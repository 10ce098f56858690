package generate

import (
	"context"

	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/clearance"
)

// checkDoors finds doors, drawers and lids that something stands in the way of.
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
	found, err := clearance.Check(ctx, sc, clearance.Options{
		Asset: func(entity string) bool { return class[entity] != "" },
		// Doors of the building slide along and into its walls.
		Ignore: func(asset, obstacle string) bool {
			c, ok := g.in.Catalogue.Class(class[asset])
			return ok && c.Mount == catalogue.InWall && class[obstacle] == ""
		},
	})
	if err != nil {
		return err
	}
	g.report.Blocked = len(found)
	for _, f := range found {
		g.report.note("", f.Asset, "its %s opens only %.0f %% of its way: %s stands there. Move one of the two", f.Part, 100*f.Free, f.Hits)
	}
	return nil
}
