package market

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// mean averages a reading over a while.
func mean(m *Market, d time.Duration, of func(*Market) float64) float64 {
	sum, n := 0.0, 0.0
	for end := m.Now.Add(d); m.Now.Before(end); n++ {
		m.Step()
		sum += of(m)
	}
	return sum / n
}

// TestEverySituationMovesItsSignals compares a shop with one and without, and
// with its remedy: what moved goes back by at least half.
func TestEverySituationMovesItsSignals(t *testing.T) {
	cabinet := func(id string, of func(m *Market, product, air float64) float64) func(*Market) float64 {
		return func(m *Market) float64 { c := m.byID[id]; return of(m, c.ProductProbe, c.Air) }
	}
	product := func(id string) func(*Market) float64 {
		return cabinet(id, func(_ *Market, p, _ float64) float64 { return p })
	}
	sensor := func(id string) func(*Market) float64 { // what the probe shows against the truth
		return func(m *Market) float64 { c := m.byID[id]; return math.Abs(c.Readings.Air - c.Probe) }
	}
	level := func(m *Market) float64 { return m.Rack.Shown.Level }
	superheat := func(m *Market) (k float64) {
		for _, f := range m.feeds {
			k += f.Superheat / float64(len(m.feeds))
		}
		return k
	}
	valves := func(m *Market) (k float64) {
		for _, f := range m.feeds {
			k += 100 * f.Valve / float64(len(m.feeds))
		}
		return k
	}
	co2 := func(m *Market) float64 { return m.Air.CO2 }
	waiting := func(m *Market) (n float64) {
		for i := range m.TillOpen {
			n += float64(m.Crowd.AtTill(i))
		}
		return n
	}
	for _, row := range []struct {
		class, device string
		day, hour     int
		wait          time.Duration
		what          string
		of            func(*Market) float64
		least         float64 // in the direction of its sign
		mends         bool    // the remedy brings it back within the time
	}{
		{"door-ajar", "freezer-2", 100, 12, 40 * time.Minute, "goods, K", product("freezer-2"), 2, true},
		{"compressor-degradation", "rack-1", 180, 12, 90 * time.Minute, "stages running", func(m *Market) float64 { return float64(m.Rack.Running) }, 0.5, true},
		{"compressor-degradation", "rack-1", 180, 12, 90 * time.Minute, "suction, K", func(m *Market) float64 { return m.Rack.Suction }, 0.3, true},
		{"refrigerant-leak", "rack-1", 180, 12, 3 * time.Hour, "liquid in the receiver, %", level, -20, true},
		{"refrigerant-leak", "rack-1", 180, 12, 3 * time.Hour, "superheat of all cabinets, K", superheat, 1, true},
		{"refrigerant-leak", "rack-1", 180, 12, 3 * time.Hour, "valves of all cabinets, %", valves, 15, true},
		{"blocked-condenser", "rack-1", 180, 12, time.Hour, "head, K", func(m *Market) float64 { return m.Rack.Head }, 4, true},
		{"evaporator-ice", "multideck-3", 100, 12, 2 * time.Hour, "goods, K", product("multideck-3"), 0.7, false},
		{"fan-failure", "multideck-3", 100, 12, time.Hour, "goods, K", product("multideck-3"), 1.2, true},
		{"stuck-damper", "hvac-1", 20, 12, 40 * time.Minute, "damper against its command, %", func(m *Market) float64 { return m.Units[0].Damper - m.Units[0].Command }, 20, true},
		{"sensor-bias", "freezer-3", 100, 12, time.Hour, "probe against the truth, K", sensor("freezer-3"), 1.5, false},
		{"sensor-drift", "freezer-3", 100, 12, 3 * time.Hour, "probe against the truth, K", sensor("freezer-3"), 2, false},
		{"night-mode", "hvac-1", 20, 12, time.Hour, "heating valve", func(m *Market) float64 { return m.Units[0].Heating }, -0.1, true},
		{"simultaneous-heating-cooling", "hvac-2", 20, 12, 40 * time.Minute, "both valves", func(m *Market) float64 { return min(m.Units[0].Heating+m.Units[1].Heating, m.Units[1].Cooling) }, 0.2, true},
		{"lights-left-on", "light-zone-2", 100, 23, 30 * time.Minute, "level, %", func(m *Market) float64 { return m.Zones[1].Level }, 60, true},
		{"heat-wave", "weather-1", 200, 11, 2 * time.Hour, "head, K", func(m *Market) float64 { return m.Rack.Head }, 6, false},
		{"co2-crowding", "counter-1", 20, 12, 2 * time.Hour, "carbon dioxide, ppm", co2, 300, false},
		{"queue-surge", "checkout-1", 20, 12, 12 * time.Minute, "people at the tills", waiting, 3, false},
		{"demand-response", "grid-1", 20, 12, 30 * time.Minute, "price, €/kWh", func(m *Market) float64 { return m.Grid.Price }, 0.5, false},
	} {
		t.Run(row.class+" "+row.what, func(t *testing.T) {
			t.Parallel()
			sound := New(Options{Seed: 17, Start: time.Date(2026, 1, 1, row.hour, 0, 0, 0, time.UTC).AddDate(0, 0, row.day)})
			ill := sound.Fork().(*Market)
			if err := ill.Inject(row.device, row.class, 0.7); err != nil {
				t.Fatal(err)
			}
			run(sound, row.wait)
			run(ill, row.wait)
			mended := ill.Fork().(*Market)
			a, b := mean(sound, 20*time.Minute, row.of), mean(ill, 20*time.Minute, row.of)
			if (b-a)*row.least < row.least*row.least {
				t.Fatalf("it moves %s from %.2f to %.2f, want by at least %.2f", row.what, a, b, row.least)
			}
			if !row.mends {
				return
			}
			remedy := mended.Remedy(row.device, row.class)
			i := slices.IndexFunc(mended.Actions(row.device), func(x trial.Action) bool { return x.Class == remedy })
			if i < 0 {
				t.Fatalf("no %s at %s", remedy, row.device)
			}
			if err := mended.Do(mended.Actions(row.device)[i]); err != nil {
				t.Fatal(err)
			}
			for _, m := range []*Market{sound, mended} {
				run(m, 4*time.Hour-20*time.Minute)
			}
			a, c := mean(sound, 20*time.Minute, row.of), mean(mended, 20*time.Minute, row.of)
			if math.Abs(c-a) > 0.5*math.Abs(row.least)+0.5*math.Abs(b-a) {
				t.Errorf("%s does not bring %s back: sound %.2f, ill %.2f, mended %.2f", remedy, row.what, a, b, c)
			}
		})
	}
}

// TestTheRacksTroubleShowsOnEveryCabinet: what ails one machine shows on others, so
// that a wrong cause tempts.
func TestTheRacksTroubleShowsOnEveryCabinet(t *testing.T) {
	sound := New(Options{Seed: 17, Start: noon(180)})
	ill := sound.Fork().(*Market)
	if err := ill.Inject("rack-1", "refrigerant-leak", 1); err != nil {
		t.Fatal(err)
	}
	run(sound, 4*time.Hour)
	run(ill, 4*time.Hour)
	for i, f := range ill.feeds {
		if f.Superheat < sound.feeds[i].Superheat+0.5 {
			t.Errorf("multideck-%d has a superheat of %.1f K, without the leak %.1f K", i+1, f.Superheat, sound.feeds[i].Superheat)
		}
	}
}

func TestAnAisleThatIsBlockedIsAvoided(t *testing.T) {
	m := New(Options{Seed: 5, Start: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)})
	if err := m.Inject("camera-1", "aisle-blocked", 0.5); err != nil {
		t.Fatal(err)
	}
	aisle := m.Crowd.Blocked
	before := m.Crowd.GivenUp
	run(m, time.Hour)
	if m.Crowd.GivenUp == before {
		t.Error("nobody gave up what lies beyond the pallet")
	}
	if got := m.Detail("camera-1", "aisle-blocked"); got != fmt.Sprintf("aisle %d", aisle) {
		t.Errorf("it is told as %q", got)
	}
	m.clearAisle(float64(aisle))
	run(m, time.Minute)
	if m.Present("camera-1", "aisle-blocked") || m.Crowd.Blocked != 0 {
		t.Error("the aisle was not cleared")
	}
}

func TestWhatCannotBefallIsRefused(t *testing.T) {
	m := New(Options{Seed: 2, Start: noon(20)})
	for _, row := range []struct {
		device, class string
		severity      float64
		want          string
	}{
		{"freezer-2", "dragon", 0.5, "is no situation"},
		{"freezer-2", "door-ajar", 2, "give a number from 0"},
		{"freezer-2", "door-ajar", math.NaN(), "give a number from 0"},
		{"freezer-9", "door-ajar", 0.5, "no device"},
		{"rack-1", "door-ajar", 0.5, "cannot have"},
		{"multideck-1", "compressor-degradation", 0.5, "cannot have"},
	} {
		if err := m.Inject(row.device, row.class, row.severity); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s at %s: %v, want %q", row.class, row.device, err, row.want)
		}
	}
	if err := m.Clear("freezer-2", "door-ajar"); err == nil {
		t.Error("what is not there was cleared")
	}
}

func Example() {
	m := New(Options{Seed: 1, Start: noon(180)})
	if err := m.Inject("rack-1", "compressor-degradation", 0.5); err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range m.Actions("rack-1") {
		if a.Class == m.Remedy("rack-1", "compressor-degradation") {
			fmt.Println(a.Class, a.Device, a.Writes)
		}
	}
	// Output: request-service rack-1 [{rack-1/service-command 1}]
}
