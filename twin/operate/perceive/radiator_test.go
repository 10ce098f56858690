package perceive

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

func flat(n int, v float64) series {
	out := make(series, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestHowAValveCameToItsStop(t *testing.T) {
	led := make(series, 0, 60) // closes by 2 % a minute as the room warms
	warms := make(series, 0, 60)
	for i := range 60 {
		led, warms = append(led, max(0, 60-2*float64(i))), append(warms, 0.03*float64(i)-0.6)
	}
	ran := append(append(flat(30, 43), 20), flat(29, 0)...)
	for name, c := range map[string]struct {
		valve, over           series
		minutes, ran, against float64
		stands, ofTheRoom     bool
	}{
		"between its stops":         {valve: flat(60, 40), over: flat(60, 0)},
		"led there by the room":     {valve: led, over: warms, stands: true, minutes: 30, ran: -14, ofTheRoom: true},
		"ran there by itself":       {valve: ran, over: flat(60, 0), stands: true, minutes: 29, ran: -43},
		"shut in a cold room":       {valve: flat(60, 0), over: flat(60, -0.5), stands: true, minutes: 60, ran: math.NaN(), against: 0.5},
		"wide open in a warm room":  {valve: flat(60, 100), over: flat(60, 0.5), stands: true, minutes: 60, ran: math.NaN(), against: 0.5},
		"shut in a warm room":       {valve: flat(60, 0), over: flat(60, 0.5), stands: true, minutes: 60, ran: math.NaN()},
		"nothing is known":          {valve: flat(60, math.NaN()), over: flat(60, math.NaN())},
		"known for less than it is": {valve: flat(60, 0), over: flat(20, -0.3), stands: true, minutes: 20, ran: math.NaN(), against: 0.1},
		"nothing was read":          {},
	} {
		p := lastStop(c.valve, c.over)
		if p.minutes != c.minutes || c.stands == math.IsNaN(p.against) {
			t.Errorf("%s: it stands there for %g minutes, against %g", name, p.minutes, p.against)
		}
		if !c.stands {
			continue
		}
		if math.IsNaN(p.ran) != math.IsNaN(c.ran) || math.Abs(p.ran-c.ran) > 3 {
			t.Errorf("%s: it ran %g %%, not %g", name, p.ran, c.ran)
		}
		if math.Abs(p.against-c.against) > 0.01 {
			t.Errorf("%s: %g K·h against what is wanted, not %g", name, p.against, c.against)
		}
		if c.ofTheRoom && (p.changed < 0.15 || p.fastest < -5) {
			t.Errorf("%s: the room changed %g K, and it ran %g %% within two minutes", name, p.changed, p.fastest)
		}
	}
}

func TestAThermostatIsReadByTheSensorThatItGoesBy(t *testing.T) {
	site := &twin.Site{}
	for _, id := range []twin.SignalID{"t/temperature", "t/control-sensor", "a/temperature"} {
		asset := twin.AssetID(id[:1])
		site.Signals = append(site.Signals, twin.Signal{ID: id, Asset: asset})
	}
	m := newMemory(site)
	th := &thing{near: map[string]twin.AssetID{"room": "t", "air": "a"}}
	m.tracks["t/temperature"].values = series{24, 24, 24, 24}
	m.tracks["a/temperature"].values = series{20, 20, 20, 20}
	m.tracks["t/control-sensor"].values = series{0, 1, math.NaN(), 0}
	for i, want := range []float64{24, 20, 20, 24} {
		if got := heeded(m, th)[i]; got != want {
			t.Errorf("minute %d: %g °C, not %g", i, got, want)
		}
	}
	th.near["air"] = ""
	if got := heeded(m, th)[1]; got != 24 {
		t.Errorf("without a second sensor it is read as %g °C", got)
	}
}
