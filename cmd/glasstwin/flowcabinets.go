package main

import (
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/energy"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// openFor is how long a cabinet stays open for one thing to be taken out, seconds:
// an assumption of ours, about what it takes to see, reach and shut.
const openFor = 10

// cabinetsOf are the cooled ones of a site that people take things from.
func cabinetsOf(cat *catalogue.Catalogue, site *twin.Site) map[twin.AssetID]whatif.Cabinet {
	out := map[twin.AssetID]whatif.Cabinet{}
	for _, a := range site.Assets {
		c, ok := cat.Class(a.Class)
		if !ok || c.Group != "refrigeration" || !roleOf(cat, a.Class).Sells {
			continue
		}
		x := whatif.Cabinet{Opening: energy.Opening{Inside: insideOf(c), Seconds: openFor}}
		if c.Energy != nil {
			x.Rated, x.Duty = c.Energy.Rated, c.Energy.Duty
		}
		doors, lids := 0.0, 0.0
		for _, p := range c.Parts {
			switch {
			case p.Joint == nil:
			case strings.Contains(p.Name, "lid"):
				lids++
			case strings.Contains(p.Name, "door"):
				doors++
			}
		}
		const rim = 0.1 // m of frame around what is opened
		switch {
		case doors > 0:
			x.Width, x.Height = max(0, a.Size[0]/doors-rim), max(0, a.Size[1]-2*rim)
		case lids > 0:
			x.Lid, x.Width, x.Height = true, max(0, a.Size[0]/2-rim), max(0, a.Size[2]-rim)
		}
		out[a.ID] = x
	}
	return out
}

// insideOf is what a class of cabinet is kept at, °C: the middle of what may be set.
func insideOf(c *catalogue.Class) float64 {
	const chilled = 4.0
	for _, s := range c.Signals {
		if s.Name == "set-point" && len(s.Range) == 2 {
			return (s.Range[0] + s.Range[1]) / 2
		}
	}
	return chilled
}
