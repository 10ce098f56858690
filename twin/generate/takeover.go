package generate

import (
	"context"
	"fmt"
	"path"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
	"github.com/glasstwin/glasstwin/twin/generate/handover"
)

// Handover writes a site as an AutomationML package, which generate reads again:
// the same things, classes, signals and bindings, with their shapes and joints.
// building may be nil; sc is the scene of the site.
func Handover(ctx context.Context, site *twin.Site, building *Building, sc *scene.Scene) ([]byte, error) {
	src := handover.Source{Site: site, Scene: sc}
	if building != nil {
		for _, e := range building.Elements {
			src.Fabric = append(src.Fabric, handover.Element{Entity: e.Entity, Type: e.Type, Name: e.Name})
		}
	}
	out, err := handover.Write(ctx, src)
	if err != nil {
		return nil, fmt.Errorf("hand over site %q: %w", site.Name, err)
	}
	return out, nil
}

// takeover gathers what a package that was handed over tells besides things.
type takeover struct {
	plants   []twin.Plant
	spaces   []Space
	elements []Element
	files    []string // that show the elements
	location *twin.Location
}

// take takes what is no thing from an element; false when it tells nothing.
func (t *takeover) take(e aml.Element) bool {
	if handover.Holds(e) {
		if l, ok := handover.LocationOf(e); ok {
			t.location = &l
		}
		return true
	}
	if p, ok := handover.PlantOf(e); ok {
		t.plants = append(t.plants, p)
		return true
	}
	if r, ok := handover.RoomOf(e); ok {
		t.spaces = append(t.spaces, Space{ID: r.Key, Name: r.Name, Outline: r.Outline, FloorY: r.Floor, Height: r.Ceiling})
		return true
	}
	if el, file, ok := handover.FabricOf(e); ok {
		t.elements = append(t.elements, Element{Entity: el.Entity, Type: el.Type, Name: el.Name, Box: geom.EmptyBox()})
		if file != "" && (len(t.files) == 0 || t.files[len(t.files)-1] != file) {
			t.files = append(t.files, file)
		}
		return true
	}
	return false
}

// build makes the building that was told, and takes the plants when none was
// browsed.
func (g *generation) build(ctx context.Context, f File, out *finding, t *takeover, parts map[string][]byte) error {
	if g.in.Plant == nil {
		g.site.Plants = append(g.site.Plants, t.plants...)
	}
	if len(t.spaces)+len(t.elements) == 0 {
		return nil
	}
	out.building = &Building{Scene: &scene.Scene{}, Elements: t.elements, Spaces: t.spaces, Location: t.location}
	known := map[string]bool{}
	for _, e := range t.elements {
		known[e.Entity] = true
	}
	for _, name := range t.files {
		data, ok := parts[name]
		if !ok {
			g.report.note(f.Name, name, "the package shows its building in this file, but does not hold it; export it again")
			continue
		}
		sc, err := g.modelScene(ctx, File{Kind: KindModel, Name: path.Base(name), Data: data})
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		for i := range sc.Nodes {
			if n := &sc.Nodes[i]; known[n.Name] {
				n.Entity = n.Name
			}
		}
		out.building.Scene.Append(sc, scene.None)
	}
	out.building.measure()
	return nil
}

// tell takes what only a twin tells of an asset: its own id and name, its
// parameters, and its signals with what they are bound to.
func (f *finding) tell(a *twin.Asset, thing handover.Thing, e aml.Element) {
	if slug(thing.Key, "") == thing.Key && thing.Key != "" {
		a.ID = twin.AssetID(unusedID(f.assets, thing.Key))
	}
	a.Name, a.Params, a.Products, a.Inferred = thing.Name, thing.Params, thing.Products, thing.Inferred
	if f.told == nil {
		f.told = map[twin.AssetID]handover.Signals{}
	}
	f.told[a.ID] = handover.SignalsOf(e, a.ID)
}

// toldSignals are the signals that a package tells of an asset.
func (g *generation) toldSignals(id twin.AssetID) (handover.Signals, bool) {
	for _, f := range g.findings {
		if s, ok := f.told[id]; ok {
			return s, true
		}
	}
	return handover.Signals{}, false
}
