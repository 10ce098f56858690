package ebm

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryValueLiesBetweenItsCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(-5, 5), rapid.SampledFrom([]float64{0, 1, 1, math.NaN(), math.MaxFloat64, -math.MaxFloat64}))
		values := rapid.SliceOfN(value, 1, 60).Draw(t, "values")
		bins := rapid.IntRange(2, 16).Draw(t, "bins")
		cuts := cutsOf(values, bins)
		if len(cuts) >= bins || !slices.IsSorted(cuts) {
			t.Fatalf("%d bins: cuts %v", bins, cuts)
		}
		for i := 1; i < len(cuts); i++ {
			if cuts[i] == cuts[i-1] {
				t.Fatalf("cut %v stands twice", cuts[i])
			}
		}
		weight := make([]float64, len(cuts)+2)
		for _, v := range values {
			b := binOf(cuts, v)
			weight[b]++
			switch {
			case math.IsNaN(v):
				if b != missing {
					t.Fatalf("NaN lies in bin %d", b)
				}
			case b > 1 && v < cuts[b-2], b <= len(cuts) && v >= cuts[b-1], b == missing:
				t.Fatalf("%v lies in bin %d of %v", v, b, cuts)
			}
		}
		few, of := coarser(cuts, weight, rapid.IntRange(2, 8).Draw(t, "coarse bins"))
		for _, c := range few {
			if !slices.Contains(cuts, c) {
				t.Fatalf("coarse cut %v is none of %v", c, cuts)
			}
		}
		for _, v := range values {
			if of[binOf(cuts, v)] != binOf(few, v) {
				t.Fatalf("%v lies in coarse bin %d, by its fine bin in %d", v, binOf(few, v), of[binOf(cuts, v)])
			}
		}
	})
}

func TestPurifyingMovesNothingButNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		na, nb, w := rapid.IntRange(2, 6).Draw(t, "a"), rapid.IntRange(2, 6).Draw(t, "b"), rapid.IntRange(1, 3).Draw(t, "scores")
		before := rapid.SliceOfN(rapid.Float64Range(-3, 3), na*nb*w, na*nb*w).Draw(t, "table")
		weight := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 5}), na*nb, na*nb).Draw(t, "weight")
		pure := slices.Clone(before)
		first, second := purify(pure, na, nb, w, weight)
		for a := range na {
			for b := range nb {
				for k := range w {
					if sum := pure[(a*nb+b)*w+k] + first[a*w+k] + second[b*w+k]; math.Abs(sum-before[(a*nb+b)*w+k]) > 1e-9 {
						t.Fatalf("cell %d,%d says %v instead of %v", a, b, sum, before[(a*nb+b)*w+k])
					}
				}
			}
		}
		margin := func(n int, cell func(i, j int) int, m int) {
			for i := range n {
				for k := range w {
					sum, total := 0.0, 0.0
					for j := range m {
						sum += weight[cell(i, j)] * pure[cell(i, j)*w+k]
						total += weight[cell(i, j)]
					}
					if total > 0 && math.Abs(sum/total) > 1e-6 {
						t.Fatalf("a marginal effect of %v is left", sum/total)
					}
				}
			}
		}
		margin(na, func(i, j int) int { return i*nb + j }, nb)
		margin(nb, func(i, j int) int { return j*nb + i }, na)
	})
}
