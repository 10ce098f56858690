package shap_test

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// shapley is the judge: the Shapley values of a game by their definition.
func shapley(n int, pays func(set uint) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		for set := uint(0); set < 1<<n; set++ {
			if set>>i&1 == 0 {
				s := bits.OnesCount(set)
				out[i] += factorial(s) * factorial(n-s-1) / factorial(n) * (pays(set|1<<i) - pays(set))
			}
		}
	}
	return out
}

// interaction is the judge of a pair, halved as shap tells it.
func interaction(n, i, j int, pays func(set uint) float64) float64 {
	sum := 0.0
	for set := uint(0); set < 1<<n; set++ {
		if set>>i&1 == 1 || set>>j&1 == 1 {
			continue
		}
		s := bits.OnesCount(set)
		sum += factorial(s) * factorial(n-s-2) / (2 * factorial(n-1)) * (pays(set|1<<i|1<<j) - pays(set|1<<i) - pays(set|1<<j) + pays(set))
	}
	return sum
}

func factorial(n int) float64 {
	v := 1.0
	for i := 2; i <= n; i++ {
		v *= float64(i)
	}
	return v
}

// expected is what the model says of a score when the columns of set are known:
// at the splits of the others it goes both ways.
func expected(m *tree.Model, score int, row []float64, set uint) float64 {
	sum := m.Base[score]
	for i, t := range m.Trees {
		if i%m.Width() == score {
			sum += below(t, 0, row, set)
		}
	}
	return sum
}

func below(t tree.Tree, at int, row []float64, set uint) float64 {
	n := t.Nodes[at]
	if n.Leaf() {
		return n.Value
	}
	if set>>n.Feature&1 == 1 {
		if n.GoesLeft(row[n.Feature]) {
			return below(t, n.Left, row, set)
		}
		return below(t, n.Right, row, set)
	}
	return (t.Nodes[n.Left].Cover*below(t, n.Left, row, set) + t.Nodes[n.Right].Cover*below(t, n.Right, row, set)) / n.Cover
}

func mixed(m *tree.Model, score int, row []float64, background [][]float64, set uint) float64 {
	sum := 0.0
	for _, b := range background {
		x := append([]float64(nil), b...)
		for j := range x {
			if set>>j&1 == 1 {
				x[j] = row[j]
			}
		}
		sum += m.Score(x)[score] / float64(len(background))
	}
	return sum
}

// table draws rows of numbers and labels with noise; one value in ten is missing.
func table(rows, columns, classes int, seed uint64) *xai.Table {
	rng := rand.New(rand.NewPCG(seed, 0))
	t := &xai.Table{}
	for j := range columns {
		t.Columns = append(t.Columns, xai.Column{Name: fmt.Sprintf("x%d", j)})
	}
	for k := range classes {
		t.Classes = append(t.Classes, fmt.Sprintf("c%d", k))
	}
	for range rows {
		row := make([]float64, columns)
		sum := 0.0
		for j := range row {
			row[j] = rng.NormFloat64()
			sum += row[j] * float64(j%3)
		}
		sum += row[0] * row[columns-1]
		if rng.IntN(3) == 0 {
			row[rng.IntN(columns)] = math.NaN()
		}
		label := 0
		if classes > 0 {
			label = min(classes-1, max(0, int(math.Floor(sum+rng.NormFloat64()/2+float64(classes)/2))))
			t.Labels = append(t.Labels, label)
		} else {
			t.Targets = append(t.Targets, sum)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func fit(t testing.TB, table *xai.Table, opt tree.Options) *tree.Model {
	t.Helper()
	m, err := tree.Fit(context.Background(), table, opt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// cases are small enough to be judged: two scores, one, and a number; and one
// tree that is deeper than its tables go.
func cases(t *testing.T) map[string]struct {
	m       *tree.Model
	rows    [][]float64
	outputs int
} {
	type one = struct {
		m       *tree.Model
		rows    [][]float64
		outputs int
	}
	return map[string]one{
		"two classes":   {fit(t, table(300, 5, 2, 1), tree.Options{Rounds: 8, Depth: 4}), table(20, 5, 2, 9).Rows, 2},
		"three classes": {fit(t, table(300, 4, 3, 2), tree.Options{Rounds: 4, Depth: 3}), table(20, 4, 3, 9).Rows, 3},
		"number":        {fit(t, table(300, 6, 0, 3), tree.Options{Rounds: 8, Depth: 6}), table(20, 6, 0, 9).Rows, 1},
		"deep":          {fit(t, table(400, 11, 0, 4), tree.Options{Rounds: 2, Depth: 14, MinWeight: 0.1}), table(4, 11, 0, 9).Rows, 1},
	}
}

func scoreOf(m *tree.Model, output int) (int, float64) {
	if m.Task == tree.Binary {
		return 0, float64(2*output - 1)
	}
	return output, 1
}

func TestTreeSharesAreThoseOfTheDefinition(t *testing.T) {
	for name, c := range cases(t) {
		t.Run(name, func(t *testing.T) {
			background := table(13, len(c.m.Columns), 2, 77).Rows
			inter, err := shap.Interventional(c.m, background)
			if err != nil {
				t.Fatal(err)
			}
			path := shap.PathDependent(c.m)
			deepest := 0
			for output := range c.outputs {
				score, sign := scoreOf(c.m, output)
				outputs := make([]int, len(c.rows))
				for i := range outputs {
					outputs[i] = output
				}
				for kind, e := range map[string]*shap.Explainer{"path": path, "interventional": inter} {
					got := e.Shares(c.rows, outputs)
					for i, row := range c.rows[:4] {
						want := shapley(len(row), func(set uint) float64 {
							if kind == "path" {
								return sign * expected(c.m, score, row, set)
							}
							return sign * mixed(c.m, score, row, background, set)
						})
						for j := range want {
							if math.Abs(got[i].Of[j]-want[j]) > 1e-9 {
								t.Fatalf("%s, output %d, row %d, column %d: %.12f, by definition %.12f", kind, output, i, j, got[i].Of[j], want[j])
							}
						}
					}
					for i, o := range c.m.Outputs(c.rows) {
						sum := got[i].Base
						for _, v := range got[i].Of {
							sum += v
						}
						if math.Abs(sum-o[output]) > 1e-9 {
							t.Errorf("%s: base and shares add up to %g, the model says %g", kind, sum, o[output])
						}
					}
				}
			}
			for _, tr := range c.m.Trees {
				deepest = max(deepest, columnsOnPath(tr, 0, 0))
			}
			if name == "deep" && deepest <= 8 {
				t.Errorf("its deepest path has %d columns: the tables reach that", deepest)
			}
		})
	}
}

func columnsOnPath(t tree.Tree, at int, seen uint) int {
	n := t.Nodes[at]
	if n.Leaf() {
		return bits.OnesCount(seen)
	}
	seen |= 1 << n.Feature
	return max(columnsOnPath(t, n.Left, seen), columnsOnPath(t, n.Right, seen))
}

func TestInteractionsAreThoseOfTheDefinition(t *testing.T) {
	for name, c := range cases(t) {
		t.Run(name, func(t *testing.T) {
			n := len(c.m.Columns)
			output := c.outputs - 1
			score, sign := scoreOf(c.m, output)
			outputs := make([]int, len(c.rows))
			for i := range outputs {
				outputs[i] = output
			}
			e := shap.PathDependent(c.m)
			got, shares := e.Interactions(c.rows, outputs), e.Shares(c.rows, outputs)
			row := c.rows[0]
			paid := make([]float64, 1<<n) // of each set, once
			for set := range paid {
				paid[set] = sign * expected(c.m, score, row, uint(set))
			}
			for i := range n {
				for j := range n {
					if i == j {
						continue
					}
					want := interaction(n, i, j, func(set uint) float64 { return paid[set] })
					if math.Abs(got[0][i*n+j]-want) > 1e-9 {
						t.Fatalf("columns %d and %d: %.12f, by definition %.12f", i, j, got[0][i*n+j], want)
					}
				}
			}
			for r := range c.rows {
				for i := range n {
					sum := 0.0
					for j := range n {
						sum += got[r][i*n+j]
					}
					if math.Abs(sum-shares[r].Of[i]) > 1e-9 {
						t.Errorf("the line of column %d adds up to %g, its share is %g", i, sum, shares[r].Of[i])
					}
				}
			}
		})
	}
}

func TestKernelSharesOfAllCoalitionsAreExact(t *testing.T) {
	c := cases(t)["two classes"]
	background := table(13, 5, 2, 77).Rows
	e, err := shap.Interventional(c.m, background)
	if err != nil {
		t.Fatal(err)
	}
	outputs := make([]int, len(c.rows))
	for i := range outputs {
		outputs[i] = i % 2
	}
	want := e.Shares(c.rows, outputs)
	got, err := shap.Kernel(context.Background(), c.m.Outputs, background, c.rows, outputs, shap.KernelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		for j, v := range got[i].Of {
			if math.Abs(v-want[i].Of[j]) > 1e-9 {
				t.Fatalf("row %d, column %d: %.12f, exactly %.12f", i, j, v, want[i].Of[j])
			}
		}
	}
}

func TestKernelSharesOfFewCoalitionsComeNear(t *testing.T) {
	m := fit(t, table(400, 16, 2, 5), tree.Options{Rounds: 20, Depth: 3})
	background, rows := table(20, 16, 2, 77).Rows, table(5, 16, 2, 9).Rows
	e, _ := shap.Interventional(m, background)
	outputs := []int{1, 1, 1, 0, 0}
	want := e.Shares(rows, outputs)
	got, err := shap.Kernel(context.Background(), m.Outputs, background, rows, outputs, shap.KernelOptions{Coalitions: 4000})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		sum, off, size := got[i].Base, 0.0, 0.0
		for j, v := range got[i].Of {
			sum += v
			off += (v - want[i].Of[j]) * (v - want[i].Of[j])
			size += want[i].Of[j] * want[i].Of[j]
		}
		if off > 0.01*size {
			t.Errorf("row %d: relative error %.3f", i, math.Sqrt(off/size))
		}
		if o := m.Outputs(rows[i : i+1])[0][outputs[i]]; math.Abs(sum-o) > 1e-9 {
			t.Errorf("row %d: shares add up to %g, the model says %g", i, sum, o)
		}
	}
}

func TestAColumnThatIsNotReadIsGivenNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := table(120, 4, 0, rapid.Uint64().Draw(t, "seed"))
		for _, row := range data.Rows {
			row[2] = 7
		}
		m, err := tree.Fit(context.Background(), data, tree.Options{Rounds: 3, Depth: rapid.IntRange(1, 7).Draw(t, "depth")})
		if err != nil {
			t.Fatal(err)
		}
		e, err := shap.Interventional(m, data.Rows[:10])
		if err != nil {
			t.Fatal(err)
		}
		row := data.Rows[50]
		row[2] = math.NaN()
		for _, of := range [][]xai.Shares{e.Shares([][]float64{row}, []int{0}), shap.PathDependent(m).Shares([][]float64{row}, []int{0})} {
			if of[0].Of[2] != 0 {
				t.Fatalf("it is given %g", of[0].Of[2])
			}
			sum := of[0].Base
			for _, v := range of[0].Of {
				sum += v
			}
			if math.Abs(sum-m.Score(row)[0]) > 1e-6 {
				t.Fatalf("shares add up to %g, the model says %g", sum, m.Score(row)[0])
			}
		}
	})
}

// The same ensemble is explained in all benchmarks: 100 trees of depth 6 on 16
// columns. A peer's figures on two cores: path-dependent shares of 1000 rows
// 0.27 s, interventional with 100 background rows 2.3 s, interactions of 100 rows
// 1.7 s. These take 0.09, 0.11 and 0.07 s on two cores.
func ensemble(b *testing.B) (*tree.Model, [][]float64, []int) {
	m := fit(b, table(15000, 16, 2, 1), tree.Options{Rounds: 100, Depth: 6})
	return m, table(1000, 16, 2, 2).Rows, make([]int, 1000)
}

func BenchmarkPathDependent(b *testing.B) {
	m, rows, outputs := ensemble(b)
	for b.Loop() {
		shap.PathDependent(m).Shares(rows, outputs)
	}
}

func BenchmarkInterventional(b *testing.B) {
	m, rows, outputs := ensemble(b)
	e, err := shap.Interventional(m, table(100, 16, 2, 3).Rows)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e.Shares(rows, outputs)
	}
}

func BenchmarkInteractions(b *testing.B) {
	m, rows, outputs := ensemble(b)
	for b.Loop() {
		shap.PathDependent(m).Interactions(rows[:100], outputs[:100])
	}
}

func BenchmarkOneRow(b *testing.B) {
	m, rows, outputs := ensemble(b)
	e := shap.PathDependent(m)
	for b.Loop() {
		e.Shares(rows[:1], outputs[:1])
	}
}

func ExamplePathDependent() {
	t := &xai.Table{Columns: []xai.Column{{Name: "door"}, {Name: "load"}}}
	for i := range 40 {
		row := []float64{float64(i % 2), float64(i / 20)}
		t.Rows, t.Targets = append(t.Rows, row), append(t.Targets, 4*row[0]+row[1])
	}
	m, err := tree.Fit(context.Background(), t, tree.Options{Rounds: 200, Depth: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	of := shap.PathDependent(m).Shares([][]float64{{1, 0}}, []int{0})[0]
	fmt.Printf("%.1f %+.1f %+.1f", of.Base, of.Of[0], of.Of[1])
	// Output: 2.5 +2.0 -0.5
}
