package depict_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

type plainWords struct{}

func (plainWords) LedArrow(*twin.Site, app.Led) string { return "" }
func (plainWords) AssetName(a twin.Asset) string       { return a.Name }
func (plainWords) CaseName(a twin.Asset, c app.Case) string {
	if c.Situation.Place != nil {
		return c.Situation.Place.Name
	}
	return a.Name
}
func (plainWords) CaseSentence(c app.Case) string         { return c.Situation.Class }
func (plainWords) Stands(twin.Signal, twin.Sample) string { return "-12 °C" }
func (plainWords) FloorTemperature() string               { return "Floor" }
func (plainWords) NotLive() string                        { return "not live" }
func (plainWords) AirVolume() (string, string)            { return "Air", "interpolated" }
func (plainWords) PeopleFlow() (string, string)           { return "Ways", "of late" }
func (plainWords) Person(speed float64) string            { return fmt.Sprintf("person at %.1f", speed) }
func (plainWords) PersonWay(d time.Duration, m float64) string {
	return fmt.Sprintf("%.1f m in %s", m, d)
}
func (plainWords) CauseArrow(cause, feature string, share float64, _ int) string {
	return fmt.Sprintf("%s, %s: %.2f", cause, feature, share)
}
func partOf(feature string) string { part, _, _ := strings.Cut(feature, " "); return part }
func at(x, z float64) twin.Pose    { return twin.Pose{Position: geom.Vec3{x, 0, z}} }
func good(id twin.SignalID, v float64) twin.Sample {
	return twin.Sample{Signal: id, Value: v, Quality: twin.Good}
}
func stale(id twin.SignalID, v float64) twin.Sample {
	return twin.Sample{Signal: id, Value: v, Quality: twin.Stale}
}

// corner is a room with a freezer of three parts and two climate sensors.
func corner() (*twin.Site, *scene.Scene) {
	site := &twin.Site{
		Zones: []twin.Zone{{ID: "sales", Kind: "room", Outline: []geom.Vec2{{0, 0}, {8, 0}, {8, -6}, {0, -6}}}},
		Assets: []twin.Asset{
			{ID: "freezer-2", Name: "Freezer 2", Class: "upright-freezer", Pose: at(2, -2)},
			{ID: "climate-1", Class: "climate-sensor", Pose: at(1, -1)},
			{ID: "climate-2", Class: "climate-sensor", Pose: at(7, -5)},
		},
		Signals: []twin.Signal{
			{ID: "freezer-2/air-temperature", Asset: "freezer-2", Name: "air-temperature", Unit: "°C"},
			{ID: "climate-1/temperature", Asset: "climate-1", Name: "temperature", Unit: "°C"},
			{ID: "climate-2/temperature", Asset: "climate-2", Name: "temperature", Unit: "°C"},
		},
	}
	var sc scene.Scene
	cube := sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{{
		Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 1}, Normals: make([]float32, 9), Indices: []uint32{0, 1, 2},
		Material: sc.AddMaterial(scene.Material{Name: "steel"}),
	}}})
	root := sc.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: "freezer-2", Local: mgl64.Translate3D(2, 0, -2)})
	for i, part := range []string{"door", "sensor", "compressor"} {
		sc.AddNode(scene.Node{Parent: root, Mesh: cube, Joint: scene.None, Part: part, Local: mgl64.Translate3D(0, float64(i), 0)})
	}
	return site, &sc
}

func faulty() app.View {
	return app.View{
		At: time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC),
		Samples: map[twin.SignalID]twin.Sample{
			"freezer-2/air-temperature": good("freezer-2/air-temperature", -12),
			"climate-1/temperature":     good("climate-1/temperature", 19),
			"climate-2/temperature":     good("climate-2/temperature", 25),
		},
		Cases: []app.Case{{
			Situation: twin.Situation{Case: "c", Asset: "freezer-2", Class: "warm", Evidence: []twin.SignalID{"freezer-2/air-temperature"}},
			Stage:     app.Proposed,
			Diagnosis: &twin.Diagnosis{Causes: []twin.Cause{{Class: "door-ajar", Part: "door", Probability: 0.9}}},
			Explanation: &xai.Explanation{Attributions: []xai.Attribution{
				{Feature: "door angle", Share: 6}, {Feature: "sensor above set point", Share: 3}, {Feature: "compressor power", Share: -1},
			}},
		}},
	}
}

func TestACaseIsDrawnOnItsParts(t *testing.T) {
	site, sc := corner()
	set := depict.New(site, sc, partOf).Depict(faulty(), plainWords{}, depict.Everything)
	tint := map[string]overlay.Tint{}
	for _, x := range set.Tints {
		tint[x.Part] = x
	}
	if !(tint["door"].Color[3] > tint["sensor"].Color[3] && tint["sensor"].Color[3] > tint["compressor"].Color[3]) {
		t.Errorf("the tints do not follow the shares: %v", tint)
	}
	if door, compressor := tint["door"].Color, tint["compressor"].Color; door[0] < door[2] || compressor[0] > compressor[2] {
		t.Errorf("for and against have the same colour: %v %v", door, compressor)
	}
	if len(set.Arrows) != 1 {
		t.Fatalf("%d arrows, want one from the door to the sensor: evidence against a cause is no effect of it", len(set.Arrows))
	}
	if a := set.Arrows[0]; a.To[1] <= a.From[1] {
		t.Errorf("the arrow leads from %v to %v, want upwards to the sensor", a.From, a.To)
	}
	front := math.Inf(-1) // the freezer faces +z
	boxes, world := sc.Meshes, sc.World(nil, nil)
	for i, e := range sc.Entities() {
		if n := sc.Nodes[i]; e == "freezer-2" && n.Mesh != scene.None {
			front = math.Max(front, boxes[n.Mesh].Box().Transform(world[i]).Max[2])
		}
	}
	if a := set.Arrows[0]; a.From[2] <= front || a.To[2] <= front {
		t.Errorf("the arrow from %v to %v runs inside the freezer, whose front is at z = %g", a.From, a.To, front)
	}
	if len(set.Labels) != 1 || set.Labels[0].Title != "Freezer 2" || set.Labels[0].Lines[1] != "-12 °C" {
		t.Errorf("card: %+v", set.Labels)
	}
}

// What a camera sees in an aisle is told in the aisle, not at the camera.
func TestACaseOfAPlaceIsMarkedThere(t *testing.T) {
	site, sc := corner()
	v := faulty()
	v.Cases[0].Situation.Place = &twin.Place{Name: "aisle 3", Outline: []geom.Vec2{{2, -4}, {3.5, -4}, {3.5, -1}, {2, -1}}}
	d := depict.New(site, sc, partOf)
	set := d.Depict(v, plainWords{}, depict.Choice{Attribution: true})
	if len(set.Labels) != 1 || set.Labels[0].Title != "aisle 3" || set.Labels[0].Entity != "freezer-2" {
		t.Fatalf("card: %+v", set.Labels)
	}
	if at := set.Labels[0].Anchor; at[0] != 2.75 || at[2] != -2.5 || at[1] < 1 {
		t.Errorf("the card stands at %v", at)
	}
	if len(set.Heatmaps) != 1 || set.Heatmaps[0].Min != (geom.Vec2{2, -4}) || set.Heatmaps[0].Max != (geom.Vec2{3.5, -1}) || set.Heatmaps[0].Title != "" {
		t.Errorf("marked: %+v", set.Heatmaps)
	}
	if len(set.Arrows) != 0 {
		t.Errorf("arrows within what only sees it: %+v", set.Arrows)
	}
	v.Cases[0].Outcome = &twin.Outcome{Result: twin.Verified}
	if set = d.Depict(v, plainWords{}, depict.Choice{Attribution: true}); len(set.Heatmaps) != 0 || len(set.Labels) != 1 {
		t.Errorf("cleared, and still marked: %+v", set.Heatmaps)
	}
	v.Cases[0].Situation.Place.Outline = nil
	if set = d.Depict(v, plainWords{}, depict.Choice{Attribution: true}); len(set.Labels) != 0 {
		t.Errorf("a place without corners has a card: %+v", set.Labels)
	}
}

func TestArrowsGoRoundThingsInTheOrderOfTheirCauses(t *testing.T) {
	site, sc := corner()
	plain := depict.New(site, sc, partOf).Depict(faulty(), plainWords{}, depict.Everything).Arrows[0]
	mid := plain.Middle() // something is put there
	sc.AddNode(scene.Node{Parent: scene.None, Mesh: 0, Joint: scene.None, Entity: "sign",
		Local: mgl64.Translate3D(mid[0]-0.05, mid[1]-0.05, mid[2]-0.05).Mul4(mgl64.Scale3D(0.1, 0.1, 0.1))})
	v := faulty()
	second := v.Cases[0]
	second.Situation.Case, second.Situation.Onset = "later", v.At.Add(-time.Minute)
	v.Cases[0].Situation.Onset = v.At.Add(-time.Hour)
	v.Cases = append([]app.Case{second}, v.Cases...) // newest first
	d := depict.New(site, sc, partOf)
	set := d.Depict(v, plainWords{}, depict.Everything)
	if len(set.Arrows) != 2 || set.Arrows[0].Order != 1 || set.Arrows[1].Order != 0 {
		t.Fatalf("the arrows do not follow each other in time: %+v", set.Arrows)
	}
	if again := d.Depict(v, plainWords{}, depict.Everything).Arrows; !slices.Equal(again, set.Arrows) {
		t.Errorf("the same view drawn again: %+v, want %+v", again, set.Arrows)
	}
	a := set.Arrows[0]
	if a.Entity != "freezer-2" || a.Part != "door" {
		t.Errorf("an arrow from the door belongs to %q of %q", a.Part, a.Entity)
	}
	if moved := a.Middle().Sub(mid).Len(); moved < 0.05 {
		t.Errorf("the arrow runs through a sign: its middle moved by %.3f m", moved)
	}
}

func TestAMendedCaseIsTold(t *testing.T) {
	site, sc := corner()
	v := faulty()
	v.Cases[0].Outcome = &twin.Outcome{Result: twin.Verified}
	set := depict.New(site, sc, partOf).Depict(v, plainWords{}, depict.Everything)
	if len(set.Labels) != 1 || len(set.Arrows) != 0 || len(set.Tints) != 0 {
		t.Errorf("%d cards, %d arrows and %d tints, want the card alone: the cause is gone", len(set.Labels), len(set.Arrows), len(set.Tints))
	}
}

func TestWhatIsNotLiveIsGrey(t *testing.T) {
	site, sc := corner()
	v := faulty()
	v.Samples["freezer-2/air-temperature"] = stale("freezer-2/air-temperature", -12)
	set := depict.New(site, sc, partOf).Depict(v, plainWords{}, depict.Everything)
	grey := map[string]bool{}
	for _, x := range set.Tints {
		if x.Grey {
			grey[x.Entity] = true
		}
	}
	if !grey["freezer-2"] || grey["climate-1"] {
		t.Errorf("grey: %v, want the freezer alone", grey)
	}
	if !set.Labels[0].Faded || !strings.Contains(set.Labels[0].Lines[1], "not live") {
		t.Errorf("the card of a stale reading: %+v", set.Labels[0])
	}
}

func TestFloorTemperatureMeetsItsSensors(t *testing.T) {
	site, sc := corner()
	d := depict.New(site, sc, partOf)
	h := d.Depict(faulty(), plainWords{}, depict.Everything).Heatmaps[0]
	cell := func(x, z float64) float64 {
		return h.Values[int((z-h.Min[1])/0.5)*h.Columns+int((x-h.Min[0])/0.5)]
	}
	if a, b := cell(1, -1), cell(7, -5); math.Abs(a-19) > 0.5 || math.Abs(b-25) > 0.5 {
		t.Errorf("%.2f and %.2f °C at the sensors that read 19 and 25", a, b)
	}
	v := faulty()
	v.Samples["climate-1/temperature"] = stale("climate-1/temperature", 19)
	v.Samples["climate-2/temperature"] = stale("climate-2/temperature", 25)
	if n := len(d.Depict(v, plainWords{}, depict.Everything).Heatmaps); n != 0 {
		t.Error("a heatmap from sensors that are not live")
	}
}

func TestWaysOfPeopleFollowTheirSteps(t *testing.T) {
	site, sc := corner()
	v := faulty()
	begin := v.At.Add(-30 * time.Minute)
	for k := range 600 { // one goes east and comes back on another way, every three seconds a step; one stands
		on := float64(k%5) * 1.5
		x, z := 0.5+on, -0.5
		if k/5%2 == 1 {
			x, z = 7.5-on, -4.8
		}
		s := twin.Sample{Signal: "crowd/positions", At: begin.Add(time.Duration(k) * 3 * time.Second), Quality: twin.Good, Vector: []float64{7.9, -3, x, z}}
		v.Walked = append(v.Walked, s)
	}
	d := depict.New(site, sc, partOf)
	set := d.Depict(v, plainWords{}, depict.Choice{Flow: true})
	if len(set.Flows) != 1 || len(set.Heatmaps)+len(set.Figures)+len(set.Labels) != 0 {
		t.Fatalf("%d flows of people who walked a kilometre", len(set.Flows))
	}
	east, west := 0.0, 0.0
	for _, l := range set.Flows[0].Lines {
		first, last := l.Points[0], l.Points[len(l.Points)-1]
		switch {
		case first[2] > -2 && last[2] > -2:
			east += last[0] - first[0]
		case first[2] < -4 && last[2] < -4:
			west += first[0] - last[0]
		}
		for i, speed := range l.Speeds {
			if math.Abs(speed-0.5) > 0.3 && math.Abs(l.Points[i][0]-4) < 2 {
				t.Errorf("%.2f m/s at %v of people who walk at 0.5", speed, l.Points[i])
			}
		}
	}
	if east < 4 || west < 4 {
		t.Errorf("%.1f m of lines lead east where they went east, %.1f m west", east, west)
	}
	v.Walked = v.Walked[:20]
	if n := len(depict.New(site, sc, partOf).Depict(v, plainWords{}, depict.Everything).Flows); n != 0 {
		t.Error("ways of people who hardly walked")
	}
}

func TestAirMeetsItsSensorsWhereTheyHang(t *testing.T) {
	site, sc := corner()
	site.Zones[0].Height = 2.5
	d := depict.New(site, sc, partOf)
	set := d.Depict(faulty(), plainWords{}, depict.Choice{Air: true})
	if len(set.Volumes) != 1 || !set.Volumes[0].Whole() || set.Volumes[0].Note != "interpolated" {
		t.Fatalf("volumes: %+v", set.Volumes)
	}
	h := set.Volumes[0]
	if h.Box.Min[1] != 0 || h.Box.Max[1] != 2.5 || h.Columns != 8 || h.Rows != 6 {
		t.Errorf("a room of 8 × 6 × 2.5 m: %+v in %d × %d cells", h.Box, h.Columns, h.Rows)
	}
	value := func(x, z float64, layer int) float64 {
		return h.Values[layer*h.Columns*h.Rows+int(z-h.Box.Min[2])*h.Columns+int(x-h.Box.Min[0])]
	}
	if a, b := value(1, -1, 0), value(7, -5, 0); math.Abs(a-19) > 0.5 || math.Abs(b-25) > 0.5 {
		t.Errorf("%.2f and %.2f °C beside the sensors that read 19 and 25", a, b)
	}
	if near, far := value(1, -1, 0), value(1, -1, h.Layers-1); !(far > near) {
		t.Errorf("%.2f °C at the sensor on the floor that reads the least, %.2f high above it", near, far)
	}
	v := faulty()
	v.Samples["climate-1/temperature"] = stale("climate-1/temperature", 19)
	if n := len(d.Depict(v, plainWords{}, depict.Everything).Volumes); n != 0 {
		t.Error("a volume from one sensor")
	}
}
