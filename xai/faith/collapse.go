package faith

import (
	"fmt"
	"math"
	"slices"
)

// Similarity compares two explanations of the same rows: the mean over the rows
// of Spearman's rank correlation of their signed shares. Stability over reruns is
// made of it: other is the same method on the same task with another seed, and it
// must stay near 1.
func Similarity(one, other Attribute, rows [][]float64, outputs []int) (float64, error) {
	if len(rows) == 0 || len(rows) != len(outputs) {
		return 0, fmt.Errorf("compare explanations: %d rows with %d outputs", len(rows), len(outputs))
	}
	a, b := one(rows, outputs), other(rows, outputs)
	sum := 0.0
	for i := range rows {
		if len(a[i].Of) != len(b[i].Of) {
			return 0, fmt.Errorf("compare explanations: %d shares against %d of row %d", len(a[i].Of), len(b[i].Of), i+1)
		}
		sum += RankCorrelation(a[i].Of, b[i].Of)
	}
	return sum / float64(len(rows)), nil
}

// Remains tells how much of one explanation is still there in another of the
// same rows: Σ a·b / Σ a·a over their shares. Two figures are made of it,
// parameter randomisation and data randomisation (after Adebayo, Gilmer, Muelly,
// Goodfellow, Hardt, Kim 2018): other explains a model whose parameters were
// dealt anew, or one that was fitted on labels dealt anew, and next to nothing of
// the explanation must remain. Ranks would not do here: shares that have all
// shrunk to nothing still have an order.
func Remains(one, other Attribute, rows [][]float64, outputs []int) (float64, error) {
	if len(rows) == 0 || len(rows) != len(outputs) {
		return 0, fmt.Errorf("compare explanations: %d rows with %d outputs", len(rows), len(outputs))
	}
	a, b := one(rows, outputs), other(rows, outputs)
	both, whole := 0.0, 0.0
	for i := range rows {
		if len(a[i].Of) != len(b[i].Of) {
			return 0, fmt.Errorf("compare explanations: %d shares against %d of row %d", len(a[i].Of), len(b[i].Of), i+1)
		}
		for j, v := range a[i].Of {
			both += v * b[i].Of[j]
			whole += v * v
		}
	}
	if whole == 0 {
		return 0, fmt.Errorf("compare explanations: all shares are 0")
	}
	return both / whole, nil
}

// Mean is the explanation whose shares are the means of several. What Remains of one in
// it is the mean of what remains in each: a model of few trees that is scrambled once
// may stay much the same by chance.
func Mean(all ...Attribute) Attribute {
	return func(rows [][]float64, outputs []int) []Shares {
		sum := make([]Shares, len(rows))
		for _, one := range all {
			for i, s := range one(rows, outputs) {
				if sum[i].Of == nil {
					sum[i].Of = make([]float64, len(s.Of))
				}
				sum[i].Base += s.Base / float64(len(all))
				for j, v := range s.Of {
					sum[i].Of[j] += v / float64(len(all))
				}
			}
		}
		return sum
	}
}

// Agreement tells how well explanations name a cause that is known: one that was
// put in.
type Agreement struct {
	Top1, Top3 float64 // share of rows whose known cause is the largest share, is among the largest three
	Sign       float64 // share of rows whose known cause speaks for the claim
}

// Agree compares shares with the known cause of each row: the columns that show
// it, any of which counts. Rows whose cause is empty are left out.
func Agree(shares []Shares, causes [][]int) (Agreement, error) {
	if len(shares) != len(causes) {
		return Agreement{}, fmt.Errorf("agreement: %d explanations, %d causes", len(shares), len(causes))
	}
	var a Agreement
	n := 0.0
	for i, cause := range causes {
		if len(cause) == 0 {
			continue
		}
		n++
		of := shares[i].Of
		sum := 0.0
		for _, j := range cause {
			if j < 0 || j >= len(of) {
				return Agreement{}, fmt.Errorf("agreement: row %d names column %d of %d", i+1, j, len(of))
			}
			sum += of[j]
		}
		if sum > 0 {
			a.Sign++
		}
		for place, j := range falling(of, 1)[:min(3, len(of))] {
			if !slices.Contains(cause, j) {
				continue
			}
			a.Top3++
			if place == 0 {
				a.Top1++
			}
			break
		}
	}
	if n == 0 {
		return Agreement{math.NaN(), math.NaN(), math.NaN()}, fmt.Errorf("agreement: no row has a known cause")
	}
	return Agreement{a.Top1 / n, a.Top3 / n, a.Sign / n}, nil
}
