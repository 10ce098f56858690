package generate

import (
	"encoding/json"
	"fmt"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// meaning is what a glTF file of ours tells besides shapes and joints, in the
// extras of its document. Reading it back gives the same site.
type meaning struct {
	GlassTwin *meaningForm `json:"glasstwin"`
}

type meaningForm struct {
	Format   int            `json:"format"`
	Assets   []meaningAsset `json:"assets,omitempty"`
	Elements []meaningPart  `json:"elements,omitempty"`
	Spaces   []Space        `json:"spaces,omitempty"`

	Location *twin.Location `json:"location,omitempty"`
}

type meaningAsset struct {
	ID       twin.AssetID       `json:"id"`
	Class    string             `json:"class"`
	Name     string             `json:"name"`
	Size     geom.Vec3          `json:"size"`
	At       geom.Vec3          `json:"at"`
	Yaw      float64            `json:"yaw"`
	Params   map[string]float64 `json:"params,omitempty"`
	Products []string           `json:"products,omitempty"`
	Inferred bool               `json:"inferred,omitempty"`
	Brings   bool               `json:"brings,omitempty"`  // a shape of its own; else that of its class
	Signals  bool               `json:"signals,omitempty"` // it has some
}

type meaningPart struct {
	Entity string `json:"entity"`
	Type   string `json:"type"`
	Name   string `json:"name"`
}

// meaningFormat is the version that is written and read.
const meaningFormat = 1

// Meaning is what to keep in the extras of a glTF file of a site, so that
// generating from the file gives the site again. building may be nil.
func Meaning(site *twin.Site, building *Building) any {
	form := &meaningForm{Format: meaningFormat, Location: site.Location}
	sensed := map[twin.AssetID]bool{}
	for _, s := range site.Signals {
		sensed[s.Asset] = true
	}
	for _, a := range site.Assets {
		form.Assets = append(form.Assets, meaningAsset{
			ID: a.ID, Class: a.Class, Name: a.Name, Size: a.Size, At: a.Pose.Position, Yaw: a.Pose.Yaw, Params: a.Params, Products: a.Products,
			Inferred: a.Inferred, Brings: a.Shape != "", Signals: sensed[a.ID],
		})
	}
	if building != nil {
		for _, e := range building.Elements {
			form.Elements = append(form.Elements, meaningPart{e.Entity, e.Type, e.Name})
		}
		form.Spaces = building.Spaces
	}
	return meaning{form}
}

// readOwn takes a file that was exported from a site; false when it only looks
// like one.
func (g *generation) readOwn(f File, m model) (*finding, bool, error) {
	var own meaning
	if json.Unmarshal(m.own, &own) != nil || own.GlassTwin == nil {
		return nil, false, nil
	}
	form := own.GlassTwin
	if form.Format != meaningFormat {
		return nil, false, fmt.Errorf("%s: exported as format %d, this program reads %d; export it again with the same version", f.Name, form.Format, meaningFormat)
	}
	out := &finding{settled: true}
	thing, brings := map[string]bool{}, map[string]bool{}
	for _, x := range form.Assets {
		a := twin.Asset{
			ID: x.ID, Class: x.Class, Name: x.Name, Size: x.Size, Pose: twin.Pose{Position: x.At, Yaw: x.Yaw}, Params: x.Params, Products: x.Products,
			Inferred: x.Inferred, Provenance: twin.Provenance{Source: f.Name, Entity: string(x.ID)},
		}
		if x.Brings {
			a.Shape = f.Name
		}
		if _, known := g.in.Catalogue.Class(x.Class); !known {
			if _, ok := g.in.Catalogue.Class(thingClass); !ok {
				return nil, false, fmt.Errorf("%s: thing %q: no class %q; add its file to the site's catalogue folder", f.Name, x.ID, x.Class)
			}
			g.report.note(f.Name, string(x.ID), "its class %q is not known here; it is placed with its shape and without signals. Add the class to the site's catalogue folder", x.Class)
			a.Class, a.Shape = thingClass, f.Name
		}
		thing[string(x.ID)], brings[string(x.ID)] = true, a.Shape != ""
		if x.Signals {
			g.told[x.ID] = true
		}
		out.assets = append(out.assets, a)
	}
	out.shapes = keep(m.scene, func(entity string) bool { return brings[entity] })
	if len(form.Elements) > 0 {
		b := &Building{Spaces: form.Spaces}
		part := map[string]bool{}
		for _, e := range form.Elements {
			part[e.Entity] = true
			b.Elements = append(b.Elements, Element{Entity: e.Entity, Type: e.Type, Name: e.Name, Box: geom.EmptyBox()})
		}
		b.Scene = keep(m.scene, func(entity string) bool { return part[entity] || entity == "" })
		b.measure()
		if form.Location != nil && form.Location.Valid() {
			b.Location = form.Location
		}
		out.building = b
	}
	g.report.ElementsTotal += len(form.Elements) + len(form.Spaces) + len(form.Assets)
	g.report.ElementsUnderstood += len(form.Elements) + len(form.Spaces) + len(form.Assets)
	return out, true, nil
}
