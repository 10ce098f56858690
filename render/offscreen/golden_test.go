package offscreen_test

import (
	"image"
	"math"
	"reflect"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func golden(t *testing.T, name string, img *image.RGBA) {
	t.Helper()
	if err := likeness.Golden("testdata/golden/"+name+".png", "../../out/golden", img); err != nil {
		t.Error(err)
	}
}

func picture(t *testing.T, r *offscreen.Renderer, f render.Frame) *image.RGBA {
	t.Helper()
	img, stats, err := r.Image(f)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Triangles == 0 || stats.Draws == 0 || stats.CPUms <= 0 {
		t.Errorf("stats: %+v", stats)
	}
	return img
}

func TestGoldenMaterials(t *testing.T) {
	r := open(t, materials())
	f := render.Frame{Width: 400, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.1, 0.3, 0}, Yaw: 0.12, Pitch: 0.42, Distance: 5.2, FovY: 0.62}}
	golden(t, "materials", picture(t, r, f))
	f.Dark = true
	golden(t, "materials-dark", picture(t, r, f))
}

// orange is what depicts an attribution.
var orange = overlay.RGBA{0.90, 0.22, 0.03, 1}

func TestGoldenCabinet(t *testing.T) {
	r := open(t, cabinet())
	base := render.Frame{Width: 320, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	closed := picture(t, r, base)
	for name, change := range map[string]func(*render.Frame){
		"door-closed": func(*render.Frame) {},
		"door-open":   func(f *render.Frame) { f.Joints = []float64{1.2} },
		"hidden":      func(f *render.Frame) { f.Hidden = map[string]bool{"crate-1": true} },
		"low-sun":     func(f *render.Frame) { f.Sun = geom.Vec3{0.9, 0.35, 0.5} },
		"lamp-off":    func(f *render.Frame) { f.Dark, f.Emissive = true, map[string]float32{"light-1": 0} },
		"lamp-on":     func(f *render.Frame) { f.Dark = true },
		"draft":       func(f *render.Frame) { f.Draft = true },
		"cut":         func(f *render.Frame) { f.Cut = render.Cut{Away: geom.Vec3{0, 1, 0}, Offset: 1.2} },
		"cut-draft":   func(f *render.Frame) { f.Cut, f.Draft = render.Cut{Away: geom.Vec3{0, 0, 1}}, true },
		"veiled":      func(f *render.Frame) { f.Veiled = map[string]bool{"freezer-1": true} },
		"revealed": func(f *render.Frame) {
			f.Camera.Yaw, f.Selected, f.Reveal = -1.45, "crate-1", true // the freezer stands before the crate
		},
		"selected": func(f *render.Frame) { f.Selected, f.Hovered = "freezer-1", "crate-1" },
		"tints": func(f *render.Frame) {
			f.Overlays.Tints = []overlay.Tint{
				{Entity: "freezer-1", Part: "door", Color: overlay.RGBA{0.9, 0.22, 0.03, 0.8}, Glow: 0.2},
				{Entity: "freezer-1", Part: "compressor", Color: overlay.RGBA{0.05, 0.25, 0.8, 0.6}, Glow: 0.1},
				{Entity: "crate-1", Grey: true},
			}
		},
		"heatmap": func(f *render.Frame) {
			h := overlay.Heatmap{Title: "Floor temperature", Unit: "°C", Min: geom.Vec2{-3, -2.5}, Max: geom.Vec2{3, 2.5}, Y: 0.02, Columns: 12, Low: 16, High: 24, Opacity: 0.6}
			for i := range 120 {
				v := 20 + 4*math.Sin(float64(i%12)/3)*math.Cos(float64(i/12)/3)
				if i%12 > 9 && i < 40 {
					v = math.NaN()
				}
				h.Values = append(h.Values, v)
			}
			f.Overlays.Heatmaps = []overlay.Heatmap{h}
		},
		"diverging": func(f *render.Frame) {
			f.Overlays.Heatmaps = []overlay.Heatmap{{Title: "Change", Unit: "K", Min: geom.Vec2{-3, -2.5}, Max: geom.Vec2{3, 2.5}, Y: 0.02, Columns: 3,
				Values: []float64{-1, 0, 1, -2, 0, 2, -3, 0, 3}, Low: -3, High: 3, Palette: overlay.Diverging, Opacity: 0.7}}
			f.Dark = true
		},
		"arrow": func(f *render.Frame) {
			f.Overlays.Arrows = []overlay.Arrow{
				{From: geom.Vec3{0, 1.9, 0.4}, To: geom.Vec3{1.5, 0.55, 0.2}, Strength: 1, Color: orange, Phase: 0.3},
				{From: geom.Vec3{0.9, 0.3, -0.7}, To: geom.Vec3{-0.9, 0.6, -0.7}, Strength: 0.2, Color: overlay.RGBA{0.05, 0.25, 0.8, 1}},
			}
		},
		"cards": func(f *render.Frame) {
			f.Overlays.Labels = []overlay.Label{
				{Entity: "freezer-1", Anchor: geom.Vec3{0, 1.8, 0}, Title: "Freezer 1", Lines: []string{"The door stands open", "-11.3 °C"}, Accent: orange, Priority: 2},
				{Entity: "crate-1", Anchor: geom.Vec3{1.5, 0.5, 0.2}, Title: "Crate", Lines: []string{"not live"}, Accent: orange, Priority: 1, Faded: true},
			}
		},
		"trail-figure-ghost": func(f *render.Frame) {
			o := &f.Overlays
			for i := range 20 {
				o.Trails = append(o.Trails[:0], overlay.Trail{Color: overlay.RGBA{0.05, 0.45, 0.9, 1},
					Points: append(trailPoints(o), geom.Vec3{-1.6 + 0.17*float64(i), 0.02, 1.4 + 0.3*math.Sin(float64(i)/3)})})
			}
			o.Figures = []overlay.Figure{{Position: geom.Vec3{-1, 0, 0.6}, Yaw: 0.6, Color: overlay.RGBA{0.1, 0.3, 0.15, 1}}}
			o.Ghosts = []overlay.Ghost{{Entity: "crate-1", Pose: at(1.5, 0.9, 0.2), Color: overlay.RGBA{0.1, 0.5, 0.95, 0.8}}}
		},
	} {
		f := base
		change(&f)
		img := picture(t, r, f)
		golden(t, name, img)
		if name == "door-closed" {
			continue
		}
		if d, err := likeness.Compare(img, closed); err != nil || d.Worst < 4 && name != "draft" {
			t.Errorf("%s: it looks like the plain picture: %s %v", name, d.Compare, err)
		}
	}
	again := picture(t, r, base)
	if d, err := likeness.Compare(again, closed); err != nil || d.Worst > 0.5 {
		t.Errorf("something of another frame is left: %s %v", d.Compare, err)
	}
}

func TestGoldenVolume(t *testing.T) {
	v := overlay.VolumeHeat{Title: "Air", Unit: "°C", Note: "interpolated", Box: geom.Box{Min: geom.Vec3{-1.2, 0, -1.2}, Max: geom.Vec3{2.4, 2.4, 1.2}},
		Columns: 12, Layers: 6, Rows: 8, Low: 16, High: 28, Opacity: 0.5}
	for i := range 12 * 6 * 8 {
		x, z, y := float64(i%12)-6, float64(i/12%8)-4, float64(i/96)
		v.Values = append(v.Values, 17+1.6*y+4*math.Exp(-(x*x+z*z)/8)) // warm above, and over the freezer
	}
	f := render.Frame{Width: 480, Height: 360, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.5, Distance: 5.6}}
	f.Overlays.Volumes = []overlay.VolumeHeat{v}
	r := open(t, cabinet())
	golden(t, "volume", picture(t, r, f))
	f.Camera.Pitch, f.Dark = 0.05, true // from within its height
	golden(t, "volume-level", picture(t, r, f))
}

// A wall of four times the usual dots, and a picture in which hardly a card fits.
func TestGoldenCardsAtEveryScale(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	f.Overlays.Labels = []overlay.Label{
		{Entity: "freezer-1", Anchor: geom.Vec3{0, 1.8, 0}, Title: "Freezer 1", Lines: []string{"The door stands open", "-11.3 °C"}, Accent: orange, Priority: 2},
		{Entity: "crate-1", Anchor: geom.Vec3{1.5, 0.5, 0.2}, Title: "Crate", Lines: []string{"not live"}, Accent: orange, Priority: 1, Faded: true},
	}
	f.Overlays.Heatmaps = []overlay.Heatmap{{Title: "Air in the room", Unit: "°C", Min: geom.Vec2{-3, -2.5}, Max: geom.Vec2{3, 2.5}, Y: 0.02, Columns: 3,
		Values: []float64{18, 19, 20, 19, 20, 21, 20, 21, 22}, Low: 17, High: 23, Opacity: 0.4}}
	for name, c := range map[string]struct {
		width, height int
		scale         float64
	}{"cards-scale-4": {1280, 960, 4}, "cards-tiny": {150, 110, 0.5}} {
		f.Width, f.Height, f.Scale, f.Samples = c.width, c.height, c.scale, 2
		golden(t, name, picture(t, r, f))
	}
}

func TestGoldenFlow(t *testing.T) {
	field := overlay.Field{Min: geom.Vec2{-3, -2.5}, Max: geom.Vec2{3, 2.5}, Y: 0.02, Columns: 12}
	for i := range 120 {
		x, z := -2.75+0.5*float64(i%12), -2.25+0.5*float64(i/12)
		field.Velocity = append(field.Velocity, geom.Vec2{0.5 - 0.4*z, 0.35 * x}) // around the things
	}
	f := render.Frame{Width: 480, Height: 360, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.5, Distance: 5.6}}
	f.Overlays.Flows = []overlay.Flow{{Title: "Ways", Unit: "m/s", Note: "mean of 15 minutes", High: 1.5, Lines: field.Streamlines(0.4)}}
	golden(t, "flow", picture(t, open(t, cabinet()), f))
}

func trailPoints(o *overlay.Set) []geom.Vec3 {
	if len(o.Trails) == 0 {
		return nil
	}
	return o.Trails[0].Points
}

func TestPickSeesWhatIsDrawn(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 320, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	ask := func(f render.Frame, p geom.Vec3) render.Hit {
		x, y, _ := f.Project(p)
		hit, _ := r.Pick(f, int(x), int(y))
		return hit
	}
	if hit := ask(f, geom.Vec3{0.1, 1.2, 0.43}); hit.Entity != "freezer-1" || hit.Part != "door" || hit.Point.Sub(geom.Vec3{0.1, 1.2, 0.43}).Len() > 0.05 {
		t.Errorf("at the closed door: %+v", hit)
	}
	opened := f
	opened.Joints = []float64{1.4}
	if hit := ask(opened, geom.Vec3{0.2, 1.02, 0.2}); hit.Part != "shelf" {
		t.Errorf("past the open door: %+v", hit)
	}
	half := f
	half.Cut = render.Cut{Away: geom.Vec3{0, 0, 1}, Offset: 0.3} // the door is away, the shelf is not
	if hit := ask(half, geom.Vec3{0.2, 1.02, 0.2}); hit.Part != "shelf" {
		t.Errorf("past what is cut away: %+v", hit)
	}
	veiled := f
	veiled.Veiled = map[string]bool{"freezer-1": true}
	if hit := ask(veiled, geom.Vec3{0.1, 1.2, 0.43}); hit.Entity == "freezer-1" {
		t.Errorf("on a veil: %+v", hit)
	}
	hidden := f
	hidden.Hidden = map[string]bool{"crate-1": true}
	if hit := ask(hidden, geom.Vec3{1.5, 0.25, 0.45}); hit.Entity != "floor" {
		t.Errorf("through what is hidden: %+v", hit)
	}
	if _, ok := r.Pick(f, 2, 2); ok {
		t.Error("something was hit in the sky")
	}
	labelled := f
	labelled.Overlays.Labels = []overlay.Label{{Entity: "crate-1", Anchor: geom.Vec3{0, 1.8, 0}, Title: "A card to click on"}}
	x, y, _ := f.Project(geom.Vec3{0, 1.8, 0})
	if hit, _ := r.Pick(labelled, int(x), int(y)-32); hit.Entity != "crate-1" {
		t.Errorf("on a card: %+v", hit)
	}
}

func TestPickSeesArrowsAndTrails(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 320, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	arrow := overlay.Arrow{From: geom.Vec3{0, 1.9, 0.4}, To: geom.Vec3{1.5, 0.55, 0.2}, Strength: 1, Color: orange, Entity: "freezer-1", Part: "door"}
	hidden := overlay.Arrow{From: geom.Vec3{-0.3, 0.9, -1.5}, To: geom.Vec3{0.3, 0.9, -1.5}, Entity: "crate-1"} // behind the freezer
	trail := overlay.Trail{Entity: "crate-1", Label: "A way", Points: []geom.Vec3{{-1.6, 0.02, 1.4}, {0, 0.02, 1.6}, {1.6, 0.02, 1.4}}, Color: orange}
	f.Overlays = overlay.Set{Arrows: []overlay.Arrow{arrow, hidden}, Trails: []overlay.Trail{trail}}
	ask := func(p geom.Vec3) render.Hit {
		x, y, _ := f.Project(p)
		hit, _ := r.Pick(f, int(x), int(y))
		return hit
	}
	for _, part := range []float64{0.2, 0.5, 0.8} {
		p := arrow.At(part)
		if hit := ask(p); hit.Entity != "freezer-1" || hit.Part != "door" || hit.Point.Sub(p).Len() > 0.1 {
			t.Errorf("on the arrow, at %g of it: %+v", part, hit)
		}
	}
	if hit := ask(hidden.At(0.5)); hit.Entity != "freezer-1" {
		t.Errorf("on an arrow behind the freezer: %+v", hit)
	}
	if hit := ask(geom.Vec3{0, 0.02, 1.6}); hit.Entity != "crate-1" || hit.Label != "A way" {
		t.Errorf("on the trail: %+v", hit)
	}
	if hit := ask(geom.Vec3{0, 0, 1.2}); hit.Entity != "floor" || hit.Label != "" {
		t.Errorf("beside the trail: %+v", hit)
	}
	f.Overlays.Arrows[0].Entity = ""
	if hit := ask(arrow.At(0.8)); hit.Entity == "freezer-1" || hit.Label != "" {
		t.Errorf("on an arrow that belongs to nothing: %+v", hit)
	}
}

// TestPickTellsEveryKind: whatever is drawn over the scene can be pointed at, and
// tells what it is with its values.
func TestPickTellsEveryKind(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 320, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	flat := func(v float64) (list []float64) {
		for range 24 {
			list = append(list, v)
		}
		return list
	}
	arrow := overlay.Arrow{From: geom.Vec3{0, 1.9, 0.4}, To: geom.Vec3{1.5, 0.55, 0.2}, Strength: 0.7, Color: orange, Entity: "freezer-1", Part: "door", Says: "because", Of: [2]string{"door", "air"}}
	f.Overlays = overlay.Set{
		Arrows:   []overlay.Arrow{arrow},
		Trails:   []overlay.Trail{{Label: "a way", Points: []geom.Vec3{{-1.6, 0.02, 1.4}, {0, 0.02, 1.6}, {1.6, 0.02, 1.4}}, Color: orange}},
		Flows:    []overlay.Flow{{Title: "ways", Unit: "m/s", High: 2, Lines: []overlay.Streamline{{Points: []geom.Vec3{{-2, 0.02, 2}, {0, 0.02, 2}, {2, 0.02, 2}}, Speeds: []float64{0.5, 1.25, 2}}}}},
		Figures:  []overlay.Figure{{Label: "somebody", Position: geom.Vec3{-1.2, 0, 0.6}}},
		Ghosts:   []overlay.Ghost{{Entity: "crate-1", Pose: at(2.4, 0, 0.9), Color: orange}},
		Heatmaps: []overlay.Heatmap{{Title: "floor", Unit: "°C", Min: geom.Vec2{-3, -2.5}, Max: geom.Vec2{3, 2.5}, Y: 0.02, Columns: 6, Low: 16, High: 24, Opacity: 0.5, Values: flat(19)}},
		Volumes:  []overlay.VolumeHeat{{Title: "air", Unit: "°C", Box: geom.Box{Min: geom.Vec3{-3, 0, -2.5}, Max: geom.Vec3{3, 2.4, 2.5}}, Columns: 3, Layers: 2, Rows: 4, Low: 16, High: 24, Opacity: 0.3, Values: flat(21.5)}},
	}
	f.Overlays.Labels = []overlay.Label{{Entity: "crate-1", Anchor: geom.Vec3{0, 1.8, 0}, Title: "A card"}}
	ask := func(p geom.Vec3) render.Hit {
		x, y, _ := f.Project(p)
		hit, _ := r.Pick(f, int(x), int(y))
		return hit
	}
	var card render.Hit
	for y := 0; y < f.Height && card.Kind != render.HitCard; y += 5 { // it stands where legends leave room
		for x := 0; x < f.Width && card.Kind != render.HitCard; x += 5 {
			card, _ = r.Pick(f, x, y)
		}
	}
	if card.Kind != render.HitCard || card.Entity != "crate-1" || card.Label != "A card" {
		t.Errorf("on the card: %+v", card)
	}
	f.Overlays.Labels = nil
	for _, row := range []struct {
		what string
		at   geom.Vec3
		want render.Hit
	}{
		{"arrow", arrow.At(0.8), render.Hit{Kind: render.HitArrow, Entity: "freezer-1", Part: "door", Label: "because", Value: 0.7, Of: [2]string{"door", "air"}}},
		{"trail", geom.Vec3{0, 0.02, 1.6}, render.Hit{Kind: render.HitTrail, Label: "a way"}},
		{"line", geom.Vec3{0.6, 0.02, 2}, render.Hit{Kind: render.HitLine, Label: "ways", Value: 1.25, Unit: "m/s"}},
		{"person", geom.Vec3{-1.2, 1.2, 0.6}, render.Hit{Kind: render.HitPerson, Label: "somebody"}},
		{"ghost", geom.Vec3{2.4, 0.3, 1.1}, render.Hit{Kind: render.HitGhost, Entity: "crate-1"}},
		{"thing", geom.Vec3{0.1, 1.2, 0.43}, render.Hit{Entity: "freezer-1", Part: "door"}},
		{"floor", geom.Vec3{-1.5, 0, 1}, render.Hit{Entity: "floor"}},
		{"air alone", geom.Vec3{-1.9, 1.8, -1.5}, render.Hit{Kind: render.HitField}},
	} {
		hit := ask(row.at)
		got := hit
		got.Point, got.Fields = geom.Vec3{}, nil
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v, want %+v", row.what, got, row.want)
		}
		told := map[string]float64{}
		for _, x := range hit.Fields {
			told[x.Title] = x.Value
		}
		if row.what == "floor" && (told["floor"] != 19 || told["air"] != 21.5 || hit.Fields[0].Title != "air") {
			t.Errorf("on the floor the fields tell %+v", hit.Fields)
		}
		if row.what == "air alone" && told["air"] != 21.5 {
			t.Errorf("in the air the fields tell %+v", hit.Fields)
		}
	}
}
