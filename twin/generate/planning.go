package generate

import (
	"fmt"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/furnish"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Planner prepares a site for planning: its rules, what its classes need, and of
// its building, which may be nil, the doors and columns.
func Planner(site *twin.Site, building *Building, cat *catalogue.Catalogue) (*layout.Plan, error) {
	p, err := layout.NewPlan(site, furnish.Facts(cat), site.PlanningRules())
	if err != nil {
		return nil, fmt.Errorf("plan in site %s: %w", site.ID, err)
	}
	if building == nil {
		return p, nil
	}
	asset := map[string]bool{}
	for _, a := range site.Assets {
		asset[string(a.ID)] = true
	}
	name := map[string]string{}
	for _, e := range building.Elements {
		if asset[e.Entity] || e.Box.Empty() {
			continue
		}
		switch {
		case is(e.Type, "door"):
			name[e.Entity] = e.Name
			p.Doorway(e.Name, e.Box)
		case is(e.Type, "column"):
			p.Block(e.Box)
		}
	}
	if building.Scene != nil {
		for _, s := range furnish.Swept(doorsOf(building.Scene, name)) {
			if n, ok := name[s.Entity]; ok {
				p.Sweep(n, s.Box)
			}
		}
	}
	return p, nil
}

// doorsOf is a scene without joints that are none of its doors'.
func doorsOf(sc *scene.Scene, doors map[string]string) *scene.Scene {
	out := *sc
	out.Nodes = append([]scene.Node(nil), sc.Nodes...)
	for i, e := range sc.Entities() {
		if _, ok := doors[e]; !ok {
			out.Nodes[i].Joint = scene.None
		}
	}
	return &out
}
