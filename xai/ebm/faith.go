package ebm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"github.com/glasstwin/glasstwin/xai"
)

// Deletion and insertion (Petsiuk, Das, Saenko 2018), on tables: features of a
// row are replaced by those of a background row, one after the other, and the
// probability of the claim is watched. If the shares are faithful, deleting by
// falling share makes it fall sooner than deleting in random order.
const (
	faithRowsMax   = 400 // rows measured: the standard error is then below 0.01
	faithRandoms   = 3   // random orders for each row
	faithBackdrops = 3   // background rows for each row
)

// Measure returns the faithfulness figures of the model on held-out rows.
// Background rows are drawn from those of the normal class of the same table.
func (m *Model) Measure(t *xai.Table, seed uint64) ([]xai.Figure, error) {
	if err := m.checkColumns(t); err != nil {
		return nil, fmt.Errorf("measure faithfulness: %w", err)
	}
	if m.Task == Regression {
		return nil, fmt.Errorf("measure faithfulness: a regression has no claim to watch")
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	var backdrop, rows []int
	for i, row := range t.Rows {
		if claim := m.Classes[m.Predict(row)]; claim == m.Normal {
			backdrop = append(backdrop, i)
		} else {
			rows = append(rows, i)
		}
	}
	if len(backdrop) == 0 || len(rows) == 0 {
		return nil, fmt.Errorf("measure faithfulness: the table needs rows that the model calls %s and rows that it does not", m.Normal)
	}
	rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	rows = rows[:min(len(rows), faithRowsMax)]
	var deletion, deletionRandom, insertion, insertionRandom, off, n, r float64
	for _, i := range rows {
		row := t.Rows[i]
		byShare, missing := m.order(row)
		off = max(off, missing)
		for range faithBackdrops {
			back := t.Rows[backdrop[rng.IntN(len(backdrop))]]
			deletion += m.area(row, back, byShare, m.Predict(row))
			insertion += m.area(back, row, byShare, m.Predict(row))
			n++
			for range faithRandoms {
				order := rng.Perm(len(row))
				deletionRandom += m.area(row, back, order, m.Predict(row))
				insertionRandom += m.area(back, row, order, m.Predict(row))
				r++
			}
		}
	}
	return []xai.Figure{
		{Name: "deletion_auc", Value: deletion / n}, {Name: "deletion_auc_random", Value: deletionRandom / r},
		{Name: FigureDeletionGain, Value: deletionRandom/r - deletion/n},
		{Name: "insertion_auc", Value: insertion / n}, {Name: "insertion_auc_random", Value: insertionRandom / r},
		{Name: FigureInsertionGain, Value: insertion/n - insertionRandom/r},
		{Name: FigureAdditivity, Value: off}, {Name: "faithfulness_rows", Value: float64(len(rows))},
	}, nil
}

// order sorts the columns by falling share in the claim, half a pair's share to
// each side, and returns how far the shares miss the score.
func (m *Model) order(row []float64) ([]int, float64) {
	scores := m.Score(row)
	k, sign := m.scoreOf(m.claimOf(scores))
	share := make([]float64, len(row))
	sum := m.Intercept[k]
	for i := range m.Terms {
		t := &m.Terms[i]
		s := t.Scores[t.cell(row)*len(scores)+k]
		sum += s
		for _, j := range t.Features {
			share[j] += sign * s / float64(len(t.Features))
		}
	}
	order := make([]int, len(row))
	for j := range order {
		order[j] = j
	}
	sort.SliceStable(order, func(a, b int) bool { return share[order[a]] > share[order[b]] })
	return order, math.Abs(sum - scores[k])
}

// area is the mean probability of the class while the columns of from are
// replaced by those of to, in this order.
func (m *Model) area(from, to []float64, order []int, class int) float64 {
	row := append([]float64(nil), from...)
	sum := m.Proba(row)[class] / 2
	for i, j := range order {
		row[j] = to[j]
		p := m.Proba(row)[class]
		if i == len(order)-1 {
			p /= 2 // trapezium
		}
		sum += p
	}
	return sum / float64(len(order))
}
