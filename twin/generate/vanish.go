package generate

import (
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Gone is a device that a plant has no more, and that is not let go without a
// word: what is written to its asset is guarded.
type Gone struct {
	Change twin.SiteChange // that following it would make; without Before and After
	Nodes  []twin.PlantNode
}

// Has tells whether a node is one of the device's.
func (g Gone) Has(address string) bool {
	return slices.ContainsFunc(g.Nodes, func(n twin.PlantNode) bool { return n.Address == address })
}

// Back tells whether the device is among the nodes of a plant again.
func (g Gone) Back(nodes []twin.PlantNode) bool {
	return slices.ContainsFunc(nodes, func(n twin.PlantNode) bool { return g.Has(n.Address) })
}

// Guarded lists the devices that went between before and after though guards of
// the site speak of values that are written to their assets. With their nodes
// added to after, Adapt leaves these assets as they are.
func Guarded(site *twin.Site, before, after []twin.PlantNode, plant string, cat *catalogue.Catalogue) []Gone {
	a := newAdapter(site, before, after, plant, cat)
	limits := map[string]bool{}
	for _, g := range site.Guards {
		limits[g.Signal] = g.Signal != ""
	}
	bound := map[twin.SignalID]bool{}
	for _, b := range site.Bindings {
		bound[b.Signal] = bound[b.Signal] || a.lost(b)
	}
	guarded := map[twin.AssetID]bool{}
	for _, g := range site.Signals {
		guarded[g.Asset] = guarded[g.Asset] || g.Writable && bound[g.ID] && limits[g.Name]
	}
	var out []Gone
	for _, d := range a.was.devices {
		i := a.at(d.id)
		if _, still := a.now.device(d.id); still || i < 0 || !guarded[site.Assets[i].ID] {
			continue
		}
		x := site.Assets[i]
		c := twin.SiteChange{
			Kind: twin.AssetUnbound, Asset: x.ID, Name: x.Name, Class: x.Class,
			Text: fmt.Sprintf("%s went from the plant while nobody looked; it stays as it was until somebody decides in the window", x.Name),
		}
		if x.Inferred && x.Provenance.Source == plant {
			c.Kind = twin.AssetRemoved
		}
		path := d.points[0].Path[:d.depth]
		out = append(out, Gone{c, slices.DeleteFunc(slices.Clone(before), func(n twin.PlantNode) bool {
			return a.there[n.Address] || len(n.Path) < len(path) || !slices.Equal(n.Path[:len(path)], path)
		})})
	}
	return out
}
