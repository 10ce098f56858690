package cause

import (
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
)

// Unit is what is moved as one: a row of fixtures that touch, or a thing that
// stands alone.
type Unit struct {
	Assets []twin.AssetID
	Loose  bool      // a small thing that stands by itself
	Across geom.Vec2 // unit, across a row
}

// Units are those of a storey, without its tills.
func Units(site *twin.Site, g *ground.Ground, role func(class string) ground.Role) []Unit {
	var rooms []plan.Floor
	for _, r := range g.Rooms {
		rooms = append(rooms, plan.Floor{Outlines: [][]geom.Vec2{r.Outline}})
	}
	var out []Unit
	for _, r := range rowsOf(site, g.FloorY, role, rooms) {
		u := Unit{Loose: r.loose, Across: r.normal}
		for _, a := range r.members {
			u.Assets = append(u.Assets, a.ID)
		}
		out = append(out, u)
	}
	return out
}
