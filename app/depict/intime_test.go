package depict_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// chain is a case whose door warms the sensor two minutes after the onset, and
// whose compressor answers five minutes after that.
func chain() app.View {
	v := faulty()
	c := &v.Cases[0]
	onset := v.At.Add(-30 * time.Minute)
	c.Situation.Onset, c.Situation.Detected = onset, onset.Add(10*time.Minute)
	c.Explanation = &xai.Explanation{Attributions: []xai.Attribution{
		{Feature: "door angle", Share: 6, Source: "door-angle"},
		{Feature: "compressor power", Share: 4, Source: "power"}, // more than the sensor, but later
		{Feature: "sensor above set point", Share: 3, Source: "air-temperature"},
	}}
	course := func(signal twin.SignalID, after time.Duration) app.Curve {
		curve := app.Curve{Signal: signal}
		for at := onset.Add(-20 * time.Minute); at.Before(v.At); at = at.Add(30 * time.Second) {
			value := 10 + 0.2*math.Sin(float64(at.Unix())/50)
			if late := at.Sub(onset.Add(after)); late > 0 {
				value += 2 + late.Minutes()
			}
			curve.Points = append(curve.Points, twin.Point{At: at, Value: value})
		}
		return curve
	}
	c.Evidence = []app.Curve{course("freezer-2/power", 7*time.Minute), course("freezer-2/air-temperature", 2*time.Minute)}
	return v
}

// An arrow tells which signals stand at its ends, by their ids, and by its colour
// whether the cause raised the effect or lowered it. A model names its signals by
// their ids or as their class does.
func TestAnArrowTellsItsEndsAndItsSign(t *testing.T) {
	site, sc := corner()
	v := chain()
	a := v.Cases[0].Explanation.Attributions
	a[0].Source, a[1].Source = "freezer-2/door-angle", "freezer-2/power"
	a[1].Value, a[1].Typical = 300, 420
	a[2].Value, a[2].Typical = -11, -18
	arrows := depict.New(site, sc, partOf).Depict(v, plainWords{}, depict.Everything).Arrows
	if len(arrows) != 2 || arrows[0].Order == arrows[1].Order {
		t.Fatalf("%+v", arrows)
	}
	for _, x := range arrows {
		want := [2]string{"freezer-2/door-angle", "freezer-2/air-temperature"}
		lowered := false
		if x.To[1] > 2 {
			want[1], lowered = "freezer-2/power", true
		}
		if x.Of != want || (x.Color[2] > x.Color[0]) != lowered {
			t.Errorf("an arrow of %v, blue %v; want %v, %v", x.Of, x.Color[2] > x.Color[0], want, lowered)
		}
	}
}

func TestArrowsOfOneCaseFollowTheirEvidence(t *testing.T) {
	site, sc := corner()
	d := depict.New(site, sc, partOf)
	v := chain()
	v.Live = true
	arrows := d.Depict(v, plainWords{}, depict.Everything).Arrows
	if len(arrows) != 2 {
		t.Fatalf("%d arrows, want one to the sensor and one to the compressor", len(arrows))
	}
	slices.SortFunc(arrows, func(a, b overlay.Arrow) int { return a.Order - b.Order })
	if arrows[0].Order != 0 || arrows[1].Order != 1 || !(arrows[0].To[1] < arrows[1].To[1]) { // the compressor is the upper part
		t.Errorf("the arrows come as %q and %q, want the sensor, which warmed first", arrows[0].Says, arrows[1].Says)
	}
	if arrows[0].Says != "door-ajar, sensor above set point: 0.23" || arrows[0].Ahead != 0 || arrows[1].Ahead != 0 {
		t.Errorf("the first arrow: %+v", arrows[0])
	}
}

// TestScrubbingShowsOneArrowAfterAnother: looking back, arrows grow in the
// plant's time from when their case was known.
func TestScrubbingShowsOneArrowAfterAnother(t *testing.T) {
	site, sc := corner()
	d := depict.New(site, sc, partOf)
	known := chain().Cases[0].Situation.Detected
	last := [2]float64{1, 1}
	grown := [2]time.Duration{}
	for after := time.Duration(0); after <= time.Minute; after += 5 * time.Second {
		v := chain()
		v.At = known.Add(after)
		arrows := d.Depict(v, plainWords{}, depict.Everything).Arrows
		for _, a := range arrows {
			if a.Ahead > last[a.Order] {
				t.Fatalf("%s after it was known arrow %d draws back, %g of it ahead", after, a.Order, a.Ahead)
			}
			if a.Ahead == 0 && last[a.Order] > 0 {
				grown[a.Order] = after
			}
			last[a.Order] = a.Ahead
		}
		if last[1] < 1 && last[0] > 0 {
			t.Errorf("%s after it was known the second arrow grows before the first is there", after)
		}
	}
	if grown[0] == 0 || grown[1] <= grown[0] {
		t.Errorf("the arrows stand after %s and %s", grown[0], grown[1])
	}
}

// TestPeopleLeaveTheirWays: two who cross a room, and one who stands.
func TestPeopleLeaveTheirWays(t *testing.T) {
	site, sc := corner()
	site.Signals = append(site.Signals, twin.Signal{ID: "crowd/positions", Asset: "crowd", Name: "positions", Kind: twin.Positions})
	v := faulty()
	at := func(k int) twin.Sample {
		on := 1.2 * float64(k)
		x := twin.Sample{Signal: "crowd/positions", At: v.At.Add(time.Duration(k-40) * time.Second), Quality: twin.Good, Vector: []float64{1 + on, -1, 60 - on, -4, 7, -3}}
		if k%2 == 1 { // positions carry no names, and come in any order
			x.Vector = []float64{7, -3, 60 - on, -4, 1 + on, -1}
		}
		return x
	}
	for k := range 40 {
		v.Walked = append(v.Walked, at(k))
	}
	v.Samples["crowd/positions"] = at(40)
	d := depict.New(site, sc, partOf)
	set := d.Depict(v, plainWords{}, depict.Choice{People: true})
	if len(set.Figures) != 3 || len(set.Trails) != 2 {
		t.Fatalf("%d people and %d trails, want three and two: one stands", len(set.Figures), len(set.Trails))
	}
	first := set.Trails[0]
	if n := len(first.Points); math.Abs(first.Points[n-1][0]-49) > 1e-6 || math.Abs(first.Points[0][0]-25) > 1e-6 || first.Label != "24.0 m in 20s" {
		t.Errorf("the trail of who walks east: %q, from %v to %v", first.Label, first.Points[0], first.Points[n-1])
	}
	if f := set.Figures[0]; f.Label != "person at 1.2" || math.Abs(f.Yaw-math.Pi/2) > 1e-6 {
		t.Errorf("who walks east: %+v", f)
	}
	if f := set.Figures[2]; f.Label != "person at 0.0" {
		t.Errorf("who stands: %+v", f)
	}
	v.At, v.Samples["crowd/positions"] = v.At.Add(-20*time.Second), at(20) // scrubbed back: the same record
	back := d.Depict(v, plainWords{}, depict.Choice{People: true}).Trails
	if n := len(back[0].Points); math.Abs(back[0].Points[n-1][0]-25) > 1e-6 {
		t.Errorf("twenty seconds before they had come to %v", back[0].Points[n-1])
	}
}
