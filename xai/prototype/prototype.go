// Package prototype finds the rows of the past that a model treats most like a
// given one: "when was it like this before". Two rows are near when they end in
// the same leaves (Breiman 2003, proximity), that is, when the model cannot tell
// them apart; among rows that are equally near so, the values decide, by L1
// distance in units of each column's spread.
//
// It knows leaves as numbers and must never know the model that they are of; a
// model of shape functions hands in its bins. Start reading at New.
package prototype

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Index holds the past. It is read only and safe for concurrent use.
type Index struct {
	leaves func(row []float64) []int
	rows   [][]float64
	at     [][]int // leaves of each row
	scale  []float64
}

// Similar is a row of the past.
type Similar struct {
	Row      int     // index into the rows of New
	Shared   float64 // of the leaves
	Distance float64 // mean over the columns, in spreads; a value missing in one of the two counts as 1
}

// New keeps the rows; leaves tells where the model puts a row, always as many
// numbers; scale is the spread of each column.
func New(rows [][]float64, scale []float64, leaves func(row []float64) []int) (*Index, error) {
	x := &Index{leaves: leaves, rows: rows, scale: scale}
	for i, row := range rows {
		if len(row) != len(scale) {
			return nil, fmt.Errorf("similar rows: row %d has %d columns, there are %d scales", i+1, len(row), len(scale))
		}
		x.at = append(x.at, leaves(row))
	}
	return x, nil
}

// Nearest returns at most n rows, the most similar first. Rows that skip names
// are left out: those of the episode that is asked about.
func (x *Index) Nearest(row []float64, n int, skip func(row int) bool) []Similar {
	if len(row) != len(x.scale) {
		return nil
	}
	here := x.leaves(row)
	var all []Similar
	for i, there := range x.at {
		if skip != nil && skip(i) {
			continue
		}
		same := 0.0
		for k, l := range there {
			if l == here[k] {
				same++
			}
		}
		s := Similar{Row: i, Distance: x.distance(row, x.rows[i])}
		if len(there) > 0 {
			s.Shared = same / float64(len(there))
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.Shared, a.Shared), cmp.Compare(a.Distance, b.Distance))
	})
	return all[:min(n, len(all))]
}

func (x *Index) distance(a, b []float64) float64 {
	sum := 0.0
	for j, s := range x.scale {
		switch missing := math.IsNaN(a[j]); {
		case missing != math.IsNaN(b[j]):
			sum++
		case !missing:
			sum += math.Abs(a[j]-b[j]) / s
		}
	}
	return sum / float64(max(1, len(x.scale)))
}
