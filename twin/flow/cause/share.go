package cause

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/xai/shap"
)

// share splits the crowd among the players that matter, exactly: every set of them
// is simulated. Each day is an output of its own, so that the shares have intervals.
// Days are doubled until the greatest share is parted from all others, or there are
// as many as there may be, or so many would not do.
func (e *explainer) share(ctx context.Context) (*Finding, error) {
	var want []uint64
	for set := range uint64(1) << len(e.players) {
		want = append(want, set)
	}
	looks := 1
	for d := e.o.Study.Days; 2*d <= e.o.Most; d *= 2 {
		looks++
	}
	f := &Finding{Zone: e.zone}
	for f.Days = e.o.Study.Days; ; f.Days *= 2 {
		if err := e.sets(ctx, want, f.Days, "causes together"); err != nil {
			return nil, err
		}
		each, err := e.shapley(ctx, f)
		if err != nil {
			return nil, err
		}
		hopeless := f.part(each, looks, e.o.Most)
		if f.Parted || hopeless || 2*f.Days > e.o.Most {
			break
		}
	}
	f.Causes = e.all
	slices.SortStableFunc(f.Causes, func(a, b Ablation) int { return compare(b.Share, a.Share) })
	if f.Crowd == 0 {
		return nil, fmt.Errorf("zone %s: %w", e.zone.ID, ErrNobody)
	}
	return f, nil
}

// shapley works out the shares from what is known of every set, and returns them
// for each player and day.
func (e *explainer) shapley(ctx context.Context, f *Finding) ([][]float64, error) {
	n := len(e.players)
	predict := func(rows [][]float64) [][]float64 {
		out := make([][]float64, len(rows))
		for i, r := range rows {
			set := uint64(0)
			for k, v := range r {
				if v > 0.5 {
					set |= 1 << k
				}
			}
			out[i] = e.known[set]
		}
		return out
	}
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	var rows [][]float64
	var outputs []int
	for d := range f.Days {
		rows, outputs = append(rows, ones), append(outputs, d)
	}
	shares, err := shap.Kernel(ctx, predict, [][]float64{make([]float64, n)}, rows, outputs, shap.KernelOptions{Coalitions: 1 << n})
	if err != nil {
		return nil, err
	}
	each, zero := make([][]float64, n), make([]float64, f.Days)
	for i := range n {
		for d := range f.Days {
			each[i] = append(each[i], shares[d].Of[i])
		}
		p := whatif.Paired(whatif.Figure{}, zero, each[i])
		e.all[i].Share, e.all[i].Half = p.Diff, p.Half
	}
	f.Usual, f.Crowd = 0, 0
	for d := range f.Days {
		f.Usual += shares[d].Base / float64(f.Days)
		f.Crowd += e.known[e.full()][d] / float64(f.Days)
	}
	return each, nil
}

// wrongly is how often, at most, chance may make a share the greatest.
const wrongly = 0.05

// part tells whether the greatest share is parted from each other one, days with
// the same dice in pairs. What may be wrong is divided by the others and by how often
// one looks (Bonferroni), as whoever stops when it looks right is right less often.
// It is hopeless when more days than there may be would be needed, by twice what
// their spread tells so far.
func (f *Finding) part(each [][]float64, looks, most int) (hopeless bool) {
	f.Lead, f.Parted = whatif.Difference{}, true
	sum := func(days []float64) (s float64) {
		for _, v := range days {
			s += v
		}
		return s
	}
	top := 0
	for i := range each {
		if sum(each[i]) > sum(each[top]) {
			top = i
		}
	}
	first := true
	for i := range each {
		if i == top {
			continue
		}
		d := whatif.Paired(whatif.Figure{Measure: whatif.Close, Of: f.Zone.ID}, each[i], each[top])
		if first || d.Diff < f.Lead.Diff {
			f.Lead, first = d, false
		}
		f.Parted = f.Parted && d.Diff > 0 && d.Chance < wrongly/float64(looks*(len(each)-1))
		needed := float64(f.Days) * math.Pow(d.Half/max(d.Diff, 1e-12), 2)
		hopeless = hopeless || needed > 2*float64(most)
	}
	return hopeless && !f.Parted
}
