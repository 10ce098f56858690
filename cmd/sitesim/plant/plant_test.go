package plant

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

var ten = time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)

// settled is one plant's state at ten o'clock, made once for all tests.
var settled = sync.OnceValues(func() ([]byte, error) { return New(Options{Seed: 1, Start: ten}).Save() })

func atTen(t testing.TB) *Plant {
	t.Helper()
	state, err := settled()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Resume(state)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(p *Plant, d time.Duration) {
	for end := p.Now.Add(d); p.Now.Before(end); {
		p.Step()
	}
}

func TestHeatInLessHeatOutIsStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom([]string{store.Freezer, store.Chest, store.Multideck}).Draw(t, "class")
		c := NewCabinet("x-1", class, rapid.Uint64().Draw(t, "seed"), 0)
		if rapid.Bool().Draw(t, "faulty") {
			kind := rapid.SampledFrom(FaultKinds(class)).Draw(t, "fault")
			if err := c.Inject(kind, rapid.Float64Range(0, 1).Draw(t, "severity")); err != nil {
				t.Fatal(err)
			}
		}
		c.Controls.Boost = rapid.Bool().Draw(t, "boost")
		c.Controls.BackupFan = rapid.Bool().Draw(t, "backup")
		c.DefrostIn = rapid.Float64Range(0, 4000).Draw(t, "defrost in")
		c.Restocking, c.RestockShare = rapid.Float64Range(0, restockTime).Draw(t, "restocking"), 0.2
		s := Surroundings{rapid.Float64Range(10, 35).Draw(t, "room"), 50, rapid.Float64Range(-10, 38).Draw(t, "outdoor"), 0.5}
		before := c.Stored()
		for range 3000 {
			c.Step(s, StepSeconds)
		}
		stored, balance := c.Stored()-before, c.Books.In-c.Books.Out
		if scale := math.Abs(c.Books.In) + math.Abs(c.Books.Out); math.Abs(stored-balance) > 1e-9*scale {
			t.Fatalf("stored %g J, in less out %g J", stored, balance)
		}
	})
}

// means are what a cabinet's instruments show on average.
type means struct {
	air, product, coil, condensing, duty, power, fan, opening, spread float64
}

func average(p *Plant, c *Cabinet, d time.Duration) means {
	var m means
	n, on := 0.0, 1e-9
	for end := p.Now.Add(d); p.Now.Before(end); n++ {
		p.Step()
		r := c.Readings
		m.air += r.Air
		m.product += r.Product
		m.coil += r.Evaporator
		m.fan += r.FanPower
		m.opening += r.Opening
		m.duty += point.One(c.Running)
		m.condensing += r.Condensing * point.One(c.Running)
		m.power += r.CompressorPower * point.One(c.Running)
		on += point.One(c.Running)
	}
	m = means{m.air / n, m.product / n, m.coil / n, m.condensing / on, m.duty / n, m.power / on, m.fan / n, m.opening / n, 0}
	m.spread = m.product - m.air
	return m
}

func TestEveryFaultMovesItsSignals(t *testing.T) {
	type change func(sound, ill means) float64
	air := func(s, i means) float64 { return i.air - s.air }
	product := func(s, i means) float64 { return i.product - s.product }
	coil := func(s, i means) float64 { return i.coil - s.coil }
	duty := func(s, i means) float64 { return i.duty - s.duty }
	power := func(s, i means) float64 { return i.power - s.power }
	condensing := func(s, i means) float64 { return i.condensing - s.condensing }
	fan := func(s, i means) float64 { return i.fan/s.fan - 1 }
	opening := func(s, i means) float64 { return i.opening - s.opening }
	spread := func(s, i means) float64 { return i.spread - s.spread }
	for _, row := range []struct {
		device   string
		kind     FaultKind
		severity float64
		signal   string
		change   change
		least    float64 // in the direction of its sign
	}{
		{"freezer-2", DoorAjar, 0.7, "air temperature", air, 8},
		{"freezer-2", DoorAjar, 0.7, "product temperature", product, 5},
		{"freezer-2", DoorAjar, 0.7, "door angle", opening, 20},
		{"freezer-2", DoorAjar, 0, "running time", duty, 0.15},
		{"chest-2", DoorAjar, 0.7, "air temperature", air, 3},
		{"chest-2", DoorAjar, 0, "running time", duty, 0.1},
		{"freezer-2", CompressorDegradation, 0.7, "running time", duty, 0.15},
		{"freezer-2", CompressorDegradation, 0.7, "power while running", power, -40},
		{"freezer-2", CompressorDegradation, 0.7, "evaporator", coil, 0.5},
		{"multideck-3", CompressorDegradation, 0, "running time", duty, 0.1},
		{"freezer-2", SensorBias, 0.7, "product against air", spread, 2},
		{"multideck-3", SensorBias, 0, "product against air", spread, 1.2},
		{"freezer-2", FanFailure, 0.7, "evaporator", coil, -4},
		{"freezer-2", FanFailure, 0.7, "fan power", fan, -0.1},
		{"multideck-3", FanFailure, 1, "air temperature", air, 2},
		{"multideck-3", FanFailure, 1, "evaporator", coil, -8},
		{"freezer-2", BlockedCondenser, 0.7, "condensing", condensing, 8},
		{"freezer-2", BlockedCondenser, 0.7, "power while running", power, 30},
		{"multideck-3", BlockedCondenser, 0, "condensing", condensing, 4},
	} {
		sound, ill := atTen(t), atTen(t)
		if err := ill.Inject(row.device, row.kind, row.severity); err != nil {
			t.Fatal(err)
		}
		f := ill.byID[row.device].Faults[0]
		run(sound, 45*time.Minute)
		run(ill, 45*time.Minute)
		got := row.change(average(sound, sound.byID[row.device], 45*time.Minute), average(ill, ill.byID[row.device], 45*time.Minute))
		least := row.least
		if row.kind == SensorBias {
			least *= -f.Sign // a probe that reads warm makes the goods look cold
		}
		if got*least < least*least {
			t.Errorf("%s with %s of %.1f moves its %s by %.2f, want at least %.2f", row.device, row.kind, row.severity, row.signal, got, least)
		}
	}
}

func TestEveryRemedyMendsInItsTime(t *testing.T) {
	for _, row := range []struct {
		device   string
		kind     FaultKind
		severity float64
		ill      time.Duration // fault's time before the remedy
		remedy   string
		value    float64
		within   time.Duration
		worse    func(ill, mended, sound means) bool
	}{
		{"freezer-2", DoorAjar, 0.7, 20 * time.Minute, "DoorCloseCommand", 1, 20 * time.Minute,
			func(_, m, s means) bool { return m.air > s.air+1.5 || m.opening > s.opening+1 }},
		{"chest-2", DoorAjar, 1, 20 * time.Minute, "DoorCloseCommand", 1, 20 * time.Minute,
			func(_, m, s means) bool { return m.air > s.air+2 }},
		{"freezer-2", CompressorDegradation, 1, 90 * time.Minute, "CapacityBoost", 1, 40 * time.Minute,
			func(i, m, s means) bool { return m.air > s.air+2 || m.duty > i.duty-0.1 }},
		{"freezer-2", SensorBias, 1, time.Hour, "ControlSensor", 1, 90 * time.Minute,
			func(i, m, s means) bool { return math.Abs(m.product-s.product) > 0.5*math.Abs(i.product-s.product) }},
		{"multideck-3", FanFailure, 1, time.Hour, "EvaporatorFanBackup", 1, 20 * time.Minute,
			func(i, m, s means) bool { return m.air > s.air+1 || m.coil < i.coil+8 }},
		{"freezer-2", BlockedCondenser, 1, time.Hour, "CondenserCleanCommand", 1, 20 * time.Minute,
			func(i, m, s means) bool { return m.condensing > s.condensing+4 }},
	} {
		sound, untreated, p := atTen(t), atTen(t), atTen(t)
		for _, q := range []*Plant{untreated, p} {
			if err := q.Inject(row.device, row.kind, row.severity); err != nil {
				t.Fatal(err)
			}
		}
		run(p, row.ill)
		write(t, p, row.device+"/"+point.Kebab(row.remedy), row.value)
		run(p, row.within)
		run(untreated, row.ill+row.within)
		run(sound, row.ill+row.within)
		const window = 30 * time.Minute // the same for all three, so that traffic is the same
		mended := average(p, p.byID[row.device], window)
		ill := average(untreated, untreated.byID[row.device], window)
		ok := average(sound, sound.byID[row.device], window)
		if row.worse(ill, mended, ok) {
			t.Errorf("%s with %s: %s did not mend it in %s\nill    %+v\nmended %+v\nsound  %+v", row.device, row.kind, row.remedy, row.within, ill, mended, ok)
		}
		ends := row.kind == DoorAjar || row.kind == BlockedCondenser
		if ended := !p.Truth[0].End.IsZero(); ended != ends {
			t.Errorf("%s: ended %t after %s, want %t", row.kind, ended, row.remedy, ends)
		}
	}
}

func write(t *testing.T, p *Plant, id string, v float64) {
	t.Helper()
	points := p.Points()
	i := slices.IndexFunc(points, func(q point.Point) bool { return q.ID() == id })
	if i < 0 || points[i].Set == nil {
		t.Fatalf("%s cannot be written", id)
	}
	points[i].Set(v)
}

func TestAnAjarFreezerWarmsWithinTenMinutes(t *testing.T) {
	p := atTen(t)
	if err := p.Inject("freezer-2", DoorAjar, severityAsked); err != nil {
		t.Fatal(err)
	}
	c := p.byID["freezer-2"]
	run(p, 10*time.Minute)
	if c.Readings.Air < c.Controls.SetPoint+5 {
		t.Errorf("air %g °C after ten minutes, set point %g °C", c.Readings.Air, c.Controls.SetPoint)
	}
	if !c.Readings.DoorOpen && c.Opening > c.Design.ContactMisses {
		t.Errorf("the contact misses %g°, it should miss %g°", c.Opening, c.Design.ContactMisses)
	}
}

func TestPointsAreWhatTheContractSays(t *testing.T) {
	p := atTen(t)
	points := p.Points()
	const want = 345
	if len(points) != want {
		t.Errorf("%d points, want %d", len(points), want)
	}
	seen := map[string]bool{}
	for _, q := range points {
		if seen[q.ID()] {
			t.Errorf("%s stands twice", q.ID())
		}
		seen[q.ID()] = true
	}
	for _, id := range []string{"freezer-2/air-temperature", "climate-3/co2", "chest-1/lid-position", "multideck-6/blind-position",
		"camera-1/positions", "checkout-4/queue-length", "freezer-1/door-close-command", "counter-2/occupancy"} {
		if !seen[id] {
			t.Errorf("%s is missing", id)
		}
	}
	if seen["multideck-1/door-open"] {
		t.Error("a multideck has no door")
	}
	for range 24 * 60 {
		run(p, time.Minute)
		for _, q := range points {
			if q.Kind == point.Floats {
				continue
			}
			if v := q.Get(); math.IsNaN(v) || v < q.Low || v > q.High {
				t.Fatalf("%s shows %g at %s, outside %g to %g", q.ID(), v, p.Now, q.Low, q.High)
			}
		}
	}
}

func TestAResumedPlantGoesOnAsTheSavedOne(t *testing.T) {
	p := atTen(t)
	if err := p.Inject("chest-1", BlockedCondenser, 0.5); err != nil {
		t.Fatal(err)
	}
	run(p, 20*time.Minute)
	state, err := p.Save()
	if err != nil {
		t.Fatal(err)
	}
	q, err := Resume(state)
	if err != nil {
		t.Fatal(err)
	}
	run(p, 20*time.Minute)
	run(q, 20*time.Minute)
	a, errA := p.Save()
	b, errB := q.Save()
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("twenty minutes later the resumed plant differs (%v, %v)", errA, errB)
	}
}

func TestPlannedFaultsRead(t *testing.T) {
	for _, row := range []struct{ text, wrong string }{
		{"freezer-2:door-ajar@20m", ""},
		{"chest-1:fan-failure@1h30m:0.25", ""},
		{"freezer-2", "DEVICE:FAULT"},
		{"freezer-2:door-ajar", "DEVICE:FAULT"},
		{"freezer-2:door-ajar@soon", "not a time"},
		{"freezer-2:door-ajar@-5m", "not a time"},
		{"freezer-2:door-ajar@5m:2", "severity"},
		{"freezer-2:door-ajar@5m:NaN", "severity"},
		{"freezer-9:door-ajar@5m", "no cabinet"},
		{"multideck-1:door-ajar@5m", "can have"},
		{"freezer-2:leak@5m", "can have"},
	} {
		_, err := ParsePlanned(row.text)
		if row.wrong == "" && err != nil || row.wrong != "" && (err == nil || !strings.Contains(err.Error(), row.wrong)) {
			t.Errorf("%q gave %v, want %q", row.text, err, row.wrong)
		}
	}
	p := atTen(t)
	f, err := ParsePlanned("freezer-2:door-ajar@1m")
	if err != nil {
		t.Fatal(err)
	}
	f.Lasts = time.Minute
	plan := []Planned{f}
	for range 180 {
		if plan, err = p.Due(plan); err != nil {
			t.Fatal(err)
		}
		p.Step()
	}
	if e := p.Truth[0]; len(p.Truth) != 1 || e.Onset.Sub(ten) != time.Minute || e.End.Sub(ten) != 2*time.Minute {
		t.Errorf("truth %+v, want one fault from 10:01 to 10:02", p.Truth)
	}
}

func FuzzResume(f *testing.F) {
	state, err := settled()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	f.Add([]byte(`{"Version":1,"Plant":{}}`))
	f.Add([]byte(`{"Version":1,"Plant":null}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		p, err := Resume(state)
		if err != nil {
			return
		}
		p.Points()
		for range 3 {
			p.Step()
		}
	})
}

func FuzzParsePlanned(f *testing.F) {
	f.Add("freezer-2:door-ajar@20m:0.7")
	f.Add("a:b@1s:")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePlanned(text); err == nil && (p.After < 0 || !(p.Severity >= 0 && p.Severity <= 1)) {
			t.Errorf("%q was read as %+v", text, p)
		}
	})
}

func BenchmarkStep(b *testing.B) {
	p := atTen(b)
	b.ResetTimer()
	for b.Loop() {
		p.Step()
	}
	b.ReportMetric(float64(b.N)*StepSeconds/b.Elapsed().Seconds(), "x-real-time")
}
