package ebm

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
)

// TestBandIsSolved: the solution put back into the equations gives their right side.
func TestBandIsSolved(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 3, 40} {
		b := newBand(n)
		for i := range n {
			b.diagonal[i], b.right[i] = 7+rng.Float64(), rng.NormFloat64()
			if i+1 < n {
				b.first[i] = rng.NormFloat64()
			}
			if i+2 < n {
				b.second[i] = rng.NormFloat64()
			}
		}
		was := *newBand(n)
		copy(was.diagonal, b.diagonal)
		copy(was.first, b.first)
		copy(was.second, b.second)
		copy(was.right, b.right)
		var across [][3]int
		if n >= 4 {
			across = [][3]int{{n - 2, n - 1, 0}, {n - 1, 0, 1}}
		}
		const weight = 5
		x := b.solve(across, weight)
		for i := range n {
			sum := was.diagonal[i] * x[i]
			for _, d := range across {
				for j, part := range second {
					if d[j] == i {
						sum += weight * part * (x[d[0]] - 2*x[d[1]] + x[d[2]])
					}
				}
			}
			for k, part := range [][]float64{was.first, was.second} {
				if j := i + k + 1; j < n {
					sum += part[i] * x[j]
				}
				if j := i - k - 1; j >= 0 {
					sum += part[j] * x[j]
				}
			}
			if math.Abs(sum-was.right[i]) > 1e-9 {
				t.Errorf("%d equations, the one of row %d gives %g, not %g", n, i, sum, was.right[i])
			}
		}
	}
}

// TestShapesAreSmooth: of a wave with a spike of a few minutes a smooth shape keeps
// the wave, and bends nowhere near as much as one of trees, which keeps the spike.
func TestShapesAreSmooth(t *testing.T) {
	wave := func(h float64) float64 { return math.Sin(h / 24 * 2 * math.Pi) }
	table := &xai.Table{Columns: []xai.Column{{Name: "time"}}}
	rng := rand.New(rand.NewPCG(3, 1))
	for i := range 9000 {
		h := rng.Float64() * 24
		y := wave(h) + 0.3*rng.NormFloat64()
		if h > 14 && h < 14.2 {
			y += 2
		}
		table.Rows, table.Targets = append(table.Rows, []float64{h}), append(table.Targets, y)
		table.Groups = append(table.Groups, strconv.Itoa(i/100))
	}
	shape := func(smooth map[string]float64, cyclic bool) (off, bend, jump float64) {
		opt := Options{Seed: 1, Bins: 240, Bags: 2, MinLeaf: 10, LearningRate: 0.2, Smooth: smooth}
		if cyclic {
			opt.Cyclic = map[string]bool{"time": true}
		}
		m, err := Fit(context.Background(), table, opt)
		if err != nil {
			t.Fatal(err)
		}
		at := func(h float64) float64 { return m.Score([]float64{h})[0] }
		n := 0.0
		for h := 0.5; h < 23.5; h += 0.1 {
			if math.Abs(h-14.1) > 2 {
				off, n = off+math.Abs(at(h)-wave(h)), n+1
			}
			bend = max(bend, math.Abs(at(h-0.3)-2*at(h)+at(h+0.3)))
		}
		return off / n, bend, math.Abs(at(0) - at(24))
	}
	off, bend, jump := shape(map[string]float64{"time": 10}, true)
	_, _, jumpOpen := shape(map[string]float64{"time": 10}, false)
	offTrees, bendTrees, _ := shape(nil, false)
	if jump > 0.03 || jump > 0.5*jumpOpen {
		t.Errorf("over its ends a cyclic shape jumps by %.3f, one that is not by %.3f", jump, jumpOpen)
	}
	t.Logf("smooth: off by %.3f, bends by %.3f; trees: %.3f, %.3f", off, bend, offTrees, bendTrees)
	if off > 0.1 || bend > 0.25*bendTrees {
		t.Errorf("a smooth shape is off by %.3f and bends by %.3f, one of trees by %.3f and %.3f", off, bend, offTrees, bendTrees)
	}
}

func TestWhatCannotBeSmoothIsRefused(t *testing.T) {
	for want, opt := range map[string]Options{
		"choose above 0": {Smooth: map[string]float64{"a": -1}},
		"choose one":     {Smooth: map[string]float64{"a": 5}, Monotone: map[string]int{"a": 1}},
	} {
		table := &xai.Table{Columns: []xai.Column{{Name: "a"}}, Rows: [][]float64{{1}, {2}}, Targets: []float64{1, 2}}
		if _, err := Fit(context.Background(), table, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
