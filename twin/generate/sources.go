package generate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/nodeset"
	"github.com/glasstwin/glasstwin/twin/codec/planogram"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// readSources reads every file to what it tells.
func (g *generation) readSources(ctx context.Context) error {
	name := g.in.Name
	if name == "" {
		name = "Store"
	}
	id := g.in.ID
	if id == "" {
		id = slug(name, "store")
	}
	g.site = twin.Site{ID: id, Name: name, Kind: "store", TimeZone: g.in.TimeZone}
	g.classes, g.told = newClassifier(g.in.Catalogue), map[twin.AssetID]bool{}
	g.referred = referredBy(g.in.Files)
	for _, f := range g.in.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		hash, err := hashOf(f)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.Name, err)
		}
		g.site.Sources = append(g.site.Sources, twin.Source{Kind: f.Kind, Path: f.Name, Hash: hash, Answers: g.in.Answers[f.Name]})
		found, err := g.read(ctx, f)
		if err != nil {
			return err
		}
		if found != nil {
			found.source, found.kind = f.Name, f.Kind
			g.findings = append(g.findings, found)
		}
	}
	if found, err := g.readShelves(); err != nil {
		return err
	} else if found != nil {
		g.findings = append(g.findings, found)
	}
	if err := g.readNodesets(); err != nil {
		return err
	}
	if p := g.in.Plant; p != nil {
		g.site.Sources = append(g.site.Sources, twin.Source{Kind: "opcua", Path: p.Endpoint})
		g.site.Plants = append(g.site.Plants, twin.Plant{Name: p.Name, Endpoint: p.Endpoint, User: p.User})
		g.binder = newBinder(p.Name, p.Nodes, g.in.Catalogue, &g.report)
	}
	return nil
}

// readNodesets takes the address space of a plant from its files, when the plant
// itself was not browsed. Its endpoint is not known then.
func (g *generation) readNodesets() error {
	var sets []*nodeset.Set
	for _, f := range g.in.Files {
		if f.Kind != KindNodeset {
			continue
		}
		set, err := nodeset.Read(f.Name, f.Data)
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	if len(sets) == 0 || g.in.Plant != nil {
		return nil
	}
	nodes := nodeset.Join(sets...)
	if len(nodes) == 0 {
		g.report.note(sets[0].Name, "", "it defines types, but nothing stands below its Objects folder; give the file of the plant's own instances too, or the address of the plant")
		return nil
	}
	const name = "plant"
	g.site.Plants = append(g.site.Plants, twin.Plant{Name: name})
	g.binder = newBinder(name, nodes, g.in.Catalogue, &g.report)
	g.report.note(sets[0].Name, "", "signals are bound to nodes of the plant, whose address no file tells: write it to plants in site.yaml, or generate again with opc.tcp://host:port")
	return nil
}

func hashOf(f File) (string, error) {
	sum := sha256.New()
	at, size := f.reader()
	if _, err := io.Copy(sum, io.NewSectionReader(at, 0, size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// referredBy lists the files, by base name, that others name as shapes of what
// they place.
func referredBy(files []File) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		if f.Kind != KindAML && !strings.HasSuffix(strings.ToLower(f.Name), ".urdf") {
			continue
		}
		for _, other := range files {
			if base := path.Base(other.Name); other.Kind == KindModel && other.Name != f.Name && bytes.Contains(f.Data, []byte(base)) {
				out[strings.ToLower(base)] = true
			}
		}
	}
	return out
}

// read turns one file to what it tells; nil for what is read later, together
// with others.
func (g *generation) read(ctx context.Context, f File) (*finding, error) {
	switch f.Kind {
	case KindIFC:
		g.progress("reading the building %s", f.Name)
		b, model, err := readBuilding(ctx, f, &g.report)
		if err != nil {
			return nil, err
		}
		out := &finding{building: b}
		out.assets, out.shapes = g.equip(f, model, b)
		return out, nil
	case KindDrawing:
		return g.readDrawing(ctx, f)
	case KindScan:
		return g.readScan(ctx, f)
	case KindAML:
		return g.readDescription(ctx, f)
	case KindModel:
		if g.referred[strings.ToLower(path.Base(f.Name))] {
			return nil, nil // the shape of something that another source places
		}
		return g.readModel(ctx, f)
	default: // lists of fixtures, shelves, and what other sources refer to
		return nil, nil
	}
}

// placeRows reads every list of fixtures and places what it names. All problems
// of all lists are told at once.
func placeRows(files []File, cat *catalogue.Catalogue, spaces []Space) ([]twin.Asset, error) {
	facts := func(name string) (planogram.Facts, bool) {
		c, ok := cat.Class(name)
		if !ok {
			return planogram.Facts{}, false
		}
		return planogram.Facts{
			Width: c.Size[0], Depth: c.Size[2],
			Solid:   c.Mount == catalogue.OnFloor,
			Outside: c.Mount == catalogue.Outdoors || c.Mount == catalogue.InWall,
		}, true
	}
	var names []string
	for _, c := range cat.Classes() {
		names = append(names, c.Name)
	}
	var outline [][]geom.Vec2
	for _, s := range spaces {
		plan := make([]geom.Vec2, len(s.Outline))
		for i, p := range s.Outline {
			plan[i] = geom.Vec2{p[0], -p[1]}
		}
		outline = append(outline, plan)
	}
	var lists []planogram.List
	var wrong []error
	for _, f := range files {
		if f.Kind != KindPlanogram && f.Kind != KindDevices {
			continue
		}
		rows, err := readRows(f)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		lists = append(lists, planogram.List{File: f.Name, Rows: rows})
	}
	if len(wrong) == 0 {
		wrong = append(wrong, planogram.Check(lists, planogram.Floor{Class: facts, Classes: names, Rooms: outline}))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	var out []twin.Asset
	for _, l := range lists {
		for _, row := range l.Rows {
			class, ok := cat.Class(row.Class)
			if !ok {
				return nil, fmt.Errorf("%s:%d: no class %q", l.File, row.Line, row.Class)
			}
			out = append(out, asset(l.File, row, class, spaces))
		}
	}
	return out, nil
}

func readRows(f File) ([]planogram.Row, error) {
	if ending := strings.ToLower(path.Ext(f.Name)); ending == ".xlsx" || ending == ".xlsm" {
		return planogram.ReadSheet(f.Name, f.Data)
	}
	return planogram.Read(f.Name, bytes.NewReader(f.Data))
}

// readBuilding turns a building model to what is needed of it, and tells what
// of it was not understood.
func readBuilding(ctx context.Context, f File, report *Report) (*Building, *ifc.Model, error) {
	model, err := ifc.Read(ctx, f.Name, f.Data)
	if err != nil {
		return nil, nil, fmt.Errorf("read the building: %w", err)
	}
	b := &Building{Scene: model.Scene}
	for i := range model.Scene.Nodes {
		if n := &model.Scene.Nodes[i]; n.Entity != "" {
			n.Entity = buildingEntity + n.Entity
		}
	}
	b.Location = locationOf(f.Name, model.Place, report)
	misread := map[int]bool{}
	for _, n := range model.Notes {
		misread[n.ID] = true
		report.note(f.Name, fmt.Sprintf("line %d #%d %s", n.Line, n.ID, n.Type), "%s", n.Why)
	}
	count := func(id int) {
		report.ElementsTotal++
		if !misread[id] {
			report.ElementsUnderstood++
		}
	}
	for _, e := range model.Elements {
		b.Elements = append(b.Elements, Element{Entity: buildingEntity + e.Key(), Type: e.Type, Name: e.Name, Box: e.Box})
		count(e.ID)
	}
	tellLeaves(f.Name, model, report)
	for _, s := range model.Spaces {
		b.Spaces = append(b.Spaces, Space{ID: s.Key(), Name: s.Name, Outline: s.Outline, FloorY: s.FloorY, Height: s.Height})
		count(s.ID)
	}
	report.ElementsTotal += model.Shapeless
	return b, model, nil
}

// locationOf is where on Earth a building model says that it stands. What says
// 0, 0 says nothing: programs write it where nobody told them.
func locationOf(source string, p *ifc.Place, report *Report) *twin.Location {
	if p == nil || !p.HasLatLong {
		return nil
	}
	if p.Latitude == 0 && p.Longitude == 0 || math.Abs(p.Latitude) > 90 || math.Abs(p.Longitude) > 180 {
		report.note(source, "IfcSite", "latitude %.5g, longitude %.5g is where nobody builds, so the sun does not follow the clock; write location: {latitude: …, longitude: …} to site.yaml", p.Latitude, p.Longitude)
		return nil
	}
	l := &twin.Location{Latitude: p.Latitude, Longitude: p.Longitude}
	switch {
	case p.HasNorth:
		l.North = p.TrueNorth * 180 / math.Pi
	case p.HasMap: // the map's north, within its convergence of true north
		l.North = -p.Rotation * 180 / math.Pi
	}
	return l
}

// tellLeaves tells which doors open by guess, and which do not although their
// file says how.
func tellLeaves(source string, model *ifc.Model, report *Report) {
	var guessed, stuck []string
	for _, e := range model.Elements {
		switch {
		case e.Type != "IfcDoor":
		case slices.ContainsFunc(e.Leaves, func(l ifc.Leaf) bool { return l.Guessed }):
			guessed = append(guessed, e.Name)
		case e.Operation != "" && len(e.Leaves) == 0 && !e.Box.Empty():
			stuck = append(stuck, e.Name)
		}
	}
	const shown = 5
	if n := len(guessed); n > 0 {
		report.note(source, "doors", "of %d the file does not say how they open: %s. Their hinges are across from their handles, by guess. State OperationType of their types", n, strings.Join(guessed[:min(n, shown)], ", "))
	}
	if n := len(stuck); n > 0 {
		report.note(source, "doors", "of %d no leaf could be told from the lining: %s. They stay shut. Export leaf and lining as bodies of their own", n, strings.Join(stuck[:min(n, shown)], ", "))
	}
}

// buildingEntity begins the ids of a building's elements, so that they are told
// from assets.
const buildingEntity = "building/"
