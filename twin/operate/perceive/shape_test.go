package perceive

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// among is a cabinet's air as its probe shows it, and the probe among its goods, which follows
// the air by two thirds in minutes and the goods by the rest, they the air in hours.
func among(seed uint64, n int, wrong, warmth func(minute int) float64) (air, goods series) {
	true0, _, _, _ := probed(seed, n, func(int) float64 { return 0 })
	rng := rand.New(rand.NewPCG(seed, 2))
	slow, probe := -19.0, -19.0
	for i, a := range true0 {
		a += warmth(i)
		slow += (a - slow) / 165
		probe += (0.65*a + 0.35*slow - probe) / 6
		air, goods = append(air, a+wrong(i)), append(goods, probe+0.1*rng.NormFloat64())
	}
	return air, goods
}

// What the goods' probe tells of the air's: whichever of the two the model held likelier, a
// jump is a bias and a creep a drift; what all is well with, or too little known of, stays as
// the model said.
func TestTheGoodsProbeTellsAJumpFromACreep(t *testing.T) {
	f := cabinets()
	labels := f.labels()
	at := func(name string) int { return slices.Index(labels, name) }
	for _, c := range []struct {
		name                string
		n                   int
		wrong               func(i int) float64
		bias, drift, ice    float64 // as the model says
		wantBias, wantDrift float64 // at least
		wantIce             float64
	}{
		{"a jump that is taken for a drift", 200, func(i int) float64 { return 2.5 * min(1, max(0, float64(i-140)/5)) }, 0.1, 0.85, 0, 0.9, 0, 0},
		{"a jump down that is taken for a drift", 200, func(i int) float64 { return -2.2 * min(1, max(0, float64(i-130)/8)) }, 0.1, 0.85, 0, 0.9, 0, 0},
		{"a jump that is taken for ice", 200, func(i int) float64 { return 3 * min(1, max(0, float64(i-140)/5)) }, 0.05, 0, 0.9, 0.9, 0, 0},
		{"a creep that is taken for a bias", 200, func(i int) float64 { return 1.8 / 60 * max(0, float64(i-90)) }, 0.9, 0.05, 0, 0, 0.9, 0},
		{"a creep down that is taken for a bias", 200, func(i int) float64 { return -1.6 / 60 * max(0, float64(i-90)) }, 0.9, 0.05, 0, 0, 0.9, 0},
		{"a jump of less than what calls for anything", 200, func(i int) float64 { return 0.8 * min(1, max(0, float64(i-140)/5)) }, 0.6, 0.3, 0, 0, 0.85, 0},
		{"ice, and a probe that tells the truth", 200, func(int) float64 { return 0 }, 0.05, 0.05, 0.85, 0, 0, 0.85},
		{"a jump of which too little is known", 40, func(i int) float64 { return 3 * min(1, max(0, float64(i-30)/5)) }, 0.2, 0.7, 0, 0.2, 0.7, 0},
		{"a jump that the model holds for nothing", 200, func(i int) float64 { return 3 * min(1, max(0, float64(i-140)/5)) }, 0.05, 0.1, 0, 0.05, 0.1, 0},
	} {
		for seed := range uint64(10) {
			air, goods := among(seed, c.n, c.wrong, func(int) float64 { return 0 })
			site := &twin.Site{Assets: []twin.Asset{{ID: "freezer-1"}}}
			for _, name := range []string{"air-temperature", "product-temperature"} {
				site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf("freezer-1", name), Asset: "freezer-1", Name: name})
			}
			m := newMemory(site)
			m.order[0].values, m.order[1].values = air, goods
			p := make([]float64, len(labels))
			p[at("sensor-bias")], p[at("sensor-drift")], p[at("evaporator-ice")] = c.bias, c.drift, c.ice
			p[0] = 1 - c.bias - c.drift - c.ice
			f.weigh(m, &thing{asset: "freezer-1"}, labels, p)
			sum := 0.0
			for _, v := range p {
				sum += v
			}
			if p[at("sensor-bias")] < c.wantBias || p[at("sensor-drift")] < c.wantDrift || p[at("evaporator-ice")] != c.wantIce || math.Abs(sum-1) > 1e-9 {
				t.Errorf("%s, seed %d: bias %.2f, drift %.2f, ice %.2f, in all %.2f", c.name, seed, p[at("sensor-bias")], p[at("sensor-drift")], p[at("evaporator-ice")], sum)
			}
		}
	}
}

// A door that stands open warms the goods, and they stay so; the probes agree on it.
func TestWarmedGoodsAreNoWrongProbe(t *testing.T) {
	for seed := range uint64(10) {
		air, goods := among(seed, 200, func(int) float64 { return 0 }, func(i int) float64 {
			if i >= 120 && i < 132 {
				return 15
			}
			return 0
		})
		at, value := goods.unfollowed(air)
		if jump, _ := jumpAndCreep(at, value); !(math.Abs(jump.size) < jumpLeast) {
			t.Errorf("seed %d: after a quarter of an hour with the door open the probe is told to have jumped by %.1f K", seed, jump.size)
		}
	}
}

// What was raised while it was little likelier than not is told anew when it is clear, once,
// and a minute of doubt changes nothing.
func TestWhatStandsIsToldSurerWhenItIsClearer(t *testing.T) {
	f := cabinets()
	class := slices.Index(f.labels(), "sensor-drift")
	g := &group{family: f, things: []*thing{{asset: "freezer-1"}}, traces: make([][][]float64, 1)}
	s := &standing{group: g, class: class}
	s.perception.Situation = twin.Situation{Class: "sensor-drift", Asset: "freezer-1"}
	p := &Perceiver{model: &Model{Version: "v"}, memory: newMemory(&twin.Site{}), quiet: true}
	told := func(probability float64) float64 {
		row := make([]float64, len(f.labels()))
		row[class], row[0] = probability, 1-probability
		g.traces[0] = append(g.traces[0], row)
		if err := p.surer(t.Context(), s, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if d := s.perception.Diagnosis; d.Causes[0].Class != "sensor-drift" || d.Model != ModelName || d.Version != "v" {
			t.Errorf("it is told as %+v", d)
		}
		return s.perception.Diagnosis.Causes[0].Probability
	}
	s.perception.Diagnosis = twin.Diagnosis{Model: ModelName, Version: "v", Causes: []twin.Cause{{Class: "sensor-drift", Probability: 0.53}}}
	for _, row := range []struct{ now, want float64 }{{0.55, 0.53}, {0.92, 0.92}, {0.3, 0.92}, {0.98, 0.92}} {
		if got := told(row.now); got != row.want {
			t.Errorf("at %.2f now it is told with %.2f, want %.2f", row.now, got, row.want)
		}
	}
}
