package calibrate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/xai/calibrate"
)

// overconfident draws outcomes of a model whose scores are twice too large.
func overconfident(n int, seed uint64) (scores [][]float64, labels []int) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for range n {
		s := rng.NormFloat64() * 2
		label := 0
		if rng.Float64() < 1/(1+math.Exp(-s)) {
			label = 1
		}
		scores, labels = append(scores, []float64{-s, s}), append(labels, label) // the difference is 2s
	}
	return scores, labels
}

func claims(scores [][]float64, labels []int, temperature float64) (confidence []float64, right []bool) {
	for i, s := range scores {
		p := calibrate.Softmax(s, temperature)
		k := 0
		if p[1] > p[0] {
			k = 1
		}
		confidence, right = append(confidence, p[k]), append(right, labels[i] == k)
	}
	return confidence, right
}

func TestTemperatureTakesOverconfidenceBack(t *testing.T) {
	scores, labels := overconfident(4000, 1)
	temperature, err := calibrate.Temperature(scores, labels)
	if err != nil || math.Abs(temperature-2) > 0.15 {
		t.Fatalf("temperature %g, %v; the scores are twice too large", temperature, err)
	}
	fresh, outcomes := overconfident(4000, 2)
	before, _ := calibrate.Error(first(claims(fresh, outcomes, 1)))
	after, _ := calibrate.Error(first(claims(fresh, outcomes, temperature)))
	if after > 0.025 || before < 0.06 {
		t.Errorf("calibration error %.3f before, %.3f after", before, after)
	}
}

func first(confidence []float64, right []bool) ([]float64, []bool, int) { return confidence, right, 10 }

func TestIsotonicTakesOverconfidenceBack(t *testing.T) {
	scores, labels := overconfident(4000, 1)
	f, err := calibrate.Fit(claims(scores, labels, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	confidence, right := claims(overconfident2())
	for i := range confidence {
		confidence[i] = f.At(confidence[i])
	}
	if e, _ := calibrate.Error(confidence, right, 10); e > 0.025 {
		t.Errorf("calibration error %.3f after", e)
	}
}

func overconfident2() ([][]float64, []int, float64) {
	s, l := overconfident(4000, 2)
	return s, l, 1
}

func TestIsotonicRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		score, right := make([]float64, n), make([]bool, n)
		for i := range score {
			score[i], right[i] = float64(rapid.IntRange(-5, 5).Draw(t, "score")), rapid.Bool().Draw(t, "right")
		}
		f, err := calibrate.Fit(score, right)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		last := 0.0
		for x := -6.0; x <= 6; x += 0.25 {
			p := f.At(x)
			if p < last || p <= 0 || p >= 1 {
				t.Fatalf("%g at %g after %g", p, x, last)
			}
			last = p
		}
	})
}

func TestThresholdKeepsItsPromise(t *testing.T) {
	scores, labels := overconfident(2000, 3)
	confidence, right := claims(scores, labels, 2)
	a, ok, err := calibrate.Threshold(confidence, right, 0.9)
	if err != nil || !ok || a.Low95 < 0.9 || a.Coverage < 0.3 {
		t.Fatalf("got %+v, %t, %v", a, ok, err)
	}
	n, hits := 0, 0
	fresh, outcomes := overconfident(2000, 4)
	confidence, right = claims(fresh, outcomes, 2)
	for i, c := range confidence {
		if c >= a.Threshold {
			n++
			if right[i] {
				hits++
			}
		}
	}
	if got := float64(hits) / float64(n); got < 0.88 {
		t.Errorf("%.3f right of what is answered, on other rows", got)
	}
	if _, ok, _ := calibrate.Threshold([]float64{1, 1}, []bool{true, false}, 0.9); ok {
		t.Error("two rows promise 90 %")
	}
}

func TestErrorOfNoProbabilityIsRefused(t *testing.T) {
	if _, err := calibrate.Error([]float64{1.5}, []bool{true}, 10); err == nil {
		t.Error("a confidence of 150 % was taken")
	}
}

func ExampleWilson() {
	low, high := calibrate.Wilson(26, 26, 1.96)
	fmt.Printf("26 of 26 days: %.3f to %.3f", low, high)
	// Output: 26 of 26 days: 0.871 to 1.000
}
