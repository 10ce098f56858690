package sitefolder

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// forms splits a site into what the two files hold. What the files have no
// place for is refused: it would be lost.
func forms(s *twin.Site) (siteForm, layoutForm, error) {
	out := siteForm{Format: format, ID: s.ID, Name: s.Name, Kind: s.Kind, TimeZone: s.TimeZone, Modes: s.Modes}
	if l := s.Location; l != nil {
		latitude, longitude := unsigned(l.Latitude), unsigned(l.Longitude)
		out.Location = &locationForm{&latitude, &longitude, unsigned(l.North)}
	}
	layout := layoutForm{Format: format}
	for _, x := range s.Sources {
		out.Sources = append(out.Sources, sourceForm(x))
	}
	for _, p := range s.Plants {
		out.Plants = append(out.Plants, plantForm(p))
	}
	ruleForms(s, &out)
	out.Planning = formOfPlanning(s.Planning)
	out.People = formOfPeople(s.People)
	for _, z := range s.Zones {
		f := zoneForm{ID: z.ID, Name: z.Name, Kind: z.Kind, FloorY: unsigned(z.FloorY), Height: unsigned(z.Height), From: fromForm(z.Provenance)}
		for _, p := range z.Outline {
			f.Outline = append(f.Outline, point2{unsigned(p[0]), unsigned(p[1])})
		}
		out.Zones = append(out.Zones, f)
	}
	signals, err := signalForms(s)
	if err != nil {
		return out, layout, err
	}
	for _, a := range s.Assets {
		form := formOf(a)
		form.Signals = signals[a.ID]
		out.Assets = append(out.Assets, form)
		layout.Poses = append(layout.Poses, poseOf(a))
	}
	return out, layout, nil
}

// formOf is all of an asset but where it stands, and its signals.
func formOf(a twin.Asset) assetForm {
	params := map[string]float64{}
	for name, v := range a.Params {
		params[name] = unsigned(v)
	}
	f := assetForm{
		ID: a.ID, Class: a.Class, Name: a.Name, Zone: a.Zone, Size: point3(a.Size), Params: params, Products: a.Products, Finish: a.Finish, Shape: a.Shape,
		Bare: a.Bare, Inferred: a.Inferred, From: fromForm(a.Provenance),
	}
	for _, x := range a.Facings {
		f.Facings = append(f.Facings, facingForm{x.Board + 1, x.Product, x.Count, x.Look})
	}
	return f
}

func poseOf(a twin.Asset) poseForm {
	at := point3{unsigned(a.Pose.Position[0]), unsigned(a.Pose.Position[1]), unsigned(a.Pose.Position[2])}
	return poseForm{Asset: a.ID, At: &at, Yaw: degrees(a.Pose.Yaw)}
}

// signalForms are the signals of each asset with their bindings.
func signalForms(s *twin.Site) (map[twin.AssetID][]signalForm, error) {
	bound := make(map[twin.SignalID]twin.Binding, len(s.Bindings))
	for _, b := range s.Bindings {
		if before, twice := bound[b.Signal]; twice {
			return nil, fmt.Errorf("signal %s is bound to %q and to %q; keep one of them", b.Signal, before.Address, b.Address)
		}
		bound[b.Signal] = b
	}
	known := make(map[twin.AssetID]bool, len(s.Assets))
	for _, a := range s.Assets {
		known[a.ID] = true
	}
	out := map[twin.AssetID][]signalForm{}
	for _, g := range s.Signals {
		if !known[g.Asset] || g.ID != twin.SignalOf(g.Asset, g.Name) {
			return nil, fmt.Errorf("signal %q is not that of a listed asset (asset %q, name %q); list the asset, or drop the signal", g.ID, g.Asset, g.Name)
		}
		f := signalForm{Name: g.Name, Kind: g.Kind, Unit: g.Unit, Writable: g.Writable}
		if g.Range[0] != g.Range[1] {
			f.Range = []float64{unsigned(g.Range[0]), unsigned(g.Range[1])}
		}
		if g.Expected > 0 {
			f.Expected = g.Expected.String()
		}
		if b, ok := bound[g.ID]; ok {
			f.Node = b.Address
			if len(s.Plants) == 0 || b.Plant != s.Plants[0].Name {
				f.Plant = b.Plant
			}
			delete(bound, g.ID)
		}
		out[g.Asset] = append(out[g.Asset], f)
	}
	for _, b := range s.Bindings {
		if _, left := bound[b.Signal]; left {
			return nil, fmt.Errorf("node %q of plant %q is bound to signal %q, which is not listed; list the signal, or drop the binding", b.Address, b.Plant, b.Signal)
		}
	}
	return out, nil
}

// degrees is an angle as a person writes it: to a billionth, so that 90 stays 90.
func degrees(rad float64) float64 { return unsigned(math.Round(rad*180/math.Pi*1e9) / 1e9) }

// unsigned is the number with the sign of a negative zero taken off: equal sites
// have equal files.
func unsigned(v float64) float64 { return v + 0 }

// site joins the two files and checks that everything named exists.
func (f *siteForm) site(layout layoutForm) (*twin.Site, error) {
	if err := errors.Join(checkFormat(siteFile, f.Format), checkFormat(layoutFile, layout.Format)); err != nil {
		return nil, err
	}
	if f.ID == "" {
		return nil, wrong(siteFile, path("id"), "it is empty; give the site an id")
	}
	if err := f.oneLined(); err != nil {
		return nil, err
	}
	s := &twin.Site{ID: f.ID, Name: f.Name, Kind: f.Kind, TimeZone: f.TimeZone}
	steps := []func(*twin.Site) error{
		f.addLocation, f.addPlanning, f.addPrivacy, f.addRules, f.addGuards, f.addPeople, f.addPlants, f.addZones, func(s *twin.Site) error { return f.addAssets(s, layout) }, f.addHangs,
	}
	for _, step := range steps {
		if err := step(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// oneLined refuses ids and names of several lines, which nobody can read in a
// list and nothing on a screen has room for.
func (f *siteForm) oneLined() error {
	var err error
	check := func(text string, steps ...any) {
		if err == nil && strings.Contains(text, "\n") {
			err = wrong(siteFile, steps, "%.60q holds a line break; write it on one line", text)
		}
	}
	check(f.ID, "id")
	check(f.Name, "name")
	check(f.Kind, "kind")
	for class := range f.Modes {
		check(string(class), "modes")
	}
	for i, x := range f.Sources {
		check(x.Kind+x.Path+x.Hash, "sources", i)
		for question, answer := range x.Answers {
			check(question+answer, "sources", i, "answers")
		}
	}
	for i, p := range f.Plants {
		check(p.Name+p.Endpoint+p.User, "plants", i)
	}
	for i, g := range f.Guards {
		check(g.ID+g.Signal+strings.Join(g.Assets, ""), "guards", i)
	}
	for i, u := range f.Users {
		check(u.Name, "users", i)
	}
	for i, z := range f.Zones {
		check(string(z.ID)+z.Name+z.Kind, "zones", i)
	}
	for i, a := range f.Assets {
		check(string(a.ID)+a.Class+a.Name+a.Shape, "assets", i)
		for k, g := range a.Signals {
			check(g.Name+string(g.Kind)+g.Unit+g.Plant+g.Node, "assets", i, "signals", k)
		}
	}
	return err
}

func path(steps ...any) []any { return steps }

// addLocation takes in where on Earth the site stands.
func (f *siteForm) addLocation(s *twin.Site) error {
	l := f.Location
	switch {
	case l == nil:
		return nil
	case l.Latitude == nil || !(math.Abs(*l.Latitude) <= 90):
		return wrong(siteFile, path("location", "latitude"), "%s is not a latitude; give degrees north of the equator, as 52.52, or remove the location", told(l.Latitude))
	case l.Longitude == nil || !(math.Abs(*l.Longitude) <= 180):
		return wrong(siteFile, path("location", "longitude"), "%s is not a longitude; give degrees east of Greenwich, as 13.405 or -74.006, or remove the location", told(l.Longitude))
	case !(math.Abs(l.North) <= 360):
		return wrong(siteFile, path("location", "north"), "%v is not an angle; give degrees counter-clockwise from the plan's -z to true north", l.North)
	}
	s.Location = &twin.Location{Latitude: *l.Latitude, Longitude: *l.Longitude, North: l.North}
	return nil
}

// told is a number that may be missing, for a message.
func told(v *float64) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprint(*v)
}

// addRules takes in sources and modes.
func (f *siteForm) addRules(s *twin.Site) error {
	if _, err := time.LoadLocation(f.TimeZone); err != nil {
		return wrong(siteFile, path("time_zone"), "%.60q is not known; write it as Asia/Seoul", f.TimeZone)
	}
	for i, x := range f.Sources {
		if x.Kind != "opcua" && !plainName(x.Path) {
			return wrong(siteFile, path("sources", i, "path"), "%.80q leads out of %s/; give the name of a file in it", x.Path, sourcesDir)
		}
		s.Sources = append(s.Sources, twin.Source(x))
	}
	for class, mode := range f.Modes {
		if mode != twin.Shadow && mode != twin.Advise && mode != twin.Approve && mode != twin.Auto {
			return wrong(siteFile, path("modes", class), "%.40q is no mode; choose shadow, advise, approve or auto", mode)
		}
		if s.Modes == nil {
			s.Modes = map[twin.ActionClass]twin.Mode{}
		}
		s.Modes[class] = mode
	}
	return nil
}

func (f *siteForm) addPlants(s *twin.Site) error {
	seen := map[string]bool{}
	for i, p := range f.Plants {
		if p.Name == "" || seen[p.Name] {
			return wrong(siteFile, path("plants", i, "name"), "%.60q is empty or stands twice; give every plant a name of its own", p.Name)
		}
		seen[p.Name] = true
		s.Plants = append(s.Plants, twin.Plant(p))
	}
	return nil
}

func (f *siteForm) addZones(s *twin.Site) error {
	if len(f.Zones) > zonesMax {
		return wrong(siteFile, path("zones"), "%d zones, at most %d are read; split the site", len(f.Zones), zonesMax)
	}
	seen := map[twin.ZoneID]bool{}
	for i, z := range f.Zones {
		if z.ID == "" || seen[z.ID] {
			return wrong(siteFile, path("zones", i, "id"), "%.60q is empty or stands twice; give every zone an id of its own", z.ID)
		}
		seen[z.ID] = true
		out := twin.Zone{ID: z.ID, Name: z.Name, Kind: z.Kind, FloorY: z.FloorY, Height: z.Height, Provenance: twin.Provenance(z.From)}
		if !inReach(z.FloorY, z.Height) {
			return wrong(siteFile, path("zones", i, "height"), "zone %.60q: floor %v and height %v are not metres; correct them", z.ID, z.FloorY, z.Height)
		}
		for k, p := range z.Outline {
			if !inReach(p[:]...) {
				return wrong(siteFile, path("zones", i, "outline", k), "%v is not a place in metres; correct it", p)
			}
			out.Outline = append(out.Outline, geom.Vec2(p))
		}
		s.Zones = append(s.Zones, out)
	}
	return nil
}

func (f *siteForm) addAssets(s *twin.Site, layout layoutForm) error {
	if len(f.Assets) > assetsMax {
		return wrong(siteFile, path("assets"), "%d assets, at most %d are read; split the site", len(f.Assets), assetsMax)
	}
	poses, err := layout.poses()
	if err != nil {
		return err
	}
	zones := map[twin.ZoneID]bool{"": true}
	for _, z := range s.Zones {
		zones[z.ID] = true
	}
	plants := map[string]bool{}
	for _, p := range s.Plants {
		plants[p.Name] = true
	}
	seen := make(map[twin.AssetID]bool, len(f.Assets))
	for i, a := range f.Assets {
		pose, placed := poses[a.ID]
		switch {
		case a.ID == "" || seen[a.ID]:
			return wrong(siteFile, path("assets", i, "id"), "%.60q is empty or stands twice; give every asset an id of its own", a.ID)
		case !placed:
			return wrong(layoutFile, path("poses"), "asset %.60q of %s stands nowhere; add a line for it", a.ID, siteFile)
		}
		read, err := a.asset(siteFile, path("assets", i), pose, zones)
		if err != nil {
			return err
		}
		seen[a.ID] = true
		s.Assets = append(s.Assets, read)
		if err := addSignals(s, plants, i, a); err != nil {
			return err
		}
	}
	for i, p := range layout.Poses {
		if !seen[p.Asset] {
			return wrong(layoutFile, path("poses", i, "asset"), "%.60q is placed, but %s does not list it; remove the line, or list the asset", p.Asset, siteFile)
		}
	}
	return nil
}

// asset checks the form of one that stands at a pose; at is where it is in its file.
func (f *assetForm) asset(file string, at []any, pose twin.Pose, zones map[twin.ZoneID]bool) (twin.Asset, error) {
	within := func(steps ...any) []any { return append(append([]any(nil), at...), steps...) }
	switch {
	case !zones[f.Zone]:
		return twin.Asset{}, wrong(file, within("zone"), "asset %.60q is in zone %.60q, which is not listed; list the zone, or name another", f.ID, f.Zone)
	case !(f.Size[0] > 0 && f.Size[1] > 0 && f.Size[2] > 0) || !inReach(f.Size[:]...):
		return twin.Asset{}, wrong(file, within("size"), "asset %.60q: %v is not width, height, depth in metres; give three lengths", f.ID, f.Size)
	case len(f.Facings) > facingsMax:
		return twin.Asset{}, wrong(file, within("facings"), "%d facings, at most %d are read of one asset", len(f.Facings), facingsMax)
	case f.Bare && len(f.Facings) > 0:
		return twin.Asset{}, wrong(file, within("bare"), "asset %.60q is bare and has %d facings; remove one of the two", f.ID, len(f.Facings))
	}
	for name, v := range f.Params {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return twin.Asset{}, wrong(file, within("params", name), "%v is not a number; write it as 1.5, or remove it", v)
		}
	}
	a := twin.Asset{
		ID: f.ID, Class: f.Class, Name: f.Name, Zone: f.Zone, Pose: pose, Size: geom.Vec3(f.Size), Params: filled(f.Params),
		Products: some(f.Products), Shape: f.Shape, Bare: f.Bare, Inferred: f.Inferred, Provenance: twin.Provenance(f.From),
	}
	for slot, to := range f.Finish {
		if slot == "" || to == "" || strings.ContainsAny(slot+to, "\n") {
			return twin.Asset{}, wrong(file, within("finish", slot), "%.60q for %.60q is no material; give the name of one of the catalogue, or a colour as \"#8a5a2b\"", to, slot)
		}
	}
	if len(f.Finish) > 0 {
		a.Finish = f.Finish
	}
	for k, x := range f.Facings {
		if x.Board < 1 || x.Count < 1 || x.Board > facingsMax || x.Count > facingsMax || x.Look < 0 || x.Look > facingsMax || x.Product == "" || strings.Contains(x.Product, "\n") {
			return twin.Asset{}, wrong(file, within("facings", k), "board %d, product %.60q, count %d; give a board from 1, a product and how many stand beside each other", x.Board, x.Product, x.Count)
		}
		a.Facings = append(a.Facings, twin.Facing{Board: x.Board - 1, Product: x.Product, Count: x.Count, Look: x.Look})
	}
	return a, nil
}

// facingsMax is of one asset, and of boards and packages likewise.
const facingsMax = 2000

func (f *layoutForm) poses() (map[twin.AssetID]twin.Pose, error) {
	if len(f.Poses) > assetsMax {
		return nil, wrong(layoutFile, path("poses"), "%d poses, at most %d are read; split the site", len(f.Poses), assetsMax)
	}
	out := make(map[twin.AssetID]twin.Pose, len(f.Poses))
	for i, p := range f.Poses {
		if _, twice := out[p.Asset]; twice {
			return nil, wrong(layoutFile, path("poses", i, "asset"), "%.60q stands twice; remove one of the lines", p.Asset)
		}
		switch {
		case p.At == nil || !inReach(p.At[:]...):
			return nil, wrong(layoutFile, path("poses", i, "at"), "%.60q stands nowhere; give x, y, z in metres as [1.5, 0, 2]", p.Asset)
		case !(math.Abs(p.Yaw) <= 360_000):
			return nil, wrong(layoutFile, path("poses", i, "yaw"), "%v of %.60q is not an angle; give degrees", p.Yaw, p.Asset)
		}
		out[p.Asset] = twin.Pose{Position: geom.Vec3(*p.At), Yaw: p.Yaw * math.Pi / 180}
	}
	return out, nil
}

// addSignals takes in the signals of the i-th asset.
func addSignals(s *twin.Site, plants map[string]bool, i int, a assetForm) error {
	names := map[string]bool{}
	for k, f := range a.Signals {
		fail := func(key, format string, args ...any) error {
			return wrong(siteFile, path("assets", i, "signals", k, key), "signal %.60s/%.60s: "+format, append([]any{a.ID, f.Name}, args...)...)
		}
		if f.Name == "" || names[f.Name] {
			return fail("name", "it is empty or stands twice; give every signal of an asset a name of its own")
		}
		names[f.Name] = true
		expected, err := duration(f.Expected)
		if err != nil {
			return fail("expected", "%v", err)
		}
		g := twin.Signal{
			ID: twin.SignalOf(a.ID, f.Name), Asset: a.ID, Name: f.Name, Kind: f.Kind, Unit: f.Unit, Writable: f.Writable, Expected: expected,
		}
		switch f.Kind {
		case twin.Analog, twin.Boolean, twin.Enum, twin.Positions:
		default:
			return fail("kind", "%.40q is no kind; choose analog, boolean, enum or positions", f.Kind)
		}
		switch {
		case len(f.Range) == 0:
		case len(f.Range) == 2 && f.Range[0] < f.Range[1] && !math.IsInf(f.Range[0], 0) && !math.IsInf(f.Range[1], 0):
			g.Range = [2]float64(f.Range)
		default:
			return fail("range", "%.60v is not lowest, highest; write it as [-40, 20], or remove it", fmt.Sprint(f.Range))
		}
		s.Signals = append(s.Signals, g)
		if f.Node == "" {
			if f.Plant != "" {
				return fail("plant", "plant %.60q is named, but no node; add the node, or remove the plant", f.Plant)
			}
			continue
		}
		plant := f.Plant
		if plant == "" && len(s.Plants) > 0 {
			plant = s.Plants[0].Name
		}
		if !plants[plant] {
			return fail("node", "it is bound to a node of plant %.60q, which is not listed; list the plant, or remove the node", plant)
		}
		s.Bindings = append(s.Bindings, twin.Binding{Signal: g.ID, Plant: plant, Address: f.Node})
	}
	return nil
}

// reachMax is how far from its origin a site extends at most, metres.
const reachMax = 1e6

func inReach(vs ...float64) bool {
	for _, v := range vs {
		if !(math.Abs(v) <= reachMax) {
			return false
		}
	}
	return true
}

// some is the list, nil when it is empty: a site reads the same whether an
// empty list was written or left out.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func filled(m map[string]float64) map[string]float64 {
	if len(m) == 0 {
		return nil
	}
	return m
}
