package perceive

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A cabinet's cycle with its noise; from a minute on the probe is wrong.
func probed(seed uint64, n int, wrong func(minute int) float64) (air, goods, coil, run series) {
	rng := rand.New(rand.NewPCG(seed, 1))
	a, g, on := -19.0, -18.0, 0.0
	for i := range n {
		if a > -18 {
			on = 1
		} else if a < -20 {
			on = 0
		}
		a += 0.35*(1-on) - 0.3*on
		g += (0.65*a - 6.3 - g) / 8
		air = append(air, a+wrong(i)+0.1*rng.NormFloat64())
		goods, run = append(goods, g+0.1*rng.NormFloat64()), append(run, on)
		coil = append(coil, a-2-6*on+0.2*rng.NormFloat64())
	}
	return air, goods, coil, run
}

func TestAProbeThatJumpedIsToldFromOneThatCreeps(t *testing.T) {
	for _, c := range []struct {
		name  string
		wrong func(i int) float64
		jump  bool
		size  float64 // K, or K an hour
		ago   float64
	}{
		{"a jump", func(i int) float64 { return 2.5 * min(1, max(0, float64(i-140)/5)) }, true, 2.5, 60},
		{"a jump down", func(i int) float64 { return -2 * min(1, max(0, float64(i-120)/8)) }, true, -2, 80},
		{"a creep", func(i int) float64 { return 1.8 / 60 * max(0, float64(i-90)) }, false, 1.8, 110},
		{"a creep down", func(i int) float64 { return -1.5 / 60 * max(0, float64(i-80)) }, false, -1.5, 120},
	} {
		for seed := range uint64(20) {
			air, goods, coil, run := probed(seed, 200, c.wrong)
			jump, creep := air.offset([]series{goods, coil, run}, []float64{0.5, 0.5, 0}).changes()
			got := creep
			if c.jump {
				got = jump
			}
			if (jump.miss < creep.miss) != c.jump || math.Abs(got.size-c.size) > 0.3*math.Abs(c.size) || math.Abs(got.ago-c.ago) > 15 {
				t.Errorf("%s, seed %d: jump %+v, creep %+v; want size %g, %g min ago", c.name, seed, jump, creep, c.size, c.ago)
			}
		}
	}
}

func TestOfAProbeOfWhichLittleIsKnownNothingIsTold(t *testing.T) {
	air, goods, coil, _ := probed(1, 30, func(int) float64 { return 0 })
	for name, s := range map[string]series{"no neighbour": air.offset([]series{goods, nil}, []float64{0.5, 0.5}), "half an hour": air.offset([]series{goods, coil}, []float64{0.5, 0.5})} {
		jump, creep := s.changes()
		if !math.IsNaN(s.few(0, 30)) || !math.IsNaN(jump.size) || !math.IsNaN(jump.miss) || !math.IsNaN(creep.size) || !math.IsNaN(creep.ago) {
			t.Errorf("%s: %v, %+v, %+v", name, s, jump, creep)
		}
	}
}
