package ebm

import (
	"context"
	"math"
)

// Pair search. FAST ranks all pairs by what they explain of the residuals; the
// best is fitted roughly and taken out of the residuals before the next is
// sought, or every feature that is correlated with one of a true pair would
// come along with it. What then helps on too few held-out groups is pruned.
const (
	deflateSteps  = 40   // rough fit of a found pair: enough to take out four-quadrant structure
	deflateRate   = 0.2  // of those steps
	helpsShareMin = 0.67 // of the bags must see a pair help on their held-out groups
	savesMin      = 1e-3 // of the held-out loss, relative: less is not worth reading
)

// findPairs returns the pairs of the model and leaves every bag boosted on
// exactly these.
func (f *fitter) findPairs(ctx context.Context) ([]pair, error) {
	if f.opt.Pairs == 0 {
		return nil, nil
	}
	pairs, err := f.rankPairs(ctx)
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	for {
		if err := f.each("pairs", func(b *bag) error { return b.boostPairs(ctx, f.g, pairs) }); err != nil {
			return nil, err
		}
		kept := f.helpful(pairs)
		if len(kept) == len(pairs) {
			return pairs, nil
		}
		pairs = kept // fit again without the pruned: the others may have leant on them
		if len(pairs) == 0 {
			for _, b := range f.bags {
				b.pairs = nil
			}
			return nil, nil
		}
	}
}

// helpful returns the pairs that save loss on the held-out groups of most bags.
func (f *fitter) helpful(pairs []pair) []pair {
	var kept []pair
	for i, p := range pairs {
		helps, saved, loss := 0.0, 0.0, 0.0
		for _, b := range f.bags {
			if b.pairGain[i] > 0 {
				helps++
			}
			saved += b.pairGain[i]
			loss += b.loss
		}
		if helps >= helpsShareMin*float64(len(f.bags)) && saved > savesMin*(loss+saved) {
			kept = append(kept, p)
		}
	}
	return kept
}

// rankPairs seeks one pair after the other.
func (f *fitter) rankPairs(ctx context.Context) ([]pair, error) {
	var all []pair
	for b := range f.t.Columns {
		for a := range b {
			if f.opt.Monotone[f.t.Columns[a].Name] == 0 && f.opt.Monotone[f.t.Columns[b].Name] == 0 {
				all = append(all, pair{a, b}) // a pair could undo what monotone promises
			}
		}
	}
	// A contrast of pure noise is χ² with one degree of freedom; the most of
	// many is about twice the logarithm of their number.
	trials := float64(len(all) * f.opt.PairBins * f.opt.PairBins * f.g.width)
	least := 2 * math.Log(max(trials, 2))
	taken := make(map[pair]bool)
	var found []pair
	for len(found) < f.opt.Pairs && len(found) < len(all) {
		if err := f.each(stageSearch, func(b *bag) error {
			b.fast = f.pairGains(b, all, taken)
			return ctx.Err()
		}); err != nil {
			return nil, err
		}
		best, top := -1, least
		for i := range all {
			mean := 0.0
			for _, b := range f.bags {
				mean += b.fast[i] / float64(len(f.bags))
			}
			if mean > top {
				best, top = i, mean
			}
		}
		if best < 0 {
			break
		}
		taken[all[best]] = true
		found = append(found, all[best])
		if err := f.each(stageSearch, func(b *bag) error {
			v := newVisit(f.g, all[best], b)
			for range deflateSteps {
				b.train.add(v.train, v.step(b.train.residuals(), deflateRate), 1)
			}
			return ctx.Err()
		}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// pairGains is FAST over all pairs not yet taken, for one bag.
func (f *fitter) pairGains(b *bag, all []pair, taken map[pair]bool) []float64 {
	res := b.train.residuals()
	out := make([]float64, len(all))
	for i, p := range all {
		if !taken[p] {
			out[i] = f.pairGainOf(b, res, p)
		}
	}
	return out
}

// fastBins is the resolution of the search: finer cuts hardly change the
// ranking and cost with their square.
const fastBins = 24

func (f *fitter) pairGainOf(b *bag, res []sums, p pair) float64 {
	ca, oa := coarser(f.g.cuts[p.a], f.g.weight[p.a], min(fastBins, f.opt.PairBins))
	cb, ob := coarser(f.g.cuts[p.b], f.g.weight[p.b], min(fastBins, f.opt.PairBins))
	na, nb := len(ca)+2, len(cb)+2
	gain := 0.0
	for k := range f.g.width {
		hist, count := make([]sums, na*nb), make([]float64, na*nb)
		for i := range b.train.rows() {
			c := oa[b.train.bins[p.a][i]]*nb + ob[b.train.bins[p.b][i]]
			hist[c].g += res[i*f.g.width+k].g
			hist[c].h += res[i*f.g.width+k].h
			count[c]++
		}
		gain = max(gain, newSummed(hist, count, na, nb).interaction(float64(f.opt.MinLeaf)))
	}
	if f.g.task == Regression {
		gain /= f.noise(b) // curvature 1 carries no scale: divide by the residuals' variance
	}
	return gain
}

func (f *fitter) noise(b *bag) float64 {
	return max(b.train.loss(), 1e-300)
}
