package ebm_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
	"pgregory.net/rapid"
)

// made returns n rows of d uniform columns in groups of ten.
func made(n, d int, seed uint64) *xai.Table {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := &xai.Table{}
	for j := range d {
		t.Columns = append(t.Columns, xai.Column{Name: fmt.Sprintf("x%d", j)})
	}
	for i := range n {
		row := make([]float64, d)
		for j := range row {
			row[j] = rng.Float64()*2 - 1
		}
		t.Rows = append(t.Rows, row)
		t.Groups = append(t.Groups, fmt.Sprint("g", i/10))
	}
	return t
}

func label(t *xai.Table, classes []string, of func([]float64) int) *xai.Table {
	t.Classes = classes
	for _, r := range t.Rows {
		t.Labels = append(t.Labels, of(r))
	}
	return t
}

func fit(t testing.TB, table *xai.Table, opt ebm.Options) *ebm.Model {
	t.Helper()
	m, err := ebm.Fit(context.Background(), table, opt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func quadrants(r []float64) int {
	k := 0
	if r[0] > 0.1 {
		k = 1
	}
	if r[1]*r[2] > 0.3 {
		k = 2
	}
	return k
}

func small() ebm.Options {
	return ebm.Options{Seed: 3, Bags: 3, Bins: 32, PairBins: 12, LearningRate: 0.1, MaxRounds: 60, EarlyStop: 10, Pairs: 2}
}

func TestAnAdditiveTruthIsRecovered(t *testing.T) {
	table := made(4000, 4, 1)
	truth := []func(float64) float64{
		func(x float64) float64 { return 3 * x },
		func(x float64) float64 { return math.Sin(3 * x) },
		func(x float64) float64 { return 2 * x * x },
		func(float64) float64 { return 0 },
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for _, r := range table.Rows {
		y := 5 + 0.1*rng.NormFloat64()
		for j, f := range truth {
			y += f(r[j])
		}
		table.Targets = append(table.Targets, y)
	}
	m := fit(t, table, ebm.Options{Seed: 1, Bags: 4, Bins: 128, Pairs: 3})
	if len(m.Terms) != 4 {
		t.Errorf("%d terms: an additive truth has no pairs", len(m.Terms))
	}
	for j, f := range truth {
		mean := 0.0
		for _, r := range table.Rows {
			mean += f(r[j]) / float64(len(table.Rows))
		}
		worst := 0.0
		for x := -0.95; x <= 0.95; x += 0.05 {
			got := shape(m, j, x)
			worst = max(worst, math.Abs(got-(f(x)-mean)))
		}
		if worst > 0.12 {
			t.Errorf("x%d: the shape is off by %.3f", j, worst)
		}
	}
}

// shape is a single feature's contribution at x.
func shape(m *ebm.Model, j int, x float64) float64 {
	row := make([]float64, len(m.Columns))
	row[j] = x
	e, err := m.Explain(row)
	if err != nil {
		panic(err)
	}
	for _, a := range e.Attributions {
		if a.Feature == m.Columns[j].Name {
			return a.Share
		}
	}
	return math.NaN()
}

func TestFASTFindsTheXORPairAndNoNeighbour(t *testing.T) {
	table := made(3000, 6, 2)
	rng := rand.New(rand.NewPCG(2, 2))
	for _, r := range table.Rows {
		r[2] = 0.7*r[1] + 0.3*r[2] // a neighbour that is correlated with one side of the pair
	}
	label(table, []string{"no", "yes"}, func(r []float64) int {
		y := 0
		if (r[0] > 0) != (r[1] > 0) {
			y = 1
		}
		if rng.Float64() < 0.05 {
			y = 1 - y
		}
		return y
	})
	m := fit(t, table, ebm.Options{Seed: 1, Bags: 4, Bins: 64, PairBins: 16, LearningRate: 0.05, Pairs: 5})
	var pairs []string
	for _, term := range m.Terms {
		if len(term.Features) == 2 {
			pairs = append(pairs, m.TermName(term))
		}
	}
	if !slices.Equal(pairs, []string{"x0 × x1"}) {
		t.Errorf("pairs %q, want only x0 × x1", pairs)
	}
	right := 0
	for i, r := range table.Rows {
		if m.Predict(r) == table.Labels[i] {
			right++
		}
	}
	if share := float64(right) / 3000; share < 0.9 {
		t.Errorf("accuracy %.3f, the truth allows 0.95", share)
	}
}

func TestSharesAddUpToTheScore(t *testing.T) {
	table := label(made(600, 5, 3), []string{"a", "b", "c"}, quadrants)
	for i := range table.Rows {
		if i%7 == 0 {
			table.Rows[i][3] = math.NaN()
		}
	}
	multi := fit(t, table, small())
	table = label(made(600, 5, 4), []string{"a", "b"}, func(r []float64) int { return min(quadrants(r), 1) })
	binary := fit(t, table, small())
	for _, m := range []*ebm.Model{multi, binary} {
		rapid.Check(t, func(t *rapid.T) {
			row := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Just(math.NaN())), 5, 5).Draw(t, "row")
			e, err := m.Explain(row)
			if err != nil {
				t.Fatal(err)
			}
			sum := e.Base
			for _, a := range e.Attributions {
				sum += a.Share
			}
			if math.Abs(sum-e.Score) > 1e-9 {
				t.Fatalf("shares add up to %v, the score is %v", sum, e.Score)
			}
			total := 0.0
			for _, p := range m.Proba(row) {
				total += p
			}
			if math.Abs(total-1) > 1e-12 {
				t.Fatalf("probabilities add up to %v", total)
			}
		})
	}
}

func TestTheSameSeedGivesTheSameModel(t *testing.T) {
	table := label(made(500, 4, 5), []string{"a", "b", "c"}, quadrants)
	encode := func(table *xai.Table, workers int) string {
		opt := small()
		opt.Workers = workers
		var b bytes.Buffer
		if err := fit(t, table, opt).Encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	want := encode(table, 1)
	if encode(table, 4) != want {
		t.Error("four workers give another model than one")
	}
	rapid.Check(t, func(r *rapid.T) {
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "order"), 0)).Perm(len(table.Rows))
		if r.Failed() || encode(table.Subset(order), 2) != want {
			r.Error("the order of the rows shows in the model")
		}
	})
}

func TestEveryTermIsCentred(t *testing.T) {
	table := label(made(800, 3, 6), []string{"a", "b", "c"}, quadrants)
	m := fit(t, table, small())
	for _, class := range m.Classes {
		sums := map[string]float64{}
		for _, r := range table.Rows {
			e, err := m.Explain(r)
			if err != nil {
				t.Fatal(err)
			}
			if e.Claim != class {
				continue
			}
			for _, a := range e.Attributions {
				sums[a.Feature] += a.Share
			}
		}
		if len(sums) == 0 {
			t.Errorf("class %s is never claimed", class)
		}
	}
	for i, term := range m.Terms {
		for k := range m.Classes {
			mean := 0.0
			for _, r := range table.Rows {
				mean += termScore(m, i, r, k)
			}
			if mean /= float64(len(table.Rows)); math.Abs(mean) > 1e-9 {
				t.Errorf("%s has mean %g for class %d", m.TermName(term), mean, k)
			}
		}
	}
}

// termScore reads one term's score by taking the term out of the model.
func termScore(m *ebm.Model, term int, row []float64, class int) float64 {
	without := *m
	without.Terms = slices.Delete(slices.Clone(m.Terms), term, term+1)
	return m.Score(row)[class] - without.Score(row)[class]
}

func TestAMonotoneFeatureNeverTurns(t *testing.T) {
	table := label(made(1500, 3, 8), []string{"a", "b"}, func(r []float64) int {
		if math.Sin(5*r[0])+r[0] > 0.2 {
			return 1
		}
		return 0
	})
	opt := small()
	opt.Monotone = map[string]int{"x0": 1}
	m := fit(t, table, opt)
	last := math.Inf(-1)
	for x := -1.2; x < 1.2; x += 0.01 {
		s := m.Score([]float64{x, 0, 0})[0]
		if s < last {
			t.Fatalf("the score falls at %.2f", x)
		}
		last = s
	}
}

func TestFitRefuses(t *testing.T) {
	good := func() *xai.Table { return label(made(60, 3, 9), []string{"a", "b", "c"}, quadrants) }
	cases := map[string]func(*xai.Table, *ebm.Options){
		"empty":         func(x *xai.Table, _ *ebm.Options) { *x = xai.Table{} },
		"one group":     func(x *xai.Table, _ *ebm.Options) { x.Groups = make([]string, len(x.Rows)) },
		"infinite":      func(x *xai.Table, _ *ebm.Options) { x.Rows[3][1] = math.Inf(1) },
		"label":         func(x *xai.Table, _ *ebm.Options) { x.Labels[0] = 9 },
		"short row":     func(x *xai.Table, _ *ebm.Options) { x.Rows[1] = x.Rows[1][:1] },
		"bins":          func(_ *xai.Table, o *ebm.Options) { o.Bins = 5000 },
		"monotone":      func(_ *xai.Table, o *ebm.Options) { o.Monotone = map[string]int{"x0": 1} },
		"normal class":  func(_ *xai.Table, o *ebm.Options) { o.Normal = "fine" },
		"double column": func(x *xai.Table, _ *ebm.Options) { x.Columns[1].Name = "x0" },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			table, opt := good(), small()
			spoil(table, &opt)
			if _, err := ebm.Fit(context.Background(), table, opt); err == nil {
				t.Error("it was fitted")
			}
		})
	}
}

func TestFitCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	opt := small()
	opt.Bags, opt.Workers = 8, 1
	opt.Progress = func(p ebm.Progress) { cancel() }
	_, err := ebm.Fit(ctx, label(made(400, 4, 3), []string{"a", "b", "c"}, quadrants), opt)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkExplain(b *testing.B) {
	m := fit(b, label(made(2000, 20, 3), []string{"a", "b", "c"}, quadrants), small())
	row := make([]float64, 20)
	b.Run("features=20", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Explain(row); err != nil {
				b.Fatal(err)
			}
		}
	})
}
