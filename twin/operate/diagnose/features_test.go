package diagnose

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

var noon = time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)

const (
	freezer   twin.AssetID = "freezer-1"
	multideck twin.AssetID = "multideck-1"
)

// shop has one cabinet with a door, one without, and the two thermometers.
func shop() *twin.Site {
	site := &twin.Site{ID: "shop", TimeZone: "UTC", Assets: []twin.Asset{{ID: freezer, Class: "upright-freezer"},
		{ID: multideck, Class: "refrigerated-multideck"}, {ID: "climate-1", Class: classRoom}, {ID: "weather-1", Class: classWeather}}}
	add := func(a twin.AssetID, names ...string) {
		for _, n := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(a, n), Asset: a, Name: n})
		}
	}
	for _, c := range []twin.AssetID{freezer, multideck} {
		add(c, "air-temperature", "product-temperature", "evaporator-temperature", "condensing-temperature", "compressor-power",
			"compressor-running", "evaporator-fan-power", "defrost-active", "set-point")
	}
	add(freezer, "door-open", "door-angle")
	add(multideck, "blind-position")
	add("climate-1", "temperature")
	add("weather-1", "temperature")
	return site
}

// story applies what a cabinet shows from a time before noon until noon, every
// ten seconds; value gets the seconds since the beginning.
type story map[string]func(s int) float64

func always1(v float64) func(int) float64 { return func(int) float64 { return v } }

// healthy is a cabinet that runs ten minutes and rests ten.
func healthy() story {
	return story{
		"air-temperature": always1(-20), "product-temperature": always1(-19), "set-point": always1(-20.5),
		"evaporator-temperature": func(s int) float64 {
			if s%1200 < 600 {
				return -28
			}
			return -21
		},
		"condensing-temperature": func(s int) float64 {
			if s%1200 < 600 {
				return 32
			}
			return 26
		},
		"compressor-running": func(s int) float64 { return truth(s%1200 < 600) },
		"compressor-power": func(s int) float64 {
			if s%1200 < 600 {
				return 600
			}
			return 0
		},
		"evaporator-fan-power": always1(42), "defrost-active": always1(0), "door-open": always1(0), "door-angle": always1(0),
	}
}

func (y story) tell(st *twin.State, asset twin.AssetID, lasting time.Duration) {
	begin := noon.Add(-lasting)
	for s := 0; s <= int(lasting.Seconds()); s += 10 {
		at := begin.Add(time.Duration(s) * time.Second)
		for name, value := range y {
			st.Apply(twin.Sample{Signal: twin.SignalOf(asset, name), At: at, Value: value(s), Quality: twin.Good})
		}
		st.Apply(twin.Sample{Signal: "climate-1/temperature", At: at, Value: 22, Quality: twin.Good})
		st.Apply(twin.Sample{Signal: "weather-1/temperature", At: at, Value: 8, Quality: twin.Good})
	}
}

func rowOf(t *testing.T, y story, asset twin.AssetID, lasting time.Duration) (map[string]float64, string) {
	t.Helper()
	st := twin.NewState(shop())
	y.tell(st, asset, lasting)
	row, why := Row(st, asset, noon)
	out := make(map[string]float64, len(row))
	for i, c := range Columns() {
		out[c.Name] = row[i]
	}
	return out, why
}

func TestFeaturesOfAHealthyCabinet(t *testing.T) {
	got, why := rowOf(t, healthy(), freezer, 90*time.Minute)
	if why != "" {
		t.Fatal("it abstains: ", why)
	}
	// Half of the time it runs: 8 K of air above coil, 600 W over a lift of 60 K
	// is 10 W/K, over 8 K again 1.25 W/K².
	for name, want := range map[string]float64{
		"air above set point": 0.5, "air above set point, last 10 min": 0.5, "air temperature trend": 0, "goods above set point": 1.5,
		"air above goods": -1, "air above goods against own past": 0, "air above coil while running": 8,
		"air above coil while running, against own past": 0, "air above coil at rest": 1, "goods above coil while running": 9,
		"compressor power while running": 600, "compressor power against own past": 0, "compressor power per lift": 10,
		"compressor power per lift, against own past":                  0,
		"compressor power per lift, for each kelvin of air above coil": 1.25,
		"cooling rate while running":                                   0, "warming rate at rest": 0,
		"condensing above cooling air": 10, "condensing above cooling air, against own past": 0,
		"condensing above cooling air per compressor power": 1000 * 10. / 600, "condensing above cooling air at rest": 4,
		"condensing above coil": 60, "evaporator fan power": 42, "evaporator fan power against own past": 0,
		"door open without a break": 0, "door open share": 0,
	} {
		if v, ok := got[name]; !ok || math.Abs(v-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
	if v := got["night blind closed"]; !math.IsNaN(v) {
		t.Errorf("a freezer has a blind at %v", v)
	}
}

func TestAMultideckIsCooledByOutdoorAir(t *testing.T) {
	y := healthy()
	delete(y, "door-open")
	delete(y, "door-angle")
	y["blind-position"] = always1(100)
	got, _ := rowOf(t, y, multideck, 40*time.Minute)
	if v := got["condensing above cooling air"]; v != 32-8 {
		t.Errorf("condensing stands %v K above the yard's air, want 24", v)
	}
	if got["night blind closed"] != 100 || !math.IsNaN(got["door open without a break"]) || !math.IsNaN(got["door open share"]) {
		t.Errorf("blind %v, door %v: it has a blind and no door", got["night blind closed"], got["door open share"])
	}
}

func TestAnAjarDoorIsCountedUpToNow(t *testing.T) {
	y := healthy()
	opens := 80 * 60 // ten minutes before noon
	y["door-angle"] = func(s int) float64 {
		switch {
		case s%1200 < 20 && s < opens: // a shopper, now and then
			return 75
		case s >= opens:
			return 9
		}
		return 0
	}
	got, _ := rowOf(t, y, freezer, 90*time.Minute)
	if v := got["door open without a break"]; math.Abs(v-10) > 0.2 {
		t.Errorf("open for %v min, want 10", v)
	}
	if v := got["door open share"]; v < 33 || v > 36 {
		t.Errorf("open share %v %%, want a third and a shopper", v)
	}
	y["door-angle"] = func(s int) float64 { return 9 * truth(s >= opens && s < 90*60-30) }
	if got, _ = rowOf(t, y, freezer, 90*time.Minute); got["door open without a break"] != 0 {
		t.Errorf("open for %v min although it was shut half a minute ago", got["door open without a break"])
	}
}

func TestASmallerPowerShowsAgainstTheOwnPast(t *testing.T) {
	y := healthy()
	y["compressor-power"] = func(s int) float64 {
		switch {
		case s%1200 >= 600:
			return 0
		case s > 3600:
			return 450
		}
		return 600
	}
	got, _ := rowOf(t, y, freezer, 90*time.Minute)
	if v := got["compressor power against own past"]; math.Abs(v+25) > 1 {
		t.Errorf("%v %%, want -25", v)
	}
	got, why := rowOf(t, y, freezer, 20*time.Minute)
	if v := got["compressor power against own past"]; !math.IsNaN(v) || why != "" {
		t.Errorf("a past that nobody saw reads %v (%s)", v, why)
	}
}

func TestWhenItCannotTell(t *testing.T) {
	full := 90 * time.Minute
	for name, c := range map[string]struct {
		spoil   func(story)
		lasting time.Duration
		says    string
	}{
		"nothing yet":   {func(story) {}, 3 * time.Minute, "air temperature is missing or stale"},
		"no set point":  {func(y story) { delete(y, "set-point") }, full, "set point"},
		"no compressor": {func(y story) { delete(y, "compressor-running") }, full, "compressor state"},
		"a probe that says nothing": {func(y story) {
			y["evaporator-temperature"] = func(s int) float64 {
				if s > 60*60 {
					return math.NaN()
				}
				return -25
			}
		}, full, "evaporator temperature"},
		"defrost": {func(y story) { y["defrost-active"] = func(s int) float64 { return truth(s > 62*60) } }, full, "defrost"},
	} {
		t.Run(name, func(t *testing.T) {
			y := healthy()
			c.spoil(y)
			if _, why := rowOf(t, y, freezer, c.lasting); !strings.Contains(why, c.says) {
				t.Errorf("why is %q, want %q in it", why, c.says)
			}
		})
	}
	if _, why := rowOf(t, healthy(), freezer, 6*time.Minute); why != "" {
		t.Error("six minutes of history are not enough: ", why)
	}
}

func TestAThermometerThatStandsStillIsNotBelieved(t *testing.T) {
	st := twin.NewState(shop())
	healthy().tell(st, freezer, 40*time.Minute)
	later := noon.Add(fresh + time.Minute)
	st.Apply(twin.Sample{Signal: "freezer-1/compressor-running", At: later, Value: 1, Quality: twin.Good})
	if _, why := Row(st, freezer, later); !strings.Contains(why, "air temperature") {
		t.Errorf("it still judges: %q", why)
	}
}

func TestFeaturesSeeNoFuture(t *testing.T) {
	st := twin.NewState(shop())
	healthy().tell(st, freezer, 90*time.Minute)
	rapid.Check(t, func(t *rapid.T) {
		now := noon.Add(-time.Duration(rapid.IntRange(0, 50*60).Draw(t, "seconds before noon")) * time.Second)
		want, wantWhy := Row(st, freezer, now)
		other := twin.NewState(shop())
		y := healthy()
		begin := noon.Add(-90 * time.Minute)
		for name, value := range y { // from now on everything is otherwise
			y[name] = func(s int) float64 {
				if begin.Add(time.Duration(s) * time.Second).After(now) {
					return value(s) + 7
				}
				return value(s)
			}
		}
		y.tell(other, freezer, 90*time.Minute)
		got, why := Row(other, freezer, now)
		if why != wantWhy {
			t.Fatalf("%q, but %q with another future", wantWhy, why)
		}
		for i := range want {
			if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
				t.Fatalf("%s is %v, but %v with another future", features[i].name, want[i], got[i])
			}
		}
	})
}

func TestHistoryIsCutWhereItIsSaid(t *testing.T) {
	long, brief := twin.NewState(shop()), twin.NewState(shop())
	healthy().tell(long, freezer, 80*time.Minute)
	healthy().tell(brief, freezer, 20*time.Minute) // in step: a cycle takes 20 minutes
	got, _ := history{long, noon.Add(-20 * time.Minute)}.row(freezer, noon)
	want, _ := Row(brief, freezer, noon)
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9 || math.IsNaN(got[i]) != math.IsNaN(want[i]) {
			t.Errorf("%s is %v, want %v as of a twin that was switched on 20 minutes ago", features[i].name, got[i], want[i])
		}
	}
}

func TestEveryFeatureNamesItsSignalAndPart(t *testing.T) {
	for _, f := range features {
		if f.signal == "" || f.part == "" || f.unit == "" || Part(f.name) != f.part {
			t.Errorf("%+v", f.name)
		}
	}
	if Part("compressor running share × evaporator fan power") != partCompressor || Part("of nothing") != "" {
		t.Error("the part of a pair is its first feature's, of an unknown name none")
	}
}
