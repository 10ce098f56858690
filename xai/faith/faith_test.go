package faith_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

var weights = []float64{3, -2, 1, 0.5, 0, 0}

// linear is a model whose exact shares are known: weight × (value − mean).
func linear(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, r := range rows {
		s := 0.0
		for j, w := range weights {
			s += w * r[j]
		}
		out[i] = []float64{-s, s}
	}
	return out
}

func logistic(rows [][]float64) [][]float64 {
	out := linear(rows)
	for _, o := range out {
		p := 1 / (1 + math.Exp(-o[1]))
		o[0], o[1] = 1-p, p
	}
	return out
}

func truth(rows [][]float64, outputs []int) []faith.Shares {
	out := make([]faith.Shares, len(rows))
	for i, r := range rows {
		sign := float64(2*outputs[i] - 1)
		out[i].Of = make([]float64, len(r))
		for j, w := range weights {
			out[i].Of[j] = sign * w * r[j]
		}
	}
	return out
}

// wrong gives the shares to the columns in reverse order.
func wrong(rows [][]float64, outputs []int) []faith.Shares {
	out := truth(rows, outputs)
	for i := range out {
		of := out[i].Of
		for a, b := 0, len(of)-1; a < b; a, b = a+1, b-1 {
			of[a], of[b] = of[b], of[a]
		}
	}
	return out
}

func drawn(n int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, len(weights))
		for j := range rows[i] {
			rows[i][j] = rng.NormFloat64()
		}
	}
	return rows
}

func figures(t *testing.T, s faith.Subject, opt faith.Options) map[string]float64 {
	t.Helper()
	got, err := faith.Measure(context.Background(), s, drawn(100, 2), opt)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range got {
		out[f.Name] = f.Value
	}
	return out
}

func TestExactSharesOfALinearModelAreFoundFaithful(t *testing.T) {
	s := faith.Subject{Score: linear, Probability: logistic, Attribute: truth, Background: drawn(400, 1)}
	f := figures(t, s, faith.Options{Unknowns: 200, Rerun: truth, Parameters: wrong})
	if f[faith.Correlation] < 0.97 || math.Abs(f[faith.CorrelationRandom]) > 0.3 {
		t.Errorf("correlation %.3f, random %.3f", f[faith.Correlation], f[faith.CorrelationRandom])
	}
	if f[faith.Infidelity] > 0.1 || f[faith.InfidelityRandom] < 0.5 {
		t.Errorf("infidelity %.3f, random %.3f", f[faith.Infidelity], f[faith.InfidelityRandom])
	}
	if f[faith.DeletionGain] < 0.1 || f[faith.InsertionGain] < 0.1 {
		t.Errorf("gains %.3f, %.3f", f[faith.DeletionGain], f[faith.InsertionGain])
	}
	if f[faith.CompletenessError] > 1e-12 || f[faith.Stability] != 1 || f[faith.ParameterRandomisation] > 0.5 {
		t.Errorf("completeness %g, stability %g, randomised %g", f[faith.CompletenessError], f[faith.Stability], f[faith.ParameterRandomisation])
	}
	// A shift of 2 % of the spread moves shares w·x by at most w·0.02: the
	// ratio is near 0.02, never far above.
	if f[faith.MaxSensitivity] > 0.08 || f[faith.MaxSensitivity] < 0.005 {
		t.Errorf("max-sensitivity %g", f[faith.MaxSensitivity])
	}
}

func TestWrongSharesAreFoundOut(t *testing.T) {
	s := faith.Subject{Score: linear, Probability: logistic, Attribute: wrong, Background: drawn(400, 1)}
	got, err := faith.Measure(context.Background(), s, drawn(100, 2), faith.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if why := faith.Verdict(got); why == "" {
		t.Errorf("shares of the wrong columns pass: %v", got)
	}
	s.Attribute = truth
	if got, err = faith.Measure(context.Background(), s, drawn(100, 2), faith.Options{}); err != nil {
		t.Fatal(err)
	}
	if why := faith.Verdict(got); why != "" {
		t.Errorf("exact shares are refused: %s", why)
	}
}

func TestARegressionIsWatchedByTheWayThatIsLeft(t *testing.T) {
	one := func(rows [][]float64) [][]float64 {
		out := linear(rows)
		for i := range out {
			out[i] = out[i][1:]
		}
		return out
	}
	s := faith.Subject{Score: one, Background: drawn(200, 1), Attribute: func(rows [][]float64, outputs []int) []faith.Shares {
		ones := make([]int, len(outputs))
		for i := range ones {
			ones[i] = 1
		}
		return truth(rows, ones)
	}}
	f := figures(t, s, faith.Options{})
	if f[faith.DeletionGain] < 0.1 || f[faith.InsertionGain] < 0.1 {
		t.Errorf("gains %v", f)
	}
	// In any order, what deleting leaves and what inserting brings is one whole.
	if sum := f[faith.DeletionAUCRandom] + f[faith.InsertionAUCRandom]; math.Abs(sum-1) > 1e-9 {
		t.Errorf("a linear model's random areas sum to %g", sum)
	}
}

func TestPartsAreTakenAwayTogether(t *testing.T) {
	calls := 0
	s := faith.Subject{Probability: logistic, Attribute: truth, Background: drawn(10, 1), Parts: [][]int{{0, 1, 2}, {3, 4, 5}},
		Score: func(rows [][]float64) [][]float64 { calls += len(rows); return linear(rows) }}
	f := figures(t, s, faith.Options{Rows: 20, Subsets: 10, Unknowns: 100})
	if f[faith.Correlation] < 0.75 { // two points a row correlate with 1 or, where they nearly tie, with -1
		t.Errorf("correlation of two parts %g", f[faith.Correlation])
	}
	if calls > 20*(10*100+2) {
		t.Errorf("%d calls of the model for 20 rows", calls)
	}
}

func TestAgreementWithAKnownCause(t *testing.T) {
	shares := []faith.Shares{{Of: []float64{3, 1, 0, 0}}, {Of: []float64{1, 2, 3, 4}}, {Of: []float64{-1, 5, 4, 3}}, {Of: []float64{9, 0, 0, 0}}}
	a, err := faith.Agree(shares, [][]int{{0}, {1}, {0}, nil})
	if err != nil {
		t.Fatal(err)
	}
	if a.Top1 != 1./3 || a.Top3 != 2./3 || a.Sign != 2./3 {
		t.Errorf("got %+v", a)
	}
	if _, err := faith.Agree(shares, [][]int{{7}, nil, nil, nil}); err == nil {
		t.Error("a column that is not there was taken")
	}
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	good := faith.Subject{Score: linear, Attribute: truth, Background: drawn(4, 1)}
	for says, change := range map[string]func(*faith.Subject){
		"Score":      func(s *faith.Subject) { s.Score = nil },
		"background": func(s *faith.Subject) { s.Background = nil },
		"columns":    func(s *faith.Subject) { s.Background = [][]float64{{1, 2}} },
		"part 1":     func(s *faith.Subject) { s.Parts = [][]int{{17}} },
		"scales":     func(s *faith.Subject) { s.Scale = []float64{1} },
		"shares": func(s *faith.Subject) {
			s.Attribute = func(r [][]float64, _ []int) []faith.Shares { return make([]faith.Shares, len(r)) }
		},
	} {
		s := good
		change(&s)
		if _, err := faith.Measure(context.Background(), s, drawn(3, 2), faith.Options{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an error that says %q", err, says)
		}
	}
}

func ExampleVerdict() {
	fmt.Println(faith.Verdict([]xai.Figure{{Name: faith.DeletionGain, Value: -0.01}}))
	// Output: the shares tell no more than chance would of what the model does (deletion_gain -0.010)
}

// TestRankCorrelation: against values worked out by hand (Spearman 1904), ties having
// their mean rank.
func TestRankCorrelation(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2, 3, 4}, []float64{10, 20, 30, 400}, 1},
		{[]float64{1, 2, 3, 4}, []float64{4, 3, 2, 1}, -1},
		{[]float64{1, 2, 3, 4, 5}, []float64{2, 1, 4, 3, 5}, 0.8}, // 1 - 6*4/(5*24)
		{[]float64{1, 1, 2}, []float64{1, 2, 3}, math.Sqrt(0.75)},
		{[]float64{1, 2, 3}, []float64{7, 7, 7}, 0},
		{nil, nil, 0},
	} {
		if got := faith.RankCorrelation(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v with %v: %g, want %g", c.a, c.b, got, c.want)
		}
	}
}

// TestMeanRemainsAsMuchAsTheMean: what remains in the mean of explanations is the mean
// of what remains in each.
func TestMeanRemainsAsMuchAsTheMean(t *testing.T) {
	of := func(shares ...float64) faith.Attribute {
		return func(rows [][]float64, outputs []int) []faith.Shares {
			out := make([]faith.Shares, len(rows))
			for i := range out {
				out[i] = faith.Shares{Base: shares[0], Of: shares}
			}
			return out
		}
	}
	own, all := of(1, -2, 3), []faith.Attribute{of(2, 0, 1), of(-3, 1, 0), of(0, 0, 9)}
	rows, outputs := [][]float64{{0, 0, 0}, {1, 1, 1}}, []int{0, 0}
	want := 0.0
	for _, one := range all {
		r, err := faith.Remains(own, one, rows, outputs)
		if err != nil {
			t.Fatal(err)
		}
		want += r / float64(len(all))
	}
	got, err := faith.Remains(own, faith.Mean(all...), rows, outputs)
	if err != nil || math.Abs(got-want) > 1e-12 {
		t.Errorf("%g (%v), want %g", got, err, want)
	}
}
