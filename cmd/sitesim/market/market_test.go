package market

import (
	"bytes"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// noon of a day of a year.
func noon(day int) time.Time {
	return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, day)
}

func run(m *Market, d time.Duration) {
	for end := m.Now.Add(d); m.Now.Before(end); {
		m.Step()
	}
}

// shown is everything the shop publishes now.
func shown(m *Market) []byte {
	var b bytes.Buffer
	for _, q := range m.Points() {
		if q.Kind == point.Floats {
			fmt.Fprintln(&b, q.ID(), q.List())
			continue
		}
		fmt.Fprintln(&b, q.ID(), q.Get())
	}
	return b.Bytes()
}

func TestTheSameSeedGivesTheSameRun(t *testing.T) {
	a, b := New(Options{Seed: 5, Start: noon(100)}), New(Options{Seed: 5, Start: noon(100)})
	for _, m := range []*Market{a, b} {
		if err := m.Inject("rack-1", "refrigerant-leak", 0.5); err != nil {
			t.Fatal(err)
		}
		m.Confuse("delivery", 0.7)
		run(m, time.Hour)
	}
	if !bytes.Equal(shown(a), shown(b)) {
		t.Error("two shops of one seed differ after an hour")
	}
	if other := New(Options{Seed: 6, Start: noon(100)}); bytes.Equal(shown(a), shown(other)) {
		t.Error("shops of two seeds are the same")
	}
}

func TestAForkGoesOnAsTheShopWould(t *testing.T) {
	m := New(Options{Seed: 8, Start: noon(190)})
	if err := m.Inject("freezer-2", "sensor-lying", 0.5); err != nil {
		t.Fatal(err)
	}
	f := m.Fork().(*Market)
	left := m.Fork().(*Market)
	before := shown(m)
	run(f, 30*time.Minute)
	if !bytes.Equal(before, shown(m)) {
		t.Fatal("stepping the fork moved the shop")
	}
	run(m, 30*time.Minute)
	if !bytes.Equal(shown(f), shown(m)) {
		t.Error("the fork differs from the shop after half an hour")
	}
	if !bytes.Equal(before, shown(left)) {
		t.Error("stepping the shop moved a fork")
	}
}

func TestHeatBalancesClose(t *testing.T) {
	m := New(Options{Seed: 4, Start: noon(20)})
	rack, air, cabinet := m.Rack, m.Air, *m.Cabinets[11]
	stored := m.Cabinets[11].Stored()
	run(m, 6*time.Hour)
	near := func(what string, got, want, scale float64) {
		if math.Abs(got-want) > 1e-6*scale {
			t.Errorf("%s: stored %g J, in less out %g J", what, got, want)
		}
	}
	near("suction side", suctionMass*(m.Rack.Suction-rack.Suction), (m.Rack.In-rack.In)-(m.Rack.Out-rack.Out), m.Rack.In-rack.In)
	near("sales floor", m.Hall.Mass*(m.Air.Temperature-air.Temperature), m.Air.In-air.In, math.Abs(m.Air.In)+1e7)
	c := m.Cabinets[11]
	near(c.ID, c.Stored()-stored, (c.Books.In-cabinet.Books.In)-(c.Books.Out-cabinet.Books.Out), c.Books.In)
}

// TestNothingLeavesItsRange steps shops of any seed with any trouble, also in
// the longer strides of a look ahead.
func TestNothingLeavesItsRange(t *testing.T) {
	for seed := range uint64(16) {
		d := store.NewDice(seed, 99)
		m := New(Options{Seed: seed, Start: noon(d.IntN(365))})
		for range d.IntN(4) {
			class := classes[d.IntN(len(classes))].Name
			if likely := m.Likely(class); len(likely) > 0 {
				if device := likely[d.IntN(len(likely))]; !m.Present(device, class) {
					if err := m.Inject(device, class, d.Float64()); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		m.Confuse(m.Confounders()[d.IntN(6)], 1)
		if d.Chance(0.5) {
			m.Hasten()
		}
		points := m.Points()
		for range 5 {
			run(m, 20*time.Minute)
			for _, q := range points {
				if q.Kind == point.Floats {
					continue
				}
				if v := q.Get(); !(v >= q.Low && v <= q.High) && !math.IsNaN(v) {
					t.Fatalf("%s shows %g, outside %g to %g", q.ID(), v, q.Low, q.High)
				}
			}
			for _, c := range m.Cabinets {
				if !(math.Abs(c.Air) < 60 && math.Abs(c.Goods) < 60 && math.Abs(c.Coil) < 80) {
					t.Fatalf("%s: air %g, goods %g, coil %g °C", c.ID, c.Air, c.Goods, c.Coil)
				}
			}
			if cost := m.Settle().Total(); math.IsNaN(cost) || cost < 0 || cost > 1e5 {
				t.Fatalf("it cost %g", cost)
			}
		}
	}
}

func TestEveryPointOfCornerMarketIsThereOrTheRacks(t *testing.T) {
	m := New(Options{Seed: 1, Start: noon(150)})
	have := map[string]bool{}
	for _, q := range m.Points() {
		if have[q.ID()] {
			t.Errorf("%s stands twice", q.ID())
		}
		have[q.ID()] = true
	}
	lost := 0
	for _, q := range plant.New(plant.Options{Seed: 1, Start: noon(150)}).Points() {
		if !have[q.ID()] {
			lost++
		}
	}
	if want := 6 * len(absent); lost != want {
		t.Errorf("%d points of Corner Market are gone, want the %d of the multidecks' own compressors", lost, want)
	}
}

func BenchmarkStep(b *testing.B) {
	m := New(Options{Seed: 3, Start: noon(180)})
	for b.Loop() {
		m.Step()
	}
	b.ReportMetric(float64(b.N)*stride.Seconds()/b.Elapsed().Seconds(), "x-real-time")
}
