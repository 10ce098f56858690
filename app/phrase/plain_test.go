package phrase

import (
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// TestWhatRisesIsNamed: a freezer warms when its air does; a condensing unit does not
// when its condensing temperature rises, which is named instead.
func TestWhatRisesIsNamed(t *testing.T) {
	onset := time.Date(2026, 3, 2, 14, 2, 0, 0, time.UTC)
	told := func(l Language, signal twin.SignalID, before, after float64, ended bool) string {
		c := app.Case{Explanation: &xai.Explanation{Claim: "blocked-condenser", Confidence: 0.97}}
		c.Situation.Onset = onset
		if ended {
			c.EndedAt = onset.Add(time.Hour)
		}
		c.Evidence = []app.Curve{{Signal: signal, Unit: "°C", Points: []twin.Point{{At: onset.Add(-time.Minute), Value: before}, {At: onset.Add(time.Minute), Value: after}}}}
		return speaker(t, l).Plain(twin.Asset{ID: "rack-1", Name: "Rack 1"}, c, time.UTC)
	}
	for _, c := range []struct {
		language      Language
		signal        twin.SignalID
		before, after float64
		ended         bool
		want          string
	}{
		{English, "rack-1/condensing-temperature", 30, 45, false, "Rack 1 shows a rising condensing temperature because "},
		{English, "rack-1/condensing-temperature", 30, 45, true, "Rack 1 showed a rising condensing temperature because "},
		{English, "rack-1/suction-temperature", -8, -12, false, "Rack 1 shows a falling suction temperature because "},
		{English, "freezer-2/air-temperature", -20, -12, false, "Rack 1 is warming because "},
		{English, "rack-1/condensing-temperature", 30, 30.2, false, "Rack 1 behaves unusually because "},
		{Korean, "rack-1/condensing-temperature", 30, 45, false, "Rack 1의 응축 온도가 오르고 있습니다."},
	} {
		if got := told(c.language, c.signal, c.before, c.after, c.ended); !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q in it", got, c.want)
		}
	}
}

// TestAPlaceIsToldInsteadOfWhatSeesIt: it is the aisle that is blocked, not the camera.
func TestAPlaceIsToldInsteadOfWhatSeesIt(t *testing.T) {
	c := app.Case{Explanation: &xai.Explanation{Claim: "aisle-blocked", Confidence: 0.97}}
	c.Situation.Onset = time.Date(2026, 3, 2, 16, 15, 0, 0, time.UTC)
	c.Situation.Place = &twin.Place{Name: "aisle 3"}
	camera := twin.Asset{ID: "camera-1", Name: "Camera 1"}
	check := func(l Language, want string) {
		t.Helper()
		if got := speaker(t, l).Plain(camera, c, time.UTC); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	check(English, "Aisle 3 has been blocked since 16:15.")
	check(Korean, "16:15부터 통로 3이 막혀 있습니다.")
	c.Explanation.Confidence = 0.7
	check(English, "Aisle 3 has probably been blocked since 16:15.")
	c.Outcome = &twin.Outcome{Result: twin.Verified}
	check(English, "Aisle 3 was probably blocked from 16:15 on.")
	c.Situation.Place.Name = "corner"
	if got := speaker(t, English).CaseName(camera, c); got != "Camera 1" {
		t.Errorf("a kind of place that is not known is called %q", got)
	}
}

// TestABoundThatWasPassedIsNoHealth: a cabinet that is warm is not told to be well
// because the model knows no fault of it, however long ago it began.
func TestABoundThatWasPassedIsNoHealth(t *testing.T) {
	at := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	c := app.Case{Explanation: &xai.Explanation{}}
	c.Situation.Case, c.Situation.Onset = "c", at.Add(-3*time.Hour)
	curve := app.Curve{Signal: "multideck-3/air-temperature", Unit: "°C"}
	for i := range 60 {
		curve.Points = append(curve.Points, twin.Point{At: at.Add(time.Duration(i) * time.Minute), Value: 18 + 0.1*float64(i)})
	}
	c.Evidence = []app.Curve{curve}
	asset := twin.Asset{ID: "multideck-3"}
	if got := speaker(t, English).Plain(asset, c, time.UTC); got != "Multideck 3 is warming; the model finds no fault that it knows." {
		t.Errorf("%q", got)
	}
	c.Situation.Passed = &twin.Passed{Signal: "multideck-3/air-temperature", Value: 9.5, Bound: 7, Unit: "°C", Minutes: 20}
	for lang, want := range map[Language]string{English: "Air temperature 9.5 °C for 20 min, beyond the bound of 7.0 °C.", Korean: "20분 동안 한계 7.0 °C"} {
		if got := speaker(t, lang).Plain(asset, c, time.UTC); !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
	c.EndedAt = at
	if got := speaker(t, English).Plain(asset, c, time.UTC); got != "Multideck 3 shows no fault that the model knows." {
		t.Errorf("once it is over: %q", got)
	}
}
