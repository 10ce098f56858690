package neural_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/neural"
)

var signals = []string{"suction", "current", "flow"}

const steps = 16

// windows are noise; in every second one, the flow oscillates from some step on for
// a while, which no level of it shows.
func windows(groups, each int, seed uint64) (t *xai.Table, from []int) {
	t = &xai.Table{Classes: []string{"fine", "hunting"}}
	for i := range steps * len(signals) {
		t.Columns = append(t.Columns, xai.Column{Name: fmt.Sprint(signals[i%3], " ", i/3)})
	}
	for g := range groups {
		rng := rand.New(rand.NewPCG(seed, uint64(g)))
		for i := range each {
			row := make([]float64, steps*3)
			for k := range row {
				row[k] = 10 + rng.NormFloat64()
			}
			at := rng.IntN(steps - 6)
			if i%2 == 1 {
				for k := range 6 {
					row[(at+k)*3+2] += 2.5 * float64(1-2*(k%2))
				}
			}
			t.Rows, t.Labels, t.Groups = append(t.Rows, row), append(t.Labels, i%2), append(t.Groups, fmt.Sprint(seed, " ", g))
			from = append(from, at)
		}
	}
	return t, from
}

var trained = sync.OnceValues(func() (*neural.Model, error) {
	t, _ := windows(8, 150, 1)
	return neural.Fit(context.Background(), t, signals, neural.Options{Seed: 7, Epochs: 15, Filters: 8})
})

func model(t *testing.T) *neural.Model {
	t.Helper()
	m, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAFaultOfTheCourseIsFound(t *testing.T) {
	m := model(t)
	test, _ := windows(4, 100, 2)
	p, err := m.Probabilities(test.Rows)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, v := range p {
		if v[1] > 0.5 == (test.Labels[i] == 1) {
			right++
		}
	}
	t.Logf("%d of %d", right, len(p))
	if share := float64(right) / float64(len(p)); share < 0.95 {
		t.Errorf("%.3f of unseen windows are told right", share)
	}
}

// TestTheHeatLiesWhereTheFaultIs: shares add up to the output, and those of the
// signal and steps of the fault outweigh all others.
func TestTheHeatLiesWhereTheFaultIs(t *testing.T) {
	m := model(t)
	test, from := windows(1, 40, 3)
	worst, onFlow, onTime := 0.0, 0, 0
	rng := rand.New(rand.NewPCG(1, 1))
	for i, row := range test.Rows {
		if test.Labels[i] == 0 {
			continue
		}
		h, err := m.Integrated(row, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := h.Base
		for _, v := range h.Flat() {
			sum += v
		}
		worst = max(worst, math.Abs(sum-h.Output)/max(0.01, math.Abs(h.Output-h.Base)))
		s, err := m.Smooth(row, 1, 32, 0.1, rng)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []*neural.Heatmap{h, s} {
			of := make([]float64, 3)
			inside := 0.0
			for k, shares := range h.Shares {
				for c, v := range shares {
					of[c] += v
				}
				if k >= from[i] && k < from[i]+6 {
					inside += shares[2]
				}
			}
			if of[2] > of[0] && of[2] > of[1] {
				onFlow++
			}
			if inside > 0.5*of[2] {
				onTime++
			}
		}
	}
	t.Logf("completeness %.5f at worst; of 40 heatmaps %d name the signal, %d the time", worst, onFlow, onTime)
	if worst > 0.01 {
		t.Errorf("shares miss the output by %.4f", worst)
	}
	if onFlow < 36 || onTime < 36 {
		t.Errorf("of 40 heatmaps %d name the signal, %d the time", onFlow, onTime)
	}
}

func TestSameSeedSameModel(t *testing.T) {
	table, _ := windows(2, 40, 4)
	var last [][]float64
	for range 2 {
		m, err := neural.Fit(t.Context(), table, signals, neural.Options{Seed: 3, Epochs: 2})
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && !slices.EqualFunc(last, m.Weights, slices.Equal) {
			t.Error("another model from the same seed")
		}
		last = m.Weights
	}
	other, err := neural.Fit(t.Context(), table, signals, neural.Options{Seed: 4, Epochs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if slices.EqualFunc(last, other.Weights, slices.Equal) {
		t.Error("the same model from another seed")
	}
}

func TestGoroutinesShareAModel(t *testing.T) {
	m := model(t)
	test, _ := windows(1, 30, 5)
	want, err := m.Outputs(test.Rows)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, row := range test.Rows {
				got, err := m.Outputs([][]float64{row})
				if err != nil || math.Abs(got[0][1]-want[i][1]) > 1e-9 {
					t.Errorf("row %d: %v, %v, want %v", i, got, err, want[i])
					return
				}
				if _, err := m.Integrated(row, 1, test.Rows[0]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTrainingTellsAndStops(t *testing.T) {
	table, _ := windows(2, 60, 6)
	held, _ := windows(1, 60, 7)
	ctx, stop := context.WithCancel(t.Context())
	seen := 0
	_, err := neural.Fit(ctx, table, signals, neural.Options{Validation: held, Progress: func(p neural.Progress) {
		if seen++; p.Epoch != seen || math.IsNaN(p.Held) {
			t.Errorf("%+v after %d epochs", p, seen)
		}
		if seen == 2 {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) || seen != 2 {
		t.Errorf("%v after %d epochs", err, seen)
	}
}

func TestCodec(t *testing.T) {
	m := model(t)
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 300_000 {
		t.Errorf("the model takes %d bytes", b.Len())
	}
	again, err := neural.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	test, _ := windows(1, 5, 8)
	test.Rows[0][3] = math.NaN()
	want, err := m.Outputs(test.Rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Outputs(test.Rows)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the model changed on its way through a file: %v, was %v", got, want)
	}
	for was, now := range map[string]string{`"steps": 16`: `"steps": 1000000`, `"kernel": 5`: `"kernel": 4`, `"temperature": 1`: `"temperature": 0`} {
		if _, err := neural.Decode(strings.NewReader(strings.Replace(b.String(), was, now, 1))); err == nil {
			t.Errorf("%s was taken", now)
		}
	}
}

func FuzzDecode(f *testing.F) {
	table, _ := windows(1, 10, 1)
	m, err := neural.Fit(context.Background(), table, signals, neural.Options{Epochs: 1, Filters: 1, Kernel: 3})
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"format":"convolutional network","fileVersion":1,"steps":4096,"filters":256,"kernel":63}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := neural.Decode(bytes.NewReader(data))
		if err != nil || len(m.Signals)*m.Steps*m.Filters > 1<<12 {
			return
		}
		if _, err := m.Outputs([][]float64{make([]float64, len(m.Signals)*m.Steps)}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatCannotBeFittedIsRefused(t *testing.T) {
	table, _ := windows(1, 10, 1)
	for want, fit := range map[string]func() error{
		"no whole number": func() error {
			_, err := neural.Fit(t.Context(), table, signals[:2], neural.Options{Kernel: 3})
			if err == nil {
				_, err = neural.Fit(t.Context(), table, make([]string, 7), neural.Options{})
			}
			return err
		},
		"odd kernel": func() error { _, err := neural.Fit(t.Context(), table, signals, neural.Options{Kernel: 4}); return err },
		"training and": func() error {
			_, err := neural.Fit(t.Context(), table, signals, neural.Options{Validation: table})
			return err
		},
		"output 5": func() error { _, err := model(t).Integrated(table.Rows[0], 5, nil); return err },
		"48":       func() error { _, err := model(t).Outputs([][]float64{{1}}); return err },
	} {
		if err := fit(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func BenchmarkOutputs(b *testing.B) {
	m, err := trained()
	if err != nil {
		b.Fatal(err)
	}
	test, _ := windows(1, 64, 1)
	for b.Loop() {
		if _, err := m.Outputs(test.Rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/64, "µs/window")
}

func BenchmarkIntegrated(b *testing.B) {
	m, err := trained()
	if err != nil {
		b.Fatal(err)
	}
	test, _ := windows(1, 2, 1)
	for b.Loop() {
		if _, err := m.Integrated(test.Rows[1], 1, nil); err != nil {
			b.Fatal(err)
		}
	}
}
