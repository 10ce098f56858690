package perceive

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// pumpHouse is a memory of one heat pump whose readings are given by the minute.
func pumpHouse(of map[string]series) (*memory, *thing) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "pump-1", Class: "heat-pump"}, {ID: "out-1", Class: "weather-sensor"}}}
	for name := range of {
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf("pump-1", name), Asset: "pump-1"})
	}
	site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf("out-1", "temperature"), Asset: "out-1"})
	m := newMemory(site)
	for name, v := range of {
		m.tracks[twin.SignalOf("pump-1", name)].values = v
		m.tracks["out-1/temperature"].values = flat(len(v), 3)
	}
	all := heatPumps().find(site, m)
	if len(all) != 1 {
		panic("the house has one heat pump")
	}
	return m, all[0]
}

func pumpFeature(t *testing.T, m *memory, th *thing, name string) float64 {
	t.Helper()
	f := heatPumps()
	columns := f.columns()
	row := f.rows(m, []*thing{th}, columns)[0]
	for i, c := range columns {
		if c.Name == name {
			return row[i]
		}
	}
	t.Fatalf("there is no feature %q", name)
	return 0
}

// working is a pump that gives 3 W for a watt and 5 W for a turn a minute at the speeds
// given, of which heat is read so many minutes late.
func working(speed series, late int) map[string]series {
	n := len(speed)
	on, heat, power := make(series, n), make(series, n), make(series, n)
	for i, v := range speed {
		power[i] = 5 * v / 3
		heat[i] = 5 * speed[max(0, i-late)]
		if v > 0 {
			on[i] = 1
		}
	}
	return map[string]series{"compressor-running": on, "fan-speed": speed, "heat-power": heat, "power": power, "flow-temperature": flat(n, 35), "return-temperature": flat(n, 30), "set-point": flat(n, 38)}
}

// A pump that changes its pace is as good as it was, whatever is read up to two minutes late:
// told is what it gives for what it takes while both stand still.
func TestAHeatPumpIsJudgedWhileItWorksEvenly(t *testing.T) {
	var speed series
	for range 6 { // as rooms ask for more and less: low, idle, all at once for hot water
		speed = append(append(append(speed, flat(15, 80)...), flat(5, 0)...), flat(10, 900)...)
	}
	for late := range 3 {
		for end := 130; end <= len(speed); end++ {
			m, th := pumpHouse(working(speed[:end], late))
			for _, name := range []string{"heat for power, against past, part", "heat for speed, against past, part", "power for speed, against past, part"} {
				if v := pumpFeature(t, m, th, name); math.Abs(v-1) > 1e-9 {
					t.Fatalf("heat read %d min late, minute %d: %s is %g of a pump that is as it was", late, end, name, v)
				}
			}
		}
	}
	weak := working(flat(200, 500), 0)
	for i := 150; i < 200; i++ {
		weak["heat-power"][i] *= 0.7
	}
	m, th := pumpHouse(weak)
	if v := pumpFeature(t, m, th, "heat for power, 20 min"); math.Abs(v-0.7*3) > 1e-9 {
		t.Errorf("a pump that gives 30 %% less for the same power gives %g W for a watt", v)
	}
}

// Nothing is told of a pump that has not worked for a while, and no trend of a few
// minutes that lie side by side.
func TestOfAHeatPumpThatRestsNothingIsTold(t *testing.T) {
	f := heatPumps()
	rested := func(minutes int) (*memory, *thing) {
		of := working(append(flat(60, 500), flat(minutes, 0)...), 0)
		for i := range 60 { // gives less each minute, as it was before it stopped
			of["heat-power"][i] *= 1 - 0.002*float64(i)
		}
		return pumpHouse(of)
	}
	for minutes, want := range map[int]bool{1: false, shownIn - shownLeast: false, shownIn - shownLeast + 1: true, 120: true} {
		if m, th := rested(minutes); f.unknown(m, th) != want {
			t.Errorf("after %d minutes of rest: unknown %v, want %v", minutes, !want, want)
		}
	}
	for minutes, known := range map[int]bool{0: true, 10: true, 50: false} {
		m, th := rested(minutes)
		if v := pumpFeature(t, m, th, "heat for power, trend 60 min"); math.IsNaN(v) == known {
			t.Errorf("after %d minutes of rest the trend of an hour is %g", minutes, v)
		}
	}

	m, th := rested(shownIn)
	g := &group{family: f, columns: f.columns(), things: []*thing{th}, traces: [][][]float64{{{0.9, 0.1}}}}
	if g.score(m); len(g.traces[0]) != 1 { // it has no model: asked, it would not survive
		t.Error("a pump that rests was judged")
	}
}
