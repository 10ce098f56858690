package generate

import (
	"context"
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Plant is a plant whose address space was browsed.
type Plant struct {
	Name     string
	Endpoint string
	User     string
	Nodes    []twin.PlantNode
}

// Input is what a site is made from.
type Input struct {
	ID, Name  string // of the site
	TimeZone  string // IANA name; "" is UTC
	Files     []File
	Answers   map[string]map[string]string // to questions of the report, by file and id
	Plant     *Plant                       // nil: none yet
	Catalogue *catalogue.Catalogue
	Progress  func(string) // nil: nobody listens
}

// Result is a site and how it came about.
type Result struct {
	Site     *twin.Site
	Building *Building // nil when no source holds one
	Report   Report
}

// Run makes a site from its sources. It reads no file and writes none; ctx ends
// it early.
func Run(ctx context.Context, in Input) (*Result, error) {
	g := &generation{in: in, report: Report{ByClass: map[string]int{}}}
	steps := []struct {
		says string
		do   func(context.Context) error
	}{
		{"reading the sources", g.readSources},
		{"laying the sources on each other", g.register},
		{"placing fixtures and devices", g.placeAssets},
		{"drawing what no source tells of", g.guessRoom},
		{"finding rooms, departments and aisles", g.findZones},
		{"binding signals to the plant", g.bindSignals},
		{"setting guards and modes", g.setRules},
		{"opening every door", g.checkDoors},
		{"comparing the twin with its scan", g.measureScan},
	}
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if in.Progress != nil {
			in.Progress(s.says)
		}
		if err := s.do(ctx); err != nil {
			return nil, err
		}
	}
	return &Result{Site: &g.site, Building: g.building, Report: g.report}, nil
}

// generation is one run.
type generation struct {
	in       Input
	site     twin.Site
	report   Report
	findings []*finding // by rank once they are registered
	classes  *classifier
	told     map[twin.AssetID]bool // things of which a source says that they have signals
	referred map[string]bool       // files that belong to what other files place
	building *Building
	spaces   []Space
	guessed  *Space // drawn around things of which no source tells the room
	source   string // of the spaces
	binder   *binder
}

// progress tells what is being done.
func (g *generation) progress(format string, args ...any) {
	if g.in.Progress != nil {
		g.in.Progress(fmt.Sprintf(format, args...))
	}
}

func (g *generation) placeAssets(context.Context) error {
	assets, err := placeRows(g.in.Files, g.in.Catalogue, g.spaces)
	if err != nil {
		return err
	}
	g.site.Assets = assets
	g.mergeAssets()
	if g.binder == nil {
		return nil
	}
	homeless := g.binder.homeless(g.site.Assets)
	if len(g.site.Assets) == 0 && len(g.spaces) == 0 && (g.building == nil || len(g.building.Elements) == 0) {
		for _, d := range homeless {
			g.site.Assets = append(g.site.Assets, g.unplaced(d))
		}
		if len(homeless) > 0 {
			room := arrange(g.site.Assets, g.in.Catalogue)
			g.guessed = &room
		}
		for i, d := range homeless {
			g.tellPlace(d, g.site.Assets[i])
		}
		return nil
	}
	for _, d := range homeless {
		a := g.guessPlace(d)
		g.site.Assets = append(g.site.Assets, a)
		g.tellPlace(d, a)
	}
	return nil
}

// guessRoom draws a room where no source tells of any.
func (g *generation) guessRoom(context.Context) error {
	if len(g.site.Assets) == 0 && len(g.spaces) == 0 && (g.building == nil || len(g.building.Elements) == 0) {
		return g.nothing()
	}
	if len(g.spaces) == 0 {
		if g.guessed == nil {
			room := guessedRoom(g.site.Assets, g.in.Catalogue)
			g.guessed = &room
		}
		g.spaces = []Space{*g.guessed}
		if g.building == nil || len(g.building.Elements) == 0 {
			g.report.note("", "", "no building among the sources: a plain shell of one room is drawn around the fixtures. Add a building model, a plan or a scan")
			g.addEntrance()
		} else {
			g.report.note(g.source, "", "the building holds no spaces: all of it is one room")
			g.spaces[0] = wholeRoom(g.building, g.site.Assets)
		}
	}
	for _, a := range g.site.Assets {
		g.report.ByClass[a.Class]++
	}
	g.report.Assets = len(g.site.Assets)
	return nil
}

// nothing is the error for sources that hold no part of a site; it tells what
// was found instead.
func (g *generation) nothing() error {
	why := "give a building model, a plan, a scan, a list of fixtures or a plant"
	if len(g.report.Notes) > 0 {
		why = g.report.Notes[len(g.report.Notes)-1].String()
	}
	return fmt.Errorf("nothing in the sources becomes part of a site: %s", why)
}

// addEntrance gives a guessed room a door when no source tells of one.
func (g *generation) addEntrance() {
	if small(g.spaces[0].Outline) {
		return
	}
	for _, a := range g.site.Assets {
		if class, ok := g.in.Catalogue.Class(a.Class); ok && class.Mount == catalogue.InWall {
			return
		}
	}
	door, ok := guessEntrance(g.spaces[0], g.site.Assets, g.in.Catalogue)
	if !ok || slices.ContainsFunc(g.site.Assets, func(a twin.Asset) bool { return a.ID == door.ID }) {
		return
	}
	g.site.Assets = append(g.site.Assets, door)
	g.report.note("", string(door.ID), "no source tells where people come in: a door is drawn at %.1f, %.1f, where most floor is free. Add it to a list of fixtures to place it", door.Pose.Position[0], -door.Pose.Position[2])
}

// unplaced is a device of which no list tells the place.
func (g *generation) unplaced(d device) twin.Asset {
	class, _ := g.in.Catalogue.Class(d.class)
	a := twin.Asset{
		ID: twin.AssetID(d.id), Class: class.Name, Name: nameOf(class, d.id), Size: class.UsualSize(), Inferred: true,
		Provenance: twin.Provenance{Source: g.binder.plant, Entity: d.points[0].Address},
	}
	if class.Name == plainClass {
		a.Name = d.id
	}
	return a
}

// guessPlace puts a device of which no list tells the place where it is in
// nobody's way.
func (g *generation) guessPlace(d device) twin.Asset {
	a := g.unplaced(d)
	class, _ := g.in.Catalogue.Class(d.class)
	space := guessedRoom(g.site.Assets, g.in.Catalogue)
	for i, s := range g.spaces {
		if i == 0 || areaOf(s.Outline) > areaOf(space.Outline) {
			space = s
		}
	}
	a.Pose.Position = freeSpot(a, class, space, g.site.Assets)
	floor, ceiling := space.FloorY, space.FloorY+space.Height
	a.Pose.Position[1] = round(floor + class.Elevation)
	if class.Mount == catalogue.OnCeiling {
		a.Pose.Position[1] = round(ceiling - class.Elevation - a.Size[1])
	}
	return a
}

// tellPlace says that a device stands where it stands by guess.
func (g *generation) tellPlace(d device, a twin.Asset) {
	if a.Class == plainClass {
		g.report.note(g.binder.plant, d.id, "not a device of a known class (%s): it stands as a plain device at %.1f, %.1f by guess, with %d of its %d points as signals%s",
			d.unknown, a.Pose.Position[0], -a.Pose.Position[2], len(plainPoints(d)), len(d.points), g.binder.advice(d))
		return
	}
	g.report.note(g.binder.plant, d.id, "a %s that no list of fixtures holds; placed at %.1f, %.1f by guess. Add a line to the device list to place it", a.Class, a.Pose.Position[0], -a.Pose.Position[2])
}

// spotStep is the grid on which a free place is looked for, metres.
const spotStep = 0.5

// freeSpot is the first place on a grid of the room where the asset stands in
// nothing; the middle of the room when there is none.
func freeSpot(a twin.Asset, class *catalogue.Class, room Space, others []twin.Asset) geom.Vec3 {
	lo, hi := geom.Vec2{1e9, 1e9}, geom.Vec2{-1e9, -1e9}
	for _, p := range room.Outline {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	columns, rows := min(200, int((hi[0]-lo[0])/spotStep)), min(200, int((hi[1]-lo[1])/spotStep))
	for row := 1; row < rows; row++ {
		for column := 1; column < columns; column++ {
			a.Pose.Position = geom.Vec3{round(lo[0] + spotStep*float64(column)), 0, round(lo[1] + spotStep*float64(row))}
			corners := footprint(a)
			fits := !slices.ContainsFunc(corners[:], func(p geom.Vec2) bool { return !inside(room.Outline, p) })
			if fits && !slices.ContainsFunc(others, func(o twin.Asset) bool { return apart(a, o) < spotStep/2 }) {
				return a.Pose.Position
			}
		}
	}
	return geom.Vec3{round((lo[0] + hi[0]) / 2), 0, round((lo[1] + hi[1]) / 2)}
}

func (g *generation) findZones(context.Context) error {
	g.site.Zones = rooms(g.spaces, g.source)
	used := map[twin.ZoneID]int{}
	for _, z := range g.site.Zones {
		used[z.ID]++
	}
	g.site.Zones = append(g.site.Zones, departments(offered(g.site.Assets), g.in.Catalogue, used)...)
	g.site.Zones = append(g.site.Zones, aisles(g.site.Assets, g.in.Catalogue, used)...)
	for i := range g.site.Assets {
		g.site.Assets[i].Zone = zoneOf(g.site.Zones, g.site.Assets[i])
	}
	g.report.Zones = len(g.site.Zones)
	return nil
}

func (g *generation) bindSignals(context.Context) error {
	for _, a := range g.site.Assets {
		class, _ := g.in.Catalogue.Class(a.Class)
		if told, ok := g.toldSignals(a.ID); ok && g.binder == nil {
			g.site.Signals = append(g.site.Signals, told.List...)
			g.site.Bindings = append(g.site.Bindings, told.Bindings...)
			continue
		}
		if !g.sensed(a) {
			continue
		}
		if g.binder == nil {
			g.site.Signals = append(g.site.Signals, signalsOf(a, class, false)...)
			continue
		}
		signals, bindings := g.binder.bind(a, class)
		g.site.Signals = append(g.site.Signals, signals...)
		g.site.Bindings = append(g.site.Bindings, bindings...)
	}
	g.report.Signals, g.report.Bound = len(g.site.Signals), len(g.site.Bindings)
	return nil
}

// sensed tells whether a thing is expected to have signals: a list of devices or
// a plant says so, and a model or a scan that only shows it does not, unless the
// plant has a device of its name.
func (g *generation) sensed(a twin.Asset) bool {
	for _, f := range g.in.Files {
		if f.Name != a.Provenance.Source {
			continue
		}
		if g.told[a.ID] {
			return true
		}
		switch f.Kind {
		case KindIFC, KindDrawing, KindScan, KindModel, KindShelves:
			return g.binder != nil && g.binder.knows(a.ID)
		}
	}
	return a.Provenance.Source != "" // nobody told of what was only guessed
}

func (g *generation) setRules(context.Context) error {
	var present []*catalogue.Class
	for _, name := range g.report.Classes() {
		if c, ok := g.in.Catalogue.Class(name); ok {
			present = append(present, c)
		}
	}
	g.site.Guards, g.site.Modes = guards(present, g.in.Catalogue.Classes()), modes(present)
	return nil
}
