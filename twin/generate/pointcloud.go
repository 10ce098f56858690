package generate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// readScan turns a point cloud to the building that it shows, and keeps its
// points to lie over the twin.
func (g *generation) readScan(ctx context.Context, f File) (*finding, error) {
	g.progress("reading the scan %s", f.Name)
	at, size := f.reader()
	tenth := int64(-1)
	points, err := scan.Read(ctx, f.Name, at, size, scan.Options{Progress: func(done, total int64) {
		if total > 0 && done*10/total != tenth {
			tenth = done * 10 / total
			g.progress("reading the scan %s: %d %%", f.Name, 10*tenth)
		}
	}})
	if err != nil {
		return nil, fmt.Errorf("read the scan: %w", err)
	}
	for _, n := range points.Notes {
		g.report.note(f.Name, "", "%s", n)
	}
	cloud := &survey.Cloud{Positions: points.Positions, Colors: points.Colors, Normals: points.Normals, Offset: points.Offset, Up: points.Up, Faces: points.Faces}
	for _, s := range points.Stations {
		cloud.Stations = append(cloud.Stations, s.At)
	}
	stage := ""
	s, err := survey.Reconstruct(ctx, cloud, survey.Options{Classes: g.sizes(), Progress: func(now string, done float64) {
		if now != stage {
			stage = now
			g.progress("finding the building in %s: %s, %.0f %%", f.Name, now, 100*done)
		}
	}})
	if errors.Is(err, survey.ErrTooSparse) {
		g.report.note(f.Name, "", "%v; it is left out", err)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the building in %s: %w", f.Name, err)
	}
	for _, n := range s.Notes {
		g.report.note(f.Name, "", "%s", n)
	}
	out := &finding{building: g.surveyed(s)}
	out.assets = g.found(f.Name, s)
	thinned, err := survey.Thin(ctx, cloud, s.Frame, scanKept)
	if err != nil {
		return nil, fmt.Errorf("thin the scan %s: %w", f.Name, err)
	}
	out.building.Scan = &Scan{Source: f.Name, Positions: thinned.Points, Colors: thinned.Colours}
	return out, nil
}

// measureScan tells how far the points of a scan lie from all that the twin
// holds, whichever source told of it.
func (g *generation) measureScan(ctx context.Context) error {
	if g.building == nil || g.building.Scan == nil {
		return nil
	}
	kept := g.building.Scan
	g.progress("measuring %s against its twin", kept.Source)
	sc, _, err := Scene(ctx, &g.site, g.building, g.in.Catalogue)
	if err != nil {
		return err
	}
	d, err := survey.Measure(ctx, kept.Positions, sc)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		g.building.Scan = nil
		g.report.note(kept.Source, "", "its distance to the twin is not known: %v", err)
		return nil
	}
	kept.MM = d.MM
	kept.lieOn(sc.Entities(), d.Nearest)
	g.report.note(kept.Source, "", "of %d points, half lie within %.0f mm of the twin and 90 %% within %.0f mm; %.0f %% within 50 mm", len(d.MM), d.MedianMM, d.P90MM, 100*d.Within50)
	return nil
}

// surveyed takes the building of a survey, and counts what was understood.
func (g *generation) surveyed(s *survey.Survey) *Building {
	b := &Building{}
	sc, elements := s.Scene()
	objects := map[string]bool{}
	for _, o := range s.Objects {
		objects[o.Entity] = o.Class != "" // drawn as a thing of its class
	}
	b.Scene = without(sc, objects)
	for _, e := range elements {
		b.Elements = append(b.Elements, Element(e))
	}
	for _, o := range s.Objects {
		if o.Class == "" {
			b.Elements = append(b.Elements, Element{Entity: o.Entity, Type: "proxy", Name: "Unknown object", Box: geom.EmptyBox()})
		}
	}
	for i := range b.Elements {
		if e := &b.Elements[i]; !strings.HasPrefix(e.Entity, buildingEntity) {
			renameEntity(b, e.Entity, buildingEntity+e.Entity)
			e.Entity = buildingEntity + e.Entity
		}
	}
	b.measure()
	for i, r := range s.Rooms {
		b.Spaces = append(b.Spaces, Space{ID: r.ID, Name: fmt.Sprintf("Room %d", i+1), Outline: ccw(r.Outline), FloorY: r.FloorY, Height: r.Height})
	}
	g.report.ElementsTotal += len(elements) + len(s.Objects)
	g.report.ElementsUnderstood += len(elements)
	return b
}

func renameEntity(b *Building, from, to string) {
	for i := range b.Scene.Nodes {
		if b.Scene.Nodes[i].Entity == from {
			b.Scene.Nodes[i].Entity = to
		}
	}
}

// found takes the things of a survey whose class is told with confidence.
func (g *generation) found(source string, s *survey.Survey) []twin.Asset {
	var out []twin.Asset
	numbers := map[string]int{}
	for _, o := range s.Objects {
		class, ok := g.in.Catalogue.Class(o.Class)
		if !ok {
			g.report.note(source, o.Entity, "what this is was not recognised (most like %q, %.0f %% sure); it is drawn as a box", o.Guess, 100*o.Confidence)
			continue
		}
		g.report.ElementsUnderstood++
		half := o.Size.Mul(0.5)
		box := geom.Box{Min: geom.Vec3{-half[0], 0, -half[2]}, Max: geom.Vec3{half[0], o.Size[1], half[2]}}.Transform(mgl64.Translate3D(o.Position[0], o.Position[1], o.Position[2]))
		a := guessedAsset(source, fmt.Sprintf("%s, %.0f %% sure", o.Entity, 100*o.Confidence), class, box, o.Yaw, numbers)
		out = append(out, a)
	}
	return out
}

// sizes are the classes that a scan's objects are compared with.
func (g *generation) sizes() []survey.ClassSize {
	mounts := map[catalogue.Mount]survey.Mount{catalogue.OnFloor: survey.OnFloor, catalogue.OnWall: survey.OnWall, catalogue.OnCeiling: survey.OnCeiling}
	var out []survey.ClassSize
	for _, c := range g.in.Catalogue.Classes() {
		if m, ok := mounts[c.Mount]; ok && c.Name != thingClass {
			out = append(out, survey.ClassSize{Name: c.Name, Size: c.UsualSize(), Mount: m})
		}
	}
	return out
}
