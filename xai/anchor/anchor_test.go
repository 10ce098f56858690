package anchor_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glasstwin/glasstwin/xai/anchor"
)

// corner is claimed when x0 >= 0.5 and x1 < 0.3; the other columns do nothing.
func corner(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, r := range rows {
		out[i] = []float64{1, 0}
		if r[0] >= 0.5 && r[1] < 0.3 {
			out[i] = []float64{0, 1}
		}
	}
	return out
}

func drawn(n, columns int) [][]float64 {
	rng := rand.New(rand.NewPCG(7, 7))
	rows := make([][]float64, n)
	for i := range rows {
		for range columns {
			rows[i] = append(rows[i], rng.Float64())
		}
	}
	return rows
}

func TestARuleNamesWhatSuffices(t *testing.T) {
	background := drawn(1000, 8)
	row := []float64{0.8, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5}
	r, ok, err := anchor.Find(context.Background(), corner, background, row, anchor.Options{})
	if err != nil || !ok {
		t.Fatalf("%+v, %t, %v", r, ok, err)
	}
	if r.Claim != 1 || len(r.Conditions) != 2 || r.Conditions[0].Column != 0 || r.Conditions[1].Column != 1 {
		t.Errorf("got %s", r.Text(func(j int) string { return fmt.Sprint("x", j) }))
	}
	if r.Precision < 0.95 || r.Low95 < 0.95 || r.Low95 > r.Precision || r.Coverage < 0.01 || r.Coverage > 0.2 {
		t.Errorf("got %+v", r)
	}
	other, ok, err := anchor.Find(context.Background(), corner, background, []float64{0.2, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, anchor.Options{})
	if err != nil || !ok || other.Claim != 0 || len(other.Conditions) != 1 {
		t.Errorf("for what one bound suffices it says %s (%t, %v)", other.Text(func(j int) string { return fmt.Sprint("x", j) }), ok, err)
	}
}

func TestThePrecisionHoldsOnOtherRows(t *testing.T) {
	r, _, err := anchor.Find(context.Background(), corner, drawn(1000, 4), []float64{0.9, 0.05, 0.5, 0.5}, anchor.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(99, 1))
	hits, n := 0, 0
	for range 200000 {
		row := []float64{rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()}
		meets := true
		for _, c := range r.Conditions {
			meets = meets && c.Meets(row)
		}
		if meets {
			n++
			hits += int(corner([][]float64{row})[0][1])
		}
	}
	if p := float64(hits) / float64(n); p < r.Low95-0.01 || math.Abs(p-r.Precision) > 0.05 {
		t.Errorf("precision %.3f on %d rows, it claims %.3f, at least %.3f", p, n, r.Precision, r.Low95)
	}
}

func TestWhereNothingSufficesItSaysSo(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	coin := func(rows [][]float64) [][]float64 {
		out := make([][]float64, len(rows))
		for i := range out {
			out[i] = []float64{rng.Float64(), 0.5}
		}
		return out
	}
	r, ok, err := anchor.Find(context.Background(), coin, drawn(300, 3), []float64{0.5, 0.5, 0.5}, anchor.Options{Draws: 4000})
	if err != nil || ok || r.Low95 >= 0.95 {
		t.Errorf("a coin is claimed to follow %+v, %t, %v", r, ok, err)
	}
}

func TestFindEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := anchor.Find(ctx, corner, drawn(100, 8), make([]float64, 8), anchor.Options{}); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMissingIsACondition(t *testing.T) {
	background := drawn(500, 2)
	for i := range background {
		if i%2 == 0 {
			background[i][0] = math.NaN()
		}
	}
	f := func(rows [][]float64) [][]float64 {
		out := make([][]float64, len(rows))
		for i, r := range rows {
			out[i] = []float64{0, 1}
			if math.IsNaN(r[0]) {
				out[i] = []float64{1, 0}
			}
		}
		return out
	}
	r, ok, err := anchor.Find(context.Background(), f, background, []float64{math.NaN(), 0.5}, anchor.Options{})
	if err != nil || !ok || len(r.Conditions) != 1 || !r.Conditions[0].Missing {
		t.Errorf("got %+v, %t, %v", r, ok, err)
	}
}

func ExampleRule_Text() {
	r := anchor.Rule{Conditions: []anchor.Condition{{Column: 0, Low: 365, High: math.Inf(1)}, {Column: 1, Missing: true}}}
	fmt.Println(r.Text(func(j int) string { return []string{"light", "CO2"}[j] }))
	// Output: light >= 365 and CO2 is missing
}

func TestGroupsThatSufficeAreHeldTogether(t *testing.T) {
	// Columns 0 to 2 tell the same signal: a model of their mean cannot be held by one.
	background := drawn(1000, 6)
	model := func(rows [][]float64) [][]float64 {
		out := make([][]float64, len(rows))
		for i, r := range rows {
			out[i] = []float64{1, 0}
			if r[0]+r[1]+r[2] > 2.4 {
				out[i] = []float64{0, 1}
			}
		}
		return out
	}
	row := []float64{0.9, 0.9, 0.9, 0.5, 0.5, 0.5}
	groups := [][]int{{0, 1, 2}, {3}, {4, 5}}
	h, ok, err := anchor.Hold(t.Context(), model, background, row, groups, anchor.Options{Seed: 1})
	if err != nil || !ok || len(h.Groups) != 1 || h.Groups[0] != 0 || h.Claim != 1 || h.Precision != 1 || h.Low95 < 0.95 || h.Low95 >= 1 {
		t.Errorf("%+v, %t, %v", h, ok, err)
	}
	if _, ok, err := anchor.Hold(t.Context(), model, background, row, [][]int{{0}, {1}, {3}}, anchor.Options{Seed: 1}); err != nil || ok {
		t.Errorf("two of three columns suffice: %t, %v", ok, err)
	}
	for _, wrong := range []struct {
		background [][]float64
		groups     [][]int
	}{{nil, groups}, {background, [][]int{{6}}}, {drawn(3, 5), groups}} {
		if _, _, err := anchor.Hold(t.Context(), model, wrong.background, row, wrong.groups, anchor.Options{}); err == nil {
			t.Errorf("%d rows, groups %v: no error", len(wrong.background), wrong.groups)
		}
	}
}
