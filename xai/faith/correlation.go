package faith

import (
	"math"
	"math/rand/v2"
)

// Faithfulness correlation (Bhatt, Weller, Moura 2020) and infidelity (Yeh,
// Hsieh, Suggala, Inouye, Ravikumar 2019), marginal: a random half of the parts is
// replaced by those of background rows, and the fall of the score, averaged over
// these rows, is compared with the sum of the half's shares. The first is
// Pearson's correlation over the sets, the second the mean squared difference,
// here divided by the mean square of the falls: 0 is exact, 1 is as good as
// shares of nothing. The sets are of one size, since with more parts taken away
// scores fall farther and any shares of the right sign would seem to follow.

type agreed struct{ correlation, correlationRandom, infidelity, infidelityRandom float64 }

func (s *Subject) correlate(rows [][]float64, claims []int, shares []Shares, opt Options, rng *rand.Rand) agreed {
	parts := s.parts()
	var sum agreed
	var n float64
	for i, row := range rows {
		of := ofParts(shares[i].Of, parts)
		fell, told, luck := make([]float64, opt.Subsets), make([]float64, opt.Subsets), make([]float64, opt.Subsets)
		dealt := make([]float64, len(of))
		for to, from := range rng.Perm(len(of)) {
			dealt[to] = of[from]
		}
		var batch [][]float64
		for k := range opt.Subsets {
			take := subset(len(parts), rng)
			for p, in := range take {
				if in {
					told[k] += of[p]
					luck[k] += dealt[p]
				}
			}
			for range opt.Unknowns {
				batch = append(batch, mixed(row, s.Background[rng.IntN(len(s.Background))], parts, take))
			}
		}
		whole := s.Score([][]float64{row})[0][claims[i]]
		for k, o := range s.Score(batch) {
			fell[k/opt.Unknowns] += (whole - o[claims[i]]) / float64(opt.Unknowns)
		}
		r, ok := pearson(told, fell)
		if !ok {
			continue // the score does not move here, and nothing can be told of why
		}
		random, _ := pearson(luck, fell)
		sum.correlation += r
		sum.correlationRandom += random
		sum.infidelity += relative(told, fell)
		sum.infidelityRandom += relative(luck, fell)
		n++
	}
	if n == 0 {
		nan := math.NaN()
		return agreed{nan, nan, nan, nan}
	}
	return agreed{sum.correlation / n, sum.correlationRandom / n, sum.infidelity / n, sum.infidelityRandom / n}
}

// subset draws half of n parts.
func subset(n int, rng *rand.Rand) []bool {
	take := make([]bool, n)
	for _, i := range rng.Perm(n)[:max(1, n/2)] {
		take[i] = true
	}
	return take
}

// pearson is the correlation; not ok when b does not vary. Shares that do not
// vary correlate with nothing: 0.
func pearson(a, b []float64) (r float64, ok bool) {
	var ma, mb float64
	for i := range a {
		ma += a[i] / float64(len(a))
		mb += b[i] / float64(len(b))
	}
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if bb < 1e-20 {
		return 0, false
	}
	if aa < 1e-20 {
		return 0, true
	}
	return ab / math.Sqrt(aa*bb), true
}

func relative(told, fell []float64) float64 {
	var off, all float64
	for i := range told {
		off += (told[i] - fell[i]) * (told[i] - fell[i])
		all += fell[i] * fell[i]
	}
	return off / all
}
