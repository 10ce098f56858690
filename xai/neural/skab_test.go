package neural_test

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/neural"
	"github.com/glasstwin/glasstwin/xai/series"
)

const skabPath = "../../../shared/data/skab/skab.tar.gz"

// TestSKABGroupedByExperiment judges each experiment by a network trained on four
// fifths of the others, none of its rows among them. Only its first 400 rows, without
// labels, say what is usual in it. The F1 is of all rows of all experiments together.
func TestSKABGroupedByExperiment(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("minutes; set GLASSTWIN_LONG=1")
	}
	all, err := series.Open(skabPath, "anomaly", "changepoint")
	if err != nil {
		t.Fatal(err)
	}
	var labelled []*series.Series
	for _, s := range all {
		if len(s.Labels) > 0 {
			labelled = append(labelled, s)
		}
	}
	const folds = 5
	var c calibrate.Counts
	for fold := range folds {
		var fit, held []*series.Series
		for i, s := range labelled {
			if i%folds == fold {
				held = append(held, s)
			} else {
				fit = append(fit, s)
			}
		}
		w := series.Windows{Steps: 32, Every: 8, Usual: 400, Labels: []string{"fine", "fault"}}
		train, _, err := series.Cut(fit, w)
		if err != nil {
			t.Fatal(err)
		}
		m, err := neural.Fit(t.Context(), train, labelled[0].Columns, neural.Options{Seed: 1, Epochs: 10, Balance: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range held {
			w.Every = 1
			test, at, err := series.Cut([]*series.Series{s}, w)
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.Probabilities(test.Rows)
			if err != nil {
				t.Fatal(err)
			}
			wrong := make([]bool, len(s.Rows)) // the first rows, with no window yet, are called fine
			for i, row := range at {
				wrong[row] = p[i][1] > 0.5
			}
			c = c.Plus(calibrate.Count(wrong, s.Labels))
		}
		if fold == 0 {
			explained(t, m, train, held)
		}
	}
	t.Logf("F1 %.4f, false alarms %.1f %%, missed %.1f %%", c.F1(), 100*c.FalseRate(), 100*c.MissRate())
	if c.F1() <= 0.71 {
		t.Errorf("F1 %.4f, want above 0.71", c.F1())
	}
}

// explained measures how faithful integrated gradients are on held-out windows,
// taking each signal away a quarter of the window at a time.
func explained(t *testing.T, m *neural.Model, train *xai.Table, held []*series.Series) {
	t.Helper()
	test, _, err := series.Cut(held, series.Windows{Steps: 32, Every: 40, Usual: 400, Labels: train.Classes})
	if err != nil {
		t.Fatal(err)
	}
	var back [][]float64
	for i, row := range train.Rows {
		if train.Labels[i] == 0 && i%200 == 0 {
			back = append(back, row)
		}
	}
	must := func(out [][]float64, err error) [][]float64 {
		if err != nil {
			t.Error(err)
		}
		return out
	}
	figures, err := faith.Measure(t.Context(), faith.Subject{
		Score:       func(rows [][]float64) [][]float64 { return must(m.Outputs(rows)) },
		Probability: func(rows [][]float64) [][]float64 { return must(m.Probabilities(rows)) },
		Attribute:   m.Attribute, Background: back, Parts: m.Parts(4),
	}, test.Rows, faith.Options{Rows: 60, Parameters: m.Scrambled(rand.New(rand.NewPCG(5, 5))).Attribute})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		t.Logf("%s %.4f", f.Name, f.Value)
	}
	if why := faith.Verdict(figures); why != "" {
		t.Error(why)
	}
}
