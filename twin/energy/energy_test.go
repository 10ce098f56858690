package energy_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin/energy"
)

const step = 1800.0

// hall is a building of two zones, each of air and mass, in small explicit steps.
type hall struct{ air, mass [2]float64 }

func (h *hall) step(heat []float64, outside, sun float64) {
	for range 60 {
		dt := step / 60
		for z := range h.air {
			other := h.air[1-z]
			flow := 300 * (h.mass[z] - h.air[z])
			h.air[z] += dt / 4e6 * (heat[z] + sun + flow + 60*(outside-h.air[z]) + 50*(other-h.air[z]))
			h.mass[z] += dt / 3e7 * (-flow + 15*(outside-h.mass[z]))
		}
	}
}

func weatherAt(k int) (hour, outside, sun float64) {
	hour = math.Mod(float64(k)*step/3600, 24)
	return hour, 3 + 4*math.Sin((hour-9)/24*2*math.Pi) + 2*math.Sin(float64(k)/100), 300 * max(0, math.Sin((hour-7)/10*math.Pi)) * map[bool]float64{true: 1}[hour < 17]
}

// watched are days of random heating.
func watched(days int, seed uint64) ([]energy.Row, *hall) {
	dice := rand.New(rand.NewPCG(seed, 0))
	h := &hall{[2]float64{20, 20}, [2]float64{20, 20}}
	var rows []energy.Row
	heat := []float64{0, 0}
	for k := range days * 48 {
		if k%3 == 0 {
			heat = []float64{4000 * float64(dice.IntN(2)) * dice.Float64(), 4000 * float64(dice.IntN(2)) * dice.Float64()}
		}
		hour, outside, sun := weatherAt(k)
		rows = append(rows, energy.Row{Hour: hour, Temp: []float64{h.air[0], h.air[1]}, Heat: heat, Outside: outside, Sun: sun,
			Power: 30 + (heat[0]+heat[1])/(3+0.05*outside)})
		h.step(heat, outside, sun)
	}
	return rows, h
}

// A model of ten days foretells the next day, though it knows no formula of the
// building.
func TestAModelForetellsDaysThatItNeverSaw(t *testing.T) {
	rows, _ := watched(12, 1)
	m, err := energy.Fit(rows[:10*48], step)
	if err != nil {
		t.Fatal(err)
	}
	s := energy.Start(rows[0].Temp)
	for k := range 10 * 48 {
		s = m.Observe(s, rows[k].Heat, rows[k+1].Temp)
	}
	var heat [][]float64
	var weather []energy.Weather
	for _, r := range rows[10*48 : 11*48] {
		heat, weather = append(heat, r.Heat), append(weather, energy.Weather{Hour: r.Hour, Outside: r.Outside, Sun: r.Sun})
	}
	worst := 0.0
	for k, temp := range m.Roll(s, heat, weather) {
		for z := range temp {
			worst = max(worst, math.Abs(temp[z]-rows[10*48+k+1].Temp[z]))
		}
	}
	if worst > 0.6 {
		t.Errorf("over the next day the model is off by up to %.2f K", worst)
	}
	if p, want := m.Power([]float64{2000, 1000}, 3), 30+3000/(3+0.15); math.Abs(p-want) > 0.03*want {
		t.Errorf("power is %g W, not %g", p, want)
	}
}

func TestWhatCannotBeLearnt(t *testing.T) {
	rows, _ := watched(4, 1)
	if _, err := energy.Fit(rows[:50], step); err == nil || !strings.Contains(err.Error(), "identify for more days") {
		t.Errorf("a day: %v", err)
	}
	for k := range rows {
		rows[k].Heat = []float64{4000 - rows[k].Heat[0], rows[k].Heat[1]}
	}
	if _, err := energy.Fit(rows, step); err == nil || !strings.Contains(err.Error(), "check which variable its heat is") {
		t.Errorf("heat that cools: %v", err)
	}
	for k := range rows {
		rows[k].Heat = []float64{0, rows[k].Heat[1]}
	}
	if _, err := energy.Fit(rows, step); err == nil || !strings.Contains(err.Error(), "zone 1 was never heated") {
		t.Errorf("no heat: %v", err)
	}
}

func learnt(t testing.TB) (*energy.Model, *energy.State) {
	rows, h := watched(10, 2)
	m, err := energy.Fit(rows, step)
	if err != nil {
		t.Fatal(err)
	}
	return m, energy.Start([]float64{h.air[0], h.air[1]})
}

// night is dear from six in the morning on.
func dayAhead() []energy.Hour {
	var out []energy.Hour
	for k := range 48 {
		hour, outside, sun := weatherAt(k)
		h := energy.Hour{Weather: energy.Weather{Hour: hour, Outside: outside, Sun: sun}, Price: 0.3, Lower: []float64{17, 17}, Upper: []float64{25, 25}}
		if hour < 6 {
			h.Price = 0.1
		}
		if hour >= 6.5 && hour < 22 {
			h.Lower = []float64{21, 21}
		}
		out = append(out, h)
	}
	return out
}

func TestAPlanKeepsComfortAndHeatsWhereItIsCheap(t *testing.T) {
	m, _ := learnt(t)
	s := energy.Start([]float64{20.5, 20.5})
	hours := dayAhead()
	p := m.Plan(s, hours, energy.Wishes{Margin: 0.1, Penalty: 4})
	cheap, dear := 0.0, 0.0
	for k, h := range hours {
		for z := range p.Temp[k] {
			if p.Temp[k][z] < h.Lower[z]-0.05 || p.Temp[k][z] > h.Upper[z]+0.05 {
				t.Errorf("at %.1f h zone %d has %.2f °C, wanted are %v to %v", h.Hour, z, p.Temp[k][z], h.Lower[z], h.Upper[z])
			}
			if p.Heat[k][z] < 0 || p.Heat[k][z] > m.HeatMax[z]*1.000001 {
				t.Fatalf("heat of %g W", p.Heat[k][z])
			}
			if h.Price < 0.2 {
				cheap += p.Heat[k][z]
			} else {
				dear += p.Heat[k][z]
			}
		}
	}
	if cheap < 0.6*dear { // a quarter of the day
		t.Errorf("in the cheap quarter of the day %.0f W·steps, else %.0f", cheap, dear)
	}
	for z, r := range m.Reasons(p) {
		if text := r.Text(step); text == "" || r.PriceNow != 0.1 {
			t.Errorf("zone %d: %+v %q", z, r, text)
		}
	}
}

// No other heating does better by the plan's own measure: the problem is convex,
// so that it is enough to look about.
func TestNothingNearAPlanIsBetter(t *testing.T) {
	m, s := learnt(t)
	hours := dayAhead()
	w := energy.Wishes{Margin: 0.1, Penalty: 4}
	p := m.Plan(s, hours, w)
	var weather []energy.Weather
	for _, h := range hours {
		weather = append(weather, h.Weather)
	}
	worth := func(heat [][]float64) float64 {
		sum := 0.0
		for k, temp := range m.Roll(s, heat, weather) {
			sum += hours[k].Price * m.Power(heat[k], hours[k].Outside) * step / 3.6e6
			for z := range temp {
				beyond := max(0, hours[k].Lower[z]+w.Margin-temp[z]) + max(0, temp[z]-hours[k].Upper[z]+w.Margin)
				sum += w.Penalty * beyond * beyond * step / 3600
			}
		}
		return sum
	}
	best := worth(p.Heat)
	rapid.Check(t, func(t *rapid.T) {
		heat := make([][]float64, len(p.Heat))
		for k := range heat {
			heat[k] = append([]float64(nil), p.Heat[k]...)
		}
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			k, z := rapid.IntRange(0, len(heat)-1).Draw(t, "step"), rapid.IntRange(0, 1).Draw(t, "zone")
			heat[k][z] = rapid.Float64Range(0, m.HeatMax[z]).Draw(t, "heat")
		}
		if got := worth(heat); got < best-0.002*math.Abs(best) {
			t.Fatalf("another heating costs %.5f, the plan %.5f", got, best)
		}
	})
}

func TestReasonsTellWhatIsMeant(t *testing.T) {
	m, _ := learnt(t)
	flat := func(price float64, lower float64) []energy.Hour {
		h := dayAhead()
		for k := range h {
			h[k].Price, h[k].Lower, h[k].Outside = price, []float64{lower, lower}, 0
		}
		return h
	}
	for _, c := range []struct {
		name  string
		hours []energy.Hour
		temp  float64
		want  energy.Kind
	}{
		{"cold", flat(0.2, 21), 20.9, energy.Keep},
		{"warm", flat(0.2, 18), 23, energy.Coast},
		{"cheap now", func() []energy.Hour {
			h := flat(0.5, 21)
			for k := range 4 {
				h[k].Price = 0.05
			}
			return h
		}(), 22, energy.Store},
		{"cheap soon", func() []energy.Hour {
			h := flat(0.05, 20)
			h[0].Price, h[1].Price = 0.5, 0.5
			return h
		}(), 22, energy.Wait},
	} {
		p := m.Plan(energy.Start([]float64{c.temp, c.temp}), c.hours, energy.Wishes{Penalty: 4})
		if r := m.Reasons(p)[0]; r.Kind != c.want {
			t.Errorf("%s: %+v (%s)", c.name, r, r.Text(step))
		}
	}
}

func TestIndicators(t *testing.T) {
	var list []energy.Sample
	for k := range 25 {
		list = append(list, energy.Sample{At: float64(k) * 3600, Temp: []float64{20, 22}, Lower: []float64{21, 21}, Upper: []float64{24, 24}, Power: 1000, Price: 0.25, CO2: 0.5})
	}
	got := energy.Measure(list, 100)
	want := energy.Indicators{Energy: 0.24, Discomfort: 12, Cost: 0.06, CO2: 0.12, Peak: 0.01}
	for _, d := range []float64{got.Energy - want.Energy, got.Discomfort - want.Discomfort, got.Cost - want.Cost, got.CO2 - want.CO2, got.Peak - want.Peak} {
		if math.Abs(d) > 1e-9 {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
}

func ExampleMeasure() {
	hour := func(at, power float64) energy.Sample {
		return energy.Sample{At: at * 3600, Temp: []float64{20}, Lower: []float64{21}, Upper: []float64{24}, Power: power, Price: 0.3}
	}
	i := energy.Measure([]energy.Sample{hour(0, 2000), hour(1, 2000), hour(2, 2000)}, 50)
	fmt.Printf("%.2f kWh/m², %.1f K·h, %.3f per m²\n", i.Energy, i.Discomfort, i.Cost)
	// Output: 0.08 kWh/m², 2.0 K·h, 0.024 per m²
}

func BenchmarkPlan(b *testing.B) {
	m, s := learnt(b)
	hours := dayAhead()
	for b.Loop() {
		m.Plan(s, hours, energy.Wishes{Margin: 0.1, Penalty: 4})
	}
}
