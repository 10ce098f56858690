package anchor

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Held is a rule of groups of columns: held at what they are in one row they suffice
// for the claim, whatever the other columns are.
type Held struct {
	Claim     int
	Groups    []int   // of those given, rising
	Precision float64 // share of drawn rows that are claimed the same
	Low95     float64 // lower 95 % bound of it
	Draws     int     // rows that the precision was measured on
}

// holdDraws are the rows that each set of groups is first tried on.
const holdDraws = 200

// Hold finds the fewest groups that suffice when all of their columns keep the values of
// the row: where many columns are made of one signal, no single one of them can be left
// to chance while the others stand. It is the rule of presence that Ribeiro, Singh and
// Guestrin (2018) use of words and of parts of pictures. Not ok: no set of so few groups
// is as precise, and the most precise one is returned. Of the options it reads Seed,
// Precision, Conditions (groups at most) and Beam.
func Hold(ctx context.Context, f func([][]float64) [][]float64, background [][]float64, row []float64, groups [][]int, opt Options) (best Held, ok bool, err error) {
	opt = opt.filled()
	switch {
	case len(background) == 0:
		return Held{}, false, fmt.Errorf("anchor: give background rows, some of the training rows")
	case len(background[0]) != len(row):
		return Held{}, false, fmt.Errorf("anchor: the row has %d columns, the background %d", len(row), len(background[0]))
	case !(opt.Precision > 0 && opt.Precision < 1):
		return Held{}, false, fmt.Errorf("anchor: precision %g: choose between 0 and 1", opt.Precision)
	}
	for g, columns := range groups {
		for _, c := range columns {
			if c < 0 || c >= len(row) {
				return Held{}, false, fmt.Errorf("anchor: group %d has column %d of %d", g+1, c, len(row))
			}
		}
	}
	claim := likeliest(f([][]float64{row})[0])
	rng := rand.New(rand.NewPCG(opt.Seed, 0xa2c5))
	try := func(held []int, draws int) *arm {
		rows := make([][]float64, draws)
		for k := range rows {
			rows[k] = slices.Clone(background[rng.IntN(len(background))])
			for _, g := range held {
				for _, c := range groups[g] {
					rows[k][c] = row[c]
				}
			}
		}
		a := &arm{n: float64(draws)}
		for _, o := range f(rows) {
			if likeliest(o) == claim {
				a.hits++
			}
		}
		return a
	}
	best = Held{Claim: claim}
	beam := [][]int{nil}
	for size := 1; size <= min(opt.Conditions, len(groups)); size++ {
		type tried struct {
			held []int
			mean float64
		}
		var all []tried
		for _, b := range beam {
			for g := range groups {
				held := append(slices.Clone(b), g)
				slices.Sort(held)
				if slices.Contains(b, g) || slices.ContainsFunc(all, func(t tried) bool { return slices.Equal(t.held, held) }) {
					continue
				}
				if err := ctx.Err(); err != nil {
					return best, false, fmt.Errorf("anchor: %w", err)
				}
				all = append(all, tried{held, try(held, holdDraws).mean()})
			}
		}
		slices.SortStableFunc(all, func(a, b tried) int {
			switch {
			case a.mean > b.mean:
				return -1
			case a.mean < b.mean:
				return 1
			}
			return 0
		})
		beam = nil
		for i, t := range all[:min(opt.Beam, len(all))] {
			beam = append(beam, t.held)
			if i > 0 && t.mean < opt.Precision {
				continue
			}
			proof := try(t.held, proofDraws) // rows that did not choose it
			h := Held{Claim: claim, Groups: t.held, Precision: proof.mean(), Low95: proof.low(math.Log(1 / risk)), Draws: proofDraws}
			if h.Low95 >= opt.Precision {
				return h, true, nil
			}
			if h.Precision > best.Precision {
				best = h
			}
		}
	}
	return best, false, nil
}
