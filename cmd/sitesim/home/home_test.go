package home

import (
	"bytes"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// at is an hour of a day of a year.
func at(day, hour int) time.Time {
	return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC).AddDate(0, 0, day)
}

func run(h *Home, d time.Duration) {
	for end := h.Now.Add(d); h.Now.Before(end); {
		h.Step()
	}
}

func shown(h *Home) []byte {
	var b bytes.Buffer
	for _, q := range h.Points() {
		fmt.Fprintln(&b, q.ID(), q.Get())
	}
	return b.Bytes()
}

func TestTheSameSeedGivesTheSameRunAndAForkGoesOnAlike(t *testing.T) {
	a, b := New(Options{Seed: 5, Start: at(20, 12)}), New(Options{Seed: 5, Start: at(20, 12)})
	f := a.Fork().(*Home)
	for _, h := range []*Home{a, b, f} {
		if err := h.Inject("radiator-2", "stuck-valve", 0.5); err != nil {
			t.Fatal(err)
		}
		h.Confuse("airing", 0.7)
		run(h, 2*time.Hour)
	}
	if !bytes.Equal(shown(a), shown(b)) || !bytes.Equal(shown(a), shown(f)) {
		t.Error("two houses of one seed, or a house and its fork, differ after two hours")
	}
	if bytes.Equal(shown(a), shown(New(Options{Seed: 6, Start: at(20, 14)}))) {
		t.Error("houses of two seeds are the same")
	}
}

func TestHeatBalanceOfEveryRoomCloses(t *testing.T) {
	h := New(Options{Seed: 3, Start: at(30, 6)})
	before := h.Rooms
	run(h, 8*time.Hour)
	for i, r := range h.Rooms {
		stored, in := r.Mass*(r.Temperature-before[i].Temperature), r.In-before[i].In
		if math.Abs(stored-in) > 1e-7*(math.Abs(in)+1e6) {
			t.Errorf("room %d stored %g J of %g J", i+1, stored, in)
		}
	}
}

func TestNothingLeavesItsRange(t *testing.T) {
	for seed := range uint64(16) {
		d := store.NewDice(seed, 99)
		h := New(Options{Seed: seed, Start: at(d.IntN(365), d.IntN(24))})
		for range d.IntN(4) {
			class := classes[d.IntN(len(classes))].Name
			if likely := h.Likely(class); len(likely) > 0 {
				if device := likely[d.IntN(len(likely))]; !h.Present(device, class) {
					if err := h.Inject(device, class, d.Float64()); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		h.Confuse(h.Confounders()[d.IntN(6)], 1)
		if d.Chance(0.5) {
			h.Hasten()
		}
		actions := h.Actions()
		if err := h.Do(actions[d.IntN(len(actions))]); err != nil {
			t.Fatal(err)
		}
		points := h.Points()
		for range 6 {
			run(h, 40*time.Minute)
			for _, q := range points {
				if v := q.Get(); !(v >= q.Low && v <= q.High) {
					t.Fatalf("%s shows %g, outside %g to %g", q.ID(), v, q.Low, q.High)
				}
			}
			if cost := h.Settle().Total(); !(math.Abs(cost) < 1e4) {
				t.Fatalf("it cost %g", cost)
			}
		}
	}
}

// TestEverySituationShowsWhereItShould compares a house with and without.
func TestEverySituationShowsWhereItShould(t *testing.T) {
	for _, row := range []struct {
		class, device string
		day, hour     int
		what          string
		of            func(h *Home) float64
		least         float64 // in the direction of its sign
	}{
		{"window-open-while-heating", "window-1", 20, 18, "room's temperature, K", func(h *Home) float64 { return h.Rooms[living].Temperature }, -0.5},
		{"heat-pump-degraded", "heat-pump-1", 20, 6, "heat of a watt", func(h *Home) float64 { return h.Pump.Heat / h.Pump.Power }, -0.2},
		{"sensor-drift", "thermostat-1", 20, 6, "what it shows against the air sensor, K",
			func(h *Home) float64 {
				return math.Abs(h.Rooms[living].Shown.Temperature - h.Rooms[living].Shown.AirTemperature)
			}, 1.2},
		{"car-charging-at-peak", "ev-charger-1", 20, 18, "power from the grid, W", func(h *Home) float64 { return h.Power.CarTotal * 1000 }, 2000},
		{"battery-idle", "battery-storage-1", 180, 9, "charge, %", func(h *Home) float64 { return h.Power.Charge }, -5},
		{"blinds-open-in-heat", "blinds-1", 195, 11, "room's temperature, K", func(h *Home) float64 { return h.Rooms[living].Temperature }, 0.4},
		{"co2-bedroom", "ventilation-1", 20, 23, "carbon dioxide, ppm", func(h *Home) float64 { return h.Rooms[bedroom].CO2 }, 300},
		{"hot-water-too-cold", "hot-water-1", 20, 6, "hot water, K", func(h *Home) float64 { return h.Tank.Temperature }, -2},
	} {
		sound := New(Options{Seed: 9, Start: at(row.day, row.hour)})
		ill := sound.Fork().(*Home)
		if err := ill.Inject(row.device, row.class, 0.8); err != nil {
			t.Fatal(err)
		}
		run(sound, 150*time.Minute)
		run(ill, 150*time.Minute)
		if got := row.of(ill) - row.of(sound); got*row.least < row.least*row.least {
			t.Errorf("%s moves %s by %.2f, want at least %.2f", row.class, row.what, got, row.least)
		}
	}
}

func TestWhatCannotBefallIsRefused(t *testing.T) {
	h := New(Options{Seed: 2, Start: at(20, 12)})
	for _, row := range []struct {
		device, class string
		severity      float64
	}{{"window-1", "stuck-valve", 0.5}, {"window-9", "window-open-while-heating", 0.5}, {"window-1", "window-open-while-heating", 1.5}, {"window-1", "dragon", 0.5},
		{"thermostat-6", "sensor-drift", 0.5}} {
		if err := h.Inject(row.device, row.class, row.severity); err == nil {
			t.Errorf("%s was injected at %s with %g", row.class, row.device, row.severity)
		}
	}
	if err := h.Clear("window-1", "window-open-while-heating"); err == nil {
		t.Error("what is not there was cleared")
	}
}

func BenchmarkStep(b *testing.B) {
	h := New(Options{Seed: 3, Start: at(20, 12)})
	for b.Loop() {
		h.Step()
	}
	b.ReportMetric(float64(b.N)*stride.Seconds()/b.Elapsed().Seconds(), "x-real-time")
}

func Example() {
	h := New(Options{Seed: 1, Start: at(20, 12)})
	if err := h.Inject("window-1", "window-open-while-heating", 0.5); err != nil {
		fmt.Println(err)
		return
	}
	run(h, time.Hour)
	for _, q := range h.Points() {
		if q.ID() == "window-1/door-open" || q.ID() == "ev-charger-1/plugged" {
			fmt.Println(q.ID(), q.Get() == 1)
		}
	}
	// Output:
	// window-1/door-open true
	// ev-charger-1/plugged false
}
