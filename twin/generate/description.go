package generate

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
	"github.com/glasstwin/glasstwin/twin/generate/handover"
)

// readDescription turns a plant description to the things that it places. An
// element is one when a role, a class or its name stands for a class of the
// catalogue, or when it brings a shape. What was handed over by a twin tells
// rooms, the building's fabric and signals besides.
func (g *generation) readDescription(ctx context.Context, f File) (*finding, error) {
	g.progress("reading the plant description %s", f.Name)
	doc, parts, err := aml.Read(ctx, f.Name, f.Data)
	if err != nil {
		return nil, fmt.Errorf("read the plant description: %w", err)
	}
	for _, n := range doc.Notes {
		g.report.note(f.Name, n.Place, "%s", n.Why)
	}
	out := &finding{}
	over := &takeover{}
	place := make([]geom.Mat4, len(doc.Elements)) // +Z up, as the file has it
	owner := make([]bool, len(doc.Elements))      // the element or one above it is a thing
	placed := false
	for i, e := range doc.Elements {
		place[i] = geom.Identity()
		if e.Parent >= 0 {
			place[i], owner[i] = place[e.Parent], owner[e.Parent]
		}
		if e.Frame != nil {
			placed = true
			at, turn := e.Frame.At, e.Frame.Turn.Mul(math.Pi/180)
			place[i] = place[i].Mul4(mgl64.Translate3D(at[0], at[1], at[2])).Mul4(mgl64.HomogRotate3DZ(turn[2])).Mul4(mgl64.HomogRotate3DY(turn[1])).Mul4(mgl64.HomogRotate3DX(turn[0]))
		}
		g.report.ElementsTotal++
		if owner[i] { // a part of a thing
			g.report.ElementsUnderstood++
			continue
		}
		if over.take(e) {
			g.report.ElementsUnderstood++
			continue
		}
		understood, err := g.describe(ctx, f, out, e, place[i], parts)
		if err != nil {
			return nil, err
		}
		owner[i] = understood
		if understood || structure(e) {
			g.report.ElementsUnderstood++
		}
	}
	if err := g.build(ctx, f, out, over, parts); err != nil {
		return nil, err
	}
	if len(out.assets) == 0 && out.building == nil {
		g.standIns(f, doc, out)
	}
	if len(out.assets) == 0 && out.building == nil {
		g.report.note(f.Name, "", "none of its %d elements is of a kind that the catalogue knows, and none brings a shape; nothing was placed. Give elements roles or names that are classes of the catalogue or their aliases", len(doc.Elements))
		return nil, nil
	}
	if !placed && len(out.assets) > 0 {
		spread(out.assets)
		g.report.note(f.Name, "", "it places nothing: no element has a Frame. Its %d things stand in a row; place them in a list of fixtures or by hand", len(out.assets))
	}
	return out, nil
}

// standIns are plain boxes for the elements of a description of which nothing
// tells what they are: those that have a role or a class and only hold parts.
func (g *generation) standIns(f File, doc *aml.Document, out *finding) {
	class, ok := g.in.Catalogue.Class(thingClass)
	if !ok {
		return
	}
	taken := make([]bool, len(doc.Elements))
	for i, e := range doc.Elements {
		taken[i] = e.Parent >= 0 && taken[e.Parent]
		if taken[i] || structure(e) || projected(e) || e.Unit == "" && len(e.Roles) == 0 {
			continue
		}
		taken[i] = true
		out.assets = append(out.assets, twin.Asset{
			ID: twin.AssetID(unusedID(out.assets, slug(e.Name, class.Name))), Class: class.Name, Name: e.Name, Size: class.UsualSize(),
			Provenance: twin.Provenance{Source: f.Name, Entity: e.Path},
		})
	}
	if len(out.assets) > 0 {
		g.report.note(f.Name, "", "none of its %d elements is of a kind that the catalogue knows, and none brings a shape: %d stand as plain boxes. Give elements roles or names that are classes of the catalogue or their aliases", len(doc.Elements), len(out.assets))
	}
}

// projected tells whether an element is of a control project (AutomationML
// application recommendation Automation Project Configuration): its tags, ports
// and nodes are no things.
func projected(e aml.Element) bool {
	return strings.HasPrefix(e.Unit, "AutomationProject") || slices.ContainsFunc(e.Roles, func(r string) bool { return strings.HasPrefix(r, "AutomationProject") })
}

// structure tells whether an element only holds others.
func structure(e aml.Element) bool {
	return slices.ContainsFunc(e.Roles, func(r string) bool {
		return strings.HasSuffix(r, "/Structure") || strings.HasSuffix(r, "ResourceStructure") || strings.HasSuffix(r, "/Group")
	})
}

// describe adds one element's thing; false when it is none.
func (g *generation) describe(ctx context.Context, f File, out *finding, e aml.Element, place geom.Mat4, parts map[string][]byte) (bool, error) {
	size := sizeOf(e)
	names := append(slices.Clone(e.Roles), e.Unit, e.Name)
	class, sure := g.classes.classOf("", size)
	if projected(e) {
		if slices.ContainsFunc(names, func(n string) bool { return path.Base(n) == "Device" }) {
			class, _ = g.in.Catalogue.Class(plainClass)
		}
		names = nil
	}
	for _, n := range names {
		if c, s := g.classes.classOf(path.Base(n), size); c != nil && s > sure {
			class, sure = c, s
		}
	}
	thing, known := handover.ThingOf(e)
	if known {
		if c, have := g.in.Catalogue.Class(thing.Class); have {
			class = c
		}
	}
	model, bring := File{}, false
	if class == nil || !thing.Drawn {
		model, bring = g.shapeFile(e, parts)
	}
	if class == nil && bring {
		class, _ = g.in.Catalogue.Class(thingClass)
	}
	if class == nil {
		return false, nil
	}
	up := geom.ZUp()
	at := mgl64.TransformCoordinate(geom.Vec3{}, up.Mul4(place))
	ahead := mgl64.TransformNormal(geom.Vec3{1, 0, 0}, place)
	a := twin.Asset{
		ID: twin.AssetID(unusedID(out.assets, slug(e.Name, class.Name))), Class: class.Name, Name: e.Name, Size: class.UsualSize(),
		Pose:       twin.Pose{Position: geom.Vec3{round(at[0]), round(at[1]), round(at[2])}, Yaw: math.Atan2(ahead[1], ahead[0])},
		Provenance: twin.Provenance{Source: f.Name, Entity: e.Path},
	}
	for k := range 3 {
		if size[k] > 0 {
			a.Size[k] = size[k]
		}
	}
	if known {
		out.tell(&a, thing, e)
	}
	if bring {
		sc, err := g.modelScene(ctx, model)
		if err != nil {
			return false, fmt.Errorf("%s, element %s: %w", f.Name, e.Path, err)
		}
		if box := bounds(sc); !box.Empty() {
			if a.Shape = f.Name; !known {
				a.Size = box.Size()
			}
			// The shape stands as it is in the element's frame; what is drawn is
			// ours already, so only the place and heading go into the pose.
			shape := shapeOf(a, class, sc, geom.Identity())
			if out.shapes == nil {
				out.shapes = shape
			} else {
				out.shapes.Append(shape, -1)
			}
		}
	}
	out.assets = append(out.assets, a)
	return true, nil
}

// shapeFile finds the file of an element's shape: a COLLADA interface's refURI.
func (g *generation) shapeFile(e aml.Element, parts map[string][]byte) (File, bool) {
	for _, i := range e.Interfaces {
		if !strings.Contains(i.Class, "COLLADA") && !strings.Contains(i.Class, "Geometry") && !strings.Contains(i.Class, "ExternalData") {
			continue
		}
		uri, ok := i.Attribute("refURI")
		if !ok || uri.Value == "" {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(uri.Value, "file:///"), "./"), "#")
		if kind, known := KindOf(name, nil); !known || kind != KindModel {
			continue
		}
		if data, ok := parts[path.Clean(strings.TrimPrefix(name, "/"))]; ok {
			return File{Kind: KindModel, Name: path.Base(name), Data: data}, true
		}
		if f, ok := g.file(name); ok {
			return f, true
		}
		g.report.note(e.Path, i.Name, "its shape is in %s, which is not among the sources; that of its class is drawn. Add the file", uri.Value)
	}
	return File{}, false
}

// sizeOf reads what an element tells of its size: width, height and depth or
// length, in metres unless a unit says otherwise.
func sizeOf(e aml.Element) geom.Vec3 {
	var out geom.Vec3
	for k, names := range [3][]string{{"Width", "Size/Width", "Dimension/Width", "Length"}, {"Height", "Size/Height", "Dimension/Height"}, {"Depth", "Size/Depth", "Dimension/Depth"}} {
		for _, n := range names {
			a, ok := e.Attribute(n)
			v, err := strconv.ParseFloat(a.Value, 64)
			if !ok || err != nil || !(v > 0) {
				continue
			}
			switch strings.ToLower(a.Unit) {
			case "mm":
				v /= 1000
			case "cm":
				v /= 100
			}
			if v < 100 && out[k] == 0 {
				out[k] = v
			}
		}
	}
	return out
}

// unusedID numbers an id that another of the assets has.
func unusedID(have []twin.Asset, id string) string {
	for n := 1; ; n++ {
		try := id
		if n > 1 {
			try = fmt.Sprintf("%s-%d", id, n)
		}
		if !slices.ContainsFunc(have, func(a twin.Asset) bool { return string(a.ID) == try }) {
			return try
		}
	}
}

// spread lines things up that no source places.
func spread(assets []twin.Asset) {
	const gap, row = 1.0, 8
	x, z, deep := 0.0, 0.0, 0.0
	for i := range assets {
		a := &assets[i]
		if i%row == 0 && i > 0 {
			x, z, deep = 0, z+deep+1.5, 0
		}
		a.Pose = twin.Pose{Position: geom.Vec3{round(x + a.Size[0]/2), 0, round(z + a.Size[2]/2)}}
		a.Inferred = true
		x += a.Size[0] + gap
		deep = max(deep, a.Size[2])
	}
}
