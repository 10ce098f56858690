package faith

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Deletion and insertion (Petsiuk, Das, Saenko 2018), on tables: the parts of a
// row are replaced by those of a background row, one after the other, and the
// probability of the claim is watched. If the shares are faithful, deleting by
// falling share makes it fall sooner than deleting in random order; putting them
// into the background row, one by one, makes it rise sooner.
//
// A regression has no probability: what is watched is which part of the way from
// the background's number to the row's is left.

// apartMin is the least distance between the numbers of row and background, in
// standard deviations of the outputs, for that part of the way to mean anything.
const apartMin = 0.25

type areas struct{ deletion, deletionRandom, insertion, insertionRandom float64 }

func (s *Subject) areas(rows [][]float64, claims []int, shares []Shares, opt Options, rng *rand.Rand) areas {
	parts := s.parts()
	spread := 0.0
	if len(s.probability(rows[:1])[0]) == 1 {
		spread = deviation(s.Score(s.Background))
	}
	var sum areas
	var n, r float64
	for i, row := range rows {
		of := ofParts(shares[i].Of, parts)
		for range opt.Backdrops {
			back := s.Background[rng.IntN(len(s.Background))]
			watch, sign, ok := s.watcher(row, back, claims[i], spread)
			if !ok {
				continue
			}
			order := falling(of, sign)
			sum.deletion += area(watch, row, back, parts, order)
			sum.insertion += area(watch, back, row, parts, order)
			n++
			for range opt.Randoms {
				order := rng.Perm(len(parts))
				sum.deletionRandom += area(watch, row, back, parts, order)
				sum.insertionRandom += area(watch, back, row, parts, order)
				r++
			}
		}
	}
	if n == 0 {
		nan := math.NaN()
		return areas{nan, nan, nan, nan}
	}
	return areas{sum.deletion / n, sum.deletionRandom / r, sum.insertion / n, sum.insertionRandom / r}
}

// watcher returns what is watched between a row and a background row, and the
// sign of the shares that make it larger.
func (s *Subject) watcher(row, back []float64, claim int, spread float64) (watch func([][]float64) []float64, sign float64, ok bool) {
	if spread == 0 {
		return func(rows [][]float64) []float64 { return pick(s.probability(rows), claim) }, 1, true
	}
	ends := s.Score([][]float64{row, back})
	from, way := ends[1][0], ends[0][0]-ends[1][0]
	if math.Abs(way) < apartMin*spread {
		return nil, 0, false
	}
	sign = math.Copysign(1, way)
	return func(rows [][]float64) []float64 {
		out := pick(s.Score(rows), 0)
		for i := range out {
			out[i] = (out[i] - from) / way
		}
		return out
	}, sign, true
}

// area is the mean of what is watched while the parts of from are replaced by
// those of to, in this order; by the trapezium rule.
func area(watch func([][]float64) []float64, from, to []float64, parts [][]int, order []int) float64 {
	rows := make([][]float64, 0, len(order)+1)
	row := slices.Clone(from)
	rows = append(rows, slices.Clone(row))
	for _, i := range order {
		for _, j := range parts[i] {
			row[j] = to[j]
		}
		rows = append(rows, slices.Clone(row))
	}
	values, sum := watch(rows), 0.0
	for i, v := range values {
		if i == 0 || i == len(values)-1 {
			v /= 2
		}
		sum += v
	}
	return sum / float64(len(order))
}

// falling sorts the parts by falling share times sign.
func falling(of []float64, sign float64) []int {
	order := make([]int, len(of))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sign*of[b], sign*of[a]) })
	return order
}

func pick(outputs [][]float64, k int) []float64 {
	out := make([]float64, len(outputs))
	for i, o := range outputs {
		out[i] = o[k]
	}
	return out
}

func deviation(outputs [][]float64) float64 {
	var n, mean, m2 float64
	for _, o := range outputs {
		n++
		d := o[0] - mean
		mean += d / n
		m2 += d * (o[0] - mean)
	}
	return math.Sqrt(m2/n) + math.SmallestNonzeroFloat64
}
