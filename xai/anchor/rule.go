package anchor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Rule tells what suffices for a claim.
type Rule struct {
	Claim      int // output of the model
	Conditions []Condition
	Precision  float64 // share of drawn rows that meet the conditions and are claimed the same
	Low95      float64 // lower 95 % bound of it
	Coverage   float64 // share of background rows that meet the conditions
	Draws      int     // rows that the precision was measured on
}

// Condition bounds a column: Low <= value < High, or the value is missing.
type Condition struct {
	Column    int
	Low, High float64 // infinite where there is no bound
	Missing   bool
}

// Meets tells whether a row meets the condition.
func (c Condition) Meets(row []float64) bool {
	v := row[c.Column]
	if math.IsNaN(v) {
		return c.Missing
	}
	return !c.Missing && v >= c.Low && v < c.High
}

// Text says the rule with the names of the columns.
func (r Rule) Text(name func(column int) string) string {
	var all []string
	for _, c := range r.Conditions {
		switch {
		case c.Missing:
			all = append(all, name(c.Column)+" is missing")
		case math.IsInf(c.Low, 0):
			all = append(all, fmt.Sprintf("%s < %.4g", name(c.Column), c.High))
		case math.IsInf(c.High, 0):
			all = append(all, fmt.Sprintf("%s >= %.4g", name(c.Column), c.Low))
		default:
			all = append(all, fmt.Sprintf("%.4g <= %s < %.4g", c.Low, name(c.Column), c.High))
		}
	}
	return strings.Join(all, " and ")
}

// candidates lists what is true of the row: of each column a bound from below
// and one from above at the nearest quantiles, or that it is missing.
func candidates(row []float64, background [][]float64, bins int) []Condition {
	var out []Condition
	for j, v := range row {
		if math.IsNaN(v) {
			out = append(out, Condition{Column: j, Missing: true})
			continue
		}
		low, high := math.Inf(-1), math.Inf(1)
		for _, q := range quantiles(background, j, bins) {
			if q <= v {
				low = q
			} else {
				high = min(high, q)
			}
		}
		if !math.IsInf(low, 0) {
			out = append(out, Condition{Column: j, Low: low, High: math.Inf(1)})
		}
		if !math.IsInf(high, 0) {
			out = append(out, Condition{Column: j, Low: math.Inf(-1), High: high})
		}
	}
	return out
}

// quantiles returns the rising values that part a column's background.
func quantiles(background [][]float64, column, bins int) []float64 {
	var of []float64
	for _, b := range background {
		if v := b[column]; !math.IsNaN(v) {
			of = append(of, v)
		}
	}
	if len(of) == 0 {
		return nil
	}
	slices.Sort(of)
	var cuts []float64
	for k := 1; k < bins; k++ {
		cuts = append(cuts, of[k*len(of)/bins])
	}
	return slices.Compact(cuts)
}

// joined makes one condition of several on a column.
func joined(all []Condition) []Condition {
	var out []Condition
	for _, c := range all {
		i := slices.IndexFunc(out, func(o Condition) bool { return o.Column == c.Column })
		if i < 0 {
			out = append(out, c)
			continue
		}
		out[i].Low, out[i].High = max(out[i].Low, c.Low), min(out[i].High, c.High)
	}
	slices.SortFunc(out, func(a, b Condition) int { return cmp.Compare(a.Column, b.Column) })
	return out
}
