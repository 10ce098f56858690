package main

import (
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// walkable reads a site as people walk on it: the storey with most floor.
func walkable(dir string) (*twin.Site, *ground.Ground, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, nil, err
	}
	g, err := groundOf(dir, site)
	return site, g, err
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
