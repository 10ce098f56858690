package main

import (
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/infer"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// walkable reads a site as people walk on it: the storey with most floor.
func walkable(dir string) (*twin.Site, *ground.Ground, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, nil, err
	}
	g, err := groundOf(dir, site)
	if err != nil {
		return nil, nil, err
	}
	if len(g.Zones) == len(g.Rooms) && len(g.Floor.Obstacles) > 0 { // it names neither departments nor aisles
		fronts := make([]measure.Face, len(g.Fronts))
		for i, f := range g.Fronts {
			fronts[i] = f.Face
		}
		aisles, err := infer.Aisles(g.Floor, fronts)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", dir, err)
		}
		g.Zones = slices.Clone(g.Zones)
		for _, a := range aisles {
			g.Zones = append(g.Zones, measure.Zone{ID: a.Name, Outline: a.Outline()})
		}
	}
	return site, g, nil
}

// roleOf is what a class of the catalogue is to people: what holds goods sells,
// from the back, too, when goods lie there.
func roleOf(cat *catalogue.Catalogue, name string) ground.Role {
	c, ok := cat.Class(name)
	if !ok {
		return ground.Role{Stands: true} // it is there, whatever it is
	}
	r := ground.Role{
		Stands: c.Mount == catalogue.OnFloor && c.Group != "people",
		Door:   c.Mount == catalogue.InWall,
		Till:   slices.Contains([]string{"checkout", "self-checkout"}, c.Name),
	}
	for _, p := range c.Parts {
		for _, g := range p.Goods {
			r.Sells = true
			r.Behind = r.Behind || g.Face == "-z"
		}
	}
	return r
}
