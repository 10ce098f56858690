package surrogate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/surrogate"
)

var columns = []xai.Column{{Name: "door", Unit: "min"}, {Name: "load"}}

func drawn(n int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = []float64{rng.Float64() * 10, rng.Float64()}
	}
	return rows
}

func corner(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, r := range rows {
		out[i] = []float64{0.9, 0.1}
		if r[0] > 5 && r[1] > 0.5 {
			out[i] = []float64{0.2, 0.8}
		}
	}
	return out
}

func TestASmallModelIsDrawnAsItIs(t *testing.T) {
	s, err := surrogate.Fit(context.Background(), corner, columns, drawn(1000, 1), drawn(500, 2), 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if s.Agreement < 0.99 || s.R2 < 0.97 || s.Held != 500 {
		t.Errorf("agreement %.3f, R² %.3f", s.Agreement, s.R2)
	}
	text := s.Text()
	for _, want := range []string{"fidelity on 500 held rows", "door >= 4.98", "min", "load >= 0.5", "→ 0.79", "→ 0.1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestTheFidelityOfATooSmallTreeIsLow(t *testing.T) {
	wave := func(rows [][]float64) [][]float64 {
		out := make([][]float64, len(rows))
		for i, r := range rows {
			out[i] = []float64{math.Sin(4 * r[0])}
		}
		return out
	}
	s, err := surrogate.Fit(context.Background(), wave, columns, drawn(1000, 1), drawn(500, 2), 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	if s.R2 > 0.6 || !math.IsNaN(s.Agreement) || strings.Contains(s.Text(), "one half") {
		t.Errorf("two levels follow a wave: R² %.3f, agreement %g", s.R2, s.Agreement)
	}
}
